//! Plain text: one article a file, with an optional block of `key: value` lines on top.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use serde::Serialize;

use super::{Format, Layout, Raw, file_origin, jsonl};
use crate::model::Problem;

pub(super) const FORMAT: Format = Format {
    name: "plain text",
    extensions: &["txt", "text"],
    looks_like: |_| true,
    layout: Layout::Convert(convert),
};

/// The article as the record it is turned into.
#[derive(Serialize)]
struct Article<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<&'a str>,
    text: &'a str,
}

fn convert(raw: &Raw<'_>, out: &mut Vec<u8>, problems: &mut Vec<Problem>) {
    let mut tell = |message: String, lost| {
        problems.push(Problem {
            origin: file_origin(raw.path),
            message,
            lost,
        })
    };
    if raw.bytes.len() > raw.options.max_record_bytes {
        return tell(jsonl::too_long(raw.bytes.len(), raw.options), true);
    }
    let controls = raw
        .bytes
        .iter()
        .take(8192)
        .filter(|&&byte| byte < 9)
        .count();
    let utf16 = raw.bytes.starts_with(b"\xff\xfe") || raw.bytes.starts_with(b"\xfe\xff");
    if controls * 10 > raw.bytes.len().min(8192) && !utf16 {
        return tell(
            "holds binary data, not text; leave it out or turn it into text first".to_owned(),
            true,
        );
    }
    let text = match std::str::from_utf8(raw.bytes) {
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => {
            let (text, encoding) = decode(raw.bytes);
            tell(format!("not UTF-8; read as {encoding}"), false);
            text.into()
        }
    };
    let mut text = std::borrow::Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(&text));
    if text.contains('\0') {
        tell(nul_replaced(text.matches('\0').count()), false);
        text = text.replace('\0', " ").into();
    }
    if text.contains('\r') && !text.contains('\n') {
        // Lines that end as on an old Macintosh.
        text = text.replace('\r', "\n").into();
    }
    let (header, body) = header(&text);
    if body.trim().is_empty() {
        return tell("the article is empty; nothing to compare".to_owned(), true);
    }
    let [title, outlet, url, published_at] = header;
    let article = Article {
        id: raw.path,
        title,
        outlet,
        url,
        published_at,
        text: body,
    };
    serde_json::to_writer(&mut *out, &article)
        .expect("strings can always be written as JSON to memory");
    out.push(b'\n');
}

/// Title, outlet, url and time of publication of a header block, and the text after it. The leading lines up to the
/// first blank one are a header only when every one of them is `key: value` and at least one key is known.
fn header(text: &str) -> ([Option<&str>; 4], &str) {
    const KNOWN: [&str; 4] = ["title", "outlet", "url", "published_at"];
    let mut found = [None; 4];
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if line.trim().is_empty() {
            return if found.iter().any(Option::is_some) {
                (found, after)
            } else {
                ([None; 4], text)
            };
        }
        let Some((key, value)) = line.split_once(':') else {
            return ([None; 4], text);
        };
        let key = key.trim();
        let is_key = !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if !is_key {
            return ([None; 4], text);
        }
        if let Some(at) = KNOWN
            .iter()
            .position(|known| key.eq_ignore_ascii_case(known))
        {
            found[at] = Some(value.trim());
        }
        rest = after;
    }
}

/// What is said of NUL characters, of which there are `count`.
pub(super) fn nul_replaced(count: usize) -> String {
    match count {
        1 => "a NUL character was replaced by a space".to_owned(),
        _ => format!("{count} NUL characters were replaced by spaces"),
    }
}

/// `bytes` as text, and the name of the encoding that was assumed: what the byte order mark says, or the likeliest.
pub(super) fn decode(bytes: &[u8]) -> (String, &'static str) {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
            detector.feed(bytes, true);
            detector.guess(None, Utf8Detection::Deny)
        }
    };
    let (text, encoding, _) = encoding.decode(bytes);
    (text.into_owned(), encoding.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_taken_only_when_it_is_one() {
        let (found, body) =
            header("title: Quake\noutlet: Ararat Post\nsection: world\n\nTwo people\n\ndied.");
        assert_eq!(
            (found[0], found[1], body),
            (Some("Quake"), Some("Ararat Post"), "Two people\n\ndied.")
        );
        for text in [
            "Warning: rain\n\nIt rained.",
            "title: x\nnot a header line\n\ny",
            "London: a city\n\nbody",
            "One line",
        ] {
            assert_eq!(header(text), ([None; 4], text));
        }
    }
}
