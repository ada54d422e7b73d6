//! Whether the source of a story's cluster is its dispatch, and how its versions are said to depend on it.

use super::scores::Confusion;
use crate::model::{Derivation, DocId, Report, Version};

/// The classes, in the order of rows and of the first columns.
pub const CLASSES: [Derivation; 3] = [
    Derivation::WhollyDerived,
    Derivation::PartiallyDerived,
    Derivation::NonDerived,
];
/// Column of a version that was itself taken for the source.
pub const TAKEN_FOR_SOURCE: usize = CLASSES.len();

/// Labelled derivation against predicted derivation.
pub type DerivationTable = Confusion<3, 4>;

/// Whether the cluster that most of `documents` (a dispatch and what was made from it) belong to has `dispatch` as its
/// source. Of two clusters with as many of them the first counts.
pub fn source_is(report: &Report, dispatch: DocId, documents: &[DocId]) -> bool {
    let mut best: Option<(usize, usize)> = None;
    for k in 0..report.clusters.len() {
        let inside = documents
            .iter()
            .filter(|d| report.main_cluster[d.index()].is_some_and(|main| main as usize == k))
            .count();
        if inside > best.map_or(0, |(most, _)| most) {
            best = Some((inside, k));
        }
    }
    best.is_some_and(|(_, k)| report.clusters[k].source == dispatch)
}

/// The column of a document: the class of its version against the dispatch (`against_dispatch`), else of its version in the
/// cluster that most of it belongs to; `NonDerived` when it is in none.
pub fn predicted_derivation(
    report: &Report,
    document: DocId,
    against_dispatch: Option<&Version>,
) -> usize {
    let main = report.main_cluster[document.index()].and_then(|k| report.clusters.get(k as usize));
    if against_dispatch.is_none() && main.is_some_and(|cluster| cluster.source == document) {
        return TAKEN_FOR_SOURCE;
    }
    let version =
        against_dispatch.or_else(|| main?.versions.iter().find(|v| v.document == document));
    class(version.map_or(Derivation::NonDerived, |v| v.derivation))
}

/// Row and column of a class.
pub fn class(derivation: Derivation) -> usize {
    match derivation {
        Derivation::WhollyDerived => 0,
        Derivation::PartiallyDerived => 1,
        Derivation::NonDerived => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::version;
    use super::*;
    use crate::model::{Attribution, Cluster, SourceStanding};

    fn id(k: usize) -> DocId {
        DocId::new(k).unwrap()
    }

    /// Documents 0, 1, 2 in a cluster whose source is 1; 3 alone.
    fn report() -> Report {
        let member = |k| Version {
            document: id(k),
            derivation: Derivation::PartiallyDerived,
            independent: false,
            ..version(Vec::new())
        };
        let cluster = Cluster {
            number: 1,
            source: id(1),
            source_attribution: Attribution::default(),
            source_standing: SourceStanding::Likely,
            source_confidence: 1.0,
            source_evidence: Vec::new(),
            source_sentences: Vec::new(),
            versions: vec![member(0), member(2)],
            descents: Vec::new(),
            ledger: Vec::new(),
            corrections: Vec::new(),
            weakest: 1.0,
        };
        Report {
            clusters: vec![cluster],
            main_cluster: vec![Some(0), Some(0), Some(0), None],
            ..Report::default()
        }
    }

    #[test]
    fn the_source_is_that_of_the_cluster_with_most_of_the_story() {
        let report = report();
        assert!(source_is(&report, id(1), &[id(0), id(1), id(3)]));
        assert!(!source_is(&report, id(0), &[id(0), id(1), id(2)]));
        assert!(!source_is(&report, id(3), &[id(3)]));
    }

    #[test]
    fn a_document_in_no_cluster_is_not_derived() {
        let report = report();
        assert_eq!(
            predicted_derivation(&report, id(0), None),
            class(Derivation::PartiallyDerived)
        );
        assert_eq!(predicted_derivation(&report, id(1), None), TAKEN_FOR_SOURCE);
        assert_eq!(
            predicted_derivation(&report, id(3), None),
            class(Derivation::NonDerived)
        );
    }
}
