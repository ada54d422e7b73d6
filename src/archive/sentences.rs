//! An outlet's sentences as hashes: what stands in many of its articles is furniture.

use crate::model::{Document, Span};
use crate::simd::Level;
use crate::text::outlets::outlet;
use crate::text::words::{Words, splitmix};

/// Sentences of fewer words are known by rules, or by nobody.
const LEAST_WORDS: usize = 3;

/// Hashes the sentences of one document after another.
#[derive(Clone, Debug)]
pub(super) struct Sentences {
    words: Words,
}

impl Sentences {
    pub(super) fn new(seed: u64, level: Level) -> Self {
        Self {
            words: Words::new(seed, level),
        }
    }

    /// Hashes of the sentences of a document, ascending, each with its outlet's; none when no outlet is known. Sentences end where a
    /// line does, and after a stop that a space follows: the notices that are looked for are cut as a whole.
    pub(super) fn of(&mut self, document: &Document) -> Vec<u64> {
        let Some(outlet) = outlet(document) else {
            return Vec::new();
        };
        let text = &document.text;
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut begin = 0;
        let mut cut = |end: usize| {
            let sentence = Span::new(begin, end);
            begin = end;
            found.extend(self.hash(&outlet, sentence.of(text)));
        };
        for at in memchr::memchr2_iter(b'\n', b'.', bytes) {
            let ends = bytes[at] == b'\n' || bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
            if ends {
                cut(at + 1);
            }
        }
        cut(text.len());
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The hash of one sentence of an outlet; `None` when it is too short.
    pub(super) fn hash(&mut self, outlet: &str, sentence: &str) -> Option<u64> {
        self.words.read(sentence.as_bytes(), false);
        let words = self.words.hashes();
        if words.len() < LEAST_WORDS {
            return None;
        }
        let start = xxhash_rust::xxh3::xxh3_64(outlet.as_bytes());
        Some(
            words
                .iter()
                .fold(start, |hash, &word| splitmix(hash ^ word)),
        )
    }
}
