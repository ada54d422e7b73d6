//! Prints what a model of `--model` says of pairs: the material of `training/tagger/calibrate.py`.
//!
//! `model_readings FOLDER PAIRS.jsonl`: reads lines `{"id","reference","hypothesis"}`; writes a line `{"changed","partly","source":[[start,end,lost]],
//! "copy":[[start,end,major,any]]}` for each, in order: logits, and offsets in Unicode code points.

use std::io::{BufRead, BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use wirecopy::contextual::Tagger;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, path] = arguments.as_slice() else {
        return Err("usage: model_readings FOLDER PAIRS.jsonl".into());
    };
    let tagger = Tagger::load(Path::new(folder))?;
    let lines: Vec<serde_json::Value> = std::io::BufReader::new(std::fs::File::open(path)?)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    let answers: Vec<String> = lines
        .par_iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or("");
            let (source, copy) = (text("reference"), text("hypothesis"));
            let reading = tagger.read(source, copy);
            let points = |text: &str, at: usize| text[..at].chars().count();
            let losses: Vec<_> = reading
                .source
                .iter()
                .map(|p| {
                    serde_json::json!([
                        points(source, p.bytes.start),
                        points(source, p.bytes.end),
                        p.lost
                    ])
                })
                .collect();
            let marks: Vec<_> = reading
                .copy
                .iter()
                .map(|p| {
                    serde_json::json!([
                        points(copy, p.bytes.start),
                        points(copy, p.bytes.end),
                        p.major,
                        p.any
                    ])
                })
                .collect();
            serde_json::json!({"changed": reading.changed, "partly": reading.partly, "source": losses, "copy": marks}).to_string()
        })
        .collect();
    let mut out = BufWriter::new(std::io::stdout().lock());
    for answer in answers {
        writeln!(out, "{answer}")?;
    }
    Ok(())
}
