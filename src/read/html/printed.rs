//! What a page prints about its article for readers: headline, names, dates, sources.

use super::dates;
use super::metadata::person;
use super::tree::{Attr, Tag, Tree, push_collapsed};

/// What was printed beside the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Printed {
    pub(super) byline: Option<String>,
    pub(super) published_at: Option<String>,
    pub(super) modified_at: Option<String>,
    pub(super) credit: Option<String>,
}

/// A line longer than this is text, not a note about the text. In bytes.
const NOTE: usize = 200;

/// The element that prints the headline: the one that says what the metadata say, or the first top heading that is
/// not the site's name, or what stands in the window's bar.
pub(super) fn headline(
    tree: &Tree,
    title: Option<&str>,
    window: Option<&str>,
    outlet: Option<&str>,
) -> Option<usize> {
    let tops: Vec<(usize, String)> = (0..tree.len())
        .filter(|&at| tree.node(at).tag == Tag::Heading1)
        .take(20)
        .map(|at| (at, tree.text_of(at, super::LINE)))
        .filter(|(_, text)| !text.is_empty() && text.len() <= 400)
        .collect();
    let begins = |text: &str, with: &str| {
        text == with || with.chars().count() >= 10 && text.starts_with(with)
    };
    if let Some(title) = title {
        if let Some((at, _)) = tops.iter().find(|(_, text)| begins(title, text)) {
            return Some(*at);
        }
        let other = (0..tree.len())
            .filter(|&at| tree.node(at).tag == Tag::Heading)
            .find(|&at| tree.text_of(at, super::LINE) == title);
        if other.is_some() {
            return other;
        }
    }
    let is_site = |at: usize, text: &str| {
        outlet.is_some_and(|outlet| text.eq_ignore_ascii_case(outlet))
            || tree.below(at).all(|below| {
                tree.node(below).tag != Tag::Text
                    || tree.node(below).linked
                    || tree.characters(below).trim().is_empty()
            })
    };
    let own = || tops.iter().filter(|(at, text)| !is_site(*at, text));
    let in_window = own().find(|(_, text)| window.is_some_and(|window| window.contains(&**text)));
    if let Some((at, _)) = in_window.or_else(|| own().next()) {
        return Some(*at);
    }
    // Old pages set headlines in large type and tell nobody; the window's bar repeats them.
    let window = window?;
    (0..tree.len())
        .filter(|&at| tree.node(at).tag == Tag::Text && !tree.node(at).linked)
        .find(|&at| {
            let text = tree.characters(at).trim();
            let parent = tree.node(tree.node(at).parent as usize).tag;
            text.chars().count() >= 15
                && parent != Tag::Title
                && (window.starts_with(text) || window.ends_with(text))
        })
        .map(|at| tree.node(at).parent as usize)
}

/// Reads the lines between `headline` and the text in `root`, and those after it within `scope`.
pub(super) fn collect(tree: &Tree, headline: Option<usize>, scope: usize, root: usize) -> Printed {
    let mut found = Printed::default();
    let from = headline.map_or(scope, |at| tree.node(at).end as usize);
    let end = tree.node(root).end as usize;
    let below = lines(tree, end, tree.node(scope).end as usize, false);
    // Of what stands above the headline, only a date close to it is the article's.
    let before = lines(tree, scope, headline.unwrap_or(scope).max(scope), false);
    for line in before
        .iter()
        .rev()
        .take(4)
        .filter(|line| dates::leads(line) && line.len() <= 60)
    {
        read(line, &mut found);
    }
    for line in &lines(tree, from, root.max(from), false) {
        read(line, &mut found);
    }
    // Where notes and text share an element, what is short and tells of the article comes before the text.
    for line in lines(tree, root.max(from), end, true).iter().take(20) {
        if is_about(line) {
            read(line, &mut found);
        } else if line.len() > NOTE / 2 {
            break;
        }
    }
    found.byline = found.byline.or_else(|| named(tree, scope, root));
    // A blog signs at the foot.
    for line in below.iter().take(40) {
        if found.byline.is_none()
            && let Some(rest) = after_lead(line, &["Posted by ", "Written by ", "Reported by "])
        {
            found.byline = names(rest);
        }
        if found.published_at.is_none()
            && contains_word(line, &["published", "posted", "first published"])
        {
            found.published_at = dates::normalised(line);
        }
    }
    if found.modified_at.is_none() {
        found.modified_at = lines(tree, tree.node(root).end as usize, tree.len(), false)
            .iter()
            .find(|line| is_change(line))
            .and_then(|line| dates::normalised(line));
    }
    found
}

