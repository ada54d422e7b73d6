//! Persons, places, organisations and nationalities that were exchanged.

use std::ops::Range;
use std::sync::LazyLock;

use super::alternatives::expected_place;
use super::{Pair, Proposal};
use crate::lexicon::Nation;
use crate::model::Category;
use crate::similarity::names::name_similarity;
use crate::similarity::words::{cosine, word_similarity};
use crate::words::{Class, Word, Words};

/// Names of the copy without counterpart that stand where a name of the source without counterpart stood, and after these such names that
/// are left over on both sides, in their order.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = in_place(pair);
    found.extend(nations(pair, &found));
    let free = |runs: Vec<Range<usize>>, taken: &dyn Fn(&Proposal) -> Range<usize>| {
        runs.into_iter()
            .filter(|run| {
                !found
                    .iter()
                    .any(|p| taken(p).start < run.end && run.start < taken(p).end)
            })
            .collect::<Vec<_>>()
    };
    let ours = free(alone_in_source(pair), &|p| p.source.clone());
    let theirs = free(alone_in_copy(pair), &|p| p.copy.clone());
    for (from, to) in ours.into_iter().zip(theirs) {
        if are_one(pair, &from, &to) {
            continue;
        }
        let place = |k: usize, words: &Words| k as f32 / words.words.len() as f32;
        let moved = (place(from.start, pair.source) - place(to.start, pair.copy)).abs();
        found.push(Proposal {
            category: Category::NamedEntity,
            score: (0.45 - 0.4 * moved).max(0.05),
            evidence: format!(
                "the source names `{}`, the copy `{}`",
                pair.source_words(from.clone()),
                pair.copy_words(to.clone())
            ),
            source: from,
            copy: to,
        });
    }
    found
}

/// Names of a nation that only the source has, with the nearest of another that only the copy has: "Slovak" and "Slovenian", however alike
/// they look.
fn nations(pair: &Pair<'_>, found: &[Proposal]) -> Vec<Proposal> {
    let alone = |words: &Words, others: &Words, taken: &dyn Fn(usize) -> bool| -> Vec<usize> {
        let is_said = |nation: Nation| {
            let mut theirs = others.words.iter().filter_map(|w| w.nation);
            theirs.any(|other| other.likeness(nation) > 0.0)
        };
        (0..words.words.len())
            .filter(|&k| words.words[k].nation.is_some_and(|n| !is_said(n)) && !taken(k))
            .collect()
    };
    let ours = alone(pair.source, pair.copy, &|k| {
        found.iter().any(|p| p.source.contains(&k))
    });
    let theirs = alone(pair.copy, pair.source, &|k| {
        found.iter().any(|p| p.copy.contains(&k))
    });
    let place = |k: usize, words: &Words| k as f32 / words.words.len() as f32;
    let mut out: Vec<Proposal> = Vec::new();
    for i in ours {
        let expected = expected_place(pair, i);
        let far = |j: usize| (j as f32 - expected).abs();
        let free = theirs
            .iter()
            .filter(|&&j| !out.iter().any(|p| p.copy.contains(&j)));
        let Some(&j) = free.min_by(|&&p, &&q| far(p).total_cmp(&far(q))) else {
            continue;
        };
        let moved = (place(i, pair.source) - place(j, pair.copy)).abs();
        out.push(Proposal {
            category: Category::NamedEntity,
            score: 0.70 - 0.3 * (far(j) / 12.0).min(moved).min(1.0),
            source: i..i + 1,
            copy: j..j + 1,
            evidence: format!(
                "`{}` became `{}`: another nation",
                pair.source_words(i..i + 1),
                pair.copy_words(j..j + 1)
            ),
        });
    }
    out
}

/// Least likeness at which a name is said on the other side.
const SAID: f32 = 0.6;

/// Runs of names of the source that the copy says nowhere.
fn alone_in_source(pair: &Pair<'_>) -> Vec<Range<usize>> {
    runs(pair.source, &|k| {
        pair.alignment.of_source[k].is_some() || pair.copy_says(k, SAID, &(0..0))
    })
}

/// Runs of names of the copy that the source says nowhere.
fn alone_in_copy(pair: &Pair<'_>) -> Vec<Range<usize>> {
    runs(pair.copy, &|k| {
        pair.alignment.of_copy[k].is_some() || pair.source_says(k, SAID, &(0..0))
    })
}

