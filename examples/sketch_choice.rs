//! Which sketch for which text: error against the exact Jaccard similarity and time a text, for sets of 20 to 1,000 shingles.
//!
//! `cargo run --release --example sketch_choice` prints the table of `docs/engine.md`. All sketches take the same hashed shingles. The
//! contenders are written plainly, in loops that the compiler makes vectors of, and compiled for the widest registers of the
//! machine, as the library's kernels are; the fast similarity sketch is the library's own.
#![expect(
    clippy::cast_possible_truncation,
    reason = "sketches keep the low bits of hashes"
)]
#![expect(
    unsafe_code,
    reason = "code compiled for wider registers is called where the machine has them"
)]
#![expect(clippy::print_stdout, reason = "an example prints its result")]

use std::hint::black_box;
use std::time::Instant;

use wirecopy::simd::{self, Level, ROUNDS, SLOTS};
use wirecopy::text::words::splitmix;

/// Numbers of shingles: a sentence, paragraphs, articles.
const SIZES: [u64; 6] = [20, 30, 60, 120, 400, 1000];
/// Jaccard similarities, in percent, that the error is the mean of.
const SIMILARITIES: [u64; 4] = [20, 40, 60, 80];
/// Pairs of sets for each size and similarity. The measured mean of squares is itself uncertain by a fortieth.
const PAIRS: u64 = 800;

/// A way of sketching a set of hashed shingles.
trait Sketch {
    /// What of a set is kept.
    type Kept;
    /// How tables head it, and the bytes a text takes.
    const NAME: &'static str;
    const BYTES: usize;
    /// Hash functions of `seed`.
    fn new(seed: u64) -> Self;
    fn sketch(&self, shingles: &[u64]) -> Self::Kept;
    /// Jaccard similarity of two sets, 0..=1.
    fn similarity(a: &Self::Kept, b: &Self::Kept) -> f64;
}

/// Share of slots that agree, less what agrees by chance in so many bits.
fn agreement<T: PartialEq>(a: &[T], b: &[T], bits: i32) -> f64 {
    let same = a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / a.len() as f64;
    let chance = 0.5_f64.powi(bits);
    ((same - chance) / (1.0 - chance)).max(0.0)
}

/// Dahlgaard, Knudsen, Thorup: "Fast similarity sketching", 2017; the library's kernel.
struct FastSimilarity(Box<[u64; ROUNDS]>);

impl Sketch for FastSimilarity {
    type Kept = [u8; SLOTS];
    const NAME: &'static str = "fast similarity sketch, 128 x 8 bits";
    const BYTES: usize = SLOTS;

    fn new(seed: u64) -> Self {
        let round = |round: usize| splitmix(seed << 16 ^ round as u64) | 1;
        Self(Box::new(std::array::from_fn(round)))
    }

    #[inline(always)]
    fn sketch(&self, shingles: &[u64]) -> Self::Kept {
        let mut slots = [0; SLOTS];
        simd::sketch(Level::best(), shingles, &self.0, &mut slots);
        slots
    }

    fn similarity(a: &Self::Kept, b: &Self::Kept) -> f64 {
        agreement(a, b, 8)
    }
}

/// MinHash (Broder 1997) with 128 multiply-shift functions (Dietzfelbinger et al. 1997); 8 bits of each smallest value are kept
/// (Li, König 2010).
struct MinHash32(Vec<(u32, u32)>);

impl Sketch for MinHash32 {
    type Kept = [u8; SLOTS];
    const NAME: &'static str = "MinHash, 128 x u32, 8 bits kept";
    const BYTES: usize = SLOTS;

    fn new(seed: u64) -> Self {
        let function = |slot| {
            let drawn = splitmix(seed << 16 ^ slot);
            ((drawn >> 32) as u32 | 1, drawn as u32)
        };
        Self((0..SLOTS as u64).map(function).collect())
    }

    #[inline(always)]
    fn sketch(&self, shingles: &[u64]) -> Self::Kept {
        let mut least = [u32::MAX; SLOTS];
        for &shingle in shingles {
            let folded = (shingle ^ shingle >> 32) as u32;
            for (least, &(multiplier, addend)) in least.iter_mut().zip(&self.0) {
                let value = folded.wrapping_mul(multiplier).wrapping_add(addend);
                *least = (*least).min(value);
            }
        }
        // The smallest values of a large set have few leading bits left: mixed before they are cut.
        least.map(|value| (value.wrapping_mul(0x9e37_79b1) >> 24) as u8)
    }

    fn similarity(a: &Self::Kept, b: &Self::Kept) -> f64 {
        agreement(a, b, 8)
    }
}

/// MinHash with 256 functions of 16 bits: twice as many lanes in a register, twice as many slots.
struct MinHash16(Vec<(u16, u16)>);

impl Sketch for MinHash16 {
    type Kept = [u8; 256];
    const NAME: &'static str = "MinHash, 256 x u16 lanes, 8 bits kept";
    const BYTES: usize = 256;

    fn new(seed: u64) -> Self {
        let function = |slot| {
            let drawn = splitmix(seed << 16 ^ slot);
            ((drawn >> 48) as u16 | 1, drawn as u16)
        };
        Self((0..256).map(function).collect())
    }