fn read(line: &str, found: &mut Printed) {
    for part in line.split(['|', '•']).map(str::trim) {
        if found.byline.is_none() {
            found.byline = after_lead(part, BYNOTE_LEADS).and_then(names);
        }
        if found.credit.is_none() {
            found.credit = after_lead(part, SOURCE_LEADS).and_then(source);
        }
        let Some(date) = dates::normalised(part) else {
            continue;
        };
        if is_change(part) {
            found.modified_at.get_or_insert(date);
        } else {
            found.published_at.get_or_insert(date);
        }
    }
}

/// Words before the names of writers, in the languages of the larger wires.
const BYNOTE_LEADS: &[&str] = &[
    "By ",
    "by ",
    "BY ",
    "Posted by ",
    "Written by ",
    "Words: ",
    "Words by ",
    "Text: ",
    "Author: ",
    "Por ",
    "Par ",
    "Von ",
    "Di ",
    "Door ",
    "Av ",
    "Yazan: ",
    "Автор: ",
    "Авторы: ",
    "بقلم: ",
    "بقلم ",
    "كتب: ",
    "作者：",
    "作者:",
    "记者 ",
    "記者 ",
    "文 / ",
    "लेखक: ",
];

/// Words before the name of an agency.
const SOURCE_LEADS: &[&str] = &[
    "Source: ",
    "Sources: ",
    "Source : ",
    "Agency: ",
    "Via ",
    "Quelle: ",
    "Fuente: ",
    "Fonte: ",
    "Kaynak: ",
    "Источник: ",
    "المصدر: ",
    "来源：",
    "来源:",
    "來源：",
];

/// What follows one of `leads`, at the start of `line` or after a space or bracket in it.
fn after_lead<'l>(line: &'l str, leads: &[&str]) -> Option<&'l str> {
    leads.iter().find_map(|lead| {
        if let Some(rest) = line.strip_prefix(lead) {
            return Some(rest);
        }
        // A lead with a colon is plain inside a line too; "by" there is a word like any other.
        if !lead.trim_end().ends_with([':', '：']) {
            return None;
        }
        line.find(lead).map(|at| &line[at + lead.len()..])
    })
}

/// Names at the start of `text`, with a comma between; `None` when what stands there is no name.
fn names(text: &str) -> Option<String> {
    let end = text
        .char_indices()
        .find(|&(at, c)| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    '|' | '•' | '·' | ';' | '(' | '–' | '—' | '，' | '/' | '<' | '\u{3000}'
                )
                || c == ','
                || text[at..].starts_with(" in ")
                || text[at..].starts_with(" for ")
                || text[at..].starts_with(" at ")
                || text[at..].starts_with(" on ")
                || text[at..].starts_with(" - ")
                || text[at..].starts_with(" Published")
                || text[at..].starts_with(" Updated")
        })
        .map_or(text.len(), |(at, _)| at);
    let parts: Vec<String> = text[..end]
        .split(" and ")
        .flat_map(|part| part.split(" & "))
        .filter_map(person)
        .collect();
    let is_name = |part: &String| {
        let mut words = part.split_whitespace().peekable();
        let cased = part.chars().any(|c| c.is_lowercase() || c.is_uppercase());
        let count = part.split_whitespace().count();
        words.peek().is_some()
            && count <= 5
            && part.chars().count() >= 2
            && part.chars().count() <= 60
            && !part.ends_with(['.', '?', '!'])
            && (!cased || part.starts_with(char::is_uppercase))
    };
    (!parts.is_empty() && parts.iter().all(is_name)).then(|| parts.join(", "))
}

fn source(text: &str) -> Option<String> {
    let end = text.find(['|', '•', ';', '，', ',']).unwrap_or(text.len());
    // The next note on the line has a label of its own: "来源：临海日报 作者：陈立".
    let end = text[..end]
        .find(['：', ':'])
        .map_or(end, |colon| text[..colon].rfind(' ').unwrap_or(colon));
    let name = text[..end].trim();
    (!name.is_empty() && name.chars().count() <= 60).then(|| name.to_owned())
}

/// The writer in an element that is named for writers.
fn named(tree: &Tree, scope: usize, root: usize) -> Option<String> {
    let end = tree.node(scope).end as usize;
    (scope..end)
        .filter(|&at| !(root < at && at < tree.node(root).end as usize))
        .filter(|&at| {
            tree.attributes(at).any(|(name, value)| match name {
                Attr::Rel => value.split_ascii_whitespace().any(|rel| rel == "author"),
                Attr::Class => {
                    at < root
                        && value.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
                            matches!(
                                &*word.to_ascii_lowercase(),
                                "byline" | "author" | "authors" | "writer" | "by"
                            )
                        })
                }
                _ => false,
            })
        })
        .find_map(|at| {
            let text = tree.text_of(at, super::LINE);
            let text = after_lead(&text, BYNOTE_LEADS).unwrap_or(&text);
            if text.len() > NOTE { None } else { names(text) }
        })
}

