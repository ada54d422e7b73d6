//! Words with another meaning where the same one was to be expected.

use super::polarity::{are_left, negated};
use super::{Pair, Proposal};
use crate::align::chunks::Chunk;
use crate::model::Category;
use crate::similarity::remembered::remembered_opposition;
use crate::similarity::words::mean_cosine;
use crate::words::{Class, Words};

/// Substituted chunks far apart in meaning, most suspect where they are small and anchored on both sides.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = pair
        .chunks
        .iter()
        .filter_map(|chunk| substitution(pair, chunk))
        .collect();
    found.extend(doubtful_counterparts(pair));
    found
}

/// Counterparts that are near in meaning but not the same: most are synonyms, some are the error.
fn doubtful_counterparts(pair: &Pair<'_>) -> Vec<Proposal> {
    let judged = pair
        .alignment
        .of_source
        .iter()
        .enumerate()
        .filter_map(|(i, counterpart)| {
            let (j, like) = (*counterpart)?;
            let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
            let plain = a.class == Class::Content && b.class == Class::Content;
            if !plain || like >= 0.84 || pair.alignment.of_copy[j].is_none_or(|(k, _)| k != i) {
                return None;
            }
            if agree_by_denial(pair, i, j) || are_left(a, b) {
                return None;
            }
            let near = pair.cosine(i, j);
            let evidence = format!(
                "`{}` and `{}` are not the same ({near:.2})",
                pair.source_words(i..i + 1),
                pair.copy_words(j..j + 1)
            );
            Some(Proposal {
                category: Category::WrongSense,
                score: 0.5 - 0.4 * like,
                source: i..i + 1,
                copy: j..j + 1,
                evidence,
            })
        });
    judged.collect()
}

/// Whether two opposites say the same because one of them is denied: "did not accept" and "rejected", "good" and "not bad".
fn agree_by_denial(pair: &Pair<'_>, i: usize, j: usize) -> bool {
    negated(pair.source, i) != negated(pair.copy, j)
        && remembered_opposition(&pair.source.words[i], &pair.copy.words[j]) > 0.0
}

fn substitution(pair: &Pair<'_>, chunk: &Chunk) -> Option<Proposal> {
    if chunk.source.is_empty() || chunk.copy.is_empty() {
        return None;
    }
    let content = |words: &Words, run: &std::ops::Range<usize>| -> Vec<usize> {
        run.clone()
            .filter(|&k| words.words[k].class == Class::Content)
            .collect()
    };
    let (a, b) = (
        content(pair.source, &chunk.source),
        content(pair.copy, &chunk.copy),
    );
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a.iter()
        .any(|&i| b.iter().any(|&j| agree_by_denial(pair, i, j)))
    {
        return None;
    }
    let near = nearness(pair, &a, &b);
    let size = a.len().max(b.len());
    let uneven = a.len().abs_diff(b.len());
    let elsewhere = a.iter().any(|&i| pair.copy_says(i, 0.7, &(0..0)))
        || b.iter().any(|&j| pair.source_says(j, 0.7, &(0..0)));
    let (covered_source, covered_copy) = pair.covered();
    let solid = covered_source.min(covered_copy);
    let mut score =
        0.62 - 0.85 * near.max(0.0) + 0.09 * f32::from(chunk.anchors) + 0.30 * (solid - 0.6);
    score -= 0.06 * size.saturating_sub(1).min(5) as f32 + 0.05 * uneven.min(4) as f32;
    if elsewhere {
        score -= 0.15;
    }
    let (x, y) = (
        pair.source_words(chunk.source.clone()),
        pair.copy_words(chunk.copy.clone()),
    );
    let evidence = format!("`{x}` and `{y}` are not near in meaning ({near:.2})");
    Some(Proposal {
        category: Category::WrongSense,
        score: score.clamp(0.0, 0.92),
        source: chunk.source.clone(),
        copy: chunk.copy.clone(),
        evidence,
    })
}

/// Nearness of two groups of words, -1..=1: the better of the cosine of their mean vectors and of their best single pair.
fn nearness(pair: &Pair<'_>, a: &[usize], b: &[usize]) -> f32 {
    let mut best = 0.0_f32;
    for &i in a {
        for &j in b {
            let (x, y) = (&pair.source.words[i], &pair.copy.words[j]);
            best = best
                .max(pair.cosine(i, j))
                .max(x.ranks().overlap(y.ranks()));
        }
    }
    best.max(mean_cosine(pair.source, a, pair.copy, b))
}
