//! Words, figures and marks, with their places.

use super::fold::{is_apostrophe, is_unspaced};
use crate::model::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with inner apostrophes ("o'clock", "didn't") or stops ("U.S.").
    Word,
    /// Begins with a digit: "2,000", "6.5", "00:05", "1980s", "7th".
    Figure,
    /// One punctuation mark or symbol.
    Mark,
}

/// A token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the whole text.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// Cuts `text[within]` into tokens. Hyphens and dashes part words ("decades-old" is two words and a mark); a
/// possessive "'s" is a word of its own; scripts without spaces give a token a character. Linear time.
pub fn tokens(text: &str, within: Span) -> Vec<Token> {
    let part = within.of(text);
    let bytes = part.as_bytes();
    let base = within.start as usize;
    let mut found = Vec::with_capacity(part.len() / 5);
    let char_at = |at: usize| part[at..].chars().next();
    let run = |from: usize, belongs: fn(&u8) -> bool| -> usize {
        bytes[from..].iter().take_while(|&b| belongs(b)).count()
    };
    let mut end = 0;
    while end < bytes.len() {
        if bytes[end] == b' ' {
            end += 1;
            continue;
        }
        let start = end;
        if let Some(length) = plain_word(&bytes[start..]) {
            end += length;
            end += parted_contraction(&part[start..end], &part[end..]);
            found.push(Token {
                span: Span::new(base + start, base + end),
                kind: TokenKind::Word,
            });
            continue;
        }
        let Some(c) = char_at(end) else {
            break;
        };
        end += c.len_utf8();
        if c == ' ' || c.is_whitespace() || is_ignorable(c) {
            continue;
        }
        let kind = if is_unspaced(c) {
            TokenKind::Word
        } else if c.is_ascii_digit() {
            loop {
                end += run(end, u8::is_ascii_digit);
                let joins = matches!(bytes.get(end), Some(b'.' | b',' | b':'))
                    && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
                if !joins {
                    break;
                }
                end += 1;
            }
            // "1980s", "7th", "21st" keep their ending; "10km" does not.
            let rest = &part[end..];
            let letters = rest.chars().take_while(|c| c.is_alphabetic()).count();
            let tail = rest.get(..letters.min(rest.len())).unwrap_or("");
            if matches!(tail, "s" | "st" | "nd" | "rd" | "th") {
                end += tail.len();
            }
            TokenKind::Figure
        } else if c.is_alphabetic() {
            let currency = currency_before_figure(&part[..start], &part[start..]);
            end += currency.saturating_sub(c.len_utf8());
            loop {
                if currency > 0 {
                    break;
                }
                // Nearly all of nearly all words.
                end += run(end, u8::is_ascii_alphanumeric);
                // And nearly all of what stands behind them.
                if bytes
                    .get(end)
                    .is_some_and(|b| b.is_ascii() && !matches!(b, b'\'' | b'.'))
                {
                    break;
                }
                let Some(next) = char_at(end) else {
                    break;
                };
                let behind = end + next.len_utf8();
                let joins = (next.is_alphanumeric() && !is_unspaced(next))
                    || is_ignorable(next)
                    || (!next.is_ascii() && unicode_normalization::char::is_combining_mark(next))
                    || (is_apostrophe(next)
                        && char_at(behind).is_some_and(char::is_alphabetic)
                        && !possessive(&part[end..]))
                    || (next == '.' && abbreviation_goes_on(part, start, end));
                if !joins {
                    break;
                }
                end = behind;
            }
            end += parted_contraction(&part[start..end], &part[end..]);
            TokenKind::Word
        } else if is_apostrophe(c) && possessive(&part[start..]) && !found.is_empty() {
            // Its "s", of either case.
            end += 1;
            TokenKind::Mark
        } else {
            TokenKind::Mark
        };
        found.push(Token {
            span: Span::new(base + start, base + end),
            kind,
        });
    }
    found
}

