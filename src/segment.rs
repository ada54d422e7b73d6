//! Document -> paragraphs and sentences, with what is not story marked as such.

use ahash::AHashSet;

use crate::model::{Document, Segmented, Sentence, SentenceKind, Span};
use crate::text::fold::fold;
use crate::text::quotes::{quotations, quoted_share};
use crate::text::sentences::sentences;
use crate::text::tokens::{TokenKind, tokens};

/// Cuts a document into paragraphs and sentences and marks headings, furniture, repetitions and datelines. With
/// `keep_furniture` everything is story. Linear time.
pub fn segment(document: &Document, keep_furniture: bool) -> Segmented {
    let text = &document.text;
    let quotes = quotations(text);
    let title = document.title.as_deref().map(folded_words);
    let mut out = Segmented::default();
    let mut seen: AHashSet<Vec<String>> = AHashSet::new();
    let paragraphs = paragraphs(text);
    let count = paragraphs.len();
    for (number, paragraph) in paragraphs.into_iter().enumerate() {
        let spans = sentences(text, paragraph);
        let alone = spans.len() == 1;
        for (k, span) in spans.iter().copied().enumerate() {
            let printed = span.of(text);
            let words = folded_words(printed);
            let repeated = words.len() >= 4 && !seen.insert(words.clone());
            let kind = if keep_furniture {
                SentenceKind::Body
            } else if is_furniture(printed, &words) {
                SentenceKind::Boilerplate
            } else if title.as_ref().is_some_and(|t| !t.is_empty() && *t == words)
                || alone && is_heading(printed, &words, number, count)
            {
                SentenceKind::Heading
            } else if repeated {
                SentenceKind::SelfMirror
            } else {
                SentenceKind::Body
            };
            let dateline = if k == 0 && kind == SentenceKind::Body && !keep_furniture {
                dateline(printed)
            } else {
                0
            };
            out.sentences.push(Sentence {
                span,
                paragraph: u32::try_from(out.paragraphs.len()).unwrap_or(u32::MAX),
                kind,
                quotation: quoted_share(span, &quotes) > 0.5,
                dateline: u32::try_from(dateline).unwrap_or(0),
            });
        }
        if !spans.is_empty() {
            out.paragraphs.push(paragraph);
        }
    }
    if !keep_furniture {
        mark_mirrored_captions(text, &mut out);
    }
    out
}

/// A caption that repeats a sentence of the body word for word is the repetition, although it stands first.
fn mark_mirrored_captions(text: &str, out: &mut Segmented) {
    let credited: Vec<u32> = out
        .sentences
        .iter()
        .filter(|s| s.kind == SentenceKind::Boilerplate && is_credit(&fold(s.span.of(text))))
        .map(|s| s.paragraph)
        .collect();
    let keys: Vec<Vec<String>> = out
        .sentences
        .iter()
        .map(|s| folded_words(s.span.of(text)))
        .collect();
    for k in 0..out.sentences.len() {
        if out.sentences[k].kind == SentenceKind::SelfMirror
            && let Some(first) = (0..k)
                .find(|&f| keys[f] == keys[k] && credited.contains(&out.sentences[f].paragraph))
        {
            out.sentences[first].kind = SentenceKind::SelfMirror;
            out.sentences[k].kind = SentenceKind::Body;
        }
    }
}

/// Paragraph spans. A blank line parts paragraphs; so does a single line break, unless the text is wrapped by hand
/// (most lines of a block are of like length and end without a stop).
fn paragraphs(text: &str) -> Vec<Span> {
    let wrapped = is_hard_wrapped(text);
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut end = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let from = at + (line.len() - line.trim_start().len());
        if trimmed.is_empty() {
            if let Some(s) = start.take() {
                found.push(Span::new(s, end));
            }
        } else {
            if !wrapped && let Some(s) = start.take() {
                found.push(Span::new(s, end));
            }
            start.get_or_insert(from);
            end = from + trimmed.len();
        }
        at += line.len();
    }
    if let Some(s) = start {
        found.push(Span::new(s, end));
    }
    found
}

fn is_hard_wrapped(text: &str) -> bool {
    let (mut inner, mut open, mut even) = (0, 0, 0);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    for pair in lines.windows(2) {
        if pair[0].trim().is_empty() || pair[1].trim().is_empty() {
            continue;
        }
        inner += 1;
        let length = pair[0].chars().count();
        even += usize::from((40..=100).contains(&length));
        open += usize::from(!pair[0].ends_with(['.', '!', '?', '"', '”', ':', '…']));
    }
    inner >= 4 && even * 10 >= inner * 8 && open * 10 >= inner * 6
}

