//! The `check` job: one article against an archive. Whose text is this, what was done to it, and was credit given?
//!
//! ```text
//! archive.near --> segment --> passages --> versions (align, judge) --> attribute
//! ```
//!
//! Cheap measures come first and dear ones last: thousands of documents are met in tables, some hundred are compared by signature, a few
//! are read, and of these a handful aligned ([`CheckOptions`] says how many): the likeliest, the earliest, and what covers the
//! part of the article that they leave open. Of what holds the best are judged. Of further reprints the words in common runs are counted, and nothing more.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::align::sentences::{Match, align_indexed};
use crate::archive::{Near, Snapshot};
use crate::article::Article;
use crate::attribute::{Agencies, Member, Provenance, credit, known_agencies, promote};
use crate::error::{Error, Result};
use crate::model::{
    Checked, Cluster, DocId, Document, First, Found, OtherSource, Report, Segmented, Summary,
    Version,
};
use crate::observer::Observer;
use crate::options::{CheckOptions, TraceOptions};
use crate::passages::{Measured, summarise};
use crate::recount::{Switches, recount};
use crate::segment::{mark_known, segment};
use crate::versions::{Side, call_witnesses, used_sentences, version_of};
use crate::words::Words;

/// Least share of the article that a document must have in runs of words, and that those before it have not, to be aligned before others.
const LEAST_GAIN: f32 = 0.10;
/// Least share of the likeliest document's likelihood for the earliest one to be aligned right after it.
const LEAST_OF_LIKELIEST: f32 = 0.50;
/// Share of either text in runs of five words from which a document is a copy without being aligned.
const REPRINTED: f32 = 0.50;

/// Documents that are aligned whatever it costs.
const ALWAYS_ALIGNED: usize = 2;
/// Pairs of words, one of the article and one of a document, neither in a common run, past which no further document is aligned: what
/// aligning takes. 1,000,000: three retold texts of 550 words; of longer ones the third is seldom the source, and costs the most.
const MOST_PAIRS: u64 = 1_000_000;

/// A document of the archive that holds.
struct Source {
    document: Document,
    segmented: Segmented,
    article: Article,
    /// Its sentences and those of the article that answer them.
    matches: Vec<Match>,
    measured: Measured,
    jaccard: f32,
    /// Documents of equal ones read the same.
    reading: u64,
    /// The article beside it, once it is judged.
    version: Option<Version>,
}

impl Source {
    fn side(&self, at: usize) -> Side<'_> {
        Side {
            id: id_of(at),
            document: &self.document,
            article: &self.article,
        }
    }

    /// Share of the article that comes from it, and of it that was used.
    fn measured_shares(&self) -> (f32, f32) {
        (
            self.measured.containment_of_second,
            self.measured.containment_of_first,
        )
    }

    fn judged_shares(&self) -> (f32, f32) {
        self.version.as_ref().map_or((0.0, 0.0), |version| {
            (version.containment_of_copy, version.containment_of_source)
        })
    }
}

