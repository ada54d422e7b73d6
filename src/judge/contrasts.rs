//! Small words that turn a statement round: "more than" and "less than", "before" and "after", "to" and "by", "most" and "all".
//!
//! Such words stand with a figure or a content word that both sides have. When the word that stands with it belongs to the same set on
//! both sides but to another pole of it, the statement changed.

use std::ops::Range;

use super::outright::OUTRIGHT;
use super::{Pair, Proposal, is_superlative};
use crate::model::Category;
use crate::text::quantities::Quantity;
use crate::words::{Class, Lexeme, Note, Word, Words};

/// Words that make an exception.
pub(super) const EXCEPT: &[&str] = &["except", "excluding", "apart", "barring"];

/// What a word tells by itself, as far as it contrasts with others.
#[derive(Clone, Copy)]
enum Small {
    /// A pole of a set.
    Pole(Set, u8),
    /// A bound that a denial right before it turns round.
    Bound(u8),
    /// What stands around it decides.
    As,
    Longer,
    Of,
    Than,
    Least,
    Most,
    To,
    By,
    From,
    Some,
    Few,
    Little,
    With,
}

fn small(folded: &str) -> Option<Small> {
    Some(match folded {
        "minimum" | "topped" => Small::Pole(Set::Bound, 0),
        "barely" | "maximum" | "nearly" | "almost" => Small::Pole(Set::Bound, 1),
        "exceeding" | "exceed" | "exceeded" | "over" | "above" => Small::Bound(0),
        "under" | "below" => Small::Bound(1),
        "as" => Small::As,
        "of" => Small::Of,
        "than" => Small::Than,
        "still" => Small::Pole(Set::Lasting, 0),
        "longer" => Small::Longer,
        "already" => Small::Pole(Set::Lasting, 2),
        "yet" => Small::Pole(Set::Lasting, 3),
        "before" | "until" | "till" | "prior" => Small::Pole(Set::Order, 0),
        "after" | "following" | "since" | "into" => Small::Pole(Set::Order, 1),
        "to" => Small::To,
        "by" => Small::By,
        "from" => Small::From,
        "most" => Small::Most,
        "more" => Small::Pole(Set::Degree, 0),
        "least" => Small::Least,
        "less" => Small::Pole(Set::Degree, 1),
        "last" | "past" | "previous" => Small::Pole(Set::When, 0),
        "this" => Small::Pole(Set::When, 1),
        "next" | "coming" => Small::Pole(Set::When, 2),
        "now" | "currently" | "presently" | "today" => Small::Pole(Set::Now, 0),
        "formerly" | "previously" | "once" | "then" => Small::Pole(Set::Now, 1),
        "all" | "every" | "each" | "both" | "entire" | "whole" => Small::Pole(Set::Amount, 0),
        "majority" => Small::Pole(Set::Amount, 1),
        "half" => Small::Pole(Set::Amount, 2),
        "some" => Small::Some,
        "few" => Small::Few,
        "little" | "small" => Small::Little,
        "many" | "several" | "much" | "large" => Small::Pole(Set::Amount, 4),
        "none" | "neither" => Small::Pole(Set::Amount, 5),
        "always" => Small::Pole(Set::Often, 0),
        "often" | "frequently" | "regularly" | "usually" => Small::Pole(Set::Often, 1),
        "rarely" | "seldom" | "sometimes" | "occasionally" => Small::Pole(Set::Often, 2),
        "never" => Small::Pole(Set::Often, 3),
        "with" => Small::With,
        "without" => Small::Pole(Set::Having, 1),
        "inside" | "within" => Small::Pole(Set::Place, 0),
        "outside" | "beyond" => Small::Pole(Set::Place, 1),
        "because" | "due" => Small::Pole(Set::Reason, 0),
        "despite" | "although" | "though" => Small::Pole(Set::Reason, 1),
        "for" => Small::Pole(Set::Side, 0),
        "against" => Small::Pole(Set::Side, 1),
        _ => return None,
    })
}

/// Whether a word may contrast with others, whatever stands around it.
fn may_contrast(word: &Lexeme) -> bool {
    small(&word.folded).is_some() || changes(&word.lemma)
}

