//! Archives made by this program, as input: every article a record.

use std::path::Path;

use serde::Serialize;

use super::records::{Records, Stop};
use crate::archive::Archive;

/// Whether `path` is the folder of an archive.
pub(super) fn is_archive(path: &Path) -> bool {
    path.is_dir() && Archive::is_archive(path)
}

/// An article as a record has it.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<&'a str>,
}

/// Writes the articles of an archive as records. What is damaged is a problem, and the rest is read.
pub(super) fn convert(path: &Path, records: &mut Records<'_>) -> Result<(), Stop> {
    let snapshot = match Archive::open(path).and_then(|archive| archive.snapshot()) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            records.say(error.to_string(), true);
            return Ok(());
        }
    };
    for found in snapshot.iter() {
        let (_, document) = found?;
        let record = Record {
            id: &document.id,
            text: &document.text,
            title: document.title.as_deref(),
            outlet: document.outlet.as_deref(),
            url: document.url.as_deref(),
            published_at: document.published_at.as_deref(),
            byline: document.byline.as_deref(),
            modified_at: document.modified_at.as_deref(),
            language: document.language.as_deref(),
            credit: document.credit.as_deref(),
        };
        let record = serde_json::to_vec(&record).expect("strings can be written as JSON");
        records.put(&record)?;
    }
    for damaged in snapshot.damaged() {
        records.say(damaged, true);
    }
    Ok(())
}
