//! The report as one self-contained page: overview first, then each version beside its source.
//!
//! Nothing is fetched and the script is not needed for reading. Everything that comes from an article is escaped,
//! and characters that would act unseen are named, so that hostile text stays text.

use std::fmt::Write as _;
use std::io;

use crate::model::{
    Cluster, DocId, Document, Drift, Link, Relation, Report, SentenceKind, Severity, Shares, Span,
    Version,
};

use super::RenderOptions;
use super::marks::{Side, word_diff};
use super::phrases::{self, percent};
use super::visible;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// Versions up to which the side-by-side passages are open when the page loads. Past it they open on demand.
const OPEN_VERSIONS: usize = 12;
/// Share of differing words above which single words are no longer marked: the sentence is in other words.
const MARKED_SHARE: f32 = 0.6;

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
             <td class=\"aside\"><bdi>{}</bdi></td><td class=\"num\">{}</td><td class=\"num aside\">{}</td>\
             <td class=\"num\"><span class=\"count {}\">{}</span></td></tr>",
            escaped(&phrases::headline(report, cluster.source)),
            escaped(&phrases::outlet(report.document(cluster.source))),
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
    versions_table(report, cluster, out)?;
    for (index, found) in cluster.versions.iter().enumerate() {
        version(
            report,
            cluster,
            found,
            &format!("c{n}v{}", index + 1),
            open,
            out,
        )?;
    }
    writeln!(out, "</section>")
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
            format!(
                "{outlet}: {} from {source}",
                phrases::verdict(report, cluster, version)
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
            for verdict in ["copied", "paraphrased", "mistranslated"] {
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
            format!("{many} versions of a text by {source}: {shares}")
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
        "<div class=\"source\"><p><b class=\"label\">Likely source</b> <strong>{}</strong>{}, {} sure</p>",
        link_to(source),
        dated(source),
        percent(cluster.source_confidence),
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

fn versions_table(report: &Report, cluster: &Cluster, out: &mut dyn io::Write) -> io::Result<()> {
    if cluster.versions.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<table class=\"versions\"><caption>Versions</caption><thead><tr><th scope=\"col\">Outlet</th>\
         <th scope=\"col\">What was done</th><th scope=\"col\">Share of words</th>\
         <th scope=\"col\" class=\"num\">Of the copy, from the source</th>\
         <th scope=\"col\" class=\"num\">Of the source, used</th>\
         <th scope=\"col\">Changes of meaning</th><th scope=\"col\">Credit</th></tr></thead><tbody>"
    )?;
    for (index, version) in cluster.versions.iter().enumerate() {
        let document = report.document(version.document);
        let counts = phrases::drift_counts(version);
        let severity = match counts {
            (0, 0) => "calm",
            (0, _) => "minor",
            _ => "major",
        };
        writeln!(
            out,
            "<tr><th scope=\"row\"><a href=\"#c{}v{}\"><bdi>{}</bdi></a></th>\
             <td data-label=\"What was done\"><span class=\"did\">{}</span>\
             <span class=\"faint\">{}{}</span></td>\
             <td data-label=\"Share of words\">{}</td>\
             <td class=\"num\" data-label=\"Of the copy, from the source\">{}</td>\
             <td class=\"num\" data-label=\"Of the source, used\">{}</td>\
             <td data-label=\"Changes of meaning\"><span class=\"count {severity}\">{}</span></td>\
             <td data-label=\"Credit\">{}</td></tr>",
            cluster.number,
            index + 1,
            escaped(&phrases::outlet(document)),
            phrases::verdict(report, cluster, version),
            phrases::derivation(version.derivation),
            if version.near_exact {
                ", near exact"
            } else {
                ""
            },
            bar(version.shares),
            share_of_copy(version),
            escaped(&percent(version.containment_of_source)),
            phrases::drift_phrase(counts),
            escaped(&phrases::credit(&version.attribution)),
        )?;
    }
    writeln!(out, "</tbody></table>")
}

/// The share of the copy that comes from the source, and without quotations where that differs.
fn share_of_copy(version: &Version) -> String {
    let share = escaped(&percent(version.containment_of_copy));
    match phrases::unquoted(version) {
        Some(without) => format!("{share} <span class=\"faint\">{}</span>", escaped(&without)),
        None => share,
    }
}

/// The shares as a bar, with the figures in words beneath it.
fn bar(shares: Shares) -> String {
    let parts = [
        ("verbatim", shares.verbatim),
        ("edit", shares.minor_edit),
        ("para", shares.paraphrase),
        ("summ", shares.summary),
        ("new", shares.new),
    ];
    let mut bar = String::from("<span class=\"bar\" aria-hidden=\"true\">");
    let mut words = Vec::new();
    for (at, said) in phrases::named_shares(shares) {
        let (class, share) = parts[at];
        let _ = write!(
            bar,
            "<i class=\"{class}\" style=\"flex-grow:{:.4}\"></i>",
            share.clamp(0.0, 1.0)
        );
        words.push(format!(
            "<span class=\"part\"><i class=\"key {class}\" aria-hidden=\"true\"></i>{}</span>",
            escaped(&said)
        ));
    }
    let _ = write!(
        bar,
        "</span><span class=\"shares\">{}</span>",
        words.join(" ")
    );
    bar
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

fn drift_list(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (major, minor) = phrases::drift_counts(version);
    if major + minor == 0 {
        return writeln!(out, "<p class=\"calm\">No change of meaning found.</p>");
    }
    if major == 0 {
        writeln!(
            out,
            "<p class=\"calm\">No major change of meaning found.</p>"
        )?;
    } else {
        writeln!(
            out,
            "<h4>{}</h4>\n<ol class=\"drifts\">",
            phrases::count(major, "major change of meaning", "major changes of meaning")
        )?;
        for (index, drift) in version.drifts().enumerate() {
            if drift.severity == Severity::Major {
                card(report, cluster, version, drift, index + 1, anchor, out)?;
            }
        }
        writeln!(out, "</ol>")?;
    }
    if minor == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "<details class=\"passages\"><summary>{}</summary>\n<ol class=\"drifts\">",
        phrases::count(
            minor,
            "possible minor change of meaning",
            "possible minor changes of meaning, likeliest first"
        )
    )?;
    let mut folded: Vec<_> = version
        .drifts()
        .enumerate()
        .filter(|(_, drift)| drift.severity == Severity::Minor)
        .collect();
    folded.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    for (index, drift) in folded {
        card(report, cluster, version, drift, index + 1, anchor, out)?;
    }
    writeln!(out, "</ol></details>")
}

/// One drift: both wordings, and why to believe it.
fn card(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    drift: &Drift,
    number: usize,
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let severity = drift.severity.name();
    let words = |id: DocId, span: Span| {
        if span.is_empty() {
            "<em>nothing</em>".to_string()
        } else {
            let text = &report.document(id).text;
            format!("<q dir=\"auto\" lang=\"\">{}</q>", escaped(span.of(text)))
        }
    };
    write!(
        out,
        "<li id=\"{anchor}d{number}\" class=\"{severity}\"><p><a class=\"tag {severity}\" \
         href=\"#{anchor}m{number}\">{number} {severity}</a> <b>{}</b> \
         <span class=\"faint\">{} likely</span></p>\
         <p class=\"wording\"><span class=\"was\"><b class=\"label\">source</b> {}</span> \
         <span class=\"is\"><b class=\"label\">copy</b> {}</span></p>",
        phrases::category(drift.category),
        escaped(&percent(drift.score)),
        words(cluster.source, drift.source),
        words(version.document, drift.copy),
    )?;
    if !drift.evidence.is_empty() {
        write!(
            out,
            "<p><b class=\"label\">why</b> {}</p>",
            prose(&drift.evidence)
        )?;
    }
    if let Some(said) = phrases::witnesses(report, cluster, version, drift) {
        write!(out, "<p><b class=\"label\">others</b> {}</p>", prose(&said))?;
    }
    writeln!(out, "</li>")
}

fn side_by_side(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    open: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let source_name = escaped(&phrases::outlet(report.document(cluster.source)));
    let copy_name = escaped(&phrases::outlet(report.document(version.document)));
    writeln!(
        out,
        "<details class=\"passages\"{}><summary>Side by side, in the order of the copy</summary>\n\
         <div class=\"rows\" role=\"table\" aria-label=\"Side by side\">\n\
         <div class=\"row head\" role=\"row\"><span role=\"columnheader\">Relation</span>\
         <span role=\"columnheader\"><bdi>{source_name}</bdi> (source)</span>\
         <span role=\"columnheader\"><bdi>{copy_name}</bdi> (copy)</span></div>",
        if open { " open" } else { "" },
    )?;
    let mut number = 0;
    for link in &version.links {
        let drifts: Vec<_> = link
            .drifts
            .iter()
            .map(|drift| {
                number += 1;
                (number, drift)
            })
            .collect();
        if link.relation != Relation::Omitted {
            row(report, cluster, version, link, &drifts, anchor, out)?;
        }
    }
    writeln!(out, "</div></details>")
}

/// What the source has and the copy has not, folded away but complete.
/// What of the copy is no part of the story, folded away, each with its reason.
fn left_aside(report: &Report, version: &Version, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(parts) = report.segmented.get(version.document.index()) else {
        return Ok(());
    };
    let text = &report.document(version.document).text;
    let aside: Vec<_> = parts
        .sentences
        .iter()
        .filter_map(|sentence| Some((sentence.span, sentence.why?)))
        .collect();
    if aside.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<details class=\"passages aside\"><summary>Left aside, no part of the story: {}</summary>\n<ul>",
        phrases::count(aside.len(), "line", "lines")
    )?;
    for (span, why) in aside {
        writeln!(
            out,
            "<li><bdi>{}</bdi> <small>{}</small></li>",
            escaped(span.of(text)),
            escaped(&why.words())
        )?;
    }
    writeln!(out, "</ul></details>")
}

