//! Which documents of an archive may share text with one that is asked about.
//!
//! Copies meet by fingerprints: every shingle of the article is looked up among the smallest shingles of the archive's documents, so
//! that a passage is found whichever of the two texts is the longer. Retold articles meet by words: the article's rarest words
//! (names, figures) among the rarest of each document. What has the most in common, rare things weighing more, is opened.

use std::ops::Range;
use std::sync::Arc;

use ahash::AHashMap;
use rayon::prelude::*;

use super::distinct::Distinct;
use super::runs::{Runs, length};
use super::segment::{Entry, Segment};
use super::snapshot::{Place, Snapshot};
use crate::error::Result;
use crate::model::Document;
use crate::sign::{Signer, jaccard};
use crate::simd::{self, SLOTS};
use crate::text::words::splitmix;

/// The article's rarest words that are looked up. 64, twice what a document is found by: of the words of a retold article half
/// are others.
const WORDS: usize = 64;
/// Documents of an archive of which the rarest words alone are looked up.
const SMALL: u64 = 4096;
/// A word that more documents than this have is not looked up.
const MOST_DOCUMENTS: f32 = 8192.0;
/// Least number of rare words in common, where there is no common fingerprint: of the weight of the least rare of [`WORDS`].
const LEAST_WORDS: f32 = 3.0;
/// Shingles from here on are not looked up. An eighth of all are smaller: a document of 64 shingles and more has its eight fingerprints
/// there, a shorter one some of them, and words too.
const LARGEST: u64 = u64::MAX / 8;
/// Documents that the rarest words may bring, all together: what the time of a search with common words is bounded by.
const MOST_MET: f32 = 32_768.0;
/// Documents whose signatures are compared. 128: each is a page of the disk that may have to be read.
const MOST_COMPARED: usize = 128;
/// Estimated Jaccard similarity of 5-word shingles from which a document is a printing of the same text.
const PRINTING: f32 = 0.5;
/// Of the documents that are opened, those that are there because they are the earliest printings.
const EARLIEST: usize = 4;
/// Least share of the weight of the smaller vocabulary in common, as in `trace`.
const LEAST_OVERLAP: f32 = 0.16;
/// Least share of the smaller vocabulary, every word counting the same, where shingles are shared, as in `trace`.
const LEAST_PLAIN_OVERLAP: f32 = 0.40;
/// Documents that a smaller archive is taken to have, as in `trace`.
const LEAST_COLLECTION: f32 = 100.0;

