//! The command line, defined once: parsing, help, completions and the manual page all come from here.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use wirecopy::contextual::Tagger;
use wirecopy::options::TraceOptions;
use wirecopy::read::{FieldNames, ReadOptions};
use wirecopy::render::{FORMATS, Format, RenderOptions};
use wirecopy::simd::Level;

use crate::commands::{archive, check, compare, completions, dedup, eval, man, serve, trace};
use crate::exit::{self, Outcome};
use crate::progress;

/// Finds the same news story in many places and says what each outlet did to it, sentence by sentence.
#[derive(Debug, Parser)]
#[command(name = "wirecopy", version, after_help = exit_codes(), propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One row for each command; a new one is a file in `commands/` and two rows here.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find copies among articles: clusters, their source, and what each outlet did to the text
    #[command(after_help = exit_codes())]
    Trace(trace::Args),
    /// Compare two articles, or judge pairs of sentences line by line
    #[command(after_help = exit_codes())]
    Compare(compare::Args),
    /// Look an article up in an archive: whose text is it, what was done to it, and was credit given
    #[command(after_help = exit_codes())]
    Check(check::Args),
    /// Keep articles on disk, to be checked against in milliseconds
    #[command(subcommand, after_help = exit_codes())]
    Archive(archive::Command),
    /// Remove near-duplicates: nothing is lost, every removed record says what it matched and why
    #[command(after_help = exit_codes())]
    Dedup(dedup::DedupArgs),
    /// Serve a page and an API on which people ask an archive whose text an article is
    #[command(after_help = exit_codes())]
    Serve(serve::Args),
    /// Measure against labelled stories: clusters, sources, alignment, relations, changes of meaning
    #[command(after_help = exit_codes())]
    Eval(eval::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Print the manual page
    Man(man::Args),
}

impl Command {
    /// Does the work.
    pub(crate) fn run(&self, globals: &Globals) -> anyhow::Result<Outcome> {
        match self {
            Self::Trace(args) => trace::run(args, globals),
            Self::Compare(args) => compare::run(args, globals),
            Self::Check(args) => check::run(args, globals),
            Self::Archive(command) => archive::run(command, globals),
            Self::Dedup(args) => {
                dedup::run(args, globals, &progress::Progress::new(globals)).map(|_| Outcome::Done)
            }
            Self::Serve(args) => serve::run(args, globals),
            Self::Eval(args) => eval::run(args).map(|_| Outcome::Done),
            Self::Completions(args) => completions::run(args),
            Self::Man(args) => man::run(args),
        }
    }
}

/// What every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Colour on a terminal, always, or never; NO_COLOR in the environment means never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Colour,
    /// Say nothing on standard error but errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Show every sentence with its counterpart, and list every problem
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Threads to work with; as many as there are processors when not given
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Seed of every hash; the same seed gives the same bytes
    #[arg(long, global = true, value_name = "N", default_value_t = TraceOptions::default().seed)]
    pub(crate) seed: u64,
    /// Instructions that `dedup` works with; for measuring, results are the same bytes
    #[arg(long, global = true, hide = true, value_enum, default_value = "auto")]
    pub(crate) simd: Simd,
}

/// See [`Level`].
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Simd {
    Auto,
    Avx512,
    Avx2,
    Scalar,
}

impl Simd {
    /// As the library takes it; a level that the machine lacks is lowered there.
    pub(crate) fn level(self) -> Level {
        match self {
            Self::Auto => Level::best(),
            Self::Avx512 => Level::Avx512,
            Self::Avx2 => Level::Avx2,
            Self::Scalar => Level::Scalar,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

impl Globals {
    /// Settles whether output is coloured, for everything that prints after this.
    pub(crate) fn apply_colour(&self) {
        match self.color {
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::AlwaysAnsi,
            Colour::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }

    /// Starts the threads and listens for Ctrl-C.
    pub(crate) fn start(&self) -> anyhow::Result<()> {
        if let Some(threads) = self.threads {
            rayon::ThreadPoolBuilder::new()
                .num_threads(usize::from(threads))
                .build_global()?;
        }
        progress::listen_for_interrupts()?;
        Ok(())
    }
}

/// Which fields of a record mean what.
#[derive(Args, Debug)]
#[command(next_help_heading = "Reading")]
pub(crate) struct FieldArgs {
    /// Field of a record that holds the article's text; where it is missing, a usual name such as `content` is taken
    #[arg(long, value_name = "NAME", default_value_t = FieldNames::default().text)]
    text_field: String,
    /// Field that holds its id
    #[arg(long, value_name = "NAME", default_value_t = FieldNames::default().id)]
    id_field: String,
    /// Field that holds its headline
    #[arg(long, value_name = "NAME", default_value_t = FieldNames::default().title)]
    title_field: String,
    /// Field that holds the outlet's name
    #[arg(long, value_name = "NAME", default_value_t = FieldNames::default().outlet)]
    outlet_field: String,
    /// Field that holds its web address
    #[arg(long, value_name = "NAME", default_value_t = FieldNames::default().url)]
    url_field: String,
    /// Field that holds the time of publication
    #[arg(long, value_name = "NAME", default_value_t = FieldNames::default().published_at)]
    date_field: String,
    /// Longest record, as in 64M; a longer one is a problem, and the next is read
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = size)]
    max_record: u64,
}

/// `512M` and the like, in bytes.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        "T" | "TB" | "TIB" => 1 << 40,
        _ => return Err("not a size; write it as in 512M or 4G".to_owned()),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| "not a size; write it as in 512M or 4G".to_owned())?;
    number
        .checked_mul(unit)
        .ok_or_else(|| "too large".to_owned())
}

