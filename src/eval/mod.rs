//! Measures what [`trace`] finds against a labelled collection.
//!
//! [`Corpus::load`] reads the labels, [`evaluate`] traces the articles of a part and counts, story by story, what is right
//! and what is wrong; counts add up, so that figures of the whole and of resampled stories come from the same code. One file
//! per measure.

pub mod alignment;
pub mod bootstrap;
pub mod clusters;
pub mod corpus;
pub mod descents;
pub mod drifts;
pub mod furniture;
pub mod relations;
pub mod scores;
pub mod sources;

#[cfg(test)]
mod fixtures;

use std::collections::BTreeMap;

pub use corpus::{Corpus, Split};

use crate::model::{DocId, Report, Version};
use crate::observer::Observer;
use crate::options::TraceOptions;
use crate::pipeline::trace;
use clusters::{ClusterTally, Member};
use corpus::{Role, Story};
use descents::DescentTally;
use drifts::DriftTally;
use furniture::FurnitureTally;
use relations::RelationTable;
use scores::{Scores, Share};
use sources::DerivationTable;

/// Everything counted of one story, or of several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Which documents belong together.
    pub clusters: ClusterTally,
    /// Stories whose cluster has the dispatch as its source.
    pub sources: Share,
    /// Who copied whom.
    pub descents: DescentTally,
    /// How copies and updates depend on their source.
    pub derivations: DerivationTable,
    /// Copies and updates that were compared with their dispatch: they are in a cluster whose source it is.
    pub compared: Share,
    /// Which sentence answers which, of the documents compared with their dispatch.
    pub alignment: Scores,
    /// What was done to the sentences of copies and updates, and of other documents compared with the dispatch.
    pub relations: RelationTable,
    /// Lines that are no part of the story, of all documents.
    pub furniture: FurnitureTally,
    /// Changes of meaning, of all documents but the dispatch.
    pub drifts: DriftTally,
}

impl std::ops::AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.clusters += other.clusters;
        self.sources += other.sources;
        self.descents += other.descents;
        self.derivations += other.derivations;
        self.compared += other.compared;
        self.alignment += other.alignment;
        self.relations += other.relations;
        self.furniture += other.furniture;
        self.drifts += &other.drifts;
    }
}

/// A named figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// Its name in files: `drifts.major.f1`.
    pub name: &'static str,
    /// Its name in tables.
    pub title: &'static str,
    /// What it is: 0..=1, or a rate per 100 sentences. `None` when there was nothing to measure.
    pub value: Option<f64>,
    /// The middle 95 % over resampled stories.
    pub interval: Option<(f64, f64)>,
}

/// How a figure is taken from counts.
type Take = fn(&Tally) -> Option<f64>;

