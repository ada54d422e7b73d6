//! Word forms, senses and opposites, from Princeton WordNet (Miller 1995).

use std::hash::Hash;
use std::ops::Range;
use std::sync::OnceLock;

use ahash::{AHashMap, AHashSet};

use super::tables::{has_line, lines, numbers};

/// Lemmas, synsets, hypernyms, shades of adjectives, antonyms, irregular forms.
#[derive(Debug)]
pub struct Relations {
    /// Lemma -> where its senses are, with part of speech, most frequent first within one part of speech.
    senses: Places,
    all_senses: Vec<(u8, u32)>,
    /// Where the synsets right above each one are, and behind the last one their number.
    above_begins: Vec<u32>,
    all_above: Vec<u32>,
    /// Synset of an adjective -> the adjectives it is a shade of: "rapid" of "fast".
    similar: AHashMap<u32, Box<[u32]>>,
    antonyms: AHashSet<(&'static str, &'static str)>,
    /// Pairs of synsets that hold opposites in a frequent sense, both ways.
    opposed: AHashSet<(u32, u32)>,
    /// The same by what is opposed: of each lemma and each synset. Only judges ask.
    against: OnceLock<Against>,
    /// Synsets of named individuals: a city, a statesman, a river.
    individuals: AHashSet<u32>,
    irregular: AHashMap<&'static str, &'static str>,
}

/// For each lemma a place in a list.
type Places = AHashMap<&'static str, Range<u32>>;

static SYNSETS: &str = include_str!("../../lexicon/synsets.tsv");
static HYPERNYMS: &str = include_str!("../../lexicon/hypernyms.tsv");
static SIMILAR: &str = include_str!("../../lexicon/similar.tsv");
static RARE: &str = include_str!("../../lexicon/rare.txt");
static ANTONYMS: &str = include_str!("../../lexicon/antonyms.tsv");
static INSTANCES: &str = include_str!("../../lexicon/instances.tsv");
static IRREGULAR: &str = include_str!("../../lexicon/irregular.tsv");

/// Pairs that news uses as opposites and WordNet does not list.
static MORE_OPPOSITES: &str = include_str!("opposites.tsv");

/// How many senses of a part of speech are near enough to a word for what lies above them to count.
const NEAR_RANKS: u8 = 3;

impl Relations {
    pub(super) fn embedded() -> Self {
        let (senses, all_senses) = senses();
        let (above_begins, all_above) = hypernyms();
        let similar = lines(SIMILAR)
            .filter_map(|line| {
                let (synset, heads) = line.split_once('\t')?;
                Some((synset.parse().ok()?, numbers(heads).collect()))
            })
            .collect();
        let mut antonyms = AHashSet::new();
        for (a, b) in lines(ANTONYMS)
            .chain(MORE_OPPOSITES.lines().filter(|line| !line.starts_with('#')))
            .filter_map(|line| line.split_once('\t'))
        {
            antonyms.insert((a, b));
            antonyms.insert((b, a));
        }
        let mut opposed = AHashSet::new();
        let listed = |lemma| among(&all_senses, senses.get(lemma));
        for (a, b) in lines(ANTONYMS).filter_map(|line| line.split_once('\t')) {
            for (pos, x) in frequent(listed(a)) {
                for (_, y) in frequent(listed(b)).filter(|s| s.0 == pos) {
                    opposed.insert((x, y));
                    opposed.insert((y, x));
                }
            }
        }
        let individuals = lines(INSTANCES)
            .filter_map(|line| line.split_once('\t')?.0.parse().ok())
            .collect();
        let mut irregular = AHashMap::new();
        for line in lines(IRREGULAR) {
            let mut fields = line.split('\t');
            if let (Some(form), Some(_), Some(lemma)) =
                (fields.next(), fields.next(), fields.next())
            {
                irregular.entry(form).or_insert(lemma);
            }
        }
        // Forms whose first entry in WordNet's exception lists misleads in prose.
        for (form, lemma) in [
            ("left", "leave"),
            ("found", "find"),
            ("saw", "see"),
            ("felt", "feel"),
            ("said", "say"),
            ("lay", "lie"),
            ("was", "be"),
            ("were", "be"),
            ("is", "be"),
            ("are", "be"),
            ("been", "be"),
            ("has", "have"),
            ("had", "have"),
            ("does", "do"),
            ("did", "do"),
        ] {
            irregular.insert(form, lemma);
        }
        Self {
            senses,
            all_senses,
            above_begins,
            all_above,
            similar,
            antonyms,
            opposed,
            against: OnceLock::new(),
            individuals,
            irregular,
        }
    }

