//! Offices that rose or fell: a deputy who became the chief, a former minister who became the minister.

use std::sync::LazyLock;

use ahash::AHashMap;

use super::outright::OUTRIGHT;
use super::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Lexeme, Note, Words};

/// What a word before an office makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grade {
    Deputy,
    Former,
    Acting,
    Elect,
    Junior,
    Honorary,
}

const GRADES: [Grade; 6] = [
    Grade::Deputy,
    Grade::Former,
    Grade::Acting,
    Grade::Elect,
    Grade::Junior,
    Grade::Honorary,
];

impl Grade {
    /// Words that give the grade when they stand before an office.
    fn before(self) -> &'static [&'static str] {
        match self {
            Self::Deputy => &["deputy", "vice", "assistant", "under"],
            Self::Former => &[
                "former",
                "ex",
                "onetime",
                "erstwhile",
                "retired",
                "previous",
                "past",
                "then",
            ],
            Self::Acting => &["acting", "interim", "caretaker", "provisional"],
            Self::Elect => &["elect", "incoming", "designate", "nominee"],
            Self::Junior => &["junior", "trainee"],
            Self::Honorary => &["honorary", "emeritus"],
        }
    }

    /// Further words that say the same anywhere in a passage.
    fn anywhere(self) -> &'static [&'static str] {
        match self {
            Self::Deputy => &[
                "number",
                "second",
                "aide",
                "adjunct",
                "substitute",
                "associate",
            ],
            Self::Former => &[
                "formerly",
                "used",
                "once",
                "time",
                "previously",
                "predecessor",
                "late",
                "served",
                "veteran",
            ],
            Self::Acting => &[
                "temporary",
                "temporarily",
                "provisionally",
                "stand",
                "meantime",
                "basis",
                "substitute",
            ],
            Self::Elect => &["next", "future", "new", "elected", "designated"],
            Self::Junior => &["young", "assistant"],
            Self::Honorary => &["honour", "honor"],
        }
    }
}

/// Nouns of office, lemmas.
const OFFICES: &[&str] = &[
    "head",
    "chief",
    "director",
    "minister",
    "governor",
    "president",
    "chairman",
    "chairwoman",
    "chairperson",
    "chair",
    "treasurer",
    "mayor",
    "secretary",
    "commander",
    "coach",
    "manager",
    "editor",
    "ambassador",
    "prosecutor",
    "premier",
    "chancellor",
    "commissioner",
    "inspector",
    "superintendent",
    "captain",
    "leader",
    "boss",
    "rector",
    "dean",
    "principal",
    "headmaster",
    "judge",
    "justice",
    "officer",
    "executive",
    "controller",
    "curator",
    "envoy",
    "speaker",
    "marshal",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "senator",
    "lawmaker",
    "champion",
    "consul",
    "sheriff",
    "attorney",
    "general",
    "member",
    "partner",
    "dealer",
    "banker",
    "auditor",
    "adviser",
    "advisor",
    "analyst",
    "professor",
    "trader",
    "lieutenant",
    "chairmanship",
    "presidency",
    "soldier",
    "teammate",
    "wife",
    "husband",
];

fn is_office(words: &Words, k: usize) -> bool {
    words.words[k].is(Note::Office, |word| {
        // "then headed for the forest"
        let verb = word.folded != word.base
            && (word.folded.ends_with("ed") || word.folded.ends_with("ing"));
        word.class != Class::Function && !verb && OFFICES.contains(&word.base.as_str())
    })
}

/// The first grade that each word stands for before an office.
static BEFORE: LazyLock<AHashMap<&str, Grade>> = LazyLock::new(|| {
    let mut before = AHashMap::new();
    for grade in GRADES {
        for word in grade.before() {
            before.entry(*word).or_insert(grade);
        }
    }
    before
});

/// Graded offices of a passage: grade, the word that gives it, the office.
fn graded(words: &Words) -> Vec<(Grade, usize, usize)> {
    let mut found = Vec::new();
    for k in 0..words.words.len() {
        let grades = |word: &Lexeme| BEFORE.contains_key(word.folded.as_str());
        if !words.words[k].is(Note::Grade, grades) {
            continue;
        }
        let folded = words.words[k].folded.as_str();
        let Some(&grade) = BEFORE.get(folded) else {
            continue;
        };
        let office = if matches!(folded, "elect" | "emeritus" | "designate") {
            k.checked_sub(1).filter(|&h| is_office(words, h))
        } else {
            // "deputy environment minister", "acting head"; not over a comma.
            (k + 1..(k + 5).min(words.words.len()))
                .take_while(|&h| {
                    words.words[h].clause == words.words[k].clause || words.words[h].clause == 0
                })
                .find(|&h| is_office(words, h))
        };
        if let Some(office) = office {
            found.push((grade, k, office));
        }
    }
    found
}

