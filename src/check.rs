//! The `check` job: one article against an archive. Whose text is this, what was done to it, and was credit given?
//!
//! ```text
//! archive.near --> segment --> passages --> versions (align, judge) --> attribute
//! ```
//!
//! Cheap measures come first and dear ones last: thousands of documents are met in tables, some hundred are compared by signature, a few
//! are read, fewer aligned, and the best judged ([`CheckOptions`] says how many).

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::align::sentences::{Match, align_sentences};
use crate::archive::{Near, Snapshot};
use crate::article::Article;
use crate::attribute::{Agencies, Member, Provenance, credit, known_agencies, promote};
use crate::error::{Error, Result};
use crate::model::{
    Checked, Cluster, DocId, Document, First, Found, OtherSource, Report, Segmented, Summary,
    Version,
};
use crate::observer::Observer;
use crate::options::CheckOptions;
use crate::passages::{Measured, summarise};
use crate::recount::{Switches, recount};
use crate::segment::{mark_known, segment};
use crate::versions::{Side, call_witnesses, used_sentences, version_of};
use crate::words::Words;

/// Documents that are aligned side by side, likeliest first; when none of them is a copy, no further one is looked at.
const WAVE: usize = 3;

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
    let nearby = archive.near(&article.text, options.most_opened)?;
    let segmented = segmented_of(&article)?;
    let analysed = Article::new(&article, &segmented);
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
    firsts.sort_by(|a, b| {
        let likelihood = |near: &Near| near.jaccard.max(near.overlap);
        likelihood(b)
            .total_cmp(&likelihood(a))
            .then(a.place.cmp(&b.place))
    });
    firsts.truncate(options.most_measured);
    let mut sources: Vec<Source> = Vec::new();
    let mut best_refused: Option<f32> = None;
    let mut left = firsts.into_iter();
    loop {
        if observer.stopped() {
            return Err(Error::Interrupted);
        }
        let wave: Vec<Near> = left.by_ref().take(WAVE).collect();
        let measured: Vec<(Source, bool)> = wave
            .into_par_iter()
            .map(|near| {
                let segmented = segmented_of(&near.document)?;
                let other = Article::new(&near.document, &segmented);
                let (a, b): (Vec<&Words>, Vec<&Words>) = (
                    other.words.iter().collect(),
                    analysed.words.iter().collect(),
                );
                let matches = align_sentences(&a, &b);
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
            } else if !source.measured.is_form() {
                let containment = source.measured.containment();
                best_refused = Some(best_refused.unwrap_or(0.0).max(containment));
            }
        }
        // Likelier ones were looked at, and none was a copy.
        if !any {
            break;
        }
    }
    rank(&mut sources, &Source::measured_shares);
    let matches = sources.len() as u64;
    let mut others: Vec<OtherSource> = Vec::new();
    let past = sources.split_off(sources.len().min(options.most_judged));
    for source in sources.iter().chain(&past) {
        let again = printed.get(&source.reading).into_iter().flatten();
        others.extend(again.map(|document| other(&article, document, &source.measured)));
    }
    for source in &past {
        others.push(other(&article, &source.document, &source.measured));
    }
    others.sort_by(|a, b| {
        b.containment_of_article
            .total_cmp(&a.containment_of_article)
            .then_with(|| a.id.cmp(&b.id))
    });

    let agencies = {
        let documents: Vec<&Document> = std::iter::once(&article)
            .chain(sources.iter().map(|source| &source.document))
            .collect();
        let parts: Vec<&Segmented> = std::iter::once(&segmented)
            .chain(sources.iter().map(|source| &source.segmented))
            .collect();
        known_agencies(
            &Agencies::extended(&options.matching.agencies),
            &documents,
            &parts,
        )
    };
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
    // What was measured with a higher bar for likeness is known better now.
    rank(&mut sources, &Source::judged_shares);
    let mut clusters = Vec::new();
    let mut found = Vec::new();
    for (at, source) in sources.iter_mut().enumerate() {
        let mut versions: Vec<Version> = source.version.take().into_iter().collect();
        let source = &*source;
        let from = source.side(at + 1);
        let source_attribution = credit(&source.document, &source.segmented, &agencies);
        let wire = source.document.outlet.as_deref();
        let wire = wire
            .map(|name| agencies.name_of(name).unwrap_or(name).to_owned())
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
        found.push(Found {
            first,
            article_with_furniture: all.copy.share().unwrap_or(0.0),
            source_with_furniture: all.source.share().unwrap_or(0.0),
            jaccard: source.jaccard,
        });
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
        clusters.push(Cluster {
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
        });
    }
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

/// The source of most of the article first; among those of as much (to a hundredth) the one that was used the most, then the
/// earliest.
fn rank(sources: &mut [Source], shares: &dyn Fn(&Source) -> (f32, f32)) {
    let hundredths =
        |(article, source): (f32, f32)| ((article * 100.0).round(), (source * 100.0).round());
    sources.sort_by(|a, b| {
        let time = |source: &Source| source.document.published_seconds.unwrap_or(i64::MAX);
        hundredths(shares(b))
            .partial_cmp(&hundredths(shares(a)))
            .unwrap_or(std::cmp::Ordering::Equal)
            .then(time(a).cmp(&time(b)))
            .then_with(|| a.document.id.cmp(&b.document.id))
    });
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
    said.push(format!(
        "{:.0} % of the article comes from it, {:.0} % of it was used",
        100.0 * version.containment_of_copy,
        100.0 * version.containment_of_source
    ));
    said
}

fn other(article: &Document, source: &Document, measured: &Measured) -> OtherSource {
    OtherSource {
        first: first(source, article),
        id: source.id.clone(),
        outlet: source.outlet.clone(),
        published_at: source.published_at.clone(),
        containment_of_article: measured.containment_of_second,
        containment_of_source: measured.containment_of_first,
    }
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
