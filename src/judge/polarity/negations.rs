//! Negations that came or went.

use std::sync::LazyLock;

use ahash::AHashSet;

use super::{bounds, is_nobody};
use crate::judge::outright::{OUTRIGHT, denies_nothing};
use crate::judge::{Pair, Proposal};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::words::{Class, Lexeme, Note, Word, Words};

/// Base forms that deny by themselves, so that "did not accept" may become "rejected".
const DENYING: &[&str] = &[
    "fail",
    "refuse",
    "deny",
    "reject",
    "lack",
    "decline",
    "unable",
    "prevent",
    "avoid",
    "cease",
    "stop",
    "halt",
    "ban",
    "prohibit",
    "forbid",
    "absent",
    "absence",
    "miss",
    "exclude",
    "dismiss",
    "unlikely",
    "impossible",
    "except",
    "unless",
    "until",
    "only",
    "rule",
    "doubt",
    "neglect",
    "omit",
    "oppose",
    "little",
    "few",
    "short",
    "dispute",
    "ignore",
    "disregard",
    "suspend",
    "negative",
    "thanks",
    "contest",
    "cancel",
    "unclear",
    "unknown",
    "uncertain",
    "incomplete",
    "unwilling",
    "far",
    "instead",
    "free",
    "clear",
    "end",
    "rather",
    "away",
    "unchanged",
    "intact",
    "same",
    "yet",
    "still",
    "withhold",
    "silent",
    "unhurt",
    "unharmed",
    "escape",
    "spare",
    "zero",
    "least",
    "otherwise",
    "exempt",
    "loss",
    "lose",
    "difficult",
    // "ill-prepared"
    "ill",
];

/// A negation with the word it negates and that word's counterpart.
struct Negation {
    at: usize,
    head: usize,
    answer: Option<(usize, f32)>,
    /// "no longer", "no-frills", "didn't it?": it answers another negation, but losing it is no change, or other judges say what it means.
    answers_only: bool,
    /// A verb or preposition that denies what follows, "denied", "ruled out", "against": it tells of a change only where nothing at all on the
    /// other side denies anything.
    by_sense: bool,
}

/// The negations of one side, doubled and idiomatic ones ("no fewer than", "not only") left to other judges.
fn found(words: &Words, counterparts: &[Option<(usize, f32)>]) -> Vec<Negation> {
    let mut all = Vec::new();
    for (at, word) in words.words.iter().enumerate() {
        // "barely 18 cents", "barely above 4.5 percent" deny nothing.
        let mere =
            matches!(word.folded.as_str(), "barely" | "hardly" | "scarcely") && bounds(words, at);
        let no_longer = word.folded == "no"
            && words
                .words
                .get(at + 1)
                .is_some_and(|w| w.folded == "longer");
        let negates = word.negation && !mere && !is_name(words, at);
        let by_word = negates && (no_longer || !idiom(words, at)) || leaves_undone(words, at);
        // "did not rule out" - "ruled out": what both have denies nothing more on either side.
        let both = counterparts[at].is_some_and(|(_, like)| like >= 0.95);
        let by_sense = !by_word && !both && denies_what_follows(words, at);
        if !by_word && !by_sense {
            continue;
        }
        // "a no-frills airline", "a no-fly zone" are things by themselves.
        let compound = word.folded == "no"
            && words
                .words
                .get(at + 1)
                .is_some_and(|w| w.after_mark && w.span.start == word.span.end + 1);
        // "didn't it happen before?" asks what "did it" asks.
        let asked = word.folded.ends_with("n't")
            && words
                .words
                .get(at + 1)
                .is_some_and(|w| is_subject(&w.folded));
        // What is negated: the next content word of the clause (auxiliaries passed over), or the one before.
        let content = |k: &usize| words.words[*k].class != Class::Function;
        let head = (at + 1..(at + 6).min(words.words.len()))
            .find(|k| content(k) && words.words[*k].clause <= word.clause + 1)
            .or_else(|| (0..at).rev().take(3).find(content));
        if let Some(head) = head {
            // The word behind the head tells where the negation should stand when the head itself was replaced.
            let answer = counterparts[head].or_else(|| {
                (head + 1..(head + 4).min(words.words.len()))
                    .find_map(|k| counterparts[k].filter(|_| content(&k)))
                    .map(|(j, like)| (j, 0.5 * like))
            });
            all.push(Negation {
                at,
                head,
                answer,
                answers_only: no_longer || asked || compound || denies_a_bound(words, at),
                by_sense,
            });
        }
    }
    all
}

