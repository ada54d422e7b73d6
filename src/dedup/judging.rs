//! What is measured, in which order, and which document of a group is preferred.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::documents::Documents;
use crate::cluster::Judge;
use crate::options::{DedupOptions, Keep};
use crate::pair::{Group, Sketches};
use crate::read::{self, Fields};
use crate::sign;
use crate::simd::SLOTS;
use crate::verify::{Gate, Match, Opinion, Reason, Verifier};

/// The stage between candidates and clusters.
#[derive(Clone, Copy)]
pub(super) struct Judging<'a> {
    pub(super) documents: &'a Documents,
    pub(super) sketches: Sketches<'a>,
    pub(super) gate: Gate,
    pub(super) options: &'a DedupOptions,
    /// Which document of a group is preferred.
    pub(super) keep: Keep,
}

impl Judging<'_> {
    pub(super) fn worker(&self) -> Verifier {
        Verifier::new(&self.options.verify, self.options.seed, self.options.level)
    }

    /// Whether a longer document may hold the one at `place`, and how close it is to all that may be its near-duplicates, together.
    fn standing(&self, group: &Group, place: u32) -> (bool, u32) {
        let documents = group.documents();
        let document = documents[place as usize];
        let own = self.documents.shingles(document);
        let sketch = self.sketches.of(document);
        let (mut held, mut close) = (false, 0);
        for &other in group.met(place) {
            let other = documents[other as usize];
            let agreeing = self.sketches.agreeing_with(sketch, other);
            let jaccard = sign::jaccard(agreeing);
            let sizes = [own, self.documents.shingles(other)];
            held |= own < sizes[1] && self.gate.may_be_only_contained(jaccard, sizes);
            // Strangers that print the same boilerplate lend no weight.
            if self.gate.may_be_near_duplicate(jaccard) {
                close += agreeing;
            }
        }
        (held, close)
    }

    /// Likely sources first: what lies inside nothing longer, then what is closest to all others.
    fn order_by_source(&self, group: &Group, places: &mut [u32]) {
        let documents = group.documents();
        let mut keyed: Vec<_> = places
            .iter()
            .map(|&place| {
                let document = documents[place as usize];
                let (held, close) = self.standing(group, place);
                // What may lie inside another comes after it, the longer first.
                let size = if held {
                    self.documents.shingles(document)
                } else {
                    0
                };
                let fixed = self.is_fixed(document);
                ((!fixed, held, std::cmp::Reverse((size, close))), place)
            })
            .collect();
        keyed.sort_unstable();
        for equal in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
            if equal.len() > 1 {
                equal.sort_by_cached_key(|&(_, place)| {
                    let document = documents[place as usize];
                    let fields = self.documents.fields(document);
                    let text = fields.text.map_or(&[][..], |text| text.raw);
                    (
                        !credits_agency(text),
                        published(&fields),
                        std::cmp::Reverse(text.len()),
                        document,
                    )
                });
            }
        }
        for (place, (_, sorted)) in places.iter_mut().zip(keyed) {
            *place = sorted;
        }
    }
}

impl Judge for Judging<'_> {
    type Worker = Verifier;
    type Match = Match;

    fn order(&self, group: &Group, places: &mut [u32]) {
        let documents = group.documents();
        let document = |place: &u32| documents[*place as usize];
        let free = |place: &u32| !self.is_fixed(document(place));
        match self.keep {
            // Documents are numbered in the order of paths and lines.
            Keep::First => places.sort_unstable_by_key(|place| (free(place), document(place))),
            Keep::Longest => places.sort_by_cached_key(|place| {
                let length = self.documents.text(document(place)).len();
                (free(place), std::cmp::Reverse(length), document(place))
            }),
            Keep::Earliest => places.sort_by_cached_key(|place| {
                let fields = self.documents.fields(document(place));
                (free(place), published(&fields), document(place))
            }),
            Keep::Source => self.order_by_source(group, places),
        }
    }

    fn is_fixed(&self, document: u32) -> bool {
        (document as usize) < self.documents.against
    }

    fn likelihood(&self, center: u32, document: u32) -> u32 {
        self.sketches.agreeing(center, document)
    }

    fn is_sure(&self, one: u32, other: u32) -> bool {
        let sizes = [one, other].map(|document| self.documents.shingles(document));
        let jaccard = sign::jaccard(self.sketches.agreeing(one, other));
        self.gate.opinion(jaccard, sizes) == Opinion::Accept
    }

    fn judge(&self, worker: &mut Verifier, center: u32, document: u32) -> Option<Match> {
        let agreeing = self.sketches.agreeing(center, document);
        let text = |document| self.documents.text(document);
        // Copies of every byte are the most frequent match, and the cheapest to be sure of.
        if agreeing as usize == SLOTS && text(center) == text(document) {
            return Some(Match {
                jaccard: 1.0,
                containment: 1.0,
                reason: Reason::SameWords,
                exact: true,
            });
        }
        let jaccard = sign::jaccard(agreeing);
        let sizes = [center, document].map(|document| self.documents.shingles(document));
        match self.gate.opinion(jaccard, sizes) {
            Opinion::Refuse => None,
            Opinion::Accept => Some(Match {
                jaccard,
                containment: sign::containment(jaccard, sizes[1], sizes[0]),
                reason: Reason::NearDuplicate,
                exact: false,
            }),
            Opinion::Ask => {
                let read = |document| move || (text(document), true);
                worker.measure((center, &read(center)), (document, &read(document)))
            }
        }
    }
}

/// Seconds since 1970 of a record's publication; the latest moment when that is not known.
fn published(fields: &Fields<'_>) -> i64 {
    let value = fields.published_at.filter(|value| value.string);
    value
        .and_then(|value| std::str::from_utf8(value.raw).ok())
        .and_then(read::seconds)
        .unwrap_or(i64::MAX)
}

/// Whether the text names an agency where agencies are credited: near its beginning or its end.
fn credits_agency(text: &[u8]) -> bool {
    static AGENCIES: LazyLock<Option<Searcher>> = LazyLock::new(|| {
        Searcher::new([
            "Reuters",
            "REUTERS",
            "(AP)",
            "Associated Press",
            "AFP",
            "Bloomberg",
            "Xinhua",
            "Interfax",
        ])
    });
    let agencies = AGENCIES.as_ref().expect("eight names are not too many");
    let ends = [
        &text[..text.len().min(200)],
        &text[text.len().saturating_sub(200)..],
    ];
    ends.iter().any(|end| agencies.find(end).is_some())
}
