//! Finding the files, and getting at their bytes.

use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{FORMATS, Format, Layout, Opened, Raw, ReadOptions, Source, file_origin};
use crate::error::{Error, Result};
use crate::model::Problem;
use crate::observer::Observer;
use crate::store::{Bytes, Spool, map};

/// Files below this size are read, larger ones mapped: a process may hold some 65,000 maps, and a map costs more
/// than a copy where files are small.
const MAP_FROM: u64 = 256 << 10;

/// What ends a compressed file's name.
const COMPRESSIONS: &[&str] = &["gz", "zst"];

enum Compression {
    None,
    Gzip,
    Zstd,
}

pub(super) fn open(
    inputs: &[String],
    options: &ReadOptions,
    observer: &dyn Observer,
) -> Result<Opened> {
    let mut problems = Vec::new();
    let paths = find(inputs, &mut problems);
    observer.begin("open", Some(paths.len() as u64));
    // Files are decompressed side by side; each takes the next path, results are put back in the order of paths.
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
                content(path, options, observer)
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
    let mut sources = Vec::new();
    let mut converted = Spool::new(options.temp_dir.as_deref());
    for (at, result) in results {
        let content = result?;
        problems.extend(content.problems);
        if let Some(bytes) = content.lines {
            sources.push(Source::lines(
                paths[at].clone(),
                bytes,
                options.fields.clone(),
            ));
        }
        converted.push(&content.converted)?;
    }
    observer.end();
    if converted.len() > 0 {
        sources.push(Source::files(converted.finish()?));
    }
    problems.sort();
    Ok(Opened { sources, problems })
}

/// Every file to read, sorted by path.
fn find(inputs: &[String], problems: &mut Vec<Problem>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for input in inputs {
        if input == "-" || !Path::new(input).is_dir() {
            found.insert(slashes(Path::new(input)));
            continue;
        }
        let before = found.len();
        let walk = ignore::WalkBuilder::new(input)
            .standard_filters(false)
            .follow_links(true)
            .sort_by_file_name(Ord::cmp)
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                    if is_file && format_of_name(entry.path()).is_some() {
                        found.insert(slashes(entry.path()));
                    }
                }
                Err(error) => problems.push(walk_problem(input, &error)),
            }
        }
        if found.len() == before {
            let message = "no file in this folder has a known ending (.txt, .text, .jsonl, .ndjson, also with .gz or .zst); name files one by one to read them by content";
            problems.push(Problem {
                origin: file_origin(input),
                message: message.to_owned(),
                lost: true,
            });
        }
    }
    found.into_iter().collect()
}

fn walk_problem(input: &str, error: &ignore::Error) -> Problem {
    if let ignore::Error::WithDepth { err, .. } | ignore::Error::WithPath { err, .. } = error {
        if let ignore::Error::WithPath { path, .. } = error {
            return walk_problem(&slashes(path), err);
        }
        return walk_problem(input, err);
    }
    if let ignore::Error::Loop { child, .. } = error {
        let message = "a link leads back to a folder above it; it was not followed".to_owned();
        return Problem {
            origin: file_origin(&slashes(child)),
            message,
            lost: false,
        };
    }
    let message = match error.io_error() {
        Some(error) => {
            // The walk puts the path before the reason, and the path is said already.
            let said = plain(error);
            let reason = said.rsplit(": ").next().unwrap_or_default();
            format!(
                "cannot read: {}; check that it exists and may be read",
                lower_first(reason)
            )
        }
        None => format!("cannot read: {error}"),
    };
    Problem {
        origin: file_origin(input),
        message,
        lost: true,
    }
}

fn slashes(path: &Path) -> String {
    let path = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        path.into_owned()
    } else {
        path.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// The format that a file's name says.
fn format_of_name(path: &Path) -> Option<&'static Format> {
    let mut path = PathBuf::from(path.file_name()?);
    let ending = |path: &Path| {
        path.extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
    };
    if ending(&path).is_some_and(|ending| COMPRESSIONS.contains(&&*ending)) {
        path.set_extension("");
    }
    let ending = ending(&path)?;
    FORMATS
        .iter()
        .find(|format| format.extensions.contains(&&*ending))
}

/// What one path gave.
#[derive(Default)]
struct Content {
    lines: Option<Bytes>,
    converted: Vec<u8>,
    problems: Vec<Problem>,
}

impl Content {
    fn lost(path: &str, message: String) -> Self {
        let problem = Problem {
            origin: file_origin(path),
            message,
            lost: true,
        };
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }
}

