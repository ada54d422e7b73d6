//! Passages whose words stand in no order: a machine, or somebody who hides a copy, shuffled them; and machines that say the same over and over.
//! What the words say one by one is of no use there.

use std::ops::Range;

use ahash::AHashMap;

use super::Pair;
use crate::model::{Category, Drift, Severity, Witnesses};
use crate::words::{Lexeme, Note, Words};

/// How likely a change of meaning is where a passage is garbled. Of 24,000 pairs of translations and of sentences of news 5 are taken for it.
const LIKELIHOOD: f32 = 0.97;

/// So many pairs of small words that no English has tell by themselves that a copy is garbled, where it has so many words at most for each.
const NONSENSE: usize = 3;
const WORDS_A_PAIR: usize = 25;
/// Where there are fewer, the order must be gone too: so many words of both sides, greatest share of them that still follow the one
/// they follow in the source, greatest rank correlation (Kendall 1938) of their places, -1..=1.
const LEAST_SHARED: usize = 5;
const MOST_KEPT: f32 = 0.34;
const MOST_CORRELATED: f32 = 0.40;

/// Longest run of words that a loop repeats, how often it must say them, and how many words the loop has at least.
const LONGEST_PERIOD: usize = 16;
const LEAST_TIMES: usize = 4;
const LEAST_LOOP: usize = 12;

/// The whole passage as one change of meaning, where the copy's words are in no order and the source's are, or go round in a loop.
pub(super) fn garbled(pair: &Pair<'_>) -> Option<Drift> {
    looping(pair).or_else(|| shuffled(pair))
}

/// A run of words that the copy says at least four times without a pause, which translation machines do when they lose the thread.
fn looping(pair: &Pair<'_>) -> Option<Drift> {
    let (run, period) = longest_loop(pair.copy)?;
    if longest_loop(pair.source).is_some() {
        return None;
    }
    let once = pair.copy_words(run.start..run.start + period);
    let times = run.len() / period;
    // Where most of the copy goes round, the rest is of no use either.
    let most = run.len() * 2 >= pair.copy.words.len();
    let copy = if most { 0..pair.copy.words.len() } else { run };
    Some(Drift {
        category: Category::Addition,
        severity: Severity::Major,
        score: LIKELIHOOD,
        source: pair.source.span_of(0..0),
        evidence: format!("`{once}` is said {times} times, one after another"),
        copy: pair.copy.span_of(copy),
        witnesses: Witnesses::default(),
    })
}

/// The longest run of words that one phrase fills again and again, and how many words the phrase has.
fn longest_loop(words: &Words) -> Option<(Range<usize>, usize)> {
    let words = &words.words;
    let mut longest: Option<(Range<usize>, usize)> = None;
    if words.len() < LEAST_LOOP {
        return None;
    }
    for period in 1..=LONGEST_PERIOD.min(words.len() / LEAST_TIMES) {
        let mut start = 0;
        for k in period..=words.len() {
            if k < words.len() && words[k].hash == words[k - period].hash {
                continue;
            }
            let run = start..k;
            let long = run.len() >= LEAST_LOOP.max(LEAST_TIMES * period);
            if long && longest.as_ref().is_none_or(|(l, _)| run.len() > l.len()) {
                longest = Some((run, period));
            }
            start = k + 1 - period;
        }
    }
    longest
}

/// The whole passage, where the copy's words are in no order and the source's are.
fn shuffled(pair: &Pair<'_>) -> Option<Drift> {
    let of_copy = nonsense(pair.copy_text, pair.copy);
    if of_copy.all == 0 {
        return None;
    }
    let of_source = nonsense(pair.source_text, pair.source);
    let gained = of_copy.all.saturating_sub(of_source.all);
    let many = gained >= NONSENSE && gained * WORDS_A_PAIR >= pair.copy.words.len();
    let enough = gained >= 2 || of_copy.articles > of_source.articles;
    let is = many || enough && is_out_of_order(&shared_places(pair.source, pair.copy));
    is.then(|| Drift {
        category: Category::WrongSense,
        severity: Severity::Major,
        score: LIKELIHOOD,
        source: pair.source.span_of(0..pair.source.words.len()),
        copy: pair.copy.span_of(0..pair.copy.words.len()),
        evidence: "the words of the copy stand in no order that English has".to_owned(),
        witnesses: Witnesses::default(),
    })
}

