//! A text's words as 64-bit hashes, folded while they are hashed.
//!
//! A word is a run of letters and digits: apostrophes, hyphens and quotation marks, straight or curly, part words, so
//! that typography never matters. Case, accents and compatibility forms fold away ([`super::fold`]); a character of a
//! script without spaces is a word. ASCII, which is nearly all of English news, passes through vector kernels.

use std::sync::OnceLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::fold::is_unspaced;
use crate::simd::{self, Level};

/// Words of one text after another; buffers are used again.
#[derive(Clone, Debug)]
pub struct Words {
    level: Level,
    keys: [u64; 2],
    /// Folded bytes of the current text, padded with spaces.
    folded: Vec<u8>,
    masks: Vec<u64>,
    edges: Vec<u32>,
    hashes: Vec<u64>,
    /// Words of the current text.
    count: usize,
}

impl Words {
    /// Hashes depend on `seed`; two texts compare only under the same one.
    pub fn new(seed: u64, level: Level) -> Self {
        let keys = [splitmix(seed), splitmix(seed ^ 0x5851_f42d_4c95_7f2d)];
        Self {
            level,
            keys,
            folded: Vec::new(),
            masks: Vec::new(),
            edges: Vec::new(),
            hashes: Vec::new(),
            count: 0,
        }
    }

    /// Reads `text` (UTF-8). With `escapes` it is the inside of a JSON string and its escapes are resolved on the way.
    /// Returns whether it was valid UTF-8; where it was not, single bytes count as parts of words.
    pub fn read(&mut self, text: &[u8], escapes: bool) -> bool {
        let (length, valid) = self.fold(text, escapes);
        let blocks = length / 64 + 1;
        self.folded[length..blocks * 64 + 16].fill(b' ');
        // Buffers only grow: what is in them is written over, and need not be made anew.
        if self.masks.len() < blocks {
            self.masks.resize(2 * blocks, 0);
            self.edges.resize(64 * (2 * blocks + 1), 0);
            self.hashes.resize(64 * blocks, 0);
        }
        let masks = &mut self.masks[..blocks];
        simd::classify(self.level, &mut self.folded[..blocks * 64], masks);
        let count = simd::edges(self.level, masks, &mut self.edges);
        let edges = self.edges[..count].as_chunks().0;
        self.count = edges.len();
        let hashes = &mut self.hashes[..edges.len()];
        simd::hash_words(self.level, &self.folded, edges, self.keys, hashes);
        valid
    }

    /// One hash for each word, in order.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes[..self.count]
    }

    /// Whether word `index` begins with a digit.
    pub fn is_figure(&self, index: usize) -> bool {
        self.folded[self.edges[2 * index] as usize].is_ascii_digit()
    }

    /// Writes the folded text to the front of `self.folded`; its length, and whether all of it was valid.
    fn fold(&mut self, text: &[u8], escapes: bool) -> (usize, bool) {
        let mut out = 0;
        let mut at = 0;
        let mut valid = true;
        loop {
            // The longest folded form of one character (U+FDFA) is 33 bytes.
            let room = out + (text.len() - at) + 256;
            if self.folded.len() < room {
                self.folded.resize(room + room / 2, b' ');
            }
            let plain = simd::copy_plain(self.level, &text[at..], &mut self.folded[out..], escapes);
            at += plain;
            out += plain;
            let Some(&byte) = text.get(at) else { break };
            if byte == b'\\' && escapes {
                let (character, used) = unescape(&text[at..]);
                at += used;
                out += put(character, &mut self.folded[out..]);
            } else {
                match decode(&text[at..]) {
                    Some(character) => {
                        at += character.len_utf8();
                        out += put(character, &mut self.folded[out..]);
                    }
                    None => {
                        valid = false;
                        self.folded[out] = byte;
                        out += 1;
                        at += 1;
                    }
                }
            }
        }
        (out, valid)
    }
}

/// The character of a JSON escape at the front of `text`, which begins with a backslash, and how many bytes it takes.
/// Half a surrogate pair, or an escape that JSON does not know, gives U+FFFD.
pub fn unescape(text: &[u8]) -> (char, usize) {
    let simple = match text.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(&mark @ (b'"' | b'\\' | b'/')) => char::from(mark),
        Some(b'u') => {
            let Some(first) = hex(text, 2) else {
                return (char::REPLACEMENT_CHARACTER, 2);
            };
            if (0xd800..0xdc00).contains(&first)
                && text.get(6..8) == Some(b"\\u")
                && let Some(second) =
                    hex(text, 8).filter(|second| (0xdc00..0xe000).contains(second))
            {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return (
                    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                    12,
                );
            }
            return (
                char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
                6,
            );
        }
        Some(_) => char::REPLACEMENT_CHARACTER,
        None => return (char::REPLACEMENT_CHARACTER, 1),
    };
    (simple, 2)
}

fn hex(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    digits.iter().try_fold(0, |value, &digit| {
        Some(value << 4 | char::from(digit).to_digit(16)?)
    })
}

