//! Words and idioms that translators are known to mix up.

use std::sync::LazyLock;

use ahash::AHashMap;

use super::alternatives::expected_place;
use super::{Pair, Proposal, polysemy};
use crate::model::Category;
use crate::words::{Class, Lexeme, Note, Words};

/// Lemma -> the lemmas taken for it, why, and how strong a finding is.
type Confusables = AHashMap<&'static str, (Vec<&'static str>, &'static str, f32)>;
/// First word of an idiom -> its other words and what gives it away.
type Idioms = AHashMap<&'static str, Vec<(Vec<&'static str>, Vec<&'static str>)>>;

static CONFUSABLES: LazyLock<Confusables> = LazyLock::new(|| {
    let mut all = Confusables::new();
    for fields in rows(include_str!("confusables.tsv")) {
        if let [lemma, wrong, _, why, kind] = fields[..] {
            let strength = if kind == "friends" {
                FALSE_FRIEND
            } else {
                ONE_OF_ITS_SENSES
            };
            all.insert(lemma, (wrong.split(',').collect(), why, strength));
        }
    }
    all
});

static IDIOMS: LazyLock<Idioms> = LazyLock::new(|| {
    let mut all = Idioms::new();
    for fields in rows(include_str!("idioms.tsv")) {
        if let [phrase, traps] = fields[..] {
            let mut words = phrase.split(' ');
            if let Some(first) = words.next() {
                all.entry(first)
                    .or_default()
                    .push((words.collect(), traps.split(',').collect()));
            }
        }
    }
    all
});

/// The fields of a table's lines.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
        .map(|l| l.split('\t').collect())
}

/// Confusable words in the same place, and idioms whose place is taken by a word that takes them literally or turns them round.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = confused(pair);
    found.extend(idioms(pair));
    found.extend(polysemy::judge(pair));
    found
}

/// Strength of a known confusion, and of one of two words that both can stand for one word of another language ("match" and "game"): of those most
/// are another wording.
pub(super) const FALSE_FRIEND: f32 = 0.70;
const ONE_OF_ITS_SENSES: f32 = 0.68;
/// Strength of another sense than the one that the words beside it show.
pub(super) const IN_CONTEXT: f32 = 0.76;

/// How many words away from its expected place a confusion is looked for.
const REACH: f32 = 7.0;

fn confused(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    let mut consider = |i: usize, j: usize| {
        let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
        let Some(&(ref wrong, why, strength)) = CONFUSABLES.get(a.lemma.as_str()) else {
            return;
        };
        let keeps = pair.copy.words.iter().any(|w| w.key == a.key)
            || pair.source.words.iter().any(|w| w.key == b.key);
        // Some confusions are synonyms in another sense: where the two are near in meaning nothing is said.
        // Vectors of words that are spelt alike are near whatever they mean: "sensible", "sensitive".
        let alike = a.head != 0 && a.head == b.head;
        let near = pair.cosine(i, j) >= 0.60 && !alike || a.ranks().overlap(b.ranks()) >= 0.5;
        if a.class == Class::Content && wrong.contains(&b.lemma.as_str()) && !keeps && !near {
            let evidence = format!(
                "`{}` and `{}` are often taken for each other ({why})",
                pair.source_words(i..i + 1),
                pair.copy_words(j..j + 1)
            );
            found.push(Proposal {
                category: Category::WrongSense,
                score: strength,
                source: i..i + 1,
                copy: j..j + 1,
                evidence,
            });
        }
    };
    for i in 0..pair.source.words.len() {
        let known = |w: &Lexeme| CONFUSABLES.contains_key(w.lemma.as_str());
        if !pair.source.words[i].is(Note::Confusable, known) || in_compound(pair.source, i) {
            continue;
        }
        let expected = expected_place(pair, i);
        // Nearest first; what answers another word for certain stands for that one.
        let mut places: Vec<usize> = (0..pair.copy.words.len())
            .filter(|&j| {
                pair.copy.words[j].class == Class::Content
                    && (j as f32 - expected).abs() <= REACH
                    && pair.alignment.of_copy[j].is_none_or(|(k, like)| k == i || like < 0.9)
            })
            .collect();
        places.sort_by(|&p, &q| {
            (p as f32 - expected)
                .abs()
                .total_cmp(&(q as f32 - expected).abs())
        });
        places.into_iter().for_each(|j| consider(i, j));
    }
    found.dedup_by(|b, a| a.source == b.source);
    found
}

