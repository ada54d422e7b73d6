//! How near two words are in meaning, and how much of one passage another one covers.

use std::ops::Range;

use super::names::same_name;
use crate::lexicon::{DIMENSIONS, lexicon};
use crate::words::{Class, Lexeme, Words};

/// Cosine of static vectors at which two content words begin to count as near.
/// On WordNet's synonyms against random pairs of like frequency: see `lexicon/README.md`.
pub const COSINE_NEAR: f32 = 0.30;
/// ... and at which they count as the same.
const COSINE_SAME: f32 = 0.80;

/// Likeness of two words in 0..=1: 1 the same, 0.97 another form of it, below that synonyms by sense, derivations,
/// spellings of one name, and nearness of vectors (at most 0.8). Quantities are compared by value elsewhere.
#[inline]
pub fn word_similarity(a: &Lexeme, b: &Lexeme) -> f32 {
    if a.hash == b.hash {
        return 1.0;
    }
    if a.class == Class::Function || b.class == Class::Function {
        return 0.0;
    }
    if a.class == Class::Quantity || b.class == Class::Quantity {
        return 0.0;
    }
    if a.key == b.key {
        return 0.97;
    }
    if a.class == Class::Name && b.class == Class::Name {
        return names(a, b);
    }
    let derived = derivation(a, b);
    if a.class == Class::Name || b.class == Class::Name {
        // "Ministry" and "ministry"; a demonym and its adjective; never a name with some other noun.
        if a.base == b.base {
            return 0.97;
        }
        if derived > 0.0 {
            return derived;
        }
        // A capital can be that of a title ("Foreign Ministry" - "foreign department"), which an individual's name is not.
        let common = |w: &Lexeme| !w.individual && w.common;
        if common(a) && common(b) {
            return 0.9 * meaning(a, b);
        }
        return 0.0;
    }
    derived.max(meaning(a, b))
}

fn names(a: &Lexeme, b: &Lexeme) -> f32 {
    if let Some(spelt) = same_name(a, b) {
        return spelt;
    }
    let derived = derivation(a, b);
    if derived > 0.0 {
        return derived;
    }
    if let (Some(x), Some(y)) = (a.nation, b.nation)
        && x.likeness(y) > 0.0
    {
        return x.likeness(y);
    }
    let relations = &lexicon().relations;
    let (x, y) = (&a.base, &b.base);
    if x == y {
        return 0.97;
    }
    let overlap = || {
        if a.kinship.may_share(&b.kinship) {
            a.base_ranks().overlap(b.base_ranks())
        } else {
            0.0
        }
    };
    // Individuals are the same or not, however near their vectors lie: "Moscow" is not "Kiev".
    if a.individual || b.individual {
        let shared = overlap();
        return if shared >= 0.7 { 0.9 * shared } else { 0.0 };
    }
    // Titles and parts of names that are common words: "Defence Ministry" - "Department of Defense".
    if a.common && b.common {
        let near = overlap().max(soft(a, b));
        if near > 0.0 && !relations.opposite(x, y) {
            0.9 * near
        } else {
            0.0
        }
    } else {
        0.0
    }
}

/// Nearness by sense and vector, 0..=0.9.
fn meaning(a: &Lexeme, b: &Lexeme) -> f32 {
    let near = soft(a, b);
    if !a.kinship.may_share(&b.kinship) {
        return near;
    }
    near.max(0.9 * a.ranks().overlap(b.ranks()))
}

fn soft(a: &Lexeme, b: &Lexeme) -> f32 {
    by_cosine(cosine(a, b))
}

/// Nearness of two words that have nothing but their vectors in common, by the cosine of these, 0..=0.8.
pub fn by_cosine(cosine: f32) -> f32 {
    0.8 * ((cosine - COSINE_NEAR) / (COSINE_SAME - COSINE_NEAR)).clamp(0.0, 1.0)
}