/// Checks `article` against the archive. The result depends on the article, the archive's state and the options alone.
///
/// # Errors
/// [`Error::Interrupted`] when the observer says stop. Damaged files are no error: [`Checked::damaged`] names them.
pub fn check(
    article: Document,
    archive: &Snapshot,
    options: &CheckOptions,
    observer: &dyn Observer,
) -> Result<Checked> {
    let keep_furniture = options.matching.keep_furniture;
    let segmented_of = |document: &Document| -> Result<Segmented> {
        let mut segmented = segment(document, keep_furniture);
        let known = archive.furniture(document).filter(|_| !keep_furniture);
        if let Some(known) = known {
            let mut failed = Ok(());
            mark_known(document, &mut segmented, &mut |sentence| {
                known.articles(sentence).unwrap_or_else(|error| {
                    failed = Err(error);
                    0
                })
            });
            failed?;
        }
        Ok(segmented)
    };
    let (nearby, own) = rayon::join(
        || archive.near(&article.text, options.most_opened),
        || {
            let segmented = segmented_of(&article)?;
            let analysed = Article::new(&article, &segmented);
            Ok((segmented, analysed))
        },
    );
    let nearby = nearby?;
    let (segmented, analysed): (Segmented, Article) = own?;
    let words = nearby.words;
    // The article itself, which the archive has already, is not its own source.
    let mut near = nearby.near;
    near.retain(|near| near.document.id != article.id || near.document.text != article.text);
    let candidates = near.len() as u64;
    // Of documents that read the same the earliest stands for all.
    near.sort_by_key(|near| near.document.published_seconds.unwrap_or(i64::MAX));
    let mut printed: BTreeMap<u64, Vec<Document>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut firsts: Vec<Near> = Vec::new();
    for one in near {
        if seen.insert(one.reading) {
            firsts.push(one);
        } else {
            printed.entry(one.reading).or_default().push(one.document);
        }
    }
    let listed = Agencies::extended(&options.matching.agencies);
    let (telling, mut like_them) = order(firsts, words, &listed);
    let mut left = telling.into_iter();
    let mut sources: Vec<Source> = Vec::new();
    let mut best_refused: Option<f32> = None;
    let to: Vec<&Words> = analysed.words.iter().collect();
    let most_judged = options.most_judged.max(1);
    let (mut aligned, mut pairs) = (0, 0_u64);
    loop {
        if observer.stopped() {
            return Err(Error::Interrupted);
        }
        let wanted = most_judged.min(options.most_measured.max(1) - aligned);
        if wanted == 0 {
            break;
        }
        let mut wave: Vec<Near> = Vec::new();
        for near in left.by_ref() {
            pairs += word_pairs(&near, words);
            // One that is passed over has not the article's words in runs: it is no reprint that would be listed.
            if aligned + wave.len() < ALWAYS_ALIGNED || pairs <= MOST_PAIRS {
                wave.push(near);
            }
            if wave.len() >= wanted {
                break;
            }
        }
        aligned += wave.len();
        let measured: Vec<(Source, bool)> = wave
            .into_par_iter()
            .map(|near| {
                let segmented = segmented_of(&near.document)?;
                let other = Article::new(&near.document, &segmented);
                let from: Vec<&Words> = other.words.iter().collect();
                let matches = align_indexed((&from, &other.index), (&to, &analysed.index));
                let measured = summarise(&other, &analysed, &matches);
                let shorter = other.length().min(analysed.length());
                let holds = measured.is_copy(&options.matching, near.overlap, shorter);
                let source = Source {
                    document: near.document,
                    segmented,
                    article: other,
                    matches,
                    measured,
                    jaccard: near.jaccard,
                    reading: near.reading,
                    version: None,
                };
                Ok((source, holds))
            })
            .collect::<Result<_>>()?;
        let mut any = false;
        for (source, holds) in measured {
            any |= holds;
            if holds {
                sources.push(source);
            } else if !source.measured.is_form() && !source.measured.is_chance() {
                let containment = source.measured.containment();
                best_refused = Some(best_refused.unwrap_or(0.0).max(containment));
            }
        }
        // Of those that are less likely none is a copy either.
        if any {
            continue;
        }
        // What is like them may hold all the same.
        if sources.is_empty() && !like_them.is_empty() {
            left = std::mem::take(&mut like_them).into_iter();
            continue;
        }
        break;
    }
    let reprints: Vec<Near> = left
        .chain(like_them)
        .filter(|near| is_reprint(near, words, &options.matching))
        .collect();
    let matches = (sources.len() + reprints.len()) as u64;
    let agencies = {
        let documents: Vec<&Document> = std::iter::once(&article)
            .chain(sources.iter().map(|source| &source.document))
            .collect();
        let parts: Vec<&Segmented> = std::iter::once(&segmented)
            .chain(sources.iter().map(|source| &source.segmented))
            .collect();
        known_agencies(&listed, &documents, &parts)
    };
    rank(&mut sources, &article, &agencies, Source::measured_shares);
    let unjudged = keep_best(&mut sources, most_judged, &analysed, &agencies);
    let mut others: Vec<OtherSource> = Vec::new();
    let mut list = |reading: u64, document: Option<&Document>, shares: (f32, f32), aligned| {
        let again = printed.get(&reading).into_iter().flatten();
        others.extend(again.chain(document).map(|document| OtherSource {
            first: first(document, &article),
            id: document.id.clone(),
            outlet: document.outlet.clone(),
            published_at: document.published_at.clone(),
            containment_of_article: shares.0,
            containment_of_source: shares.1,
            aligned,
        }));
    };
    for source in &sources {
        list(source.reading, None, source.measured_shares(), true);
    }
    for source in &unjudged {
        let shares = source.measured_shares();
        list(source.reading, Some(&source.document), shares, true);
    }
    for near in &reprints {
        let shares = (near.runs_of_article, near.runs_of_source);
        list(near.reading, Some(&near.document), shares, false);
    }
    others.sort_by(|a, b| {
        b.containment_of_article
            .total_cmp(&a.containment_of_article)
            .then_with(|| a.id.cmp(&b.id))
    });

    let own_credit = credit(&article, &segmented, &agencies);
    let copy = Side {
        id: id_of(0),
        document: &article,
        article: &analysed,
    };
    let model = options.matching.model.as_deref();
    sources.par_iter_mut().for_each(|source| {
        let mut versions = vec![version_of(source.side(1), copy, &source.matches, model)];
        call_witnesses(source.side(1), &[copy], &mut versions);
        source.version = versions.pop();
    });
    if observer.stopped() {
        return Err(Error::Interrupted);
    }
    rank(&mut sources, &article, &agencies, Source::judged_shares);
    let told = |at: usize, source: &Source, version: Version| {
        let mut versions = vec![version];
        let from = source.side(at + 1);
        let source_attribution = credit(&source.document, &source.segmented, &agencies);
        let wire = source.document.outlet.as_deref();
        let wire = wire
            .map(|name| agencies.of_outlet(name).unwrap_or(name).to_owned())
            .or_else(|| source_attribution.agency.clone());
        for version in &mut versions {
            version.attribution = own_credit.clone();
            if let Some(agency) = &wire {
                promote(&mut version.attribution, agency);
            }
        }
        let first = first(&source.document, &article);
        let all = recount(
            (&source.document, &source.segmented),
            (&article, &segmented),
            &versions[0],
            Switches {
                furniture: true,
                ..Switches::default()
            },
        );
        let found = Found {
            first,
            article_with_furniture: all.copy.share().unwrap_or(0.0),
            source_with_furniture: all.source.share().unwrap_or(0.0),
            jaccard: source.jaccard,
        };
        let given = versions[0].attribution.clone();
        let members = [
            Member::new(
                from.id,
                from.document,
                from.article,
                &source_attribution,
                &agencies,
            ),
            Member::new(copy.id, copy.document, copy.article, &given, &agencies),
        ];
        let provenance = Provenance::of(&members, &mut versions);
        let mut source_evidence = evidence(first, &versions[0]);
        source_evidence.extend(provenance.doubts);
        let cluster = Cluster {
            number: u32::try_from(at + 1).unwrap_or(u32::MAX),
            source: from.id,
            source_attribution,
            source_standing: provenance.standing,
            source_confidence: provenance.confidence,
            source_evidence,
            source_sentences: used_sentences(&versions),
            versions,
            descents: provenance.descents,
            ledger: provenance.ledger,
            corrections: provenance.corrections,
            weakest: source.measured.containment(),
        };
        (cluster, found)
    };
    let judged: Vec<Version> = sources
        .iter_mut()
        .filter_map(|source| source.version.take())
        .collect();
    let (clusters, found): (Vec<Cluster>, Vec<Found>) = sources
        .par_iter()
        .zip(judged)
        .enumerate()
        .map(|(at, (source, version))| told(at, source, version))
        .collect::<Vec<_>>()
        .into_iter()
        .unzip();
    let mut documents = vec![article];
    let mut parts = vec![segmented];
    for source in sources {
        documents.push(source.document);
        parts.push(source.segmented);
    }
    let summary = Summary {
        documents: archive.documents(),
        paragraphs: parts.iter().map(|part| part.paragraphs.len() as u64).sum(),
        sentences: parts.iter().map(|part| part.sentences.len() as u64).sum(),
        candidates,
        matches,
        best_refused,
        asked: options.matching.min_containment,
        lost: 0,
    };
    let main = |at: usize| at.checked_sub(1).or((!clusters.is_empty()).then_some(0));
    Ok(Checked {
        found,
        others,
        met: nearby.met,
        printings: nearby.printings,
        archive: (archive.documents(), archive.generation()),
        damaged: archive.damaged(),
        report: Report {
            main_cluster: (0..documents.len())
                .map(|at| main(at).and_then(|at| u32::try_from(at).ok()))
                .collect(),
            documents,
            segmented: parts,
            clusters,
            summary,
            problems: Vec::new(),
        },
    })
}

