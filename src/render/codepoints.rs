//! From byte offsets to Unicode code points, counted once for each text.

use crate::model::Span;

/// Bytes between two remembered counts: a look-up reads at most this much text.
const STRIDE: usize = 64;

/// Answers how many code points stand before a byte of one text. Built in one pass; a look-up is constant time.
#[derive(Clone, Debug)]
pub struct CodePoints<'t> {
    text: &'t str,
    /// Code points before each multiple of `STRIDE` bytes; empty for ASCII, where both counts are the same.
    counts: Vec<u32>,
    total: usize,
}

impl<'t> CodePoints<'t> {
    /// Counts `text`, at most 4 GiB long.
    pub fn new(text: &'t str) -> Self {
        if text.is_ascii() {
            return Self {
                text,
                counts: Vec::new(),
                total: text.len(),
            };
        }
        let mut counts = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut total = 0_u32;
        for block in text.as_bytes().chunks(STRIDE) {
            counts.push(total);
            total += block
                .iter()
                .map(|&byte| u32::from(begins(byte)))
                .sum::<u32>();
        }
        Self {
            text,
            counts,
            total: total as usize,
        }
    }

    /// Code points before byte `offset`, which lies on a character boundary and is at most the text's length.
    pub fn at(&self, offset: u32) -> usize {
        let offset = offset as usize;
        if self.counts.is_empty() || offset >= self.text.len() {
            return offset.min(self.total);
        }
        let block = offset / STRIDE;
        let within = &self.text.as_bytes()[block * STRIDE..offset];
        self.counts[block] as usize + within.iter().filter(|&&byte| begins(byte)).count()
    }

    /// Start and end of a byte span in code points, end exclusive.
    pub fn span(&self, span: Span) -> (usize, usize) {
        (self.at(span.start), self.at(span.end))
    }

    /// Code points in the whole text.
    pub fn total(&self) -> usize {
        self.total
    }
}

/// Whether a byte of UTF-8 begins a code point.
fn begins(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_boundary_agrees_with_counting_characters(text in "[a-zé€𝄞 ]{0,200}") {
            let points = CodePoints::new(&text);
            let mut seen = 0;
            for (at, _) in text.char_indices() {
                assert_eq!(points.at(u32::try_from(at).unwrap()), seen);
                seen += 1;
            }
            assert_eq!(points.at(u32::try_from(text.len()).unwrap()), seen);
            assert_eq!(points.total(), seen);
        }
    }
}
