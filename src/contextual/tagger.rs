//! The forward pass: the encoder reads `[CLS] passage [SEP]` of either side, the comparer both together.

use std::ops::Range;
use std::path::Path;

use ahash::AHashMap;

use super::pieces::Piece;
use super::weights::{
    self, Calibrations, Config, Dense, GROUP, Layer, Looks, Norm, Sizes, Weights,
};
use crate::error::Result;
use crate::simd::Level;
use crate::simd::{dense, encoder};

/// A model that was loaded from a folder.
#[derive(Debug)]
pub struct Tagger {
    config: Config,
    weights: Weights,
    level: Level,
}

/// What the model says of a piece; all are logits, 0 being even odds.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// Bytes of the passage.
    pub bytes: Range<usize>,
    /// That the piece belongs to a major change of meaning. For pieces of the copy.
    pub major: f32,
    /// That it belongs to any change. For pieces of the copy.
    pub any: f32,
    /// That the copy changed or left it out. For pieces of the source.
    pub lost: f32,
}

/// What the model says of a pair; likelihoods are logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Pieces of the source that were read, in order.
    pub source: Vec<Marked>,
    /// Pieces of the copy that were read, in order.
    pub copy: Vec<Marked>,
    /// That the meaning changed.
    pub changed: f32,
    /// That something is told on one side only.
    pub partly: f32,
}

/// A piece's kind by what the other side has: nothing of it.
const ABSENT: usize = 1;
/// The piece, with other neighbours.
const PRESENT: usize = 2;
/// The piece beside the same neighbour.
const TOGETHER: usize = 3;

impl Tagger {
    /// Loads the model of a folder; `docs/model.md` describes its files.
    ///
    /// # Errors
    /// When a file is missing, or is not what this version reads.
    pub fn load(folder: &Path) -> Result<Self> {
        let (config, weights) = weights::load(folder)?;
        Ok(Self {
            config,
            weights,
            level: Level::best(),
        })
    }

