//! Who did it to whom: agent and patient exchanged around the same verb.

use super::{Pair, Proposal};
use crate::lexicon::is_auxiliary;
use crate::model::Category;
use crate::words::{Class, Words};

/// Agent and patient of a verb, as word numbers.
#[derive(Clone, Copy, Debug, Default)]
struct Roles {
    agent: Option<usize>,
    patient: Option<usize>,
}

/// Verbs that answer each other while their agent answers the other's patient.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for (i, j, _) in pair.verbs(0.7) {
        let (said, copied) = (roles(pair.source, i), roles(pair.copy, j));
        let (Some(agent), Some(new_patient)) = (said.agent, copied.patient) else {
            continue;
        };
        let (Some(patient), Some(new_agent)) = (said.patient, copied.agent) else {
            continue;
        };
        let same = |x: usize, y: usize| {
            pair.counterpart(x, 0.6) == Some(y)
                || pair.source.words[x].key == pair.copy.words[y].key
        };
        if same(agent, new_patient) && same(patient, new_agent) && !same(agent, new_agent) {
            let lo = new_agent.min(new_patient).min(j);
            let hi = new_agent.max(new_patient).max(j) + 1;
            let (from, to) = (agent.min(patient).min(i), agent.max(patient).max(i) + 1);
            let evidence = format!(
                "in the source `{}` is the one who `{}`, in the copy `{}`",
                pair.source_words(agent..agent + 1),
                pair.source_words(i..i + 1),
                pair.copy_words(new_agent..new_agent + 1)
            );
            let whole = hi - lo <= 10 && to - from <= 12;
            let (source, copy) = if whole {
                (from..to, lo..hi)
            } else {
                (agent..agent + 1, new_agent..new_agent + 1)
            };
            found.push(Proposal {
                category: Category::RoleSwap,
                score: 0.72,
                source,
                copy,
                evidence,
            });
        }
    }
    found
}

/// Agent and patient by position: "A verbs B", "B is verbed by A". Only names and content words of the verb's own clause count.
fn roles(words: &Words, verb: usize) -> Roles {
    let clause = words.words[verb].clause;
    let here = |k: &usize| words.words[*k].clause == clause;
    let passive = (verb.saturating_sub(3)..verb).filter(here).any(|k| {
        matches!(
            words.words[k].folded.as_str(),
            "was" | "were" | "been" | "being" | "is" | "are" | "be"
        )
    }) && (words.words[verb].folded.ends_with("ed")
        || words.words[verb].folded != words.words[verb].lemma);
    let noun = |k: &usize| {
        matches!(words.words[*k].class, Class::Name | Class::Content)
            && !is_auxiliary(&words.words[*k].folded)
    };
    let name = |k: &usize| words.words[*k].class == Class::Name;
    let before = (0..verb)
        .rev()
        .filter(here)
        .take(6)
        .find(name)
        .or_else(|| (0..verb).rev().filter(here).take(4).find(noun));
    if passive {
        let by = (verb + 1..(verb + 5).min(words.words.len()))
            .filter(here)
            .find(|&k| words.words[k].folded == "by");
        let agent = by.and_then(|at| {
            (at + 1..(at + 5).min(words.words.len()))
                .filter(here)
                .find(noun)
        });
        return Roles {
            agent,
            patient: before,
        };
    }
    let after = (verb + 1..words.words.len())
        .filter(here)
        .take(4)
        .find(name)
        .or_else(|| {
            (verb + 1..words.words.len())
                .filter(here)
                .take(3)
                .find(noun)
        });
    Roles {
        agent: before,
        patient: after,
    }
}
