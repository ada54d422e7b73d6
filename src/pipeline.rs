//! The order of stages; the only file that calls them all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use crate::article::Article;
use crate::attribute::{
    Agencies, Choice, Member, Provenance, Standing, choose_source, credit, known_agencies, promote,
};
use crate::contextual::Tagger;
use crate::judge;
use crate::model::{
    Attribution, AttributionKind, Cluster, Derivation, DocId, Document, PairVerdict, Problem,
    Report, Segmented, Span, Summary, Version,
};
use crate::observer::Observer;
use crate::options::TraceOptions;
use crate::pair::rewrites::{Candidate, candidates};
use crate::passages::{Measured, SHARED, align, measure, summarise};
use crate::segment::{mark_recurring, segment, segment_read};
use crate::stories::{Edge, members, stories};
use crate::union_find::UnionFind;
use crate::versions::{Side, call_witnesses, used_sentences, version, version_of};

/// Clusters up to this size have every pair measured for the choice of the source; larger ones use the pairs that met.
const ALL_PAIRS: usize = 12;
/// Members of a larger cluster that speak for all of them when its source is chosen. 6: with twice as many the same sources were chosen on
/// a generated heap of 10,000 documents.
const PANEL: usize = 6;
/// Overlap of two documents' words from which they may be near-exact reprints of each other, and how alike they must prove to be then:
/// share of either one's words that the other covers, and mean likeness of the sentences.
const MAY_REPRINT: f32 = 0.7;
const REPRINT: f32 = 0.9;
/// Other representatives that each one is measured against, unless these have fewer. 48: with all of them 6,000 versions of one story took
/// 22,000 looks, four times as many at every doubling.
const MOST_PARTNERS: u32 = 48;
/// Stands for the overlap of two documents that never met as a pair but lie in one cluster.
const OVERLAP_IN_A_CLUSTER: f32 = 0.4;

/// Traces wire copy through `documents`: clusters, sources, sentence by sentence findings.
///
/// `problems` are carried into the report. The result does not depend on the order of `documents` nor on the
/// number of threads. Stops early, with the clusters found so far left out, when the observer says so.
pub fn trace(
    mut documents: Vec<Document>,
    problems: Vec<Problem>,
    options: &TraceOptions,
    observer: &dyn Observer,
) -> Report {
    documents.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.origin.cmp(&b.origin)));
    observer.begin("segmenting", Some(documents.len() as u64));
    let (mut segmented, readings): (Vec<Segmented>, Vec<Vec<u64>>) = documents
        .par_iter()
        .map(|document| {
            observer.advance(1);
            segment_read(document, options.keep_furniture)
        })
        .unzip();
    if !options.keep_furniture {
        mark_recurring(&documents, &mut segmented, &readings);
    }
    drop(readings);
    observer.end();
    observer.begin("pairing", None);
    let pairs = candidates(&documents, &segmented, options.seed);
    observer.end();
    observer.begin("verifying", Some(pairs.len() as u64));
    let collection = Collection {
        documents: &documents,
        segmented: &segmented,
        options,
        observer,
        agencies: Agencies::extended(&options.agencies),
    };
    let parts = components(documents.len(), &pairs);
    let found: Vec<Found> = parts
        .par_iter()
        .with_max_len(1)
        .map(|part| collection.resolve(part))
        .collect();
    observer.end();

    let mut best_refused: Option<f32> = None;
    let mut matches = 0;
    let mut clusters = Vec::new();
    for part in found {
        best_refused = [best_refused, part.best_refused]
            .into_iter()
            .flatten()
            .reduce(f32::max);
        matches += part.matches;
        clusters.extend(part.clusters);
    }
    clusters.sort_by(|a, b| {
        b.versions
            .len()
            .cmp(&a.versions.len())
            .then(a.source.cmp(&b.source))
            .then_with(|| a.source_sentences.cmp(&b.source_sentences))
    });
    for (number, cluster) in (1..).zip(&mut clusters) {
        cluster.number = number;
    }
    let summary = Summary {
        documents: documents.len() as u64,
        paragraphs: segmented.iter().map(|s| s.paragraphs.len() as u64).sum(),
        sentences: segmented.iter().map(|s| s.sentences.len() as u64).sum(),
        candidates: pairs.len() as u64,
        matches,
        best_refused,
        asked: options.min_containment,
        lost: problems.iter().filter(|p| p.lost).count() as u64,
    };
    let main_cluster = main_clusters(documents.len(), &clusters, &segmented, &documents);
    Report {
        documents,
        segmented,
        clusters,
        main_cluster,
        summary,
        problems,
    }
}

