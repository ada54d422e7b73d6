//! How near the words of one sentence come to those of another: of two sentences, or of all sentences of two texts at once.

use std::ops::Range;

use super::likenesses::Likenesses;
use crate::article::Index;
use crate::similarity::words::word_similarity;
use crate::text::quantities::Quantity;
use crate::words::{Class, Lexeme, Word, Words};

/// For each word of either sentence how near the nearest one of the other comes, given the spellings of both.
pub(super) fn nearest(
    (source, source_hashes, of_source): (&Words, &[u64], &mut [f32]),
    (copy, copy_hashes, of_copy): (&Words, &[u64], &mut [f32]),
) {
    for (hash, met) in source_hashes.iter().zip(&mut *of_source) {
        let mut found = false;
        for (other, met) in copy_hashes.iter().zip(&mut *of_copy) {
            found |= hash == other;
            *met = if hash == other { 1.0 } else { *met };
        }
        *met = if found { 1.0 } else { 0.0 };
    }
    // Nothing comes nearer than the same word, so that only words without it are compared with the others.
    let solid = |words: &Words, met: &[f32]| -> (Vec<usize>, Vec<usize>) {
        (0..met.len())
            .filter(|&k| words.words[k].class != Class::Function)
            .partition(|&k| met[k] < 1.0)
    };
    let (open_source, met_source) = solid(source, of_source);
    let (open_copy, met_copy) = solid(copy, of_copy);
    let like = |p: usize, q: usize| {
        let (x, y) = (&source.words[p], &copy.words[q]);
        match (quantity(source, x), quantity(copy, y)) {
            (Some(one), Some(other)) => f32::from(u8::from(one.agrees(other))),
            _ => word_similarity(x, y),
        }
    };
    for &p in &open_source {
        for &q in &open_copy {
            let like = like(p, q);
            of_source[p] = of_source[p].max(like);
            of_copy[q] = of_copy[q].max(like);
        }
        for &q in &met_copy {
            of_source[p] = of_source[p].max(like(p, q));
        }
    }
    for &q in &open_copy {
        for &p in &met_source {
            of_copy[q] = of_copy[q].max(like(p, q));
        }
    }
}

fn quantity<'w>(words: &'w Words, word: &Word) -> Option<&'w Quantity> {
    word.quantity
        .and_then(|q| words.quantities.get(usize::from(q)))
}

/// Some sentences of a text, by what words they have.
pub(super) struct Chosen<'a> {
    /// That of the text.
    index: &'a Index,
    spellings: Vec<Spelling<'a>>,
    /// For each of [`Index::lexemes`] its place among the spellings, or [`LEFT_OUT`].
    of_lexemes: Vec<u32>,
    /// Where the words of the spellings stand, those of one spelling side by side: sentence (place among those chosen) and word.
    places: Vec<(u32, u32)>,
    /// What is part of a quantity is compared by value.
    figures: Vec<(&'a Quantity, u32, u32)>,
}

/// A word that is spelt in one way.
struct Spelling<'a> {
    lexeme: &'a Lexeme,
    /// Its place among [`Index::lexemes`].
    of_text: u32,
    /// Among the places.
    stands: Range<usize>,
}

/// How many times the words of some sentences a text has where they are put down sentence by sentence.
const FEW: usize = 4;

/// Stands for what was not chosen.
const LEFT_OUT: u32 = u32::MAX;

