//! Where sentences end.
//!
//! Rules for news prose: a stop ends a sentence unless it belongs to an abbreviation, an initial, a decimal, an ordinal or an
//! ellipsis, or stands inside a quotation that its sentence carries on (`"..." he said`). A stop with no space behind
//! it ends one too when a capital follows a lower-case word ("violated.The ministry"). Scripts with stops of their own end
//! with them. `corpus/sentences/` holds what the rules are measured by.

mod abbreviations;

use super::fold::is_unspaced;
use super::language::Language;
use crate::model::Span;
use abbreviations::{Abbreviation, abbreviation, has_dotted_ordinals, is_class, second_is_verb};

pub(crate) use abbreviations::begins_sentence;

/// Longest sentence in bytes; a longer one is cut, at a space where there is one. 2,400: some 400 words, three times the
/// longest sentence of the news corpora it was tried on. Comparing two sentences takes the product of their lengths, and a text
/// without stops would otherwise be one sentence of a megabyte.
const LONGEST_BYTES: usize = 2400;

/// Thai and Lao have no stops; a space there ends a sentence or a clause. Pieces of so many characters are cut at one.
const STOPLESS_CHARS: usize = 120;

/// Sentence spans of one paragraph, in order, without surrounding white space. `language` (see
/// [`super::language::language`]) settles what only one language does, such as ordinals with a stop. Linear time.
pub fn sentences(text: &str, paragraph: Span, language: Option<Language>) -> Vec<Span> {
    let part = paragraph.of(text);
    let base = paragraph.start as usize;
    let mut chars = Vec::with_capacity(part.len());
    if part.is_ascii() {
        chars.extend(part.bytes().map(char::from).enumerate());
    } else {
        chars.extend(part.char_indices());
    }
    let scan = Scan {
        part,
        chars,
        language,
    };
    let spaces_may_end = matches!(language, Some("th" | "lo"));
    let chars = &scan.chars;
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0_i32;
    let mut straight = false;
    let mut i = 0;
    while i < chars.len() {
        let (_, c) = chars[i];
        // Nearly all of every text.
        if matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | ',') && !spaces_may_end {
            i += 1;
            continue;
        }
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = (depth - 1).max(0),
            '"' => straight = !straight,
            _ => {}
        }
        let stopless = spaces_may_end && c.is_whitespace() && i - start >= STOPLESS_CHARS;
        if !stopless && !scan.is_terminator(i) {
            i += 1;
            continue;
        }
        let stops_end = scan.end_of_stops(i);
        let (closed, closes_bracket) = scan.end_of_closers(stops_end, &mut straight);
        let inside_bracket = depth > 0 && !closes_bracket && scan.bracket_closes_soon(closed);
        if stopless || !inside_bracket && scan.ends_here(start, i, stops_end, closed) {
            push(
                part,
                base,
                chars[start].0,
                chars.get(closed).map_or(part.len(), |c| c.0),
                &mut found,
            );
            start = closed;
            depth = 0;
        } else if closes_bracket {
            depth = (depth - 1).max(0);
        }
        i = closed.max(i + 1);
        if start >= chars.len() {
            break;
        }
    }
    if start < chars.len() {
        push(part, base, chars[start].0, part.len(), &mut found);
    }
    found
}

fn push(part: &str, base: usize, from: usize, to: usize, found: &mut Vec<Span>) {
    let piece = &part[from..to];
    let trimmed = piece.trim();
    if trimmed.is_empty() {
        return;
    }
    let lead = piece.len() - piece.trim_start().len();
    // Loose marks between sentences (a quote that opens with a space behind it) belong to the sentence before.
    if !trimmed.chars().any(char::is_alphanumeric)
        && let Some(last) = found.last_mut()
    {
        *last = last.join(Span::new(
            base + from + lead,
            base + from + lead + trimmed.len(),
        ));
        return;
    }
    let mut rest = trimmed;
    let mut at = base + from + lead;
    while rest.len() > LONGEST_BYTES {
        let most = (0..=LONGEST_BYTES)
            .rev()
            .find(|&at| rest.is_char_boundary(at))
            .unwrap_or(0);
        let cut = rest[..most]
            .rfind(char::is_whitespace)
            .filter(|&space| space > most / 2)
            .unwrap_or(most);
        let piece = rest[..cut].trim_end();
        found.push(Span::new(at, at + piece.len()));
        let next = rest[cut..].trim_start();
        at += rest.len() - next.len();
        rest = next;
    }
    if !rest.is_empty() {
        found.push(Span::new(at, at + rest.len()));
    }
}

