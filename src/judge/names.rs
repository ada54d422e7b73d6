//! Persons, places, organisations and nationalities that were exchanged.

use super::{Pair, Proposal};
use crate::model::Category;
use crate::similarity::names::name_similarity;
use crate::similarity::words::{cosine, word_similarity};
use crate::words::{Class, Word};

/// Names of the copy without counterpart that stand where a name of the source without counterpart stood.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for chunk in pair
        .chunks
        .iter()
        .filter(|c| !c.source.is_empty() && !c.copy.is_empty())
    {
        let names = |words: &[Word], run: &std::ops::Range<usize>| -> Vec<usize> {
            run.clone()
                .filter(|&k| words[k].class == Class::Name)
                .collect()
        };
        let (a, b) = (
            names(&pair.source.words, &chunk.source),
            names(&pair.copy.words, &chunk.copy),
        );
        let (Some(&first_a), Some(&first_b)) = (a.first(), b.first()) else {
            continue;
        };
        let (Some(&last_a), Some(&last_b)) = (a.last(), b.last()) else {
            continue;
        };
        let (from, to) = (first_a..last_a + 1, first_b..last_b + 1);
        if abbreviates(pair, from.clone(), to.clone())
            || known_elsewhere(pair, from.clone(), to.clone())
        {
            continue;
        }
        let likest = from
            .clone()
            .flat_map(|i| to.clone().map(move |j| (i, j)))
            .map(|(i, j)| like(&pair.source.words[i], &pair.copy.words[j]))
            .fold(0.0_f32, f32::max);
        let small = chunk.source.len() <= 3 && chunk.copy.len() <= 3;
        let mut score = 0.42 + 0.16 * f32::from(chunk.anchors) + if small { 0.12 } else { -0.10 }
            - 0.45 * likest;
        if a.len().abs_diff(b.len()) >= 2 {
            score -= 0.12;
        }
        let evidence = format!(
            "`{}` became `{}`: another name",
            pair.source_words(from.clone()),
            pair.copy_words(to.clone())
        );
        found.push(Proposal {
            category: Category::NamedEntity,
            score: score.clamp(0.0, 0.95),
            source: from,
            copy: to,
            evidence,
        });
    }
    found
}

fn like(a: &Word, b: &Word) -> f32 {
    word_similarity(a, b)
        .max(name_similarity(&a.folded, &b.folded) * 0.8)
        .max((cosine(a, b) - 0.45).max(0.0))
}

/// "UN" for "United Nations", either way, inside the chunk or over its edge.
fn abbreviates(
    pair: &Pair<'_>,
    source: std::ops::Range<usize>,
    copy: std::ops::Range<usize>,
) -> bool {
    let letters = |words: &[Word], at: usize| -> bool {
        let short: Vec<char> = words[at]
            .folded
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        (2..=6).contains(&short.len())
    };
    let initials_match = |short: &str, words: &[Word]| -> bool {
        let wanted: Vec<char> = short.chars().filter(|c| c.is_alphanumeric()).collect();
        let initials: Vec<char> = words
            .iter()
            .filter(|w| w.capital)
            .filter_map(|w| w.folded.chars().next())
            .collect();
        wanted.len() >= 2 && initials.windows(wanted.len()).any(|w| w == wanted)
    };
    copy.clone().any(|j| {
        letters(&pair.copy.words, j)
            && initials_match(&pair.copy.words[j].folded, &pair.source.words)
    }) || source.clone().any(|i| {
        letters(&pair.source.words, i)
            && initials_match(&pair.source.words[i].folded, &pair.copy.words)
    })
}

/// A name that the other side has too, at another place, was moved or repeated, not exchanged.
fn known_elsewhere(
    pair: &Pair<'_>,
    source: std::ops::Range<usize>,
    copy: std::ops::Range<usize>,
) -> bool {
    let near =
        |word: &Word, others: &[Word]| others.iter().any(|o| word_similarity(word, o) >= 0.7);
    copy.clone()
        .all(|j| near(&pair.copy.words[j], &pair.source.words))
        || source
            .clone()
            .all(|i| near(&pair.source.words[i], &pair.copy.words))
}