    /// Whether the folded word is a lemma.
    pub fn is_lemma(&self, word: &str) -> bool {
        self.senses.contains_key(word)
    }

    /// Whether the folded word, or its base form, is an English word too rare to have senses here: "resilient", "microclimates".
    pub fn is_rare(&self, word: &str) -> bool {
        const ENDINGS: [(&str, &str); 7] = [
            ("s", ""),
            ("es", ""),
            ("ies", "y"),
            ("ed", ""),
            ("ed", "e"),
            ("ing", ""),
            ("ing", "e"),
        ];
        // Few words are asked for, so that a search costs less than a set of all.
        let known = |stem: &str| has_line(RARE, stem);
        known(word)
            || ENDINGS.iter().any(|(ending, with)| {
                word.strip_suffix(ending)
                    .is_some_and(|stem| known(&format!("{stem}{with}")))
            })
    }

    /// The base form of a folded word: "troops" -> "troop", "fled" -> "flee". Unknown words lose a plural "s" only.
    pub fn lemma(&self, word: &str) -> String {
        if let Some(&lemma) = self.irregular.get(word) {
            return lemma.to_owned();
        }
        if word.len() <= 3 || !word.is_ascii() {
            return word.to_owned();
        }
        // "spokesmen"
        if let Some(stem) = word.strip_suffix("men").filter(|stem| stem.len() >= 3) {
            let one = format!("{stem}man");
            if self.is_lemma(&one) {
                return one;
            }
        }
        let mut stems: Vec<String> = Vec::new();
        let mut cut = |ending: &str, with: &str| {
            if let Some(stem) = word.strip_suffix(ending)
                && stem.len() >= 2
            {
                stems.push(format!("{stem}{with}"));
            }
        };
        cut("ies", "y");
        cut("ied", "y");
        cut("sses", "ss");
        cut("es", "e");
        cut("es", "");
        cut("s", "");
        cut("ed", "e");
        cut("ed", "");
        cut("ing", "e");
        cut("ing", "");
        // "hammer" is no comparative of "ham": only what is no lemma itself is taken for one.
        let comparative = !self.is_lemma(word);
        if comparative {
            cut("ier", "y");
            cut("iest", "y");
        }
        for ending in if comparative {
            &["ed", "ing", "er", "est"][..]
        } else {
            &["ed", "ing"]
        } {
            // "stopped" -> "stop"
            if let Some(stem) = word.strip_suffix(*ending)
                && stem.len() >= 3
                && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2]
            {
                stems.push(stem[..stem.len() - 1].to_owned());
            }
        }
        let plain_noun = word.ends_with('s')
            && !word.ends_with("ss")
            && !word.ends_with("us")
            && !word.ends_with("is");
        // "-ed" and "-ing" forms that are lemmas of their own ("building", "united") still reduce when their verb is one.
        if let Some(stem) = stems
            .iter()
            .find(|stem| self.has_verb_or_noun(stem, !plain_noun))
        {
            return stem.clone();
        }
        if plain_noun && !self.is_lemma(word) {
            return word[..word.len() - 1].to_owned();
        }
        word.to_owned()
    }

    fn has_verb_or_noun(&self, lemma: &str, verb_only: bool) -> bool {
        let verb = |&(pos, _): &(u8, u32)| pos == b'v' || pos == b'a' || pos == b's';
        self.is_lemma(lemma) && (!verb_only || self.senses(lemma).iter().any(verb))
    }

    /// Whether the lemma is ever a verb, by its listed senses.
    pub fn is_verb(&self, lemma: &str) -> bool {
        self.senses(lemma).iter().any(|&(pos, _)| pos == b'v')
    }

    /// The senses of a lemma: part of speech and synset, most frequent first within one part of speech.
    pub fn senses(&self, lemma: &str) -> &[(u8, u32)] {
        among(&self.all_senses, self.senses.get(lemma))
    }

    /// How two lemmas are related by sense, 0..=1: 1 for a shared frequent sense, less for rarer ones or for one lying directly
    /// under the other, 0 for none.
    pub fn sense_overlap(&self, a: &str, b: &str) -> f32 {
        let ranks = |lemma: &str| self.ranks(self.senses(lemma));
        ranks(a).overlap(&ranks(b))
    }

    /// What [`Kinship::may_share`] looks at.
    pub fn kinship(&self, senses: &[(u8, u32)]) -> Kinship {
        let mut kinship = Kinship::default();
        for (_, synset, rank) in ranked(senses) {
            set(&mut kinship.senses, synset);
            if rank < NEAR_RANKS {
                for &above in self.above(synset) {
                    set(&mut kinship.above, above);
                }
            }
        }
        kinship
    }

    /// A word's senses, ready to be compared with those of others.
    pub fn ranks(&self, senses: &[(u8, u32)]) -> Ranks {
        let mut ranks = Ranks::default();
        let (mut all, mut near, mut above) = (Vec::new(), Vec::new(), Vec::new());
        for (pos, synset, rank) in ranked(senses) {
            all.push((synset, rank));
            if rank < NEAR_RANKS {
                near.push((sense_as(pos, synset), rank));
                above.extend(self.above(synset).iter().map(|&s| (sense_as(pos, s), rank)));
            }
        }
        ranks.all = ascending(all);
        ranks.near = ascending(near);
        ranks.above = ascending(above);
        ranks.bits = self.kinship(senses);
        ranks
    }

    /// Whether two words are different kinds of one thing, by their two most frequent senses: "week" and "month", "son" and "daughter".
    pub fn siblings(&self, x: &[(u8, u32)], y: &[(u8, u32)]) -> bool {
        let top = |list: &'_ [(u8, u32)], pos: u8| {
            let first = list.iter().position(|s| s.0 == pos).unwrap_or(list.len());
            let same = list[first..].iter().take(2).filter(|s| s.0 == pos).count();
            first..first + same
        };
        for pos in [b'n', b'v'] {
            for (_, a) in x[top(x, pos)].iter().copied() {
                for (_, b) in y[top(y, pos)].iter().copied() {
                    let (p, q) = (self.above(a), self.above(b));
                    if a != b && p.iter().any(|h| q.contains(h)) {
                        return true;
                    }
                }
            }
        }
        false
    }

    fn above(&self, synset: u32) -> &[u32] {
        let bound = |at: usize| self.above_begins.get(at).map(|&begin| begin as usize);
        match (bound(synset as usize), bound(synset as usize + 1)) {
            (Some(begin), Some(end)) => &self.all_above[begin..end],
            _ => &[],
        }
    }

    /// Whether two lemmas are opposites.
    pub fn opposite(&self, a: &str, b: &str) -> bool {
        self.antonyms.contains(&(a, b)) || negated_form(a, b) || negated_form(b, a)
    }

    /// What tells whether [`Self::opposition`] of the lemma to another one can be above 0.
    pub fn polar(&self, lemma: &str) -> Polar {
        let against = self.against.get_or_init(|| Against {
            antonyms: by_first(&self.antonyms, of_form),
            opposed: by_first(&self.opposed, |synset| synset),
        });
        let mut polar = Polar::default();
        let adjective = self.adjective(lemma);
        let forms = [Some(lemma), Some(adjective).filter(|form| *form != lemma)];
        for form in forms.into_iter().flatten() {
            set(&mut polar.own, of_form(form));
            for &other in against.antonyms.get(form).into_iter().flatten() {
                set(&mut polar.against, other);
            }
            for rest in NEGATING.iter().filter_map(|p| form.strip_prefix(p)) {
                set(&mut polar.against, of_form(rest));
            }
        }
        let mut sense = |synset: u32| {
            set(&mut polar.own, synset);
            for &other in against.opposed.get(&synset).into_iter().flatten() {
                set(&mut polar.against, other);
            }
        };
        for (_, synset) in frequent(self.senses(adjective)) {
            sense(synset);
            for &head in self.similar.get(&synset).into_iter().flatten() {
                sense(head);
            }
        }
        polar
    }

    /// How surely two lemmas are opposites, 0..=1: 1 when they are listed or one is the other's negated form, 0.6 when synonyms of
    /// theirs in a frequent sense are ("conceal" and "show", by "hide"), 0.5 when adjectives they are shades of are ("rapid" and "sluggish",
    /// by "fast" and "slow"; indirect antonyms, Gross, Fischer and Miller 1989). Adverbs count by their adjectives, comparatives by their
    /// positives.
    pub fn opposition(&self, a: &str, b: &str) -> f32 {
        if a == b || NO_OPPOSITES.contains(&(a, b)) || NO_OPPOSITES.contains(&(b, a)) {
            return 0.0;
        }
        if self.opposite(a, b) {
            return 1.0;
        }
        let (x, y) = (self.adjective(a), self.adjective(b));
        if x == y {
            return 0.0;
        }
        if (x != a || y != b) && self.opposite(x, y) {
            return 1.0;
        }
        let (of_x, of_y) = (self.senses(x), self.senses(y));
        let by_sense = frequent(of_x)
            .any(|p| frequent(of_y).any(|q| p.0 == q.0 && self.opposed.contains(&(p.1, q.1))));
        let strength = if by_sense {
            0.6
        } else if self.indirectly_opposed(of_x, of_y) {
            0.5
        } else {
            return 0.0;
        };
        if self.sense_overlap(x, y) < 0.6 {
            strength
        } else {
            0.0
        }
    }

    /// Whether two adjectives, or those they are shades of, are opposites in their first senses.
    fn indirectly_opposed(&self, x: &[(u8, u32)], y: &[(u8, u32)]) -> bool {
        let adjectives = |senses: &'_ [(u8, u32)]| -> Vec<u32> {
            // A "game" is seldom a willing one.
            let of = |class: u8| senses.iter().filter(|s| s.0 == class).count();
            if of(b'n').max(of(b'v')) > 2 * of(b'a') {
                return Vec::new();
            }
            let first = frequent(senses).filter(|s| s.0 == b'a');
            first
                .flat_map(|(_, synset)| {
                    let heads = self.similar.get(&synset).map_or(&[][..], |h| &h[..]);
                    std::iter::once(synset).chain(heads.iter().copied())
                })
                .collect()
        };
        let of_y = adjectives(y);
        if of_y.is_empty() {
            return false;
        }
        adjectives(x)
            .into_iter()
            .any(|p| of_y.iter().any(|&q| self.opposed.contains(&(p, q))))
    }

    /// "illegal" of "illegally", "simple" of "simply", "large" of "larger" and "largest"; the word itself when it is none of these.
    fn adjective<'a>(&'a self, lemma: &'a str) -> &'a str {
        let known = |stem: &str| self.senses.get_key_value(stem).map(|(k, _)| *k);
        if let Some(stem) = lemma.strip_suffix("ly") {
            return known(stem).unwrap_or(lemma);
        }
        for ending in ["er", "est"] {
            // "paper" is no comparative of "pap": the stem must be an adjective first of all.
            if let Some(stem) = lemma.strip_suffix(ending).filter(|s| s.len() >= 3) {
                let graded = |k: &&str| self.senses(k).first().is_some_and(|s| s.0 == b'a');
                let with_e = lemma.get(..stem.len() + 1).filter(|s| s.ends_with('e'));
                if let Some(found) = known(stem)
                    .filter(graded)
                    .or_else(|| known(with_e?).filter(graded))
                {
                    return found;
                }
            }
        }
        lemma
    }

    /// Whether the senses are first of all those of a named individual: "Moscow", "Lincoln".
    pub fn is_individual(&self, lemma: &str) -> bool {
        let first = self.senses(lemma).first();
        first.is_some_and(|(_, synset)| self.individuals.contains(synset))
    }
}

