//! Which sentences of a copy answer which sentences of the source: 1:1, 1:n, n:1 or none, in any order.
//!
//! Likeness is the share of weighted words that find a counterpart (same word, form, name, value or near meaning). One
//! sentence is matched to one by the assignment of the greatest total (Kuhn 1955, Munkres 1957), with the neighbours' likeness
//! and the place as soft priors; then sentences left over join a match where they say a part of it.

use ahash::AHashMap;

use crate::similarity::remembered::remembered_similarity;
use crate::union_find::UnionFind;
use crate::words::{Class, Words};

/// Least likeness of a 1:1 match. Chosen on the development stories of `corpus/`.
pub const LEAST_LIKENESS: f32 = 0.24;
/// Least share of its own words that a sentence left over must find in a match it joins.
const LEAST_SHARE_TO_JOIN: f32 = 0.40;
/// ... when the sentence beside it in the copy answers that match.
const LEAST_SHARE_BESIDE: f32 = 0.30;
/// What being beside is worth in the choice of the match to join.
const BESIDE: f32 = 0.10;
/// Least gain in covered words that a further source sentence must bring to a copy's sentence.
const LEAST_GAIN_TO_JOIN: f32 = 0.10;

/// Most pairs of sentences for which all are compared. 90,000: two articles of 300 sentences, which is more than any of the
/// news corpora has; two texts of 100,000 sentences would take 40 GB.
const DENSE: usize = 90_000;
/// Sentences of a long copy aligned together, how many source sentences each brings along, and in how many source sentences a
/// word that brings them may stand.
const WINDOW: usize = 32;
const NEAREST: usize = 2;
const RARE: usize = 50;

/// Sentences that answer each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Indices into the copy's sentences, ascending.
    pub copy: Vec<usize>,
    /// Indices into the source's sentences, ascending.
    pub source: Vec<usize>,
    /// Likeness, 0..=1.
    pub similarity: f32,
}

/// Likeness of every sentence of one text to every sentence of another.
#[derive(Debug)]
pub struct LikenessTable {
    source_words: Vec<Vec<(u32, f32)>>,
    copy_words: Vec<Vec<(u32, f32)>>,
    /// For each source sentence, how near each word of the copy's vocabulary comes to its nearest word.
    nearest_in_source: Rows,
    /// The same for each of the copy's sentences and the source's vocabulary.
    nearest_in_copy: Rows,
}

/// Rows of one width, one after another.
#[derive(Debug)]
struct Rows {
    values: Vec<f32>,
    width: usize,
}

impl Rows {
    /// For each sentence (words by number) the greatest value of its words' rows in `table`, place by place.
    fn greatest(sentences: &[Vec<(u32, f32)>], table: &Rows) -> Self {
        let width = table.width;
        let mut values = vec![0.0_f32; sentences.len() * width];
        for (row, sentence) in values.chunks_exact_mut(width.max(1)).zip(sentences) {
            for &(word, _) in sentence {
                for (most, &value) in row.iter_mut().zip(table.row(word as usize)) {
                    *most = if value > *most { value } else { *most };
                }
            }
        }
        Self { values, width }
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..][..self.width]
    }
}

/// In how many sentences of two texts a word stands.
struct Rarity {
    sentences_of: AHashMap<u64, u32>,
    sentences: usize,
}

impl Rarity {
    fn new(source: &[&Words], copy: &[&Words]) -> Self {
        let mut sentences_of: AHashMap<u64, u32> = AHashMap::new();
        let mut keys: Vec<u64> = Vec::new();
        for sentence in source.iter().chain(copy) {
            keys.clear();
            keys.extend(sentence.words.iter().map(|w| w.key));
            keys.sort_unstable();
            keys.dedup();
            for &key in &keys {
                *sentences_of.entry(key).or_insert(0) += 1;
            }
        }
        Self {
            sentences_of,
            sentences: source.len() + copy.len(),
        }
    }

    /// Words that many sentences of the two articles share say little about which sentence answers which.
    fn of(&self, key: u64) -> f32 {
        let seen = self.sentences_of.get(&key).copied().unwrap_or(1);
        let total = self.sentences as f32;
        ((1.0 + total) / (1.0 + seen as f32)).ln() / (1.0 + total / 2.0).ln().max(0.7)
    }
}