fn left_out(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let omitted: Vec<_> = version
        .links
        .iter()
        .filter(|link| link.relation == Relation::Omitted)
        .collect();
    if omitted.is_empty() {
        return Ok(());
    }
    let sentences: usize = omitted.iter().map(|link| link.source.len()).sum();
    let before: usize = version
        .links
        .iter()
        .take_while(|link| link.relation != Relation::Omitted)
        .map(|link| link.drifts.len())
        .sum();
    let mut number = before;
    writeln!(
        out,
        "<details class=\"passages omitted\"><summary>Left out: {} of the source</summary>\n<ul>",
        phrases::count(sentences, "sentence", "sentences")
    )?;
    let text = &report.document(cluster.source).text;
    for link in omitted {
        let drifts: Vec<_> = link
            .drifts
            .iter()
            .map(|drift| {
                number += 1;
                (number, drift)
            })
            .collect();
        let marks = Marks {
            anchor,
            // The label stands in the source: the copy has no place for it.
            target: true,
            drifts: &drifts,
            spans: |drift: &Drift| drift.source,
        };
        for (_, span) in sentences_of(report, cluster.source, &link.source) {
            writeln!(
                out,
                "<li dir=\"auto\" lang=\"\">{}</li>",
                marks.apply(text, span, &[])
            )?;
        }
    }
    writeln!(out, "</ul></details>")
}

