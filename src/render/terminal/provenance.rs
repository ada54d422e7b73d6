//! Who copied whom, what changed and what was corrected, for a person at a terminal.

use std::io;

use super::super::phrases::{self, Names};
use super::super::provenance::{
    Node, carriers, copies, is_told, is_worth_a_tree, main_reason, names, newer, others, parentage,
    tree, words,
};
use super::super::visible::visible_line;
use super::{BOLD, FAINT, Fragment, GAINED, LOST, MAJOR, MINOR, PLAIN, Page};
use crate::model::{Cluster, Correction, Entry, Parent, Report, Severity};

/// Entries of the ledger that are shown unless all are asked for.
const ENTRIES: usize = 12;
/// Documents of the tree that are shown unless all are asked for.
const NODES: usize = 24;

/// Who has the text from whom, as a tree: one line for each document, with the weightiest reason; all reasons where `every` is asked for.
pub(super) fn descent(
    report: &Report,
    cluster: &Cluster,
    every: bool,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if !is_worth_a_tree(cluster) {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "  {}", page.paint(BOLD, "who copied whom"))?;
    let nodes = tree(report, cluster);
    let names = Names::new(report, cluster);
    let shown = if every { nodes.len() } else { NODES };
    // For each depth whether a later child of the same parent follows.
    let mut open: Vec<bool> = Vec::new();
    for Node {
        document,
        depth,
        last,
        descent,
    } in nodes.iter().take(shown).copied()
    {
        open.truncate(depth);
        let mut stem = String::from("    ");
        for follows in open.iter().skip(1) {
            stem.push_str(if *follows { "│ " } else { "  " });
        }
        let mut rest = stem.clone();
        if depth > 0 {
            stem.push_str(if last { "└ " } else { "├ " });
            rest.push_str(if last { "  " } else { "│ " });
        }
        rest.push_str("    ");
        open.push(!last);
        let mut line: Vec<Fragment> = vec![(BOLD, names.of(document))];
        match descent {
            None if document == cluster.source => line.push((PLAIN, ", the source".to_string())),
            None => {}
            Some(found) => {
                let said = match found.parent {
                    // The line above says from whom.
                    Parent::Document(_) => phrases::percent(found.probability),
                    Parent::Lost | Parent::Undetermined => parentage(&names, found),
                };
                line.push((PLAIN, format!(", {said}")));
                let reasons: Vec<&str> = if every {
                    found.evidence.iter().map(|e| e.said.as_str()).collect()
                } else {
                    main_reason(found).into_iter().collect()
                };
                if !reasons.is_empty() {
                    line.push((FAINT, format!(": {}", visible_line(&reasons.join("; ")))));
                }
            }
        }
        page.paragraph(out, &stem, &rest, &line)?;
    }
    if nodes.len() > shown {
        let more = format!("and {} more (-v shows them)", nodes.len() - shown);
        page.paragraph(out, "    ", "    ", &[(FAINT, more)])?;
    }
    Ok(())
}

/// What changed, passage by passage of the source, with the witnesses on either side.
pub(super) fn ledger(
    report: &Report,
    cluster: &Cluster,
    every: bool,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    // Of two documents the list of changes says it all.
    if cluster.versions.len() < 2 && !every {
        return Ok(());
    }
    let told: Vec<&Entry> = cluster
        .ledger
        .iter()
        .filter(|entry| every || is_told(entry))
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(
        out,
        "  {}",
        page.paint(BOLD, "what changed, and who says so")
    )?;
    let shown = if every { told.len() } else { ENTRIES };
    for entry in told.iter().take(shown) {
        line_of(report, cluster, entry, page, out)?;
    }
    if told.len() > shown {
        let more = format!("and {} more (-v shows them)", told.len() - shown);
        page.paragraph(out, "    ", "    ", &[(FAINT, more)])?;
    }
    Ok(())
}

/// "9 copies: `local`; 1: `environmental` (Global Desk)".
fn line_of(
    report: &Report,
    cluster: &Cluster,
    entry: &Entry,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let source = words(report, cluster.source, entry.source);
    let (style, word) = match entry.severity {
        Severity::Major => (MAJOR, "MAJOR"),
        Severity::Minor => (MINOR, "minor"),
    };
    let mut line: Vec<Fragment> = vec![
        (FAINT, format!("{:>3} ", entry.sentence + 1)),
        (
            style,
            format!("{word} {}", phrases::category(entry.category)),
        ),
        (PLAIN, "; ".to_string()),
    ];
    line.push((PLAIN, format!("{}: ", copies(entry.kept.len()))));
    line.push((
        LOST,
        source.map_or_else(|| "nothing added".to_string(), |w| format!("`{w}`")),
    ));
    for reading in &entry.readings {
        let said = words(report, reading.document, reading.words);
        line.push((PLAIN, format!("; {}: ", reading.witnesses.len())));
        line.push((
            GAINED,
            said.map_or_else(|| "nothing".to_string(), |w| format!("`{w}`")),
        ));
        line.push((
            FAINT,
            format!(" ({})", names(report, &reading.witnesses, 3)),
        ));
        if let Some(newer) = newer(report, reading) {
            line.push((PLAIN, format!(", {newer}")));
        }
    }
    if let Some(others) = others(entry) {
        line.push((FAINT, format!("; {others}")));
    }
    page.paragraph(out, "    ", "        ", &line)
}

/// What a later version of the wire tells otherwise, and who carries which.
pub(super) fn corrections(
    report: &Report,
    cluster: &Cluster,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if cluster.corrections.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(
        out,
        "  {}",
        page.paint(BOLD, "corrected by a later version")
    )?;
    for correction in &cluster.corrections {
        let Correction {
            sentence,
            old,
            later,
            new,
            ..
        } = correction;
        let quoted =
            |said: Option<String>| said.map_or_else(|| "nothing".to_string(), |w| format!("`{w}`"));
        let outlet = phrases::outlet(report.document(*later));
        let line = [
            (FAINT, format!("{:>3} ", sentence + 1)),
            (LOST, quoted(words(report, cluster.source, *old))),
            (PLAIN, " became ".to_string()),
            (GAINED, quoted(words(report, *later, *new))),
            (FAINT, format!(" ({outlet})")),
            (PLAIN, format!("; {}", carriers(report, correction))),
        ];
        page.paragraph(out, "    ", "        ", &line)?;
    }
    Ok(())
}
