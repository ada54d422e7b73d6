//! Negations that came or went, and words that became their opposites.

use std::sync::LazyLock;

use ahash::AHashSet;

use super::alternatives::expected_place;
use super::{Pair, Proposal};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::similarity::remembered::remembered_opposition;
use crate::words::{Class, Word, Words};

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
];

/// Verbs that tell one event from its two ends: what one side sends the other receives, who comes to one place goes from another. In free
/// rewriting they seldom change what happened.
const CONVERSES: &[(&str, &str)] = &[
    ("give", "receive"),
    ("give", "take"),
    ("give", "get"),
    ("send", "receive"),
    ("send", "get"),
    ("buy", "sell"),
    ("lend", "borrow"),
    ("come", "go"),
    ("arrive", "leave"),
    ("reach", "leave"),
    ("enter", "leave"),
    ("win", "lose"),
    ("beat", "lose"),
    ("win", "beat"),
    ("precede", "follow"),
    ("lead", "follow"),
    ("teach", "learn"),
    ("import", "export"),
];

pub(super) fn are_converses(a: &str, b: &str) -> bool {
    CONVERSES
        .iter()
        .any(|&(x, y)| (x, y) == (a, b) || (y, x) == (a, b))
}

/// Negations without an answer on the other side, and counterparts that are opposites.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = opposites(pair);
    found.extend(negations(pair));
    found
}

fn opposites(pair: &Pair<'_>) -> Vec<Proposal> {
    let relations = &lexicon().relations;
    let mut found = Vec::new();
    let mut consider = |i: usize, j: usize, base: f32| {
        let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
        // "first" counts, but it is also the opposite of "last".
        let figure = |w: &Word| w.class == Class::Quantity && w.folded != "first";
        let name = a.class == Class::Name || b.class == Class::Name;
        if figure(a) || figure(b) || name || a.key == b.key || !a.polar.may_oppose(b.polar) {
            return;
        }
        // "two rounds left", "two rounds remaining"
        let rest = |w: &Word, of: &Word| w.folded == "left" && of.folded == "remaining";
        if rest(a, b) || rest(b, a) {
            return;
        }
        let mut opposed = remembered_opposition(a, b);
        if a.folded != a.lemma || b.folded != b.lemma {
            opposed = opposed.max(relations.opposition(&a.folded, &b.folded));
        }
        if opposed == 0.0 || relations.sense_overlap(&a.lemma, &b.lemma) >= 0.85 {
            return;
        }
        // "25 years old" is no contrary of "young".
        let of_age = |words: &Words, k: usize| {
            words.words[k].folded == "old"
                && k > 0
                && (words.words[k - 1].class == Class::Quantity
                    || words.words[k - 1].folded.starts_with("year"))
        };
        if of_age(pair.source, i) || of_age(pair.copy, j) {
            return;
        }
        // "slowed down" and "reduced speed" agree.
        let lessened = |words: &Words, k: usize| {
            k > 0
                && matches!(
                    words.words[k - 1].lemma.as_str(),
                    "reduce" | "cut" | "lower"
                )
        };
        if lessened(pair.source, i) != lessened(pair.copy, j) {
            return;
        }
        let mut base = base - 0.5 * (1.0 - opposed);
        if undone(pair.source, i, &pair.alignment.of_source)
            != undone(pair.copy, j, &pair.alignment.of_copy)
        {
            base -= 0.30;
        }
        if are_converses(&a.lemma, &b.lemma) {
            base -= 0.30;
        }
        // "growth" and "the rise and fall": the other side says both.
        let both_told = |words: &Words, k: usize| {
            (k.saturating_sub(2)..(k + 3).min(words.words.len())).any(|n| {
                words.words[n].polar.may_oppose(words.words[k].polar)
                    && relations.opposite(&words.words[n].lemma, &words.words[k].lemma)
            })
        };
        if both_told(pair.source, i) != both_told(pair.copy, j) {
            return;
        }
        // One of the two negated as well: "did not rise" and "fell" agree.
        if negated(pair.source, i) != negated(pair.copy, j) {
            return;
        }
        // The opposite stands on the other side too: "from north to south" was only turned round.
        let both = pair.source.words.iter().any(|w| w.key == b.key)
            || pair.copy.words.iter().any(|w| w.key == a.key);
        let score = if both { base - 0.35 } else { base };
        let evidence = format!(
            "`{}` and `{}` are opposites",
            pair.source_words(i..i + 1),
            pair.copy_words(j..j + 1)
        );
        found.push(Proposal {
            category: Category::Polarity,
            score,
            source: i..i + 1,
            copy: j..j + 1,
            evidence,
        });
    };
    for (i, counterpart) in pair.alignment.of_source.iter().enumerate() {
        if let Some((j, _)) = counterpart {
            consider(i, *j, 0.80);
        }
    }
    for chunk in &pair.chunks {
        for i in chunk.source.clone() {
            for j in chunk.copy.clone() {
                let alone = chunk.source.len() <= 2 && chunk.copy.len() <= 2;
                consider(
                    i,
                    j,
                    if alone && chunk.anchors == 2 {
                        0.78
                    } else {
                        0.62
                    },
                );
            }
        }
    }
    // What a freer wording took out of its place: both without a counterpart of their own, within a few words of where the other should stand.
    let of_source = alone(pair.source, &pair.alignment.of_source);
    for j in alone(pair.copy, &pair.alignment.of_copy) {
        for &i in &of_source {
            let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
            if remembered_opposition(a, b) > 0.0
                && (expected_place(pair, i) - j as f32).abs() <= 6.0
            {
                consider(i, j, 0.58);
            }
        }
    }
    found.sort_by(|p, q| {
        (p.source.start, p.copy.start)
            .cmp(&(q.source.start, q.copy.start))
            .then(q.score.total_cmp(&p.score))
    });
    found.dedup_by(|b, a| a.source == b.source && a.copy == b.copy);
    found.extend(particles(pair));
    found
}

