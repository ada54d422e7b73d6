//! Compressed bytes to bytes, never more than a file may grow to.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::GzDecoder;
use liblzma::read::XzDecoder;
use liblzma::stream::{self, CONCATENATED};

use super::ReadOptions;
use super::records::{Bound, grew};

/// Most memory that a compressed file may ask of its reader. 128 MiB: `xz -9` needs 65, `zstd -19 --long` 128.
const MOST_MEMORY: u64 = 128 << 20;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// What ends a compressed file's name.
pub(super) const ENDINGS: &[&str] = &["gz", "zst", "bz2", "xz"];

/// Bytes that tell every compression.
pub(super) const MAGIC: usize = 10;

/// The compression of a file that begins with these bytes, up to [`MAGIC`] of them.
pub(super) fn compression(magic: &[u8]) -> Compression {
    // A bzip2 file is a number of blocks, each with this mark; an empty file has the mark of the end alone.
    let bzip2 = |rest: &[u8]| {
        rest.starts_with(b"\x31\x41\x59\x26\x53\x59")
            || rest.starts_with(b"\x17\x72\x45\x38\x50\x90")
    };
    match magic {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
        [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if bzip2(rest) => Compression::Bzip2,
        _ => Compression::None,
    }
}

/// What could not be read so far, one message each.
#[derive(Clone, Default)]
struct Failures(Arc<Mutex<Vec<String>>>);

impl Failures {
    fn push(&self, message: String) {
        let mut messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push(message);
    }

    fn all(&self) -> Vec<String> {
        let messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.clone()
    }
}

/// A stream of plain bytes that says what was lost on the way.
pub(super) trait Stream: Read {
    /// What was lost on the way so far.
    fn failures(&self) -> Vec<String>;
    /// Bytes on disk, or read so far where that is not known.
    fn size(&self) -> u64;
}

/// A stream of plain bytes. It never fails: where its file is broken or grows past its bound it ends, and
/// [`failures`](Self::failures) says why.
pub(super) struct Expanded<'a> {
    inner: Box<dyn Read + Send + 'a>,
    compressed: bool,
    /// Bytes that came out so far.
    length: u64,
    /// Bytes that went in so far.
    consumed: Arc<AtomicU64>,
    /// Bytes of the file, where known.
    size: Option<u64>,
    most: u64,
    ended: bool,
    failures: Failures,
}

impl<'a> Expanded<'a> {
    /// The plain bytes of `reader`, whose first bytes say whether it is compressed. `size` is its length where known.
    pub(super) fn new(
        mut reader: Box<dyn Read + Send + 'a>,
        size: Option<u64>,
        options: &ReadOptions,
    ) -> Self {
        let failures = Failures::default();
        let fail = |message: String| failures.push(message);
        let mut magic = [0; MAGIC];
        let got = read_up_to(&mut reader, &mut magic).unwrap_or_else(|error| {
            fail(format!("cannot read: {}", plain(&error)));
            0
        });
        let consumed = Arc::new(AtomicU64::new(0));
        let raw = Counted {
            reader: Cursor::new(magic[..got].to_vec()).chain(reader),
            count: consumed.clone(),
        };
        let kind = compression(&magic[..got]);
        let inner: io::Result<Box<dyn Read + Send + 'a>> = match kind {
            Compression::None => Ok(Box::new(raw)),
            Compression::Gzip => Ok(Box::new(Members::new(raw, failures.clone()))),
            Compression::Zstd => {
                zstd::stream::read::Decoder::new(raw).map(|decoder| Box::new(decoder) as _)
            }
            Compression::Bzip2 => Ok(Box::new(bzip2::read::MultiBzDecoder::new(raw))),
            Compression::Xz => stream::Stream::new_stream_decoder(MOST_MEMORY, CONCATENATED)
                .map(|stream| Box::new(XzDecoder::new_stream(raw, stream)) as _)
                .map_err(io::Error::from),
        };
        let inner = inner.unwrap_or_else(|error| {
            fail(format!("cannot decompress: {}", plain(&error)));
            Box::new(io::empty())
        });
        Self {
            inner,
            compressed: kind != Compression::None,
            length: 0,
            consumed,
            size,
            most: options.max_expanded_bytes,
            ended: false,
            failures,
        }
    }

    /// Whether there is work in reading it.
    pub(super) fn is_compressed(&self) -> bool {
        self.compressed
    }

    fn fail(&mut self, message: String) {
        self.ended = true;
        self.failures.push(message);
    }
}

impl Stream for Expanded<'_> {
    fn failures(&self) -> Vec<String> {
        self.failures.all()
    }

    fn size(&self) -> u64 {
        self.size
            .unwrap_or_else(|| self.consumed.load(Ordering::Relaxed))
    }
}

impl Read for Expanded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let got = match self.inner.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.fail(format!(
                    "the data break off after {} bytes ({}); what came before was read, fetch the file again for the rest",
                    self.length,
                    plain(&error)
                ));
                return Ok(0);
            }
            Ok(got) => got,
        };
        self.length += got as u64;
        let bound = Bound {
            size: self.size(),
            most: self.most,
        };
        if self.compressed && bound.is_passed(self.length) {
            self.fail(grew(self.length));
        }
        Ok(got)
    }
}

/// A reader that counts what it gave.
struct Counted<R> {
    reader: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.reader.read(buffer)?;
        self.count.fetch_add(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}

/// A buffered reader that can look some bytes ahead.
struct Ahead<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    /// Where in the buffer the present member begins; `None` when it is too long to be kept.
    mark: Option<usize>,
}

