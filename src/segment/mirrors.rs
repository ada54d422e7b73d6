//! Self-mirroring: sentences that say again what their own article has said, one by one or in turn (p1, p2, p1, p2).

use ahash::AHashMap;

use super::{Line, set_aside};
use crate::model::{Reason, Segmented, SentenceKind};

/// Fewest words of a sentence that can repeat another; "He was alone." may well be said twice.
const LEAST_WORDS: usize = 4;
/// Fewest words of a sentence that repeats another nearly.
const LEAST_NEARLY: usize = 8;
/// Share of three-word sequences that near repetitions have in common. With one word changed in a caption of thirty, 0.9.
const NEARLY: f32 = 0.88;

/// Marks repetitions. The earlier one stands, unless it is shorter or a caption. `hashes` are those of the words of each line.
pub(super) fn mark<'a>(
    lines: &[Line<'_>],
    hashes: impl Iterator<Item = &'a [u64]>,
    out: &mut Segmented,
) {
    // The words behind a dateline are the statement: a caption may repeat them.
    let mut keys: Vec<Option<Key>> = lines
        .iter()
        .zip(hashes)
        .zip(&out.sentences)
        .map(|((line, hashes), sentence)| {
            let repeatable = line.words.len() >= LEAST_WORDS
                && matches!(sentence.why, None | Some(Reason::Caption));
            repeatable.then(|| Key::new(hashes))
        })
        .collect();
    // Most articles repeat nothing, which is seen at once.
    if Twice::new(&keys).is_none() {
        return;
    }
    for Key { shingles } in keys.iter_mut().flatten() {
        shingles.sort_unstable();
        shingles.dedup();
    }
    let Some(twice) = Twice::new(&keys) else {
        return;
    };
    let captioned: Vec<bool> = captioned(lines, out);
    let mut exact: AHashMap<&[&str], usize> = AHashMap::new();
    let mut by_shingle: AHashMap<u64, Vec<usize>> = AHashMap::new();
    for k in 0..lines.len() {
        let Some(own) = &keys[k] else {
            continue;
        };
        let words = lines[k].words;
        // What is repeated as it is has each of its sequences twice.
        let may_be_exact = own.shingles.iter().all(|&shingle| twice.may_have(shingle));
        let earlier = may_be_exact
            .then(|| exact.get(words).copied())
            .flatten()
            .or_else(|| nearly(own, lines, &keys, &by_shingle, k));
        if let Some(first) = earlier {
            let (standing, repeated) = if out.sentences[first].matters()
                && !captioned[first]
                && (captioned[k] || lines[k].words.len() <= lines[first].words.len())
                || out.sentences[k].why == Some(Reason::Caption)
            {
                (first, k)
            } else {
                (k, first)
            };
            let number = u32::try_from(standing).unwrap_or(u32::MAX);
            if out.sentences[standing].kind != SentenceKind::SelfMirror {
                set_aside(&mut out.sentences[repeated], Reason::Repeats(number));
            }
        }
        if may_be_exact {
            exact.entry(words).or_insert(k);
        }
        for &shingle in own.shingles.iter().filter(|s| twice.may_have(**s)) {
            by_shingle.entry(shingle).or_default().push(k);
        }
    }
}

