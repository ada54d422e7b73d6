//! HTML pages: the article in a page, and what the page says of it.

mod body;
mod charset;
mod dates;
mod furniture;
mod metadata;
mod tree;

use serde::Serialize;

use super::{Format, Layout, Raw, file_origin, jsonl};
use crate::model::Problem;
use tree::Tree;

pub(super) const FORMAT: Format = Format {
    name: "HTML",
    extensions: &["html", "htm", "xhtml"],
    looks_like,
    layout: Layout::Convert(convert),
};

/// What is known of a page besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About<'a> {
    /// The address it was fetched from.
    pub(crate) address: Option<&'a str>,
    /// The encoding that it was sent as: `charset` of the `Content-Type`.
    pub(crate) charset: Option<&'a str>,
    /// When it was fetched, as the archive says.
    pub(crate) fetched: Option<&'a str>,
}

/// The article in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Article {
    /// The headline.
    pub(crate) title: Option<String>,
    /// Paragraphs, with a blank line between. Never blank.
    pub(crate) text: String,
    /// Who wrote it: names, with a comma between.
    pub(crate) byline: Option<String>,
    /// The site's name.
    pub(crate) outlet: Option<String>,
    /// The address that the page gives as its own; the one it was fetched from where it gives none.
    pub(crate) url: Option<String>,
    /// RFC 3339 with the offset that the page gives; without offset or time where it gives none.
    pub(crate) published_at: Option<String>,
    /// Likewise; `None` where it is the time of publication.
    pub(crate) modified_at: Option<String>,
    /// As the page says: "en", "pt-BR".
    pub(crate) language: Option<String>,
    /// The agency that the page's metadata or a source line names, as written there.
    pub(crate) credit: Option<String>,
    /// The encoding that the bytes were read as.
    pub(crate) encoding: &'static str,
    /// What had to be assumed, in words.
    pub(crate) problems: Vec<String>,
}

/// The article in the page `bytes`; `None` when there is none.
pub(crate) fn article(bytes: &[u8], about: &About<'_>) -> Option<Article> {
    let decoded = charset::decode(bytes, about.charset);
    let tree = Tree::parse(&decoded.text)?;
    let said = metadata::collect(&tree);
    let body = body::find(&tree);
    let mut text = body.paragraphs.join("\n\n");
    if text.is_empty() {
        text = said.article_body.clone().unwrap_or_default();
    }
    if text.trim().is_empty() {
        return None;
    }
    Some(Article {
        title: body.headline.or(said.title).or(said.window_title),
        text: text.replace('\0', " "),
        byline: said.byline,
        outlet: said.outlet,
        url: said.url.or_else(|| about.address.map(str::to_owned)),
        modified_at: said
            .modified_at
            .filter(|date| said.published_at.as_ref() != Some(date)),
        published_at: said.published_at.filter(|date| !after(date, about.fetched)),
        language: said.language,
        credit: said.credit,
        encoding: decoded.encoding,
        problems: decoded.problems,
    })
}

/// Whether `date` is later than the day after a page was fetched, so that it cannot be when it was published.
fn after(date: &str, fetched: Option<&str>) -> bool {
    const DAY: i64 = 24 * 60 * 60;
    match (super::seconds(date), fetched.and_then(super::seconds)) {
        (Some(date), Some(fetched)) => date > fetched + DAY,
        _ => false,
    }
}

/// Whether bytes begin as a page does: with a document type or an element of a page's skeleton, comments and
/// an XML declaration skipped.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    let mut rest = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    loop {
        let after = if rest.starts_with(b"<!--") {
            memchr::memmem::find(rest, b"-->").map(|end| end + 3)
        } else if rest.starts_with(b"<?xml") {
            memchr::memmem::find(rest, b"?>").map(|end| end + 2)
        } else {
            break;
        };
        match after {
            Some(end) => rest = rest[end..].trim_ascii_start(),
            // A comment longer than what is looked at; a page may still follow.
            None => return rest.starts_with(b"<!--"),
        }
    }
    let begins = |tag: &[u8]| {
        rest.len() > tag.len()
            && rest[..tag.len()].eq_ignore_ascii_case(tag)
            && !rest[tag.len()].is_ascii_alphanumeric()
    };
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
        .into_iter()
        .any(begins)
}

/// The article as the record it is turned into.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<&'a str>,
    text: &'a str,
}

impl Article {
    /// As a JSON record named `id`, with the line's end.
    pub(crate) fn write_record(&self, id: &str, out: &mut Vec<u8>) {
        let record = Record {
            id,
            title: self.title.as_deref(),
            outlet: self.outlet.as_deref(),
            byline: self.byline.as_deref(),
            url: self.url.as_deref(),
            published_at: self.published_at.as_deref(),
            modified_at: self.modified_at.as_deref(),
            language: self.language.as_deref(),
            credit: self.credit.as_deref(),
            text: &self.text,
        };
        serde_json::to_writer(&mut *out, &record)
            .expect("strings can always be written as JSON to memory");
        out.push(b'\n');
    }
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
    match article(raw.bytes, &About::default()) {
        Some(article) => {
            for message in &article.problems {
                tell(message.clone(), false);
            }
            article.write_record(raw.path, out);
        }
        None => tell(
            "no article was found in the page; nothing to compare".to_owned(),
            true,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_by_how_they_begin() {
        for page in [
            "<!DOCTYPE html><html>",
            "\u{feff}\r\n <!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
            "<!-- made by a program --><!-- twice -->\n<html lang=en>",
            "<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">",
            "<head><title>",
        ] {
            assert!(looks_like(page.as_bytes()), "{page}");
        }
        for other in [
            "",
            "<",
            "<p>word",
            "{\"html\": 1}",
            "<htmlish>",
            "Two people <html>",
            "<?xml?><rss>",
        ] {
            assert!(!looks_like(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_plain_page_gives_its_article() {
        let page = "<html lang=en><head><title>Quake - Ararat Post</title>\
            <link rel=canonical href=https://ararat.example/quake>\
            <meta property=article:published_time content=2026-03-03T14:05:00+04:00></head>\
            <body><nav><a href=/>Home</a></nav><h1>Quake shakes valley</h1>\
            <p>Two people died when an earthquake struck the valley on Tuesday, officials said, and many fled.\
            <p>Roads were closed for hours while crews searched the villages for people under the rubble.\
            <footer>Copyright</footer>";
        let found = article(page.as_bytes(), &About::default()).expect("there is an article");
        assert_eq!(found.title.as_deref(), Some("Quake shakes valley"));
        assert_eq!(found.text.split("\n\n").count(), 2);
        assert!(found.text.ends_with("under the rubble."), "{}", found.text);
        assert_eq!(
            found.published_at.as_deref(),
            Some("2026-03-03T14:05:00+04:00")
        );
        assert_eq!(found.url.as_deref(), Some("https://ararat.example/quake"));
        assert_eq!(found.language.as_deref(), Some("en"));
    }
}