fn id_of(at: usize) -> DocId {
    DocId::new(at).expect("a handful of sources is judged")
}

/// The documents that are worth aligning with an article of `words` words, and the others, both by likelihood. Worth it are the likeliest;
/// of those nearly as likely the earliest and an agency's own text; and what has a part of the article that these leave open. The others
/// are their reprints, or not like the article at all.
fn order(mut near: Vec<Near>, words: u32, agencies: &Agencies) -> (Vec<Near>, Vec<Near>) {
    // A long text has the words of any article on its subject, so that what is retold is told by both sides.
    let likelihood = |near: &Near| {
        let both = (near.vocabulary * near.vocabulary_of_source).sqrt();
        near.runs_of_article.max(both)
    };
    near.sort_by_key(|near| {
        let likely = Reverse(hundredths(likelihood(near)));
        (likely, time(&near.document), near.place)
    });
    let mut covered = vec![false; words as usize];
    let mut ordered: Vec<Near> = Vec::with_capacity(near.len());
    let mut take = |near: &mut Vec<Near>, at: usize, covered: &mut [bool]| {
        let one = near.remove(at);
        for range in &one.runs {
            covered[range.start as usize..range.end as usize].fill(true);
        }
        ordered.push(one);
    };
    let Some(most) = near.first().map(likelihood) else {
        return (ordered, near);
    };
    let as_likely = |near: &Near| likelihood(near) >= LEAST_OF_LIKELIEST * most;
    let earliest = near
        .iter()
        .enumerate()
        .filter(|(_, near)| as_likely(near))
        .min_by_key(|(at, near)| (time(&near.document), *at));
    let wire = near.iter().enumerate().find(|(_, near)| {
        let outlet = near.document.outlet.as_deref();
        as_likely(near) && outlet.is_some_and(|outlet| agencies.of_outlet(outlet).is_some())
    });
    let places = [
        Some(0),
        earliest.map(|found| found.0),
        wire.map(|found| found.0),
    ];
    let places: BTreeSet<usize> = places.into_iter().flatten().collect();
    for (before, at) in places.into_iter().enumerate() {
        take(&mut near, at - before, &mut covered);
    }
    loop {
        let all = words.max(1) as f32;
        let open = covered.iter().filter(|covered| !**covered).count() as f32 / all;
        let gain = |near: &Near| {
            let new = near
                .runs
                .iter()
                .flat_map(|range| &covered[range.start as usize..range.end as usize])
                .filter(|covered| !**covered)
                .count() as f32
                / all;
            // What is retold has few runs: it may have anything that is open, and is likelier not to.
            if near.runs_of_article < LEAST_GAIN {
                0.5 * near.vocabulary.min(open)
            } else {
                new
            }
        };
        let gains = near.iter().map(gain).enumerate();
        let best = gains.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        match best {
            Some((at, gain)) if gain >= LEAST_GAIN => take(&mut near, at, &mut covered),
            _ => break,
        }
    }
    (ordered, near)
}

