//! Where each document is: its source, its record's offset, its number of shingles.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::Origin;
use crate::read::{self, Fields, Record, Source, Value};
use crate::store::{Bytes, Shelf, Spool};

/// Bytes of input that one worker signs at a time. 256 KiB: large enough to hide the hand-over, small enough for the cache.
pub(super) const PIECE: usize = 256 << 10;

/// The documents of all sources, in the order of paths and offsets.
#[derive(Debug)]
pub(super) struct Documents {
    pub(super) sources: Vec<Source>,
    /// The first document of every piece that has one.
    pieces: Vec<Piece>,
    /// Bytes between the beginning of a document's piece and its record, four bytes a document.
    offsets: Bytes,
    /// Number of shingles of each document, at most 65,535; two bytes a document.
    shingles: Bytes,
    /// Documents before this one are there to compare against only.
    pub(super) against: usize,
    /// For each source, how many lines end before each piece; made when a line number is asked for.
    lines: Vec<OnceLock<Vec<u64>>>,
}

/// The documents of one piece of a source.
#[derive(Clone, Copy, Debug)]
struct Piece {
    first: u32,
    source: u32,
    number: u64,
}

/// Documents while they are signed.
#[derive(Debug)]
pub(super) struct Growing {
    pieces: Spool,
    offsets: Spool,
    shingles: Spool,
}

/// How much of each file of [`Growing`] counts.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Lengths {
    pieces: u64,
    offsets: u64,
    shingles: u64,
}

impl Growing {
    pub(super) const FILES: [&'static str; 3] = ["pieces", "offsets", "shingles"];

    pub(super) fn new(shelf: &Shelf, limit: usize) -> Self {
        let [pieces, offsets, shingles] = Self::FILES.map(|name| Spool::on(shelf, name, limit));
        Self {
            pieces,
            offsets,
            shingles,
        }
    }

    pub(super) fn again(shelf: &Shelf, lengths: Lengths) -> Result<Self> {
        let [pieces, offsets, shingles] = Self::FILES;
        Ok(Self {
            pieces: Spool::again(shelf, pieces, lengths.pieces)?,
            offsets: Spool::again(shelf, offsets, lengths.offsets)?,
            shingles: Spool::again(shelf, shingles, lengths.shingles)?,
        })
    }

    pub(super) fn reserve(&mut self, documents: usize) {
        self.offsets.reserve(documents.saturating_mul(4));
        self.shingles.reserve(documents.saturating_mul(2));
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.shingles.len() / 2).unwrap_or(usize::MAX)
    }

    /// Adds the documents of one piece: their records' offsets in the source, and how many shingles they have.
    ///
    /// # Errors
    /// [`Error::TooManyDocuments`], or when a temporary file cannot be written.
    pub(super) fn push(
        &mut self,
        source: usize,
        piece: usize,
        offsets: &[u32],
        shingles: &[u16],
    ) -> Result<()> {
        if offsets.is_empty() {
            return Ok(());
        }
        let last =
            u32::try_from(self.len() + offsets.len()).map_err(|_| Error::TooManyDocuments)?;
        let first = last - u32::try_from(offsets.len()).map_err(|_| Error::TooManyDocuments)?;
        let source = u32::try_from(source).map_err(|_| Error::TooManyDocuments)?;
        self.pieces.push(&first.to_le_bytes())?;
        self.pieces.push(&source.to_le_bytes())?;
        self.pieces.push(&(piece as u64).to_le_bytes())?;
        for offset in offsets {
            self.offsets.push(&offset.to_le_bytes())?;
        }
        for shingles in shingles {
            self.shingles.push(&shingles.to_le_bytes())?;
        }
        Ok(())
    }

    /// Everything pushed so far is on the disk when this returns.
    pub(super) fn settle(&mut self) -> Result<Lengths> {
        for spool in [&mut self.pieces, &mut self.offsets, &mut self.shingles] {
            spool.settle()?;
        }
        Ok(Lengths {
            pieces: self.pieces.len(),
            offsets: self.offsets.len(),
            shingles: self.shingles.len(),
        })
    }

