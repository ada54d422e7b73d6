//! Who copied whom: for every document of a cluster its likely parent, with a probability and the reasons.
//!
//! Every pair gets a likelihood from what speaks for it ([`super::kinship`]): a log-linear model, fitted by `training/descent.py` on the
//! development stories of `corpus/` so that the labelled arborescences are the likeliest. Probabilities are sums over all arborescences; the one
//! that is told has the highest expected number of right edges.

use std::sync::LazyLock;

use ahash::AHashMap;

use super::arborescence::{Candidates, Marginals, maximum};
use super::kinship::{Changes, Kinship, Member, OF_A_PAIR, OF_OUTSIDE, Traits, is_own_agency};
use crate::model::{
    AttributionKind, Descent, DocId, Drift, Evidence, EvidenceKind, Parent, SourceStanding, Version,
};

/// Probability from which an answer is told: likelier than all others together.
const TOLD: f64 = 0.5;
/// Least probability of a candidate that is listed.
const LISTED: f64 = 0.05;
/// Least score of a shared change that is given as a reason.
const SHARED_CHANGE: f32 = 0.2;
/// Least number of words in shared wording that is given as a reason.
const SHARED_WORDS: usize = 4;

/// The weights of the model.
struct Weights {
    pair: [f64; OF_A_PAIR.len()],
    outside: [f64; OF_OUTSIDE.len()],
}

/// A number without a weight counts nothing, so that new ones can be measured before they are fitted; a test holds that the file has all.
static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
    let weight = |name: &str| -> f64 {
        include_str!("descent.tsv")
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .find(|(known, _)| *known == name)
            .and_then(|(_, number)| number.trim().parse().ok())
            .unwrap_or(0.0)
    };
    Weights {
        pair: OF_A_PAIR.map(weight),
        outside: OF_OUTSIDE.map(weight),
    }
});

/// The documents of a cluster with what the versions' comparison with the source tells of them.
pub struct Circle<'a> {
    /// The documents, in any order.
    pub members: &'a [Member<'a>],
    /// Which of them the others were compared with.
    pub source: usize,
    /// The others, compared with it.
    pub versions: &'a [Version],
}

/// What reasons are given from.
struct Known<'a> {
    kinship: Kinship,
    /// Of each member.
    traits: Vec<Traits>,
    /// What the comparison with the source says of a document.
    compared: AHashMap<DocId, &'a Version>,
}

/// What was found of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Descents {
    /// Whether the document that the others were compared with is their source.
    pub standing: SourceStanding,
    /// Probability of that, 0..=1.
    pub confidence: f32,
    /// What speaks against it, in words, where it is not likely.
    pub doubts: Vec<String>,
    /// Each document's parent, ordered by document; none for a likely source.
    pub descents: Vec<Descent>,
}

impl Descents {
    /// Of documents that share too little with the first of them for any to come from it.
    pub fn unrelated(members: &[Member<'_>]) -> Self {
        let said = if members.len() == 2 {
            "the two share too little, or a form alone, for either to come from the other"
        } else {
            "the others share too little with it to come from it"
        };
        let reason = Evidence {
            kind: EvidenceKind::Containment,
            said: said.to_owned(),
        };
        let mut descents: Vec<Descent> = members
            .iter()
            .map(|member| Descent {
                document: member.id,
                parent: Parent::Undetermined,
                probability: 0.0,
                candidates: Vec::new(),
                evidence: vec![reason.clone()],
            })
            .collect();
        descents.sort_by_key(|d| d.document);
        Self {
            doubts: vec![said.to_owned()],
            descents,
            ..Self::default()
        }
    }
}

impl Circle<'_> {
    /// For each document with which others it shares changes of meaning against the source.
    fn changes(&self) -> Vec<AHashMap<usize, Changes>> {
        let place: AHashMap<DocId, usize> = self
            .members
            .iter()
            .enumerate()
            .map(|(k, m)| (m.id, k))
            .collect();
        let mut found: Vec<AHashMap<usize, Changes>> = vec![AHashMap::new(); self.members.len()];
        for version in self.versions {
            let Some(&mine) = place.get(&version.document) else {
                continue;
            };
            for drift in version.drifts() {
                for other in drift
                    .witnesses
                    .with_copy
                    .iter()
                    .filter_map(|id| place.get(id))
                {
                    found[mine].entry(*other).or_default().shared += drift.score;
                }
                for other in drift
                    .witnesses
                    .with_source
                    .iter()
                    .filter_map(|id| place.get(id))
                {
                    found[*other].entry(mine).or_default().unshared += drift.score;
                }
            }
        }
        found
    }

