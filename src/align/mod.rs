//! Which sentence answers which, and which word which.

pub mod chunks;
mod folding;
mod likenesses;
mod meaning;
mod nearness;
pub mod sentences;
pub mod words;