    /// The same model with other instructions; a level that the machine lacks is lowered to one it has.
    #[must_use]
    pub fn at(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// How readings become likelihoods.
    pub fn calibrations(&self) -> &Calibrations {
        &self.config.calibrations
    }

    /// Reads two passages. Of passages longer than the model takes the end is left out.
    pub fn read(&self, source: &str, copy: &str) -> Reading {
        let vocabulary = &self.weights.vocabulary;
        let (mut a, mut b) = (vocabulary.pieces(source), vocabulary.pieces(copy));
        let (kinds_a, kinds_b) = (kinds(&a, &b), kinds(&b, &a));
        a.truncate(self.config.longest - 2);
        b.truncate(self.config.longest - 2);
        let of_kind: Vec<usize> = std::iter::once(0)
            .chain(kinds_a.into_iter().take(a.len()))
            .chain([0, 0])
            .chain(kinds_b.into_iter().take(b.len()))
            .chain([0])
            .collect();
        let first = a.len() + 2;
        let hidden = self.compare(&self.encode(&a), &self.encode(&b), &of_kind);
        let width = self.config.comparer.width;
        let row = |k: usize| &hidden[k * width..][..width];
        let marked = |list: &[Piece], before: usize| {
            list.iter()
                .enumerate()
                .map(|(k, piece)| {
                    let of = |head: usize| {
                        let weights = &self.weights.piece_head[head * width..][..width];
                        dot(row(before + k), weights) + self.weights.piece_bias[head]
                    };
                    Marked {
                        bytes: piece.start as usize..piece.end as usize,
                        major: of(0),
                        any: of(1),
                        lost: of(2),
                    }
                })
                .collect()
        };
        let mut mean = vec![0.0_f32; width];
        for row in hidden.chunks_exact(width) {
            for (total, &value) in mean.iter_mut().zip(row) {
                *total += value;
            }
        }
        mean.iter_mut()
            .for_each(|total| *total /= of_kind.len() as f32);
        let of_pair = |head: usize| {
            let weights = &self.weights.pair_head[head * 2 * width..][..2 * width];
            dot(row(first), &weights[..width])
                + dot(&mean, &weights[width..])
                + self.weights.pair_bias[head]
        };
        Reading {
            source: marked(&a, 1),
            copy: marked(&b, first + 1),
            changed: of_pair(0),
            partly: of_pair(1),
        }
    }

    /// What the encoder says of a passage, its two marks included: for each row the vectors of all taps side by side.
    fn encode(&self, pieces: &[Piece]) -> Vec<f32> {
        let w = &self.weights;
        let width = self.config.encoder.width;
        let count = pieces.len() + 2;
        let mut x = Vec::with_capacity(count * width);
        let numbers = std::iter::once(w.vocabulary.begin)
            .chain(pieces.iter().map(|p| p.number))
            .chain([w.vocabulary.end]);
        for (position, number) in numbers.enumerate() {
            let bytes = &w.words[number as usize * width / 2..][..width / 2];
            let scales = &w.word_scales[number as usize * width / GROUP..][..width / GROUP];
            let positions = &w.positions[position * width..][..width];
            for at in 0..width {
                let byte = bytes[at / 2];
                let half = if at % 2 == 0 { byte & 15 } else { byte >> 4 };
                x.push((f32::from(half) - 8.0) * scales[at / GROUP] + positions[at]);
            }
        }
        let mut room = Room::new(count, self.config.encoder, self.level);
        // The norm of the embeddings adds nothing.
        room.told.fill(0.0);
        room.normalise(&mut x, &w.norm);
        let taps = &self.config.taps;
        let mut said = vec![0.0; count * taps.len() * width];
        for (number, layer) in (1..).zip(&w.encoder) {
            room.pass(layer, &mut x, &[(0..count, 0..count)]);
            for tap in (0..taps.len()).filter(|&tap| taps[tap] == number) {
                for (row, said) in x
                    .chunks_exact(width)
                    .zip(said.chunks_exact_mut(taps.len() * width))
                {
                    said[tap * width..][..width].copy_from_slice(row);
                }
            }
        }
        said
    }

    /// The comparer's rows of both sides after its last layer.
    fn compare(&self, a: &[f32], b: &[f32], of_kind: &[usize]) -> Vec<f32> {
        let w = &self.weights;
        let (from, width) = (self.config.encoder.width, self.config.comparer.width);
        let taps = self.config.taps.len();
        let (first, count) = (a.len() / (taps * from), of_kind.len());
        let mut x = vec![0.0; count * width];
        let mut room = Room::new(count, self.config.comparer, self.level);
        let both = [a, b].concat();
        room.multiply(&w.enter, &both, &mut x);
        let near: Vec<Vec<f32>> = (0..taps)
            .map(|tap| {
                let side = |said: &[f32]| -> Vec<f32> {
                    let mut rows: Vec<f32> = said
                        .chunks_exact(taps * from)
                        .flat_map(|row| &row[tap * from..][..from])
                        .copied()
                        .collect();
                    encoder::to_unit(self.level, &mut rows, from);
                    rows
                };
                let (a, b) = (side(a), side(b));
                let mut near = vec![0.0; count];
                encoder::nearest(self.level, &a, &b, from, &mut near[..first]);
                encoder::nearest(self.level, &b, &a, from, &mut near[first..]);
                near
            })
            .collect();
        for (k, row) in x.chunks_exact_mut(width).enumerate() {
            let side = usize::from(k >= first);
            for (at, value) in row.iter_mut().enumerate() {
                let mut sum = w.kinds[of_kind[k] * width + at] + w.sides[side * width + at];
                for (tap, near) in near.iter().enumerate() {
                    sum += near[k] * w.near[tap * width + at];
                }
                *value += sum;
            }
        }
        room.told.fill(0.0);
        room.normalise(&mut x, &w.enter_norm);
        let across = [(0..first, first..count), (first..count, 0..first)];
        let all = [(0..count, 0..count)];
        for (layer, looks) in w.comparer.iter().zip(&self.config.looks) {
            match looks {
                Looks::Across => room.pass(layer, &mut x, &across),
                Looks::All => room.pass(layer, &mut x, &all),
            }
        }
        x
    }
}

/// Memory for the layers of a stack.
struct Room {
    level: Level,
    width: usize,
    bytes: Vec<u8>,
    scales: Vec<(f32, f32)>,
    sums: Vec<i32>,
    asked: Vec<f32>,
    heard: Vec<f32>,
    told: Vec<f32>,
    inside: Vec<f32>,
    likes: Vec<f32>,
}

impl Room {
    fn new(count: usize, sizes: Sizes, level: Level) -> Self {
        let Sizes { width, inner, .. } = sizes;
        Self {
            level,
            width,
            bytes: Vec::new(),
            scales: vec![(0.0, 0.0); count],
            sums: Vec::new(),
            asked: vec![0.0; count * 3 * width],
            heard: vec![0.0; count * width],
            told: vec![0.0; count * width],
            inside: vec![0.0; count * inner],
            likes: Vec::new(),
        }
    }

