//! Opening every file, side by side, and getting at its records.

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use memchr::memchr;

use super::ahead::{self, Ahead};
use super::decode::{Recoded, wide};
use super::expand::{Compression, Expanded, MAGIC, Stream, compression, plain, read_up_to};
use super::find::{find, format_of_name};
use super::guess::guess;
use super::records::{Records, Stop};
use super::source::Table;
use super::{
    FORMATS, FieldNames, Format, Layout, Opened, Raw, ReadOptions, Source, archived, file_origin,
    jsonl,
};
use crate::error::{Error, Result};
use crate::model::Problem;
use crate::observer::Observer;
use crate::store::{Bytes, Filled, Lanes, Spool, Stretch, map};

/// Files below this size are read, larger ones mapped: a process may hold some 65,000 maps, and a map costs more
/// than a copy where files are small.
const MAP_FROM: u64 = 256 << 10;

/// Bytes that tell the format of a file. 64 KiB: the header of a table and its first row are in it.
const HEAD: usize = 64 << 10;

pub(super) fn open(
    inputs: &[String],
    options: &ReadOptions,
    observer: &dyn Observer,
) -> Result<Opened> {
    let mut problems = Vec::new();
    let paths = find(inputs, &mut problems);
    observer.begin("open", Some(paths.len() as u64));
    let lanes = Lanes::new(options.temp_dir.as_deref());
    let opener = Opener {
        options,
        observer,
        lanes: &lanes,
    };
    // Files are converted side by side; each takes the next path, results are put back in the order of paths.
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Content>)>> = Mutex::new(Vec::new());
    let workers = rayon::current_num_threads().min(paths.len());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = paths.get(at) else { break };
            let result = if observer.stopped() {
                Err(Error::Interrupted)
            } else {
                opener.content(path)
            };
            let failed = result.is_err();
            results
                .lock()
                .expect("no worker panics while it holds the list")
                .push((at, result));
            observer.advance(1);
            if failed {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results
        .into_inner()
        .expect("no worker panics while it holds the list");
    results.sort_by_key(|(at, _)| *at);
    let mut contents = Vec::with_capacity(results.len());
    for (at, result) in results {
        contents.push((at, result?));
    }
    let filled = lanes.finish()?;
    let mut sources = Vec::new();
    let mut articles = Spool::new(options.temp_dir.as_deref());
    for (at, content) in contents {
        problems.extend(content.problems);
        match content.records {
            Found::Nothing => {}
            Found::Article(stretch) => {
                let (bytes, range) = filled.of(&stretch);
                articles.push(&bytes[range])?;
            }
            records => sources.extend(of_file(
                &paths[at],
                records,
                &filled,
                &options.fields,
                &mut problems,
            )),
        }
    }
    observer.end();
    if articles.len() > 0 {
        sources.push(Source::files(articles.finish()?));
    }
    problems.sort();
    Ok(Opened { sources, problems })
}

/// The sources of a file that holds any number of records.
fn of_file(
    path: &str,
    records: Found,
    filled: &Filled,
    asked: &FieldNames,
    problems: &mut Vec<Problem>,
) -> Vec<Source> {
    let mut names = |front: &[u8]| {
        let (names, assumed) = guess(front, asked);
        problems.extend(assumed.map(|message| Problem {
            origin: file_origin(path),
            message,
            lost: false,
        }));
        names
    };
    match records {
        Found::Lines(bytes) => {
            let names = names(&bytes);
            vec![Source::lines(path.to_owned(), bytes, names)]
        }
        Found::Stretches {
            stretches,
            table,
            plain_names,
        } => {
            let front = stretches.iter().find(|(stretch, _)| !stretch.is_empty());
            let names = match front {
                Some((stretch, _)) if !plain_names => {
                    let (bytes, range) = filled.of(stretch);
                    names(&bytes[range])
                }
                _ => FieldNames::default(),
            };
            let mut before = 0;
            let source = |(group, (stretch, count)): (usize, (Stretch, u64))| {
                let part =
                    Source::part(path.to_owned(), filled.of(&stretch), names.clone(), before);
                before += count;
                let bytes = table.clone();
                part.with_table(bytes.map(|bytes| Table { bytes, group }))
            };
            stretches.into_iter().enumerate().map(source).collect()
        }
        Found::Nothing | Found::Article(_) => Vec::new(),
    }
}

