//! HTML pages: the article in a page, and what the page says of it.

mod address;
mod body;
mod charset;
mod dates;
mod furniture;
mod metadata;
mod printed;
mod state;
mod tree;

use serde::Serialize;

use super::{Format, Layout, Raw, file_origin};
use crate::model::Problem;
use printed::Printed;
use tree::Tree;

pub(super) const FORMAT: Format = Format {
    extensions: &["html", "htm", "xhtml"],
    looks_like,
    layout: Layout::Whole(convert),
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

/// The longest headline, name or label that is read, in bytes, more or less.
const LINE: usize = 1000;

/// Words that the text on a page must have for the page's other places not to be looked at: a stub has fewer.
const STUB: usize = 60;

/// The article in the page `bytes`; `None` when there is none.
pub(crate) fn article(bytes: &[u8], about: &About<'_>) -> Option<Article> {
    let decoded = charset::decode(bytes, about.charset);
    let tree = Tree::parse(&decoded.text)?;
    let said = metadata::collect(&tree);
    let window = said.window_title.as_deref();
    let headline = printed::headline(&tree, said.title.as_deref(), window, said.outlet.as_deref());
    let body = body::find(&tree, headline);
    let shown = body.scope.zip(body.root);
    let mut printed = shown.map_or_else(Printed::default, |(scope, root)| {
        printed::collect(&tree, headline, scope, root)
    });
    let mut paragraphs = body.paragraphs;
    // Old pages set headline, date and name in the same cell as the text.
    let notes = paragraphs
        .iter()
        .take(3)
        .take_while(|line| printed::is_about(line))
        .count();
    if notes < paragraphs.len() {
        paragraphs.drain(..notes);
    }
    let paragraphs = fuller(&tree, paragraphs, said.article_body.as_deref());
    let text = paragraphs.join("\n\n").replace('\0', " ");
    if text.trim().is_empty() {
        return None;
    }

    let headline = headline
        .map(|at| tree.text_of(at, LINE))
        .filter(|text| !text.is_empty());
    let title = headline
        .or_else(|| said.title.clone())
        .or_else(|| said.window_title.clone());
    let url = address::own(
        said.url.as_deref(),
        said.shared_url.as_deref(),
        about.address,
    );
    let outlet = said
        .outlet
        .or_else(|| site_in(window?, title.as_deref()?))
        .or_else(|| url.as_deref().and_then(address::host).map(str::to_owned));
    // A page that calls its own outlet the author says less than the name it prints.
    let own = |name: &String| {
        outlet
            .as_ref()
            .is_some_and(|outlet| name.eq_ignore_ascii_case(outlet))
    };
    let credited = said
        .byline
        .clone()
        .filter(|name| said.by_organisation && !own(name));
    let byline = match said.byline {
        Some(name) if own(&name) => printed.byline.take().or(Some(name)),
        Some(name) => Some(name),
        None => printed.byline.take(),
    };
    let published_at =
        finer(said.published_at, printed.published_at).filter(|date| !after(date, about.fetched));
    let modified_at = finer(said.modified_at, printed.modified_at)
        .filter(|date| !after(date, about.fetched))
        .filter(|date| {
            let published = published_at.as_deref().and_then(super::seconds);
            published.is_none() || super::seconds(date) != published
        });
    Some(Article {
        title: title.map(|title| without_site(&title, outlet.as_deref())),
        text,
        byline,
        outlet,
        url,
        published_at,
        modified_at,
        language: said.language,
        credit: said.credit.or(printed.credit).or(credited),
        encoding: decoded.encoding,
        problems: decoded.problems,
    })
}

/// The paragraphs on the page, or those of its machine-readable places where the page shows less than they hold: the
/// rest stands behind a paywall, or is drawn by a program.
fn fuller(tree: &Tree, shown: Vec<String>, article_body: Option<&str>) -> Vec<String> {
    let count = |paragraphs: &[String]| -> usize {
        // Scripts without spaces count by characters, some two to a word.
        let wide = |text: &str| text.chars().filter(|c| *c >= '\u{2e80}').count() / 2;
        paragraphs
            .iter()
            .map(|text| text.split_whitespace().count() + wide(text))
            .sum()
    };
    let words = count(&shown);
    if let Some(held) = article_body.map(body::of_fragment) {
        let held_words = count(&held);
        let all: String = held.join(" ");
        let opening = |text: &String| {
            let end = text.char_indices().nth(40).map_or(text.len(), |(at, _)| at);
            all.contains(&text[..end])
        };
        let same = shown.iter().take(4).any(opening);
        if held_words > words
            && (words < STUB || same && held_words * 10 > words * 11 || held_words > 3 * words)
            || same
                && held_words >= 2 * STUB
                && held_words * 10 > words * 7
                && is_offer(&shown, &all)
        {
            return held;
        }
    }
    if words >= STUB {
        return shown;
    }
    let scripts = (0..tree.len())
        .filter(|&at| tree.node(at).tag == tree::Tag::Script)
        .map(|at| tree.raw_text_of(at))
        .filter(|script| script.len() > 500);
    match state::longest(scripts) {
        Some(found) => {
            let held: Vec<String> = found
                .paragraphs
                .iter()
                .flat_map(|text| body::of_fragment(text))
                .collect();
            if count(&held) > words { held } else { shown }
        }
        None => shown,
    }
}

/// Whether most of what is shown after the article's opening is none of the article: an offer to subscribe.
fn is_offer(shown: &[String], article: &str) -> bool {
    // A few dozen paragraphs tell.
    let looked_at = shown.len().min(40);
    let strange = shown
        .iter()
        .take(looked_at)
        .filter(|text| !article.contains(text.as_str()))
        .count();
    strange * 2 > looked_at
}

/// The date that says more: the printed one where it adds the time to the same day.
fn finer(said: Option<String>, printed: Option<String>) -> Option<String> {
    match (said, printed) {
        (Some(said), Some(printed)) if said.len() == 10 && printed.starts_with(&said) => {
            Some(printed)
        }
        (Some(said), _) => Some(said),
        (None, printed) => printed,
    }
}

/// What parts a headline from a site's name in the window's bar.
const PARTS: [char; 12] = ['|', '-', '–', '—', ':', '·', '•', '»', '«', '/', '_', '>'];

/// The site's name in the window's bar: what stands beside the headline there.
fn site_in(window: &str, headline: &str) -> Option<String> {
    let trim = |text: &str| {
        text.trim_matches(|c: char| c.is_whitespace() || PARTS.contains(&c))
            .to_owned()
    };
    let at = window.find(headline)?;
    let (before, after) = (trim(&window[..at]), trim(&window[at + headline.len()..]));
    // Sections stand between: "Headline | World | The Post", "The Post / News / Headline".
    let last = after.rsplit(['|', '»', '/', '·']).next().map(trim);
    let first = before.split(['|', '»', '/', '·']).next().map(trim);
    last.filter(|name| !name.is_empty())
        .or(first.filter(|name| !name.is_empty()))
        .filter(|name| name.chars().count() <= 60)
}

/// A headline without the site's name behind it.
fn without_site(title: &str, outlet: Option<&str>) -> String {
    let site = outlet.filter(|outlet| !outlet.is_empty());
    let bare = site
        .and_then(|site| title.strip_suffix(site))
        .map(str::trim_end)
        .and_then(|rest| rest.strip_suffix(PARTS))
        .map(|rest| rest.trim_end_matches(PARTS).trim());
    match bare {
        Some(bare) if !bare.is_empty() => bare.to_owned(),
        _ => title.to_owned(),
    }
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
    /// As a JSON record named `id`.
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
    }
}