fn folded_words(text: &str) -> Vec<String> {
    tokens(text, Span::new(0, text.len()))
        .iter()
        .filter(|t| t.kind != TokenKind::Mark)
        .map(|t| fold(t.span.of(text)))
        .collect()
}

/// A line that stands alone, is short, and ends without a stop: the headline, or a heading between paragraphs.
fn is_heading(printed: &str, words: &[String], paragraph: usize, paragraphs: usize) -> bool {
    let ends = printed
        .trim_end_matches(['"', '”', '\'', '’', ')'])
        .ends_with(['.', '!', '?', '…', ':', ';', ',', '。']);
    let unspaced = printed.chars().any(crate::text::fold::is_unspaced);
    !ends && !unspaced && paragraphs > 1 && words.len() <= if paragraph < 3 { 16 } else { 8 }
}

/// Furniture of news sites that is the same everywhere.
fn is_furniture(printed: &str, words: &[String]) -> bool {
    const ANYWHERE: &[&str] = &[
        "all rights reserved",
        "image credit",
        "photo credit",
        "picture credit",
        "image source",
        "photo by",
        "photo courtesy",
        "file photo",
        "getty images",
        "share this article",
        "share this story",
        "follow us on",
        "subscribe to our",
        "sign up for our",
        "sign up to our",
        "click here to",
        "alternate addresses",
        "comments posted here",
        "derogatory",
        "comments are not moderated",
        "comments below",
        "leave a comment",
        "terms of use",
        "terms of service",
        "privacy policy",
        "cookie policy",
        "accept cookies",
        "unsubscribe",
        "download our app",
        "our newsletter",
        "read more:",
        "read also",
        "also read",
        "related articles",
        "related stories",
        "this story was published from",
        "published from a wire agency",
        "without modifications to the text",
        "without modification to the text",
        "this story has not been edited",
        "has been auto-generated",
        "auto-generated from a syndicated feed",
        "has been automatically",
        "edited by our staff",
        "follow live updates",
        "watch the video",
        "listen to the podcast",
        "join our telegram",
        "on all platforms",
        "material may not be published",
        "may not be published, broadcast, rewritten",
        "reprinted with permission",
        "reproduced with permission",
        "have your say",
        "min read",
        "minute read",
        "minutes read",
        "last updated",
        "first published",
        "updated on",
        "posted on",
        "published on",
    ];
    const STARTS: &[&str] = &[
        "reporting by",
        "additional reporting by",
        "editing by",
        "writing by",
        "compiled by",
        "translated by",
        "image:",
        "photo:",
        "picture:",
        "photograph:",
        "video:",
        "caption:",
        "source:",
        "credit:",
        "credits:",
        "copyright",
        "©",
        "(c) 20",
        "(photo",
        "[photo",
        "(image",
        "(file",
        "(reporting by",
        "(editing by",
        "(with inputs",
        "with inputs from",
        "(with agency",
        "tags:",
        "topics:",
        "keywords:",
        "share:",
        "share on",
        "advertisement",
        "read more",
        "see also",
        "more on this",
        "related:",
        "recommended:",
        "editor's note",
        "by our correspondent",
        "subscribe",
        "follow @",
        "news /",
        "home /",
        "home >",
        "next story",
        "previous story",
        "to read more",
        "sponsored",
    ];
    let flat = fold(printed);
    if words.is_empty() {
        return true;
    }
    let short = words.len() <= 40;
    let link_only = words.len() <= 14
        && (flat.starts_with("http")
            || flat.starts_with("www.")
            || (!flat.contains(' ')
                && flat.contains('.')
                && flat.len() > 6
                && !flat.ends_with('.')));
    let shouted_widget = words.len() <= 5
        && printed
            .chars()
            .filter(|c| c.is_alphabetic())
            .all(char::is_uppercase)
        && printed.chars().filter(|c| c.is_alphabetic()).count() > 3;
    let byline = words.len() <= 6
        && words.len() >= 2
        && words[0] == "by"
        && !printed.ends_with('.')
        && printed.split_whitespace().skip(1).all(|w| {
            w.starts_with(char::is_uppercase)
                || matches!(w, "and" | "&" | "in" | "for" | "of" | "|")
        });
    let ad = printed.trim_end().ends_with("ADVERTISEMENT") && words.len() <= 3;
    link_only
        || shouted_widget
        || byline
        || ad
        || STARTS.iter().any(|s| flat.starts_with(s)) && short
        || ANYWHERE.iter().any(|s| flat.contains(s)) && short
        || is_credit(&flat) && words.len() <= 12
}

