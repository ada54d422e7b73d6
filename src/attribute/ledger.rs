//! What changed in a cluster, passage by passage of the source, with who keeps its words and who has others.

use ahash::AHashMap;
use rayon::prelude::*;

use crate::article::Article;
use crate::model::{DocId, Drift, Entry, Reading, Relation, Span, Version};
use crate::similarity::said::says;
use crate::text::fold::fold;
use crate::words::Words;

/// A change with where it was found.
struct Found<'a> {
    version: usize,
    link: usize,
    drift: &'a Drift,
}

/// The entries of a cluster, in the order of the source. `article` gives the sentences of a document, `text` its text. Every version stands in
/// exactly one list of each entry. Takes changes times versions.
pub(super) fn ledger<'a>(
    source: DocId,
    versions: &[Version],
    article: &dyn Fn(DocId) -> &'a Article,
    text: &(dyn Fn(DocId) -> &'a str + Sync),
) -> Vec<Entry> {
    let mut changes: Vec<Found<'_>> = Vec::new();
    for (version, one) in versions.iter().enumerate() {
        for (link, pair) in one.links.iter().enumerate() {
            changes.extend(pair.drifts.iter().map(|drift| Found {
                version,
                link,
                drift,
            }));
        }
    }
    changes.retain(|found| !versions[found.version].links[found.link].source.is_empty());
    // The likeliest change of a passage says where its words begin and end.
    changes.sort_by(|a, b| {
        b.drift
            .score
            .total_cmp(&a.drift.score)
            .then(a.drift.source.cmp(&b.drift.source))
            .then(
                versions[a.version]
                    .document
                    .cmp(&versions[b.version].document),
            )
            .then(a.drift.copy.cmp(&b.drift.copy))
    });
    let mut groups: Vec<Vec<Found<'_>>> = Vec::new();
    // Those of words that a version puts in, by place and words, and the others.
    let mut put_in: AHashMap<(Span, String), usize> = AHashMap::new();
    let mut of_words: Vec<usize> = Vec::new();
    for found in changes {
        let drift = found.drift;
        let next = groups.len();
        let home = if drift.source.is_empty() {
            let words = fold(drift.copy.of(text(versions[found.version].document)));
            *put_in.entry((drift.source, words)).or_insert(next)
        } else {
            let known = of_words.iter().copied().find(|&at| {
                let anchor = groups[at][0].drift;
                is_same_place(
                    anchor.source,
                    drift.source,
                    anchor.category == drift.category,
                )
            });
            known.unwrap_or_else(|| {
                of_words.push(next);
                next
            })
        };
        if home == next {
            groups.push(Vec::new());
        }
        groups[home].push(found);
    }
    let asked = Asked {
        source: article(source),
        versions,
        articles: versions.iter().map(|v| article(v.document)).collect(),
        answers: versions
            .iter()
            .map(|version| {
                let mut first = AHashMap::new();
                for (at, link) in version.links.iter().enumerate() {
                    for &number in link.source.iter().filter(|_| !link.copy.is_empty()) {
                        first.entry(number).or_insert(at);
                    }
                }
                first
            })
            .collect(),
    };
    let mut entries: Vec<Entry> = groups
        .par_iter()
        .map(|group| asked.entry(group, text))
        .collect();
    entries.sort_by(|a, b| {
        (a.sentence, a.source)
            .cmp(&(b.sentence, b.source))
            .then(a.category.cmp(&b.category))
            .then_with(|| {
                let first = |e: &Entry| e.readings.first().map(|r| (r.document, r.words));
                first(a).cmp(&first(b))
            })
    });
    entries
}

/// Whether two spans of the source are one place: they share half of the longer, or of one category half of the shorter.
fn is_same_place(a: Span, b: Span, of_one_category: bool) -> bool {
    if !a.overlaps(b) {
        return false;
    }
    let common = (a.end.min(b.end) - a.start.max(b.start)) as usize;
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    2 * common >= longer || (of_one_category && 2 * common >= shorter)
}

struct Asked<'a> {
    source: &'a Article,
    versions: &'a [Version],
    articles: Vec<&'a Article>,
    /// For each version the first link that tells a sentence of the source.
    answers: Vec<AHashMap<u32, usize>>,
}

