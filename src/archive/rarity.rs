//! How many documents have a word, counted roughly: words share a counter where their hashes do.
//!
//! A counter is a byte on a logarithmic scale, exact to 5 %. With four counters a document the words that only one document has
//! fill a counter to two or three: enough to tell a name from a common word.

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
        let count = (documents * COUNTERS)
            .next_power_of_two()
            .clamp(LEAST, MOST);
        Self {
            counters: vec![0; count],
        }
    }

    /// One more document has the word.
    #[inline]
    pub(super) fn add(&mut self, word: u32) {
        let at = place(word, self.counters.len());
        self.counters[at] = self.counters[at].saturating_add(1);
    }

    /// How many documents have the word, or one that shares its counter.
    #[inline]
    pub(super) fn count(&self, word: u32) -> u32 {
        self.counters[place(word, self.counters.len())]
    }

    /// A byte for each counter.
    pub(super) fn encode(&self) -> Vec<u8> {
        let byte = |&count: &u32| (1.0 + count as f32).log2() * STEPS;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a logarithm of 32 bits is below 32, and 16 * 16 documents is past every segment"
        )]
        let narrow = |scaled: f32| scaled.round().min(255.0) as u8;
        self.counters
            .iter()
            .map(|count| narrow(byte(count)))
            .collect()
    }
}

/// The place of a word's counter among `count`, a power of two.
pub(super) fn place(word: u32, count: usize) -> usize {
    (word as usize).wrapping_mul(0x9e37_79b1) >> 8 & (count - 1)
}

/// How many documents a counter's byte stands for.
pub(super) fn documents(byte: u8) -> f32 {
    (f32::from(byte) / STEPS).exp2() - 1.0
}