fn convert(raw: &Raw<'_>, problems: &mut Vec<Problem>) -> Option<Vec<u8>> {
    let mut tell = |message: String, lost| {
        problems.push(Problem {
            origin: file_origin(raw.path),
            message,
            lost,
        });
    };
    let Some(article) = article(raw.bytes, &About::default()) else {
        tell(
            "no article was found in the page; nothing to compare".to_owned(),
            true,
        );
        return None;
    };
    for message in &article.problems {
        tell(message.clone(), false);
    }
    let mut record = Vec::new();
    article.write_record(raw.path, &mut record);
    Some(record)
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

    /// Pages made to exhaust whoever reads them; each has an article.
    fn hostile() -> Vec<(&'static str, String)> {
        const STORY: &str = "<h1>Ferry runs again</h1><p>The ferry between the islands ran again on Monday after a \
            week of storms, the company said, and carried four hundred people.<p>Farmers sent milk and vegetables \
            on the first crossing, and the school on the smaller island opened its doors at noon.";
        let times = |text: &str, count: usize| text.repeat(count);
        vec![
            (
                "deep",
                format!(
                    "<html>{}{STORY}{}",
                    times("<div>", 100_000),
                    times("</div>", 100_000)
                ),
            ),
            (
                "deep inline",
                format!("<html><p>{}{STORY}", times("<b><i>", 50_000)),
            ),
            (
                "deep lists",
                format!("<html>{STORY}{}x", times("<ul><li>", 100_000)),
            ),
            (
                "deep tables",
                format!("<html>{STORY}{}", times("<table><tr><td>", 100_000)),
            ),
            (
                "deep headings",
                format!(
                    "<html>{STORY}{}",
                    times("<h2><div class=author itemprop=author>", 100_000)
                ),
            ),
            (
                "deep links",
                format!("<html>{STORY}{}", times("<a href=x><div>", 100_000)),
            ),
            (
                "unclosed",
                format!(
                    "<html>{STORY}{}",
                    times("<p><a href=x>word <td><li><dd><option>", 50_000)
                ),
            ),
            (
                "strays",
                format!(
                    "<html>{STORY}{}",
                    times("</p></div></b></td></table></a>", 100_000)
                ),
            ),
            (
                "attribute",
                format!(
                    "<html>{STORY}<div class=\"{}\" data-x='{}'>",
                    times("a-b ", 500_000),
                    times("y", 2_000_000)
                ),
            ),
            (
                "attributes",
                format!("<html>{STORY}<div {}>", times("class=x id=y ", 200_000)),
            ),
            (
                "script",
                format!(
                    "<html><script>{}</script>{STORY}",
                    times("if(a<b){c='</div>'};", 300_000)
                ),
            ),
            (
                "json",
                format!(
                    "<html><script type=application/ld+json>{}</script>{STORY}",
                    times("[", 500_000)
                ),
            ),
            (
                "state",
                format!(
                    "<html>{STORY}<script>a={{\"b\":[{}{{}}]}}</script>",
                    times("{\"type\":\"p\",\"text\":\"x\"},", 100_000)
                ),
            ),
            (
                "entities",
                format!(
                    "<html>{STORY}<p>{}",
                    times("&amp;&#x1F600;&notit;&#0;", 100_000)
                ),
            ),
            (
                "comment",
                format!("<html>{STORY}{}<!--", times("<!-- - -- -->", 200_000)),
            ),
            ("texts", format!("<html>{STORY}{}", times("x<br>", 500_000))),
        ]
    }

    #[test]
    fn hostile_pages_give_their_articles() {
        for (name, page) in hostile() {
            let found = article(page.as_bytes(), &About::default());
            let found = found.unwrap_or_else(|| panic!("`{name}` gave no article"));
            assert!(
                found.text.contains("carried four hundred people."),
                "{name}"
            );
            assert!(found.text.contains("opened its doors at noon."), "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2000)) {
            let _ = article(&bytes, &About { charset: Some("gb2312"), ..About::default() });
            let _ = article(&bytes, &About::default());
        }

        #[test]
        fn any_markup_is_read_without_a_panic(
            parts in proptest::collection::vec("(<|</)(html|head|body|p|div|table|tr|td|a|ul|li|h1|h2|b|script|svg|time|template|article|br|form|title)( class=(share|author|card))?( href=x)?>|[a-zé .]{0,30}|<!--|-->|&[a-z]{2,6};", 0..200)
        ) {
            let page = parts.concat();
            if let Some(found) = article(page.as_bytes(), &About::default()) {
                assert!(!found.text.trim().is_empty());
            }
        }
    }

    #[test]
    fn a_page_in_another_encoding_than_it_says_is_read() {
        let story = "Глава комиссии сообщила в четверг, что ледники хребта отступили на четыреста метров за десять лет. \
            Доклад подготовили учёные восьми стран, и работа над ним заняла одиннадцать лет.";
        let page =
            |charset: &str| format!("<html><meta charset={charset}><h1>Ледники</h1><p>{story}");
        let said = page("iso-8859-1");
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&said);
        let found = article(&bytes, &About::default()).expect("there is an article");
        assert_eq!((&*found.text, found.encoding), (story, "windows-1251"));
        assert!(
            found.problems[0].contains("declared as windows-1252"),
            "{:?}",
            found.problems
        );
        let found = article(page("windows-1251").as_bytes(), &About::default())
            .expect("there is an article");
        assert_eq!((&*found.text, found.encoding), (story, "UTF-8"));
        let sent = About {
            charset: Some("windows-1251"),
            ..About::default()
        };
        let found = article(&bytes, &sent).expect("there is an article");
        assert_eq!((&*found.text, &*found.problems), (story, &[][..]));
    }

    #[test]
    fn a_date_after_the_page_was_fetched_is_none() {
        let page = "<html><meta property=article:published_time content=2030-01-01T10:00:00Z><p>The council will \
            meet on the first day of the decade, and the mayor said that all seats were taken already.";
        let about = About {
            fetched: Some("2026-03-01T00:00:00Z"),
            ..About::default()
        };
        assert_eq!(
            article(page.as_bytes(), &about)
                .expect("there is an article")
                .published_at,
            None
        );
        let found = article(page.as_bytes(), &About::default()).expect("there is an article");
        assert_eq!(found.published_at.as_deref(), Some("2030-01-01T10:00:00Z"));
    }
}
