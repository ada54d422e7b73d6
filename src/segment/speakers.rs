//! Who speaks: the words beside a quotation that name its speaker, where they are plain.

use crate::model::{Quotation, Sentence, Span};
use crate::text::fold::fold;
use crate::text::tokens::{TokenKind, tokens};

/// Longest name of a speaker in words.
const LONGEST: usize = 10;

/// Verbs of saying that the lexicon, which is English, does not have.
const OTHER_VERBS: &[&str] = &[
    "says",
    "asks",
    "writes",
    "wrote",
    "asked",
    "replied",
    "shouted",
    "cried",
    "quipped",
    "recalled",
    "posted",
    "tweeted",
    "sagte",
    "erklarte",
    "meinte",
    "fragte",
    "schrieb",
    "betonte",
    "dit",
    "declare",
    "affirme",
    "ajoute",
    "explique",
    "dijo",
    "afirmo",
    "declaro",
    "anadio",
    "aseguro",
    "detto",
    "dichiarato",
    "disse",
    "afirmou",
    "сказал",
    "сказала",
    "заявил",
    "заявила",
    "сообщил",
    "сообщила",
    "отметил",
    "отметила",
    "dedi",
    "soyledi",
];

/// Gives each quotation its speaker.
pub(super) fn name(text: &str, sentences: &[Sentence], quotations: &mut [Quotation]) {
    for k in 0..quotations.len() {
        let span = quotations[k].span;
        let last = sentences
            .iter()
            .find(|s| s.span.start < span.end && span.end <= s.span.end);
        let first = sentences
            .iter()
            .find(|s| s.span.start <= span.start && span.start < s.span.end);
        let after = last.map(|sentence| {
            let end = quotations.get(k + 1).map_or(sentence.span.end, |next| {
                next.span.start.min(sentence.span.end)
            });
            Span {
                start: span.end,
                end: end.max(span.end),
            }
        });
        let before = first.map(|sentence| {
            let start = k.checked_sub(1).map_or(sentence.span.start, |p| {
                quotations[p].span.end.max(sentence.span.start)
            });
            Span {
                start: start.min(span.start)
                    + if start == sentence.span.start {
                        sentence.dateline
                    } else {
                        0
                    },
                end: span.start,
            }
        });
        quotations[k].speaker = after
            .and_then(|part| behind(text, part))
            .or_else(|| before.and_then(|part| ahead(text, part)));
    }
}

#[derive(Debug)]
struct Piece {
    span: Span,
    folded: String,
    /// A word or figure, not a mark.
    word: bool,
}

fn pieces(text: &str, part: Span) -> Vec<Piece> {
    if part.start >= part.end {
        return Vec::new();
    }
    let found = tokens(text, part);
    let last = found.len().saturating_sub(1);
    found
        .into_iter()
        .enumerate()
        .map(|(k, t)| {
            let printed = t.span.of(text);
            Piece {
                span: t.span,
                folded: fold(printed),
                // "'s" belongs to a name, and so does the stop of "Gen. Okan": within a sentence it is an abbreviation's.
                word: t.kind != TokenKind::Mark
                    || printed.len() > 1 && printed.ends_with('s')
                    || printed == "." && k < last,
            }
        })
        .collect()
}

fn speaks(piece: &Piece) -> bool {
    super::says(&piece.folded) || OTHER_VERBS.contains(&piece.folded.as_str())
}

/// `"...," said Petra Lund, the mayor`; `"...," the ministry said`; `"...", according to Lund`.
fn behind(text: &str, part: Span) -> Option<Span> {
    let all = pieces(text, part);
    let from = all.iter().position(|p| p.word)?;
    let rest = &all[from..];
    if rest[0].folded == "according" && rest.get(1).is_some_and(|p| p.folded == "to") {
        return subject(text, until_break(&rest[2..]));
    }
    if speaks(&rest[0]) {
        return subject(text, until_break(&rest[1..]));
    }
    let verb = rest
        .iter()
        .take(LONGEST + 2)
        .take_while(|p| p.word || p.folded == "-")
        .position(speaks)?;
    subject(text, without_helpers(&rest[..verb]))
}

