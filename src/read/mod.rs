//! Bytes to documents: files, folders and standard input; one file per format, one table of formats.
//!
//! Two ways in. [`documents`] gives whole articles, for work that looks at every sentence. [`open`] gives
//! [`Source`]s, JSONL bytes in place (memory-mapped where they are large) with records found by offset, for work
//! at memory speed on more text than memory holds. Both go through the same walk, the same table and the same scan.
//!
//! A file that is not JSONL is turned into JSONL records on the way in (in a spool: memory first, then an unlinked
//! temporary file), so that everything after this module knows one shape only.
//!
//! ```text
//! find --> inputs --(expand, decode)--> one file per format --(records, spool)--> source
//! ```

mod ahead;
mod archived;
mod decode;
mod delimited;
mod expand;
mod fields;
mod find;
mod guess;
pub(crate) mod html;
mod inputs;
mod json;
mod json_array;
mod jsonl;
mod parquet;
mod records;
mod source;
mod text;
mod warc;
mod window;

use std::io::Read;
use std::path::PathBuf;

use rayon::prelude::*;

use self::records::{Records, Stop};
use crate::error::{Error, Result};
use crate::model::{Document, Origin, Problem};
use crate::observer::Observer;
use crate::store::{Bytes, Lanes, Stretch};

pub use fields::{Fields, Value, broken_reason, scan};
pub(crate) use fields::{scan_before, scan_front, string_front};
pub use parquet::{Removal, TableWriter};
pub use source::{Opened, Record, Source};

/// Which fields of a record mean what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldNames {
    /// The record's name; a string or a number.
    pub id: String,
    /// The article's text.
    pub text: String,
    /// Its headline.
    pub title: String,
    /// Who published it.
    pub outlet: String,
    /// Where.
    pub url: String,
    /// When.
    pub published_at: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        let name = str::to_owned;
        Self {
            id: name("id"),
            text: name("text"),
            title: name("title"),
            outlet: name("outlet"),
            url: name("url"),
            published_at: name("published_at"),
        }
    }
}

/// How inputs are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Names of the fields in JSONL records.
    pub fields: FieldNames,
    /// Longest record in bytes; a longer one is a problem and the next is read. 64 MiB: the longest article in public
    /// news archives is under 2 MB, and one record is worked on in memory.
    pub max_record_bytes: usize,
    /// Most bytes a compressed file may grow to. 1 TiB: past any real archive file. A file that grows past 1 GiB
    /// *and* to over 1,000 times its size is stopped earlier; news text compresses 3 to 8 times.
    pub max_expanded_bytes: u64,
    /// Where temporary files go; the system's place when `None`.
    pub temp_dir: Option<PathBuf>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            fields: FieldNames::default(),
            max_record_bytes: 64 << 20,
            max_expanded_bytes: 1 << 40,
            temp_dir: None,
        }
    }
}

/// Articles in memory, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Sorted by id, then by origin. Ids are unique: a later record with an id seen before is called `id#2`, `id#3` ...
    pub documents: Vec<Document>,
    /// Sorted by origin.
    pub problems: Vec<Problem>,
}

/// One input format.
struct Format {
    /// File name endings that say it, without stop, lower case; a compression's ending may follow.
    extensions: &'static [&'static str],
    /// Whether a file that begins with these bytes (a few kilobytes, decompressed) is of this format whatever its name.
    looks_like: fn(&[u8]) -> bool,
    /// How its records are reached.
    layout: Layout,
}

