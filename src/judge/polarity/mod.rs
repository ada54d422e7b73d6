//! Negations that came or went, and words that became their opposites.

mod negations;
mod opposites;

pub(super) use negations::balance;
pub(super) use opposites::{
    are_converses, are_left, compare_the_same, keeps_from, measures, name_no_side, turned_round,
};

use super::{Pair, Proposal};
use crate::words::{Class, Words};

/// Negations without an answer on the other side, and counterparts that are opposites.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = opposites::opposites(pair);
    found.extend(negations::negations(pair));
    found
}

/// Whether a figure follows word `k` at once, as in "under a minute": a bound, no place.
fn bounds(words: &Words, k: usize) -> bool {
    (k + 1..(k + 3).min(words.words.len())).any(|n| words.words[n].class == Class::Quantity)
}

/// Whether a negation stands before word `k` in its clause, at most four words away with no other verb's object between.
pub(super) fn negated(words: &Words, k: usize) -> bool {
    let clause = words.words[k].clause;
    let before = (k.saturating_sub(4)..k)
        .any(|n| words.words[n].clause == clause && words.words[n].negation);
    let after = (k + 1..(k + 3).min(words.words.len())).any(|n| {
        words.words[n].clause == clause
            && matches!(
                words.words[n].folded.as_str(),
                "not" | "nothing" | "nobody" | "none" | "never" | "no"
            )
    });
    before || after || denied_subject(words, k)
}

/// Whether the subject of word `k` is nobody: "none of the eleven crew members was hurt".
fn denied_subject(words: &Words, k: usize) -> bool {
    let clause = words.words[k].clause;
    let mut before = (k.saturating_sub(SUBJECT)..k).rev();
    let mut verb = false;
    before.any(|n| {
        let word = &words.words[n];
        verb |= word.auxiliary;
        verb && word.clause == clause && is_nobody(&word.folded)
    })
}

/// How far before its verb a subject is looked for, in words.
const SUBJECT: usize = 10;

fn is_nobody(folded: &str) -> bool {
    matches!(folded, "none" | "nobody" | "neither" | "nothing")
}

#[cfg(test)]
mod tests {
    use crate::model::{Category, Span};

    /// What the copy's words are in every proposed change of polarity.
    fn proposed(source: &str, copy: &str) -> Vec<String> {
        crate::judge::paired(source, copy, |pair| {
            pair.proposals()
                .into_iter()
                .filter(|p| p.0 == Category::Polarity)
                .map(|p| p.2.of(copy).to_owned())
                .collect()
        })
    }

    #[test]
    fn what_only_looks_opposed_is_no_opposite() {
        for (source, copy) in [
            (
                "The sale is subject to certain closing conditions and will end in May.",
                "No terms of the sale were disclosed, and it will end in May.",
            ),
            (
                "The actress died late yesterday in a hospital of the capital.",
                "The actress died in a hospital of the capital. She fell ill earlier this month.",
            ),
            (
                "Police said the group was insufficiently equipped and inexperienced.",
                "Police said the group was insufficiently equipped and experienced.",
            ),
            (
                "There are only two rounds left in the competition, and it is close.",
                "There are only two rounds remaining in the competition, and it is close.",
            ),
            (
                "The man saw the lights of a lorry and slowed down.",
                "The man saw the lights of a lorry and reduced his speed.",
            ),
            (
                "We assume that Dr. No will try to enter the exchange.",
                "We assume that Dr. Nou will try to enter the exchange.",
            ),
            (
                "The senator is running for a third term in office.",
                "The senator is standing for a third term in office.",
            ),
        ] {
            let found = proposed(source, copy);
            let opposed = |word: &&String| {
                [
                    "disclosed",
                    "earlier",
                    "experienced",
                    "standing",
                    "remaining",
                    "speed",
                    "try",
                ]
                .contains(&word.as_str())
            };
            assert_eq!(found.iter().find(opposed), None, "{copy}");
        }
    }

    #[test]
    fn what_is_left_open_or_only_sounds_denied_is_no_change() {
        for (source, copy) in [
            (
                "The ministry said no decision had been made on the dam.",
                "The ministry has yet to decide on the dam.",
            ),
            (
                "The chairman of Tervane Air will step down in May.",
                "The chairman of the no-frills airline Tervane Air will step down in May.",
            ),
            (
                "The committee insists on a minimum of no less than 7 percent.",
                "The committee insists on a minimum that cannot be below 7 percent.",
            ),
            (
                "A number below 50 means that orders shrink, a number above 50 that they grow.",
                "A number above 50 means that orders grow, a number below 50 that they shrink.",
            ),
            (
                "The farms had become dependent on loans.",
                "The farms had become dependent on borrowed money.",
            ),
        ] {
            assert_eq!(proposed(source, copy), [""; 0], "{copy}");
        }
    }