/// Where the senses of each lemma are, and the senses. The table has the lines of a lemma side by side.
fn senses() -> (Places, Vec<(u8, u32)>) {
    let mut senses = AHashMap::with_capacity(lines(SYNSETS).count());
    let mut all: Vec<(u8, u32)> = Vec::with_capacity(SYNSETS.len() / 6);
    for line in lines(SYNSETS) {
        let mut fields = line.split('\t');
        if let (Some(lemma), Some(pos), Some(synsets)) =
            (fields.next(), fields.next(), fields.next())
        {
            let pos = pos.bytes().next().unwrap_or(b'n');
            let begin = narrow(all.len());
            all.extend(numbers(synsets).map(|synset| (pos, synset)));
            senses.entry(lemma).or_insert(begin..begin).end = narrow(all.len());
        }
    }
    (senses, all)
}

/// Where the synsets above each one are, and those synsets. The table ascends.
fn hypernyms() -> (Vec<u32>, Vec<u32>) {
    let (mut begins, mut all) = (Vec::new(), Vec::new());
    for line in lines(HYPERNYMS) {
        if let Some((synset, above)) = line.split_once('\t')
            && let Ok(synset) = synset.parse::<usize>()
        {
            begins.resize(synset + 1, narrow(all.len()));
            all.extend(numbers(above));
        }
    }
    begins.push(narrow(all.len()));
    (begins, all)
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).expect("the tables have some hundred thousand numbers")
}

