//! Tools on plain text that every stage may use: tokens, folding, languages, sentences, quotations, quantities, dates.

pub mod calendar;
pub mod fold;
pub mod language;
pub mod outlets;
pub mod quantities;
pub mod quotes;
pub mod sentences;
pub mod shingles;
pub mod sounds;
pub mod tokens;
pub mod words;