/// Problems are the file's; an error is the run's.
fn content(path: &str, options: &ReadOptions, observer: &dyn Observer) -> Result<Content> {
    let mut problems = Vec::new();
    let bytes = match raw_bytes(path, options, observer, &mut problems)? {
        Ok(bytes) => bytes,
        Err(message) => return Ok(Content::lost(path, message)),
    };
    if bytes.is_empty() && problems.iter().any(|problem| problem.lost) {
        // Why nothing came is said already; that nothing is no article need not be.
        return Ok(Content {
            problems,
            ..Content::default()
        });
    }
    let head = &bytes[..bytes.len().min(8192)];
    let by_name = if path == "-" {
        None
    } else {
        format_of_name(Path::new(path))
    };
    let by_content = FORMATS
        .iter()
        .find(|format| (format.looks_like)(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)));
    // Strict formats are known by their content; the last one in the table takes anything, so a name outweighs it.
    let last = FORMATS.last().map_or("", |format| format.name);
    let format = match (by_content, by_name) {
        (Some(content), Some(name)) if content.name == last => name,
        (Some(content), _) => content,
        (None, Some(name)) => name,
        (None, None) => return Ok(Content::lost(path, "the format is not known".to_owned())),
    };
    match format.layout {
        Layout::Lines => {
            let bytes = if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
                let (text, encoding) = super::text::decode(&bytes);
                let message = format!("not UTF-8; read as {encoding}");
                problems.push(Problem {
                    origin: file_origin(path),
                    message,
                    lost: false,
                });
                Bytes::Owned(text.into_bytes())
            } else {
                bytes
            };
            if bytes.iter().all(u8::is_ascii_whitespace) {
                let message = "the file is empty".to_owned();
                problems.push(Problem {
                    origin: file_origin(path),
                    message,
                    lost: true,
                });
            }
            Ok(Content {
                lines: Some(bytes),
                converted: Vec::new(),
                problems,
            })
        }
        Layout::Convert(convert) => {
            let mut converted = Vec::new();
            convert(
                &Raw {
                    path,
                    bytes: &bytes,
                    options,
                },
                &mut converted,
                &mut problems,
            );
            Ok(Content {
                lines: None,
                converted,
                problems,
            })
        }
    }
}

/// The decompressed bytes of a path; the inner `Err` is the reason why there are none.
fn raw_bytes(
    path: &str,
    options: &ReadOptions,
    observer: &dyn Observer,
    problems: &mut Vec<Problem>,
) -> Result<Result<Bytes, String>> {
    if path == "-" {
        return stream(
            path,
            &mut io::stdin().lock(),
            None,
            options,
            observer,
            problems,
        )
        .map(Ok);
    }
    let (mut file, about) = match open_file(Path::new(path)) {
        Ok(opened) => opened,
        Err(message) => return Ok(Err(message)),
    };
    if !about.is_file() {
        let mut pipe = Patient { file };
        return stream(path, &mut pipe, None, options, observer, problems).map(Ok);
    }
    let mut magic = [0; 4];
    let got = match read_up_to(&mut file, &mut magic) {
        Ok(got) => got,
        Err(error) => return Ok(Err(format!("cannot read: {}", plain(&error)))),
    };
    if !matches!(compression(&magic[..got]), Compression::None) {
        let mut reader = io::Cursor::new(magic[..got].to_vec()).chain(file);
        return stream(
            path,
            &mut reader,
            Some(about.len()),
            options,
            observer,
            problems,
        )
        .map(Ok);
    }
    let bytes = if about.len() >= MAP_FROM {
        map(&file)
    } else {
        let mut bytes = magic[..got].to_vec();
        file.read_to_end(&mut bytes).map(|_| Bytes::Owned(bytes))
    };
    Ok(bytes.map_err(|error| format!("cannot read: {}", plain(&error))))
}

/// Opens without waiting: a named pipe that nobody writes to must not hold up the run.
fn open_file(path: &Path) -> Result<(File, Metadata), String> {
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

fn compression(magic: &[u8]) -> Compression {
    if magic.starts_with(b"\x1f\x8b") {
        Compression::Gzip
    } else if magic.starts_with(b"\x28\xb5\x2f\xfd") {
        Compression::Zstd
    } else {
        Compression::None
    }
}

/// Reads a stream to its end, decompressing it when it is compressed. `size` is the compressed size where known.
fn stream(
    path: &str,
    reader: &mut dyn Read,
    size: Option<u64>,
    options: &ReadOptions,
    observer: &dyn Observer,
    problems: &mut Vec<Problem>,
) -> Result<Bytes> {
    let mut spool = Spool::new(options.temp_dir.as_deref());
    let mut problem = |message: String| {
        problems.push(Problem {
            origin: file_origin(path),
            message,
            lost: true,
        })
    };
    let mut magic = [0; 4];
    let got = match read_up_to(reader, &mut magic) {
        Ok(got) => got,
        Err(error) => {
            problem(format!("cannot read: {}", plain(&error)));
            0
        }
    };
    if got == 0 && size.is_none() {
        problem("nothing came through the pipe; write to it, or name a file".to_owned());
    }
    let raw = io::Cursor::new(magic[..got].to_vec()).chain(reader);
    let mut expanded: Box<dyn Read + '_> = match compression(&magic[..got]) {
        Compression::None => Box::new(raw),
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(raw)),
        Compression::Zstd => match zstd::stream::read::Decoder::new(raw) {
            Ok(decoder) => Box::new(decoder),
            Err(error) => {
                problem(format!("cannot decompress: {}", plain(&error)));
                return spool.finish();
            }
        },
    };
    let compressed = !matches!(compression(&magic[..got]), Compression::None);
    let mut block = vec![0; 256 << 10];
    loop {
        if observer.stopped() {
            return Err(Error::Interrupted);
        }
        match expanded.read(&mut block) {
            Ok(0) => break,
            Ok(length) => spool.push(&block[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let why = plain(&error);
                problem(format!(
                    "the data break off after {} bytes ({why}); what came before was read, fetch the file again for the rest",
                    spool.len()
                ));
                break;
            }
        }
        let bomb = size.is_some_and(|size| spool.len() > 1 << 30 && spool.len() / 1000 > size);
        if compressed && (bomb || spool.len() > options.max_expanded_bytes) {
            problem(format!(
                "grows past {} bytes when decompressed; what came before was read, decompress it by hand if that is right",
                spool.len()
            ));
            break;
        }
    }
    spool.finish()
}

fn read_up_to(reader: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match reader.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(more) => got += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

/// An operating system's error in plain words, without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    lower_first(text.split(" (os error").next().unwrap_or_default())
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + characters.as_str()
    })
}
