//! Which sentences of a copy answer which sentences of the source: 1:1, 1:n, n:1 or none, in any order.
//!
//! Likeness is the share of weighted words that find a counterpart (same word, form, name, value or near meaning). One
//! sentence is matched to one by the assignment of the greatest total, with the neighbours' likeness and the place as soft priors. Then
//! sentences left over, or crowded out by a neighbour, join a match where they say a part of it (1:n); those that stand in each other's place
//! between counterparts answer each other; and sentences of the source are folded into one of the copy that tells them too (n:1).

use ahash::AHashMap;

use super::assignment::assign;
use super::folding::folded;
use super::meaning::Meaning;
use super::table::{LikenessTable, Side};
use crate::article::Index;
use crate::words::{Class, Words};

/// Least likeness of a 1:1 match. Chosen on the development stories of `corpus/`.
pub const LEAST_LIKENESS: f32 = 0.24;
/// How much less is asked when the sentences before and behind answer each other beyond doubt, and the likeness from which they do.
/// More than .14 began to link sentences that an outlet had put in on the development stories.
const NEIGHBOURS_LEAVE: f32 = 0.12;
const SURE: f32 = 0.6;
/// Least share of its own words that a sentence left over must find in a match it joins.
const LEAST_SHARE_TO_JOIN: f32 = 0.40;
/// ... when the sentence beside it in the copy answers that match.
const LEAST_SHARE_BESIDE: f32 = 0.30;
/// How alike two texts must be ([`Links::retell`]) for place and meaning to speak for sentences that share few words. In reports of one event that
/// are no copies (ECB+) such links are chance: from .30 on there are as few as with words alone, and of the development stories none is lost.
const RETOLD: f32 = 0.30;
/// Likeness and cosine of meanings, added up, from which a sentence left over answers the one whose place it has, and how many times
/// as heavy one of them may be. On the development stories of `corpus/` sentences in such places that answer each other have .33 to .52,
/// but for one; two that an outlet put in have .13 and .24.
const LEAST_IN_A_GAP: f32 = 0.30;
const MOST_LONGER: f32 = 2.7;
const WEIGHT_OF_NOTHING: f32 = 0.2;
/// How many of the likeliest matches a sentence left over may join.
const LIKELIEST: usize = 3;
/// What being beside is worth in the choice of the match to join.
const BESIDE: f32 = 0.10;
/// Least gain in covered words that a further sentence of the copy must bring to a source sentence.
const LEAST_GAIN_TO_SPLIT: f32 = 0.025;
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

/// Aligns the sentences of `copy` with those of `source`. Matches come in the order of the copy. Sentences that read the same
/// cost next to nothing, those that differ in a few words little; of the others time and memory grow with the product of the two lengths
/// up to 90,000, beyond it near linearly.
pub fn align_sentences(source: &[&Words], copy: &[&Words]) -> Vec<Match> {
    let index = |sentences: &[&Words]| Index::new(sentences.iter().copied());
    align_indexed((source, &index(source)), (copy, &index(copy)))
}

/// [`align_sentences`] of texts whose sentences were looked through before.
pub fn align_indexed(source: (&[&Words], &Index), copy: (&[&Words], &Index)) -> Vec<Match> {
    if source.0.is_empty() || copy.0.is_empty() {
        return Vec::new();
    }
    if source.0.len() * copy.0.len() > DENSE {
        return align_long(source.0, copy.0);
    }
    let all: Vec<usize> = (0..source.0.len().max(copy.0.len())).collect();
    align_dense(source, copy, (&all, &all))
}

/// Least share of the longer sentence's distinct content words that lies in the other for the two to be counterparts out of hand, when
/// neither shares more than half as much with any third one. A sentence that was split or joined shares more with both parts.
const NEARLY_SAME: f32 = 0.70;
const MOST_ELSEWHERE: f32 = 0.5;
/// Fewest distinct content words of such a sentence.
const LEAST_CONTENT: u32 = 4;

