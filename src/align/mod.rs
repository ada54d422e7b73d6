//! Which sentence answers which, and which word which.

pub mod chunks;
pub mod sentences;
pub mod words;
