//! Bytes that a run must keep and that have no file of their own: intermediate results, decompressed input.
//!
//! Memory first, then a file. A file without a name vanishes however the run ends; on a shelf that is kept, files have names, so that
//! a later run can go on where this one ended.

mod lanes;
mod map;
mod parts;
mod shelf;
mod spool;

pub(crate) use lanes::{Filled, Lanes, Stretch};
pub(crate) use map::{Bytes, map};
pub(crate) use parts::{Parts, words};
pub(crate) use shelf::Shelf;
pub(crate) use spool::Spool;