/// Whether word `k` is no negation but says that what follows is not so: "denied that", "ruled out", "unable to", "against building".
fn denies_what_follows(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    let next = words.words.get(k + 1);
    let is = |wanted: &str| next.is_some_and(|w| w.folded == wanted);
    let doing = next.is_some_and(|w| {
        w.folded.ends_with("ing") && w.folded != w.lemma && w.verb && w.class == Class::Content
            || matches!(w.folded.as_str(), "having" | "being")
    });
    match word.folded.as_str() {
        "unable" | "unwilling" => is("to"),
        "against" => doing,
        _ => match word.lemma.as_str() {
            "deny" => word.class == Class::Content && (doing || is("that") || is("any")),
            "rule" => is("out"),
            _ => false,
        },
    }
}

/// Whether word `k` says that what it governs was not done: "failed to reach", "refuses to meet".
fn leaves_undone(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    let undone = matches!(
        word.lemma.as_str(),
        "fail" | "refuse" | "decline" | "neglect"
    );
    undone
        && word.class == Class::Content
        && words.words.get(k + 1).is_some_and(|w| w.folded == "to")
        && words
            .words
            .get(k + 2)
            .is_some_and(|w| w.class == Class::Content && w.verb)
}

/// Whether the negation at `k` turns a bound round, which other judges read: "cannot be below 7 %", "must not exceed 30".
fn denies_a_bound(words: &Words, k: usize) -> bool {
    (k + 1..(k + 4).min(words.words.len())).any(|n| {
        let bound = matches!(
            words.words[n].lemma.as_str(),
            "below"
                | "under"
                | "above"
                | "over"
                | "less"
                | "fewer"
                | "more"
                | "lower"
                | "higher"
                | "exceed"
        );
        bound && bounds(words, n)
    })
}

/// Whether a negation is somebody's name: "Dr. No".
fn is_name(words: &Words, k: usize) -> bool {
    words.words[k].capital
        && k > 0
        && matches!(
            words.words[k - 1].folded.as_str(),
            "dr" | "mr" | "mrs" | "ms" | "miss" | "doctor" | "professor" | "prof"
        )
}

/// How many negations and denying words of `words` stand alone: nothing on the other side says the same.
fn spare_denials(words: &Words, counterparts: &[Option<(usize, f32)>]) -> usize {
    words
        .words
        .iter()
        .zip(counterparts)
        .filter(|(w, c)| c.is_none_or(|(_, like)| like < 0.95) && denies(w))
        .count()
}

/// Negations of the source less those of the copy, and the denying words that stand alone in source and copy.
pub(in crate::judge) fn balance(pair: &Pair<'_>) -> (f32, f32, f32) {
    let count = |words: &Words| {
        (0..words.words.len())
            .filter(|&k| words.words[k].negation && !idiom(words, k))
            .count() as f32
    };
    (
        count(pair.source) - count(pair.copy),
        spare_denials(pair.source, &pair.alignment.of_source) as f32,
        spare_denials(pair.copy, &pair.alignment.of_copy) as f32,
    )
}

