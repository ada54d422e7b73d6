//! Plans, possibilities and allegations that became facts, and the reverse; statements that became questions.

use std::ops::Range;

use super::alternatives::expected_place;
use super::outright::{OUTRIGHT, leaves_nothing_open};
use super::{Pair, Proposal};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::words::{Class, Lexeme, Note, Words};

/// How a statement stands to what is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stance {
    Fact,
    Planned,
    Possible,
    Alleged,
    Conditional,
}

impl Stance {
    fn words(self) -> &'static str {
        match self {
            Self::Fact => "a fact",
            Self::Planned => "still to come",
            Self::Possible => "possible",
            Self::Alleged => "alleged",
            Self::Conditional => "conditional",
        }
    }
}

/// Aligned verbs whose stance differs, and question marks that the source does not have.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for (i, j, like) in pair.verbs(0.6) {
        let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
        let ((said, at_a), (copied, at_b)) = (stance_of(pair.source, i), stance_of(pair.copy, j));
        let score = match (said, copied) {
            (x, y) if x == y => continue,
            (Stance::Possible, Stance::Fact) => 0.56,
            (Stance::Fact, Stance::Possible) => 0.50,
            (Stance::Alleged, Stance::Fact) => 0.50,
            (Stance::Conditional, Stance::Fact) => 0.40,
            (Stance::Planned, Stance::Fact) if past(b) && !past(a) => 0.54,
            (Stance::Fact, Stance::Planned) if past(a) && !past(b) => 0.52,
            (Stance::Fact, Stance::Planned) if past(a) => 0.34,
            (Stance::Possible, Stance::Planned) if is_certain(&pair.copy.words[at_b]) => 0.48,
            (Stance::Planned, Stance::Possible) | (Stance::Possible, Stance::Planned) => 0.30,
            _ => continue,
        };
        // A hedge beside the other verb may carry it, unless it answers another one.
        let carried =
            |words: &Words, at: usize, wanted: Stance, answers: &dyn Fn(usize) -> bool| {
                (at.saturating_sub(CARRIED)..(at + CARRIED + 1).min(words.words.len()))
                    .any(|k| hedge(words, k) == Some(wanted) && !answers(k))
            };
        let answered_elsewhere = |counterpart: Option<(usize, f32)>, at: usize| {
            counterpart.is_some_and(|(k, like)| k != at && like >= 0.9)
        };
        let of_copy = |k: usize| answered_elsewhere(pair.alignment.of_copy[k], at_a);
        let of_source = |k: usize| answered_elsewhere(pair.alignment.of_source[k], at_b);
        if said != Stance::Fact && carried(pair.copy, j, said, &of_copy)
            || copied != Stance::Fact && carried(pair.source, i, copied, &of_source)
        {
            continue;
        }
        let source = at_a.min(i)..i + 1;
        let copy = at_b.min(j)..j + 1;
        let evidence = format!(
            "`{}` is {}, `{}` is {}",
            pair.source_words(source.clone()),
            said.words(),
            pair.copy_words(copy.clone()),
            copied.words()
        );
        let outright = if copied == Stance::Fact {
            hedges_plainly(pair.source, at_a)
                && tells(pair.copy, j)
                && told_outright(pair.copy, pair.source, said)
        } else {
            said == Stance::Fact
                && tells(pair.source, i)
                && hedges_plainly(pair.copy, at_b)
                && told_outright(pair.source, pair.copy, copied)
        };
        found.push(Proposal {
            category: Category::Modality,
            score: if outright {
                OUTRIGHT
            } else {
                score * (0.6 + 0.4 * like)
            },
            source,
            copy,
            evidence,
        });
    }
    found.extend(duties(pair));
    found.extend(supposed(pair));
    let taken: Vec<usize> = found.iter().map(|p| p.source.end - 1).collect();
    found.extend(lost_hedges(pair, &taken));
    let asks = |text: &str| {
        text.trim_end()
            .trim_end_matches(['"', '”', '\'', '’', ')'])
            .ends_with('?')
    };
    let (a, b) = (
        pair.source.span.of(pair.source_text),
        pair.copy.span.of(pair.copy_text),
    );
    if asks(b) && !asks(a) && !pair.copy.words.is_empty() && !pair.source.words.is_empty() {
        let (m, n) = (pair.copy.words.len(), pair.source.words.len());
        found.push(Proposal {
            category: Category::Modality,
            score: 0.78,
            source: n - 1..n,
            copy: m - 1..m,
            evidence: "a statement became a question".to_owned(),
        });
    }
    found
}

