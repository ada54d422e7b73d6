//! Words that changed places in a sentence that is otherwise the same, word for word: "Norway beat Denmark", "Denmark beat Norway".

use std::ops::Range;

use crate::judge::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Word, Words};

/// Most words on either side of what changed places; of up to [`SHORT`] no verb need stand between.
const LONGEST: usize = 12;
const SHORT: usize = 4;
/// Fewest words of the two sentences that must stand where they stood, beside what changed places.
const LEAST_KEPT: usize = 3;

/// The two runs that changed places and what stands between, where nothing else differs.
pub(super) fn exchanged(pair: &Pair<'_>) -> Option<Proposal> {
    let (a, b) = (pair.source, pair.copy);
    let places = places(a, b)?;
    let [first, between, second] = &places;
    // "on Sunday on Radio Olmark", "on Radio Olmark on Sunday"
    let told = |run: &Range<usize>| {
        a.words[run.clone()]
            .iter()
            .any(|w| w.class == Class::Quantity)
    };
    let each = a.words.iter().any(|w| w.folded == "respectively");
    if joins(&a.words[between.clone()]) && !each || told(first) != told(second) {
        return None;
    }
    // "propaganda of the party accusations", "accusations of the party propaganda"
    let of = a.words[between.clone()]
        .first()
        .is_some_and(|w| w.folded == "of");
    // Long runs without a verb between are adverbials that may stand anywhere: "in the Senate last month to keep the fund open".
    let verb = |w: &Word| w.verb && w.class == Class::Content || w.auxiliary;
    let long = first.len().max(second.len()) > SHORT;
    if (long || of) && !a.words[between.clone()].iter().any(verb) {
        return None;
    }
    let moved = first.len() + second.len();
    if a.words.len() < moved + LEAST_KEPT {
        return None;
    }
    let evidence = format!(
        "`{}` and `{}` changed places in a sentence that is the same else",
        pair.source_words(first.clone()),
        pair.source_words(second.clone())
    );
    let run = first.start..second.end;
    Some(Proposal {
        category: Category::RoleSwap,
        score: 0.95,
        source: run.clone(),
        copy: run,
        evidence,
    })
}

/// In the source: what stands first, what stands between, what stands second; in the copy the first and the second changed places.
fn places(a: &Words, b: &Words) -> Option<[Range<usize>; 3]> {
    let n = a.words.len();
    if n != b.words.len() {
        return None;
    }
    // "Lithuania expelled Russians", "Russia expelled Lithuanians"
    let same = |i: usize, j: usize| {
        let (x, y) = (&a.words[i], &b.words[j]);
        x.key == y.key || x.nation.is_some() && x.nation == y.nation
    };
    let start = (0..n).find(|&k| !same(k, k))?;
    let end = (0..n).rev().find(|&k| !same(k, k))? + 1;
    let solid = |words: &[Word]| words.iter().any(|w| w.class != Class::Function);
    for first in 1..=LONGEST {
        for second in 1..=LONGEST {
            if first + second >= end - start {
                continue;
            }
            let between = end - start - first - second;
            let is_so = (0..first).all(|k| same(start + k, end - first + k))
                && (0..second).all(|k| same(end - second + k, start + k))
                && (0..between).all(|k| same(start + first + k, start + second + k));
            let one = start..start + first;
            let other = end - second..end;
            if is_so && solid(&a.words[one.clone()]) && solid(&a.words[other.clone()]) {
                return Some([one, start + first..end - second, other]);
            }
        }
    }
    None
}

/// Whether what stands between two things says the same of both, in either order: "and", "met with", "is"; a title may be repeated.
fn joins(between: &[Word]) -> bool {
    // "as well as", but "twice as many women as men"
    let well = between.iter().any(|w| w.folded == "well");
    between.iter().all(|word| {
        let title = word.capital;
        title
            || well && word.folded == "as"
            || matches!(
                word.lemma.as_str(),
                "and"
                    | "or"
                    | "nor"
                    | "well"
                    | "the"
                    | "a"
                    | "an"
                    | "both"
                    | "but"
                    | "also"
                    | "then"
                    | "plus"
                    | "with"
                    | "be"
                    | "is"
                    | "was"
                    | "are"
                    | "were"
                    | "meet"
                    | "met"
                    | "marry"
                    | "draw"
                    | "border"
                    | "resemble"
                    | "equal"
                    | "agree"
                    | "talk"
                    | "speak"
                    | "play"
                    | "clash"
                    | "differ"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, copy: &str) -> Option<(String, String)> {
        crate::judge::paired(source, copy, |pair| {
            exchanged(pair).map(|p| {
                (
                    pair.source_words(p.source).to_owned(),
                    pair.copy_words(p.copy).to_owned(),
                )
            })
        })
    }

    #[test]
    fn what_changed_places_is_found() {
        for (source, copy, was, became) in [
            (
                "Tervane beat Olmark 3-1 in the final.",
                "Olmark beat Tervane 3-1 in the final.",
                "Tervane beat Olmark",
                "Olmark beat Tervane",
            ),
            (
                "Trains from Kelvand to New Ostberg are delayed.",
                "Trains from New Ostberg to Kelvand are delayed.",
                "Kelvand to New Ostberg",
                "New Ostberg to Kelvand",
            ),
            (
                "Estonia expelled two Belarusian diplomats.",
                "Belarus expelled two Estonian diplomats.",
                "Estonia expelled two Belarusian",
                "Belarus expelled two Estonian",
            ),
            (
                "Twice as many women as men left school in Olmark.",
                "Twice as many men as women left school in Olmark.",
                "women as men",
                "men as women",
            ),
            (
                "The jury acquitted Lomi of murder but found her guilty of hindering the inquiry into the fire.",
                "The jury acquitted Lomi of hindering the inquiry into the fire but found her guilty of murder.",
                "murder but found her guilty of hindering the inquiry into the fire",
                "hindering the inquiry into the fire but found her guilty of murder",
            ),
            (
                "Silva and Moreno finished second and third respectively in the race.",
                "Moreno and Silva finished second and third respectively in the race.",
                "Silva and Moreno",
                "Moreno and Silva",
            ),
            (
                "A police officer shot a man near the mill.",
                "A man shot a police officer near the mill.",
                "police officer shot a man",
                "man shot a police officer",
            ),
        ] {
            let expected = (was.to_owned(), became.to_owned());
            assert_eq!(found(source, copy), Some(expected), "{copy}");
        }
    }

    #[test]
    fn what_holds_either_way_round_and_other_changes_are_left_alone() {
        for (source, copy) in [
            (
                "Talks between Tervane and Olmark failed on Monday.",
                "Talks between Olmark and Tervane failed on Monday.",
            ),
            (
                "Minister Lomi met Minister Kesta on Monday.",
                "Minister Kesta met Minister Lomi on Monday.",
            ),
            (
                "The minister said so on Sunday, July 26, on Radio Olmark.",
                "The minister said so on Radio Olmark on Sunday, July 26.",
            ),
            (
                "An attempt last month in the council to keep the fund open for a year failed.",
                "An attempt to keep the fund open for a year in the council last month failed.",
            ),
            (
                "On Monday the court freed the driver.",
                "The court freed the driver on Monday.",
            ),
            (
                "Tervane beat Olmark 3-1 in the final.",
                "Tervane defeated Olmark by 3-1 in the final.",
            ),
        ] {
            assert_eq!(found(source, copy), None, "{copy}");
        }
    }
}
