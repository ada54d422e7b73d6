//! A sentence that is the same word for word but for what was left out of it, or put into it: whether that changes what it says.
//!
//! Much may be cut from a sentence without harm. What may not: the head of a phrase ("the bodies of six soldiers"), what makes a thing another one
//! ("suspended sentence"), what narrows a first or an only one ("the first female judge"), an exception or a condition, "only".

use std::ops::Range;

use super::contrasts::EXCEPT;
use super::surplus::qualifies;
use super::{Pair, Proposal, is_small, is_superlative};
use crate::model::{Category, Span};
use crate::words::{Class, Words};

/// Strength of what changes the statement.
pub(super) const CHANGES: f32 = 0.9;
/// Strength of a lost attribution: what somebody says is told as if the outlet knew it.
const UNATTRIBUTED: f32 = 0.5;
/// Most words that were left out or put in.
const LONGEST: usize = 8;
/// Fewest words that both have.
const LEAST_KEPT: usize = 4;

/// What was left out, or put in, where it changes what is said.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let (ours, theirs) = (pair.source.words.len(), pair.copy.words.len());
    // Articles and auxiliaries may go with what was left out.
    if ours.abs_diff(theirs) > 2 * LONGEST {
        return Vec::new();
    }
    let found = if ours > theirs {
        difference(pair.source, pair.copy).map(|(run, at)| (run, at..at, true))
    } else if theirs > ours {
        difference(pair.copy, pair.source).map(|(run, at)| (run, at..at, false))
    } else {
        None
    };
    let Some((run, place, left_out)) = found else {
        return Vec::new();
    };
    let (words, text, other, other_text) = if left_out {
        (pair.source, pair.source_text, pair.copy, pair.copy_text)
    } else {
        (pair.copy, pair.copy_text, pair.source, pair.source_text)
    };
    // "the mayor's driver", "the mayor"
    let owned = run.len() == 1
        && is_head(words, run.start)
        && run.start > 0
        && place.start > 0
        && owns(words, text, run.start - 1)
        && !owns(other, other_text, place.start - 1);
    let found = if owned {
        Some((CHANGES, "what was somebody's became that one"))
    } else {
        weight_of(words, &run, left_out)
    };
    let Some((strength, why)) = found else {
        return Vec::new();
    };
    let (source, copy) = if left_out { (run, place) } else { (place, run) };
    let (category, evidence) = if left_out {
        let evidence = format!(
            "`{}` was left out: {why}",
            pair.source_words(source.clone())
        );
        // What somebody says is told as so: a matter of how sure it is.
        let category = if strength < CHANGES {
            Category::Modality
        } else {
            Category::Omission
        };
        (category, evidence)
    } else {
        let evidence = format!("`{}` was put in: {why}", pair.copy_words(copy.clone()));
        (Category::Addition, evidence)
    };
    vec![Proposal {
        category,
        score: strength,
        source,
        copy,
        evidence,
    }]
}

/// Whether word `k` is printed as an owner: "mayor's", "voters'".
fn owns(words: &Words, text: &str, k: usize) -> bool {
    let Span { start, end } = words.words[k].span;
    let (printed, behind) = (&text[start as usize..end as usize], &text[end as usize..]);
    let marks = ["'s", "\u{2019}s", "s'", "s\u{2019}"];
    let mut next = behind.chars();
    let apostrophe = matches!(next.next(), Some('\'' | '\u{2019}'));
    marks.iter().any(|m| printed.ends_with(m))
        || apostrophe && matches!(next.next(), Some('s' | ' '))
}

/// The run of `longer` without which it reads as `shorter`, articles and auxiliaries aside, and where it would stand there.
fn difference(longer: &Words, shorter: &Words) -> Option<(Range<usize>, usize)> {
    let telling = |words: &Words| -> Vec<usize> {
        let all = 0..words.words.len();
        all.filter(|&k| !is_small(&words.words[k].folded)).collect()
    };
    let (a, b) = (telling(longer), telling(shorter));
    let run = a
        .len()
        .checked_sub(b.len())
        .filter(|n| (1..=LONGEST).contains(n))?;
    if b.len() < LEAST_KEPT {
        return None;
    }
    let same = |i: usize, j: usize| longer.words[a[i]].key == shorter.words[b[j]].key;
    let start = (0..b.len()).find(|&k| !same(k, k)).unwrap_or(b.len());
    let behind = (0..b.len() - start)
        .find(|&k| !same(a.len() - 1 - k, b.len() - 1 - k))
        .unwrap_or(b.len() - start);
    if start + behind != b.len() {
        return None;
    }
    let place = b.get(start).copied().unwrap_or(shorter.words.len());
    Some((a[start]..a[start + run - 1] + 1, place))
}

