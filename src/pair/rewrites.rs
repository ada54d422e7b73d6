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
use crate::text::fold::folded;
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
/// Documents whose anchors are counted in one go, at least: each go needs a counter for every document.
const LEAST_COUNTED: usize = 1024;
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
    let total = (documents.len() as f32).max(LEAST_COLLECTION);
    // What a word weighs that so many texts have.
    let weights: Vec<f32> = (0..=documents.len())
        .map(|seen| ((total + 1.0) / (seen as f32 + 0.5)).ln().max(0.05))
        .collect();
    let weight = |word: u32| weights[frequency.get(&word).map_or(1, |&seen| seen as usize)];
    let (totals, anchors): (Vec<f32>, Vec<Vec<u32>>) = traits
        .par_iter()
        .map(|t| totalled(t, &frequency, &weights))
        .unzip();
    let mut pairs = by_anchors(&anchors);
    drop(anchors);
    pairs.extend(&banded);
    for texts in reprints
        .iter()
        .filter(|texts| !traits[texts[0] as usize].words.is_empty())
    {
        link(texts, &mut pairs);
    }
    pairs.par_sort_unstable();
    pairs.dedup();
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
            let printed = token.span.of(&document.text);
            let word = folded(printed);
            let hash = xxhash_rust::xxh3::xxh3_64_with_seed(word.as_bytes(), seed);
            if !is_function_word(&word) {
                words.push(narrow(hash));
                let capital = printed.starts_with(char::is_uppercase);
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
    let part = |k: u32| {
        let first = u64::from(k) << (u64::BITS - PARTS.trailing_zeros());
        let last = first | (u64::MAX / u64::from(PARTS));
        let mut keyed: Vec<(u64, u32)> = Vec::new();
        for (d, t) in traits.iter().enumerate() {
            let from = begin(&t.bands, first, k);
            let own = t.bands[from..].iter().take_while(|&&key| key <= last);
            keyed.extend(own.map(|&key| (key, number(d))));
        }
        only_repeated(&mut keyed);
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
        .flat_map_iter(part)
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

/// Where part `k` of an ascending list of hashes begins, whose least value is `first`: near the place where it would be if they lay evenly,
/// which takes fewer looks at memory than halving the list does.
fn begin<T: Ord>(list: &[T], first: T, k: u32) -> usize {
    let mut at = list.len() * k as usize / PARTS as usize;
    while at > 0 && list[at - 1] >= first {
        at -= 1;
    }
    while list.get(at).is_some_and(|next| *next < first) {
        at += 1;
    }
    at
}

/// Drops nearly all keys that nobody else has, as most are: the others are sorted in a fraction of the time. A key that two have stays (Bloom
/// 1970, with one hash).
fn only_repeated(keyed: &mut Vec<(u64, u32)>) {
    let words = (keyed.len() / 4).next_power_of_two();
    let (mut once, mut again) = (vec![0_u64; words], vec![0_u64; words]);
    // The upper bits are those of the part.
    let place = |key: u64| (narrow(key << 16) as usize & (words - 1), 1 << (key % 64));
    for &(key, _) in &*keyed {
        let (word, bit) = place(key);
        again[word] |= once[word] & bit;
        once[word] |= bit;
    }
    keyed.retain(|&(key, _)| {
        let (word, bit) = place(key);
        again[word] & bit != 0
    });
}

/// How many texts have a word, for each that more than one has. A reprint does not count again: otherwise a second print of a copy
/// would make the words that it shares with its source look common, and part the two.
fn frequencies(traits: &[Traits], reprints: &[Vec<u32>]) -> AHashMap<u32, u32> {
    let part = |k: u32| {
        let first = k << (u32::BITS - PARTS.trailing_zeros());
        let last = first | (u32::MAX / PARTS);
        let mut counts: AHashMap<u32, u32> = AHashMap::new();
        for texts in reprints {
            let words = &traits[texts[0] as usize].words;
            let from = begin(words, first, k);
            for &word in words[from..].iter().take_while(|&&word| word <= last) {
                *counts.entry(word).or_default() += 1;
            }
        }
        counts.retain(|_, seen| *seen > 1);
        counts
    };
    let parts: Vec<AHashMap<u32, u32>> = (0..PARTS)
        .into_par_iter()
        .with_max_len(1)
        .map(part)
        .collect();
    parts.into_iter().flatten().collect()
}

/// What all words of a document weigh, and those by which it meets others: the rarest of them, and the rarest names and figures.
fn totalled(t: &Traits, frequency: &AHashMap<u32, u32>, weights: &[f32]) -> (f32, Vec<u32>) {
    let mut shared: Vec<(u32, u32)> = Vec::with_capacity(t.words.len());
    let weight = |&word: &u32| {
        let seen = frequency.get(&word).copied();
        shared.extend(seen.map(|seen| (seen, word)));
        weights[seen.map_or(1, |seen| seen as usize)]
    };
    let total = t.words.iter().map(weight).sum();
    let rarest = |shared: &mut Vec<(u32, u32)>, most: usize| {
        if shared.len() > most {
            shared.select_nth_unstable(most);
            shared.truncate(most);
        }
    };
    let seen = |&word: &u32| frequency.get(&word).map(|&seen| (seen, word));
    let mut names: Vec<(u32, u32)> = t.names.iter().filter_map(seen).collect();
    rarest(&mut shared, ANCHORS);
    rarest(&mut names, NAME_ANCHORS);
    shared.extend(names);
    let mut anchors: Vec<u32> = shared.into_iter().map(|(_, word)| word).collect();
    anchors.sort_unstable();
    anchors.dedup();
    (total, anchors)
}

/// Pairs of documents that share [`LEAST_ANCHORS`] of the words by which they meet, those of each document.
fn by_anchors(anchors: &[Vec<u32>]) -> Vec<(u32, u32)> {
    let mut postings: Vec<(u32, u32)> = anchors
        .iter()
        .enumerate()
        .flat_map(|(d, words)| words.iter().map(move |&word| (word, number(d))))
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
    // The places of each document, one document after another.
    let mut next: Vec<u32> = anchors
        .iter()
        .scan(0, |sum, words| {
            let begin = *sum;
            *sum += number(words.len());
            Some(begin)
        })
        .collect();
    let mut places = vec![0_u32; documents.len()];
    for (at, &document) in (0..).zip(&documents) {
        let place = &mut next[document as usize];
        places[*place as usize] = at;
        *place += 1;
    }
    let pairs: Vec<Vec<(u32, u32)>> = (0..anchors.len())
        .into_par_iter()
        .with_min_len(LEAST_COUNTED)
        .map_init(
            || vec![0_u8; anchors.len()],
            |shared, document| {
                let end = next[document] as usize;
                let own = &places[end - anchors[document].len()..end];
                let met = || {
                    own.iter().flat_map(|&at| {
                        let (begin, end) = lists[at as usize];
                        let members = &documents[begin as usize..end as usize];
                        linked(members, (at - begin) as usize)
                    })
                };
                let mut found = Vec::new();
                for &other in met() {
                    let count = &mut shared[other as usize];
                    *count = count.saturating_add(1);
                    if usize::from(*count) == LEAST_ANCHORS {
                        found.push((number(document), other));
                    }
                }
                met().for_each(|&other| shared[other as usize] = 0);
                found
            },
        )
        .collect();
    pairs.into_iter().flatten().collect()
}

/// Weight of the common words over the weight of the smaller set, 0..=1.
fn overlap(a: &[u32], b: &[u32], weight: &impl Fn(u32) -> f32, smaller: f32) -> f32 {
    let (mut i, mut j, mut common) = (0, 0, 0.0);
    // Which of the two is less no processor can guess, so that both steps are sums and not branches.
    while let (Some(&x), Some(&y)) = (a.get(i), b.get(j)) {
        if x == y {
            common += weight(x);
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    common / smaller.max(1e-6)
}
