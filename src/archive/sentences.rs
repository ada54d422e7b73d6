//! An outlet's sentences as hashes: what stands in many of its articles is furniture.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::model::Document;
use crate::text::outlets::outlet;

/// Sentences of fewer words are known by rules, or by nobody.
const LEAST_WORDS: usize = 3;

/// Tells the hashes of the sentences of a document, ascending, each with its outlet's; none when no outlet is known. Sentences end where a
/// line does, and after a stop that a space follows: the notices that are looked for are cut as a whole. They are hashed as printed:
/// an outlet prints its notices alike.
pub(super) fn sentences(document: &Document, tell: &mut dyn FnMut(u64)) {
    let Some(outlet) = outlet(document) else {
        return;
    };
    let text = &document.text;
    let bytes = text.as_bytes();
    let outlet = of_outlet(&outlet);
    let mut found = Vec::with_capacity(64);
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
    found.into_iter().for_each(tell);
}

/// What the hashes of an outlet's sentences begin with.
pub(super) fn of_outlet(outlet: &str) -> u64 {
    xxh3_64(outlet.as_bytes())
}

/// The hash of one sentence of an outlet; `None` when it is too short.
pub(super) fn hash(outlet: u64, sentence: &str) -> Option<u64> {
    let sentence = trimmed(sentence);
    let bytes = sentence.as_bytes();
    let spaces = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b' ').count();
    // Nearly every sentence has them at its front; a fixed length is counted without a loop.
    let enough = match bytes.first_chunk::<32>() {
        Some(front) => spaces(front) >= LEAST_WORDS - 1 || spaces(bytes) >= LEAST_WORDS - 1,
        None => spaces(bytes) >= LEAST_WORDS - 1,
    };
    enough.then(|| xxh3_64_with_seed(bytes, outlet))
}

/// The sentence without the spaces around it. Most have no more than one plain space before them.
fn trimmed(sentence: &str) -> &str {
    let plain = sentence.trim_ascii();
    let bytes = plain.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => plain,
        _ => sentence.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_sentence_is_trimmed_and_counted_as_plainly(sentence in "[ a.\u{a0}\u{b}\n]{0,70}") {
            assert_eq!(trimmed(&sentence), sentence.trim());
            let words = sentence.trim().bytes().filter(|&byte| byte == b' ').count() + 1;
            assert_eq!(hash(1, &sentence).is_some(), words >= LEAST_WORDS);
        }
    }
}
