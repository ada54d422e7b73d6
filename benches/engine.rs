//! Kernels, stages and the whole path of `dedup`.

use std::fmt::Write as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wirecopy::dedup::dedup;
use wirecopy::observer::Silent;
use wirecopy::options::{DedupOptions, VerifyOptions};
use wirecopy::read::{FieldNames, ReadOptions, scan};
use wirecopy::sign::Signer;
use wirecopy::simd::{self, Level, SLOTS};
use wirecopy::text::shingles::Shingles;
use wirecopy::text::words::{Words, splitmix};
use wirecopy::verify::Verifier;

fn text(words: u64, seed: u64) -> String {
    (0..words).fold(String::new(), |mut text, at| {
        let word = splitmix(seed << 32 | at) % 20_000;
        let _ = write!(
            text,
            "{}{}",
            "abcdefgh".split_at(1 + (word % 7) as usize).0,
            word % 997
        );
        text.push_str(if at % 13 == 12 { ".\\n" } else { " " });
        text
    })
}

fn kernels(c: &mut Criterion) {
    let article = text(360, 1);
    let words: Vec<u64> = (0..1004).map(splitmix).collect();
    for level in Level::available() {
        let mut group = c.benchmark_group(format!("kernels/{level:?}"));
        group.throughput(Throughput::Bytes(article.len() as u64));
        // The steps of reading words, each on what the one before it leaves.
        let plain = article.as_bytes();
        let mut copy = vec![b' '; plain.len() + 128];
        group.bench_function("copy plain text", |b| {
            b.iter(|| simd::copy_plain(level, plain, &mut copy, false))
        });
        let blocks = plain.len() / 64 + 1;
        copy.resize(blocks * 64, b' ');
        let mut masks = vec![0; blocks];
        group.bench_function("classify bytes", |b| {
            b.iter(|| simd::classify(level, &mut copy, &mut masks))
        });
        let mut edges = vec![0; 64 * (blocks + 1)];
        group.bench_function("edges of words", |b| {
            b.iter(|| simd::edges(level, &masks, &mut edges))
        });
        let mut runs = vec![0; words.len() - 4];
        group.bench_function("hash runs of five words", |b| {
            b.iter(|| simd::shingles(level, &words[..], &mut runs))
        });
        let mut reader = Words::new(1, level);
        group.bench_function("words", |b| {
            b.iter(|| reader.read(article.as_bytes(), true))
        });
        let mut shingles = Shingles::new(1, level);
        group.bench_function("words and shingles", |b| {
            b.iter(|| shingles.read(article.as_bytes(), true))
        });
        let mut signer = Signer::new(1, level);
        let mut slots = [0; SLOTS];
        group.bench_function("sign", |b| {
            b.iter(|| signer.sign(article.as_bytes(), true, &mut slots).shingles)
        });
        group.throughput(Throughput::Elements(1));
        let rounds = std::array::from_fn(|round| splitmix(round as u64) | 1);
        for size in [20, 30, 60, 120, 400, 1000] {
            group.bench_function(format!("sketch of {size} shingles"), |b| {
                b.iter(|| simd::sketch(level, &words[..size], &rounds, &mut slots));
            });
        }
        let mut found = vec![0; 368];
        group.bench_function("fingerprints of 360 shingles", |b| {
            b.iter(|| simd::below(level, &words[..360], u64::MAX / 20, &mut found));
        });
        let other = [7; SLOTS];
        group.bench_function("agreeing slots", |b| {
            b.iter(|| simd::agreeing(level, &slots, &other))
        });
    }
}

fn stages(c: &mut Criterion) {
    let (a, b) = (text(360, 1), text(360, 2));
    let line = format!(r#"{{"id": "a", "title": "x", "text": "{a}", "url": "y"}}"#);
    let names = FieldNames::default();
    let mut group = c.benchmark_group("stages");
    group.throughput(Throughput::Bytes(line.len() as u64));
    group.bench_function("fields of a record", |bench| {
        bench.iter(|| scan(line.as_bytes(), &names).is_some())
    });
    let mut signer = Signer::new(1, Level::best());
    let mut slots = [0; SLOTS];
    group.bench_function("read and sign a record", |bench| {
        bench.iter(|| {
            scan(line.as_bytes(), &names).is_some()
                && signer.sign(a.as_bytes(), true, &mut slots).valid
        })
    });
    let mut verifier = Verifier::new(&VerifyOptions::default(), 1, Level::best());
    group.bench_function("verify a pair", |bench| {
        let mut number = 0;
        bench.iter(|| {
            number += 1;
            verifier.measure(
                (number, &|| (a.as_bytes(), true)),
                (number, &|| (b.as_bytes(), true)),
            )
        });
    });
}

fn whole(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for the corpus");
    let mut lines = String::new();
    for number in 0..20_000u64 {
        let _ = writeln!(
            lines,
            r#"{{"id": {number}, "text": "{}"}}"#,
            text(120 + number % 480, number - number % 10 * (number % 3 / 2))
        );
    }
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, &lines).expect("the corpus is written");
    let inputs = [path.to_str().expect("the path is text").to_owned()];
    let mut group = c.benchmark_group("dedup");
    group.sample_size(10);
    for (throughput, unit) in [
        (Throughput::Bytes(lines.len() as u64), "bytes"),
        (Throughput::Elements(20_000), "documents"),
    ] {
        group.throughput(throughput);
        for level in Level::available() {
            let options = DedupOptions {
                level,
                ..DedupOptions::default()
            };
            group.bench_function(format!("20,000 documents, {level:?}/{unit}"), |b| {
                b.iter(|| {
                    dedup(&inputs, &[], &ReadOptions::default(), &options, &Silent)
                        .map(|found| found.summary.removed)
                });
            });
        }
    }
}

criterion_group!(engine, kernels, stages, whole);
criterion_main!(engine);
