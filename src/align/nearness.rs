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
    /// Among the places.
    stands: Range<usize>,
}

/// Stands for what was not chosen.
const LEFT_OUT: u32 = u32::MAX;

impl<'a> Chosen<'a> {
    /// The sentences of the given numbers.
    pub(super) fn new(sentences: &[&'a Words], index: &Index, numbers: &[usize]) -> Self {
        let mut place_of = vec![LEFT_OUT; sentences.len()];
        let mut figures = Vec::new();
        let mut words = 0;
        for (place, &number) in (0_u32..).zip(numbers) {
            place_of[number] = place;
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
            spellings: Vec::with_capacity(words),
            of_lexemes: Vec::with_capacity(index.lexemes.len()),
            places: Vec::with_capacity(words),
            figures,
        };
        for run in index.lexemes.windows(2) {
            let begin = chosen.places.len();
            let stands = &index.spelt[run[0]..run[1]];
            for &(_, number, k) in stands {
                let place = place_of[number as usize];
                if place != LEFT_OUT {
                    chosen.places.push((place, k));
                }
            }
            if chosen.places.len() == begin {
                chosen.of_lexemes.push(LEFT_OUT);
                continue;
            }
            let spelling = u32::try_from(chosen.spellings.len()).unwrap_or(LEFT_OUT);
            chosen.of_lexemes.push(spelling);
            let (_, number, k) = stands[0];
            chosen.spellings.push(Spelling {
                lexeme: &sentences[number as usize].words[k as usize].lexeme,
                stands: begin..chosen.places.len(),
            });
        }
        chosen
    }

    fn lexemes(&self) -> Vec<&'a Lexeme> {
        self.spellings
            .iter()
            .map(|spelling| spelling.lexeme)
            .collect()
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
    Likenesses::with(text, &copy.lexemes(), |likenesses| {
        for y in &copy.spellings {
            for &(lexeme, like) in likenesses.of(y.lexeme) {
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

    #[test]
    fn all_at_once_says_what_is_said_of_two_sentences() {
        let text = |k: usize| {
            [
                "The Foreign Ministry of Armenia said 14 soldiers were killed near Kelbajar on Monday.",
                "Kalbajar was shelled, the Armenian foreign office said; fourteen troops were dead, 14 of them young.",
                "Organisers of the march, which the ministry banned, organized another one; soldiers watched.",
                "Troops fired at the marchers and the marchers' dogs, and 1.2 million crowns were lost.",
                "He said so.",
                "Losses of 1,200,000 crowns were reported by ministries on Monday, the Ministry of War said.",
            ][k]
        };
        let words: Vec<Words> = (0..6)
            .map(|k| Words::new(text(k), Span::new(0, text(k).len())))
            .collect();
        let sentences: Vec<&Words> = words.iter().collect();
        let empty = |rows: usize, columns: usize| vec![vec![Vec::new(); columns]; rows];
        let (mut of_source, mut of_copy) = (empty(6, 6), empty(6, 6));
        for (i, x) in words.iter().enumerate() {
            for (j, y) in words.iter().enumerate() {
                of_source[i][j] = vec![0.0_f32; x.words.len()];
                of_copy[i][j] = vec![0.0_f32; y.words.len()];
            }
        }
        let index = Index::new(words.iter());
        let all = Chosen::new(&sentences, &index, &[0, 1, 2, 3, 4, 5]);
        counterparts((&sentences, &index), &all, &all, |(i, p), (j, q), like| {
            let (i, j) = (i as usize, j as usize);
            let one: &mut f32 = &mut of_source[i][j][p as usize];
            *one = one.max(like);
            let other: &mut f32 = &mut of_copy[i][j][q as usize];
            *other = other.max(like);
        });
        let mut related = 0;
        for (i, x) in words.iter().enumerate() {
            for (j, y) in words.iter().enumerate() {
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
        assert!(related > 10, "{related}");
    }
}
