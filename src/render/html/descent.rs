//! The cluster at a glance: when each outlet printed it, and from whom it has it. A drawing, and the same in words.

use std::fmt::Write as _;
use std::io;

use crate::model::{Cluster, DocId, Parent, Report, SourceStanding};

use super::super::phrases::{self, Names, percent};
use super::super::provenance::{Node, is_worth_a_tree, parentage, tree};
use super::escape::{escaped, prose};
use super::version_anchor;

/// Height of a document's row, and of the axis above the rows, in pixels.
const ROW: usize = 46;
const AXIS: usize = 26;
/// Where the first and the last time stand, in percent of the width.
const FIRST: f64 = 5.0;
const LAST: f64 = 95.0;
/// Probability from which a line is drawn through.
const SURE: f32 = 0.8;
/// Documents that are drawn. More are told in words.
const DRAWN: usize = 60;

/// Characters of a name: of two versions by one outlet it ends with the time.
const LONGEST_NAME: usize = 44;

/// The times that may be marked on the axis, in seconds after the first, with their names.
const MARKS: [(i64, &str); 12] = [
    (0, "first"),
    (900, "15 min"),
    (3600, "1 h"),
    (3 * 3600, "3 h"),
    (6 * 3600, "6 h"),
    (12 * 3600, "12 h"),
    (24 * 3600, "1 day"),
    (2 * 86_400, "2 days"),
    (4 * 86_400, "4 days"),
    (7 * 86_400, "1 week"),
    (30 * 86_400, "1 month"),
    (365 * 86_400, "1 year"),
];

/// Writes the drawing with its words. Nothing where nothing is known of who copied whom.
pub(super) fn descent(
    report: &Report,
    cluster: &Cluster,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if !is_worth_a_tree(cluster) {
        return Ok(());
    }
    let nodes = tree(report, cluster);
    let names = Names::new(report, cluster);
    let n = cluster.number;
    writeln!(
        out,
        "<section class=\"descent\" aria-labelledby=\"c{n}gh\">\n<h3 id=\"c{n}gh\">Who copied whom, and when</h3>"
    )?;
    out.write_all(drawing(report, cluster, &nodes, &names).as_bytes())?;
    in_words(report, cluster, &nodes, &names, out)?;
    writeln!(out, "</section>")
}

