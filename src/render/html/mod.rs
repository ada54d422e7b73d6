//! The report as one self-contained page: overview first, then each version beside its source. One file per view.
//!
//! Nothing is fetched and the script is not needed for reading. Everything that comes from an article is escaped,
//! and characters that would act unseen are named, so that hostile text stays text.

mod check;
mod corrections;
mod descent;
mod drifts;
mod escape;
mod ledger;
mod marks;
mod side_by_side;
mod versions;

use std::fmt::Write as _;
use std::io;

use crate::model::{Cluster, DocId, Document, Report, SourceStanding, Version};

use super::RenderOptions;
use super::phrases;
use super::provenance::{source_title, standing};
use corrections::corrections;
use descent::descent;
use drifts::drift_list;
use ledger::ledger;
use side_by_side::{left_aside, left_out, side_by_side};
use versions::versions_table;

pub use escape::{escaped, prose};

pub(super) use check::render as render_check;

const STYLE: &str = include_str!("report.css");

const SCRIPT: &str = include_str!("report.js");

/// Versions up to which the side-by-side passages are open when the page loads. Past it they open on demand.
const OPEN_VERSIONS: usize = 12;

/// Writes the report as one HTML page.
pub(super) fn render(
    report: &Report,
    _: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let versions: usize = report
        .clusters
        .iter()
        .map(|cluster| cluster.versions.len())
        .sum();
    let title = match report.clusters.as_slice() {
        [one] => phrases::headline(report, one.source),
        _ => phrases::count(report.clusters.len(), "cluster", "clusters"),
    };
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"wirecopy {}\">\n\
         <title>News reuse: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the report</a>\n",
        env!("CARGO_PKG_VERSION"),
        escaped(&title),
    )?;
    writeln!(
        out,
        "<header class=\"top\"><h1>News reuse report</h1>\n<p class=\"lead\">{}.</p>",
        escaped(&phrases::closing_line(report))
    )?;
    contents(report, out)?;
    writeln!(out, "</header>\n<main id=\"main\">")?;
    if report.clusters.is_empty() {
        writeln!(
            out,
            "<p class=\"nothing\">{}.</p>",
            escaped(&phrases::why_nothing(&report.summary))
        )?;
    } else {
        legend(out)?;
    }
    for cluster in &report.clusters {
        section(report, cluster, versions <= OPEN_VERSIONS, out)?;
    }
    problems(report, out)?;
    writeln!(
        out,
        "</main>\n<footer><p>Made by wirecopy {}. A change of meaning is not a verdict of guilt: \
         a later figure may be an update.</p></footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION")
    )
}

/// A list of clusters to jump to, where there is more than one.
fn contents(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    if report.clusters.len() < 2 {
        return Ok(());
    }
    writeln!(
        out,
        "<nav aria-label=\"Clusters\"><table class=\"contents\"><caption>Clusters</caption><thead><tr>\
         <th scope=\"col\" class=\"num\">No.</th><th scope=\"col\">Story</th>\
         <th scope=\"col\" class=\"aside\">Likely source</th><th scope=\"col\" class=\"num\">Versions</th>\
         <th scope=\"col\" class=\"num aside\">No credit</th><th scope=\"col\" class=\"num\">Major changes</th>\
         </tr></thead><tbody>"
    )?;
    for cluster in &report.clusters {
        let silent = uncredited(report, cluster);
        let (major, _) = phrases::cluster_counts(cluster);
        let figure = |number: usize| match number {
            0 => "–".to_string(),
            some => phrases::grouped(some as u64),
        };
        writeln!(
            out,
            "<tr><td class=\"num\">{n}</td><th scope=\"row\"><a href=\"#c{n}\"><bdi>{}</bdi></a></th>\
             <td class=\"aside\"><bdi>{}</bdi>{}</td><td class=\"num\">{}</td><td class=\"num aside\">{}</td>\
             <td class=\"num\"><span class=\"count {}\">{}</span></td></tr>",
            escaped(&phrases::headline(report, cluster.source)),
            escaped(&phrases::outlet(report.document(cluster.source))),
            match cluster.source_standing {
                SourceStanding::Likely => "",
                SourceStanding::Lost => " <span class=\"faint\">(source lost)</span>",
                SourceStanding::Undetermined => " <span class=\"faint\">(undetermined)</span>",
            },
            cluster.versions.len(),
            figure(silent),
            if major == 0 { "calm" } else { "major" },
            figure(major),
            n = cluster.number,
        )?;
    }
    writeln!(out, "</tbody></table></nav>")
}

/// Versions that took text and name no agency.
fn uncredited(report: &Report, cluster: &Cluster) -> usize {
    cluster
        .versions
        .iter()
        .filter(|version| !phrases::verdicts(report, cluster, version).is_empty())
        .filter(|version| version.attribution.kind == crate::model::AttributionKind::None)
        .count()
}

fn legend(out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "<aside class=\"legend\" aria-label=\"Legend\"><ul>\
         <li><mark class=\"drift major\"><b class=\"tag\">1 major</b> words</mark> a reader is told something \
         materially different</li>\
         <li><mark class=\"drift minor\"><b class=\"tag\">2 minor</b> words</mark> a nuance or small loss</li>\
         <li><span class=\"other\">words</span> other wording</li></ul></aside>"
    )
}

