//! Who copied whom, what changed and what was corrected, in words: shared by the terminal and the page.

use std::collections::BTreeMap;

use crate::model::{
    Cluster, Correction, Descent, DocId, Entry, EvidenceKind, Newer, Parent, Reading, Report,
    Severity, SourceStanding, Span,
};

use super::phrases::{self, Names, count, percent, shorten};
use super::visible::visible_line;

/// Characters of a wording that are shown before it is cut.
const WORDING_CHARS: usize = 90;
/// Least likelihood of a minor change that several versions share for it to be told beside the major ones.
const SHARED_MINOR: f32 = 0.2;

/// "92 % sure"; "undetermined"; "lost".
pub(super) fn standing(cluster: &Cluster) -> String {
    match cluster.source_standing {
        SourceStanding::Likely => format!("{} sure", percent(cluster.source_confidence)),
        SourceStanding::Lost => "not the source itself, which is lost".to_string(),
        SourceStanding::Undetermined => format!(
            "source undetermined ({} for this one)",
            percent(cluster.source_confidence)
        ),
    }
}

/// What the document that the others are compared with is called.
pub(super) fn source_title(cluster: &Cluster) -> &'static str {
    match cluster.source_standing {
        SourceStanding::Likely => "likely source",
        SourceStanding::Lost | SourceStanding::Undetermined => "compared with",
    }
}

/// A document in the tree of descent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'r> {
    /// The document.
    pub document: DocId,
    /// How far from the root, 0 for the source and for those without a parent here.
    pub depth: usize,
    /// Whether it is the last child of its parent.
    pub last: bool,
    /// Where it has its text from; `None` for the source.
    pub descent: Option<&'r Descent>,
}

/// All documents of a cluster, each below its parent, children by time. The source comes first, those without a parent last.
pub(super) fn tree<'r>(report: &'r Report, cluster: &'r Cluster) -> Vec<Node<'r>> {
    let mut children: BTreeMap<DocId, Vec<&Descent>> = BTreeMap::new();
    let mut roots = Vec::new();
    for descent in &cluster.descents {
        match descent.parent {
            Parent::Document(parent) => children.entry(parent).or_default().push(descent),
            Parent::Lost | Parent::Undetermined if descent.document != cluster.source => {
                roots.push(descent);
            }
            Parent::Lost | Parent::Undetermined => {}
        }
    }
    let time = |d: &&Descent| {
        let published = report.document(d.document).published_seconds;
        (published.is_none(), published, d.document)
    };
    for list in children.values_mut() {
        list.sort_by_key(time);
    }
    roots.sort_by_key(time);
    // A report made by hand may say nothing of descent.
    let told: std::collections::BTreeSet<DocId> =
        cluster.descents.iter().map(|d| d.document).collect();
    let mut open: Vec<Node<'r>> = cluster
        .versions
        .iter()
        .rev()
        .filter(|v| !told.contains(&v.document))
        .map(|v| Node {
            document: v.document,
            depth: 0,
            last: true,
            descent: None,
        })
        .collect();
    open.extend(roots.into_iter().rev().map(|descent| Node {
        document: descent.document,
        depth: 0,
        last: true,
        descent: Some(descent),
    }));
    let own = cluster.descent(cluster.source);
    if !own.is_some_and(|d| matches!(d.parent, Parent::Document(_))) {
        open.push(Node {
            document: cluster.source,
            depth: 0,
            last: true,
            descent: own,
        });
    }
    let mut nodes = Vec::new();
    while let Some(node) = open.pop() {
        nodes.push(node);
        let below = children.remove(&node.document).unwrap_or_default();
        let many = below.len();
        for (at, descent) in below.into_iter().enumerate().rev() {
            open.push(Node {
                document: descent.document,
                depth: node.depth + 1,
                last: at + 1 == many,
                descent: Some(descent),
            });
        }
    }
    nodes
}

/// Whether anything is known of who copied whom.
pub(super) fn is_worth_a_tree(cluster: &Cluster) -> bool {
    cluster.descents.iter().any(|d| !d.candidates.is_empty())
}

