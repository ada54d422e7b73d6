//! What was said of two words, remembered: a cluster's texts compare the same words again and again.

use std::cell::RefCell;

use super::words::word_similarity;
use crate::lexicon::lexicon;
use crate::words::{Class, Word};

/// Pairs of words that a thread remembers. 8,192: the sentences around the one at hand; 200 KB stay in the second cache, where looking up
/// is cheaper than asking again. With 65,536 it was dearer.
const PAIRS: usize = 1 << 13;

#[derive(Clone, Copy)]
struct Entry {
    first: u64,
    second: u64,
    said: f32,
}

/// What was said of pairs of words, by the numbers of their lexemes.
#[derive(Default)]
struct Memory {
    entries: Vec<Entry>,
}

impl Memory {
    fn say(&mut self, a: &Word, b: &Word, ask: impl FnOnce() -> f32) -> f32 {
        if self.entries.is_empty() {
            let nobody = Entry {
                first: u64::MAX,
                second: u64::MAX,
                said: 0.0,
            };
            self.entries.resize(PAIRS, nobody);
        }
        let mixed = a
            .number
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(b.number)
            .wrapping_mul(0xd6e8_feb8_6659_fd93);
        let entry = &mut self.entries[usize::try_from(mixed >> 48).unwrap_or(0) % PAIRS];
        if (entry.first, entry.second) != (a.number, b.number) {
            *entry = Entry {
                first: a.number,
                second: b.number,
                said: ask(),
            };
        }
        entry.said
    }
}

thread_local! {
    static LIKENESS: RefCell<Memory> = RefCell::default();
    static OPPOSITION: RefCell<Memory> = RefCell::default();
}

/// What [`word_similarity`] says of two words, which depends on their lexemes alone.
pub fn remembered_similarity(a: &Word, b: &Word) -> f32 {
    if a.number == b.number {
        return 1.0;
    }
    // Of these, similarity only asks whether they are spelt alike, which is cheaper than looking it up.
    let plain = |word: &Word| matches!(word.class, Class::Function | Class::Quantity);
    if plain(a) || plain(b) {
        return word_similarity(a, b);
    }
    LIKENESS.with_borrow_mut(|memory| memory.say(a, b, || word_similarity(a, b)))
}

/// How surely two words are opposites by their lemmas: see [`crate::lexicon::Relations::opposition`].
pub fn remembered_opposition(a: &Word, b: &Word) -> f32 {
    if !a.polar().may_oppose(b.polar()) {
        return 0.0;
    }
    OPPOSITION.with_borrow_mut(|memory| {
        memory.say(a, b, || lexicon().relations.opposition(&a.lemma, &b.lemma))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;
    use crate::words::Words;

    #[test]
    fn what_is_remembered_is_what_similarity_says() {
        let text = "The Foreign Ministry of Armenia said 14 soldiers were killed near Kelbajar; the Armenian foreign office, which \
                    said Kalbajar was shelled, counted fourteen troops dead and organised an organization.";
        let words = Words::new(text, Span::new(0, text.len()));
        for _ in 0..2 {
            for a in &words.words {
                for b in &words.words {
                    let said = word_similarity(a, b);
                    assert_eq!(
                        remembered_similarity(a, b),
                        said,
                        "{} {}",
                        a.folded,
                        b.folded
                    );
                }
            }
        }
    }
}
