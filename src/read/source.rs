//! JSONL bytes in place, and the records in them.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr;

use super::fields::scan_line;
use super::{FieldNames, Fields, ReadOptions, jsonl, scan};
use crate::model::{Origin, Problem};
use crate::store::Bytes;

/// Everything that could be opened, and what could not.
#[derive(Debug, Default)]
pub struct Opened {
    /// Sorted by path.
    pub sources: Vec<Source>,
    /// Sorted by origin.
    pub problems: Vec<Problem>,
}

/// The Parquet rows that records were made of.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The whole file.
    pub(super) bytes: bytes::Bytes,
    /// Number of the row group.
    pub(super) group: usize,
}

/// One run of JSONL records.
#[derive(Debug)]
pub struct Source {
    path: String,
    bytes: Arc<Bytes>,
    /// Where in `bytes` its records are.
    range: Range<usize>,
    names: FieldNames,
    /// Whether each record stands for a file of its own, named by its id.
    of_files: bool,
    /// Records of the same file in sources before this one.
    before: u64,
    /// What the records were made of, where it can be had again.
    table: Option<Table>,
}

/// One line of a source.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Where the line begins in the source.
    pub offset: usize,
    /// The line, without its end.
    pub bytes: &'a [u8],
}

impl Record<'_> {
    /// Whether the line is empty.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

impl Source {
    /// The records of one file, which are all of `bytes`.
    pub(super) fn lines(path: String, bytes: Bytes, names: FieldNames) -> Self {
        let range = 0..bytes.len();
        Self::part(path, (Arc::new(bytes), range), names, 0)
    }

    /// Records of one file in a part of some bytes; `before` records of the file come earlier.
    pub(super) fn part(
        path: String,
        (bytes, range): (Arc<Bytes>, Range<usize>),
        names: FieldNames,
        before: u64,
    ) -> Self {
        Self {
            path,
            bytes,
            range,
            names,
            of_files: false,
            before,
            table: None,
        }
    }

    /// Records that each stand for a file.
    pub(super) fn files(bytes: Bytes) -> Self {
        let names = FieldNames::default();
        Self {
            of_files: true,
            ..Self::lines(String::new(), bytes, names)
        }
    }

    /// Remembers what the records were made of.
    pub(super) fn with_table(self, table: Option<Table>) -> Self {
        Self { table, ..self }
    }

    /// Path as given or found; `-` for standard input; empty for the records made of whole files.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }

    /// Names of the fields in its records.
    pub fn names(&self) -> &FieldNames {
        &self.names
    }

    /// The lines that begin in `within`, which itself begins where a line does.
    pub fn records(&self, within: Range<usize>) -> impl Iterator<Item = Record<'_>> {
        let bytes = self.bytes();
        let mut at = within.start;
        std::iter::from_fn(move || {
            if at >= within.end {
                return None;
            }
            let record = self.record(at);
            at += record.bytes.len() + 1;
            // A byte order mark belongs to no record.
            if record.offset == 0 && bytes.starts_with(b"\xef\xbb\xbf") {
                return Some(Record {
                    offset: 3,
                    bytes: &record.bytes[3..],
                });
            }
            Some(record)
        })
    }

    /// The same lines, each with its fields, or why it cannot be used: see [`fields`](Self::fields). A line is looked at once, to find its fields and its end.
    pub fn articles(
        &self,
        within: Range<usize>,
        options: &ReadOptions,
    ) -> impl Iterator<Item = (Record<'_>, Result<Fields<'_>, String>)> {
        let bytes = self.bytes();
        let mut at = within.start;
        std::iter::from_fn(move || {
            if at >= within.end {
                return None;
            }
            let Some((length, fields)) = scan_line(&bytes[at..], &self.names) else {
                // Broken, blank, or after a byte order mark.
                let record = self.records(at..at + 1).next()?;
                at = record.offset + record.bytes.len() + 1;
                let fields = self.fields(&record, options);
                return Some((record, fields));
            };
            let record = Record {
                offset: at,
                bytes: &bytes[at..at + length],
            };
            at += length + 1;
            Some((record, jsonl::usable(record.bytes, fields, self, options)))
        })
    }

    /// The line that begins at `offset`.
    pub fn record(&self, offset: usize) -> Record<'_> {
        let rest = &self.bytes()[offset..];
        Record {
            offset,
            bytes: &rest[..memchr(b'\n', rest).unwrap_or(rest.len())],
        }
    }

    /// How many pieces of `size` bytes there are.
    pub fn pieces(&self, size: usize) -> usize {
        self.bytes().len().div_ceil(size)
    }

    /// Piece `number`, cut to begin where its first line begins; empty when no line begins in it.
    pub fn piece(&self, number: usize, size: usize) -> Range<usize> {
        let bytes = self.bytes();
        let start = number.saturating_mul(size).min(bytes.len());
        let end = start.saturating_add(size).min(bytes.len());
        if start == 0 || start == end {
            return start..end;
        }
        // A line begins here when the byte before ends one.
        memchr(b'\n', &bytes[start - 1..end - 1]).map_or(end..end, |more| start + more..end)
    }

    /// What the records were made of, where they are rows of a Parquet file.
    pub(super) fn table(&self) -> Option<&Table> {
        self.table.as_ref()
    }

    /// The numbers, from 0, of the lines that begin at `offsets`, which rise.
    pub(super) fn lines_at(&self, offsets: &[u64]) -> Vec<u64> {
        let mut line = 0;
        let mut before = 0;
        let number = |&offset: &u64| {
            let offset = usize::try_from(offset).unwrap_or(usize::MAX);
            line += self.count_lines(before..offset);
            before = offset;
            line
        };
        offsets.iter().map(number).collect()
    }

    /// The fields of a record that can be used, or why it cannot.
    ///
    /// # Errors
    /// The reason, in words: broken JSON, a missing or empty text, a record past the limit.
    pub fn fields<'a>(
        &self,
        record: &Record<'a>,
        options: &ReadOptions,
    ) -> Result<Fields<'a>, String> {
        jsonl::check(record.bytes, self, options)
    }

    /// How many lines end in `within`.
    pub fn count_lines(&self, within: Range<usize>) -> u64 {
        memchr::memchr_iter(b'\n', &self.bytes()[within]).count() as u64
    }

    /// Where a record came from; `line` is its number, from 1.
    pub fn origin(&self, record: &Record<'_>, line: u64) -> Origin {
        if self.of_files {
            let id = scan(record.bytes, &self.names).and_then(|fields| fields.id);
            let path = id.and_then(|value| serde_json::from_slice(&quoted(value.raw)).ok());
            return Origin {
                path: path.unwrap_or_default(),
                line: None,
            };
        }
        Origin {
            path: self.path.clone(),
            line: Some(self.before + line),
        }
    }
}

fn quoted(raw: &[u8]) -> Vec<u8> {
    [b"\"", raw, b"\""].concat()
}