    pub(super) fn finish(self, sources: Vec<Source>, against: usize) -> Result<Documents> {
        let pieces = self.pieces.finish()?;
        let pieces = pieces.as_chunks::<16>().0.iter().map(|bytes| {
            let [first, source, low, high] = std::array::from_fn(|at| number(bytes, at));
            Piece {
                first,
                source,
                number: u64::from(high) << 32 | u64::from(low),
            }
        });
        Ok(Documents {
            pieces: pieces.collect(),
            offsets: self.offsets.finish()?,
            shingles: self.shingles.finish()?,
            against,
            lines: sources.iter().map(|_| OnceLock::new()).collect(),
            sources,
        })
    }
}

/// The 32-bit number at `index`.
fn number(bytes: &[u8], index: usize) -> u32 {
    let bytes = bytes[4 * index..].first_chunk().expect("numbers are whole");
    u32::from_le_bytes(*bytes)
}

impl Documents {
    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        self.shingles.len() / 2
    }

    /// Number of a document's shingles, at most 65,535.
    #[inline]
    pub(super) fn shingles(&self, document: u32) -> usize {
        let bytes = self.shingles[2 * document as usize..]
            .first_chunk()
            .expect("every document has a number of shingles");
        usize::from(u16::from_le_bytes(*bytes))
    }

    /// A document's source and the offset of its record there.
    pub(super) fn place(&self, document: u32) -> (usize, usize) {
        let after = self.pieces.partition_point(|piece| piece.first <= document);
        let piece = self.pieces[after - 1];
        let begin = usize::try_from(piece.number).unwrap_or(usize::MAX) * PIECE;
        let offset = number(&self.offsets, document as usize) as usize;
        (piece.source as usize, begin + offset)
    }

    /// The whole line.
    pub(super) fn record(&self, document: u32) -> Record<'_> {
        let (source, offset) = self.place(document);
        self.sources[source].record(offset)
    }

    /// The record's fields. It was read once, so that it can be read again.
    pub(super) fn fields(&self, document: u32) -> Fields<'_> {
        let (source, offset) = self.place(document);
        let source = &self.sources[source];
        read::scan_front(&source.bytes()[offset..], source.names()).unwrap_or_default()
    }

    /// The article's bytes as they stand in the record, escapes and all.
    pub(super) fn text(&self, document: u32) -> &[u8] {
        self.fields(document).text.map_or(&[], |text| text.raw)
    }

    /// The number, from 1, of the line of a source that begins at `offset`.
    pub(super) fn line(&self, source: usize, offset: usize) -> u64 {
        let bytes = self.sources[source].bytes().len();
        let before = self.lines[source].get_or_init(|| {
            let mut sum = 0;
            (0..bytes.div_ceil(PIECE))
                .map(|piece| {
                    let before = sum;
                    sum += self.sources[source]
                        .count_lines(piece * PIECE..bytes.min((piece + 1) * PIECE));
                    before
                })
                .collect()
        });
        let piece = offset / PIECE;
        before.get(piece).copied().unwrap_or(0)
            + self.sources[source].count_lines(piece * PIECE..offset)
            + 1
    }

    fn origin(&self, document: u32) -> Origin {
        let (number, offset) = self.place(document);
        let source = &self.sources[number];
        source.origin(&source.record(offset), self.line(number, offset))
    }

    /// The document's id as JSON.
    pub(super) fn id(&self, document: u32) -> Vec<u8> {
        match self.fields(document).id {
            Some(Value { raw, string: true }) if !raw.is_empty() => [b"\"", raw, b"\""].concat(),
            Some(Value { raw, string: false }) if raw != b"null" => raw.to_vec(),
            _ => serde_json::to_vec(&self.origin(document).to_string())
                .expect("a string can be written as JSON"),
        }
    }
}
