//! What speaks for one document of a cluster having its text from another, as numbers.
//!
//! A copy can hand on only what it holds. Of what a document shares with the cluster its parent must therefore hold all, chance aside,
//! while a text that merely had the same parent lacks what its own editor cut: what is missing speaks against it, what stands in these two
//! only (an error, a turn of phrase, a figure) speaks for it. This is how the descent of manuscripts is found (Maas 1927); common errors
//! bind, common inheritance does not.

use ahash::{AHashMap, AHashSet};
use aho_corasick::AhoCorasick;

use super::Agencies;
use crate::article::Article;
use crate::model::{Attribution, AttributionKind, DocId, Document};
use crate::text::fold::fold;
use crate::text::quantities::Quantity;
use crate::words::Class;

/// What speaks for a pair, in the order in which [`Kinship`] counts it.
pub const OF_A_PAIR: [&str; 23] = [
    "words_explained",
    "runs_explained",
    "names_explained",
    "figures_explained",
    "facts_missed",
    "facts_shared_alone",
    "words_shared_alone",
    "runs_shared_alone",
    "runs_asymmetry",
    "facts_asymmetry",
    "words_held",
    "runs_held",
    "later",
    "hours_before",
    "words_of_their_own",
    "runs_of_their_own",
    "facts_missed_beyond",
    "compared_with",
    "changes_shared",
    "changes_unshared",
    "named",
    "agency",
    "same_outlet",
];

/// What speaks for a document having its text from outside the cluster, in the order of [`Kinship::outside`].
pub const OF_OUTSIDE: [&str; 8] = [
    "outside",
    "own_agency",
    "credits_absent",
    "named_by_others",
    "earliest",
    "words_best_explained",
    "runs_best_explained",
    "facts_best_explained",
];

/// Words in the longest run that is compared.
const LONGEST_RUN: usize = 4;

/// A document of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Its id.
    pub id: DocId,
    /// The document.
    pub document: &'a Document,
    /// Its sentences that matter.
    pub article: &'a Article,
    /// The credit it gives.
    pub credit: &'a Attribution,
    /// The name that reports use of the agency which its outlet is; `None` where it is no known agency.
    pub agency: Option<&'a str>,
}

/// Changes of meaning against the common source, as sums of their scores.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Changes {
    /// Of the document's, those that the other shares.
    pub shared: f32,
    /// Of the other's, those where the document keeps the source's words.
    pub unshared: f32,
}

impl<'a> Member<'a> {
    /// A document; its outlet is looked up among the agencies.
    pub fn new(
        id: DocId,
        document: &'a Document,
        article: &'a Article,
        credit: &'a Attribution,
        agencies: &'a Agencies,
    ) -> Self {
        let outlet = document.outlet.as_deref();
        Self {
            id,
            document,
            article,
            credit,
            agency: outlet.and_then(|name| agencies.of_outlet(name)),
        }
    }
}

/// Kinds of traits: words that carry meaning, runs of words, names, figures.
const KINDS: usize = 4;
const WORDS: usize = 0;
const RUNS: usize = 1;
const NAMES: usize = 2;
const FIGURES: usize = 3;

/// What a document holds, as ascending hashes.
pub struct Traits {
    of: [Vec<u64>; KINDS],
}

impl Traits {
    /// Reads an article. Linear time.
    pub fn new(article: &Article) -> Self {
        let mut of: [Vec<u64>; KINDS] = Default::default();
        for sentence in &article.words {
            let folded: Vec<u64> = sentence.words.iter().map(|word| word.hash).collect();
            for length in 2..=LONGEST_RUN {
                of[RUNS].extend(folded.windows(length).map(hash_of_run));
            }
            for (word, &hash) in sentence.words.iter().zip(&folded) {
                match word.class {
                    Class::Content => of[WORDS].push(word.key),
                    Class::Name => of[NAMES].push(hash),
                    Class::Quantity | Class::Function => {}
                }
            }
            let figures = sentence.quantities.iter().filter(|q| !q.is_in_words());
            of[FIGURES].extend(figures.map(hash_of_figure));
        }
        for list in &mut of {
            list.sort_unstable();
            list.dedup();
        }
        Self { of }
    }