    #[inline(always)]
    fn sketch(&self, shingles: &[u64]) -> Self::Kept {
        let mut least = [u16::MAX; 256];
        for &shingle in shingles {
            let (low, high) = (shingle as u16, (shingle >> 16) as u16);
            for (least, &(multiplier, addend)) in least.iter_mut().zip(&self.0) {
                // Two halves of the shingle: 16 bits alone would make different shingles equal in every function.
                let value = low
                    .wrapping_mul(multiplier)
                    .wrapping_add((high ^ addend).wrapping_mul(0x9e37));
                *least = (*least).min(value ^ value >> 7);
            }
        }
        least.map(|value| (value.wrapping_mul(0x9e37) >> 8) as u8)
    }

    fn similarity(a: &Self::Kept, b: &Self::Kept) -> f64 {
        agreement(a, b, 8)
    }
}

/// One permutation hashing (Li, Owen, Zhang 2012) with optimal densification (Shrivastava 2017): an empty slot takes the value of a full one that
/// it draws by its number.
struct OnePermutation(u64);

impl Sketch for OnePermutation {
    type Kept = [u8; SLOTS];
    const NAME: &'static str = "one permutation, densified, 128 x 8 bits";
    const BYTES: usize = SLOTS;

    fn new(seed: u64) -> Self {
        Self(splitmix(seed) | 1)
    }

    #[inline(always)]
    fn sketch(&self, shingles: &[u64]) -> Self::Kept {
        let mut least = [u32::MAX; SLOTS];
        for &shingle in shingles {
            let mixed = shingle.wrapping_mul(self.0);
            let slot = &mut least[(mixed >> 57) as usize];
            *slot = (*slot).min((mixed >> 24) as u32);
        }
        let mut filled = least;
        for (slot, value) in filled.iter_mut().enumerate() {
            let mut attempt = 0;
            while *value == u32::MAX && attempt < 10_000 {
                attempt += 1;
                *value = least[(splitmix((slot as u64) << 32 | attempt) >> 57) as usize];
            }
        }
        filled.map(|value| (value.wrapping_mul(0x9e37_79b1) >> 24) as u8)
    }

    fn similarity(a: &Self::Kept, b: &Self::Kept) -> f64 {
        agreement(a, b, 8)
    }
}

/// Sketches a set with the widest registers of the machine.
fn widest<S: Sketch>(sketches: &S, shingles: &[u64]) -> S::Kept {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi1,bmi2,lzcnt,popcnt")]
        fn avx512<S: Sketch>(sketches: &S, shingles: &[u64]) -> S::Kept {
            sketches.sketch(shingles)
        }
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
        fn avx2<S: Sketch>(sketches: &S, shingles: &[u64]) -> S::Kept {
            sketches.sketch(shingles)
        }
        match Level::best() {
            // SAFETY: the best level is one whose features the machine has.
            Level::Avx512 => return unsafe { avx512(sketches, shingles) },
            // SAFETY: as above.
            Level::Avx2 => return unsafe { avx2(sketches, shingles) },
            Level::Scalar | Level::Neon => {}
        }
    }
    sketches.sketch(shingles)
}

/// Pairs timed together. The least of all batches counts: what disturbs the machine only adds.
const BATCH: u64 = 20;

/// Mean squared error over `J (1 - J) / 128`, which is that of 128 independent functions, and nanoseconds a text.
fn measure<S: Sketch>(size: u64) -> (f64, f64) {
    let (mut errors, mut least) = (0.0, f64::INFINITY);
    for percent in SIMILARITIES {
        let common = 2 * size * percent / (100 + percent);
        let exact = common as f64 / (2 * size - common) as f64;
        let mut squares = 0.0;
        for batch in 0..PAIRS / BATCH {
            // Functions of their own for each batch: the error is one over functions as over sets.
            let sketches = S::new(batch * 7919 + percent);
            let sets: Vec<(Vec<u64>, Vec<u64>)> = (0..BATCH)
                .map(|pair| {
                    let element = |at: u64| splitmix(batch << 48 ^ pair << 40 ^ percent << 32 ^ at);
                    (
                        (0..size).map(element).collect(),
                        (size - common..2 * size - common).map(element).collect(),
                    )
                })
                .collect();
            let mut kept = Vec::with_capacity(sets.len());
            let start = Instant::now();
            for (a, b) in &sets {
                kept.push((
                    widest(&sketches, black_box(a)),
                    widest(&sketches, black_box(b)),
                ));
            }
            least = least.min(start.elapsed().as_secs_f64() / (2 * BATCH) as f64);
            for (x, y) in &kept {
                squares += (S::similarity(x, y) - exact).powi(2);
            }
        }
        errors += squares / PAIRS as f64 / (exact * (1.0 - exact) / 128.0);
    }
    (errors / SIMILARITIES.len() as f64, least * 1e9)
}

fn row<S: Sketch>() -> String {
    let cells: Vec<String> = SIZES
        .iter()
        .map(|&size| {
            let (error, time) = measure::<S>(size);
            format!("{error:.2} / {time:.0}")
        })
        .collect();
    format!("| {} | {} | {} |", S::NAME, S::BYTES, cells.join(" | "))
}

fn main() {
    let sizes: Vec<String> = SIZES
        .iter()
        .map(|size| format!("{size} shingles"))
        .collect();
    println!("| sketch | bytes | {} |", sizes.join(" | "));
    println!("|---|---:|{}", "---:|".repeat(SIZES.len()));
    println!("{}", row::<FastSimilarity>());
    println!("{}", row::<MinHash32>());
    println!("{}", row::<MinHash16>());
    println!("{}", row::<OnePermutation>());
}