/// The headline figures: name in files, name in tables, how it is taken.
const HEADLINES: [(&str, &str, Take); 34] = [
    (
        "clusters.pairs.precision",
        "clusters: pair precision",
        |t| t.clusters.pairs.precision(),
    ),
    ("clusters.pairs.recall", "clusters: pair recall", |t| {
        t.clusters.pairs.recall()
    }),
    ("clusters.pairs.f1", "clusters: pair F1", |t| {
        t.clusters.pairs.f1()
    }),
    ("clusters.ari", "clusters: adjusted Rand index", |t| {
        t.clusters.ari()
    }),
    (
        "clusters.bcubed.precision",
        "clusters: B-cubed precision",
        |t| t.clusters.bcubed.precision(),
    ),
    ("clusters.bcubed.recall", "clusters: B-cubed recall", |t| {
        t.clusters.bcubed.recall()
    }),
    ("clusters.bcubed.f1", "clusters: B-cubed F1", |t| {
        t.clusters.bcubed.f1()
    }),
    ("source.accuracy", "source: accuracy", |t| t.sources.value()),
    (
        "source.lost",
        "source: known as lost where the dispatch was taken away",
        |t| t.descents.lost.value(),
    ),
    ("descents.precision", "who copied whom: precision", |t| {
        t.descents.edges.precision()
    }),
    ("descents.recall", "who copied whom: recall", |t| {
        t.descents.edges.recall()
    }),
    ("descents.f1", "who copied whom: F1", |t| {
        t.descents.edges.f1()
    }),
    (
        "descents.second_hand.precision",
        "who copied whom, second-hand: precision",
        |t| t.descents.second_hand.precision(),
    ),
    (
        "descents.second_hand.recall",
        "who copied whom, second-hand: recall",
        |t| t.descents.second_hand.recall(),
    ),
    (
        "descents.second_hand.f1",
        "who copied whom, second-hand: F1",
        |t| t.descents.second_hand.f1(),
    ),
    (
        "descents.brier",
        "who copied whom: Brier score of the probabilities",
        |t| t.descents.brier.value(),
    ),
    ("compared", "versions compared with their dispatch", |t| {
        t.compared.value()
    }),
    ("derivation.accuracy", "derivation: accuracy", |t| {
        t.derivations.accuracy()
    }),
    ("alignment.precision", "sentence links: precision", |t| {
        t.alignment.precision()
    }),
    ("alignment.recall", "sentence links: recall", |t| {
        t.alignment.recall()
    }),
    ("alignment.f1", "sentence links: F1", |t| t.alignment.f1()),
    ("relations.accuracy", "relations: accuracy", |t| {
        t.relations.accuracy()
    }),
    ("relations.macro_f1", "relations: macro-F1", |t| {
        t.relations.macro_f1()
    }),
    ("furniture.found", "furniture: share found", |t| {
        t.furniture.found.value()
    }),
    (
        "furniture.wrong",
        "furniture: share of story sentences so marked",
        |t| t.furniture.wrong.value(),
    ),
    (
        "drifts.major.precision",
        "drifts, major predictions: precision",
        |t| t.drifts.major.precision(),
    ),
    (
        "drifts.major.recall",
        "drifts, major predictions: recall",
        |t| t.drifts.major.recall(),
    ),
    ("drifts.major.f1", "drifts, major predictions: F1", |t| {
        t.drifts.major.f1()
    }),
    (
        "drifts.all.precision",
        "drifts, all predictions: precision",
        |t| t.drifts.all.precision(),
    ),
    (
        "drifts.all.recall",
        "drifts, all predictions: recall",
        |t| t.drifts.all.recall(),
    ),
    ("drifts.all.f1", "drifts, all predictions: F1", |t| {
        t.drifts.all.f1()
    }),
    (
        "drifts.characters.f1",
        "drifts, all predictions: F1 over characters",
        |t| t.drifts.characters.f1(),
    ),
    (
        "drifts.average_precision",
        "drifts, ranked by score: average precision",
        |t| t.drifts.average_precision(),
    ),
    (
        "drifts.alarms_per_100",
        "false major alarms per 100 sentences without drift",
        |t| t.drifts.alarms_per_100(),
    ),
];

impl Tally {
    /// The headline figure of that name in files; `None` when there is no such name or nothing to measure.
    pub fn figure(&self, name: &str) -> Option<f64> {
        HEADLINES
            .iter()
            .find(|h| h.0 == name)
            .and_then(|h| (h.2)(self))
    }
}

/// The counts of a part of a corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Which part; `None`: all stories.
    pub split: Option<Split>,
    /// Counts by story.
    pub stories: Vec<(String, Tally)>,
}

impl Evaluation {
    /// Counts of all stories.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        for (_, tally) in &self.stories {
            total += tally;
        }
        total
    }

    /// The headline figures with their intervals.
    pub fn figures(&self) -> Vec<Figure> {
        let total = self.total();
        let intervals = bootstrap::intervals(self.stories.len(), |drawn| {
            let mut sum = Tally::default();
            for &k in drawn {
                sum += &self.stories[k].1;
            }
            HEADLINES.iter().map(|(_, _, take)| take(&sum)).collect()
        });
        HEADLINES
            .iter()
            .zip(intervals)
            .map(|(&(name, title, take), interval)| Figure {
                name,
                title,
                value: take(&total),
                interval,
            })
            .collect()
    }
}

/// Traces the articles of a part of the corpus, all stories at once, and counts. Documents of one story are compared only with
/// that story's dispatch: a false link to another story shows in the clusters.
pub fn evaluate(
    corpus: &Corpus,
    split: Option<Split>,
    options: &TraceOptions,
    observer: &dyn Observer,
) -> Evaluation {
    let stories = corpus.of(split);
    let texts = stories
        .iter()
        .flat_map(|s| &s.documents)
        .map(|d| d.document.clone())
        .collect();
    let report = trace(texts, Vec::new(), options, observer);
    let copies = stories
        .iter()
        .flat_map(|s| &s.documents)
        .filter(|d| d.role != Role::Wire)
        .map(|d| d.document.clone())
        .collect();
    let orphaned = trace(copies, Vec::new(), options, observer);
    score(&stories, split, &report, &orphaned)
}