/// Stops that nothing but the end of a sentence uses.
fn is_full_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '！'
            | '？'
            | '｡'
            | '．'
            | '।'
            | '॥'
            | '۔'
            | '։'
            | '።'
            | '፧'
            | '။'
            | '។'
            | '៕'
    )
}

fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '“' | '‘' | '«' | '‹' | '„' | '‚' | '(' | '[' | '「' | '『' | '¿' | '¡'
    )
}

/// One paragraph on the way through it.
struct Scan<'a> {
    part: &'a str,
    /// Its characters, each with its byte.
    chars: Vec<(usize, char)>,
    language: Option<Language>,
}

impl Scan<'_> {
    fn at(&self, index: usize) -> Option<char> {
        self.chars.get(index).map(|&(_, c)| c)
    }

    fn is_terminator(&self, at: usize) -> bool {
        let c = self.chars[at].1;
        match c {
            '.' | '!' | '?' | '…' | '؟' | '\u{37e}' => true,
            // The Greek question mark looks like a semicolon and is mostly typed as one.
            ';' => self.language == Some("el"),
            _ => is_full_stop(c),
        }
    }

    /// Past the run of stops at `from`; an ellipsis may have spaces inside (". . .").
    fn end_of_stops(&self, from: usize) -> usize {
        let mut end = from + 1;
        loop {
            if end < self.chars.len() && self.is_terminator(end) {
                end += 1;
            } else if self.at(end) == Some(' ')
                && self.at(end + 1) == Some('.')
                && self.chars[end - 1].1 == '.'
                && self.at(end + 2).is_none_or(|c| c == ' ' || c == '.')
            {
                end += 2;
            } else {
                return end;
            }
        }
    }

    /// Past the closing quotes and brackets at `from`, and whether a bracket is among them. Keeps count of straight quotes.
    fn end_of_closers(&self, from: usize, straight: &mut bool) -> (usize, bool) {
        let (mut closed, mut bracket) = (from, false);
        while let Some(c) = self.at(closed) {
            let next = self.at(closed + 1);
            let closes = match c {
                '”' | '’' | '»' | '›' | ')' | ']' | '」' | '』' | '）' | '】' | '》' => {
                    true
                }
                // A straight quote closes when nothing of a word follows it at once, or when one is open.
                '"' => *straight || next.is_none_or(|n| !n.is_alphanumeric()),
                '\'' => next.is_none_or(|n| !n.is_alphanumeric()),
                '“' => next.is_none_or(|n| n.is_whitespace() || matches!(n, ',' | '.')),
                // French sets a space before a guillemet that closes.
                ' ' | '\u{a0}' | '\u{202f}' if next == Some('»') => {
                    closed += 1;
                    true
                }
                _ => false,
            };
            if !closes {
                break;
            }
            if c == '"' {
                *straight = !*straight;
            }
            bracket |= matches!(c, ')' | ']');
            closed += 1;
        }
        (closed, bracket)
    }

    fn bracket_closes_soon(&self, from: usize) -> bool {
        self.chars[from..]
            .iter()
            .take(120)
            .find(|&&(_, c)| matches!(c, ')' | ']' | '('))
            .is_some_and(|&(_, c)| c != '(')
    }

    /// Whether the run of stops from `i` to `stops_end`, with closing marks up to `closed`, ends the sentence that began at `start`.
    fn ends_here(&self, start: usize, i: usize, stops_end: usize, closed: usize) -> bool {
        let stop = self.chars[i].1;
        let Some(next) = self.at(closed) else {
            return true;
        };
        let quoted = closed > stops_end;
        if is_full_stop(stop) {
            return !(quoted && self.speaker_follows(closed));
        }
        // What comes next, past space and opening marks.
        let mut k = closed;
        while self
            .at(k)
            .is_some_and(|c| c.is_whitespace() || is_opener(c) || matches!(c, '-' | '–' | '—'))
        {
            k += 1;
        }
        let Some(first) = self.at(k) else {
            return true;
        };
        let follows = &self.part[self.chars[k].0..];
        let single = stops_end - i == 1;
        let word = word_before(self.part, self.chars[i].0);
        if !next.is_whitespace() {
            let closed_before = i > 0 && matches!(self.chars[i - 1].1, ')' | '”' | '"' | '»');
            return self.ends_unspaced(word, (quoted, closed_before), single, next, first, follows);
        }
        let kind = if stop == '.' && single {
            self.abbreviation(word, i)
        } else {
            None
        };
        if first.is_lowercase() {
            // "... said so." he added; "Yahoo! shares"; an ellipsis inside. But a new sentence may begin in lower case
            // where a relative clause was torn off by translation: a stop after a long lower-case word, "which ...".
            return stop == '.'
                && single
                && !quoted
                && kind.is_none()
                && !(self.is_ordinal(word) || is_small_number(word))
                && !is_numeral(word)
                && !self.is_lone_letter(word)
                && !dotted_letters(word)
                && !word.is_empty();
        }
        let ellipsis = self.chars[i..stops_end]
            .iter()
            .all(|&(_, c)| matches!(c, '.' | '…' | ' '))
            && (stop == '…' || !single);
        if ellipsis {
            // "forces ... came" was refused above; before a capital it ends one, unless spaced off mid-sentence as a cut.
            let spaced_before = i > 0 && self.chars[i - 1].1.is_whitespace();
            return !spaced_before || quoted || i == 0;
        }
        if stop != '.' || quoted {
            return true;
        }
        match kind {
            Some(Abbreviation::Never) => return false,
            Some(Abbreviation::BeforeFigure) => {
                return !(first.is_ascii_digit()
                    || word.eq_ignore_ascii_case("v") && first.is_uppercase());
            }
            Some(Abbreviation::Unit) => return !first.is_ascii_digit() && first != '(',
            Some(Abbreviation::MayEnd) => return self.may_end(word, i, follows, first),
            None => {}
        }
        if word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty() {
            // "1. Close the valve": the number of a point is not the point.
            let head = self.part[self.chars[start].0..self.chars[i].0].trim_start();
            let opens = head == word || head.strip_suffix(word).is_some_and(|h| h.ends_with(": "));
            return !(opens && word.len() <= 2
                || self.is_ordinal(word) && !begins_sentence(follows));
        }
        if self.is_lone_letter(word) && self.part[..self.chars[i].0 - word.len()].ends_with('/') {
            // "at 90 km/h. The road", "sold by Norlys A/S. The buyer": half of an abbreviation that is written without stops.
            return word.chars().all(char::is_lowercase) || begins_sentence(follows);
        }
        if self.is_lone_letter(word) && !word.chars().all(char::is_uppercase) {
            // "т. е.", "z. B.", "κ. Παππάς"; but "9.98 s. The wind", "в 2020 г. Город".
            return self.figure_before(word, i);
        }
        if dotted_letters(word) {
            if first.is_ascii_digit() || !word.chars().any(char::is_uppercase) {
                return begins_sentence(follows);
            }
            if word != "I" {
                return self.initial_may_end(i, word, follows);
            }
        }
        true
    }

    /// The stop at a word's end with no space behind: "violated.The", and scripts without spaces.
    fn ends_unspaced(
        &self,
        word: &str,
        (quoted, closed_before): (bool, bool),
        single: bool,
        next: char,
        first: char,
        follows: &str,
    ) -> bool {
        let opened = is_opener(next) && next != '(' && next != '[';
        let plain = word.chars().count() > 1
            && word.chars().all(char::is_alphabetic)
            && word.chars().last().is_some_and(char::is_lowercase);
        let quoted = quoted || closed_before;
        let whole = follows.chars().take_while(|c| c.is_alphabetic()).count() > 1
            && !follows
                .chars()
                .take_while(|c| !c.is_whitespace())
                .any(|c| matches!(c, '/' | '@'))
            && !follows.split_whitespace().next().is_some_and(|w| {
                w.trim_end_matches(['.', ',', '"', '”', '!', '?'])
                    .contains('.')
            });
        let glued = single
            && (first.is_uppercase() || opened)
            && (next == first || opened)
            && (plain || quoted)
            && (whole || quoted && first.is_uppercase());
        let unspaced = is_unspaced(first) && !(quoted && self.language == Some("ko"));
        glued || (!quoted && single && unspaced)
    }

    /// Behind a quotation that ends with a stop of its own: "。”他说", "。」と彼は".
    fn speaker_follows(&self, closed: usize) -> bool {
        if self
            .at(closed)
            .is_some_and(|c| matches!(c, '，' | '、' | ','))
        {
            return true;
        }
        if self.language == Some("ja") {
            return self.at(closed) == Some('と') || self.at(closed) == Some('っ');
        }
        let clause: String = self.chars[closed..]
            .iter()
            .map(|&(_, c)| c)
            .take_while(|&c| !is_full_stop(c))
            .take(16)
            .collect();
        let short = clause.chars().count() < 16;
        short
            && clause.trim_end().ends_with([
                '说', '說', '道', '称', '稱', '问', '問', '答', '喊', '写', '寫',
            ])
    }

    fn abbreviation(&self, word: &str, i: usize) -> Option<Abbreviation> {
        let folded = word.to_lowercase();
        let head = self.part[..self.chars[i].0]
            .strip_suffix(word)
            .unwrap_or("")
            .trim_end();
        // "6 ft. 2 in. tall": a unit behind a figure, a word elsewhere.
        if folded == "in" && head.ends_with(|c: char| c.is_ascii_digit()) {
            return Some(Abbreviation::MayEnd);
        }
        abbreviation(&folded, word, head.ends_with(','), self.language)
    }

    fn may_end(&self, word: &str, i: usize, follows: &str, first: char) -> bool {
        if first.is_ascii_digit() || follows.starts_with('(') {
            return false;
        }
        let folded = word.to_lowercase();
        match folded.as_str() {
            // Clock times mostly continue with a lower-case word, a zone or a day.
            "a.m" | "p.m" => {
                let mut words = follows.split_whitespace();
                let then = words.next().unwrap_or("");
                let plain = then.trim_end_matches(|c: char| !c.is_alphanumeric());
                let zone =
                    (2..=4).contains(&plain.len()) && plain.chars().all(|c| c.is_ascii_uppercase());
                let day = plain.ends_with("day")
                    && ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
                        .iter()
                        .any(|d| plain.starts_with(d));
                let local = words.next().is_some_and(|w| w.starts_with("time"));
                !(zone || day || local)
            }
            "etc" | "ecc" | "usw" | "enz" | "itd" | "itp" => true,
            // "Harbour St. It sells rope", but "St. Marten".
            "st" | "ft" => self.behind_name_or_figure(word, i) && begins_sentence(follows),
            "ave" | "blvd" | "rd" | "hwy" | "ln" => {
                begins_sentence(follows) || second_is_verb(follows)
            }
            _ => begins_sentence(follows),
        }
    }

    fn behind_name_or_figure(&self, word: &str, i: usize) -> bool {
        self.part[..self.chars[i].0]
            .strip_suffix(word)
            .unwrap_or("")
            .split_whitespace()
            .next_back()
            .is_some_and(|w| w.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
    }

    fn is_ordinal(&self, word: &str) -> bool {
        has_dotted_ordinals(self.language) && (is_small_number(word) || is_roman(word))
    }

    fn is_lone_letter(&self, word: &str) -> bool {
        let mut chars = word.chars();
        chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
    }

    fn figure_before(&self, word: &str, i: usize) -> bool {
        self.part[..self.chars[i].0]
            .strip_suffix(word)
            .unwrap_or("")
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit())
    }

    /// Behind capitals with stops ("J.", "J.K.", "U.S."): a lone one is an initial when a capitalised word, a title or the
    /// paragraph's start stands before it; "Plan B. The" and "41.5 C. Schools" are ends, and so is "Boris V. He".
    fn initial_may_end(&self, i: usize, word: &str, follows: &str) -> bool {
        let head = self.part[..self.chars[i].0]
            .strip_suffix(word)
            .unwrap_or("")
            .trim_end();
        let Some(before) = head
            .rsplit(char::is_whitespace)
            .next()
            .filter(|w| !w.is_empty())
        else {
            return false;
        };
        let plain: String = before.chars().filter(|c| c.is_alphanumeric()).collect();
        if is_class(&plain) || plain.chars().all(|c| c.is_ascii_digit()) && !plain.is_empty() {
            return true;
        }
        begins_sentence(follows)
            && (word.contains('.') || plain.chars().count() > 1 && before == plain)
    }
}