/// Whether verb `k` is one here and no noun: a form of its own, or behind an auxiliary.
fn tells(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    let inflected = word.folded != word.lemma && !word.folded.ends_with("ing");
    inflected
        || words.words[k.saturating_sub(3)..k]
            .iter()
            .any(|w| w.auxiliary)
}

/// Whether nothing in `words` leaves anything open that `other` tells with that stance.
fn told_outright(words: &Words, other: &Words, stance: Stance) -> bool {
    let hedges = words
        .words
        .iter()
        .any(|w| !matches!(w.noted(Note::Hedge, hedging), NO_HEDGE | TO));
    !hedges && leaves_nothing_open(words, other, stance == Stance::Alleged)
}

/// Whether the hedge at `k` says nothing else: "may", "plans to go", "is suspected of", but not "May 26", "set", "due to fog", "could not".
fn hedges_plainly(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    let next = |n: usize| words.words.get(k + n);
    let is = |n: usize, wanted: &str| next(n).is_some_and(|w| w.folded == wanted);
    let to_do = is(1, "to")
        && next(2).is_some_and(|w| {
            w.auxiliary || w.class == Class::Content && w.verb && w.folded == w.lemma
        });
    let plain = match word.folded.as_str() {
        "may" => !word.capital || k == 0,
        "might" | "probably" | "perhaps" | "possibly" | "allegedly" | "reportedly" => true,
        "likely" | "due" | "scheduled" | "expected" | "intended" => to_do,
        "alleged" | "suspected" | "accused" => is(1, "of") || to_do,
        _ => match word.lemma.as_str() {
            "plan" | "intend" | "hope" | "want" | "threaten" | "try" | "attempt" | "promise"
            | "pledge" | "vow" | "offer" | "seek" => to_do,
            "consider" | "mull" | "contemplate" => word.folded.ends_with("ing"),
            "propose" | "demand" | "recommend" => is(1, "that"),
            _ => false,
        },
    };
    let denied = (k.saturating_sub(6)..(k + 4).min(words.words.len()))
        .any(|n| words.words[n].negation && words.words[n].clause == word.clause);
    plain && !denied
}

/// What had yet to be done and is told as done: "must be approved", "has been approved".
fn duties(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for (i, j, like) in pair.verbs(0.8) {
        let (Some(duty), None) = (duty_before(pair.source, i), duty_before(pair.copy, j)) else {
            continue;
        };
        let (_, at) = stance_of(pair.copy, j);
        let led = (j.saturating_sub(3)..j).find(|&k| {
            let led = matches!(
                pair.copy.words[k].folded.as_str(),
                "has" | "have" | "had" | "was" | "were"
            );
            led && pair.copy.words[k].clause == pair.copy.words[j].clause
        });
        let (Some(led), true) = (led, at == j && past(&pair.copy.words[j])) else {
            continue;
        };
        let score = 0.54 * (0.6 + 0.4 * like);
        found.push(told_as_fact(
            pair,
            duty..i + 1,
            "still to be done",
            led..j + 1,
            score,
        ));
    }
    found
}

/// What is only thought to be so and is told as so: "was thought to be extinct", "is extinct".
fn supposed(pair: &Pair<'_>) -> Option<Proposal> {
    let (ours, theirs) = (pair.source, pair.copy);
    let supposes = |words: &Words, k: usize| {
        matches!(
            words.words[k].folded.as_str(),
            "thought"
                | "believed"
                | "feared"
                | "presumed"
                | "suspected"
                | "alleged"
                | "reported"
                | "rumoured"
                | "rumored"
                | "said"
                | "considered"
                | "understood"
                | "reputed"
        )
    };
    let is = |words: &Words, k: usize, wanted: &[&str]| {
        words
            .words
            .get(k)
            .is_some_and(|w| wanted.contains(&w.folded.as_str()))
    };
    const BE: &[&str] = &["is", "are", "was", "were"];
    let k = (1..ours.words.len()).find(|&k| {
        supposes(ours, k)
            && is(ours, k - 1, BE)
            && is(ours, k + 1, &["to"])
            && is(ours, k + 2, &["be", "have"])
    })?;
    let open = (0..theirs.words.len()).any(|j| hedge(theirs, j).is_some() || supposes(theirs, j));
    let state =
        (k + 3..(k + 6).min(ours.words.len())).find(|&n| ours.words[n].class != Class::Function)?;
    let answer = pair.counterpart(state, 0.8)?;
    let led = (answer.saturating_sub(2)..answer).find(|&j| {
        is(
            theirs,
            j,
            &["is", "are", "was", "were", "has", "have", "had"],
        )
    })?;
    let (source, copy) = (k - 1..state + 1, led..answer + 1);
    (!open).then(|| told_as_fact(pair, source, "only supposed", copy, 0.5))
}

