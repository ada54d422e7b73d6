//! Whether two spellings name the same person or place: "Kelbajar" and "Kalbajar", "Lindqar" and "Lindkar".

use crate::text::sounds::{LONGEST_BYTES, Sounds};
use crate::words::Lexeme;

/// Likeness from which two spellings are of one name.
pub const ONE_NAME: f32 = 0.7;

/// Likeness of two folded names, 0..=1: one minus the edit distance (Levenshtein 1966) over the longer length, after letters that
/// transliterations exchange are made equal; 1 for the same skeleton of consonants in names of five letters and more.
pub fn name_similarity(a: &str, b: &str) -> f32 {
    if a == b {
        return 1.0;
    }
    // No name is so long, and the distance takes the product of the lengths.
    if a.len().max(b.len()) > LONGEST_BYTES {
        return 0.0;
    }
    if are_told_apart(a, b) {
        return 0.0;
    }
    likeness(&Sounds::new(a), &Sounds::new(b))
}

/// [`name_similarity`] of two words, whose sounds are remembered.
pub fn spelt_alike(a: &Lexeme, b: &Lexeme) -> f32 {
    if a.hash == b.hash {
        return 1.0;
    }
    if a.folded.len().max(b.folded.len()) > LONGEST_BYTES {
        return 0.0;
    }
    if are_told_apart(&a.folded, &b.folded) {
        return 0.0;
    }
    likeness(a.sounds(), b.sounds())
}

/// Beginnings that tell two names apart whatever follows.
const APART: [(&str, &str); 5] = [
    ("east", "west"),
    ("north", "south"),
    ("upper", "lower"),
    ("inner", "outer"),
    ("old", "new"),
];

/// Whether two names differ by such a beginning only: "Eastholm" and "Westholm".
fn are_told_apart(a: &str, b: &str) -> bool {
    APART.iter().any(|&(x, y)| {
        let rest = |p, q| Some((a.strip_prefix(p)?, b.strip_prefix(q)?));
        rest(x, y)
            .or_else(|| rest(y, x))
            .is_some_and(|(rest_a, rest_b)| rest_a == rest_b)
    })
}

/// [`name_similarity`] of two words of class name, where it is [`ONE_NAME`] or more. Most pairs are refused by their letters alone.
pub fn same_name(a: &Lexeme, b: &Lexeme) -> Option<f32> {
    if a.hash == b.hash {
        return Some(1.0);
    }
    if a.folded.len().max(b.folded.len()) > LONGEST_BYTES {
        return None;
    }
    if !a.sounds().may_be(b.sounds(), 1.0 - ONE_NAME) {
        return None;
    }
    Some(likeness(a.sounds(), b.sounds()))
        .filter(|&like| like >= ONE_NAME && !are_told_apart(&a.folded, &b.folded))
}

fn likeness(a: &Sounds, b: &Sounds) -> f32 {
    let (x, y) = (a.letters(), b.letters());
    if x == y {
        return 0.97;
    }
    let longer = x.len().max(y.len());
    // "Ebele", "Ibeli": first vowels vary as the others do.
    let vowel = |c: Option<&char>| matches!(c, Some('a' | 'e' | 'i' | 'o' | 'u'));
    let first =
        x.first() == y.first() || vowel(x.first()) && vowel(y.first()) && x.len() == y.len();
    if longer == 0 || !first && longer < 6 {
        return 0.0;
    }
    let plain = 1.0 - distance(x, y) as f32 / longer as f32;
    if a.has_skeleton_of(b) {
        plain.max(0.85)
    } else if first && a.differs_in_vowels(b) {
        plain.max(0.75)
    } else {
        plain
    }
}

fn distance(a: &[char], b: &[char]) -> usize {
    // Hardly a name is longer.
    let mut few: [usize; 32] = std::array::from_fn(|k| k);
    let mut many: Vec<usize> = Vec::new();
    let row = if b.len() < few.len() {
        &mut few[..=b.len()]
    } else {
        many.extend(0..=b.len());
        &mut many[..]
    };
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (corner + usize::from(x != y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transliterations_are_near_and_other_names_far() {
        for (a, b) in [
            ("kelbajar", "kalbajar"),
            ("lindqar", "lindkar"),
            ("mohammed", "muhammad"),
            ("karabkah", "karabakh"),
            ("antony", "anthony"),
        ] {
            assert!(
                name_similarity(a, b) >= 0.7,
                "{a} {b} {}",
                name_similarity(a, b)
            );
        }
        for (a, b) in [
            ("armenia", "azerbaijan"),
            ("goris", "lachin"),
            ("brussels", "tbilisi"),
            ("putin", "macron"),
        ] {
            assert!(
                name_similarity(a, b) < 0.6,
                "{a} {b} {}",
                name_similarity(a, b)
            );
        }
    }
}
