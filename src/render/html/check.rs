//! What an archive knows of articles, as one self-contained page: the article, its sources ranked, and each beside it.

use std::io;

use super::escape::escaped;
use super::side_by_side::{left_aside, left_out, side_by_side};
use super::{SCRIPT, STYLE, dated, drift_list, legend, link_to, source_card, versions_table};
use crate::model::{Checked, Cluster, DocId, Found, Problem};
use crate::render::RenderOptions;
use crate::render::phrases::{self, percent};

/// Writes the answers as one HTML page.
pub(in crate::render) fn render(
    checked: &[Checked],
    _: &[Problem],
    _: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let article = DocId::new(0).expect("zero is an id");
    let title = match checked {
        [one] => phrases::headline(&one.report, article),
        _ => phrases::count(checked.len(), "article", "articles"),
    };
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"wirecopy {}\">\n\
         <title>Whose text is this: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the report</a>\n\
         <header class=\"top\"><h1>Whose text is this?</h1></header>\n<main id=\"main\">\n",
        env!("CARGO_PKG_VERSION"),
        escaped(&title),
    )?;
    if checked.iter().any(|one| !one.found.is_empty()) {
        legend(out)?;
    }
    for (number, one) in (1..).zip(checked) {
        section(one, number, out)?;
    }
    writeln!(
        out,
        "</main>\n<footer><p>Made by wirecopy {}. A change of meaning is not a verdict of guilt: \
         a later figure may be an update.</p></footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION")
    )
}

fn section(checked: &Checked, number: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let report = &checked.report;
    let article = DocId::new(0).expect("zero is an id");
    writeln!(
        out,
        "<section class=\"cluster\" id=\"a{number}\" aria-labelledby=\"a{number}h\">\n\
         <h2 id=\"a{number}h\"><span class=\"number\">Article {number}</span> <bdi>{}</bdi></h2>\n\
         <p class=\"faint\">{}{} · {}</p>\n<p class=\"answer\">{}</p>",
        escaped(&phrases::headline(report, article)),
        link_to(checked.article()),
        dated(checked.article()),
        escaped(&checked.article().id),
        escaped(&answer(checked)),
    )?;
    for said in &checked.damaged {
        writeln!(out, "<p class=\"nothing\">{}</p>", escaped(said))?;
    }
    for (cluster, found) in report.clusters.iter().zip(&checked.found) {
        source(checked, cluster, found, number, out)?;
    }
    if !checked.others.is_empty() {
        writeln!(out, "<h3>Further sources, not judged</h3>\n<ul>")?;
        for other in &checked.others {
            let outlet = other.outlet.as_deref().unwrap_or(&other.id);
            writeln!(
                out,
                "<li><bdi>{}</bdi> <span class=\"faint\"><bdi>{}</bdi></span>: {} of the article, {} of it</li>",
                escaped(outlet),
                escaped(&other.id),
                escaped(&phrases::share_of_other(other)),
                escaped(&percent(other.containment_of_source)),
            )?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</section>")
}

/// What most of the article comes from, and how many sources there are.
fn answer(checked: &Checked) -> String {
    let sources = phrases::checked(checked);
    let Some(cluster) = checked.report.clusters.first() else {
        return sources;
    };
    format!(
        "{} of the article is in {}. {sources}",
        percent(cluster.versions[0].containment_of_copy),
        phrases::outlet(checked.report.document(cluster.source)),
    )
}

/// One source, and the article beside it.
fn source(
    checked: &Checked,
    cluster: &Cluster,
    found: &Found,
    number: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let report = &checked.report;
    let version = &cluster.versions[0];
    let anchor = format!("a{number}s{}", cluster.number);
    writeln!(
        out,
        "<article class=\"version\" id=\"{anchor}\" aria-labelledby=\"{anchor}h\">\n\
         <h3 id=\"{anchor}h\">{}. {} <span class=\"did\">{}</span></h3>",
        cluster.number,
        link_to(report.document(cluster.source)),
        phrases::verdict(report, cluster, version),
    )?;
    source_card(report, cluster, out)?;
    versions_table(report, cluster, &|_| anchor.clone(), out)?;
    writeln!(
        out,
        "<p class=\"faint\">With furniture and headlines counted: {} of the article, {} of the source.{}</p>",
        escaped(&percent(found.article_with_furniture)),
        escaped(&percent(found.source_with_furniture)),
        if version.near_exact {
            " Over 80 % of the source, and over 125 words of it, nearly word for word."
        } else {
            ""
        },
    )?;
    if let Some(beyond) = phrases::beyond(checked, cluster) {
        writeln!(
            out,
            "<p class=\"faint\">Of the article it has {}.</p>",
            escaped(&beyond)
        )?;
    }
    drift_list(report, cluster, version, &anchor, out)?;
    side_by_side(report, cluster, version, &anchor, cluster.number == 1, out)?;
    left_out(report, cluster, version, &anchor, out)?;
    left_aside(report, version, out)?;
    writeln!(out, "</article>")
}