/// A vocabulary: distinct words of some sentences, each sentence as ids with weights.
struct Vocabulary<'a> {
    words: Vec<(
        &'a crate::words::Word,
        Option<&'a crate::text::quantities::Quantity>,
    )>,
    sentences: Vec<Vec<(u32, f32)>>,
}

impl<'a> Vocabulary<'a> {
    fn new(sentences: &[&'a Words], rarity: &Rarity) -> Self {
        let mut ids: AHashMap<(u64, u8, u64), u32> = AHashMap::new();
        let mut words = Vec::new();
        let mut out = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let mut list = Vec::with_capacity(sentence.words.len());
            for word in &sentence.words {
                let quantity = word
                    .quantity
                    .and_then(|q| sentence.quantities.get(usize::from(q)));
                let value = quantity.map_or(0, |q| q.value.to_bits() ^ q.kind as u64);
                let id = *ids
                    .entry((word.key, word.class as u8, value))
                    .or_insert_with(|| {
                        words.push((word, quantity));
                        u32::try_from(words.len() - 1).unwrap_or(u32::MAX)
                    });
                let weight = if word.class == Class::Function {
                    word.weight
                } else {
                    word.weight * rarity.of(word.key).clamp(0.25, 1.0)
                };
                list.push((id, weight));
            }
            out.push(list);
        }
        Self {
            words,
            sentences: out,
        }
    }

    /// For each word whether it stands in a sentence besides the ones named.
    fn outside(&self, named: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut open = vec![true; self.sentences.len()];
        named.for_each(|sentence| open[sentence] = false);
        let mut outside = vec![false; self.words.len()];
        for (sentence, _) in self.sentences.iter().zip(open).filter(|(_, open)| *open) {
            for &(word, _) in sentence {
                outside[word as usize] = true;
            }
        }
        outside
    }
}

impl LikenessTable {
    /// Compares the vocabularies of some sentences of two texts once, so that sentence pairs are look-ups. Two sentences of
    /// different `settled` pairs are not compared.
    fn new(
        source: &[&Words],
        copy: &[&Words],
        settled: &[(usize, usize)],
        rarity: &Rarity,
    ) -> Self {
        let a = Vocabulary::new(source, rarity);
        let b = Vocabulary::new(copy, rarity);
        // Word likeness, source vocabulary times copy vocabulary, and the other way round: of every two words one of which stands in
        // a sentence that is not settled, and of the words of settled pairs.
        let (open_a, open_b) = (
            a.outside(settled.iter().map(|pair| pair.0)),
            b.outside(settled.iter().map(|pair| pair.1)),
        );
        let mut by_source = Rows {
            values: vec![0.0; a.words.len() * b.words.len()],
            width: b.words.len(),
        };
        let likeness = |x: usize, y: usize| {
            let ((x, p), (y, q)) = (&a.words[x], &b.words[y]);
            match (p, q) {
                (Some(p), Some(q)) => f32::from(u8::from(p.agrees(q) || x.folded == y.folded)),
                _ => remembered_similarity(x, y),
            }
        };
        let every_b: Vec<usize> = (0..b.words.len()).collect();
        let open_words_b: Vec<usize> = every_b.iter().copied().filter(|&y| open_b[y]).collect();
        for (x, row) in by_source
            .values
            .chunks_exact_mut(b.words.len().max(1))
            .enumerate()
        {
            for &y in if open_a[x] { &every_b } else { &open_words_b } {
                row[y] = likeness(x, y);
            }
        }
        for &(i, j) in settled {
            for &(x, _) in &a.sentences[i] {
                for &(y, _) in &b.sentences[j] {
                    let (x, y) = (x as usize, y as usize);
                    if !open_a[x] && !open_b[y] {
                        by_source.values[x * b.words.len() + y] = likeness(x, y);
                    }
                }
            }
        }
        let by_copy = Rows {
            values: (0..b.words.len())
                .flat_map(|y| (0..a.words.len()).map(move |x| (x, y)))
                .map(|(x, y)| by_source.values[x * by_source.width + y])
                .collect(),
            width: a.words.len(),
        };
        Self {
            nearest_in_source: Rows::greatest(&a.sentences, &by_source),
            nearest_in_copy: Rows::greatest(&b.sentences, &by_copy),
            source_words: a.sentences,
            copy_words: b.sentences,
        }
    }