/// Negations of either side that no negation of the other answers.
pub(super) fn negations(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut ours = found(pair.source, &pair.alignment.of_source);
    let mut theirs = found(pair.copy, &pair.alignment.of_copy);
    // "non-constructive" is answered by "nonconstructive".
    let joined = |words: &Words, at: usize, counterpart: Option<(usize, f32)>, other: &Words| {
        words.words[at].folded == "non"
            && counterpart.is_some_and(|(k, like)| like >= 0.95 && !other.words[k].negation)
    };
    ours.retain(|n| !joined(pair.source, n.at, pair.alignment.of_source[n.at], pair.copy));
    theirs.retain(|n| !joined(pair.copy, n.at, pair.alignment.of_copy[n.at], pair.source));
    // Two negations answer each other where the negated words do, or where they stand within a few words of that place;
    // the nearest first.
    let mut ranked = Vec::new();
    for (x, a) in ours.iter().enumerate() {
        for (y, b) in theirs.iter().enumerate() {
            let near = |answer: Option<(usize, f32)>, other: &Negation| {
                answer.map_or(9, |(k, _)| k.abs_diff(other.head).min(k.abs_diff(other.at)))
            };
            let far = near(a.answer, b).min(near(b.answer, a));
            ranked.push((far, x, y));
        }
    }
    ranked.sort_unstable();
    let (mut met_a, mut met_b) = (vec![false; ours.len()], vec![false; theirs.len()]);
    for (far, x, y) in ranked {
        if far <= 5 && !met_a[x] && !met_b[y] {
            met_a[x] = true;
            met_b[y] = true;
        }
    }
    // "neither their lungs nor their muscles are" - "their lungs and muscles are not": one negation of the other side answers a whole list.
    let listed = |words: &Words, negation: &Negation| {
        matches!(words.words[negation.at].folded.as_str(), "nor" | "neither")
    };
    if !theirs.is_empty() {
        for (met, _) in met_a
            .iter_mut()
            .zip(&ours)
            .filter(|(_, n)| listed(pair.source, n))
        {
            *met = true;
        }
    }
    if !ours.is_empty() {
        for (met, _) in met_b
            .iter_mut()
            .zip(&theirs)
            .filter(|(_, n)| listed(pair.copy, n))
        {
            *met = true;
        }
    }
    for (met, negation) in met_a
        .iter_mut()
        .zip(&ours)
        .chain(met_b.iter_mut().zip(&theirs))
    {
        *met |= negation.answers_only;
    }
    let left = |met: &[bool]| met.iter().filter(|m| !**m).count();
    let (spare_a, spare_b) = (left(&met_a), left(&met_b));
    let mut out = Vec::new();
    for (negation, _) in ours.iter().zip(&met_a).filter(|(_, met)| !**met) {
        out.extend(unanswered(pair, negation, true, spare_b));
    }
    for (negation, _) in theirs.iter().zip(&met_b).filter(|(_, met)| !**met) {
        out.extend(unanswered(pair, negation, false, spare_a));
    }
    out
}

/// Whether the negation at `at` is the only one of its passage, no denying word stands near ("unwilling not to come"), and it is no "not until".
fn denies_alone(words: &Words, at: usize) -> bool {
    let denied = |k: usize| k != at && k.abs_diff(at) <= 4 && denies_what_follows(words, k);
    let mut all = words.words.iter().enumerate();
    all.all(|(k, w)| (k == at || !w.negation) && w.folded != "until" && !denied(k))
}

/// A negation that no negation answers; nothing when a denying word, or the opposite of what is negated, says the same.
fn unanswered(
    pair: &Pair<'_>,
    negation: &Negation,
    of_source: bool,
    spare: usize,
) -> Option<Proposal> {
    let (source, copy) = (&pair.alignment.of_source, &pair.alignment.of_copy);
    let (mine, theirs, own, back) = if of_source {
        (pair.source, pair.copy, source, copy)
    } else {
        (pair.copy, pair.source, copy, source)
    };
    let Negation {
        at, head, answer, ..
    } = *negation;
    // "none of the eleven was hurt", "all eleven were unhurt"
    if is_nobody(&mine.words[at].folded)
        && (opposed_in_clause(mine, at, theirs, own)
            || tells_of_all(theirs) && spare_denials(theirs, back) > 0)
    {
        return None;
    }
    let mut score = 0.40;
    if let Some((answer, like)) = answer {
        let (negated, other) = (&mine.words[head], &theirs.words[answer]);
        if negated.key != other.key
            && (denies(other) && !denies(negated)
                || lexicon().relations.opposition(&negated.lemma, &other.lemma) > 0.0)
        {
            return None;
        }
        // "did not eat and did not drink" - "didn't eat or drink": one negation holds for all that "or" joins.
        if joined_by_or(theirs, answer) {
            return None;
        }
        // "should not wait" - "too urgent to wait"; "so they don't get lost" - "keep them from getting lost".
        if ruled_out(theirs, answer) {
            return None;
        }
        // "until he came he did not know" - "only when he came did he know".
        if only_until(mine, theirs) {
            return None;
        }
        // "could not reach" - "was unable to reach".
        if denied_before(theirs, answer, back) {
            return None;
        }
        score += 0.42 * like;
        if any_denial_near(theirs, answer, back) {
            score -= 0.30;
        }
    } else if spare_denials(theirs, back) > 0 {
        score -= 0.20;
    }
    // Each side has one that nothing answers: likely each other's, in a sentence turned round.
    if spare > 0 {
        score -= 0.25;
    }
    // "no month without bites" - "bites in every month": what denies twice affirms.
    if any_denial_near(mine, at, own) || any_negation_near(mine, at) {
        score -= 0.25;
    }
    let answered = own[head].is_some_and(|(_, like)| like >= 0.8);
    if answered && denies_alone(mine, at) && denies_nothing(theirs, mine, |word| denies(word)) {
        score = score.max(0.1) + OUTRIGHT;
    } else if negation.by_sense {
        return None;
    }
    let (lo, hi) = (at.min(head), at.max(head) + 1);
    let run = if hi - lo <= 5 { lo..hi } else { at..at + 1 };
    let place = answer.map_or_else(
        || {
            let near = if of_source {
                &pair.alignment.of_source
            } else {
                &pair.alignment.of_copy
            };
            let k = (0..at)
                .rev()
                .find_map(|k| near[k])
                .map_or(0, |(j, _)| j + 1);
            k..k
        },
        |(k, _)| k..k + 1,
    );
    let (source, copy) = if of_source {
        (run, place)
    } else {
        (place, run)
    };
    let evidence = if of_source {
        format!("`{}` lost its negation", pair.source_words(source.clone()))
    } else if source.is_empty() {
        format!(
            "`{}` is a negation that the source does not have",
            pair.copy_words(copy.clone())
        )
    } else {
        format!(
            "`{}` is negated, `{}` is not",
            pair.copy_words(copy.clone()),
            pair.source_words(source.clone())
        )
    };
    Some(Proposal {
        category: Category::Polarity,
        score,
        source,
        copy,
        evidence,
    })
}

