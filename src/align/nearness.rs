//! How near the words of one sentence come to those of another: of two sentences, or of all sentences of two texts at once.

use ahash::AHashMap;

use crate::lexicon::{Kinship, Many};
use crate::similarity::words::word_similarity;
use crate::text::quantities::Quantity;
use crate::words::{Class, Lexeme, Word, Words};

/// Words below this likeness do not count as counterparts.
pub(super) const COUNTED: f32 = 0.35;

/// Content words of a lower cosine are never so alike that they count, unless they are related or written alike.
const NEAR: f32 = 0.5;

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

/// A word of a text that is spelt in one way, with where it stands.
struct Spelling<'a> {
    lexeme: &'a Lexeme,
    /// Sentence (place among those looked at) and word.
    places: Vec<(u32, u32)>,
}

/// The distinct words of some sentences; what is part of a quantity is compared by value and apart.
#[derive(Default)]
struct Vocabulary<'a> {
    spellings: Vec<Spelling<'a>>,
    figures: Vec<(&'a Quantity, u32, u32)>,
    /// Place of each spelling among `spellings`, by the number of its lexeme.
    numbers: AHashMap<u64, u32>,
}

/// What tells of a content word that it is far from nearly all others.
struct Column {
    key: u64,
    head: u64,
    kinship: Kinship,
}

impl Column {
    fn of(lexeme: &Lexeme) -> Self {
        Self {
            key: lexeme.key,
            head: lexeme.head,
            kinship: lexeme.kinship,
        }
    }
}

fn narrow(k: usize) -> u32 {
    u32::try_from(k).unwrap_or(u32::MAX)
}

impl<'a> Vocabulary<'a> {
    fn new(sentences: &[&'a Words]) -> Self {
        let mut found = Self::default();
        for (at, sentence) in (0_u32..).zip(sentences) {
            for (k, word) in (0_u32..).zip(&sentence.words) {
                if let Some(figure) = quantity(sentence, word) {
                    found.figures.push((figure, at, k));
                }
                let next = narrow(found.spellings.len());
                let place = *found.numbers.entry(word.number).or_insert(next);
                if place == next {
                    found.spellings.push(Spelling {
                        lexeme: &word.lexeme,
                        places: Vec::new(),
                    });
                }
                found.spellings[place as usize].places.push((at, k));
            }
        }
        found
    }
}

/// Tells `met` of all words of `source` and of `copy` that count as counterparts: sentence and word in the source, sentence and word in the
/// copy, likeness. A word is compared once however often it stands. What [`nearest`] says of two sentences is the greatest of what is told
/// of their words, and of what it says below [`COUNTED`] nothing is told.
pub(super) fn counterparts(
    source: &[&Words],
    copy: &[&Words],
    mut met: impl FnMut((u32, u32), (u32, u32), f32),
) {
    let (from, to) = (Vocabulary::new(source), Vocabulary::new(copy));
    let mut each = |x: &Spelling<'_>, y: &Spelling<'_>, like: f32| {
        for &one in &x.places {
            for &other in &y.places {
                met(one, other, like);
            }
        }
    };
    // The same spelling, function words too.
    let mut by_hash: AHashMap<u64, Vec<u32>> = AHashMap::new();
    for (k, y) in (0_u32..).zip(&to.spellings) {
        by_hash.entry(y.lexeme.hash).or_default().push(k);
    }
    for x in &from.spellings {
        for &k in by_hash.get(&x.lexeme.hash).into_iter().flatten() {
            each(x, &to.spellings[k as usize], 1.0);
        }
    }
    let solid = |vocabulary: &Vocabulary<'_>, class: Class| -> Vec<usize> {
        (0..vocabulary.spellings.len())
            .filter(|&k| vocabulary.spellings[k].lexeme.class == class)
            .collect()
    };
    let (content, names) = (solid(&to, Class::Content), solid(&to, Class::Name));
    let vectors = Many::new(
        content
            .iter()
            .map(|&k| to.spellings[k].lexeme.vector.as_ref()),
    );
    // What most pairs of words part at, side by side.
    let columns: Vec<Column> = content
        .iter()
        .map(|&k| Column::of(to.spellings[k].lexeme))
        .collect();
    let mut cosines = Vec::new();
    for x in &from.spellings {
        let a = x.lexeme;
        if !matches!(a.class, Class::Content | Class::Name) {
            continue;
        }
        vectors.cosines(a.vector.as_ref(), &mut cosines);
        let known = !a.kinship.is_empty();
        for ((&k, column), &cosine) in content.iter().zip(&columns).zip(&cosines) {
            let may = cosine >= NEAR
                || a.key == column.key
                || a.head == column.head && a.head != 0
                || known && a.kinship.may_share(&column.kinship)
                || a.class == Class::Name && a.base == to.spellings[k].lexeme.base;
            if may {
                let b = to.spellings[k].lexeme;
                let like = word_similarity(a, b);
                if like >= COUNTED && a.hash != b.hash {
                    each(x, &to.spellings[k], like);
                }
            }
        }
        for &k in &names {
            let b = to.spellings[k].lexeme;
            if a.hash != b.hash {
                let like = word_similarity(a, b);
                if like >= COUNTED {
                    each(x, &to.spellings[k], like);
                }
            }
        }
    }
    for &(figure, i, p) in &from.figures {
        for &(other, j, q) in &to.figures {
            if figure.agrees(other) {
                met((i, p), (j, q), 1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
        counterparts(&sentences, &sentences, |(i, p), (j, q), like| {
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