fn row(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    link: &Link,
    drifts: &[(usize, &Drift)],
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let source_text = &report.document(cluster.source).text;
    let copy_text = &report.document(version.document).text;
    let source = sentences_of(report, cluster.source, &link.source);
    let copy = sentences_of(report, version.document, &link.copy);
    let (changed_source, changed_copy) =
        changed_words(link, source_text, &source, copy_text, &copy);
    let left = Marks {
        anchor,
        target: false,
        drifts,
        spans: |drift: &Drift| drift.source,
    };
    let right = Marks {
        anchor,
        target: true,
        drifts,
        spans: |drift: &Drift| drift.copy,
    };
    let side = |marks: &dyn Fn(Span) -> String, sentences: &[(u32, Span)]| -> String {
        let mut shown = String::new();
        for (number, span) in sentences {
            let _ = write!(
                shown,
                "<span class=\"sentence\"><span class=\"no\" aria-label=\"sentence {0}\">{0}</span> {1}</span> ",
                number + 1,
                marks(*span)
            );
        }
        shown
    };
    let quoted = copy_kind(report, version.document, &link.copy);
    writeln!(
        out,
        "<div class=\"row {name}\" role=\"row\"><span class=\"relation\" role=\"cell\">{}{quoted}</span>\
         <div class=\"cell\" role=\"cell\" dir=\"auto\" lang=\"\" data-side=\"source\">{}</div>\
         <div class=\"cell\" role=\"cell\" dir=\"auto\" lang=\"\" data-side=\"copy\">{}</div></div>",
        phrases::relation(link.relation),
        side(
            &|span| left.apply(source_text, span, &changed_source),
            &source
        ),
        side(&|span| right.apply(copy_text, span, &changed_copy), &copy),
        name = link.relation.name(),
    )
}

