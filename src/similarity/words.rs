//! How near two words are in meaning, and how much of one passage another one covers.

use super::names::name_similarity;
use super::nations;
use crate::lexicon::{DIMENSIONS, lexicon};
use crate::words::{Class, Word, Words};

/// Cosine of static vectors at which two content words begin to count as near, and at which they count as the same.
/// On WordNet's synonyms against random pairs of like frequency: see `lexicon/README.md`.
const COSINE_NEAR: f32 = 0.30;
const COSINE_SAME: f32 = 0.80;

/// Likeness of two words in 0..=1: 1 the same, 0.97 another form of it, below that synonyms by sense, derivations,
/// spellings of one name, and nearness of vectors (at most 0.8). Quantities are compared by value elsewhere.
pub fn word_similarity(a: &Word, b: &Word) -> f32 {
    if a.folded == b.folded {
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
    let derived = derivation(&a.folded, &b.folded);
    if a.class == Class::Name || b.class == Class::Name {
        // "Ministry" and "ministry"; a demonym and its adjective; never a name with some other noun.
        if a.base == b.base {
            return 0.97;
        }
        if derived > 0.0 {
            return derived;
        }
        // A capital can be that of a title ("Foreign Ministry" - "foreign department"), which an individual's name is not.
        let common = |w: &Word| !w.individual && w.common;
        if common(a) && common(b) {
            return 0.9 * meaning(a, b);
        }
        return 0.0;
    }
    derived.max(meaning(a, b))
}

fn names(a: &Word, b: &Word) -> f32 {
    let spelt = name_similarity(&a.folded, &b.folded);
    if spelt >= 0.7 {
        return spelt;
    }
    let derived = derivation(&a.folded, &b.folded);
    if derived > 0.0 {
        return derived;
    }
    let nation = nations::likeness(&a.folded, &b.folded);
    if nation > 0.0 {
        return nation;
    }
    let relations = &lexicon().relations;
    let (x, y) = (&a.base, &b.base);
    if x == y {
        return 0.97;
    }
    // Individuals are the same or not, however near their vectors lie: "Moscow" is not "Kiev".
    if a.individual || b.individual {
        let shared = relations.sense_overlap(x, y);
        return if shared >= 0.7 { 0.9 * shared } else { 0.0 };
    }
    // Titles and parts of names that are common words: "Defence Ministry" - "Department of Defense".
    if a.common && b.common {
        0.9 * relations.sense_overlap(x, y).max(soft(a, b))
            * f32::from(u8::from(!relations.opposite(x, y)))
    } else {
        0.0
    }
}

/// Nearness by sense and vector, 0..=0.9.
fn meaning(a: &Word, b: &Word) -> f32 {
    let sense = lexicon().relations.overlap(a.senses, b.senses);
    (0.9 * sense).max(soft(a, b))
}

fn soft(a: &Word, b: &Word) -> f32 {
    0.8 * ((cosine(a, b) - COSINE_NEAR) / (COSINE_SAME - COSINE_NEAR)).clamp(0.0, 1.0)
}

/// Cosine of the two words' static vectors, -1..=1; 0 when either has none.
pub fn cosine(a: &Word, b: &Word) -> f32 {
    match (&a.vector, &b.vector) {
        (Some(x), Some(y)) => x.cosine(y),
        _ => 0.0,
    }
}

/// Cosine of the mean vectors of two groups of words, given by their numbers, -1..=1; 0 when either has none.
pub fn mean_cosine(a: &Words, of_a: &[usize], b: &Words, of_b: &[usize]) -> f32 {
    let mean = |words: &Words, run: &[usize]| {
        let mut sum = [0.0_f32; DIMENSIONS];
        for &k in run {
            if let Some(vector) = &words.words[k].vector {
                vector.add_to(&mut sum, words.words[k].weight);
            }
        }
        sum
    };
    let (p, q) = (mean(a, of_a), mean(b, of_b));
    let dot: f32 = p.iter().zip(&q).map(|(x, y)| x * y).sum();
    let norm = |v: &[f32]| v.iter().map(|x| x * x).sum::<f32>().sqrt();
    dot / (norm(&p) * norm(&q)).max(1e-6)
}

/// 0.85 when the two words grow from one stem ("Armenia", "Armenian"; "organise", "organization"), otherwise 0.
fn derivation(a: &str, b: &str) -> f32 {
    // Nearly all pairs part at once.
    if a.as_bytes().get(..5) != b.as_bytes().get(..5) {
        return 0.0;
    }
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