/// Words that contrast: set, pole. Words of one pole agree.
fn contrast(words: &Words, k: usize) -> Option<(Set, u8)> {
    let word = |back: usize| k.checked_sub(back).map(|n| words.words[n].folded.as_str());
    let (this, before, next) = (&words.words[k], word(1), words.words.get(k + 1));
    // "no less than", "not more than", "must not be more than", "cannot exceed", "cannot be below" turn the bound round.
    let denied = |back: usize| {
        let denies = |w: Option<&str>| matches!(w, Some("no" | "not" | "never" | "cannot"));
        let be = |w: Option<&str>| matches!(w, Some("be" | "have" | "to" | "been"));
        denies(word(back)) || be(word(back)) && denies(word(back + 1))
    };
    let turned = || u8::from(denied(2));
    let Some(small) = small(&this.folded) else {
        // "plunged 7.4 percent" is by so much.
        let measured = next.is_some_and(|w| w.class == Class::Quantity);
        return (measured && changes(&this.lemma)).then_some((Set::Change, 1));
    };
    Some(match small {
        Small::Pole(set, pole) => (set, pole),
        Small::Bound(pole) => (Set::Bound, pole ^ u8::from(denied(1))),
        Small::As if matches!(before, Some("much" | "many")) => (Set::Bound, 1),
        Small::Longer if matches!(before, Some("no" | "any")) => (Set::Lasting, 1),
        Small::Of if before == Some("excess") => (Set::Bound, 0),
        Small::Than => match before {
            Some("more" | "greater" | "higher" | "larger" | "longer" | "better" | "rather") => {
                (Set::Bound, turned())
            }
            Some("less" | "fewer" | "lower" | "smaller" | "shorter" | "worse") => {
                (Set::Bound, 1 - turned())
            }
            _ => return None,
        },
        Small::Least if before == Some("at") => (Set::Bound, 0),
        Small::Least => (Set::Degree, 1),
        Small::Most if before == Some("at") => (Set::Bound, 1),
        // "most shareholders", but "most dangerous"
        Small::Most if many_of(words, k + 1) => (Set::Amount, 1),
        Small::Most => (Set::Degree, 0),
        Small::To if before == Some("up") => (Set::Bound, 1),
        Small::To => (Set::Change, 0),
        // "by Friday", "from Friday"
        Small::By if at_a_time(words, k + 1) => (Set::Order, 0),
        Small::By => (Set::Change, 1),
        Small::From if at_a_time(words, k + 1) && !spans(words, k + 1) => (Set::Order, 1),
        Small::Some if many_of(words, k + 1) => (Set::Amount, 4),
        Small::Few if before == Some("a") => (Set::Amount, 4),
        Small::Few => (Set::Amount, 3),
        Small::Little if before != Some("a") => (Set::Amount, 3),
        Small::With if next.is_some_and(|w| w.folded == "no") => (Set::Having, 1),
        Small::With => (Set::Having, 0),
        Small::As | Small::Longer | Small::Of | Small::From | Small::Some | Small::Little => {
            return None;
        }
    })
}

/// Whether a date or a day begins at word `k`.
fn at_a_time(words: &Words, k: usize) -> bool {
    let word = words.words.get(k);
    let quantity = word.and_then(|w| w.quantity).map(usize::from);
    quantity.is_some_and(|q| words.quantities[q].is_time())
}

/// Whether "to" or "until" follows soon: "from Monday to Friday".
fn spans(words: &Words, k: usize) -> bool {
    let behind = words.words.iter().skip(k).take(4);
    behind.map(|w| w.folded.as_str()).any(|w| {
        matches!(
            w,
            "to" | "until" | "till" | "through" | "onwards" | "onward"
        )
    })
}

/// Whether the word is a plural, or "of".
fn many_of(words: &Words, k: usize) -> bool {
    words.words.get(k).is_some_and(|w| {
        let plural = w.class == Class::Content && w.folded != w.lemma && w.folded.ends_with('s');
        plural || w.folded == "of"
    })
}

