//! Every stage of `trace` and the whole path, on the labelled stories of `corpus/`: bytes of article text and documents a second.

use std::fs;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use wirecopy::align::sentences::align_sentences;
use wirecopy::align::words::align_words;
use wirecopy::article::Article;
use wirecopy::model::{DocId, Document, Segmented};
use wirecopy::observer::Silent;
use wirecopy::options::TraceOptions;
use wirecopy::pair::rewrites::{Candidate, candidates};
use wirecopy::passages::measure;
use wirecopy::pipeline::trace;
use wirecopy::read::{ReadOptions, documents};
use wirecopy::segment::segment;
use wirecopy::versions::{Side, version};
use wirecopy::words::Words;

/// The stories, read and taken through the stages once, so that each stage is timed on what it gets in a run.
struct Prepared {
    documents: Vec<Document>,
    segmented: Vec<Segmented>,
    candidates: Vec<Candidate>,
    articles: Vec<Article>,
}

impl Prepared {
    fn new(options: &TraceOptions) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/stories");
        let mut inputs: Vec<String> = fs::read_dir(&folder)
            .expect("corpus/stories lies beside the benches")
            .map(|entry| entry.expect("an entry of the folder").path())
            .map(|path| path.to_string_lossy().into_owned())
            .collect();
        inputs.sort();
        let loaded =
            documents(&inputs, &ReadOptions::default(), &Silent).expect("the stories are read");
        let mut documents = loaded.documents;
        documents.sort_by(|a, b| a.id.cmp(&b.id));
        let segmented: Vec<Segmented> = documents.iter().map(|d| segment(d, false)).collect();
        let candidates = candidates(&documents, &segmented, options.seed);
        let articles = documents
            .iter()
            .zip(&segmented)
            .map(|(document, segmented)| Article::new(document, segmented))
            .collect();
        Self {
            documents,
            segmented,
            candidates,
            articles,
        }
    }

    fn bytes(&self) -> u64 {
        self.documents.iter().map(|d| d.text.len() as u64).sum()
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.candidates
            .iter()
            .map(|c| (c.first as usize, c.second as usize))
    }

    /// Text of both sides of every candidate.
    fn bytes_of_pairs(&self) -> u64 {
        self.pairs()
            .map(|(a, b)| (self.documents[a].text.len() + self.documents[b].text.len()) as u64)
            .sum()
    }

    fn side(&self, at: usize) -> Side<'_> {
        Side {
            id: DocId::new(at).expect("there are few documents"),
            document: &self.documents[at],
            article: &self.articles[at],
        }
    }
}

fn stages(c: &mut Criterion) {
    let options = TraceOptions::default();
    let prepared = Prepared::new(&options);
    let Prepared {
        documents,
        segmented,
        articles,
        ..
    } = &prepared;
    let bytes = Throughput::Bytes(prepared.bytes());
    let count = Throughput::Elements(documents.len() as u64);
    let mut group = c.benchmark_group("trace stages");
    group.sample_size(20);
    for (throughput, unit) in [(bytes, "bytes"), (count, "documents")] {
        group.throughput(throughput);
        group.bench_function(format!("segment/{unit}"), |b| {
            b.iter(|| {
                let parts = documents.iter().map(|d| segment(d, false).sentences.len());
                parts.sum::<usize>()
            });
        });
        group.bench_function(format!("candidates/{unit}"), |b| {
            b.iter(|| candidates(documents, segmented, options.seed).len());
        });
        group.bench_function(format!("analyse words/{unit}"), |b| {
            b.iter(|| {
                let articles = documents.iter().zip(segmented);
                articles
                    .map(|(d, s)| Article::new(d, s).length())
                    .sum::<u32>()
            });
        });
    }
    // Candidates are what these work on: elements are pairs.
    let pairs = prepared.candidates.len() as u64;
    for (throughput, unit) in [
        (Throughput::Bytes(prepared.bytes_of_pairs()), "bytes"),
        (Throughput::Elements(pairs), "pairs"),
    ] {
        group.throughput(throughput);
        group.bench_function(format!("passages/{unit}"), |b| {
            b.iter(|| {
                let measured = prepared.pairs().map(|(first, second)| {
                    measure(&articles[first], &articles[second]).containment()
                });
                measured.sum::<f32>()
            });
        });
        group.bench_function(format!("align sentences/{unit}"), |b| {
            let words: Vec<Vec<&Words>> =
                articles.iter().map(|a| a.words.iter().collect()).collect();
            b.iter(|| {
                let aligned = prepared
                    .pairs()
                    .map(|(first, second)| align_sentences(&words[first], &words[second]).len());
                aligned.sum::<usize>()
            });
        });
        group.bench_function(format!("judge a version/{unit}"), |b| {
            b.iter(|| {
                let judged = prepared.pairs().map(|(first, second)| {
                    version(
                        prepared.side(first),
                        prepared.side(second),
                        &|_| false,
                        None,
                    )
                    .links
                    .len()
                });
                judged.sum::<usize>()
            });
        });
    }
    let (first, second) = prepared
        .pairs()
        .next()
        .expect("the stories have candidates");
    let (a, b) = (&articles[first].words[0], &articles[second].words[0]);
    group.throughput(Throughput::Elements(1));
    group.bench_function("align the words of one pair of sentences", |bench| {
        bench.iter(|| align_words(a, b).quantities.len());
    });
    group.finish();
}

fn whole(c: &mut Criterion) {
    let options = TraceOptions::default();
    let prepared = Prepared::new(&options);
    let mut group = c.benchmark_group("trace");
    group.sample_size(10);
    for (throughput, unit) in [
        (Throughput::Bytes(prepared.bytes()), "bytes"),
        (
            Throughput::Elements(prepared.documents.len() as u64),
            "documents",
        ),
    ] {
        group.throughput(throughput);
        group.bench_function(format!("all stories, all threads/{unit}"), |b| {
            b.iter_with_setup(
                || prepared.documents.clone(),
                |documents| {
                    trace(documents, Vec::new(), &options, &Silent)
                        .clusters
                        .len()
                },
            );
        });
    }
    // One dispatch that three hundred outlets print, each with two words changed: what they share is settled, the rest compared at once.
    let dispatch = prepared
        .documents
        .iter()
        .max_by_key(|d| d.text.len())
        .expect("there are documents");
    let reprints: Vec<Document> = (0..300)
        .map(|k| {
            let mut words: Vec<&str> = dispatch.text.split(' ').collect();
            let count = words.len();
            for at in [k * 7 % count, k * 31 % count] {
                words[at] = "elsewhere";
            }
            Document {
                id: format!("reprint {k:03}"),
                outlet: Some(format!("Outlet {k:03}")),
                text: words.join(" "),
                ..Document::default()
            }
        })
        .collect();
    group.throughput(Throughput::Elements(reprints.len() as u64));
    group.bench_function("one dispatch in 300 outlets, all threads/documents", |b| {
        b.iter_with_setup(
            || reprints.clone(),
            |documents| {
                trace(documents, Vec::new(), &options, &Silent)
                    .clusters
                    .len()
            },
        );
    });
    // The stages before the clusters, with as many threads as the whole path has.
    group.bench_function("segment, all threads/documents", |b| {
        b.iter(|| {
            let parts = prepared.documents.par_iter();
            parts
                .map(|d| segment(d, false).sentences.len())
                .sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, stages, whole);
criterion_main!(benches);