/// Length of the word that `rest` begins with, where it is one of ASCII letters and digits that nothing behind it carries on and no figure
/// is measured by: nearly all of nearly all words.
fn plain_word(rest: &[u8]) -> Option<usize> {
    let letters = run_of(rest, ascii_letters);
    let mut length = letters;
    if rest.get(letters).is_some_and(u8::is_ascii_digit) {
        // "Rs500"
        if letters <= 4 {
            return None;
        }
        length += run_of(&rest[letters..], ascii_letters_and_digits);
    }
    let ends = rest
        .get(length)
        .is_none_or(|b| b.is_ascii() && !matches!(b, b'\'' | b'.'));
    (letters > 0 && ends).then_some(length)
}

/// How many bytes `rest` begins with for which `belongs` sets the upper bit. Eight at a time: where a word ends no processor can guess, and
/// a loop from byte to byte would pay for that once a word.
fn run_of(rest: &[u8], belongs: impl Fn(u64) -> u64) -> usize {
    let mut length = 0;
    loop {
        let bytes = &rest[length..];
        let (eight, last) = match bytes.first_chunk::<8>() {
            Some(&eight) => (eight, false),
            None => {
                let mut eight = [0; 8];
                eight[..bytes.len()].copy_from_slice(bytes);
                (eight, true)
            }
        };
        let others = !belongs(u64::from_le_bytes(eight)) & UPPER_BITS;
        length += others.trailing_zeros() as usize / 8;
        if others != 0 || last {
            return length;
        }
    }
}

/// The upper bit of each of eight bytes.
const UPPER_BITS: u64 = 0x8080_8080_8080_8080;

/// Sets the upper bit of each of eight bytes that lies in `first..=last`; the upper bits must be 0.
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    let each = |byte: u8| u64::from_ne_bytes([byte; 8]);
    let (reached, passed) = (bytes + each(0x80 - first), bytes + each(0x7f - last));
    reached & !passed & UPPER_BITS
}

fn ascii_letters(bytes: u64) -> u64 {
    let small = bytes & !UPPER_BITS | 0x2020_2020_2020_2020;
    between(small, b'a', b'z') & !bytes
}

fn ascii_letters_and_digits(bytes: u64) -> u64 {
    ascii_letters(bytes) | between(bytes & !UPPER_BITS, b'0', b'9') & !bytes
}

/// Soft hyphens and zero-width marks stand inside words and mean nothing.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether `rest`, which begins with an apostrophe, is "'s" at a word's end.
fn possessive(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    matches!(chars.next(), Some('s' | 'S')) && !chars.next().is_some_and(char::is_alphanumeric)
}

/// Length of the letters of a currency that touch a figure: "$US1", "$A20", "Rs500", "RMB472"; 0 for anything else.
fn currency_before_figure(before: &str, rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let letters = bytes
        .iter()
        .take(5)
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    if !(1..=4).contains(&letters) || !bytes.get(letters).is_some_and(u8::is_ascii_digit) {
        return 0;
    }
    let known = matches!(
        &rest[..letters],
        "Rs" | "RS"
            | "Dh"
            | "Dhs"
            | "Tk"
            | "RM"
            | "Sh"
            | "Ksh"
            | "EUR"
            | "euro"
            | "USD"
            | "GBP"
            | "CHF"
            | "INR"
            | "AED"
            | "RMB"
            | "CNY"
            | "JPY"
            | "KRW"
            | "HKD"
            | "SGD"
            | "AUD"
            | "CAD"
            | "NZD"
            | "VND"
            | "THB"
            | "IDR"
            | "Rp"
            | "MYR"
            | "PHP"
            | "Php"
            | "PKR"
            | "BDT"
            | "RUB"
            | "UAH"
            | "PLN"
            | "CZK"
            | "HUF"
            | "SEK"
            | "NOK"
            | "DKK"
            | "TRY"
            | "BRL"
            | "MXN"
            | "ZAR"
            | "NGN"
            | "KES"
            | "GHS"
            | "EGP"
            | "SAR"
            | "QAR"
            | "Nu"
            | "Tsh"
            | "USh"
    );
    let is_money = bytes[0].is_ascii_uppercase() && before.ends_with('$');
    if known || is_money { letters } else { 0 }
}

