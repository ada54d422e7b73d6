//! Line by line answers: the batch judge's verdicts, and the list of clustered documents.

use std::io;

use serde::Serialize;

use crate::model::{PairVerdict, Relation, Report};

use super::codepoints::CodePoints;
use super::json::{DriftOut, rounded};

#[derive(Serialize)]
struct PairOut<'r, I> {
    id: &'r I,
    relation: Relation,
    drift_score: f64,
    drifts: Vec<DriftOut<'r>>,
}

/// Writes one verdict as a line of JSON: `id` as given, `relation`, `drift_score`, and `drifts` with offsets in code
/// points of the two texts, end exclusive. The drifts' spans must be of these two texts.
pub fn pair<I: Serialize>(
    id: &I,
    reference: &str,
    hypothesis: &str,
    verdict: &PairVerdict,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let source_points = CodePoints::new(reference);
    let copy_points = CodePoints::new(hypothesis);
    let line = PairOut {
        id,
        relation: verdict.relation,
        drift_score: rounded(verdict.drift_score),
        drifts: verdict
            .drifts
            .iter()
            .map(|drift| {
                DriftOut::new(
                    drift,
                    (reference, &source_points),
                    (hypothesis, &copy_points),
                )
            })
            .collect(),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct ClusterLine<'r> {
    id: &'r str,
    cluster: String,
}

/// Writes `{"id","cluster"}` for each document that lies in a cluster, ordered by id. The cluster is that of the
/// story which most of the document carries: `c1` is the report's cluster 1.
pub fn clusters(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut lines: Vec<ClusterLine<'_>> = report
        .documents
        .iter()
        .zip(&report.main_cluster)
        .filter_map(|(document, main)| {
            let cluster = report.clusters.get((*main)? as usize)?;
            Some(ClusterLine {
                id: &document.id,
                cluster: format!("c{}", cluster.number),
            })
        })
        .collect();
    lines.sort_by(|a, b| a.id.cmp(b.id));
    for line in &lines {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
