//! Prints the features of every change that the judges propose: the material of `training/train.py`.
//!
//! Reads lines `{"id","reference","hypothesis"}` from the file named first; writes lines `{"id","proposals":[{"category","source":[start,
//! end],"copy":[start,end],"features":[...]}]}`, offsets in Unicode code points. A first line names the features.

use std::io::{BufRead, BufWriter, Write};

use rayon::prelude::*;
use wirecopy::judge::{Pair, features::NAMES};
use wirecopy::model::Span;
use wirecopy::words::Words;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: judge_features PAIRS.jsonl")?;
    let lines: Vec<serde_json::Value> = std::io::BufReader::new(std::fs::File::open(path)?)
        .lines()
        .map(|l| Ok(serde_json::from_str(&l?)?))
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", serde_json::to_string(&NAMES[..])?)?;
    let rows: Vec<String> = lines
        .par_iter()
        .map(|line| {
            let (source, copy) = (line["reference"].as_str().unwrap_or(""), line["hypothesis"].as_str().unwrap_or(""));
            let (a, b) = (Words::new(source, Span::new(0, source.len())), Words::new(copy, Span::new(0, copy.len())));
            let points = |text: &str, span: Span| (text[..span.start as usize].chars().count(), text[..span.end as usize].chars().count());
            let proposals: Vec<serde_json::Value> = Pair::new(source, &a, copy, &b)
                .proposals()
                .into_iter()
                .map(|(category, from, to, features)| serde_json::json!({"category": category, "source": points(source, from), "copy": points(copy, to), "features": features.to_vec()}))
                .collect();
            serde_json::json!({"id": line["id"], "proposals": proposals}).to_string()
        })
        .collect();
    for row in rows {
        writeln!(out, "{row}")?;
    }
    Ok(())
}
