//! A stream that is decompressed on a thread of its own, a few blocks ahead of whoever reads it.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Scope;

use super::expand::{Expanded, Stream, read_up_to};

/// Bytes that are handed over at a time, and how many blocks may wait. 256 KiB and four: the hand-over costs nothing beside what a
/// block costs to decompress, and all of them fit the last-level cache.
const BLOCK: usize = 256 << 10;
const WAITING: usize = 4;

/// Compressed files from this size on get a thread: below it, starting one costs more than it saves. 256 KiB.
pub(super) const FROM: u64 = 256 << 10;

/// What comes out of the thread: bytes, and all that was lost on the way up to their end, so that what a reader is told never depends on how
/// far ahead the thread is.
struct Block {
    bytes: Vec<u8>,
    length: usize,
    failures: Vec<String>,
}

/// The reader's end of the stream.
pub(super) struct Ahead {
    blocks: Receiver<Block>,
    /// Where blocks go back to be filled again.
    spent: Sender<Vec<u8>>,
    block: Block,
    given: usize,
    size: u64,
}

impl Ahead {
    /// Begins to read `expanded`. Its thread ends when the stream does, or when the reader's end is dropped.
    pub(super) fn begin<'scope>(
        scope: &'scope Scope<'scope, '_>,
        expanded: Expanded<'scope>,
    ) -> Self {
        let (sender, blocks) = sync_channel(WAITING);
        let (spent, empty) = channel();
        let size = expanded.size();
        scope.spawn(move || fill(expanded, &sender, &empty));
        let block = Block {
            bytes: Vec::new(),
            length: 0,
            failures: Vec::new(),
        };
        Self {
            blocks,
            spent,
            block,
            given: 0,
            size,
        }
    }
}

/// Fills blocks until the stream ends or nobody wants them.
fn fill(mut expanded: Expanded<'_>, sender: &SyncSender<Block>, empty: &Receiver<Vec<u8>>) {
    loop {
        let mut bytes = empty.try_recv().unwrap_or_default();
        bytes.resize(BLOCK, 0);
        // The stream never fails: it ends, and says why.
        let length = read_up_to(&mut expanded, &mut bytes).unwrap_or(0);
        let block = Block {
            bytes,
            length,
            failures: expanded.failures(),
        };
        if sender.send(block).is_err() || length == 0 {
            return;
        }
    }
}

impl Stream for Ahead {
    fn failures(&self) -> Vec<String> {
        self.block.failures.clone()
    }

    fn size(&self) -> u64 {
        self.size
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.block.length {
            // The thread is gone when it has said that the stream ended.
            let Ok(next) = self.blocks.recv() else {
                return Ok(0);
            };
            let before = std::mem::replace(&mut self.block, next);
            // At the end of the stream nobody takes blocks back.
            let _ = self.spent.send(before.bytes);
            self.given = 0;
            if self.block.length == 0 {
                return Ok(0);
            }
        }
        let got = buffer.len().min(self.block.length - self.given);
        buffer[..got].copy_from_slice(&self.block.bytes[self.given..self.given + got]);
        self.given += got;
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::read::ReadOptions;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    /// Bytes and failures, read by parts of `part` bytes.
    fn read(stream: &mut dyn Stream, part: usize) -> (Vec<u8>, Vec<String>) {
        let (mut all, mut buffer) = (Vec::new(), vec![0; part]);
        loop {
            match stream.read(&mut buffer).expect("streams never fail") {
                0 => return (all, stream.failures()),
                got => all.extend_from_slice(&buffer[..got]),
            }
        }
    }

    #[test]
    fn a_thread_changes_neither_bytes_nor_failures() {
        let text: Vec<u8> = (0..200_000)
            .flat_map(|line: u32| format!("line {line}\n").into_bytes())
            .collect();
        let whole = gzip(&text);
        let mut damaged = [gzip(&text), gzip(&text[..9_000])].concat();
        let middle = whole.len() / 2;
        damaged[middle..middle + 40].fill(0x55);
        let cases = [whole.clone(), whole[..middle].to_vec(), damaged, gzip(b"")];
        for bytes in cases {
            let options = ReadOptions::default();
            let open = || {
                let size = Some(bytes.len() as u64);
                Expanded::new(Box::new(Cursor::new(bytes.clone())), size, &options)
            };
            let expected = read(&mut open(), 1000);
            for part in [1000, 300 << 10] {
                let found =
                    std::thread::scope(|scope| read(&mut Ahead::begin(scope, open()), part));
                assert!(found == expected, "{:?} {:?}", found.1, expected.1);
            }
        }
    }

    #[test]
    fn a_reader_that_leaves_early_holds_nobody_up() {
        let bytes = gzip(&vec![b'x'; 64 << 20]);
        let options = ReadOptions::default();
        std::thread::scope(|scope| {
            let expanded = Expanded::new(Box::new(Cursor::new(bytes)), None, &options);
            let mut ahead = Ahead::begin(scope, expanded);
            let mut front = [0; 10];
            ahead.read_exact(&mut front).expect("there is more");
            assert_eq!(&front, b"xxxxxxxxxx");
        });
    }
}
