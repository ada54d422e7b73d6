//! Where results go: standard output, or a file that appears whole or not at all.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use tempfile::NamedTempFile;
use wirecopy::Error;

/// Temporary files not yet renamed, for whoever has to end the program at once.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes every temporary file that was not finished.
pub(crate) fn remove_unfinished() {
    for path in UNFINISHED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .drain(..)
    {
        // The program is ending, and a file that is gone already is what we want.
        let _ = std::fs::remove_file(path);
    }
}

/// One place to write to. Nothing appears under the file's name before [`finish`](Self::finish).
pub(crate) struct Output {
    to: To,
    path: PathBuf,
}

enum To {
    Stdout(BufWriter<StdoutLock<'static>>),
    /// A device or a pipe: there is nothing to rename.
    Special(BufWriter<std::fs::File>),
    File(BufWriter<NamedTempFile>),
}

impl Output {
    /// Opens `path`, `-` for standard output. A file is written beside its place and renamed at the end.
    ///
    /// # Errors
    /// When its folder is missing or cannot be written to.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Io {
            action: "create",
            path: path.to_path_buf(),
            source,
        };
        if path.as_os_str() == "-" {
            return Ok(Self {
                to: To::Stdout(BufWriter::with_capacity(1 << 16, io::stdout().lock())),
                path: path.to_path_buf(),
            });
        }
        // Renaming would put the file in place of a link; the link's target is what was meant.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let before = std::fs::metadata(&target).ok();
        if before.as_ref().is_some_and(std::fs::Metadata::is_dir) {
            return Err(failed(io::Error::other(
                "it is a folder; name a file in it",
            )));
        }
        if before.as_ref().is_some_and(|file| !file.is_file()) {
            let file = std::fs::OpenOptions::new()
                .write(true)
                .open(&target)
                .map_err(failed)?;
            return Ok(Self {
                to: To::Special(BufWriter::with_capacity(1 << 16, file)),
                path: target,
            });
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".wirecopy-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).map_err(|error| {
            let missing = error.kind() == io::ErrorKind::NotFound;
            failed(if missing {
                io::Error::new(error.kind(), "its folder does not exist; make it first")
            } else {
                error
            })
        })?;
        if let Some(before) = before {
            file.as_file()
                .set_permissions(before.permissions())
                .map_err(failed)?;
        }
        UNFINISHED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(file.path().to_path_buf());
        Ok(Self {
            to: To::File(BufWriter::with_capacity(1 << 16, file)),
            path: target,
        })
    }

    /// Whether this is standard output.
    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self.to, To::Stdout(_))
    }

    /// What to say when writing fails.
    pub(crate) fn failure(&self) -> String {
        match self.to {
            To::Stdout(_) => "cannot write to standard output".to_string(),
            To::Special(_) | To::File(_) => format!("cannot write `{}`", self.path.display()),
        }
    }

    /// Writes what is left and asks the disk to keep it; the file has its name only after [`finish`](Self::finish).
    ///
    /// # Errors
    /// When the disk is full, or nobody reads any more.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        self.flush()?;
        match &self.to {
            // Some file systems tell of a full disk only when asked to keep the bytes.
            To::File(file) => file.get_ref().as_file().sync_all(),
            To::Stdout(_) | To::Special(_) => Ok(()),
        }
    }

    /// Writes what is left and puts the file in its place.
    ///
    /// # Errors
    /// When the disk is full or the file cannot be renamed; the temporary file is then removed.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let failure = self.failure();
        match self.to {
            To::Stdout(mut stdout) => stdout.flush().context(failure),
            To::Special(mut file) => file.flush().context(failure),
            To::File(file) => {
                let file = file
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)
                    .context(failure.clone())?;
                let temporary = file.path().to_path_buf();
                // Some file systems tell of a full disk only when asked to keep the bytes.
                file.as_file().sync_all().context(failure.clone())?;
                file.persist(&self.path)
                    .map_err(|error| error.error)
                    .context(failure)?;
                let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
                unfinished.retain(|path| *path != temporary);
                Ok(())
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stdout(stdout) => stdout.write(bytes),
            To::Special(file) => file.write(bytes),
            To::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stdout(stdout) => stdout.flush(),
            To::Special(file) => file.flush(),
            To::File(file) => file.flush(),
        }
    }
}
