//! A document made ready for comparison: its sentences that matter, with their words and where each word stands.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::{Document, Link, Segmented, Span, Unquoted};
use crate::text::tokens::{TokenKind, tokens};
use crate::words::{Class, Words};

/// The sentences of a document that take part in matching.
#[derive(Debug)]
pub struct Article {
    /// Numbers of the sentences, ascending.
    pub numbers: Vec<u32>,
    /// Their words.
    pub words: Vec<Words>,
    /// Count of words of each.
    pub lengths: Vec<u32>,
    /// Count of words of each outside quotation marks.
    pub unquoted: Vec<u32>,
    /// Where their words stand.
    pub index: Index,
    /// Hash of what is printed in each and of what is quoted there: articles of equal ones are taken to share the same with any third.
    pub print: u64,
}

/// Where the words of some sentences stand: what is looked up each time they are compared with those of another text.
#[derive(Debug, Default)]
pub struct Index {
    /// Hash of each reading that one sentence alone has, of [`LEAST_SAME`] words or more, and the sentence; ascending.
    pub readings: Vec<(u64, u32)>,
    /// Base form of each distinct word that is no function word, and its sentence; ascending.
    pub places: Vec<(u64, u32)>,
    /// How many such words each sentence has.
    pub distinct: Vec<u32>,
    /// Each base form of [`Self::places`] once, and in how many sentences it stands; ascending.
    pub keys: Vec<(u64, u32)>,
    /// Where each sentence's words begin among those of all sentences, and how many these are.
    pub starts: Vec<usize>,
    /// Spelling of every word, one sentence after another; so are the next two.
    pub hashes: Vec<u64>,
    /// What each word weighs by itself.
    pub weights: Vec<f32>,
    /// Which of [`Self::keys`] each word has; of a function word [`NO_KEY`].
    pub ranks: Vec<u32>,
    /// Which of [`Self::lexemes`] each word is.
    pub lexeme_of: Vec<u32>,
    /// Spelling, sentence and word, ascending by spelling; words of one lexeme stand together.
    pub spelt: Vec<(u64, u32, u32)>,
    /// Where the words of each lexeme begin among these, and how many words there are.
    pub lexemes: Vec<usize>,
    /// Tells these sentences from all others of the process.
    pub number: u64,
}

/// Stands for the base form of a function word.
pub const NO_KEY: u32 = u32::MAX;

/// Fewest words of a sentence that is taken for its counterpart because it reads the same. 4: shorter ones ("He said so.") are
/// matched by what stands beside them.
pub const LEAST_SAME: usize = 4;

impl Index {
    /// Looks through the sentences once.
    pub fn new<'a>(sentences: impl Iterator<Item = &'a Words> + Clone) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let mut index = Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            ..Self::default()
        };
        let total = sentences.clone().map(|sentence| sentence.words.len()).sum();
        index.hashes.reserve_exact(total);
        index.weights.reserve_exact(total);
        index.ranks.reserve_exact(total);
        let mut spelt: Vec<(u64, u64, u32, u32)> = Vec::with_capacity(total);
        for (at, sentence) in (0_u32..).zip(sentences.clone()) {
            index.starts.push(index.hashes.len());
            if sentence.words.len() >= LEAST_SAME {
                index.readings.push((sentence.reading, at));
            }
            let from = index.places.len();
            for (k, word) in (0_u32..).zip(&sentence.words) {
                index.hashes.push(word.hash);
                index.weights.push(word.weight);
                spelt.push((word.hash, word.number, at, k));
                if word.class != Class::Function {
                    index.places.push((word.key, at));
                }
            }
            index.places[from..].sort_unstable();
            let mut kept = from;
            for next in from..index.places.len() {
                if next == from || index.places[next] != index.places[next - 1] {
                    index.places[kept] = index.places[next];
                    kept += 1;
                }
            }
            index.places.truncate(kept);
            index
                .distinct
                .push(u32::try_from(kept - from).unwrap_or(u32::MAX));
        }
        index.starts.push(index.hashes.len());
        index.places.sort_unstable();
        index.keys = index
            .places
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same[0].0, u32::try_from(same.len()).unwrap_or(u32::MAX)))
            .collect();
        for word in sentences.flat_map(|sentence| &sentence.words) {
            let rank = if word.class == Class::Function {
                NO_KEY
            } else {
                let at = index.keys.partition_point(|key| key.0 < word.key);
                u32::try_from(at).unwrap_or(NO_KEY)
            };
            index.ranks.push(rank);
        }
        spelt.sort_unstable();
        let mut begin = 0;
        index.lexeme_of.resize(total, 0);
        for (lexeme, same) in (0_u32..).zip(spelt.chunk_by(|a, b| a.1 == b.1)) {
            index.lexemes.push(begin);
            begin += same.len();
            for &(_, _, sentence, k) in same {
                index.lexeme_of[index.starts[sentence as usize] + k as usize] = lexeme;
            }
        }
        index.lexemes.push(begin);
        index.spelt = spelt
            .into_iter()
            .map(|(hash, _, at, k)| (hash, at, k))
            .collect();
        index.readings.sort_unstable();
        let alone: Vec<(u64, u32)> = index
            .readings
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() == 1)
            .map(|same| same[0])
            .collect();
        index.readings = alone;
        index
    }
}

