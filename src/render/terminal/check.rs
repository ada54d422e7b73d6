//! What an archive knows of articles, for a person at a terminal.

use std::io;

use super::{BOLD, FAINT, MAJOR, PLAIN, Page, drifts, left_aside, links, named, share_phrase};
use crate::model::{AttributionKind, Checked, Cluster, Derivation, First, Found, Problem};
use crate::render::RenderOptions;
use crate::render::phrases::{self, percent};
use crate::render::visible_line;

/// Writes the answers as text, `options.width` columns wide.
pub(in crate::render) fn render(
    checked: &[Checked],
    _: &[Problem],
    options: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let page = Page {
        width: options.width.max(40),
        colour: options.colour,
    };
    for one in checked {
        let report = &one.report;
        let article = one.article();
        let mut line = vec![(BOLD, phrases::headline(report, id_of_article()))];
        line.push((FAINT, format!("  ({})", visible_line(&article.id))));
        page.paragraph(out, "", "  ", &line)?;
        page.paragraph(out, "  ", "  ", &[(PLAIN, phrases::checked(one))])?;
        for (cluster, found) in report.clusters.iter().zip(&one.found) {
            writeln!(out)?;
            source(one, cluster, found, options.verbose, &page, out)?;
        }
        if !one.others.is_empty() {
            writeln!(out)?;
            let mut said = Vec::new();
            for other in &one.others {
                let name = other.outlet.as_deref().map(visible_line);
                let id = visible_line(&other.id);
                let name = name.map_or(id.clone(), |name| format!("{name} ({id})"));
                said.push(format!("{name} {}", phrases::share_of_other(other)));
            }
            let line = [
                (BOLD, "also  ".to_string()),
                (PLAIN, format!("{} of the article", said.join(", "))),
            ];
            page.paragraph(out, "  ", "        ", &line)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn id_of_article() -> crate::model::DocId {
    crate::model::DocId::new(0).expect("zero is an id")
}

fn source(
    checked: &Checked,
    cluster: &Cluster,
    found: &Found,
    verbose: bool,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let report = &checked.report;
    let version = &cluster.versions[0];
    let document = report.document(cluster.source);
    let mut line = vec![(BOLD, format!("{}. ", cluster.number))];
    line.extend(named(document));
    if let Some(time) = &document.published_at {
        line.push((PLAIN, format!(", {}", visible_line(time))));
    }
    page.paragraph(out, "  ", "     ", &line)?;
    let tell = |out: &mut dyn io::Write, label: &str, words: String, loud: bool| {
        let style = if loud { MAJOR } else { PLAIN };
        let line = [(FAINT, format!("{label:<7} ")), (style, words)];
        page.paragraph(out, "     ", "             ", &line)
    };
    let mut did = phrases::verdict(report, cluster, version);
    if version.derivation != Derivation::NonDerived {
        did.push_str(&format!(", {}", phrases::derivation(version.derivation)));
    }
    if version.near_exact {
        did.push_str(", nearly the whole source word for word");
    }
    tell(out, "what", did, version.near_exact)?;
    // Nothing comes from what is younger.
    let (shared, used) = match found.first {
        First::Article => ("is also in it", "is in the article"),
        _ => ("comes from it", "was used"),
    };
    let without = |share: Option<f32>| share.map_or("nothing".to_string(), percent);
    tell(
        out,
        "shares",
        format!(
            "{} of the article {shared} ({} without quotations, {} with furniture); {} of it {used} ({}, {})",
            percent(version.containment_of_copy),
            without(version.unquoted.containment_of_copy),
            percent(found.article_with_furniture),
            percent(version.containment_of_source),
            without(version.unquoted.containment_of_source),
            percent(found.source_with_furniture),
        ),
        false,
    )?;
    if let Some(beyond) = phrases::beyond(checked, cluster) {
        tell(out, "adds", beyond, false)?;
    }
    tell(out, "words", share_phrase(version.shares), false)?;
    let first = match found.first {
        First::Source => "the source had it first",
        First::Article => "the article had it first: it may be the source's source",
        First::Together => "both came out at the same time",
        First::Unknown => "who had it first is not known: a time is missing",
    };
    tell(
        out,
        "first",
        first.to_string(),
        found.first == First::Article,
    )?;
    let uncredited = version.attribution.kind == AttributionKind::None;
    tell(
        out,
        "credit",
        phrases::credit(&version.attribution),
        uncredited,
    )?;
    let counts = phrases::drift_counts(version);
    tell(out, "drifts", phrases::drift_phrase(counts), counts.0 > 0)?;
    drifts(report, cluster, version, verbose, page, out)?;
    if verbose {
        links(report, cluster, version, page, out)?;
        left_aside(report, version, page, out)?;
    }
    Ok(())
}