/// A document that may share text with the article.
#[derive(Clone, Debug)]
pub struct Near {
    /// Where it lies.
    pub place: Place,
    /// The document.
    pub document: Document,
    /// Share of the smaller vocabulary that both have, words weighted by how few documents have them, `0..=1`.
    pub overlap: f32,
    /// Share of the article's vocabulary that it has, weighted alike, `0..=1`.
    pub vocabulary: f32,
    /// Share of its own vocabulary that the article has, weighted alike, `0..=1`.
    pub vocabulary_of_source: f32,
    /// Estimated Jaccard similarity of 5-word shingles, `0..=1`.
    pub jaccard: f32,
    /// Its words.
    pub words: u32,
    /// The article's words in runs of five that it has too, by number; ascending and apart.
    pub runs: Vec<Range<u32>>,
    /// Share of the article's words in these runs, `0..=1`.
    pub runs_of_article: f32,
    /// Share of its own words in runs that the article has, `0..=1`.
    pub runs_of_source: f32,
    /// Hash of its words in order: documents of equal ones read the same, case and punctuation aside.
    pub reading: u64,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Nearby {
    /// Likeliest first.
    pub near: Vec<Near>,
    /// Words of the article.
    pub words: u32,
    /// Documents that had anything in common with the article.
    pub met: u64,
    /// Of these, printings of the same text (Jaccard similarity about 0.5 and more), opened or not.
    pub printings: u64,
}

/// A document that was met, before it is opened.
#[derive(Clone, Copy)]
struct Met {
    place: Place,
    score: f32,
}

/// What is known of the article that is asked about.
struct Asked {
    /// Its words with their weights.
    words: AHashMap<u32, f32>,
    runs: Runs,
}

/// What the vocabularies of an article and a document have in common; see [`Near`].
struct Overlap {
    overlap: f32,
    /// Share of the smaller one, every word counting the same.
    plain: f32,
    vocabulary: f32,
    vocabulary_of_source: f32,
}

/// A document that is to be read.
struct Chosen {
    place: Place,
    entry: Entry,
    jaccard: f32,
}

/// Reads one document after another; buffers are used again.
struct Reader {
    signer: Signer,
    distinct: Distinct,
    runs: Runs,
}

impl Reader {
    /// What `document` has in common with the article, when that is enough to be looked at.
    fn compare(
        &mut self,
        snapshot: &Snapshot,
        asked: &Asked,
        chosen: &Chosen,
        document: Document,
    ) -> Result<Option<Near>> {
        self.signer.read(document.text.as_bytes());
        let shingles = self.signer.shingles();
        let other = self.distinct.words(shingles.words().hashes());
        let Overlap {
            overlap,
            plain,
            vocabulary,
            vocabulary_of_source,
        } = snapshot.overlap(&asked.words, &other)?;
        let jaccard = chosen.jaccard;
        // Among few documents every word of a story looks frequent, and a retold one like no other: all are worth a look.
        let promising = (snapshot.documents() as f32) < LEAST_COLLECTION
            || overlap >= LEAST_OVERLAP
            || (jaccard > 0.02 && plain >= LEAST_PLAIN_OVERLAP)
            || jaccard >= PRINTING;
        if !promising {
            return Ok(None);
        }
        self.runs.read(shingles);
        let (runs, of_source) = asked.runs.shared(&self.runs);
        let share = |words: u32, all: u32| words as f32 / all.max(1) as f32;
        Ok(Some(Near {
            place: chosen.place,
            overlap,
            vocabulary,
            vocabulary_of_source,
            jaccard,
            words: self.runs.words(),
            runs_of_article: share(length(&runs), asked.runs.words()),
            runs_of_source: share(of_source, self.runs.words()),
            runs,
            reading: reading(shingles.words().hashes()),
            document,
        }))
    }
}

impl Snapshot {
    /// The documents that may share text with `text`, at most `open` of them read. The time grows with the article, with the number of
    /// segments and with `open`, and hardly with the size of the archive: lists are bounded.
    ///
    /// # Errors
    /// None for damaged files, which are left out and named by [`damaged`](Self::damaged).
    pub fn near(&self, text: &str, open: usize) -> Result<Nearby> {
        let mut signer = Signer::new(self.seed(), self.level());
        let mut slots = [0; SLOTS];
        signer.sign(text.as_bytes(), false, &mut slots);
        // A document's fingerprints are its smallest shingles: a large one is nobody's.
        let mut shingles: Vec<u32> = signer
            .shingles()
            .hashes()
            .iter()
            .filter(|&&shingle| shingle < LARGEST)
            .map(|&shingle| u32::try_from(shingle & u64::from(u32::MAX)).expect("32 bits remain"))
            .collect();
        shingles.sort_unstable();
        shingles.dedup();
        let mut distinct = Distinct::default();
        let vocabulary = distinct.words(signer.shingles().words().hashes());
        for (_, segment) in self.segments() {
            segment.will_count(&vocabulary, &shingles);
        }
        let weights = self.weights(&vocabulary)?;
        let mut counted: Vec<(f32, u32, f32)> = weights
            .iter()
            .zip(&vocabulary)
            // A word that no document has finds none; counts are never too low.
            .filter(|((_, documents), _)| *documents > 0.0 && *documents <= MOST_DOCUMENTS)
            .map(|((weight, documents), word)| (*weight, *word, *documents))
            .collect();
        counted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let least = counted.get(WORDS - 1).or(counted.last());
        let least = LEAST_WORDS * least.map_or(1.0, |(weight, _, _)| *weight);
        // In a small archive what is rarest may be in one other document by chance, and the names of a story in all of it: every word is
        // looked up, for each counts by its weight.
        if self.documents() >= SMALL {
            counted.truncate(WORDS);
        }
        let mut sum = 0.0;
        let rare: Vec<(f32, u32)> = counted
            .into_iter()
            .take_while(|(_, _, documents)| {
                sum += documents;
                sum <= MOST_MET
            })
            .map(|(weight, word, _)| (weight, word))
            .collect();

        let segments: Vec<(u32, &Arc<Segment>)> = self.segments().collect();
        for (_, segment) in &segments {
            segment.will_meet(&shingles, &rare);
        }
        for (_, segment) in &segments {
            segment.will_meet_words(&rare);
        }
        let met: Vec<Vec<Met>> = segments
            .par_iter()
            .map(|&(number, segment)| {
                let found = meet(self, number, segment, &shingles, &rare, least);
                Ok(self.or_aside(found)?.unwrap_or_default())
            })
            .collect::<Result<_>>()?;
        let mut met: Vec<Met> = met.into_iter().flatten().collect();
        let total = met.len() as u64;
        met.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
        met.truncate(MOST_COMPARED);
        let (chosen, printings) = self.choose(&met, &slots, open)?;

        let asked = Asked {
            words: vocabulary
                .iter()
                .zip(&weights)
                .map(|(&word, &(weight, _))| (word, weight))
                .collect(),
            runs: {
                let mut runs = Runs::default();
                runs.read(signer.shingles());
                runs
            },
        };
        // Documents of one block are read together: it is decompressed once.
        let mut blocks: Vec<((u32, u32), Vec<Chosen>)> = Vec::new();
        for one in chosen {
            let block = (one.place.segment, one.entry.block);
            match blocks.iter_mut().find(|(number, _)| *number == block) {
                Some((_, documents)) => documents.push(one),
                None => blocks.push((block, vec![one])),
            }
        }
        for (number, segment) in &segments {
            segment.will_find(blocks_of(&blocks, *number));
        }
        for (number, segment) in &segments {
            segment.will_read(blocks_of(&blocks, *number));
        }
        let new = || Reader {
            signer: Signer::new(self.seed(), self.level()),
            distinct: Distinct::default(),
            runs: Runs::default(),
        };
        let read: Vec<Vec<Near>> = blocks
            .into_par_iter()
            .map_init(new, |reader, ((segment, block), documents)| {
                let Some(segment) = self.segment(segment) else {
                    return Ok(Vec::new());
                };
                let Some(block) = self.or_aside(segment.block(block))? else {
                    return Ok(Vec::new());
                };
                let mut near = Vec::new();
                for chosen in documents {
                    let document = segment.decode(&chosen.entry, &block);
                    let Some(document) = self.or_aside(document)? else {
                        continue;
                    };
                    let found = reader.compare(self, &asked, &chosen, document);
                    near.extend(self.or_aside(found)?.flatten());
                }
                Ok(near)
            })
            .collect::<Result<_>>()?;
        let mut near: Vec<Near> = read.into_iter().flatten().collect();
        near.sort_by(|a, b| {
            let likelihood = |near: &Near| near.jaccard.max(near.overlap);
            likelihood(b)
                .total_cmp(&likelihood(a))
                .then(a.place.cmp(&b.place))
        });
        Ok(Nearby {
            near,
            words: asked.runs.words(),
            met: total,
            printings,
        })
    }