fn contains_word(line: &str, words: &[&str]) -> bool {
    let line = line.to_lowercase();
    words.iter().any(|word| line.contains(word))
}

/// Whether a line tells when a page was changed.
fn is_change(line: &str) -> bool {
    const CHANGED: &[&str] = &[
        "updated",
        "last edited",
        "last modified",
        "modified",
        "aktualisiert",
        "actualizado",
        "actualisé",
        "mis à jour",
        "mise à jour",
        "atualizado",
        "aggiornato",
        "обновлено",
        "изменено",
        "güncelleme",
        "更新",
        "آخر تحديث",
    ];
    contains_word(line, CHANGED)
}

/// Whether a line tells of the article and is no part of it: it is short and begins with its date, its writer or
/// its source.
pub(super) fn is_about(line: &str) -> bool {
    if line.len() > NOTE * 3 / 4 || is_sentence(line) {
        return false;
    }
    let is_note = |part: &str| {
        after_lead(part, BYNOTE_LEADS).is_some_and(|rest| names(rest).is_some())
            || after_lead(part, SOURCE_LEADS).is_some()
            || dates::leads(part)
    };
    line.split(['|', '•'])
        .map(str::trim)
        .next()
        .is_some_and(is_note)
}

/// Whether a line ends as a sentence does: "By Christmas the bridge will be open again." begins like a byline.
fn is_sentence(line: &str) -> bool {
    let ends = line.ends_with(['.', '!', '?', '”', '"', '。']) && !line.ends_with("m.");
    ends && line.split_whitespace().count() > 4
}

/// Lines of text between two nodes: parted by blocks and line ends. `above`: only until prose begins.
fn lines(tree: &Tree, from: usize, to: usize, above: bool) -> Vec<String> {
    let mut out = Vec::new();
    let mut line = String::new();
    let mut end = |line: &mut String| -> bool {
        let text = line.trim();
        let prose = text.len() > NOTE;
        if !text.is_empty() && !prose {
            out.push(text.to_owned());
        }
        line.clear();
        prose
    };
    let mut ends: Vec<usize> = Vec::new();
    let mut at = from;
    let mut count = 0;
    while at < to {
        while ends.last().is_some_and(|end| *end <= at) {
            ends.pop();
            if end(&mut line) && above {
                return out;
            }
        }
        let node = tree.node(at);
        // Figures in a table beside the text are the story's, not the article's.
        if super::furniture::is_silent(node.tag) || above && at > from && node.tag == Tag::Table {
            at = node.end as usize;
            continue;
        }
        match node.tag {
            Tag::Text => push_collapsed(&mut line, tree.characters(at)),
            tag if tag.is_block() || tag == Tag::Br => {
                if end(&mut line) && above {
                    return out;
                }
                ends.push(node.end as usize);
                count += 1;
            }
            _ => {}
        }
        at += 1;
        // What is said about an article is said near it.
        if above && count > 400 {
            break;
        }
    }
    end(&mut line);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_from_openings() {
        for note in [
            "By Mara Quill",
            "By Mara Quill and Tomas Reyle, environment staff",
            "Published 3 March 2026, 14:05 GMT",
            "Posted: Thursday, May 12, 2022 4:10 p.m. CET",
            "March 3, 2026 at 2:05 p.m.",
            "Source: Halden Wire",
            "作者：陈立",
        ] {
            assert!(is_about(note), "{note}");
        }
        for opening in [
            "On 3 March 2026 the bridge was closed.",
            "By Christmas, the council hopes to have reopened the bridge.",
            "By Monday night the water had fallen by a metre.",
            "The strike is over.",
            "March was the wettest month on record, the office said.",
        ] {
            assert!(!is_about(opening), "{opening}");
        }
    }

    #[test]
    fn names_end_where_they_end() {
        for (text, want) in [
            ("Mara Quill", Some("Mara Quill")),
            (
                "Mara Quill and Tomas Reyle in Port Vadi",
                Some("Mara Quill, Tomas Reyle"),
            ),
            ("RENATA SOLK, Post staff writer", Some("RENATA SOLK")),
            ("the river", None),
            ("Monday the water had fallen.", None),
        ] {
            assert_eq!(names(text).as_deref(), want, "{text}");
        }
    }
}
