//! What was done to each sentence, against the labels.

use super::alignment::overlap;
use super::corpus::LabelledSentence;
use super::scores::Confusion;
use crate::model::{Relation, Sentence, Version};

/// The classes, in the order of rows and of the first columns.
pub const CLASSES: [Relation; 5] = [
    Relation::Verbatim,
    Relation::MinorEdit,
    Relation::Paraphrase,
    Relation::Summary,
    Relation::New,
];
/// Column of a labelled sentence that was taken for furniture or repetition.
pub const LEFT_OUT: usize = CLASSES.len();
/// Column of the sentences of a version that was not compared with its dispatch.
pub const NOT_COMPARED: usize = LEFT_OUT + 1;

/// Labelled relation against predicted relation.
pub type RelationTable = Confusion<5, 7>;

/// The relations of one document: of each labelled sentence that is no furniture, the relation of the link whose sentences
/// overlap it most. `copy` are the sentences of the document; without a `version` every sentence is `NOT_COMPARED`.
pub fn measure(
    labels: &[LabelledSentence],
    version: Option<&Version>,
    copy: &[Sentence],
) -> RelationTable {
    let mut table = RelationTable::default();
    for label in labels {
        let Some(row) = label.relation.and_then(class) else {
            continue;
        };
        let column = match version {
            None => NOT_COMPARED,
            Some(version) => version
                .links
                .iter()
                .map(|link| {
                    (
                        link.copy
                            .iter()
                            .map(|&k| overlap(copy[k as usize].span, label.span))
                            .sum::<usize>(),
                        link,
                    )
                })
                .filter(|(shared, _)| *shared > 0)
                .max_by_key(|(shared, _)| *shared)
                .and_then(|(_, link)| class(link.relation))
                .unwrap_or(LEFT_OUT),
        };
        table.count(row, column);
    }
    table
}

fn class(relation: Relation) -> Option<usize> {
    CLASSES.iter().position(|c| *c == relation)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{label, link, sentences, version};
    use super::*;

    #[test]
    fn the_link_that_overlaps_most_decides() {
        let labels = [
            label(0..10, &[(0, 10)], Some(Relation::Verbatim)),
            label(10..30, &[(10, 20)], Some(Relation::Paraphrase)),
            label(30..40, &[], None),
            label(40..50, &[], Some(Relation::New)),
        ];
        let copy = sentences(&[(0, 12), (12, 30), (30, 40), (40, 50)]);
        let found = version(vec![
            link(&[0], &[0], Relation::Verbatim),
            link(&[1], &[1], Relation::MinorEdit),
        ]);
        let table = measure(&labels, Some(&found), &copy);
        assert_eq!(table.counts[0][0], 1.0);
        assert_eq!(table.counts[2][1], 1.0);
        assert_eq!(table.counts[4][LEFT_OUT], 1.0);
        assert_eq!(table.counts.iter().flatten().sum::<f64>(), 3.0);
    }

    #[test]
    fn a_version_that_was_not_compared_has_every_sentence_wrong() {
        let labels = [label(0..10, &[(0, 10)], Some(Relation::Verbatim))];
        let table = measure(&labels, None, &sentences(&[(0, 10)]));
        assert_eq!(
            (table.counts[0][NOT_COMPARED], table.accuracy()),
            (1.0, Some(0.0))
        );
    }
}
