//! Furniture glued to the sentence behind it: scrapers lose the line break of a byline, a widget or a headline.
//!
//! "By Staff and Agencies The bank left its rate unchanged" begins with a byline. Where the story begins is told by a word that begins
//! sentences, by the word that ends such lines, by the record's own headline, or by a dateline.

use super::{Folded, Line, dateline, furniture};
use crate::lexicon::is_function_word;
use crate::model::Span;
use crate::text::fold::folded;
use crate::text::sentences::begins_sentence;
use crate::text::tokens::{TokenKind, tokens};

/// Longest furniture, in words, that is looked for before a sentence.
const LONGEST: usize = 20;
/// Fewest words of a sentence behind it.
const LEAST_REST: usize = 4;

/// How many words of a sentence are looked at: of a longer one what is left out is behind every place where it might be cut.
const MOST_STARTS: usize = LONGEST + 2 * LEAST_REST;

/// Words with which lines of furniture end.
const ENDINGS: &[&str] = &[
    "agencies",
    "agency",
    "staff",
    "desk",
    "correspondent",
    "correspondents",
    "bureau",
    "reporter",
    "reporters",
    "archive",
    "updates",
    "platforms",
    "read",
    "minutes",
    "newsletter",
    "clipboard",
    "advertisement",
    "feature",
    "analysis",
    "service",
    "library",
    "graphics",
    "newsroom",
];

/// Lines that sites print between paragraphs and that are always the same, whole.
const WHOLE: &[&str] = &[
    "continue reading the main story",
    "continue reading below",
    "story continues below advertisement",
    "story continues after advertisement",
    "story continues below",
    "article continues below",
    "article continues after ad",
    "scroll down for video",
    "skip advertisement",
    "advertisement",
];

/// Splits furniture off the beginnings of `spans`, the sentences of one paragraph. Beside each span whether it was split off.
pub(super) fn unglue(
    text: &str,
    spans: &[Span],
    title: &[&str],
    (paragraph, behind): (usize, usize),
) -> Vec<(Span, bool)> {
    let mut found = Vec::with_capacity(spans.len());
    for (k, &span) in spans.iter().enumerate() {
        let mut rest = span;
        // A byline may stand behind a headline, tags behind a share line; more than four there are not.
        for _ in 0..4 {
            let printed = rest.of(text);
            let title = if k == 0 && paragraph < 4 { title } else { &[] };
            let Some(at) = cut(printed, title, (paragraph, behind)) else {
                break;
            };
            let start = rest.start as usize;
            let head = printed[..at].trim_end();
            found.push((Span::new(start, start + head.len()), true));
            rest = Span::new(start + at, rest.end as usize);
        }
        found.push((rest, false));
    }
    found
}

/// Byte at which the sentence proper begins.
fn cut(printed: &str, title: &[&str], place: (usize, usize)) -> Option<usize> {
    let starts: Vec<usize> = word_starts(printed);
    if starts.len() < LEAST_REST + 1 {
        return None;
    }
    behind_title(printed, title)
        .or_else(|| behind_whole(printed))
        .or_else(|| behind_shouting(printed, &starts))
        .or_else(|| before_dateline(printed, &starts))
        .or_else(|| behind_bracket(printed, place))
        .or_else(|| behind_furniture(printed, &starts, place))
        .or_else(|| behind_headline(printed, &starts, place))
}

/// Where the first words begin, as many as anybody asks for.
fn word_starts(printed: &str) -> Vec<usize> {
    let mut starts = Vec::with_capacity(MOST_STARTS);
    let mut inside = false;
    let mut at = 0;
    while let Some(&byte) = printed.as_bytes().get(at) {
        // Most letters need no decoding.
        let (space, length) = if byte.is_ascii() {
            (char::from(byte).is_whitespace(), 1)
        } else {
            let letter = printed[at..].chars().next();
            letter.map_or((true, 1), |c| (c.is_whitespace(), c.len_utf8()))
        };
        if !space && !inside {
            starts.push(at);
            if starts.len() == MOST_STARTS {
                break;
            }
        }
        inside = !space;
        at += length;
    }
    starts
}

