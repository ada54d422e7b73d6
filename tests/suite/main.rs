//! Everything that is not a unit test, in one program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod archive;
mod commands;
mod contextual;
mod corpus;
mod dedup;
mod fixture;
mod groups;
mod pages;
mod provenance;
mod read;
mod render;
mod seeds;
mod segments;
mod serve;
mod structure;