fn runs(words: &Words, said: &dyn Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (k, word) in words.words.iter().enumerate() {
        if word.class != Class::Name || is_title(&word.folded) || said(k) {
            continue;
        }
        match runs.last_mut().filter(|run| run.end == k) {
            Some(run) => run.end = k + 1,
            None => runs.push(k..k + 1),
        }
    }
    runs
}

/// How many names stand alone in source and copy.
pub(super) fn unmet(pair: &Pair<'_>) -> (f32, f32) {
    (
        alone_in_source(pair).len() as f32,
        alone_in_copy(pair).len() as f32,
    )
}

/// Names of one chunk that were exchanged.
fn in_place(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for chunk in pair
        .chunks
        .iter()
        .filter(|c| !c.source.is_empty() && !c.copy.is_empty())
    {
        let names = |words: &[Word], run: &Range<usize>| -> Vec<usize> {
            run.clone()
                .filter(|&k| words[k].class == Class::Name && !is_title(&words[k].folded))
                .collect()
        };
        let (a, b) = (
            names(&pair.source.words, &chunk.source),
            names(&pair.copy.words, &chunk.copy),
        );
        let (Some(&first_a), Some(&first_b)) = (a.first(), b.first()) else {
            continue;
        };
        let (Some(&last_a), Some(&last_b)) = (a.last(), b.last()) else {
            continue;
        };
        let (from, to) = (first_a..last_a + 1, first_b..last_b + 1);
        if are_one(pair, &from, &to) || known_elsewhere(pair, from.clone(), to.clone()) {
            continue;
        }
        let likest = from
            .clone()
            .flat_map(|i| to.clone().map(move |j| (i, j)))
            .map(|(i, j)| like(&pair.source.words[i], &pair.copy.words[j]))
            .fold(0.0_f32, f32::max);
        let small = chunk.source.len() <= 3 && chunk.copy.len() <= 3;
        let mut score = 0.42 + 0.16 * f32::from(chunk.anchors) + if small { 0.12 } else { -0.10 }
            - 0.45 * likest;
        if a.len().abs_diff(b.len()) >= 2 {
            score -= 0.12;
        }
        // A body or an event named with common words may be named with others: "Business Bank", "Merchants Bank".
        let is_common = |w: &Word| w.common && !w.individual;
        if a.iter().all(|&i| is_common(&pair.source.words[i]))
            && b.iter().all(|&j| is_common(&pair.copy.words[j]))
        {
            score -= 0.2;
        }
        let evidence = format!(
            "`{}` became `{}`: another name",
            pair.source_words(from.clone()),
            pair.copy_words(to.clone())
        );
        found.push(Proposal {
            category: Category::NamedEntity,
            score: score.clamp(0.0, 0.95),
            source: from,
            copy: to,
            evidence,
        });
    }
    found
}

/// Words before a person's name that name nobody, and initials.
fn is_title(folded: &str) -> bool {
    let plain = folded.trim_end_matches('.');
    plain.len() == 1
        || matches!(
            plain,
            "mr" | "mrs"
                | "ms"
                | "miss"
                | "dr"
                | "prof"
                | "sir"
                | "lord"
                | "lady"
                | "dame"
                | "mister"
                | "sen"
                | "senator"
                | "rep"
                | "gov"
                | "rev"
                | "reverend"
                | "professor"
                | "jr"
                | "sr"
        )
}

/// Whether two runs of names stand for one thing: short and long, given and family name, with and without a space.
fn are_one(pair: &Pair<'_>, source: &Range<usize>, copy: &Range<usize>) -> bool {
    abbreviates(pair, source.clone(), copy.clone())
        || one_full_name(pair, source.clone(), copy.clone())
        || parted(pair.source, source, pair.copy, copy)
        || parted(pair.copy, copy, pair.source, source)
}

/// Whether a name of `whole` stands in two or three pieces in `parts`, spelt the same or nearly: "Hanoi" and "Ha Noi".
fn parted(whole: &Words, one: &Range<usize>, parts: &Words, pieces: &Range<usize>) -> bool {
    (2..=3).any(|count| {
        parts.words[pieces.clone()].windows(count).any(|run| {
            let joined: String = run.iter().map(|w| w.folded.as_str()).collect();
            whole.words[one.clone()]
                .iter()
                .any(|w| name_similarity(&w.folded, &joined) >= 0.85)
        })
    })
}

