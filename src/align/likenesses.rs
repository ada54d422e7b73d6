//! What the words of some texts are alike to, remembered while these are compared with one another.
//!
//! The texts of a cluster have most of their words in common. So the words of all of them that were compared lately are one vocabulary: each word of
//! a copy is held against it many words at a time, once, and looked up whenever that text or another one with the same words is compared
//! with a copy that has it.

use std::cell::RefCell;
use std::sync::Arc;

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

/// Words that are held against the vocabulary together: their products fit into the first cache.
const TOGETHER: usize = 12;

/// Texts that a vocabulary is made of, as many as there are bits to say against which of them a word was held, and words that it has, unless a
/// single text has more. 4,096: eight articles that have nothing in common; they take 1 MB.
const MOST_PARTS: usize = u64::BITS as usize;
const MOST_WORDS: usize = 1 << 12;

/// Words of copies that are remembered. 16,384: those of some hundred versions, which take 1 MB.
const REMEMBERED: usize = 1 << 14;

/// Stands for a word of the vocabulary that the text does not have, and for one of a copy of which nothing is known.
const ABSENT: u32 = u32::MAX;

/// The words of texts, and what was found of those of others.
#[derive(Default)]
pub(super) struct Likenesses {
    /// The number of the index of the text that was asked for last.
    text: u64,
    /// The vocabulary: content words and names of that text and of those before it.
    parts: Vec<Part>,
    /// Where each of its words lies, by its lexeme's number: the part, and the lane among those of all parts.
    places: AHashMap<u64, (u32, u32)>,
    /// A bit for each part that has words of the text.
    wanted: u64,
    /// For each lane the text's word there, by its place among [`Index::lexemes`], or [`ABSENT`].
    lexemes: Vec<u32>,
    /// Of the words of copies, by their lexemes' numbers, where `held` has what is alike to them.
    known: AHashMap<u64, u32>,
    held: Vec<Held>,
    /// The number of the index of the copy that was told of last, and for each of its lexemes its place in `held`, or [`ABSENT`].
    copy: u64,
    of_copy: Vec<u32>,
    products: Products,
}

/// What one text brought into the vocabulary.
struct Part {
    words: Vec<Arc<Lexeme>>,
    vectors: Many,
    blocks: Vec<Block>,
    /// Its first lane among those of all parts.
    first: u32,
}

/// Words side by side.
#[derive(Default)]
struct Block {
    lanes: Lanes,
    /// A bit for each content word and for each name.
    content: u64,
    names: u64,
}

/// What is known of a word of a copy.
#[derive(Default)]
struct Held {
    /// A bit for each part it was held against.
    parts: u64,
    /// Lanes of the words that are alike to it, each with the likeness, which is [`COUNTED`] or more.
    alike: Vec<(u32, f32)>,
}

thread_local! {
    static LAST: RefCell<Likenesses> = RefCell::default();
}

impl Likenesses {
    /// Tells `found` what is alike to `others`, lexemes of a copy with their places among its [`Index::lexemes`], in a text: they are held
    /// against all of it, unless the thread remembers that they were.
    pub(super) fn with<'w, T>(
        (sentences, index): (&[&Words], &Index),
        copy: &Index,
        others: impl Iterator<Item = (u32, &'w Lexeme)>,
        found: impl FnOnce(&Self) -> T,
    ) -> T {
        LAST.with_borrow_mut(|last| {
            if last.text != index.number {
                last.begin(sentences, index);
            }
            if last.held.len() > REMEMBERED {
                last.forget();
            }
            if last.copy != copy.number {
                last.copy = copy.number;
                last.of_copy.clear();
                last.of_copy.resize(copy.lexemes.len(), ABSENT);
            }
            last.learn(others);
            found(last)
        })
    }

    /// The lexemes of the text that count as counterparts of one of the copy's, by their places among [`Index::lexemes`], each with its likeness.
    /// Words of the same spelling are left out.
    pub(super) fn of(&self, other: u32) -> impl Iterator<Item = (u32, f32)> {
        let held = self.held.get(self.of_copy[other as usize] as usize);
        let alike = held.into_iter().flat_map(|held| &held.alike);
        alike
            .map(|&(lane, like)| (self.lexemes[lane as usize], like))
            .filter(|&(lexeme, _)| lexeme != ABSENT)
    }

    /// Forgets the words of copies.
    fn forget(&mut self) {
        self.known.clear();
        self.held.clear();
        self.copy = 0;
    }

