//! A document made ready for comparison: its sentences that matter, with their words.

use crate::model::{Document, Segmented};
use crate::text::tokens::{TokenKind, tokens};
use crate::words::Words;

/// The sentences of a document that take part in matching.
#[derive(Debug)]
pub struct Article {
    /// Numbers of the sentences, ascending.
    pub numbers: Vec<u32>,
    /// Their words.
    pub words: Vec<Words>,
    /// Count of words of each.
    pub lengths: Vec<u32>,
}

impl Article {
    /// Analyses the sentences that matter. Linear time.
    pub fn new(document: &Document, segmented: &Segmented) -> Self {
        let mut numbers = Vec::new();
        let mut words = Vec::new();
        for (number, sentence) in segmented.sentences.iter().enumerate() {
            if sentence.matters() {
                numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
                words.push(Words::new(&document.text, sentence.statement()));
            }
        }
        let lengths = words
            .iter()
            .map(|w| u32::try_from(w.words.len()).unwrap_or(u32::MAX))
            .collect();
        Self {
            numbers,
            words,
            lengths,
        }
    }

    /// Words in all sentences that matter.
    pub fn length(&self) -> u32 {
        self.lengths.iter().sum()
    }

    /// The position of sentence `number` among those that matter.
    pub fn position(&self, number: u32) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }
}

/// Count of words in a sentence, marks left out.
pub fn count_words(text: &str, span: crate::model::Span) -> u32 {
    u32::try_from(
        tokens(text, span)
            .iter()
            .filter(|t| t.kind != TokenKind::Mark)
            .count(),
    )
    .unwrap_or(u32::MAX)
}
