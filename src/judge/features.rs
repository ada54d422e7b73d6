//! What a proposal looks like: readable numbers that the score is learned from.

use std::ops::Range;

use super::alternatives::expected_place;
use super::phrases::FALSE_FRIEND;
use super::{
    ALTERNATIVES, CONTRASTS, OFFICES, PHRASES, Pair, Proposal, names, polarity, quantities,
};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::similarity::names::name_similarity;
use crate::similarity::remembered::remembered_opposition;
use crate::similarity::sequence::longest_common_subsequence;
use crate::similarity::words::{cosine, mean_cosine};
use crate::words::{Class, Words};

/// Names of the features, in their order. Training and scoring agree by this list.
pub const NAMES: [&str; 67] = [
    "strength",
    "is_number",
    "is_date_unit",
    "is_name",
    "is_polarity",
    "is_role",
    "is_modality",
    "is_sense",
    "is_addition",
    "is_omission",
    "is_untranslated",
    "nearest_cosine",
    "mean_cosine",
    "sense_overlap",
    "spelling",
    "opposites",
    "siblings",
    "pieces",
    "anchors",
    "source_words",
    "copy_words",
    "source_weight",
    "copy_weight",
    "source_elsewhere",
    "copy_elsewhere",
    "source_names",
    "copy_names",
    "common_order",
    "covered_source",
    "covered_copy",
    "chunks",
    "length_source",
    "length_ratio",
    "quoted",
    "source_verb",
    "copy_verb",
    "rarest_copy",
    "rarest_source",
    "left_context",
    "right_context",
    "negation_balance",
    "spare_denials_source",
    "spare_denials_copy",
    "unmet_names_source",
    "unmet_names_copy",
    "unmet_figures_source",
    "unmet_figures_copy",
    "left_context_2",
    "right_context_2",
    "unmet_weight_source",
    "of_contrasts",
    "of_offices",
    "of_alternatives",
    "of_phrases",
    "size_of_error",
    "slip",
    "clauses_answer",
    "source_told",
    "copy_told",
    "out_of_place",
    "names_shared",
    "figures_shared",
    "same_side_pull",
    "crossings",
    "foreign",
    "source_fits",
    "copy_fits",
];

/// The features of one proposal.
pub type Features = [f32; NAMES.len()];

/// What all proposals of a pair share, computed once.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) common_order: f32,
    covered: (f32, f32),
    denials: (f32, f32, f32),
    names: (f32, f32),
    unmet_weight: f32,
    crossings: f32,
    names_met: f32,
}

impl Shared {
    pub(super) fn new(pair: &Pair<'_>) -> Self {
        let plain = |w: &Words| -> Vec<u64> { w.words.iter().map(|w| w.key).collect() };
        let (a, b) = (plain(pair.source), plain(pair.copy));
        let common_order =
            longest_common_subsequence(&a, &b) as f32 / a.len().max(b.len()).max(1) as f32;
        Self {
            common_order,
            covered: pair.covered(),
            denials: polarity::balance(pair),
            names: names::unmet(pair),
            crossings: crossings(pair),
            names_met: pair
                .copy
                .words
                .iter()
                .zip(&pair.alignment.of_copy)
                .filter(|(w, met)| w.class == Class::Name && met.is_some())
                .count() as f32,
            unmet_weight: pair
                .source
                .words
                .iter()
                .zip(&pair.alignment.of_source)
                .filter(|(w, met)| met.is_none() && w.class != Class::Function)
                .map(|(w, _)| w.weight)
                .sum(),
        }
    }
}

