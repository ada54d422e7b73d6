//! Words of the copy that stand in a doubtful place: what a proofreader would underline. Learned word by word from what stands around each.

use std::ops::Range;

use super::{Pair, Proposal, score};
use crate::model::Category;
use crate::similarity::words::cosine;
use crate::words::Class;

/// Names of the numbers that a word is weighed by; the likeliest proposal at the word and in the pair and the pair's two likelihoods
/// follow.
pub const NAMES: [&str; 38] = [
    "is_content",
    "is_name",
    "is_quantity",
    "is_function",
    "weight",
    "likeness",
    "same",
    "counterpart_cosine",
    "best_cosine",
    "capital",
    "verb",
    "rare",
    "pieces",
    "after_mark",
    "quoted",
    "place",
    "copy_words",
    "left_1",
    "left_2",
    "left_3",
    "right_1",
    "right_2",
    "right_3",
    "left_content",
    "right_content",
    "clause_covered",
    "near_covered",
    "jump_left",
    "jump_right",
    "unmet_in_gap",
    "covered_source",
    "covered_copy",
    "common_order",
    "unmet_run",
    "proposal_here",
    "first_proposal",
    "changed",
    "not_the_same",
];

/// How many of [`NAMES`] come from the passages alone.
pub const MEASURED: usize = NAMES.len() - 4;

/// The numbers of every word of the copy, from the passages alone.
pub fn measured(pair: &Pair<'_>, common_order: f32) -> Vec<[f32; MEASURED]> {
    let words = &pair.copy.words;
    let of_copy = &pair.alignment.of_copy;
    let m = words.len();
    let likes: Vec<f32> = of_copy.iter().map(|o| o.map_or(0.0, |(_, l)| l)).collect();
    let like = |k: Option<usize>| -> f32 { k.and_then(|k| likes.get(k)).copied().unwrap_or(-0.2) };
    let covered = pair.covered();
    let clauses = words.last().map_or(0, |w| usize::from(w.clause)) + 1;
    let (mut met, mut all) = (vec![0.0_f32; clauses], vec![0.0_f32; clauses]);
    // What each word weighs, and how much of that is met.
    let mut weights: Vec<(f32, f32)> = Vec::with_capacity(m);
    for (word, like) in words.iter().zip(&likes) {
        let weight = (word.weight, word.weight * like);
        all[usize::from(word.clause)] += weight.0;
        met[usize::from(word.clause)] += weight.1;
        weights.push(weight);
    }
    let content = |k: &usize| pair.columns[1].solid[*k];
    let best = nearest(pair);
    let mut run = 0_u8;
    let mut out = Vec::with_capacity(m);
    for (k, word) in words.iter().enumerate() {
        if content(&k) {
            run = if of_copy[k].is_none() {
                run.saturating_add(1)
            } else {
                0
            };
        }
        let left = (0..k).rev().find(content);
        let right = (k + 1..m).find(content);
        let window = k.saturating_sub(4)..(k + 5).min(m);
        let (mut near, mut of) = (0.0_f32, 0.0_f32);
        for (weight, met) in &weights[window] {
            near += met;
            of += weight;
        }
        let jump = |from: Option<usize>, step: isize| -> f32 {
            match (from.and_then(|n| of_copy[n]), of_copy[k]) {
                (Some((i, _)), Some((j, _))) => {
                    ((j.cast_signed() - i.cast_signed()) * step).clamp(-12, 12) as f32
                }
                _ => 20.0,
            }
        };
        // What the source says between the counterparts of the aligned neighbours and nothing in the copy answers.
        let before = (0..k).rev().filter(content).find_map(|n| of_copy[n]);
        let after = (k + 1..m).filter(content).find_map(|n| of_copy[n]);
        let from = before.map_or(0, |(i, _)| i + 1);
        let to = after.map_or(pair.source.words.len(), |(i, _)| i);
        let gap: f32 = (from..to.max(from))
            .filter(|&i| pair.alignment.of_source[i].is_none() && pair.columns[0].solid[i])
            .map(|i| pair.source.words[i].weight)
            .sum();
        let is = |class: Class| f32::from(u8::from(word.class == class));
        let flag = |b: bool| f32::from(u8::from(b));
        let best = if content(&k) && like(Some(k)) < 0.97 {
            best[k]
        } else {
            1.0
        };
        out.push([
            is(Class::Content),
            is(Class::Name),
            is(Class::Quantity),
            is(Class::Function),
            word.weight,
            like(Some(k)),
            flag(of_copy[k].is_some_and(|(i, _)| pair.source.words[i].folded == word.folded)),
            of_copy[k].map_or(-1.0, |(i, _)| cosine(&pair.source.words[i], word)),
            best,
            flag(word.capital),
            flag(word.class == Class::Content && word.verb),
            word.rarity,
            word.vector.as_ref().map_or(0.0, |v| f32::from(v.pieces)),
            flag(word.after_mark),
            flag(word.quoted),
            k as f32 / m as f32,
            m.min(80) as f32,
            like(k.checked_sub(1)),
            like(k.checked_sub(2)),
            like(k.checked_sub(3)),
            like(Some(k + 1)),
            like(Some(k + 2)),
            like(Some(k + 3)),
            like(left),
            like(right),
            met[usize::from(word.clause)] / all[usize::from(word.clause)].max(0.01),
            near / of.max(0.01),
            jump(left, 1),
            jump(right, -1),
            gap.min(20.0),
            covered.0,
            covered.1,
            common_order,
            f32::from(run),
        ]);
    }
    out
}

