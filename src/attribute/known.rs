//! The agencies that the documents of a story name themselves.

use std::collections::BTreeMap;

use super::{Agencies, agency_of_dateline};
use crate::model::{Document, Segmented};

/// The listed agencies, and those that these documents name in their datelines ("(Halden Wire) -"), with the initials of an outlet that
/// a dateline abbreviates.
pub fn known_agencies(
    base: &Agencies,
    documents: &[&Document],
    segmented: &[&Segmented],
) -> Agencies {
    let mut more: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (document, parts) in documents.iter().zip(segmented) {
        for sentence in parts.sentences.iter().filter(|s| s.dateline > 0) {
            let printed = sentence.span.of(&document.text);
            let Some(named) = agency_of_dateline(&printed[..sentence.dateline as usize]) else {
                continue;
            };
            if base.name_of(named).is_some() {
                continue;
            }
            let initials = |outlet: &str| -> String {
                outlet
                    .split_whitespace()
                    .filter_map(|w| w.chars().next())
                    .filter(|c| c.is_uppercase())
                    .collect()
            };
            let outlet = documents
                .iter()
                .filter_map(|d| d.outlet.as_deref())
                .find(|o| *o == named || initials(o) == named);
            more.entry(outlet.unwrap_or(named).to_owned())
                .or_default()
                .push(named.to_owned());
        }
    }
    base.with(&more.into_iter().collect::<Vec<_>>())
}