fn among<'a>(all: &'a [(u8, u32)], place: Option<&Range<u32>>) -> &'a [(u8, u32)] {
    place.map_or(&[], |place| &all[place.start as usize..place.end as usize])
}

/// What each is opposed to.
#[derive(Debug)]
struct Against {
    /// Numbers of forms: see [`of_form`].
    antonyms: AHashMap<&'static str, Vec<u32>>,
    opposed: AHashMap<u32, Vec<u32>>,
}

/// For each first of some pairs the numbers of its seconds.
fn by_first<T: Copy + Eq + Hash>(
    pairs: &AHashSet<(T, T)>,
    number: impl Fn(T) -> u32,
) -> AHashMap<T, Vec<u32>> {
    let mut found = AHashMap::<T, Vec<u32>>::new();
    pairs
        .iter()
        .for_each(|&(first, second)| found.entry(first).or_default().push(number(second)));
    found
}

/// What tells at once that two words are no opposites: bits of a word's forms and frequent senses, and of what these are opposed to
/// (Bloom 1970).
#[derive(Clone, Copy, Debug, Default)]
pub struct Polar {
    own: [u64; 4],
    against: [u64; 4],
}

impl Polar {
    /// That of a word known by two forms.
    pub fn or(self, other: Self) -> Self {
        Self {
            own: std::array::from_fn(|k| self.own[k] | other.own[k]),
            against: std::array::from_fn(|k| self.against[k] | other.against[k]),
        }
    }

