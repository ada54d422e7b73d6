//! Clusters against the labelled stories: pairs, adjusted Rand index, B-cubed.
//!
//! The dispatch of a story, its copies and its updates are one true cluster; every independent report and every form
//! is alone. A document belongs to the predicted cluster that most of it carries, or is alone.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::scores::{Scores, Share};

/// Counts of one story's documents, or of several stories'. A predicted pair across two stories counts half in each, so
/// that the counts of all stories add up to those of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterTally {
    /// Pairs of documents that are together: predicted among them true, and true among them predicted.
    pub pairs: Scores,
    /// Sum over documents of the share of its predicted cluster that is truly with it, and of its true cluster that is
    /// predicted with it (Bagga and Baldwin 1998).
    pub bcubed: Scores,
    /// Documents.
    pub documents: f64,
}

impl ClusterTally {
    /// Adjusted Rand index, at most 1, 0 for clusters drawn by chance (Hubert and Arabie 1985). `None` for fewer than two
    /// documents.
    pub fn ari(&self) -> Option<f64> {
        let all = self.documents * (self.documents - 1.0) / 2.0;
        if all <= 0.0 {
            return None;
        }
        let (predicted, labelled) = (self.pairs.predicted.of, self.pairs.labelled.of);
        let expected = predicted * labelled / all;
        let most = f64::midpoint(predicted, labelled);
        Some(if most > expected {
            (self.pairs.labelled.hits - expected) / (most - expected)
        } else {
            1.0
        })
    }
}

impl AddAssign for ClusterTally {
    fn add_assign(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.bcubed += other.bcubed;
        self.documents += other.documents;
    }
}

/// One document: its story, its true cluster and its predicted cluster (any numbers; `None`: alone).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Index of the story.
    pub story: usize,
    /// True cluster.
    pub labelled: Option<usize>,
    /// Predicted cluster.
    pub predicted: Option<usize>,
}

/// The tallies of `stories` stories. Time in O(n log n) of the documents.
pub fn measure(members: &[Member], stories: usize) -> Vec<ClusterTally> {
    // Someone who is alone gets a cluster number that nobody else has.
    let given = |of: fn(&Member) -> Option<usize>| -> Vec<(bool, usize)> {
        members
            .iter()
            .enumerate()
            .map(|(k, m)| of(m).map_or((true, k), |cluster| (false, cluster)))
            .collect()
    };
    let (labelled, predicted) = (given(|m| m.labelled), given(|m| m.predicted));
    let both: Vec<_> = labelled
        .iter()
        .copied()
        .zip(predicted.iter().copied())
        .collect();
    let (of_labelled, of_predicted, of_both) = (sizes(&labelled), sizes(&predicted), sizes(&both));
    let mut tallies = vec![ClusterTally::default(); stories];
    for (k, member) in members.iter().enumerate() {
        let (truly, foretold, shared) = (
            of_labelled[&labelled[k]],
            of_predicted[&predicted[k]],
            of_both[&both[k]],
        );
        let tally = &mut tallies[member.story];
        // Every pair is seen from both its documents.
        let hits = (shared - 1.0) / 2.0;
        tally.pairs += Scores {
            predicted: Share {
                hits,
                of: (foretold - 1.0) / 2.0,
            },
            labelled: Share {
                hits,
                of: (truly - 1.0) / 2.0,
            },
        };
        tally.bcubed += Scores {
            predicted: Share {
                hits: shared / foretold,
                of: 1.0,
            },
            labelled: Share {
                hits: shared / truly,
                of: 1.0,
            },
        };
        tally.documents += 1.0;
    }
    tallies
}

fn sizes<T: Ord + Copy>(clusters: &[T]) -> BTreeMap<T, f64> {
    let mut sizes = BTreeMap::new();
    for &cluster in clusters {
        *sizes.entry(cluster).or_insert(0.0) += 1.0;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(members: &[(usize, Option<usize>, Option<usize>)]) -> ClusterTally {
        let members: Vec<Member> = members
            .iter()
            .map(|&(story, labelled, predicted)| Member {
                story,
                labelled,
                predicted,
            })
            .collect();
        let mut total = ClusterTally::default();
        for tally in measure(&members, 2) {
            total += tally;
        }
        total
    }

    #[test]
    fn perfect_clusters_score_one() {
        let found = total(&[
            (0, Some(0), Some(7)),
            (0, Some(0), Some(7)),
            (0, None, None),
            (1, Some(1), Some(3)),
            (1, Some(1), Some(3)),
        ]);
        assert_eq!(
            (found.pairs.f1(), found.bcubed.f1(), found.ari()),
            (Some(1.0), Some(1.0), Some(1.0))
        );
    }

    #[test]
    fn a_merge_of_two_stories_costs_precision() {
        // Two true pairs in one predicted cluster of four: 2 of 6 pairs are right.
        let found = total(&[
            (0, Some(0), Some(0)),
            (0, Some(0), Some(0)),
            (1, Some(1), Some(0)),
            (1, Some(1), Some(0)),
        ]);
        assert_eq!(
            (found.pairs.precision(), found.pairs.recall()),
            (Some(2.0 / 6.0), Some(1.0))
        );
        assert_eq!(
            (found.bcubed.precision(), found.bcubed.recall()),
            (Some(0.5), Some(1.0))
        );
        // Index 2, expected 6 * 2 / 6 = 2: no better than chance.
        assert_eq!(found.ari(), Some(0.0));
    }

    #[test]
    fn a_lost_document_costs_recall() {
        let found = total(&[
            (0, Some(0), Some(0)),
            (0, Some(0), Some(0)),
            (0, Some(0), None),
        ]);
        assert_eq!(
            (found.pairs.precision(), found.pairs.recall()),
            (Some(1.0), Some(1.0 / 3.0))
        );
        assert!(
            (found.bcubed.recall().unwrap() - (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0) / 3.0).abs()
                < 1e-12
        );
    }
}