/// Whether something is told of all: "all eleven were unhurt".
fn tells_of_all(words: &Words) -> bool {
    let all = |w: &Word| matches!(w.folded.as_str(), "all" | "both" | "every" | "each");
    words.words.iter().any(all)
}

/// Whether a word behind the one at `at`, in its clause, is answered by its opposite.
fn opposed_in_clause(
    words: &Words,
    at: usize,
    others: &Words,
    counterparts: &[Option<(usize, f32)>],
) -> bool {
    let clause = words.words[at].clause;
    let behind = (at + 1..words.words.len()).take_while(|&k| words.words[k].clause == clause);
    behind
        .filter_map(|k| counterparts[k].map(|(j, _)| (&words.words[k], &others.words[j])))
        .filter(|(word, answer)| word.key != answer.key && word.class == Class::Content)
        .any(|(word, answer)| {
            denies(answer) && !denies(word)
                || lexicon().relations.opposition(&word.lemma, &answer.lemma) > 0.0
        })
}

fn denies(word: &Lexeme) -> bool {
    word.is(Note::Denies, |word| denies_by_itself(&word.lemma))
}

fn denies_by_itself(lemma: &str) -> bool {
    static KNOWN: LazyLock<AHashSet<&str>> = LazyLock::new(|| DENYING.iter().copied().collect());
    // Most words begin with none of the letters that a negating prefix begins with.
    let may = matches!(lemma.as_bytes().first(), Some(b'u' | b'i' | b'n' | b'd'));
    KNOWN.contains(lemma)
        || may
            && ["un", "in", "im", "ir", "non", "dis"].iter().any(|p| {
                lemma.strip_prefix(p).is_some_and(|rest| {
                    let relations = &lexicon().relations;
                    // "unlawful", "unparalleled"
                    rest.len() >= 5
                        && (relations.is_lemma(rest) || relations.is_lemma(&relations.lemma(rest)))
                })
            })
}

/// A word near `k` that denies by itself and that the other side does not have too.
fn any_denial_near(words: &Words, k: usize, counterparts: &[Option<(usize, f32)>]) -> bool {
    let clause = words.words[k].clause;
    (k.saturating_sub(5)..(k + 5).min(words.words.len())).any(|n| {
        n != k
            && words.words[n].clause.abs_diff(clause) <= 1
            && counterparts[n].is_none_or(|(_, like)| like < 0.95)
            && (denies(&words.words[n]) || turns_down(words, n))
    })
}

/// Whether word `k` and the one behind it refuse: "turned down", "threw out".
fn turns_down(words: &Words, k: usize) -> bool {
    let next = words.words.get(k + 1).map_or("", |w| w.folded.as_str());
    matches!(
        (words.words[k].lemma.as_str(), next),
        ("turn", "down") | ("throw", "out") | ("call", "off") | ("rule", "out")
    )
}

