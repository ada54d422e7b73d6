//! `wirecopy trace`: the main job, from articles to a report.

use anyhow::Context as _;
use wirecopy::archive::Archive;
use wirecopy::check::related;
use wirecopy::model::{AttributionKind, Derivation, Problem, Report, Severity, Version};
use wirecopy::observer::Observer as _;
use wirecopy::options::{CheckOptions, TraceOptions};

use crate::cli::{FailOn, FieldArgs, Globals, MatchArgs, ReportArgs};
use crate::exit::{self, Outcome};
use crate::output::Output;
use crate::problems::{ProblemArgs, list};
use crate::progress::Progress;

/// Arguments of `trace`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Files, folders, patterns such as `crawl/*.warc.gz`, lists of files as `@list.txt`, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Trace the articles together with what this archive (see `wirecopy archive`) has of the same stories. To trace a whole archive,
    /// give its folder as INPUT
    #[arg(long, value_name = "DIR")]
    archive: Option<std::path::PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    matching: MatchArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    problems: ProblemArgs,
}

/// Reads, traces and reports.
pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let outputs = Outputs::open(&args.report)?;
    let mut problems = args.problems.open()?;
    let options = args.matching.trace_options(globals)?;
    let progress = Progress::new(globals);
    let loaded = wirecopy::read::documents(&args.inputs, &args.fields.read_options(), &progress);
    let mut loaded = problems.settle(loaded, |loaded| &loaded.problems, globals)?;
    if let Some(folder) = &args.archive {
        join_archive(folder, &mut loaded, &options, &progress)?;
    }
    let report = wirecopy::pipeline::trace(loaded.documents, loaded.problems, &options, &progress);
    progress.finish();
    if progress.stopped() {
        return Err(wirecopy::Error::Interrupted.into());
    }
    deliver(&report, outputs, &args.report, globals)
}

/// Adds what the archive has of the same stories.
fn join_archive(
    folder: &std::path::Path,
    loaded: &mut wirecopy::read::Loaded,
    options: &TraceOptions,
    progress: &Progress,
) -> anyhow::Result<()> {
    let snapshot = Archive::open(folder)?.snapshot()?;
    let options = CheckOptions {
        matching: options.clone(),
        ..CheckOptions::default()
    };
    let more = related(&loaded.documents, &snapshot, &options, progress)?;
    loaded.documents.extend(more);
    let damaged = snapshot.damaged().into_iter();
    loaded.problems.extend(damaged.map(|message| Problem {
        origin: wirecopy::model::Origin {
            path: folder.display().to_string(),
            line: None,
        },
        message,
        lost: true,
    }));
    Ok(())
}

/// The files a report goes to, opened before the work so that a wrong path is said at once.
pub(crate) struct Outputs {
    report: Output,
    clusters: Option<Output>,
}

impl Outputs {
    /// Opens what the arguments name.
    pub(crate) fn open(args: &ReportArgs) -> anyhow::Result<Self> {
        let report = Output::create(&args.output)?;
        let clusters = args.clusters.as_deref().map(Output::create).transpose()?;
        Ok(Self { report, clusters })
    }
}

/// Lists the problems, writes the report and the clusters, and judges the outcome.
pub(crate) fn deliver(
    report: &Report,
    mut outputs: Outputs,
    args: &ReportArgs,
    globals: &Globals,
) -> anyhow::Result<Outcome> {
    list(&report.problems, globals);
    let format = args.format()?;
    let said_on_terminal = format.name == "text" && outputs.report.is_stdout();
    if report.clusters.is_empty() && !said_on_terminal && !globals.quiet {
        exit::say("note", &wirecopy::render::why_nothing(&report.summary));
    }
    (format.render)(report, &args.render_options(globals), &mut outputs.report)
        .with_context(|| outputs.report.failure())?;
    outputs.report.finish()?;
    if let Some(mut clusters) = outputs.clusters {
        wirecopy::render::clusters(report, &mut clusters).with_context(|| clusters.failure())?;
        clusters.finish()?;
    }
    let found = args.fail_on.iter().any(|&finding| holds(report, finding));
    Ok(if found { Outcome::Found } else { Outcome::Done })
}

fn holds(report: &Report, finding: FailOn) -> bool {
    let derived = |version: &Version| version.derivation != Derivation::NonDerived;
    let mut versions = report.clusters.iter().flat_map(|cluster| &cluster.versions);
    versions.any(|version| match finding {
        FailOn::Copy => derived(version),
        FailOn::Drift => version.drifts().next().is_some(),
        FailOn::MajorDrift => version
            .drifts()
            .any(|drift| drift.severity == Severity::Major),
        FailOn::Uncredited => derived(version) && version.attribution.kind == AttributionKind::None,
        FailOn::NearExact => version.near_exact,
    })
}
