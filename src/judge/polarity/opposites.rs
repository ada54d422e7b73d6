//! Words that became their opposites.

use super::{bounds, negated};
use crate::judge::alternatives::{expected_place, goes_nowhere};
use crate::judge::{Pair, Proposal};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::similarity::remembered::remembered_opposition;
use crate::words::{Class, Note, Word, Words};

/// Verbs that tell one event from its two ends: what one side sends the other receives, who comes to one place goes from another. In free
/// rewriting they seldom change what happened.
const CONVERSES: &[(&str, &str)] = &[
    ("give", "receive"),
    ("give", "take"),
    ("give", "get"),
    ("send", "receive"),
    ("send", "get"),
    ("buy", "sell"),
    ("lend", "borrow"),
    ("come", "go"),
    ("arrive", "leave"),
    ("reach", "leave"),
    ("enter", "leave"),
    ("win", "lose"),
    ("beat", "lose"),
    ("win", "beat"),
    ("defeat", "lose"),
    ("beat", "defeat"),
    ("precede", "follow"),
    ("lead", "follow"),
    ("teach", "learn"),
    ("import", "export"),
];

pub(in crate::judge) fn are_converses(a: &str, b: &str) -> bool {
    CONVERSES
        .iter()
        .any(|&(x, y)| (x, y) == (a, b) || (y, x) == (a, b))
}

/// "Two rounds left" and "two rounds remain".
pub(in crate::judge) fn are_left(a: &Word, b: &Word) -> bool {
    let rest = |w: &Word, of: &Word| w.folded == "left" && of.lemma == "remain";
    rest(a, b) || rest(b, a)
}

/// Whether who stands before `i` stands behind `j`, and who behind before: "Varn bought the mill from Olm", "Olm sold the mill to Varn".
pub(in crate::judge) fn turned_round(pair: &Pair<'_>, i: usize, j: usize) -> bool {
    let answer = |k: usize| {
        pair.alignment.of_source[k]
            .filter(|_| pair.source.words[k].class != Class::Function)
            .map(|(at, _)| at)
    };
    let before: Vec<usize> = (i.saturating_sub(SIDE)..i)
        .rev()
        .filter_map(answer)
        .collect();
    let behind: Vec<usize> = (i + 1..(i + 1 + SIDE).min(pair.source.words.len()))
        .filter_map(answer)
        .collect();
    before.first().is_some_and(|&k| k > j) && (behind.is_empty() || behind.iter().any(|&k| k < j))
}

/// Whether two opposites compare the same things from either side: "France sells more than Spain", "Spain sells less than France".
pub(in crate::judge) fn compare_the_same(pair: &Pair<'_>, i: usize, j: usize) -> bool {
    let compares = |words: &Words, k: usize| {
        let mut behind = words.words.iter().skip(k + 1).take(SIDE);
        behind.any(|w| w.folded == "than")
    };
    // The answer of the nearest content word before `k`.
    let answer = |words: &Words, counterparts: &[Option<(usize, f32)>], k: usize| {
        let before = (k.saturating_sub(SIDE)..k).rev();
        let mut solid = before.filter(|&n| words.words[n].class != Class::Function);
        solid.find_map(|n| counterparts[n]).map(|(at, _)| at)
    };
    compares(pair.source, i)
        && compares(pair.copy, j)
        && answer(pair.source, &pair.alignment.of_source, i).is_some_and(|at| at > j)
        && answer(pair.copy, &pair.alignment.of_copy, j).is_none_or(|at| at > i)
}

/// Whether two converses leave open who stands on which side: "vans sold in Europe", "vans bought in Europe".
pub(in crate::judge) fn name_no_side(pair: &Pair<'_>, i: usize, j: usize) -> bool {
    let open = |words: &Words, k: usize| {
        let next = words.words.get(k + 1).map_or("", |w| w.folded.as_str());
        matches!(
            next,
            "in" | "at"
                | "on"
                | "for"
                | "across"
                | "within"
                | "during"
                | "last"
                | "since"
                | "between"
        ) && words.words[k].folded != words.words[k].lemma
    };
    open(pair.source, i) && open(pair.copy, j)
}

/// Adjectives that say of what a measure is.
pub(in crate::judge) fn measures(folded: &str) -> bool {
    matches!(
        folded,
        "old" | "thick" | "thin" | "tall" | "high" | "long" | "wide" | "broad" | "deep"
    )
}

/// Whether word `k` keeps something from being: "stop the blaze from reaching".
pub(in crate::judge) fn keeps_from(words: &Words, k: usize) -> bool {
    let word = |n: usize| words.words.get(n);
    matches!(
        words.words[k].lemma.as_str(),
        "stop" | "keep" | "hold" | "block"
    ) && (k + 2..k + 8).any(|n| {
        word(n).is_some_and(|w| w.folded == "from")
            && word(n + 1).is_some_and(|w| w.folded.ends_with("ing"))
    })
}

/// How many words away a verb's subject and object are looked for.
const SIDE: usize = 8;

