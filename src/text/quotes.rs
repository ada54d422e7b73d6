//! Direct speech: which parts of a text stand inside quotation marks, in the styles of many languages.

use crate::model::Span;

/// Marks that open a quotation, each with those that close it.
const PAIRS: &[(char, &[char])] = &[
    ('"', &['"', '”']),
    ('“', &['”', '"', '“']),
    ('„', &['“', '”', '"', '„']),
    ('”', &['”']),
    ('«', &['»']),
    ('»', &['«', '»']),
    ('‹', &['›']),
    ('‘', &['’', '\'']),
    ('\'', &['\'', '’']),
    ('‚', &['‘', '’']),
    ('「', &['」']),
    ('『', &['』']),
    ('＂', &['＂']),
];

/// Spans inside quotation marks, marks included, in order, none inside another. `paragraphs` are those of the text.
///
/// Handles `"…"`, `“…”`, `„…“`, `”…”`, `«…»`, `»…«`, `‘…’`, `'…'`, `‚…‘`, `「…」` and lines of dialogue behind a dash (`— …, — said
/// he`). A quotation that never closes goes on to the end of its paragraph where its mark opens it or the next paragraph
/// opens again, as newspapers print a long speech; elsewhere a straight mark without a mate is no quotation. Linear time in practice:
/// a mark looks for its mate within its paragraph.
pub fn quotations(text: &str, paragraphs: &[Span]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut in_dialogue = false;
    for (k, paragraph) in paragraphs.iter().enumerate() {
        let part = paragraph.of(text);
        let base = paragraph.start as usize;
        let next = paragraphs
            .get(k + 1)
            .and_then(|p| p.of(text).chars().next());
        // Most paragraphs have no mark of any kind.
        let marked = |b: u8| matches!(b, b'"' | b'\'') || !b.is_ascii();
        if !part.bytes().any(marked) {
            in_dialogue = false;
            continue;
        }
        let chars: Vec<(usize, char)> = part.char_indices().collect();
        let before = found.len();
        let mut at = 0;
        while at < chars.len() {
            let Some(closers) = opens(&chars, at) else {
                at += 1;
                continue;
            };
            let from = base + chars[at].0;
            if let Some(end) = closes(&chars, at, closers) {
                let to = base + chars[end].0 + chars[end].1.len_utf8();
                found.push(Span::new(from, to));
                at = end + 1;
            } else {
                // Never closed.
                let mark = chars[at].1;
                let reopened = next == Some(mark);
                let leads = at == 0
                    || chars[..at]
                        .iter()
                        .rev()
                        .find(|(_, c)| !c.is_whitespace())
                        .is_some_and(|&(_, c)| matches!(c, ':' | ','));
                if reopened || leads && !matches!(mark, '\'' | '‘') {
                    found.push(Span::new(from, paragraph.end as usize));
                    break;
                }
                at += 1;
            }
        }
        if found.len() == before {
            let spoken = dialogue(part, in_dialogue);
            in_dialogue = !spoken.is_empty();
            found.extend(
                spoken
                    .into_iter()
                    .map(|(from, to)| Span::new(base + from, base + to)),
            );
        } else {
            in_dialogue = false;
        }
    }
    found
}

/// The marks that would close what opens at `at`, if something does.
fn opens(chars: &[(usize, char)], at: usize) -> Option<&'static [char]> {
    let c = chars[at].1;
    if c.is_ascii() && !matches!(c, '"' | '\'') {
        return None;
    }
    let (_, closers) = PAIRS.iter().find(|(open, _)| *open == c)?;
    let before = at.checked_sub(1).map_or(' ', |k| chars[k].1);
    let after = chars.get(at + 1).map_or(' ', |next| next.1);
    let opens = match c {
        '"' | '“' => !before.is_alphanumeric() && !after.is_whitespace(),
        '„' | '「' | '『' | '＂' => true,
        // French sets a space inside.
        '«' | '‹' => after != ' ' || chars.get(at + 2).is_some_and(|n| n.1.is_alphanumeric()),
        '»' | '”' => (before.is_whitespace() || before == '(') && after.is_alphanumeric(),
        _ => !before.is_alphanumeric() && after.is_alphabetic(),
    };
    opens.then_some(*closers)
}

/// Where the quotation that opens at `at` closes within its paragraph.
fn closes(chars: &[(usize, char)], at: usize, closers: &[char]) -> Option<usize> {
    let open = chars[at].1;
    let single = matches!(open, '\'' | '‘' | '‚');
    let mut depth = 0;
    let mut likely = None;
    for k in at + 1..chars.len() {
        let c = chars[k].1;
        if c == open && !closers.contains(&c) {
            depth += 1;
            continue;
        }
        if !closers.contains(&c) {
            continue;
        }
        let before = chars[k - 1].1;
        let after = chars.get(k + 1).map_or(' ', |next| next.1);
        if single {
            // "the '90s", "workers' union": an apostrophe closes only where nothing better does.
            if after.is_alphanumeric() || before.is_whitespace() {
                continue;
            }
            let possessive = before == 's'
                && after == ' '
                && chars.get(k + 2).is_some_and(|n| n.1.is_lowercase());
            if possessive {
                likely = likely.or(Some(k));
                continue;
            }
            return Some(k);
        }
        // An open mark seen again closes only where no word follows it.
        if c == '“' && open == '“' && after.is_alphanumeric() {
            continue;
        }
        if depth > 0 {
            depth -= 1;
            continue;
        }
        return Some(k);
    }
    likely
}

