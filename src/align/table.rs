//! How alike the sentences of two texts are: compared when first asked for, and remembered.

use super::likenesses::COUNTED;
use super::nearness::{Chosen, counterparts, nearest};
use crate::article::{Index, NO_KEY};
use crate::words::Words;

/// Fewest pairs of sentences that are compared all at once. 6: below it what is the same in both costs more than what it spares.
const LEAST_AT_ONCE: usize = 6;

/// A text's sentences, and what their words weigh beside the other text.
pub(super) struct Side<'a> {
    pub(super) sentences: &'a [&'a Words],
    index: &'a Index,
    /// Of every word, one sentence after another.
    weights: Vec<f32>,
}

impl<'a> Side<'a> {
    /// Words that many sentences of the two articles share say little about which sentence answers which. `left` is how much is left of a
    /// word's weight, by how many sentences of the two have it.
    fn new((sentences, index): (&'a [&'a Words], &'a Index), other: &Index, left: &[f32]) -> Self {
        let mut theirs = other.keys.as_slice();
        let of_key: Vec<f32> = index
            .keys
            .iter()
            .map(|&(key, count)| {
                while theirs.first().is_some_and(|other| other.0 < key) {
                    theirs = &theirs[1..];
                }
                let also = theirs
                    .first()
                    .filter(|other| other.0 == key)
                    .map_or(0, |other| other.1);
                left[(count + also) as usize].clamp(0.25, 1.0)
            })
            .collect();
        let weights = index
            .weights
            .iter()
            .zip(&index.ranks)
            .map(|(&weight, &rank)| match rank {
                NO_KEY => weight,
                rank => weight * of_key[rank as usize],
            })
            .collect();
        Self {
            sentences,
            index,
            weights,
        }
    }

    fn range(&self, sentence: usize) -> std::ops::Range<usize> {
        self.index.starts[sentence]..self.index.starts[sentence + 1]
    }

    pub(super) fn weights(&self, sentence: usize) -> &[f32] {
        &self.weights[self.range(sentence)]
    }
}

/// No pair of sentences was compared there yet.
const UNKNOWN: usize = usize::MAX;

/// Likeness of the sentences of one text to those of another, compared when first asked for.
pub(super) struct LikenessTable<'a> {
    pub(super) source: Side<'a>,
    pub(super) copy: Side<'a>,
    /// For each pair of sentences where its numbers begin in `values`, or [`UNKNOWN`].
    compared: Vec<usize>,
    /// For each pair that was compared its likeness, then how near each of the source sentence's words comes to its nearest one
    /// in the copy's sentence, then the same of the copy's words.
    values: Vec<f32>,
    /// Room for the nearness of one sentence's words.
    nearest: Vec<f32>,
}

impl<'a> LikenessTable<'a> {
    pub(super) fn new(
        source: (&'a [&'a Words], &'a Index),
        copy: (&'a [&'a Words], &'a Index),
    ) -> Self {
        let most = source.0.len() + copy.0.len();
        let total = most as f32;
        let scale = (1.0 + total / 2.0).ln().max(0.7);
        let left: Vec<f32> = (0..=most)
            .map(|seen| ((1.0 + total) / (1.0 + seen as f32)).ln() / scale)
            .collect();
        Self {
            compared: vec![UNKNOWN; source.0.len() * copy.0.len()],
            values: Vec::new(),
            nearest: Vec::new(),
            source: Side::new(source, copy.1, &left),
            copy: Side::new(copy, source.1, &left),
        }
    }

    /// Where the numbers of source sentence `i` and copy sentence `j` begin.
    pub(super) fn compare(&mut self, i: usize, j: usize) -> usize {
        let place = i * self.copy.sentences.len() + j;
        if self.compared[place] != UNKNOWN {
            return self.compared[place];
        }
        let at = self.make_room(i, j);
        let (x, y) = (self.source.sentences[i], self.copy.sentences[j]);
        let (of_source, of_copy) = self.values[at + 1..].split_at_mut(x.words.len());
        if x.reads_like(y) {
            of_source.fill(1.0);
            of_copy.fill(1.0);
        } else {
            nearest(
                (
                    x,
                    &self.source.index.hashes[self.source.range(i)],
                    of_source,
                ),
                (y, &self.copy.index.hashes[self.copy.range(j)], of_copy),
            );
        }
        self.values[at] = self.value(i, j);
        at
    }