    /// Share of the weight of copy sentence `j` that the source sentences `sources` cover, and that weight.
    pub fn copy_covered(&self, j: usize, sources: &[usize]) -> (f32, f32) {
        covered(&self.copy_words[j], sources, &self.nearest_in_source)
    }

    /// Share of the weight of source sentence `i` that the copy's sentences `copies` cover, and that weight.
    pub fn source_covered(&self, i: usize, copies: &[usize]) -> (f32, f32) {
        covered(&self.source_words[i], copies, &self.nearest_in_copy)
    }

    /// Likeness of source sentence `i` and copy sentence `j`, 0..=1.
    pub fn likeness(&self, i: usize, j: usize) -> f32 {
        let (of_copy, copy_weight) = self.copy_covered(j, &[i]);
        let (of_source, source_weight) = self.source_covered(i, &[j]);
        let (high, low) = (of_copy.max(of_source), of_copy.min(of_source));
        // A few matched words can fill a short sentence by chance.
        let mass = (of_copy * copy_weight).min(of_source * source_weight);
        (0.5 * high + 0.5 * low)
            * (mass / (mass + 0.55)).min(1.0)
            * 1.15_f32.min(1.0 + 0.15 * mass / 4.0)
    }
}

fn covered(mine: &[(u32, f32)], others: &[usize], nearest: &Rows) -> (f32, f32) {
    let (mut met, mut total) = (0.0, 0.0);
    for &(id, weight) in mine {
        total += weight;
        let best = others
            .iter()
            .map(|&other| nearest.row(other)[id as usize])
            .fold(0.0_f32, f32::max);
        if best >= 0.35 {
            met += best * weight;
        }
    }
    (if total > 0.0 { met / total } else { 0.0 }, total)
}

/// Aligns the sentences of `copy` with those of `source`. Matches come in the order of the copy. Sentences that read the same
/// cost next to nothing; of the others time and memory grow with the product of the two lengths up to 90,000, beyond it near linearly.
pub fn align_sentences(source: &[&Words], copy: &[&Words]) -> Vec<Match> {
    if source.is_empty() || copy.is_empty() {
        return Vec::new();
    }
    if source.len() * copy.len() > DENSE {
        return align_long(source, copy);
    }
    align_dense(source, copy)
}

/// Fewest words of a sentence that is taken for its counterpart because it reads the same. 4: shorter ones ("He said so.") are
/// matched by what stands beside them.
const LEAST_SAME: usize = 4;
/// Least share of the longer sentence's distinct content words that lies in the other for the two to be counterparts out of hand, when
/// neither shares more than half as much with any third one. A sentence that was split or joined shares more with both parts.
const NEARLY_SAME: f32 = 0.70;
const MOST_ELSEWHERE: f32 = 0.5;
/// Fewest distinct content words of such a sentence.
const LEAST_CONTENT: usize = 4;