/// The character at the front of `bytes`, when they are UTF-8.
#[inline]
fn decode(bytes: &[u8]) -> Option<char> {
    // Letters with accents, by far the most frequent.
    if let [first @ 0xc2..0xe0, second @ 0x80..0xc0, ..] = *bytes {
        return char::from_u32(u32::from(first & 0x1f) << 6 | u32::from(second & 0x3f));
    }
    let length = match bytes.first()? {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    std::str::from_utf8(bytes.get(..length)?)
        .ok()?
        .chars()
        .next()
}

/// Folded forms of the characters that text in European scripts is made of.
static COMMON: OnceLock<Vec<([u8; 11], u8)>> = OnceLock::new();
const COMMON_END: u32 = 0x600;

/// Writes the folded form of `character`; returns its length in bytes.
#[expect(clippy::cast_possible_truncation, reason = "ASCII and short lengths")]
fn put(character: char, out: &mut [u8]) -> usize {
    let code = u32::from(character);
    if code < 0x80 {
        out[0] = if character.is_ascii_control() {
            b' '
        } else {
            code as u8
        };
        return 1;
    }
    if code < COMMON_END {
        let table = COMMON.get_or_init(|| {
            (0..COMMON_END)
                .map(|code| {
                    let mut form = [0; 64];
                    let length = char::from_u32(code).map_or(0, |c| put_any(c, &mut form));
                    let mut short = [b' '; 11];
                    let length = length.min(11);
                    short[..length].copy_from_slice(&form[..length]);
                    (short, length as u8)
                })
                .collect()
        });
        let (form, length) = &table[code as usize];
        out[..11].copy_from_slice(form);
        return usize::from(*length);
    }
    put_any(character, out)
}

fn put_any(character: char, out: &mut [u8]) -> usize {
    let mut length = 0;
    let mut push = |c: char| length += c.encode_utf8(&mut out[length..]).len();
    let code = u32::from(character);
    if is_unspaced(character) {
        push(' ');
        push(character);
        push(' ');
    } else if (0xac00..0xd7a4).contains(&code) {
        // Hangul syllables are letters as they stand; taking them apart would only make them longer.
        push(character);
    } else if !is_ignorable(character) {
        for c in std::iter::once(character)
            .nfkd()
            .filter(|&c| !is_combining_mark(c))
            .flat_map(char::to_lowercase)
        {
            if is_combining_mark(c) {
                continue;
            }
            push(if c.is_alphanumeric() { c } else { ' ' });
        }
    }
    length
}

/// Soft hyphens and zero-width marks stand inside words and mean nothing.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A well-mixed number from a counter. Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
pub fn splitmix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::scalar::parting;

    fn hashes(text: &str) -> Vec<u64> {
        let mut words = Words::new(1, Level::best());
        assert!(words.read(text.as_bytes(), false));
        words.hashes().to_vec()
    }

    #[test]
    fn case_accents_quotes_and_typography_never_matter() {
        assert_eq!(
            hashes("“The Élysée’s ﬁre”, he said."),
            hashes("the elysee's FIRE he-said")
        );
        assert_eq!(hashes("e\u{301}cole"), hashes("École"));
        assert_ne!(hashes("north south"), hashes("south north"));
    }

    #[test]
    fn scripts_without_spaces_give_a_word_a_character() {
        assert_eq!(hashes("北京市 abc").len(), 4);
        assert_eq!(hashes("ภาษาไทย").len(), 7);
    }

    #[test]
    fn what_parts_words_without_a_look_parts_them_with_one() {
        for code in 0x2000..0x2040 {
            let character = char::from_u32(code).expect("no surrogate is among them");
            let text = character.to_string();
            if parting(text.as_bytes(), false) > 0 {
                let mut out = [0; 64];
                let length = put_any(character, &mut out);
                assert!(length > 0 && out[..length].iter().all(|&byte| byte == b' '));
            }
        }
        for escape in [r"\n", r#"\""#, r"\t", r"\r", r"\\", r"\/", r"\b", r"\f"] {
            let (character, used) = unescape(escape.as_bytes());
            assert_eq!(parting(escape.as_bytes(), true), used);
            assert!(!character.is_alphanumeric());
        }
    }

    #[test]
    fn escapes_mean_what_json_says() {
        let mut words = Words::new(1, Level::best());
        words.read(br#"a\nb \"caf\u00e9\" \ud83d\ude00 c"#, true);
        assert_eq!(words.hashes(), hashes("a b cafe c"));
    }

    proptest::proptest! {
        #[test]
        fn every_level_reads_the_same_words(text in "[ -~éß北’\n]{0,300}") {
            let mut expected = Words::new(7, Level::Scalar);
            expected.read(text.as_bytes(), false);
            for level in Level::available() {
                let mut words = Words::new(7, level);
                words.read(text.as_bytes(), false);
                assert_eq!(words.hashes(), expected.hashes());
            }
        }
    }
}
