//! Word forms, senses and opposites, from Princeton WordNet (Miller 1995).

use ahash::{AHashMap, AHashSet};

/// Lemmas, synsets, hypernyms, antonyms, irregular forms.
#[derive(Debug)]
pub struct Relations {
    /// Lemma -> its senses with part of speech, most frequent first within one part of speech.
    senses: AHashMap<&'static str, Vec<(u8, u32)>>,
    /// Synset -> the synsets right above it.
    hypernyms: Vec<Box<[u32]>>,
    antonyms: AHashSet<(&'static str, &'static str)>,
    /// Pairs of synsets that hold opposites in a frequent sense, both ways.
    opposed: AHashSet<(u32, u32)>,
    /// Synsets of named individuals: a city, a statesman, a river.
    individuals: AHashSet<u32>,
    irregular: AHashMap<&'static str, &'static str>,
}

static SYNSETS: &str = include_str!("../../lexicon/synsets.tsv");
static HYPERNYMS: &str = include_str!("../../lexicon/hypernyms.tsv");
static ANTONYMS: &str = include_str!("../../lexicon/antonyms.tsv");
static INSTANCES: &str = include_str!("../../lexicon/instances.tsv");
static IRREGULAR: &str = include_str!("../../lexicon/irregular.tsv");

/// Pairs that news uses as opposites and WordNet does not list, both ways.
const MORE_OPPOSITES: &[(&str, &str)] = &[
    ("rise", "drop"),
    ("rise", "decline"),
    ("increase", "drop"),
    ("increase", "fall"),
    ("increase", "reduce"),
    ("increase", "cut"),
    ("raise", "cut"),
    ("raise", "reduce"),
    ("gain", "drop"),
    ("grow", "shrink"),
    ("grow", "fall"),
    ("growth", "decline"),
    ("growth", "fall"),
    ("up", "down"),
    ("surge", "plunge"),
    ("surge", "fall"),
    ("climb", "fall"),
    ("climb", "drop"),
    ("jump", "fall"),
    ("higher", "lower"),
    ("more", "less"),
    ("more", "fewer"),
    ("above", "below"),
    ("over", "under"),
    ("before", "after"),
    ("start", "end"),
    ("begin", "end"),
    ("open", "close"),
    ("accept", "reject"),
    ("accept", "refuse"),
    ("approve", "reject"),
    ("grant", "refuse"),
    ("grant", "reject"),
    ("grant", "deny"),
    ("allow", "ban"),
    ("allow", "forbid"),
    ("allow", "prevent"),
    ("permit", "ban"),
    ("admit", "deny"),
    ("confirm", "deny"),
    ("support", "oppose"),
    ("back", "oppose"),
    ("win", "lose"),
    ("victory", "defeat"),
    ("attack", "defend"),
    ("arrive", "leave"),
    ("enter", "leave"),
    ("buy", "sell"),
    ("lend", "borrow"),
    ("import", "export"),
    ("hire", "fire"),
    ("hire", "dismiss"),
    ("survive", "die"),
    ("succeed", "fail"),
    ("acquit", "convict"),
    ("guilty", "innocent"),
    ("release", "arrest"),
    ("release", "detain"),
    ("free", "detain"),
    ("advance", "retreat"),
    ("strengthen", "weaken"),
    ("improve", "worsen"),
    ("profit", "loss"),
    ("majority", "minority"),
    ("maximum", "minimum"),
    ("ally", "enemy"),
    ("early", "late"),
    ("first", "last"),
    ("old", "new"),
    ("former", "current"),
    ("former", "present"),
    ("north", "south"),
    ("east", "west"),
    ("northern", "southern"),
    ("eastern", "western"),
    ("left", "right"),
    ("inside", "outside"),
    ("include", "exclude"),
    ("lift", "impose"),
    ("resume", "suspend"),
    ("resume", "halt"),
    ("continue", "stop"),
    ("continue", "cease"),
    ("continue", "end"),
    ("remain", "leave"),
    ("uphold", "overturn"),
    ("safe", "dangerous"),
    ("safe", "unsafe"),
    ("cheap", "expensive"),
    ("strong", "weak"),
    ("optimistic", "pessimistic"),
    ("all", "none"),
    ("always", "never"),
    ("everyone", "nobody"),
    ("with", "without"),
    ("likely", "unlikely"),
    ("legal", "illegal"),
    ("lawful", "unlawful"),
    ("peace", "war"),
    ("return", "flee"),
    ("ceasefire", "offensive"),
    ("ease", "tighten"),
    ("delay", "hasten"),
    ("shelve", "approve"),
    ("ratify", "reject"),
    ("keep", "drop"),
    ("ahead", "behind"),
];