/// For every word that either side has once, in the copy's order: its place in the source.
fn shared_places(source: &Words, copy: &Words) -> Vec<usize> {
    let places = |words: &Words| {
        let mut places: AHashMap<u64, Option<usize>> = AHashMap::new();
        for (k, word) in words.words.iter().enumerate() {
            let place = places.entry(word.key).or_insert(Some(k));
            if *place != Some(k) {
                *place = None;
            }
        }
        places
    };
    let (of_source, of_copy) = (places(source), places(copy));
    copy.words
        .iter()
        .filter(|word| of_copy[&word.key].is_some())
        .filter_map(|word| *of_source.get(&word.key)?)
        .collect()
}

/// Whether the places of shared words have nothing of their order left.
fn is_out_of_order(places: &[usize]) -> bool {
    places.len() >= LEAST_SHARED
        && kept(places) <= MOST_KEPT
        && rank_correlation(places) <= MOST_CORRELATED
}

/// Share of neighbours that stand in the same order and within three words of each other in the source, 0..=1; 1 for fewer than two places.
fn kept(places: &[usize]) -> f32 {
    let neighbours = places.windows(2).count();
    let kept = places
        .windows(2)
        .filter(|w| w[0] < w[1] && w[1] - w[0] <= 3)
        .count();
    if neighbours == 0 {
        1.0
    } else {
        kept as f32 / neighbours as f32
    }
}

/// Kendall's rank correlation of the places with their order, -1..=1. No two places are equal.
fn rank_correlation(places: &[usize]) -> f32 {
    let pairs = places.len() * places.len().saturating_sub(1) / 2;
    let in_order: usize = places
        .iter()
        .enumerate()
        .map(|(k, place)| places[k + 1..].iter().filter(|p| *p > place).count())
        .sum();
    if pairs == 0 {
        1.0
    } else {
        2.0 * in_order as f32 / pairs as f32 - 1.0
    }
}

/// What a small word is, as far as it says what cannot stand behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Article,
    Of,
    Preposition,
    And,
    Be,
    Infinitive,
    Modal,
    Subject,
    Other,
}

const PARTS: [Part; 9] = [
    Part::Article,
    Part::Of,
    Part::Preposition,
    Part::And,
    Part::Be,
    Part::Infinitive,
    Part::Modal,
    Part::Subject,
    Part::Other,
];

fn part(word: &Lexeme) -> Option<Part> {
    let place = word.noted(Note::Part, |word| {
        let known = PARTS.iter().position(|p| Some(*p) == part_of(&word.folded));
        known
            .and_then(|at| u8::try_from(at).ok())
            .unwrap_or(u8::MAX - 1)
    });
    PARTS.get(usize::from(place)).copied()
}

fn part_of(folded: &str) -> Option<Part> {
    Some(match folded {
        "the" | "a" | "an" | "its" | "their" | "our" | "my" | "your" => Part::Article,
        "of" => Part::Of,
        "into" | "from" | "at" | "by" | "with" | "to" | "in" | "for" | "on" => Part::Preposition,
        "and" | "or" => Part::And,
        "is" | "was" | "were" | "are" | "has" | "had" => Part::Be,
        "be" | "been" => Part::Infinitive,
        "will" | "would" | "can" | "could" | "should" | "must" | "may" | "might" => Part::Modal,
        "he" | "she" | "they" | "we" | "i" => Part::Subject,
        "have" | "but" | "as" | "who" | "which" | "because" | "when" | "this" | "these" | "it"
        | "his" => Part::Other,
        _ => return None,
    })
}

