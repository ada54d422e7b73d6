//! Who did it to whom: agent and patient exchanged around the same verb, speakers exchanged, directions turned round, things that changed
//! places around "rather than", figures that changed places, words that changed places in a sentence that is the same else.
//!
//! No parser: roles are read off the order of words inside a clause, the passive, "by", and relative pronouns. What cannot be read so is
//! left open and proposes nothing.

mod agents;
mod directions;
mod exchanged;
mod places;
mod speakers;

use super::{Pair, Proposal};
use crate::words::{Class, Note, Words};

/// Changes of role, from the surest kind to the least sure.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    if let Some(exchanged) = exchanged::exchanged(pair) {
        return vec![exchanged];
    }
    let mut found = agents::agents_and_patients(pair);
    found.extend(speakers::speakers(pair));
    found.extend(directions::directions(pair));
    found.extend(places::sides(pair));
    found.extend(places::places_of_figures(pair));
    found
}

/// A content word that is used as a verb, as far as its form and place tell: a past form or participle that stands before no noun of its
/// own, a form in "-s" between subject and object, or any form behind an auxiliary or "to".
fn is_verb_form(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    if word.class != Class::Content || !word.verb {
        return false;
    }
    let before = k.checked_sub(1).map(|b| &words.words[b]);
    let led = before.is_some_and(|b| b.auxiliary || b.folded == "to")
        || k > 1 && words.words[k - 2].auxiliary && words.words[k - 1].folded.ends_with("ly");
    if led {
        return true;
    }
    let formed = word.folded != word.lemma && !word.folded.ends_with('s');
    // "a retired worker", "its collapsed bank", "a very complicated person"
    let degree = |b: usize| {
        let folded = words.words[b].folded.as_str();
        matches!(
            folded,
            "very" | "most" | "more" | "so" | "too" | "less" | "least" | "quite" | "rather"
        ) || folded.ends_with("ly")
    };
    let leading = (0..k).rev().find(|&b| !degree(b));
    let of_a_noun = leading.map(|b| &words.words[b]).is_some_and(|b| {
        matches!(
            b.folded.as_str(),
            "a" | "an"
                | "the"
                | "his"
                | "her"
                | "its"
                | "their"
                | "this"
                | "that"
                | "these"
                | "of"
                | "no"
        ) || b.class == Class::Quantity && b.folded != "first"
    });
    formed && !of_a_noun && !is_joined_attribute(words, k) || is_present(words, k)
}

/// Whether word `k` describes the noun behind it, together with a participle before it: "serving and retired teachers".
fn is_joined_attribute(words: &Words, k: usize) -> bool {
    let folded = |n: usize| words.words[n].folded.as_str();
    let participle =
        |n: usize| words.words[n].verb && (folded(n).ends_with("ing") || folded(n).ends_with("ed"));
    k > 1
        && matches!(folded(k - 1), "and" | "or")
        && participle(k - 2)
        && k + 1 < words.words.len()
        && is_noun(words, k + 1)
}

/// Whether word `k` is a verb of the third person: "who accuses the mayor", "the council charges him".
fn is_present(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    if !word.folded.ends_with('s') || word.folded == word.lemma {
        return false;
    }
    let folded = |at: Option<usize>| {
        at.and_then(|n| words.words.get(n))
            .map_or("", |w| w.folded.as_str())
    };
    let relative = matches!(folded(k.checked_sub(1)), "who" | "which");
    let object = matches!(
        folded(Some(k + 1)),
        "the" | "a" | "an" | "his" | "her" | "its" | "their" | "him" | "them" | "us" | "me"
    ) || words
        .words
        .get(k + 1)
        .is_some_and(|w| w.class == Class::Name && !w.after_mark);
    let subject = k.checked_sub(1).is_some_and(|before| {
        let clause = words.words[before].clause == word.clause;
        !clause || word.after_mark || is_noun(words, before) && words.words[before].capital
    });
    relative || subject && object
}