/// Pairs (source, copy) of sentences that answer each other beyond doubt: those that read the same and stand once in either text, and
/// those that share most of their words and little with any other sentence. Near linear time.
fn settled(
    (source, a): (&[&Words], &Index),
    (copy, b): (&[&Words], &Index),
) -> Vec<(usize, usize)> {
    let mut pairs = same_sentences((source, a), (copy, b));
    let (mut done_source, mut done_copy) = (vec![false; source.len()], vec![false; copy.len()]);
    for &(i, j) in &pairs {
        done_source[i] = true;
        done_copy[j] = true;
    }
    if !done_source.contains(&false) || !done_copy.contains(&false) {
        return pairs;
    }
    // How many words each two sentences share.
    let m = copy.len();
    let mut shared = vec![0_u32; source.len() * m];
    joined(&a.places, &b.places, |mine, theirs| {
        for &(_, i) in mine {
            for &(_, j) in theirs {
                shared[i as usize * m + j as usize] += 1;
            }
        }
    });
    // The best share of every sentence, with which one, and the second best.
    let nobody = (0.0_f32, usize::MAX, 0.0_f32);
    let mut best_of_source = vec![nobody; source.len()];
    let mut best_of_copy = vec![nobody; m];
    let offer = |best: &mut (f32, usize, f32), share: f32, with: usize| {
        if share > best.0 {
            *best = (share, with, best.0);
        } else if share > best.2 {
            best.2 = share;
        }
    };
    for (i, row) in shared.chunks_exact(m).enumerate() {
        for (j, &count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
            let share = count as f32 / a.distinct[i].max(b.distinct[j]) as f32;
            offer(&mut best_of_source[i], share, j);
            offer(&mut best_of_copy[j], share, i);
        }
    }
    for (j, &(share, i, elsewhere)) in best_of_copy.iter().enumerate() {
        if share >= NEARLY_SAME
            && elsewhere <= MOST_ELSEWHERE * share
            && !done_copy[j]
            && !done_source[i]
            && best_of_source[i].1 == j
            && best_of_source[i].2 <= MOST_ELSEWHERE * share
            && a.distinct[i] >= LEAST_CONTENT
        {
            pairs.push((i, j));
        }
    }
    pairs
}

/// Hands out what two ascending lists have of each key that both have.
fn joined<'a>(
    mut a: &'a [(u64, u32)],
    mut b: &'a [(u64, u32)],
    mut met: impl FnMut(&'a [(u64, u32)], &'a [(u64, u32)]),
) {
    let run = |list: &[(u64, u32)]| list.iter().take_while(|e| e.0 == list[0].0).count();
    while let (Some(x), Some(y)) = (a.first(), b.first()) {
        match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => a = &a[1..],
            std::cmp::Ordering::Greater => b = &b[1..],
            std::cmp::Ordering::Equal => {
                let (mine, theirs) = (run(a), run(b));
                met(&a[..mine], &b[..theirs]);
                (a, b) = (&a[mine..], &b[theirs..]);
            }
        }
    }
}

/// Pairs (source, copy) of sentences that read the same and stand once in either text: nothing answers a sentence better.
fn same_sentences(
    (source, a): (&[&Words], &Index),
    (copy, b): (&[&Words], &Index),
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    joined(&a.readings, &b.readings, |mine, theirs| {
        let (i, j) = (mine[0].1 as usize, theirs[0].1 as usize);
        if source[i].reads_like(copy[j]) {
            pairs.push((i, j));
        }
    });
    pairs
}