    /// Whether the two could be opposites. Never says no where they are.
    #[inline]
    pub fn may_oppose(&self, other: &Self) -> bool {
        meet(&self.own, &other.against) || meet(&self.against, &other.own)
    }
}

/// Whether any bit is set in both.
#[inline]
fn meet(one: &[u64; 4], other: &[u64; 4]) -> bool {
    // Without a branch for each part.
    (0..4).fold(0, |all, k| all | one[k] & other[k]) != 0
}

/// Sets the bit of a number. Knuth 1973, Fibonacci hashing.
fn set(bits: &mut [u64; 4], number: u32) {
    let place = number.wrapping_mul(0x9e37_79b1) >> 24;
    bits[place as usize / 64] |= 1 << (place % 64);
}

/// The number that stands for a form.
#[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
fn of_form(form: &str) -> u32 {
    xxhash_rust::xxh3::xxh3_64(form.as_bytes()) as u32
}

/// Beginnings of negated forms.
const NEGATING: [&str; 8] = ["un", "in", "im", "il", "ir", "non", "dis", "mis"];

/// Bits of a word's senses and of what lies right above the frequent ones (Bloom 1970).
#[derive(Clone, Copy, Debug, Default)]
pub struct Kinship {
    senses: [u64; 4],
    above: [u64; 4],
}

