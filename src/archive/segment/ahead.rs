//! What a job will read of a segment, asked for before any of it is waited for.
//!
//! A disk answers many questions at once about as fast as one. What cannot be read is not told here: whoever reads it then will say so.

use std::iter::once;

use super::Segment;

/// Documents of which the texts are asked for at once by who reads all of them. 2,048: some two megabytes.
const TEXTS: u32 = 2048;

impl Segment {
    /// How often `words` occur, and where the lists of `fingerprints` are.
    pub(in super::super) fn will_count(&self, words: &[u32], fingerprints: &[u32]) {
        let words = words.iter().map(|&word| self.frequency_place(word));
        let keys = fingerprints.iter().map(|&key| self.fingerprints.entry(key));
        self.pages.will_need(words.chain(keys));
        if let Some(removed) = &self.removed {
            removed.pages.will_need([removed.section.clone()]);
        }
    }

    /// The lists of `fingerprints`, and where those of `words` are.
    pub(in super::super) fn will_meet(&self, fingerprints: &[u32], words: &[(f32, u32)]) {
        let lists = fingerprints
            .iter()
            .filter_map(|&key| self.fingerprints.bucket(&self.pages, key).ok());
        let words = words.iter().map(|&(_, word)| self.words.entry(word));
        self.pages.will_need(words.chain(lists));
    }

    /// The lists of `words`.
    pub(in super::super) fn will_meet_words(&self, words: &[(f32, u32)]) {
        let lists = words
            .iter()
            .filter_map(|&(_, word)| self.words.bucket(&self.pages, word).ok());
        self.pages.will_need(lists);
    }

    /// The signatures of `documents`.
    pub(in super::super) fn will_compare(&self, documents: impl Iterator<Item = u32>) {
        self.pages
            .will_need(documents.map(|document| self.sketch_place(document)));
    }

    /// What is known of `documents` without reading them.
    pub(in super::super) fn will_look_up(&self, documents: impl Iterator<Item = u32>) {
        self.pages
            .will_need(documents.map(|document| self.entry_place(document)));
    }

    /// Where `blocks` are.
    pub(in super::super) fn will_find(&self, blocks: impl Iterator<Item = u32>) {
        let entries = blocks.map(|block| self.block_entry(block));
        self.pages.will_need(entries);
    }

    /// The texts in `blocks`.
    pub(in super::super) fn will_read(&self, blocks: impl Iterator<Item = u32>) {
        let places = blocks.filter_map(|block| Some(self.block_place(block).ok()?.0));
        self.pages.will_need(places);
    }

    /// The documents from `document` on, by who reads one after the other.
    pub(in super::super) fn will_walk(&self, document: u32) {
        if !document.is_multiple_of(TEXTS) {
            return;
        }
        let last = self.documents.saturating_sub(1);
        let end = document.saturating_add(2 * TEXTS).min(last);
        let entries = self.entry_place(document).start..self.entry_place(end).end;
        self.pages.will_need([entries]);
        let (Ok(from), Ok(to)) = (self.entry(document), self.entry(end)) else {
            return;
        };
        self.will_find(from.block..to.block.saturating_add(1));
        if let (Ok((from, _)), Ok((to, _))) =
            (self.block_place(from.block), self.block_place(to.block))
        {
            self.pages.will_need(once(from.start..to.end));
        }
    }
}
