//! Parquet: rows to records, row group by row group, side by side.

mod copy;
mod rows;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use rayon::prelude::*;

pub use copy::{Removal, TableWriter};

use super::records::{Bound, grew};
use super::{Format, Layout, Rows, WholeFile, file_origin};
use crate::error::{Error, Result};
use crate::model::{Origin, Problem};
use crate::store::{Bytes, Stretch};

pub(super) const FORMAT: Format = Format {
    extensions: &["parquet", "pq"],
    looks_like: |head| head.starts_with(b"PAR1"),
    layout: Layout::Blocks(convert),
};

/// Bytes of records that one worker makes before it writes them down. 1 MiB: fits the cache of a processor.
const BATCH: usize = 1 << 20;

/// Rows of the first batch, when it is not known yet how long they are.
const FIRST_ROWS: usize = 64;

/// Most rows of a batch.
const MOST_ROWS: usize = 4096;

/// What a row group gave.
struct Part {
    stretch: Stretch,
    rows: u64,
    problems: Vec<Problem>,
    /// Columns whose values are no text.
    binary: BTreeSet<String>,
}

/// The inner `Err` says why the file as a whole cannot be read.
fn convert(
    file: &WholeFile<'_>,
    bytes: Bytes,
    problems: &mut Vec<Problem>,
) -> Result<std::result::Result<Rows, String>> {
    let bytes = bytes::Bytes::from_owner(bytes);
    let reader = match open(bytes.clone()) {
        Ok(reader) => reader,
        Err(message) => return Ok(Err(message)),
    };
    let groups = reader.metadata().row_groups();
    let mut first = 0_u64;
    let starts: Vec<u64> = groups
        .iter()
        .map(|group| {
            let start = first;
            first = first.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0));
            start
        })
        .collect();
    if first == 0 {
        return Ok(Err("the file is empty: a table without rows".to_owned()));
    }
    let written = AtomicU64::new(0);
    let parts: Vec<Result<Part>> = (0..groups.len())
        .into_par_iter()
        .map(|number| part(file, &reader, number, starts[number], &written))
        .collect();
    let mut stretches = Vec::with_capacity(parts.len());
    let mut binary = BTreeSet::new();
    for part in parts {
        let part = part?;
        stretches.push((part.stretch, part.rows));
        problems.extend(part.problems);
        binary.extend(part.binary);
    }
    let mut say = |message: String, lost| {
        problems.push(Problem {
            origin: file_origin(file.path),
            message,
            lost,
        });
    };
    for column in binary {
        say(
            format!(
                "the column `{column}` holds binary data, which records in JSON cannot carry; it is empty there and whole in Parquet output"
            ),
            false,
        );
    }
    let total = written.load(Ordering::Relaxed);
    if file.bound().is_passed(total) {
        say(grew(total), true);
    }
    Ok(Ok(Rows {
        groups: stretches,
        table: bytes,
    }))
}

/// A table, or why it is none.
pub(super) fn open(
    bytes: bytes::Bytes,
) -> std::result::Result<SerializedFileReader<bytes::Bytes>, String> {
    guarded(|| SerializedFileReader::new(bytes)).map_err(|error| {
        format!(
            "not a whole Parquet file ({}); fetch it again",
            words(&error)
        )
    })
}

/// The records of one row group, the first of which is row `start` of the file, from 0.
fn part(
    file: &WholeFile<'_>,
    reader: &SerializedFileReader<bytes::Bytes>,
    number: usize,
    start: u64,
    written: &AtomicU64,
) -> Result<Part> {
    let total = u64::try_from(reader.metadata().row_group(number).num_rows()).unwrap_or(0);
    let mut lane = file.lanes.take();
    let before = lane.spool.len();
    let mut problems = Vec::new();
    let mut binary = BTreeSet::new();
    let mut lines = Vec::new();
    let mut done = 0_u64;
    let mut rows = FIRST_ROWS;
    let outcome = guarded(|| rows::Rows::open(reader, number));
    let mut failure = None;
    match outcome {
        Err(error) => failure = Some(error),
        Ok(mut group) => {
            while done < total {
                if file.observer.stopped() {
                    return Err(Error::Interrupted);
                }
                lines.clear();
                let mut assumed = Vec::new();
                let wanted = rows.min(usize::try_from(total - done).unwrap_or(rows));
                let got = guarded(|| group.read(wanted, &mut lines, &mut assumed));
                let got = match got {
                    Ok(0) => {
                        failure = Some(ParquetError::EOF("rows are missing".to_owned()));
                        break;
                    }
                    Ok(got) => got,
                    Err(error) => {
                        failure = Some(error);
                        break;
                    }
                };
                for (row, encoding) in assumed {
                    problems.push(Problem {
                        origin: Origin {
                            path: file.path.to_owned(),
                            line: Some(start + done + row as u64 + 1),
                        },
                        message: format!("not UTF-8; read as {encoding}"),
                        lost: false,
                    });
                }
                lane.spool.push(&lines)?;
                done += got as u64;
                let all = written.fetch_add(lines.len() as u64, Ordering::Relaxed);
                if file.bound().is_passed(all + lines.len() as u64) {
                    break;
                }
                let each = lines.len() / got + 1;
                rows = (BATCH / each).clamp(1, MOST_ROWS).min(rows * 4);
            }
            binary.append(&mut group.binary);
        }
    }
    if let Some(error) = failure {
        problems.push(Problem {
            origin: Origin {
                path: file.path.to_owned(),
                line: Some(start + done + 1),
            },
            message: format!(
                "{} rows from here on cannot be read ({}); fetch the file again for them",
                total - done,
                words(&error)
            ),
            lost: true,
        });
    }
    Ok(Part {
        stretch: file.lanes.give(lane, before),
        rows: total,
        problems,
        binary,
    })
}

/// Runs a part of the Parquet library on bytes from anywhere. It says most of what is wrong with them; where it panics
/// instead, that is a file which cannot be read and not the end of the run.
fn guarded<T>(work: impl FnOnce() -> ::parquet::errors::Result<T>) -> ::parquet::errors::Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(ParquetError::General(
            "its parts contradict one another".to_owned(),
        ))
    })
}

/// What the library says, on one line and in the style of a message.
fn words(error: &ParquetError) -> String {
    let said = match error {
        ParquetError::General(said) | ParquetError::NYI(said) | ParquetError::EOF(said) => {
            said.clone()
        }
        other => other.to_string(),
    };
    let said = said.lines().next().unwrap_or_default();
    super::expand::lower_first(said.trim_end_matches('.'))
}

impl WholeFile<'_> {
    fn bound(&self) -> Bound {
        Bound {
            size: self.size,
            most: self.options.max_expanded_bytes,
        }
    }
}