pub(super) fn features(
    pair: &Pair<'_>,
    shared: &Shared,
    judge: usize,
    proposal: &Proposal,
) -> Features {
    let from = |number: usize| f32::from(u8::from(judge == number));
    let (size, slip) = figures(pair, proposal);
    let content = |words: &Words, run: &Range<usize>| -> Vec<usize> {
        run.clone()
            .filter(|&k| words.words[k].class != Class::Function)
            .collect()
    };
    let (a, b) = (
        content(pair.source, &proposal.source),
        content(pair.copy, &proposal.copy),
    );
    let word_a = |k: usize| &pair.source.words[k];
    let word_b = |k: usize| &pair.copy.words[k];
    let (mut nearest, mut senses, mut spelling, mut opposites, mut siblings) =
        (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    let relations = &lexicon().relations;
    for &i in &a {
        for &j in &b {
            let (x, y) = (word_a(i), word_b(j));
            nearest = nearest.max(cosine(x, y));
            senses = senses.max(relations.overlap(x.senses, y.senses));
            spelling = spelling.max(name_similarity(&x.folded, &y.folded));
            let sure = if polarity::are_converses(&x.lemma, &y.lemma) {
                0.4
            } else {
                1.0
            };
            opposites = opposites.max(sure * remembered_opposition(x, y));
            if relations.siblings(x.senses, y.senses) {
                siblings = 1.0;
            }
        }
    }
    let mean_cosine = mean_cosine(pair.source, &a, pair.copy, &b);
    let share = |list: &[usize], test: &dyn Fn(usize) -> bool| {
        if list.is_empty() {
            0.0
        } else {
            list.iter().filter(|&&k| test(k)).count() as f32 / list.len() as f32
        }
    };
    let weight =
        |words: &Words, list: &[usize]| list.iter().map(|&k| words.words[k].weight).sum::<f32>();
    let rarest = |words: &Words, list: &[usize]| {
        list.iter()
            .map(|&k| words.words[k].rarity)
            .fold(0.0_f32, f32::max)
    };
    let anchors = pair
        .chunks
        .iter()
        .find(|c| overlap(&c.source, &proposal.source) && overlap(&c.copy, &proposal.copy))
        .map_or(
            if a.is_empty() || b.is_empty() {
                0.0
            } else {
                1.5
            },
            |c| f32::from(c.anchors),
        );
    // How well the words right before and after the two runs answer each other.
    let context = |i: Option<usize>, j: Option<usize>| match (
        i.filter(|&i| i < pair.source.words.len()),
        j.filter(|&j| j < pair.copy.words.len()),
    ) {
        (Some(i), Some(j)) => match pair.alignment.of_source[i] {
            Some((k, like)) if k == j => like,
            _ if word_a(i).folded == word_b(j).folded => 0.8,
            Some(_) => 0.2,
            None => 0.0,
        },
        (None, None) => 0.7,
        _ => 0.1,
    };
    let is = |category: Category| f32::from(u8::from(proposal.category == category));
    let (n, m) = (
        pair.source.words.len().max(1) as f32,
        pair.copy.words.len().max(1) as f32,
    );
    [
        proposal.score,
        is(Category::Number),
        is(Category::DateUnit),
        is(Category::NamedEntity),
        is(Category::Polarity),
        is(Category::RoleSwap),
        is(Category::Modality),
        is(Category::WrongSense),
        is(Category::Addition),
        is(Category::Omission),
        is(Category::Untranslated),
        nearest,
        mean_cosine,
        senses,
        spelling,
        opposites,
        siblings,
        b.iter()
            .filter_map(|&j| word_b(j).vector.as_ref())
            .map(|v| f32::from(v.pieces))
            .fold(0.0, f32::max),
        anchors,
        a.len() as f32,
        b.len() as f32,
        weight(pair.source, &a),
        weight(pair.copy, &b),
        share(&a, &|k| pair.copy_says(k, 0.7, &proposal.copy)),
        share(&b, &|k| pair.source_says(k, 0.7, &proposal.source)),
        share(&a, &|k| word_a(k).class == Class::Name),
        share(&b, &|k| word_b(k).class == Class::Name),
        shared.common_order,
        shared.covered.0,
        shared.covered.1,
        pair.chunks.len() as f32 / (0.5 * (n + m)),
        n.min(80.0),
        (n / m).ln(),
        f32::from(u8::from(proposal.copy.clone().any(|k| word_b(k).quoted))),
        share(&a, &|k| word_a(k).verb && !word_a(k).function),
        share(&b, &|k| word_b(k).verb && !word_b(k).function),
        rarest(pair.copy, &b),
        rarest(pair.source, &a),
        context(
            proposal.source.start.checked_sub(1),
            proposal.copy.start.checked_sub(1),
        ),
        context(Some(proposal.source.end), Some(proposal.copy.end)),
        shared.denials.0,
        shared.denials.1,
        shared.denials.2,
        shared.names.0,
        shared.names.1,
        pair.source.quantities.len() as f32 - pair.alignment.quantities.len() as f32,
        pair.copy.quantities.len() as f32 - pair.alignment.quantities.len() as f32,
        context(
            proposal.source.start.checked_sub(2),
            proposal.copy.start.checked_sub(2),
        ),
        context(Some(proposal.source.end + 1), Some(proposal.copy.end + 1)),
        shared.unmet_weight,
        from(CONTRASTS),
        from(OFFICES),
        from(ALTERNATIVES),
        from(PHRASES),
        size,
        slip,
        clauses_answer(pair, proposal),
        told(pair.source, &a, pair.copy, &proposal.copy),
        told(pair.copy, &b, pair.source, &proposal.source),
        out_of_place(pair, proposal),
        shared.names_met,
        pair.alignment.quantities.len() as f32,
        pull(pair, proposal),
        shared.crossings,
        if proposal.category == Category::Untranslated {
            lexicon()
                .spelling
                .foreignness(pair.copy_words(proposal.copy.clone()))
        } else {
            0.0
        },
        fits(pair.source, &a),
        fits(pair.copy, &b),
    ]
}

/// How near in meaning the listed words come to the rest of their passage, -1..=1.
fn fits(words: &Words, list: &[usize]) -> f32 {
    let rest: Vec<usize> = (0..words.words.len())
        .filter(|k| words.words[*k].class != Class::Function && !list.contains(k))
        .collect();
    mean_cosine(words, list, words, &rest)
}

/// Whether false friends, or an idiom and what takes it literally, are far apart in meaning while the copy's stands where the source's should.
pub(super) fn is_far_in_place(features: &Features) -> bool {
    let value = |name: &str| {
        NAMES
            .iter()
            .position(|n| *n == name)
            .map_or(0.0, |at| features[at])
    };
    value("strength") >= FALSE_FRIEND
        && value("nearest_cosine") < 0.35
        && value("sense_overlap") < 0.3
        && (0.0..=1.5).contains(&value("out_of_place"))
}

/// Whether one kind stands where another one of its set should, both surely excluding each other, in clauses that answer each other.
pub(super) fn is_exchanged_in_place(features: &Features) -> bool {
    let value = |name: &str| {
        NAMES
            .iter()
            .position(|n| *n == name)
            .map_or(0.0, |at| features[at])
    };
    value("strength") >= 0.57
        && (0.0..=1.5).contains(&value("out_of_place"))
        && value("clauses_answer") >= 0.3
        && value("covered_source").max(value("covered_copy")) >= 0.5
}

/// How far the proposal's figures lie apart (decimal logarithm of their ratio, at most 6; -1 when there are none), and whether that looks like
/// a slip of the pen.
fn figures(pair: &Pair<'_>, proposal: &Proposal) -> (f32, f32) {
    let of = |words: &Words, run: &Range<usize>| {
        words
            .quantities
            .iter()
            .position(|q| q.first < run.end && run.start < q.last)
    };
    let (Some(x), Some(y)) = (
        of(pair.source, &proposal.source),
        of(pair.copy, &proposal.copy),
    ) else {
        return (-1.0, 0.0);
    };
    let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a logarithm; six digits are plenty"
    )]
    let size = if a.value > 0.0 && b.value > 0.0 {
        ((a.value / b.value).log10().abs() as f32).min(6.0)
    } else {
        6.0
    };
    (size, f32::from(u8::from(quantities::is_slip(a, b))))
}