/// Distinct base forms of a sentence's content words, ascending.
fn content_keys(sentence: &Words) -> Vec<u64> {
    let mut keys: Vec<u64> = sentence
        .words
        .iter()
        .filter(|w| w.class != Class::Function)
        .map(|w| w.key)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Pairs (source, copy) of sentences that answer each other beyond doubt: those that read the same and stand once in either text, and
/// those that share most of their words and little with any other sentence. Near linear time.
fn settled(source: &[&Words], copy: &[&Words]) -> Vec<(usize, usize)> {
    let mut pairs = same_sentences(source, copy);
    let (mut done_source, mut done_copy) = (vec![false; source.len()], vec![false; copy.len()]);
    for &(i, j) in &pairs {
        done_source[i] = true;
        done_copy[j] = true;
    }
    if !done_source.contains(&false) || !done_copy.contains(&false) {
        return pairs;
    }
    let source_keys: Vec<Vec<u64>> = source.iter().map(|s| content_keys(s)).collect();
    let mut places: Vec<(u64, usize)> = source_keys
        .iter()
        .enumerate()
        .flat_map(|(i, keys)| keys.iter().map(move |&key| (key, i)))
        .collect();
    places.sort_unstable();
    // The two best shares of every source sentence, and with which of the copy's the best is.
    let mut best_of_source: Vec<(f32, usize, f32)> = vec![(0.0, usize::MAX, 0.0); source.len()];
    let mut best_of_copy = best_of_source.clone();
    best_of_copy.resize(copy.len(), (0.0, usize::MAX, 0.0));
    let offer = |best: &mut (f32, usize, f32), share: f32, with: usize| {
        if share > best.0 {
            *best = (share, with, best.0);
        } else if share > best.2 {
            best.2 = share;
        }
    };
    let mut shared = vec![0_usize; source.len()];
    let mut touched = Vec::new();
    for (j, sentence) in copy.iter().enumerate() {
        let keys = content_keys(sentence);
        for &key in &keys {
            let from = places.partition_point(|p| p.0 < key);
            for &(_, i) in places[from..].iter().take_while(|p| p.0 == key) {
                if shared[i] == 0 {
                    touched.push(i);
                }
                shared[i] += 1;
            }
        }
        for i in touched.drain(..) {
            let longer = keys.len().max(source_keys[i].len());
            let share = shared[i] as f32 / longer as f32;
            offer(&mut best_of_source[i], share, j);
            offer(&mut best_of_copy[j], share, i);
            shared[i] = 0;
        }
    }
    for (j, &(share, i, elsewhere)) in best_of_copy.iter().enumerate() {
        if share >= NEARLY_SAME
            && elsewhere <= MOST_ELSEWHERE * share
            && !done_copy[j]
            && !done_source[i]
            && best_of_source[i].1 == j
            && best_of_source[i].2 <= MOST_ELSEWHERE * share
            && source_keys[i].len() >= LEAST_CONTENT
        {
            pairs.push((i, j));
        }
    }
    pairs
}

/// Pairs (source, copy) of sentences that read the same and stand once in either text: nothing answers a sentence better.
fn same_sentences(source: &[&Words], copy: &[&Words]) -> Vec<(usize, usize)> {
    let once = |sentences: &[&Words]| -> Vec<(u64, usize)> {
        let mut all: Vec<(u64, usize)> = sentences
            .iter()
            .enumerate()
            .filter(|(_, words)| words.words.len() >= LEAST_SAME)
            .map(|(at, words)| (words.reading, at))
            .collect();
        all.sort_unstable();
        all.chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() == 1)
            .map(|same| same[0])
            .collect()
    };
    let (of_source, of_copy) = (once(source), once(copy));
    of_source
        .iter()
        .filter_map(|&(reading, i)| {
            let found = of_copy.binary_search_by_key(&reading, |c| c.0).ok()?;
            let j = of_copy[found].1;
            source[i].reads_like(copy[j]).then_some((i, j))
        })
        .collect()
}

/// How far from a sentence without counterpart one that has its own may take part in what it is joined to.
const REACH: usize = 3;

/// Which sentences of two texts are aligned the long way: those that read like none, and those around them.
struct Rest {
    /// Numbers of source sentences, ascending.
    source: Vec<usize>,
    /// Numbers of the copy's sentences, ascending.
    copy: Vec<usize>,
    /// Pairs of them that are settled, by their places in these lists.
    settled: Vec<(usize, usize)>,
}

impl Rest {
    fn new(all_source: &[&Words], all_copy: &[&Words], pairs: &[(usize, usize)]) -> Self {
        let mut open_source = vec![true; all_source.len()];
        let mut open_copy = vec![true; all_copy.len()];
        for &(i, j) in pairs {
            open_source[i] = false;
            open_copy[j] = false;
        }
        let near = |open: &[bool], at: usize| {
            open[at.saturating_sub(REACH)..open.len().min(at + REACH + 1)].contains(&true)
        };
        let (mut in_source, mut in_copy) = (open_source.clone(), open_copy.clone());
        for &(i, j) in pairs {
            // A pair with changes is not far from being settled, but how like its sentences are is still to be said.
            let wanted = near(&open_source, i)
                || near(&open_copy, j)
                || !all_source[i].reads_like(all_copy[j]);
            in_source[i] = wanted;
            in_copy[j] = wanted;
        }
        let numbers =
            |wanted: &[bool]| -> Vec<usize> { (0..wanted.len()).filter(|&k| wanted[k]).collect() };
        let (source, copy) = (numbers(&in_source), numbers(&in_copy));
        let settled = pairs
            .iter()
            .filter_map(|(i, j)| Some((source.binary_search(i).ok()?, copy.binary_search(j).ok()?)))
            .collect();
        Self {
            source,
            copy,
            settled,
        }
    }
}