impl<R: Read> Ahead<R> {
    const BLOCK: usize = 64 << 10;

    /// Longest part of a member that is kept to be looked at again. 1 MiB: a record of a crawl has some 20 KiB.
    const KEPT: usize = 1 << 20;

    /// Goes back to where the present member begins, if that is kept.
    fn rewind(&mut self) {
        self.start = self.mark.unwrap_or(self.start);
    }

    /// The bytes that come next, at least `length` of them unless the reader ends before.
    fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.start < length {
            self.mark = self.mark.filter(|mark| self.start - mark < Self::KEPT);
            let passed = self.mark.unwrap_or(self.start);
            self.buffer.drain(..passed);
            self.start -= passed;
            self.mark = self.mark.map(|_| 0);
            let held = self.buffer.len();
            self.buffer.resize(held + Self::BLOCK, 0);
            let read = read_once(&mut self.reader, &mut self.buffer[held..]);
            self.buffer.truncate(held + *read.as_ref().unwrap_or(&0));
            if read? == 0 {
                break;
            }
        }
        Ok(&self.buffer[self.start..])
    }
}

impl<R: Read> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let here = self.fill_buf()?;
        let got = here.len().min(buffer.len());
        buffer[..got].copy_from_slice(&here[..got]);
        self.consume(got);
        Ok(got)
    }
}

impl<R: Read> BufRead for Ahead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    fn consume(&mut self, length: usize) {
        self.start = (self.start + length).min(self.buffer.len());
    }
}

/// The members of a gzip file, one after another. Crawls are kept as a member for each record, so that a damaged one
/// need not cost the others: past the damage the next member that can be read goes on.
struct Members<R: Read> {
    decoder: Option<GzDecoder<Ahead<R>>>,
    /// Bytes that came out so far.
    length: u64,
    /// How often a broken member was looked at again.
    rewound: u32,
    failures: Failures,
}

impl<R: Read> Members<R> {
    /// Most members that are looked at again: each may cost as much as is kept.
    const MOST_REWOUND: u32 = 1000;

    fn new(reader: R, failures: Failures) -> Self {
        let reader = Ahead {
            reader,
            buffer: Vec::new(),
            start: 0,
            mark: Some(0),
        };
        Self {
            decoder: Some(GzDecoder::new(reader)),
            length: 0,
            rewound: 0,
            failures,
        }
    }

    /// Goes on with the next member: whether there is one, and how many bytes that are none were passed over. A member
    /// that is `broken` may have led the decoder past its end, so that the next one is looked for from its beginning.
    fn next(&mut self, broken: bool) -> io::Result<(bool, u64)> {
        let Some(decoder) = self.decoder.take() else {
            return Ok((false, 0));
        };
        let mut reader = decoder.into_inner();
        let mut skipped = 0;
        if broken && reader.mark.is_some() && self.rewound < Self::MOST_REWOUND {
            self.rewound += 1;
            reader.rewind();
            let own = reader.peek(1)?.len().min(1);
            reader.consume(own);
        }
        loop {
            let ahead = reader.peek(4)?;
            // Two bytes that mark a member, the method, and flags of which three are never set.
            let pass = match memchr::memmem::find(ahead, b"\x1f\x8b\x08") {
                Some(0) if ahead.get(3).is_some_and(|flags| flags & 0xe0 == 0) => {
                    reader.mark = Some(reader.start);
                    self.decoder = Some(GzDecoder::new(reader));
                    return Ok((true, skipped));
                }
                Some(0) => 1,
                Some(at) => at,
                // The last bytes may be the front of a mark that the next block completes.
                None if ahead.len() >= 4 => ahead.len() - 2,
                None => ahead.len(),
            };
            if pass == 0 {
                return Ok((false, skipped));
            }
            // Zeros only fill a file up to the size of a tape's block.
            skipped += ahead[..pass].iter().filter(|&&byte| byte != 0).count() as u64;
            reader.consume(pass);
        }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let broken = match decoder.read(buffer) {
                Ok(0) if buffer.is_empty() => return Ok(0),
                Ok(0) => None,
                Ok(got) => {
                    self.length += got as u64;
                    return Ok(got);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => Some(error),
            };
            let (more, skipped) = self.next(broken.is_some())?;
            match broken {
                // The record that breaks off must not run into the one that follows.
                Some(error) if more => {
                    self.failures.push(format!(
                        "the compressed data are damaged after {} bytes ({}); what comes after the damage was read, fetch the file again for the rest",
                        self.length,
                        plain(&error)
                    ));
                    if let Some(first) = buffer.first_mut() {
                        *first = b'\n';
                        self.length += 1;
                        return Ok(1);
                    }
                }
                Some(error) => return Err(error),
                None if skipped > 0 => self.failures.push(format!(
                    "{skipped} bytes after the first {} are no gzip data and were passed over; fetch the file again if an article is missing",
                    self.length
                )),
                None => {}
            }
        }
        Ok(0)
    }
}

/// One read that is tried again when a signal came between.
fn read_once(reader: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Fills `buffer` as far as the reader goes.
pub(super) fn read_up_to(
    reader: &mut (impl Read + ?Sized),
    buffer: &mut [u8],
) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match read_once(reader, &mut buffer[got..])? {
            0 => break,
            more => got += more,
        }
    }
    Ok(got)
}

/// An operating system's error in plain words, without its number.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    lower_first(text.split(" (os error").next().unwrap_or_default())
}

/// `text` with a small first letter.
pub(super) fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + characters.as_str()
    })
}
