//! Which files the inputs name: files, folders, patterns, lists, standard input.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::expand::{ENDINGS, lower_first, plain};
use super::{FORMATS, Format, archived, file_origin};
use crate::model::Problem;

/// Largest list of files. 256 MiB: some millions of paths.
const LONGEST_LIST: u64 = 256 << 20;

/// Every file to read, sorted by path; `-` is standard input.
pub(super) fn find(inputs: &[String], problems: &mut Vec<Problem>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for input in inputs {
        match input.strip_prefix('@') {
            Some(list) if !Path::new(input).exists() => list_file(list, &mut found, problems),
            _ => one(input, &mut found, problems),
        }
    }
    found.into_iter().collect()
}

/// Adds what one input names.
fn one(input: &str, found: &mut BTreeSet<String>, problems: &mut Vec<Problem>) {
    let path = Path::new(input);
    if input == "-" {
        found.insert(input.to_owned());
    } else if archived::is_archive(path) {
        found.insert(slashes(path));
    } else if path.is_dir() {
        folder(input, found, problems);
    } else if !path.exists() && is_pattern(input) {
        pattern(input, found, problems);
    } else {
        found.insert(slashes(path));
    }
}

/// Adds what the lines of a file name.
fn list_file(list: &str, found: &mut BTreeSet<String>, problems: &mut Vec<Problem>) {
    let mut bytes = Vec::new();
    let read = if list == "-" {
        io::stdin()
            .lock()
            .take(LONGEST_LIST)
            .read_to_end(&mut bytes)
    } else {
        std::fs::File::open(list).and_then(|file| file.take(LONGEST_LIST).read_to_end(&mut bytes))
    };
    let origin = file_origin(list);
    let mut tell = |message: String, line| {
        let mut origin = origin.clone();
        origin.line = line;
        problems.push(Problem {
            origin,
            message,
            lost: true,
        });
    };
    if let Err(error) = read {
        return tell(
            format!(
                "cannot read this list of files: {}; check that it exists and may be read",
                plain(&error)
            ),
            None,
        );
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let before = found.len();
    let mut more = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.contains('\0') || line.len() > 32 << 10 {
            tell(
                "not a path; a list of files has one path a line".to_owned(),
                Some(number),
            );
        } else if !line.is_empty() {
            one(line, found, &mut more);
        }
    }
    if found.len() == before && more.is_empty() {
        tell(
            "this list names no file; write one path a line".to_owned(),
            None,
        );
    }
    problems.append(&mut more);
}

/// Adds the files of a folder whose names say a known format.
fn folder(input: &str, found: &mut BTreeSet<String>, problems: &mut Vec<Problem>) {
    let mut any = false;
    walk(input, None, problems, &mut |path| {
        if format_of_name(path).is_some() {
            any = true;
            found.insert(slashes(path));
        }
    });
    if !any {
        let message = format!(
            "no file in this folder has a known ending ({}, also with {}); name files one by one, or with a pattern such as `{}/*`, to read them by content",
            known_endings(),
            compressed_endings(),
            input.trim_end_matches('/')
        );
        problems.push(Problem {
            origin: file_origin(input),
            message,
            lost: true,
        });
    }
}

/// Whether an input that is no file is meant as a pattern.
fn is_pattern(input: &str) -> bool {
    input.contains(['*', '?', '[', '{'])
}

/// Adds the files that a pattern matches, whatever their endings.
fn pattern(input: &str, found: &mut BTreeSet<String>, problems: &mut Vec<Problem>) {
    let mut tell = |message: String| {
        problems.push(Problem {
            origin: file_origin(input),
            message,
            lost: true,
        });
    };
    let glob = globset::GlobBuilder::new(input)
        .literal_separator(true)
        .build();
    let matcher = match glob {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => {
            return tell(format!(
                "not a pattern ({}); `*` stands for a part of a name, `**` for folders",
                error.kind()
            ));
        }
    };
    let parts: Vec<&str> = input.split('/').collect();
    let plain = parts.iter().take_while(|part| !is_pattern(part)).count();
    let root = match parts[..plain].join("/") {
        root if root.is_empty() && input.starts_with('/') => "/".to_owned(),
        root if root.is_empty() => ".".to_owned(),
        root => root,
    };
    if !Path::new(&root).is_dir() {
        return tell(format!(
            "no file matches: there is no folder `{root}`; check the pattern"
        ));
    }
    let depth = (!input.contains("**")).then_some(parts.len() - plain);
    let mut any = false;
    walk(&root, depth, problems, &mut |path| {
        let named = if root == "." && !input.starts_with("./") {
            path.strip_prefix("./").unwrap_or(path)
        } else {
            path
        };
        if matcher.is_match(named) {
            any = true;
            found.insert(slashes(named));
        }
    });
    if !any {
        problems.push(Problem {
            origin: file_origin(input),
            message: "no file matches; check the pattern".to_owned(),
            lost: true,
        });
    }
}

/// Visits every file below a folder.
fn walk(
    root: &str,
    depth: Option<usize>,
    problems: &mut Vec<Problem>,
    visit: &mut dyn FnMut(&Path),
) {
    let walk = ignore::WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(true)
        .max_depth(depth)
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| !kind.is_dir()) => {
                if entry.file_type().is_some_and(|kind| kind.is_file()) {
                    visit(entry.path());
                }
            }
            Ok(_) => {}
            Err(error) => problems.push(walk_problem(root, &error)),
        }
    }
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
pub(super) fn format_of_name(path: &Path) -> Option<&'static Format> {
    let mut path = PathBuf::from(path.file_name()?);
    let ending = |path: &Path| {
        path.extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
    };
    if ending(&path).is_some_and(|ending| ENDINGS.contains(&&*ending)) {
        path.set_extension("");
    }
    let ending = ending(&path)?;
    FORMATS
        .iter()
        .find(|format| format.extensions.contains(&&*ending))
}

/// The endings of file names that say a format, for a message.
pub(super) fn known_endings() -> String {
    let endings = FORMATS.iter().flat_map(|format| format.extensions);
    let endings: Vec<_> = endings.map(|ending| format!(".{ending}")).collect();
    endings.join(", ")
}

/// The endings of compressed files, for a message.
pub(super) fn compressed_endings() -> String {
    let endings: Vec<_> = ENDINGS.iter().map(|ending| format!(".{ending}")).collect();
    endings.join(", ")
}
