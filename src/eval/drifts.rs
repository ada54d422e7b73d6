//! Predicted changes of meaning against the labelled ones.
//!
//! A prediction meets a label when their words in the copy overlap; where either has no words in the copy (an omission),
//! when their words in the source do. Predictions take labels in the order of their scores, one label each: of several
//! that it could meet, one of its own category first, then the one with the greatest overlap. A prediction that meets no label
//! but lies on words labelled as an update is left out: the event went on, and both readings are right.

use std::ops::AddAssign;

use super::alignment::overlap;
use super::corpus::{LabelledDrift, LabelledSentence};
use super::scores::{Scores, Share};
use crate::model::{Category, Drift, Sentence, Severity, Span, Version};

/// Drifts of one category.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CategoryTally {
    /// Labels of the category that any prediction meets.
    pub found: Share,
    /// Labels of the category that a prediction of the same category meets.
    pub found_as_such: Share,
    /// Labels of the category that a `major` prediction meets.
    pub found_major: Share,
    /// Predictions of the category that meet a label of any category.
    pub predicted: Share,
}

/// Drifts of some documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DriftTally {
    /// All predictions against all labels.
    pub all: Scores,
    /// `major` predictions against all labels.
    pub major: Scores,
    /// Code points of the copy marked by all predictions against those marked by labels.
    pub characters: Scores,
    /// Code points of the copy marked by `major` predictions against those marked by labels.
    pub major_characters: Scores,
    /// By category, in the order of [`Category::ALL`].
    pub categories: [CategoryTally; Category::ALL.len()],
    /// `major` predictions that meet no label and stand in a sentence without one, among the sentences of compared versions
    /// without a labelled drift. Not a share: one sentence can have several.
    pub alarms: Share,
    /// Every prediction: its score, and whether it meets a label.
    pub ranked: Vec<(f32, bool)>,
}

impl DriftTally {
    /// Mean precision at the ranks of the labels found, in the order of falling scores; a label that is not found adds 0.
    /// 0..=1; `None` without a label. Of equal scores wrong predictions come first.
    pub fn average_precision(&self) -> Option<f64> {
        let labels = self.all.labelled.of;
        if labels <= 0.0 {
            return None;
        }
        let mut ranked = self.ranked.clone();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut hits, mut sum) = (0.0, 0.0);
        for (rank, (_, hit)) in (1_u32..).zip(ranked) {
            if hit {
                hits += 1.0;
                sum += hits / f64::from(rank);
            }
        }
        Some(sum / labels)
    }

    /// False `major` alarms per 100 sentences without a labelled drift.
    pub fn alarms_per_100(&self) -> Option<f64> {
        self.alarms.value().map(|rate| 100.0 * rate)
    }
}

impl AddAssign<&Self> for DriftTally {
    fn add_assign(&mut self, other: &Self) {
        self.all += other.all;
        self.major += other.major;
        self.characters += other.characters;
        self.major_characters += other.major_characters;
        for (mine, theirs) in self.categories.iter_mut().zip(&other.categories) {
            mine.found += theirs.found;
            mine.found_as_such += theirs.found_as_such;
            mine.found_major += theirs.found_major;
            mine.predicted += theirs.predicted;
        }
        self.alarms += other.alarms;
        self.ranked.extend_from_slice(&other.ranked);
    }
}

/// A prediction with the place of its link in the copy.
struct Prediction<'a> {
    drift: &'a Drift,
    sentence: Option<Span>,
}