    /// Whether the run of these folded words (two to four) stands in the text.
    pub(super) fn has_run(&self, words: &[u64]) -> bool {
        self.of[RUNS].binary_search(&hash_of_run(words)).is_ok()
    }
}

/// The hash of a run of hashed words.
pub(super) fn hash_of_run(words: &[u64]) -> u64 {
    words.iter().fold(words.len() as u64, |hash, &word| {
        crate::text::words::splitmix(hash.rotate_left(7) ^ word)
    })
}

/// Figures of equal value to four digits have equal hashes; times and amounts never have.
fn hash_of_figure(figure: &Quantity) -> u64 {
    let digits = format!("{:.3e}", figure.value);
    xxhash_rust::xxh3::xxh3_64_with_seed(digits.as_bytes(), u64::from(figure.is_time()))
}

/// The numbers of all pairs of a cluster.
#[derive(Debug)]
pub struct Kinship {
    /// Count of documents.
    pub documents: usize,
    /// For each document the candidates for its parent, ascending, each with what speaks for it ([`OF_A_PAIR`]).
    pub pairs: Vec<Vec<(usize, [f32; OF_A_PAIR.len()])>>,
    /// For each document what speaks for its text coming from outside ([`OF_OUTSIDE`]).
    pub outside: Vec<[f32; OF_OUTSIDE.len()]>,
}

/// Most documents of which all pairs are looked at. In a larger cluster each document's candidates are the `most_central` one and those with
/// which it shares the most that few have. 96: what follows takes the cube of their number.
const ALL_PAIRS: usize = 96;
/// Candidates of a document in a cluster larger than that.
const CANDIDATES: usize = 24;
/// A trait of more documents than this says nothing of any pair, and is not looked up.
const FEW: usize = 48;

/// Which documents hold each trait of a kind.
struct Holders {
    /// For each document and each of its traits, in their order: the trait's number.
    numbers: Vec<Vec<u32>>,
    /// Where the holders of each trait begin.
    starts: Vec<usize>,
    /// Those of one trait after another, ascending.
    documents: Vec<u32>,
}

impl Holders {
    fn new(traits: &[Traits], kind: usize) -> Self {
        let total = traits.iter().map(|one| one.of[kind].len()).sum();
        let mut places: Vec<(u64, u32, u32)> = Vec::with_capacity(total);
        for (number, one) in (0_u32..).zip(traits) {
            let list = (0_u32..).zip(&one.of[kind]);
            places.extend(list.map(|(at, &hash)| (hash, number, at)));
        }
        // Each document's traits ascend already: a stable sort merges such runs, and of two takes a single pass.
        places.sort_by_key(|place| place.0);
        let mut holders = Self {
            numbers: traits
                .iter()
                .map(|one| vec![0; one.of[kind].len()])
                .collect(),
            starts: Vec::new(),
            documents: Vec::with_capacity(total),
        };
        for (trait_number, same) in (0_u32..).zip(places.chunk_by(|a, b| a.0 == b.0)) {
            for &(_, document, at) in same {
                holders.numbers[document as usize][at as usize] = trait_number;
            }
            holders.starts.push(holders.documents.len());
            holders.documents.extend(same.iter().map(|place| place.1));
        }
        holders.starts.push(holders.documents.len());
        holders
    }

    /// The numbers of a document's traits, each with its holders, the document itself among them.
    fn of(&self, document: usize) -> impl Iterator<Item = (usize, &[u32])> {
        let of_trait = |&number: &u32| {
            let number = number as usize;
            let (begin, end) = (self.starts[number], self.starts[number + 1]);
            (number, &self.documents[begin..end])
        };
        self.numbers[document].iter().map(of_trait)
    }