/// The number of every document of a report by its id.
fn numbers(report: &Report) -> BTreeMap<&str, usize> {
    let documents = report.documents.iter().enumerate();
    documents.map(|(k, d)| (d.id.as_str(), k)).collect()
}

/// Counts a report on the articles of `stories`, and one on the same without their dispatches (`orphaned`).
fn score(
    stories: &[&Story],
    split: Option<Split>,
    report: &Report,
    orphaned: &Report,
) -> Evaluation {
    let ids = numbers(report);
    let orphans = numbers(orphaned);
    let id = |story: &Story, document: usize| -> DocId {
        let number = ids[story.documents[document].document.id.as_str()];
        DocId::new(number).expect("the report numbers no more documents than there are ids")
    };
    let mut members = Vec::new();
    for (k, story) in stories.iter().enumerate() {
        for (at, document) in story.documents.iter().enumerate() {
            members.push(Member {
                story: k,
                labelled: (document.role == Role::Wire || document.role.is_derived()).then_some(k),
                predicted: report.main_cluster[id(story, at).index()]
                    .map(|cluster| cluster as usize),
            });
        }
    }
    let clusters = clusters::measure(&members, stories.len());
    let stories = stories.iter().zip(clusters).map(|(story, clusters)| {
        let ids: Vec<DocId> = (0..story.documents.len()).map(|at| id(story, at)).collect();
        let left: Vec<Option<DocId>> = story
            .documents
            .iter()
            .map(|d| {
                orphans
                    .get(d.document.id.as_str())
                    .copied()
                    .and_then(DocId::new)
            })
            .collect();
        let mut counts = tally(story, &ids, report);
        counts.descents.lost += descents::lost(story, &left, orphaned);
        (story.name.clone(), Tally { clusters, ..counts })
    });
    Evaluation {
        split,
        stories: stories.collect(),
    }
}

/// The counts of one story, clusters left out. `ids` are its documents in the report.
fn tally(story: &Story, ids: &[DocId], report: &Report) -> Tally {
    let mut tally = Tally::default();
    let dispatch = ids[story.wire];
    let source = &report.segmented[dispatch.index()].sentences;
    let own: Vec<DocId> = ids
        .iter()
        .zip(&story.documents)
        .filter(|(_, d)| d.role == Role::Wire || d.role.is_derived())
        .map(|(id, _)| *id)
        .collect();
    tally
        .sources
        .count(sources::source_is(report, dispatch, &own));
    tally.descents += descents::measure(story, ids, report);
    for (document, &id) in story.documents.iter().zip(ids) {
        let copy = &report.segmented[id.index()].sentences;
        tally.furniture += furniture::measure(&document.sentences, copy);
        if document.role == Role::Wire {
            continue;
        }
        let version: Option<&Version> = report
            .clusters
            .iter()
            .filter(|cluster| cluster.source == dispatch)
            .find_map(|cluster| cluster.versions.iter().find(|v| v.document == id));
        if document.role.is_derived() {
            tally.compared.count(version.is_some());
            if let Some(labelled) = document.derivation {
                let predicted = sources::predicted_derivation(report, id, version);
                tally.derivations.count(sources::class(labelled), predicted);
            }
        }
        if let Some(version) = version {
            tally.alignment += alignment::measure(&document.sentences, version, copy, source);
        }
        // That a report which has nothing of the dispatch was never compared is right, and says nothing about relations.
        if document.role.is_derived() || version.is_some() {
            tally.relations += relations::measure(&document.sentences, version, copy);
        }
        tally.drifts +=
            &drifts::measure(&document.sentences, version, &document.document.text, copy);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_have_distinct_names_and_are_taken_by_name() {
        let names: std::collections::BTreeSet<&str> = HEADLINES.iter().map(|h| h.0).collect();
        assert_eq!(names.len(), HEADLINES.len());
        let mut tally = Tally::default();
        tally.sources.count(true);
        assert_eq!(tally.figure("source.accuracy"), Some(1.0));
        assert_eq!(tally.figure("alignment.f1"), None);
    }

    #[test]
    fn figures_of_the_whole_are_those_of_the_added_counts() {
        let mut right = Tally::default();
        right.sources.count(true);
        let mut wrong = Tally::default();
        wrong.sources.count(false);
        let found = Evaluation {
            split: None,
            stories: vec![("a".to_owned(), right), ("b".to_owned(), wrong)],
        };
        let figures = found.figures();
        let source = figures
            .iter()
            .find(|f| f.name == "source.accuracy")
            .unwrap();
        assert_eq!(
            (source.value, source.interval),
            (Some(0.5), Some((0.0, 1.0)))
        );
    }
}