/// How far apart the source sentences of one match may stand.
const REACH: usize = 3;
/// ... and the copy's sentences.
const COPY_REACH: usize = 2;

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
        for mut found in align_dense(
            (&from, &Index::new(from.iter().copied())),
            (&to, &Index::new(to.iter().copied())),
            (&wanted, window),
        ) {
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

/// `places` are those of the sentences of either side in their texts.
fn align_dense(
    source: (&[&Words], &Index),
    copy: (&[&Words], &Index),
    places: (&[usize], &[usize]),
) -> Vec<Match> {
    let mut links = Links {
        source_at: places.0,
        copy_at: places.1,
        of_source: vec![Vec::new(); source.0.len()],
        of_copy: vec![Vec::new(); copy.0.len()],
        settled: vec![None; source.0.len()],
        table: LikenessTable::new(source, copy),
    };
    for (i, j) in settled(source, copy) {
        links.settled[i] = Some(j);
        links.join(i, j);
    }
    links.assign();
    links.join_parts();
    if links.retell() >= RETOLD {
        links.fill_gaps();
        links.fold_in();
    }
    gather(&links.of_copy, &links.of_source, &mut links.table)
}

/// Which sentences answer which, as far as that is known.
struct Links<'a> {
    /// Where in its text each source sentence stands.
    source_at: &'a [usize],
    /// ... and each of the copy's.
    copy_at: &'a [usize],
    /// For each source sentence the copy's sentences that answer it.
    of_source: Vec<Vec<usize>>,
    /// For each of the copy's sentences the source sentences that it answers.
    of_copy: Vec<Vec<usize>>,
    /// The copy's sentence that answers a source sentence beyond doubt.
    settled: Vec<Option<usize>>,
    table: LikenessTable<'a>,
}

