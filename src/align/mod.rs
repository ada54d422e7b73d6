//! Which sentence answers which, and which word which.
//!
//! - [`sentences`]: 1:1, 1:n, n:1 or none, in any order; `table` remembers how alike sentences are, `assignment` matches one to one, `folding`
//!   says which sentence tells a second one too
//! - [`words`]: which word answers which; `likenesses` and `nearness` compare words, `meaning` what several mean together
//! - [`chunks`]: what no word answers

mod assignment;
pub mod chunks;
mod folding;
mod likenesses;
mod meaning;
mod nearness;
pub mod sentences;
mod table;
pub mod words;
