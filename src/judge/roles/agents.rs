//! Agent and patient exchanged around the same verb.

use super::{governs, is_noun, is_verb_form, noun_before, same};
use crate::judge::alternatives::expected_place;
use crate::judge::outright::OUTRIGHT;
use crate::judge::{Pair, Proposal};
use crate::lexicon::is_auxiliary;
use crate::model::Category;
use crate::words::{Class, Word, Words};

/// Agent and patient of a verb, as word numbers.
#[derive(Clone, Copy, Debug, Default)]
struct Roles {
    agent: Option<usize>,
    patient: Option<usize>,
    /// What a passive verb makes of the patient: "she is crowned queen".
    made: Option<usize>,
}

/// Verbs that answer each other while the agent of one answers the patient of the other.
pub(super) fn agents_and_patients(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = Vec::new();
    for (i, j, like) in verbs_in_place(pair) {
        let (said, copied) = (roles(pair.source, i), roles(pair.copy, j));
        let same = |x: Option<usize>, y: Option<usize>| match (x, y) {
            (Some(x), Some(y)) => same(pair, x, y),
            _ => false,
        };
        // "a statement released through the team": without an object, what stands before a participle may be either.
        let became_patient = same(said.agent, copied.patient) && said.patient.is_some();
        let became_agent = same(said.patient, copied.agent) && copied.patient.is_some();
        if !became_patient && !became_agent
            || same(said.agent, copied.agent)
            || same(said.patient, copied.patient)
            // "Lomi Crowned Queen", in a headline, is crowned.
            || same(said.patient, copied.made)
            || same(said.made, copied.patient)
        {
            continue;
        }
        let (whom_source, whom_copy) = match (became_patient, said, copied) {
            (
                true,
                Roles { agent: Some(a), .. },
                Roles {
                    patient: Some(b), ..
                },
            ) => (a, b),
            (
                _,
                Roles {
                    patient: Some(a), ..
                },
                Roles { agent: Some(b), .. },
            ) => (a, b),
            _ => continue,
        };
        let (from, to) = (whom_source.min(i), whom_source.max(i) + 1);
        let (lo, hi) = (whom_copy.min(j), whom_copy.max(j) + 1);
        let (source, copy) = if hi - lo <= 9 && to - from <= 9 {
            (from..to, lo..hi)
        } else {
            (i..i + 1, j..j + 1)
        };
        let role = |agent: bool| {
            if agent {
                "the one who acts"
            } else {
                "the one acted on"
            }
        };
        let evidence = format!(
            "in `{}` the source has `{}` as {}, the copy `{}` as {}",
            pair.copy_words(j..j + 1),
            pair.source_words(whom_source..whom_source + 1),
            role(became_patient),
            pair.copy_words(whom_copy..whom_copy + 1),
            role(!became_patient)
        );
        let both = became_patient && became_agent;
        let score = if both { 0.85 } else { 0.55 };
        // Who did it and to whom changed places around one verb: it can mean nothing else.
        let outright = both && pair.source.words[i].key == pair.copy.words[j].key;
        found.push(Proposal {
            category: Category::RoleSwap,
            score: score * (0.5 + 0.5 * like) + if outright { OUTRIGHT } else { 0.0 },
            source,
            copy,
            evidence,
        });
    }
    found
}

/// Verbs that answer each other by the alignment, and verbs in the place where an unanswered verb should stand.
fn verbs_in_place(pair: &Pair<'_>) -> Vec<(usize, usize, f32)> {
    let mut all: Vec<(usize, usize, f32)> = pair
        .verbs(0.5)
        .filter(|&(i, j, _)| is_verb_form(pair.source, i) && is_verb_form(pair.copy, j))
        .filter(|&(i, j, _)| acts(&pair.source.words[i]) && acts(&pair.copy.words[j]))
        .collect();
    for i in 0..pair.source.words.len() {
        if pair.alignment.of_source[i].is_some()
            || !is_verb_form(pair.source, i)
            || !acts(&pair.source.words[i])
        {
            continue;
        }
        let expected = expected_place(pair, i);
        let answer = (0..pair.copy.words.len())
            .filter(|&j| pair.alignment.of_copy[j].is_none() && is_verb_form(pair.copy, j))
            .filter(|&j| acts(&pair.copy.words[j]))
            .filter(|&j| pair.alignment.likeness(i, j) >= 0.3)
            .min_by(|&p, &q| {
                (p as f32 - expected)
                    .abs()
                    .total_cmp(&(q as f32 - expected).abs())
            });
        if let Some(j) = answer {
            all.push((i, j, 0.5));
        }
    }
    all
}