/// Whether no English sentence has the second small word right behind the first: "the of", "in would", "were are".
fn clashes(first: &Lexeme, second: &Lexeme) -> bool {
    use Part::{And, Article, Be, Infinitive, Modal, Of, Preposition, Subject};
    let (Some(a), Some(b)) = (part(first), part(second)) else {
        return false;
    };
    let second = second.folded.as_str();
    match (a, b) {
        (Article, _) => true,
        (Preposition, Of) | (Preposition | Of, Modal | Subject | And) => true,
        (Preposition | Of, Be) => second != "has",
        (Of, Preposition) => matches!(second, "with" | "by" | "for" | "into" | "on" | "to"),
        (Modal, Modal | Be | Of | And) => true,
        (Modal, Preposition) => matches!(second, "with" | "from" | "at" | "into"),
        (Be, Be) => second != "had",
        (Be, Modal | Of | And) => true,
        (And, And | Of) => true,
        (Subject, Of | And) => true,
        (Subject, Article) => matches!(second, "the" | "a"),
        (Infinitive, Be | Modal) => true,
        _ => false,
    }
}

/// How many pairs of small words clash, and in how many of them an article is the first.
#[derive(Clone, Copy, Debug, Default)]
struct Nonsense {
    all: usize,
    articles: usize,
}

/// Pairs of neighbours that clash, and articles before a stop or at the end. The same word twice is a slip of the pen.
fn nonsense(text: &str, words: &Words) -> Nonsense {
    let mut found = Nonsense::default();
    for (k, word) in words.words.iter().enumerate() {
        let article = part(word) == Some(Part::Article);
        // "Vitamin A and", "the Grade A of"
        if !word.function || article && word.capital && k > 0 {
            continue;
        }
        let behind = &text[word.span.end as usize..];
        let clashing = match words.words.get(k + 1) {
            None => article || part(word) == Some(Part::And),
            Some(next) => {
                let between = &text[word.span.end as usize..next.span.start as usize];
                if between.trim().is_empty() {
                    // "the in-house team", "to the On The Road festival"
                    let joined = text[next.span.end as usize..].starts_with('-');
                    let name = next.capital && !word.capital;
                    word.folded != next.folded && !joined && !name && clashes(word, next)
                } else {
                    article
                        && between.contains(['.', ',', ';', ':', '!', '?'])
                        && !between.contains(['"', '“', '('])
                }
            }
        };
        // "3 a. m."
        if clashing && !(word.folded == "a" && behind.starts_with('.')) {
            found.all += 1;
            found.articles += usize::from(article);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_garbled(source: &str, copy: &str) -> bool {
        crate::judge::paired(source, copy, |pair| garbled(pair).is_some())
    }

    #[test]
    fn a_phrase_said_over_and_over_is_marked() {
        let source = "A girl raises donations for her elder sister by playing a target.";
        let copy = format!(
            "He said: I am glad{}.",
            ", but I am sorry to hear that".repeat(12)
        );
        let loops = |a: &str, b: &str| {
            crate::judge::paired(a, b, |pair| looping(pair).map(|drift| drift.evidence))
        };
        let found = loops(source, &copy).unwrap();
        assert!(
            found.ends_with("is said 12 times, one after another"),
            "{found}"
        );
        assert_eq!(loops(&copy, &copy), None);
        let few = "No, no, no, said the mayor, who no longer wants to hear of no plan.";
        assert_eq!(loops(source, few), None);
    }

    #[test]
    fn shuffled_words_are_told_from_a_retelling() {
        let source =
            "The ferry left the harbour of Varn at noon with ninety people and a cargo of timber.";
        for copy in [
            "Timber ninety Varn people with noon the cargo ferry at and a harbour left of the.",
            "Varn left of the at ferry a the and noon, people harbour with.",
        ] {
            assert!(is_garbled(source, copy), "{copy}");
        }
        for copy in [
            "With a cargo of timber and ninety people the ferry left Varn's harbour at noon.",
            "At noon ninety people and a cargo of timber left Varn on the the ferry.",
            "Ninety people, timber, the ferry from Varn.",
        ] {
            assert!(!is_garbled(source, copy), "{copy}");
        }
    }
}