    /// For each word its weight, and how many documents have it.
    fn weights(&self, words: &[u32]) -> Result<Vec<(f32, f32)>> {
        let mut counts = vec![0.0; words.len()];
        for (_, segment) in self.segments() {
            let mut count = || -> Result<()> {
                for (count, &word) in counts.iter_mut().zip(words) {
                    *count += segment.frequency(word)?;
                }
                Ok(())
            };
            self.or_aside(count())?;
        }
        let total = (self.documents() as f32).max(LEAST_COLLECTION);
        let weight = |count: f32| {
            (
                ((total + 1.0) / (count.max(1.0) + 0.5)).ln().max(0.05),
                count,
            )
        };
        Ok(counts.into_iter().map(weight).collect())
    }

    /// What two vocabularies have in common.
    fn overlap(&self, own: &AHashMap<u32, f32>, other: &[u32]) -> Result<Overlap> {
        let unknown: Vec<u32> = other
            .iter()
            .copied()
            .filter(|word| !own.contains_key(word))
            .collect();
        let mut all_other: f32 = self
            .weights(&unknown)?
            .iter()
            .map(|(weight, _)| weight)
            .sum();
        let (mut common, mut count) = (0.0, 0);
        for weight in other.iter().filter_map(|word| own.get(word)) {
            common += weight;
            count += 1;
        }
        all_other += common;
        // Summed in an order of its own, so that the last digits never depend on the map.
        let mut weights: Vec<f32> = own.values().copied().collect();
        weights.sort_unstable_by(f32::total_cmp);
        let all_own: f32 = weights.iter().sum();
        let smaller = own.len().min(other.len()).max(1);
        Ok(Overlap {
            overlap: common / all_own.min(all_other).max(1e-6),
            plain: count as f32 / smaller as f32,
            vocabulary: common / all_own.max(1e-6),
            vocabulary_of_source: common / all_other.max(1e-6),
        })
    }

