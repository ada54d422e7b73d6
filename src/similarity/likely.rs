//! Which words of two lists may be alike: what parts nearly all pairs is looked at for many of them at once.

use crate::lexicon::{Many, Products, Vector};
use crate::simd::{LANES, Lanes, Level, Telling, alike};
use crate::words::{Class, Lexeme};

/// Words that are compared with the others together: their products fit into the first cache.
const TOGETHER: usize = 12;

/// Tells `met` of every pair of content words and names, by their places in the two lists, that [`super::words::word_similarity`] may find
/// alike; words of other classes are passed over. A pair of which nothing is told is not spelt alike, shares no base form, no sense and no
/// beginning, its names do not stand for each other, and its vectors have a cosine below `least`. Of two content words that have nothing but
/// near vectors the cosine is told: their likeness is what [`super::words::by_cosine`] makes of it.
///
/// `multiplied` is told, of each content word and name of the source, the products of its vector with those of all of the copy: its place, theirs, the products.
pub fn likely(
    source: &[&Lexeme],
    copy: &[&Lexeme],
    least: f32,
    mut multiplied: impl FnMut(usize, &[usize], &[i32]),
    mut met: impl FnMut(usize, usize, Option<f32>),
) {
    let of = |words: &[&Lexeme], class: Class| -> Vec<usize> {
        (0..words.len())
            .filter(|&k| words[k].class == class)
            .collect()
    };
    // Names behind the content words, which may be asked alone.
    let mut columns = of(copy, Class::Content);
    let content = columns.len();
    columns.extend(of(copy, Class::Name));
    let mut rows = of(source, Class::Content);
    rows.extend(of(source, Class::Name));
    if rows.is_empty() || columns.is_empty() {
        return;
    }
    let vectors = Many::new(columns.iter().map(|&k| copy[k].vector.as_ref()));
    let blocks: Vec<Lanes> = columns
        .chunks(LANES)
        .map(|block| {
            let mut lanes = Lanes::default();
            for (lane, &k) in block.iter().enumerate() {
                lanes.put(lane, &telling(copy[k]));
            }
            lanes
        })
        .collect();
    let mut products = Products::default();
    for rows in rows.chunks(TOGETHER) {
        vectors.products(
            rows.iter().map(|&k| source[k].vector.as_ref()),
            &mut products,
        );
        for (&row, products) in rows.iter().zip(products.rows()) {
            multiplied(row, &columns, &products[..columns.len()]);
            let one = telling(source[row]);
            // Names are spelt in many ways: each is held against each.
            let asked = if source[row].class == Class::Name {
                columns[content..].iter().for_each(|&k| met(row, k, None));
                content
            } else {
                columns.len()
            };
            for (at, (lanes, products)) in blocks.iter().zip(products.as_chunks().0).enumerate() {
                let (akin, near) = alike(Level::best(), &one, lanes, products, least);
                let mut may = akin | near;
                while may != 0 {
                    let lane = may.trailing_zeros() as usize;
                    let column = at * LANES + lane;
                    let plain = akin >> lane & 1 == 0
                        && source[row].class == Class::Content
                        && column < content;
                    may &= may - 1;
                    if column < asked {
                        let cosine = plain.then(|| lanes.cosine(lane, &one, products));
                        met(row, columns[column], cosine);
                    }
                }
            }
        }
    }
}

/// What tells of a word that it is not alike to another one.
pub fn telling(word: &Lexeme) -> Telling {
    Telling {
        key: word.key,
        base: word.base_key,
        // A short word has no beginning to share.
        head: (word.head != 0).then_some(word.head),
        kinship: word.kinship.bits(),
        inverse_norm: word.vector.as_ref().map_or(0.0, Vector::inverse_norm),
    }
}