/// Parts of a paragraph that begins with a dash and is speech: "— Мы уходим, — сказал он. — Навсегда." `goes_on`: the paragraph
/// before was such. Byte ranges.
fn dialogue(part: &str, goes_on: bool) -> Vec<(usize, usize)> {
    let Some(opening) = part.chars().next().filter(|c| matches!(c, '—' | '–' | '―')) else {
        return Vec::new();
    };
    if !part[opening.len_utf8()..].starts_with([' ', '\u{a0}', '¿', '¡']) {
        return Vec::new();
    }
    // Dashes behind a comma, a question or a call change between speech and who speaks.
    let mut turns = Vec::new();
    for (at, _) in part.match_indices(opening).skip(1) {
        let before = part[..at].trim_end();
        if before.ends_with([',', '!', '?', '…', '.']) {
            turns.push(at);
        }
    }
    let attributed = turns.first().is_some_and(|&at| {
        part[at + opening.len_utf8()..]
            .trim_start()
            .starts_with(char::is_lowercase)
    });
    if !attributed {
        return if goes_on {
            vec![(0, part.len())]
        } else {
            Vec::new()
        };
    }
    let mut spoken = vec![(0, part[..turns[0]].trim_end().len())];
    if let Some(&again) = turns.get(1) {
        spoken.push((again, part.len()));
    }
    spoken
}

/// Share of the bytes of `span` that lie inside `quotations`, 0..=1.
pub fn quoted_share(span: Span, quotations: impl IntoIterator<Item = Span>) -> f32 {
    if span.is_empty() {
        return 0.0;
    }
    let inside: usize = quotations
        .into_iter()
        .filter(|q| q.overlaps(span))
        .map(|q| (q.end.min(span.end) - q.start.max(span.start)) as usize)
        .sum();
    inside as f32 / span.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<&str> {
        let mut at = 0;
        let paragraphs: Vec<Span> = text
            .split('\n')
            .map(|line| {
                at += line.len() + 1;
                Span::new(at - 1 - line.len(), at - 1)
            })
            .collect();
        quotations(text, &paragraphs)
            .iter()
            .map(|q| q.of(text))
            .collect()
    }

    #[test]
    fn all_styles_of_quotes_are_found() {
        for (text, expected) in [
            ("he \"said so\" then", "\"said so\""),
            ("he “said so” then", "“said so”"),
            ("er „sagte so“ dann", "„sagte so“"),
            ("er »sagte so« dann", "»sagte so«"),
            ("han ”sade så” sedan", "”sade så”"),
            ("il « disait » alors", "« disait »"),
            ("he ‘said so’ then", "‘said so’"),
            ("he 'said so' then", "'said so'"),
            ("er ‚sagte so‘ dann", "‚sagte so‘"),
            ("他说「下雨了」然后", "「下雨了」"),
            ("“He said ‘no’ twice,” she said", "“He said ‘no’ twice,”"),
            ("« Il a dit «non» hier » alors", "« Il a dit «non» hier »"),
            (
                "‘The workers’ union left,’ he said",
                "‘The workers’ union left,’",
            ),
        ] {
            assert_eq!(quoted(text), [expected], "{text}");
        }
    }

    #[test]
    fn apostrophes_inches_and_lone_marks_open_nothing() {
        for text in [
            "It's the outlet's story of the 1990s, isn't it",
            "The board is 6\" wide and 4\" deep",
            "The '90s were the miners' years",
            "He gave up \" and left",
        ] {
            assert!(quoted(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_speech_goes_on_through_paragraphs_that_open_again() {
        assert_eq!(quoted("He said: “One.\n“Two.”\nThree"), ["“One.", "“Two.”"]);
        assert_eq!(quoted("\"One.\n\"Two.\"\nThree"), ["\"One.", "\"Two.\""]);
    }

    #[test]
    fn dialogue_behind_dashes_is_speech_where_somebody_is_said_to_speak() {
        assert_eq!(
            quoted("— Мы уходим, — сказал он. — Навсегда."),
            ["— Мы уходим,", "— Навсегда."]
        );
        assert_eq!(
            quoted("— Nous partons, — dit-elle.\n— Quand ?"),
            ["— Nous partons,", "— Quand ?"]
        );
        assert!(quoted("– Two were hurt\n– One died").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn quotations_lie_in_order(text in "[a-zé .,'\"“”‘’«»„—\n]{0,80}") {
            let paragraphs: Vec<Span> = {
                let mut at = 0;
                text.split('\n').map(|l| { at += l.len() + 1; Span::new(at - 1 - l.len(), at - 1) }).collect()
            };
            let found = quotations(&text, &paragraphs);
            proptest::prop_assert!(found.windows(2).all(|w| w[0].end <= w[1].start));
            proptest::prop_assert!(found.iter().all(|q| !q.of(&text).is_empty()));
        }
    }
}