/// Pairs of words of a document and an article of `words` words that are no part of common runs.
fn word_pairs(near: &Near, words: u32) -> u64 {
    let open = |all: u32, share: f32| f64::from(all) * f64::from(1.0 - share);
    let pairs = open(words, near.runs_of_article) * open(near.words, near.runs_of_source);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a product of two counts is far below 2^53"
    )]
    let pairs = pairs as u64;
    pairs
}

/// Whether a document that was not aligned has so much of the article, or the article of it, word for word that it is a copy all the
/// same.
fn is_reprint(near: &Near, words: u32, options: &TraceOptions) -> bool {
    let share = near.runs_of_article.max(near.runs_of_source);
    near.runs_of_article * words as f32 >= options.min_words as f32
        && share >= options.min_containment.max(REPRINTED)
}

/// The source of most of the article first. Of those of as much (to a hundredth), what came out after the article comes last, and an
/// agency's own text first; then the earliest, for a sibling of the article has the same words from there; then the one that was
/// used the most.
fn rank(
    sources: &mut [Source],
    article: &Document,
    agencies: &Agencies,
    shares: impl Fn(&Source) -> (f32, f32),
) {
    sources.sort_by_cached_key(|source| {
        let (of_article, of_source) = shares(source);
        let wire = source.document.outlet.as_deref();
        (
            Reverse(hundredths(of_article)),
            first(&source.document, article) == First::Article,
            wire.and_then(|outlet| agencies.of_outlet(outlet)).is_none(),
            time(&source.document),
            Reverse(hundredths(of_source)),
            source.document.id.clone(),
        )
    });
}