impl FieldArgs {
    /// As the reader takes them.
    pub(crate) fn read_options(&self) -> ReadOptions {
        ReadOptions {
            max_record_bytes: usize::try_from(self.max_record).unwrap_or(usize::MAX),
            fields: FieldNames {
                id: self.id_field.clone(),
                text: self.text_field.clone(),
                title: self.title_field.clone(),
                outlet: self.outlet_field.clone(),
                url: self.url_field.clone(),
                published_at: self.date_field.clone(),
            },
            ..ReadOptions::default()
        }
    }
}

/// What counts as copying.
#[derive(Args, Debug)]
#[command(next_help_heading = "What counts as copying")]
pub(crate) struct MatchArgs {
    /// Least share of the shorter text that must have counterparts in the other, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share, default_value_t = TraceOptions::default().min_containment)]
    min_containment: f32,
    /// Least number of words in counterparts
    #[arg(long, value_name = "N", default_value_t = TraceOptions::default().min_words)]
    min_words: u32,
    /// Treat captions, credits and notices as part of the story
    #[arg(long)]
    keep_furniture: bool,
    /// More news agencies: a text file with one a line, its name and other spellings parted by `|`, such as
    /// `Halden Wire | HW`; `#` begins a comment. They win over the built-in list
    #[arg(long, value_name = "FILE")]
    agencies: Option<PathBuf>,
    /// Have doubtful pairs of sentences read again by a model: a folder as `models/wirecopy-tagger`. It finds more changes of meaning and
    /// takes longer
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
}

impl MatchArgs {
    /// The model that was asked for.
    pub(crate) fn model(&self) -> wirecopy::Result<Option<Arc<Tagger>>> {
        let load = |folder: &PathBuf| Tagger::load(folder).map(Arc::new);
        self.model.as_ref().map(load).transpose()
    }

    /// As the library takes them.
    pub(crate) fn trace_options(&self, globals: &Globals) -> anyhow::Result<TraceOptions> {
        let mut options = TraceOptions {
            seed: globals.seed,
            ..TraceOptions::default()
        };
        options.min_containment = self.min_containment;
        options.min_words = self.min_words;
        options.keep_furniture = self.keep_furniture;
        if let Some(path) = &self.agencies {
            options.agencies = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read agencies from `{}`", path.display()))?;
        }
        options.model = self.model()?;
        Ok(options)
    }
}

/// Where the report goes, in which shape, and when it is a failure.
#[derive(Args, Debug)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// Shape of the report
    #[arg(long, short, value_name = "FORMAT", value_parser = format_names(), default_value = "text")]
    format: String,
    /// File to write the report to; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Write `{"id","cluster"}` for each clustered document, one a line, ordered by id
    #[arg(long, value_name = "FILE")]
    pub(crate) clusters: Option<PathBuf>,
    /// Exit with code 1 when the report holds any of these; may be given several, parted by commas
    #[arg(long, value_name = "FINDING", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
}

/// Findings that a script may want to stop at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A version that takes a substantial part of its source
    Copy,
    /// A change of meaning, minor or major
    Drift,
    /// A major change of meaning
    MajorDrift,
    /// A version that takes a substantial part of its source and names no agency
    Uncredited,
    /// Over 80 % of a source, and over 125 words of it, nearly word for word
    NearExact,
}

impl ReportArgs {
    /// The renderer asked for.
    pub(crate) fn format(&self) -> anyhow::Result<&'static Format> {
        wirecopy::render::format(&self.format)
            .ok_or_else(|| exit::Usage(format!("no format is called `{}`", self.format)).into())
    }

    /// What the renderer is told: the terminal's width and colour when it writes to one.
    pub(crate) fn render_options(&self, globals: &Globals) -> RenderOptions {
        globals.render_options(self.output.as_os_str() == "-")
    }
}

impl Globals {
    /// What a renderer is told: the terminal's width and colour when it writes to one.
    pub(crate) fn render_options(&self, to_stdout: bool) -> RenderOptions {
        let colour = match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let choice = anstream::AutoStream::choice(&std::io::stdout());
                to_stdout && choice != anstream::ColorChoice::Never
            }
        };
        let mut options = RenderOptions {
            verbose: self.verbose,
            colour,
            ..RenderOptions::default()
        };
        if let Some((columns, _)) =
            terminal_size::terminal_size_of(std::io::stdout()).filter(|_| to_stdout)
        {
            options.width = usize::from(columns.0);
        }
        options
    }
}

fn format_names() -> clap::builder::PossibleValuesParser {
    let named = |format: &Format| clap::builder::PossibleValue::new(format.name).help(format.about);
    FORMATS.iter().map(named).collect::<Vec<_>>().into()
}

fn share(given: &str) -> Result<f32, String> {
    match given.parse::<f32>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a share between 0 and 1, such as 0.3".to_string()),
    }
}

/// The exit codes as help shows them.
pub(crate) fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for (code, meaning) in exit::CODES {
        text.push_str(&format!("  {code:<4} {meaning}\n"));
    }
    text
}
