//! Two texts -> a number, one file per measure.

pub mod names;
mod nations;
pub mod remembered;
pub mod sequence;
pub mod words;
