//! `wirecopy eval`: measures the program against a labelled collection.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use wirecopy::eval::scores::{Confusion, Share};
use wirecopy::eval::{Corpus, Evaluation, Figure, Split, Tally, evaluate, relations, sources};
use wirecopy::model::Category;
use wirecopy::observer::Silent;
use wirecopy::options::TraceOptions;

/// Measure against labelled stories: clusters, sources, who copied whom, sentence links, relations, drifts
///
/// CORPUS holds `stories/<story>/<document>.txt` and `labels/`, in the format that `corpus/README.md` describes. Every figure
/// comes with the middle 95 % of 1,000 draws of as many stories.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of texts and labels
    #[arg(value_name = "CORPUS", default_value = "corpus")]
    corpus: PathBuf,
    /// Which stories; `all` measures either part alone, then both together
    #[arg(long, value_enum, default_value_t = Part::All)]
    split: Part,
    /// How to write the figures
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Stories that rules and weights may be chosen on
    Dev,
    /// Stories that are only measured
    Test,
    /// Both
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table for a terminal
    Text,
    /// Everything, for programs
    Json,
    /// Tables for a page
    Markdown,
}

/// A part of the collection with its figures.
struct Measured {
    name: &'static str,
    counts: Counts,
    evaluation: Evaluation,
    total: Tally,
    figures: Vec<Figure>,
}

/// How much is labelled.
struct Counts {
    stories: usize,
    documents: usize,
    pairs: usize,
    drifts: usize,
}

