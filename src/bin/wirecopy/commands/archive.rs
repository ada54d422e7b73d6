//! `wirecopy archive`: the collection on disk that `check` asks.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;
use wirecopy::archive::{Addition, Archive, Snapshot, Stat};
use wirecopy::observer::Observer as _;
use wirecopy::read::{self, Opened};

use crate::cli::{FieldArgs, Globals, exit_codes};
use crate::exit::{self, Outcome};
use crate::output::Output;
use crate::problems::{ProblemArgs, list};
use crate::progress::Progress;

/// One row for each thing to do with an archive.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add articles; makes the archive when there is none
    #[command(after_help = exit_codes())]
    Add(AddArgs),
    /// Remove articles: they are found no more, and their text leaves the disk with the next `compact`
    #[command(after_help = exit_codes())]
    Remove(RemoveArgs),
    /// List or export the articles
    #[command(after_help = exit_codes())]
    List(ListArgs),
    /// Say how much an archive holds
    #[command(after_help = exit_codes())]
    Stat(StatArgs),
    /// Read every byte and say what is damaged
    #[command(after_help = exit_codes())]
    Verify(DirArgs),
    /// Take the text of removed articles off the disk, and merge small files
    #[command(after_help = exit_codes())]
    Compact(CompactArgs),
}

/// Arguments of `archive add`.
///
/// What was added counts, all of it or nothing, when the command ends with code 0; very much is committed in parts of 262,144 articles.
/// An article that the archive has word for word under the same id changes nothing; another text under a known id is kept beside
/// it as `id#2`.
#[derive(clap::Args, Debug)]
pub(crate) struct AddArgs {
    /// The archive's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Files, folders, patterns such as `crawl/*.warc.gz`, lists of files as `@list.txt`, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Where temporary files go
    #[arg(long, value_name = "DIR")]
    temp_dir: Option<PathBuf>,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    problems: ProblemArgs,
}

/// Arguments of `archive remove`.
#[derive(clap::Args, Debug)]
pub(crate) struct RemoveArgs {
    /// The archive's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Ids of articles, as `archive list` shows them; later editions (`id#2`) go with their first
    #[arg(required_unless_present = "ids", value_name = "ID")]
    id: Vec<String>,
    /// A file with one id a line
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,
    /// Compact at once, so that the text is gone when the command ends
    #[arg(long)]
    compact: bool,
}