/// "from Vadi Tribune, 94 %"; "undetermined: Vadi Tribune 41 %, Pacific Union Press 38 %"; "from a source that is lost, 81 %".
pub(super) fn parentage(names: &Names<'_>, descent: &Descent) -> String {
    let name = |id: DocId| names.of(id);
    let share = percent(descent.probability);
    match descent.parent {
        Parent::Document(parent) => format!("from {}, {share}", name(parent)),
        Parent::Lost => format!("from a source that is not here, {share}"),
        Parent::Undetermined => {
            let listed: Vec<String> = descent
                .candidates
                .iter()
                .take(3)
                .map(|(id, share)| {
                    let who = id.map_or_else(|| "a source that is not here".to_string(), name);
                    format!("{who} {}", percent(*share))
                })
                .collect();
            if listed.is_empty() {
                return "undetermined".to_string();
            }
            format!("undetermined: {}", listed.join(", "))
        }
    }
}

/// The reason that tells this parent from others, for a line: being an agency's text is said of all.
pub(super) fn main_reason(descent: &Descent) -> Option<&str> {
    let of = |wanted: &[EvidenceKind]| {
        descent
            .evidence
            .iter()
            .find(|reason| wanted.contains(&reason.kind))
    };
    of(&[EvidenceKind::Credit, EvidenceKind::Reported])
        .or_else(|| of(&[EvidenceKind::SharedError, EvidenceKind::SharedWording]))
        .or_else(|| of(&[EvidenceKind::Containment]))
        .or(descent.evidence.first())
        .map(|reason| reason.said.as_str())
}

/// Words of a document, on one line; "nothing" where there are none.
pub(super) fn words(report: &Report, id: DocId, span: Span) -> Option<String> {
    let words = visible_line(span.of(&report.document(id).text));
    (!words.is_empty()).then(|| shorten(&words, WORDING_CHARS))
}

/// Whether an entry is told by reports for people without being asked: a major change, or one that several versions share.
pub(super) fn is_told(entry: &Entry) -> bool {
    entry.severity == Severity::Major
        || entry
            .readings
            .iter()
            .any(|r| (r.witnesses.len() > 1 && r.score >= SHARED_MINOR) || r.newer.is_some())
}

/// Names of outlets in one line: "Vadi Tribune, Harbour Lights and 3 more".
pub(super) fn names(report: &Report, ids: &[DocId], most: usize) -> String {
    let shown: Vec<String> = ids
        .iter()
        .take(most)
        .map(|id| phrases::outlet(report.document(*id)))
        .collect();
    match ids.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// "9 copies", "no copy".
pub(super) fn copies(number: usize) -> String {
    match number {
        0 => "no copy".to_string(),
        some => count(some, "copy", "copies"),
    }
}

/// Why a reading is newer, in words.
pub(super) fn newer(report: &Report, reading: &Reading) -> Option<String> {
    reading.newer.map(|newer| newer_words(report, newer))
}

/// "newer: a later version by Pacific Union Press has it".
pub(super) fn newer_words(report: &Report, newer: Newer) -> String {
    match newer {
        Newer::Wire(id) => format!(
            "newer: {} has it in a later version",
            phrases::outlet(report.document(id))
        ),
        Newer::Copies(copies) => {
            format!("newer, it seems: {copies} copies have it, none of them from another")
        }
    }
}

/// Who says neither: "1 in other words, 3 without the passage".
pub(super) fn others(entry: &Entry) -> Option<String> {
    let mut said = Vec::new();
    if !entry.unclear.is_empty() {
        said.push(format!("{} in other words", entry.unclear.len()));
    }
    if !entry.silent.is_empty() {
        said.push(format!("{} without the passage", entry.silent.len()));
    }
    (!said.is_empty()).then(|| said.join(", "))
}

/// "2 copies still carry the old statement, 1 of them published after it"; "1 has the new one".
pub(super) fn carriers(report: &Report, correction: &Correction) -> String {
    let mut said = Vec::new();
    let old = &correction.carry_old;
    said.push(if old.is_empty() {
        "no copy carries the old statement".to_string()
    } else {
        let late = match correction.late.len() {
            0 => String::new(),
            n if n == old.len() => ", published after the correction".to_string(),
            n => format!(", {n} of them published after the correction"),
        };
        format!(
            "{} the old statement ({}){late}",
            count(old.len(), "copy still carries", "copies still carry"),
            names(report, old, 4)
        )
    });
    if !correction.carry_new.is_empty() {
        said.push(format!(
            "{} the new one ({})",
            count(correction.carry_new.len(), "copy has", "copies have"),
            names(report, &correction.carry_new, 4)
        ));
    }
    said.join("; ")
}