/// What the source leaves open, in some way, and the copy tells as a fact.
fn told_as_fact(
    pair: &Pair<'_>,
    source: Range<usize>,
    way: &str,
    copy: Range<usize>,
    score: f32,
) -> Proposal {
    Proposal {
        category: Category::Modality,
        score,
        evidence: format!(
            "`{}` is {way}, `{}` is a fact",
            pair.source_words(source.clone()),
            pair.copy_words(copy.clone())
        ),
        source,
        copy,
    }
}

/// The word right before a verb, auxiliaries between, that says that it has to be done.
fn duty_before(words: &Words, verb: usize) -> Option<usize> {
    let clause = words.words[verb].clause;
    let here = |k: &usize| words.words[*k].clause == clause;
    (verb.saturating_sub(4)..verb)
        .rev()
        .take_while(here)
        .find(|&k| {
            let to = words.words.get(k + 1).is_some_and(|w| w.folded == "to");
            match words.words[k].folded.as_str() {
                "must" | "should" => true,
                "need" | "needs" | "ought" | "has" | "have" | "required" | "obliged" => to,
                _ => false,
            }
        })
}

/// How many words away from a verb a hedge may stand that carries its stance.
const CARRIED: usize = 10;

/// A word that leaves no doubt that something will be.
fn is_certain(word: &Lexeme) -> bool {
    matches!(positive(&word.folded), "will" | "shall" | "must" | "to")
}

/// Words that hedge the verb behind them whatever else stands around; others ("set", "possible", "about") need the verb's own counterpart.
fn commits(word: &Lexeme) -> bool {
    word.is(Note::Commits, is_committing)
}

fn is_committing(word: &Lexeme) -> bool {
    let folded = word.folded.as_str();
    let governs = matches!(
        word.lemma.as_str(),
        "plan"
            | "intend"
            | "hope"
            | "expect"
            | "want"
            | "threaten"
            | "try"
            | "attempt"
            | "consider"
            | "promise"
            | "pledge"
            | "vow"
            | "believe"
            | "suspect"
    );
    governs
        || matches!(
            positive(folded),
            "may"
                | "might"
                | "could"
                | "probably"
                | "perhaps"
                | "possibly"
                | "apparently"
                | "allegedly"
                | "reportedly"
                | "alleged"
                | "suspected"
                | "will"
                | "would"
                | "plans"
                | "planned"
                | "intends"
                | "intended"
                | "expected"
                | "due"
                | "scheduled"
                | "hopes"
                | "to"
                | "proposed"
                | "whether"
                | "seems"
                | "seemed"
                | "appears"
                | "appeared"
        )
}

/// Hedges of the source whose statement the copy tells as a fact, with another verb in its place; and hedging adverbs that are gone.
fn lost_hedges(pair: &Pair<'_>, taken: &[usize]) -> Vec<Proposal> {
    let (ours, theirs) = (pair.source, pair.copy);
    let mut found: Vec<Proposal> = Vec::new();
    for k in 0..ours.words.len() {
        let Some(stance) =
            hedge(ours, k).filter(|_| commits(&ours.words[k]) || hedges_plainly(ours, k))
        else {
            continue;
        };
        let said = (0..theirs.words.len()).any(|j| hedge(theirs, j) == Some(stance));
        if said || pair.counterpart(k, 0.75).is_some() {
            continue;
        }
        let verb = (k + 1..(k + 6).min(ours.words.len()))
            .take_while(|&v| ours.words[v].clause == ours.words[k].clause)
            .find(|&v| {
                ours.words[v].class == Class::Content
                    && ours.words[v].verb
                    && hedge(ours, v).is_none()
            });
        let Some(verb) = verb.filter(|v| !taken.contains(v)) else {
            continue;
        };
        let expected = expected_place(pair, verb);
        // The verb that tells it: the counterpart, or the nearest finite one in its place that answers nothing else.
        let answer = pair.counterpart(verb, 0.4).or_else(|| {
            (0..theirs.words.len())
                .filter(|&j| {
                    (j as f32 - expected).abs() <= 5.0
                        && theirs.words[j].class == Class::Content
                        && past(&theirs.words[j])
                        && theirs.words[j].verb
                        && pair.alignment.of_copy[j].is_none_or(|(i, like)| i == k || like < 0.6)
                })
                .min_by(|&p, &q| {
                    (p as f32 - expected)
                        .abs()
                        .total_cmp(&(q as f32 - expected).abs())
                })
        });
        let Some(j) = answer else {
            continue;
        };
        if stance_of(theirs, j).0 != Stance::Fact {
            continue;
        }
        let done = past(&theirs.words[j]);
        // "is to open" told as "opens" is still to come.
        if stance == Stance::Planned && !done {
            continue;
        }
        let first = (j.saturating_sub(3)..j)
            .find(|&n| {
                theirs.words[n].clause == theirs.words[j].clause && theirs.words[n].auxiliary
            })
            .unwrap_or(j);
        let (source, copy) = (k..verb + 1, first..j + 1);
        let like = pair.alignment.likeness(verb, j);
        let outright = like >= 0.5
            && tells(theirs, j)
            && hedges_plainly(ours, k)
            && told_outright(theirs, ours, stance);
        let score = if outright {
            OUTRIGHT
        } else {
            (if done { 0.5 } else { 0.35 }) * (0.6 + 0.4 * like)
        };
        found.push(told_as_fact(pair, source, stance.words(), copy, score));
    }
    found
}

