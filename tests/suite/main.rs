//! Everything that is not a unit test, in one program.

mod dedup;
mod read;
