//! Direct speech: which parts of a text stand inside quotation marks.

use crate::model::Span;

/// Spans inside quotation marks, marks included, in order. Handles `"…"`, `“…”`, `«…»`, `„…“`, and single curly
/// quotes that open at a word's start. A quotation that never closes ends with its paragraph, as
/// newspapers print a speech that goes on in the next one. Linear time.
pub fn quotations(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '\n' {
            if let Some((start, _)) = open.take() {
                found.push(Span::new(start, at));
            }
        } else if let Some((start, mark)) = open {
            let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
            let closes = match mark {
                '"' => c == '"',
                '“' => matches!(c, '”' | '"'),
                '„' => matches!(c, '“' | '”'),
                '«' => c == '»',
                '‘' => c == '’' && !next.is_alphanumeric(),
                '\'' => c == '\'' && !next.is_alphanumeric() && !before.is_whitespace(),
                _ => false,
            };
            if closes {
                found.push(Span::new(start, at + c.len_utf8()));
                open = None;
            }
        } else if matches!(c, '"' | '“' | '„' | '«')
            || (matches!(c, '‘' | '\'')
                && !before.is_alphanumeric()
                && text[at + c.len_utf8()..]
                    .chars()
                    .next()
                    .is_some_and(char::is_alphabetic)
                && single_closes(&text[at + c.len_utf8()..]))
        {
            open = Some((at, c));
        }
        before = c;
    }
    if let Some((start, _)) = open {
        found.push(Span::new(start, text.len()));
    }
    found
}

/// A single quote opens speech only where a closing one follows within the paragraph ("the '90s" does not).
fn single_closes(rest: &str) -> bool {
    let line = rest.split('\n').next().unwrap_or("");
    let mut chars = line.char_indices().peekable();
    let mut before = ' ';
    while let Some((_, c)) = chars.next() {
        if matches!(c, '\'' | '’')
            && !before.is_whitespace()
            && !chars
                .peek()
                .is_some_and(|&(_, next)| next.is_alphanumeric())
        {
            // "the workers' union" closes nothing; a quotation ends at a mark or before a space after one.
            return true;
        }
        before = c;
    }
    false
}

/// Share of the bytes of `span` that lie inside `quotations`, 0..=1.
pub fn quoted_share(span: Span, quotations: &[Span]) -> f32 {
    if span.is_empty() {
        return 0.0;
    }
    let inside: usize = quotations
        .iter()
        .filter(|q| q.overlaps(span))
        .map(|q| (q.end.min(span.end) - q.start.max(span.start)) as usize)
        .sum();
    inside as f32 / span.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_styles_of_quotes_are_found() {
        for text in [
            "he \"said so\" then",
            "he “said so” then",
            "he «said so» then",
            "he ‘said so’ then",
            "he 'said so' then",
        ] {
            let found = quotations(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].of(text).contains("said so"), "{text}");
        }
    }

    #[test]
    fn apostrophes_open_nothing() {
        assert!(quotations("It's the outlet's story of the 1990s, isn't it").is_empty());
    }

    #[test]
    fn an_open_quotation_ends_with_its_paragraph() {
        let text = "\"One.\n\"Two.\"\nThree";
        let found: Vec<_> = quotations(text).iter().map(|q| q.of(text)).collect();
        assert_eq!(found, ["\"One.", "\"Two.\""]);
    }
}
