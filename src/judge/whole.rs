//! What a pair looks like as a whole: readable numbers from which two likelihoods are learned, that the meaning changed and that the two
//! passages do not say the same in full.

use super::Pair;
use super::features::Shared;
use crate::model::Category;
use crate::similarity::words::mean_cosine;
use crate::words::{Class, Words};

/// Names of the numbers that come from the two passages alone; those of [`SCORED`] follow.
pub const MEASURED: [&str; 37] = [
    "source_words",
    "copy_words",
    "length_ratio",
    "common_order",
    "common_of_shorter",
    "common_neighbours",
    "covered_source",
    "covered_copy",
    "unmet_source",
    "unmet_copy",
    "unmet_names_source",
    "unmet_names_copy",
    "unmet_figures_source",
    "unmet_figures_copy",
    "met_figures",
    "negation_balance",
    "spare_denials_source",
    "spare_denials_copy",
    "cosine",
    "cosine_of_unmet",
    "omitted_chunk",
    "added_chunk",
    "exchanged_chunks",
    "doubtful_counterparts",
    "mean_likeness",
    "crossings",
    "names",
    "unmet_count_source",
    "unmet_count_copy",
    "asks",
    "worst_clause_source",
    "worst_clause_copy",
    "exchanged_meaning",
    "unmet_verbs_source",
    "unmet_verbs_copy",
    "rarest_unmet_copy",
    "least_likeness",
];

/// Names of the numbers that come from the scores of the proposed changes.
pub const SCORED: [&str; 15] = [
    "top_number",
    "top_date_unit",
    "top_named_entity",
    "top_polarity",
    "top_role_swap",
    "top_modality",
    "top_wrong_sense",
    "top_addition",
    "top_omission",
    "top_untranslated",
    "first",
    "second",
    "third",
    "total",
    "proposals",
];

/// The numbers of a pair.
pub type Whole = [f32; MEASURED.len() + SCORED.len()];

/// What the two passages alone tell.
pub fn measured(pair: &Pair<'_>) -> [f32; MEASURED.len()] {
    of_passages(pair, &Shared::new(pair))
}

fn of_passages(pair: &Pair<'_>, shared: &Shared) -> [f32; MEASURED.len()] {
    let [a, b] = pair.columns.each_ref().map(|columns| &columns.keys);
    let (n, m) = (a.len().max(1) as f32, b.len().max(1) as f32);
    let common = shared.common as f32;
    let mut neighbours: Vec<(u64, u64)> = a.windows(2).map(|w| (w[0], w[1])).collect();
    neighbours.sort_unstable();
    let met_neighbours = b
        .windows(2)
        .filter(|w| neighbours.binary_search(&(w[0], w[1])).is_ok())
        .count();
    let (covered_source, covered_copy) = pair.covered();
    let unmet = |words: &Words, of: &[Option<(usize, f32)>]| -> Vec<usize> {
        (0..words.words.len())
            .filter(|&k| of[k].is_none() && words.words[k].class != Class::Function)
            .collect()
    };
    let (unmet_a, unmet_b) = (
        unmet(pair.source, &pair.alignment.of_source),
        unmet(pair.copy, &pair.alignment.of_copy),
    );
    let weight =
        |words: &Words, list: &[usize]| list.iter().map(|&k| words.words[k].weight).sum::<f32>();
    let (names_a, names_b) = shared.names;
    let met_figures = pair.alignment.quantities.len() as f32;
    let (balance, denials_a, denials_b) = shared.denials;
    let (mut omitted, mut added, mut exchanged) = (0.0_f32, 0.0_f32, 0.0_f32);
    let mut exchanged_meaning = 0.0_f32;
    for chunk in &pair.chunks {
        let of = |words: &Words, run: &std::ops::Range<usize>| -> f32 {
            words.words[run.clone()]
                .iter()
                .filter(|w| w.class != Class::Function)
                .map(|w| w.weight)
                .sum()
        };
        match (chunk.source.is_empty(), chunk.copy.is_empty()) {
            (false, true) => omitted = omitted.max(of(pair.source, &chunk.source)),
            (true, false) => added = added.max(of(pair.copy, &chunk.copy)),
            _ => {
                exchanged += 1.0;
                let (from, to) = (
                    shared.of_source(pair, &chunk.source),
                    shared.of_copy(pair, &chunk.copy),
                );
                let far = 1.0 - from.mean.cosine(&to.mean).max(0.0);
                let least = of(pair.source, &chunk.source).min(of(pair.copy, &chunk.copy));
                exchanged_meaning += far * least;
            }
        }
    }
    let mut least = 1.0_f32;
    let (mut likes, mut doubtful, mut met, mut crossings) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    let mut last = None;
    for (k, counterpart) in pair.alignment.of_source.iter().enumerate() {
        let Some((j, like)) = *counterpart else {
            continue;
        };
        if pair.source.words[k].class == Class::Function {
            continue;
        }
        likes += like;
        least = least.min(like);
        met += 1.0;
        if like < 0.84 {
            doubtful += 1.0;
        }
        if last.is_some_and(|l| l > j) {
            crossings += 1.0;
        }
        last = Some(j);
    }
    let name_count = pair
        .copy
        .words
        .iter()
        .filter(|w| w.class == Class::Name)
        .count();
    let verbs = |words: &Words, unmet: &[usize]| {
        let verb = |k: &&usize| words.words[**k].class == Class::Content && words.words[**k].verb;
        unmet.iter().filter(verb).count() as f32
    };
    let rarest = unmet_b
        .iter()
        .map(|&k| pair.copy.words[k].rarity)
        .fold(0.0_f32, f32::max);
    let asks = |text: &str| f32::from(u8::from(text.contains('?')));
    [
        n.min(80.0),
        m.min(80.0),
        (n / m).ln(),
        common / n.max(m),
        common / n.min(m),
        met_neighbours as f32 / n.min(m),
        covered_source,
        covered_copy,
        weight(pair.source, &unmet_a),
        weight(pair.copy, &unmet_b),
        names_a,
        names_b,
        pair.source.quantities.len() as f32 - met_figures,
        pair.copy.quantities.len() as f32 - met_figures,
        met_figures,
        balance,
        denials_a,
        denials_b,
        shared.sums[0].cosine(&shared.sums[1]),
        mean_cosine(pair.source, &unmet_a, pair.copy, &unmet_b),
        omitted,
        added,
        exchanged,
        doubtful,
        likes / met.max(1.0),
        crossings / met.max(1.0),
        name_count as f32,
        unmet_a.len() as f32,
        unmet_b.len() as f32,
        asks(pair.copy.span.of(pair.copy_text)) - asks(pair.source.span.of(pair.source_text)),
        worst_clause(pair.source, &pair.alignment.of_source),
        worst_clause(pair.copy, &pair.alignment.of_copy),
        exchanged_meaning,
        verbs(pair.source, &unmet_a),
        verbs(pair.copy, &unmet_b),
        rarest,
        least,
    ]
}

