//! Words that exclude each other: steps of a trial, kin, points of the compass, spans of time, buying and selling.
//!
//! Where the source says one kind and the copy has another of the same set in its place, while neither side says both, the statement
//! changed, however near the two words lie in meaning and however freely the rest was retold.

use std::sync::LazyLock;

use ahash::AHashMap;

use super::polarity::negated;
use super::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Words};

/// A set of kinds.
struct Set {
    category: Category,
    strength: f32,
    name: &'static str,
}

/// A word as one kind of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    set: u16,
    kind: u8,
}

struct Table {
    sets: Vec<Set>,
    kinds: AHashMap<&'static str, Vec<Kind>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| parse(include_str!("alternatives.tsv")));

fn parse(text: &'static str) -> Table {
    let mut table = Table {
        sets: Vec::new(),
        kinds: AHashMap::new(),
    };
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(category), Some(strength), Some(name)) = (
            fields.next().and_then(category),
            fields.next().and_then(|s| s.parse().ok()),
            fields.next(),
        ) else {
            continue;
        };
        let set = u16::try_from(table.sets.len()).unwrap_or(u16::MAX);
        table.sets.push(Set {
            category,
            strength,
            name,
        });
        for (kind, words) in (0_u8..).zip(fields) {
            for word in words.split(',') {
                table
                    .kinds
                    .entry(word)
                    .or_default()
                    .push(Kind { set, kind });
            }
        }
    }
    table
}

fn category(name: &str) -> Option<Category> {
    Some(match name {
        "polarity" => Category::Polarity,
        "wrong_sense" => Category::WrongSense,
        "named_entity" => Category::NamedEntity,
        "modality" => Category::Modality,
        "date_unit" => Category::DateUnit,
        "number" => Category::Number,
        _ => return None,
    })
}

/// Every word of a passage that is a kind of some set.
fn kinds(words: &Words) -> Vec<(usize, Kind)> {
    let mut found = Vec::new();
    for (k, word) in words.words.iter().enumerate() {
        // A figure's unit is judged with its figure.
        if word.class == Class::Quantity {
            continue;
        }
        let before = k.checked_sub(1).map(|b| words.words[b].folded.as_str());
        let next = words.words.get(k + 1).map(|n| n.folded.as_str());
        // "war broke out", "talks broke up": with its particle the verb means another thing.
        let breaks = matches!(
            word.folded.as_str(),
            "break" | "breaks" | "broke" | "broken" | "breaking"
        );
        if breaks && matches!(next, Some("out" | "up" | "down" | "off" | "into")) {
            continue;
        }
        // "a 23-year-old" is young.
        let aged = word.folded == "old" && k > 0 && words.words[k - 1].class == Class::Quantity;
        if aged {
            continue;
        }
        // "cutting-edge": half of a word.
        let joined = words
            .words
            .get(k + 1)
            .is_some_and(|n| n.after_mark && n.span.start == word.span.end + 1);
        if joined && word.folded.ends_with("ing") {
            continue;
        }
        // Who defeated a team has won.
        if matches!(word.folded.as_str(), "defeated" | "defeating") {
            continue;
        }
        // "in order to" orders nothing; the halves of "south-east" are one direction.
        let pole = |w: Option<&str>| w.is_some_and(|w| matches!(w, "south" | "north"));
        let side = |w: &str| w.starts_with("east") || w.starts_with("west");
        if word.folded == "order" && before == Some("in") || pole(before) && side(&word.folded) {
            continue;
        }
        let joined = next
            .filter(|n| pole(Some(word.folded.as_str())) && side(n))
            .map(|n| format!("{}{n}", word.folded));
        let printed = joined.as_deref().unwrap_or(&word.folded);
        let base = if joined.is_some() {
            printed
        } else {
            word.base.as_str()
        };
        let of = |form: &str| TABLE.kinds.get(form).into_iter().flatten().copied();
        // Offices, vehicles and kin are nouns: "had trained" rides no train.
        let noun = printed == base || printed.ends_with('s') || joined.is_some();
        let mut here: Vec<Kind> = of(printed)
            .chain((base != printed).then(|| of(base)).into_iter().flatten())
            .filter(|kind| {
                let of_names = TABLE.sets[usize::from(kind.set)].category == Category::NamedEntity;
                // "New Orleans" is not new, the "Defence Ministry" need not defend.
                if of_names {
                    noun
                } else {
                    word.class != Class::Name
                }
            })
            .collect();
        here.sort_unstable_by_key(|kind| (kind.set, kind.kind));
        here.dedup();
        found.extend(here.into_iter().map(|kind| (k, kind)));
    }
    found
}