    /// Compares all of some source sentences with all of some sentences of the copy, where words are compared once however often they
    /// stand. What it says is what [`Self::compare`] says of them one by one.
    fn compare_all(&mut self, rows: &[usize], columns: &[usize]) {
        let m = self.copy.sentences.len();
        let words = |side: &Side<'_>, list: &[usize]| -> usize {
            let lengths = list.iter().map(|&k| side.sentences[k].words.len());
            lengths.sum()
        };
        self.values.reserve(
            columns.len() * (rows.len() + words(&self.source, rows))
                + rows.len() * words(&self.copy, columns),
        );
        // Where the numbers of each pair begin; nowhere for those that were compared before. There is room for all of them at once.
        let mut begins = Vec::with_capacity(rows.len() * columns.len());
        let mut end = self.values.len();
        for &i in rows {
            for &j in columns {
                let at = &mut self.compared[i * m + j];
                begins.push(if *at == UNKNOWN { end } else { UNKNOWN });
                if *at == UNKNOWN {
                    *at = end;
                    end += 1
                        + self.source.sentences[i].words.len()
                        + self.copy.sentences[j].words.len();
                }
            }
        }
        self.values.resize(end, 0.0);
        let some = |side: &Side<'a>, of: &[usize]| Chosen::new(side.sentences, side.index, of);
        let (from, to) = (some(&self.source, rows), some(&self.copy, columns));
        let sentences = self.source.sentences;
        let values = &mut self.values;
        let text = (self.source.sentences, self.source.index);
        counterparts(text, &from, &to, |(i, p), (j, q), like| {
            let at = begins[i as usize * columns.len() + j as usize];
            if at != UNKNOWN {
                let of_source = at + 1 + p as usize;
                let of_copy = at + 1 + sentences[rows[i as usize]].words.len() + q as usize;
                values[of_source] = values[of_source].max(like);
                values[of_copy] = values[of_copy].max(like);
            }
        });
        for (k, &at) in begins.iter().enumerate().filter(|(_, at)| **at != UNKNOWN) {
            self.values[at] = self.value(rows[k / columns.len()], columns[k % columns.len()]);
        }
    }

    /// [`Self::compare_all`] of those that were not compared yet, where it is worth it.
    pub(super) fn prepare(&mut self, rows: &[usize], columns: &[usize]) {
        let m = self.copy.sentences.len();
        let unknown = |i: usize, j: usize| self.compared[i * m + j] == UNKNOWN;
        let some = |i: &&usize| columns.iter().any(|&j| unknown(**i, j));
        let rows: Vec<usize> = rows.iter().filter(some).copied().collect();
        let some = |j: &&usize| rows.iter().any(|&i| unknown(i, **j));
        let columns: Vec<usize> = columns.iter().filter(some).copied().collect();
        if rows.len() * columns.len() >= LEAST_AT_ONCE {
            self.compare_all(&rows, &columns);
        }
    }

    /// Room for the numbers of source sentence `i` and copy sentence `j`, all 0.
    fn make_room(&mut self, i: usize, j: usize) -> usize {
        let at = self.values.len();
        self.compared[i * self.copy.sentences.len() + j] = at;
        let words = self.source.sentences[i].words.len() + self.copy.sentences[j].words.len();
        self.values.resize(at + 1 + words, 0.0);
        at
    }

    /// What the likeness of two sentences is by the nearness of their words.
    fn value(&mut self, i: usize, j: usize) -> f32 {
        let (of_copy, copy_weight) = self.copy_covered(j, &[i]);
        let (of_source, source_weight) = self.source_covered(i, &[j]);
        let (high, low) = (of_copy.max(of_source), of_copy.min(of_source));
        // A few matched words can fill a short sentence by chance.
        let mass = (of_copy * copy_weight).min(of_source * source_weight);
        (0.5 * high + 0.5 * low)
            * (mass / (mass + 0.55)).min(1.0)
            * 1.15_f32.min(1.0 + 0.15 * mass / 4.0)
    }

    /// Share of the weight of copy sentence `j` that the source sentences `sources` cover, and that weight.
    pub(super) fn copy_covered(&mut self, j: usize, sources: &[usize]) -> (f32, f32) {
        if let &[i] = sources {
            let from = self.compare(i, j) + 1 + self.source.sentences[i].words.len();
            return covered(self.copy.weights(j), &self.values[from..]);
        }
        let mut nearest = std::mem::take(&mut self.nearest);
        nearest.clear();
        nearest.resize(self.copy.sentences[j].words.len(), 0.0);
        for &i in sources {
            let from = self.compare(i, j) + 1 + self.source.sentences[i].words.len();
            raise(&mut nearest, &self.values[from..]);
        }
        let found = covered(self.copy.weights(j), &nearest);
        self.nearest = nearest;
        found
    }

    /// How near each word of copy sentence `j` comes to its nearest one in the source sentences `told`.
    pub(super) fn nearness(&mut self, j: usize, told: &[usize]) -> Vec<f32> {
        let mut nearest = vec![0.0; self.copy.sentences[j].words.len()];
        for &k in told {
            let from = self.compare(k, j) + 1 + self.source.sentences[k].words.len();
            raise(&mut nearest, &self.values[from..]);
        }
        nearest
    }

    /// Share of the weight of source sentence `i` that the copy's sentences `copies` cover, and that weight.
    pub(super) fn source_covered(&mut self, i: usize, copies: &[usize]) -> (f32, f32) {
        if let &[j] = copies {
            let from = self.compare(i, j) + 1;
            return covered(self.source.weights(i), &self.values[from..]);
        }
        let mut nearest = std::mem::take(&mut self.nearest);
        nearest.clear();
        nearest.resize(self.source.sentences[i].words.len(), 0.0);
        for &j in copies {
            let from = self.compare(i, j) + 1;
            raise(&mut nearest, &self.values[from..]);
        }
        let found = covered(self.source.weights(i), &nearest);
        self.nearest = nearest;
        found
    }

    /// Likeness of source sentence `i` and copy sentence `j`, 0..=1.
    pub(super) fn likeness(&mut self, i: usize, j: usize) -> f32 {
        let at = self.compare(i, j);
        self.values[at]
    }
}

/// Raises each number to the one at its place in `others`.
fn raise(numbers: &mut [f32], others: &[f32]) {
    for (most, &other) in numbers.iter_mut().zip(others) {
        *most = most.max(other);
    }
}

fn covered(weights: &[f32], nearest: &[f32]) -> (f32, f32) {
    let (mut met, mut total) = (0.0, 0.0);
    for (&weight, &best) in weights.iter().zip(nearest) {
        total += weight;
        if best >= COUNTED {
            met += best * weight;
        }
    }
    (if total > 0.0 { met / total } else { 0.0 }, total)
}