impl Kinship {
    /// Whether the word has no sense that is known, so that it shares none.
    pub fn is_empty(&self) -> bool {
        self.senses == [0; 4]
    }

    /// The bits of its senses, and of what lies right above the frequent ones.
    pub fn bits(&self) -> ([u64; 4], [u64; 4]) {
        (self.senses, self.above)
    }

    /// Whether [`Relations::siblings`] may be true of two words. Never says no where it is.
    #[inline]
    pub fn may_be_siblings(&self, other: &Self) -> bool {
        meet(&self.above, &other.above)
    }

    /// Whether [`Ranks::overlap`] of two words may be more than 0. Never says no where it is; says yes without need for one
    /// pair of words in ten.
    #[inline]
    pub fn may_share(&self, other: &Self) -> bool {
        // Without a branch for each part: most pairs share none.
        let shared = (0..4).map(|k| {
            self.senses[k] & (other.senses[k] | other.above[k]) | self.above[k] & other.senses[k]
        });
        shared.fold(0, |all, part| all | part) != 0
    }
}

/// A word's senses with their places among those of one part of speech, in lists that are compared by merging them.
#[derive(Debug, Default)]
pub struct Ranks {
    all: Box<[(u32, u8)]>,
    /// The frequent ones, by part of speech (see [`sense_as`]), and what lies right above them.
    near: Box<[(u32, u8)]>,
    above: Box<[(u32, u8)]>,
    /// Bits of all of them: most lists need no merging.
    bits: Kinship,
}

impl Ranks {
    /// [`Relations::sense_overlap`] of the two words that have these senses.
    pub fn overlap(&self, other: &Self) -> f32 {
        let by = |most: f32, ranks: Option<u8>| {
            ranks.map_or(0.0, |ranks| most / (1.0 + 0.12 * f32::from(ranks)))
        };
        let mut overlap = 0.0;
        if meet(&self.bits.senses, &other.bits.senses) {
            overlap = by(1.0, least(&self.all, &other.all));
        }
        if overlap < 0.6 && meet(&self.bits.above, &other.bits.senses) {
            overlap = by(0.6, least(&self.above, &other.near)).max(overlap);
        }
        if overlap < 0.6 && meet(&self.bits.senses, &other.bits.above) {
            overlap = by(0.6, least(&self.near, &other.above)).max(overlap);
        }
        overlap
    }
}

/// What is in both ascending lists: the least sum of ranks.
fn least(x: &[(u32, u8)], y: &[(u32, u8)]) -> Option<u8> {
    let (mut at, mut beside) = (0, 0);
    let mut found = None;
    while let (Some(&(one, rank)), Some(&(other, of_other))) = (x.get(at), y.get(beside)) {
        // Which list is behind cannot be foretold, so that no branch asks.
        at += usize::from(one <= other);
        beside += usize::from(other <= one);
        if one == other {
            let sum = rank.saturating_add(of_other);
            found = Some(found.map_or(sum, |least: u8| least.min(sum)));
        }
    }
    found
}