/// What one path gave.
struct Content {
    records: Found,
    problems: Vec<Problem>,
}

/// Where the records of a file are.
enum Found {
    Nothing,
    /// One record for the whole file.
    Article(Stretch),
    /// JSONL where it lies.
    Lines(Bytes),
    /// Records in the spools, in this order, each stretch with its number of records.
    Stretches {
        stretches: Vec<(Stretch, u64)>,
        /// The Parquet file whose row groups the stretches are.
        table: Option<bytes::Bytes>,
        /// Whether the fields have our names, because the reader gave them.
        plain_names: bool,
    },
}

/// A file whose bytes come one after another.
struct Flow<'a> {
    path: &'a str,
    reader: &'a mut dyn Read,
    size: u64,
}

struct Opener<'a> {
    options: &'a ReadOptions,
    observer: &'a dyn Observer,
    lanes: &'a Lanes,
}

impl Opener<'_> {
    /// Problems are the file's; an error is the run's.
    fn content(&self, path: &str) -> Result<Content> {
        let mut problems = Vec::new();
        let records = match self.records(path, &mut problems)? {
            Ok(records) => records,
            Err(message) => {
                problems.push(Problem {
                    origin: file_origin(path),
                    message,
                    lost: true,
                });
                Found::Nothing
            }
        };
        Ok(Content { records, problems })
    }

    /// The inner `Err` says why there are no records.
    fn records(
        &self,
        path: &str,
        problems: &mut Vec<Problem>,
    ) -> Result<std::result::Result<Found, String>> {
        if path == "-" {
            return self.flow(path, Box::new(io::stdin()), None, problems);
        }
        if archived::is_archive(Path::new(path)) {
            // An archive grows by being decompressed as much as it was compressed, and no more.
            return self.fill_lane(path, u64::MAX, problems, true, &mut |records| {
                archived::convert(Path::new(path), records)
            });
        }
        let (mut file, about) = match open_file(Path::new(path)) {
            Ok(opened) => opened,
            Err(message) => return Ok(Err(message)),
        };
        if !about.is_file() {
            return self.flow(path, Box::new(Patient { file }), None, problems);
        }
        let size = about.len();
        let mut head = vec![0; HEAD.min(usize::try_from(size).unwrap_or(HEAD).max(MAGIC))];
        let got = match read_up_to(&mut file, &mut head) {
            Ok(got) => got,
            Err(error) => return Ok(Err(format!("cannot read: {}", plain(&error)))),
        };
        head.truncate(got);
        let is_plain =
            compression(&head[..got.min(MAGIC)]) == Compression::None && wide(&head).is_none();
        let format = format_of(path, &head);
        match format.layout {
            Layout::Lines if is_plain => {
                let bytes = match whole(file, size, head) {
                    Ok(bytes) => bytes,
                    Err(error) => return Ok(Err(format!("cannot read: {}", plain(&error)))),
                };
                if bytes.iter().all(u8::is_ascii_whitespace) {
                    return Ok(Err("the file is empty".to_owned()));
                }
                Ok(Ok(Found::Lines(bytes)))
            }
            Layout::Blocks(convert) if is_plain => match whole(file, size, head) {
                Ok(bytes) => self.blocks(path, bytes, size, convert, problems),
                Err(error) => Ok(Err(format!("cannot read: {}", plain(&error)))),
            },
            _ => {
                let reader = Cursor::new(head).chain(file);
                self.flow(path, Box::new(reader), Some(size), problems)
            }
        }
    }

    /// Reads a stream to its end, decompressing it when it is compressed. `size` is the compressed size where known.
    fn flow(
        &self,
        path: &str,
        reader: Box<dyn Read + Send + '_>,
        size: Option<u64>,
        problems: &mut Vec<Problem>,
    ) -> Result<std::result::Result<Found, String>> {
        let mut expanded = Expanded::new(reader, size, self.options);
        // Of a pipe more is never read than is asked for: it may wait for us.
        if expanded.is_compressed() && size.is_some_and(|size| size >= ahead::FROM) {
            return std::thread::scope(|scope| {
                let mut ahead = Ahead::begin(scope, expanded);
                self.stream(path, &mut ahead, size, problems)
            });
        }
        self.stream(path, &mut expanded, size, problems)
    }

    /// Reads plain bytes to their end.
    fn stream(
        &self,
        path: &str,
        expanded: &mut dyn Stream,
        size: Option<u64>,
        problems: &mut Vec<Problem>,
    ) -> Result<std::result::Result<Found, String>> {
        let mut head = vec![0; HEAD];
        let got = read_up_to(expanded, &mut head).unwrap_or(0);
        head.truncate(got);
        if head.is_empty() && size.is_none() && expanded.failures().is_empty() {
            return Ok(Err(
                "nothing came through the pipe; write to it, or name a file".to_owned(),
            ));
        }
        if head.is_empty()
            && let Some(message) = expanded.failures().into_iter().next()
        {
            // Why nothing came is said already; that nothing is no article need not be.
            return Ok(Err(message));
        }
        let encoding = wide(&head);
        let bytes = expanded.size();
        let found = {
            let mut rest = Cursor::new(head.clone()).chain(&mut *expanded);
            if let Some(encoding) = encoding {
                problems.push(Problem {
                    origin: file_origin(path),
                    message: format!("not UTF-8; read as {}", encoding.name()),
                    lost: false,
                });
                let mut recoded = Recoded::new(rest, encoding);
                let got = read_up_to(&mut recoded, &mut head).unwrap_or(0);
                head.truncate(got);
                let mut reader = Cursor::new(head.clone()).chain(recoded);
                let flow = Flow {
                    path,
                    reader: &mut reader,
                    size: size.unwrap_or(bytes),
                };
                self.convert(flow, &head, problems)
            } else {
                let flow = Flow {
                    path,
                    reader: &mut rest,
                    size: size.unwrap_or(bytes),
                };
                self.convert(flow, &head, problems)
            }
        };
        for message in expanded.failures() {
            problems.push(Problem {
                origin: file_origin(path),
                message,
                lost: true,
            });
        }
        found
    }

    /// The records of a stream that begins with `head`.
    fn convert(
        &self,
        flow: Flow<'_>,
        head: &[u8],
        problems: &mut Vec<Problem>,
    ) -> Result<std::result::Result<Found, String>> {
        let Flow { path, reader, size } = flow;
        if self.observer.stopped() {
            return Err(Error::Interrupted);
        }
        match format_of(path, head).layout {
            Layout::Whole(convert) => {
                let most = self.options.max_record_bytes as u64;
                let mut bytes = Vec::new();
                if reader.take(most + 1).read_to_end(&mut bytes).is_err()
                    || bytes.len() as u64 > most
                {
                    return Ok(Err(jsonl::too_long(self.options)));
                }
                let raw = Raw {
                    path,
                    bytes: &bytes,
                };
                let Some(record) = convert(&raw, problems) else {
                    return Ok(Ok(Found::Nothing));
                };
                let mut lane = self.lanes.take();
                let before = lane.spool.len();
                lane.spool.push(&record)?;
                lane.spool.push(b"\n")?;
                Ok(Ok(Found::Article(self.lanes.give(lane, before))))
            }
            Layout::Lines => self.fill_lane(path, size, problems, false, &mut |records| {
                lines(&mut *reader, records)
            }),
            Layout::Records {
                convert,
                plain_names,
            } => self.fill_lane(path, size, problems, plain_names, &mut |records| {
                convert(&mut *reader, records)
            }),
            Layout::Blocks(convert) => {
                let mut spool = Spool::new(self.options.temp_dir.as_deref());
                let mut block = vec![0; 256 << 10];
                loop {
                    if self.observer.stopped() {
                        return Err(Error::Interrupted);
                    }
                    match read_up_to(reader, &mut block) {
                        Ok(0) | Err(_) => break,
                        Ok(got) => spool.push(&block[..got])?,
                    }
                }
                self.blocks(path, spool.finish()?, size, convert, problems)
            }
        }
    }

    /// Lets a reader write the records of one file to a lane.
    fn fill_lane(
        &self,
        path: &str,
        size: u64,
        problems: &mut Vec<Problem>,
        plain_names: bool,
        write: &mut dyn FnMut(&mut Records<'_>) -> std::result::Result<(), Stop>,
    ) -> Result<std::result::Result<Found, String>> {
        let mut lane = self.lanes.take();
        let before = lane.spool.len();
        let mut records = Records::new(
            path,
            self.options,
            self.observer,
            &mut lane.spool,
            problems,
            size,
        );
        match write(&mut records) {
            Ok(()) | Err(Stop::Full) => {}
            Err(Stop::Failed(error)) => return Err(error),
        }
        let count = records.count();
        let stretch = self.lanes.give(lane, before);
        if stretch.is_empty() && !problems.iter().any(|problem| problem.lost) {
            return Ok(Err("the file is empty".to_owned()));
        }
        Ok(Ok(Found::Stretches {
            stretches: vec![(stretch, count)],
            table: None,
            plain_names,
        }))
    }

    /// The records of a file that is read at any place.
    fn blocks(
        &self,
        path: &str,
        bytes: Bytes,
        size: u64,
        convert: super::Blocks,
        problems: &mut Vec<Problem>,
    ) -> Result<std::result::Result<Found, String>> {
        let whole = super::WholeFile {
            path,
            size,
            options: self.options,
            observer: self.observer,
            lanes: self.lanes,
        };
        Ok(
            convert(&whole, bytes, problems)?.map(|rows| Found::Stretches {
                stretches: rows.groups,
                table: Some(rows.table),
                plain_names: false,
            }),
        )
    }
}