/// Runs the command. Fails when the collection cannot be read, has no story of the part, or the figures cannot be written.
pub(crate) fn run(arguments: &Args) -> anyhow::Result<ExitCode> {
    let corpus = Corpus::load(&arguments.corpus)?;
    let parts: &[Option<Split>] = match arguments.split {
        Part::Dev => &[Some(Split::Dev)],
        Part::Test => &[Some(Split::Test)],
        Part::All => &[Some(Split::Dev), Some(Split::Test), None],
    };
    let measured: Vec<Measured> = parts
        .iter()
        .filter(|split| !corpus.of(**split).is_empty())
        .map(|split| measure(&corpus, *split))
        .collect();
    if measured.is_empty() {
        bail!(
            "`{}` has no story of that part; try `--split all`",
            arguments.corpus.display()
        );
    }
    let written = match arguments.format {
        Format::Text => text(&measured),
        Format::Json => format!("{:#}\n", json(&measured)),
        Format::Markdown => markdown(&measured),
    };
    match &arguments.output {
        Some(path) => std::fs::write(path, written)
            .with_context(|| format!("cannot write `{}`", path.display()))?,
        None => match std::io::stdout().lock().write_all(written.as_bytes()) {
            // A closed pipe is not our failure.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            result => result.context("cannot write to standard output")?,
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(corpus: &Corpus, split: Option<Split>) -> Measured {
    let evaluation = evaluate(corpus, split, &TraceOptions::default(), &Silent);
    let stories = corpus.of(split);
    let documents = || stories.iter().flat_map(|s| &s.documents);
    let sentences = || documents().flat_map(|d| &d.sentences);
    Measured {
        name: match split {
            Some(Split::Dev) => "dev",
            Some(Split::Test) => "test",
            None => "all",
        },
        counts: Counts {
            stories: stories.len(),
            documents: documents().count(),
            pairs: sentences().map(|s| s.source.len()).sum(),
            drifts: sentences().map(|s| s.drifts.len()).sum(),
        },
        total: evaluation.total(),
        figures: evaluation.figures(),
        evaluation,
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"))
}

fn with_interval(figure: &Figure) -> String {
    match figure.interval {
        Some((low, high)) => format!("{} ({low:.3}-{high:.3})", number(figure.value)),
        None => number(figure.value),
    }
}

fn share(share: &Share) -> String {
    format!("{} of {}", share.hits, share.of)
}

/// A table as rows of cells; the first row is the head.
type Table = Vec<Vec<String>>;

fn figures_table(measured: &[Measured]) -> Table {
    let mut head = vec!["figure".to_owned()];
    head.extend(measured.iter().map(|m| m.name.to_owned()));
    let mut table = vec![head];
    for k in 0..measured[0].figures.len() {
        let mut row = vec![measured[0].figures[k].title.to_owned()];
        row.extend(measured.iter().map(|m| with_interval(&m.figures[k])));
        table.push(row);
    }
    table
}

fn confusion_table<const R: usize, const C: usize>(
    names: [&str; R],
    more: &[&str],
    table: &Confusion<R, C>,
) -> Table {
    let mut head = vec!["labelled \\ predicted".to_owned()];
    head.extend(names.iter().chain(more).map(|n| (*n).to_owned()));
    head.push("F1".to_owned());
    let mut rows = vec![head];
    for (k, name) in names.iter().enumerate() {
        let mut row = vec![(*name).to_owned()];
        row.extend(table.counts[k].iter().map(f64::to_string));
        row.push(number(table.class(k).f1()));
        rows.push(row);
    }
    rows
}

fn relation_table(tally: &Tally) -> Table {
    confusion_table(
        relations::CLASSES.map(|c| c.name()),
        &["left out", "not compared"],
        &tally.relations,
    )
}

fn derivation_table(tally: &Tally) -> Table {
    confusion_table(
        sources::CLASSES.map(|c| c.name()),
        &["taken for the source"],
        &tally.derivations,
    )
}

fn category_table(tally: &Tally) -> Table {
    let head = [
        "category",
        "labelled",
        "found",
        "found as such",
        "found as major",
        "predictions right",
    ];
    let mut table = vec![head.map(str::to_owned).to_vec()];
    for (category, row) in Category::ALL.iter().zip(&tally.drifts.categories) {
        let recall = |share: &Share| match share.value() {
            Some(value) => format!("{} ({value:.2})", share.hits),
            None => "-".to_owned(),
        };
        table.push(vec![
            category.name().to_owned(),
            row.found.of.to_string(),
            recall(&row.found),
            recall(&row.found_as_such),
            recall(&row.found_major),
            share(&row.predicted),
        ]);
    }
    table
}

fn story_table(evaluation: &Evaluation) -> Table {
    let columns = [
        "clusters.pairs.f1",
        "source.accuracy",
        "descents.f1",
        "alignment.f1",
        "relations.macro_f1",
        "drifts.major.f1",
        "drifts.all.f1",
    ];
    let mut head = vec!["story".to_owned()];
    head.extend(columns.map(str::to_owned));
    let mut table = vec![head];
    for (name, tally) in &evaluation.stories {
        let mut row = vec![name.clone()];
        row.extend(columns.map(|column| number(tally.figure(column))));
        table.push(row);
    }
    table
}

fn counted(part: &Measured) -> String {
    let Counts {
        stories,
        documents,
        pairs,
        drifts,
    } = &part.counts;
    format!(
        "{}: {stories} stories, {documents} documents, {pairs} sentence pairs, {drifts} drifts",
        part.name
    )
}

/// Columns padded to their widest cell, two spaces between.
fn aligned(table: &Table) -> String {
    let columns = table.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|c| {
            table
                .iter()
                .map(|row| row[c].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for row in table {
        let line: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        out.push_str(line.join("  ").trim_end());
        out.push('\n');
    }
    out
}

fn piped(table: &Table) -> String {
    let mut out = String::new();
    for (k, row) in table.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| cell.replace('\\', "\\\\").replace('|', "\\|"))
            .collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
        if k == 0 {
            let _ = writeln!(out, "|---|{}", "---:|".repeat(row.len() - 1));
        }
    }
    out
}

fn text(measured: &[Measured]) -> String {
    let mut out = String::new();
    for part in measured {
        let _ = writeln!(out, "{}", counted(part));
    }
    let _ = writeln!(out, "\n{}", aligned(&figures_table(measured)));
    for part in measured {
        let _ = writeln!(
            out,
            "relations, {}\n{}",
            part.name,
            aligned(&relation_table(&part.total))
        );
        let _ = writeln!(
            out,
            "derivation, {}\n{}",
            part.name,
            aligned(&derivation_table(&part.total))
        );
        let _ = writeln!(
            out,
            "drifts by category, {}\n{}",
            part.name,
            aligned(&category_table(&part.total))
        );
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn markdown(measured: &[Measured]) -> String {
    let mut out = String::from(
        "# Results on the labelled stories\n\nMade by `wirecopy eval --format markdown -o corpus/RESULTS.md`; not edited by hand. \
         In brackets: the middle 95 % of 1,000 draws of as many stories. What is measured how is said in `corpus/README.md`.\n\n",
    );
    for part in measured {
        let _ = writeln!(out, "- {}", counted(part));
    }
    let _ = writeln!(out, "\n## Figures\n\n{}", piped(&figures_table(measured)));
    // Both parts together add nothing to the tables of either.
    let either: Vec<&Measured> = measured
        .iter()
        .filter(|m| measured.len() == 1 || m.name != "all")
        .collect();
    for part in &either {
        let _ = writeln!(
            out,
            "## Relations, {}\n\n{}",
            part.name,
            piped(&relation_table(&part.total))
        );
    }
    for part in &either {
        let _ = writeln!(
            out,
            "## Derivation, {}\n\n{}",
            part.name,
            piped(&derivation_table(&part.total))
        );
    }
    for part in &either {
        let _ = writeln!(
            out,
            "## Drifts by category, {}\n\n{}",
            part.name,
            piped(&category_table(&part.total))
        );
    }
    for part in &either {
        let _ = writeln!(
            out,
            "## By story, {}\n\n{}",
            part.name,
            piped(&story_table(&part.evaluation))
        );
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn json(measured: &[Measured]) -> Value {
    let parts: Vec<Value> = measured
        .iter()
        .map(|part| {
            let figures: serde_json::Map<String, Value> = part
                .figures
                .iter()
                .map(|f| {
                    let value = json!({ "value": f.value, "low": f.interval.map(|i| i.0), "high": f.interval.map(|i| i.1) });
                    (f.name.to_owned(), value)
                })
                .collect();
            let categories: serde_json::Map<String, Value> = Category::ALL
                .iter()
                .zip(&part.total.drifts.categories)
                .map(|(category, row)| {
                    let value = json!({
                        "labelled": row.found.of,
                        "found": row.found.hits,
                        "found_as_such": row.found_as_such.hits,
                        "found_major": row.found_major.hits,
                        "predicted": row.predicted.of,
                        "predicted_right": row.predicted.hits,
                    });
                    (category.name().to_owned(), value)
                })
                .collect();
            let stories: Vec<Value> = part
                .evaluation
                .stories
                .iter()
                .map(|(name, tally)| {
                    let figures: serde_json::Map<String, Value> =
                        part.figures.iter().map(|f| (f.name.to_owned(), json!(tally.figure(f.name)))).collect();
                    json!({ "story": name, "figures": figures })
                })
                .collect();
            json!({
                "split": part.name,
                "stories": part.counts.stories,
                "documents": part.counts.documents,
                "sentence_pairs": part.counts.pairs,
                "drifts": part.counts.drifts,
                "figures": figures,
                "relations": {
                    "rows": relations::CLASSES.map(|c| c.name()),
                    "columns": ["verbatim", "minor_edit", "paraphrase", "summary", "new", "left_out", "not_compared"],
                    "counts": part.total.relations.counts.map(|row| row.to_vec()),
                },
                "derivations": {
                    "rows": sources::CLASSES.map(|c| c.name()),
                    "columns": ["wholly_derived", "partially_derived", "non_derived", "taken_for_source"],
                    "counts": part.total.derivations.counts.map(|row| row.to_vec()),
                },
                "drift_categories": categories,
                "by_story": stories,
            })
        })
        .collect();
    json!({ "format": "wirecopy-eval", "version": 1, "parts": parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_a_rule_under_the_head_and_escape_bars() {
        let table = vec![
            vec!["a".to_owned(), "b".to_owned()],
            vec!["x|y".to_owned(), "1".to_owned()],
        ];
        assert_eq!(piped(&table), "| a | b |\n|---|---:|\n| x\\|y | 1 |\n");
        assert_eq!(aligned(&table), "a    b\nx|y  1\n");
    }
}
