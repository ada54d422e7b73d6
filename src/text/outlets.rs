//! Which outlet a document belongs to, in a form that compares.

use super::fold::fold;
use crate::model::Document;

/// The outlet's name, folded; else the host of the document's address. `None` when neither is there.
pub fn outlet(document: &Document) -> Option<String> {
    if let Some(outlet) = document.outlet.as_deref().filter(|o| !o.trim().is_empty()) {
        return Some(fold(outlet.trim()));
    }
    let url = document.url.as_deref()?;
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next()?.to_lowercase();
    let host = host.trim_start_matches("www.").trim_start_matches("m.");
    (host.contains('.')).then(|| host.to_owned())
}