/// The format of a file by its first bytes, or by its name where they could be anything.
fn format_of(path: &str, head: &[u8]) -> &'static Format {
    let (last, strict) = FORMATS.split_last().expect("the table has rows");
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if let Some(format) = strict.iter().find(|format| (format.looks_like)(text)) {
        return format;
    }
    if path == "-" {
        return last;
    }
    format_of_name(Path::new(path)).unwrap_or(last)
}

/// Copies JSONL, but of a line past the limit only so much that it is known to be past it.
fn lines(reader: &mut dyn Read, records: &mut Records<'_>) -> std::result::Result<(), Stop> {
    let most = records.options().max_record_bytes + 1;
    let mut block = vec![0; 256 << 10];
    // Bytes of the present line so far.
    let mut length = 0;
    let mut first = true;
    loop {
        let got = match read_up_to(reader, &mut block) {
            Ok(0) | Err(_) => break,
            Ok(got) => got,
        };
        let mut rest = &block[..got];
        if std::mem::take(&mut first) {
            rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest);
        }
        if memchr(b'\n', rest).is_some() && length < most && rest.len() < most - length {
            // No line in this block can be past the limit.
            let tail = memchr::memrchr(b'\n', rest).map_or(0, |at| rest.len() - at - 1);
            records.put_many(rest, memchr::memchr_iter(b'\n', rest).count() as u64)?;
            length = tail;
            continue;
        }
        while !rest.is_empty() {
            let (line, after, ends) = match memchr(b'\n', rest) {
                Some(at) => (&rest[..at], &rest[at + 1..], true),
                None => (rest, &rest[rest.len()..], false),
            };
            let taken = line.len().min(most - length.min(most));
            records.put_many(&line[..taken], 0)?;
            length += taken;
            if ends {
                records.put_many(b"\n", 1)?;
                length = 0;
            }
            rest = after;
        }
    }
    if length > 0 {
        records.put_many(b"\n", 1)?;
    }
    Ok(())
}

/// All bytes of a file, of which `head` is read already.
fn whole(mut file: File, size: u64, head: Vec<u8>) -> io::Result<Bytes> {
    if size >= MAP_FROM {
        return map(&file);
    }
    let mut bytes = head;
    file.read_to_end(&mut bytes)?;
    Ok(Bytes::Owned(bytes))
}

/// Opens without waiting: a named pipe that nobody writes to must not hold up the run.
fn open_file(path: &Path) -> std::result::Result<(File, Metadata), String> {
    let mut how = File::options();
    how.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut how, libc::O_NONBLOCK);
    let file = how.open(path).map_err(|error| {
        format!(
            "cannot open: {}; check that it exists and may be read",
            plain(&error)
        )
    })?;
    let about = file
        .metadata()
        .map_err(|error| format!("cannot open: {}", plain(&error)))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = about.file_type();
        if kind.is_block_device() || kind.is_char_device() || kind.is_socket() {
            return Err(
                "a device or socket, not a file; pipe its content in and read `-`".to_owned(),
            );
        }
    }
    Ok((file, about))
}

/// A pipe opened without waiting: data that are not there yet are waited for.
struct Patient {
    file: File,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(std::time::Duration::from_millis(1))
                }
                other => return other,
            }
        }
    }
}
