//! What an archive knows of articles, as JSON. `docs/check.md` describes every field.

use std::io;

use serde::Serialize;

use super::{
    AttributionOut, DocumentOut, Generator, ProblemOut, VersionOut, attribution, document, rounded,
    version,
};
use crate::model::{Checked, First, OtherSource, Problem};
use crate::render::RenderOptions;
use crate::render::codepoints::CodePoints;

/// Name and version of the JSON layout of `check`. The number rises when a field changes its meaning or goes away; new fields may
/// appear without it.
pub const CHECK_SCHEMA: &str = "wirecopy.check/1";

/// Writes the answers as one JSON object, indented, with a line break at the end.
pub(in crate::render) fn render(
    checked: &[Checked],
    problems: &[Problem],
    _: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let points: Vec<Vec<CodePoints<'_>>> = checked
        .iter()
        .map(|one| {
            let texts = one.report.documents.iter();
            texts.map(|found| CodePoints::new(&found.text)).collect()
        })
        .collect();
    let whole = Whole {
        schema: CHECK_SCHEMA,
        generator: Generator {
            name: "wirecopy",
            version: env!("CARGO_PKG_VERSION"),
        },
        archive: checked.first().map(|one| ArchiveOut {
            documents: one.archive.0,
            generation: one.archive.1,
        }),
        incomplete: checked
            .iter()
            .flat_map(|one| one.damaged.iter().map(String::as_str))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect(),
        checks: checked
            .iter()
            .zip(&points)
            .map(|(one, points)| check(one, points))
            .collect(),
        problems: problems.iter().map(Into::into).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Whole<'r> {
    schema: &'static str,
    generator: Generator,
    archive: Option<ArchiveOut>,
    incomplete: Vec<&'r str>,
    checks: Vec<CheckOut<'r>>,
    problems: Vec<ProblemOut<'r>>,
}

#[derive(Serialize)]
struct ArchiveOut {
    documents: u64,
    generation: u64,
}

#[derive(Serialize)]
struct CheckOut<'r> {
    article: DocumentOut<'r>,
    sources: Vec<SourceOut<'r>>,
    others: Vec<OtherOut<'r>>,
    met: u64,
    printings: u64,
    best_refused: Option<f64>,
}

#[derive(Serialize)]
struct SourceOut<'r> {
    rank: u32,
    document: DocumentOut<'r>,
    first: First,
    confidence: f64,
    evidence: &'r [String],
    attribution: AttributionOut<'r>,
    similarity: f64,
    with_furniture: FurnitureOut,
    sentences_used: &'r [u32],
    version: VersionOut<'r>,
}

#[derive(Serialize)]
struct FurnitureOut {
    containment_of_copy: f64,
    containment_of_source: f64,
}

#[derive(Serialize)]
struct OtherOut<'r> {
    id: &'r str,
    outlet: Option<&'r str>,
    published_at: Option<&'r str>,
    containment_of_copy: f64,
    containment_of_source: f64,
    aligned: bool,
    first: First,
}

fn check<'r>(checked: &'r Checked, points: &[CodePoints<'_>]) -> CheckOut<'r> {
    let report = &checked.report;
    let source = |(cluster, found): (&'r crate::model::Cluster, &'r crate::model::Found)| {
        let at = cluster.source.index();
        SourceOut {
            rank: cluster.number,
            document: document(report, at, &points[at]),
            first: found.first,
            confidence: rounded(cluster.source_confidence),
            evidence: &cluster.source_evidence,
            attribution: attribution(report, cluster.source, &cluster.source_attribution, points),
            similarity: rounded(found.jaccard),
            with_furniture: FurnitureOut {
                containment_of_copy: rounded(found.article_with_furniture),
                containment_of_source: rounded(found.source_with_furniture),
            },
            sentences_used: &cluster.source_sentences,
            version: version(report, cluster, &cluster.versions[0], points),
        }
    };
    let other = |other: &'r OtherSource| OtherOut {
        id: &other.id,
        outlet: other.outlet.as_deref(),
        published_at: other.published_at.as_deref(),
        containment_of_copy: rounded(other.containment_of_article),
        containment_of_source: rounded(other.containment_of_source),
        aligned: other.aligned,
        first: other.first,
    };
    CheckOut {
        article: document(report, 0, &points[0]),
        sources: report
            .clusters
            .iter()
            .zip(&checked.found)
            .map(source)
            .collect(),
        others: checked.others.iter().map(other).collect(),
        met: checked.met,
        printings: checked.printings,
        best_refused: report.summary.best_refused.map(rounded),
    }
}
