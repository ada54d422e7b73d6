//! One file per command: its arguments, and what it does with them.

pub(crate) mod archive;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod dedup;
pub(crate) mod eval;
pub(crate) mod man;
pub(crate) mod serve;
pub(crate) mod trace;