/// The headline, then the story.
fn behind_title(printed: &str, title: &[&str]) -> Option<usize> {
    if title.len() < 4 {
        return None;
    }
    let words: Vec<Span> = tokens(printed, Span::new(0, printed.len()))
        .iter()
        .filter(|t| t.kind != TokenKind::Mark)
        .map(|t| t.span)
        .collect();
    if words.len() < title.len() + LEAST_REST
        || !words
            .iter()
            .zip(title)
            .all(|(span, word)| folded(span.of(printed)) == *word)
    {
        return None;
    }
    let at = words[title.len()].start as usize;
    printed[at..].starts_with(char::is_uppercase).then_some(at)
}

/// "Continue reading the main story Prince Karl said ..."
fn behind_whole(printed: &str) -> Option<usize> {
    WHOLE.iter().find_map(|line| {
        let head = printed.get(..line.len())?;
        if !head.eq_ignore_ascii_case(line) {
            return None;
        }
        let rest = printed[line.len()..].trim_start_matches([' ', '\u{a0}', ':']);
        let parted = rest.len() < printed.len() - line.len();
        let begins = rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '«'));
        (parted && begins).then_some(printed.len() - rest.len())
    })
}

/// "HAWKISH TONE The bank ...": a heading in capitals before a sentence that is not.
fn behind_shouting(printed: &str, starts: &[usize]) -> Option<usize> {
    let word = |k: usize| {
        let end = starts.get(k + 1).copied().unwrap_or(printed.len());
        printed[starts[k]..end].trim_end()
    };
    let shouted = (0..starts.len())
        .take(8)
        .take_while(|&k| {
            let word = word(k);
            word.chars().count() > 1
                && word
                    .chars()
                    .all(|c| c.is_uppercase() || c == '-' || c == '’' || c == '\'')
        })
        .count();
    let letters: usize = (0..shouted).map(|k| word(k).len()).sum();
    (shouted >= 2
        && letters >= 8
        && starts.len() >= shouted + LEAST_REST
        && begins_sentence(&printed[starts[shouted]..]))
    .then(|| starts[shouted])
}

/// "Sport desk KELVAND (SSA) - ..."
fn before_dateline(printed: &str, starts: &[usize]) -> Option<usize> {
    let shouts = |at: usize| {
        let word = || printed[at..].chars().take_while(|c| c.is_alphabetic());
        word().all(char::is_uppercase) && word().nth(2).is_some()
    };
    starts
        .iter()
        .take(9)
        .skip(1)
        .copied()
        .find(|&at| {
            let rest = &printed[at..];
            shouts(at) && rest[..dateline(rest)].contains('(')
        })
        .filter(|_| !shouts(0) && !printed.starts_with(char::is_lowercase))
        .filter(|&at| !printed[..at].trim_end().ends_with([',', ':', ';', '(']))
        .filter(|_| dateline(printed) == 0)
}

/// "(Own report, special translation) On Saturday ..."
fn behind_bracket(printed: &str, place: (usize, usize)) -> Option<usize> {
    if !printed.starts_with('(') || dateline(printed) > 0 {
        return None;
    }
    let close = printed.find(')')? + 1;
    let rest = printed[close..].trim_start();
    (begins_sentence(rest)
        && rest.split_whitespace().nth(LEAST_REST).is_some()
        && is_furniture(&printed[..close], place))
    .then(|| printed.len() - rest.len())
}

/// Whether words that stand by themselves are furniture.
fn is_furniture(printed: &str, place: (usize, usize)) -> bool {
    let folded = Folded::of(printed);
    let words = folded.words();
    let line = Line::fragment(printed, folded.sentence(0, &words), place);
    furniture::reason(&line).is_some()
}

/// A line of furniture, then a word that begins sentences; or one with its usual last word.
fn behind_furniture(printed: &str, starts: &[usize], place: (usize, usize)) -> Option<usize> {
    if !furniture::may_begin(printed) {
        return None;
    }
    (1..starts.len().min(LONGEST + 1))
        .filter(|&k| starts.len() - k >= LEAST_REST)
        .find(|&k| {
            let (head, rest) = (printed[..starts[k]].trim_end(), &printed[starts[k]..]);
            if !rest.starts_with(char::is_uppercase)
                || head.ends_with(['.', ',', ';', ':', '/', '•', '|', '-', '–'])
            {
                return false;
            }
            let folded = Folded::of(head);
            let words = folded.words();
            let last = words.last().copied().unwrap_or_default();
            let ends = ENDINGS.contains(&last);
            let begins = begins_sentence(rest)
                && !matches!(
                    last,
                    "by" | "and"
                        | "of"
                        | "in"
                        | "for"
                        | "to"
                        | "the"
                        | "with"
                        | "on"
                        | "at"
                        | "from"
                        | "our"
                        | "a"
                );
            // "By MPA in Varn Cyclist Mikel Doss ..."
            let placed = words.len() <= 6
                && words.first() == Some(&"by")
                && words.len() >= 4
                && words[words.len() - 2] == "in";
            (ends || begins || placed) && is_furniture(head, place)
        })
        .map(|k| starts[k])
}