    /// For the number of each trait whether a document holds it.
    fn held_by(&self, document: usize) -> Vec<bool> {
        let mut held = vec![false; self.starts.len()];
        for &number in &self.numbers[document] {
            held[number as usize] = true;
        }
        held
    }

    /// How many of a document's traits are among those marked.
    fn among(&self, document: usize, marked: &[bool]) -> usize {
        let numbers = self.numbers[document].iter();
        numbers.filter(|&&number| marked[number as usize]).count()
    }
}

impl Kinship {
    /// Measures a cluster. `changes` tells for each document with which others it shares changes of meaning; `central` is the document that is a candidate for all others whatever it shares. Results do not depend on the order
    /// of `members` but for their numbering.
    pub fn new(
        members: &[Member<'_>],
        traits: &[Traits],
        changes: &[AHashMap<usize, Changes>],
        central: usize,
    ) -> Self {
        let count = members.len();
        let holders: [Holders; KINDS] = std::array::from_fn(|kind| Holders::new(traits, kind));
        let shared: Vec<[f32; KINDS]> = traits
            .iter()
            .enumerate()
            .map(|(one, _)| {
                std::array::from_fn(|kind| {
                    let shared = holders[kind].of(one).filter(|(_, with)| with.len() > 1);
                    shared.count() as f32
                })
            })
            .collect();
        let of_central: [Vec<bool>; KINDS] =
            std::array::from_fn(|kind| holders[kind].held_by(central));
        let outlets: Vec<Option<String>> = members
            .iter()
            .map(|one| one.document.outlet.as_deref().map(fold))
            .collect();
        let naming = Naming::new(members);
        let mut rows_of = Scratch::new(count);
        let mut pairs = Vec::with_capacity(count);
        for child in 0..count {
            // Of every candidate: how much of each kind the two share, and how much only they have; and of that what the document compared
            // with lacks.
            let Scratch {
                common,
                alone,
                closeness,
                departures,
                touched,
            } = &mut rows_of;
            for kind in 0..KINDS {
                for (number, with) in holders[kind].of(child) {
                    if count > ALL_PAIRS && with.len() > FEW {
                        continue;
                    }
                    let departs = !of_central[kind][number];
                    for &other in with.iter().filter(|other| **other as usize != child) {
                        let other = other as usize;
                        if closeness[other] == 0.0 {
                            touched.push(other);
                        }
                        if departs {
                            departures[other][kind] += 1.0;
                        }
                        common[other][kind] += 1.0;
                        closeness[other] += 1.0 / with.len() as f32;
                        if with.len() == 2 {
                            alone[other][kind] += 1.0;
                        }
                    }
                }
            }
            // Counts, whose sum is exact in any order.
            let departed: [f32; KINDS] = std::array::from_fn(|kind| {
                touched.iter().map(|&other| departures[other][kind]).sum()
            });
            let mut candidates: Vec<usize> = if count > ALL_PAIRS {
                closest(child, central, closeness, touched, count)
            } else {
                (0..count).filter(|&other| other != child).collect()
            };
            if count > ALL_PAIRS {
                candidates.sort_unstable();
                let own: [Vec<bool>; KINDS] =
                    std::array::from_fn(|kind| holders[kind].held_by(child));
                for &other in &candidates {
                    if closeness[other] == 0.0 {
                        // From here on it is one of those to be forgotten.
                        touched.push(other);
                    }
                    common[other] =
                        std::array::from_fn(|kind| holders[kind].among(other, &own[kind]) as f32);
                }
            }
            let missed = |other: usize| {
                let facts = |of: &[f32; KINDS]| of[NAMES] + of[FIGURES];
                (facts(&shared[child]) - facts(&common[other])).max(0.0)
            };
            let least_missed = candidates
                .iter()
                .map(|&k| missed(k))
                .fold(f32::MAX, f32::min);
            let rows: Vec<(usize, [f32; OF_A_PAIR.len()])> = candidates
                .into_iter()
                .map(|other| {
                    let pair = Pair {
                        common: common[other],
                        alone: alone[other],
                        of_child: shared[child],
                        of_parent: shared[other],
                        child: &members[child],
                        parent: &members[other],
                        sizes: std::array::from_fn(|kind| traits[child].of[kind].len() as f32),
                        named: naming.names(child, &members[other]),
                        lift: [WORDS, RUNS].map(|kind| {
                            if other == central {
                                return 0.0;
                            }
                            let rest = departed[kind] - departures[other][kind];
                            let mean = rest / count.saturating_sub(3).max(1) as f32;
                            ((departures[other][kind] + 1.0) / (mean + 1.0)).ln()
                        }),
                        missed_beyond: missed(other) - least_missed,
                        central: other == central,
                        changes: changes[child].get(&other).copied().unwrap_or_default(),
                        same_outlet: outlets[child].is_some() && outlets[child] == outlets[other],
                    };
                    (other, pair.numbers())
                })
                .collect();
            pairs.push(rows);
            rows_of.forget();
        }
        // Every name under which one of the members published.
        let publishers: AHashSet<&str> = members
            .iter()
            .flat_map(|one| [one.agency, one.document.outlet.as_deref()])
            .flatten()
            .collect();
        let earliest = members
            .iter()
            .filter_map(|m| m.document.published_seconds)
            .min();
        let outside = (0..count)
            .map(|child| {
                let rows: &Vec<(usize, [f32; OF_A_PAIR.len()])> = &pairs[child];
                let best = |at: usize| rows.iter().map(|(_, row)| row[at]).fold(0.0, f32::max);
                let one = &members[child];
                let namers = naming.namers(child, one);
                [
                    1.0,
                    flag(is_own_agency(one)),
                    flag(credits_absent(one, &publishers)),
                    namers as f32 / count.saturating_sub(1).max(1) as f32,
                    flag(earliest.is_some() && one.document.published_seconds == earliest),
                    best(0),
                    best(1),
                    (best(2) + best(3)) / 2.0,
                ]
            })
            .collect();
        Self {
            documents: count,
            pairs,
            outside,
        }
    }
}

/// A child with a candidate for its parent.
struct Pair<'a> {
    common: [f32; KINDS],
    alone: [f32; KINDS],
    /// Of the child's traits those that any other document has.
    of_child: [f32; KINDS],
    of_parent: [f32; KINDS],
    child: &'a Member<'a>,
    parent: &'a Member<'a>,
    /// All the child's traits.
    sizes: [f32; KINDS],
    named: bool,
    /// How much more words and runs that the document compared with lacks the two share than the child shares with another.
    lift: [f32; 2],
    /// Names and figures missed beyond those that the best candidate misses.
    missed_beyond: f32,
    /// Whether the parent is the document that the others were compared with.
    central: bool,
    changes: Changes,
    same_outlet: bool,
}