/// Cosine of the two words' static vectors, -1..=1; 0 when either has none.
pub fn cosine(a: &Lexeme, b: &Lexeme) -> f32 {
    match (&a.vector, &b.vector) {
        (Some(x), Some(y)) => x.cosine(y),
        _ => 0.0,
    }
}

/// Sum of the vectors of a group of words, weighted: it points where their mean does.
#[derive(Clone, Debug)]
pub struct Mean {
    sum: [f32; DIMENSIONS],
    norm: f32,
}

impl Mean {
    /// For each run that of its words that are no function words, and its cosine with that of all other such words of the passage, whose
    /// sums are `sums`.
    pub fn beside(words: &Words, runs: &[Range<usize>], sums: &Sums) -> Vec<(Self, f32)> {
        let of = |run: &Range<usize>| {
            (
                sum_of(words, solid(words, run.clone())),
                sums.rest(words, run),
            )
        };
        let parted: Vec<_> = runs.iter().map(of).collect();
        let each = parted.iter();
        let asked = each.flat_map(|(own, rest)| [(own, own), (rest, rest), (own, rest)]);
        let found = many_dots(&asked.collect::<Vec<_>>());
        let beside = |(sum, [own, other, both]): ([f32; DIMENSIONS], [f32; 3])| {
            let norm = own.sqrt();
            let cosine = both / (norm * other.sqrt()).max(1e-6);
            (Self { sum, norm }, cosine)
        };
        let sums = parted.into_iter().map(|(own, _)| own);
        sums.zip(found.as_chunks().0.iter().copied())
            .map(beside)
            .collect()
    }

    /// [`Self::cosine`] of each two.
    pub fn cosines(pairs: &[(&Self, &Self)]) -> Vec<f32> {
        let sums: Vec<_> = pairs.iter().map(|(a, b)| (&a.sum, &b.sum)).collect();
        let dots = many_dots(&sums);
        let norms = pairs.iter().map(|(a, b)| a.norm * b.norm);
        let cosine = |(both, norms): (f32, f32)| both / norms.max(1e-6);
        dots.into_iter().zip(norms).map(cosine).collect()
    }

    /// Cosine with another one, -1..=1; 0 when either group has no vector.
    pub fn cosine(&self, other: &Self) -> f32 {
        let [both] = dots([(&self.sum, &other.sum)]);
        both / (self.norm * other.norm).max(1e-6)
    }
}

/// For every place of a passage the sum of the vectors of the words before it that are no function words, weighted.
#[derive(Clone, Debug)]
pub struct Sums(Vec<[f32; DIMENSIONS]>);

impl Sums {
    /// Those of all words.
    pub fn new(words: &Words) -> Self {
        let mut sum = [0.0; DIMENSIONS];
        let mut sums = Vec::with_capacity(words.words.len() + 1);
        sums.push(sum);
        for k in 0..words.words.len() {
            add(words, solid(words, k..k + 1), &mut sum);
            sums.push(sum);
        }
        Self(sums)
    }

    /// Cosine of the sums of two whole passages, -1..=1; 0 when either has no vector.
    pub fn cosine(&self, other: &Self) -> f32 {
        cosine_of(&self.0[self.0.len() - 1], &other.0[other.0.len() - 1])
    }

    /// The sum without a run.
    fn rest(&self, words: &Words, run: &Range<usize>) -> [f32; DIMENSIONS] {
        let end = words.words.len();
        let mut sum = self.0[run.start.min(end)];
        add(words, solid(words, run.end.max(run.start)..end), &mut sum);
        sum
    }
}

fn solid(words: &Words, run: Range<usize>) -> impl Iterator<Item = usize> {
    run.filter(|&k| words.words[k].class != Class::Function)
}

fn sum_of(words: &Words, numbers: impl IntoIterator<Item = usize>) -> [f32; DIMENSIONS] {
    let mut sum = [0.0; DIMENSIONS];
    add(words, numbers, &mut sum);
    sum
}

fn add(words: &Words, numbers: impl IntoIterator<Item = usize>, sum: &mut [f32; DIMENSIONS]) {
    for k in numbers {
        let word = &words.words[k];
        if let Some(vector) = &word.vector {
            vector.add_to(sum, word.weight);
        }
    }
}