/// Sentences that share their paragraph with a picture credit.
fn captioned(lines: &[Line<'_>], out: &Segmented) -> Vec<bool> {
    let credited: ahash::AHashSet<usize> = lines
        .iter()
        .zip(&out.sentences)
        .filter(|(_, s)| s.why == Some(Reason::Caption))
        .map(|(line, _)| line.paragraph)
        .collect();
    lines
        .iter()
        .map(|line| credited.contains(&line.paragraph))
        .collect()
}

/// What of a sentence is compared.
struct Key {
    /// Hashes of its three-word sequences; ascending, each once, before they are compared.
    shingles: Vec<u64>,
}

impl Key {
    fn new(hashes: &[u64]) -> Self {
        // Words are hashed well, so that turned and added they are too (simple tabulation: Patrascu, Thorup 2011).
        let shingles = hashes
            .windows(3)
            .map(|three| {
                three[0]
                    .wrapping_add(three[1].rotate_left(21))
                    .wrapping_add(three[2].rotate_left(42))
            })
            .collect();
        Self { shingles }
    }
}

/// Sequences that may stand in two sentences (Bloom 1970, with one hash).
struct Twice {
    bits: Vec<u64>,
}

impl Twice {
    /// Nothing when every sequence stands in one sentence only.
    fn new(keys: &[Option<Key>]) -> Option<Self> {
        let total: usize = keys.iter().flatten().map(|key| key.shingles.len()).sum();
        // Sixteen bits for each, so that few are taken for others.
        let words = (total / 4).next_power_of_two();
        let (mut once, mut twice) = (vec![0_u64; words], vec![0_u64; words]);
        let mut any = false;
        for &shingle in keys.iter().flatten().flat_map(|key| &key.shingles) {
            let (word, bit) = Self::place(shingle, words);
            any |= once[word] & bit != 0;
            twice[word] |= once[word] & bit;
            once[word] |= bit;
        }
        any.then_some(Self { bits: twice })
    }

    /// Never says no of one that stands in two sentences.
    fn may_have(&self, shingle: u64) -> bool {
        let (word, bit) = Self::place(shingle, self.bits.len());
        self.bits[word] & bit != 0
    }

    fn place(shingle: u64, words: usize) -> (usize, u64) {
        let word = usize::try_from(shingle >> 32).unwrap_or(0) & (words - 1);
        (word, 1 << (shingle % 64))
    }
}

/// An earlier sentence that has nearly all of sentence `at`, or is nearly all within it.
fn nearly(
    own: &Key,
    lines: &[Line<'_>],
    keys: &[Option<Key>],
    by_shingle: &AHashMap<u64, Vec<usize>>,
    at: usize,
) -> Option<usize> {
    let words = |k: usize| lines[k].words.len();
    if words(at) < LEAST_NEARLY {
        return None;
    }
    let mut shared: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for shingle in &own.shingles {
        for &other in by_shingle.get(shingle).into_iter().flatten() {
            *shared.entry(other).or_default() += 1;
        }
    }
    let figures = |k: usize| {
        let figure = |word: &&&str| word.starts_with(|c: char| c.is_ascii_digit());
        lines[k].words.iter().filter(figure)
    };
    shared
        .into_iter()
        .find(|&(other, count)| {
            let theirs = keys[other].as_ref().map_or(0, |key| key.shingles.len());
            let smaller = own.shingles.len().min(theirs);
            let (few, many) = if words(at) <= words(other) {
                (at, other)
            } else {
                (other, at)
            };
            words(other) >= LEAST_NEARLY
                && count as f32 >= NEARLY * smaller as f32
                && figures(few).all(|f| figures(many).any(|m| m == f))
        })
        .map(|(other, _)| other)
}

#[cfg(test)]
mod tests {
    use crate::model::{Document, Reason};
    use crate::segment::segment;

    fn reasons(text: &str) -> Vec<Option<Reason>> {
        let document = Document {
            text: text.to_owned(),
            ..Document::default()
        };
        segment(&document, false)
            .sentences
            .iter()
            .map(|s| s.why)
            .collect()
    }

    const P1: &str = "Troops fought near the river bridge on Monday, the ministry said.";
    const P2: &str = "The town of Pell was left without water for three days.";

    #[test]
    fn repetitions_in_turn_and_side_by_side_count_once() {
        let marked = [
            None,
            None,
            Some(Reason::Repeats(0)),
            Some(Reason::Repeats(1)),
        ];
        assert_eq!(reasons(&format!("{P1}\n\n{P2}\n\n{P1}\n\n{P2}")), marked);
        assert_eq!(reasons(&format!("{P1} {P2} {P1} {P2}")), marked);
        assert_eq!(
            reasons(&format!("{P1}\n\n{P1}\n\n{P2}")),
            [None, Some(Reason::Repeats(0)), None]
        );
    }

    #[test]
    fn a_teaser_repeats_the_sentence_it_was_cut_from() {
        let teaser = "The town of Pell was left without water";
        assert_eq!(
            reasons(&format!("{teaser} ...\n\n{P1}\n\n{P2}")),
            [Some(Reason::Repeats(2)), None, None]
        );
    }

    #[test]
    fn other_figures_are_another_statement() {
        let text = "Shares in Dorn rose 3 percent to 41 crowns in early trade in Varn on Monday.\n\nShares in Dorn rose 5 percent to 44 crowns in early trade in Varn on Monday.";
        assert_eq!(reasons(text), [None, None]);
    }
}