/// Verbs of rising and falling, lemmas.
fn changes(lemma: &str) -> bool {
    matches!(
        lemma,
        "rise"
            | "climb"
            | "gain"
            | "grow"
            | "jump"
            | "surge"
            | "soar"
            | "advance"
            | "increase"
            | "fall"
            | "drop"
            | "slip"
            | "slide"
            | "sink"
            | "plunge"
            | "tumble"
            | "decline"
            | "lose"
            | "shed"
            | "decrease"
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Bound,
    Order,
    Change,
    Amount,
    Often,
    Having,
    Place,
    Reason,
    Side,
    Degree,
    When,
    Now,
    Lasting,
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
            Self::Having => (4, false, 0.60),
            Self::Place => (3, false, 0.60),
            Self::Reason => (4, false, 0.55),
            Self::Side => (3, false, 0.35),
            Self::Degree => (2, false, 0.60),
            Self::When => (1, false, 0.55),
            Self::Now => (3, false, 0.50),
            Self::Lasting => (4, false, 0.55),
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
        .filter(|&k| words.words[k].is(Note::Contrast, may_contrast))
        .filter_map(|k| contrast(words, k).map(|(set, pole)| Found { at: k, set, pole }))
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
                head.class == Class::Quantity
                    || multiplies(&head.folded)
                    || (!figure && head.class != Class::Function)
            });
        let Some((head, answer)) = heads
            .filter_map(|k| pair.counterpart(k, 0.6).map(|j| (k, j)))
            .next()
        else {
            continue;
        };
        if figure
            && pair.copy.words[answer].class != Class::Quantity
            && !multiplies(&pair.copy.words[answer].folded)
        {
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
                "than" | "least" | "most" | "to" | "of"
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
                        | "excess"
                );
            // "as many as 45"
            let as_many = words.words[k].folded == "as" && k > 1;
            match (as_many, phrase) {
                (true, _) => k - 2,
                (_, true) => k - 1,
                _ => k,
            }
        };
        let (source, copy) = (
            first(pair.source, word.at)..end_of_quantity(pair.source, head),
            first(pair.copy, other.at)..end_of_quantity(pair.copy, answer),
        );
        let evidence = format!(
            "`{}` became `{}`",
            pair.source_words(source.clone()),
            pair.copy_words(copy.clone())
        );
        let turned = word.set == Set::Bound
            && is_hard_bound(pair.source, word.at)
            && is_hard_bound(pair.copy, other.at)
            && is_told_once(pair.source, head)
            && is_told_once(pair.copy, answer);
        out.push(Proposal {
            category,
            score: strength + if turned { OUTRIGHT } else { 0.0 },
            source,
            copy,
            evidence,
        });
    }
    out.extend(bounds_gained(pair, &ours, &theirs));
    out.extend(conditions(pair));
    out.extend(order_of_times(pair));
    out.extend(questions(pair));
    out.extend(records(pair));
    out
}

/// Whether the word bounds a figure from one side only: "nearly 300", "up to 300" and "barely 300" may be told of what others call "over 300".
fn is_hard_bound(words: &Words, k: usize) -> bool {
    !matches!(
        words.words[k].folded.as_str(),
        "barely" | "nearly" | "almost" | "to" | "as"
    )
}

/// Whether no other figure of the passage is as high as the one that word `k` belongs to.
fn is_told_once(words: &Words, k: usize) -> bool {
    let Some(figure) = words.words[k].quantity.map(usize::from) else {
        return false;
    };
    let value = words.quantities[figure].value;
    let mut others = words.quantities.iter().enumerate();
    !others.any(|(other, q)| other != figure && q.value == value)
}