    #[test]
    fn a_negation_in_one_word_is_one_in_two() {
        for (one, two) in [
            (
                "The dam cannot be repaired this year.",
                "The dam can not be repaired this year.",
            ),
            (
                "The dam wasn't repaired this year.",
                "The dam was not repaired this year.",
            ),
            (
                "A non-constructive remark was made.",
                "A nonconstructive remark was made.",
            ),
        ] {
            assert_eq!(proposed(one, two), [""; 0], "{two}");
            assert_eq!(proposed(two, one), [""; 0], "{one}");
        }
        assert!(
            !proposed(
                "The dam cannot be repaired this year.",
                "The dam can be repaired this year."
            )
            .is_empty()
        );
    }

    #[test]
    fn a_denying_verb_that_is_denied_is_not_answered_by_another() {
        let source = "The train did not stop at the red signal, investigators said.";
        let copy = "The train halted at the red signal, investigators said.";
        assert!(!proposed(source, copy).is_empty());
    }

    #[test]
    fn a_negation_is_missed_even_where_the_verb_was_replaced() {
        let source =
            "The governor declared a disaster in 32 counties and recommended that people leave.";
        assert!(
            proposed(
                source,
                "The governor declared a disaster in 32 counties and did not advise that people leave."
            )
            .iter()
            .any(|p| p.contains("not"))
        );
        assert_eq!(
            proposed(
                source,
                "The governor declared a disaster in 32 counties and urged that people leave."
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_denying_word_answers_a_negation_and_one_that_both_have_does_not() {
        let (source, copy) = (
            "The ministry did not accept the proposal on Monday.",
            "The ministry rejected the proposal on Monday.",
        );
        let whole = |text: &str| Span::new(0, text.len());
        let (_, drifts, _) = crate::judge::judge(source, whole(source), copy, whole(copy));
        assert!(drifts.iter().all(|d| d.category != Category::Polarity));
        assert_eq!(
            proposed(
                "He was one of the few members who supported the bill.",
                "He was not one of the few members who supported the bill."
            )
            .len(),
            1
        );
    }

    #[test]
    fn a_negation_written_in_another_way_is_answered() {
        for (source, copy) in [
            (
                "He called it a very non-constructive policy.",
                "He called it a very nonconstructive policy.",
            ),
            (
                "The papers hadn ’ t been handed in by Tuesday.",
                "The papers hadn't been handed in by Tuesday.",
            ),
            (
                "I can't speak for the first death.",
                "I cant speak for the first death.",
            ),
        ] {
            assert_eq!(proposed(source, copy), [""; 0], "{copy}");
        }
    }

    #[test]
    fn what_denies_in_other_words_or_twice_is_no_change() {
        for (source, copy) in [
            (
                "Neither their lungs nor their muscles are fully developed at that age.",
                "Their lungs and muscles are not fully developed at that age.",
            ),
            (
                "The office said it had been unable to reach the 17 residents.",
                "The office said it could not reach the 17 residents.",
            ),
            (
                "The company no longer wants to sell one collection after another.",
                "The company does not want to sell one collection after another.",
            ),
            (
                "They did not eat any meat or drink any wine during the fast.",
                "They did not eat any meat and did not drink any wine during the fast.",
            ),
            (
                "Until he came to work there, he did not know how large it was.",
                "Only when he came to work there did he know how large it was.",
            ),
            (
                "The matter should not wait for the new government.",
                "The matter is too urgent to wait for the new government.",
            ),
            (
                "Strips of light guide the bees so they don't get lost.",
                "Strips of light guide the bees to keep them from getting lost.",
            ),
            (
                "The fire is the largest in the state since the blaze of 2011.",
                "Not since the blaze of 2011 has the state seen a larger fire.",
            ),
        ] {
            assert_eq!(proposed(source, copy), [""; 0], "{copy}");
        }
        assert_eq!(
            proposed(
                "The company wants to sell one collection after another.",
                "The company doesnt want to sell one collection after another."
            )
            .len(),
            1
        );
    }

    #[test]
    fn opposite_adverbs_are_proposed() {
        assert_eq!(
            proposed(
                "The envoy illegally crossed the line on Monday.",
                "The envoy legally crossed the line on Monday."
            ),
            ["legally"]
        );
    }
}
