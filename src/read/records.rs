//! Where a reader puts the records it finds, and says what it could not use.

use super::{ReadOptions, file_origin};
use crate::error::Error;
use crate::model::{Origin, Problem};
use crate::observer::Observer;
use crate::store::Spool;

/// Why a reader ends before its file does.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file has grown past every bound, which is said already.
    Full,
    /// The run cannot go on.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// How far a file may grow while it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    /// Bytes that the file has on disk, or that came through the pipe.
    pub(super) size: u64,
    /// Most bytes that it may grow to.
    pub(super) most: u64,
}

impl Bound {
    /// Whether so many bytes are too many: past the limit, or past 1 GiB and over 1,000 times what they came from.
    pub(super) fn is_passed(&self, bytes: u64) -> bool {
        bytes > self.most || (bytes > 1 << 30 && bytes / 1000 > self.size)
    }
}

/// What is said of a file that grew past its bound.
pub(super) fn grew(bytes: u64) -> String {
    format!(
        "grows past {bytes} bytes when decompressed; what came before was read, decompress it by hand if that is right"
    )
}

/// The records of one file, appended to a spool one a line, so that the number of a line is the number of its record.
pub(super) struct Records<'a> {
    path: &'a str,
    options: &'a ReadOptions,
    observer: &'a dyn Observer,
    spool: &'a mut Spool,
    problems: &'a mut Vec<Problem>,
    /// Records so far, lost ones among them.
    number: u64,
    written: u64,
    bound: Bound,
}

impl<'a> Records<'a> {
    pub(super) fn new(
        path: &'a str,
        options: &'a ReadOptions,
        observer: &'a dyn Observer,
        spool: &'a mut Spool,
        problems: &'a mut Vec<Problem>,
        size: u64,
    ) -> Self {
        Self {
            path,
            options,
            observer,
            spool,
            problems,
            number: 0,
            written: 0,
            bound: Bound {
                size,
                most: options.max_expanded_bytes,
            },
        }
    }

    /// As asked.
    pub(super) fn options(&self) -> &'a ReadOptions {
        self.options
    }

    /// Records so far.
    pub(super) fn count(&self) -> u64 {
        self.number
    }

    /// Where the next record stands.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            path: self.path.to_owned(),
            line: Some(self.number + 1),
        }
    }

    /// Appends one record, a JSON object on one line.
    pub(super) fn put(&mut self, record: &[u8]) -> Result<(), Stop> {
        debug_assert!(!record.contains(&b'\n'), "a record is one line");
        self.spool.push(record)?;
        self.spool.push(b"\n")?;
        self.number += 1;
        self.grown(record.len() as u64 + 1)
    }

    /// Appends `count` records, each with its line end.
    pub(super) fn put_many(&mut self, lines: &[u8], count: u64) -> Result<(), Stop> {
        self.spool.push(lines)?;
        self.number += count;
        self.grown(lines.len() as u64)
    }

    fn grown(&mut self, bytes: u64) -> Result<(), Stop> {
        self.written += bytes;
        if self.observer.stopped() {
            return Err(Stop::Failed(Error::Interrupted));
        }
        if self.bound.is_passed(self.written) {
            self.say(grew(self.written), true);
            return Err(Stop::Full);
        }
        Ok(())
    }

    /// Counts a record that is nobody's article.
    pub(super) fn pass(&mut self) -> Result<(), Stop> {
        self.put(b"")
    }

    /// Counts a record that cannot be used and says why.
    pub(super) fn lose(&mut self, message: String) -> Result<(), Stop> {
        self.problems.push(Problem {
            origin: self.origin(),
            message,
            lost: true,
        });
        self.pass()
    }

    /// Says under which assumption the next record is read.
    pub(super) fn assume(&mut self, message: String) {
        self.problems.push(Problem {
            origin: self.origin(),
            message,
            lost: false,
        });
    }

    /// Says something of the file as a whole.
    pub(super) fn say(&mut self, message: String, lost: bool) {
        self.problems.push(Problem {
            origin: file_origin(self.path),
            message,
            lost,
        });
    }
}