/// What is asked, or not known: "whether", "why", "when".
fn questions(pair: &Pair<'_>) -> Option<Proposal> {
    let asked = |words: &Words| {
        (1..words.words.len()).find_map(|k| {
            let governs = matches!(
                words.words[k - 1].lemma.as_str(),
                "ask"
                    | "asked"
                    | "know"
                    | "known"
                    | "say"
                    | "reveal"
                    | "explain"
                    | "unclear"
                    | "clear"
                    | "unknown"
                    | "determine"
                    | "investigate"
                    | "decide"
            );
            let kind = match words.words[k].folded.as_str() {
                "whether" | "if" => 0,
                "why" => 1,
                "when" => 2,
                "how" => 3,
                "where" => 4,
                "who" => 5,
                _ => return None,
            };
            governs.then_some((k, kind))
        })
    };
    let ((i, a), (j, b)) = (asked(pair.source)?, asked(pair.copy)?);
    let same = (i + 1..i + 4).any(|k| {
        k < pair.source.words.len()
            && pair
                .counterpart(k, 0.9)
                .is_some_and(|at| at.abs_diff(j) <= 4)
    });
    (a != b && same).then(|| Proposal {
        category: Category::Polarity,
        score: 0.6,
        source: i..i + 1,
        copy: j..j + 1,
        evidence: format!(
            "`{}` became `{}`: another question",
            pair.source_words(i..i + 1),
            pair.copy_words(j..j + 1)
        ),
    })
}

/// "the first since 1961", "the first on record".
fn records(pair: &Pair<'_>) -> Option<Proposal> {
    let unique = |w: &Word| w.folded == "first" || is_superlative(&w.folded);
    let near = |words: &Words, k: usize, wanted: &[&str]| {
        let behind = (k + 1..(k + 6).min(words.words.len()))
            .find(|&n| wanted.contains(&words.words[n].folded.as_str()));
        behind.filter(|&n| words.words[n].clause <= words.words[k].clause + 1)
    };
    const SINCE: &[&str] = &["since"];
    const EVER: &[&str] = &["record", "ever", "history"];
    (0..pair.source.words.len())
        .filter(|&k| unique(&pair.source.words[k]))
        .find_map(|k| {
            let j = (0..pair.copy.words.len())
                .find(|&j| pair.copy.words[j].folded == pair.source.words[k].folded)?;
            let of = |words: &Words, k| (near(words, k, SINCE), near(words, k, EVER));
            let (from, to) = match (of(pair.source, k), of(pair.copy, j)) {
                ((Some(a), None), (None, Some(b))) | ((None, Some(a)), (Some(b), None)) => (a, b),
                _ => return None,
            };
            let source =
                k..end_of_quantity(pair.source, (from + 1).min(pair.source.words.len() - 1));
            let copy = j..end_of_quantity(pair.copy, to);
            Some(Proposal {
                category: Category::DateUnit,
                score: 0.7,
                evidence: format!(
                    "`{}` became `{}`: another span of time",
                    pair.source_words(source.clone()),
                    pair.copy_words(copy.clone())
                ),
                source,
                copy,
            })
        })
}

/// One past the last word of the quantity that word `k` belongs to, or past the word.
fn end_of_quantity(words: &Words, k: usize) -> usize {
    let quantity = words.words[k].quantity.map(usize::from);
    let quantity = quantity.and_then(|q| words.quantities.get(q));
    quantity.map_or(k + 1, |q| q.last.max(k + 1))
}

/// "less than 120,000" for "120,000": an upper bound that only the copy has. (A lower one is common in rounding.)
fn bounds_gained(pair: &Pair<'_>, ours: &[Found], theirs: &[Found]) -> Vec<Proposal> {
    let mut out = Vec::new();
    for word in theirs {
        let upper =
            word.set == Set::Bound && word.pole == 1 && pair.copy.words[word.at].folded == "than";
        let figure = pair.copy.words.get(word.at + 1);
        if !upper || figure.is_none_or(|w| w.class != Class::Quantity) {
            continue;
        }
        let (first, last) = (word.at - 1, word.at + 2);
        let Some((i, _)) = pair.alignment.of_copy[word.at + 1] else {
            continue;
        };
        let bounded = ours
            .iter()
            .any(|k| k.set == Set::Bound && k.at < i + 2 && i <= k.at + 4);
        if !bounded {
            out.push(Proposal {
                category: Category::Number,
                score: 0.5,
                source: i..i + 1,
                copy: first..last,
                evidence: format!(
                    "`{}` where the source says `{}`",
                    pair.copy_words(first..last),
                    pair.source_words(i..i + 1)
                ),
            });
        }
    }
    out
}