/// Compares exactly two articles, `source` being the first: always one cluster, whatever they share. Where [`trace`] would not take the second for
/// a copy it is not derived, and there is no match.
pub fn compare(source: Document, copy: Document, options: &TraceOptions) -> Report {
    let documents = vec![source, copy];
    let segmented: Vec<Segmented> = documents
        .iter()
        .map(|d| segment(d, options.keep_furniture))
        .collect();
    let articles: Vec<Article> = documents
        .iter()
        .zip(&segmented)
        .map(|(d, s)| Article::new(d, s))
        .collect();
    let side = |k: usize| Side {
        id: doc_id(k),
        document: &documents[k],
        article: &articles[k],
    };
    let overlap = candidates(&documents, &segmented, options.seed)
        .first()
        .map_or(0.0, |pair| pair.overlap);
    let (mut found, refused) = version_beside(side(0), side(1), overlap, options);
    let agencies = known_agencies(
        &Agencies::extended(&options.agencies),
        &[&documents[0], &documents[1]],
        &[&segmented[0], &segmented[1]],
    );
    found.attribution = credit(&documents[1], &segmented[1], &agencies);
    let weakest = found
        .links
        .iter()
        .filter(|l| !l.copy.is_empty() && !l.source.is_empty())
        .map(|l| l.similarity)
        .reduce(f32::min)
        .unwrap_or(0.0);
    let mut versions = vec![found];
    let source_credit = credit(&documents[0], &segmented[0], &agencies);
    let credits = [source_credit.clone(), versions[0].attribution.clone()];
    let members: Vec<Member<'_>> = (0..2)
        .map(|k| {
            Member::new(
                doc_id(k),
                &documents[k],
                &articles[k],
                &credits[k],
                &agencies,
            )
        })
        .collect();
    let found = Provenance::of(&members, &mut versions);
    let mut source_evidence = vec!["it was named first".to_owned()];
    source_evidence.extend(found.doubts);
    let cluster = Cluster {
        number: 1,
        source: doc_id(0),
        source_attribution: source_credit,
        source_standing: found.standing,
        source_confidence: found.confidence,
        source_evidence,
        source_sentences: used_sentences(&versions),
        versions,
        descents: found.descents,
        ledger: found.ledger,
        corrections: found.corrections,
        weakest,
    };
    let summary = Summary {
        documents: 2,
        paragraphs: segmented.iter().map(|s| s.paragraphs.len() as u64).sum(),
        sentences: segmented.iter().map(|s| s.sentences.len() as u64).sum(),
        candidates: 1,
        matches: u64::from(refused.is_none()),
        best_refused: refused,
        asked: options.min_containment,
        lost: 0,
    };
    Report {
        main_cluster: vec![Some(0), Some(0)],
        documents,
        segmented,
        clusters: vec![cluster],
        summary,
        problems: Vec::new(),
    }
}

/// The version that `copy` makes of `source`, of which nothing is known but what they share; and how far they are alike where that makes none of them a
/// copy, as far as `options` ask: the higher of their containments. Two reports of one event say many things alike, so that then only
/// passages answer each other that independent texts do not share ([`SHARED`]), the version is not derived, and what differs is no change. Texts shorter than
/// what `options` ask for are taken as they are: they can be no copies by that measure.
fn version_beside(
    source: Side<'_>,
    copy: Side<'_>,
    overlap: f32,
    options: &TraceOptions,
) -> (Version, Option<f32>) {
    let mut matches = align(source.article, copy.article);
    let measured = summarise(source.article, copy.article, &matches);
    let shorter = source.article.length().min(copy.article.length());
    let refused = shorter >= options.min_words && !measured.is_copy(options, overlap, shorter);
    if refused {
        matches.retain(|found| found.similarity >= SHARED);
    }
    let mut version = version_of(source, copy, &matches, options.model.as_deref());
    if refused {
        version.derivation = Derivation::NonDerived;
        version.independent = true;
        // Where nothing was taken over, nothing was changed.
        for link in &mut version.links {
            link.drifts.clear();
        }
    }
    (version, refused.then(|| measured.containment()))
}