/// How much it changes a sentence that `run` is left out of it (or put into it), and why; none where it may be cut.
fn weight_of(words: &Words, run: &Range<usize>, left_out: bool) -> Option<(f32, &'static str)> {
    let all = &words.words;
    let folded = |k: usize| all.get(k).map_or("", |w| w.folded.as_str());
    let first = folded(run.start);
    if EXCEPT.contains(&first) {
        return Some((CHANGES, "an exception"));
    }
    if matches!(first, "if" | "unless" | "provided") && run.len() >= 3 {
        return Some((CHANGES, "a condition"));
    }
    if run.len() == 1 && matches!(first, "only" | "solely" | "exclusively") {
        let counted = all.get(run.end).is_some_and(|w| w.class == Class::Quantity);
        return (!counted).then_some((CHANGES, "what is said holds of that alone"));
    }
    if run.len() == 1
        && (qualifies(first) || changes_kind(first))
        && all.get(run.end).is_some_and(|w| w.class != Class::Function)
    {
        return Some((CHANGES, "without it, it is another thing"));
    }
    // "every other day", "a son-in-law", "for the first time since 1998"
    if run.len() == 1 && first == "other" && run.start > 0 && folded(run.start - 1) == "every" {
        return Some((CHANGES, "every one or every second one"));
    }
    if run.clone().any(|k| folded(k) == "law") && folded(run.start) == "in" {
        return Some((CHANGES, "kin by marriage"));
    }
    if first == "since" && (run.start.saturating_sub(5)..run.start).any(|k| is_unique(folded(k))) {
        return Some((CHANGES, "it says since when there was none"));
    }
    // "emissions per head", "12 a year"
    let counted = run.start > 0 && all[run.start - 1].class == Class::Quantity;
    let span = matches!(
        folded(run.end - 1),
        "year" | "month" | "week" | "day" | "hour"
    );
    if run.len() == 2 && (first == "per" || counted && first == "a" && span) {
        return Some((CHANGES, "what it is counted by"));
    }
    let solid = run
        .clone()
        .filter(|&k| !matches!(all[k].class, Class::Function | Class::Quantity))
        .count();
    // "the first female judge", "the only Dutch player"
    let narrowed = run.len() <= 2
        && solid == run.len()
        && run.start > 0
        && is_unique(folded(run.start - 1))
        && all
            .get(run.end)
            .is_some_and(|w| w.class == Class::Content && !w.capital);
    if narrowed {
        return Some((CHANGES, "it narrows what it is the first or only one of"));
    }
    // "the bodies of six soldiers", "a copy of a portrait"
    let of = run.clone().find(|&k| folded(k) == "of");
    if let Some(of) = of
        && solid == 1
        && of > run.start
        && (of + 1..run.end).all(|k| is_small(folded(k)))
        && run.clone().any(|k| is_head(words, k))
        && all
            .get(run.end)
            .is_some_and(|w| w.class != Class::Quantity || !w.folded.contains('%'))
    {
        return Some((CHANGES, "without it, something else is told of"));
    }
    let tells = run
        .clone()
        .any(|k| folded(k) == "according" || all[k].reports());
    let others =
        (0..all.len()).any(|k| !run.contains(&k) && (folded(k) == "according" || all[k].reports()));
    (left_out && tells && !others).then_some((UNATTRIBUTED, "it says whose words these are"))
}

