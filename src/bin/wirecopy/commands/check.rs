//! `wirecopy check`: articles against an archive.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::ValueEnum;
use wirecopy::archive::Archive;
use wirecopy::check::check;
use wirecopy::model::{AttributionKind, Checked, Derivation};
use wirecopy::observer::Observer as _;
use wirecopy::options::CheckOptions;
use wirecopy::render::{CHECK_FORMATS, CheckFormat, check_format};

use crate::cli::{FieldArgs, Globals, MatchArgs};
use crate::exit::{self, Outcome, Usage};
use crate::output::Output;
use crate::problems::{ProblemArgs, list};
use crate::progress::Progress;

/// Look articles up in an archive: whose text is it, what was done to it, and was credit given
///
/// Sources are ranked by the share of the article that comes from them. Time is bounded whatever the archive holds: documents that share
/// shingles or rare words with the article are ranked in the archive's tables, the best `--opened` of them are read, at
/// most `--measured` aligned with the article, and at most `--judged` judged sentence by sentence: the closest, the earliest, an agency's own
/// text, and what covers the rest of the article. Further reprints are listed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Articles: files, folders, patterns, lists of files as `@list.txt`, or `-` for standard input
    #[arg(required = true, value_name = "ARTICLE")]
    inputs: Vec<String>,
    /// The archive's folder, made by `wirecopy archive add`
    #[arg(long, value_name = "DIR")]
    archive: PathBuf,
    /// Documents of the archive that are read for each article
    #[arg(long, value_name = "N", default_value_t = CheckOptions::default().most_opened)]
    opened: usize,
    /// Of these, documents that are aligned with the article at most; of those that read the same, the earliest
    #[arg(long, value_name = "N", default_value_t = CheckOptions::default().most_measured)]
    measured: usize,
    /// Of the sources found, those that are judged sentence by sentence
    #[arg(long, value_name = "N", default_value_t = CheckOptions::default().most_judged)]
    judged: usize,
    /// Shape of the answer
    #[arg(long, short, value_name = "FORMAT", value_parser = format_names(), default_value = "text", help_heading = "Report")]
    format: String,
    /// File to write the answer to; `-` is standard output
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "-",
        help_heading = "Report"
    )]
    output: PathBuf,
    /// Exit with code 1 when any article has any of these; may be given several, parted by commas
    #[arg(
        long,
        value_name = "FINDING",
        value_delimiter = ',',
        help_heading = "Report"
    )]
    fail_on: Vec<FailOn>,
    #[command(flatten)]
    matching: MatchArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    problems: ProblemArgs,
}

/// Findings that a script may want to stop at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A substantial part comes from a source and no agency is named
    Uncredited,
    /// Over 80 % of a source, and over 125 words of it, nearly word for word
    #[value(alias = "near_exact")]
    NearExact,
    /// A change of meaning, minor or major
    Drift,
    /// A major change of meaning
    MajorDrift,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    let named =
        |format: &CheckFormat| clap::builder::PossibleValue::new(format.name).help(format.about);
    CHECK_FORMATS.iter().map(named).collect::<Vec<_>>().into()
}

/// Reads, checks and answers.
pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let format = check_format(&args.format)
        .ok_or_else(|| Usage(format!("no format is called `{}`", args.format)))?;
    let archive = Archive::open(&args.archive)?.snapshot()?;
    let mut output = Output::create(&args.output)?;
    let mut problems = args.problems.open()?;
    let progress = Progress::new(globals);
    let loaded = wirecopy::read::documents(&args.inputs, &args.fields.read_options(), &progress);
    let loaded = problems.settle(loaded, |loaded| &loaded.problems, globals)?;
    let options = CheckOptions {
        matching: args.matching.trace_options(globals)?,
        most_opened: args.opened,
        most_measured: args.measured,
        most_judged: args.judged,
    };
    progress.begin("check", Some(loaded.documents.len() as u64));
    let mut checked = Vec::with_capacity(loaded.documents.len());
    for article in loaded.documents {
        checked.push(check(article, &archive, &options, &progress)?);
        progress.advance(1);
    }
    progress.finish();
    list(&loaded.problems, globals);
    let damaged = archive.damaged();
    for said in &damaged {
        exit::say("error", said);
    }
    (format.render)(
        &checked,
        &loaded.problems,
        &globals.render_options(output.is_stdout()),
        &mut output,
    )
    .with_context(|| output.failure())?;
    output.finish()?;
    if !damaged.is_empty() {
        // The rest of the archive has answered; a script must not take that for the whole answer.
        return Ok(Outcome::NoInput);
    }
    let found = args
        .fail_on
        .iter()
        .any(|&finding| checked.iter().any(|one| holds(one, finding)));
    Ok(if found { Outcome::Found } else { Outcome::Done })
}

fn holds(checked: &Checked, finding: FailOn) -> bool {
    checked.sources().any(|(_, version, _)| match finding {
        FailOn::Uncredited => {
            version.derivation != Derivation::NonDerived
                && version.attribution.kind == AttributionKind::None
        }
        FailOn::NearExact => version.near_exact,
        FailOn::Drift => version.drifts().next().is_some(),
        FailOn::MajorDrift => version
            .drifts()
            .any(|drift| drift.severity == wirecopy::model::Severity::Major),
    })
}