fn past(word: &Lexeme) -> bool {
    word.is(Note::Past, |word| {
        let folded = word.folded.as_str();
        folded.ends_with("ed")
            || lexicon().relations.lemma(folded) != folded
                && !folded.ends_with('s')
                && !folded.ends_with("ing")
    })
}

/// "could" of "couldn't", "will" of "won't"; other words as they are.
fn positive(folded: &str) -> &str {
    match folded {
        "won't" => "will",
        "shan't" => "shall",
        _ => folded.strip_suffix("n't").unwrap_or(folded),
    }
}

/// What a single word says of the statement behind it.
fn hedge(words: &Words, k: usize) -> Option<Stance> {
    match words.words[k].noted(Note::Hedge, hedging) {
        NO_HEDGE => None,
        _ if names_a_thing(words, k) || hedges_nothing(words, k) => None,
        TO => (k > 0 && is_planning_be(words, k)).then_some(Stance::Planned),
        stance => HEDGES.get(usize::from(stance)).copied(),
    }
}

/// "as if they were", "even if", "makes it possible to": nothing is left open by it.
fn hedges_nothing(words: &Words, k: usize) -> bool {
    let is = |at: Option<usize>, wanted: &[&str]| {
        at.and_then(|at| words.words.get(at))
            .is_some_and(|w| wanted.contains(&w.folded.as_str()))
    };
    match words.words[k].folded.as_str() {
        "if" => is(k.checked_sub(1), &["as", "even"]),
        "possible" => is(Some(k + 1), &["to"]),
        _ => false,
    }
}

/// Whether a word that may hedge is a noun here: "two suspects were arrested", "the plan was approved", but "a plan to sell the mill".
fn names_a_thing(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    let base = word.folded.strip_suffix('s').unwrap_or(&word.folded);
    let may = matches!(
        base,
        "suspect"
            | "claim"
            | "plan"
            | "offer"
            | "bid"
            | "demand"
            | "request"
            | "attempt"
            | "wish"
            | "forecast"
            | "aim"
            | "hope"
            | "need"
            | "risk"
            | "pledge"
            | "promise"
    );
    if !may {
        return false;
    }
    let next = words.words.get(k + 1);
    if next.is_some_and(|w| w.auxiliary) {
        return true;
    }
    let governs = next.is_some_and(|w| matches!(w.folded.as_str(), "to" | "that" | "for"));
    let determined = k.checked_sub(1).is_some_and(|b| {
        let before = &words.words[b];
        before.class == Class::Quantity
            || matches!(
                before.folded.as_str(),
                "the"
                    | "a"
                    | "an"
                    | "this"
                    | "that"
                    | "these"
                    | "those"
                    | "its"
                    | "his"
                    | "her"
                    | "their"
                    | "of"
                    | "main"
                    | "chief"
                    | "prime"
                    | "other"
                    | "some"
                    | "several"
            )
    });
    determined && !governs
}

/// The stances that a word may give by itself; the numbers below are their places.
const HEDGES: [Stance; 4] = [
    Stance::Possible,
    Stance::Alleged,
    Stance::Planned,
    Stance::Conditional,
];
const POSSIBLE: u8 = 0;
const ALLEGED: u8 = 1;
const PLANNED: u8 = 2;
const CONDITIONAL: u8 = 3;
/// "to", which hedges behind some words.
const TO: u8 = 4;
const NO_HEDGE: u8 = 5;

