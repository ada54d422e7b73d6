//! Where intermediate files lie.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A folder for intermediate files.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    folder: PathBuf,
    kept: bool,
}

impl Shelf {
    /// Files without a name in `folder`, or where the system puts temporary files.
    pub(crate) fn unnamed(folder: Option<&Path>) -> Self {
        Self {
            folder: folder.map_or_else(std::env::temp_dir, Path::to_path_buf),
            kept: false,
        }
    }

    /// Files with names in `folder`, which is made when it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn kept(folder: &Path) -> Result<Self> {
        let shelf = Self {
            folder: folder.to_path_buf(),
            kept: true,
        };
        fs::create_dir_all(folder).map_err(|source| shelf.failed("create", source))?;
        Ok(shelf)
    }

    /// Whether files stay when the run ends early.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept
    }

    /// The file `name` for reading and writing: empty where there is none yet, else as it was left.
    pub(crate) fn file(&self, name: &str) -> io::Result<File> {
        if self.kept {
            File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(self.folder.join(name))
        } else {
            tempfile::tempfile_in(&self.folder)
        }
    }

    /// What the kept file `name` holds; `None` when there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match fs::read(self.folder.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.failed("read", source)),
        }
    }

    /// Puts `bytes` in the place of the kept file `name`: afterwards it holds either all of them or what it held before.
    pub(crate) fn replace(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let replace = || {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(self.folder.join(name))?;
            Ok(())
        };
        replace().map_err(|source| self.failed("write", source))
    }

    /// Removes the kept files `names`, and the folder when nothing else is in it.
    pub(crate) fn clear<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<()> {
        for name in names {
            match fs::remove_file(self.folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(self.failed("clear", error));
                }
                _ => {}
            }
        }
        // Somebody else's files may lie there: then the folder stays.
        let _ = fs::remove_dir(&self.folder);
        Ok(())
    }

    /// The error of a file on this shelf.
    pub(crate) fn failed(&self, action: &'static str, source: io::Error) -> Error {
        let action = match action {
            "write" => "write a temporary file in",
            other => other,
        };
        Error::Io {
            action,
            path: self.folder.clone(),
            source,
        }
    }
}