/// A note under the relation: a quotation, or furniture of the outlet.
fn copy_kind(report: &Report, document: DocId, numbers: &[u32]) -> String {
    let Some(segmented) = report.segmented.get(document.index()) else {
        return String::new();
    };
    let sentences = numbers
        .iter()
        .filter_map(|&number| segmented.sentences.get(number as usize));
    let mut notes = Vec::new();
    for sentence in sentences {
        let note = match sentence.kind {
            SentenceKind::Boilerplate => "furniture",
            SentenceKind::SelfMirror => "repeats itself",
            SentenceKind::Heading => "heading",
            SentenceKind::Body if sentence.quotation => "quotation",
            SentenceKind::Body => continue,
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
        .iter()
        .map(|note| format!("<small>{note}</small>"))
        .collect()
}

fn sentences_of(report: &Report, document: DocId, numbers: &[u32]) -> Vec<(u32, Span)> {
    let Some(segmented) = report.segmented.get(document.index()) else {
        return Vec::new();
    };
    numbers
        .iter()
        .filter_map(|&number| Some((number, segmented.sentences.get(number as usize)?.span)))
        .collect()
}

/// The words on each side that the other has not; none where nearly all differ.
fn changed_words(
    link: &Link,
    source_text: &str,
    source: &[(u32, Span)],
    copy_text: &str,
    copy: &[(u32, Span)],
) -> (Vec<Span>, Vec<Span>) {
    if !matches!(
        link.relation,
        Relation::MinorEdit | Relation::Paraphrase | Relation::Summary
    ) {
        return (Vec::new(), Vec::new());
    }
    let only = |sentences: &[(u32, Span)]| -> Vec<Span> {
        sentences.iter().map(|&(_, span)| span).collect()
    };
    let (source, copy) = (only(source), only(copy));
    let pieces = word_diff(source_text, &source, copy_text, &copy);
    let gather = |pick: fn(&super::Piece) -> &Vec<Span>, whole: &[Span]| -> Vec<Span> {
        let changed: Vec<Span> = pieces
            .iter()
            .filter(|piece| piece.side == Side::Changed)
            .flat_map(|piece| pick(piece).iter().copied())
            .collect();
        let length = |spans: &[Span]| spans.iter().map(|span| span.len()).sum::<usize>();
        let share = length(&changed) as f32 / length(whole).max(1) as f32;
        if share > MARKED_SHARE {
            Vec::new()
        } else {
            changed
        }
    };
    (
        gather(|piece| &piece.source, &source),
        gather(|piece| &piece.copy, &copy),
    )
}

/// Puts marks into one side of a row.
struct Marks<'d, F> {
    anchor: &'d str,
    /// Whether this side's first mark of a drift is the place the drift list links to.
    target: bool,
    drifts: &'d [(usize, &'d Drift)],
    spans: F,
}

