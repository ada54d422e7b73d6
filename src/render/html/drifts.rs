//! The changes of meaning of one version: both wordings, and why to believe it.

use std::io;

use crate::model::{Cluster, DocId, Drift, Report, Severity, Span, Version};

use super::super::phrases::{self, percent};
use super::super::provenance::newer_words;
use super::escape::{escaped, prose};

pub(super) fn drift_list(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (major, minor) = phrases::drift_counts(version);
    updates(report, cluster, version, anchor, out)?;
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
            if drift.severity == Severity::Major && drift.witnesses.newer.is_none() {
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
        .filter(|(_, drift)| drift.severity == Severity::Minor && drift.witnesses.newer.is_none())
        .collect();
    folded.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    for (index, drift) in folded {
        card(report, cluster, version, drift, index + 1, anchor, out)?;
    }
    writeln!(out, "</ol></details>")
}

/// What is newer and not wrong, folded away.
fn updates(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let count = phrases::updates(version).count();
    if count == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "<details class=\"passages\"><summary>{}</summary>\n<ol class=\"drifts\">",
        phrases::count(
            count,
            "newer statement, no error",
            "newer statements, no errors"
        )
    )?;
    for (index, drift) in version.drifts().enumerate() {
        if drift.witnesses.newer.is_some() {
            card(report, cluster, version, drift, index + 1, anchor, out)?;
        }
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
    let severity = phrases::grade(drift);
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
    if let Some(newer) = drift.witnesses.newer {
        write!(
            out,
            "<p><b class=\"newer\">{}</b></p>",
            escaped(&newer_words(report, newer))
        )?;
    }
    if let Some(said) = phrases::witnesses(report, cluster, version, drift) {
        write!(out, "<p><b class=\"label\">others</b> {}</p>", prose(&said))?;
    }
    writeln!(out, "</li>")
}