/// The first line of an article, without a stop, and its first sentence: a word that begins sentences stands in capitals right
/// behind a plain word ("your morning in markets The bourse ...").
fn behind_headline(
    printed: &str,
    starts: &[usize],
    (paragraph, _): (usize, usize),
) -> Option<usize> {
    if paragraph > 0 || dateline(printed) > 0 {
        return None;
    }
    let word = |k: usize| {
        let end = starts.get(k + 1).copied().unwrap_or(printed.len());
        printed[starts[k]..end].trim_end()
    };
    (3..starts.len().min(16))
        .filter(|&k| starts.len() - k >= 2 * LEAST_REST)
        .find(|&k| {
            let before = word(k - 1);
            let plain = before.chars().all(char::is_lowercase) && before.chars().count() > 2;
            let opens = matches!(
                word(k),
                "The"
                    | "A"
                    | "An"
                    | "In"
                    | "After"
                    | "At"
                    | "On"
                    | "For"
                    | "It"
                    | "He"
                    | "She"
                    | "They"
                    | "There"
            );
            opens
                && plain
                && !is_function_word(before)
                && !super::says(&before.to_lowercase())
                && !matches!(
                    before,
                    "newspaper"
                        | "magazine"
                        | "daily"
                        | "weekly"
                        | "band"
                        | "film"
                        | "novel"
                        | "book"
                        | "series"
                        | "website"
                        | "paper"
                )
        })
        .map(|k| starts[k])
}

#[cfg(test)]
mod tests {
    use crate::model::Document;
    use crate::segment::segment;

    fn pieces(text: &str, title: &str) -> Vec<(String, bool)> {
        let document = Document {
            text: text.to_owned(),
            title: Some(title.to_owned()),
            ..Document::default()
        };
        segment(&document, false)
            .sentences
            .iter()
            .map(|s| (s.span.of(text).to_owned(), s.matters()))
            .collect()
    }

    #[test]
    fn furniture_is_split_from_the_sentence_behind_it() {
        for (head, story) in [
            (
                "By Staff and Agencies",
                "The bank left its main rate unchanged.",
            ),
            (
                "By our court correspondent",
                "Gregor Amsel left the hearing alone.",
            ),
            ("Advertisement", "Oldera went ahead after two minutes."),
            (
                "Continue reading the main story",
                "Prince Karl and his officials will be relieved by the offer.",
            ),
            (
                "Share this article",
                "After the storm the bridge was closed.",
            ),
            (
                "Reading time: 2 minutes",
                "Cyclist Mikel Doss lost his appeal.",
            ),
            (
                "Photo: Pell Evening archive",
                "President Lund sent her best wishes.",
            ),
            (
                "Tone hardens at the bank",
                "The bank left its main rate unchanged.",
            ),
            ("HAWKISH TONE", "The bank left its main rate unchanged."),
            ("By SSA in Aldern", "Cyclist Mikel Doss lost his appeal."),
            (
                "Ridge Invest - your morning in markets",
                "The Varn bourse left trading in the red on Monday.",
            ),
            (
                "(Own report, special translation)",
                "On Saturday a fire reached the town of Pell.",
            ),
            ("Sport desk", "KELVAND (SSA) - Oldera won the cup."),
        ] {
            assert_eq!(
                pieces(&format!("{head} {story}"), "Tone hardens at the bank"),
                [(head.to_owned(), false), (story.to_owned(), true)],
                "{head}"
            );
        }
    }

    #[test]
    fn sentences_that_only_begin_like_furniture_stay_whole() {
        for whole in [
            "By Monday The Hague had heard nine witnesses in the case.",
            "Share prices in Varn fell after The Ledger reported a loss.",
            "NATO and EU leaders met in Varn on Monday to discuss the pact.",
        ] {
            assert_eq!(pieces(whole, "Court"), [(whole.to_owned(), true)]);
        }
    }
}