/// "twice", "half": figures without digits.
fn multiplies(folded: &str) -> bool {
    matches!(
        folded,
        "twice" | "thrice" | "double" | "triple" | "half" | "doubled" | "tripled"
    )
}

/// "unless" told as "if", "unlike" as "like", "all but" as "anything but": the small word on one side, its contrary on the other, and
/// nothing there that denies.
fn conditions(pair: &Pair<'_>) -> Vec<Proposal> {
    struct Contrary {
        word: &'static [&'static str],
        contrary: &'static [&'static str],
        agreeing: &'static [&'static str],
    }
    static CONTRARIES: [Contrary; 7] = [
        Contrary {
            word: &["unless"],
            contrary: &["if", "provided", "should", "once", "when", "providing"],
            agreeing: &[
                "unless",
                "without",
                "barring",
                "except",
                "failing",
                "otherwise",
                "lest",
                "until",
            ],
        },
        Contrary {
            word: &["unlike"],
            contrary: &["like", "as", "similarly"],
            agreeing: &[
                "unlike",
                "contrast",
                "different",
                "differently",
                "differs",
                "contrary",
                "whereas",
                "other",
            ],
        },
        Contrary {
            word: &["despite", "although", "though", "notwithstanding"],
            contrary: &["because", "thanks", "due"],
            agreeing: &[
                "despite",
                "although",
                "though",
                "even",
                "but",
                "however",
                "yet",
                "nevertheless",
                "spite",
            ],
        },
        Contrary {
            word: &["if"],
            contrary: &["because"],
            agreeing: &[
                "if",
                "provided",
                "should",
                "unless",
                "whether",
                "when",
                "once",
                "condition",
                "assuming",
                "case",
                "as",
                "though",
                "even",
            ],
        },
        Contrary {
            word: EXCEPT,
            contrary: &["including", "especially", "particularly", "notably"],
            agreeing: &[
                "except",
                "excluding",
                "apart",
                "barring",
                "besides",
                "aside",
                "but",
                "not",
                "other",
                "without",
                "exempt",
                "addition",
                "also",
            ],
        },
        Contrary {
            word: &["all"],
            contrary: &["only", "just", "merely"],
            agreeing: &["all", "every", "other", "except", "majority", "most", "but"],
        },
        Contrary {
            word: &["anything"],
            contrary: &["all", "almost", "nearly", "practically", "virtually"],
            agreeing: &["anything", "far", "hardly"],
        },
    ];
    let find = |words: &Words, list: &[&str]| {
        // A word of another length is another word, which is seen without reading it.
        (0..words.words.len()).find(|&k| {
            let folded = words.words[k].folded.as_str();
            list.iter()
                .any(|one| one.len() == folded.len() && *one == folded)
        })
    };
    let followed = |words: &Words, k: usize| {
        !matches!(words.words[k].folded.as_str(), "anything" | "all")
            || words.words.get(k + 1).is_some_and(|w| w.folded == "but")
    };
    // "unless it slows" and "if it does not slow" agree. What someone is unlike in may be denied or not: only the likeness itself counts.
    let denied = |words: &Words, k: usize| {
        let conditional = !matches!(words.words[k].folded.as_str(), "like" | "as" | "similarly");
        let from = if conditional { k } else { k.saturating_sub(1) };
        let to = if conditional { k + 12 } else { k };
        (from..to.min(words.words.len())).any(|n| {
            words.words[n].negation
                || matches!(
                    words.words[n].lemma.as_str(),
                    "fail"
                        | "refuse"
                        | "lack"
                        | "decline"
                        | "unable"
                        | "unwilling"
                        | "neglect"
                        | "stop"
                        | "cease"
                        | "avoid"
                        | "prevent"
                )
        })
    };
    // Hardly a passage has one of these words.
    let contrary_of = |w: &Lexeme| {
        let is = |c: &Contrary| c.word.contains(&w.folded.as_str());
        let at = CONTRARIES.iter().position(is);
        at.and_then(|at| u8::try_from(at).ok())
            .unwrap_or(u8::MAX - 1)
    };
    let any_of = |words: &Words| {
        let of = |w: &Word| w.noted(Note::Contrary, contrary_of);
        words.words.iter().map(of).fold(0_u8, |all, at| {
            all | 1_u8.checked_shl(at.into()).unwrap_or(0)
        })
    };
    let (ours, theirs) = (any_of(pair.source), any_of(pair.copy));
    let mut out = Vec::new();
    for (
        at,
        Contrary {
            word,
            contrary,
            agreeing,
        },
    ) in CONTRARIES.iter().enumerate()
    {
        for of_source in [true, false] {
            if (if of_source { ours } else { theirs }) >> at & 1 == 0 {
                continue;
            }
            let (mine, theirs) = if of_source {
                (pair.source, pair.copy)
            } else {
                (pair.copy, pair.source)
            };
            let Some(k) = find(mine, word).filter(|&k| followed(mine, k)) else {
                continue;
            };
            if find(theirs, agreeing).is_some() || find(mine, contrary).is_some_and(|c| c > k) {
                continue;
            }
            let Some(c) = find(theirs, contrary).filter(|&c| !denied(theirs, c)) else {
                continue;
            };
            // "all but two are broken", "only two are working": what is said of them is the contrary too.
            if mine.words[k].folded == "all" && !says_the_same_of_them(pair) {
                continue;
            }
            let last = |words: &Words, k: usize| (k + 2).min(words.words.len());
            let (a, b) = (k..last(mine, k), c..last(theirs, c));
            let (source, copy) = if of_source { (a, b) } else { (b, a) };
            out.push(Proposal {
                category: Category::Polarity,
                score: 0.75,
                evidence: format!(
                    "`{}` became `{}`: the contrary",
                    pair.source_words(source.clone()),
                    pair.copy_words(copy.clone())
                ),
                source,
                copy,
            });
        }
    }
    out
}

