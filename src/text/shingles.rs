//! Runs of five words, the unit by which documents are compared.

use super::words::{Words, splitmix};
use crate::simd::{self, Level};

/// Words in a shingle. Five: exact republication stays above a Jaccard of 0.7, and two unrelated news texts share
/// next to none (three words share up to 0.1).
pub const SHINGLE_WORDS: usize = 5;

/// Shingles of one text after another; buffers are used again.
#[derive(Clone, Debug)]
pub struct Shingles {
    level: Level,
    words: Words,
    hashes: Vec<u64>,
    /// Shingles of the current text.
    count: usize,
}

impl Shingles {
    /// Hashes depend on `seed`.
    pub fn new(seed: u64, level: Level) -> Self {
        Self {
            level,
            words: Words::new(seed, level),
            hashes: Vec::new(),
            count: 0,
        }
    }

    /// Reads `text`; see [`Words::read`]. Returns whether it was valid UTF-8.
    ///
    /// A text of fewer than five words is one shingle of all its words, and a text without a word one of its bytes:
    /// so short texts meet only what is the same, and no two texts meet because both are empty.
    pub fn read(&mut self, text: &[u8], escapes: bool) -> bool {
        let valid = self.words.read(text, escapes);
        let words = self.words.hashes();
        if words.len() >= SHINGLE_WORDS {
            self.count = words.len() - SHINGLE_WORDS + 1;
            if self.hashes.len() < self.count {
                // A buffer only grows: what is in it is written over.
                self.hashes.resize(2 * self.count, 0);
            }
            simd::shingles(self.level, words, &mut self.hashes[..self.count]);
        } else {
            let whole = match words {
                [] => xxhash_rust::xxh3::xxh3_64(text.trim_ascii()),
                words => words
                    .iter()
                    .fold(words.len() as u64, |hash, &word| splitmix(hash ^ word)),
            };
            self.count = 1;
            match self.hashes.first_mut() {
                Some(first) => *first = whole,
                None => self.hashes.push(whole),
            }
        }
        valid
    }

    /// One hash for each shingle, in order, repeated where the text repeats itself; never empty after a text was read.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes[..self.count]
    }

    /// The words behind them.
    pub fn words(&self) -> &Words {
        &self.words
    }
}