/// Which of [`HEDGES`] a word gives, [`TO`] or [`NO_HEDGE`].
fn hedging(word: &Lexeme) -> u8 {
    match positive(&word.folded) {
        "may" | "might" | "could" | "perhaps" | "possibly" | "maybe" | "probably" | "likely"
        | "apparently" | "possible" | "potentially" | "seems" | "appears" | "appeared"
        | "seemed" | "believed" | "thought" | "risk" => POSSIBLE,
        "allegedly" | "alleged" | "reportedly" | "suspected" | "purported" | "accused"
        | "supposedly" | "alleges" | "claims" | "claimed" | "accusing" | "charged" => ALLEGED,
        "will" | "would" | "shall" | "plans" | "planned" | "plan" | "intends" | "intended"
        | "expected" | "due" | "scheduled" | "going" | "set" | "aims" | "hopes" | "seeks"
        | "promised" | "pledged" | "vowed" | "ready" | "agreed" | "wants" | "wanted"
        | "proposed" | "proposes" | "about" | "expects" | "intend" | "hope" | "they'll"
        | "we'll" | "it'll" | "i'll" | "he'll" | "she'll" | "prepared" | "ordered" | "urged"
        | "asked" | "called" | "decided" | "should" | "must" | "need" | "needs" => PLANNED,
        "if" | "unless" | "provided" => CONDITIONAL,
        "whether" => POSSIBLE,
        "to" => TO,
        _ => hedging_verb(&word.lemma),
    }
}

/// The same of verbs that hedge what they govern, in any form.
fn hedging_verb(lemma: &str) -> u8 {
    match lemma {
        "plan" | "intend" | "aim" | "hope" | "seek" | "want" | "expect" | "propose" | "promise"
        | "pledge" | "vow" | "threaten" | "try" | "attempt" | "consider" | "mull" | "weigh"
        | "contemplate" | "negotiate" | "offer" | "agree" | "prepare" | "demand" | "urge"
        | "ask" | "request" | "wish" | "bid" | "forecast" | "predict" | "recommend" => PLANNED,
        "seem" | "appear" | "believe" | "think" | "suspect" | "assume" => POSSIBLE,
        "allege" | "claim" | "accuse" => ALLEGED,
        _ => NO_HEDGE,
    }
}

/// "is to open", "were to withdraw": a form of be right before "to" and a verb behind it.
fn is_planning_be(words: &Words, k: usize) -> bool {
    matches!(
        words.words[k - 1].folded.as_str(),
        "is" | "are" | "was" | "were"
    ) && words.words.get(k + 1).is_some_and(|w| {
        matches!(w.class, Class::Content) && w.folded == w.lemma && w.verb || w.folded == "be"
    })
}

/// The stance of verb `k`, and where the word that gives it stands (`k` itself for a fact).
fn stance_of(words: &Words, k: usize) -> (Stance, usize) {
    for n in (k.saturating_sub(4)..k).rev() {
        if words.words[n].clause != words.words[k].clause {
            break;
        }
        if let Some(stance) = hedge(words, n) {
            return (stance, n);
        }
    }
    (Stance::Fact, k)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(source: &str, copy: &str) -> Vec<String> {
        crate::judge::proposed_by(judge, source, copy)
    }

    #[test]
    fn suspects_and_plans_are_things_where_they_are_told_of() {
        assert_eq!(
            lost(
                "Two suspects were arrested in the capital on Monday.",
                "Two suspects may be arrested in the capital on Monday."
            ),
            ["may be arrested"]
        );
        assert!(
            lost(
                "The plan was approved by the council on Monday.",
                "The proposal was approved by the council on Monday."
            )
            .is_empty()
        );
    }

    #[test]
    fn as_if_and_made_possible_leave_nothing_open() {
        for (source, copy) in [
            (
                "They stood as if they were frozen in the square.",
                "They stood as though frozen in the square, they were pale.",
            ),
            (
                "The new law made it possible to exclude the old members.",
                "The new law excluded the old members.",
            ),
        ] {
            assert!(lost(source, copy).is_empty(), "{copy}");
        }
    }

    #[test]
    fn what_was_only_tried_or_threatened_is_told_as_done() {
        assert_eq!(
            lost(
                "The prisoner tried to flee across the border on Friday.",
                "The prisoner fled across the border on Friday."
            ),
            ["fled"]
        );
        assert_eq!(
            lost(
                "The president threatened to dissolve parliament on Friday.",
                "The president dissolved parliament on Friday."
            ),
            ["dissolved"]
        );
        assert!(
            lost(
                "The prisoner tried to flee across the border on Friday.",
                "The prisoner attempted to flee over the border on Friday."
            )
            .is_empty()
        );
    }
}