fn section(
    report: &Report,
    cluster: &Cluster,
    open: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let n = cluster.number;
    writeln!(
        out,
        "<section class=\"cluster\" id=\"c{n}\" aria-labelledby=\"c{n}h\">\n\
         <h2 id=\"c{n}h\"><span class=\"number\">Cluster {n}</span> <bdi>{}</bdi></h2>",
        escaped(&phrases::headline(report, cluster.source)),
    )?;
    writeln!(
        out,
        "<p class=\"answer\">{}</p>",
        escaped(&answer(report, cluster))
    )?;
    source_card(report, cluster, out)?;
    descent(report, cluster, out)?;
    ledger(report, cluster, out)?;
    corrections(report, cluster, out)?;
    versions_table(report, cluster, &|index| anchor_of(n, index), out)?;
    for (index, found) in cluster.versions.iter().enumerate() {
        version(report, cluster, found, &anchor_of(n, index), open, out)?;
    }
    writeln!(out, "</section>")
}

/// Where the version of that index stands on the page.
fn anchor_of(cluster: u32, index: usize) -> String {
    format!("c{cluster}v{}", index + 1)
}

/// Where a document's version stands on the page; `None` for the source.
fn version_anchor(cluster: &Cluster, document: DocId) -> Option<String> {
    let index = cluster
        .versions
        .iter()
        .position(|v| v.document == document)?;
    Some(anchor_of(cluster.number, index))
}

/// The cluster in a sentence or two: who did what to whose text.
fn answer(report: &Report, cluster: &Cluster) -> String {
    let source = phrases::outlet(report.document(cluster.source));
    let derived: Vec<_> = cluster
        .versions
        .iter()
        .filter(|version| !phrases::verdicts(report, cluster, version).is_empty())
        .collect();
    let mut said = match cluster.versions.len() {
        1 => {
            let version = &cluster.versions[0];
            let outlet = phrases::outlet(report.document(version.document));
            if let Some(said) = phrases::independence(version) {
                return format!("{outlet}: independent of {source}. {said}");
            }
            format!(
                "{outlet}: {} {} {source}",
                phrases::verdict(report, cluster, version),
                match cluster.source_standing {
                    SourceStanding::Likely => "from",
                    SourceStanding::Lost | SourceStanding::Undetermined => "beside",
                }
            )
        }
        many => {
            let counted = |verdict: &str| {
                derived
                    .iter()
                    .filter(|version| {
                        phrases::verdicts(report, cluster, version).contains(&verdict)
                    })
                    .count()
            };
            let mut parts = Vec::new();
            for verdict in ["copied", "paraphrased", "updated", "mistranslated"] {
                let count = counted(verdict);
                if count > 0 {
                    parts.push(format!("{count} {verdict}"));
                }
            }
            let shares = if parts.is_empty() {
                "none copied".to_string()
            } else {
                parts.join(", ")
            };
            match cluster.source_standing {
                SourceStanding::Likely => {
                    format!("{many} versions of a text by {source}: {shares}")
                }
                SourceStanding::Lost => {
                    format!(
                        "{many} versions beside that of {source}, all of a text that is not here: {shares}"
                    )
                }
                SourceStanding::Undetermined => {
                    format!("{many} versions beside that of {source}: {shares}")
                }
            }
        }
    };
    match (uncredited(report, cluster), cluster.versions.len()) {
        (0, _) => {}
        (_, 1) => said.push_str(", without credit"),
        (one, _) => {
            let _ = write!(said, "; {one} without credit");
        }
    }
    said.push('.');
    said
}

fn source_card(report: &Report, cluster: &Cluster, out: &mut dyn io::Write) -> io::Result<()> {
    let source = report.document(cluster.source);
    write!(
        out,
        "<div class=\"source {}\"><p><b class=\"label\">{}</b> <strong>{}</strong>{}, {}</p>",
        cluster.source_standing.name(),
        source_title(cluster),
        link_to(source),
        dated(source),
        escaped(&standing(cluster)),
    )?;
    if !cluster.source_evidence.is_empty() {
        write!(out, "<ul>")?;
        for reason in &cluster.source_evidence {
            write!(out, "<li>{}</li>", prose(reason))?;
        }
        write!(out, "</ul>")?;
    }
    writeln!(out, "</div>")
}

/// The outlet's name, linked where the record has a web address.
fn link_to(document: &Document) -> String {
    let name = escaped(&phrases::outlet(document));
    match document.url.as_deref() {
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => format!(
            "<a href=\"{}\" rel=\"noopener noreferrer nofollow\"><bdi>{name}</bdi></a>",
            escaped(url)
        ),
        _ => format!("<bdi>{name}</bdi>"),
    }
}

fn dated(document: &Document) -> String {
    document
        .published_at
        .as_deref()
        .map_or_else(String::new, |time| format!(", {}", escaped(time)))
}

fn version(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    open: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let document = report.document(version.document);
    writeln!(
        out,
        "<article class=\"version\" id=\"{anchor}\" aria-labelledby=\"{anchor}h\">\n\
         <h3 id=\"{anchor}h\">{} <span class=\"did\">{}</span></h3>\n\
         <p class=\"faint\"><bdi>{}</bdi>{} · {}{}</p>",
        link_to(document),
        phrases::verdict(report, cluster, version),
        escaped(&phrases::headline(report, version.document)),
        dated(document),
        escaped(&document.id),
        phrases::other_languages(report, version.document)
            .map_or_else(String::new, |said| format!(" · {}", escaped(&said))),
    )?;
    drift_list(report, cluster, version, anchor, out)?;
    side_by_side(report, cluster, version, anchor, open, out)?;
    left_out(report, cluster, version, anchor, out)?;
    left_aside(report, version, out)?;
    writeln!(out, "</article>")
}

fn problems(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    if report.problems.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section class=\"problems\" aria-labelledby=\"problems\"><h2 id=\"problems\">{}</h2><ul>",
        phrases::count(
            report.problems.len(),
            "problem with the input",
            "problems with the input"
        )
    )?;
    for problem in &report.problems {
        writeln!(out, "<li>{}</li>", escaped(&problem.to_string()))?;
    }
    writeln!(out, "</ul></section>")
}