/// Whether a word names a thing of which another one is only a part or the owner, so that one cannot stand for the other; not a measure, a kind, a
/// group, or a place ("the city of Turin").
fn is_head(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    matches!(
        word.lemma.as_str(),
        "body"
            | "copy"
            | "replica"
            | "facsimile"
            | "reproduction"
            | "imitation"
            | "cast"
            | "sketch"
            | "picture"
            | "photo"
            | "photograph"
            | "portrait"
            | "model"
            | "remains"
            | "son"
            | "daughter"
            | "child"
            | "wife"
            | "husband"
            | "widow"
            | "brother"
            | "sister"
            | "father"
            | "mother"
            | "cousin"
            | "nephew"
            | "niece"
            | "friend"
            | "ally"
            | "aide"
            | "adviser"
            | "lawyer"
            | "girlfriend"
            | "boyfriend"
            | "partner"
            | "twin"
            | "neighbour"
            | "neighbor"
            | "secretary"
            | "assistant"
            | "chauffeur"
            | "nanny"
            | "doctor"
            | "coach"
            | "agent"
            | "manager"
            | "predecessor"
            | "successor"
            | "driver"
            | "bodyguard"
            | "spokesman"
            | "spokeswoman"
            | "supporter"
            | "opponent"
            | "rival"
            | "critic"
            | "victim"
            | "relative"
            | "owner"
            | "tenant"
            | "suspicion"
            | "threat"
            | "risk"
            | "fear"
            | "lack"
            | "absence"
            | "end"
            | "shortage"
            | "loss"
            | "denial"
            | "hint"
            | "attempt"
            | "accusation"
            | "allegation"
            | "suburb"
            | "outskirt"
            | "outskirts"
            | "edge"
            | "fragment"
            | "piece"
            | "wreckage"
            | "ruin"
            | "half"
            | "third"
            | "quarter"
            | "fifth"
            | "part"
            | "wing"
            | "floor"
            | "roof"
            | "section"
            | "branch"
            | "corner"
            | "side"
            | "portion"
            | "most"
            | "some"
            | "price"
            | "cost"
            | "value"
            | "delivery"
            | "sale"
            | "export"
            | "import"
    )
}

/// Whether a thing without that attribute is another thing, beside those without which an office, an act or an amount is: "suspended sentence".
fn changes_kind(folded: &str) -> bool {
    matches!(
        folded,
        "suspended"
            | "fake"
            | "false"
            | "forged"
            | "counterfeit"
            | "mock"
            | "honorary"
            | "would-be"
            | "draft"
            | "unarmed"
            | "retired"
            | "civilian"
            | "off-duty"
            | "nearly"
            | "almost"
            | "half"
    )
}

/// A word that says that there is no other, or none before.
fn is_unique(folded: &str) -> bool {
    matches!(folded, "first" | "only" | "last" | "sole")
        || folded != "latest" && is_superlative(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, copy: &str) -> Option<(Category, bool)> {
        crate::judge::paired(source, copy, |pair| {
            judge(pair).pop().map(|p| (p.category, p.score >= CHANGES))
        })
    }

    #[test]
    fn what_makes_it_another_statement_is_told() {
        for (source, copy) in [
            (
                "The rebels handed over the bodies of six soldiers on Monday.",
                "The rebels handed over six soldiers on Monday.",
            ),
            (
                "The former bishop was given a suspended sentence of two years.",
                "The former bishop was given a sentence of two years.",
            ),
            (
                "She will be the first female chief justice of the country.",
                "She will be the first chief justice of the country.",
            ),
            (
                "Police detained the mayor's driver after finding cash in the car.",
                "Police detained the mayor after finding cash in the car.",
            ),
            (
                "Olmark has the highest emissions per head, a report said.",
                "Olmark has the highest emissions, a report said.",
            ),
            (
                "The trains will run every other day until the bridge is repaired.",
                "The trains will run every day until the bridge is repaired.",
            ),
            (
                "The union accepts the whole offer of the firm except the clause on night shifts.",
                "The union accepts the whole offer of the firm.",
            ),
        ] {
            assert_eq!(
                found(source, copy),
                Some((Category::Omission, true)),
                "{copy}"
            );
            assert_eq!(
                found(copy, source),
                Some((Category::Addition, true)),
                "{copy}"
            );
        }
    }

    #[test]
    fn what_may_be_cut_and_what_is_not_the_same_else_is_left_alone() {
        for (source, copy) in [
            (
                "The heavy rain closed two roads in the southern valley.",
                "The rain closed two roads in the southern valley.",
            ),
            (
                "The city of Kelvand closed two schools on Monday.",
                "Kelvand closed two schools on Monday.",
            ),
            (
                "The bank's chief economist expects a cut in June.",
                "The bank's economist expects a cut in June.",
            ),
            (
                "The rebels handed over the bodies of six soldiers on Monday.",
                "Six soldiers were handed over by the rebels on Monday.",
            ),
        ] {
            assert_eq!(found(source, copy), None, "{copy}");
        }
    }

    #[test]
    fn a_lost_attribution_is_a_lesser_change() {
        let (source, copy) = (
            "The army shelled a school on Thursday, according to rebel commanders, killing nine.",
            "The army shelled a school on Thursday, killing nine.",
        );
        assert_eq!(found(source, copy), Some((Category::Modality, false)));
        assert_eq!(found(copy, source), None);
    }
}
