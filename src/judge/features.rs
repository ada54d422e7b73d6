//! What a proposal looks like: readable numbers that the score is learned from.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use super::alternatives::expected_place;
use super::phrases::{FALSE_FRIEND, IN_CONTEXT};
use super::{
    ALTERNATIVES, CONTRASTS, OFFICES, PHRASES, PRONOUNS, Pair, Proposal, names, polarity,
    quantities,
};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::similarity::names::spelt_alike;
use crate::similarity::remembered::remembered_opposition;
use crate::similarity::sequence::longest_common_subsequence;
use crate::similarity::words::{Mean, Sums};
use crate::words::{Class, Word, Words};

/// Names of the features, in their order. Training and scoring agree by this list.
pub const NAMES: [&str; 68] = [
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
    "of_pronouns",
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
    /// Length of the longest common subsequence of their words, by base form.
    pub(super) common: usize,
    pub(super) common_order: f32,
    pub(super) denials: (f32, f32, f32),
    pub(super) names: (f32, f32),
    unmet_weight: f32,
    crossings: f32,
    names_met: f32,
    /// Of source and copy; many proposals are about the same words.
    runs: [RefCell<Vec<Rc<Run>>>; 2],
    pub(super) sums: [Sums; 2],
}

impl Shared {
    pub(super) fn new(pair: &Pair<'_>) -> Self {
        let [a, b] = &pair.columns;
        let common = longest_common_subsequence(&a.keys, &b.keys);
        Self {
            common,
            common_order: common as f32 / a.keys.len().max(b.keys.len()).max(1) as f32,
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
            runs: Default::default(),
            sums: [Sums::new(pair.source), Sums::new(pair.copy)],
        }
    }

    /// What words of the source say by themselves.
    pub(super) fn of_source(&self, pair: &Pair<'_>, run: &Range<usize>) -> Rc<Run> {
        remembered(&self.runs[0], run, pair.source, &self.sums[0])
    }

    /// What words of the copy say by themselves.
    pub(super) fn of_copy(&self, pair: &Pair<'_>, run: &Range<usize>) -> Rc<Run> {
        remembered(&self.runs[1], run, pair.copy, &self.sums[1])
    }
}

fn remembered(
    runs: &RefCell<Vec<Rc<Run>>>,
    run: &Range<usize>,
    words: &Words,
    sums: &Sums,
) -> Rc<Run> {
    let known = || runs.borrow().iter().find(|r| r.run == *run).map(Rc::clone);
    known().unwrap_or_else(|| {
        remember(runs, std::iter::once(run), words, sums);
        known().expect("it was remembered just now")
    })
}

/// Looks at the runs that are not known yet, all at once.
fn remember<'a>(
    runs: &RefCell<Vec<Rc<Run>>>,
    wanted: impl Iterator<Item = &'a Range<usize>>,
    words: &Words,
    sums: &Sums,
) {
    let mut known = runs.borrow_mut();
    let mut new: Vec<Range<usize>> = Vec::new();
    for run in wanted {
        if !known.iter().any(|r| r.run == *run) && !new.contains(run) {
            new.push(run.clone());
        }
    }
    let means = Mean::beside(words, &new, sums);
    let looked_at = |(run, (mean, fits))| Rc::new(Run::new(words, run, mean, fits));
    known.extend(new.into_iter().zip(means).map(looked_at));
}

/// What a run of words says by itself.
#[derive(Debug)]
pub(super) struct Run {
    run: Range<usize>,
    /// Those that are no function words.
    solid: Vec<usize>,
    pub(super) mean: Mean,
    /// How near in meaning they come to the rest of their passage, -1..=1.
    fits: f32,
    weight: f32,
    names: f32,
    verbs: f32,
    rarest: f32,
    pieces: f32,
}

impl Run {
    fn new(words: &Words, run: Range<usize>, mean: Mean, fits: f32) -> Self {
        let is_solid = |k: &usize| words.words[*k].class != Class::Function;
        let solid: Vec<usize> = run.clone().filter(is_solid).collect();
        let each = || solid.iter().map(|&k| &words.words[k]);
        let share = |test: fn(&&Word) -> bool| share(&solid, each().filter(test).count());
        Self {
            fits,
            weight: each().map(|w| w.weight).sum(),
            names: share(|w| w.class == Class::Name),
            verbs: share(|w| w.verb && !w.function),
            rarest: each().map(|w| w.rarity).fold(0.0, f32::max),
            pieces: each()
                .filter_map(|w| w.vector.as_ref())
                .map(|v| f32::from(v.pieces))
                .fold(0.0, f32::max),
            run,
            mean,
            solid,
        }
    }
}

/// Which share of a list so many are, 0..=1; 0 of an empty one.
fn share(list: &[usize], count: usize) -> f32 {
    if list.is_empty() {
        0.0
    } else {
        count as f32 / list.len() as f32
    }
}

/// The features of each proposal, `judges` being the numbers of their judges.
pub(super) fn features(
    pair: &Pair<'_>,
    shared: &Shared,
    judges: &[usize],
    proposals: &[Proposal],
) -> Vec<Features> {
    let [ours, theirs] = &shared.runs;
    let of_source = proposals.iter().map(|p| &p.source);
    remember(ours, of_source, pair.source, &shared.sums[0]);
    let of_copy = proposals.iter().map(|p| &p.copy);
    remember(theirs, of_copy, pair.copy, &shared.sums[1]);
    let runs: Vec<[Rc<Run>; 2]> = proposals
        .iter()
        .map(|p| {
            [
                shared.of_source(pair, &p.source),
                shared.of_copy(pair, &p.copy),
            ]
        })
        .collect();
    let means: Vec<_> = runs.iter().map(|[a, b]| (&a.mean, &b.mean)).collect();
    let cosines = Mean::cosines(&means);
    let each = judges.iter().zip(proposals).zip(&runs).zip(cosines);
    each.map(|(((judge, proposal), runs), cosine)| {
        of_proposal(pair, shared, *judge, proposal, runs, cosine)
    })
    .collect()
}

