//! Speakers exchanged.

use super::{noun_before, same};
use crate::judge::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Words};

/// A verb of saying whose speaker is, on the other side, somebody else whom the source names too.
pub(super) fn speakers(pair: &Pair<'_>) -> Vec<Proposal> {
    let speaker = |words: &Words| -> Option<usize> {
        let said = (0..words.words.len())
            .find(|&k| words.words[k].reports() && words.words[k].folded != "according")?;
        let name = |k: &usize| words.words[*k].class == Class::Name;
        let clause = words.words[said].clause;
        noun_before(words, said).filter(name).or_else(|| {
            (said + 1..(said + 4).min(words.words.len()))
                .filter(|&k| words.words[k].clause == clause)
                .find(name)
        })
    };
    let (Some(a), Some(b)) = (speaker(pair.source), speaker(pair.copy)) else {
        return Vec::new();
    };
    // Names that touch are one name.
    let run = |words: &Words, k: usize| {
        let is = |k: usize| words.words[k].class == Class::Name;
        let mut first = k;
        while first > 0 && is(first - 1) && words.words[first - 1].clause == words.words[k].clause {
            first -= 1;
        }
        let mut last = k + 1;
        while last < words.words.len()
            && is(last)
            && words.words[last].clause == words.words[k].clause
        {
            last += 1;
        }
        first..last
    };
    let (ours, theirs) = (run(pair.source, a), run(pair.copy, b));
    let shared = ours.clone().any(|i| {
        theirs
            .clone()
            .any(|j| same(pair, i, j) || pair.alignment.likeness(i, j) >= 0.6)
    });
    let known = theirs.clone().any(|j| {
        (0..pair.source.words.len())
            .any(|i| !ours.contains(&i) && pair.alignment.likeness(i, j) >= 0.9)
    });
    let still = ours
        .clone()
        .any(|i| (0..pair.copy.words.len()).any(|j| pair.alignment.likeness(i, j) >= 0.9));
    // "said Toranau, director of the Office", "said Office director Toranau": the other name only stands beside.
    let beside = theirs.clone().any(|j| {
        (j.saturating_sub(6)..(j + 7).min(pair.copy.words.len())).any(|n| {
            !theirs.contains(&n) && ours.clone().any(|i| pair.alignment.likeness(i, n) >= 0.9)
        })
    });
    if shared || !known || !still || beside {
        return Vec::new();
    }
    vec![Proposal {
        category: Category::RoleSwap,
        score: 0.6,
        evidence: format!(
            "in the source `{}` says so, in the copy `{}`",
            pair.source_words(ours.clone()),
            pair.copy_words(theirs.clone())
        ),
        source: ours,
        copy: theirs,
    }]
}