impl Pair<'_> {
    fn numbers(&self) -> [f32; OF_A_PAIR.len()] {
        // Half a trait more on either side: of few traits little is said.
        let share = |part: f32, whole: f32| (part + 0.5) / (whole + 1.0);
        let explained = |kind: usize| share(self.common[kind], self.of_child[kind]);
        let reverse = |kind: usize| share(self.common[kind], self.of_parent[kind]);
        let facts = |of: &[f32; KINDS]| of[NAMES] + of[FIGURES];
        let hours = match (
            self.parent.document.published_seconds,
            self.child.document.published_seconds,
        ) {
            (Some(parent), Some(child)) => Some((child - parent) as f32 / 3600.0),
            _ => None,
        };
        [
            explained(WORDS),
            explained(RUNS),
            explained(NAMES),
            explained(FIGURES),
            (1.0 + facts(&self.of_child) - facts(&self.common)).ln(),
            (1.0 + facts(&self.alone)).ln(),
            (1.0 + self.alone[WORDS]).ln(),
            (1.0 + self.alone[RUNS]).ln(),
            explained(RUNS) - reverse(RUNS),
            share(facts(&self.common), facts(&self.of_child))
                - share(facts(&self.common), facts(&self.of_parent)),
            share(self.common[WORDS], self.sizes[WORDS]),
            share(self.common[RUNS], self.sizes[RUNS]),
            flag(hours.is_some_and(|h| h < 0.0)),
            hours.map_or(0.0, |h| h.clamp(0.0, 240.0).ln_1p() / 5.0),
            self.lift[0],
            self.lift[1],
            self.missed_beyond.ln_1p(),
            flag(self.central),
            self.changes.shared.ln_1p(),
            self.changes.unshared.ln_1p(),
            flag(self.named),
            flag(is_own_agency(self.parent)),
            flag(self.same_outlet),
        ]
    }
}

