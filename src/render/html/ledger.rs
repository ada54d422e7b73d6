//! The ledger: every passage that versions tell otherwise, with the witnesses on either side.

use std::fmt::Write as _;
use std::io;

use crate::model::{Cluster, DocId, Entry, Reading, Report, Span};

use super::super::phrases::{self, Names};
use super::super::provenance::{copies, is_told, newer, words};
use super::escape::escaped;
use super::version_anchor;

/// Outlets named for one reading; the others are counted.
const NAMED: usize = 6;

/// Writes the entries that reports tell without being asked, then the others folded away. Nothing for a cluster of two documents: the list of changes
/// says it all.
pub(super) fn ledger(
    report: &Report,
    cluster: &Cluster,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if cluster.versions.len() < 2 || cluster.ledger.is_empty() {
        return Ok(());
    }
    let n = cluster.number;
    let (told, folded): (Vec<&Entry>, Vec<&Entry>) =
        cluster.ledger.iter().partition(|entry| is_told(entry));
    writeln!(
        out,
        "<section class=\"ledger\" aria-labelledby=\"c{n}lh\">\n<h3 id=\"c{n}lh\">What changed, and who says so</h3>"
    )?;
    if told.is_empty() {
        writeln!(
            out,
            "<p class=\"calm\">No major change of meaning, and none that versions share.</p>"
        )?;
    } else {
        table(report, cluster, &told, "Changes of meaning", out)?;
    }
    if !folded.is_empty() {
        writeln!(
            out,
            "<details class=\"passages\"><summary>{}</summary>",
            phrases::count(
                folded.len(),
                "possible minor change",
                "possible minor changes"
            )
        )?;
        table(report, cluster, &folded, "Possible minor changes", out)?;
        writeln!(out, "</details>")?;
    }
    writeln!(out, "</section>")
}

fn table(
    report: &Report,
    cluster: &Cluster,
    entries: &[&Entry],
    caption: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(
        out,
        "<table class=\"entries\"><caption>{caption}</caption><thead><tr><th scope=\"col\">Change</th>\
         <th scope=\"col\">The source's words</th><th scope=\"col\">What stands there instead</th></tr></thead><tbody>"
    )?;
    for entry in entries {
        let severity = entry.severity.name();
        writeln!(
            out,
            "<tr><th scope=\"row\"><span class=\"tag {severity}\">{severity}</span> {}<span class=\"faint\">sentence {}</span></th>\
             <td data-label=\"Source\">{} <span class=\"count\">{}</span>{}</td><td data-label=\"Instead\">{}</td></tr>",
            phrases::category(entry.category),
            entry.sentence + 1,
            quoted(report, cluster.source, entry.source),
            copies(entry.kept.len()),
            outlets(report, cluster, &entry.kept),
            instead(report, cluster, entry),
        )?;
    }
    writeln!(out, "</tbody></table>")
}

fn instead(report: &Report, cluster: &Cluster, entry: &Entry) -> String {
    let mut shown = String::new();
    for reading in &entry.readings {
        let _ = write!(
            shown,
            "<div class=\"reading\">{} <span class=\"count\">{}</span>{}{}</div>",
            quoted(report, reading.document, reading.words),
            copies(reading.witnesses.len()),
            outlets(report, cluster, &reading.witnesses),
            note(report, reading)
        );
    }
    for (list, said) in [
        (&entry.unclear, "in other words, deciding for neither"),
        (&entry.silent, "without the passage"),
    ] {
        if !list.is_empty() {
            let _ = write!(
                shown,
                "<div class=\"faint\">{} {said}</div>",
                copies(list.len())
            );
        }
    }
    shown
}

fn note(report: &Report, reading: &Reading) -> String {
    newer(report, reading).map_or_else(String::new, |said| {
        format!(" <b class=\"newer\">{}</b>", escaped(&said))
    })
}

/// Words of a document as a quotation.
pub(super) fn quoted(report: &Report, id: DocId, span: Span) -> String {
    words(report, id, span).map_or_else(
        || "<em>nothing</em>".to_string(),
        |words| format!("<q dir=\"auto\" lang=\"\">{}</q>", escaped(&words)),
    )
}

/// Outlets, each linked to its version, in brackets.
pub(super) fn outlets(report: &Report, cluster: &Cluster, ids: &[DocId]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let names = Names::new(report, cluster);
    let mut named: Vec<String> = ids
        .iter()
        .take(NAMED)
        .map(|id| {
            let name = escaped(&names.of(*id));
            match version_anchor(cluster, *id) {
                Some(anchor) => format!("<a href=\"#{anchor}\"><bdi>{name}</bdi></a>"),
                None => format!("<bdi>{name}</bdi>"),
            }
        })
        .collect();
    if ids.len() > NAMED {
        named.push(format!("{} more", ids.len() - NAMED));
    }
    format!(" <span class=\"who\">{}</span>", named.join(", "))
}
