//! Small words that turn a statement round: "more than" and "less than", "before" and "after", "to" and "by", "most" and "all".
//!
//! Such words stand with a figure or a content word that both sides have. When the word that stands with it belongs to the same set on
//! both sides but to another pole of it, the statement changed.

use super::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Words};

/// Words that contrast: set, pole. Words of one pole agree.
fn contrast(folded: &str, before: Option<&str>) -> Option<(Set, u8)> {
    Some(match folded {
        "over" | "above" | "exceeding" | "exceeded" | "topped" => (Set::Bound, 0),
        "under" | "below" | "nearly" | "almost" => (Set::Bound, 1),
        "than" => match before {
            Some("more" | "greater" | "higher" | "larger" | "longer" | "better" | "rather") => {
                (Set::Bound, 0)
            }
            Some("less" | "fewer" | "lower" | "smaller" | "shorter" | "worse") => (Set::Bound, 1),
            _ => return None,
        },
        "least" if before == Some("at") => (Set::Bound, 0),
        "most" if before == Some("at") => (Set::Bound, 1),
        "to" if before == Some("up") => (Set::Bound, 1),
        "before" | "until" | "till" | "prior" => (Set::Order, 0),
        "after" | "following" | "since" | "into" => (Set::Order, 1),
        "to" => (Set::Change, 0),
        "by" => (Set::Change, 1),
        "most" | "more" => (Set::Degree, 0),
        "least" | "less" => (Set::Degree, 1),
        "last" | "past" | "previous" => (Set::When, 0),
        "this" => (Set::When, 1),
        "next" | "coming" => (Set::When, 2),
        "now" | "currently" | "presently" | "today" => (Set::Now, 0),
        "formerly" | "previously" | "once" | "then" => (Set::Now, 1),
        "all" | "every" | "each" | "both" | "entire" | "whole" => (Set::Amount, 0),
        "majority" => (Set::Amount, 1),
        "half" => (Set::Amount, 2),
        "few" | "little" | "small" if before != Some("a") => (Set::Amount, 3),
        "many" | "several" | "much" | "large" => (Set::Amount, 4),
        "none" | "neither" => (Set::Amount, 5),
        "always" => (Set::Often, 0),
        "often" | "frequently" | "regularly" | "usually" => (Set::Often, 1),
        "rarely" | "seldom" | "sometimes" | "occasionally" => (Set::Often, 2),
        "never" => (Set::Often, 3),
        "if" => (Set::Condition, 0),
        "unless" => (Set::Condition, 1),
        "with" => (Set::Having, 0),
        "without" => (Set::Having, 1),
        "inside" | "within" => (Set::Place, 0),
        "outside" | "beyond" => (Set::Place, 1),
        "because" | "due" => (Set::Reason, 0),
        "despite" | "although" | "though" => (Set::Reason, 1),
        "for" => (Set::Side, 0),
        "against" => (Set::Side, 1),
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Bound,
    Order,
    Change,
    Amount,
    Often,
    Condition,
    Having,
    Place,
    Reason,
    Side,
    Degree,
    When,
    Now,
}

impl Set {
    /// How far the word may stand before what it belongs to, whether that must be a figure, and how sure a change is.
    fn reach(self) -> (usize, bool, f32) {
        match self {
            Self::Bound => (2, true, 0.72),
            Self::Order => (3, false, 0.55),
            Self::Change => (2, true, 0.62),
            Self::Amount => (4, false, 0.50),
            Self::Often => (3, false, 0.60),
            Self::Condition => (6, false, 0.55),
            Self::Having => (4, false, 0.60),
            Self::Place => (3, false, 0.60),
            Self::Reason => (4, false, 0.55),
            Self::Side => (3, false, 0.35),
            Self::Degree => (2, false, 0.60),
            Self::When => (1, false, 0.55),
            Self::Now => (3, false, 0.50),
        }
    }
}

/// A contrasting word in its place.
struct Found {
    at: usize,
    set: Set,
    pole: u8,
}

fn found(words: &Words) -> Vec<Found> {
    (0..words.words.len())
        .filter_map(|k| {
            let before = k.checked_sub(1).map(|b| words.words[b].folded.as_str());
            contrast(&words.words[k].folded, before).map(|(set, pole)| Found { at: k, set, pole })
        })
        .collect()
}

/// Contrasting words that stand with counterparts.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let (ours, theirs) = (found(pair.source), found(pair.copy));
    let mut out: Vec<Proposal> = Vec::new();
    for word in &ours {
        let (reach, figure, strength) = word.set.reach();
        let heads =
            (word.at + 1..(word.at + 1 + reach).min(pair.source.words.len())).filter(|&k| {
                let head = &pair.source.words[k];
                head.class == Class::Quantity || (!figure && head.class != Class::Function)
            });
        let Some((head, answer)) = heads
            .filter_map(|k| pair.counterpart(k, 0.6).map(|j| (k, j)))
            .next()
        else {
            continue;
        };
        if figure && pair.copy.words[answer].class != Class::Quantity {
            continue;
        }
        let window = |k: &Found| k.set == word.set && k.at < answer && answer - k.at <= reach + 1;
        let near: Vec<&Found> = theirs.iter().filter(|k| window(k)).collect();
        if near.is_empty() || near.iter().any(|k| k.pole == word.pole) {
            continue;
        }
        // The copy's word has its own agreement elsewhere in the source ("from 5 to 7" around the same figure).
        let other = near[near.len() - 1];
        let own = ours.iter().any(|k| {
            k.set == other.set
                && k.pole == other.pole
                && pair.alignment.of_copy[other.at].is_some_and(|(i, _)| i == k.at)
        });
        if own {
            continue;
        }
        let category = match word.set {
            Set::Bound | Set::Change | Set::Amount => Category::Number,
            Set::Order | Set::When | Set::Now => Category::DateUnit,
            _ => Category::Polarity,
        };
        let first = |words: &Words, k: usize| {
            let phrase = matches!(
                words.words[k].folded.as_str(),
                "than" | "least" | "most" | "to"
            ) && k > 0
                && matches!(
                    words.words[k - 1].folded.as_str(),
                    "more"
                        | "less"
                        | "fewer"
                        | "greater"
                        | "higher"
                        | "lower"
                        | "larger"
                        | "smaller"
                        | "at"
                        | "up"
                        | "longer"
                        | "shorter"
                );
            if phrase { k - 1 } else { k }
        };
        let (source, copy) = (
            first(pair.source, word.at)..head + 1,
            first(pair.copy, other.at)..answer + 1,
        );
        let evidence = format!(
            "`{}` became `{}`",
            pair.source_words(source.clone()),
            pair.copy_words(copy.clone())
        );
        out.push(Proposal {
            category,
            score: strength,
            source,
            copy,
            evidence,
        });
    }
    out
}