/// For each word of the copy that is no function word the greatest cosine with such a word of the source, 0..=1.
fn nearest(pair: &Pair<'_>) -> Vec<f32> {
    let [ours, theirs] = &pair.columns;
    let mut nearest = vec![0.0_f32; theirs.keys.len()];
    for (i, inverse_norm) in ours.inverse_norms.iter().enumerate() {
        if !ours.solid[i] {
            continue;
        }
        let products = pair.alignment.products(i).iter().zip(&theirs.inverse_norms);
        for (nearest, (&product, other)) in nearest.iter_mut().zip(products) {
            *nearest = nearest.max(product as f32 * inverse_norm * other);
        }
    }
    nearest
}

/// Least likelihood of a passage's likeliest word, and of the words beside it that belong to it. With .20 and .14 the F1 of marked characters
/// on the development pairs of WMT MQM is .258 (.253 here), but the correlation (MCC) on the WMT22 word-level pairs .35 (.37).
const FIRST: f32 = 0.21;
const BESIDE: f32 = 0.15;
/// Highest likelihood that is believed: where the model says more, .25 to .39 were marked (`training/RELIABILITY.md`). What cannot be named
/// is never major.
const BELIEVED: f32 = 0.40;
/// Least likelihood that the pair changed for its words to be looked at.
const DOUBTFUL_PAIR: f32 = 0.15;

/// Passages of the copy that a proofreader would underline, as proposals with the likelihood of their likeliest word.
pub(super) fn suspects(
    pair: &Pair<'_>,
    common_order: f32,
    proposals: &[Proposal],
    changed: f32,
    in_full: f32,
) -> Vec<Proposal> {
    if changed < DOUBTFUL_PAIR {
        return Vec::new();
    }
    let mut here = vec![0.0_f32; pair.copy.words.len()];
    let mut first = 0.0_f32;
    for proposal in proposals {
        first = first.max(proposal.score);
        for place in &mut here[proposal.copy.clone()] {
            *place = place.max(proposal.score);
        }
    }
    let rows: Vec<[f32; NAMES.len()]> = measured(pair, common_order)
        .iter()
        .zip(&here)
        .map(|(word, &here)| {
            let mut numbers = [0.0_f32; NAMES.len()];
            numbers[..MEASURED].copy_from_slice(word);
            numbers[MEASURED..].copy_from_slice(&[here, first, changed, in_full]);
            numbers
        })
        .collect();
    let likelihoods = score::WORDS.likelihoods(&rows);
    let mut found = Vec::new();
    let mut start = 0;
    while start < likelihoods.len() {
        let end = (start..likelihoods.len())
            .find(|&k| likelihoods[k] < BESIDE)
            .unwrap_or(likelihoods.len());
        let likeliest = likelihoods[start..end].iter().copied().fold(0.0, f32::max);
        if likeliest >= FIRST
            && pair.copy.words[start..end]
                .iter()
                .any(|w| w.class != Class::Function)
        {
            found.push(suspect(pair, start..end, likeliest.min(BELIEVED)));
        }
        start = end.max(start) + 1;
    }
    found
}

/// What the source has in the place of some words of the copy: what stands between the counterparts of their neighbours, unless that is much longer.
pub(super) fn in_place(pair: &Pair<'_>, copy: &Range<usize>) -> Range<usize> {
    let answered = |k: usize| pair.alignment.of_copy[k].map(|(i, _)| i);
    let from = (0..copy.start)
        .rev()
        .find_map(answered)
        .map_or(0, |i| i + 1);
    let to = (copy.end..pair.copy.words.len())
        .find_map(answered)
        .unwrap_or(pair.source.words.len());
    if from < to && to - from <= copy.len() + 6 {
        from..to
    } else {
        from..from
    }
}

/// The passage with what the source has in its place.
pub(super) fn suspect(pair: &Pair<'_>, copy: Range<usize>, score: f32) -> Proposal {
    let source = in_place(pair, &copy);
    let evidence = if source.is_empty() {
        format!(
            "nothing in the source is sure to answer `{}`",
            pair.copy_words(copy.clone())
        )
    } else {
        format!(
            "`{}` stands where the source says `{}`; such places are often marked",
            pair.copy_words(copy.clone()),
            pair.source_words(source.clone())
        )
    };
    Proposal {
        category: Category::WrongSense,
        score,
        source,
        copy,
        evidence,
    }
}
