//! Bytes to documents: the smallest reader that serves the program until the real one takes its place.

use crate::error::{Error, Result};
use crate::model::{Document, Origin, Problem};
use crate::observer::Observer;

/// Which fields of a record mean what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "replaced at the merge")]
pub struct FieldNames {
    pub id: String,
    pub text: String,
    pub title: String,
    pub outlet: String,
    pub url: String,
    pub published_at: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        let name = str::to_owned;
        Self { id: name("id"), text: name("text"), title: name("title"), outlet: name("outlet"), url: name("url"), published_at: name("published_at") }
    }
}

/// How inputs are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Names of the fields in JSONL records.
    pub fields: FieldNames,
    /// Longest record.
    pub max_record_bytes: usize,
}

/// Articles in memory, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Sorted by id.
    pub documents: Vec<Document>,
    /// Sorted by origin.
    pub problems: Vec<Problem>,
}

/// Reads every file as JSONL when its name says so, else as one article.
pub fn documents(inputs: &[String], options: &ReadOptions, _: &dyn Observer) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    for input in inputs {
        let origin = Origin { path: input.clone(), line: None };
        let text = match std::fs::read_to_string(input) {
            Ok(text) => text,
            Err(error) => {
                loaded.problems.push(Problem { origin, message: error.to_string(), lost: true });
                continue;
            }
        };
        if !input.ends_with(".jsonl") {
            loaded.documents.push(Document { id: input.clone(), text, origin, ..Document::default() });
            continue;
        }
        for (number, line) in (1..).zip(text.lines()) {
            let origin = Origin { path: input.clone(), line: Some(number) };
            match serde_json::from_str::<serde_json::Value>(line) {
                Ok(record) => {
                    let field = |name: &str| record.get(name).and_then(|v| v.as_str()).map(str::to_owned);
                    let Some(text) = field(&options.fields.text) else {
                        loaded.problems.push(Problem { origin, message: "no text".into(), lost: true });
                        continue;
                    };
                    let id = field(&options.fields.id).unwrap_or_default();
                    loaded.documents.push(Document { id, text, origin, outlet: field(&options.fields.outlet), ..Document::default() });
                }
                Err(error) => loaded.problems.push(Problem { origin, message: error.to_string(), lost: true }),
            }
        }
    }
    if loaded.documents.is_empty() {
        let hint = loaded.problems.first().map_or("give a file".into(), ToString::to_string);
        return Err(Error::NoInput { inputs: inputs.join(", "), hint });
    }
    Ok(loaded)
}