/// Those of one, with what its runs say by themselves and the cosine of these.
fn of_proposal(
    pair: &Pair<'_>,
    shared: &Shared,
    judge: usize,
    proposal: &Proposal,
    [of_a, of_b]: &[Rc<Run>; 2],
    cosine: f32,
) -> Features {
    let from = |number: usize| f32::from(u8::from(judge == number));
    let (size, slip) = figures(pair, proposal);
    let (a, b) = (&of_a.solid, &of_b.solid);
    let word_a = |k: usize| &pair.source.words[k];
    let word_b = |k: usize| &pair.copy.words[k];
    let (mut nearest, mut senses, mut spelling, mut opposites, mut siblings) =
        (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    let relations = &lexicon().relations;
    for &i in a {
        for &j in b {
            let (x, y) = (word_a(i), word_b(j));
            nearest = nearest.max(pair.cosine(i, j));
            senses = senses.max(x.ranks().overlap(y.ranks()));
            spelling = spelling.max(spelt_alike(x, y));
            let opposition = remembered_opposition(x, y);
            if opposition > 0.0 {
                let sure = if polarity::are_converses(&x.lemma, &y.lemma) {
                    0.4
                } else {
                    1.0
                };
                opposites = opposites.max(sure * opposition);
            }
            if siblings == 0.0
                && x.kinship.may_be_siblings(&y.kinship)
                && relations.siblings(x.senses, y.senses)
            {
                siblings = 1.0;
            }
        }
    }
    let elsewhere = |list: &[usize], says: &dyn Fn(&&usize) -> bool| {
        share(list, list.iter().filter(says).count())
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
        cosine,
        senses,
        spelling,
        opposites,
        siblings,
        of_b.pieces,
        anchors,
        a.len() as f32,
        b.len() as f32,
        of_a.weight,
        of_b.weight,
        elsewhere(a, &|k| pair.copy_says(**k, 0.7, &proposal.copy)),
        elsewhere(b, &|k| pair.source_says(**k, 0.7, &proposal.source)),
        of_a.names,
        of_b.names,
        shared.common_order,
        pair.covered.0,
        pair.covered.1,
        pair.chunks.len() as f32 / (0.5 * (n + m)),
        n.min(80.0),
        (n / m).ln(),
        f32::from(u8::from(proposal.copy.clone().any(|k| word_b(k).quoted))),
        of_a.verbs,
        of_b.verbs,
        of_b.rarest,
        of_a.rarest,
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
        from(PRONOUNS),
        size,
        slip,
        clauses_answer(pair, proposal),
        told_by_copy(pair, a, &proposal.copy),
        told_by_source(pair, b, &proposal.source),
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
        of_a.fits,
        of_b.fits,
    ]
}

/// The feature of that name, one of [`NAMES`].
fn named(features: &Features, name: &str) -> f32 {
    let at = NAMES.iter().position(|n| *n == name);
    at.map_or(0.0, |at| features[at])
}

/// Whether false friends, or an idiom and what takes it literally, are far apart in meaning while the copy's stands where the source's should;
/// what the words beside it show to be another sense need not be far.
pub(super) fn is_wrong_in_place(features: &Features) -> bool {
    let value = |name: &str| named(features, name);
    let strength = value("strength");
    let far = value("nearest_cosine") < 0.35 && value("sense_overlap") < 0.3;
    (strength >= IN_CONTEXT || strength >= FALSE_FRIEND && far)
        && (0.0..=1.5).contains(&value("out_of_place"))
}

/// Whether one kind stands where another one of its set should, both surely excluding each other, in clauses that answer each other.
pub(super) fn is_exchanged_in_place(features: &Features) -> bool {
    let value = |name: &str| named(features, name);
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

/// Mean over the listed words of the source of how near the nearest word of the copy comes, outside `here`, 0..=1.
fn told_by_copy(pair: &Pair<'_>, list: &[usize], here: &Range<usize>) -> f32 {
    let [ours, theirs] = &pair.columns;
    mean_of_nearest(list, |i| {
        let products = pair.alignment.products(i);
        let (key, inverse_norm) = (ours.keys[i], ours.inverse_norms[i]);
        let mut nearest = 0.0_f32;
        for (j, &product) in products.iter().enumerate() {
            if !theirs.solid[j] || here.contains(&j) {
                continue;
            }
            nearest = nearest.max(if theirs.keys[j] == key {
                1.0
            } else {
                product as f32 * theirs.inverse_norms[j] * inverse_norm
            });
        }
        nearest
    })
}

/// The same of the listed words of the copy and the words of the source.
fn told_by_source(pair: &Pair<'_>, list: &[usize], here: &Range<usize>) -> f32 {
    let [ours, theirs] = &pair.columns;
    mean_of_nearest(list, |j| {
        let (key, inverse_norm) = (theirs.keys[j], theirs.inverse_norms[j]);
        let mut nearest = 0.0_f32;
        for (i, &own) in ours.keys.iter().enumerate() {
            if !ours.solid[i] || here.contains(&i) {
                continue;
            }
            nearest = nearest.max(if own == key {
                1.0
            } else {
                pair.alignment.products(i)[j] as f32 * ours.inverse_norms[i] * inverse_norm
            });
        }
        nearest
    })
}

fn mean_of_nearest(list: &[usize], nearest: impl Fn(usize) -> f32) -> f32 {
    if list.is_empty() {
        return 0.0;
    }
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
