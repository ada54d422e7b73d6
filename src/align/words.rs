//! Which words of two counterpart passages answer each other.
//!
//! Best first over likeness and context, after the monolingual aligner of Sultan, Bethard and Sumner (2014): a pair of words is
//! the better the more of its neighbours are alike too. Function words follow the content words around them.

use crate::similarity::likely::likely;
use crate::similarity::remembered::remembered_similarity;
use crate::similarity::words::{COSINE_NEAR, by_cosine};
use crate::words::{Class, Lexeme, Word, Words};

/// Least likeness at which two words are called counterparts.
const LEAST: f32 = 0.40;

/// A word alignment: for each word of either side its counterpart.
#[derive(Clone, Debug, Default)]
pub struct WordAlignment {
    /// For each source word: the copy word and their likeness.
    pub of_source: Vec<Option<(usize, f32)>>,
    /// For each copy word: the source word and their likeness.
    pub of_copy: Vec<Option<(usize, f32)>>,
    /// Pairs of quantities that agree: (source, copy).
    pub quantities: Vec<(usize, usize)>,
    /// Likeness of every source word and copy word, row by row.
    likeness: Vec<f32>,
    /// The products of their vectors, of content words and names; 0 of others.
    products: Vec<i32>,
}

impl WordAlignment {
    /// Likeness of source word `i` and copy word `j`, 0..=1.
    pub fn likeness(&self, i: usize, j: usize) -> f32 {
        self.likeness[i * self.of_copy.len() + j]
    }

    /// Likeness of source word `i` and each copy word, 0..=1.
    pub fn likenesses(&self, i: usize) -> &[f32] {
        let width = self.of_copy.len();
        &self.likeness[i * width..(i + 1) * width]
    }

    /// The products of the vector of source word `i`, a content word or a name, with that of each copy word that is such; of others 0.
    pub fn products(&self, i: usize) -> &[i32] {
        let width = self.of_copy.len();
        &self.products[i * width..(i + 1) * width]
    }
}

/// Aligns the words of `source` and `copy`. Time grows with the product of their lengths.
pub fn align_words(source: &Words, copy: &Words) -> WordAlignment {
    let (n, m) = (source.words.len(), copy.words.len());
    let mut alignment = WordAlignment {
        of_source: vec![None; n],
        of_copy: vec![None; m],
        quantities: Vec::new(),
        likeness: Vec::new(),
        products: Vec::new(),
    };
    if n == 0 || m == 0 {
        return alignment;
    }
    align_quantities(source, copy, &mut alignment);
    align_compounds(source, copy, &mut alignment);
    let (likeness, products) = tables(source, copy);
    let at = |i: usize, j: usize| likeness[i * m + j];
    // Of what is answered by now nothing more is asked.
    let open = |of: &[Option<(usize, f32)>]| of.iter().map(Option::is_none).collect::<Vec<bool>>();
    let (open_source, open_copy) = (open(&alignment.of_source), open(&alignment.of_copy));
    let content = |words: &Words| -> Vec<usize> {
        (0..words.words.len())
            .filter(|&k| words.words[k].class != Class::Function)
            .collect()
    };
    let (content_a, content_b) = (content(source), content(copy));
    let mut ranked: Vec<(f32, u32, u32)> = Vec::new();
    for (p, &i) in content_a.iter().enumerate() {
        for (q, &j) in content_b.iter().enumerate() {
            let like = at(i, j);
            if like < LEAST || !open_source[i] || !open_copy[j] {
                continue;
            }
            let context = neighbour_support(&content_a, &content_b, p, q, at);
            let place =
                (p as f32 / content_a.len() as f32 - q as f32 / content_b.len() as f32).abs();
            let score = 0.72 * like + 0.22 * context - 0.06 * place;
            let narrow = |k: usize| u32::try_from(k).unwrap_or(u32::MAX);
            ranked.push((score, narrow(i), narrow(j)));
        }
    }
    ranked.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    for (_, i, j) in ranked {
        let (i, j) = (i as usize, j as usize);
        if alignment.of_source[i].is_none() && alignment.of_copy[j].is_none() {
            alignment.of_source[i] = Some((j, at(i, j)));
            alignment.of_copy[j] = Some((i, at(i, j)));
        }
    }
    align_function_words(source, copy, &likeness, &mut alignment);
    alignment.likeness = likeness;
    alignment.products = products;
    alignment
}