    /// What speaks for every pair. See [`Kinship`].
    pub fn kinship(&self, traits: &[Traits]) -> Kinship {
        Kinship::new(self.members, traits, &self.changes(), self.source)
    }

    /// Finds the parents.
    pub fn descents(&self) -> Descents {
        let traits: Vec<Traits> = self
            .members
            .iter()
            .map(|m| Traits::new(m.article))
            .collect();
        let kinship = self.kinship(&traits);
        let marginals = likelihoods(&kinship).marginals();
        let weighed: Vec<Vec<(usize, f64)>> = kinship
            .pairs
            .iter()
            .zip(&marginals.parents)
            .map(|(pairs, shares)| {
                pairs
                    .iter()
                    .map(|p| p.0)
                    .zip(shares.iter().copied())
                    .collect()
            })
            .collect();
        let chosen = maximum(&weighed, &marginals.outside);
        let (standing, confidence) = standing(&marginals, self.source);
        let known = Known {
            kinship,
            traits,
            compared: self.versions.iter().map(|v| (v.document, v)).collect(),
        };
        let mut descents: Vec<Descent> = (0..self.members.len())
            .filter(|&child| child != self.source || standing != SourceStanding::Likely)
            .map(|child| {
                self.descent(
                    child,
                    &chosen,
                    &weighed[child],
                    marginals.outside[child],
                    &known,
                )
            })
            .collect();
        descents.sort_by_key(|d| d.document);
        #[expect(clippy::cast_possible_truncation, reason = "a probability")]
        let confidence = confidence as f32;
        Descents {
            standing,
            confidence,
            doubts: self.doubts(standing, &marginals),
            descents,
        }
    }

    fn descent(
        &self,
        child: usize,
        all: &[Option<usize>],
        weighed: &[(usize, f64)],
        outside: f64,
        known: &Known<'_>,
    ) -> Descent {
        let chosen = all[child];
        let mut candidates: Vec<(Option<usize>, f64)> = weighed
            .iter()
            .map(|&(parent, share)| (Some(parent), share))
            .chain([(None, outside)])
            .collect();
        candidates.sort_by(|a, b| {
            let id = |k: Option<usize>| k.map(|k| self.members[k].id);
            b.1.total_cmp(&a.1).then(id(a.0).cmp(&id(b.0)))
        });
        let share = candidates
            .iter()
            .find(|(parent, _)| *parent == chosen)
            .map_or(0.0, |(_, share)| *share);
        let told = share >= TOLD;
        let likeliest = if told { chosen } else { candidates[0].0 };
        #[expect(clippy::cast_possible_truncation, reason = "a probability")]
        let narrow = |p: f64| p as f32;
        Descent {
            document: self.members[child].id,
            parent: match chosen {
                _ if !told => Parent::Undetermined,
                Some(parent) => Parent::Document(self.members[parent].id),
                None => Parent::Lost,
            },
            probability: narrow(if told { share } else { candidates[0].1 }),
            evidence: match likeliest {
                Some(parent) => self.evidence(child, parent, all, known),
                None => self.evidence_of_loss(child, &known.kinship),
            },
            candidates: candidates
                .into_iter()
                .filter(|(_, share)| *share >= LISTED)
                .map(|(parent, share)| (parent.map(|k| self.members[k].id), narrow(share)))
                .collect(),
        }
    }

    /// What a document is called in reasons: its outlet, or the last part of its id.
    fn name(&self, member: usize) -> String {
        let document = self.members[member].document;
        let outlet = document.outlet.as_deref().map(str::trim);
        let id = document.id.rsplit('/').next().unwrap_or_default();
        match outlet.filter(|outlet| !outlet.is_empty()) {
            Some(outlet) => outlet.to_owned(),
            None if id.is_empty() => document.id.clone(),
            None => id.to_owned(),
        }
    }

