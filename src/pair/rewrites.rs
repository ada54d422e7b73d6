//! Candidates for `trace`: documents that may tell one story, met in two ways.
//!
//! Paragraphs meet in bands of few rows over two-word shingles (MinHash: Broder 1997; banding: Indyk, Motwani 1998): at 42 bands of 3
//! rows a pair with Jaccard .25 is met with probability .48, one with .40 with .94. Documents that share no long shingle meet by
//! anchors: words that few documents have, mostly names and figures, which survive translation.

use ahash::AHashMap;
use rayon::prelude::*;

use crate::lexicon::is_function_word;
use crate::model::{Document, Segmented};
use crate::simd::Level;
use crate::text::fold::fold_into;
use crate::text::tokens::{TokenKind, tokens};

const BANDS: usize = 42;
const ROWS: usize = 3;
/// Paragraphs shorter than this many shingles do not sign by themselves; their words still serve as anchors.
const LEAST_SHINGLES: usize = 8;
/// Buckets and posting lists longer than this are linked in a chain instead of pair by pair.
const LONGEST_BUCKET: usize = 40;
/// How many of its rarest words a document offers as anchors. 32 found every pair of independent translations in
/// the development set that verification accepts; 16 lost 2 %.
const ANCHORS: usize = 32;
/// How many of its rarest names and figures it offers besides. They are what a free retelling keeps, and in a collection with many
/// versions of a story they are less rare than words that two of the versions happen to share. 24.
const NAME_ANCHORS: usize = 24;
/// Least number of shared anchors.
const LEAST_ANCHORS: usize = 3;
/// Least share of the weight of the smaller vocabulary that two documents have in common.
const LEAST_OVERLAP: f32 = 0.16;
/// Least share of the smaller vocabulary, every word counting the same, for paragraphs that met in a band. Where most of a
/// collection is one story its words are not rare, and weights alone would hide five reprints in a folder of five. 0.40: a
/// notice or a boilerplate paragraph of 80 words under an article of 180 has 0.30 and is left to the weights.
const LEAST_PLAIN_OVERLAP: f32 = 0.40;
/// Pairs of that kind that a document brings.
const MOST_PLAIN_PARTNERS: u32 = 4;
/// Documents that a smaller collection is taken to have: in a folder with the versions of one story no word of it is rare.
const LEAST_COLLECTION: f32 = 100.0;

/// Parts in which band keys are sorted, a power of two: those of all documents together take half a gigabyte for 100,000 of them.
const PARTS: u32 = 32;

/// Two documents worth comparing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Smaller index.
    pub first: u32,
    /// Larger index.
    pub second: u32,
    /// Share of the smaller vocabulary that both have, words weighted by how few documents have them, 0..=1.
    pub overlap: f32,
}

/// What of a document takes part in finding candidates.
struct Traits {
    /// Distinct hashes of content words, ascending.
    words: Vec<u32>,
    /// Of these, names and figures, ascending.
    names: Vec<u32>,
    /// Band keys of its paragraphs.
    bands: Vec<u64>,
}

