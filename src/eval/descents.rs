//! Who copied whom: parents found and wrong, how well their probabilities hold, and whether a lost source is known as lost.

use std::ops::AddAssign;

use super::corpus::{Role, Story};
use super::scores::{Scores, Share};
use crate::model::{Cluster, DocId, Parent, Report, SourceStanding};

/// Parents of some documents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DescentTally {
    /// Edges from a document to the one that was made from it.
    pub edges: Scores,
    /// Of these the second-hand ones: made from another copy and not from the dispatch.
    pub second_hand: Scores,
    /// Squared differences between the probability of each answer and whether it was right.
    pub brier: Share,
    /// Clusters of copies whose dispatch was taken away: their source is said to be lost.
    pub lost: Share,
}

impl AddAssign for DescentTally {
    fn add_assign(&mut self, other: Self) {
        self.edges += other.edges;
        self.second_hand += other.second_hand;
        self.brier += other.brier;
        self.lost += other.lost;
    }
}

/// Compares the parents that `report` names for the documents of a story (`ids`) with the labels. Every document is taken in the cluster that most
/// of it belongs to; one without a cluster has no parent, and an undetermined parent is no prediction.
pub fn measure(story: &Story, ids: &[DocId], report: &Report) -> DescentTally {
    let mut tally = DescentTally::default();
    let dispatch = ids[story.wire];
    let id_of = |name: &str| {
        story
            .documents
            .iter()
            .position(|d| d.name == name)
            .map(|k| ids[k])
    };
    for (document, &id) in story.documents.iter().zip(ids) {
        let from = document
            .copied_from
            .as_deref()
            .filter(|_| document.role != Role::Wire)
            .and_then(id_of);
        let descent = main_cluster(report, id).and_then(|cluster| cluster.descent(id));
        let told = descent.and_then(|d| match d.parent {
            Parent::Document(parent) => Some((parent, d.probability)),
            Parent::Lost | Parent::Undetermined => None,
        });
        let hit = told.is_some_and(|(parent, _)| from == Some(parent));
        if let Some((parent, probability)) = told {
            tally.edges.predicted.count(hit);
            if parent != dispatch {
                tally.second_hand.predicted.count(hit);
            }
            let missed = f64::from(probability) - f64::from(u8::from(hit));
            tally.brier.hits += missed * missed;
            tally.brier.of += 1.0;
        }
        if let Some(parent) = from {
            tally.edges.labelled.count(hit);
            if parent != dispatch {
                tally.second_hand.labelled.count(hit);
            }
        }
    }
    tally
}

/// Of a report on the documents without the dispatch: whether the largest cluster of the story's copies says that its source is lost. Nothing is
/// counted where one copy of the cluster is where all others of it come from. `ids` are `None` for the dispatch.
pub fn lost(story: &Story, ids: &[Option<DocId>], report: &Report) -> Share {
    let mut share = Share::default();
    let members = |cluster: &Cluster| -> Vec<usize> {
        (0..ids.len())
            .filter(|&k| {
                ids[k].is_some_and(|id| {
                    story.documents[k].role.is_derived()
                        && (cluster.source == id
                            || cluster.versions.iter().any(|v| v.document == id))
                })
            })
            .collect()
    };
    let mut largest: Option<(&Cluster, Vec<usize>)> = None;
    for cluster in &report.clusters {
        let found = members(cluster);
        if found.len() > largest.as_ref().map_or(1, |(_, most)| most.len()) {
            largest = Some((cluster, found));
        }
    }
    if let Some((cluster, members)) = largest {
        let first_hand = members.iter().filter(|&&k| {
            let from = story.documents[k].copied_from.as_deref();
            !members
                .iter()
                .any(|&other| Some(story.documents[other].name.as_str()) == from)
        });
        if first_hand.count() > 1 {
            share.count(cluster.source_standing == SourceStanding::Lost);
        }
    }
    share
}

fn main_cluster(report: &Report, id: DocId) -> Option<&Cluster> {
    report.main_cluster[id.index()].and_then(|k| report.clusters.get(k as usize))
}
