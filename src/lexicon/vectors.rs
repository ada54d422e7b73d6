//! Static word vectors, distilled from a sentence encoder (the way of Model2Vec: Tulkens, van Dongen 2024).
//!
//! 128 dimensions of int8 a WordPiece. A word that is not in the vocabulary is the mean of its pieces, cut greedily from
//! the left (Wu et al. 2016).

use ahash::AHashMap;

use crate::simd::dense::{BLOCK, TOGETHER, dense};
use crate::simd::{self, Level};

/// Longest word that is cut into pieces, in bytes. 128: longer ones are addresses and noise.
const LONGEST_WORD_BYTES: usize = 128;

/// Components of a vector.
pub const DIMENSIONS: usize = 128;

/// A word's vector, scaled so that its largest component is 127.
#[derive(Clone, Debug)]
pub struct Vector {
    components: [i8; DIMENSIONS],
    sum: i32,
    inverse_norm: f32,
    /// How many pieces the word was cut into; more than 2 says that the encoder hardly knows it.
    pub pieces: u8,
}

impl Vector {
    fn new(components: [i8; DIMENSIONS], pieces: usize) -> Self {
        let square: i32 = components
            .iter()
            .map(|&c| i32::from(c) * i32::from(c))
            .sum();
        Self {
            components,
            sum: components.iter().map(|&c| i32::from(c)).sum(),
            inverse_norm: if square == 0 {
                0.0
            } else {
                1.0 / (square as f32).sqrt()
            },
            pieces: u8::try_from(pieces).unwrap_or(u8::MAX),
        }
    }

    /// Cosine with another vector, -1..=1; 0 when either is null.
    pub fn cosine(&self, other: &Self) -> f32 {
        let dot = simd::dot(Level::best(), &self.components, &other.components);
        dot as f32 * self.inverse_norm * other.inverse_norm
    }

    /// One over its length; 0 when it is null.
    pub fn inverse_norm(&self) -> f32 {
        self.inverse_norm
    }

    /// Adds the unit vector times `weight` to `sum`.
    pub fn add_to(&self, sum: &mut [f32; DIMENSIONS], weight: f32) {
        let factor = weight * self.inverse_norm;
        simd::add_scaled(Level::best(), &self.components, factor, sum);
    }
}

/// The vectors of many words, packed to be multiplied with others all at once.
#[derive(Debug, Default)]
pub struct Many {
    /// As [`dense`] takes them, null vectors filling the last block.
    packed: Vec<i8>,
    /// The sum of each vector's components, times [`OFFSET`].
    offsets: Vec<i32>,
}

/// Products of some vectors with each of [`Many`], and the room that finding them takes.
#[derive(Debug, Default)]
pub struct Products {
    bytes: Vec<u8>,
    products: Vec<i32>,
    width: usize,
}

impl Products {
    /// For each of the vectors its products, in order; those behind the last of [`Many`] are 0.
    pub fn rows(&self) -> impl Iterator<Item = &[i32]> {
        self.products.chunks_exact(self.width.max(1))
    }
}

/// Added to components of one side: the kernel takes it without a sign.
const OFFSET: i32 = 128;