/// Length of the rest of a contraction that was printed apart, as texts that went through a tokeniser have it: "didn ’ t".
fn parted_contraction(word: &str, rest: &str) -> usize {
    let negated = (3..=7).contains(&word.len())
        && matches!(word.as_bytes().last(), Some(b'n' | b'N'))
        && matches!(rest.as_bytes().first(), Some(b' ' | b'\'' | 0xe2))
        && CONTRACTED.contains(&word.to_ascii_lowercase().as_str());
    if !negated {
        return 0;
    }
    let mut at = rest.len() - rest.trim_start_matches(' ').len();
    let Some(mark) = rest[at..].chars().next().filter(|&c| is_apostrophe(c)) else {
        return 0;
    };
    at += mark.len_utf8();
    at += rest[at..].len() - rest[at..].trim_start_matches(' ').len();
    let mut behind = rest[at..].chars();
    let is_t = matches!(behind.next(), Some('t' | 'T'));
    if is_t && !behind.next().is_some_and(char::is_alphanumeric) {
        at + 1
    } else {
        0
    }
}

/// What stands before "'t".
const CONTRACTED: [&str; 17] = [
    "ain", "aren", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "mustn",
    "needn", "shouldn", "wasn", "weren", "won", "wouldn",
];

/// "U.S." and "a.m.": single letters, each with its stop.
fn abbreviation_goes_on(part: &str, start: usize, stop: usize) -> bool {
    let before = &part[start..stop];
    let last_is_single = before
        .rsplit('.')
        .next()
        .is_some_and(|piece| piece.chars().count() == 1);
    let mut after = part[stop + 1..].chars();
    let next_is_single = after.next().is_some_and(char::is_alphabetic)
        && !after.next().is_some_and(char::is_alphanumeric);
    last_is_single && (next_is_single || before.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        tokens(text, Span::new(0, text.len()))
            .iter()
            .map(|t| t.span.of(text))
            .collect()
    }

    #[test]
    fn figures_keep_their_separators_and_words_their_apostrophes() {
        assert_eq!(
            cut("1,200.5 km at 00:05, didn't"),
            ["1,200.5", "km", "at", "00:05", ",", "didn't"]
        );
        assert_eq!(
            cut("late 1980s, 7th, 10km."),
            ["late", "1980s", ",", "7th", ",", "10", "km", "."]
        );
        assert_eq!(
            cut("Armenia’s U.S. a.m. (2005 GMT)"),
            ["Armenia", "’s", "U.S.", "a.m.", "(", "2005", "GMT", ")"]
        );
        assert_eq!(cut("decades-old"), ["decades", "-", "old"]);
        assert_eq!(
            cut("He didn ’ t, won 't"),
            ["He", "didn ’ t", ",", "won 't"]
        );
        assert_eq!(cut("He won ’ twas"), ["He", "won", "’", "twas"]);
    }

    #[test]
    fn scripts_without_spaces_give_a_token_a_character() {
        assert_eq!(cut("北京 abc"), ["北", "京", "abc"]);
    }

    proptest::proptest! {
        #[test]
        fn eight_bytes_at_once_are_what_they_are_one_by_one(bytes: Vec<u8>, text in "[a-zA-Z0-9@`\\[{/:é ]{0,40}") {
            for rest in [&bytes[..], text.as_bytes()] {
                let run = |belongs: fn(&u8) -> bool| rest.iter().take_while(|&b| belongs(b)).count();
                assert_eq!(run_of(rest, ascii_letters), run(u8::is_ascii_alphabetic));
                assert_eq!(run_of(rest, ascii_letters_and_digits), run(u8::is_ascii_alphanumeric));
            }
        }

        #[test]
        fn every_token_quotes_its_text_in_order(text in "\\PC{0,80}") {
            let mut at = 0;
            for token in tokens(&text, Span::new(0, text.len())) {
                assert!(token.span.start >= at && !token.span.of(&text).is_empty());
                at = token.span.end;
            }
        }
    }
}