impl Links<'_> {
    fn join(&mut self, i: usize, j: usize) {
        self.of_copy[j].push(i);
        self.of_source[i].push(j);
    }

    /// Likeness of two sentences as neighbours of others. Those that are settled with others than each other are not compared: they share
    /// little with any third one.
    fn beside(&mut self, i: usize, j: usize) -> f32 {
        let taken = self.of_copy[j]
            .first()
            .is_some_and(|&first| self.settled[first] == Some(j));
        match self.settled[i] {
            Some(with) if with == j => self.table.likeness(i, j),
            Some(_) => 0.0,
            None if taken => 0.0,
            None => self.table.likeness(i, j),
        }
    }

    /// Whether two sentences are alike enough to answer each other. Between neighbours that answer each other less is asked: a free
    /// retelling keeps the order of the statements before it keeps their words.
    fn may_answer(&mut self, i: usize, j: usize) -> bool {
        let likeness = self.table.likeness(i, j);
        if likeness < LEAST_LIKENESS - NEIGHBOURS_LEAVE {
            return false;
        }
        let (n, m) = (self.of_source.len(), self.of_copy.len());
        let mut sure = 0.0;
        if i > 0 && j > 0 {
            sure += (self.beside(i - 1, j - 1) / SURE).min(1.0);
        }
        if i + 1 < n && j + 1 < m {
            sure += (self.beside(i + 1, j + 1) / SURE).min(1.0);
        }
        likeness >= LEAST_LIKENESS - NEIGHBOURS_LEAVE * sure / 2.0
    }

    /// What it is worth to link two sentences: their likeness, a little for neighbours that are alike too and for the same place.
    fn value(&mut self, i: usize, j: usize) -> f32 {
        let (n, m) = (self.of_source.len(), self.of_copy.len());
        let mut neighbours = 0.0;
        if i > 0 && j > 0 {
            neighbours += self.beside(i - 1, j - 1);
        }
        if i + 1 < n && j + 1 < m {
            neighbours += self.beside(i + 1, j + 1);
        }
        let place = (i as f32 / n as f32 - j as f32 / m as f32).abs();
        self.table.likeness(i, j) + 0.05 * neighbours - 0.04 * place
    }

    /// One sentence to one, of those that are not settled. Two neighbours in the copy may both say a part of one source sentence,
    /// which the assignment gives to one of them; the other does not take a worse one instead, but is left to join it.
    fn assign(&mut self) {
        let open = |links: &[Vec<usize>]| -> Vec<usize> {
            (0..links.len()).filter(|&k| links[k].is_empty()).collect()
        };
        let (rows, columns) = (open(&self.of_source), open(&self.of_copy));
        self.table.prepare(&rows, &columns);
        let mut allowed = Vec::new();
        // For each of the copy's sentences the source sentence of the highest value, and that value.
        let mut best = vec![(usize::MAX, f32::MIN); self.of_copy.len()];
        for &i in &rows {
            for &j in &columns {
                if self.may_answer(i, j) {
                    let value = self.value(i, j);
                    allowed.push((i, j, value));
                    if value > best[j].1 {
                        best[j] = (i, value);
                    }
                }
            }
        }
        loop {
            let chosen = assign(self.of_source.len(), self.of_copy.len(), &allowed);
            let mut told_by = vec![usize::MAX; self.of_source.len()];
            for &(i, j) in &chosen {
                told_by[i] = j;
            }
            let crowded_out = |i: usize, j: usize| {
                let wanted = best[j].0;
                let winner = told_by[wanted];
                wanted != i
                    && winner != usize::MAX
                    && winner.abs_diff(j) <= COPY_REACH
                    && best[winner].0 == wanted
            };
            let left: Vec<usize> = chosen
                .iter()
                .filter(|&&(i, j)| crowded_out(i, j))
                .map(|&(_, j)| j)
                .collect();
            if left.is_empty() {
                for (i, j) in chosen {
                    self.join(i, j);
                }
                return;
            }
            allowed.retain(|(_, j, _)| !left.contains(j));
        }
    }

    /// What it is worth for a copy's sentence left over to join what answers a source sentence, and whether one beside it answers that too.
    fn worth(&mut self, i: usize, j: usize) -> (f32, bool) {
        let beside = [j.checked_sub(1), Some(j + 1)]
            .into_iter()
            .flatten()
            .filter_map(|k| self.of_copy.get(k))
            .any(|links| links.contains(&i));
        (self.value(i, j) + if beside { BESIDE } else { 0.0 }, beside)
    }

    /// A copy's sentence left over may say a part of a source sentence that another one begins (1:n).
    fn join_parts(&mut self) {
        let left_over: Vec<usize> = (0..self.of_copy.len())
            .filter(|&j| self.of_copy[j].is_empty())
            .collect();
        for j in left_over {
            // The likeliest few; a neighbour of what the sentences beside it answer comes first.
            let mut ranked: Vec<(f32, usize, bool)> = Vec::new();
            let mut open: Vec<usize> = Vec::new();
            for i in 0..self.of_source.len() {
                let parts = &self.of_source[i];
                if !parts.iter().all(|&k| k.abs_diff(j) <= COPY_REACH) {
                    continue;
                }
                let told = std::mem::take(&mut self.of_source[i]);
                let whole = !told.is_empty()
                    && self.table.source_covered(i, &told).0 > 1.0 - LEAST_GAIN_TO_SPLIT;
                self.of_source[i] = told;
                if !whole {
                    open.push(i);
                }
            }
            self.table.prepare(&open, &[j]);
            for i in open {
                if self.table.likeness(i, j) < LEAST_LIKENESS * 0.75 {
                    continue;
                }
                let (worth, beside) = self.worth(i, j);
                ranked.push((worth, i, beside));
            }
            ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for (worth, i, beside) in ranked.into_iter().take(LIKELIEST) {
                let least = if beside {
                    LEAST_SHARE_BESIDE
                } else {
                    LEAST_SHARE_TO_JOIN
                };
                if self.table.copy_covered(j, &[i]).0 < least {
                    continue;
                }
                let mut told = std::mem::take(&mut self.of_source[i]);
                let before = self.table.source_covered(i, &told).0;
                told.push(j);
                let gain = self.table.source_covered(i, &told).0 - before;
                told.pop();
                let first = told.is_empty();
                self.of_source[i] = told;
                if first || gain >= LEAST_GAIN_TO_SPLIT {
                    // Among all sentences, those that it cannot join too, it is one of the likeliest few.
                    let all: Vec<usize> = (0..self.of_source.len()).collect();
                    self.table.prepare(&all, &[j]);
                    let better = (0..self.of_source.len())
                        .filter(|&k| k != i && self.worth(k, j).0.total_cmp(&worth).is_gt())
                        .take(LIKELIEST)
                        .count();
                    if better < LIKELIEST {
                        self.join(i, j);
                    }
                    break;
                }
            }
        }
    }

    /// How alike the texts are: of the two the one whose sentences find more of themselves in the other, each in the first that it is linked
    /// with; 0..=1.
    fn retell(&mut self) -> f32 {
        let table = &mut self.table;
        let mut of_copy = 0.0;
        for (j, linked) in self.of_copy.iter().enumerate() {
            of_copy += linked.first().map_or(0.0, |&i| table.likeness(i, j));
        }
        let mut of_source = 0.0;
        for (i, linked) in self.of_source.iter().enumerate() {
            of_source += linked.first().map_or(0.0, |&j| table.likeness(i, j));
        }
        (of_copy / self.of_copy.len() as f32).max(of_source / self.of_source.len() as f32)
    }

    /// A copy's sentence left over that stands where one of the source, left over too, would stand: between sentences that answer its
    /// neighbours. A free retelling keeps the order of statements before it keeps their words, so that a little of the same meaning is
    /// enough.
    fn fill_gaps(&mut self) {
        for j in 1..self.of_copy.len().saturating_sub(1) {
            if !self.of_copy[j].is_empty() {
                continue;
            }
            let Some(i) = self.of_copy[j - 1]
                .iter()
                .map(|&before| before + 1)
                .find(|i| self.of_copy[j + 1].contains(&(i + 1)))
                .filter(|&i| {
                    self.source_at[i + 1] - self.source_at[i - 1] == 2
                        && self.copy_at[j + 1] - self.copy_at[j - 1] == 2
                })
            else {
                continue;
            };
            if self.of_source[i].is_empty() && self.means_the_same(i, j) {
                self.join(i, j);
            }
        }
    }

    /// Whether two sentences of about one length mean something of the same.
    fn means_the_same(&mut self, i: usize, j: usize) -> bool {
        let likeness = self.table.likeness(i, j);
        let (source, copy) = (&self.table.source, &self.table.copy);
        let meaning = |side: &Side<'_>, k: usize| -> (Meaning, f32) {
            let weights = side.weights(k);
            let meaning = Meaning::of(&side.sentences[k].words, weights);
            (meaning, weights.iter().sum::<f32>() + WEIGHT_OF_NOTHING)
        };
        let ((told, long), (tells, as_long)) = (meaning(source, i), meaning(copy, j));
        likeness + told.cosine(&tells) >= LEAST_IN_A_GAP
            && long.max(as_long) <= MOST_LONGER * long.min(as_long)
    }

    /// A source sentence left over may be folded into a copy's sentence that tells the one before or behind it too (n:1).
    fn fold_in(&mut self) {
        let left_over: Vec<usize> = (0..self.of_source.len())
            .filter(|&i| self.of_source[i].is_empty())
            .collect();
        for i in left_over {
            let mut best: Option<(f32, usize)> = None;
            for j in 0..self.of_copy.len() {
                let told = &self.of_copy[j];
                let apart = |k: usize| self.source_at[k].abs_diff(self.source_at[i]);
                let beside =
                    told.iter().any(|&k| apart(k) == 1) && told.iter().all(|&k| apart(k) <= REACH);
                if !beside {
                    continue;
                }
                let evidence = folded(&mut self.table, told, i, j);
                if evidence > 0.0 && best.is_none_or(|(most, _)| evidence > most) {
                    best = Some((evidence, j));
                }
            }
            if let Some((_, j)) = best {
                self.join(i, j);
            }
        }
    }
}

