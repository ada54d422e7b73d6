//! A stretch of a stream in memory: what a reader looks at while it does not know yet where a record ends.

use std::io::Read;

/// Bytes asked of the stream at once.
const BLOCK: usize = 128 << 10;

/// The next bytes of a stream. The stream's failures are the stream's to tell: here it ends.
pub(super) struct Window<'a> {
    reader: &'a mut dyn Read,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
}

impl<'a> Window<'a> {
    pub(super) fn new(reader: &'a mut dyn Read) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            ended: false,
        }
    }

    /// What is in memory.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Whether nothing more will come after what is in memory.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Reads more; `false` at the end of the stream.
    pub(super) fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.start > 0 && (self.start >= self.buffer.len() / 2 || self.start > 4 * BLOCK) {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let held = self.buffer.len();
        // A large record is asked for in growing steps, so that it is not copied for each small one.
        let wanted = BLOCK.max((held - self.start) / 2);
        self.buffer.resize(held + wanted, 0);
        let got = loop {
            match self.reader.read(&mut self.buffer[held..]) {
                Ok(got) => break got,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break 0,
            }
        };
        self.buffer.truncate(held + got);
        self.ended = got == 0;
        got > 0
    }

    /// Makes at least `length` bytes ready; `false` when the stream ends before.
    pub(super) fn ensure(&mut self, length: usize) -> bool {
        while self.bytes().len() < length {
            if !self.more() {
                return false;
            }
        }
        true
    }

    /// Passes over the next `length` bytes, which are in memory.
    pub(super) fn consume(&mut self, length: usize) {
        self.start = (self.start + length).min(self.buffer.len());
    }

    /// Passes over `length` bytes, in memory or not; how many there were.
    pub(super) fn skip(&mut self, length: u64) -> u64 {
        let mut left = length;
        while left > 0 {
            if self.bytes().is_empty() && !self.more() {
                break;
            }
            let here = self
                .bytes()
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            self.consume(here);
            left -= here as u64;
        }
        length - left
    }
}