/// Whether a verb has an agent and a patient: "an original that became a hit" is one and the same, "the fund to which they belong" is not acted on.
fn acts(word: &Word) -> bool {
    !word.reports()
        && !matches!(
            word.lemma.as_str(),
            "become" | "remain" | "seem" | "appear" | "belong" | "consist" | "exist" | "occur"
        )
}

fn is_be(folded: &str) -> bool {
    matches!(
        folded,
        "was" | "were" | "been" | "being" | "is" | "are" | "be" | "got" | "get" | "gets"
    )
}

/// A word that begins a clause of its own: what stands before it is no part of the verb behind it.
fn begins_clause(folded: &str) -> bool {
    matches!(
        folded,
        "that" | "what" | "i" | "we" | "you" | "he" | "she" | "they"
    )
}

/// Agent and patient by position: "A verbs B", "B is verbed by A", "B, whom A verbed", "B verbed by A", "A, who verbed B".
fn roles(words: &Words, verb: usize) -> Roles {
    let n = words.words.len();
    let clause = words.words[verb].clause;
    let here = |k: &usize| words.words[*k].clause == clause;
    let form = words.words[verb].folded.as_str();
    let participle = form.ends_with("ed")
        || form != words.words[verb].lemma && !form.ends_with("ing") && !form.ends_with('s');
    // "was not taken", but "the thing is that we missed it".
    let be = (verb.saturating_sub(3)..verb)
        .rev()
        .filter(here)
        .take_while(|&k| !begins_clause(&words.words[k].folded))
        .any(|k| is_be(&words.words[k].folded));
    let by = (verb + 1..(verb + 7).min(n))
        .filter(here)
        .find(|&k| words.words[k].folded == "by")
        .filter(|&k| k + 1 < n && words.words[k + 1].class != Class::Quantity);
    // "had been taken to the village and pronounced dead": the second participle shares what stands before the first.
    let joined = verb > 0
        && words.words[verb - 1].folded == "and"
        && (verb.saturating_sub(14)..verb).any(|k| {
            is_be(&words.words[k].folded)
                && words.words[k].clause == clause
                && (k + 1..(k + 3).min(verb))
                    .any(|p| words.words[p].verb && words.words[p].folded != words.words[p].lemma)
        });
    // "went by boat"
    let moves = matches!(
        words.words[verb].lemma.as_str(),
        "go" | "come" | "travel" | "arrive" | "leave" | "rise" | "fall" | "grow" | "pass"
    );
    let passive = participle && (be || joined || by == Some(verb + 1) && !moves);
    // A relative pronoun opens the clause.
    let opening = (0..verb).rev().take_while(here).last().unwrap_or(verb);
    let relative = matches!(
        words.words[opening].folded.as_str(),
        "who" | "which" | "that" | "whom"
    );
    let before = if relative {
        // "who accused the bank": what stands before the pronoun; "whom the bank accused": a noun stands between.
        let between = noun_before(words, verb).filter(|&k| k > opening);
        let antecedent = (opening.saturating_sub(5)..opening)
            .rev()
            .find(|&k| is_noun(words, k));
        // "who told Lopez to take", "who saw the case and handled it": the clause's own verb stands before.
        let led = (opening + 1..verb).any(|k| is_verb_form(words, k));
        if let (Some(between), false) = (between, passive || led) {
            return Roles {
                agent: Some(between),
                patient: antecedent,
                made: None,
            };
        }
        antecedent
    } else {
        noun_before(words, verb)
    };
    let after = {
        let mut k = verb + 1;
        let mut found = None;
        while k < n && k <= verb + 5 && here(&k) {
            let folded = words.words[k].folded.as_str();
            if governs(folded) || folded == "that" || is_auxiliary(folded) {
                break;
            }
            if is_noun(words, k) {
                // The last noun of the phrase is its head.
                found = Some(k);
                if k + 1 >= n || !is_noun(words, k + 1) || !here(&(k + 1)) {
                    break;
                }
            } else if matches!(folded, "us" | "them" | "him" | "me") {
                found = Some(k);
                break;
            }
            k += 1;
        }
        found
    };
    if passive {
        let agent = by.and_then(|at| {
            let first = (at + 1..(at + 6).min(n))
                .filter(here)
                .find(|&k| is_noun(words, k))?;
            let mut head = first;
            while head + 1 < n && here(&(head + 1)) && is_noun(words, head + 1) {
                head += 1;
            }
            Some(head)
        });
        return Roles {
            agent,
            patient: before,
            made: after,
        };
    }
    // "to hit", "hitting": the subject of another verb is not surely this one's.
    let bare = form.ends_with("ing")
        || verb > 0 && words.words[verb - 1].folded == "to"
        || verb > 1 && words.words[verb - 2].folded == "to";
    Roles {
        agent: before.filter(|_| !bare),
        patient: after,
        made: None,
    }
}
