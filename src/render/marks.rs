//! Which words differ between a passage and its counterpart.
//!
//! The longest common subsequence of tokens, words weighing more than punctuation, after common ends are taken
//! off. Islands of agreement too small to help a reader ("of", a comma) between two changes join the change.

use crate::model::Span;
use crate::text::fold::fold;
use crate::text::tokens::{Token, TokenKind, tokens};

/// Cells of the comparison table above which the middle counts as changed throughout: two passages of 2,000
/// words. Sentences never come near; a broken text of one giant sentence would.
const MAX_CELLS: usize = 4_000_000;

/// Which text a piece comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The same words in both.
    Both,
    /// Other words, or words on one side only.
    Changed,
}

/// A run of words that agree, or that differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whether both texts have it.
    pub side: Side,
    /// Its words in the source, one span per sentence touched; empty when only the copy has words here.
    pub source: Vec<Span>,
    /// Its words in the copy, likewise.
    pub copy: Vec<Span>,
}

struct Word {
    span: Span,
    sentence: usize,
    folded: String,
    weight: u32,
}

/// Compares the sentences `source` of one text with the sentences `copy` of another, word by word. Case, accents
/// and the shape of quotation marks do not count as differences. Time and space grow with the product of the
/// differing middles, at most four million cells.
pub fn word_diff(source_text: &str, source: &[Span], copy_text: &str, copy: &[Span]) -> Vec<Piece> {
    let left = words(source_text, source);
    let right = words(copy_text, copy);
    let same = common(&left, &right);
    let runs = runs(&left, &right, &same);
    runs.into_iter()
        .map(|run| Piece {
            side: run.side,
            source: spans(&left[run.source]),
            copy: spans(&right[run.copy]),
        })
        .collect()
}

/// `[-source-]{+copy+}` on one line, in the order of the copy.
pub(super) fn inline(pieces: &[Piece], source_text: &str, copy_text: &str) -> Vec<(Side, String)> {
    let mut shown = Vec::new();
    let mut last_end: Option<u32> = None;
    for piece in pieces {
        let copied = quote(copy_text, &piece.copy);
        let lost = quote(source_text, &piece.source);
        let spaced = |text: &str, at: Option<&Span>| {
            at.is_some_and(|span| text[..span.start as usize].ends_with(char::is_whitespace))
        };
        // Where the copy has no words of its own, the source's spacing is the only hint.
        let space = match piece.copy.first() {
            Some(first) => {
                spaced(copy_text, Some(first)) || last_end.is_some_and(|end| end > first.start)
            }
            None => spaced(source_text, piece.source.first()),
        };
        let mut text = String::new();
        if space && !shown.is_empty() {
            text.push(' ');
        }
        match piece.side {
            Side::Both => text.push_str(&copied),
            Side::Changed => {
                if !lost.is_empty() {
                    text.push_str(&format!("[-{lost}-]"));
                }
                if !copied.is_empty() {
                    text.push_str(&format!("{{+{copied}+}}"));
                }
            }
        }
        if let Some(last) = piece.copy.last() {
            last_end = Some(last.end);
        }
        shown.push((piece.side, text));
    }
    shown
}

fn quote(text: &str, spans: &[Span]) -> String {
    let parts: Vec<String> = spans
        .iter()
        .map(|span| super::visible::visible_line(span.of(text)))
        .collect();
    parts.join(" ")
}

fn words(text: &str, sentences: &[Span]) -> Vec<Word> {
    let mut found = Vec::new();
    for (sentence, &span) in sentences.iter().enumerate() {
        for Token { span, kind } in tokens(text, span) {
            let printed = span.of(text);
            let (folded, weight) = match kind {
                TokenKind::Mark => (plain_mark(printed).to_string(), 1),
                TokenKind::Word | TokenKind::Figure => (fold(printed), 4),
            };
            found.push(Word {
                span,
                sentence,
                folded,
                weight,
            });
        }
    }
    found
}

/// One spelling for marks that outlets exchange freely.
fn plain_mark(mark: &str) -> &str {
    match mark {
        "“" | "”" | "„" | "«" | "»" | "\"" => "\"",
        "‘" | "’" | "'" | "`" => "'",
        "–" | "—" | "-" | "−" => "-",
        other => other,
    }
}