/// Likeness of every source word and copy word, and the products of their vectors.
fn tables(source: &Words, copy: &Words) -> (Vec<f32>, Vec<i32>) {
    let hashes = |words: &Words| -> Vec<u64> { words.words.iter().map(|w| w.hash).collect() };
    let width = copy.words.len();
    let mut table = Vec::with_capacity(source.words.len() * width);
    let of_copy = hashes(copy);
    for hash in hashes(source) {
        table.extend(
            of_copy
                .iter()
                .map(|other| f32::from(u8::from(hash == *other))),
        );
    }
    fn lexemes(words: &Words) -> Vec<&Lexeme> {
        words.words.iter().map(|w| &*w.lexeme).collect()
    }
    let (a, b) = (lexemes(source), lexemes(copy));
    let mut products = vec![0; table.len()];
    let multiplied = |i: usize, columns: &[usize], of: &[i32]| {
        let row = &mut products[i * width..(i + 1) * width];
        for (&j, &product) in columns.iter().zip(of) {
            row[j] = product;
        }
    };
    likely(&a, &b, COSINE_NEAR, multiplied, |i, j, cosine| {
        table[i * width + j] = match cosine {
            Some(cosine) => by_cosine(cosine),
            None => remembered_similarity(&source.words[i], &copy.words[j]),
        };
    });
    (table, products)
}

/// Share of the two content words on either side that find likes on the same side, 0..=1.
fn neighbour_support(
    a: &[usize],
    b: &[usize],
    p: usize,
    q: usize,
    at: impl Fn(usize, usize) -> f32,
) -> f32 {
    let mut sum = 0.0;
    for step in [-2_isize, -1, 1, 2] {
        let Some(i) = p.checked_add_signed(step).and_then(|k| a.get(k)) else {
            continue;
        };
        let mut best = 0.0_f32;
        for near in [-2_isize, -1, 1, 2] {
            if near.signum() == step.signum()
                && let Some(j) = q.checked_add_signed(near).and_then(|k| b.get(k))
            {
                best = best.max(at(*i, *j));
            }
        }
        sum += best;
    }
    sum / 4.0
}

/// Quantities that agree are counterparts; of several that agree the nearest in order.
fn align_quantities(source: &Words, copy: &Words, alignment: &mut WordAlignment) {
    let mut taken = vec![false; copy.quantities.len()];
    // "single digits" may be the 9.4 percent that another figure is exactly.
    let (vague, plain): (Vec<_>, Vec<_>) =
        (source.quantities.iter().enumerate()).partition(|(_, q)| q.is_in_words());
    for (x, quantity) in plain.into_iter().chain(vague) {
        let place = |k: usize, n: usize| k as f32 / n.max(1) as f32;
        let here = place(quantity.first, source.words.len());
        let best = copy
            .quantities
            .iter()
            .enumerate()
            .filter(|(y, other)| !taken[*y] && quantity.agrees(other))
            .min_by(|(_, p), (_, q)| {
                let far = |o: &crate::text::quantities::Quantity| {
                    let exact = if o.value == quantity.value {
                        0.0
                    } else if o.is_in_words() {
                        2.0
                    } else {
                        1.0
                    };
                    exact + (place(o.first, copy.words.len()) - here).abs()
                };
                far(p).total_cmp(&far(q))
            })
            .map(|(y, _)| y);
        if let Some(y) = best {
            taken[y] = true;
            alignment.quantities.push((x, y));
            let other = &copy.quantities[y];
            // Word by word from the left, the longer side's rest to the last word.
            let (la, lb) = (quantity.last - quantity.first, other.last - other.first);
            for k in 0..la {
                let j = other.first + k.min(lb.saturating_sub(1));
                if la > 0 && lb > 0 {
                    alignment.of_source[quantity.first + k] = Some((j, 1.0));
                }
            }
            for k in 0..lb {
                let i = quantity.first + k.min(la.saturating_sub(1));
                if la > 0 && lb > 0 {
                    alignment.of_copy[other.first + k] = Some((i, 1.0));
                }
            }
        }
    }
}

