//! Verbatim, minor edit, paraphrase, summary, or new.

use super::Pair;
use crate::model::Relation;
use crate::similarity::sequence::longest_common_subsequence;
use crate::words::{Class, Words};

/// Share of the longer side's words in the longest common subsequence from which a sentence is edited, below which it is
/// paraphrased. .70 on the seeds of the study; the development stories of `corpus/` agree.
const EDITED: f32 = 0.70;
/// Least share of weight with counterparts, on the better covered side, for two passages to say the same.
const RELATED: f32 = 0.34;

/// What was done to the passage of `sources` sentences that became `copies` sentences.
pub fn relation_of(pair: &Pair<'_>, sources: usize, copies: usize) -> Relation {
    let plain = |w: &Words| -> Vec<u64> { w.words.iter().map(|w| w.hash).collect() };
    let (a, b) = (plain(pair.source), plain(pair.copy));
    if a == b && !a.is_empty() {
        return Relation::Verbatim;
    }
    let longer = a.len().max(b.len()).max(1);
    let common = longest_common_subsequence(&a, &b);
    if common as f32 / longer as f32 >= EDITED {
        return Relation::MinorEdit;
    }
    // A sentence cut at its end, or taken whole into a longer one, is still edited.
    let shorter = a.len().min(b.len()).max(1);
    if common as f32 / shorter as f32 >= 0.9 && common as f32 / longer as f32 >= 0.5 && shorter >= 5
    {
        return Relation::MinorEdit;
    }
    if !related(pair) {
        return Relation::New;
    }
    retelling(sources, copies)
}

/// What a passage of `copies` sentences is that tells `sources` sentences in other words.
pub fn retelling(sources: usize, copies: usize) -> Relation {
    if sources > copies && sources >= 2 {
        Relation::Summary
    } else {
        Relation::Paraphrase
    }
}

/// Whether the passages make the same statement at all.
fn related(pair: &Pair<'_>) -> bool {
    let (of_source, of_copy) = pair.covered();
    let solid = pair
        .alignment
        .of_copy
        .iter()
        .zip(&pair.copy.words)
        .filter(|(o, w)| o.is_some_and(|(_, like)| like >= 0.55) && w.class != Class::Function)
        .count();
    let short = pair.source.words.len().min(pair.copy.words.len()) <= 6;
    of_source.max(of_copy) >= RELATED && (solid >= 2 || short && solid >= 1)
}