/// "Image Credit: Twitter", "(Photo by AFP)", "AFP / File".
fn is_credit(flat: &str) -> bool {
    [
        "image credit",
        "photo by",
        "photo credit",
        "picture by",
        "photograph by",
        "getty",
        "/afp",
        "/reuters",
        "/ap",
        "image:",
        "photo:",
    ]
    .iter()
    .any(|s| flat.contains(s))
}

/// Length in bytes of a dateline at the start of a sentence: "YEREVAN, Sept 13 (Reuters) - ", "(Reuters) – ", "Yerevan: ".
pub fn dateline(sentence: &str) -> usize {
    let head: String = sentence.chars().take(90).collect();
    // A dash after a bracketed agency or after a place and date.
    for dash in [" - ", " – ", " — ", " -- ", ") -", ")- "] {
        let Some(at) = head.find(dash) else { continue };
        let before = &head[..at + usize::from(dash.starts_with(')'))];
        let bracket =
            before.trim_end().ends_with(')') && before.contains('(') && before.len() <= 80;
        let place: String = before
            .chars()
            .take_while(|c| !matches!(c, ',' | '(' | ':'))
            .collect();
        let shouted = place.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && place
                .chars()
                .filter(|c| c.is_alphabetic())
                .all(char::is_uppercase);
        if bracket
            && (shouted
                || before.trim_start().starts_with('(')
                || before.split_whitespace().count() <= 9)
            || shouted && before.split_whitespace().count() <= 7
        {
            let after = at + dash.len();
            let rest = &sentence[after..];
            return after + (rest.len() - rest.trim_start_matches([' ', '-', '–', '—']).len());
        }
    }
    // "Yerevan: Armenia ..." and "YEREVAN (Reuters): ..."
    if let Some((place, rest)) = head.split_once(": ") {
        let words: Vec<&str> = place.split_whitespace().collect();
        let named = words
            .iter()
            .all(|w| w.starts_with(|c: char| c.is_uppercase() || c == '('))
            && !words.is_empty()
            && words.len() <= 3;
        let speaks = rest.trim_start().starts_with(['"', '“', '‘', '\'']);
        if named
            && !speaks
            && rest.starts_with(char::is_uppercase)
            && place
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '(' | ')' | '/' | '-'))
        {
            return place.len() + 2;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str, title: Option<&str>) -> Document {
        Document {
            text: text.to_owned(),
            title: title.map(str::to_owned),
            ..Document::default()
        }
    }

    #[test]
    fn datelines_of_all_styles_are_cut() {
        for line in [
            "YEREVAN, Sept 13 (Reuters) - Troops",
            "(Reuters) – Troops",
            "Yerevan: Troops",
            "VARN (MPA) — Troops",
            "OSTREVIK, Sept. 12 (Halden Wire) - Troops",
        ] {
            assert_eq!(&line[dateline(line)..], "Troops", "{line}");
        }
        for line in [
            "He said: \"No.\"",
            "The talks - long and bitter - failed.",
            "Two men (one armed) ran - fast - away",
        ] {
            assert_eq!(dateline(line), 0, "{line}");
        }
    }

    #[test]
    fn furniture_headings_and_repetitions_are_marked() {
        let text = "Border clash\n\nTroops fought on Monday near the river bridge. Image Credit: Twitter\n\nCeasefire\n\nTroops fought on Monday near the river bridge. It was late.\n\nSHARE THIS ARTICLE";
        let out = segment(&document(text, Some("Border clash")), false);
        let kinds: Vec<_> = out.sentences.iter().map(|s| s.kind).collect();
        use SentenceKind::{Body, Boilerplate, Heading, SelfMirror};
        assert_eq!(
            kinds,
            [
                Heading,
                SelfMirror,
                Boilerplate,
                Heading,
                Body,
                Body,
                Boilerplate
            ]
        );
    }

    #[test]
    fn text_wrapped_by_hand_keeps_its_sentences_whole() {
        let line = "the quick brown fox jumps over a lazy dog and goes on its way to";
        let text = [line; 6].join("\n") + ".\n";
        assert_eq!(segment(&document(&text, None), false).paragraphs.len(), 1);
    }
}
