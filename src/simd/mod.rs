//! Kernels that run once for every byte, word or shingle, in the widest form the machine has.
//!
//! `scalar` says what each kernel means; the others give the same bits. The level is chosen at run time.
//! Kernels that the compiler vectorises by itself are the scalar loop recompiled under wider features; intrinsics
//! stand only where it does not (bit masks, compressed stores).

use std::sync::OnceLock;

mod ahead;
mod alike;
pub mod dense;
mod dot;
pub mod encoder;
#[cfg(target_arch = "aarch64")]
mod neon;
pub(crate) mod scalar;
mod scaled;
mod slots;
mod trees;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use ahead::{ask_for, ask_for_value};
pub use alike::{LANES, Lanes, Telling, alike};
pub use dot::dot;
pub use scaled::add_scaled;
pub use slots::lower_slots;
pub use trees::{Forest, ROWS, Split, Tree, sum_trees};

/// Slots of a document's sketch.
pub const SLOTS: usize = 128;

/// Most rounds of the fast similarity sketch: after them every slot is filled.
pub const ROUNDS: usize = 2 * SLOTS;

/// How many numbers [`sort_few`] sorts at most.
pub const FEW: usize = 64;

/// Which instructions the kernels may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Plain Rust.
    Scalar,
    /// 64-bit ARM with NEON, which all of them have.
    Neon,
    /// x86-64 with AVX2, BMI2.
    Avx2,
    /// x86-64 with AVX-512 F, BW, DQ, VL.
    Avx512,
}

impl Level {
    /// The best level of this machine. It is looked up once: asking is cheap.
    pub fn best() -> Self {
        static BEST: OnceLock<Level> = OnceLock::new();
        *BEST.get_or_init(Self::detect)
    }

    fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt")
                && is_x86_feature_detected!("popcnt");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if avx2 && avx512 {
                return Self::Avx512;
            }
            if avx2 {
                return Self::Avx2;
            }
        }
        if cfg!(target_arch = "aarch64") {
            Self::Neon
        } else {
            Self::Scalar
        }
    }

    /// Every level this machine can run, weakest first; for tests and benches.
    pub fn available() -> Vec<Self> {
        let levels: &[Self] = if cfg!(target_arch = "aarch64") {
            &[Self::Scalar, Self::Neon]
        } else {
            &[Self::Scalar, Self::Avx2, Self::Avx512]
        };
        let runs = |level: &Self| *level <= Self::best();
        levels.iter().copied().filter(runs).collect()
    }

    /// This level, or the best one the machine has when it cannot run this one. Every kernel goes through here, so that
    /// a level named by hand can never reach instructions that are missing.
    #[inline]
    fn runnable(self) -> Self {
        self.min(Self::best())
    }
}

macro_rules! dispatch {
    ($level:expr, $kernel:ident ( $($argument:expr),* )) => {
        match $level.runnable() {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `runnable` returns this level only where the processor has its features.
            Level::Avx512 => unsafe { x86::avx512::$kernel($($argument),*) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Level::Avx2 => unsafe { x86::avx2::$kernel($($argument),*) },
            #[cfg(target_arch = "aarch64")]
            Level::Neon => neon::$kernel($($argument),*),
            _ => scalar::$kernel($($argument),*),
        }
    };
}

/// Copies the front of `source` to `target` up to the first byte that is not ASCII or, with `escapes`, is a backslash; returns how
/// many bytes that is. What parts words and is frequent does not end it: a space takes the place of each byte of a simple escape of JSON, and
/// of a dash, quotation mark or ellipsis of three bytes. `target` may be written up to 63 bytes further.
///
/// # Panics
/// When `target` is not at least 64 bytes longer than `source`.
pub fn copy_plain(level: Level, source: &[u8], target: &mut [u8], escapes: bool) -> usize {
    assert!(
        target.len() >= source.len() + 64,
        "the target has room for a whole block"
    );
    dispatch!(level, copy_plain(source, target, escapes))
}

/// Lowers ASCII capitals in place and sets, for every byte, one bit: whether it is part of a word (ASCII letters and
/// digits, and every byte that is not ASCII). Bit `i` of `masks[b]` is byte `64 b + i`.
///
/// # Panics
/// When `bytes` is not 64 times as long as `masks`.
pub fn classify(level: Level, bytes: &mut [u8], masks: &mut [u64]) {
    assert_eq!(bytes.len(), masks.len() * 64, "one mask for 64 bytes");
    dispatch!(level, classify(bytes, masks));
}

/// Writes where words begin and end, alternating, into `edges`; returns how many edges there are (even, when the last
/// byte is no part of a word). Each edge is a byte offset.
///
/// # Panics
/// When `edges` is shorter than `64 * (masks.len() + 1)`.
pub fn edges(level: Level, masks: &[u64], edges: &mut [u32]) -> usize {
    assert!(
        edges.len() >= 64 * (masks.len() + 1),
        "an edge at every byte must fit"
    );
    dispatch!(level, edges(masks, edges))
}

/// Hashes of runs of five words: `shingles[i]` from `words[i..i + 5]`, each word turned by an amount of its own and all added.
/// Words are hashed well already, so that this is simple tabulation (Patrascu, Thorup: "The power of simple tabulation hashing",
/// 2011), which is nearly min-wise independent.
///
/// # Panics
/// When `shingles` is not four shorter than `words`.
pub fn shingles(level: Level, words: &[u64], shingles: &mut [u64]) {
    assert_eq!(words.len(), shingles.len() + 4, "five words a shingle");
    dispatch!(level, shingles(words, shingles));
}

/// The fast similarity sketch of a set of shingles, eight bits a slot. Dahlgaard, Knudsen, Thorup: "Fast similarity
/// sketching", FOCS 2017. An empty set gives all zeros.
pub fn sketch(level: Level, shingles: &[u64], rounds: &[u64; ROUNDS], slots: &mut [u8; SLOTS]) {
    dispatch!(level, sketch(shingles, rounds, slots));
}

/// In how many slots two sketches agree, `0..=128`.
pub fn agreeing(level: Level, a: &[u8; SLOTS], b: &[u8; SLOTS]) -> u32 {
    dispatch!(level, agreeing(a, b))
}

/// Copies the shingles below `bound` to the front of `found`, in order; returns how many there are. What follows them in `found` is
/// overwritten with anything.
///
/// # Panics
/// When `found` is not at least eight longer than `shingles`.
pub fn below(level: Level, shingles: &[u64], bound: u64, found: &mut [u64]) -> usize {
    assert!(
        found.len() >= shingles.len() + 8,
        "all shingles and a whole block must fit"
    );
    dispatch!(level, below(shingles, bound, found))
}

/// Sorts the first `count` of `values` when all of them differ, and says whether they do. Each goes where the number of smaller ones says: a square
/// of comparisons, but eight at once and without a branch. Those after the first `count` must be `u64::MAX`.
///
/// # Panics
/// When `count` is over [`FEW`].
pub fn sort_few(level: Level, values: &mut [u64; FEW], count: usize) -> bool {
    assert!(count <= FEW, "they fit");
    dispatch!(level, sort_few(values, count))
}

/// One hash for each word of `bytes`; `edges` say where words begin and end, `hashes` has room for as many. Words up to 16
/// bytes are two products of their quarters, the others are folded block by block. A byte that is zero belongs to no word.
///
/// # Panics
/// When a word is not followed by 16 bytes.
pub fn hash_words(
    level: Level,
    bytes: &[u8],
    edges: &[[u32; 2]],
    keys: [u64; 2],
    hashes: &mut [u64],
) {
    dispatch!(level, hash_words(bytes, edges, keys, hashes));
}