/// The drifts of one document. `text` is the copy's text and `copy` its sentences; without a `version` nothing was predicted.
pub fn measure(
    labels: &[LabelledSentence],
    version: Option<&Version>,
    text: &str,
    copy: &[Sentence],
) -> DriftTally {
    let mut predictions: Vec<Prediction<'_>> = Vec::new();
    for link in version.iter().flat_map(|v| &v.links) {
        let sentence = link
            .copy
            .iter()
            .map(|&k| copy[k as usize].span)
            .reduce(Span::join);
        predictions.extend(
            link.drifts
                .iter()
                .map(|drift| Prediction { drift, sentence }),
        );
    }
    predictions.sort_by(|a, b| b.drift.score.total_cmp(&a.drift.score));
    let drifts: Vec<&LabelledDrift> = labels.iter().flat_map(|l| &l.drifts).collect();
    let updated = |drift: &Drift| {
        labels
            .iter()
            .flat_map(|l| &l.updates)
            .any(|span| span.overlaps(drift.copy))
    };

    let (predictions, met): (Vec<Prediction<'_>>, Vec<Option<usize>>) =
        assign(&predictions, &drifts)
            .into_iter()
            .zip(predictions)
            .filter(|(label, prediction)| label.is_some() || !updated(prediction.drift))
            .map(|(label, prediction)| (prediction, label))
            .unzip();

    let mut tally = DriftTally::default();
    let mut by = vec![None; drifts.len()];
    for (prediction, label) in predictions.iter().zip(&met) {
        tally.all.predicted.count(label.is_some());
        tally.categories[index(prediction.drift.category)]
            .predicted
            .count(label.is_some());
        tally.ranked.push((prediction.drift.score, label.is_some()));
        if let Some(label) = label {
            by[*label] = Some(prediction.drift.category);
        }
    }
    let (major, minor): (Vec<Prediction<'_>>, Vec<Prediction<'_>>) = predictions
        .into_iter()
        .partition(|p| p.drift.severity == Severity::Major);
    let met_by_major = assign(&major, &drifts);
    for (prediction, label) in major.iter().zip(&met_by_major) {
        tally.major.predicted.count(label.is_some());
        if label.is_none() && stands_in_clean_sentence(prediction, labels) {
            tally.alarms.hits += 1.0;
        }
    }
    for (k, label) in drifts.iter().enumerate() {
        let of_major = met_by_major.contains(&Some(k));
        tally.all.labelled.count(by[k].is_some());
        tally.major.labelled.count(of_major);
        let category = &mut tally.categories[index(label.category)];
        category.found.count(by[k].is_some());
        category.found_as_such.count(by[k] == Some(label.category));
        category.found_major.count(of_major);
    }
    if version.is_some() {
        tally.alarms.of = labels
            .iter()
            .filter(|l| l.relation.is_some() && l.drifts.is_empty())
            .map(|_| 1.0)
            .sum();
    }
    let labelled = marked(text, drifts.iter().filter_map(|d| d.copy));
    let by_major = marked(text, major.iter().map(|p| p.drift.copy));
    let by_all = marked(text, major.iter().chain(&minor).map(|p| p.drift.copy));
    tally.characters = characters(text, &by_all, &labelled);
    tally.major_characters = characters(text, &by_major, &labelled);
    tally
}

/// For each prediction, in order, the label that it takes.
fn assign(predictions: &[Prediction<'_>], labels: &[&LabelledDrift]) -> Vec<Option<usize>> {
    let mut taken = vec![false; labels.len()];
    predictions
        .iter()
        .map(|Prediction { drift, .. }| {
            let best = (0..labels.len())
                .filter(|&k| !taken[k])
                .map(|k| {
                    (
                        labels[k].category == drift.category,
                        shared(drift, labels[k]),
                        k,
                    )
                })
                .filter(|(_, shared, _)| *shared > 0)
                .max_by_key(|&(same, shared, k)| (same, shared, std::cmp::Reverse(k)))?;
            taken[best.2] = true;
            Some(best.2)
        })
        .collect()
}

/// Bytes by which a prediction meets a label.
fn shared(drift: &Drift, label: &LabelledDrift) -> usize {
    match label.copy {
        Some(copy) if !drift.copy.is_empty() => overlap(drift.copy, copy),
        _ => label
            .source
            .map_or(0, |source| overlap(drift.source, source)),
    }
}

fn stands_in_clean_sentence(prediction: &Prediction<'_>, labels: &[LabelledSentence]) -> bool {
    let place = if prediction.drift.copy.is_empty() {
        prediction.sentence
    } else {
        Some(prediction.drift.copy)
    };
    let Some(place) = place else { return false };
    labels
        .iter()
        .map(|label| (overlap(label.span, place), label))
        .filter(|(shared, _)| *shared > 0)
        .max_by_key(|(shared, _)| *shared)
        .is_none_or(|(_, label)| label.drifts.is_empty())
}

fn index(category: Category) -> usize {
    Category::ALL
        .iter()
        .position(|c| *c == category)
        .expect("`Category::ALL` has every category")
}

/// Which bytes of `text` lie in any of the spans.
fn marked(text: &str, spans: impl Iterator<Item = Span>) -> Vec<bool> {
    let mut marked = vec![false; text.len()];
    for span in spans {
        marked[span.range()].fill(true);
    }
    marked
}

fn characters(text: &str, predicted: &[bool], labelled: &[bool]) -> Scores {
    let mut scores = Scores::default();
    for (at, _) in text.char_indices() {
        if predicted[at] {
            scores.predicted.count(labelled[at]);
        }
        if labelled[at] {
            scores.labelled.count(predicted[at]);
        }
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{drift, label, labelled_drift, link, sentences, version};
    use super::*;
    use crate::model::Relation;

    /// Three sentences of ten letters; the first has a number and an omission labelled.
    fn labels() -> Vec<LabelledSentence> {
        let mut first = label(0..10, &[(0, 10)], Some(Relation::Paraphrase));
        first.drifts = vec![
            labelled_drift(Category::Number, Some(2..4), Some(2..4)),
            labelled_drift(Category::Omission, Some(6..9), None),
        ];
        vec![
            first,
            label(10..20, &[(10, 20)], Some(Relation::Paraphrase)),
            label(20..30, &[], Some(Relation::New)),
        ]
    }

    fn measured(labels: &[LabelledSentence], drifts: [Vec<Drift>; 2]) -> DriftTally {
        let links = drifts
            .into_iter()
            .zip(0_u32..)
            .map(|(drifts, k)| crate::model::Link {
                drifts,
                ..link(&[k], &[k], Relation::Paraphrase)
            })
            .collect();
        measure(
            labels,
            Some(&version(links)),
            &"x".repeat(30),
            &sentences(&[(0, 10), (10, 20), (20, 30)]),
        )
    }

    #[test]
    fn spans_meet_by_the_copy_and_omissions_by_the_source() {
        let found = measured(
            &labels(),
            [
                vec![
                    drift(Category::Number, 0.9, 2..4, 3..6),
                    drift(Category::Omission, 0.3, 5..7, 0..0),
                ],
                vec![],
            ],
        );
        assert_eq!(
            (found.all.precision(), found.all.recall()),
            (Some(1.0), Some(1.0))
        );
        assert_eq!(
            (found.major.precision(), found.major.recall()),
            (Some(1.0), Some(0.5))
        );
        // Of the copy's characters 3..6 are marked and 2..4 labelled.
        assert_eq!(
            (found.characters.precision(), found.characters.recall()),
            (Some(1.0 / 3.0), Some(0.5))
        );
        assert_eq!(found.average_precision(), Some(1.0));
        assert_eq!(found.alarms, Share { hits: 0.0, of: 2.0 });
    }

    #[test]
    fn a_label_is_met_once() {
        let twice = vec![
            drift(Category::Number, 0.9, 2..3, 2..3),
            drift(Category::Number, 0.8, 3..4, 3..4),
        ];
        let found = measured(&labels(), [twice, vec![]]);
        assert_eq!(
            (found.all.precision(), found.all.recall()),
            (Some(0.5), Some(0.5))
        );
    }

    #[test]
    fn a_wrong_category_is_found_but_not_as_such() {
        let found = measured(
            &labels(),
            [vec![drift(Category::Polarity, 0.9, 2..4, 2..4)], vec![]],
        );
        let number = found.categories[index(Category::Number)];
        assert_eq!(
            (number.found.value(), number.found_as_such.value()),
            (Some(1.0), Some(0.0))
        );
        assert_eq!(
            found.categories[index(Category::Polarity)]
                .predicted
                .value(),
            Some(1.0)
        );
    }

    #[test]
    fn an_alarm_is_false_only_in_a_sentence_without_labels() {
        let beside = vec![drift(Category::Polarity, 0.9, 0..1, 0..1)];
        let found = measured(&labels(), [beside.clone(), vec![]]);
        assert_eq!((found.alarms.hits, found.all.precision()), (0.0, Some(0.0)));
        let found = measured(
            &labels(),
            [vec![], vec![drift(Category::Polarity, 0.9, 12..14, 12..14)]],
        );
        assert_eq!(found.alarms_per_100(), Some(50.0));
    }

    #[test]
    fn average_precision_falls_when_a_wrong_prediction_ranks_first() {
        let found = measured(
            &labels(),
            [
                vec![drift(Category::Number, 0.5, 2..4, 2..4)],
                vec![drift(Category::Polarity, 0.9, 12..14, 12..14)],
            ],
        );
        // One of two labels, at rank 2.
        assert_eq!(found.average_precision(), Some(0.25));
    }

    #[test]
    fn updates_are_neither_right_nor_wrong() {
        let mut labels = labels();
        labels[1].updates.push(Span::new(12, 14));
        let found = measured(
            &labels,
            [vec![], vec![drift(Category::Number, 0.9, 12..14, 12..14)]],
        );
        assert_eq!(
            (
                found.all.predicted.of,
                found.alarms.hits,
                found.characters.predicted.of
            ),
            (0.0, 0.0, 0.0)
        );
    }

    #[test]
    fn drifts_of_a_version_that_was_not_compared_are_missed() {
        let found = measure(
            &labels(),
            None,
            &"x".repeat(30),
            &sentences(&[(0, 10), (10, 20), (20, 30)]),
        );
        assert_eq!((found.all.recall(), found.alarms.of), (Some(0.0), 0.0));
    }
}