/// The word right before the stop at byte `at`, inner stops included ("U.S", "a.m").
fn word_before(part: &str, at: usize) -> &str {
    let head = &part[..at];
    let start = head
        .char_indices()
        .rev()
        .take_while(|&(_, c)| {
            c.is_alphanumeric()
                || c == '.'
                || c == '\''
                || c == '’'
                || unicode_normalization::char::is_combining_mark(c)
        })
        .last()
        .map_or(at, |(i, _)| i);
    head[start..].trim_start_matches(['.', '\'', '’'])
}

/// One letter, or several with stops between, in either case: "J", "J.K", "U.S", "т.е".
fn dotted_letters(word: &str) -> bool {
    !word.is_empty()
        && word
            .split('.')
            .all(|piece| piece.chars().count() == 1 && piece.chars().all(char::is_alphabetic))
}

/// A day, an ordinal or the number of a point.
fn is_small_number(word: &str) -> bool {
    !word.is_empty() && word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit())
}

/// "ii", "iv": the number of a point.
fn is_numeral(word: &str) -> bool {
    word.len() > 1 && word.len() <= 4 && word.chars().all(|c| matches!(c, 'i' | 'v' | 'x'))
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text, Span::new(0, text.len()), None)
            .iter()
            .map(|s| s.of(text))
            .collect()
    }

    #[test]
    fn abbreviations_initials_and_decimals_do_not_end_sentences() {
        for whole in [
            "Gen. A. B. Stone met Mr. Kern at 6.30 p.m. on Monday.",
            "\"At 00:05 a.m. (2005 GMT) on Tuesday, it began,\" the ministry said.",
            "The U.S. President spoke of 2.5 percent growth.",
            "Positions of the forces ... came under fire.",
            "The firm, Oakley Inc. of Dell, fell.",
            "No. 4 seed J.K. Marsh won.",
        ] {
            assert_eq!(cut(whole), [whole]);
        }
    }

    #[test]
    fn an_abbreviation_with_a_stroke_may_end_a_sentence() {
        assert_eq!(
            cut(
                "It shuts in winds above 90 km/h. Boats were drawn up at 5 m/s. Norlys A/S. The rest stays."
            ),
            [
                "It shuts in winds above 90 km/h.",
                "Boats were drawn up at 5 m/s.",
                "Norlys A/S.",
                "The rest stays."
            ]
        );
        let whole = "The yard was sold to Norlys A/S. Brandt of Pelling for 3 million.";
        assert_eq!(cut(whole), [whole]);
    }

    #[test]
    fn stops_inside_quotations_end_sentences_only_before_a_new_one() {
        assert_eq!(
            cut("\"It is over.\" The union left."),
            ["\"It is over.\"", "The union left."]
        );
        assert_eq!(
            cut("“Is it over?” he asked. Nobody knew."),
            ["“Is it over?” he asked.", "Nobody knew."]
        );
        assert_eq!(
            cut("aimed at military targets.\" Armenia said: \"It goes on."),
            [
                "aimed at military targets.\"",
                "Armenia said: \"It goes on."
            ]
        );
    }

    #[test]
    fn a_missing_space_still_ends_a_sentence() {
        assert_eq!(
            cut("The truce was violated.The ministry denied it."),
            ["The truce was violated.", "The ministry denied it."]
        );
        assert_eq!(
            cut("See www.example.org for more."),
            ["See www.example.org for more."]
        );
    }

    #[test]
    fn text_without_stops_is_cut_into_pieces_that_lose_no_letter() {
        for text in [
            "word ".repeat(3000),
            "x".repeat(10_000),
            "\u{65b0}\u{534e}".repeat(2000),
        ] {
            let cuts = cut(&text);
            assert!(cuts.iter().all(|c| c.len() <= LONGEST_BYTES));
            let letters = |t: &str| t.split_whitespace().collect::<String>();
            assert_eq!(
                cuts.iter().map(|c| letters(c)).collect::<String>(),
                letters(&text)
            );
        }
    }

    #[test]
    fn other_scripts_end_with_their_own_stops() {
        assert_eq!(cut("今天下雨。明天晴。"), ["今天下雨。", "明天晴。"]);
    }

    proptest::proptest! {
        #[test]
        fn sentences_lie_in_order_and_lose_no_letter(text in "[A-Za-z .,\"'!?()“”0-9]{0,120}") {
            let found = sentences(&text, Span::new(0, text.len()), None);
            let kept: usize = found.iter().map(|s| s.of(&text).chars().filter(|c| c.is_alphanumeric()).count()).sum();
            proptest::prop_assert_eq!(kept, text.chars().filter(|c| c.is_alphanumeric()).count());
            proptest::prop_assert!(found.windows(2).all(|w| w[0].end <= w[1].start));
        }
    }
}