/// Senses in order, each with its least rank.
fn ascending(mut list: Vec<(u32, u8)>) -> Box<[(u32, u8)]> {
    list.sort_unstable();
    list.dedup_by_key(|(sense, _)| *sense);
    list.into()
}

/// A synset as a sense of a part of speech, in one number. The synsets are some hundred thousand.
fn sense_as(pos: u8, synset: u32) -> u32 {
    u32::from(pos) << 24 | synset
}

/// Part of speech, synset, and the place of each sense among those of its part of speech that stand together.
fn ranked(senses: &[(u8, u32)]) -> impl Iterator<Item = (u8, u32, u8)> {
    let (mut last, mut rank) = (0, 0_u8);
    senses.iter().map(move |&(pos, synset)| {
        rank = if pos == last {
            rank.saturating_add(1)
        } else {
            0
        };
        last = pos;
        (pos, synset, rank)
    })
}

/// The two most frequent senses of each part of speech.
fn frequent(senses: &[(u8, u32)]) -> impl Iterator<Item = (u8, u32)> + '_ {
    ranked(senses)
        .filter(|&(.., rank)| rank < 2)
        .map(|(pos, synset, _)| (pos, synset))
}

/// Listed as opposites, and none in prose: "several" once was "single" too; of "make or break" little is left in "breakthroughs were made"; a
/// loan is what was borrowed.
const NO_OPPOSITES: [(&str, &str); 4] = [
    ("multiple", "several"),
    ("break", "make"),
    ("borrow", "loan"),
    ("bloody", "deadly"),
];

/// Words that only begin like a negation.
const NOT_NEGATED: [&str; 34] = [
    "discharge",
    "discharged",
    "disclose",
    "disclosed",
    "discount",
    "discounted",
    "discourse",
    "discover",
    "discovered",
    "dispatch",
    "dispatched",
    "displayed",
    "disposed",
    "impress",
    "impressed",
    "imprison",
    "improve",
    "improved",
    "indifferent",
    "infamous",
    "infighting",
    "inflammable",
    "informed",
    "inhabit",
    "inquest",
    "insight",
    "install",
    "installed",
    "instead",
    "intended",
    "intense",
    "invaluable",
    "invested",
    "mistaken",
];