    /// Why `child` may have its text from `parent`.
    fn evidence(
        &self,
        child: usize,
        parent: usize,
        all: &[Option<usize>],
        known: &Known<'_>,
    ) -> Vec<Evidence> {
        let Known {
            kinship,
            traits,
            compared,
        } = known;
        let mut found = Vec::new();
        let mut say = |kind: EvidenceKind, said: String| found.push(Evidence { kind, said });
        let name = self.name(parent);
        let (one, other) = (&self.members[child], &self.members[parent]);
        if is_own_agency(other) {
            say(
                EvidenceKind::Metadata,
                format!("{name} is an agency, and this is its own text"),
            );
        }
        let known = [other.agency, other.document.outlet.as_deref()];
        let credits = one
            .credit
            .agency
            .as_deref()
            .is_some_and(|named| named.split(", ").any(|n| known.contains(&Some(n))));
        let row = kinship.pairs[child]
            .iter()
            .find(|p| p.0 == parent)
            .map(|p| &p.1);
        let number = |name: &str| {
            let at = OF_A_PAIR.iter().position(|n| *n == name)?;
            row.map(|row| row[at])
        };
        match one.credit.kind {
            AttributionKind::Dateline if credits => {
                say(EvidenceKind::Credit, format!("its dateline names {name}"))
            }
            AttributionKind::CreditLine if credits => say(
                EvidenceKind::Credit,
                format!("a line of credit names {name}"),
            ),
            AttributionKind::Metadata if credits => {
                say(EvidenceKind::Metadata, format!("its record credits {name}"))
            }
            AttributionKind::Conflicting if credits => {
                say(
                    EvidenceKind::Credit,
                    format!("among others it credits {name}"),
                );
            }
            _ if number("named").is_some_and(|n| n > 0.0) => {
                say(EvidenceKind::Reported, format!("its text names {name}"));
            }
            _ => {}
        }
        if parent != self.source {
            let version = compared.get(&one.id).copied();
            for said in self.shared_changes(version, child, parent) {
                say(EvidenceKind::SharedError, said);
            }
            if let Some(words) = self.shared_wording(child, parent, traits) {
                say(
                    EvidenceKind::SharedWording,
                    format!(
                        "both have `{words}`, which {} lacks",
                        self.name(self.source)
                    ),
                );
            }
        }
        let held = |k: usize| {
            kinship.pairs[child]
                .iter()
                .find(|p| p.0 == k)
                .map(|p| (p.1[0] + p.1[1] + p.1[2] + p.1[3]) / 4.0)
        };
        let rival = kinship.pairs[child]
            .iter()
            .map(|p| p.0)
            // What was made from the child holds most of it, and says nothing.
            .filter(|&k| k != parent && all[k] != Some(child))
            .max_by(|&a, &b| {
                held(a)
                    .unwrap_or(0.0)
                    .total_cmp(&held(b).unwrap_or(0.0))
                    .then(self.members[b].id.cmp(&self.members[a].id))
            });
        if let Some(mine) = held(parent) {
            let mut said = match rival {
                Some(_) => format!(
                    "of what it shares with others {name} holds {:.0} %",
                    100.0 * mine
                ),
                None => format!(
                    "{name} holds {:.0} % of its words",
                    100.0 * number("words_held").unwrap_or(mine)
                ),
            };
            if let Some((rival, theirs)) = rival.and_then(|k| Some((k, held(k)?))) {
                said.push_str(&format!(", {} {:.0} %", self.name(rival), 100.0 * theirs));
            }
            say(EvidenceKind::Containment, said);
        }
        if let (Some(before), Some(after)) = (
            other.document.published_seconds,
            one.document.published_seconds,
        ) {
            let said = match after - before {
                0 => format!("{name} has the same time"),
                gap if gap > 0 => format!("{name} is {} older", span_of_time(gap)),
                gap => format!(
                    "{name} is {} younger, which speaks against it",
                    span_of_time(-gap)
                ),
            };
            say(EvidenceKind::Time, said);
        }
        found
    }

