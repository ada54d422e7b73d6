//! Two texts -> a number, one file per measure.

pub mod likely;
pub mod names;
pub mod remembered;
pub mod said;
pub mod sequence;
pub mod words;