/// Judges one sentence (or short passage) against its reference. Pure: no state between calls.
pub fn judge_pair(reference: &str, hypothesis: &str) -> PairVerdict {
    judge_pair_with(reference, hypothesis, None)
}

/// [`judge_pair`]; with a model, doubtful pairs are read again by it.
pub fn judge_pair_with(reference: &str, hypothesis: &str, model: Option<&Tagger>) -> PairVerdict {
    let whole = |text: &str| Span::new(0, text.len());
    let (relation, drifts, drift_score) = judge::judge_with(
        reference,
        whole(reference),
        hypothesis,
        whole(hypothesis),
        model,
    );
    PairVerdict {
        relation,
        drift_score,
        drifts,
    }
}

fn doc_id(index: usize) -> DocId {
    DocId::new(index).expect("the reader refuses more documents than there are ids")
}

/// Groups of documents that candidates connect, each with its candidates; ordered by their first document.
fn components(documents: usize, pairs: &[Candidate]) -> Vec<Vec<Candidate>> {
    let mut parts = UnionFind::new(documents);
    for pair in pairs {
        parts.join(pair.first as usize, pair.second as usize);
    }
    let mut groups: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for &pair in pairs {
        groups
            .entry(parts.root(pair.first as usize))
            .or_default()
            .push(pair);
    }
    groups.into_values().collect()
}

/// What one component gave.
struct Found {
    clusters: Vec<Cluster>,
    matches: u64,
    best_refused: Option<f32>,
}

struct Collection<'a> {
    documents: &'a [Document],
    segmented: &'a [Segmented],
    options: &'a TraceOptions,
    observer: &'a dyn Observer,
    agencies: Agencies,
}

/// The articles of a component, analysed when first asked for.
struct Articles<'a> {
    collection: &'a Collection<'a>,
    analysed: BTreeMap<u32, OnceLock<Article>>,
    /// What two prints share, where other documents of the component have one of them too: each reprint meets whom the first one met.
    reprinted: AHashSet<u64>,
    known: Mutex<AHashMap<(u64, u64), Measured>>,
}

impl<'a> Articles<'a> {
    fn new(collection: &'a Collection<'a>, pairs: &[Candidate]) -> Self {
        let mut articles = Self {
            collection,
            analysed: pairs
                .iter()
                .flat_map(|c| [c.first, c.second])
                .map(|d| (d, OnceLock::new()))
                .collect(),
            reprinted: AHashSet::new(),
            known: Mutex::default(),
        };
        // Two documents have nothing to be met again.
        if articles.analysed.len() > 2 {
            let documents: Vec<u32> = articles.analysed.keys().copied().collect();
            // Once the run is to stop nothing more is analysed; what is found then is thrown away.
            let print = |&document: &u32| {
                let goes_on = !collection.observer.stopped();
                goes_on.then(|| articles.get(document).print)
            };
            let mut prints: Vec<u64> = documents.par_iter().filter_map(print).collect();
            prints.sort_unstable();
            let again = prints.windows(2).filter(|two| two[0] == two[1]);
            articles.reprinted = again.map(|two| two[0]).collect();
        }
        articles
    }

    /// [`measure`] of two documents.
    fn measure(&self, first: u32, second: u32) -> Measured {
        let (one, other) = (self.get(first), self.get(second));
        let prints = (one.print, other.print);
        if !self.reprinted.contains(&prints.0) && !self.reprinted.contains(&prints.1) {
            return measure(one, other);
        }
        if let Some(known) = self.known().get(&prints) {
            return known.clone();
        }
        let measured = measure(one, other);
        self.known().insert(prints, measured.clone());
        measured
    }

