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
    /// A [`Place`] for each document, four bytes each.
    places: Bytes,
    /// Number of shingles of each document, at most 65,535; two bytes a document.
    shingles: Bytes,
    /// Documents before this one are there to compare against only.
    pub(super) against: usize,
    /// For each source, how many lines end before each piece; made when a line number is asked for.
    lines: Vec<OnceLock<Vec<u64>>>,
}

/// Where in its piece a document's record begins, in the lower 18 bits; and above them where in the record its text begins, after the
/// opening mark, or zero: when that is too far, or when the record's id comes after it. So a text that is read again is found without
/// a look at what is before it, and an id without a look at the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u32);

impl Place {
    const OFFSET_BITS: u32 = PIECE.trailing_zeros();

    /// Of a record that begins `offset` bytes after its piece does.
    #[expect(clippy::cast_possible_truncation, reason = "both fit their bits")]
    pub(super) fn new(offset: usize, record: &Record<'_>, fields: &Fields<'_>) -> Self {
        debug_assert!(offset < PIECE, "a record begins in its piece");
        let text = fields.text.map_or(0, |text| {
            let comes_last = fields
                .id
                .is_none_or(|id| id.raw.as_ptr() < text.raw.as_ptr());
            let begins = text.raw.as_ptr().addr() - record.bytes.as_ptr().addr();
            let fits = begins < 1 << (u32::BITS - Self::OFFSET_BITS);
            if comes_last && fits { begins } else { 0 }
        });
        Self((text as u32) << Self::OFFSET_BITS | offset as u32)
    }

    fn offset(self) -> usize {
        self.0 as usize % PIECE
    }

    /// Where in the record its text begins, when that is known.
    fn text(self) -> Option<usize> {
        Some((self.0 >> Self::OFFSET_BITS) as usize).filter(|&text| text > 0)
    }
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
    places: Spool,
    shingles: Spool,
}

/// How much of each file of [`Growing`] counts.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Lengths {
    pieces: u64,
    places: u64,
    shingles: u64,
}

impl Growing {
    pub(super) const FILES: [&'static str; 3] = ["pieces", "places", "shingles"];

    pub(super) fn new(shelf: &Shelf, limit: usize) -> Self {
        let [pieces, places, shingles] = Self::FILES.map(|name| Spool::on(shelf, name, limit));
        Self {
            pieces,
            places,
            shingles,
        }
    }

    pub(super) fn again(shelf: &Shelf, lengths: Lengths) -> Result<Self> {
        let [pieces, places, shingles] = Self::FILES;
        Ok(Self {
            pieces: Spool::again(shelf, pieces, lengths.pieces)?,
            places: Spool::again(shelf, places, lengths.places)?,
            shingles: Spool::again(shelf, shingles, lengths.shingles)?,
        })
    }

    pub(super) fn reserve(&mut self, documents: usize) {
        self.places.reserve(documents.saturating_mul(4));
        self.shingles.reserve(documents.saturating_mul(2));
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.shingles.len() / 2).unwrap_or(usize::MAX)
    }

    /// Adds the documents of one piece: where they are, and how many shingles they have.
    ///
    /// # Errors
    /// [`Error::TooManyDocuments`], or when a temporary file cannot be written.
    pub(super) fn push(
        &mut self,
        source: usize,
        piece: usize,
        places: &[Place],
        shingles: &[u16],
    ) -> Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        let last = u32::try_from(self.len() + places.len()).map_err(|_| Error::TooManyDocuments)?;
        let first = last - u32::try_from(places.len()).map_err(|_| Error::TooManyDocuments)?;
        let source = u32::try_from(source).map_err(|_| Error::TooManyDocuments)?;
        self.pieces.push(&first.to_le_bytes())?;
        self.pieces.push(&source.to_le_bytes())?;
        self.pieces.push(&(piece as u64).to_le_bytes())?;
        for place in places {
            self.places.push(&place.0.to_le_bytes())?;
        }
        for shingles in shingles {
            self.shingles.push(&shingles.to_le_bytes())?;
        }
        Ok(())
    }

    /// Everything pushed so far is on the disk when this returns.
    pub(super) fn settle(&mut self) -> Result<Lengths> {
        for spool in [&mut self.pieces, &mut self.places, &mut self.shingles] {
            spool.settle()?;
        }
        Ok(Lengths {
            pieces: self.pieces.len(),
            places: self.places.len(),
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
            places: self.places.finish()?,
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
        let (source, offset, _) = self.find(document);
        (source, offset)
    }

    /// Also where in the record the text begins, when that is known.
    fn find(&self, document: u32) -> (usize, usize, Option<usize>) {
        let after = self.pieces.partition_point(|piece| piece.first <= document);
        let piece = self.pieces[after - 1];
        let begin = usize::try_from(piece.number).unwrap_or(usize::MAX) * PIECE;
        let place = Place(number(&self.places, document as usize));
        (piece.source as usize, begin + place.offset(), place.text())
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
        let (source, offset, text) = self.find(document);
        let record = &self.sources[source].bytes()[offset..];
        match text.and_then(|text| read::string_front(&record[text..])) {
            Some(text) => text,
            None => self.fields(document).text.map_or(&[], |text| text.raw),
        }
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
        let (source, offset, text) = self.find(document);
        let source = &self.sources[source];
        let record = &source.bytes()[offset..];
        // The value of the text begins with the mark before it.
        let until = text.map_or(usize::MAX, |text| text - 1);
        let fields = read::scan_before(record, source.names(), until).unwrap_or_default();
        match fields.id {
            Some(Value { raw, string: true }) if !raw.is_empty() => [b"\"", raw, b"\""].concat(),
            Some(Value { raw, string: false }) if raw != b"null" => raw.to_vec(),
            _ => serde_json::to_vec(&self.origin(document).to_string())
                .expect("a string can be written as JSON"),
        }
    }
}
