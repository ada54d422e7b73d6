//! `wirecopy dedup`: near-duplicate removal.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use wirecopy::dedup::{DedupSummary, Deduped, dedup, estimate};
use wirecopy::observer::Observer;
use wirecopy::options::{DedupOptions, Keep, VerifyOptions};
use wirecopy::read::ReadOptions;

use crate::cli::{FieldArgs, Globals, size};
use crate::exit::Usage;
use crate::output::Output;
use crate::problems::{ProblemArgs, list};

/// Remove near-duplicates: nothing is lost, every removed record says what it matched and why
#[derive(Args, Debug)]
pub(crate) struct DedupArgs {
    /// Files, folders, patterns such as `crawl/*.warc.gz`, lists of files as `@list.txt`, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<String>,
    /// Where the kept records go; `-` for standard output; Parquet when the inputs are and it ends in `.parquet`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Where the removed records go, each with a field `wirecopy` that names the kept one; Parquet likewise
    #[arg(long, value_name = "FILE")]
    pub(crate) removed: Option<PathBuf>,
    /// Where to write one {"id", "cluster"} line for each document that has near-duplicates
    #[arg(long, value_name = "FILE")]
    pub(crate) clusters: Option<PathBuf>,
    /// Which of a group is kept
    #[arg(long, value_enum, default_value_t = KeepArg::Source)]
    pub(crate) keep: KeepArg,
    /// Least similarity of near-duplicates: Jaccard of 5-word shingles, 0.3 to 1
    #[arg(long, value_name = "T", default_value_t = VerifyOptions::default().threshold)]
    pub(crate) threshold: f32,
    /// Records that are kept already, or an archive (see `wirecopy archive`): remove from INPUT what is in here
    #[arg(long, value_name = "KEPT", num_args = 1..)]
    pub(crate) against: Vec<String>,
    /// Most memory for signatures, as in 512M or 4G; the rest goes to a temporary file
    #[arg(long, value_name = "SIZE", default_value = "4G", value_parser = size)]
    pub(crate) memory: u64,
    /// Where temporary files go
    #[arg(long, value_name = "DIR")]
    pub(crate) temp_dir: Option<PathBuf>,
    /// Folder for intermediate results: a run that was interrupted goes on from there when it is given again. Emptied when the run
    /// is done
    #[arg(long, value_name = "DIR")]
    pub(crate) resume: Option<PathBuf>,
    /// Only say what the run would need: documents, memory, temporary disk space
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) fields: FieldArgs,
    #[command(flatten)]
    pub(crate) problems: ProblemArgs,
}

/// See [`Keep`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeepArg {
    /// The likely source: closest to all others; among equals the one that credits an agency, then the earliest
    Source,
    /// The earliest by its date
    Earliest,
    /// The first by path and line
    First,
    /// The longest text
    Longest,
}

/// Runs the command. `--quiet` leaves the closing summary and the list of problems out.
///
/// # Errors
/// What the library says, and outputs that cannot be written.
pub(crate) fn run(
    args: &DedupArgs,
    globals: &Globals,
    observer: &dyn Observer,
) -> anyhow::Result<ExitCode> {
    if !(0.3..=1.0).contains(&args.threshold) {
        return Err(wirecopy::Error::Option(format!(
            "`--threshold {}` is not between 0.3 and 1",
            args.threshold
        ))
        .into());
    }
    let read = ReadOptions {
        temp_dir: args.temp_dir.clone(),
        ..args.fields.read_options()
    };
    let keep = match args.keep {
        KeepArg::Source => Keep::Source,
        KeepArg::Earliest => Keep::Earliest,
        KeepArg::First => Keep::First,
        KeepArg::Longest => Keep::Longest,
    };
    let verify = VerifyOptions {
        threshold: args.threshold,
        ..VerifyOptions::default()
    };
    let options = DedupOptions {
        verify,
        keep,
        seed: globals.seed,
        level: globals.simd.level(),
        memory: args.memory,
        resume: args.resume.clone(),
        ..DedupOptions::default()
    };
    if args.dry_run {
        let needs = estimate(&args.inputs, &args.against, &read, &options, observer)?;
        let mega = |bytes: u64| bytes as f64 / 1e6;
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "about {} documents in {:.1} MB; {:.0} MB of memory, {:.0} MB of temporary files",
            needs.documents,
            mega(needs.bytes),
            mega(needs.memory),
            mega(needs.temporary)
        )
        .or_else(pipe_closed)?;
        return Ok(ExitCode::SUCCESS);
    }
    let outputs = Outputs::open(args)?;
    let mut problems = args.problems.open()?;
    let found = dedup(&args.inputs, &args.against, &read, &options, observer);
    let found = problems.settle(found, |found| &found.problems, globals)?;
    outputs.write(&found)?;
    found.finish()?;
    if !globals.quiet {
        close(&found, globals).or_else(pipe_closed)?;
    }
    Ok(ExitCode::SUCCESS)
}

