//! Spools for many files at once.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::{Bytes, Spool};
use crate::error::Result;

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
