//! What people decided about an article and a source: a log of lines, each with its checksum.
//!
//! A line is written and synced before it counts. A line that is cut at the end of the file was never acknowledged and is dropped; any
//! other line that is not what was written is named, and the rest counts.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::disk::Disk;
use crate::error::{Error, Result};

const NAME: &str = "cases.log";
const LOCK: &str = "cases.lock";
/// Lines that are superseded before the log is written anew.
const SUPERSEDED: usize = if cfg!(test) { 30 } else { 1000 };

/// What was decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has decided yet.
    #[default]
    Open,
    /// Settled with the outlet.
    Settled,
    /// Nothing is to be done.
    NoAction,
}

impl State {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::NoAction => "no_action",
        }
    }
}

/// The decision about one article and one source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Id of the article, or a hash of it: whatever the caller tells articles apart by.
    pub article: String,
    /// Id of the source.
    pub source: String,
    /// What was decided.
    pub state: State,
    /// Why, in anybody's words.
    #[serde(default)]
    pub note: String,
    /// When, as the caller writes it; the library has no clock.
    #[serde(default)]
    pub changed_at: Option<String>,
}

/// All decisions of an archive, in memory, and the log that keeps them. Several processes may write: each line is appended under a
/// lock, and [`reload`](Self::reload) reads what others wrote.
#[derive(Debug)]
pub struct Cases {
    folder: PathBuf,
    cases: BTreeMap<(String, String), Case>,
    lines: usize,
    damaged: Vec<String>,
}

impl Cases {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let mut cases = Self {
            folder: folder.to_path_buf(),
            cases: BTreeMap::new(),
            lines: 0,
            damaged: Vec::new(),
        };
        cases.reload()?;
        Ok(cases)
    }

    fn failed(&self, action: &'static str, source: std::io::Error) -> Error {
        Error::Io {
            action,
            path: self.folder.join(NAME),
            source,
        }
    }

    /// Reads the log again.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read.
    pub fn reload(&mut self) -> Result<()> {
        let mut bytes = Vec::new();
        let read = File::open(self.folder.join(NAME)).and_then(|mut f| f.read_to_end(&mut bytes));
        match read {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(self.failed("read", error));
            }
            _ => {}
        }
        self.cases.clear();
        self.damaged.clear();
        self.lines = 0;
        // Behind the last line end is a line that was never acknowledged.
        let end = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
        for (number, line) in (1..).zip(bytes[..end].split_inclusive(|&byte| byte == b'\n')) {
            self.lines += 1;
            match decode(&line[..line.len() - 1]) {
                Some(case) => {
                    self.cases
                        .insert((case.article.clone(), case.source.clone()), case);
                }
                // Where a process died in the middle of a line, the next one began a new one.
                None if line == b"\n" => {}
                None => self.damaged.push(format!(
                    "`{}:{number}` is not what was written; this decision is lost",
                    self.folder.join(NAME).display()
                )),
            }
        }
        Ok(())
    }

    /// Lines of the log that are not what was written.
    pub fn damaged(&self) -> &[String] {
        &self.damaged
    }

    /// The decision about an article and a source.
    pub fn get(&self, article: &str, source: &str) -> Option<&Case> {
        self.cases.get(&(article.to_owned(), source.to_owned()))
    }

    /// Every decision about an article, by source.
    pub fn of_article(&self, article: &str) -> impl Iterator<Item = &Case> {
        let from = (article.to_owned(), String::new());
        self.cases
            .range(from..)
            .take_while(move |((found, _), _)| found.as_str() == article)
            .map(|(_, case)| case)
    }

    /// All decisions, by article and source.
    pub fn iter(&self) -> impl Iterator<Item = &Case> {
        self.cases.values()
    }

    /// Keeps a decision in the place of any earlier one about the same article and source: it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written; the earlier one then still counts.
    pub fn set(&mut self, case: Case) -> Result<()> {
        let lock = || -> std::io::Result<File> {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(self.folder.join(LOCK))?;
            file.lock()?;
            Ok(file)
        };
        let _lock = lock().map_err(|source| self.failed("lock", source))?;
        self.reload()?;
        let append = || -> std::io::Result<()> {
            let path = self.folder.join(NAME);
            let is_new = !path.exists();
            let mut file = OpenOptions::new()
                .create(true)
                .read(true)
                .append(true)
                .open(path)?;
            let mut line = Vec::new();
            // A line that was cut is ended, so that it does not swallow this one.
            let length = file.metadata()?.len();
            if length > 0 {
                file.seek(SeekFrom::Start(length - 1))?;
                let mut last = [0];
                file.read_exact(&mut last)?;
                if last != *b"\n" {
                    let whole = whole_length(&mut file)?;
                    file.set_len(whole)?;
                }
            }
            line.extend(encode(&case));
            file.write_all(&line)?;
            file.sync_all()?;
            if is_new && cfg!(unix) {
                File::open(&self.folder)?.sync_all()?;
            }
            Ok(())
        };
        append().map_err(|source| self.failed("write", source))?;
        self.lines += 1;
        self.cases
            .insert((case.article.clone(), case.source.clone()), case);
        if self.damaged.is_empty() && self.lines > 2 * self.cases.len() + SUPERSEDED {
            let bytes: Vec<u8> = self.cases.values().flat_map(encode).collect();
            Disk::new(&self.folder).replace(NAME, &bytes)?;
            self.lines = self.cases.len();
        }
        Ok(())
    }
}

