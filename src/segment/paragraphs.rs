//! Where paragraphs end.

use crate::model::Span;

/// Paragraph spans. A blank line parts paragraphs; so does a single line break, unless the text is wrapped by hand
/// (most lines of a block are of like length and end without a stop).
pub(super) fn paragraphs(text: &str) -> Vec<Span> {
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
