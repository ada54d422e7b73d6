//! The same told from the other side: two of five suspects at large are three of five caught, a third that survived are two thirds that died,
//! open every day except Monday is closed on Mondays. The figures differ and so do the words for what is said of them; together they agree.

use super::contrasts::EXCEPT;
use super::derived::whole_of;
use super::{Pair, Proposal};
use crate::model::Category;
use crate::text::quantities::{Kind, Quantity};
use crate::words::{Class, Words};

/// Likeness from which a word is the same on both sides.
const SAME: f32 = 0.85;

/// Takes away the changes that such a telling would be taken for.
pub(super) fn take_away(pair: &Pair<'_>, proposals: &mut Vec<(usize, Proposal)>) {
    let disputed = |p: &Proposal| matches!(p.category, Category::Number | Category::Polarity);
    if !proposals.iter().any(|(_, p)| disputed(p)) || !says_another_thing(pair) {
        return;
    }
    // What is said of them is told in other words, and the contrary.
    let of_the_telling = |p: &Proposal| {
        matches!(
            p.category,
            Category::Polarity | Category::WrongSense | Category::RoleSwap
        )
    };
    if let Some((a, b)) = rest(pair) {
        let touches = |p: &Proposal| {
            p.source.start < a.last && a.first.saturating_sub(2) < p.source.end
                || p.copy.start < b.last && b.first.saturating_sub(2) < p.copy.end
        };
        proposals.retain(|(_, p)| {
            let of_the_figures = p.category == Category::Number && touches(p);
            !(of_the_figures || of_the_telling(p))
        });
    } else if is_excepted(pair) {
        proposals.retain(|(_, p)| !of_the_telling(p));
    }
}

/// Whether either side has a content word, no name or figure, that is not the other's: what is said of the figures may be the contrary.
fn says_another_thing(pair: &Pair<'_>) -> bool {
    let loose = |words: &Words, counterparts: &[Option<(usize, f32)>]| {
        let each = words.words.iter().zip(counterparts);
        each.filter(|(w, _)| w.class == Class::Content && w.quantity.is_none())
            .any(|(_, c)| c.is_none_or(|(_, like)| like < SAME))
    };
    loose(pair.source, &pair.alignment.of_source) && loose(pair.copy, &pair.alignment.of_copy)
}

/// Two figures that make up a whole, one of either side.
fn rest<'a>(pair: &'a Pair<'_>) -> Option<(&'a Quantity, &'a Quantity)> {
    let (ours, theirs) = (pair.source, pair.copy);
    let whole = |words: &Words, x: usize| whole_of(words, x).map(|w| words.quantities[w].value);
    for (x, a) in ours.quantities.iter().enumerate() {
        for (y, b) in theirs.quantities.iter().enumerate() {
            let complements = match (a.kind, b.kind) {
                (Kind::Percent, Kind::Percent) if a.value == b.value => {
                    // "more than half stayed away", "fewer than half came"
                    let (p, q) = (bound(ours, a), bound(theirs, b));
                    a.value == 50.0 && p.is_some() && q.is_some() && p != q
                }
                (Kind::Percent, Kind::Percent) => {
                    (a.value + b.value - 100.0).abs() <= 0.5 * (a.step.max(b.step)).min(1.0)
                }
                (Kind::Count, Kind::Count) => {
                    a.value != b.value
                        && whole(ours, x).is_some_and(|all| {
                            whole(theirs, y) == Some(all) && a.value + b.value == all
                        })
                }
                _ => false,
            };
            if complements {
                return Some((a, b));
            }
        }
    }
    None
}

/// Whether a figure is given as exceeded or not reached.
fn bound(words: &Words, of: &Quantity) -> Option<bool> {
    let before = |n: usize| {
        let at = of.first.checked_sub(n)?;
        words.words.get(at).map(|w| w.folded.as_str())
    };
    let by = |word: Option<&str>| match word {
        Some("more" | "over" | "above") => Some(true),
        Some("fewer" | "less" | "under" | "below") => Some(false),
        _ => None,
    };
    by(before(1)).or_else(|| (before(1) == Some("than")).then(|| by(before(2))).flatten())
}

/// Whether one side alone makes an exception, and the other does not take it in: "open every day except Monday", "closed on Mondays".
fn is_excepted(pair: &Pair<'_>) -> bool {
    let has = |words: &Words, wanted: &[&str]| {
        words
            .words
            .iter()
            .any(|w| wanted.contains(&w.folded.as_str()))
    };
    const TAKEN_IN: &[&str] = &[
        "including",
        "especially",
        "particularly",
        "notably",
        "least",
    ];
    let (ours, theirs) = (pair.source, pair.copy);
    has(ours, EXCEPT) != has(theirs, EXCEPT) && !has(ours, TAKEN_IN) && !has(theirs, TAKEN_IN)
}

#[cfg(test)]
mod tests {
    use crate::judge::{MAJOR, paired};

    fn accused(source: &str, copy: &str) -> bool {
        paired(source, copy, |pair| {
            pair.judged(false).drifts.iter().any(|d| d.score >= MAJOR)
        })
    }

    #[test]
    fn the_rest_of_a_whole_with_the_contrary_said_of_it_agrees() {
        for (source, copy) in [
            (
                "Two of the five suspects are at large.",
                "Three of the five suspects have been caught.",
            ),
            (
                "Only a third of the crew survived.",
                "Two thirds of the crew died.",
            ),
            (
                "More than half of the voters stayed away.",
                "Fewer than half of the voters turned out.",
            ),
            (
                "The team won seven of its ten matches.",
                "The team lost or drew only three of its ten matches.",
            ),
            (
                "The museum is open every day except Monday.",
                "The museum is closed on Mondays.",
            ),
        ] {
            assert!(!accused(source, copy), "{copy}");
        }
    }

    #[test]
    fn the_rest_of_a_whole_with_the_same_said_of_it_does_not() {
        for (source, copy) in [
            (
                "Two of the five suspects are at large.",
                "Three of the five suspects are at large.",
            ),
            (
                "Only a third of the crew survived.",
                "Only two thirds of the crew survived.",
            ),
            (
                "More than half of the voters stayed away.",
                "Fewer than half of the voters stayed away.",
            ),
        ] {
            assert!(accused(source, copy), "{copy}");
        }
    }
}