type WriteTo = fn(&Deduped, &mut dyn Write) -> io::Result<()>;

/// The outputs that were asked for, opened before the work so that a wrong path is said at once.
struct Outputs(Vec<(Output, WriteTo)>);

impl Outputs {
    fn open(args: &DedupArgs) -> anyhow::Result<Self> {
        // Parquet goes to a file that is called so: nothing else says which of the two is meant.
        let parquet = |path: &Option<PathBuf>| {
            let ending = path.as_ref().and_then(|path| path.extension());
            ending.is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
        };
        let kept: WriteTo = match parquet(&args.output) {
            true => |found, out| found.write_kept_parquet(out),
            false => |found, out| found.write_kept(out),
        };
        let removed: WriteTo = match parquet(&args.removed) {
            true => |found, out| found.write_removed_parquet(out),
            false => |found, out| found.write_removed(out),
        };
        let wanted: [(&Option<PathBuf>, WriteTo); 3] = [
            (&args.output, kept),
            (&args.removed, removed),
            (&args.clusters, |found, out| found.write_clusters(out)),
        ];
        let mut named: Vec<&PathBuf> = args.problems.path().into_iter().collect();
        let mut open = Vec::new();
        for (path, write) in wanted {
            let Some(path) = path else { continue };
            if named.contains(&path) {
                return Err(Usage(format!(
                    "`{}` is named for two outputs; give each its own file",
                    path.display()
                ))
                .into());
            }
            named.push(path);
            open.push((Output::create(path)?, write));
        }
        Ok(Self(open))
    }

    /// Writes every output, and only then gives each its name: a failure on the way leaves none of them.
    fn write(mut self, found: &Deduped) -> anyhow::Result<()> {
        for (out, write) in &mut self.0 {
            let written = write(found, out).and_then(|()| out.settle());
            if out.is_stdout() {
                written.or_else(pipe_closed)
            } else {
                written
            }
            .with_context(|| out.failure())?;
        }
        for (out, _) in self.0 {
            if !out.is_stdout() {
                out.finish()?;
            }
        }
        Ok(())
    }
}

/// A closed pipe is not our failure.
fn pipe_closed(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Ok(())
    } else {
        Err(error)
    }
}

/// The closing lines on standard error.
fn close(found: &Deduped, globals: &Globals) -> io::Result<()> {
    list(&found.problems, globals);
    let mut err = BufWriter::new(io::stderr().lock());
    let DedupSummary {
        documents,
        against,
        bytes,
        lost,
        candidates,
        edges,
        clusters,
        removed,
        weakest,
        ref stages,
    } = found.summary;
    write!(err, "{} documents", documents - against)?;
    if against > 0 {
        write!(err, " against {against}")?;
    }
    writeln!(
        err,
        ", {:.1} MB; {removed} removed, {} kept; {lost} records lost",
        bytes as f64 / 1e6,
        documents - against - removed
    )?;
    write!(
        err,
        "{candidates} candidates, {edges} verified, {clusters} clusters"
    )?;
    if let Some(weakest) = weakest {
        write!(err, ", weakest similarity {weakest:.2}")?;
    }
    writeln!(err)?;
    if removed == 0 {
        writeln!(
            err,
            "nothing was removed: no pair reached the threshold; a lower `--threshold` finds looser copies"
        )?;
    }
    let times: Vec<String> = stages
        .iter()
        .map(|(stage, time)| format!("{stage} {:.2} s", time.as_secs_f64()))
        .collect();
    write!(err, "{}", times.join(", "))?;
    if let Some(peak) = peak_memory() {
        write!(
            err,
            "; peak memory {:.0} MB, of it {:.0} MB its own",
            peak.0, peak.1
        )?;
    }
    writeln!(err)?;
    err.flush()
}

/// Highest resident memory in MB, and what of the present one is no file's.
fn peak_memory() -> Option<(f64, f64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let field = |name: &str| -> Option<f64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0 * 1.048_576)
    };
    Some((field("VmHWM:")?, field("RssAnon:")?))
}