impl Many {
    /// Gathers vectors; a word without one has a null vector.
    pub fn new<'a>(vectors: impl ExactSizeIterator<Item = Option<&'a Vector>>) -> Self {
        let width = vectors.len().next_multiple_of(BLOCK);
        let mut many = Self {
            packed: vec![0; width * DIMENSIONS],
            offsets: vec![0; width],
        };
        for (output, vector) in vectors.enumerate() {
            let Some(vector) = vector else { continue };
            let block = &mut many.packed[output / BLOCK * BLOCK * DIMENSIONS..];
            let steps = block.chunks_exact_mut(BLOCK * TOGETHER);
            for (step, few) in steps.zip(vector.components.as_chunks::<TOGETHER>().0) {
                step[output % BLOCK * TOGETHER..][..TOGETHER].copy_from_slice(few);
            }
            many.offsets[output] = vector.sum * OFFSET;
        }
        many
    }

    /// The exact product of each of `vectors` with each of these; 0 where either has no vector.
    pub fn products<'a>(
        &self,
        vectors: impl Iterator<Item = Option<&'a Vector>>,
        found: &mut Products,
    ) {
        found.bytes.clear();
        for vector in vectors {
            let components = vector.map_or(&[0; DIMENSIONS], |v| &v.components);
            let above = components.iter().map(|&c| c.cast_unsigned() ^ 0x80);
            found.bytes.extend(above);
        }
        found.width = self.offsets.len();
        found.products.clear();
        let rows = found.bytes.len() / DIMENSIONS;
        found.products.resize(rows * found.width, 0);
        if found.width == 0 {
            return;
        }
        let (bytes, products) = (&found.bytes, &mut found.products);
        dense(Level::best(), bytes, DIMENSIONS, &self.packed, products);
        for row in products.chunks_exact_mut(found.width) {
            for (product, offset) in row.iter_mut().zip(&self.offsets) {
                *product -= offset;
            }
        }
    }
}

/// The table: piece -> row.
#[derive(Debug)]
pub struct Vectors {
    rows: AHashMap<&'static str, u32>,
    /// By the first three letters of what is left of a word: bytes of the longest piece that it may begin with; at a word's beginning, and
    /// behind it.
    longest: [Vec<u8>; 2],
    scales: Vec<f32>,
    weights: Vec<f32>,
    components: &'static [u8],
}

/// What pieces begin with that stand behind a word's beginning.
const BEHIND: &str = "##";

/// A number for the first three letters of a word; nothing where it has others, or fewer.
fn three_letters(word: &str) -> Option<usize> {
    let letters = word.as_bytes().first_chunk::<3>()?;
    letters.iter().try_fold(0, |number, &letter| {
        letter
            .is_ascii_lowercase()
            .then(|| number * 26 + usize::from(letter - b'a'))
    })
}

static TABLE: &[u8] = include_bytes!("../../lexicon/vectors.bin");

impl Vectors {
    /// Reads the compiled-in table. Its form is described in `lexicon/README.md` and held by a test.
    pub(super) fn embedded() -> Self {
        let word = |at: usize| {
            u32::from_le_bytes([TABLE[at], TABLE[at + 1], TABLE[at + 2], TABLE[at + 3]]) as usize
        };
        let (rows, dims) = (word(8), word(12));
        assert!(
            TABLE.starts_with(b"WCVEC001") && dims == DIMENSIONS,
            "lexicon/vectors.bin is not a table of {DIMENSIONS} dimensions"
        );
        let floats = |from: usize| -> Vec<f32> {
            TABLE[from..from + rows * 4]
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect()
        };
        let (scales, weights) = (floats(16), floats(16 + rows * 4));
        let start = 16 + rows * 8;
        let components = &TABLE[start..start + rows * dims];
        let mut vocabulary = AHashMap::with_capacity(rows);
        // Shorter pieces may begin anything.
        let mut longest = [0, 1].map(|_| vec![2_u8; 26 * 26 * 26]);
        let mut at = start + rows * dims;
        for row in 0..rows {
            let len = usize::from(TABLE[at]);
            let piece = std::str::from_utf8(&TABLE[at + 1..at + 1 + len])
                .expect("the vocabulary is UTF-8: a test reads it whole");
            vocabulary.insert(
                piece,
                u32::try_from(row).expect("rows were read from a u32"),
            );
            let (place, piece) = match piece.strip_prefix(BEHIND) {
                Some(piece) => (1, piece),
                None => (0, piece),
            };
            if let Some(letters) = three_letters(piece) {
                let longest = &mut longest[place][letters];
                *longest = u8::try_from(piece.len()).unwrap_or(u8::MAX).max(*longest);
            }
            at += 1 + len;
        }
        Self {
            rows: vocabulary,
            longest,
            scales,
            weights,
            components,
        }
    }

