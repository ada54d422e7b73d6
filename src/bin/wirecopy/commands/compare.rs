//! `wirecopy compare`: two articles, or pairs of sentences line by line.

use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use anyhow::Context as _;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;
use wirecopy::contextual::Tagger;
use wirecopy::model::{Document, Origin, Problem};
use wirecopy::observer::Observer;

use super::trace::{self, Outputs};
use crate::cli::{FieldArgs, Globals, MatchArgs, ReportArgs};
use crate::exit::{Outcome, Usage};
use crate::output::Output;
use crate::problems::{ProblemArgs, Problems};
use crate::progress::Progress;

/// Lines judged together: enough to keep every thread busy, few enough to answer soon and in little memory.
const BATCH_LINES: usize = 4096;
/// Bytes of lines after which a batch is full, however few they are. 16 MiB.
const BATCH_BYTES: usize = 16 << 20;
/// Longest line of pairs in bytes, 8 MiB: a pair is two sentences, or two passages at most.
const MAX_LINE_BYTES: usize = 8 << 20;

/// Longest passage of a pair in bytes, 16 KiB, some 2,700 words: the judge compares every word with every word.
const MAX_PASSAGE_BYTES: usize = 16 << 10;

/// Arguments of `compare`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The source: a file with one article, or `-`
    #[arg(
        value_name = "SOURCE",
        required_unless_present = "pairs",
        conflicts_with = "pairs",
        requires = "copy"
    )]
    source: Option<String>,
    /// The copy: a file with one article, or `-`
    #[arg(value_name = "COPY")]
    copy: Option<String>,
    /// Judge pairs of sentences instead: `{"id","reference","hypothesis"}` a line, `-` is standard input;
    /// one verdict a line, in the same order
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "clusters", "fail_on"])]
    pairs: Option<PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    matching: MatchArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    problems: ProblemArgs,
}

/// Compares.
pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    if let Some(path) = &args.pairs {
        return judge_pairs(path, args, globals);
    }
    let (Some(source), Some(copy)) = (&args.source, &args.copy) else {
        return Err(Usage("give two articles, or `--pairs FILE`".to_string()).into());
    };
    if source == "-" && copy == "-" {
        return Err(Usage("standard input can be only one of the two articles".to_string()).into());
    }
    let outputs = Outputs::open(&args.report)?;
    let progress = Progress::new(globals);
    let mut problem_file = args.problems.open()?;
    let read = both(source, copy, &args.fields, &progress);
    let loaded = problem_file.settle(read, |loaded| &loaded.problems, globals)?;
    let [source, copy] = loaded.articles.map_err(Usage)?;
    let mut report =
        wirecopy::pipeline::compare(source, copy, &args.matching.trace_options(globals)?);
    progress.finish();
    if progress.stopped() {
        return Err(wirecopy::Error::Interrupted.into());
    }
    report.problems.extend(loaded.problems);
    trace::deliver(&report, outputs, &args.report, globals)
}

/// Two articles that were read, or why they are not two.
struct Both {
    articles: Result<[Document; 2], String>,
    problems: Vec<Problem>,
}

fn both(
    source: &str,
    copy: &str,
    fields: &FieldArgs,
    observer: &dyn Observer,
) -> wirecopy::Result<Both> {
    let mut problems = Vec::new();
    let mut articles = Vec::new();
    let mut too_many = None;
    for input in [source, copy] {
        let inputs = [input.to_string()];
        let mut loaded = wirecopy::read::documents(&inputs, &fields.read_options(), observer)?;
        problems.append(&mut loaded.problems);
        let count = loaded.documents.len();
        if count > 1 {
            too_many.get_or_insert(format!(
                "`{input}` holds {count} articles and `compare` takes one from each side; use `trace` for many"
            ));
        }
        articles.extend(loaded.documents.pop());
    }
    let articles = match too_many {
        Some(message) => Err(message),
        None => articles
            .try_into()
            .map_err(|_| "give two articles".to_string()),
    };
    Ok(Both { articles, problems })
}

/// A line of pairs.
#[derive(Deserialize)]
struct Pair {
    id: Box<RawValue>,
    reference: String,
    hypothesis: String,
}

/// Judges line by line: answers in the order of the lines, a batch in memory at a time.
fn judge_pairs(path: &PathBuf, args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let mut output = Output::create(&args.report.output)?;
    let mut problem_file = args.problems.open()?;
    let mut lines = Lines::open(path)?;
    let model = args.matching.model()?;
    let progress = Progress::new(globals);
    let mut problems = Problems::new(globals);
    let mut all = Vec::new();
    let mut answered = 0_u64;
    progress.begin("judge pairs", None);
    loop {
        let batch = lines
            .batch()
            .with_context(|| format!("cannot read `{}`", lines.path))?;
        if batch.is_empty() {
            break;
        }
        let answers: Vec<Result<Vec<u8>, Problem>> = batch
            .par_iter()
            .map(|line| {
                answer(line, model.as_deref())
                    .map_err(|message| lines.problem(line.number, message))
            })
            .collect();
        for answer in answers {
            match answer {
                Ok(bytes) => {
                    answered += 1;
                    io::Write::write_all(&mut output, &bytes).with_context(|| output.failure())?;
                }
                Err(problem) => {
                    problems.add(&problem);
                    all.push(problem);
                }
            }
        }
        progress.advance(batch.len() as u64);
        if progress.stopped() {
            return Err(wirecopy::Error::Interrupted.into());
        }
    }
    progress.finish();
    if answered == 0 {
        if problems.is_empty() {
            let problem = lines.problem_of_file("holds no line; give one JSON object a line");
            problems.add(&problem);
            all.push(problem);
        }
        problems.close();
        problem_file.write(&all)?;
        return Ok(Outcome::NoInput);
    }
    problems.close();
    problem_file.write(&all)?;
    problem_file.judge(&all)?;
    output.finish()?;
    Ok(Outcome::Done)
}