/// How many products are found together.
const TOGETHER: usize = 8;

/// Products of some pairs of vectors.
fn many_dots(pairs: &[(&[f32; DIMENSIONS], &[f32; DIMENSIONS])]) -> Vec<f32> {
    let mut found = Vec::with_capacity(pairs.len());
    for few in pairs.chunks(TOGETHER) {
        let mut filled = [few[0]; TOGETHER];
        filled[..few.len()].copy_from_slice(few);
        found.extend_from_slice(&dots(filled)[..few.len()]);
    }
    found
}

/// Products of some pairs of vectors. Each is added up from the first component on; a sum waits for the one before, so that several side by
/// side take hardly longer than one.
#[expect(clippy::needless_range_loop, reason = "one number walks two lists")]
fn dots<const N: usize>(pairs: [(&[f32; DIMENSIONS], &[f32; DIMENSIONS]); N]) -> [f32; N] {
    let mut products = [[0.0; DIMENSIONS]; N];
    for (products, (x, y)) in products.iter_mut().zip(pairs) {
        for (product, (x, y)) in products.iter_mut().zip(x.iter().zip(y)) {
            *product = x * y;
        }
    }
    let mut dots = [-0.0; N];
    for at in 0..DIMENSIONS {
        for k in 0..N {
            dots[k] += products[k][at];
        }
    }
    dots
}

/// Cosine of two sums of vectors, -1..=1; 0 when either is null.
fn cosine_of(a: &[f32; DIMENSIONS], b: &[f32; DIMENSIONS]) -> f32 {
    let [of_a, of_b, both] = dots([(a, a), (b, b), (a, b)]);
    both / (of_a.sqrt() * of_b.sqrt()).max(1e-6)
}

/// Cosine of the mean vectors of two groups of words, given by their numbers, -1..=1; 0 when either has none.
pub fn mean_cosine(a: &Words, of_a: &[usize], b: &Words, of_b: &[usize]) -> f32 {
    let sum = |words: &Words, numbers: &[usize]| sum_of(words, numbers.iter().copied());
    cosine_of(&sum(a, of_a), &sum(b, of_b))
}

/// 0.85 when the two words grow from one stem ("Armenia", "Armenian"; "organise", "organization"), otherwise 0.
fn derivation(a: &Lexeme, b: &Lexeme) -> f32 {
    // Nearly all pairs part at once.
    if a.head != b.head || a.head == 0 {
        return 0.0;
    }
    let (a, b) = (a.folded.as_str(), b.folded.as_str());
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    if common >= 5 && common * 10 >= shorter * 7 && longer - common <= 6 {
        0.85
    } else {
        0.0
    }
}

/// For each word of `from`, its best likeness in `to`; quantities by value.
pub fn best_matches(from: &Words, to: &Words) -> Vec<f32> {
    let quantity_met: Vec<bool> = from
        .quantities
        .iter()
        .map(|q| to.quantities.iter().any(|r| q.agrees(r)))
        .collect();
    from.words
        .iter()
        .map(|word| {
            if let Some(q) = word.quantity {
                let met = quantity_met.get(usize::from(q)).copied().unwrap_or(false)
                    || to.words.iter().any(|w| w.folded == word.folded);
                return f32::from(u8::from(met));
            }
            let mut best = 0.0_f32;
            for other in &to.words {
                best = best.max(word_similarity(word, other));
                if best >= 1.0 {
                    break;
                }
            }
            best
        })
        .collect()
}

/// Share of the weight of `from` that `to` covers, 0..=1, words weighted by `weights` (as long as `from.words`).
pub fn coverage(from: &Words, to: &Words, weights: &[f32]) -> f32 {
    let total: f32 = weights.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    best_matches(from, to)
        .iter()
        .zip(weights)
        .map(|(m, w)| if *m >= 0.35 { m * w } else { 0.0 })
        .sum::<f32>()
        / total
}