impl Asked<'_> {
    fn entry<'t>(&self, group: &[Found<'_>], text: &(dyn Fn(DocId) -> &'t str + Sync)) -> Entry {
        let anchor = group[0].drift;
        let place = &self.versions[group[0].version].links[group[0].link].source;
        let sentence = place
            .iter()
            .copied()
            .find(|&number| {
                self.source.position(number).is_some_and(|at| {
                    let span = self.source.words[at].span;
                    span.overlaps(anchor.source)
                        || (span.start <= anchor.source.start && anchor.source.start <= span.end)
                })
            })
            .unwrap_or(place[0]);
        let told: Vec<&Words> = self
            .source
            .position(sentence)
            .map(|at| &self.source.words[at])
            .into_iter()
            .collect();
        let mut readings: Vec<Reading> = Vec::new();
        // With each reading the passage that its words stand in.
        let mut speakers: Vec<(usize, usize)> = Vec::new();
        let mut placed = vec![false; self.versions.len()];
        for found in group {
            if std::mem::replace(&mut placed[found.version], true) {
                continue;
            }
            let (version, drift) = (&self.versions[found.version], found.drift);
            let mine = self.passage(found.version, found.link);
            let alike = readings
                .iter()
                .zip(&speakers)
                .position(|(reading, &(v, l))| {
                    let theirs = self.passage(v, l);
                    let words = |id: DocId, span: Span| fold(span.of(text(id)).trim());
                    if reading.words.is_empty() || drift.copy.is_empty() {
                        return reading.words.is_empty() && drift.copy.is_empty();
                    }
                    words(reading.document, reading.words) == words(version.document, drift.copy)
                        || (says(&mine, &theirs, reading.words) && says(&theirs, &mine, drift.copy))
                });
            match alike {
                Some(at) => {
                    readings[at].witnesses.push(version.document);
                    readings[at].severity = readings[at].severity.max(drift.severity);
                }
                None => {
                    speakers.push((found.version, found.link));
                    readings.push(Reading {
                        document: version.document,
                        words: drift.copy,
                        category: drift.category,
                        severity: drift.severity,
                        score: drift.score,
                        newer: None,
                        witnesses: vec![version.document],
                    });
                }
            }
        }
        let (mut kept, mut unclear, mut silent) = (Vec::new(), Vec::new(), Vec::new());
        for (at, version) in self
            .versions
            .iter()
            .enumerate()
            .filter(|(at, _)| !placed[*at])
        {
            let Some(&link) = self.answers[at].get(&sentence) else {
                silent.push(version.document);
                continue;
            };
            if version.links[link].relation == Relation::Verbatim {
                kept.push(version.document);
                continue;
            }
            let heard = self.passage(at, link);
            let keeps = says(&heard, &told, anchor.source);
            let shares = readings
                .iter()
                .zip(&speakers)
                .position(|(reading, &(v, l))| says(&heard, &self.passage(v, l), reading.words));
            match shares {
                Some(reading) if !keeps => readings[reading].witnesses.push(version.document),
                None if keeps || anchor.source.is_empty() => kept.push(version.document),
                _ => unclear.push(version.document),
            }
        }
        for reading in &mut readings {
            reading.witnesses.sort_unstable();
        }
        for list in [&mut kept, &mut unclear, &mut silent] {
            list.sort_unstable();
        }
        readings.sort_by(|a, b| {
            b.witnesses
                .len()
                .cmp(&a.witnesses.len())
                .then(b.score.total_cmp(&a.score))
                .then(a.document.cmp(&b.document))
        });
        let gravest = readings
            .iter()
            .map(|r| r.severity)
            .max()
            .unwrap_or(anchor.severity);
        Entry {
            sentence,
            source: anchor.source,
            category: anchor.category,
            severity: gravest,
            kept,
            readings,
            unclear,
            silent,
        }
    }

    /// The words of a version's side of a link.
    fn passage(&self, version: usize, link: usize) -> Vec<&Words> {
        let article = self.articles[version];
        self.versions[version].links[link]
            .copy
            .iter()
            .filter_map(|&number| article.position(number))
            .map(|at| &article.words[at])
            .collect()
    }
}
