//! wirecopy finds the same news story in many places and says what each outlet did to it.
//!
//! # The pipeline in one picture
//!
//! ```text
//! bytes   --read-->      Document     one published article: text as printed, plus what is known of it
//!         --segment-->   Segmented    its paragraphs and sentences, furniture marked
//!         --sign-->      Signature    a fixed-width sketch of its shingles
//!         --pair-->      Candidate    two documents worth comparing
//!         --verify-->    Match        a candidate that was measured: Jaccard, containment both ways
//!         --cluster-->   Cluster      all printings of one dispatch, held together by verified matches
//!         --align-->     Link         which sentence answers which (1:1, 1:n, n:1, none)
//!         --judge-->     Drift        what was done to the words, and every change of meaning
//!         --attribute--> Version      the source of the cluster, credit given or not
//!                        Report       all of the above, ready to
//!         --render-->    bytes        terminal, JSON, HTML
//! ```
//!
//! [`eval`] measures the whole against a labelled collection.
//!
//! Verbs are stages, nouns ([`model`]) pass between them. A stage imports nouns and tools
//! (`text`, `lexicon`, `similarity`, `simd`), never another stage; [`pipeline`] puts them in order.

pub mod align;
pub mod article;
pub mod attribute;
pub mod cluster;
pub mod dedup;
pub mod error;
pub mod eval;
pub mod judge;
pub mod lexicon;
pub mod model;
pub mod observer;
pub mod options;
pub mod pair;
pub mod passages;
pub mod pipeline;
pub mod read;
pub mod render;
pub mod segment;
pub mod sign;
pub mod similarity;
pub mod stories;
pub mod text;
mod union_find;
pub mod verify;
pub mod versions;
pub mod words;

#[expect(unsafe_code, reason = "vector kernels; every other module is safe")]
pub mod simd;

pub use error::{Error, Result};
