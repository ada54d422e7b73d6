//! Who did it to whom: agent and patient exchanged around the same verb, speakers exchanged, directions turned round, things that changed
//! places around "rather than", figures that changed places.
//!
//! No parser: roles are read off the order of words inside a clause, the passive, "by", and relative pronouns. What cannot be read so is
//! left open and proposes nothing.

use super::alternatives::expected_place;
use super::{Pair, Proposal};
use crate::lexicon::{is_auxiliary, is_reporting_verb};
use crate::model::Category;
use crate::words::{Class, Word, Words};

/// Agent and patient of a verb, as word numbers.
#[derive(Clone, Copy, Debug, Default)]
struct Roles {
    agent: Option<usize>,
    patient: Option<usize>,
}

/// Changes of role, from the surest kind to the least sure.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = agents_and_patients(pair);
    found.extend(speakers(pair));
    found.extend(directions(pair));
    found.extend(sides(pair));
    found.extend(places_of_figures(pair));
    found
}

/// Verbs that answer each other while the agent of one answers the patient of the other.
fn agents_and_patients(pair: &Pair<'_>) -> Vec<Proposal> {
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
        let score = if became_patient && became_agent {
            0.85
        } else {
            0.55
        };
        found.push(Proposal {
            category: Category::RoleSwap,
            score: score * (0.5 + 0.5 * like),
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
        .filter(|&(i, j, _)| {
            // "an original that became a hit": one and the same, no agent and no patient.
            let acts = |w: &Word| {
                !is_reporting_verb(&w.lemma)
                    && !matches!(w.lemma.as_str(), "become" | "remain" | "seem" | "appear")
            };
            acts(&pair.source.words[i]) && acts(&pair.copy.words[j])
        })
        .collect();
    for i in 0..pair.source.words.len() {
        if pair.alignment.of_source[i].is_some() || !is_verb_form(pair.source, i) {
            continue;
        }
        let expected = expected_place(pair, i);
        let answer = (0..pair.copy.words.len())
            .filter(|&j| pair.alignment.of_copy[j].is_none() && is_verb_form(pair.copy, j))
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

/// Whether two words name the same thing: counterparts, the same word, or parts of one name.
fn same(pair: &Pair<'_>, i: usize, j: usize) -> bool {
    pair.alignment.of_source[i].is_some_and(|(k, like)| k == j && like >= 0.55)
        || pair.source.words[i].key == pair.copy.words[j].key
        || pair.alignment.likeness(i, j) >= 0.8
}

/// A content word that is used as a verb, as far as its form and place tell: a past form or participle that stands before no noun of its
/// own, or any form behind an auxiliary or "to".
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
    formed && !of_a_noun
}

/// Names and nouns; nouns are content words that are no adverbs and do not stand as verbs.
fn is_noun(words: &Words, k: usize) -> bool {
    let word = &words.words[k];
    match word.class {
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
    }
}

fn is_be(folded: &str) -> bool {
    matches!(
        folded,
        "was" | "were" | "been" | "being" | "is" | "are" | "be" | "got" | "get" | "gets"
    )
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

/// The noun before `k` in its clause that no preposition governs: the subject, or what a relative clause belongs to.
fn noun_before(words: &Words, k: usize) -> Option<usize> {
    let clause = words.words[k].clause;
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
        // "Iran's detained tanker": of the marks only this and quotation marks stand inside a clause.
        if at + 1 == k && words.words[k].after_mark {
            return None;
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

/// A verb that cannot be a noun where it stands.
fn is_finite(words: &Words, k: usize) -> bool {
    is_verb_form(words, k) && words.words[k].folded.ends_with("ed")
}

/// Agent and patient by position: "A verbs B", "B is verbed by A", "B, whom A verbed", "B verbed by A", "A, who verbed B".
fn roles(words: &Words, verb: usize) -> Roles {
    let n = words.words.len();
    let clause = words.words[verb].clause;
    let here = |k: &usize| words.words[*k].clause == clause;
    let form = words.words[verb].folded.as_str();
    let participle = form.ends_with("ed")
        || form != words.words[verb].lemma && !form.ends_with("ing") && !form.ends_with('s');
    let be = (verb.saturating_sub(3)..verb)
        .filter(here)
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
    let passive = participle && (be || joined || by == Some(verb + 1));
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
        };
    }
    // "to hit", "hitting": the subject of another verb is not surely this one's.
    let bare = form.ends_with("ing")
        || verb > 0 && words.words[verb - 1].folded == "to"
        || verb > 1 && words.words[verb - 2].folded == "to";
    Roles {
        agent: before.filter(|_| !bare),
        patient: after,
    }
}

/// A verb of saying whose speaker is, on the other side, somebody else whom the source names too.
fn speakers(pair: &Pair<'_>) -> Vec<Proposal> {
    let speaker = |words: &Words| -> Option<usize> {
        let said = (0..words.words.len()).find(|&k| {
            is_reporting_verb(&words.words[k].lemma) && words.words[k].folded != "according"
        })?;
        let name = |k: &usize| words.words[*k].class == Class::Name;
        let clause = words.words[said].clause;
        noun_before(words, said).filter(name).or_else(|| {
            (said + 1..(said + 4).min(words.words.len()))
                .filter(|&k| words.words[k].clause == clause)
                .find(name)
        })
    };
    let (Some(a), Some(b)) = (speaker(pair.source), speaker(pair.copy)) else {
        return Vec::new();
    };
    // Names that touch are one name.
    let run = |words: &Words, k: usize| {
        let is = |k: usize| words.words[k].class == Class::Name;
        let mut first = k;
        while first > 0 && is(first - 1) && words.words[first - 1].clause == words.words[k].clause {
            first -= 1;
        }
        let mut last = k + 1;
        while last < words.words.len()
            && is(last)
            && words.words[last].clause == words.words[k].clause
        {
            last += 1;
        }
        first..last
    };
    let (ours, theirs) = (run(pair.source, a), run(pair.copy, b));
    let shared = ours.clone().any(|i| {
        theirs
            .clone()
            .any(|j| same(pair, i, j) || pair.alignment.likeness(i, j) >= 0.6)
    });
    let known = theirs.clone().any(|j| {
        (0..pair.source.words.len())
            .any(|i| !ours.contains(&i) && pair.alignment.likeness(i, j) >= 0.9)
    });
    let still = ours
        .clone()
        .any(|i| (0..pair.copy.words.len()).any(|j| pair.alignment.likeness(i, j) >= 0.9));
    // "said Toranau, director of the Office", "said Office director Toranau": the other name only stands beside.
    let beside = theirs.clone().any(|j| {
        (j.saturating_sub(6)..(j + 7).min(pair.copy.words.len())).any(|n| {
            !theirs.contains(&n) && ours.clone().any(|i| pair.alignment.likeness(i, n) >= 0.9)
        })
    });
    if shared || !known || !still || beside {
        return Vec::new();
    }
    vec![Proposal {
        category: Category::RoleSwap,
        score: 0.6,
        evidence: format!(
            "in the source `{}` says so, in the copy `{}`",
            pair.source_words(ours.clone()),
            pair.copy_words(theirs.clone())
        ),
        source: ours,
        copy: theirs,
    }]
}

/// What a preposition makes of the noun behind it; those of one group contrast.
fn direction(folded: &str) -> Option<(u8, u8)> {
    Some(match folded {
        "by" => (1, 0),
        "from" => (1, 1),
        "to" | "toward" | "towards" => (1, 2),
        "against" => (1, 3),
        "for" => (1, 4),
        "with" => (2, 0),
        "without" => (2, 1),
        _ => return None,
    })
}

/// Poles of [`direction`] that contrast: "by" and "to", "from" and "to", "for" and "against", "to" and "against", "with" and "without".
fn opposed(a: (u8, u8), b: (u8, u8)) -> bool {
    a.0 == b.0
        && a != b
        && (a.0 == 2
            || matches!(
                (a.1.min(b.1), a.1.max(b.1)),
                (0, 2) | (1, 2) | (3, 4) | (2, 3) | (0, 1)
            ))
}

/// Nouns of what comes from the one who says it.
fn has_author(lemma: &str) -> bool {
    matches!(
        lemma,
        "statement"
            | "report"
            | "letter"
            | "message"
            | "announcement"
            | "comment"
            | "remark"
            | "warning"
            | "appeal"
            | "reply"
            | "response"
            | "request"
            | "demand"
            | "offer"
            | "note"
            | "post"
            | "release"
    )
}

/// Nouns that answer each other behind prepositions that contrast: "lent by the bank", "lent to the bank".
fn directions(pair: &Pair<'_>) -> Vec<Proposal> {
    let governor = |words: &Words, k: usize| -> Option<usize> {
        let clause = words.words[k].clause;
        (k.saturating_sub(4)..k)
            .rev()
            .take_while(|&p| {
                words.words[p].clause == clause && words.words[p].class != Class::Quantity
            })
            .find(|&p| words.words[p].class == Class::Function && governs(&words.words[p].folded))
    };
    let mut found: Vec<Proposal> = Vec::new();
    for i in 0..pair.source.words.len() {
        if !is_noun(pair.source, i) {
            continue;
        }
        let Some((j, like)) = pair.alignment.of_source[i].filter(|&(_, like)| like >= 0.8) else {
            continue;
        };
        if !is_noun(pair.copy, j) {
            continue;
        }
        let (Some(p), Some(q)) = (governor(pair.source, i), governor(pair.copy, j)) else {
            continue;
        };
        let (Some(a), Some(b)) = (
            direction(&pair.source.words[p].folded),
            direction(&pair.copy.words[q].folded),
        ) else {
            continue;
        };
        if !opposed(a, b) {
            continue;
        }
        // The word that the preposition belongs to is the same on both sides.
        let solid = |words: &Words, k: usize| {
            (k.saturating_sub(3)..k)
                .rev()
                .find(|&x| words.words[x].class != Class::Function)
        };
        let (head, held) = match (solid(pair.source, p), solid(pair.copy, q)) {
            (Some(x), Some(y)) => (
                Some(pair.source.words[x].lemma.as_str()),
                pair.alignment.likeness(x, y),
            ),
            _ => (None, 0.0),
        };
        // What is "taken by" is not "taken from", but a statement by a ministry is one from it.
        if a.0 == 1 && a.1.max(b.1) == 1 && head.is_some_and(has_author) {
            continue;
        }
        if held < 0.5 || found.last().is_some_and(|f| f.source.contains(&i)) {
            continue;
        }
        found.push(Proposal {
            category: Category::RoleSwap,
            score: 0.35 + 0.3 * held * like,
            evidence: format!(
                "`{}` became `{}`",
                pair.source_words(p..i + 1),
                pair.copy_words(q..j + 1)
            ),
            source: p..i + 1,
            copy: q..j + 1,
        });
    }
    found
}

/// The word that sets what stands left of it against what stands right of it.
fn balances(words: &Words) -> Option<usize> {
    (0..words.words.len()).find(|&k| {
        let next = words.words.get(k + 1).map(|w| w.folded.as_str());
        match words.words[k].folded.as_str() {
            "rather" => next == Some("than"),
            "instead" => next == Some("of"),
            "compared" => matches!(next, Some("with" | "to")),
            "sacrificed" | "preferred" => true,
            "than" => k > 0 && words.words[k - 1].folded != "rather",
            _ => false,
        }
    })
}

/// Things on the two sides of "rather than", "instead of", "than" that changed places.
fn sides(pair: &Pair<'_>) -> Vec<Proposal> {
    let (Some(p), Some(q)) = (balances(pair.source), balances(pair.copy)) else {
        return Vec::new();
    };
    const REACH: usize = 9;
    let (mut kept, mut crossed) = (0.0_f32, 0.0_f32);
    let (mut lo_a, mut hi_a, mut lo_b, mut hi_b) = (p, p + 1, q, q + 1);
    let (mut left, mut right) = (0, 0);
    for i in p.saturating_sub(REACH)..(p + REACH).min(pair.source.words.len()) {
        if pair.source.words[i].class == Class::Function || i == p {
            continue;
        }
        let Some((j, like)) = pair.alignment.of_source[i].filter(|&(_, like)| like >= 0.6) else {
            continue;
        };
        if j.abs_diff(q) > REACH || j == q {
            continue;
        }
        let weight = like * pair.source.words[i].weight;
        if (i < p) == (j < q) {
            kept += weight;
        } else {
            crossed += weight;
            if i < p {
                left += 1;
            } else {
                right += 1;
            }
            (lo_a, hi_a) = (lo_a.min(i), hi_a.max(i + 1));
            (lo_b, hi_b) = (lo_b.min(j), hi_b.max(j + 1));
        }
    }
    if crossed <= kept || left == 0 || right == 0 {
        return Vec::new();
    }
    vec![Proposal {
        category: Category::RoleSwap,
        score: (0.4 + 0.1 * (crossed - kept)).min(0.85),
        evidence: format!(
            "what `{}` holds apart changed places",
            pair.copy_words(q..q + 1)
        ),
        source: lo_a..hi_a,
        copy: lo_b..hi_b,
    }]
}

/// Figures of one kind that both sides have, each in the place of the other.
fn places_of_figures(pair: &Pair<'_>) -> Vec<Proposal> {
    let met = &pair.alignment.quantities;
    if met.len() < 2 || met.len() > 24 {
        return Vec::new();
    }
    // How much of what stands around source figure `x` answers what stands around copy figure `y`.
    let near = |x: usize, y: usize| -> f32 {
        let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
        let mut sum = 0.0_f32;
        for i in a.first.saturating_sub(5)..(a.last + 5).min(pair.source.words.len()) {
            if matches!(
                pair.source.words[i].class,
                Class::Function | Class::Quantity
            ) {
                continue;
            }
            if let Some((j, like)) = pair.alignment.of_source[i] {
                let gap_b = if j < b.first {
                    b.first - j
                } else {
                    (j + 1).saturating_sub(b.last)
                };
                let gap_a = if i < a.first {
                    a.first - i
                } else {
                    (i + 1).saturating_sub(a.last)
                };
                if gap_b <= 6 {
                    sum += like * pair.source.words[i].weight / (2 + gap_a + gap_b) as f32;
                }
            }
        }
        sum
    };
    let mut found = Vec::new();
    for (n, &(x1, y1)) in met.iter().enumerate() {
        for &(x2, y2) in &met[n + 1..] {
            let (a, b) = (&pair.source.quantities[x1], &pair.source.quantities[x2]);
            if a.kind != b.kind || a.agrees(b) {
                continue;
            }
            // "to 6.3 million from 330,600" - "from 330,600 to 6.3 million"
            let led = |words: &Words, at: usize| {
                let before = at.checked_sub(1).map(|b| words.words[b].folded.as_str());
                before
                    .filter(|w| matches!(*w, "from" | "to" | "by"))
                    .map(str::to_owned)
            };
            let same = |x: usize, y: usize| {
                let lead = led(pair.source, pair.source.quantities[x].first);
                lead.is_some() && lead == led(pair.copy, pair.copy.quantities[y].first)
            };
            if same(x1, y1) && same(x2, y2) {
                continue;
            }
            let kept = near(x1, y1) + near(x2, y2);
            let crossed = near(x1, y2).min(near(x2, y1)) * 2.0;
            if crossed <= kept * 1.6 + 0.1 {
                continue;
            }
            let c = &pair.copy.quantities[y1];
            found.push(Proposal {
                category: Category::RoleSwap,
                score: (0.4 + (crossed - kept)).min(0.85),
                evidence: format!(
                    "`{}` and `{}` changed places",
                    pair.source_words(a.first..a.last),
                    pair.source_words(b.first..b.last)
                ),
                source: a.first..a.last,
                copy: c.first..c.last.max(c.first + 1).min(pair.copy.words.len()),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn swapped(source: &str, copy: &str) -> Vec<String> {
        let words = |text: &str| Words::new(text, Span::new(0, text.len()));
        let (a, b) = (words(source), words(copy));
        let pair = Pair::new(source, &a, copy, &b);
        judge(&pair)
            .into_iter()
            .map(|p| pair.copy_words(p.copy).to_owned())
            .collect()
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
                "The man had been taken to the village and pronounced dead by doctors.",
                "The man had been taken to the village and had been pronounced dead by doctors.",
            ),
        ] {
            assert_eq!(swapped(source, copy), [""; 0], "{copy}");
        }
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