    /// Number of pieces in the vocabulary.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table is empty; it never is.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn row(&self, row: u32) -> &[u8] {
        &self.components[row as usize * DIMENSIONS..][..DIMENSIONS]
    }

    /// Whether the folded word is in the vocabulary whole.
    pub fn knows(&self, word: &str) -> bool {
        self.rows.contains_key(word)
    }

    /// How much a folded word says, 0..=1: low for frequent words, high for rare ones.
    pub fn weight(&self, word: &str) -> f32 {
        self.rows
            .get(word)
            .map_or(1.0, |&row| self.weights[row as usize])
    }

    /// The vector of a folded word. `None` where no piece of it is known (other scripts, marks), and for what is too long to be a word.
    pub fn vector(&self, word: &str) -> Option<Vector> {
        if let Some(&row) = self.rows.get(word) {
            let mut components = [0_i8; DIMENSIONS];
            for (to, &from) in components.iter_mut().zip(self.row(row)) {
                *to = from.cast_signed();
            }
            return Some(Vector::new(components, 1));
        }
        // Finding the pieces takes the cube of the length.
        if word.len() > LONGEST_WORD_BYTES {
            return None;
        }
        let mut sum = [0.0_f32; DIMENSIONS];
        let mut pieces = 0;
        let mut start = 0;
        let mut key = String::with_capacity(word.len() + 2);
        while start < word.len() {
            // No longer piece begins like this, and most of those that would be looked up are longer.
            let longest = three_letters(&word[start..]).map_or(word.len(), |letters| {
                start + usize::from(self.longest[usize::from(start > 0)][letters])
            });
            let mut end = longest.min(word.len());
            while !word.is_char_boundary(end) {
                end -= 1;
            }
            let row = loop {
                key.clear();
                if start > 0 {
                    key.push_str(BEHIND);
                }
                key.push_str(&word[start..end]);
                if let Some(&row) = self.rows.get(key.as_str()) {
                    break row;
                }
                end = word[..end]
                    .char_indices()
                    .next_back()
                    .map_or(start, |(at, _)| at);
                if end <= start {
                    return None;
                }
            };
            let scale = self.scales[row as usize];
            for (total, &component) in sum.iter_mut().zip(self.row(row)) {
                *total += scale * f32::from(component.cast_signed());
            }
            pieces += 1;
            start = end;
        }
        let largest = sum.iter().fold(0.0_f32, |m, x| m.max(x.abs()));
        if largest == 0.0 {
            return None;
        }
        let mut components = [0_i8; DIMENSIONS];
        for (to, &from) in components.iter_mut().zip(&sum) {
            #[expect(clippy::cast_possible_truncation, reason = "scaled to -127..=127")]
            let rounded = (from / largest * 127.0).round() as i8;
            *to = rounded;
        }
        Some(Vector::new(components, pieces))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_piece_is_longer_than_what_is_looked_up() {
        let vectors = Vectors::embedded();
        let known = |piece: &str| {
            let (place, rest) = match piece.strip_prefix(BEHIND) {
                Some(rest) => (1, rest),
                None => (0, piece),
            };
            three_letters(rest)
                .is_none_or(|letters| rest.len() <= usize::from(vectors.longest[place][letters]))
        };
        assert!(vectors.rows.keys().all(|piece| known(piece)));
        // Words of one piece and of several, some with letters of two bytes.
        for (word, pieces) in [
            ("truce", Some(1)),
            ("fofadigazewu", None),
            ("truceé", None),
            ("truc\u{e9}s", None),
        ] {
            let found = vectors.vector(word).map(|vector| vector.pieces);
            assert!(
                pieces.is_none_or(|pieces| found == Some(pieces)),
                "{word}: {found:?}"
            );
        }
    }

    #[test]
    fn near_words_lie_nearer_than_far_ones() {
        let vectors = Vectors::embedded();
        let cosine = |a: &str, b: &str| {
            vectors
                .vector(a)
                .expect(a)
                .cosine(&vectors.vector(b).expect(b))
        };
        assert!(cosine("truce", "ceasefire") > cosine("truce", "potato") + 0.2);
        assert!(cosine("soldiers", "troops") > cosine("local", "environmental"));
        assert!(vectors.len() > 20_000);
    }
}
