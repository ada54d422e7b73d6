//! Words that exclude each other: steps of a trial, kin, points of the compass, spans of time, buying and selling.
//!
//! Where the source says one kind and the copy has another of the same set in its place, while neither side says both, the statement
//! changed, however near the two words lie in meaning and however freely the rest was retold.

use std::ops::Range;
use std::sync::LazyLock;

use ahash::AHashMap;

use super::polarity::{
    are_converses, compare_the_same, keeps_from, measures, name_no_side, negated, turned_round,
};
use super::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Lexeme, Note, Words};

/// A set of kinds.
struct Set {
    category: Category,
    strength: f32,
    name: &'static str,
    /// Words of which one must stand near ("interior" is a department beside "ministry"); none when it is empty.
    near: Vec<&'static str>,
}

/// A word as one kind of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    set: u16,
    kind: u8,
}

/// A kind that is told in several words: "call off".
struct Phrase {
    /// The words behind the first.
    rest: Vec<&'static str>,
    kind: Kind,
}

/// A kind where it stands.
struct Told {
    /// Its words; of a phrase that is torn ("called the strike off") the first.
    run: Range<usize>,
    kind: Kind,
}

struct Table {
    sets: Vec<Set>,
    kinds: AHashMap<&'static str, Vec<Kind>>,
    /// By their first word.
    phrases: AHashMap<&'static str, Vec<Phrase>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| parse(include_str!("alternatives.tsv")));

/// Begins the field of words that must stand near.
const NEAR: &str = "near:";
/// How many words lie between at most.
const REACH: usize = 4;
/// How many words may part a verb from its particle.
const TORN: usize = 4;

fn parse(text: &'static str) -> Table {
    let mut table = Table {
        sets: Vec::new(),
        kinds: AHashMap::new(),
        phrases: AHashMap::new(),
    };
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split('\t').peekable();
        let (Some(category), Some(strength), Some(name)) = (
            fields.next().and_then(category),
            fields.next().and_then(|s| s.parse().ok()),
            fields.next(),
        ) else {
            continue;
        };
        let set = u16::try_from(table.sets.len()).unwrap_or(u16::MAX);
        let near = fields
            .next_if(|field| field.starts_with(NEAR))
            .map_or_else(Vec::new, |field| field[NEAR.len()..].split(',').collect());
        table.sets.push(Set {
            category,
            strength,
            name,
            near,
        });
        for (kind, words) in (0_u8..).zip(fields) {
            for word in words.split(',') {
                let kind = Kind { set, kind };
                match word.split_once(' ') {
                    None => table.kinds.entry(word).or_default().push(kind),
                    Some((first, rest)) => table.phrases.entry(first).or_default().push(Phrase {
                        rest: rest.split(' ').collect(),
                        kind,
                    }),
                }
            }
        }
    }
    table
}

fn category(name: &str) -> Option<Category> {
    Some(match name {
        "polarity" => Category::Polarity,
        "wrong_sense" => Category::WrongSense,
        "named_entity" => Category::NamedEntity,
        "modality" => Category::Modality,
        "date_unit" => Category::DateUnit,
        "number" => Category::Number,
        _ => return None,
    })
}

/// Whether a word may be a kind of some set, whatever stands around it.
fn may_be_a_kind(word: &Lexeme) -> bool {
    let listed = |form: &String| TABLE.kinds.contains_key(form.as_str());
    // Half of "south-east".
    listed(&word.folded) || listed(&word.base) || is_pole(&word.folded)
}

/// Whether a kind that is told in several words may begin with the word.
fn may_begin_a_phrase(word: &Lexeme) -> bool {
    let listed = |form: &String| TABLE.phrases.contains_key(form.as_str());
    listed(&word.folded) || listed(&word.base)
}

fn is_pole(folded: &str) -> bool {
    matches!(folded, "south" | "north")
}

/// Every word or phrase of a passage that is a kind of some set, where a word must stand near even without that.
fn kinds(words: &Words) -> Vec<Told> {
    let mut found: Vec<Told> = Vec::new();
    for (k, word) in words.words.iter().enumerate() {
        let begins = word.is(Note::Phrase, may_begin_a_phrase);
        // Most words are neither.
        if !begins && !word.is(Note::Alternative, may_be_a_kind) {
            continue;
        }
        if begins {
            found.extend(phrases_at(words, k));
        }
        let known = found.len();
        for kind in words_at(words, k) {
            // "called off" is no call.
            let is_told = |t: &Told| t.kind.set == kind.set && t.run.contains(&k);
            if !found[..known].iter().any(is_told) {
                let run = k..k + 1;
                found.push(Told { run, kind });
            }
        }
    }
    found
}

