//! Bytes that must be kept but have no file of their own: memory first, then an unlinked temporary file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
            self.memory = Vec::new();
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