/// Names and nouns; nouns are content words that are no adverbs and do not stand as verbs.
fn is_noun(words: &Words, k: usize) -> bool {
    words.words[k].is(Note::Noun, |word| match word.class {
        Class::Name => true,
        Class::Content => {
            let other = word.auxiliary || word.folded.ends_with("ly");
            // "showed", "seen"; "talking" and "talks" can be nouns.
            let participle = word.verb
                && word.folded != word.lemma
                && !word.folded.ends_with("ing")
                && !word.folded.ends_with('s')
                && !matches!(word.folded.as_str(), "men" | "feet" | "teeth");
            let noun = word.senses.iter().any(|s| s.0 == b'n');
            !other && !participle && (noun || !word.common)
        }
        _ => false,
    })
}

/// Prepositions that make of the noun behind them no subject.
fn governs(folded: &str) -> bool {
    matches!(
        folded,
        "of" | "in"
            | "at"
            | "from"
            | "with"
            | "for"
            | "on"
            | "by"
            | "to"
            | "against"
            | "into"
            | "over"
            | "under"
            | "after"
            | "before"
            | "during"
            | "near"
            | "between"
            | "among"
            | "through"
            | "without"
            | "about"
            | "as"
    )
}

/// Whether two words name the same thing: counterparts, the same word, or parts of one name.
fn same(pair: &Pair<'_>, i: usize, j: usize) -> bool {
    pair.alignment.of_source[i].is_some_and(|(k, like)| k == j && like >= 0.55)
        || pair.source.words[i].key == pair.copy.words[j].key
        || pair.alignment.likeness(i, j) >= 0.8
}

/// The noun before `k` in its clause that no preposition governs: the subject, or what a relative clause belongs to.
fn noun_before(words: &Words, k: usize) -> Option<usize> {
    let clause = words.words[k].clause;
    let first = (0..k)
        .rev()
        .take_while(|&n| words.words[n].clause == clause)
        .last();
    if let Some(at) = noun_in_clause(words, k, clause) {
        // "Iran's detained tanker": of the marks only this and quotation marks stand inside a clause.
        return (at + 1 < k || !words.words[k].after_mark).then_some(at);
    }
    let end = before_apposition(words, first.unwrap_or(k), k)?;
    noun_in_clause(words, end, words.words[end - 1].clause)
}

/// The last noun before word `k` that no preposition governs, of those in `clause`, which the word before `k` belongs to.
fn noun_in_clause(words: &Words, k: usize, clause: u16) -> Option<usize> {
    let mut at = k;
    let mut steps = 0;
    while at > 0 && steps < 14 {
        at -= 1;
        steps += 1;
        if words.words[at].clause != clause {
            return None;
        }
        if !is_noun(words, at) {
            continue;
        }
        // Back over the phrase to the word that governs it.
        let mut first = at;
        while first > 0
            && words.words[first - 1].clause == clause
            && (words.words[first - 1].class != Class::Function
                || matches!(
                    words.words[first - 1].folded.as_str(),
                    "the" | "a" | "an" | "his" | "her" | "its" | "their" | "this" | "these" | "two"
                ))
            && !is_finite(words, first - 1)
        {
            first -= 1;
        }
        if first > 0
            && words.words[first - 1].clause == clause
            && governs(&words.words[first - 1].folded)
        {
            at = first - 1;
            continue;
        }
        return Some(at);
    }
    None
}

/// One past the clause that is taken up again at `first`, where verb `k` follows at once behind something put in between marks: "the Front, of
/// the opposition, was accused", "the council, for its part, accused".
fn before_apposition(words: &Words, first: usize, k: usize) -> Option<usize> {
    let clause = |n: usize| words.words[n].clause;
    let at_once = (first..k).all(|n| {
        let word = &words.words[n];
        word.auxiliary || word.folded == "also" || word.folded.ends_with("ly")
    });
    if !at_once || !words.words[first].after_mark {
        return None;
    }
    let put_in = clause(first.checked_sub(1)?);
    let begins = (0..first)
        .rev()
        .take_while(|&n| clause(n) == put_in)
        .last()?;
    let opening = words.words[begins].folded.as_str();
    let of_it = governs(opening)
        || matches!(
            opening,
            "the" | "a" | "an" | "his" | "her" | "its" | "their"
        );
    let short = first - begins <= 8 && words.words[begins].after_mark;
    // Farther back what is put in may stand behind something else put in.
    let at_first = begins > 0 && clause(begins - 1) == clause(0);
    (of_it && short && at_first && !(begins..first).any(|n| is_verb_form(words, n)))
        .then_some(begins)
}

