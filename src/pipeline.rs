//! The order of stages; the only file that calls them all.

use crate::model::{Document, Problem, Report};
use crate::observer::Observer;
use crate::options::TraceOptions;

/// Traces wire copy through `documents`: clusters, sources, sentence by sentence findings.
///
/// `problems` are carried into the report. The result does not depend on the order of `documents` nor on the
/// number of threads. Documents with the same id are told apart by their origin.
pub fn trace(documents: Vec<Document>, problems: Vec<Problem>, options: &TraceOptions, observer: &dyn Observer) -> Report {
    let _ = (options, observer);
    Report { documents, problems, ..Report::default() }
}

/// Compares exactly two articles, `source` being the first: always one cluster, whatever they share.
pub fn compare(source: Document, copy: Document, options: &TraceOptions) -> Report {
    let _ = options;
    Report { documents: vec![source, copy], ..Report::default() }
}

/// A pair of sentences judged on its own.
#[derive(Clone, Debug)]
pub struct PairVerdict {
    /// What was done to the reference.
    pub relation: crate::model::Relation,
    /// Likelihood in 0..=1 that the meaning (not the wording) changed.
    pub drift_score: f32,
    /// The changes, by their place in the hypothesis; spans are bytes of the two texts.
    pub drifts: Vec<crate::model::Drift>,
}

/// Judges one sentence (or short passage) against its reference. Pure: no state between calls.
pub fn judge_pair(reference: &str, hypothesis: &str) -> PairVerdict {
    let whole = |text: &str| crate::model::Span::new(0, text.len());
    let (relation, drifts, drift_score) = crate::judge::judge(reference, whole(reference), hypothesis, whole(hypothesis));
    PairVerdict { relation, drift_score, drifts }
}
