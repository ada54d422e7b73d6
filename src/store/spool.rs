//! A growing sequence of bytes: in memory up to a limit, in a file past it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Bytes, Shelf, map};
use crate::error::Result;

/// Past this size a spool moves to disk. 16 MiB: below it a map and its page faults cost more than they save.
const IN_MEMORY: usize = 16 << 20;

/// Most bytes that wait in memory before they go to the file. 256 KiB: fewer calls do not get faster, and there may be
/// hundreds of spools.
const WAITING: usize = 256 << 10;

/// A growing sequence of bytes.
#[derive(Debug)]
pub(crate) struct Spool {
    shelf: Shelf,
    name: String,
    memory: Vec<u8>,
    file: Option<File>,
    len: u64,
    limit: usize,
}

impl Spool {
    /// An empty one that nobody comes back for.
    pub(crate) fn new(directory: Option<&Path>) -> Self {
        Self::on(&Shelf::unnamed(directory), "", IN_MEMORY)
    }

    /// An empty one that holds up to `limit` bytes in memory; on a kept shelf all of it goes to the file `name`.
    pub(crate) fn on(shelf: &Shelf, name: &str, limit: usize) -> Self {
        Self {
            shelf: shelf.clone(),
            name: name.to_owned(),
            memory: Vec::new(),
            file: None,
            len: 0,
            limit: if shelf.is_kept() { 0 } else { limit },
        }
    }

    /// The one that an earlier run left on a kept shelf, cut to its first `len` bytes.
    pub(crate) fn again(shelf: &Shelf, name: &str, len: u64) -> Result<Self> {
        let open = || {
            let mut file = shelf.file(name)?;
            if file.metadata()?.len() < len {
                return Err(io::Error::other(
                    "a file of the interrupted run is shorter than it was; remove the folder and start anew",
                ));
            }
            file.set_len(len)?;
            file.seek(SeekFrom::Start(len))?;
            Ok(file)
        };
        let file = open().map_err(|source| shelf.failed("read", source))?;
        Ok(Self {
            file: Some(file),
            len,
            ..Self::on(shelf, name, 0)
        })
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
        self.len
    }

    /// Appends `bytes`.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.len += bytes.len() as u64;
        self.memory.extend_from_slice(bytes);
        if self.memory.len() > WAITING.min(self.limit) {
            self.make_room()?;
        }
        Ok(())
    }

    /// Goes to the file when so much waits that it must.
    fn make_room(&mut self) -> Result<()> {
        let limit = if self.file.is_some() {
            WAITING.min(self.limit.max(1 << 16))
        } else {
            self.limit.max(1 << 16)
        };
        if self.memory.len() > limit {
            self.write()?;
            // Room for much more than what waits from now on is given back.
            self.memory.shrink_to(2 * WAITING);
        }
        Ok(())
    }

    /// Everything that waits goes to the file.
    fn write(&mut self) -> Result<()> {
        let write = |file: &mut Option<File>, memory: &[u8]| {
            let file = match file {
                Some(file) => file,
                empty => {
                    let file = empty.insert(self.shelf.file(&self.name)?);
                    // What an earlier run left there does not count any more.
                    file.set_len(0)?;
                    file
                }
            };
            file.write_all(memory)
        };
        write(&mut self.file, &self.memory).map_err(|source| self.shelf.failed("write", source))?;
        self.memory.clear();
        Ok(())
    }

    /// Everything pushed so far is on the disk when this returns.
    pub(crate) fn settle(&mut self) -> Result<()> {
        self.write()?;
        self.file
            .as_ref()
            .map_or(Ok(()), File::sync_data)
            .map_err(|source| self.shelf.failed("write", source))
    }

    /// The bytes, for reading.
    pub(crate) fn finish(mut self) -> Result<Bytes> {
        if self.file.is_none() {
            return Ok(Bytes::Owned(std::mem::take(&mut self.memory)));
        }
        self.write()?;
        let empty = self.len == 0;
        match &self.file {
            Some(file) if !empty => map(file).map_err(|source| self.shelf.failed("write", source)),
            // Nothing cannot be mapped.
            _ => Ok(Bytes::Owned(Vec::new())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_settled_is_there_again_and_nothing_else() {
        let folder = tempfile::tempdir().expect("the case is set up");
        let shelf = Shelf::kept(folder.path()).expect("the folder is there");
        let mut first = Spool::on(&shelf, "x", 100);
        first.push(b"settled").expect("there is room");
        first.settle().expect("there is room");
        first.push(b" and lost").expect("there is room");
        first.write().expect("there is room");
        let mut second = Spool::again(&shelf, "x", 7).expect("the file is there");
        second.push(b", then more").expect("there is room");
        assert_eq!(
            &*second.finish().expect("the file is there"),
            b"settled, then more"
        );
        assert!(Spool::again(&shelf, "x", 19).is_err());
    }

    #[test]
    fn bytes_in_memory_and_in_a_file_are_the_same() {
        let shelf = Shelf::unnamed(None);
        for limit in [0, 10, 1 << 30] {
            let mut spool = Spool::on(&shelf, "", limit);
            let mut expected = Vec::new();
            for part in 0..400u32 {
                let bytes = vec![part.to_le_bytes()[0]; 5000];
                spool.push(&bytes).expect("there is room");
                expected.extend(bytes);
            }
            assert_eq!(spool.len(), expected.len() as u64);
            assert_eq!(&*spool.finish().expect("there is room"), &expected);
        }
    }
}