/// Leaves those beside which one of the words stands that must stand near.
fn retain_near(words: &Words, told: &mut Vec<Told>) {
    told.retain(|told| {
        let near = &TABLE.sets[usize::from(told.kind.set)].near;
        let around = told.run.start.saturating_sub(REACH)..told.run.end + REACH;
        near.is_empty()
            || words.words[around.start..around.end.min(words.words.len())]
                .iter()
                .any(|w| near.contains(&w.base.as_str()) || near.contains(&w.folded.as_str()))
    });
}

/// Phrases that begin with word `k`.
fn phrases_at(words: &Words, k: usize) -> Vec<Told> {
    let all = &words.words;
    let is = |at: usize, wanted: &str| {
        all.get(at)
            .is_some_and(|w| w.folded == wanted || w.base == wanted)
    };
    let first = &all[k];
    let mut found: Vec<Told> = Vec::new();
    let forms = [first.folded.as_str(), first.base.as_str()];
    for phrase in forms[..if forms[0] == forms[1] { 1 } else { 2 }]
        .iter()
        .filter_map(|form| TABLE.phrases.get(form))
        .flatten()
    {
        let length = phrase.rest.len() + 1;
        let whole = (k + 1..).zip(&phrase.rest).all(|(at, w)| is(at, w));
        // "called the strike off"
        let torn = first.verb
            && phrase.rest.len() == 1
            && is_particle(phrase.rest[0])
            && (k + 2..(k + 2 + TORN).min(all.len()))
                .take_while(|&at| all[at].clause == first.clause && !all[at].auxiliary)
                .any(|at| all[at].folded == phrase.rest[0]);
        if whole || torn {
            found.push(Told {
                run: k..if whole { k + length } else { k + 1 },
                kind: phrase.kind,
            });
        }
    }
    found.sort_unstable_by_key(|t| (t.kind.set, t.kind.kind, usize::MAX - t.run.end));
    found.dedup_by_key(|t| t.kind);
    found
}

/// Whether "up" or "down" is part of the verb before it and no direction: "bears down on", "shut down", "gave up".
pub(super) fn goes_nowhere(words: &Words, k: usize) -> bool {
    let measured = words
        .words
        .get(k + 1)
        .is_some_and(|n| n.class == Class::Quantity);
    let verb = k.checked_sub(1).map(|b| &words.words[b]);
    matches!(words.words[k].folded.as_str(), "up" | "down")
        && !measured
        && verb.is_some_and(|v| v.verb && v.class == Class::Content && !moves(&v.lemma))
}

/// A verb, as a lemma, behind which "up" and "down" are directions.
fn moves(lemma: &str) -> bool {
    matches!(
        lemma,
        "go" | "come"
            | "move"
            | "climb"
            | "edge"
            | "tick"
            | "inch"
            | "drift"
            | "head"
            | "travel"
            | "push"
            | "pull"
            | "drive"
            | "send"
            | "bring"
            | "end"
            | "close"
            | "open"
            | "finish"
            | "trade"
            | "start"
            | "stay"
            | "remain"
    )
}

/// A particle that may stand apart from its verb.
fn is_particle(folded: &str) -> bool {
    matches!(
        folded,
        "off" | "up" | "down" | "out" | "back" | "away" | "forward"
    )
}