/// Whether word `k` is a part of a word with a hyphen: "load-bearing".
fn in_compound(words: &Words, k: usize) -> bool {
    let words = &words.words;
    let joined = |a: usize| {
        words
            .get(a + 1)
            .is_some_and(|b| b.after_mark && b.span.start == words[a].span.end + 1)
    };
    joined(k) || k > 0 && joined(k - 1)
}

fn idioms(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    let words = &pair.source.words;
    let begins = |w: &Lexeme| IDIOMS.contains_key(w.base.as_str());
    for (i, first) in words.iter().enumerate() {
        if !first.is(Note::Idiom, begins) {
            continue;
        }
        for (rest, traps) in IDIOMS.get(first.base.as_str()).into_iter().flatten() {
            // The particle stands right behind the verb, or up to two words later ("put the vote off").
            let mut at = i;
            let complete = rest.iter().all(|w| {
                let next = (at + 1..(at + 4).min(words.len()))
                    .find(|&k| words[k].folded == *w || words[k].base == *w);
                at = next.unwrap_or(at);
                next.is_some()
            });
            if !complete || at - i > 4 || said(pair.copy, &first.base, rest) {
                continue;
            }
            let expected = place(pair, i, at);
            let trap = pair.copy.words.iter().enumerate().find(|(j, w)| {
                traps.contains(&w.lemma.as_str())
                    && expected.contains(j)
                    && !words.iter().any(|s| s.key == w.key && s.span != first.span)
            });
            if let Some((j, _)) = trap {
                let evidence = format!(
                    "`{}` is an idiom, `{}` takes it another way",
                    pair.source_words(i..at + 1),
                    pair.copy_words(j..j + 1)
                );
                found.push(Proposal {
                    category: Category::WrongSense,
                    score: 0.72,
                    source: i..at + 1,
                    copy: j..j + 1,
                    evidence,
                });
            }
        }
    }
    found
}

/// Whether the copy has the idiom too.
fn said(copy: &Words, first: &str, rest: &[&str]) -> bool {
    copy.words.iter().enumerate().any(|(j, w)| {
        w.base == first
            && rest.iter().all(|r| {
                copy.words[j + 1..]
                    .iter()
                    .take(4)
                    .any(|n| n.folded == *r || n.base == *r)
            })
    })
}

/// Words of the copy between the counterparts of what stands around source words `first..=last`.
fn place(pair: &Pair<'_>, first: usize, last: usize) -> std::ops::Range<usize> {
    let solid = |k: &usize| pair.source.words[*k].class != Class::Function;
    let left = (0..first)
        .rev()
        .filter(solid)
        .find_map(|k| pair.counterpart(k, 0.6));
    let right = (last + 1..pair.source.words.len())
        .filter(solid)
        .find_map(|k| pair.counterpart(k, 0.6));
    match (left, right) {
        (Some(a), Some(b)) if a < b => a + 1..b,
        (Some(a), _) => a + 1..(a + 7).min(pair.copy.words.len()),
        (None, Some(b)) => b.saturating_sub(6)..b,
        (None, None) => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::judge;
    use crate::model::{Category, Severity, Span};

    fn major(source: &str, copy: &str) -> Vec<(Category, String)> {
        let whole = |t: &str| Span::new(0, t.len());
        let (_, drifts, _) = judge(source, whole(source), copy, whole(copy));
        drifts
            .iter()
            .filter(|d| d.severity == Severity::Major)
            .map(|d| (d.category, d.copy.of(copy).to_owned()))
            .collect()
    }

    #[test]
    fn known_confusions_are_major_and_kept_idioms_are_not() {
        let source =
            "The two governments met several times to hammer out a treaty on fishing rights.";
        assert_eq!(
            major(
                source,
                "The two governments met several times to break the treaty on fishing rights."
            ),
            [(Category::WrongSense, "break".to_owned())]
        );
        assert_eq!(
            major(
                source,
                "The two governments met several times to work out a treaty on fishing rights."
            ),
            []
        );
        assert_eq!(
            major(
                "The fire was strictly local in nature, officials in the town said.",
                "The fire was environmental in nature, officials in the town said."
            ),
            [(Category::WrongSense, "environmental".to_owned())]
        );
    }
}