/// How many senses of a part of speech are near enough to a word for what lies above them to count.
const NEAR_RANKS: u8 = 3;

impl Relations {
    pub(super) fn embedded() -> Self {
        let mut senses: AHashMap<&'static str, Vec<(u8, u32)>> = AHashMap::new();
        for line in SYNSETS.lines() {
            let mut fields = line.split('\t');
            if let (Some(lemma), Some(pos), Some(numbers)) =
                (fields.next(), fields.next(), fields.next())
            {
                let pos = pos.bytes().next().unwrap_or(b'n');
                senses.entry(lemma).or_default().extend(
                    numbers
                        .split(' ')
                        .filter_map(|n| n.parse().ok())
                        .map(|n| (pos, n)),
                );
            }
        }
        let mut hypernyms: Vec<Box<[u32]>> = Vec::new();
        for line in HYPERNYMS.lines() {
            if let Some((synset, above)) = line.split_once('\t')
                && let Ok(synset) = synset.parse::<usize>()
            {
                if hypernyms.len() <= synset {
                    hypernyms.resize(synset + 1, Box::default());
                }
                hypernyms[synset] = above.split(' ').filter_map(|n| n.parse().ok()).collect();
            }
        }
        let mut antonyms = AHashSet::new();
        for (a, b) in ANTONYMS
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .chain(MORE_OPPOSITES.iter().copied())
        {
            antonyms.insert((a, b));
            antonyms.insert((b, a));
        }
        let mut opposed = AHashSet::new();
        for &(a, b) in &antonyms {
            for (pos, x) in frequent(senses.get(a)) {
                for (_, y) in frequent(senses.get(b)).filter(|s| s.0 == pos) {
                    opposed.insert((x, y));
                }
            }
        }
        let individuals = INSTANCES
            .lines()
            .filter_map(|line| line.split_once('\t')?.0.parse().ok())
            .collect();
        let mut irregular = AHashMap::new();
        for line in IRREGULAR.lines() {
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
            hypernyms,
            antonyms,
            opposed,
            individuals,
            irregular,
        }
    }

    /// Whether the folded word is a lemma.
    pub fn is_lemma(&self, word: &str) -> bool {
        self.senses.contains_key(word)
    }