/// Pairs of documents worth comparing, ascending, each with the smaller index first. The pairs do not depend on threads; time grows
/// with the text and with the number of pairs, which hot buckets cannot make quadratic.
pub fn candidates(documents: &[Document], segmented: &[Segmented], seed: u64) -> Vec<Candidate> {
    let mut traits: Vec<Traits> = documents
        .par_iter()
        .zip(segmented)
        .map(|(d, s)| traits_of(d, s, seed))
        .collect();
    let banded = by_bands(&traits);
    traits.iter_mut().for_each(|t| t.bands = Vec::new());
    let reprints = reprints(&traits);
    let frequency = frequencies(&traits, &reprints);
    let mut pairs = by_anchors(&traits, &frequency);
    pairs.extend(&banded);
    for texts in reprints
        .iter()
        .filter(|texts| !traits[texts[0] as usize].words.is_empty())
    {
        link(texts, &mut pairs);
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    let total = (documents.len() as f32).max(LEAST_COLLECTION);
    let weight = |word: u32| {
        let seen = frequency.get(&word).copied().unwrap_or(1) as f32;
        ((total + 1.0) / (seen + 0.5)).ln().max(0.05)
    };
    let totals: Vec<f32> = traits
        .par_iter()
        .map(|t| t.words.iter().map(|&w| weight(w)).sum())
        .collect();
    let found: Vec<(Candidate, bool)> = pairs
        .into_par_iter()
        .filter_map(|(first, second)| {
            let (a, b) = (
                &traits[first as usize].words,
                &traits[second as usize].words,
            );
            let smaller = totals[first as usize].min(totals[second as usize]);
            let candidate = Candidate {
                first,
                second,
                overlap: overlap(a, b, &weight, smaller),
            };
            let alike = || {
                banded.binary_search(&(first, second)).is_ok()
                    && overlap(a, b, &|_| 1.0, a.len().min(b.len()) as f32) >= LEAST_PLAIN_OVERLAP
            };
            let by_weight = candidate.overlap >= LEAST_OVERLAP;
            (by_weight || alike()).then_some((candidate, by_weight))
        })
        .collect();
    // Where a story fills the collection its pairs are the square of it; a few for each document keep it connected, and its
    // source is measured against every member later.
    let mut partners = vec![0; documents.len()];
    found
        .into_iter()
        .filter(|&(pair, by_weight)| {
            let (a, b) = (pair.first as usize, pair.second as usize);
            let wanted = by_weight || partners[a].min(partners[b]) < MOST_PLAIN_PARTNERS;
            if wanted && !by_weight {
                partners[a] += 1;
                partners[b] += 1;
            }
            wanted
        })
        .map(|(pair, _)| pair)
        .collect()
}

fn narrow(hash: u64) -> u32 {
    u32::try_from(hash >> 32).expect("32 bits remain")
}

fn traits_of(document: &Document, segmented: &Segmented, seed: u64) -> Traits {
    let mut words: Vec<u32> = Vec::new();
    let mut names: Vec<u32> = Vec::new();
    let mut bands = Vec::new();
    let mut shingles: Vec<u64> = Vec::new();
    let mut paragraph = u32::MAX;
    let mut previous: Option<u64> = None;
    let mut folded = String::new();
    for sentence in segmented.sentences.iter().filter(|s| s.matters()) {
        if sentence.paragraph != paragraph {
            sign(&mut shingles, seed, &mut bands);
            paragraph = sentence.paragraph;
            previous = None;
        }
        for token in tokens(&document.text, sentence.statement()) {
            if token.kind == TokenKind::Mark {
                continue;
            }
            fold_into(token.span.of(&document.text), &mut folded);
            let hash = xxhash_rust::xxh3::xxh3_64_with_seed(folded.as_bytes(), seed);
            if !is_function_word(&folded) {
                words.push(narrow(hash));
                let capital = token
                    .span
                    .of(&document.text)
                    .starts_with(char::is_uppercase);
                if token.kind == TokenKind::Figure || capital && previous.is_some() {
                    names.push(narrow(hash));
                }
            }
            if let Some(before) = previous {
                shingles.push(mix(before.rotate_left(23) ^ hash));
            }
            previous = Some(hash);
        }
    }
    sign(&mut shingles, seed, &mut bands);
    words.sort_unstable();
    words.dedup();
    names.sort_unstable();
    names.dedup();
    bands.sort_unstable();
    bands.dedup();
    Traits {
        words,
        names,
        bands,
    }
}

/// A document's number. The reader refuses more documents than there are numbers.
fn number(index: usize) -> u32 {
    u32::try_from(index).expect("the reader refuses more documents than there are ids")
}

/// Finaliser of MurmurHash3 (Appleby 2011).
fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

/// Signs one paragraph's shingles and empties them.
fn sign(shingles: &mut Vec<u64>, seed: u64, bands: &mut Vec<u64>) {
    if shingles.len() >= LEAST_SHINGLES {
        let mut slots = [u32::MAX; BANDS * ROWS];
        crate::simd::lower_slots(Level::best(), shingles, narrow(seed << 32), &mut slots);
        for (band, rows) in slots.chunks_exact(ROWS).enumerate() {
            let key = rows.iter().fold(band as u64 + 1, |key, &row| {
                mix(key.wrapping_mul(0x0100_0000_01b3) ^ u64::from(row))
            });
            bands.push(key);
        }
    }
    shingles.clear();
}

/// Every pair of a short list; of a long one each with the next and with the first, which keeps it connected.
fn link(members: &[u32], pairs: &mut Vec<(u32, u32)>) {
    for (k, &a) in members.iter().enumerate() {
        pairs.extend(linked(members, k).iter().map(|&b| (a, b)));
    }
}

/// Those behind the member at `place` of a list that [`link`] pairs it with.
fn linked(members: &[u32], place: usize) -> &[u32] {
    let behind = &members[place + 1..];
    if members.len() <= LONGEST_BUCKET || place == 0 {
        behind
    } else {
        &behind[..behind.len().min(1)]
    }
}

fn by_bands(traits: &[Traits]) -> Vec<(u32, u32)> {
    let part = |first: u64| {
        let last = first | (u64::MAX / u64::from(PARTS));
        let mut keyed: Vec<(u64, u32)> = Vec::new();
        for (d, t) in traits.iter().enumerate() {
            let from = t.bands.partition_point(|&key| key < first);
            let own = t.bands[from..].iter().take_while(|&&key| key <= last);
            keyed.extend(own.map(|&key| (key, number(d))));
        }
        keyed.sort_unstable();
        let mut pairs = Vec::new();
        for bucket in keyed.chunk_by(|a, b| a.0 == b.0).filter(|b| b.len() > 1) {
            let members: Vec<u32> = bucket.iter().map(|e| e.1).collect();
            link(&members, &mut pairs);
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    };
    let mut pairs: Vec<(u32, u32)> = (0..PARTS)
        .into_par_iter()
        .with_max_len(1)
        .flat_map_iter(|k| part(u64::from(k) << (u64::BITS - PARTS.trailing_zeros())))
        .collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Documents with the very same words, each group ascending; a document without a twin is a group of its own.
fn reprints(traits: &[Traits]) -> Vec<Vec<u32>> {
    let mut groups: AHashMap<&[u32], Vec<u32>> = AHashMap::new();
    for (d, t) in traits.iter().enumerate() {
        groups.entry(&t.words).or_default().push(number(d));
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    groups.par_sort_unstable();
    groups
}

/// How many texts have a word, for each that more than one has. A reprint does not count again: otherwise a second print of a copy
/// would make the words that it shares with its source look common, and part the two.
fn frequencies(traits: &[Traits], reprints: &[Vec<u32>]) -> AHashMap<u32, u32> {
    let mut all: Vec<u32> = reprints
        .iter()
        .flat_map(|texts| traits[texts[0] as usize].words.iter().copied())
        .collect();
    all.par_sort_unstable();
    all.chunk_by(|a, b| a == b)
        .filter(|c| c.len() > 1)
        .map(|c| (c[0], number(c.len())))
        .collect()
}

fn by_anchors(traits: &[Traits], frequency: &AHashMap<u32, u32>) -> Vec<(u32, u32)> {
    let mut postings: Vec<(u32, u32)> = traits
        .par_iter()
        .enumerate()
        .flat_map_iter(|(d, t)| {
            let rarest = |words: &[u32], most: usize| -> Vec<(u32, u32)> {
                let mut shared: Vec<(u32, u32)> = words
                    .iter()
                    .filter_map(|w| frequency.get(w).map(|&f| (f, *w)))
                    .collect();
                shared.sort_unstable();
                shared.truncate(most);
                shared
            };
            let mut shared = rarest(&t.words, ANCHORS);
            shared.extend(rarest(&t.names, NAME_ANCHORS));
            shared.sort_unstable();
            shared.dedup();
            shared
                .into_iter()
                .map(move |(_, word)| (word, number(d)))
                .collect::<Vec<_>>()
        })
        .collect();
    postings.par_sort_unstable();
    // The documents of each word, those of one word side by side: for each place where they begin and end. Pairs are counted one document
    // after another, as all of them would take ten times the memory of everything else.
    let mut lists: Vec<(u32, u32)> = Vec::with_capacity(postings.len());
    for list in postings.chunk_by(|a, b| a.0 == b.0) {
        let begin = number(lists.len());
        lists.resize(
            lists.len() + list.len(),
            (begin, begin + number(list.len())),
        );
    }
    let documents: Vec<u32> = postings.iter().map(|e| e.1).collect();
    drop(postings);
    let mut places: Vec<(u32, u32)> = documents.iter().copied().zip(0..).collect();
    places.par_sort_unstable();
    let of_documents: Vec<&[(u32, u32)]> = places.chunk_by(|a, b| a.0 == b.0).collect();
    of_documents
        .into_par_iter()
        .flat_map_iter(|own| {
            let document = own[0].0;
            let mut met: Vec<u32> = Vec::new();
            for &(_, at) in own {
                let (begin, end) = lists[at as usize];
                let members = &documents[begin as usize..end as usize];
                met.extend(linked(members, (at - begin) as usize));
            }
            met.sort_unstable();
            met.chunk_by(|a, b| a == b)
                .filter(|same| same.len() >= LEAST_ANCHORS)
                .map(|same| (document, same[0]))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Weight of the common words over the weight of the smaller set, 0..=1.
fn overlap(a: &[u32], b: &[u32], weight: &impl Fn(u32) -> f32, smaller: f32) -> f32 {
    let (mut i, mut j, mut common) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += weight(a[i]);
                i += 1;
                j += 1;
            }
        }
    }
    common / smaller.max(1e-6)
}
