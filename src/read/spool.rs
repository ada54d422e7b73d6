//! Bytes that must be kept but have no file of their own: memory first, then an unlinked temporary file.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::map::{Bytes, map};
use crate::error::{Error, Result};

/// Past this size a spool moves to disk. 16 MiB: below it a map and its page faults cost more than they save.
const IN_MEMORY: usize = 16 << 20;

/// A growing sequence of bytes. Its temporary file has no name, so that nothing is left behind however a run ends.
#[derive(Debug)]
pub(crate) struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    directory: PathBuf,
    written: u64,
    limit: usize,
}

impl Spool {
    pub(crate) fn new(directory: Option<&Path>) -> Self {
        Self::with_limit(directory, IN_MEMORY)
    }

    /// One that holds up to `limit` bytes in memory.
    pub(crate) fn with_limit(directory: Option<&Path>, limit: usize) -> Self {
        let directory = directory.map_or_else(std::env::temp_dir, Path::to_path_buf);
        Self {
            memory: Vec::new(),
            file: None,
            directory,
            written: 0,
            limit,
        }
    }

    /// Makes room in memory for `bytes` more, or for as many as it may hold.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        if self.file.is_none() {
            self.memory
                .reserve_exact(bytes.min(self.limit.saturating_sub(self.memory.len())));
        }
    }

    /// How many bytes it holds.
    pub(crate) fn len(&self) -> u64 {
        self.written
    }

    /// Appends `bytes`.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.try_push(bytes).map_err(|source| Error::Io {
            action: "write a temporary file in",
            path: self.directory.clone(),
            source,
        })
    }

    fn try_push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.memory.extend_from_slice(bytes);
        if self.memory.len()
            > if self.file.is_some() {
                self.limit.min(IN_MEMORY)
            } else {
                self.limit
            }
        {
            let file = match &mut self.file {
                Some(file) => file,
                empty => empty.insert(tempfile::tempfile_in(&self.directory)?),
            };
            file.write_all(&self.memory)?;
            if self.memory.capacity() > 2 * IN_MEMORY {
                // What was held before there was a file is more than the file needs.
                self.memory = Vec::new();
            }
            self.memory.clear();
        }
        Ok(())
    }

    /// The bytes, for reading.
    pub(crate) fn finish(mut self) -> Result<Bytes> {
        let fail = |source| Error::Io {
            action: "write a temporary file in",
            path: self.directory.clone(),
            source,
        };
        match self.file.take() {
            None => Ok(Bytes::Owned(std::mem::take(&mut self.memory))),
            Some(mut file) => {
                file.write_all(&self.memory).map_err(fail)?;
                map(&file).map_err(fail)
            }
        }
    }
}

/// Spools for many files at once: a worker takes one, appends whole files or parts of them, and gives it back.
///
/// A process may hold some 65,000 maps and a spool of its own for each of a million small files would hold all of
/// them in memory; so there are as many spools as workers, and a file is a stretch of one of them.
#[derive(Debug)]
pub(crate) struct Lanes {
    directory: Option<PathBuf>,
    /// Those not in use now.
    idle: Mutex<Vec<Lane>>,
    /// How many there are.
    made: AtomicUsize,
}

/// One of the spools.
#[derive(Debug)]
pub(crate) struct Lane {
    number: usize,
    pub(crate) spool: Spool,
}

/// Where in the lanes some bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    lane: usize,
    range: Range<usize>,
}

/// All lanes, for reading.
#[derive(Debug)]
pub(crate) struct Filled(Vec<Arc<Bytes>>);

impl Lanes {
    pub(crate) fn new(directory: Option<&Path>) -> Self {
        Self {
            directory: directory.map(Path::to_path_buf),
            idle: Mutex::new(Vec::new()),
            made: AtomicUsize::new(0),
        }
    }

    /// A lane that nobody else uses. One that is not given back is lost, so only a run that fails keeps one.
    pub(crate) fn take(&self) -> Lane {
        let idle = self
            .idle
            .lock()
            .expect("no worker panics while it holds the list")
            .pop();
        idle.unwrap_or_else(|| Lane {
            number: self.made.fetch_add(1, Ordering::Relaxed),
            spool: Spool::new(self.directory.as_deref()),
        })
    }

    /// Takes a lane back and says where what was appended since it held `before` bytes is.
    #[expect(clippy::cast_possible_truncation, reason = "a spool is mapped whole")]
    pub(crate) fn give(&self, lane: Lane, before: u64) -> Stretch {
        let stretch = Stretch {
            lane: lane.number,
            range: before as usize..lane.spool.len() as usize,
        };
        self.idle
            .lock()
            .expect("no worker panics while it holds the list")
            .push(lane);
        stretch
    }

    /// The bytes of all lanes; every lane has been given back.
    pub(crate) fn finish(self) -> Result<Filled> {
        let mut lanes = self
            .idle
            .into_inner()
            .expect("no worker panics while it holds the list");
        lanes.sort_by_key(|lane| lane.number);
        let bytes = lanes
            .into_iter()
            .map(|lane| Ok(Arc::new(lane.spool.finish()?)));
        Ok(Filled(bytes.collect::<Result<_>>()?))
    }
}

impl Stretch {
    /// Whether nothing was appended.
    pub(crate) fn is_empty(&self) -> bool {
        self.range.is_empty()
    }
}

impl Filled {
    /// The lane of a stretch, and where in it the stretch is.
    pub(crate) fn of(&self, stretch: &Stretch) -> (Arc<Bytes>, Range<usize>) {
        (self.0[stretch.lane].clone(), stretch.range.clone())
    }
}