/// Where the documents stand from left to right, in percent.
struct Places {
    /// By the order of the nodes.
    at: Vec<f64>,
    /// Marks of the axis.
    marks: Vec<(f64, &'static str)>,
}

/// By the logarithm of the time since the first document: minutes count in the first hour, days in the second week. By depth where no time is known.
fn places(report: &Report, nodes: &[Node<'_>]) -> Places {
    let time = |id: DocId| report.document(id).published_seconds;
    let known = || nodes.iter().filter_map(|node| time(node.document));
    let (Some(first), Some(last)) = (known().min(), known().max()) else {
        let at = nodes
            .iter()
            .map(|node| (FIRST + 12.0 * node.depth as f64).min(LAST))
            .collect();
        return Places {
            at,
            marks: Vec::new(),
        };
    };
    let span = (last - first).max(3600);
    let scaled = |seconds: i64| {
        let part = (seconds as f64 / 900.0).ln_1p() / (span as f64 / 900.0).ln_1p();
        FIRST + (LAST - FIRST) * part.min(1.0)
    };
    let mut at = Vec::with_capacity(nodes.len());
    for node in nodes {
        let place = match time(node.document) {
            Some(seconds) => scaled(seconds - first),
            // Beside its parent: all that is known is that it came after.
            None => nodes
                .iter()
                .take(at.len())
                .position(|other| parent_of(node) == Some(other.document))
                .map_or(FIRST, |k: usize| f64::min(at[k] + 4.0, LAST)),
        };
        at.push(place);
    }
    let mut marks: Vec<(f64, &'static str)> = Vec::new();
    for (seconds, name) in MARKS.into_iter().filter(|(seconds, _)| *seconds <= span) {
        let place = scaled(seconds);
        if marks
            .last()
            .is_none_or(|(before, _)| place - before >= 11.0)
        {
            marks.push((place, name));
        }
    }
    Places { at, marks }
}

fn parent_of(node: &Node<'_>) -> Option<DocId> {
    match node.descent?.parent {
        Parent::Document(parent) => Some(parent),
        Parent::Lost | Parent::Undetermined => None,
    }
}

fn drawing(report: &Report, cluster: &Cluster, nodes: &[Node<'_>], names: &Names<'_>) -> String {
    let n = cluster.number;
    let places = places(report, nodes);
    let shown = &nodes[..nodes.len().min(DRAWN)];
    let axis = if places.marks.is_empty() { 0 } else { AXIS };
    let height = axis + ROW * shown.len() + 4;
    let dot = |row: usize| axis + ROW * row + 31;
    let mut svg = format!(
        "<figure class=\"tree\" tabindex=\"0\" role=\"group\" aria-label=\"Who copied whom, drawn\"><svg role=\"img\" aria-labelledby=\"c{n}gt c{n}gd\" width=\"100%\" height=\"{height}\">\
         <title id=\"c{n}gt\">Who copied whom in cluster {n}</title><desc id=\"c{n}gd\">{}</desc>",
        escaped(&description(cluster, nodes, names))
    );
    for (place, name) in &places.marks {
        let anchor = if *place > 90.0 { "end" } else { "middle" };
        let _ = write!(
            svg,
            "<line class=\"mark\" x1=\"{place:.1}%\" x2=\"{place:.1}%\" y1=\"{axis}\" y2=\"{height}\"/>\
             <text class=\"when\" x=\"{place:.1}%\" y=\"16\" text-anchor=\"{anchor}\">{name}</text>"
        );
    }
    // Lines below, then dots, then words: no line crosses a name that can be read.
    for (row, node) in shown.iter().enumerate() {
        let Some(descent) = node.descent else {
            continue;
        };
        let from = match descent.parent {
            Parent::Document(parent) => Some(parent),
            Parent::Undetermined => descent.candidates.iter().find_map(|(id, _)| *id),
            Parent::Lost => None,
        };
        let above = from.and_then(|id| shown.iter().position(|other| other.document == id));
        let kind = match descent.parent {
            Parent::Document(_) if descent.probability >= SURE => "sure",
            Parent::Document(_) => "likely",
            Parent::Lost | Parent::Undetermined => "open",
        };
        let (x, y) = (places.at[row], dot(row));
        if let Some(other) = above {
            let (x0, y0) = (places.at[other], dot(other));
            let _ = write!(
                svg,
                "<g class=\"edge {kind}\"><line x1=\"{x0:.1}%\" x2=\"{x0:.1}%\" y1=\"{y0}\" y2=\"{y}\"/>\
                 <line x1=\"{x0:.1}%\" x2=\"{x:.1}%\" y1=\"{y}\" y2=\"{y}\"/></g>"
            );
        } else if descent.parent == Parent::Lost {
            let _ = write!(
                svg,
                "<g class=\"edge open\"><line x1=\"1.5%\" x2=\"{x:.1}%\" y1=\"{y}\" y2=\"{y}\"/></g>\
                 <text class=\"when\" x=\"0\" y=\"{}\">?</text>",
                y + 4
            );
        }
    }
    for (row, node) in shown.iter().enumerate() {
        let (x, y) = (places.at[row], dot(row));
        let _ = match node.descent {
            None if node.document == cluster.source => write!(
                svg,
                "<rect class=\"dot source\" x=\"{x:.1}%\" y=\"{}\" width=\"12\" height=\"12\" transform=\"translate(-6 0)\"/>",
                y - 6
            ),
            Some(descent) if descent.parent == Parent::Undetermined => {
                write!(
                    svg,
                    "<circle class=\"dot open\" cx=\"{x:.1}%\" cy=\"{y}\" r=\"6\"/>"
                )
            }
            _ if node.depth > 1 => {
                write!(
                    svg,
                    "<circle class=\"dot second\" cx=\"{x:.1}%\" cy=\"{y}\" r=\"6\"/>"
                )
            }
            _ => write!(
                svg,
                "<circle class=\"dot first\" cx=\"{x:.1}%\" cy=\"{y}\" r=\"6\"/>"
            ),
        };
        let _ = write!(
            svg,
            "<text class=\"name\" x=\"{}\" y=\"{}\">{}</text>",
            12 * node.depth.min(8),
            y - 15,
            label(report, cluster, node, names)
        );
    }
    svg.push_str("</svg><figcaption>");
    svg.push_str(
        "<span>■ source</span> <span>● from the source</span> <span>◉ second-hand: from another copy</span> \
         <span>◌ undetermined</span> <span>line drawn through: 80 % and more, dashed: less, dotted: undetermined</span>",
    );
    if !places.marks.is_empty() {
        svg.push_str(" <span>from left to right: time since the first, by its logarithm</span>");
    }
    if nodes.len() > shown.len() {
        let _ = write!(
            svg,
            " <span>{} more in words below</span>",
            nodes.len() - shown.len()
        );
    }
    svg.push_str("</figcaption></figure>\n");
    svg
}

/// An outlet's name with what matters most of it.
fn label(report: &Report, cluster: &Cluster, node: &Node<'_>, names: &Names<'_>) -> String {
    let name = escaped(&phrases::shorten(&names.of(node.document), LONGEST_NAME));
    let mut said = match version_anchor(cluster, node.document) {
        Some(anchor) => format!("<a href=\"#{anchor}\">{name}</a>"),
        None => name,
    };
    let mut more = Vec::new();
    match node.descent {
        None if node.document == cluster.source => {
            more.push("source".to_string());
        }
        None => {}
        Some(descent) => match descent.parent {
            Parent::Document(_) => more.push(escaped(&percent(descent.probability))),
            Parent::Lost => more.push("its source is not here".to_string()),
            Parent::Undetermined => more.push("undetermined".to_string()),
        },
    }
    if report.document(node.document).published_seconds.is_none() {
        more.push("no time".to_string());
    }
    if !more.is_empty() {
        let _ = write!(
            said,
            "<tspan class=\"more\"> · {}</tspan>",
            more.join(" · ")
        );
    }
    let version = cluster
        .versions
        .iter()
        .find(|v| v.document == node.document);
    let (major, _) = version.map_or((0, 0), phrases::drift_counts);
    if major > 0 {
        let _ = write!(said, "<tspan class=\"grave\"> · {major} major</tspan>");
    }
    said
}

/// The drawing for those who do not see it.
fn description(cluster: &Cluster, nodes: &[Node<'_>], names: &Names<'_>) -> String {
    let name = |id: DocId| names.of(id);
    let source = match cluster.source_standing {
        SourceStanding::Likely => format!("The likely source is {}.", name(cluster.source)),
        SourceStanding::Lost => "The common source is not among the documents.".to_string(),
        SourceStanding::Undetermined => "The source is undetermined.".to_string(),
    };
    let told: Vec<String> = nodes
        .iter()
        .filter_map(|node| {
            Some(format!(
                "{}: {}",
                name(node.document),
                parentage(names, node.descent?)
            ))
        })
        .collect();
    format!(
        "{source} {}. The list below gives the reasons.",
        told.join("; ")
    )
}

/// Every document with its parent, probability and reasons.
fn in_words(
    report: &Report,
    cluster: &Cluster,
    nodes: &[Node<'_>],
    names: &Names<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(
        out,
        "<details class=\"passages words\"><summary>The same in words, with the reasons</summary>\n<ul class=\"parents\">"
    )?;
    for node in nodes {
        let document = report.document(node.document);
        let name = escaped(&names.of(node.document));
        let name = match version_anchor(cluster, node.document) {
            Some(anchor) => format!("<a href=\"#{anchor}\"><bdi>{name}</bdi></a>"),
            None => format!("<b><bdi>{name}</bdi></b>"),
        };
        let time = document.published_at.as_deref().unwrap_or("no time");
        write!(
            out,
            "<li style=\"margin-left:{}em\">{name} <span class=\"faint\">{}</span>",
            node.depth.min(6),
            escaped(time)
        )?;
        match node.descent {
            None if node.document == cluster.source => write!(out, ", the source")?,
            None => {}
            Some(descent) => {
                write!(out, ", {}", escaped(&parentage(names, descent)))?;
                if !descent.evidence.is_empty() {
                    write!(out, "<ul>")?;
                    for reason in &descent.evidence {
                        write!(
                            out,
                            "<li><span class=\"kind\">{}</span> {}</li>",
                            kind(reason.kind),
                            prose(&reason.said)
                        )?;
                    }
                    write!(out, "</ul>")?;
                }
            }
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ul></details>")
}

fn kind(kind: crate::model::EvidenceKind) -> String {
    kind.name().replace('_', " ")
}
