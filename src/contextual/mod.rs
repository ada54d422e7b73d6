//! A contextual encoder from a local folder: it reads a passage and its copy at once and says, word piece by word piece, how likely each belongs to a change
//! of meaning.
//!
//! The first layers of a BERT-like sentence encoder (Devlin et al. 2019; Wang et al. 2020, MiniLM) read source and copy each by itself; a small
//! network over both, made by `training/tagger`, compares them. Weights have 8 bits. Products of bytes are exact and all other sums have one order, so that every machine gives the same numbers.

mod pieces;
mod tagger;
mod weights;

pub use tagger::{Marked, Reading, Tagger};
pub use weights::{Calibration, Calibrations};