impl Article {
    /// Analyses the sentences that matter. Linear time.
    pub fn new(document: &Document, segmented: &Segmented) -> Self {
        let mut numbers = Vec::new();
        let mut words = Vec::new();
        for (number, sentence) in segmented.sentences.iter().enumerate() {
            if sentence.matters() {
                numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
                words.push(Words::remembered(&document.text, sentence.statement()));
            }
        }
        let quoted = |span: Span| {
            let next = segmented
                .quotations
                .partition_point(|q| q.span.end <= span.start);
            segmented
                .quotations
                .get(next)
                .is_some_and(|q| q.span.overlaps(span))
        };
        let unquoted: Vec<u32> = words
            .iter()
            .map(|w: &Words| {
                let outside = w.words.iter().filter(|word| !quoted(word.span)).count();
                u32::try_from(outside).unwrap_or(u32::MAX)
            })
            .collect();
        let lengths = words
            .iter()
            .map(|w| u32::try_from(w.words.len()).unwrap_or(u32::MAX))
            .collect();
        let mut print = xxhash_rust::xxh3::Xxh3Default::new();
        for (sentence, unquoted) in words.iter().zip(&unquoted) {
            print.update(sentence.span.of(&document.text).as_bytes());
            // No text has such a byte: where a sentence ends is a part of what is hashed.
            print.update(&[0xff]);
            print.update(&unquoted.to_le_bytes());
        }
        Self {
            print: print.digest(),
            index: Index::new(words.iter()),
            numbers,
            words,
            lengths,
            unquoted,
        }
    }

    /// Words in all sentences that matter.
    pub fn length(&self) -> u32 {
        self.lengths.iter().sum()
    }

    /// Sentences (positions) as one passage.
    pub fn passage(&self, positions: &[usize]) -> Cow<'_, Words> {
        match positions {
            [one] => Cow::Borrowed(&self.words[*one]),
            _ => Cow::Owned(Words::concat(
                &positions
                    .iter()
                    .map(|&k| &self.words[k])
                    .collect::<Vec<_>>(),
            )),
        }
    }

    /// The position of sentence `number` among those that matter.
    pub fn position(&self, number: u32) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }
}

/// What share of two articles `links` cover when the words inside quotation marks are left out. `links` hold every sentence of the
/// copy and every sentence of the source that counts.
pub fn unquoted(source: &Article, copy: &Article, links: &[Link]) -> Unquoted {
    let words = |article: &Article, numbers: &[u32]| -> u32 {
        numbers
            .iter()
            .filter_map(|&number| article.position(number))
            .map(|at| article.unquoted[at])
            .sum()
    };
    let share = |article: &Article, side: &dyn Fn(&Link) -> &[u32]| {
        let (mut met, mut all) = (0, 0);
        let mut seen = std::collections::BTreeSet::new();
        for link in links {
            let new: Vec<u32> = side(link)
                .iter()
                .copied()
                .filter(|&number| seen.insert(number))
                .collect();
            let count = words(article, &new);
            all += count;
            if !link.copy.is_empty() && !link.source.is_empty() {
                met += count;
            }
        }
        (all > 0).then(|| met as f32 / all as f32)
    };
    Unquoted {
        containment_of_copy: share(copy, &|link| &link.copy),
        containment_of_source: share(source, &|link| &link.source),
    }
}

/// Count of words in a sentence, marks left out.
pub fn count_words(text: &str, span: Span) -> u32 {
    u32::try_from(
        tokens(text, span)
            .iter()
            .filter(|t| t.kind != TokenKind::Mark)
            .count(),
    )
    .unwrap_or(u32::MAX)
}