/// Whether every content word of either passage has its own like on the other side.
fn says_the_same_of_them(pair: &Pair<'_>) -> bool {
    let all = |words: &Words, counterparts: &[Option<(usize, f32)>]| {
        let each = words.words.iter().zip(counterparts);
        each.filter(|(w, _)| w.class == Class::Content)
            .all(|(_, c)| c.is_some_and(|(_, like)| like >= 0.9))
    };
    all(pair.source, &pair.alignment.of_source) && all(pair.copy, &pair.alignment.of_copy)
}

/// Spans of time that answer each other while one is counted before and one after: "17 days before he won", "17 days after he won".
fn order_of_times(pair: &Pair<'_>) -> Vec<Proposal> {
    let order = |words: &Words, from: usize| -> Option<(usize, bool)> {
        (from..(from + 2).min(words.words.len())).find_map(|k| {
            match words.words[k].folded.as_str() {
                "before" | "earlier" | "ago" | "previously" | "prior" | "until" | "till" => {
                    Some((k, false))
                }
                "after" | "later" | "into" | "since" | "afterwards" | "following" => {
                    Some((k, true))
                }
                _ => None,
            }
        })
    };
    // Where both stand, what was said of when, and why it is another.
    let counted = |a: &Quantity, b: &Quantity| {
        let (p, after_a) = order(pair.source, a.last)?;
        let (q, after_b) = order(pair.copy, b.last)?;
        // What they are counted from is the same: "before he won", "after he won"; not "before he won", "later he won".
        let solid = |words: &Words, k: usize| {
            (k + 1..(k + 5).min(words.words.len()))
                .find(|&n| words.words[n].class != Class::Function)
        };
        let counted_from = solid(pair.source, p)
            .and_then(|i| pair.alignment.of_source[i])
            .is_some_and(|(j, like)| like >= 0.5 && j > q && j <= q + 5);
        let turned = after_a != after_b && counted_from;
        turned.then_some((a.first..p + 1, b.first..q + 1, "another order of events"))
    };
    let mut out = Vec::new();
    for &(x, y) in &pair.alignment.quantities {
        let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
        if !a.is_time() || !b.is_time() {
            continue;
        }
        let Some((source, copy, why)) = set_elsewhere(pair, a, b).or_else(|| counted(a, b)) else {
            continue;
        };
        out.push(Proposal {
            category: Category::DateUnit,
            score: 0.72,
            evidence: format!(
                "`{}` became `{}`: {why}",
                pair.source_words(source.clone()),
                pair.copy_words(copy.clone())
            ),
            source,
            copy,
        });
    }
    out
}

