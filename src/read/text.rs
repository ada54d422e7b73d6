//! Plain text: one article a file, with an optional block of `key: value` lines on top.

use std::borrow::Cow;

use super::decode::Decoder;
use super::json::Object;
use super::{Format, Layout, Raw, file_origin};
use crate::model::Problem;

pub(super) const FORMAT: Format = Format {
    extensions: &["txt", "text"],
    looks_like: |_| true,
    layout: Layout::Whole(convert),
};

fn convert(raw: &Raw<'_>, problems: &mut Vec<Problem>) -> Option<Vec<u8>> {
    let mut tell = |message: String, lost| {
        problems.push(Problem {
            origin: file_origin(raw.path),
            message,
            lost,
        });
    };
    let front = &raw.bytes[..raw.bytes.len().min(8192)];
    let controls = front.iter().filter(|&&byte| byte < 9).count();
    if controls * 10 > front.len() {
        tell(
            "holds binary data, not text; leave it out or turn it into text first".to_owned(),
            true,
        );
        return None;
    }
    let (text, encoding) = Decoder::new().text(raw.bytes);
    if let Some(encoding) = encoding {
        tell(format!("not UTF-8; read as {encoding}"), false);
    }
    let mut text = Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(&text));
    if text.contains('\0') {
        tell(nul_replaced(text.matches('\0').count()), false);
        text = text.replace('\0', " ").into();
    }
    if text.contains('\r') && !text.contains('\n') {
        // Lines that end as on an old Macintosh.
        text = text.replace('\r', "\n").into();
    }
    let ([title, outlet, url, published_at], body) = header(&text);
    if body.trim().is_empty() {
        tell("the article is empty; nothing to compare".to_owned(), true);
        return None;
    }
    let mut record = Object::new();
    record.string("id", Some(raw.path));
    record.string("title", title);
    record.string("outlet", outlet);
    record.string("url", url);
    record.string("published_at", published_at);
    record.string("text", Some(body));
    Some(record.finish())
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
