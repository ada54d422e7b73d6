//! Cluster -> provenance: where the text comes from, and whether credit was given.

mod agencies;
mod credit;
mod known;
mod origin;

pub use agencies::Agencies;
pub use credit::{agency_of_dateline, credit, promote};
pub use known::known_agencies;
pub use origin::{Choice, Standing, choose_source};
