//! Headlines inside the text, headings between paragraphs, tables of contents, and sign-offs: lines without a stop.

use super::Line;
use crate::model::Reason;
use crate::text::fold::is_unspaced;
use crate::text::sentences::begins_sentence;

/// Longest headline or standfirst in words, in the first paragraphs and in the last ones.
const LONGEST_AT_EDGE: usize = 16;
/// Longest heading in words elsewhere.
const LONGEST_INSIDE: usize = 8;

/// Marks lone lines without a stop, and lines that are the record's headline.
pub(super) fn mark(title: &[&str], lines: &[Line<'_>], found: &mut [Option<Reason>]) {
    for (line, why) in lines.iter().zip(found.iter_mut()) {
        if why.is_none() && is_title(line, title) {
            *why = Some(Reason::Headline);
        }
    }
    if !uses_stops(lines) {
        return;
    }
    for (line, why) in lines.iter().zip(found.iter_mut()) {
        if why.is_some() {
            continue;
        }
        if line.glued {
            *why = Some(if line.paragraph < 3 {
                Reason::Headline
            } else {
                Reason::SectionHeading
            });
        } else if is_loose(line) {
            *why = Some(Reason::SignOff);
        }
    }
    let plain: Vec<bool> = lines
        .iter()
        .zip(found.iter())
        .map(|(line, why)| why.is_none() && is_unstopped(line))
        .collect();
    let last_story = lines
        .iter()
        .zip(&plain)
        .zip(found.iter())
        .filter(|((_, plain), why)| !**plain && why.is_none())
        .map(|((line, _), _)| line.paragraph)
        .max()
        .unwrap_or(0);
    for k in 0..lines.len() {
        if !plain[k] {
            continue;
        }
        let line = &lines[k];
        let run = run_around(&plain, k);
        found[k] = Some(if line.paragraph > last_story {
            Reason::SignOff
        } else if line.paragraph < 3 && run < 3 {
            Reason::Headline
        } else if run >= 3 {
            Reason::Contents
        } else {
            Reason::SectionHeading
        });
    }
}

/// The headline itself, cut ("Title" of "Title - Outlet") or with a word or two behind it.
fn is_title(line: &Line<'_>, title: &[&str]) -> bool {
    let (words, long) = (line.words, title.len());
    if title.is_empty() || words.is_empty() {
        return false;
    }
    words == title
        || line.own_paragraph
            && line.paragraph < 4
            && (long >= 4 && words.starts_with(title) && words.len() <= long + 4
                || words.len() >= 4 && title.starts_with(words) && long <= words.len() + 5)
}

/// Whether the text as a whole is written with stops: in a transcript or a list without any, nothing is a heading.
fn uses_stops(lines: &[Line<'_>]) -> bool {
    let long = |line: &&Line<'_>| line.words.len() >= 9;
    let stopped = lines.iter().filter(long).filter(|l| l.stopped).count();
    stopped * 2 >= lines.iter().filter(long).count()
}

/// A few words without a stop behind the last sentence of a paragraph, that do not read like a sentence cut short.
fn is_loose(line: &Line<'_>) -> bool {
    line.alone
        && !line.own_paragraph
        && !line.stopped
        && !line.quotes
        && (2..=12).contains(&line.words.len())
        && !line.printed.ends_with(['-', '–', '—'])
        && line
            .printed
            .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && !begins_sentence(line.printed)
        && !line.words.iter().any(|w| {
            super::says(w) || matches!(*w, "was" | "were" | "is" | "are" | "has" | "had" | "have")
        })
}

fn is_unstopped(line: &Line<'_>) -> bool {
    let longest = if line.paragraph < 3 || line.behind < 3 {
        LONGEST_AT_EDGE
    } else {
        LONGEST_INSIDE
    };
    // Points of a list tell the story; a line of dialogue too.
    let point = line.words.len() >= 5
        && line
            .printed
            .starts_with(['•', '-', '–', '—', '*', '·', '●', '▪', '"', '“', '«']);
    line.own_paragraph
        && !line.stopped
        && !point
        && (line.paragraph > 0 || line.behind > 0)
        && line.words.len() <= longest
        && !line.printed.chars().any(is_unspaced)
}

/// How many marked lines stand together around `at`.
fn run_around(plain: &[bool], at: usize) -> usize {
    let before = plain[..at].iter().rev().take_while(|&&p| p).count();
    let after = plain[at..].iter().take_while(|&&p| p).count();
    before + after
}

#[cfg(test)]
mod tests {
    use crate::model::{Document, Reason};
    use crate::segment::segment;

    fn reasons(text: &str, title: Option<&str>) -> Vec<Option<Reason>> {
        let document = Document {
            text: text.to_owned(),
            title: title.map(str::to_owned),
            ..Document::default()
        };
        segment(&document, false)
            .sentences
            .iter()
            .map(|s| s.why)
            .collect()
    }

    #[test]
    fn headlines_headings_contents_and_sign_offs_are_told_apart() {
        let body =
            "Troops fought near the river bridge on Monday and the town was left without power.";
        let text = format!(
            "Border clash in the hills\n\n{body}\n\nA\n\nB\n\nC\n\n{body} Then it rained.\n\nCeasefire\n\nThe guns fell silent on Friday.\n\nThe Daily Pell"
        );
        assert_eq!(
            reasons(&text, Some("Border clash in the hills | The Daily Pell")),
            [
                Some(Reason::Headline),
                None,
                Some(Reason::Contents),
                Some(Reason::Contents),
                Some(Reason::Contents),
                Some(Reason::Repeats(1)),
                None,
                Some(Reason::SectionHeading),
                None,
                Some(Reason::SignOff)
            ]
        );
    }

    #[test]
    fn a_text_without_stops_has_no_headings() {
        let text = "troops fought near the river bridge on monday in the hills\n\nthe town was left without power and water until friday noon\n\nthen it rained";
        assert!(reasons(text, None).iter().all(Option::is_none));
    }
}