    fn known(&self) -> MutexGuard<'_, AHashMap<(u64, u64), Measured>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, document: u32) -> &Article {
        let at = document as usize;
        self.analysed[&document].get_or_init(|| {
            Article::new(
                &self.collection.documents[at],
                &self.collection.segmented[at],
            )
        })
    }

    fn shorter(&self, first: u32, second: u32) -> u32 {
        self.get(first).length().min(self.get(second).length())
    }

    fn side(&self, document: u32) -> Side<'_> {
        Side {
            id: doc_id(document as usize),
            document: &self.collection.documents[document as usize],
            article: self.get(document),
        }
    }
}

impl Collection<'_> {
    fn accepts(&self, measured: &Measured, overlap: f32, shorter: u32) -> bool {
        measured.is_copy(self.options, overlap, shorter)
    }

    /// Verifies the candidates of a component and makes clusters of what holds.
    fn resolve(&self, pairs: &[Candidate]) -> Found {
        let articles = Articles::new(self, pairs);
        let mut found = Found {
            clusters: Vec::new(),
            matches: 0,
            best_refused: None,
        };
        let pairs = self.representative(&articles, pairs);
        // A component can hold most of a collection, so its pairs are measured side by side, in order.
        let measured: Vec<Option<(Candidate, Measured)>> = pairs
            .into_par_iter()
            .map(|(pair, measured)| {
                if self.observer.stopped() {
                    return None;
                }
                let measured =
                    measured.unwrap_or_else(|| articles.measure(pair.first, pair.second));
                self.observer.advance(1);
                Some((pair, measured))
            })
            .collect();
        let mut edges = Vec::new();
        for measured in measured {
            let Some((
                Candidate {
                    first,
                    second,
                    overlap,
                },
                measured,
            )) = measured
            else {
                return found;
            };
            if self.accepts(&measured, overlap, articles.shorter(first, second)) {
                edges.push(Edge {
                    first,
                    second,
                    measured,
                });
            } else if !measured.is_form() && !measured.is_chance() {
                found.best_refused = Some(
                    found
                        .best_refused
                        .unwrap_or(0.0)
                        .max(measured.containment()),
                );
            }
        }
        found.matches = edges.len() as u64;
        let groups = stories(&edges);
        let passages: Vec<Vec<(u32, Vec<u32>)>> =
            groups.iter().map(|g| members(&edges, g)).collect();
        // Documents that several stories use: of the others no sentence is another story's.
        let mut used: Vec<u32> = passages.iter().flatten().map(|(d, _)| *d).collect();
        used.sort_unstable();
        let shared: BTreeSet<u32> = used
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() > 1)
            .map(|same| same[0])
            .collect();
        // Sentences of theirs that any story claims.
        let claimed: BTreeSet<(u32, u32)> = passages
            .iter()
            .flatten()
            .filter(|(d, _)| shared.contains(d))
            .flat_map(|(d, list)| list.iter().map(move |&s| (*d, s)))
            .collect();
        for (k, group) in groups.iter().enumerate() {
            let own = &passages[k];
            let is_own = |document: u32, sentence: u32| {
                own.binary_search_by_key(&document, |(d, _)| *d)
                    .is_ok_and(|at| own[at].1.binary_search(&sentence).is_ok())
            };
            let foreign = |document: u32, sentence: usize| {
                let at = u32::try_from(sentence).unwrap_or(u32::MAX);
                claimed.contains(&(document, at)) && !is_own(document, at)
            };
            let mut left: Vec<Edge> = group.iter().map(|&e| edges[e].clone()).collect();
            while !left.is_empty() {
                if self.observer.stopped() {
                    return found;
                }
                let (cluster, rest) = self.cluster(&articles, left, &foreign);
                found.clusters.extend(cluster);
                left = rest;
            }
        }
        found
    }

    /// The candidates of a component that are to be measured, ascending, with what was measured already.
    ///
    /// In a large component most documents are near-exact reprints of one another, and what one of them shares with a third document
    /// the others do too. So each is measured against one representative of its kind, and only representatives against each other.
    /// Representatives are found like a maximal independent set, in rounds (Luby 1986): documents whose number, shuffled, is the lowest
    /// among those that may be their reprints.
    fn representative(
        &self,
        articles: &Articles<'_>,
        pairs: &[Candidate],
    ) -> Vec<(Candidate, Option<Measured>)> {
        if articles.analysed.len() <= ALL_PAIRS {
            return pairs.iter().map(|&pair| (pair, None)).collect();
        }
        let documents: Vec<u32> = articles.analysed.keys().copied().collect();
        let place = |document: u32| {
            documents
                .binary_search(&document)
                .expect("every document of a pair is one of the component's")
        };
        let rank = |at: usize| (shuffled(documents[at]), documents[at]);
        // For each document those that may be its reprints, with the candidate that says so.
        let mut alike: Vec<Vec<(usize, usize)>> = vec![Vec::new(); documents.len()];
        for (at, pair) in pairs.iter().enumerate() {
            if pair.overlap >= MAY_REPRINT {
                let (a, b) = (place(pair.first), place(pair.second));
                alike[a].push((b, at));
                alike[b].push((a, at));
            }
        }
        let mut stands_for: Vec<Option<usize>> = vec![None; documents.len()];
        let mut known: Vec<Option<Measured>> = vec![None; pairs.len()];
        let mut open: Vec<usize> = (0..documents.len()).collect();
        while !open.is_empty() && !self.observer.stopped() {
            let chosen: Vec<usize> = open
                .iter()
                .copied()
                .filter(|&at| {
                    alike[at]
                        .iter()
                        .all(|&(other, _)| stands_for[other].is_some() || rank(at) < rank(other))
                })
                .collect();
            for &at in &chosen {
                stands_for[at] = Some(at);
            }
            open.retain(|&at| stands_for[at].is_none());
            // Each that is left against the first of the new representatives that it may be a reprint of.
            let asked: Vec<(usize, usize, usize)> = open
                .iter()
                .filter_map(|&at| {
                    let (with, pair) = alike[at]
                        .iter()
                        .copied()
                        .filter(|&(other, pair)| {
                            stands_for[other] == Some(other) && known[pair].is_none()
                        })
                        .min_by_key(|&(other, _)| rank(other))?;
                    Some((at, with, pair))
                })
                .collect();
            let measured: Vec<Measured> = asked
                .par_iter()
                .map(|&(_, _, pair)| articles.measure(pairs[pair].first, pairs[pair].second))
                .collect();
            for ((at, with, pair), measured) in asked.into_iter().zip(measured) {
                let both = measured
                    .containment_of_first
                    .min(measured.containment_of_second);
                if both >= REPRINT && measured.similarity >= REPRINT && !measured.is_form() {
                    stands_for[at] = Some(with);
                }
                known[pair] = Some(measured);
            }
            open.retain(|&at| stands_for[at].is_none());
        }
        let representative = |document: u32| {
            let at = place(document);
            documents[stands_for[at].unwrap_or(at)]
        };
        let mut wanted: BTreeMap<(u32, u32), (Candidate, Option<Measured>)> = BTreeMap::new();
        for (&pair, known) in pairs.iter().zip(&mut known) {
            if known.is_some() {
                wanted.insert((pair.first, pair.second), (pair, known.take()));
                continue;
            }
            let (a, b) = (representative(pair.first), representative(pair.second));
            if a == b {
                continue;
            }
            let (first, second) = (a.min(b), a.max(b));
            let met = Candidate {
                first,
                second,
                overlap: pair.overlap,
            };
            let (kept, _) = wanted.entry((first, second)).or_insert((met, None));
            kept.overlap = kept.overlap.max(pair.overlap);
        }
        // Of thousands of representatives of one story each met hundreds of others. The closest of them keep it where it belongs.
        let mut closest: Vec<Candidate> = wanted
            .values()
            .filter(|(_, known)| known.is_none())
            .map(|&(pair, _)| pair)
            .collect();
        closest.sort_by(|a, b| {
            let overlap = b.overlap.total_cmp(&a.overlap);
            overlap.then((a.first, a.second).cmp(&(b.first, b.second)))
        });
        let mut partners = vec![0; documents.len()];
        for pair in closest {
            let (a, b) = (place(pair.first), place(pair.second));
            if partners[a].min(partners[b]) >= MOST_PARTNERS {
                wanted.remove(&(pair.first, pair.second));
            } else {
                partners[a] += 1;
                partners[b] += 1;
            }
        }
        wanted.into_values().collect()
    }

    /// One cluster of the matches, and the matches among the members that do not match its source.
    fn cluster(
        &self,
        articles: &Articles<'_>,
        mut edges: Vec<Edge>,
        foreign: &(dyn Fn(u32, usize) -> bool + Sync),
    ) -> (Option<Cluster>, Vec<Edge>) {
        let everything: Vec<usize> = (0..edges.len()).collect();
        let passages = members(&edges, &everything);
        if passages.len() <= ALL_PAIRS {
            for (k, (a, _)) in passages.iter().enumerate() {
                for (b, _) in &passages[k + 1..] {
                    if !edges.iter().any(|e| (e.first, e.second) == (*a, *b)) {
                        let measured = articles.measure(*a, *b);
                        if self.accepts(&measured, OVERLAP_IN_A_CLUSTER, articles.shorter(*a, *b)) {
                            edges.push(Edge {
                                first: *a,
                                second: *b,
                                measured,
                            });
                        }
                    }
                }
            }
        }
        let documents: Vec<&Document> = passages
            .iter()
            .map(|(d, _)| &self.documents[*d as usize])
            .collect();
        let segmented: Vec<&Segmented> = passages
            .iter()
            .map(|(d, _)| &self.segmented[*d as usize])
            .collect();
        let agencies = known_agencies(&self.agencies, &documents, &segmented);
        let credits: Vec<Attribution> = documents
            .iter()
            .zip(&segmented)
            .map(|(d, s)| credit(d, s, &agencies))
            .collect();
        // In a large cluster a few members, taken at random, speak for all.
        let mut panel: Vec<u32> = passages.iter().map(|(d, _)| *d).collect();
        if passages.len() > ALL_PAIRS {
            panel.sort_by_key(|&document| (shuffled(document), document));
            panel.truncate(PANEL);
            panel.sort_unstable();
            self.join_all(articles, &passages, &panel, &mut edges);
        }
        let choice = self.choose(articles, &passages, &edges, &panel, &agencies, &credits);
        let source = passages[choice.index].0;
        if passages.len() > ALL_PAIRS {
            self.join_all(articles, &passages, &[source], &mut edges);
        }
        let joined: Vec<u32> = edges
            .iter()
            .filter(|e| e.first == source || e.second == source)
            .map(|e| if e.first == source { e.second } else { e.first })
            .collect();
        let copies: Vec<Side<'_>> = joined
            .iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|&d| articles.side(d))
            .collect();
        let from = articles.side(source);
        let mut versions: Vec<Version> = copies
            .par_iter()
            .map(|copy| {
                version(
                    from,
                    *copy,
                    &|sentence| foreign(source, sentence),
                    self.options.model.as_deref(),
                )
            })
            .collect();
        call_witnesses(from, &copies, &mut versions);
        let outlet = from.document.outlet.as_deref();
        let wire = outlet
            .map(|name| agencies.of_outlet(name).unwrap_or(name).to_owned())
            .or_else(|| credits[choice.index].agency.clone());
        for version in &mut versions {
            let at = passages.binary_search_by_key(&version.document, |(d, _)| doc_id(*d as usize));
            version.attribution = at.map(|k| credits[k].clone()).unwrap_or_default();
            if let Some(agency) = &wire {
                promote(&mut version.attribution, agency);
            }
        }
        versions.sort_by(|a, b| {
            (
                b.shares.verbatim + b.shares.minor_edit,
                b.containment_of_copy,
            )
                .partial_cmp(&(
                    a.shares.verbatim + a.shares.minor_edit,
                    a.containment_of_copy,
                ))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then(a.document.cmp(&b.document))
        });
        let weakest = edges
            .iter()
            .filter(|e| e.first == source || e.second == source)
            .map(|e| e.measured.containment())
            .reduce(f32::min)
            .unwrap_or(0.0);
        let placed: BTreeSet<u32> = joined.iter().copied().chain([source]).collect();
        let rest: Vec<Edge> = edges
            .into_iter()
            .filter(|e| !placed.contains(&e.first) && !placed.contains(&e.second))
            .collect();
        let mut members = vec![self.member(articles, source, &credits[choice.index], &agencies)];
        let given: Vec<(u32, Attribution)> = versions
            .iter()
            .map(|v| {
                let at = u32::try_from(v.document.index()).unwrap_or(u32::MAX);
                (at, v.attribution.clone())
            })
            .collect();
        members.extend(
            given
                .iter()
                .map(|(at, credit)| self.member(articles, *at, credit, &agencies)),
        );
        let found = Provenance::of(&members, &mut versions);
        let mut source_evidence = choice.evidence;
        source_evidence.extend(found.doubts);
        let cluster = Cluster {
            number: 0,
            source: from.id,
            source_attribution: credits[choice.index].clone(),
            source_standing: found.standing,
            source_confidence: found.confidence,
            source_evidence,
            source_sentences: used_sentences(&versions),
            versions,
            descents: found.descents,
            ledger: found.ledger,
            corrections: found.corrections,
            weakest,
        };
        (Some(cluster), rest)
    }

    fn member<'c>(
        &'c self,
        articles: &'c Articles<'_>,
        document: u32,
        credit: &'c Attribution,
        agencies: &'c Agencies,
    ) -> Member<'c> {
        let at = document as usize;
        let article = articles.get(document);
        Member::new(doc_id(at), &self.documents[at], article, credit, agencies)
    }

    /// Measures some members of a large cluster against all that they never met: most were measured against one representative only,
    /// and long buckets link their members in a chain, so that two copies of one text need not have been a pair.
    fn join_all(
        &self,
        articles: &Articles<'_>,
        passages: &[(u32, Vec<u32>)],
        some: &[u32],
        edges: &mut Vec<Edge>,
    ) {
        let met: BTreeSet<(u32, u32)> = edges.iter().map(|e| (e.first, e.second)).collect();
        let wanted: BTreeSet<(u32, u32)> = some
            .iter()
            .flat_map(|&one| {
                passages
                    .iter()
                    .map(move |&(other, _)| (one.min(other), one.max(other)))
            })
            .filter(|pair| pair.0 != pair.1 && !met.contains(pair))
            .collect();
        let more: Vec<Edge> = wanted
            .into_par_iter()
            .filter_map(|(first, second)| {
                let measured = articles.measure(first, second);
                self.accepts(
                    &measured,
                    OVERLAP_IN_A_CLUSTER,
                    articles.shorter(first, second),
                )
                .then_some(Edge {
                    first,
                    second,
                    measured,
                })
            })
            .collect();
        edges.extend(more);
    }

    /// Chooses the source by what each document shares with the documents of `panel`, ascending.
    fn choose(
        &self,
        articles: &Articles<'_>,
        passages: &[(u32, Vec<u32>)],
        edges: &[Edge],
        panel: &[u32],
        agencies: &Agencies,
        credits: &[Attribution],
    ) -> Choice {
        let words = |document: u32, list: &[u32]| -> f32 {
            let article = articles.get(document);
            list.iter()
                .map(|&k| article.lengths[k as usize])
                .sum::<u32>() as f32
        };
        let place = |document: u32| passages.binary_search_by_key(&document, |(d, _)| *d);
        let passage_words: Vec<f32> = passages.iter().map(|(d, list)| words(*d, list)).collect();
        // For each document its matches with members of the panel.
        let mut matches: Vec<Vec<&Edge>> = vec![Vec::new(); passages.len()];
        for edge in edges {
            for (one, other) in [(edge.first, edge.second), (edge.second, edge.first)] {
                if panel.binary_search(&other).is_ok()
                    && let Ok(at) = place(one)
                {
                    matches[at].push(edge);
                }
            }
        }
        let names_of: Vec<BTreeSet<&str>> = credits.iter().map(named).collect();
        let mut times_named: BTreeMap<&str, usize> = BTreeMap::new();
        for name in names_of.iter().flatten() {
            *times_named.entry(name).or_insert(0) += 1;
        }
        let standings: Vec<Standing> = passages
            .iter()
            .enumerate()
            .map(|(k, (document, _))| {
                let asked = panel.len() - usize::from(panel.binary_search(document).is_ok());
                let others = asked.max(1) as f32;
                let (mut covers, mut covered, mut likeness, mut met) = (0.0, 0.0, 0.0, 0.0_f32);
                for edge in &matches[k] {
                    let (mine, other, theirs) = if edge.first == *document {
                        (&edge.measured.first, edge.second, &edge.measured.second)
                    } else {
                        (&edge.measured.second, edge.first, &edge.measured.first)
                    };
                    let of_other = place(other).map_or(0.0, |at| passage_words[at]);
                    covers += (words(other, theirs) / of_other.max(1.0)).min(1.0);
                    covered += (words(*document, mine) / passage_words[k].max(1.0)).min(1.0);
                    likeness += edge.measured.similarity;
                    met += 1.0;
                }
                let document_read = &self.documents[*document as usize];
                let outlet = document_read.outlet.as_deref();
                let outlet_agency = outlet.and_then(|o| agencies.of_outlet(o));
                let own_credit = credits[k].agency.as_deref();
                let named_by = outlet.map_or(0, |outlet| {
                    let known = agencies.of_outlet(outlet).unwrap_or(outlet);
                    times_named.get(known).copied().unwrap_or(0)
                        - usize::from(names_of[k].contains(known))
                });
                Standing {
                    covers_others: covers / others,
                    covered_by_others: covered / others,
                    likeness: if met > 0.0 { likeness / met } else { 0.0 },
                    is_agency: outlet_agency.is_some()
                        && (own_credit.is_none() || own_credit == outlet_agency),
                    credits_another: matches!(
                        credits[k].kind,
                        AttributionKind::Dateline
                            | AttributionKind::CreditLine
                            | AttributionKind::Inline
                    ) && own_credit.is_some()
                        && own_credit != outlet_agency,
                    named_by,
                    published: document_read.published_seconds,
                    words: articles.get(*document).length(),
                }
            })
            .collect();
        choose_source(&standings)
    }
}

