//! Negations that came or went, and words that became their opposites.

use super::{Pair, Proposal};
use crate::lexicon::{is_negation, lexicon};
use crate::model::Category;
use crate::words::{Class, Words};

/// Base forms that deny by themselves, so that "did not accept" may become "rejected".
const DENYING: &[&str] = &[
    "fail",
    "refuse",
    "deny",
    "reject",
    "lack",
    "decline",
    "unable",
    "prevent",
    "avoid",
    "cease",
    "stop",
    "halt",
    "ban",
    "prohibit",
    "forbid",
    "absent",
    "absence",
    "miss",
    "exclude",
    "dismiss",
    "unlikely",
    "impossible",
    "except",
    "unless",
    "until",
    "only",
    "rule",
    "doubt",
    "neglect",
    "omit",
    "oppose",
    "little",
    "few",
    "short",
    "dispute",
    "contest",
    "cancel",
    "unclear",
    "unknown",
    "uncertain",
    "incomplete",
    "unwilling",
    "far",
    "instead",
    "free",
    "clear",
    "end",
    "rather",
    "away",
    "unchanged",
    "intact",
    "same",
    "yet",
    "still",
    "withhold",
    "silent",
    "unhurt",
    "unharmed",
    "escape",
    "spare",
    "zero",
    "least",
    "otherwise",
    "exempt",
    "loss",
    "lose",
];

/// Negations without an answer on the other side, and counterparts that are opposites.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = opposites(pair);
    found.extend(negations(pair, true));
    found.extend(negations(pair, false));
    found
}

fn opposites(pair: &Pair<'_>) -> Vec<Proposal> {
    let relations = &lexicon().relations;
    let mut found = Vec::new();
    let mut consider = |i: usize, j: usize, base: f32| {
        let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
        if a.class == Class::Quantity || b.class == Class::Quantity || a.key == b.key {
            return;
        }
        let opposed =
            relations.opposite(&a.lemma, &b.lemma) || relations.opposite(&a.folded, &b.folded);
        if !opposed || relations.sense_overlap(&a.lemma, &b.lemma) >= 0.85 {
            return;
        }
        // One of the two negated as well: "did not rise" and "fell" agree.
        if negated(pair.source, i) != negated(pair.copy, j) {
            return;
        }
        // The opposite stands on the other side too: "from north to south" was only turned round.
        let both = pair.source.words.iter().any(|w| w.key == b.key)
            || pair.copy.words.iter().any(|w| w.key == a.key);
        let score = if both { base - 0.35 } else { base };
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
    found
}

/// Whether a negation stands before word `k` in its clause, at most four words away with no other verb's object between.
fn negated(words: &Words, k: usize) -> bool {
    let clause = words.words[k].clause;
    let before = (k.saturating_sub(4)..k)
        .any(|n| words.words[n].clause == clause && is_negation(&words.words[n].folded));
    let after = (k + 1..(k + 3).min(words.words.len())).any(|n| {
        words.words[n].clause == clause
            && matches!(
                words.words[n].folded.as_str(),
                "not" | "nothing" | "nobody" | "none" | "never" | "no"
            )
    });
    before || after
}

/// Negations of one side that nothing answers. `of_source` says which side.
fn negations(pair: &Pair<'_>, of_source: bool) -> Vec<Proposal> {
    let (mine, theirs) = if of_source {
        (pair.source, pair.copy)
    } else {
        (pair.copy, pair.source)
    };
    let counterpart = |k: usize| {
        if of_source {
            pair.counterpart(k, 0.5)
        } else {
            pair.answered(k, 0.5)
        }
    };
    let like = |k: usize| {
        if of_source {
            pair.alignment.of_source[k]
        } else {
            pair.alignment.of_copy[k]
        }
        .map_or(0.0, |(_, l)| l)
    };
    // A doubled or idiomatic negation ("no fewer than", "not only") is left to other judges.
    let mut found = Vec::new();
    for (k, word) in mine.words.iter().enumerate() {
        if !is_negation(&word.folded) || idiom(mine, k) {
            continue;
        }
        // What is negated: the next content word of the clause (auxiliaries passed over), or the one before.
        let head = (k + 1..(k + 6).min(mine.words.len())).find(|&n| {
            mine.words[n].class != Class::Function && mine.words[n].clause <= word.clause + 1
        });
        let Some(head) = head.or_else(|| {
            (0..k)
                .rev()
                .take(3)
                .find(|&n| mine.words[n].class != Class::Function)
        }) else {
            continue;
        };
        let Some(answer) = counterpart(head) else {
            // The negated word itself was replaced: some denying word near its place will do, or another negation left over.
            continue;
        };
        if negated(theirs, answer)
            || any_denial_near(theirs, answer)
            || theirs.words[answer].key != mine.words[head].key
                && denies(&theirs.words[answer].lemma)
        {
            continue;
        }
        // The counterpart is its opposite: "not guilty" - "innocent".
        if lexicon()
            .relations
            .opposite(&mine.words[head].lemma, &theirs.words[answer].lemma)
        {
            continue;
        }
        // Another negation of the clause answers it ("nobody had been detained" - "police did not detain anyone").
        let spare = theirs
            .words
            .iter()
            .enumerate()
            .filter(|(_, w)| is_negation(&w.folded))
            .count();
        let own = mine.words.iter().filter(|w| is_negation(&w.folded)).count();
        if spare >= own {
            continue;
        }
        let sure = like(head);
        let score = 0.40 + 0.42 * sure - if spare > 0 { 0.12 } else { 0.0 };
        let (lo, hi) = (k.min(head), k.max(head) + 1);
        let run = if hi - lo <= 5 { lo..hi } else { k..k + 1 };
        let (source, copy) = if of_source {
            (run, answer..answer + 1)
        } else {
            (answer..answer + 1, run)
        };
        let evidence = if of_source {
            format!("`{}` lost its negation", pair.source_words(source.clone()))
        } else {
            format!(
                "`{}` is negated, `{}` is not",
                pair.copy_words(copy.clone()),
                pair.source_words(source.clone())
            )
        };
        found.push(Proposal {
            category: Category::Polarity,
            score,
            source,
            copy,
            evidence,
        });
    }
    found
}

fn denies(lemma: &str) -> bool {
    DENYING.contains(&lemma)
        || ["un", "in", "im", "ir", "non", "dis"].iter().any(|p| {
            lemma
                .strip_prefix(p)
                .is_some_and(|rest| rest.len() >= 5 && lexicon().relations.is_lemma(rest))
        })
}

/// A word near `k` that denies by itself.
fn any_denial_near(words: &Words, k: usize) -> bool {
    let clause = words.words[k].clause;
    (k.saturating_sub(5)..(k + 5).min(words.words.len())).any(|n| {
        n != k
            && words.words[n].clause.abs_diff(clause) <= 1
            && (denies(&words.words[n].lemma) || is_negation(&words.words[n].folded))
    })
}

/// "not only", "no more than", "nothing but", "no doubt", "not just": no denial of what follows.
fn idiom(words: &Words, k: usize) -> bool {
    let next = words.words.get(k + 1).map(|w| w.folded.as_str());
    let this = words.words[k].folded.as_str();
    matches!(
        (this, next),
        (
            "not",
            Some("only" | "just" | "merely" | "least" | "necessarily")
        ) | (
            "no",
            Some("fewer" | "less" | "more" | "longer" | "doubt" | "later" | "sooner")
        ) | ("nothing", Some("but" | "less"))
    )
}
