//! Links between sentences against the labelled ones.
//!
//! A link of several sentences stands for every pair of a copy's and a source's sentence in it. A predicted pair meets a
//! labelled one when, on both sides, the overlap is at least half of either sentence: the two need not cut sentences alike.

use super::corpus::LabelledSentence;
use super::scores::{Scores, Share};
use crate::model::{Sentence, Span, Version};

/// Whether two spans are the same sentence: their overlap is at least half of either.
pub(super) fn same_sentence(a: Span, b: Span) -> bool {
    let shared = overlap(a, b);
    shared > 0 && (2 * shared >= a.len() || 2 * shared >= b.len())
}

/// Bytes that two spans share.
pub(super) fn overlap(a: Span, b: Span) -> usize {
    (a.end.min(b.end) as usize).saturating_sub(a.start.max(b.start) as usize)
}

/// Predicted and labelled pairs of one version. `copy` and `source` are the sentences of the two documents.
pub fn measure(
    labels: &[LabelledSentence],
    version: &Version,
    copy: &[Sentence],
    source: &[Sentence],
) -> Scores {
    let mut predicted: Vec<(Span, Span)> = Vec::new();
    for link in &version.links {
        for &mine in &link.copy {
            predicted.extend(
                link.source
                    .iter()
                    .map(|&theirs| (copy[mine as usize].span, source[theirs as usize].span)),
            );
        }
    }
    let labelled: Vec<(Span, Span)> = labels
        .iter()
        .flat_map(|label| label.source.iter().map(|theirs| (label.span, *theirs)))
        .collect();
    let met = |pairs: &[(Span, Span)], others: &[(Span, Span)]| {
        let mut share = Share::default();
        for pair in pairs {
            share.count(
                others
                    .iter()
                    .any(|other| same_sentence(pair.0, other.0) && same_sentence(pair.1, other.1)),
            );
        }
        share
    };
    Scores {
        predicted: met(&predicted, &labelled),
        labelled: met(&labelled, &predicted),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{label, link, sentences, version};
    use super::*;
    use crate::model::Relation;

    #[test]
    fn half_of_either_sentence_suffices() {
        assert!(same_sentence(Span::new(0, 10), Span::new(5, 40)));
        assert!(!same_sentence(Span::new(0, 10), Span::new(6, 40)));
        assert!(!same_sentence(Span::new(0, 10), Span::new(10, 40)));
    }

    #[test]
    fn links_are_counted_as_pairs() {
        let labels = [
            label(0..10, &[(0, 10), (10, 20)], Some(Relation::Summary)),
            label(10..20, &[(20, 30)], Some(Relation::Paraphrase)),
            label(20..30, &[], Some(Relation::New)),
        ];
        let copy = sentences(&[(0, 10), (10, 20), (20, 30)]);
        let source = sentences(&[(0, 10), (10, 20), (20, 30)]);
        // One of the two sources of the summary is missed; the new sentence is linked wrongly.
        let found = version(vec![
            link(&[0], &[0], Relation::Paraphrase),
            link(&[1], &[2], Relation::Paraphrase),
            link(&[2], &[1], Relation::Paraphrase),
        ]);
        let scores = measure(&labels, &found, &copy, &source);
        assert_eq!(
            (scores.precision(), scores.recall()),
            (Some(2.0 / 3.0), Some(2.0 / 3.0))
        );
    }

    #[test]
    fn a_sentence_cut_in_two_still_meets_its_label() {
        let labels = [label(0..20, &[(0, 20)], Some(Relation::Verbatim))];
        let found = version(vec![link(&[0, 1], &[0], Relation::Verbatim)]);
        let scores = measure(
            &labels,
            &found,
            &sentences(&[(0, 10), (11, 20)]),
            &sentences(&[(0, 20)]),
        );
        assert_eq!(
            (scores.precision(), scores.recall()),
            (Some(1.0), Some(1.0))
        );
    }
}
