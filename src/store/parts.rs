//! Words kept apart by a number, each part to be taken out on its own.

use super::{Bytes, Shelf, Spool};
use crate::error::Result;

/// Spools of 64-bit words, one for each part.
#[derive(Debug)]
pub(crate) struct Parts {
    spools: Vec<Option<Spool>>,
}

impl Parts {
    /// `count` empty parts that hold up to `limit` bytes in memory, all together.
    pub(crate) fn new(shelf: &Shelf, name: &str, count: usize, limit: usize) -> Self {
        let spool = |part| Some(Spool::on(shelf, &file(name, part), limit / count));
        Self {
            spools: (0..count).map(spool).collect(),
        }
    }

    /// The parts that an earlier run left on a kept shelf, cut to these lengths in bytes.
    pub(crate) fn again(shelf: &Shelf, name: &str, lengths: &[u64]) -> Result<Self> {
        let spools = lengths
            .iter()
            .enumerate()
            .map(|(part, &length)| Spool::again(shelf, &file(name, part), length).map(Some))
            .collect::<Result<_>>()?;
        Ok(Self { spools })
    }

    /// Names of the files that `count` parts may have on a kept shelf.
    pub(crate) fn files(name: &str, count: usize) -> impl Iterator<Item = String> {
        (0..count).map(move |part| file(name, part))
    }

    /// Makes room in memory for `words` more, spread evenly, or for as many as it may hold.
    pub(crate) fn reserve(&mut self, words: usize) {
        let each = words / self.spools.len() * 8;
        // Parts differ by chance: one in twenty more is enough for nearly all of them.
        for spool in self.spools.iter_mut().flatten() {
            spool.reserve(each + each / 20 + 64);
        }
    }

    /// Appends a word to a part that was not taken yet.
    #[inline]
    pub(crate) fn push(&mut self, part: usize, word: u64) -> Result<()> {
        match &mut self.spools[part] {
            Some(spool) => spool.push(&word.to_le_bytes()),
            None => Ok(()),
        }
    }

    /// Bytes of each part, none where it was taken.
    pub(crate) fn lengths(&self) -> Vec<u64> {
        let length = |spool: &Option<Spool>| spool.as_ref().map_or(0, Spool::len);
        self.spools.iter().map(length).collect()
    }

    /// Everything pushed so far is on the disk when this returns.
    pub(crate) fn settle(&mut self) -> Result<()> {
        self.spools.iter_mut().flatten().try_for_each(Spool::settle)
    }

    /// Takes one part out; empty when it was taken before.
    pub(crate) fn take(&mut self, part: usize) -> Result<Bytes> {
        match self.spools[part].take() {
            Some(spool) => spool.finish(),
            None => Ok(Bytes::Owned(Vec::new())),
        }
    }
}

fn file(name: &str, part: usize) -> String {
    format!("{name}-{part:04}")
}

/// The words of `bytes`, eight bytes each.
pub(crate) fn words(bytes: &[u8]) -> impl ExactSizeIterator<Item = u64> {
    bytes
        .as_chunks::<8>()
        .0
        .iter()
        .map(|word| u64::from_le_bytes(*word))
}
