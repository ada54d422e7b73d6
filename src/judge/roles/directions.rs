//! Directions turned round: "lent by", "lent to".

use super::{governs, is_noun};
use crate::judge::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Words};

/// What a preposition makes of the noun behind it; those of one group contrast.
fn direction(folded: &str) -> Option<(u8, u8)> {
    Some(match folded {
        "by" => (1, 0),
        "from" => (1, 1),
        "to" | "toward" | "towards" => (1, 2),
        "against" => (1, 3),
        "for" => (1, 4),
        "with" => (2, 0),
        "without" => (2, 1),
        _ => return None,
    })
}

/// Poles of [`direction`] that contrast: "by" and "to", "from" and "to", "for" and "against", "to" and "against", "with" and "without".
fn opposed(a: (u8, u8), b: (u8, u8)) -> bool {
    a.0 == b.0
        && a != b
        && (a.0 == 2
            || matches!(
                (a.1.min(b.1), a.1.max(b.1)),
                (0, 2) | (1, 2) | (3, 4) | (2, 3) | (0, 1)
            ))
}

/// Nouns of what comes from the one who says it.
fn has_author(folded: &str) -> bool {
    matches!(
        folded.strip_suffix('s').unwrap_or(folded),
        "statement"
            | "report"
            | "letter"
            | "message"
            | "announcement"
            | "comment"
            | "remark"
            | "warning"
            | "appeal"
            | "reply"
            | "response"
            | "request"
            | "demand"
            | "offer"
            | "note"
            | "post"
            | "release"
    )
}

/// Nouns that answer each other behind prepositions that contrast: "lent by the bank", "lent to the bank".
pub(super) fn directions(pair: &Pair<'_>) -> Vec<Proposal> {
    let governor = |words: &Words, k: usize| -> Option<usize> {
        let clause = words.words[k].clause;
        (k.saturating_sub(4)..k)
            .rev()
            .take_while(|&p| {
                words.words[p].clause == clause && words.words[p].class != Class::Quantity
            })
            .find(|&p| words.words[p].class == Class::Function && governs(&words.words[p].folded))
    };
    let mut found: Vec<Proposal> = Vec::new();
    for i in 0..pair.source.words.len() {
        if !is_noun(pair.source, i) {
            continue;
        }
        let Some((j, like)) = pair.alignment.of_source[i].filter(|&(_, like)| like >= 0.8) else {
            continue;
        };
        if !is_noun(pair.copy, j) {
            continue;
        }
        let (Some(p), Some(q)) = (governor(pair.source, i), governor(pair.copy, j)) else {
            continue;
        };
        let (Some(a), Some(b)) = (
            direction(&pair.source.words[p].folded),
            direction(&pair.copy.words[q].folded),
        ) else {
            continue;
        };
        if !opposed(a, b) {
            continue;
        }
        // The word that the preposition belongs to is the same on both sides.
        let solid = |words: &Words, k: usize| {
            (k.saturating_sub(3)..k)
                .rev()
                .find(|&x| words.words[x].class != Class::Function)
        };
        let (head, held) = match (solid(pair.source, p), solid(pair.copy, q)) {
            (Some(x), Some(y)) => (
                Some(pair.source.words[x].folded.as_str()),
                pair.alignment.likeness(x, y),
            ),
            _ => (None, 0.0),
        };
        // "without control", "with no control"
        let denied = |words: &Words, from: usize, to: usize| {
            words.words[from..to].iter().any(|w| w.negation)
        };
        if a.0 == 2 && denied(pair.source, p + 1, i) != denied(pair.copy, q + 1, j) {
            continue;
        }
        // What is "taken by" is not "taken from", but a statement by a ministry is one from it.
        if a.0 == 1 && a.1.max(b.1) == 1 && head.is_some_and(has_author) {
            continue;
        }
        if held < 0.5 || found.last().is_some_and(|f| f.source.contains(&i)) {
            continue;
        }
        found.push(Proposal {
            category: Category::RoleSwap,
            score: 0.35 + 0.3 * held * like,
            evidence: format!(
                "`{}` became `{}`",
                pair.source_words(p..i + 1),
                pair.copy_words(q..j + 1)
            ),
            source: p..i + 1,
            copy: q..j + 1,
        });
    }
    found
}
