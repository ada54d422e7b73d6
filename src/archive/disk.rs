//! Files that reach the disk whole: written, synced, and only then named in the manifest.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Bytes that wait before they go to a file. 1 MiB: larger writes do not get faster.
const WAITING: usize = 1 << 20;

/// The folder of an archive, written to by one process at a time.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    folder: PathBuf,
    /// Steps after which every further one fails, as they do for a process that was killed.
    #[cfg(test)]
    pub(super) fails_after: Option<std::sync::Arc<std::sync::atomic::AtomicI64>>,
}

impl Disk {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            #[cfg(test)]
            fails_after: None,
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a file of the archive lies.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    #[cfg(test)]
    fn step(&self) -> io::Result<()> {
        use std::sync::atomic::Ordering;
        match &self.fails_after {
            Some(left) if left.fetch_sub(1, Ordering::Relaxed) <= 0 => {
                Err(io::Error::other("a fault that the test asked for"))
            }
            _ => Ok(()),
        }
    }

    #[cfg(not(test))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "tests make steps fail"
    )]
    fn step(&self) -> io::Result<()> {
        Ok(())
    }

    fn failed(&self, action: &'static str, name: &str, source: io::Error) -> Error {
        Error::Io {
            action,
            path: self.path(name),
            source,
        }
    }

    /// A new file that nobody knows of yet.
    pub(super) fn create(&self, name: &str) -> Result<Growing> {
        let open = || {
            self.step()?;
            File::create(self.path(name))
        };
        Ok(Growing {
            file: open().map_err(|source| self.failed("create", name, source))?,
            name: name.to_owned(),
            disk: self.clone(),
            waiting: Vec::new(),
        })
    }

    /// Puts `bytes` in the place of the file `name`: afterwards, and after a crash at any moment, it holds either all of
    /// them or what it held before.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let temporary = format!("{name}.new");
        let mut file = self.create(&temporary)?;
        file.write(bytes)?;
        file.finish()?;
        let rename = || {
            self.step()?;
            fs::rename(self.path(&temporary), self.path(name))
        };
        rename().map_err(|source| self.failed("rename", &temporary, source))?;
        self.sync()
    }

    /// The names in the folder are on the disk when this returns.
    pub(super) fn sync(&self) -> Result<()> {
        let sync = || {
            self.step()?;
            // Elsewhere a folder cannot be opened, and renaming is durable by itself.
            if cfg!(unix) {
                File::open(&self.folder)?.sync_all()?;
            }
            Ok(())
        };
        sync().map_err(|source| self.failed("write", "", source))
    }

    /// Removes a file that the manifest does not name any more. One that is gone already is what we want.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let remove = || {
            self.step()?;
            fs::remove_file(self.path(name))
        };
        match remove() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failed("remove", name, error))
            }
            _ => Ok(()),
        }
    }

    /// Names of all files in the folder.
    pub(super) fn names(&self) -> Result<Vec<String>> {
        let read = || -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            for entry in fs::read_dir(&self.folder)? {
                names.extend(entry?.file_name().into_string());
            }
            names.sort();
            Ok(names)
        };
        read().map_err(|source| self.failed("read", "", source))
    }
}

/// A file that only grows.
#[derive(Debug)]
pub(super) struct Growing {
    file: File,
    name: String,
    disk: Disk,
    waiting: Vec<u8>,
}

impl Growing {
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= WAITING {
            self.put()?;
        }
        Ok(())
    }

    fn put(&mut self) -> Result<()> {
        let mut put = || {
            if let Err(fault) = self.disk.step() {
                // A process that dies while it writes leaves a part.
                self.file
                    .write_all(&self.waiting[..self.waiting.len() / 2])?;
                return Err(fault);
            }
            self.file.write_all(&self.waiting)
        };
        put().map_err(|source| self.disk.failed("write", &self.name, source))?;
        self.waiting.clear();
        Ok(())
    }

    /// Everything is on the disk when this returns.
    pub(super) fn finish(mut self) -> Result<()> {
        self.put()?;
        let sync = || {
            self.disk.step()?;
            self.file.sync_all()
        };
        sync().map_err(|source| self.disk.failed("write", &self.name, source))
    }
}
