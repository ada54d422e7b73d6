//! An outlet's sentences as hashes: what stands in many of its articles is furniture.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::model::Document;
use crate::text::outlets::outlet;

/// Sentences of fewer words are known by rules, or by nobody.
const LEAST_WORDS: usize = 3;

/// Hashes of the sentences of a document, ascending, each with its outlet's; none when no outlet is known. Sentences end where a line
/// does, and after a stop that a space follows: the notices that are looked for are cut as a whole. They are hashed as printed:
/// an outlet prints its notices alike.
pub(super) fn sentences(document: &Document) -> Vec<u64> {
    let Some(outlet) = outlet(document) else {
        return Vec::new();
    };
    let text = &document.text;
    let bytes = text.as_bytes();
    let outlet = of_outlet(&outlet);
    let mut found = Vec::new();
    let mut begin = 0;
    let ends = memchr::memchr2_iter(b'\n', b'.', bytes)
        .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace))
        .map(|at| at + 1)
        .chain(std::iter::once(text.len()));
    for end in ends {
        found.extend(hash(outlet, &text[begin..end]));
        begin = end;
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What the hashes of an outlet's sentences begin with.
pub(super) fn of_outlet(outlet: &str) -> u64 {
    xxh3_64(outlet.as_bytes())
}

/// The hash of one sentence of an outlet; `None` when it is too short.
pub(super) fn hash(outlet: u64, sentence: &str) -> Option<u64> {
    let sentence = sentence.trim();
    // Counting ends where there are enough.
    let mut spaces = sentence.bytes().filter(|&byte| byte == b' ');
    let enough = spaces.nth(LEAST_WORDS - 2).is_some();
    enough.then(|| xxh3_64_with_seed(sentence.as_bytes(), outlet))
}
