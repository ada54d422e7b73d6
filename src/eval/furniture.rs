//! Lines that are no part of the story: found, and wrongly taken for it.

use std::ops::AddAssign;

use super::alignment::overlap;
use super::corpus::LabelledSentence;
use super::scores::Share;
use crate::model::Sentence;

/// Furniture of some documents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FurnitureTally {
    /// Labelled furniture that was marked as heading, boilerplate or repetition.
    pub found: Share,
    /// Sentences of the story that were so marked.
    pub wrong: Share,
}

impl AddAssign for FurnitureTally {
    fn add_assign(&mut self, other: Self) {
        self.found += other.found;
        self.wrong += other.wrong;
    }
}

/// Compares the labels of one document with its sentences; the sentence that overlaps a label most decides.
pub fn measure(labels: &[LabelledSentence], sentences: &[Sentence]) -> FurnitureTally {
    let mut tally = FurnitureTally::default();
    for label in labels {
        let nearest = sentences
            .iter()
            .map(|s| (overlap(s.span, label.span), s))
            .filter(|(shared, _)| *shared > 0)
            .max_by_key(|(shared, _)| *shared);
        // Words in no sentence at all take no part in matching either.
        let marked = nearest.is_none_or(|(_, sentence)| !sentence.matters());
        let share = if label.relation.is_none() {
            &mut tally.found
        } else {
            &mut tally.wrong
        };
        share.count(marked);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{label, sentences};
    use super::*;
    use crate::model::{Relation, SentenceKind};

    #[test]
    fn marks_are_right_on_furniture_and_wrong_on_the_story() {
        let labels = [
            label(0..10, &[], None),
            label(10..20, &[], None),
            label(20..30, &[], Some(Relation::New)),
            label(30..40, &[], Some(Relation::New)),
        ];
        let mut found = sentences(&[(0, 10), (10, 20), (20, 30), (30, 40)]);
        found[0].kind = SentenceKind::Boilerplate;
        found[2].kind = SentenceKind::SelfMirror;
        let tally = measure(&labels, &found);
        assert_eq!(
            (tally.found.value(), tally.wrong.value()),
            (Some(0.5), Some(0.5))
        );
    }
}
