//! What the words of one text are alike to, remembered while it is compared with one text after another.
//!
//! The texts of a cluster have most of their words in common, so that each word of a copy is held against all words of the text once, many
//! at a time, and looked up whenever another copy has it.

use std::cell::RefCell;
use std::ops::Range;

use ahash::AHashMap;

use crate::article::Index;
use crate::lexicon::{Many, Products};
use crate::simd::{LANES, Lanes, Level, alike};
use crate::similarity::likely::telling;
use crate::similarity::words::{by_cosine, word_similarity};
use crate::words::{Class, Lexeme, Words};

/// Words below this likeness do not count as counterparts.
pub(super) const COUNTED: f32 = 0.35;

/// Content words of a lower cosine are never so alike that they count, unless they are related or written alike.
const NEAR: f32 = 0.5;

/// Words that are held against the text together: their products fit into the first cache.
const TOGETHER: usize = 12;

/// Words of other texts that are remembered. 65,536: those of some thousand versions, which take 2 MB.
const REMEMBERED: usize = 1 << 16;

/// A text's words, and what was found of those of others.
#[derive(Default)]
pub(super) struct Likenesses {
    /// The number of the text's index.
    text: u64,
    /// The content words of the text, then its names, by their places among [`Index::lexemes`].
    lexemes: Vec<u32>,
    /// How many of them are content words.
    content: usize,
    vectors: Many,
    lanes: Vec<Lanes>,
    products: Products,
    /// Of the words of other texts, by their lexemes' numbers, where `alike` has what is alike to them.
    known: AHashMap<u64, Range<usize>>,
    /// Lexemes of the text, each with its likeness, which is [`COUNTED`] or more.
    alike: Vec<(u32, f32)>,
}

thread_local! {
    static LAST: RefCell<Likenesses> = RefCell::default();
}

impl Likenesses {
    /// Tells `found` what is alike to `others` in a text: they are held against all of it, unless the thread remembers that they were.
    pub(super) fn with<T>(
        (sentences, index): (&[&Words], &Index),
        others: &[&Lexeme],
        found: impl FnOnce(&Self) -> T,
    ) -> T {
        LAST.with_borrow_mut(|last| {
            if last.text != index.number {
                last.begin(sentences, index);
            }
            last.learn(sentences, index, others);
            found(last)
        })
    }

    /// The lexemes of the text that count as counterparts of a word, by their places among [`Index::lexemes`], each with its likeness. Words of
    /// the same spelling are left out.
    pub(super) fn of(&self, other: &Lexeme) -> &[(u32, f32)] {
        let range = self.known.get(&other.number).cloned().unwrap_or_default();
        &self.alike[range]
    }

    fn begin(&mut self, sentences: &[&Words], index: &Index) {
        self.text = index.number;
        self.known.clear();
        self.alike.clear();
        let of = |class: Class| {
            (0_u32..)
                .zip(index.lexemes.windows(2))
                .map(|(place, _)| place)
                .filter(move |&place| lexeme(sentences, index, place).class == class)
        };
        self.lexemes.clear();
        self.lexemes.extend(of(Class::Content));
        self.content = self.lexemes.len();
        self.lexemes.extend(of(Class::Name));
        let words = || self.lexemes.iter().map(|&k| lexeme(sentences, index, k));
        self.vectors = Many::new(words().map(|word| word.vector.as_ref()));
        self.lanes.clear();
        for (at, word) in words().enumerate() {
            if at % LANES == 0 {
                self.lanes.push(Lanes::default());
            }
            if let Some(block) = self.lanes.last_mut() {
                block.put(at % LANES, &telling(word));
            }
        }
    }

    fn learn(&mut self, sentences: &[&Words], index: &Index, others: &[&Lexeme]) {
        if self.known.len() > REMEMBERED {
            self.known.clear();
            self.alike.clear();
        }
        let unknown: Vec<&Lexeme> = others
            .iter()
            .copied()
            .filter(|word| matches!(word.class, Class::Content | Class::Name))
            .filter(|word| !self.known.contains_key(&word.number))
            .collect();
        let mut products = std::mem::take(&mut self.products);
        for words in unknown.chunks(TOGETHER) {
            let vectors = words.iter().map(|word| word.vector.as_ref());
            self.vectors.products(vectors, &mut products);
            // Of a text without such words there are no products.
            let mut rows = products.rows();
            for &word in words {
                let begin = self.alike.len();
                self.hold(sentences, index, word, rows.next().unwrap_or_default());
                self.known.insert(word.number, begin..self.alike.len());
            }
        }
        self.products = products;
    }

    /// Holds one word against all of the text.
    fn hold(&mut self, sentences: &[&Words], index: &Index, word: &Lexeme, products: &[i32]) {
        let one = telling(word);
        for (at, (lanes, products)) in self.lanes.iter().zip(products.as_chunks().0).enumerate() {
            let (akin, near) = alike(Level::best(), &one, lanes, products, NEAR);
            let first = at * LANES;
            let mut may = akin | near;
            // Names are spelt in many ways: each is held against each.
            if word.class == Class::Name {
                may |= lanes_from(self.content.saturating_sub(first));
            }
            may &= !lanes_from(self.lexemes.len() - first);
            while may != 0 {
                let lane = may.trailing_zeros() as usize;
                may &= may - 1;
                let place = self.lexemes[first + lane];
                let plain = akin >> lane & 1 == 0
                    && word.class == Class::Content
                    && first + lane < self.content;
                let like = if plain {
                    by_cosine(lanes.cosine_from(lane, &one, products))
                } else {
                    let of_text = lexeme(sentences, index, place);
                    if of_text.hash == word.hash {
                        continue;
                    }
                    word_similarity(of_text, word)
                };
                if like >= COUNTED {
                    self.alike.push((place, like));
                }
            }
        }
    }
}

/// A bit for each lane from `first` on.
fn lanes_from(first: usize) -> u64 {
    if first < LANES { u64::MAX << first } else { 0 }
}

/// The lexeme at a place among [`Index::lexemes`].
fn lexeme<'a>(sentences: &[&'a Words], index: &Index, place: u32) -> &'a Lexeme {
    let (_, sentence, word) = index.spelt[index.lexemes[place as usize]];
    &sentences[sentence as usize].words[word as usize].lexeme
}