/// Whether a denying word that the other side does not have too stands right before word `k`, function words between: "unable to reach".
fn denied_before(words: &Words, k: usize, counterparts: &[Option<(usize, f32)>]) -> bool {
    (k.saturating_sub(4)..k)
        .rev()
        .find(|&n| words.words[n].class != Class::Function)
        .is_some_and(|n| {
            words.words[n].clause == words.words[k].clause
                && counterparts[n].is_none_or(|(_, like)| like < 0.95)
                && denies(&words.words[n])
        })
}

/// Whether what stands before word `k` says that it is not: "too late to", "yet to", "keep them from".
fn ruled_out(words: &Words, k: usize) -> bool {
    let before = |most: usize, wanted: &dyn Fn(&str) -> bool| {
        (k.saturating_sub(most)..k)
            .rev()
            .find(|&n| wanted(&words.words[n].folded))
    };
    let to = before(2, &|w| w == "to");
    let too_much = to.is_some_and(|to| {
        (to.saturating_sub(3)..to).any(|n| words.words[n].folded == "too")
            || to > 0 && words.words[to - 1].folded == "yet"
    });
    let kept = before(2, &|w| w == "from").is_some_and(|from| {
        (from.saturating_sub(5)..from).any(|n| {
            matches!(
                words.words[n].lemma.as_str(),
                "keep" | "stop" | "save" | "protect" | "discourage" | "dissuade" | "deter"
            )
        })
    });
    // "not in the house", "out of the house"
    let out = before(4, &|w| w == "out")
        .is_some_and(|out| words.words.get(out + 1).is_some_and(|w| w.folded == "of"));
    too_much || kept || out
}

/// Whether one side says "not ... until" and the other "only when".
fn only_until(denying: &Words, other: &Words) -> bool {
    let is = |words: &Words, k: usize, wanted: &[&str]| {
        let word = words.words.get(k);
        word.is_some_and(|w| wanted.contains(&w.folded.as_str()))
    };
    let until = |k: usize| is(denying, k, &["until", "till", "before"]);
    let only_when = |k: usize| {
        is(other, k, &["only"])
            && is(
                other,
                k + 1,
                &["when", "after", "once", "then", "in", "on", "at", "from"],
            )
    };
    (0..denying.words.len()).any(until) && (0..other.words.len()).any(only_when)
}

/// Whether word `k` stands behind "or", and a negation before that.
fn joined_by_or(words: &Words, k: usize) -> bool {
    let or = (k.saturating_sub(3)..k)
        .rev()
        .find(|&n| matches!(words.words[n].folded.as_str(), "or" | "nor"));
    or.is_some_and(|or| {
        (or.saturating_sub(8)..or).any(|n| words.words[n].negation && !idiom(words, n))
    })
}

/// Whether another negation stands within five words of the one at `k`, in the same clause.
fn any_negation_near(words: &Words, k: usize) -> bool {
    (k.saturating_sub(5)..(k + 6).min(words.words.len())).any(|n| {
        n != k && words.words[n].clause == words.words[k].clause && words.words[n].negation
    })
}

/// A pronoun that can only be a subject, as behind the verb of a question.
fn is_subject(folded: &str) -> bool {
    matches!(
        folded,
        "i" | "you" | "he" | "she" | "it" | "we" | "they" | "this" | "that" | "these" | "there"
    )
}

/// "not only", "not a few", "no more than", "nothing but", "no doubt", "not just", "not since 2011", "not even three", "whether he knows or not": no
/// denial of what follows.
fn idiom(words: &Words, k: usize) -> bool {
    let next = words.words.get(k + 1).map(|w| w.folded.as_str());
    let this = words.words[k].folded.as_str();
    let counted = |at: usize| {
        words
            .words
            .get(at)
            .is_some_and(|w| w.class == Class::Quantity)
    };
    if this == "not" && next == Some("even") && (counted(k + 2) || counted(k + 3)) {
        return true;
    }
    if this == "not"
        && next == Some("a")
        && words.words.get(k + 2).is_some_and(|w| w.folded == "few")
    {
        return true;
    }
    if this == "not" && k > 0 && words.words[k - 1].folded == "or" {
        return true;
    }
    matches!(
        (this, next),
        (
            "not",
            Some("only" | "just" | "merely" | "least" | "necessarily" | "since")
        ) | (
            "no",
            Some("fewer" | "less" | "more" | "longer" | "doubt" | "later" | "sooner")
        ) | ("nothing", Some("but" | "less" | "more"))
    )
}