/// Given and family name of one person, one on either side, where one of the documents has them together: "Alice" and "Mrs McMeekin"
/// beside "Alice McMeekin".
fn one_full_name(pair: &Pair<'_>, source: Range<usize>, copy: Range<usize>) -> bool {
    if source.len() > 2 || copy.len() > 2 {
        return false;
    }
    let (a, b) = (pair.source_words(source), pair.copy_words(copy));
    [format!("{a} {b}"), format!("{b} {a}")]
        .iter()
        .any(|full| pair.source_text.contains(full) || pair.copy_text.contains(full))
}

/// Names of one thing that share no letters.
static ALIASES: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    include_str!("aliases.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect()
});

/// Whether both runs are names of one thing by [`ALIASES`].
fn are_aliases(pair: &Pair<'_>, source: &Range<usize>, copy: &Range<usize>) -> bool {
    let plain = |words: &Words, run: &Range<usize>| -> String {
        let parts: Vec<String> = words.words[run.clone()]
            .iter()
            .filter(|w| w.folded != "the")
            .map(|w| w.folded.replace('.', ""))
            .collect();
        parts.join(" ")
    };
    let (a, b) = (plain(pair.source, source), plain(pair.copy, copy));
    ALIASES
        .iter()
        .any(|names| names.contains(&a.as_str()) && names.contains(&b.as_str()))
}

fn like(a: &Word, b: &Word) -> f32 {
    word_similarity(a, b)
        .max(name_similarity(&a.folded, &b.folded) * 0.8)
        .max((cosine(a, b) - 0.45).max(0.0))
}

/// "UN" for "United Nations", either way, inside the chunk or over its edge.
fn abbreviates(pair: &Pair<'_>, source: Range<usize>, copy: Range<usize>) -> bool {
    let letters = |words: &[Word], at: usize| -> bool {
        let short: Vec<char> = words[at]
            .folded
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        (2..=6).contains(&short.len())
    };
    // Of a word that is itself initials all letters: "US Geological Survey".
    let initials = |words: &[Word], text: &str, small: bool| -> Vec<char> {
        let counted = words.iter().filter(|w| small || w.capital);
        let letters = |w: &Word| {
            let whole = w.folded.len() <= 3 && w.span.of(text).chars().all(char::is_uppercase);
            w.folded
                .chars()
                .take(if whole { 3 } else { 1 })
                .collect::<Vec<_>>()
        };
        counted.flat_map(letters).collect()
    };
    let initials_match = |short: &str, words: &Words, text: &str, run: &Range<usize>| -> bool {
        let wanted: Vec<char> = short.chars().filter(|c| c.is_alphanumeric()).collect();
        // Another language has the same words in another order: "RFB" for the Russian Basketball Federation.
        let mut turned = initials(&words.words[run.clone()], text, false);
        let mut letters = wanted.clone();
        turned.sort_unstable();
        letters.sort_unstable();
        wanted.len() >= 2
            && (initials(&words.words, text, false)
                .windows(wanted.len())
                .any(|w| w == wanted)
                // "BoE", "Bank of England"
                || initials(&words.words[run.clone()], text, true) == wanted
                || wanted.len() >= 3 && turned == letters)
    };
    // "Ark." of "Arkansas"
    let shortened = |short: &Word, text: &str, long: &Word| {
        (3..long.folded.len()).contains(&short.folded.len())
            && long.folded.starts_with(&short.folded)
            && text[short.span.end as usize..].starts_with('.')
    };
    if source.clone().any(|i| {
        copy.clone().any(|j| {
            let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
            shortened(a, pair.source_text, b) || shortened(b, pair.copy_text, a)
        })
    }) {
        return true;
    }
    are_aliases(pair, &source, &copy)
        || copy.clone().any(|j| {
            letters(&pair.copy.words, j)
                && initials_match(
                    &pair.copy.words[j].folded,
                    pair.source,
                    pair.source_text,
                    &source,
                )
        })
        || source.clone().any(|i| {
            letters(&pair.source.words, i)
                && initials_match(
                    &pair.source.words[i].folded,
                    pair.copy,
                    pair.copy_text,
                    &copy,
                )
        })
}