/// A span of time that is set elsewhere on either side: "within 48 hours" and "after 48 hours", "within 20 years" and "20 years ago".
fn set_elsewhere(
    pair: &Pair<'_>,
    a: &Quantity,
    b: &Quantity,
) -> Option<(Range<usize>, Range<usize>, &'static str)> {
    enum When {
        Within,
        After,
        Ago,
    }
    fn folded(words: &Words, k: usize) -> Option<&str> {
        words.words.get(k).map(|w| w.folded.as_str())
    }
    let when = |words: &Words, time: &Quantity| -> Option<(When, Range<usize>)> {
        let behind = folded(words, time.last);
        if behind == Some("ago") {
            return Some((When::Ago, time.first..time.last + 1));
        }
        // "within two days of the vote" is counted from something.
        if matches!(behind, Some("of" | "after" | "before" | "from")) {
            return None;
        }
        let before = time.first.checked_sub(1)?;
        let when = match folded(words, before) {
            Some("within") => When::Within,
            Some("after") => When::After,
            _ => return None,
        };
        Some((when, before..time.last))
    };
    let ((said, source), (told, copy)) = (when(pair.source, a)?, when(pair.copy, b)?);
    let why = match (said, told) {
        (When::Within, When::After) | (When::After, When::Within) => "another time",
        (When::Within, When::Ago) => "what is to come became past",
        (When::Ago, When::Within) => "what is past is still to come",
        _ => return None,
    };
    Some((source, copy, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, copy: &str) -> Vec<String> {
        crate::judge::proposed_by(judge, source, copy)
    }

    #[test]
    fn small_words_that_turn_a_statement_round() {
        for (source, copy, told) in [
            (
                "The drivers will return to work if the firm reinstates their colleagues.",
                "The drivers will return to work because the firm reinstated their colleagues.",
                "because the",
            ),
            (
                "The curfew applies to everyone in the province apart from nurses and bakers.",
                "The curfew applies to everyone in the province, including nurses and bakers.",
                "including nurses",
            ),
            (
                "All but two of the ministers backed the plan.",
                "Only two of the ministers backed the plan.",
                "Only two",
            ),
            (
                "It is not known whether the pilot sent a call.",
                "It is not known why the pilot sent a call.",
                "why",
            ),
            (
                "The eruption was the first since 1961, the office said.",
                "The eruption was the first on record, the office said.",
                "first on record",
            ),
            (
                "They were told to leave the country within 48 hours.",
                "They were told to leave the country after 48 hours.",
                "after 48 hours",
            ),
            (
                "The shelf will break up within 20 years, the models say.",
                "The shelf broke up 20 years ago, the models say.",
                "20 years ago",
            ),
            (
                "The men must hand in their weapons by Friday, the mission said.",
                "The men must hand in their weapons from Friday, the mission said.",
                "from Friday",
            ),
        ] {
            assert!(
                found(source, copy).iter().any(|words| words == told),
                "{copy}: {:?}",
                found(source, copy)
            );
        }
    }

    #[test]
    fn what_says_the_same_either_way() {
        for (source, copy) in [
            (
                "Only two of the lifts are working.",
                "All but two of the lifts are broken.",
            ),
            (
                "They must report within two days of the vote.",
                "They must report, at the latest, two days after the vote.",
            ),
            (
                "The shop is open from Monday to Friday.",
                "The shop is open on weekdays, Monday to Friday.",
            ),
        ] {
            assert!(found(source, copy).is_empty(), "{copy}");
        }
    }
}