/// Words of one set, another kind on either side.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let (ours, theirs) = (kinds(pair.source), kinds(pair.copy));
    let mut out = Vec::new();
    for &(i, kind) in &ours {
        if theirs.iter().any(|t| t.1 == kind) {
            continue;
        }
        let set = &TABLE.sets[usize::from(kind.set)];
        let expected = expected_place(pair, i);
        let other = theirs
            .iter()
            .filter(|(_, t)| t.set == kind.set && !ours.iter().any(|o| o.1 == *t))
            .min_by(|p, q| {
                (p.0 as f32 - expected)
                    .abs()
                    .total_cmp(&(q.0 as f32 - expected).abs())
            });
        let Some(&(j, _)) = other else { continue };
        if pair.source.words[i].key == pair.copy.words[j].key {
            continue;
        }
        if set.category == Category::Polarity && turned(pair.source, i) != turned(pair.copy, j) {
            continue;
        }
        let far = (j as f32 - expected).abs() / 12.0;
        // A word whose own meaning is told by another one of the copy was not exchanged.
        let told = pair.alignment.of_source[i].is_some_and(|(k, like)| k != j && like >= 0.8)
            || pair.alignment.of_copy[j].is_some_and(|(k, like)| k != i && like >= 0.8);
        let evidence = format!(
            "`{}` became `{}`: not the same of {}",
            pair.source_words(i..i + 1),
            pair.copy_words(j..j + 1),
            set.name
        );
        out.push(Proposal {
            category: set.category,
            score: (set.strength - 0.3 * far.min(1.0) - if told { 0.3 } else { 0.0 }).max(0.05),
            source: i..i + 1,
            copy: j..j + 1,
            evidence,
        });
    }
    // Several sets can hold the same two words: the surest speaks.
    out.sort_by(|a, b| {
        (a.source.start, a.copy.start)
            .cmp(&(b.source.start, b.copy.start))
            .then(b.score.total_cmp(&a.score))
    });
    out.dedup_by(|b, a| a.source == b.source && a.copy == b.copy);
    out
}

/// Whether word `k` is negated, or what it names is ended: "the ban was lifted".
fn turned(words: &Words, k: usize) -> bool {
    let ended = (k.saturating_sub(3)..(k + 5).min(words.words.len())).any(|n| {
        n != k
            && words.words[n].clause == words.words[k].clause
            && matches!(
                words.words[n].lemma.as_str(),
                "lift"
                    | "end"
                    | "remove"
                    | "scrap"
                    | "drop"
                    | "waive"
                    | "abolish"
                    | "overturn"
                    | "reverse"
            )
    });
    negated(words, k) != ended
}

/// Where in the copy source word `i` should stand, by its nearest neighbours that have counterparts.
pub(super) fn expected_place(pair: &Pair<'_>, i: usize) -> f32 {
    let met = |k: usize| {
        pair.alignment.of_source[k]
            .filter(|_| pair.source.words[k].class != Class::Function)
            .map(|(j, _)| (j, k.abs_diff(i)))
    };
    if let Some((j, like)) = pair.alignment.of_source[i]
        && like >= 0.8
    {
        return j as f32;
    }
    let left = (0..i).rev().find_map(met);
    let right = (i + 1..pair.source.words.len()).find_map(met);
    match (left, right) {
        (Some((a, far_a)), Some((b, far_b))) => {
            // The nearer neighbour counts more.
            let (wa, wb) = (1.0 / (1 + far_a) as f32, 1.0 / (1 + far_b) as f32);
            (wa * (a + far_a.min(2)) as f32 + wb * (b as f32 - far_b.min(2) as f32)) / (wa + wb)
        }
        (Some((a, far)), None) => (a + far.min(2)) as f32,
        (None, Some((b, far))) => b as f32 - far.min(2) as f32,
        (None, None) => {
            i as f32 * pair.copy.words.len() as f32 / pair.source.words.len().max(1) as f32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanged(source: &str, copy: &str) -> Vec<(String, String)> {
        crate::judge::paired(source, copy, |pair| {
            judge(pair)
                .into_iter()
                .map(|p| {
                    (
                        pair.source_words(p.source).to_owned(),
                        pair.copy_words(p.copy).to_owned(),
                    )
                })
                .collect()
        })
    }

    #[test]
    fn the_table_is_whole() {
        let lines = include_str!("alternatives.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
            .count();
        assert_eq!(TABLE.sets.len(), lines);
        for line in include_str!("alternatives.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            assert!(line.split('\t').count() >= 5, "{line}");
        }
    }

    #[test]
    fn one_kind_for_another_is_proposed_and_synonyms_are_not() {
        assert_eq!(
            exchanged(
                "The owner is allowed to visit the island once a month.",
                "Visits to the island are permitted to the owner once every week."
            ),
            [("month".to_owned(), "week".to_owned())]
        );
        assert_eq!(
            exchanged(
                "The minister denied that the bank was short of money.",
                "The minister rejected the idea that the bank lacked money."
            ),
            []
        );
        // Both kinds on one side: nothing was exchanged.
        assert_eq!(
            exchanged(
                "She was charged in May and convicted in June.",
                "She was found guilty, a conviction that followed her arrest and charge."
            ),
            []
        );
    }
}