/// Content words that nothing on the other side says.
fn alone(words: &Words, counterparts: &[Option<(usize, f32)>]) -> Vec<usize> {
    (0..words.words.len())
        .filter(|&k| words.words[k].class == Class::Content)
        .filter(|&k| counterparts[k].is_none_or(|(_, like)| like < 0.7))
        .collect()
}

/// Function words that are opposites.
const PARTICLES: &[(&str, &str)] = &[
    ("over", "under"),
    ("above", "below"),
    ("above", "under"),
    ("up", "down"),
    ("together", "apart"),
    ("back", "forward"),
    ("most", "least"),
    ("more", "less"),
    ("more", "fewer"),
    ("ahead", "behind"),
    ("toward", "away"),
    ("towards", "away"),
    ("together", "separately"),
];

/// Opposite function words in each other's place: nothing answers either, and their neighbours answer each other.
fn particles(pair: &Pair<'_>) -> Vec<Proposal> {
    let open = |counterparts: &[Option<(usize, f32)>], k: usize| {
        counterparts[k].is_none_or(|(_, like)| like < 0.7)
    };
    let mut found = Vec::new();
    for (j, b) in pair.copy.words.iter().enumerate() {
        if b.class == Class::Quantity || !open(&pair.alignment.of_copy, j) {
            continue;
        }
        for &(p, q) in PARTICLES {
            let wanted = match b.folded.as_str() {
                w if w == p => q,
                w if w == q => p,
                _ => continue,
            };
            let nearest = (0..pair.source.words.len())
                .filter(|&i| {
                    pair.source.words[i].folded == wanted && open(&pair.alignment.of_source, i)
                })
                .map(|i| ((expected_place(pair, i) - j as f32).abs(), i))
                .min_by(|x, y| x.0.total_cmp(&y.0));
            if let Some((far, i)) = nearest
                && far <= 3.0
                && negated(pair.source, i) == negated(pair.copy, j)
                && bounds(pair.source, i) == bounds(pair.copy, j)
            {
                found.push(Proposal {
                    category: Category::Polarity,
                    score: 0.76 - 0.1 * far,
                    source: i..i + 1,
                    copy: j..j + 1,
                    evidence: format!(
                        "`{}` and `{}` are opposites",
                        pair.source_words(i..i + 1),
                        pair.copy_words(j..j + 1)
                    ),
                });
            }
        }
    }
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
    before || after
}