/// The kinds of word `k` by itself.
fn words_at(words: &Words, k: usize) -> Vec<Kind> {
    let word = &words.words[k];
    // A figure's unit is judged with its figure.
    if word.class == Class::Quantity || !word.is(Note::Alternative, may_be_a_kind) {
        return Vec::new();
    }
    let before = k.checked_sub(1).map(|b| words.words[b].folded.as_str());
    let next = words.words.get(k + 1).map(|n| n.folded.as_str());
    // "war broke out", "talks broke up": with its particle the verb means another thing.
    let breaks = matches!(
        word.folded.as_str(),
        "break" | "breaks" | "broke" | "broken" | "breaking"
    );
    if breaks && matches!(next, Some("out" | "up" | "down" | "off" | "into")) {
        return Vec::new();
    }
    if goes_nowhere(words, k) {
        return Vec::new();
    }
    // "a 23-year-old" is young.
    if measures(&word.folded) && k > 0 && words.words[k - 1].class == Class::Quantity {
        return Vec::new();
    }
    // "cutting-edge": half of a word.
    let joined = words
        .words
        .get(k + 1)
        .is_some_and(|n| n.after_mark && n.span.start == word.span.end + 1);
    if joined && word.folded.ends_with("ing") {
        return Vec::new();
    }
    // "will last for 20 days"
    if word.folded == "last"
        && (matches!(next, Some("for" | "until" | "till"))
            || matches!(
                before,
                Some("to" | "will" | "would" | "could" | "may" | "can")
            ))
    {
        return Vec::new();
    }
    // Who defeated a team has won.
    if matches!(word.folded.as_str(), "defeated" | "defeating") {
        return Vec::new();
    }
    // "in order to" orders nothing; the halves of "south-east" are one direction.
    let pole = |w: Option<&str>| w.is_some_and(is_pole);
    let side = |w: &str| w.starts_with("east") || w.starts_with("west");
    if word.folded == "order" && before == Some("in") || pole(before) && side(&word.folded) {
        return Vec::new();
    }
    let joined = next
        .filter(|n| pole(Some(word.folded.as_str())) && side(n))
        .map(|n| format!("{}{n}", word.folded));
    let printed = joined.as_deref().unwrap_or(&word.folded);
    // "late yesterday" is a time of the day, "earlier this month" comes before another time.
    let base = if joined.is_some() || matches!(printed, "earlier" | "later") {
        printed
    } else {
        word.base.as_str()
    };
    let of = |form: &str| TABLE.kinds.get(form).into_iter().flatten().copied();
    // Offices, vehicles and kin are nouns: "had trained" rides no train.
    let noun = printed == base || printed.ends_with('s') || joined.is_some();
    let mut here: Vec<Kind> = of(printed)
        .chain((base != printed).then(|| of(base)).into_iter().flatten())
        .filter(|kind| {
            let set = &TABLE.sets[usize::from(kind.set)];
            // "New Orleans" is not new, the "Defence Ministry" need not defend.
            if set.category == Category::NamedEntity {
                noun
            } else {
                word.class != Class::Name
            }
        })
        .collect();
    here.sort_unstable_by_key(|kind| (kind.set, kind.kind));
    here.dedup();
    here
}

/// Least share of the weight of either passage that has counterparts for a word that both have to be told beside what was exchanged. In freely retold
/// sentences it may be what answers it.
const NEARLY_SAME: f32 = 0.75;

/// Words of one set, another kind on either side.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut out = Vec::new();
    let mut ours = kinds(pair.source);
    if ours.is_empty() {
        return out;
    }
    let mut theirs = kinds(pair.copy);
    let other = |a: &Kind, b: &Kind| a.set == b.set && a.kind != b.kind;
    // Most pairs end here.
    if !(ours.iter()).any(|o| theirs.iter().any(|t| other(&o.kind, &t.kind))) {
        return out;
    }
    retain_near(pair.source, &mut ours);
    retain_near(pair.copy, &mut theirs);
    // What both tell with the same word, in each other's place, is told beside what was exchanged: "revenue rose, helped by strong sales",
    // "profit rose, helped by strong sales".
    let (of_source, of_copy) = pair.covered();
    let nearly_same = of_source.min(of_copy) >= NEARLY_SAME;
    let kept: Vec<(usize, usize)> = ours
        .iter()
        .filter(|told| told.run.len() == 1 && nearly_same)
        .filter_map(|told| {
            let i = told.run.start;
            let j = pair.counterpart(i, 0.95)?;
            (pair.source.words[i].key == pair.copy.words[j].key).then_some((i, j))
        })
        .collect();
    ours.retain(|told| !kept.iter().any(|k| told.run == (k.0..k.0 + 1)));
    theirs.retain(|told| !kept.iter().any(|k| told.run == (k.1..k.1 + 1)));
    for Told { run, kind } in &ours {
        if theirs.iter().any(|t| t.kind == *kind) {
            continue;
        }
        let i = run.start;
        let set = &TABLE.sets[usize::from(kind.set)];
        let expected = expected_place(pair, i);
        let other = theirs
            .iter()
            .filter(|t| t.kind.set == kind.set && !ours.iter().any(|o| o.kind == t.kind))
            .min_by(|p, q| {
                (p.run.start as f32 - expected)
                    .abs()
                    .total_cmp(&(q.run.start as f32 - expected).abs())
            });
        let Some(other) = other else { continue };
        let j = other.run.start;
        if pair.source.words[i].key == pair.copy.words[j].key
            && run.len() == 1
            && other.run.len() == 1
        {
            continue;
        }
        if turned(pair.source, i) != turned(pair.copy, j)
            || keeps_from(pair.source, i) != keeps_from(pair.copy, j)
        {
            continue;
        }
        let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
        if are_converses(&a.base, &b.base) && (turned_round(pair, i, j) || name_no_side(pair, i, j))
            || compare_the_same(pair, i, j)
        {
            continue;
        }
        if has_companion(&ours, run, &theirs, &other.run)
            || has_companion(&theirs, &other.run, &ours, run)
        {
            continue;
        }
        let far = (j as f32 - expected).abs() / 12.0;
        // A word whose own meaning is told by another one of the copy was not exchanged.
        let single = run.len() == 1 && other.run.len() == 1;
        let told = single
            && (pair.alignment.of_source[i].is_some_and(|(k, like)| k != j && like >= 0.8)
                || pair.alignment.of_copy[j].is_some_and(|(k, like)| k != i && like >= 0.8));
        let evidence = format!(
            "`{}` became `{}`: not the same of {}",
            pair.source_words(run.clone()),
            pair.copy_words(other.run.clone()),
            set.name
        );
        out.push(Proposal {
            category: set.category,
            score: (set.strength - 0.3 * far.min(1.0) - if told { 0.3 } else { 0.0 }).max(0.05),
            source: run.clone(),
            copy: other.run.clone(),
            evidence,
        });
    }
    // Several sets can hold the same two words: the surest speaks.
    out.sort_by(|a, b| {
        (a.source.start, a.copy.start)
            .cmp(&(b.source.start, b.copy.start))
            .then(b.score.total_cmp(&a.score))
    });
    out.dedup_by(|b, a| a.source == b.source && a.copy == b.copy);
    out
}