    /// The documents to open, and how many printings of the text there are.
    fn choose(&self, met: &[Met], slots: &[u8; SLOTS], open: usize) -> Result<(Vec<Chosen>, u64)> {
        let places: Vec<Place> = met.iter().map(|met| met.place).collect();
        self.ask(&places, |segment, documents| {
            segment.will_compare(documents);
        });
        let mut compared: Vec<(Place, f32)> = Vec::with_capacity(places.len());
        for place in places {
            let Some(segment) = self.segment(place.segment) else {
                continue;
            };
            let sketch = self.or_aside(segment.sketch(place.document))?;
            compared.extend(sketch.map(|sketch| {
                let agreeing = simd::agreeing(self.level(), slots, sketch);
                (place, jaccard(agreeing))
            }));
        }
        let is_printing = |(_, jaccard): &&(Place, f32)| *jaccard >= PRINTING;
        let printings = compared.iter().filter(is_printing).count() as u64;
        // Entries lie far apart: those that are not needed are not read.
        let likeliest = compared.iter().take(open);
        let looked_up: Vec<Place> = likeliest
            .chain(compared.iter().skip(open).filter(is_printing))
            .map(|(place, _)| *place)
            .collect();
        self.ask(&looked_up, |segment, documents| {
            segment.will_look_up(documents);
        });
        let chosen_at = |place: Place, jaccard: f32| -> Result<Option<Chosen>> {
            let Some(segment) = self.segment(place.segment) else {
                return Ok(None);
            };
            let entry = self.or_aside(segment.entry(place.document))?;
            Ok(entry.map(|entry| Chosen {
                place,
                entry,
                jaccard,
            }))
        };
        let mut chosen: Vec<Chosen> = Vec::new();
        for &(place, jaccard) in compared.iter().filter(is_printing) {
            let found = chosen_at(place, jaccard)?;
            chosen.extend(found.filter(|one| one.entry.published != super::segment::NO_TIME));
        }
        chosen.sort_unstable_by_key(|one| (one.entry.published, one.place));
        chosen.truncate(EARLIEST.min(open / 2));
        for (place, jaccard) in compared {
            if chosen.len() >= open {
                break;
            }
            if !chosen.iter().any(|one| one.place == place) {
                chosen.extend(chosen_at(place, jaccard)?);
            }
        }
        Ok((chosen, printings))
    }

    /// Asks each segment for what it has of some places.
    fn ask(&self, places: &[Place], ask: impl Fn(&Segment, &mut dyn Iterator<Item = u32>)) {
        for (number, segment) in self.segments() {
            let own = places.iter().filter(|place| place.segment == number);
            ask(segment, &mut own.map(|place| place.document));
        }
    }
}

/// The blocks of a segment among some of several.
fn blocks_of(blocks: &[((u32, u32), Vec<Chosen>)], segment: u32) -> impl Iterator<Item = u32> {
    let own = blocks.iter().filter(move |((of, _), _)| *of == segment);
    own.map(|((_, block), _)| *block)
}

fn reading(words: &[u64]) -> u64 {
    words.iter().fold(0, |hash, &word| splitmix(hash ^ word))
}

/// The documents of a segment that have fingerprints or rare words of the article, with a score of `least` or more.
fn meet(
    snapshot: &Snapshot,
    number: u32,
    segment: &Segment,
    shingles: &[u32],
    rare: &[(f32, u32)],
    least: f32,
) -> Result<Vec<Met>> {
    let mut scores = snapshot.scores(segment.documents() as usize);
    let mut touched: Vec<u32> = Vec::new();
    let total = (snapshot.documents() as f32).max(LEAST_COLLECTION);
    let mut found = Ok(());
    // Words count one each in the whole part below, and their weight in the fraction above: kept apart until all were seen.
    let mut add = |document: u32, weight: f32| {
        if let Some(score) = scores.get_mut(document as usize) {
            if *score == 0.0 {
                touched.push(document);
            }
            *score += weight;
        }
    };
    let mut look = || -> Result<()> {
        for &shingle in shingles {
            let documents = segment.with_fingerprint(shingle)?;
            let count = documents.most();
            if count > 0 {
                // One shared fingerprint is worth three rare words: it is five words in a row.
                let weight = 3.0 * ((total + 1.0) / (count as f32 + 0.5)).ln().max(0.05);
                documents.for_each(|document| add(document, weight));
            }
        }
        for &(weight, word) in rare {
            let documents = segment.with_word(word)?;
            documents.for_each(|document| add(document, weight));
        }
        Ok(())
    };
    if let Err(error) = look() {
        found = Err(error);
    }
    let mut met = Vec::new();
    for document in touched {
        let score = std::mem::take(&mut scores[document as usize]);
        if score >= least {
            met.push(Met {
                place: Place {
                    segment: number,
                    document,
                },
                score,
            });
        }
    }
    snapshot.give_back(scores);
    found?;
    met.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
    met.truncate(MOST_COMPARED);
    let mut live = Vec::with_capacity(met.len());
    for one in met {
        if !segment.is_removed(one.place.document)? {
            live.push(one);
        }
    }
    Ok(live)
}