/// Pairs of equal words, ascending on both sides, of the greatest total weight.
fn common(left: &[Word], right: &[Word]) -> Vec<(usize, usize)> {
    let equal = |i: usize, j: usize| left[i].folded == right[j].folded;
    let shorter = left.len().min(right.len());
    let head = (0..shorter).take_while(|&i| equal(i, i)).count();
    let tail = (0..shorter - head)
        .take_while(|&i| equal(left.len() - 1 - i, right.len() - 1 - i))
        .count();
    let (rows, columns) = (left.len() - head - tail, right.len() - head - tail);
    let mut pairs: Vec<_> = (0..head).map(|i| (i, i)).collect();
    if rows > 0 && columns > 0 && rows.saturating_mul(columns) <= MAX_CELLS {
        // best[i][j] is the weight that rows i.. and columns j.. can share.
        let width = columns + 1;
        let mut best = vec![0_u32; (rows + 1) * width];
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                let skip = best[(i + 1) * width + j].max(best[i * width + j + 1]);
                best[i * width + j] = if equal(head + i, head + j) {
                    skip.max(best[(i + 1) * width + j + 1] + left[head + i].weight)
                } else {
                    skip
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < rows && j < columns {
            let here = best[i * width + j];
            if equal(head + i, head + j)
                && here == best[(i + 1) * width + j + 1] + left[head + i].weight
            {
                pairs.push((head + i, head + j));
                i += 1;
                j += 1;
            } else if here == best[(i + 1) * width + j] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
    pairs.extend(
        (0..tail)
            .rev()
            .map(|i| (left.len() - 1 - i, right.len() - 1 - i)),
    );
    pairs
}

struct Run {
    side: Side,
    source: std::ops::Range<usize>,
    copy: std::ops::Range<usize>,
}

fn runs(left: &[Word], right: &[Word], same: &[(usize, usize)]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut i, mut j) = (0, 0);
    for &(a, b) in same.iter().chain([&(left.len(), right.len())]) {
        if a > i || b > j {
            runs.push(Run {
                side: Side::Changed,
                source: i..a,
                copy: j..b,
            });
        }
        if a < left.len() {
            match runs.last_mut() {
                Some(run) if run.side == Side::Both => {
                    run.source.end = a + 1;
                    run.copy.end = b + 1;
                }
                _ => runs.push(Run {
                    side: Side::Both,
                    source: a..a + 1,
                    copy: b..b + 1,
                }),
            }
        }
        (i, j) = (a + 1, b + 1);
    }
    let small = |run: &Run| {
        let words = &left[run.source.clone()];
        run.side == Side::Both
            && words.iter().filter(|word| word.weight > 1).count() <= 1
            && words.iter().map(|word| word.folded.len()).sum::<usize>() <= 3
    };
    let mut joined: Vec<Run> = Vec::new();
    let count = runs.len();
    for (at, run) in runs.into_iter().enumerate() {
        let island = at > 0 && at + 1 < count && small(&run);
        match joined.last_mut() {
            Some(last) if last.side == Side::Changed && (island || run.side == Side::Changed) => {
                last.source.end = run.source.end;
                last.copy.end = run.copy.end;
            }
            _ => joined.push(run),
        }
    }
    joined
}

/// One span for each sentence that the words touch.
fn spans(words: &[Word]) -> Vec<Span> {
    words
        .chunk_by(|a, b| a.sentence == b.sentence)
        .map(|chunk| chunk[0].span.join(chunk[chunk.len() - 1].span))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str, copy: &str) -> String {
        let whole = |text: &str| [Span::new(0, text.len())];
        let pieces = word_diff(source, &whole(source), copy, &whole(copy));
        inline(&pieces, source, copy)
            .into_iter()
            .map(|(_, text)| text)
            .collect()
    }

    #[test]
    fn changed_words_stand_beside_each_other() {
        assert_eq!(
            shown(
                "They were strictly local in nature.",
                "They were of an environmental nature."
            ),
            "They were [-strictly local in-]{+of an environmental+} nature."
        );
    }

    #[test]
    fn case_and_quote_shapes_are_no_difference() {
        assert_eq!(
            shown("“Yes,” He said", "\"yes,\" he said"),
            "\"yes,\" he said"
        );
    }

    #[test]
    fn added_and_lost_words_stand_alone() {
        assert_eq!(
            shown("a big red house fell", "a red house fell down"),
            "a [-big-] red house fell {+down+}"
        );
    }

    #[test]
    fn lone_small_words_do_not_split_a_change() {
        assert_eq!(
            shown(
                "He died of his wounds here",
                "He perished of severe burns here"
            ),
            "He [-died of his wounds-]{+perished of severe burns+} here"
        );
    }

    proptest::proptest! {
        #[test]
        fn pieces_cover_every_word_of_both_sides_in_order(a in "[abc ,.]{0,40}", b in "[abc ,.]{0,40}") {
            let pieces = word_diff(&a, &[Span::new(0, a.len())], &b, &[Span::new(0, b.len())]);
            let strip = |text: &str| text.split_whitespace().collect::<String>();
            let left: String = pieces.iter().flat_map(|p| &p.source).map(|s| strip(s.of(&a))).collect();
            let right: String = pieces.iter().flat_map(|p| &p.copy).map(|s| strip(s.of(&b))).collect();
            assert_eq!(left, strip(&a));
            assert_eq!(right, strip(&b));
        }

        #[test]
        fn a_text_does_not_differ_from_itself(a in "\\PC{0,60}") {
            let whole = [Span::new(0, a.len())];
            assert!(word_diff(&a, &whole, &a, &whole).iter().all(|piece| piece.side == Side::Both));
        }
    }
}