/// Share of the aligned weight around the source's run (its clause) that is answered in the clause of the copy's run, 0..=1.
fn clauses_answer(pair: &Pair<'_>, proposal: &Proposal) -> f32 {
    let (Some(i), Some(j)) = (
        pair.source.words.get(proposal.source.start),
        pair.copy.words.get(proposal.copy.start),
    ) else {
        return 0.0;
    };
    let (mut met, mut all) = (0.0_f32, 0.01_f32);
    for (k, word) in pair.source.words.iter().enumerate() {
        if word.clause != i.clause || word.class == Class::Function {
            continue;
        }
        if let Some((n, like)) = pair.alignment.of_source[k] {
            all += word.weight;
            if pair.copy.words[n].clause == j.clause {
                met += word.weight * like;
            }
        }
    }
    met / all
}

/// Mean over the listed words of how near the nearest word of the other side comes, outside `here`, 0..=1.
fn told(words: &Words, list: &[usize], other: &Words, here: &Range<usize>) -> f32 {
    if list.is_empty() {
        return 0.0;
    }
    let nearest = |k: usize| {
        other
            .words
            .iter()
            .enumerate()
            .filter(|(n, w)| !here.contains(n) && w.class != Class::Function)
            .map(|(_, w)| {
                if w.key == words.words[k].key {
                    1.0
                } else {
                    cosine(w, &words.words[k])
                }
            })
            .fold(0.0_f32, f32::max)
    };
    list.iter().map(|&k| nearest(k)).sum::<f32>() / list.len() as f32
}

/// How many words the copy's run lies away from where its neighbours' counterparts say it should, at most 20.
fn out_of_place(pair: &Pair<'_>, proposal: &Proposal) -> f32 {
    if proposal.source.is_empty() || proposal.copy.is_empty() {
        return -1.0;
    }
    (expected_place(pair, proposal.source.start) - proposal.copy.start as f32)
        .abs()
        .min(20.0)
}

/// Weight of the words within four of the source's run that are answered within six of the copy's run: what holds the two together.
fn pull(pair: &Pair<'_>, proposal: &Proposal) -> f32 {
    let (from, to) = (&proposal.source, &proposal.copy);
    let mut sum = 0.0;
    for i in from.start.saturating_sub(4)..(from.end + 4).min(pair.source.words.len()) {
        if from.contains(&i) || pair.source.words[i].class == Class::Function {
            continue;
        }
        if let Some((j, like)) = pair.alignment.of_source[i]
            && j + 6 >= to.start
            && j < to.end + 6
            && !to.contains(&j)
        {
            sum += like * pair.source.words[i].weight;
        }
    }
    sum
}

/// Share of neighbouring counterparts that stand in another order, 0..=1: how freely the passage was turned.
fn crossings(pair: &Pair<'_>) -> f32 {
    let places: Vec<usize> = pair
        .alignment
        .of_source
        .iter()
        .zip(&pair.source.words)
        .filter(|(_, w)| w.class != Class::Function)
        .filter_map(|(met, _)| met.map(|(j, _)| j))
        .collect();
    let crossed = places.windows(2).filter(|w| w[0] > w[1]).count();
    crossed as f32 / places.len().max(1) as f32
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a == b || a.start < b.end && b.start < a.end
}