/// Keeps the `most` ranked sources that say the most together, and gives the others back: the first one; an agency's own text, or else the
/// earliest, since the others may have it from there; what has a part of the article that these have not; then by rank.
fn keep_best(
    sources: &mut Vec<Source>,
    most: usize,
    article: &Article,
    agencies: &Agencies,
) -> Vec<Source> {
    let is_wire = |source: &&Source| {
        let outlet = source.document.outlet.as_deref();
        outlet.is_some_and(|outlet| agencies.of_outlet(outlet).is_some())
    };
    let dated = |source: &&Source| source.document.published_seconds.is_some();
    let earliest = || {
        sources
            .iter()
            .filter(dated)
            .min_by_key(|s| time(&s.document))
    };
    let root = sources.iter().find(is_wire).or_else(earliest);
    let mut root = root.map(|source| source.document.id.clone());
    let lengths: Vec<usize> = article.words.iter().map(|s| s.words.len()).collect();
    let all = lengths.iter().sum::<usize>().max(1) as f32;
    let mut covered = vec![false; lengths.len()];
    let mut rest = std::mem::take(sources);
    while sources.len() < most && !rest.is_empty() {
        let gain = |source: &Source| {
            let sentences = source.matches.iter().flat_map(|found| &found.copy);
            let new = sentences.filter(|&&at| !covered[at]).map(|&at| lengths[at]);
            new.sum::<usize>() as f32 / all
        };
        let gains = rest.iter().map(gain).enumerate();
        let best = gains.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let place_of_root = rest
            .iter()
            .position(|s| Some(&s.document.id) == root.as_ref());
        let at = match (best, place_of_root) {
            _ if sources.is_empty() => 0,
            (_, Some(at)) => at,
            (Some((at, gain)), None) if gain >= LEAST_GAIN => at,
            _ => 0,
        };
        let kept = rest.remove(at);
        root = root.filter(|root| *root != kept.document.id);
        for &at in kept.matches.iter().flat_map(|found| &found.copy) {
            covered[at] = true;
        }
        sources.push(kept);
    }
    rest
}

/// A share in whole percent.
fn hundredths(share: f32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share is 0 to 1"
    )]
    let percent = (share * 100.0).round() as u32;
    percent
}

/// When a document came out; those without a time come last.
fn time(document: &Document) -> i64 {
    document.published_seconds.unwrap_or(i64::MAX)
}

fn first(source: &Document, article: &Document) -> First {
    match (source.published_seconds, article.published_seconds) {
        (Some(source), Some(article)) => match source.cmp(&article) {
            std::cmp::Ordering::Less => First::Source,
            std::cmp::Ordering::Greater => First::Article,
            std::cmp::Ordering::Equal => First::Together,
        },
        _ => First::Unknown,
    }
}

fn evidence(first: First, version: &Version) -> Vec<String> {
    let mut said = Vec::new();
    match first {
        First::Source => said.push("it came out before the article".to_owned()),
        First::Article => said.push("it came out after the article".to_owned()),
        First::Together => said.push("both came out at the same time".to_owned()),
        First::Unknown => said.push("the time of one of the two is not known".to_owned()),
    }
    if let Some(agency) = &version.attribution.agency {
        said.push(format!("the article names {agency}"));
    }
    let (shared, used) = match first {
        First::Article => ("is also in it", "is in the article"),
        _ => ("comes from it", "was used"),
    };
    said.push(format!(
        "{:.0} % of the article {shared}, {:.0} % of it {used}",
        100.0 * version.containment_of_copy,
        100.0 * version.containment_of_source
    ));
    said
}

/// The documents of the archive that may tell the stories of `documents`, at most `options.most_opened` for each: for tracing them
/// together. Ids that `documents` have already get the ending `@archive`; a document that they hold word for word under its id is
/// left out. Sorted by id.
///
/// # Errors
/// [`Error::Interrupted`] when the observer says stop. Damaged files are no error: [`Snapshot::damaged`] names them.
pub fn related(
    documents: &[Document],
    archive: &Snapshot,
    options: &CheckOptions,
    observer: &dyn Observer,
) -> Result<Vec<Document>> {
    observer.begin("archive", Some(documents.len() as u64));
    let own: std::collections::BTreeMap<&str, &str> = documents
        .iter()
        .map(|document| (document.id.as_str(), document.text.as_str()))
        .collect();
    let mut found = std::collections::BTreeMap::new();
    for document in documents {
        if observer.stopped() {
            return Err(Error::Interrupted);
        }
        let nearby = archive.near(&document.text, options.most_opened)?;
        for near in nearby.near {
            found.entry(near.place).or_insert(near.document);
        }
        observer.advance(1);
    }
    observer.end();
    let mut found: Vec<Document> = found
        .into_values()
        .filter(|document| own.get(document.id.as_str()) != Some(&document.text.as_str()))
        .collect();
    for document in &mut found {
        if own.contains_key(document.id.as_str()) {
            document.id.push_str("@archive");
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}