impl<'a> Chosen<'a> {
    /// The sentences of the given numbers.
    pub(super) fn new(sentences: &[&'a Words], index: &'a Index, numbers: &[usize]) -> Self {
        let mut figures = Vec::new();
        let mut words = 0;
        for (place, &number) in (0_u32..).zip(numbers) {
            let sentence = sentences[number];
            words += sentence.words.len();
            if sentence.quantities.is_empty() {
                continue;
            }
            for (k, word) in (0_u32..).zip(&sentence.words) {
                figures.extend(quantity(sentence, word).map(|figure| (figure, place, k)));
            }
        }
        let mut chosen = Self {
            index,
            spellings: Vec::with_capacity(words),
            of_lexemes: vec![LEFT_OUT; index.lexemes.len()],
            places: Vec::with_capacity(words),
            figures,
        };
        if words * FEW < index.spelt.len() {
            chosen.add_few(sentences, numbers);
        } else {
            chosen.add_many(sentences, numbers);
        }
        chosen
    }

    /// Puts down the words of a small part of the text, sentence by sentence.
    fn add_few(&mut self, sentences: &[&'a Words], numbers: &[usize]) {
        let mut stand: Vec<(u32, u32, u32, u32)> = Vec::with_capacity(self.places.capacity());
        for (place, &number) in (0_u32..).zip(numbers) {
            let at = u32::try_from(number).unwrap_or(LEFT_OUT);
            let own = self.index.starts[number]..self.index.starts[number + 1];
            let own = (0_u32..).zip(&self.index.lexeme_of[own]);
            stand.extend(own.map(|(k, &lexeme)| (lexeme, at, k, place)));
        }
        stand.sort_unstable();
        for same in stand.chunk_by(|a, b| a.0 == b.0) {
            let begin = self.places.len();
            let places = same.iter().map(|&(_, _, k, place)| (place, k));
            self.places.extend(places);
            let (lexeme, number, k, _) = same[0];
            self.add(sentences, lexeme, (number, k), begin);
        }
    }

    /// Puts down the words of a large part of the text, lexeme by lexeme.
    fn add_many(&mut self, sentences: &[&'a Words], numbers: &[usize]) {
        let mut place_of = vec![LEFT_OUT; sentences.len()];
        for (place, &number) in (0_u32..).zip(numbers) {
            place_of[number] = place;
        }
        for (lexeme, run) in (0_u32..).zip(self.index.lexemes.windows(2)) {
            let begin = self.places.len();
            let stands = &self.index.spelt[run[0]..run[1]];
            for &(_, number, k) in stands {
                let place = place_of[number as usize];
                if place != LEFT_OUT {
                    self.places.push((place, k));
                }
            }
            if self.places.len() > begin {
                let (_, number, k) = stands[0];
                self.add(sentences, lexeme, (number, k), begin);
            }
        }
    }

    /// Puts down a lexeme whose places begin at `begin`, and one of the words that it is.
    fn add(
        &mut self,
        sentences: &[&'a Words],
        of_text: u32,
        (number, k): (u32, u32),
        begin: usize,
    ) {
        self.of_lexemes[of_text as usize] = u32::try_from(self.spellings.len()).unwrap_or(LEFT_OUT);
        self.spellings.push(Spelling {
            lexeme: &sentences[number as usize].words[k as usize].lexeme,
            of_text,
            stands: begin..self.places.len(),
        });
    }
}

/// Tells `met` of all words of `source`, sentences of `text`, and of `copy` that count as counterparts: sentence and word in the source, sentence and word in the
/// copy, likeness. A word is compared once however often it stands. What [`nearest`] says of two sentences is the greatest of what is told
/// of their words, and of what it says below [`COUNTED`] nothing is told.
pub(super) fn counterparts(
    text: (&[&Words], &Index),
    source: &Chosen<'_>,
    copy: &Chosen<'_>,
    mut met: impl FnMut((u32, u32), (u32, u32), f32),
) {
    let mut each = |x: &Spelling<'_>, y: &Spelling<'_>, like: f32| {
        for &one in &source.places[x.stands.clone()] {
            for &other in &copy.places[y.stands.clone()] {
                met(one, other, like);
            }
        }
    };
    // The same spelling, function words too. Both sides ascend by it.
    let mut others = copy.spellings.as_slice();
    for x in &source.spellings {
        while others
            .first()
            .is_some_and(|y| y.lexeme.hash < x.lexeme.hash)
        {
            others = &others[1..];
        }
        for y in others.iter().take_while(|y| y.lexeme.hash == x.lexeme.hash) {
            each(x, y, 1.0);
        }
    }
    let others = copy.spellings.iter().map(|y| (y.of_text, y.lexeme));
    Likenesses::with(text, copy.index, others, |likenesses| {
        for y in &copy.spellings {
            for (lexeme, like) in likenesses.of(y.of_text) {
                let spelling = source.of_lexemes[lexeme as usize];
                if spelling != LEFT_OUT {
                    each(&source.spellings[spelling as usize], y, like);
                }
            }
        }
    });
    for &(figure, i, p) in &source.figures {
        for &(other, j, q) in &copy.figures {
            if figure.agrees(other) {
                met((i, p), (j, q), 1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::likenesses::COUNTED;
    use super::*;
    use crate::model::Span;

    fn analysed(texts: &[&str]) -> Vec<Words> {
        let words = |text: &&str| Words::new(text, Span::new(0, text.len()));
        texts.iter().map(words).collect()
    }

    /// Holds all sentences of two texts against each other at once and one by one; how many words are related and not the same.
    fn agree((source, a): (&[Words], &Index), (copy, b): (&[Words], &Index)) -> usize {
        let (from, to): (Vec<&Words>, Vec<&Words>) =
            (source.iter().collect(), copy.iter().collect());
        let empty = vec![vec![Vec::new(); to.len()]; from.len()];
        let (mut of_source, mut of_copy) = (empty.clone(), empty);
        for (i, x) in from.iter().enumerate() {
            for (j, y) in to.iter().enumerate() {
                of_source[i][j] = vec![0.0_f32; x.words.len()];
                of_copy[i][j] = vec![0.0_f32; y.words.len()];
            }
        }
        let all = |count: usize| (0..count).collect::<Vec<usize>>();
        counterparts(
            (&from, a),
            &Chosen::new(&from, a, &all(from.len())),
            &Chosen::new(&to, b, &all(to.len())),
            |(i, p), (j, q), like| {
                let (i, j) = (i as usize, j as usize);
                let one: &mut f32 = &mut of_source[i][j][p as usize];
                *one = one.max(like);
                let other: &mut f32 = &mut of_copy[i][j][q as usize];
                *other = other.max(like);
            },
        );
        let mut related = 0;
        for (i, x) in from.iter().enumerate() {
            for (j, y) in to.iter().enumerate() {
                let (mut a, mut b) = (vec![0.0; x.words.len()], vec![0.0; y.words.len()]);
                let hashes = |w: &Words| w.words.iter().map(|w| w.hash).collect::<Vec<u64>>();
                nearest((x, &hashes(x), &mut a), (y, &hashes(y), &mut b));
                let counted = |list: &[f32]| -> Vec<f32> {
                    let keep = |v: &f32| if *v >= COUNTED { *v } else { 0.0 };
                    list.iter().map(keep).collect()
                };
                assert_eq!(of_source[i][j], counted(&a), "{i} {j}");
                assert_eq!(of_copy[i][j], counted(&b), "{i} {j}");
                related += a.iter().filter(|v| (COUNTED..1.0).contains(*v)).count();
            }
        }
        related
    }

    const SENTENCES: [&str; 6] = [
        "The Foreign Ministry of Armenia said 14 soldiers were killed near Kelbajar on Monday.",
        "Kalbajar was shelled, the Armenian foreign office said; fourteen troops were dead, 14 of them young.",
        "Organisers of the march, which the ministry banned, organized another one; soldiers watched.",
        "Troops fired at the marchers and the marchers' dogs, and 1.2 million crowns were lost.",
        "He said so.",
        "Losses of 1,200,000 crowns were reported by ministries on Monday, the Ministry of War said.",
    ];

    #[test]
    fn all_at_once_says_what_is_said_of_two_sentences() {
        let words = analysed(&SENTENCES);
        let index = Index::new(words.iter());
        let related = agree((&words, &index), (&words, &index));
        assert!(related > 10, "{related}");
    }

    #[test]
    fn what_texts_have_in_common_is_remembered_of_each_of_them() {
        // Two that have most words in common with the first, and one that has none.
        let mut edited = SENTENCES;
        edited[3] = "Soldiers shot at protesters, whose hounds were lost beside 3 million crowns.";
        edited[5] = "Deficits were told by ministries.";
        let strange = [
            "Hounds barked while Kelbadjar burned.",
            "Armenians organise marches of 14 warriors.",
        ];
        let texts = [&SENTENCES[..], &edited, &SENTENCES[..4], &strange].map(analysed);
        let indices = [0, 1, 2, 3].map(|k| Index::new(texts[k].iter()));
        for (i, j) in [
            (0, 1),
            (1, 0),
            (2, 1),
            (0, 3),
            (1, 3),
            (3, 0),
            (1, 2),
            (0, 1),
        ] {
            agree((&texts[i], &indices[i]), (&texts[j], &indices[j]));
        }
    }

    #[test]
    fn few_sentences_are_put_down_as_many_are() {
        let words = analysed(&SENTENCES);
        let sentences: Vec<&Words> = words.iter().collect();
        let index = Index::new(words.iter());
        let numbers = [5, 0, 2];
        let empty = || Chosen {
            index: &index,
            spellings: Vec::new(),
            of_lexemes: vec![LEFT_OUT; index.lexemes.len()],
            places: Vec::new(),
            figures: Vec::new(),
        };
        let (mut few, mut many) = (empty(), empty());
        few.add_few(&sentences, &numbers);
        many.add_many(&sentences, &numbers);
        assert_eq!(few.of_lexemes, many.of_lexemes);
        assert_eq!(few.spellings.len(), many.spellings.len());
        for (one, other) in few.spellings.iter().zip(&many.spellings) {
            assert_eq!(
                (one.of_text, one.lexeme.number),
                (other.of_text, other.lexeme.number)
            );
            let places = |chosen: &Chosen<'_>, of: &Spelling<'_>| {
                let mut places = chosen.places[of.stands.clone()].to_vec();
                places.sort_unstable();
                places
            };
            assert_eq!(places(&few, one), places(&many, other));
        }
    }
}