fn flag(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

/// Whether a document is an agency's own text.
pub(super) fn is_own_agency(one: &Member<'_>) -> bool {
    one.agency.is_some_and(|agency| {
        one.credit
            .agency
            .as_deref()
            .is_none_or(|named| named == agency)
    })
}

/// Whether a document credits an agency, or conflicting ones, that published none of the others.
fn credits_absent(one: &Member<'_>, publishers: &AHashSet<&str>) -> bool {
    if one.credit.kind == AttributionKind::None {
        return false;
    }
    one.credit
        .agency
        .as_deref()
        .is_some_and(|named| !named.split(", ").any(|name| publishers.contains(name)))
}

/// What a document shares with each of the others; one for all documents, since clearing what was touched takes less than what a cluster
/// of thousands would need for each of its documents.
struct Scratch {
    common: Vec<[f32; KINDS]>,
    alone: Vec<[f32; KINDS]>,
    closeness: Vec<f32>,
    departures: Vec<[f32; KINDS]>,
    /// Whom anything was counted for.
    touched: Vec<usize>,
}

impl Scratch {
    fn new(count: usize) -> Self {
        Self {
            common: vec![[0.0; KINDS]; count],
            alone: vec![[0.0; KINDS]; count],
            closeness: vec![0.0; count],
            departures: vec![[0.0; KINDS]; count],
            touched: Vec::new(),
        }
    }

    fn forget(&mut self) {
        for other in self.touched.drain(..) {
            self.common[other] = [0.0; KINDS];
            self.alone[other] = [0.0; KINDS];
            self.closeness[other] = 0.0;
            self.departures[other] = [0.0; KINDS];
        }
    }
}

/// The candidates of a document in a large cluster: the central one and those that are closest to it, the first ones where several are
/// equally close.
fn closest(
    child: usize,
    central: usize,
    closeness: &[f32],
    touched: &[usize],
    count: usize,
) -> Vec<usize> {
    // Those with whom nothing is shared come last, in their order; more than are wanted are not needed.
    let others = (0..count)
        .filter(|&other| other != child && closeness[other] == 0.0)
        .take(CANDIDATES);
    let mut candidates: Vec<usize> = touched.iter().copied().chain(others).collect();
    if central != child && !candidates.contains(&central) {
        candidates.push(central);
    }
    let order = |&a: &usize, &b: &usize| {
        (b == central)
            .cmp(&(a == central))
            .then(closeness[b].total_cmp(&closeness[a]))
            .then(a.cmp(&b))
    };
    if candidates.len() > CANDIDATES {
        candidates.select_nth_unstable_by(CANDIDATES - 1, order);
        candidates.truncate(CANDIDATES);
    }
    candidates
}

/// Which members name which: as the agency they credit or cite, or anywhere in their text.
struct Naming<'a> {
    /// For each member the agencies it credits or cites.
    credited: Vec<AHashSet<&'a str>>,
    /// For each member the outlets that its text names.
    mentioned: Vec<AHashSet<&'a str>>,
    /// For each member its outlet, as it is printed.
    own: Vec<Option<&'a str>>,
    /// For each outlet and agency, as far as members have them, who names them, ascending.
    namers: AHashMap<(Option<&'a str>, Option<&'a str>), Vec<usize>>,
}