/// "cease-fire" and "ceasefire", "non-constructive" and "nonconstructive": a word that is two neighbours of the other side written as one
/// answers both.
fn align_compounds(source: &Words, copy: &Words, alignment: &mut WordAlignment) {
    let WordAlignment {
        of_source, of_copy, ..
    } = alignment;
    join_neighbours(source, copy, of_source, of_copy);
    join_neighbours(copy, source, of_copy, of_source);
}

/// As [`align_compounds`], for words of `whole` that are two neighbours of `parted`.
fn join_neighbours(
    parted: &Words,
    whole: &Words,
    of_parted: &mut [Option<(usize, f32)>],
    of_whole: &mut [Option<(usize, f32)>],
) {
    // Lengths and first letters are looked at before words are.
    let outline = |w: &Word| (w.folded.len(), w.folded.bytes().next());
    let outlines: Vec<_> = parted.words.iter().map(outline).collect();
    for (j, word) in whole.words.iter().enumerate() {
        if word.class == Class::Quantity || word.folded.len() < 6 || of_whole[j].is_some() {
            continue;
        }
        let is_parted = |i: usize| {
            let (first, second) = (&parted.words[i], &parted.words[i + 1]);
            first.class != Class::Quantity
                && word.folded.starts_with(&first.folded)
                && word.folded.ends_with(&second.folded)
        };
        let (length, letter) = outline(word);
        let found = (0..parted.words.len().saturating_sub(1))
            .filter(|&i| outlines[i].0 + outlines[i + 1].0 == length)
            .filter(|&i| outlines[i].1.is_none_or(|first| Some(first) == letter))
            .find(|&i| is_parted(i) && of_parted[i].is_none() && of_parted[i + 1].is_none());
        if let Some(i) = found {
            of_parted[i] = Some((j, 1.0));
            of_parted[i + 1] = Some((j, 1.0));
            of_whole[j] = Some((i, 1.0));
        }
    }
}

/// A function word answers the same word where their neighbours answer each other, or nothing.
fn align_function_words(
    source: &Words,
    copy: &Words,
    likeness: &[f32],
    alignment: &mut WordAlignment,
) {
    let n = source.words.len();
    for i in 0..n {
        if source.words[i].class != Class::Function || alignment.of_source[i].is_some() {
            continue;
        }
        // Where the alignment of the neighbours says it should stand.
        let left = (0..i)
            .rev()
            .take(4)
            .find_map(|k| alignment.of_source[k].map(|(j, _)| (i - k, j)));
        let right = (i + 1..n)
            .take(4)
            .find_map(|k| alignment.of_source[k].map(|(j, _)| (k - i, j)));
        let expected: Vec<isize> = left
            .map(|(far, j)| j.cast_signed() + far.cast_signed())
            .into_iter()
            .chain(right.map(|(far, j)| j.cast_signed() - far.cast_signed()))
            .collect();
        // Of what is no content word the table says whether it is the same word.
        let row = &likeness[i * copy.words.len()..][..copy.words.len()];
        let best = (0..copy.words.len())
            .filter(|&j| row[j] == 1.0 && alignment.of_copy[j].is_none())
            .map(|j| {
                (
                    expected
                        .iter()
                        .map(|e| (e - j.cast_signed()).unsigned_abs())
                        .min()
                        .unwrap_or(9),
                    j,
                )
            })
            .min();
        if let Some((far, j)) = best
            && far <= 4
        {
            alignment.of_source[i] = Some((j, 1.0));
            alignment.of_copy[j] = Some((i, 1.0));
        }
    }
}