/// How a format's records are reached.
#[derive(Clone, Copy)]
enum Layout {
    /// One JSON object a line: used where it lies.
    Lines,
    /// The file is one article, no longer than a record may be: made into one record.
    Whole(fn(&Raw<'_>, &mut Vec<Problem>) -> Option<Vec<u8>>),
    /// Any number of records, read from the first to the last.
    Records {
        /// Turns a stream into records.
        convert: fn(&mut dyn Read, &mut Records<'_>) -> std::result::Result<(), Stop>,
        /// Whether the fields have our names whatever was asked for, because the reader gives them.
        plain_names: bool,
    },
    /// Any number of records, read from several places at once.
    Blocks(Blocks),
}

/// Turns a file into records; the inner `Err` says why it cannot be read.
type Blocks =
    fn(&WholeFile<'_>, Bytes, &mut Vec<Problem>) -> Result<std::result::Result<Rows, String>>;

/// The records of a table.
struct Rows {
    /// Where the records of each row group are, and how many rows it has.
    groups: Vec<(Stretch, u64)>,
    /// The whole file.
    table: bytes::Bytes,
}

/// A file that is one article, ready for conversion.
struct Raw<'a> {
    /// Path as given or found, with `/` between folders.
    path: &'a str,
    /// Its bytes, decompressed.
    bytes: &'a [u8],
}

/// What a reader needs that goes to several places of a file.
struct WholeFile<'a> {
    path: &'a str,
    /// Bytes on disk.
    size: u64,
    options: &'a ReadOptions,
    observer: &'a dyn Observer,
    lanes: &'a Lanes,
}

/// Every format, strictest first; the last one takes whatever the others do not.
const FORMATS: &[Format] = &[
    parquet::FORMAT,
    warc::FORMAT,
    json_array::FORMAT,
    jsonl::FORMAT,
    html::FORMAT,
    delimited::FORMAT,
    text::FORMAT,
];

/// Opens `inputs` (files, folders, or `-` for standard input) for reading records in place.
///
/// Sources come in the order of their paths whatever the order of `inputs`; a path given twice is read once.
///
/// # Errors
/// Only when the run cannot go on: a temporary file cannot be written, or the run was stopped. What cannot be read is
/// a [`Problem`]; whether anything is left is for the caller to judge ([`no_input`]).
pub fn open(inputs: &[String], options: &ReadOptions, observer: &dyn Observer) -> Result<Opened> {
    inputs::open(inputs, options, observer)
}

/// Reads every article of `inputs` into memory.
///
/// # Errors
/// [`Error::NoInput`] when no article could be read, [`Error::Interrupted`] when the observer says stop, and
/// [`Error::Io`] when a temporary file cannot be written.
pub fn documents(
    inputs: &[String],
    options: &ReadOptions,
    observer: &dyn Observer,
) -> Result<Loaded> {
    let Opened {
        sources,
        mut problems,
    } = open(inputs, options, observer)?;
    observer.begin(
        "read",
        Some(
            sources
                .iter()
                .map(|source| source.bytes().len() as u64)
                .sum(),
        ),
    );
    let mut documents = Vec::new();
    for source in &sources {
        let mut line = 0;
        for record in source.records(0..source.bytes().len()) {
            line += 1;
            if line % 1024 == 0 && observer.stopped() {
                return Err(Error::Interrupted);
            }
            observer.advance(record.bytes.len() as u64);
            if record.is_blank() {
                continue;
            }
            let origin = source.origin(&record, line);
            match jsonl::document(source, &record, origin.clone(), options, &mut problems) {
                Ok(document) => documents.push(document),
                Err(message) => problems.push(Problem {
                    origin,
                    message,
                    lost: true,
                }),
            }
        }
    }
    observer.end();
    documents.sort_by(|a, b| (&a.id, &a.origin).cmp(&(&b.id, &b.origin)));
    tell_apart(&mut documents, &mut problems);
    problems.sort();
    if documents.is_empty() {
        return Err(no_input(inputs, &problems));
    }
    Ok(Loaded {
        documents,
        problems,
    })
}

/// Bytes of input that one worker turns into documents at a time. 1 MiB.
const PIECE: usize = 1 << 20;
/// Pieces of a batch. 8: enough for every thread, and what is in memory at once stays near 30 MB.
const PIECES: usize = 8;

/// Reads every article of `sources` in order, some thousand at a time, so that no more are in memory. `each` gets articles and what
/// could not be read, and may end the reading with an error. Ids are as the records say, and may come twice.
///
/// # Errors
/// [`Error::Interrupted`] when the observer says stop, and what `each` says.
pub fn in_batches(
    sources: &[Source],
    options: &ReadOptions,
    observer: &dyn Observer,
    each: &mut dyn FnMut(Vec<Document>, Vec<Problem>) -> Result<()>,
) -> Result<()> {
    for source in sources {
        let pieces: Vec<std::ops::Range<usize>> = (0..source.pieces(PIECE))
            .map(|number| source.piece(number, PIECE))
            .collect();
        let (mut line, mut counted) = (0, 0);
        for batch in pieces.chunks(PIECES) {
            let mut begins = Vec::with_capacity(batch.len());
            for piece in batch {
                line += source.count_lines(counted..piece.start);
                counted = piece.start;
                begins.push((line, piece.clone()));
            }
            let read: Vec<(Vec<Document>, Vec<Problem>)> = begins
                .into_par_iter()
                .map(|(line, piece)| articles(source, piece, line, options))
                .collect();
            for (documents, problems) in read {
                if observer.stopped() {
                    return Err(Error::Interrupted);
                }
                each(documents, problems)?;
            }
            let bytes: usize = batch.iter().map(ExactSizeIterator::len).sum();
            observer.advance(bytes as u64);
        }
    }
    Ok(())
}

/// The articles of a piece of a source that has `line` lines before it.
fn articles(
    source: &Source,
    piece: std::ops::Range<usize>,
    mut line: u64,
    options: &ReadOptions,
) -> (Vec<Document>, Vec<Problem>) {
    let (mut documents, mut problems) = (Vec::new(), Vec::new());
    for record in source.records(piece) {
        line += 1;
        if record.is_blank() {
            continue;
        }
        let origin = source.origin(&record, line);
        match jsonl::document(source, &record, origin.clone(), options, &mut problems) {
            Ok(document) => documents.push(document),
            Err(message) => problems.push(Problem {
                origin,
                message,
                lost: true,
            }),
        }
    }
    (documents, problems)
}

/// The error for a run that found nothing to read in `inputs`; the first of `problems` is the hint.
pub fn no_input(inputs: &[String], problems: &[Problem]) -> Error {
    let named: Vec<_> = inputs
        .iter()
        .take(3)
        .map(|input| format!("`{input}`"))
        .collect();
    let more = if inputs.len() > 3 {
        format!(" and {} more", inputs.len() - 3)
    } else {
        String::new()
    };
    let hint = match problems.first() {
        Some(problem) => problem.to_string(),
        None => format!(
            "give files, or folders with {} in them (also with {})",
            find::known_endings(),
            find::compressed_endings()
        ),
    };
    Error::NoInput {
        inputs: named.join(", ") + &more,
        hint,
        problems: problems.to_vec(),
    }
}

/// Gives later documents with an id seen before a name of their own. `documents` are sorted by id.
fn tell_apart(documents: &mut [Document], problems: &mut Vec<Problem>) {
    let mut taken: ahash::AHashSet<String> = documents
        .iter()
        .map(|document| document.id.clone())
        .collect();
    let mut renamed = false;
    let mut copies = 1;
    for at in 1..documents.len() {
        let (before, rest) = documents.split_at_mut(at);
        let document = &mut rest[0];
        // The first of a run keeps the id, so it stands at `at - copies`.
        if before[at - copies].id != document.id {
            copies = 1;
            continue;
        }
        copies += 1;
        let mut number = copies;
        let name = loop {
            let name = format!("{}#{number}", document.id);
            if taken.insert(name.clone()) {
                break name;
            }
            number += 1;
        };
        let message = format!(
            "the id `{}` is taken already; this record is called `{name}`",
            document.id
        );
        problems.push(Problem {
            origin: document.origin.clone(),
            message,
            lost: false,
        });
        document.id = name;
        renamed = true;
    }
    if renamed {
        documents.sort_by(|a, b| (&a.id, &a.origin).cmp(&(&b.id, &b.origin)));
    }
}

/// Seconds since 1970 of a date as newspapers' systems write it: RFC 3339, a date alone, `YYYY-MM-DD HH:MM[:SS]`
/// (UTC where nothing else is said), RFC 2822.
pub fn seconds(date: &str) -> Option<i64> {
    use jiff::civil::{Date, DateTime};
    let date = date.trim();
    if let Ok(time) = date.parse::<jiff::Timestamp>() {
        return Some(time.as_second());
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(date) {
        return Some(zoned.timestamp().as_second());
    }
    let civil = date
        .parse::<DateTime>()
        .or_else(|_| date.parse::<Date>().map(|day| day.at(0, 0, 0, 0)));
    civil
        .ok()?
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp().as_second())
}

/// The origin of a whole file.
fn file_origin(path: &str) -> Origin {
    Origin {
        path: path.to_owned(),
        line: None,
    }
}
