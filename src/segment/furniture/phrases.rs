//! Furniture that is known by its phrases, which `phrases.tsv` lists.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::lines;
use crate::model::Reason;
use crate::segment::Line;

/// The table, each part in its order.
struct Phrases {
    /// What lines begin with, by the first byte.
    begins: Vec<Vec<(Reason, &'static str)>>,
    anywhere: Vec<(Reason, &'static str)>,
    /// Finds any of `anywhere`.
    any: AhoCorasick,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut begins = vec![Vec::new(); 256];
    let mut anywhere = Vec::new();
    for row in include_str!("phrases.tsv").lines() {
        let fields: Vec<&str> = row.split('\t').collect();
        match fields[..] {
            ["begins", phrase, reason] => {
                begins[usize::from(phrase.as_bytes()[0])].push((named(reason), phrase));
            }
            ["anywhere", phrase, reason] => anywhere.push((named(reason), phrase)),
            _ => assert!(row.starts_with('#'), "phrases.tsv: {row}"),
        }
    }
    // A table of all steps: some megabytes at most, and a step takes a nanosecond.
    let any = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(anywhere.iter().map(|(_, phrase)| phrase))
        .unwrap_or_else(|why| unreachable!("phrases.tsv: {why}"));
    Phrases {
        begins,
        anywhere,
        any,
    }
});

/// The reason that the table calls `name`.
fn named(name: &str) -> Reason {
    match name {
        "Address" => Reason::Address,
        "Advertisement" => Reason::Advertisement,
        "Caption" => Reason::Caption,
        "Comments" => Reason::Comments,
        "Contact" => Reason::Contact,
        "Copyright" => Reason::Copyright,
        "Credit" => Reason::Credit,
        "Navigation" => Reason::Navigation,
        "Notice" => Reason::Notice,
        "Pointer" => Reason::Pointer,
        "Share" => Reason::Share,
        "Subscribe" => Reason::Subscribe,
        "Tags" => Reason::Tags,
        _ => unreachable!("phrases.tsv: {name}"),
    }
}

/// What the phrases of a line say that it is.
pub(super) fn by_phrase(line: &Line<'_>) -> Option<Reason> {
    if line.words.len() > 40 {
        return None;
    }
    let flat = line
        .flat
        .trim_start_matches(['*', '•', '-', '–', '►', '▶', '→', '>', ' ', '[']);
    let begins =
        at_start(flat).find(|(_, phrase)| phrase.contains([' ', ':', '(']) || is_bare(line));
    if let Some((why, _)) = begins
        && (!lines::is_statement(line) || label_like(line))
        && (label_like(line) || line.words.len() <= 25 || line.behind < 3)
    {
        return Some(why);
    }
    if line.quotes && lines::is_statement(line) {
        return None;
    }
    anywhere(flat).or_else(|| follow(line))
}

/// The phrases that `flat` begins with, in their order, each with what it says of a line.
pub(super) fn at_start(flat: &str) -> impl Iterator<Item = (Reason, &'static str)> {
    let (first, second) = (flat.as_bytes().first(), flat.as_bytes().get(1));
    let listed = first.map_or(&[][..], |&first| &PHRASES.begins[usize::from(first)]);
    // The second byte parts most lines from most phrases.
    let may = move |phrase: &str| phrase.len() == 1 || phrase.as_bytes().get(1) == second;
    listed
        .iter()
        .copied()
        .filter(move |(_, phrase)| may(phrase) && flat.starts_with(phrase))
}

/// What a phrase that gives furniture away wherever it stands says of a line. Most lines have none, which one pass over the line
/// tells (Aho, Corasick 1975).
pub(super) fn anywhere(flat: &str) -> Option<Reason> {
    if !PHRASES.any.is_match(flat) {
        return None;
    }
    let mut listed = PHRASES.anywhere.iter();
    let found = listed.find(|(_, phrase)| has_phrase(flat, phrase))?;
    Some(found.0)
}

/// Whether `phrase` stands in `flat` from the beginning of a word to the end of one, a plural's "s" aside: "in the app" is not in
/// "in the appeals".
fn has_phrase(flat: &str, phrase: &str) -> bool {
    let letter = char::is_alphanumeric;
    flat.match_indices(phrase).any(|(at, _)| {
        let rest = &flat[at + phrase.len()..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        // "3min read"
        let begins = phrase.starts_with(letter) && flat[..at].ends_with(char::is_alphabetic);
        let goes_on = phrase.ends_with(letter) && rest.starts_with(letter);
        !begins && !goes_on
    })
}

/// A colon among the first words, a bracket or a sign of rights before them: no prose that happens to begin so.
fn label_like(line: &Line<'_>) -> bool {
    line.printed.starts_with(['(', '[', '©']) || line.flat.chars().take(24).any(|c| c == ':')
}

/// Whether a single word ("Copyright", "Premium") can stand for what the line is: no sentence follows it. "Copyright 2026 The Pell Mail."
/// is a notice with a stop.
fn is_bare(line: &Line<'_>) -> bool {
    let dated = line.words.get(1).is_some_and(|word| lines::is_year(word));
    !line.stopped
        || dated
        || line.words.len() <= 3
        || label_like(line)
        || line.flat.starts_with("subscribe")
}

/// "Follow the Herald on all platforms"
fn follow(line: &Line<'_>) -> Option<Reason> {
    let begins = line.words.first() == Some(&"follow");
    let on = line.words.iter().any(|w| matches!(*w, "on" | "us"));
    (begins && on && line.words.len() <= 15 && line.alone).then_some(Reason::Share)
}
