//! Prints the features of every change that the judges propose: the material of `training/train.py`.
//!
//! Reads lines `{"id","reference","hypothesis"}` from the file named first; writes lines `{"id","proposals":[{"category","source":[start,
//! end],"copy":[start,end],"features":[...]}],"whole":[...],"words":[{"copy":[start,end],"features":[...]}]}`, offsets in Unicode code
//! points; `words` only with `--words` behind the file's name. A first line names the features of each kind.

use std::io::{BufRead, BufWriter, Write};

use rayon::prelude::*;
use wirecopy::judge::{Pair, features::NAMES, suspicion, whole};
use wirecopy::model::Span;
use wirecopy::words::Words;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: judge_features PAIRS.jsonl")?;
    let with_words = std::env::args().nth(2).is_some_and(|a| a == "--words");
    let lines: Vec<serde_json::Value> = std::io::BufReader::new(std::fs::File::open(path)?)
        .lines()
        .map(|l| Ok(serde_json::from_str(&l?)?))
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let whole_names = [&whole::MEASURED[..], &whole::SCORED[..]].concat();
    writeln!(
        out,
        "{}",
        serde_json::json!({"changes": &NAMES[..], "whole": whole_names, "words": &suspicion::NAMES[..]})
    )?;
    let rows: Vec<String> = lines
        .par_iter()
        .map(|line| {
            let (source, copy) = (line["reference"].as_str().unwrap_or(""), line["hypothesis"].as_str().unwrap_or(""));
            let (a, b) = (Words::new(source, Span::new(0, source.len())), Words::new(copy, Span::new(0, copy.len())));
            let points = |text: &str, span: Span| (text[..span.start as usize].chars().count(), text[..span.end as usize].chars().count());
            let pair = Pair::new(source, &a, copy, &b);
            let measured = whole::measured(&pair);
            let words: Vec<serde_json::Value> = if with_words {
                let at = whole::MEASURED.iter().position(|n| *n == "common_order").expect("it is one of them");
                suspicion::measured(&pair, measured[at])
                    .iter()
                    .zip(&b.words)
                    .map(|(numbers, word)| serde_json::json!({"copy": points(copy, word.span), "features": numbers.to_vec()}))
                    .collect()
            } else {
                Vec::new()
            };
            let proposals: Vec<serde_json::Value> = pair
                .proposals()
                .into_iter()
                .map(|(category, from, to, features)| serde_json::json!({"category": category, "source": points(source, from), "copy": points(copy, to), "features": features.to_vec()}))
                .collect();
            serde_json::json!({"id": line["id"], "proposals": proposals, "whole": measured.to_vec(), "words": words}).to_string()
        })
        .collect();
    for row in rows {
        writeln!(out, "{row}")?;
    }
    Ok(())
}
