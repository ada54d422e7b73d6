//! Taking articles out of HTML pages.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wirecopy::observer::Silent;
use wirecopy::read::{ReadOptions, open};

/// Copies of each page, so that what a run costs once is spread.
const COPIES: usize = 40;

/// One page of 60 KB, many times, and all labelled pages: read from files, on one thread.
fn pages(c: &mut Criterion) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/pages");
    let mut names: Vec<_> = std::fs::read_dir(&corpus)
        .expect("the labelled pages are there")
        .map(|entry| entry.expect("the folder can be listed").file_name())
        .filter(|name| name.to_string_lossy().ends_with(".html"))
        .collect();
    names.sort();
    let one = vec!["daily-hydrated.html".into()];
    let workers = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool of one thread");
    let mut group = c.benchmark_group("pages");
    group.sample_size(20);
    for (name, pages) in [("one of 60 KB", &one), ("all labelled", &names)] {
        let folder = tempfile::tempdir().expect("a folder for the pages");
        let mut inputs = Vec::new();
        for page in pages {
            let bytes = std::fs::read(corpus.join(page)).expect("the page can be read");
            for copy in 0..COPIES {
                let path = folder
                    .path()
                    .join(format!("{copy}-{}", page.to_string_lossy()));
                std::fs::write(&path, &bytes).expect("the page can be copied");
                inputs.push(path.to_str().expect("the path is text").to_owned());
            }
        }
        group.throughput(Throughput::Elements(inputs.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| workers.install(|| open(&inputs, &ReadOptions::default(), &Silent)))
        });
    }
}

criterion_group!(benches, pages);
criterion_main!(benches);