/// Whether what `run` tells is told on the other side by other words than `answer`: "cleared of all charges" holds the "acquitted" that stands
/// where "charges" should.
fn has_companion(
    mine: &[Told],
    run: &Range<usize>,
    others: &[Told],
    answer: &Range<usize>,
) -> bool {
    mine.iter().filter(|told| told.run == *run).any(|told| {
        let of_kind = |all: &[Told], but: &Range<usize>| {
            all.iter()
                .filter(|t| t.kind == told.kind && t.run != *but)
                .count()
        };
        of_kind(others, answer) > of_kind(mine, run)
    })
}

/// Whether word `k` is negated, or what it names is ended: "the ban was lifted".
fn turned(words: &Words, k: usize) -> bool {
    let ended = (k.saturating_sub(3)..(k + 5).min(words.words.len())).any(|n| {
        n != k
            && words.words[n].clause == words.words[k].clause
            && matches!(
                words.words[n].lemma.as_str(),
                "lift"
                    | "end"
                    | "cessation"
                    | "halt"
                    | "remove"
                    | "scrap"
                    | "drop"
                    | "waive"
                    | "abolish"
                    | "overturn"
                    | "reverse"
            )
    });
    let denied = if is_quantifier(&words.words[k].folded) {
        // "few agreed" - "most did not agree": it is denied wherever its clause is.
        let clause = words.words[k].clause;
        let each = words.words.iter().enumerate();
        each.filter(|&(n, w)| n != k && w.clause == clause && w.negation)
            .count()
            % 2
            == 1
    } else {
        negated(words, k)
    };
    // "weakened" - "lost strength"
    let lost = words.words[k.saturating_sub(2)..k]
        .iter()
        .any(|w| matches!(w.lemma.as_str(), "lose" | "lack" | "loss"));
    denied != (ended || lost)
}

/// How many or how often: said of a whole statement.
fn is_quantifier(folded: &str) -> bool {
    matches!(
        folded,
        "few"
            | "many"
            | "most"
            | "plenty"
            | "every"
            | "everyone"
            | "everybody"
            | "none"
            | "nobody"
            | "always"
            | "often"
            | "frequently"
            | "regularly"
            | "usually"
            | "never"
            | "rarely"
            | "seldom"
    )
}