fn says(words: &Words, grade: Grade) -> bool {
    words.words.iter().any(|w| {
        grade.before().contains(&w.folded.as_str()) || grade.anywhere().contains(&w.folded.as_str())
    })
}

/// Grades that one side gives an office and the other side, which names the office too, does not.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut out = Vec::new();
    for (grade, k, office) in graded(pair.source) {
        if says(pair.copy, grade) {
            continue;
        }
        if let Some(answer) = answering(pair, office, true) {
            let change = proposal(pair, k.min(office)..office.max(k) + 1, answer..answer + 1);
            out.push(of_one_holder(pair, change));
        }
    }
    for (grade, k, office) in graded(pair.copy) {
        if says(pair.source, grade) {
            continue;
        }
        if let Some(answer) = answering(pair, office, false) {
            let change = proposal(pair, answer..answer + 1, k.min(office)..office.max(k) + 1);
            out.push(of_one_holder(pair, change));
        }
    }
    out
}

/// The office of the other side that answers office `k`: its counterpart, or the only office there that nothing else answers.
fn answering(pair: &Pair<'_>, k: usize, of_source: bool) -> Option<usize> {
    let (of, other) = if of_source {
        (&pair.alignment.of_source, pair.copy)
    } else {
        (&pair.alignment.of_copy, pair.source)
    };
    let back = if of_source {
        &pair.alignment.of_copy
    } else {
        &pair.alignment.of_source
    };
    if let Some((j, _)) = of[k].filter(|&(j, _)| is_office(other, j)) {
        return Some(j);
    }
    let mut free = (0..other.words.len())
        .filter(|&j| is_office(other, j) && back[j].is_none_or(|(i, like)| i == k || like < 0.6));
    let first = free.next();
    if free.next().is_some() { None } else { first }
}

/// Words between an office and the name of who holds it.
const BESIDE: usize = 4;

/// The change, beyond doubt where the same person is named beside the office on both sides.
fn of_one_holder(pair: &Pair<'_>, mut change: Proposal) -> Proposal {
    let near = |k: usize, run: &std::ops::Range<usize>| {
        k + BESIDE >= run.start && k < run.end + BESIDE && !run.contains(&k)
    };
    let named = pair.alignment.of_source.iter().enumerate().any(|(i, met)| {
        let (word, Some((j, like))) = (&pair.source.words[i], met) else {
            return false;
        };
        word.class == Class::Name
            && *like >= 0.95
            && near(i, &change.source)
            && near(*j, &change.copy)
    });
    // "then president" is who was president at that time, which may need no saying.
    let then = |words: &Words, run: &std::ops::Range<usize>| {
        words.words[run.clone()].iter().any(|w| w.folded == "then")
    };
    if named && !then(pair.source, &change.source) && !then(pair.copy, &change.copy) {
        change.score += OUTRIGHT;
    }
    change
}

fn proposal(
    pair: &Pair<'_>,
    source: std::ops::Range<usize>,
    copy: std::ops::Range<usize>,
) -> Proposal {
    Proposal {
        category: Category::NamedEntity,
        score: 0.7,
        evidence: format!(
            "`{}` became `{}`: another office",
            pair.source_words(source.clone()),
            pair.copy_words(copy.clone())
        ),
        source,
        copy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(source: &str, copy: &str) -> Vec<(String, String)> {
        crate::judge::paired(source, copy, |pair| {
            judge(pair)
                .into_iter()
                .map(|p| {
                    (
                        pair.source_words(p.source).to_owned(),
                        pair.copy_words(p.copy).to_owned(),
                    )
                })
                .collect()
        })
    }

    #[test]
    fn a_deputy_who_became_the_chief_is_proposed_and_a_vice_is_a_deputy() {
        assert_eq!(
            changed(
                "The road is closed, said Ana Rossi, the deputy director of the office.",
                "According to the office's director, Ana Rossi, the road is closed."
            ),
            [("deputy director".to_owned(), "director".to_owned())]
        );
        assert_eq!(
            changed(
                "The road is closed, said Ana Rossi, the deputy chairman of the office.",
                "According to the office's vice-chairman, Ana Rossi, the road is closed."
            ),
            []
        );
        assert_eq!(
            changed(
                "Mats Berg, a dealer, would not comment.",
                "Mats Berg, a former dealer, would not comment."
            ),
            [("dealer".to_owned(), "former dealer".to_owned())]
        );
    }
}
