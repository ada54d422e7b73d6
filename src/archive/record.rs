//! A document as bytes, and back.

use xxhash_rust::xxh3::xxh3_64;

use super::pages::{push_varint, take_varint};
use crate::model::{Document, Origin};

/// Appends a document. The place it was read from comes last, so that what comes before says whether two records are the same.
pub(super) fn encode(document: &Document, out: &mut Vec<u8>) {
    put(out, Some(&document.id));
    let content = content_fields(document);
    for field in content {
        put(out, field);
    }
    // Zigzag: dates before 1970 stay short too.
    let seconds = document.published_seconds.map(|seconds| {
        let folded = (seconds << 1) ^ (seconds >> 63);
        u64::from_le_bytes(folded.to_le_bytes())
    });
    put_number(out, seconds);
    put(out, Some(&document.text));
    put(out, Some(&document.origin.path));
    put_number(out, document.origin.line);
}

fn content_fields(document: &Document) -> [Option<&String>; 8] {
    [
        document.title.as_ref(),
        document.outlet.as_ref(),
        document.url.as_ref(),
        document.published_at.as_ref(),
        document.byline.as_ref(),
        document.modified_at.as_ref(),
        document.language.as_ref(),
        document.credit.as_ref(),
    ]
}

/// A hash of all that a document says; its id and the place it was read from left out.
pub(super) fn content(document: &Document) -> u64 {
    let mut fields = Vec::with_capacity(256);
    for field in content_fields(document) {
        put(&mut fields, field);
    }
    fields.extend_from_slice(&xxh3_64(document.text.as_bytes()).to_le_bytes());
    xxh3_64(&fields)
}

/// The document that [`encode`] wrote; `None` when the bytes are none.
pub(super) fn decode(mut bytes: &[u8]) -> Option<Document> {
    let bytes = &mut bytes;
    let id = take(bytes)??;
    let title = take(bytes)?;
    let outlet = take(bytes)?;
    let url = take(bytes)?;
    let published_at = take(bytes)?;
    let byline = take(bytes)?;
    let modified_at = take(bytes)?;
    let language = take(bytes)?;
    let credit = take(bytes)?;
    let published_seconds = take_number(bytes)?.map(|folded| {
        let folded = i64::from_le_bytes(folded.to_le_bytes());
        ((folded >> 1) & i64::MAX) ^ -(folded & 1)
    });
    let text = take(bytes)??;
    let path = take(bytes)??;
    let line = take_number(bytes)?;
    Some(Document {
        id,
        text,
        title,
        outlet,
        url,
        published_at,
        published_seconds,
        byline,
        modified_at,
        language,
        credit,
        origin: Origin { path, line },
    })
}

/// A string's length and one, then its bytes; nothing is zero.
fn put(out: &mut Vec<u8>, field: Option<&String>) {
    match field {
        None => out.push(0),
        Some(field) => {
            push_varint(out, field.len() as u64 + 1);
            out.extend_from_slice(field.as_bytes());
        }
    }
}

fn put_number(out: &mut Vec<u8>, number: Option<u64>) {
    match number {
        None => out.push(0),
        Some(number) => {
            out.push(1);
            push_varint(out, number);
        }
    }
}

fn take(bytes: &mut &[u8]) -> Option<Option<String>> {
    match take_varint(bytes)? {
        0 => Some(None),
        length => {
            let length = usize::try_from(length - 1).ok()?;
            let (field, rest) = bytes.split_at_checked(length)?;
            *bytes = rest;
            Some(Some(std::str::from_utf8(field).ok()?.to_owned()))
        }
    }
}

fn take_number(bytes: &mut &[u8]) -> Option<Option<u64>> {
    let (&there, rest) = bytes.split_first()?;
    *bytes = rest;
    match there {
        0 => Some(None),
        _ => take_varint(bytes).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_back_as_it_was() {
        for seconds in [None, Some(0), Some(-1), Some(i64::MIN), Some(i64::MAX)] {
            let document = Document {
                id: "a".to_owned(),
                text: "Größe and text".to_owned(),
                title: Some(String::new()),
                outlet: None,
                url: Some("https://x.example".to_owned()),
                published_seconds: seconds,
                origin: Origin {
                    path: "x.jsonl".to_owned(),
                    line: Some(7),
                },
                ..Document::default()
            };
            let mut bytes = Vec::new();
            encode(&document, &mut bytes);
            let back = decode(&bytes).expect("it is whole");
            assert_eq!(format!("{back:?}"), format!("{document:?}"));
            for cut in 0..bytes.len() {
                assert!(decode(&bytes[..cut]).is_none());
            }
        }
    }
}