/// Where in the copy source word `i` should stand, by its nearest neighbours that have counterparts.
pub(super) fn expected_place(pair: &Pair<'_>, i: usize) -> f32 {
    let met = |k: usize| {
        pair.alignment.of_source[k]
            .filter(|_| pair.source.words[k].class != Class::Function)
            .map(|(j, _)| (j, k.abs_diff(i)))
    };
    if let Some((j, like)) = pair.alignment.of_source[i]
        && like >= 0.8
    {
        return j as f32;
    }
    let left = (0..i).rev().find_map(met);
    let right = (i + 1..pair.source.words.len()).find_map(met);
    match (left, right) {
        (Some((a, far_a)), Some((b, far_b))) => {
            // The nearer neighbour counts more.
            let (wa, wb) = (1.0 / (1 + far_a) as f32, 1.0 / (1 + far_b) as f32);
            (wa * (a + far_a.min(2)) as f32 + wb * (b as f32 - far_b.min(2) as f32)) / (wa + wb)
        }
        (Some((a, far)), None) => (a + far.min(2)) as f32,
        (None, Some((b, far))) => b as f32 - far.min(2) as f32,
        (None, None) => {
            i as f32 * pair.copy.words.len() as f32 / pair.source.words.len().max(1) as f32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_who_do_are_most_who_do_not() {
        let source = "Few of the residents agreed to leave their homes before the flood.";
        let changed = "Most of the residents agreed to leave their homes before the flood.";
        let same = "Most of the residents did not agree to leave their homes before the flood.";
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(exchanged(source, changed), [pair("Few", "Most")]);
        assert_eq!(exchanged(source, same), []);
    }

    #[test]
    fn what_both_tell_stands_beside_what_was_exchanged() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            exchanged(
                "Revenue at the firm rose 9% in the summer, helped by strong sales of fish.",
                "Profit at the firm rose 9% in the summer, helped by strong sales of fish."
            ),
            [pair("Revenue", "Profit")]
        );
        assert_eq!(
            exchanged(
                "Exports to Olmark were larger than those to Varn last year.",
                "Exports to Varn were smaller than those to Olmark last year."
            ),
            []
        );
    }

    fn exchanged(source: &str, copy: &str) -> Vec<(String, String)> {
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
    fn what_takes_in_the_other_excludes_it_not() {
        for (source, copy) in [
            (
                "A bomb killed 20 people in northwest Tervane.",
                "A bomb in northern Tervane killed 20 people.",
            ),
            (
                "A senator was held at the airport.",
                "A lawmaker was held at the airport.",
            ),
            (
                "The storm bears down on the coast.",
                "The storm gains speed off the coast.",
            ),
        ] {
            assert_eq!(exchanged(source, copy), [], "{copy}");
        }
        assert!(
            !exchanged(
                "A bomb killed 20 people in northwest Tervane.",
                "A bomb killed 20 people in southeast Tervane."
            )
            .is_empty()
        );
    }

    #[test]
    fn the_table_is_whole() {
        let lines = include_str!("alternatives.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
            .count();
        assert_eq!(TABLE.sets.len(), lines);
        for line in include_str!("alternatives.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            assert!(line.split('\t').count() >= 5, "{line}");
        }
    }

    #[test]
    fn one_kind_for_another_is_proposed_and_synonyms_are_not() {
        assert_eq!(
            exchanged(
                "The owner is allowed to visit the island once a month.",
                "Visits to the island are permitted to the owner once every week."
            ),
            [("month".to_owned(), "week".to_owned())]
        );
        assert_eq!(
            exchanged(
                "The minister denied that the bank was short of money.",
                "The minister rejected the idea that the bank lacked money."
            ),
            []
        );
        // Phrases, whole and torn; a phrase is not its first word.
        assert_eq!(
            exchanged(
                "The shop workers called their strike off on Tuesday evening.",
                "On Tuesday evening the shop workers went ahead with their strike."
            ),
            [("called".to_owned(), "went ahead".to_owned())]
        );
        // A department is one beside a ministry only.
        assert_eq!(
            exchanged(
                "The arrests were confirmed by a spokeswoman for the interior ministry.",
                "A spokeswoman for the ministry of justice confirmed the arrests."
            ),
            [("interior".to_owned(), "justice".to_owned())]
        );
        assert_eq!(
            exchanged(
                "The interior of the church was painted white.",
                "Justice was painted white inside the church."
            ),
            []
        );
        // What one bought the other sold; "cleared" is told by "acquitted".
        assert_eq!(
            exchanged(
                "Tervane bought the shipyard from Kolstad in 2019.",
                "In 2019 Kolstad sold the shipyard to Tervane."
            ),
            []
        );
        assert_eq!(
            exchanged(
                "The general was cleared of all charges.",
                "The general was acquitted on every count."
            ),
            []
        );
        // Both kinds on one side: nothing was exchanged.
        assert_eq!(
            exchanged(
                "She was charged in May and convicted in June.",
                "She was found guilty, a conviction that followed her arrest and charge."
            ),
            []
        );
    }
}
