//! Whether one passage says certain words of another.

use super::remembered::remembered_similarity;
use crate::model::Span;
use crate::text::quantities::Quantity;
use crate::words::{Class, Word, Words};

/// Whether any of `heard` says the words that `speakers` have at `span`: every figure by value, and most content words by likeness.
pub fn says(heard: &[&Words], speakers: &[&Words], span: Span) -> bool {
    if span.is_empty() {
        return false;
    }
    let mut words: Vec<&Word> = Vec::new();
    let mut figures: Vec<&Quantity> = Vec::new();
    for speaker in speakers.iter().filter(|s| s.span.overlaps(span)) {
        words.extend(
            speaker.words.iter().filter(|w| {
                w.span.overlaps(span) && matches!(w.class, Class::Content | Class::Name)
            }),
        );
        figures.extend(speaker.quantities.iter().filter(|q| q.span.overlaps(span)));
    }
    if words.is_empty() && figures.is_empty() {
        return false;
    }
    let met_figures = figures.iter().all(|f| {
        heard
            .iter()
            .any(|h| h.quantities.iter().any(|q| q.agrees(f)))
    });
    let met = words
        .iter()
        .filter(|w| {
            heard
                .iter()
                .any(|h| h.words.iter().any(|o| remembered_similarity(w, o) >= 0.72))
        })
        .count();
    met_figures && met * 3 >= words.len() * 2
}