/// A verb that cannot be a noun where it stands.
fn is_finite(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    is_verb_form(words, k) && (word.folded.ends_with("ed") || word.reports())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swapped(source: &str, copy: &str) -> Vec<String> {
        crate::judge::proposed_by(judge, source, copy)
    }

    #[test]
    fn an_active_read_as_a_passive_is_proposed() {
        let source = "The opposition accused the government of seeking an early vote.";
        for (copy, is) in [
            (
                "The government accused the opposition of seeking an early vote.",
                true,
            ),
            (
                "The opposition was accused by the government of seeking an early vote.",
                true,
            ),
            (
                "The government was accused by the opposition of seeking an early vote.",
                false,
            ),
            (
                "The opposition has accused the government of seeking an early vote.",
                false,
            ),
        ] {
            assert_eq!(!swapped(source, copy).is_empty(), is, "{copy}");
        }
    }

    #[test]
    fn possessors_and_second_verbs_of_a_clause_leave_open_who_acts() {
        for (source, copy) in [
            (
                "Varn's detained tanker left the waters of the strait.",
                "Varn was detained from the waters of the strait.",
            ),
            (
                "The clerk, who was the first to see the case and handled the file, left.",
                "The clerk, who first saw the case and handled the file, left.",
            ),
        ] {
            assert_eq!(swapped(source, copy), [""; 0], "{copy}");
        }
    }

    #[test]
    fn a_participle_without_an_object_tells_no_role() {
        for (source, copy) in [
            (
                "The minister gave a statement released through the office.",
                "The minister released a statement through the office.",
            ),
            (
                "The mayor was actually a very complicated man.",
                "The mayor actually was a very complicated man.",
            ),
            (
                "But the main thing is that we missed hockey in the playoffs.",
                "But the main thing is that we have missed hockey in the playoffs.",
            ),
            (
                "The man had been taken to the village and pronounced dead by doctors.",
                "The man had been taken to the village and had been pronounced dead by doctors.",
            ),
        ] {
            assert_eq!(swapped(source, copy), [""; 0], "{copy}");
        }
    }

    #[test]
    fn figures_that_took_each_others_preposition_changed_places() {
        let source = "Sales rose 1.1 percent in April from March, the office said.";
        let copy = "Sales rose 1.1 percent in March from April, the office said.";
        assert_eq!(swapped(source, copy).len(), 1);
        let source = "Visits grew from 330 in May to 6,300 in June.";
        let copy = "Visits grew to 6,300 in June from 330 in May.";
        assert_eq!(swapped(source, copy), [""; 0]);
    }

    #[test]
    fn who_goes_by_boat_is_not_acted_on() {
        assert_eq!(
            swapped(
                "The president took a boat to the parade on Sunday.",
                "The president went by boat to the parade on Sunday."
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_participle_of_a_headline_is_a_passive() {
        assert_eq!(
            swapped(
                "Lomi of Tervane Crowned Queen of the Carnival",
                "Lomi of Tervane is crowned queen of the carnival"
            ),
            [""; 0]
        );
    }

    #[test]
    fn an_offer_by_one_is_an_offer_from_one() {
        assert_eq!(
            swapped(
                "The pilots rejected an offer from the management.",
                "An offer by the management was turned down by the pilots."
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_statement_by_one_is_a_statement_from_one() {
        assert_eq!(
            swapped(
                "The bridge is closed, a statement by the ministry said on Monday.",
                "The bridge is closed, a statement from the ministry said on Monday."
            ),
            [""; 0]
        );
    }

    #[test]
    fn what_was_lent_by_one_is_not_lent_to_one() {
        assert!(
            swapped(
                "The ship carried a hospital lent by neighbouring Ostrelle.",
                "The ship carried a hospital lent to neighbouring Ostrelle."
            )
            .contains(&"to neighbouring Ostrelle".to_owned())
        );
    }

    #[test]
    fn things_exchanged_around_rather_than_are_proposed() {
        let source = "He is to be held in the new prison at the port rather than the old jail in the capital.";
        assert_eq!(
            swapped(
                source,
                "He is to be held in the old jail in the capital rather than the new prison at the port."
            )
            .len(),
            1
        );
        assert!(
            swapped(
                source,
                "They will keep him in the new prison at the port rather than in the capital's old jail."
            )
            .is_empty()
        );
    }
}
