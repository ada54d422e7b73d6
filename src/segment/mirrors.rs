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

/// Marks repetitions. The earlier one stands, unless it is shorter or a caption.
pub(super) fn mark(lines: &[Line<'_>], out: &mut Segmented) {
    let keys: Vec<Key> = lines.iter().map(Key::new).collect();
    let captioned: Vec<bool> = captioned(lines, out);
    let mut exact: AHashMap<&[String], usize> = AHashMap::new();
    let mut by_shingle: AHashMap<u64, Vec<usize>> = AHashMap::new();
    for k in 0..lines.len() {
        // The words behind a dateline are the statement: a caption may repeat them.
        let words = &lines[k].words;
        let repeatable = words.len() >= LEAST_WORDS
            && matches!(out.sentences[k].why, None | Some(Reason::Caption));
        if !repeatable {
            continue;
        }
        let earlier = exact
            .get(words.as_slice())
            .copied()
            .or_else(|| nearly(k, &keys, &by_shingle));
        if let Some(first) = earlier {
            let (standing, repeated) = if out.sentences[first].matters()
                && !captioned[first]
                && (captioned[k] || keys[k].words <= keys[first].words)
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
        exact.entry(words.as_slice()).or_insert(k);
        for &shingle in &keys[k].shingles {
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
    words: usize,
    shingles: Vec<u64>,
    figures: Vec<String>,
}

impl Key {
    fn new(line: &Line<'_>) -> Self {
        let mut shingles: Vec<u64> = line
            .words
            .windows(3)
            .map(|three| xxhash_rust::xxh3::xxh3_64(three.join(" ").as_bytes()))
            .collect();
        shingles.sort_unstable();
        shingles.dedup();
        let mut figures: Vec<String> = line
            .words
            .iter()
            .filter(|w| w.starts_with(|c: char| c.is_ascii_digit()))
            .cloned()
            .collect();
        figures.sort();
        Self {
            words: line.words.len(),
            shingles,
            figures,
        }
    }
}

/// An earlier sentence that has nearly all of sentence `at`, or is nearly all within it.
fn nearly(at: usize, keys: &[Key], by_shingle: &AHashMap<u64, Vec<usize>>) -> Option<usize> {
    let own = &keys[at];
    if own.words < LEAST_NEARLY {
        return None;
    }
    let mut shared: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for shingle in &own.shingles {
        for &other in by_shingle.get(shingle).into_iter().flatten() {
            *shared.entry(other).or_default() += 1;
        }
    }
    shared
        .into_iter()
        .find(|&(other, count)| {
            let other = &keys[other];
            let smaller = own.shingles.len().min(other.shingles.len());
            let (few, many) = if own.words <= other.words {
                (&own.figures, &other.figures)
            } else {
                (&other.figures, &own.figures)
            };
            other.words >= LEAST_NEARLY
                && count as f32 >= NEARLY * smaller as f32
                && few.iter().all(|f| many.contains(f))
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
