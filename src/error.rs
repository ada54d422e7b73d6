//! What stops a run. One bad record never does: that is a [`Problem`].

use std::path::PathBuf;

use crate::model::Problem;

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Reading failed as a whole: no input could be used.
    #[error("no article could be read from {inputs}; {hint}")]
    NoInput {
        /// What was given.
        inputs: String,
        /// What to do.
        hint: String,
        /// What was wrong with each record and file.
        problems: Vec<Problem>,
    },
    /// A file could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// `read`, `write`, `create`, `rename` ...
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A labelled collection is not in the documented format, or a label does not quote its text.
    #[error("{}:{line}: {message}; the format is in `corpus/README.md`", path.display())]
    Label {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// An archive is missing, in use, or not one that this program knows.
    #[error("`{}` {message}", path.display())]
    Archive {
        /// The archive's folder, or a file in it.
        path: PathBuf,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A file of an archive is not what was written.
    #[error("`{}` is damaged: {message}; restore it from a backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A folder given as a model lacks something or does not fit.
    #[error("`{}` {message}; `docs/model.md` says what a model's folder holds", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// An option does not make sense.
    #[error("{0}")]
    Option(String),
    /// More documents than ids: past 4,294,967,295.
    #[error("more than 4,294,967,295 documents; split the input and use `--against`")]
    TooManyDocuments,
    /// The run was asked to stop.
    #[error("interrupted; no output was written")]
    Interrupted,
}

/// A result of this library.
pub type Result<T, E = Error> = std::result::Result<T, E>;