impl<F: Fn(&Drift) -> Span> Marks<'_, F> {
    /// The escaped text of `span`, its `changed` words and its drifts marked.
    fn apply(&self, text: &str, span: Span, changed: &[Span]) -> String {
        let inside = |place: Span| place.overlaps(span);
        let mut cuts = vec![span.start, span.end];
        for place in changed
            .iter()
            .copied()
            .chain(self.drifts.iter().map(|(_, drift)| (self.spans)(drift)))
        {
            for cut in [place.start, place.end] {
                if cut > span.start && cut < span.end {
                    cuts.push(cut);
                }
            }
        }
        cuts.sort_unstable();
        cuts.dedup();
        let mut shown = String::new();
        for (index, pair) in cuts.windows(2).enumerate() {
            let part = Span {
                start: pair[0],
                end: pair[1],
            };
            self.gaps(part.start, &mut shown);
            let words = escaped(part.of(text));
            let here: Vec<_> = self
                .drifts
                .iter()
                .filter(|(_, drift)| (self.spans)(drift).overlaps(part))
                .collect();
            let gravest = here
                .iter()
                .max_by_key(|(number, drift)| (drift.severity, std::cmp::Reverse(*number)));
            if let Some((_, drift)) = gravest {
                let _ = write!(shown, "<mark class=\"drift {}\">", drift.severity.name());
                for (number, drift) in &here {
                    let place = (self.spans)(drift);
                    let begins =
                        place.start == part.start || (index == 0 && place.start < span.start);
                    if begins {
                        self.label(*number, drift, place.start >= span.start, &mut shown);
                    }
                }
                let _ = write!(shown, "{words}</mark>");
            } else if changed
                .iter()
                .any(|&place| inside(place) && place.overlaps(part))
            {
                let _ = write!(shown, "<span class=\"other\">{words}</span>");
            } else {
                shown.push_str(&words);
            }
        }
        self.gaps(span.end, &mut shown);
        shown
    }

    /// Marks for drifts that have no words on this side, at the place where the words would stand.
    fn gaps(&self, at: u32, shown: &mut String) {
        for (number, drift) in self.drifts {
            let place = (self.spans)(drift);
            if place.is_empty() && place.start == at {
                let _ = write!(
                    shown,
                    "<mark class=\"drift gap {}\">",
                    drift.severity.name()
                );
                self.label(*number, drift, true, shown);
                shown.push_str("‸</mark>");
            }
        }
    }

    fn label(&self, number: usize, drift: &Drift, first: bool, shown: &mut String) {
        let severity = match drift.severity {
            Severity::Major => "major",
            Severity::Minor => "minor",
        };
        let anchor = self.anchor;
        let id = if self.target && first {
            format!(" id=\"{anchor}m{number}\"")
        } else {
            String::new()
        };
        let _ = write!(
            shown,
            "<a class=\"tag {severity}\"{id} href=\"#{anchor}d{number}\" title=\"{}\">{number} {severity}</a> ",
            phrases::category(drift.category)
        );
    }
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

/// A sentence of ours as HTML: words between backticks become quotations.
fn prose(text: &str) -> String {
    let pieces: Vec<_> = text.split('`').collect();
    // An odd backtick is part of somebody's words.
    if pieces.len().is_multiple_of(2) {
        return escaped(text);
    }
    let mut shown = String::with_capacity(text.len() + 32);
    for (index, piece) in pieces.iter().enumerate() {
        if index % 2 == 1 {
            let _ = write!(shown, "<q dir=\"auto\">{}</q>", escaped(piece));
        } else {
            shown.push_str(&escaped(piece));
        }
    }
    shown
}

/// Text as HTML: markup escaped, characters that act unseen named.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + text.len() / 8);
    let mut before = None;
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            '\r' => shown.push(' '),
            c if visible::is_hidden(c, before) => shown.push_str(&visible::name(c)),
            c => shown.push(c),
        }
        before = Some(c);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Witnesses};

    #[test]
    fn markup_and_hidden_characters_become_text() {
        assert_eq!(
            escaped("<b a=\"1\">'&"),
            "&lt;b a=&quot;1&quot;&gt;&#39;&amp;"
        );
        assert_eq!(escaped("a\u{202e}b\0"), "a⟨U+202E⟩b⟨U+0000⟩");
    }

    #[test]
    fn overlapping_marks_keep_every_word_once() {
        let text = "they were of an environmental nature";
        let drift = |start: usize, end: usize, severity| Drift {
            category: Category::WrongSense,
            severity,
            score: 0.9,
            source: Span::default(),
            copy: Span::new(start, end),
            evidence: String::new(),
            witnesses: Witnesses::default(),
        };
        let (one, two, three) = (
            drift(10, 29, Severity::Major),
            drift(16, 36, Severity::Minor),
            drift(5, 5, Severity::Minor),
        );
        let drifts = [(1, &one), (2, &two), (3, &three)];
        let marks = Marks {
            anchor: "c1v1",
            target: true,
            drifts: &drifts,
            spans: |drift: &Drift| drift.copy,
        };
        let shown = marks.apply(text, Span::new(0, text.len()), &[Span::new(0, 9)]);
        let mut plain = String::new();
        let mut in_tag = 0;
        for c in shown.chars() {
            match c {
                '<' => in_tag += 1,
                '>' => in_tag -= 1,
                c if in_tag == 0 => plain.push(c),
                _ => {}
            }
        }
        let plain = plain
            .replace("1 major ", "")
            .replace("2 minor ", "")
            .replace("3 minor ", "")
            .replace('‸', "");
        assert_eq!(plain, text);
        for id in ["c1v1m1", "c1v1m2", "c1v1m3"] {
            assert_eq!(shown.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
    }
}
