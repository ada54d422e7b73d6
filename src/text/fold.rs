//! Folding: which spellings count as the same word.
//!
//! Lower case, NFKC compatibility forms, combining marks taken off, curly apostrophes straightened. ASCII takes
//! the short way. Nothing keeps a folded copy of a text; single words are folded as they are needed.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The folded form of a word: lower case, compatibility forms, no accents.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_onto(word, &mut folded);
    folded
}

/// [`fold`], the word itself where it is folded already.
pub fn folded(word: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii() && !b.is_ascii_uppercase();
    if word.bytes().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(fold(word))
    }
}

/// [`fold`] into a string that is there already; what it held goes.
pub fn fold_into(word: &str, folded: &mut String) {
    folded.clear();
    fold_onto(word, folded);
}

/// [`fold`] onto the end of a string.
pub fn fold_onto(word: &str, folded: &mut String) {
    let ascii = |part: &str, folded: &mut String| {
        let begin = folded.len();
        folded.push_str(part);
        folded[begin..].make_ascii_lowercase();
    };
    if word.is_ascii() {
        return ascii(word, folded);
    }
    // What is ASCII takes the short way, also between other letters: nothing composes across it, and marks that would change their order are
    // taken off.
    let mut rest = word;
    loop {
        let length = rest.bytes().take_while(u8::is_ascii).count();
        ascii(&rest[..length], folded);
        rest = &rest[length..];
        if rest.is_empty() {
            return;
        }
        let others = rest.bytes().take_while(|byte| !byte.is_ascii()).count();
        let plain = rest[..others]
            .nfkd()
            .filter(|&c| !is_combining_mark(c) && c != '\u{ad}')
            .flat_map(char::to_lowercase)
            .map(|c| if is_apostrophe(c) { '\'' } else { c });
        folded.extend(plain);
        rest = &rest[others..];
    }
}

/// Straight, curly and modifier apostrophes.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02bc}' | '\u{ff07}')
}

/// Whether the script of `c` is written without spaces between words, so that each character is a token.
pub fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff            // Thai, Lao
        | 0x1000..=0x109f          // Myanmar
        | 0x1780..=0x17ff          // Khmer
        | 0x3040..=0x30ff          // Hiragana, Katakana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff // Han
        | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_curly_apostrophes_fold_away() {
        assert_eq!(fold("Organisation"), "organisation");
        assert_eq!(fold("Ağrı’da"), "agrı'da");
        assert_eq!(fold("ÉCOLE"), "ecole");
        assert_eq!(fold("ﬁre"), "fire");
        assert_eq!(
            fold("Cafe\u{301} O\u{2019}Brien \u{dc}BER"),
            "cafe o'brien uber"
        );
    }
}