/// The agencies that a text names as its sources; what a page's metadata say is nobody's word.
fn named(credit: &Attribution) -> BTreeSet<&str> {
    if credit.kind == AttributionKind::Metadata {
        return BTreeSet::new();
    }
    let agencies = credit.agency.iter().flat_map(|a| a.split(", "));
    let cited = credit.cited.iter().map(|cited| cited.agency.as_str());
    agencies.chain(cited).collect()
}

/// A document's number, shuffled: an order that has nothing to do with names and dates (finaliser of MurmurHash3, Appleby 2011).
fn shuffled(document: u32) -> u32 {
    let mut x = document;
    x = (x ^ x >> 16).wrapping_mul(0x85eb_ca6b);
    x = (x ^ x >> 13).wrapping_mul(0xc2b2_ae35);
    x ^ x >> 16
}

/// For each document the cluster that the most of its words belong to.
fn main_clusters(
    documents: usize,
    clusters: &[Cluster],
    segmented: &[Segmented],
    texts: &[Document],
) -> Vec<Option<u32>> {
    // Most documents have one cluster, and nothing of theirs need be counted.
    let mut shared = vec![0_u8; documents];
    for cluster in clusters {
        let versions = cluster.versions.iter().map(|version| version.document);
        for document in versions.chain([cluster.source]) {
            let count = &mut shared[document.index()];
            *count = count.saturating_add(1);
        }
    }
    let mut best: Vec<Option<(u32, u32)>> = vec![None; documents];
    for (k, cluster) in (0_u32..).zip(clusters) {
        let mut offer = |document: DocId, sentences: &mut dyn FnMut() -> BTreeSet<u32>| {
            let at = document.index();
            if shared[at] == 1 {
                best[at] = Some((0, k));
                return;
            }
            let words = sentences()
                .iter()
                .map(|&n| {
                    crate::article::count_words(
                        &texts[at].text,
                        segmented[at].sentences[n as usize].span,
                    )
                })
                .sum();
            if best[at].is_none_or(|(most, _)| words > most) {
                best[at] = Some((words, k));
            }
        };
        offer(cluster.source, &mut || {
            cluster.source_sentences.iter().copied().collect()
        });
        for version in &cluster.versions {
            let links = || version.links.iter().filter(|l| !l.source.is_empty());
            offer(version.document, &mut || {
                links().flat_map(|l| l.copy.iter().copied()).collect()
            });
        }
    }
    best.into_iter().map(|b| b.map(|(_, k)| k)).collect()
}
