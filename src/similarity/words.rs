//! How near two words are in meaning, and how much of one passage another one covers.

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
            relations.sense_overlap(x, y)
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
    near.max(0.9 * lexicon().relations.overlap(a.senses, b.senses))
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
