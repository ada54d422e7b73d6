//! Articles that people asked to keep: what a permalink shows, and what a decision is about.
//!
//! They are no documents of the archive and are not searched. One file each, replaced as a whole, with a checksum.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::disk::Disk;
use crate::error::{Error, Result};

const FOLDER: &str = "kept";
const ENDING: &str = ".json";

/// The kept articles of an archive, by name.
#[derive(Clone, Debug)]
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    pub(super) fn new(archive: &Path) -> Self {
        Self {
            folder: archive.join(FOLDER),
        }
    }

    fn failed(&self, action: &'static str, name: &str, source: io::Error) -> Error {
        Error::Io {
            action,
            path: self.folder.join(format!("{name}{ENDING}")),
            source,
        }
    }

    /// Whether a name can be one: up to 64 lower-case letters and digits.
    fn is_name(name: &str) -> bool {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (1..=64).contains(&name.len()) && name.bytes().all(allowed)
    }

    /// Keeps `content` under `name` in the place of what was there: it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::Option`] for a name that is not made of lower-case letters and digits, [`Error::Io`] when it cannot be written; what was
    /// there before then still is.
    pub fn put(&self, name: &str, content: &str) -> Result<()> {
        if !Self::is_name(name) {
            return Err(Error::Option(format!(
                "`{name}` is no name of a kept article"
            )));
        }
        if !self.folder.is_dir() {
            fs::create_dir_all(&self.folder).map_err(|e| self.failed("create", name, e))?;
            if let Some(archive) = self.folder.parent() {
                Disk::new(archive).sync()?;
            }
        }
        let sum = xxh3_64(content.as_bytes());
        let file = format!("{sum:016x}\n{content}");
        Disk::new(&self.folder).replace(&format!("{name}{ENDING}"), file.as_bytes())
    }

    /// What is kept under `name`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not what was kept, [`Error::Io`].
    pub fn get(&self, name: &str) -> Result<Option<String>> {
        if !Self::is_name(name) {
            return Ok(None);
        }
        let path = self.folder.join(format!("{name}{ENDING}"));
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", name, error)),
        };
        let content = || {
            let (sum, content) = bytes.split_at_checked(17)?;
            (sum == format!("{:016x}\n", xxh3_64(content)).as_bytes()).then_some(())?;
            String::from_utf8(content.to_vec()).ok()
        };
        match content() {
            Some(content) => Ok(Some(content)),
            None => Err(Error::Damaged {
                path,
                message: "it is not what was kept".to_owned(),
            }),
        }
    }

    /// What is wrong with each file that is not what was kept.
    ///
    /// # Errors
    /// [`Error::Io`] when one cannot be read.
    pub fn damaged(&self) -> Result<Vec<String>> {
        let mut damaged = Vec::new();
        for name in self.names()? {
            match self.get(&name) {
                Err(error @ Error::Damaged { .. }) => damaged.push(error.to_string()),
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Ok(damaged)
    }

    /// Forgets what is kept under `name`; whether there was anything.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be removed.
    pub fn remove(&self, name: &str) -> Result<bool> {
        if !Self::is_name(name) {
            return Ok(false);
        }
        match fs::remove_file(self.folder.join(format!("{name}{ENDING}"))) {
            Ok(()) => Disk::new(&self.folder).sync().map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.failed("remove", name, error)),
        }
    }

    /// The names of all that is kept, in order.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read.
    pub fn names(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed("read", "", error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| self.failed("read", "", error))?;
            let file = entry.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(ENDING));
            names.extend(name.filter(|name| Self::is_name(name)).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_or_is_called_damaged() {
        let folder = tempfile::tempdir().expect("the case is set up");
        let kept = Kept::new(folder.path());
        assert_eq!(
            kept.names().expect("nothing is there"),
            Vec::<String>::new()
        );
        kept.put("ab12", "first").expect("there is room");
        kept.put("ab12", "second").expect("there is room");
        assert_eq!(
            kept.get("ab12").expect("it is whole"),
            Some("second".to_owned())
        );
        assert_eq!(kept.names().expect("it can be read"), ["ab12"]);
        for outside in ["../cases", "", "A", "a/b"] {
            assert!(kept.put(outside, "x").is_err(), "{outside}");
            assert_eq!(kept.get(outside).expect("it is no name"), None);
            assert!(!kept.remove(outside).expect("it is no name"));
        }
        let path = folder.path().join("kept/ab12.json");
        let whole = fs::read(&path).expect("it was written");
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).expect("there is room");
            assert!(kept.get("ab12").is_err(), "byte {at}");
            assert_eq!(kept.damaged().expect("it can be read").len(), 1);
            fs::write(&path, &whole[..at]).expect("there is room");
            assert!(kept.get("ab12").is_err(), "cut at {at}");
        }
        assert!(kept.remove("ab12").expect("there is room"));
        assert_eq!(kept.get("ab12").expect("nothing is there"), None);
    }
}