    /// One layer; `looks` says which rows look at which.
    fn pass(&mut self, layer: &Layer, x: &mut [f32], looks: &[(Range<usize>, Range<usize>)]) {
        let mut asked = std::mem::take(&mut self.asked);
        self.multiply(&layer.asked, x, &mut asked);
        for (from, to) in looks {
            encoder::attend(
                self.level,
                &asked,
                self.width,
                from.clone(),
                to.clone(),
                &mut self.heard,
                &mut self.likes,
            );
        }
        self.asked = asked;
        let heard = std::mem::take(&mut self.heard);
        let mut told = std::mem::take(&mut self.told);
        let mut inside = std::mem::take(&mut self.inside);
        self.multiply(&layer.told, &heard, &mut told);
        encoder::add_and_normalise(
            self.level,
            x,
            &told,
            &layer.first_norm.gain,
            &layer.first_norm.bias,
        );
        self.multiply(&layer.up, x, &mut inside);
        encoder::gelu(self.level, &mut inside);
        self.multiply(&layer.down, &inside, &mut told);
        (self.heard, self.told, self.inside) = (heard, told, inside);
        self.normalise(x, &layer.second_norm);
    }

    /// Adds what was told and brings the rows to the norm.
    fn normalise(&self, x: &mut [f32], norm: &Norm) {
        encoder::add_and_normalise(self.level, x, &self.told, &norm.gain, &norm.bias);
    }

    fn multiply(&mut self, by: &Dense, x: &[f32], out: &mut [f32]) {
        if self.bytes.len() < x.len() {
            self.bytes.resize(x.len(), 0);
        }
        if self.sums.len() < out.len() {
            self.sums.resize(out.len(), 0);
        }
        let (bytes, sums) = (&mut self.bytes[..x.len()], &mut self.sums[..out.len()]);
        encoder::to_bytes(self.level, x, by.inputs, bytes, &mut self.scales);
        dense::dense(self.level, bytes, by.inputs, &by.packed, sums);
        encoder::from_sums(
            self.level,
            sums,
            &self.scales,
            [&by.factors, &by.totals, &by.bias],
            out,
        );
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// For each piece whether the other side has it, alone or beside the same neighbour.
fn kinds(pieces: &[Piece], other: &[Piece]) -> Vec<usize> {
    // By number, where the other side has it.
    let mut places: AHashMap<u32, Vec<usize>> = AHashMap::with_capacity(other.len());
    for (at, piece) in other.iter().enumerate() {
        places.entry(piece.number).or_default().push(at);
    }
    let number =
        |list: &[Piece], at: Option<usize>| at.and_then(|at| list.get(at)).map(|p| p.number);
    pieces
        .iter()
        .enumerate()
        .map(|(k, piece)| {
            let Some(there) = places.get(&piece.number) else {
                return ABSENT;
            };
            let (before, after) = (
                number(pieces, k.checked_sub(1)),
                number(pieces, Some(k + 1)),
            );
            let met = there.iter().any(|&at| {
                before.is_some() && before == number(other, at.checked_sub(1))
                    || after.is_some() && after == number(other, Some(at + 1))
            });
            if met { TOGETHER } else { PRESENT }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_together_when_a_neighbour_came_along() {
        let list = |numbers: &[u32]| -> Vec<Piece> {
            numbers
                .iter()
                .map(|&number| Piece {
                    number,
                    start: 0,
                    end: 0,
                })
                .collect()
        };
        let (a, b) = (list(&[1, 2, 3, 9, 5]), list(&[5, 1, 2, 4, 3]));
        assert_eq!(
            kinds(&a, &b),
            [TOGETHER, TOGETHER, PRESENT, ABSENT, PRESENT]
        );
        assert_eq!(kinds(&a, &[]), [ABSENT; 5]);
    }
}