/// "unlawful" of "lawful", "illegal" of "legal", "nonstop"; short stems are left alone ("under" is not "un" + "der").
fn negated_form(long: &str, short: &str) -> bool {
    short.len() >= 5
        && !NOT_NEGATED.contains(&long)
        && NEGATING
            .iter()
            .any(|prefix| long.strip_prefix(prefix) == Some(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_and_shades_have_the_opposites_of_their_adjectives() {
        let relations = Relations::embedded();
        for (a, b) in [
            ("larger", "smaller"),
            ("big", "smallest"),
            ("rapid", "slow"),
            ("rapidly", "slowly"),
            ("severe", "mild"),
            ("illegally", "legally"),
        ] {
            assert!(relations.opposition(a, b) > 0.0, "{a} {b}");
            assert!(
                relations.polar(a).may_oppose(&relations.polar(b)),
                "{a} {b}"
            );
        }
        for (a, b) in [("larger", "bigger"), ("rapid", "swift"), ("paper", "pap")] {
            assert_eq!(relations.opposition(a, b), 0.0, "{a} {b}");
        }
    }

    #[test]
    fn the_tables_have_the_order_that_reading_them_takes_for_granted() {
        let lemmas: Vec<&str> = lines(SYNSETS)
            .filter_map(|line| line.split('\t').next())
            .collect();
        let mut seen = AHashSet::new();
        for same in lemmas.chunk_by(|a, b| a == b) {
            assert!(seen.insert(same[0]), "{} stands in two places", same[0]);
        }
        let numbered: Vec<u32> = lines(HYPERNYMS)
            .map(|line| numbers(line.split('\t').next().unwrap_or("")).sum())
            .collect();
        assert!(numbered.is_sorted_by(|a, b| a < b));
        assert!(lines(RARE).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn what_may_be_no_opposite_is_none() {
        let relations = Relations::embedded();
        let mut lemmas: Vec<&str> = relations.antonyms.iter().map(|&(a, _)| a).collect();
        lemmas.extend(relations.senses.keys().filter(|l| l.starts_with("un")));
        lemmas.sort_unstable();
        lemmas.dedup();
        let polar: Vec<Polar> = lemmas.iter().map(|l| relations.polar(l)).collect();
        let (mut opposed, mut asked) = (0, 0);
        for i in (0..lemmas.len()).step_by(7) {
            for j in 0..lemmas.len() {
                let is = relations.opposition(lemmas[i], lemmas[j]) > 0.0;
                let may = polar[i].may_oppose(&polar[j]);
                assert!(may || !is, "{} {}", lemmas[i], lemmas[j]);
                opposed += usize::from(is);
                asked += usize::from(may);
            }
        }
        assert!(opposed > 100 && asked < lemmas.len() * lemmas.len() / 7 / 2);
    }

    #[test]
    fn merged_senses_overlap_as_senses_held_against_each_other_do() {
        let relations = Relations::embedded();
        // Each against each, as they are listed.
        let plain = |x: &[(u8, u32)], y: &[(u8, u32)]| {
            let under = |low, high| relations.above(low).contains(&high);
            let mut best = 0.0_f32;
            for (p, a, i) in ranked(x) {
                for (q, b, j) in ranked(y) {
                    let by = |most: f32| most / (1.0 + 0.12 * f32::from(i + j));
                    let near = p == q && i < NEAR_RANKS && j < NEAR_RANKS;
                    if a == b {
                        best = best.max(by(1.0));
                    } else if near && (under(a, b) || under(b, a)) {
                        best = best.max(by(0.6));
                    }
                }
            }
            best
        };
        let mut lemmas: Vec<&str> = relations.senses.keys().copied().collect();
        lemmas.sort_unstable();
        let few: Vec<&str> = lemmas
            .iter()
            .copied()
            .step_by(97)
            .chain(["make", "run", "go"])
            .collect();
        let mut by_synset: Vec<(u32, &str)> = lemmas
            .iter()
            .flat_map(|l| relations.senses(l).iter().map(move |s| (s.1, *l)))
            .collect();
        by_synset.sort_unstable();
        let mut related = 0;
        for a in &few {
            let akin = relations.senses(a).iter().flat_map(|&(_, synset)| {
                let above = relations.above(synset).iter().copied();
                std::iter::once(synset).chain(above)
            });
            let akin = akin.flat_map(|synset| {
                let from = by_synset.partition_point(|of| of.0 < synset);
                let same = by_synset[from..].iter();
                same.take_while(move |of| of.0 == synset).map(|of| of.1)
            });
            for b in akin.chain(lemmas.iter().copied().step_by(1009)) {
                let said = relations.sense_overlap(a, b);
                let expected = plain(relations.senses(a), relations.senses(b));
                assert_eq!(said, expected, "{a} {b}");
                related += usize::from(said > 0.0);
            }
        }
        assert!(related > 500, "{related}");
    }

    #[test]
    fn forms_senses_and_opposites_are_known() {
        let relations = Relations::embedded();
        for (form, lemma) in [
            ("troops", "troop"),
            ("fled", "flee"),
            ("stopped", "stop"),
            ("countries", "country"),
            ("shelling", "shell"),
            ("accused", "accuse"),
            ("was", "be"),
            ("hammer", "hammer"),
            ("bigger", "big"),
        ] {
            assert_eq!(relations.lemma(form), lemma);
        }
        assert!(relations.sense_overlap("attack", "assault") > 0.5);
        assert!(relations.sense_overlap("attack", "potato") == 0.0);
        assert!(
            relations.opposite("rise", "fall")
                && relations.opposite("lawful", "unlawful")
                && !relations.opposite("rise", "climb")
        );
    }
}
