//! How many documents have a word, counted roughly: words share a counter where their hashes do.
//!
//! A counter is a byte on a logarithmic scale, exact to 5 %. With four counters a document the words that only one document has
//! fill a counter to two or three: enough to tell a name from a common word.

use std::sync::LazyLock;

/// Counters for each document.
const COUNTERS: usize = 4;
/// Fewest and most counters of a segment.
const LEAST: usize = 1 << 10;
const MOST: usize = 1 << 20;
/// Steps for each doubling.
const STEPS: f32 = 16.0;

/// Counts words while documents are added.
#[derive(Debug)]
pub(super) struct Counting {
    counters: Vec<u32>,
}

impl Counting {
    /// Counters for a segment of up to `documents`.
    pub(super) fn new(documents: usize) -> Self {
        Self {
            counters: vec![0; size(documents)],
        }
    }

    /// Counters for a segment of which it is not known yet how many documents it will have.
    pub(super) fn of_many() -> Self {
        Self {
            counters: vec![0; MOST],
        }
    }

    /// The place of a word among the most counters.
    #[inline]
    pub(super) fn most_place(word: u32) -> usize {
        place(word, MOST)
    }

    /// A bit for each counter, set where it is above `count`.
    pub(super) fn above(&self, count: u32) -> Vec<u64> {
        let bits = |part: &[u32]| {
            let bit = |&counter: &u32| u64::from(counter > count);
            part.iter()
                .rev()
                .fold(0, |bits, counter| bits << 1 | bit(counter))
        };
        self.counters.chunks(64).map(bits).collect()
    }

    /// The same counts in as many counters as a segment of `documents` has, which are no more than there are now.
    pub(super) fn of(mut self, documents: usize) -> Self {
        let size = size(documents);
        // A place is the lower bits of a number: what shares them falls together.
        let (counters, more) = self.counters.split_at_mut(size);
        for part in more.chunks_exact(size) {
            for (counter, count) in counters.iter_mut().zip(part) {
                *counter = counter.saturating_add(*count);
            }
        }
        self.counters.truncate(size);
        self
    }

    /// `documents` more have the word.
    #[inline]
    pub(super) fn add(&mut self, word: u32, documents: u32) {
        let at = place(word, self.counters.len());
        self.counters[at] = self.counters[at].saturating_add(documents);
    }

    /// A byte for each counter.
    pub(super) fn encode(&self) -> Rarity {
        let bytes = self.counters.iter().map(|&count| byte(count));
        Rarity(bytes.collect())
    }
}

/// How many documents have a word, a byte for each counter.
#[derive(Debug)]
pub(super) struct Rarity(Vec<u8>);

impl Rarity {
    /// The byte of a word; see [`byte`].
    #[inline]
    pub(super) fn of(&self, word: u32) -> u8 {
        self.0[place(word, self.0.len())]
    }

    /// What is written.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A number of documents on the logarithmic scale.
pub(super) fn byte(documents: u32) -> u8 {
    let scaled = (1.0 + documents as f32).log2() * STEPS;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is 0 to 255"
    )]
    let byte = scaled.round().min(255.0) as u8;
    byte
}

/// Counters of a segment of up to `documents`.
fn size(documents: usize) -> usize {
    (documents * COUNTERS)
        .next_power_of_two()
        .clamp(LEAST, MOST)
}

/// The place of a word's counter among `count`, a power of two.
pub(super) fn place(word: u32, count: usize) -> usize {
    (word as usize).wrapping_mul(0x9e37_79b1) >> 8 & (count - 1)
}

/// How many documents a counter's byte stands for. Looked up: every word of every document that is read is asked for.
pub(super) fn documents(byte: u8) -> f32 {
    static SCALE: LazyLock<[f32; 256]> = LazyLock::new(|| {
        let mut scale = [0.0; 256];
        for (byte, documents) in (0..=u8::MAX).zip(&mut scale) {
            *documents = (f32::from(byte) / STEPS).exp2() - 1.0;
        }
        scale
    });
    SCALE[usize::from(byte)]
}