    /// Why no document of the cluster seems to be the parent of `child`.
    fn evidence_of_loss(&self, child: usize, kinship: &Kinship) -> Vec<Evidence> {
        let mut found = Vec::new();
        let one = &self.members[child];
        if let Some(agency) = absent_agency(one, self.members) {
            found.push(Evidence {
                kind: EvidenceKind::Credit,
                said: format!("it credits {agency}, which is not in the cluster"),
            });
        }
        let best = kinship.pairs[child]
            .iter()
            .map(|(k, row)| (*k, (row[0] + row[1] + row[2] + row[3]) / 4.0))
            .max_by(|a, b| {
                a.1.total_cmp(&b.1)
                    .then(self.members[b.0].id.cmp(&self.members[a.0].id))
            });
        if let Some((k, share)) = best {
            found.push(Evidence {
                kind: EvidenceKind::Containment,
                said: format!(
                    "no other version holds all that it shares with the cluster; the nearest, {}, holds {:.0} %",
                    self.name(k),
                    100.0 * share
                ),
            });
        }
        found
    }

    /// Changes of meaning that both have, likeliest first.
    fn shared_changes(
        &self,
        version: Option<&Version>,
        child: usize,
        parent: usize,
    ) -> Vec<String> {
        let Some(version) = version else {
            return Vec::new();
        };
        let mut shared: Vec<&Drift> = version
            .drifts()
            .filter(|d| {
                d.score >= SHARED_CHANGE && d.witnesses.with_copy.contains(&self.members[parent].id)
            })
            .collect();
        shared.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.copy.cmp(&b.copy)));
        let source = self.members[self.source].document;
        shared
            .into_iter()
            .take(2)
            .map(|drift| {
                let mine = drift.copy.of(&self.members[child].document.text).trim();
                let theirs = drift.source.of(&source.text).trim();
                match (mine.is_empty(), theirs.is_empty()) {
                    (true, _) => format!("both lack `{theirs}`"),
                    (_, true) => format!("both add `{mine}`"),
                    _ => format!(
                        "both have `{mine}` where {} has `{theirs}`",
                        self.name(self.source)
                    ),
                }
            })
            .collect()
    }

    /// The longest run of words of the child that the parent has and the source has not.
    fn shared_wording(&self, child: usize, parent: usize, traits: &[Traits]) -> Option<String> {
        let text = &self.members[child].document.text;
        let mut best: Option<(usize, &str)> = None;
        for sentence in &self.members[child].article.words {
            let folded: Vec<u64> = sentence
                .words
                .iter()
                .map(|word| xxhash_rust::xxh3::xxh3_64(word.folded.as_bytes()))
                .collect();
            // Runs of four that the parent has; a stretch of them counts when any is not the source's.
            let mut start = 0;
            while start + SHARED_WORDS <= folded.len() {
                let at = |from: usize| &folded[from..from + SHARED_WORDS];
                let (mut end, mut own) = (start, false);
                while end + SHARED_WORDS <= folded.len() && traits[parent].has_run(at(end)) {
                    own |= !traits[self.source].has_run(at(end));
                    end += 1;
                }
                if end == start {
                    start += 1;
                    continue;
                }
                let length = end - start + SHARED_WORDS - 1;
                if own && best.is_none_or(|(most, _)| length > most) {
                    let (first, last) = (
                        &sentence.words[start],
                        &sentence.words[start + length.min(12) - 1],
                    );
                    best = Some((
                        length,
                        &text[first.span.start as usize..last.span.end as usize],
                    ));
                }
                start = end;
            }
        }
        best.map(|(_, words)| words.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// What speaks against the document that the others were compared with.
    fn doubts(&self, standing: SourceStanding, marginals: &Marginals) -> Vec<String> {
        let mut said = Vec::new();
        match standing {
            SourceStanding::Likely => {}
            SourceStanding::Lost => {
                said.push("what the others share is more than it holds".to_owned());
                if let Some(agency) = absent_agency(&self.members[self.source], self.members) {
                    said.push(format!("it credits {agency}, which is not in the cluster"));
                }
            }
            SourceStanding::Undetermined => {
                let mut rivals: Vec<usize> = rivals(marginals, self.source).collect();
                rivals.sort_by(|&a, &b| {
                    marginals.only[b]
                        .total_cmp(&marginals.only[a])
                        .then(self.members[a].id.cmp(&self.members[b].id))
                });
                match rivals.first() {
                    Some(&rival) => said.push(format!(
                        "{} may as well be the source ({:.0} %)",
                        self.name(rival),
                        100.0 * marginals.only[rival]
                    )),
                    None if self.members.len() == 2 => {
                        said.push("both may come from a third text".to_owned());
                    }
                    None => said
                        .push("a source that is not among these documents is as likely".to_owned()),
                }
            }
        }
        said
    }
}

/// The agency that a document credits and none of the others is.
fn absent_agency<'a>(one: &Member<'a>, members: &[Member<'_>]) -> Option<&'a str> {
    let named = one
        .credit
        .agency
        .as_deref()
        .filter(|_| one.credit.kind != AttributionKind::None)?;
    let present = |name: &str| {
        members
            .iter()
            .any(|m| m.agency == Some(name) || m.document.outlet.as_deref() == Some(name))
    };
    (!named.split(", ").any(present)).then_some(named)
}

/// Likelihood from which a document is told to be the source where no other one comes near and most of the rest came from inside.
const UNRIVALLED: f64 = 0.4;

/// Documents that may be the source instead.
fn rivals(marginals: &Marginals, source: usize) -> impl Iterator<Item = usize> {
    let only = &marginals.only;
    (0..only.len()).filter(move |&k| k != source && only[k] >= 0.2)
}

/// Whether the document that the others were compared with is their source, and how likely it is to be. It is when it is the only one that
/// came from outside; also when it came from outside and most others did not: that one more text draws on something else does not
/// make the source of the rest a lost one. That a source is lost takes three to tell: two that share what it lacks.
fn standing(marginals: &Marginals, source: usize) -> (SourceStanding, f64) {
    let any: f64 = marginals.only.iter().sum();
    let others = marginals.outside.len().saturating_sub(1).max(1) as f64;
    let strangers = (marginals.outside.iter().sum::<f64>() - marginals.outside[source]) / others;
    let mostly = marginals.outside[source] * (1.0 - strangers);
    if marginals.only[source] >= TOLD {
        (SourceStanding::Likely, marginals.only[source])
    } else if mostly >= TOLD
        || mostly >= UNRIVALLED && strangers < TOLD && rivals(marginals, source).next().is_none()
    {
        (SourceStanding::Likely, mostly)
    } else if marginals.outside.len() > 2 && 1.0 - any >= TOLD && strangers >= TOLD {
        (SourceStanding::Lost, marginals.only[source])
    } else {
        (SourceStanding::Undetermined, marginals.only[source])
    }
}

/// How likely each parent is by itself, from what speaks for it.
fn likelihoods(kinship: &Kinship) -> Candidates {
    let weighted = |numbers: &[f32], weights: &[f64]| -> f64 {
        numbers
            .iter()
            .zip(weights)
            .map(|(n, w)| f64::from(*n) * w)
            .sum()
    };
    let mut candidates = Candidates::default();
    for (pairs, outside) in kinship.pairs.iter().zip(&kinship.outside) {
        let logits: Vec<f64> = pairs
            .iter()
            .map(|p| weighted(&p.1, &WEIGHTS.pair))
            .collect();
        let out = weighted(outside, &WEIGHTS.outside);
        let highest = logits.iter().copied().fold(out, f64::max);
        candidates.parents.push(
            pairs
                .iter()
                .zip(&logits)
                .map(|(p, logit)| (p.0, (logit - highest).max(-30.0).exp()))
                .collect(),
        );
        candidates.outside.push((out - highest).max(-30.0).exp());
    }
    candidates
}

/// "52 minutes", "3 hours", "2 days".
fn span_of_time(seconds: i64) -> String {
    let (number, unit) = match seconds {
        s if s < 3600 => ((s / 60).max(1), "minute"),
        s if s < 48 * 3600 => (s / 3600, "hour"),
        s => (s / 86_400, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_weight_and_every_weight_a_number() {
        let known: Vec<&str> = OF_A_PAIR.iter().chain(&OF_OUTSIDE).copied().collect();
        let weighed: Vec<&str> = include_str!("descent.tsv")
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(name, number)| {
                assert!(number.parse::<f64>().is_ok_and(f64::is_finite), "{name}");
                name
            })
            .collect();
        assert_eq!(weighed, known);
    }

    #[test]
    fn spans_of_time_are_told_in_one_unit() {
        assert_eq!(span_of_time(30), "1 minute");
        assert_eq!(span_of_time(3 * 3600 + 59), "3 hours");
        assert_eq!(span_of_time(50 * 3600), "2 days");
    }
}