pub(super) fn opposites(pair: &Pair<'_>) -> Vec<Proposal> {
    let relations = &lexicon().relations;
    let mut found = Vec::new();
    let mut consider = |i: usize, j: usize, base: f32| {
        let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
        // "first" counts, but it is also the opposite of "last".
        let figure = |w: &Word| w.class == Class::Quantity && w.folded != "first";
        let name = a.class == Class::Name || b.class == Class::Name;
        if figure(a) || figure(b) || name || a.key == b.key || !a.polar().may_oppose(b.polar()) {
            return;
        }
        if are_left(a, b) {
            return;
        }
        let mut opposed = remembered_opposition(a, b);
        if a.folded != a.lemma || b.folded != b.lemma {
            opposed = opposed.max(relations.opposition(&a.folded, &b.folded));
        }
        if opposed == 0.0 || relations.sense_overlap(&a.lemma, &b.lemma) >= 0.85 {
            return;
        }
        // "25 years old" is no contrary of "young", nor "0.7 inches thick" of "thin".
        let of_age = |words: &Words, k: usize| {
            measures(&words.words[k].folded)
                && k > 0
                && (words.words[k - 1].class == Class::Quantity
                    || words.words[k - 1].folded.starts_with("year"))
        };
        if of_age(pair.source, i) || of_age(pair.copy, j) {
            return;
        }
        // "slowed down" and "reduced his speed" agree.
        let lessened = |words: &Words, k: usize| {
            words.words[k.saturating_sub(2)..k]
                .iter()
                .any(|w| matches!(w.lemma.as_str(), "reduce" | "cut" | "lower"))
        };
        if lessened(pair.source, i) != lessened(pair.copy, j) {
            return;
        }
        let mut base = base - 0.5 * (1.0 - opposed);
        if undone(pair.source, i, &pair.alignment.of_source)
            != undone(pair.copy, j, &pair.alignment.of_copy)
        {
            base -= 0.30;
        }
        if compare_the_same(pair, i, j) {
            return;
        }
        if are_converses(&a.lemma, &b.lemma) {
            if turned_round(pair, i, j) || name_no_side(pair, i, j) {
                return;
            }
            base -= 0.30;
        }
        // "late yesterday" is a time of the day, "earlier this month" is before another time.
        let compares = |w: &Word| matches!(w.folded.as_str(), "earlier" | "later");
        let is_early = |w: &Word| matches!(w.lemma.as_str(), "early" | "late");
        if is_early(a) && is_early(b) && compares(a) != compares(b) {
            return;
        }
        // "insufficiently equipped and experienced" are the inexperienced.
        let lacking = |words: &Words, k: usize| {
            words.words[k.saturating_sub(3)..k].iter().any(|w| {
                matches!(
                    w.folded.as_str(),
                    "insufficiently" | "inadequately" | "poorly"
                )
            })
        };
        if lacking(pair.source, i) || lacking(pair.copy, j) {
            return;
        }
        // "stopped the fire from spreading", "kept up their efforts": what is kept from something is prevented.
        if keeps_from(pair.source, i) != keeps_from(pair.copy, j) {
            return;
        }
        // Candidates run or stand for an office.
        let candidacy = |words: &Words, k: usize| {
            matches!(words.words[k].lemma.as_str(), "run" | "stand")
                && words.words.get(k + 1).is_some_and(|w| w.folded == "for")
        };
        if candidacy(pair.source, i) && candidacy(pair.copy, j) {
            return;
        }
        // "growth" and "the rise and fall": the other side says both.
        let both_told = |words: &Words, k: usize| {
            (k.saturating_sub(2)..(k + 3).min(words.words.len())).any(|n| {
                words.words[n].polar().may_oppose(words.words[k].polar())
                    && relations.opposite(&words.words[n].lemma, &words.words[k].lemma)
            })
        };
        if both_told(pair.source, i) != both_told(pair.copy, j) {
            return;
        }
        // One of the two negated as well: "did not rise" and "fell" agree.
        if negated(pair.source, i) != negated(pair.copy, j) {
            return;
        }
        // The opposite stands on the other side too: "from north to south" was only turned round. Where both stand on both sides, their clauses
        // changed places.
        let turned = (
            pair.source.words.iter().any(|w| w.key == b.key),
            pair.copy.words.iter().any(|w| w.key == a.key),
        );
        let score = match turned {
            (true, true) => return,
            (false, false) => base,
            _ => base - 0.35,
        };
        let evidence = format!(
            "`{}` and `{}` are opposites",
            pair.source_words(i..i + 1),
            pair.copy_words(j..j + 1)
        );
        found.push(Proposal {
            category: Category::Polarity,
            score,
            source: i..i + 1,
            copy: j..j + 1,
            evidence,
        });
    };
    for (i, counterpart) in pair.alignment.of_source.iter().enumerate() {
        if let Some((j, _)) = counterpart {
            consider(i, *j, 0.80);
        }
    }
    for chunk in &pair.chunks {
        for i in chunk.source.clone() {
            for j in chunk.copy.clone() {
                let alone = chunk.source.len() <= 2 && chunk.copy.len() <= 2;
                consider(
                    i,
                    j,
                    if alone && chunk.anchors == 2 {
                        0.78
                    } else {
                        0.62
                    },
                );
            }
        }
    }
    // What a freer wording took out of its place: both without a counterpart of their own, within a few words of where the other should stand.
    let of_source: Vec<(usize, f32)> = alone(pair.source, &pair.alignment.of_source)
        .into_iter()
        .map(|i| (i, expected_place(pair, i)))
        .collect();
    for j in alone(pair.copy, &pair.alignment.of_copy) {
        for &(i, expected) in &of_source {
            let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
            if (expected - j as f32).abs() <= 6.0 && remembered_opposition(a, b) > 0.0 {
                consider(i, j, 0.58);
            }
        }
    }
    found.sort_by(|p, q| {
        (p.source.start, p.copy.start)
            .cmp(&(q.source.start, q.copy.start))
            .then(q.score.total_cmp(&p.score))
    });
    found.dedup_by(|b, a| a.source == b.source && a.copy == b.copy);
    found.extend(particles(pair));
    found
}

