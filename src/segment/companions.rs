//! Furniture that takes several sentences: what stands in one paragraph with a notice is part of it.
//!
//! "Copyright 2026 Pell Mail. All rights reserved. Nothing may be sold on." is one notice of which only one sentence has a known phrase.

use super::Line;
use crate::model::Reason;

/// Most sentences of such a paragraph, and most words of each.
const MOST_SENTENCES: usize = 5;
const LONGEST: usize = 24;

/// Marks, in paragraphs at either end of an article that begin with a notice, the sentences behind it, and a question before one ("Spotted
/// something odd? Write to us."). A paragraph of the story to which a widget was glued begins otherwise.
pub(super) fn mark(lines: &[Line<'_>], found: &mut [Option<Reason>]) {
    let mut begin = 0;
    for paragraph in lines.chunk_by(|a, b| a.paragraph == b.paragraph) {
        let range = begin..begin + paragraph.len();
        begin = range.end;
        let (first, found) = (&paragraph[0], &mut found[range]);
        let at_edge = first.behind < 4 || first.paragraph < 2;
        let short = |line: &Line<'_>| line.words.len() <= LONGEST && !line.quotes;
        if !at_edge || !(2..=MOST_SENTENCES).contains(&paragraph.len()) {
            continue;
        }
        let asks = first.printed.trim_end().ends_with('?') && first.words.len() <= 8;
        if found[0].is_none() && asks && short(first) && found[1..].iter().all(is_notice) {
            found[0] = found[1];
        }
        if !is_notice(&found[0]) || first.glued {
            continue;
        }
        for k in 1..paragraph.len() {
            let says = paragraph[k].words.iter().any(|w| super::says(w));
            if found[k].is_none() && short(&paragraph[k]) && !says {
                found[k] = found[0];
            }
        }
    }
}

/// Kinds that come as whole paragraphs; a share bar or a link is often glued to the story instead.
fn is_notice(why: &Option<Reason>) -> bool {
    matches!(
        why,
        Some(
            Reason::Copyright
                | Reason::Notice
                | Reason::Contact
                | Reason::Subscribe
                | Reason::Comments
        )
    )
}

#[cfg(test)]
mod tests {
    use crate::model::Document;
    use crate::segment::segment;

    /// Sentences left of a story with `last` as its last paragraph.
    fn left(last: &str) -> Vec<String> {
        let text = format!("Troops fought on Monday.\n\nThe town was quiet.\n\n{last}");
        let document = Document {
            text,
            ..Document::default()
        };
        let story = segment(&document, false).sentences.into_iter();
        story
            .filter(|s| s.matters())
            .skip(2)
            .map(|s| s.span.of(&document.text).to_owned())
            .collect()
    }

    #[test]
    fn a_notice_is_set_aside_whole() {
        for last in [
            "Copyright 2026 Pell Mail. All rights reserved. Nothing may be sold on.",
            "This story has been published from a wire agency feed. Only its headline is ours.",
            "Spotted something odd? Write to us.",
        ] {
            assert_eq!(left(last), [""; 0], "{last}");
        }
    }

    #[test]
    fn a_story_that_ends_with_a_notice_stays() {
        assert_eq!(
            left("The bridge is closed. All rights reserved."),
            ["The bridge is closed."]
        );
        assert_eq!(
            left("Who fired first? The army does not say. Write to us."),
            ["Who fired first?", "The army does not say."]
        );
    }
}