/// Joins links that share a sentence into matches.
fn gather(
    of_copy: &[Vec<usize>],
    of_source: &[Vec<usize>],
    table: &mut LikenessTable<'_>,
) -> Vec<Match> {
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
        if let ([j], [i]) = (&copies[..], &sources[..])
            && table.source.sentences[*i].reads_like(table.copy.sentences[*j])
        {
            matches.push(Match {
                copy: copies,
                source: sources,
                similarity: 1.0,
            });
            continue;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

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

    /// Sentences of the copy with those of the source that they answer.
    fn answers(source: &[&str], copy: &[&str]) -> Vec<(Vec<usize>, Vec<usize>)> {
        let words = |texts: &[&str]| -> Vec<Words> {
            let whole = |text: &&str| Words::new(text, Span::new(0, text.len()));
            texts.iter().map(whole).collect()
        };
        let (source, copy) = (words(source), words(copy));
        let of_source: Vec<&Words> = source.iter().collect();
        let of_copy: Vec<&Words> = copy.iter().collect();
        let found = align_sentences(&of_source, &of_copy);
        found.into_iter().map(|m| (m.copy, m.source)).collect()
    }

    #[test]
    fn split_joined_and_moved_sentences_are_aligned() {
        let source = [
            "The harbour authority closed the northern pier on Monday and said repairs would cost four million crowns.",
            "Fishermen from the village of Arl protested outside the town hall.",
            "The mayor promised compensation before the end of the summer season.",
        ];
        let copy = [
            "By the end of the summer season, the mayor promised, compensation would be paid.",
            "On Monday the northern pier was closed by the harbour authority.",
            "Repairs will cost 4 million crowns, it said.",
            "Shares in unrelated airlines rose sharply in Tokyo.",
        ];
        assert_eq!(
            answers(&source, &copy),
            [(vec![0], vec![2]), (vec![1, 2], vec![0])]
        );
    }

    #[test]
    fn a_clause_that_tells_the_next_sentence_folds_it_in() {
        let source = [
            "The bank began raising rates in March 2022, when the benchmark stood at 1.5 percent.",
            "Its next meeting is scheduled for Nov. 9.",
            "Shares in the lender fell by two percent after the announcement.",
        ];
        let copy = [
            "The benchmark stood at 1.5 percent in March 2022, when the bank began raising rates; it will meet again on 9 November.",
            "The lender's shares lost two percent after the announcement.",
        ];
        assert_eq!(
            answers(&source, &copy),
            [(vec![0], vec![0, 1]), (vec![1], vec![2])]
        );
    }

    #[test]
    fn a_sentence_between_counterparts_answers_the_one_in_its_place() {
        let source = [
            "Mortar fire from across the river killed three soldiers at a forward post on Wednesday.",
            "Neither account could be independently verified.",
            "The security council held an emergency meeting in the capital on Thursday.",
        ];
        let copy = [
            "Three soldiers were killed on Wednesday at a forward post by mortar fire from across the river.",
            "There was no way of checking independently which account was right.",
            "An emergency meeting of the security council was held in the capital on Thursday.",
        ];
        let found = answers(&source, &copy);
        assert_eq!(
            found,
            [(vec![0], vec![0]), (vec![1], vec![1]), (vec![2], vec![2])]
        );
        // Of something else nothing is answered.
        let put_in = [
            copy[0],
            "Sandbags are to be had at the depot until seven.",
            copy[2],
        ];
        assert_eq!(answers(&source, &put_in).len(), 2);
    }

    #[test]
    fn a_sentence_crowded_out_by_its_neighbour_joins_it_instead_of_a_worse_one() {
        let source = [
            "Fighting first broke out in the late 1970s, when both provinces belonged to the kingdom and Ostran troops captured \
             wide tracts of land near Velha, long recognised as Sorn's territory.",
            "Ostran separatists in Velha broke away from Sorn when the kingdom collapsed in 1981.",
        ];
        let copy = [
            "In the late 1970s, fighting broke out between Sorn and Ostra over the Velha province.",
            "Ostran troops captured land near Velha, which was recognised as the territory of Sorn, when both belonged to the kingdom.",
        ];
        assert_eq!(answers(&source, &copy), [(vec![0, 1], vec![0])]);
    }
}