    /// Turns to another text. It joins the vocabulary when most of its words are there already; otherwise it begins a new one, since words
    /// that no text has any longer cost time and tell nothing.
    fn begin(&mut self, sentences: &[&Words], index: &Index) {
        self.text = index.number;
        let words: Vec<(u32, &Arc<Lexeme>)> = (0_u32..)
            .zip(index.lexemes.windows(2))
            .map(|(place, _)| (place, lexeme(sentences, index, place)))
            .filter(|(_, word)| compared(word))
            .collect();
        let mut new: Vec<Arc<Lexeme>> = words
            .iter()
            .filter(|(_, word)| !self.places.contains_key(&word.number))
            .map(|(_, word)| Arc::clone(word))
            .collect();
        if 2 * new.len() > words.len()
            || self.parts.len() == MOST_PARTS
            || self.lexemes.len() + new.len() > MOST_WORDS
        {
            self.parts.clear();
            self.places.clear();
            self.lexemes.clear();
            self.forget();
            new = words.iter().map(|(_, word)| Arc::clone(word)).collect();
        }
        if !new.is_empty() {
            self.join(new);
        }
        self.lexemes.fill(ABSENT);
        self.wanted = 0;
        for (lexeme, word) in words {
            let (part, lane) = self.places[&word.number];
            self.lexemes[lane as usize] = lexeme;
            self.wanted |= 1 << part;
        }
    }

    /// Adds words to the vocabulary. They are a part of their own, so that no part changes once words were held against it.
    fn join(&mut self, words: Vec<Arc<Lexeme>>) {
        let lanes = self.lexemes.len()..;
        let number = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
        let first = u32::try_from(lanes.start).unwrap_or(u32::MAX);
        for (lane, word) in (first..).zip(&words) {
            self.places.insert(word.number, (number, lane));
        }
        let width = words.len().next_multiple_of(LANES);
        self.lexemes.resize(lanes.start + width, ABSENT);
        self.parts.push(Part::new(words, first));
    }

    fn learn<'w>(&mut self, others: impl Iterator<Item = (u32, &'w Lexeme)>) {
        let mut unknown: Vec<(&Lexeme, usize)> = Vec::new();
        for (place, word) in others.filter(|(_, word)| compared(word)) {
            let at = &mut self.of_copy[place as usize];
            if *at == ABSENT {
                let next = u32::try_from(self.held.len()).unwrap_or(ABSENT);
                *at = *self.known.entry(word.number).or_insert(next);
                if *at == next {
                    self.held.push(Held::default());
                }
            }
            let at = *at as usize;
            if self.wanted & !self.held[at].parts != 0 {
                unknown.push((word, at));
            }
        }
        for (number, part) in self.parts.iter().enumerate() {
            let bit = 1 << number;
            if self.wanted & bit == 0 {
                continue;
            }
            let missing: Vec<(&Lexeme, usize)> = unknown
                .iter()
                .copied()
                .filter(|&(_, at)| self.held[at].parts & bit == 0)
                .collect();
            for words in missing.chunks(TOGETHER) {
                let vectors = words.iter().map(|(word, _)| word.vector.as_ref());
                part.vectors.products(vectors, &mut self.products);
                for (&(word, at), products) in words.iter().zip(self.products.rows()) {
                    let held = &mut self.held[at];
                    held.parts |= bit;
                    part.hold(word, products, &mut held.alike);
                }
            }
        }
    }
}

impl Part {
    fn new(words: Vec<Arc<Lexeme>>, first: u32) -> Self {
        let block = |words: &[Arc<Lexeme>]| {
            let mut block = Block::default();
            for (lane, word) in words.iter().enumerate() {
                block.lanes.put(lane, &telling(word));
                block.content |= u64::from(word.class == Class::Content) << lane;
                block.names |= u64::from(word.class == Class::Name) << lane;
            }
            block
        };
        Self {
            vectors: Many::new(words.iter().map(|word| word.vector.as_ref())),
            blocks: words.chunks(LANES).map(block).collect(),
            words,
            first,
        }
    }

    /// Holds one word against all of the part; `products` are those of its vector. Puts down what is alike to it and spelt otherwise.
    fn hold(&self, word: &Lexeme, products: &[i32], found: &mut Vec<(u32, f32)>) {
        let one = telling(word);
        let blocks = self.blocks.iter().zip(self.words.chunks(LANES));
        let firsts = (self.first..).step_by(LANES);
        for (first, ((block, words), products)) in firsts.zip(blocks.zip(products.as_chunks().0)) {
            let (akin, near) = alike(Level::best(), &one, &block.lanes, products, NEAR);
            let mut may = akin | near;
            let mut plain = 0;
            if word.class == Class::Name {
                // Names are spelt in many ways: each is held against each.
                may |= block.names;
            } else {
                plain = block.content & !akin;
            }
            may &= block.content | block.names;
            while may != 0 {
                let lane = may.trailing_zeros();
                may &= may - 1;
                let place = lane as usize;
                let like = if plain >> lane & 1 == 1 {
                    by_cosine(block.lanes.cosine_from(place, &one, products))
                } else if words[place].hash == word.hash {
                    continue;
                } else {
                    word_similarity(&words[place], word)
                };
                if like >= COUNTED {
                    found.push((first + lane, like));
                }
            }
        }
    }
}

/// Whether a word is compared with words that are spelt otherwise.
fn compared(word: &Lexeme) -> bool {
    matches!(word.class, Class::Content | Class::Name)
}

/// The lexeme at a place among [`Index::lexemes`].
fn lexeme<'a>(sentences: &[&'a Words], index: &Index, place: u32) -> &'a Arc<Lexeme> {
    let (_, sentence, word) = index.spelt[index.lexemes[place as usize]];
    &sentences[sentence as usize].words[word as usize].lexeme
}