/// Bytes up to the end of the last whole line.
fn whole_length(file: &mut File) -> std::io::Result<u64> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(memchr::memrchr(b'\n', &bytes).map_or(0, |end| end as u64 + 1))
}

fn encode(case: &Case) -> Vec<u8> {
    let json = serde_json::to_vec(case).expect("strings can be written as JSON");
    let mut line = format!("{:016x} ", xxh3_64(&json)).into_bytes();
    line.extend(json);
    line.push(b'\n');
    line
}

fn decode(line: &[u8]) -> Option<Case> {
    let (sum, json) = line.split_at_checked(17)?;
    (sum == format!("{:016x} ", xxh3_64(json)).as_bytes()).then_some(())?;
    serde_json::from_slice(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(article: &str, state: State) -> Case {
        Case {
            article: article.to_owned(),
            source: "wire".to_owned(),
            state,
            note: "said \"so\"\non the phone".to_owned(),
            changed_at: None,
        }
    }

    #[test]
    fn a_cut_or_flipped_line_loses_itself_only() {
        let folder = tempfile::tempdir().expect("the case is set up");
        let path = folder.path().join(NAME);
        let mut cases = Cases::open(folder.path()).expect("there is room");
        for article in ["a", "b", "c"] {
            cases
                .set(case(article, State::Settled))
                .expect("there is room");
        }
        let whole = std::fs::read(&path).expect("it was written");
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).expect("there is room");
            let mut cases = Cases::open(folder.path()).expect("it can be read");
            let lines = whole[..cut].iter().filter(|&&byte| byte == b'\n').count();
            assert_eq!((cases.iter().count(), cases.damaged()), (lines, &[][..]));
            if cut % 29 == 0 {
                cases
                    .set(case("d", State::NoAction))
                    .expect("there is room");
                let again = Cases::open(folder.path()).expect("it can be read");
                assert_eq!(again.iter().count(), lines + 1);
            }
        }
        for flip in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[flip] ^= 4;
            std::fs::write(&path, &bytes).expect("there is room");
            let cases = Cases::open(folder.path()).expect("it can be read");
            let lost = cases.iter().count() < 3;
            assert!(lost, "byte {flip}");
            for found in cases.iter() {
                assert_eq!(*found, case(&found.article, State::Settled));
            }
        }
    }

    #[test]
    fn the_last_decision_counts_and_the_log_does_not_grow_without_end() {
        let folder = tempfile::tempdir().expect("the case is set up");
        let mut cases = Cases::open(folder.path()).expect("there is room");
        for round in 0..SUPERSEDED + 20 {
            let state = [State::Open, State::Settled][round % 2];
            cases.set(case("a", state)).expect("there is room");
        }
        let again = Cases::open(folder.path()).expect("it can be read");
        assert_eq!(
            again.get("a", "wire").map(|c| c.state),
            Some(State::Settled)
        );
        assert!(again.lines < 25);
    }
}