/// A name that the other side has too, at another place, was moved or repeated, not exchanged.
fn known_elsewhere(pair: &Pair<'_>, source: Range<usize>, copy: Range<usize>) -> bool {
    copy.clone().all(|j| pair.source_says(j, 0.7, &(0..0)))
        || source.clone().all(|i| pair.copy_says(i, 0.7, &(0..0)))
}

#[cfg(test)]
mod tests {
    use super::super::Pair;
    use crate::model::{Category, Span};
    use crate::words::Words;

    fn exchanged(source: &str, copy: &str) -> Vec<(String, String)> {
        crate::judge::paired(source, copy, |pair| {
            pair.proposals()
                .into_iter()
                .filter(|p| p.0 == Category::NamedEntity)
                .map(|p| (p.1.of(source).to_owned(), p.2.of(copy).to_owned()))
                .collect()
        })
    }

    #[test]
    fn places_near_in_meaning_are_still_other_places() {
        assert_eq!(
            exchanged(
                "Every year many workers come to Moscow from the villages.",
                "Every year many workers come to Paris from the villages."
            ),
            [("Moscow".to_owned(), "Paris".to_owned())]
        );
    }

    #[test]
    fn nations_and_quarters_of_the_sky_are_told_apart_however_alike_they_look() {
        let one = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
        assert_eq!(
            exchanged(
                "Slovak engineers helped to raise the barge.",
                "With the help of Slovenian engineers the barge was lifted."
            ),
            one("Slovak", "Slovenian")
        );
        assert_eq!(
            exchanged(
                "Police in Eastholm arrested a man on suspicion of arson.",
                "Police in Westholm arrested a man on suspicion of arson."
            ),
            one("Eastholm", "Westholm")
        );
    }

    #[test]
    fn names_of_one_nation_are_not_exchanged() {
        assert_eq!(
            exchanged(
                "Officials in Yerevan said that Azeri troops withdrew.",
                "The Armenian officials said that Azerbaijani troops withdrew."
            ),
            []
        );
    }

    #[test]
    fn aliases_and_forms_of_address_are_no_other_names() {
        for (source, copy) in [
            (
                "Fighters of ISIS are held in the camp near the border.",
                "Fighters of Islamic State are held in the camp near the border.",
            ),
            (
                "The envoy flew to Hanoi with a team of the Varn Rowing Federation.",
                "The envoy flew to Ha Noi with a team of the RFV.",
            ),
            (
                "Taupo was guiding her owner Paul Kibblewhite on a walk.",
                "Taupo was guiding Mr Kibblewhite on a walk.",
            ),
        ] {
            assert_eq!(exchanged(source, copy), [], "{copy}");
        }
    }

    #[test]
    fn names_left_over_on_both_sides_are_held_against_each_other() {
        assert_eq!(
            exchanged(
                "The bureau is checking the property statement of Marian Banik for last year.",
                "The bureau is checking Chen Yongzhou over property declared last year."
            )
            .len(),
            1
        );
    }

    #[test]
    fn given_and_family_name_of_one_person_are_not_exchanged() {
        let source = "Alice Veldt ran the shop. Mr Veldt left Varn for Ostberg.";
        let copy = "Alice left Varn for Ostberg.";
        let words = |text: &str, from: usize| Words::new(text, Span::new(from, text.len()));
        let (a, b) = (words(source, 26), words(copy, 0));
        let found = Pair::new(source, &a, copy, &b).proposals();
        assert!(
            found.iter().all(|p| p.0 != Category::NamedEntity),
            "{found:?}"
        );
    }

    #[test]
    fn abbreviated_places_and_capitals_of_headlines_are_no_other_names() {
        assert_eq!(
            exchanged(
                "He fell from the ridge near Mt Varn on Friday.",
                "He fell from the ridge near Mount Varn on Friday."
            ),
            []
        );
        assert_eq!(
            exchanged(
                "Damage to the church was put at $US1 million on Friday.",
                "Damage to the Varn Chapel Church was put at $1 million on Friday."
            ),
            []
        );
        assert_eq!(
            exchanged(
                "Biologists Call on Government to Drop Rules on Endangered Species Legislation",
                "Biologists Call on Government to Drop Rules on Endangered Species Decisions"
            ),
            []
        );
    }
}