    /// The base form of a folded word: "troops" -> "troop", "fled" -> "flee". Unknown words lose a plural "s" only.
    pub fn lemma(&self, word: &str) -> String {
        if let Some(&lemma) = self.irregular.get(word) {
            return lemma.to_owned();
        }
        if word.len() <= 3 || !word.is_ascii() {
            return word.to_owned();
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
        self.senses.get(lemma).is_some_and(|senses| {
            !verb_only
                || senses
                    .iter()
                    .any(|&(pos, _)| pos == b'v' || pos == b'a' || pos == b's')
        })
    }

    /// Whether the lemma is ever a verb, by its listed senses.
    pub fn is_verb(&self, lemma: &str) -> bool {
        self.senses
            .get(lemma)
            .is_some_and(|senses| senses.iter().any(|&(pos, _)| pos == b'v'))
    }

    /// The senses of a lemma: part of speech and synset, most frequent first within one part of speech.
    pub fn senses(&self, lemma: &str) -> &[(u8, u32)] {
        self.senses.get(lemma).map_or(&[], Vec::as_slice)
    }

    /// How two lemmas are related by sense, 0..=1: 1 for a shared frequent sense, less for rarer ones or for one lying directly
    /// under the other, 0 for none.
    pub fn sense_overlap(&self, a: &str, b: &str) -> f32 {
        self.overlap(self.senses(a), self.senses(b))
    }

    /// What [`Kinship::may_share`] looks at.
    pub fn kinship(&self, senses: &[(u8, u32)]) -> Kinship {
        let mut kinship = Kinship::default();
        let set = |bits: &mut [u64; 4], synset: u32| {
            // Knuth 1973, Fibonacci hashing.
            let place = synset.wrapping_mul(0x9e37_79b1) >> 24;
            bits[place as usize / 64] |= 1 << (place % 64);
        };
        let (mut last, mut rank) = (0, 0_u8);
        for &(pos, synset) in senses {
            rank = if pos == last {
                rank.saturating_add(1)
            } else {
                0
            };
            last = pos;
            set(&mut kinship.senses, synset);
            if rank < NEAR_RANKS {
                for &above in self.above(synset) {
                    set(&mut kinship.above, above);
                }
            }
        }
        kinship
    }

    /// [`Self::sense_overlap`] of two lists of senses.
    pub fn overlap(&self, x: &[(u8, u32)], y: &[(u8, u32)]) -> f32 {
        let mut best = 0.0_f32;
        // Place of a sense among those of its part of speech.
        let (mut pos_a, mut rank_a) = (0, 0_u8);
        for &(pos, sense_a) in x {
            rank_a = if pos == pos_a { rank_a + 1 } else { 0 };
            pos_a = pos;
            let (mut pos_b, mut rank_b) = (0, 0_u8);
            for &(pos, sense_b) in y {
                rank_b = if pos == pos_b { rank_b + 1 } else { 0 };
                pos_b = pos;
                if sense_a == sense_b {
                    best = best.max(1.0 / (1.0 + 0.12 * f32::from(rank_a + rank_b)));
                } else if pos_a == pos_b
                    && rank_a < NEAR_RANKS
                    && rank_b < NEAR_RANKS
                    && best < 0.6
                    && (self.under(sense_a, sense_b) || self.under(sense_b, sense_a))
                {
                    best = best.max(0.6 / (1.0 + 0.12 * f32::from(rank_a + rank_b)));
                }
            }
        }
        best
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

    fn under(&self, low: u32, high: u32) -> bool {
        self.above(low).contains(&high)
    }

    fn above(&self, synset: u32) -> &[u32] {
        self.hypernyms
            .get(synset as usize)
            .map_or(&[], |above| &above[..])
    }

    /// Whether two lemmas are opposites.
    pub fn opposite(&self, a: &str, b: &str) -> bool {
        self.antonyms.contains(&(a, b)) || negated_form(a, b) || negated_form(b, a)
    }

    /// How surely two lemmas are opposites, 0..=1: 1 when they are listed or one is the other's negated form, 0.6 when synonyms of
    /// theirs in a frequent sense are ("conceal" and "show", by "hide"), adverbs by their adjectives.
    pub fn opposition(&self, a: &str, b: &str) -> f32 {
        if self.opposite(a, b) {
            return 1.0;
        }
        let (x, y) = (self.adjective(a), self.adjective(b));
        if (x != a || y != b) && self.opposite(x, y) {
            return 1.0;
        }
        let by_sense = frequent(self.senses.get(x)).any(|p| {
            frequent(self.senses.get(y)).any(|q| p.0 == q.0 && self.opposed.contains(&(p.1, q.1)))
        });
        if by_sense && self.sense_overlap(x, y) < 0.6 {
            0.6
        } else {
            0.0
        }
    }

    /// "illegal" of "illegally", "simple" of "simply"; the word itself when it is no adverb of a known adjective.
    fn adjective<'a>(&'a self, lemma: &'a str) -> &'a str {
        let Some(stem) = lemma.strip_suffix("ly") else {
            return lemma;
        };
        self.senses.get_key_value(stem).map_or(lemma, |(k, _)| k)
    }

    /// Whether the senses are first of all those of a named individual: "Moscow", "Lincoln".
    pub fn is_individual(&self, lemma: &str) -> bool {
        self.senses
            .get(lemma)
            .and_then(|senses| senses.first())
            .is_some_and(|(_, synset)| self.individuals.contains(synset))
    }
}

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

    /// Whether [`Relations::overlap`] of two lists of senses may be more than 0. Never says no where it is; says yes without need for one
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

/// The two most frequent senses of each part of speech.
fn frequent(senses: Option<&Vec<(u8, u32)>>) -> impl Iterator<Item = (u8, u32)> + '_ {
    let (mut last, mut rank) = (0, 0_u8);
    senses.into_iter().flatten().copied().filter(move |s| {
        rank = if s.0 == last {
            rank.saturating_add(1)
        } else {
            0
        };
        last = s.0;
        rank < 2
    })
}

/// "unlawful" of "lawful", "illegal" of "legal", "nonstop"; short stems are left alone ("under" is not "un" + "der").
fn negated_form(long: &str, short: &str) -> bool {
    short.len() >= 5
        && ["un", "in", "im", "il", "ir", "non", "dis", "mis"]
            .iter()
            .any(|prefix| long.strip_prefix(prefix) == Some(short))
}

#[cfg(test)]
mod tests {
    use super::*;

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