/// A negation with the word it negates and that word's counterpart.
struct Negation {
    at: usize,
    head: usize,
    answer: Option<(usize, f32)>,
    /// "no longer", "didn't it?": it answers another negation, but losing it is no change, or other judges say what it means.
    answers_only: bool,
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
        if !word.negation || mere || idiom(words, at) && !no_longer {
            continue;
        }
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
                answers_only: no_longer || asked,
            });
        }
    }
    all
}

/// How many negations and denying words of `words` stand alone: nothing on the other side says the same.
fn spare_denials(words: &Words, counterparts: &[Option<(usize, f32)>]) -> usize {
    words
        .words
        .iter()
        .zip(counterparts)
        .filter(|(w, c)| c.is_none_or(|(_, like)| like < 0.95) && denies(&w.lemma))
        .count()
}

/// Negations of the source less those of the copy, and the denying words that stand alone in source and copy.
pub(super) fn balance(pair: &Pair<'_>) -> (f32, f32, f32) {
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
fn negations(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut ours = found(pair.source, &pair.alignment.of_source);
    let mut theirs = found(pair.copy, &pair.alignment.of_copy);
    // "non-constructive" is answered by "nonconstructive".
    let joined = |counterpart: Option<(usize, f32)>, other: &Words| {
        counterpart.is_some_and(|(k, like)| like >= 0.95 && !other.words[k].negation)
    };
    ours.retain(|n| !joined(pair.alignment.of_source[n.at], pair.copy));
    theirs.retain(|n| !joined(pair.alignment.of_copy[n.at], pair.source));
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
    let mut score = 0.40;
    if let Some((answer, like)) = answer {
        let (negated, other) = (&mine.words[head], &theirs.words[answer]);
        if negated.key != other.key
            && (denies(&other.lemma)
                || lexicon().relations.opposition(&negated.lemma, &other.lemma) > 0.0)
        {
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

pub(super) fn denies(lemma: &str) -> bool {
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
            && denies(&words.words[n].lemma)
    })
}

/// Words that undo what they govern: "the ban was lifted", "a cessation of hostilities".
const UNDOING: &[&str] = &[
    "lift",
    "end",
    "cease",
    "cessation",
    "halt",
    "stop",
    "suspend",
    "reverse",
    "overturn",
    "avert",
    "prevent",
    "avoid",
    "against",
    "despite",
    "instead",
    "without",
    "not",
    "less",
    "out",
    "lose",
    "loss",
    "lack",
    "drop",
    "abandon",
    "reject",
    "refuse",
    "ignore",
];

/// Whether an undoing word that the other side does not have too stands within four words of word `k`, in its clause.
fn undone(words: &Words, k: usize, counterparts: &[Option<(usize, f32)>]) -> bool {
    (k.saturating_sub(4)..(k + 5).min(words.words.len())).any(|n| {
        let word = &words.words[n];
        n != k
            && word.clause == words.words[k].clause
            && counterparts[n].is_none_or(|(_, like)| like < 0.95)
            && UNDOING.contains(&word.lemma.as_str())
    })
}

/// Whether a denying word that the other side does not have too stands right before word `k`, function words between: "unable to reach".
fn denied_before(words: &Words, k: usize, counterparts: &[Option<(usize, f32)>]) -> bool {
    (k.saturating_sub(4)..k)
        .rev()
        .find(|&n| words.words[n].class != Class::Function)
        .is_some_and(|n| {
            words.words[n].clause == words.words[k].clause
                && counterparts[n].is_none_or(|(_, like)| like < 0.95)
                && denies(&words.words[n].lemma)
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

/// "not only", "no more than", "nothing but", "no doubt", "not just", "not since 2011", "not even three", "whether he knows or not": no
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

#[cfg(test)]
mod tests {
    use super::super::Pair;
    use crate::model::{Category, Span};
    use crate::words::Words;

    /// What the copy's words are in every proposed change of polarity.
    fn proposed(source: &str, copy: &str) -> Vec<String> {
        let words = |text: &str| Words::new(text, Span::new(0, text.len()));
        let (a, b) = (words(source), words(copy));
        Pair::new(source, &a, copy, &b)
            .proposals()
            .into_iter()
            .filter(|p| p.0 == Category::Polarity)
            .map(|p| p.2.of(copy).to_owned())
            .collect()
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
