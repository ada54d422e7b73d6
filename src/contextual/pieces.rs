//! Texts to word pieces (WordPiece: Wu et al. 2016), lower-cased and without accents, as BERT's uncased models take them.

use ahash::AHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// Longest word that is cut into pieces, in characters; a longer one is unknown. 100, as the encoder was trained.
const LONGEST_WORD: usize = 100;

/// The pieces that a model knows.
#[derive(Debug)]
pub(super) struct Vocabulary {
    numbers: AHashMap<Box<str>, u32>,
    pub(super) begin: u32,
    pub(super) end: u32,
    unknown: u32,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its number in the vocabulary.
    pub(super) number: u32,
    /// First byte in the text.
    pub(super) start: u32,
    /// One past the last byte.
    pub(super) end: u32,
}

/// A character of a word as the vocabulary spells it, with the bytes it comes from.
struct Letter {
    folded: char,
    start: u32,
    end: u32,
}

impl Vocabulary {
    /// One piece a line; the line's place is the piece's number.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut numbers = AHashMap::new();
        for (number, line) in (0..).zip(text.lines()) {
            numbers.insert(line.into(), number);
        }
        let special = |name: &str| {
            numbers
                .get(name)
                .copied()
                .ok_or_else(|| format!("has no line `{name}`"))
        };
        Ok(Self {
            begin: special("[CLS]")?,
            end: special("[SEP]")?,
            unknown: special("[UNK]")?,
            numbers,
        })
    }

    /// One more than the largest number of a piece.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The pieces of a text of less than 4 GiB.
    pub(super) fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut found = Vec::with_capacity(text.len() / 4);
        let mut word: Vec<Letter> = Vec::new();
        let mut key = String::new();
        let mut at = 0_u32;
        for c in text.chars() {
            let start = at;
            at += u32::try_from(c.len_utf8()).expect("a character is at most four bytes");
            if c.is_whitespace() {
                self.cut(&mut word, &mut key, &mut found);
                continue;
            }
            if c == '\u{fffd}' || is_control(c) {
                continue;
            }
            if c.is_ascii() {
                let letter = Letter {
                    folded: c.to_ascii_lowercase(),
                    start,
                    end: at,
                };
                if c.is_ascii_punctuation() {
                    self.cut(&mut word, &mut key, &mut found);
                    word.push(letter);
                    self.cut(&mut word, &mut key, &mut found);
                } else {
                    word.push(letter);
                }
                continue;
            }
            let alone = is_ideograph(c);
            if alone {
                self.cut(&mut word, &mut key, &mut found);
            }
            for folded in std::iter::once(c)
                .nfd()
                .filter(|&c| c.general_category() != GeneralCategory::NonspacingMark)
                .flat_map(char::to_lowercase)
            {
                let letter = Letter {
                    folded,
                    start,
                    end: at,
                };
                if is_punctuation(folded) {
                    self.cut(&mut word, &mut key, &mut found);
                    word.push(letter);
                    self.cut(&mut word, &mut key, &mut found);
                } else {
                    word.push(letter);
                }
            }
            if alone {
                self.cut(&mut word, &mut key, &mut found);
            }
        }
        self.cut(&mut word, &mut key, &mut found);
        found
    }

    /// Cuts a word into the longest pieces that the vocabulary has, from the left, and empties it.
    fn cut(&self, word: &mut Vec<Letter>, key: &mut String, found: &mut Vec<Piece>) {
        let (Some(first), Some(last)) = (word.first(), word.last()) else {
            return;
        };
        let unknown = Piece {
            number: self.unknown,
            start: first.start,
            end: last.end,
        };
        let before = found.len();
        let mut start = 0;
        while start < word.len() && word.len() <= LONGEST_WORD {
            key.clear();
            if start > 0 {
                key.push_str("##");
            }
            key.extend(word[start..].iter().map(|l| l.folded));
            let mut end = word.len();
            let number = loop {
                if let Some(&number) = self.numbers.get(key.as_str()) {
                    break Some(number);
                }
                end -= 1;
                key.pop();
                if end == start {
                    break None;
                }
            };
            let Some(number) = number else {
                break;
            };
            found.push(Piece {
                number,
                start: word[start].start,
                end: word[end - 1].end,
            });
            start = end;
        }
        if start < word.len() {
            found.truncate(before);
            found.push(unknown);
        }
        word.clear();
    }
}

fn is_control(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.general_category_group() == GeneralCategoryGroup::Other
}

fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// Characters of Chinese that stand alone.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c),
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x2_a6df | 0x2_a700..=0x2_ceaf | 0x2_f800..=0x2_fa1f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(String, &str)> {
        let list = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##afford\n##able\naffordable\n,\ncafe\n“\n北\ni\n##stanbul\n'";
        let names: Vec<&str> = list.lines().collect();
        let vocabulary = Vocabulary::parse(list).expect("the specials are there");
        vocabulary
            .pieces(text)
            .iter()
            .map(|p| {
                (
                    names[p.number as usize].to_owned(),
                    &text[p.start as usize..p.end as usize],
                )
            })
            .collect()
    }

    #[test]
    fn pieces_quote_the_text_they_come_from() {
        let owned = |list: &[(&str, &'static str)]| -> Vec<(String, &str)> {
            list.iter().map(|&(a, b)| (a.to_owned(), b)).collect()
        };
        assert_eq!(
            cut("Unaffordable, Café “北"),
            owned(&[
                ("un", "Un"),
                ("##afford", "afford"),
                ("##able", "able"),
                (",", ","),
                ("cafe", "Café"),
                ("“", "“"),
                ("北", "北")
            ])
        );
        assert_eq!(
            cut("xyz\u{200b} \t İstanbul"),
            owned(&[("[UNK]", "xyz"), ("i", "İ"), ("##stanbul", "stanbul")])
        );
        assert!(cut(" \n\u{ad} ").is_empty());
        assert_eq!(
            cut(&"un".repeat(60)).len(),
            1,
            "a word of 120 characters is unknown"
        );
    }

    #[test]
    fn a_vocabulary_without_its_specials_is_refused() {
        assert_eq!(
            Vocabulary::parse("[CLS]\n[SEP]\n").map(|v| v.len()),
            Err("has no line `[UNK]`".to_owned())
        );
    }
}
