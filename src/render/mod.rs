//! Report -> bytes. One file per format, one table of formats.
//!
//! A renderer is a pure function of the report and the options: it reads no environment, asks no terminal and
//! keeps no state, so that the same report gives the same bytes everywhere.

mod codepoints;
mod html;
mod json;
mod marks;
mod pair;
mod phrases;
mod provenance;
mod terminal;
mod visible;

use std::io;

use crate::model::{Checked, Problem, Report};

pub use codepoints::CodePoints;
pub use html::{escaped, prose};
pub use json::{CHECK_SCHEMA, SCHEMA};
pub use marks::{Piece, Side, word_diff};
pub use pair::{clusters, pair};
pub use phrases::{category, closing_line, why_nothing};
pub use visible::{is_hidden, visible, visible_line};

/// What a renderer may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Columns a line of text may take, at least 40. Formats without columns ignore it.
    pub width: usize,
    /// Show every sentence with its counterpart, not only the drifts. HTML and JSON always do.
    pub verbose: bool,
    /// Whether text may carry ANSI colours.
    pub colour: bool,
}

impl Default for RenderOptions {
    /// 100 columns: what a report is easily read at when nothing is known of the terminal.
    fn default() -> Self {
        Self {
            width: 100,
            verbose: false,
            colour: false,
        }
    }
}

/// Writes a report in one format.
pub type Render = fn(&Report, &RenderOptions, &mut dyn io::Write) -> io::Result<()>;

/// One way to write a report.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What the user calls it.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The renderer.
    pub render: Render,
}

/// Every format. A new one is a file and a row here.
pub const FORMATS: &[Format] = &[
    Format {
        name: "text",
        about: "for a person at a terminal",
        render: terminal::render,
    },
    Format {
        name: "json",
        about: "complete, for programs; see docs/report.md",
        render: json::render,
    },
    Format {
        name: "html",
        about: "one self-contained page, for reading and printing",
        render: html::render,
    },
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Writes what an archive knows of articles, in one format.
pub type RenderCheck =
    fn(&[Checked], &[Problem], &RenderOptions, &mut dyn io::Write) -> io::Result<()>;

/// One way to write what an archive knows of articles.
#[derive(Clone, Copy, Debug)]
pub struct CheckFormat {
    /// What the user calls it.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The renderer.
    pub render: RenderCheck,
}

/// Every format of `check`.
pub const CHECK_FORMATS: &[CheckFormat] = &[
    CheckFormat {
        name: "text",
        about: "for a person at a terminal",
        render: terminal::render_check,
    },
    CheckFormat {
        name: "json",
        about: "complete, for programs; see docs/check.md",
        render: json::render_check,
    },
    CheckFormat {
        name: "html",
        about: "one self-contained page, for reading and printing",
        render: html::render_check,
    },
];

/// The format of `check` of that name.
pub fn check_format(name: &str) -> Option<&'static CheckFormat> {
    CHECK_FORMATS.iter().find(|format| format.name == name)
}
