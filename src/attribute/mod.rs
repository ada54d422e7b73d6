//! Cluster -> provenance: where the text comes from, who copied whom, and whether credit was given.

mod agencies;
mod arborescence;
mod corrections;
mod credit;
mod descent;
mod kinship;
mod known;
mod ledger;
mod origin;
mod provenance;

pub use agencies::Agencies;
pub use credit::{agency_of_dateline, credit, promote};
pub use descent::Circle;
pub use kinship::{Kinship, Member, OF_A_PAIR, OF_OUTSIDE, Traits};
pub use known::known_agencies;
pub use origin::{Choice, Standing, choose_source};
pub use provenance::Provenance;