/// `Lund said: "..."`, `Lund told reporters: "..."`.
fn ahead(text: &str, part: Span) -> Option<Span> {
    let all = pieces(text, part);
    let verb = all.iter().rposition(speaks)?;
    let tail: Vec<&Piece> = all[verb + 1..].iter().filter(|p| p.word).collect();
    let told = matches!(all[verb].folded.as_str(), "told" | "asked" | "telling") && tail.len() <= 4;
    let introduced = tail.iter().all(|p| {
        matches!(
            p.folded.as_str(),
            "that"
                | "on"
                | "in"
                | "a"
                | "statement"
                | "monday"
                | "tuesday"
                | "wednesday"
                | "thursday"
                | "friday"
                | "saturday"
                | "sunday"
        )
    });
    if !(told || introduced && tail.len() <= 4) {
        return None;
    }
    let start = all[..verb]
        .iter()
        .rposition(|p| !p.word && p.folded != "-" || matches!(p.folded.as_str(), "and" | "but"))
        .map_or(0, |at| at + 1);
    subject(text, without_helpers(&all[start..verb]))
}

/// The words up to a mark or a word that begins another clause.
fn until_break(pieces: &[Piece]) -> &[Piece] {
    let end = pieces
        .iter()
        .position(|p| {
            !p.word && p.folded != "-"
                || matches!(
                    p.folded.as_str(),
                    "in" | "on"
                        | "at"
                        | "who"
                        | "after"
                        | "as"
                        | "during"
                        | "when"
                        | "while"
                        | "to"
                        | "from"
                        | "by"
                        | "via"
                        | "adding"
                        | "told"
                        | "said"
                        | "that"
                        | "with"
                        | "late"
                        | "earlier"
                        | "yesterday"
                )
        })
        .unwrap_or(pieces.len());
    &pieces[..end]
}

/// "has", "later", "also" between a speaker and the verb are not part of the name.
fn without_helpers(pieces: &[Piece]) -> &[Piece] {
    let end = pieces
        .iter()
        .rposition(|p| {
            !matches!(
                p.folded.as_str(),
                "has"
                    | "had"
                    | "have"
                    | "also"
                    | "later"
                    | "then"
                    | "was"
                    | "further"
                    | "once"
                    | "again"
                    | "a"
                    | "is"
            )
        })
        .map_or(0, |at| at + 1);
    &pieces[..end]
}

/// The words as one span, where they can be a name, an office or a pronoun.
fn subject(text: &str, pieces: &[Piece]) -> Option<Span> {
    let (first, last) = (pieces.first()?, pieces.last()?);
    let span = first.span.join(last.span);
    let printed = first.span.of(text);
    let plain = printed.starts_with(|c: char| c.is_uppercase())
        || matches!(
            first.folded.as_str(),
            "the"
                | "a"
                | "an"
                | "one"
                | "he"
                | "she"
                | "they"
                | "it"
                | "we"
                | "i"
                | "der"
                | "die"
                | "er"
                | "sie"
                | "le"
                | "la"
                | "il"
                | "elle"
                | "el"
                | "ella"
                | "он"
                | "она"
                | "его"
                | "her"
                | "his"
                | "its"
                | "their"
        );
    (plain && pieces.len() <= LONGEST && first.word && last.word).then_some(span)
}

#[cfg(test)]
mod tests {
    use crate::model::Document;
    use crate::segment::segment;

    fn speakers(text: &str) -> Vec<Option<String>> {
        let document = Document {
            text: text.to_owned(),
            ..Document::default()
        };
        segment(&document, false)
            .quotations
            .iter()
            .map(|q| q.speaker.map(|s| s.of(text).to_owned()))
            .collect()
    }

    #[test]
    fn speakers_are_named_where_they_are_plain() {
        for (text, who) in [
            (
                "\"It is over,\" said Petra Lund, the mayor of Pell.",
                Some("Petra Lund"),
            ),
            (
                "\"It is over,\" the defence ministry said in a statement.",
                Some("the defence ministry"),
            ),
            ("“It is over,” he later added.", Some("he")),
            (
                "Tarsia's Defence Ministry said: \"Shooting goes on.\"",
                Some("Tarsia's Defence Ministry"),
            ),
            (
                "VARN (MPA) - Petra Lund told reporters: \"It is over.\"",
                Some("Petra Lund"),
            ),
            ("\"It is over\", according to Gen. Okan.", Some("Gen. Okan")),
            ("„Es ist vorbei“, sagte Petra Lund.", Some("Petra Lund")),
            ("«Мы уходим», — сказал Орлов.", Some("Орлов")),
            (
                "It accused Velland of \"subversive acts\" near the border.",
                None,
            ),
            ("The film \"Help!\" opens on Friday.", None),
        ] {
            assert_eq!(speakers(text), [who.map(str::to_owned)], "{text}");
        }
    }
}