fn answer(line: &Line, model: Option<&Tagger>) -> Result<Vec<u8>, String> {
    let bytes = line.bytes.as_deref().map_err(Clone::clone)?;
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8 at byte {} of the line", error.valid_up_to() + 1))?;
    let pair: Pair = serde_json::from_str(text).map_err(|error| reason(&error))?;
    let id = pair.id.get();
    if !id.starts_with(['"', '-']) && !id.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("`id` is neither a string nor a number".to_string());
    }
    for (name, text) in [
        ("reference", &pair.reference),
        ("hypothesis", &pair.hypothesis),
    ] {
        if text.len() > MAX_PASSAGE_BYTES {
            return Err(format!(
                "`{name}` is {} bytes long and a passage at most {MAX_PASSAGE_BYTES}; compare whole articles with `compare A B`",
                text.len()
            ));
        }
    }
    let verdict = wirecopy::pipeline::judge_pair_with(&pair.reference, &pair.hypothesis, model);
    let mut bytes = Vec::new();
    wirecopy::render::pair(
        &pair.id,
        &pair.reference,
        &pair.hypothesis,
        &verdict,
        &mut bytes,
    )
    .map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// What is wrong with a line: the line's number is said elsewhere, so only the column is kept.
fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let bare = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(bare, _)| bare);
    match error.classify() {
        serde_json::error::Category::Data => {
            format!("{bare}; a line needs `id`, `reference` and `hypothesis`")
        }
        _ => format!("broken JSON at column {}: {bare}", error.column()),
    }
}

/// A line with its number, or why it cannot be used.
struct Line {
    number: u64,
    bytes: Result<Vec<u8>, String>,
}

/// Reads lines in batches, never more than a batch and a line.
struct Lines {
    path: String,
    reader: Box<dyn BufRead + Send + Sync>,
    number: u64,
}

impl Lines {
    fn open(path: &PathBuf) -> anyhow::Result<Self> {
        let named = path.display().to_string();
        let reader: Box<dyn BufRead + Send + Sync> = if path.as_os_str() == "-" {
            unpacked(Box::new(io::BufReader::new(io::stdin())))
        } else {
            std::fs::File::open(path)
                .and_then(|file| {
                    if file.metadata()?.is_dir() {
                        return Err(io::Error::other("it is a folder"));
                    }
                    Ok(file)
                })
                .map(|file| unpacked(Box::new(io::BufReader::with_capacity(1 << 17, file))))
                .map_err(|source| wirecopy::Error::Io {
                    action: "read",
                    path: path.clone(),
                    source,
                })?
        }
        .map_err(|source| wirecopy::Error::Io {
            action: "read",
            path: path.clone(),
            source,
        })?;
        Ok(Self {
            path: named,
            reader,
            number: 0,
        })
    }

    /// The next lines that are not blank; none at the end.
    fn batch(&mut self) -> io::Result<Vec<Line>> {
        let mut batch = Vec::new();
        let mut held = 0;
        while batch.len() < BATCH_LINES && held < BATCH_BYTES {
            let mut bytes = Vec::new();
            let limit = MAX_LINE_BYTES as u64 + 1;
            if (&mut self.reader)
                .take(limit)
                .read_until(b'\n', &mut bytes)?
                == 0
            {
                break;
            }
            self.number += 1;
            let whole = bytes.ends_with(b"\n");
            if !whole && bytes.len() > MAX_LINE_BYTES {
                self.skip_line()?;
                batch.push(Line {
                    number: self.number,
                    bytes: Err(format!(
                        "longer than {} MiB; a line is one pair of passages",
                        MAX_LINE_BYTES >> 20
                    )),
                });
                continue;
            }
            if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            held += bytes.len();
            batch.push(Line {
                number: self.number,
                bytes: Ok(bytes),
            });
        }
        Ok(batch)
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let used = end.map_or(buffer.len(), |at| at + 1);
            self.reader.consume(used);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    fn problem(&self, line: u64, message: String) -> Problem {
        Problem {
            origin: Origin {
                path: self.path.clone(),
                line: Some(line),
            },
            message,
            lost: true,
        }
    }

    fn problem_of_file(&self, message: &str) -> Problem {
        Problem {
            origin: Origin {
                path: self.path.clone(),
                line: None,
            },
            message: message.to_string(),
            lost: true,
        }
    }
}

/// Takes off gzip or zstd, told by the first bytes.
fn unpacked(
    mut reader: Box<dyn BufRead + Send + Sync>,
) -> io::Result<Box<dyn BufRead + Send + Sync>> {
    let begins = reader.fill_buf()?;
    if begins.starts_with(b"\x1f\x8b") {
        let plain = flate2::bufread::MultiGzDecoder::new(reader);
        return Ok(Box::new(io::BufReader::new(plain)));
    }
    if begins.starts_with(b"\x28\xb5\x2f\xfd") {
        let plain = zstd::Decoder::with_buffer(reader)?;
        return Ok(Box::new(io::BufReader::new(plain)));
    }
    Ok(reader)
}
