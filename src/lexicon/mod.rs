//! What words mean, without a download: vectors, word forms, synonyms, antonyms, function words, spelling.
//!
//! The data lies in `lexicon/` beside `src/`, with its licences and the script that makes it, and is compiled in. It is
//! read once, on first use, in a few milliseconds.

mod function_words;
mod nations;
mod relations;
mod spelling;
mod tables;
mod vectors;

use std::sync::LazyLock;

pub use function_words::{is_auxiliary, is_function_word, is_negation, is_reporting_verb};
pub use nations::Nation;
pub use relations::{Kinship, Polar, Ranks, Relations};
pub use spelling::Spelling;
pub use vectors::{DIMENSIONS, Many, Products, Vector, Vectors};

/// Everything known of words.
#[derive(Debug)]
pub struct Lexicon {
    /// Static word vectors.
    pub vectors: Vectors,
    /// Word forms, senses and opposites.
    pub relations: Relations,
    /// How words of other languages are spelt.
    pub spelling: Spelling,
}

/// The lexicon, read on first use.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon {
        vectors: Vectors::embedded(),
        relations: Relations::embedded(),
        spelling: Spelling::embedded(),
    });
    &LEXICON
}
