//! Signatures to candidates: which documents are worth comparing.
//!
//! Documents meet in buckets, one for each fingerprint: a copy that was cut, framed or edited keeps some of
//! them. A bucket that very many documents share (boilerplate, or one dispatch printed everywhere) is asked in a way
//! whose cost stays near linear and which still finds its true pairs.

mod hot;
mod meetings;
mod radix;
mod rare;
pub mod rewrites;

pub(crate) use hot::MANY;
pub use meetings::{Group, Groups, Meetings};
pub use rare::Fingerprints;
pub(crate) use rare::meet_all;

use crate::simd::{self, Level, SLOTS};

/// The sketches of all documents, one flat array.
#[derive(Clone, Copy)]
pub struct Sketches<'a> {
    /// `SLOTS` bytes a document.
    pub slots: &'a [u8],
    /// Which kernels to use.
    pub level: Level,
}

impl<'a> Sketches<'a> {
    /// The sketch of a document.
    pub fn of(&self, document: u32) -> &'a [u8; SLOTS] {
        let at = document as usize * SLOTS;
        self.slots[at..]
            .first_chunk()
            .expect("every document has a sketch")
    }

    /// Has a document's sketch brought near: it will be looked at soon.
    #[inline]
    pub fn ask_for(&self, document: u32) {
        simd::ask_for(self.of(document));
    }

    /// In how many slots two documents agree, `0..=128`.
    pub fn agreeing(&self, a: u32, b: u32) -> u32 {
        self.agreeing_with(self.of(a), b)
    }

    /// In how many slots a document agrees with a sketch, `0..=128`.
    #[inline]
    pub fn agreeing_with(&self, sketch: &[u8; SLOTS], document: u32) -> u32 {
        simd::agreeing(self.level, sketch, self.of(document))
    }
}

/// What the sketches of two documents say of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// They are not worth comparing.
    None,
    /// They may be near-duplicates.
    Some,
    /// They are near-duplicates beyond doubt.
    Sure,
}

/// Two documents worth comparing; the lower number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate(u64);

impl Candidate {
    /// In either order.
    pub fn new(a: u32, b: u32) -> Self {
        Self(u64::from(a.min(b)) << 32 | u64::from(a.max(b)))
    }

    /// A number that spreads pairs evenly. Fibonacci hashing, Knuth 1973.
    pub(crate) fn hash(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
    }

    /// The lower number.
    pub fn first(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The higher number.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    pub fn second(self) -> u32 {
        self.0 as u32
    }
}