/// Aligns two books: sentences of the same words first, then what is left of the copy, a window at a time, with the source
/// sentences that share the most rare words with it.
fn align_long(source: &[&Words], copy: &[&Words]) -> Vec<Match> {
    let same_words = |sentence: &Words| -> Vec<u64> {
        sentence
            .words
            .iter()
            .map(|w| xxhash_rust::xxh3::xxh3_64(w.folded.as_bytes()))
            .collect()
    };
    let mut places: AHashMap<Vec<u64>, std::collections::VecDeque<usize>> = AHashMap::new();
    for (i, sentence) in source.iter().enumerate() {
        places.entry(same_words(sentence)).or_default().push_back(i);
    }
    let mut used = vec![false; source.len()];
    let mut matches = Vec::new();
    let mut left_over = Vec::new();
    for (j, sentence) in copy.iter().enumerate() {
        match places
            .get_mut(&same_words(sentence))
            .and_then(std::collections::VecDeque::pop_front)
        {
            Some(i) => {
                used[i] = true;
                matches.push(Match {
                    copy: vec![j],
                    source: vec![i],
                    similarity: 1.0,
                });
            }
            None => left_over.push(j),
        }
    }
    // Where each word stands among the source sentences left over; words in many of them say little and cost much.
    let keys = |sentence: &Words| -> Vec<u64> {
        let mut keys: Vec<u64> = sentence
            .words
            .iter()
            .filter(|w| w.class != Class::Function)
            .map(|w| w.key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let mut postings: AHashMap<u64, Vec<usize>> = AHashMap::new();
    for (i, sentence) in source.iter().enumerate().filter(|(i, _)| !used[*i]) {
        for key in keys(sentence) {
            postings.entry(key).or_default().push(i);
        }
    }
    for window in left_over.chunks(WINDOW) {
        let mut wanted: Vec<usize> = Vec::new();
        for &j in window {
            let mut met: Vec<usize> = keys(copy[j])
                .iter()
                .filter_map(|key| postings.get(key))
                .filter(|list| list.len() <= RARE)
                .flatten()
                .copied()
                .filter(|&i| !used[i])
                .collect();
            met.sort_unstable();
            let mut counted: Vec<(std::cmp::Reverse<usize>, usize)> = met
                .chunk_by(|a, b| a == b)
                .map(|same| (std::cmp::Reverse(same.len()), same[0]))
                .collect();
            counted.sort_unstable();
            wanted.extend(counted.iter().take(NEAREST).map(|c| c.1));
        }
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            continue;
        }
        let from: Vec<&Words> = wanted.iter().map(|&i| source[i]).collect();
        let to: Vec<&Words> = window.iter().map(|&j| copy[j]).collect();
        for mut found in align_dense(&from, &to) {
            found.copy.iter_mut().for_each(|j| *j = window[*j]);
            found.source.iter_mut().for_each(|i| {
                *i = wanted[*i];
                used[*i] = true;
            });
            matches.push(found);
        }
    }
    matches.sort_by(|a, b| a.copy.cmp(&b.copy));
    matches
}

fn align_dense(source: &[&Words], copy: &[&Words]) -> Vec<Match> {
    let pairs = settled(source, copy);
    let rest = Rest::new(source, copy, &pairs);
    // What reads the same and stands among its like needs no further look.
    let mut matches = Vec::new();
    for &(i, j) in &pairs {
        if rest.source.binary_search(&i).is_ok() {
            continue;
        }
        matches.push(Match {
            copy: vec![j],
            source: vec![i],
            similarity: 1.0,
        });
    }
    if !rest.source.is_empty() && !rest.copy.is_empty() {
        for mut found in align_rest(source, copy, &rest) {
            found.source.iter_mut().for_each(|i| *i = rest.source[*i]);
            found.copy.iter_mut().for_each(|j| *j = rest.copy[*j]);
            matches.push(found);
        }
    }
    matches.sort_by(|a, b| a.copy.cmp(&b.copy));
    matches
}

/// Aligns the sentences of `rest`; matches number them by their place there.
fn align_rest(all_source: &[&Words], all_copy: &[&Words], rest: &Rest) -> Vec<Match> {
    let source: Vec<&Words> = rest.source.iter().map(|&i| all_source[i]).collect();
    let copy: Vec<&Words> = rest.copy.iter().map(|&j| all_copy[j]).collect();
    let table = LikenessTable::new(
        &source,
        &copy,
        &rest.settled,
        &Rarity::new(all_source, all_copy),
    );
    let (n, m) = (source.len(), copy.len());
    let likeness: Vec<f32> = (0..n)
        .flat_map(|i| (0..m).map(move |j| (i, j)))
        .map(|(i, j)| table.likeness(i, j))
        .collect();
    let at = |i: usize, j: usize| likeness[i * m + j];
    // The places before and after, where they are of the rest too.
    let beside = |list: &[usize], k: usize, next: bool| {
        let other = if next { k + 1 } else { k.checked_sub(1)? };
        (list.get(other)?.abs_diff(list[k]) == 1).then_some(other)
    };
    let value = |i: usize, j: usize| {
        let neighbours =
            |next: bool| match (beside(&rest.source, i, next), beside(&rest.copy, j, next)) {
                (Some(i), Some(j)) => at(i, j),
                _ => 0.0,
            };
        let place = (rest.source[i] as f32 / all_source.len() as f32
            - rest.copy[j] as f32 / all_copy.len() as f32)
            .abs();
        at(i, j) + 0.05 * (neighbours(false) + neighbours(true)) - 0.04 * place
    };
    let mut of_copy: Vec<Vec<usize>> = vec![Vec::new(); m];
    let mut of_source: Vec<Vec<usize>> = vec![Vec::new(); n];
    for &(i, j) in &rest.settled {
        of_copy[j].push(i);
        of_source[i].push(j);
    }
    let pairs = assign(n, m, |i, j| {
        let open = of_source[i].is_empty() && of_copy[j].is_empty();
        (open && at(i, j) >= LEAST_LIKENESS).then(|| value(i, j))
    });
    for (i, j) in pairs {
        of_copy[j].push(i);
        of_source[i].push(j);
    }
    // A copy's sentence left over may say a part of a source sentence that another one begins (1:n).
    let left_over: Vec<usize> = (0..m).filter(|&j| of_copy[j].is_empty()).collect();
    for j in left_over {
        // The likeliest few; a neighbour of what the sentences beside it answer comes first.
        let answers_beside = |i: usize| {
            let near = [beside(&rest.copy, j, false), beside(&rest.copy, j, true)];
            near.into_iter().flatten().any(|k| of_copy[k].contains(&i))
        };
        let worth = |i: usize| value(i, j) + if answers_beside(i) { BESIDE } else { 0.0 };
        let mut ranked: Vec<usize> = (0..n).collect();
        ranked.sort_by(|&a, &b| worth(b).total_cmp(&worth(a)).then(a.cmp(&b)));
        let joined = ranked.into_iter().take(3).find(|&i| {
            let share = table.copy_covered(j, &[i]).0;
            let least = if answers_beside(i) {
                LEAST_SHARE_BESIDE
            } else {
                LEAST_SHARE_TO_JOIN
            };
            let gain = table
                .source_covered(i, &[&of_source[i][..], &[j]].concat())
                .0
                - table.source_covered(i, &of_source[i]).0;
            at(i, j) >= LEAST_LIKENESS * 0.75
                && share >= least
                && of_source[i]
                    .iter()
                    .all(|&k| rest.copy[k].abs_diff(rest.copy[j]) <= 2)
                && (of_source[i].is_empty() || gain >= 0.25 * LEAST_GAIN_TO_JOIN)
        });
        if let Some(i) = joined {
            of_copy[j].push(i);
            of_source[i].push(j);
        }
    }
    // A source sentence left over may be folded into a copy's sentence that tells another one too (n:1).
    let left_over: Vec<usize> = (0..n).filter(|&i| of_source[i].is_empty()).collect();
    for i in left_over {
        let best = (0..m).max_by(|&a, &b| value(i, a).total_cmp(&value(i, b)));
        if let Some(j) = best
            && !of_copy[j].is_empty()
            && of_copy[j]
                .iter()
                .all(|&k| rest.source[k].abs_diff(rest.source[i]) <= REACH)
        {
            let before = table.copy_covered(j, &of_copy[j]).0;
            let after = table.copy_covered(j, &[&of_copy[j][..], &[i]].concat()).0;
            if after - before >= LEAST_GAIN_TO_JOIN
                && table.source_covered(i, &[j]).0 >= LEAST_SHARE_TO_JOIN - 0.1
            {
                of_copy[j].push(i);
                of_source[i].push(j);
            }
        }
    }
    gather(&of_copy, &of_source, &table)
}

/// Joins links that share a sentence into matches.
fn gather(of_copy: &[Vec<usize>], of_source: &[Vec<usize>], table: &LikenessTable) -> Vec<Match> {
    let mut done = vec![false; of_copy.len()];
    let mut matches = Vec::new();
    for start in 0..of_copy.len() {
        if done[start] || of_copy[start].is_empty() {
            continue;
        }
        let (mut copies, mut sources) = (vec![start], Vec::new());
        done[start] = true;
        let mut next = 0;
        while next < copies.len() {
            for &i in &of_copy[copies[next]] {
                if !sources.contains(&i) {
                    sources.push(i);
                    for &j in &of_source[i] {
                        if !done[j] {
                            done[j] = true;
                            copies.push(j);
                        }
                    }
                }
            }
            next += 1;
        }
        copies.sort_unstable();
        sources.sort_unstable();
        let mean = |values: Vec<(f32, f32)>| {
            let total: f32 = values.iter().map(|v| v.1).sum();
            values.iter().map(|v| v.0 * v.1).sum::<f32>() / total.max(1e-6)
        };
        let of_copy = mean(
            copies
                .iter()
                .map(|&j| table.copy_covered(j, &sources))
                .collect(),
        );
        let of_source = mean(
            sources
                .iter()
                .map(|&i| table.source_covered(i, &copies))
                .collect(),
        );
        matches.push(Match {
            copy: copies,
            source: sources,
            similarity: (0.5 * (of_copy + of_source)).min(1.0),
        });
    }
    matches
}

/// The assignment of the greatest total value among allowed pairs. Parts of the problem that share no allowed pair are solved apart.
fn assign(n: usize, m: usize, value: impl Fn(usize, usize) -> Option<f32>) -> Vec<(usize, usize)> {
    let mut parts = UnionFind::new(n + m);
    let mut allowed = Vec::new();
    for i in 0..n {
        for j in 0..m {
            if let Some(v) = value(i, j) {
                allowed.push((i, j, v));
                parts.join(i, n + j);
            }
        }
    }
    let mut groups: std::collections::BTreeMap<usize, Vec<(usize, usize, f32)>> =
        std::collections::BTreeMap::new();
    for entry in allowed {
        groups.entry(parts.root(entry.0)).or_default().push(entry);
    }
    let mut chosen = Vec::new();
    for group in groups.into_values() {
        let mut rows: Vec<usize> = group.iter().map(|e| e.0).collect();
        let mut columns: Vec<usize> = group.iter().map(|e| e.1).collect();
        rows.sort_unstable();
        rows.dedup();
        columns.sort_unstable();
        columns.dedup();
        let size = rows.len().max(columns.len());
        let mut cost = vec![0.0_f64; size * size];
        for &(i, j, v) in &group {
            let (r, c) = (rows.binary_search(&i), columns.binary_search(&j));
            if let (Ok(r), Ok(c)) = (r, c) {
                cost[r * size + c] = -f64::from(v);
            }
        }
        for (r, c) in least_cost(size, &cost) {
            if cost[r * size + c] < 0.0 && r < rows.len() && c < columns.len() {
                chosen.push((rows[r], columns[c]));
            }
        }
    }
    chosen.sort_unstable();
    chosen
}

/// Least-cost assignment of a square matrix by shortest augmenting paths with potentials, cubic time (Jonker, Volgenant 1987).
fn least_cost(size: usize, cost: &[f64]) -> Vec<(usize, usize)> {
    let mut row_potential = vec![0.0_f64; size + 1];
    let mut column_potential = vec![0.0_f64; size + 1];
    let mut row_of_column = vec![0_usize; size + 1];
    let mut way = vec![0_usize; size + 1];
    for row in 1..=size {
        row_of_column[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; size + 1];
        let mut used = vec![false; size + 1];
        loop {
            used[column] = true;
            let current = row_of_column[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for j in 1..=size {
                if used[j] {
                    continue;
                }
                let reduced = cost[(current - 1) * size + j - 1]
                    - row_potential[current]
                    - column_potential[j];
                if reduced < least[j] {
                    least[j] = reduced;
                    way[j] = column;
                }
                if least[j] < delta {
                    delta = least[j];
                    next = j;
                }
            }
            for j in 0..=size {
                if used[j] {
                    row_potential[row_of_column[j]] += delta;
                    column_potential[j] -= delta;
                } else {
                    least[j] -= delta;
                }
            }
            column = next;
            if row_of_column[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let before = way[column];
            row_of_column[column] = row_of_column[before];
            column = before;
        }
    }
    (1..=size)
        .filter(|&j| row_of_column[j] > 0)
        .map(|j| (row_of_column[j] - 1, j - 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    #[test]
    fn least_cost_finds_the_optimum_of_a_known_case() {
        let cost = [4.0, 1.0, 3.0, 2.0, 0.0, 5.0, 3.0, 2.0, 2.0];
        let total: f64 = least_cost(3, &cost)
            .iter()
            .map(|&(r, c)| cost[r * 3 + c])
            .sum();
        assert_eq!(total, 5.0);
    }

    #[test]
    fn long_texts_are_aligned_near_linearly_and_in_any_order() {
        let mut state = 7_u64;
        let mut word = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            format!("n{}", (state >> 33) % 5000)
        };
        let mut texts: Vec<String> = Vec::new();
        for _ in 0..2000 {
            texts.push((0..10).map(|_| word() + " ").collect());
        }
        let analyse = |texts: &[String]| -> Vec<Words> {
            texts
                .iter()
                .map(|t| Words::new(t, Span::new(0, t.len())))
                .collect()
        };
        let source = analyse(&texts);
        let mut changed = texts.clone();
        changed.rotate_left(700);
        for text in changed.iter_mut().step_by(10) {
            *text = text.replacen(' ', " fresh ", 1);
        }
        let copy = analyse(&changed);
        let found = align_sentences(
            &source.iter().collect::<Vec<_>>(),
            &copy.iter().collect::<Vec<_>>(),
        );
        let right = found
            .iter()
            .filter(|m| m.copy.len() == 1 && m.source == [(m.copy[0] + 700) % 2000])
            .count();
        assert!(right >= 1990, "{right} of 2000");
    }

    #[test]
    fn split_joined_and_moved_sentences_are_aligned() {
        let words = |texts: &[&str]| -> Vec<Words> {
            texts
                .iter()
                .map(|t| Words::new(t, Span::new(0, t.len())))
                .collect()
        };
        let source = words(&[
            "The harbour authority closed the northern pier on Monday and said repairs would cost four million crowns.",
            "Fishermen from the village of Arl protested outside the town hall.",
            "The mayor promised compensation before the end of the summer season.",
        ]);
        let copy = words(&[
            "By the end of the summer season, the mayor promised, compensation would be paid.",
            "On Monday the northern pier was closed by the harbour authority.",
            "Repairs will cost 4 million crowns, it said.",
            "Shares in unrelated airlines rose sharply in Tokyo.",
        ]);
        let found = align_sentences(
            &source.iter().collect::<Vec<_>>(),
            &copy.iter().collect::<Vec<_>>(),
        );
        let pairs: Vec<_> = found
            .iter()
            .map(|m| (m.copy.clone(), m.source.clone()))
            .collect();
        assert_eq!(pairs, [(vec![0], vec![2]), (vec![1, 2], vec![0])]);
    }
}