/// Arguments of `archive list`.
#[derive(clap::Args, Debug)]
pub(crate) struct ListArgs {
    /// The archive's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// One JSON object a line, with all that is known of each article
    #[arg(long)]
    json: bool,
    /// With the text: what `archive add` reads again
    #[arg(long, requires = "json")]
    text: bool,
    /// File to write to; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

/// Arguments of `archive stat`.
#[derive(clap::Args, Debug)]
pub(crate) struct StatArgs {
    /// The archive's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Arguments of `archive verify`.
#[derive(clap::Args, Debug)]
pub(crate) struct DirArgs {
    /// The archive's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Arguments of `archive compact`.
#[derive(clap::Args, Debug)]
pub(crate) struct CompactArgs {
    /// The archive's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Leave behind what is damaged and cannot be read; without it damage ends the command and nothing changes
    #[arg(long)]
    drop_damaged: bool,
}

/// Does the work.
pub(crate) fn run(command: &Command, globals: &Globals) -> anyhow::Result<Outcome> {
    match command {
        Command::Add(args) => add(args, globals),
        Command::Remove(args) => remove(args, globals),
        Command::List(args) => list_all(args),
        Command::Stat(args) => stat(args),
        Command::Verify(args) => verify(&args.folder, globals),
        Command::Compact(args) => {
            let mut writer = Archive::open(&args.folder)?.writer()?;
            compact(&mut writer, args.drop_damaged, globals)
        }
    }
}

fn add(args: &AddArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    let options = read::ReadOptions {
        temp_dir: args.temp_dir.clone(),
        ..args.fields.read_options()
    };
    let mut file = args.problems.open()?;
    let progress = Progress::new(globals);
    let Opened {
        sources,
        mut problems,
    } = read::open(&args.inputs, &options, &progress)?;
    let archive = if Archive::is_archive(&args.folder) {
        Archive::open(&args.folder)?
    } else if sources.is_empty() {
        // Nothing to add makes no archive.
        return Err(read::no_input(&args.inputs, &problems).into());
    } else {
        Archive::create(&args.folder, globals.seed)?
    };
    let mut writer = archive.writer()?;
    let bytes = sources.iter().map(|source| source.bytes().len() as u64);
    progress.begin("add", Some(bytes.sum()));
    let (mut new, mut known, mut editions) = (0_u64, 0_u64, 0_u64);
    read::in_batches(
        &sources,
        &options,
        &progress,
        &mut |documents, mut found| {
            problems.append(&mut found);
            for document in documents {
                match writer.add(document)? {
                    Addition::New => new += 1,
                    Addition::Known => known += 1,
                    Addition::Edition => editions += 1,
                }
            }
            Ok(())
        },
    )?;
    problems.sort();
    file.write(&problems)?;
    if new + known + editions == 0 {
        list(problems.get(1..).unwrap_or_default(), globals);
        return Err(read::no_input(&args.inputs, &problems).into());
    }
    if let Err(error) = file.judge(&problems) {
        list(&problems, globals);
        return Err(error);
    }
    writer.commit()?;
    progress.finish();
    list(&problems, globals);
    if !globals.quiet {
        let mut said = format!("{new} added, {known} known already");
        if editions > 0 {
            said.push_str(&format!(
                ", {} of known ids (called `id#2` and so on)",
                counted(editions, "more edition", "more editions")
            ));
        }
        let articles = counted(writer.snapshot().documents(), "article", "articles");
        exit::say("done", &format!("{said}; the archive holds {articles}"));
    }
    Ok(Outcome::Done)
}

fn remove(args: &RemoveArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    let mut ids = args.id.clone();
    if let Some(path) = &args.ids {
        let list = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read ids from `{}`", path.display()))?;
        ids.extend(
            list.lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        );
    }
    let mut writer = Archive::open(&args.folder)?.writer()?;
    let removal = writer.remove(&ids)?;
    if !globals.quiet {
        for id in &removal.missing {
            exit::say("warning", &format!("the archive has no article `{id}`"));
        }
        let count = removal.removed.len() as u64;
        let when = if args.compact || count == 0 {
            ""
        } else {
            "; the text is found no more, and leaves the disk with `wirecopy archive compact`"
        };
        let articles = counted(count, "article", "articles");
        exit::say("done", &format!("{articles} removed{when}"));
    }
    if args.compact {
        compact(&mut writer, false, globals)?;
    }
    // Not one of the ids could be used.
    let nothing = removal.removed.is_empty();
    Ok(if nothing {
        Outcome::NoInput
    } else {
        Outcome::Done
    })
}

fn compact(
    writer: &mut wirecopy::archive::Writer,
    drop_damaged: bool,
    globals: &Globals,
) -> anyhow::Result<Outcome> {
    let progress = Progress::new(globals);
    let done = writer.compact(drop_damaged, &progress)?;
    progress.finish();
    if !globals.quiet {
        let files = |(count, bytes): (u64, u64)| {
            format!("{} of {}", counted(count, "file", "files"), size(bytes))
        };
        let (before, after) = (
            files((done.segments.0, done.bytes.0)),
            files((done.segments.1, done.bytes.1)),
        );
        let mut said = if done.segments == (done.segments.0, done.segments.0)
            && done.bytes == (done.bytes.0, done.bytes.0)
            && done.erased == 0
        {
            format!("there was nothing to do: {before}, no removed text in them")
        } else {
            format!("{before} became {after}")
        };
        if done.erased > 0 {
            said.push_str(&format!(
                "; the text of {} is gone from them",
                counted(done.erased, "removed article", "removed articles")
            ));
        }
        if done.dropped > 0 {
            said.push_str(&format!(
                "; {} could not be read and cannot be got back",
                counted(done.dropped, "article", "articles")
            ));
        }
        exit::say("done", &said);
    }
    Ok(Outcome::Done)
}

/// Says what is damaged; whether anything is.
fn damaged(snapshot: &Snapshot) -> Outcome {
    let damaged = snapshot.damaged();
    for said in &damaged {
        exit::say("error", said);
    }
    if damaged.is_empty() {
        Outcome::Done
    } else {
        Outcome::NoInput
    }
}

fn list_all(args: &ListArgs) -> anyhow::Result<Outcome> {
    let snapshot = Archive::open(&args.folder)?.snapshot()?;
    let mut output = Output::create(&args.output)?;
    for found in snapshot.iter() {
        let (_, document) = found?;
        let line = if args.json {
            let mut record = json!({
                "id": document.id,
                "title": document.title,
                "outlet": document.outlet,
                "url": document.url,
                "published_at": document.published_at,
                "byline": document.byline,
                "modified_at": document.modified_at,
                "language": document.language,
                "credit": document.credit,
            });
            if let Some(fields) = record.as_object_mut() {
                fields.retain(|_, value| !value.is_null());
                if args.text {
                    fields.insert("text".to_owned(), document.text.into());
                } else {
                    fields.insert("bytes".to_owned(), document.text.len().into());
                }
            }
            record.to_string()
        } else {
            let field = |field: &Option<String>| {
                wirecopy::render::visible_line(field.as_deref().unwrap_or("-"))
            };
            format!(
                "{}\t{}\t{}\t{}",
                wirecopy::render::visible_line(&document.id),
                field(&document.outlet),
                field(&document.published_at),
                field(&document.title)
            )
        };
        output
            .write_all(line.as_bytes())
            .and_then(|()| output.write_all(b"\n"))
            .with_context(|| output.failure())?;
    }
    output.finish()?;
    Ok(damaged(&snapshot))
}

fn stat(args: &StatArgs) -> anyhow::Result<Outcome> {
    let snapshot = Archive::open(&args.folder)?.snapshot()?;
    let Stat {
        documents,
        removed,
        segments,
        text_bytes,
        compressed_bytes,
        beside_bytes,
        generation,
        seed,
    } = snapshot.stat();
    let each = |bytes: u64| bytes as f64 / (documents + removed).max(1) as f64;
    let leaves = if removed > 0 {
        ", whose text leaves the disk with `wirecopy archive compact`"
    } else {
        ""
    };
    let text = if args.json {
        let stat = json!({
            "documents": documents,
            "removed": removed,
            "segments": segments,
            "text_bytes": text_bytes,
            "compressed_bytes": compressed_bytes,
            "beside_bytes": beside_bytes,
            "generation": generation,
            "seed": seed,
            "damaged": snapshot.damaged(),
        });
        format!("{stat}\n")
    } else {
        format!(
            "articles    {documents}\n\
             removed     {removed}{leaves}\n\
             files       {segments}\n\
             text        {}, {:.0} bytes an article\n\
             compressed  {}, {:.0} bytes an article\n\
             beside it   {}, {:.0} bytes an article\n\
             state       {generation}\n\
             seed        {seed}\n",
            size(text_bytes),
            each(text_bytes),
            size(compressed_bytes),
            each(compressed_bytes),
            size(beside_bytes),
            each(beside_bytes),
        )
    };
    let mut output = Output::create(Path::new("-"))?;
    output
        .write_all(text.as_bytes())
        .with_context(|| output.failure())?;
    output.finish()?;
    Ok(damaged(&snapshot))
}

fn verify(folder: &Path, globals: &Globals) -> anyhow::Result<Outcome> {
    let archive = Archive::open(folder)?;
    let snapshot = archive.snapshot()?;
    let mut wrong = snapshot.verify()?;
    wrong.extend_from_slice(archive.cases()?.damaged());
    wrong.extend(archive.kept().damaged()?);
    for said in &wrong {
        exit::say("error", said);
    }
    if !wrong.is_empty() {
        return Ok(Outcome::NoInput);
    }
    if !globals.quiet {
        let stat = snapshot.stat();
        exit::say(
            "done",
            &format!(
                "{} in {} are what was written",
                counted(stat.documents, "article", "articles"),
                counted(stat.segments, "file", "files")
            ),
        );
    }
    Ok(Outcome::Done)
}

/// A number with what it counts.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Bytes in the unit in which they can be read.
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        format!("{:.1} KB", bytes as f64 / 1e3)
    } else {
        format!("{:.1} MB", bytes as f64 / 1e6)
    }
}