/// Content words that nothing on the other side says.
fn alone(words: &Words, counterparts: &[Option<(usize, f32)>]) -> Vec<usize> {
    (0..words.words.len())
        .filter(|&k| words.words[k].class == Class::Content)
        .filter(|&k| counterparts[k].is_none_or(|(_, like)| like < 0.7))
        .collect()
}

/// Function words that are opposites.
const PARTICLES: &[(&str, &str)] = &[
    ("over", "under"),
    ("above", "below"),
    ("above", "under"),
    ("up", "down"),
    ("together", "apart"),
    ("back", "forward"),
    ("most", "least"),
    ("more", "less"),
    ("more", "fewer"),
    ("ahead", "behind"),
    ("toward", "away"),
    ("towards", "away"),
    ("together", "separately"),
];

/// Opposite function words in each other's place: nothing answers either, and their neighbours answer each other.
fn particles(pair: &Pair<'_>) -> Vec<Proposal> {
    let open = |counterparts: &[Option<(usize, f32)>], k: usize| {
        counterparts[k].is_none_or(|(_, like)| like < 0.7)
    };
    let mut found = Vec::new();
    for (j, b) in pair.copy.words.iter().enumerate() {
        if b.class == Class::Quantity || !open(&pair.alignment.of_copy, j) {
            continue;
        }
        for &(p, q) in PARTICLES {
            let wanted = match b.folded.as_str() {
                w if w == p => q,
                w if w == q => p,
                _ => continue,
            };
            // Both stand on both sides: their clauses changed places.
            let has = |words: &Words, folded: &str| words.words.iter().any(|w| w.folded == folded);
            if has(pair.source, &b.folded) && has(pair.copy, wanted) {
                continue;
            }
            let nearest = (0..pair.source.words.len())
                .filter(|&i| {
                    pair.source.words[i].folded == wanted && open(&pair.alignment.of_source, i)
                })
                .map(|i| ((expected_place(pair, i) - j as f32).abs(), i))
                .min_by(|x, y| x.0.total_cmp(&y.0));
            if let Some((far, i)) = nearest
                && far <= 3.0
                && !goes_nowhere(pair.source, i)
                && !goes_nowhere(pair.copy, j)
                && negated(pair.source, i) == negated(pair.copy, j)
                && bounds(pair.source, i) == bounds(pair.copy, j)
            {
                found.push(Proposal {
                    category: Category::Polarity,
                    score: 0.76 - 0.1 * far,
                    source: i..i + 1,
                    copy: j..j + 1,
                    evidence: format!(
                        "`{}` and `{}` are opposites",
                        pair.source_words(i..i + 1),
                        pair.copy_words(j..j + 1)
                    ),
                });
            }
        }
    }
    found
}

/// Words that undo what they govern: "the ban was lifted", "a cessation of hostilities".
const UNDOING: &[&str] = &[
    "lift",
    "end",
    "cease",
    "cessation",
    "halt",
    "stop",
    "suspend",
    "reverse",
    "overturn",
    "avert",
    "prevent",
    "avoid",
    "against",
    "despite",
    "instead",
    "without",
    "not",
    "less",
    "out",
    "lose",
    "loss",
    "lack",
    "drop",
    "abandon",
    "reject",
    "refuse",
    "ignore",
];

/// Whether an undoing word that the other side does not have too stands within four words of word `k`, in its clause.
fn undone(words: &Words, k: usize, counterparts: &[Option<(usize, f32)>]) -> bool {
    (k.saturating_sub(4)..(k + 5).min(words.words.len())).any(|n| {
        let word = &words.words[n];
        n != k
            && word.clause == words.words[k].clause
            && counterparts[n].is_none_or(|(_, like)| like < 0.95)
            && word.is(Note::Undoes, |word| UNDOING.contains(&word.lemma.as_str()))
    })
}