impl<'a> Naming<'a> {
    fn new(members: &[Member<'a>]) -> Self {
        let credited: Vec<AHashSet<&str>> = members
            .iter()
            .map(|one| {
                one.credit
                    .agency
                    .iter()
                    .filter(|_| one.credit.kind != AttributionKind::None)
                    .flat_map(|named| named.split(", "))
                    .chain(one.credit.cited.iter().map(|cited| cited.agency.as_str()))
                    .collect()
            })
            .collect();
        let mut names: Vec<&str> = members
            .iter()
            .filter_map(outlet)
            .filter(|name| name.len() >= MOST_COMMON_NAME)
            .collect();
        names.sort_unstable();
        names.dedup();
        // One pass over a text, however many outlets there are (Aho, Corasick 1975).
        let finder = AhoCorasick::new(&names).ok();
        let mentioned: Vec<AHashSet<&str>> = members
            .iter()
            .map(|one| {
                let text = one.document.text.as_str();
                match &finder {
                    Some(finder) => finder
                        .find_overlapping_iter(text)
                        .filter(|found| stands_alone(text, found.range()))
                        .map(|found| names[found.pattern().as_usize()])
                        .collect(),
                    None => names
                        .iter()
                        .copied()
                        .filter(|name| {
                            text.match_indices(name)
                                .any(|(at, _)| stands_alone(text, at..at + name.len()))
                        })
                        .collect(),
                }
            })
            .collect();
        let own = members
            .iter()
            .map(|one| one.document.outlet.as_deref())
            .collect();
        let mut found = Self {
            credited,
            mentioned,
            own,
            namers: AHashMap::new(),
        };
        // Who names an outlet, and who credits an agency.
        let (mut of_outlet, mut of_agency) = (
            AHashMap::<&str, Vec<usize>>::new(),
            AHashMap::<&str, Vec<usize>>::new(),
        );
        for k in 0..members.len() {
            for name in found.credited[k].union(&found.mentioned[k]) {
                of_outlet.entry(name).or_default().push(k);
            }
            for name in &found.credited[k] {
                of_agency.entry(name).or_default().push(k);
            }
        }
        for one in members {
            let key = (outlet(one), one.agency);
            if found.namers.contains_key(&key) {
                continue;
            }
            let lists = [
                key.0.and_then(|name| of_outlet.get(name)),
                key.1.and_then(|name| of_agency.get(name)),
            ];
            let mut all: Vec<usize> = lists.into_iter().flatten().flatten().copied().collect();
            all.sort_unstable();
            all.dedup();
            all.retain(|&k| found.names(k, one));
            found.namers.insert(key, all);
        }
        found
    }

    /// Whether member `k` names the outlet of `other`; its own it does not name.
    fn names(&self, k: usize, other: &Member<'_>) -> bool {
        let Some(outlet) = outlet(other) else {
            return false;
        };
        self.own[k] != Some(outlet)
            && (self.credited[k].contains(outlet)
                || other
                    .agency
                    .is_some_and(|agency| self.credited[k].contains(agency))
                || self.mentioned[k].contains(outlet))
    }

    /// How many of the others name member `k`, which is `one`.
    fn namers(&self, k: usize, one: &Member<'_>) -> usize {
        let all = self.namers.get(&(outlet(one), one.agency));
        all.map_or(0, |all| {
            all.len() - usize::from(all.binary_search(&k).is_ok())
        })
    }
}

/// The outlet of a member, if it has one.
fn outlet<'a>(one: &Member<'a>) -> Option<&'a str> {
    let outlet = one.document.outlet.as_deref().map(str::trim);
    outlet.filter(|outlet| !outlet.is_empty())
}

/// Whether what stands at `range` is no part of a longer word.
fn stands_alone(text: &str, range: std::ops::Range<usize>) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    edge(text[..range.start].chars().next_back()) && edge(text[range.end..].chars().next())
}

/// Bytes of an outlet's name from which it is looked for in texts: "The Sun" stands in many.
const MOST_COMMON_NAME: usize = 8;