/// The least share of a clause's weight that has counterparts, over clauses of some weight; 1 when there is none.
fn worst_clause(words: &Words, counterparts: &[Option<(usize, f32)>]) -> f32 {
    let clauses = words.words.last().map_or(0, |w| usize::from(w.clause)) + 1;
    let (mut met, mut all) = (vec![0.0_f32; clauses], vec![0.0_f32; clauses]);
    for (word, counterpart) in words.words.iter().zip(counterparts) {
        let clause = usize::from(word.clause);
        all[clause] += word.weight;
        met[clause] += word.weight * counterpart.map_or(0.0, |(_, like)| like);
    }
    met.iter()
        .zip(&all)
        .filter(|(_, all)| **all >= HEAVY_CLAUSE)
        .map(|(met, all)| met / all)
        .fold(1.0, f32::min)
}

/// Least weight of a clause that says something: two rare words.
const HEAVY_CLAUSE: f32 = 2.0;

/// All numbers of a pair, given its proposals' categories and scores.
pub(super) fn whole(
    pair: &Pair<'_>,
    shared: &Shared,
    proposals: impl Iterator<Item = (Category, f32)>,
) -> Whole {
    let mut all = [0.0; MEASURED.len() + SCORED.len()];
    all[..MEASURED.len()].copy_from_slice(&of_passages(pair, shared));
    let scored = &mut all[MEASURED.len()..];
    let (mut top, mut total, mut count) = ([0.0_f32; 3], 0.0, 0.0);
    for (category, score) in proposals {
        let at = match category {
            Category::Number => 0,
            Category::DateUnit => 1,
            Category::NamedEntity => 2,
            Category::Polarity => 3,
            Category::RoleSwap => 4,
            Category::Modality => 5,
            Category::WrongSense | Category::Terminology => 6,
            Category::Addition => 7,
            Category::Omission => 8,
            Category::Untranslated => 9,
        };
        scored[at] = f32::max(scored[at], score);
        total += score;
        count += 1.0;
        let mut carried = score;
        for place in &mut top {
            if carried > *place {
                std::mem::swap(place, &mut carried);
            }
        }
    }
    scored[10..13].copy_from_slice(&top);
    scored[13] = total;
    scored[14] = count;
    all
}
