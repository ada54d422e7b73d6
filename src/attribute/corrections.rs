//! What a later version of the wire tells otherwise, and which changes are therefore newer and not wrong.

use ahash::AHashMap;

use crate::model::{
    Category, Correction, Descent, DocId, Entry, Newer, Parent, Reading, Severity, Version,
};

/// Least score of a change in a later version for it to be a correction, where it is not major: below it most are other words for the same.
const CORRECTS: f32 = 0.25;

/// Marks in the ledger, and in the changes of `versions`, what is newer: a later version of the wire has it too, or copies have it of which none has
/// its text from another. `descents` ascend by document; `published` gives the time of a document. Returns what a later version corrects, in the order of the ledger.
pub(super) fn corrections(
    ledger: &mut [Entry],
    versions: &mut [Version],
    descents: &[Descent],
    source: DocId,
    published: &dyn Fn(DocId) -> Option<i64>,
) -> Vec<Correction> {
    let mut later: Vec<DocId> = versions
        .iter()
        .filter(|v| v.update)
        .map(|v| v.document)
        .collect();
    later.sort_unstable();
    let places: AHashMap<DocId, usize> = versions.iter().map(|v| v.document).zip(0..).collect();
    let mut found = Vec::new();
    for entry in ledger {
        let mut readings = std::mem::take(&mut entry.readings);
        for reading in &mut readings {
            reading.newer = newer(reading, &later, descents, source);
            let Some(shown) = reading.newer else {
                continue;
            };
            mark(entry, reading, shown, versions, &places);
            if let Newer::Wire(wire) = shown
                && corrects(reading)
            {
                let copies = |list: &[DocId]| -> Vec<DocId> {
                    list.iter()
                        .copied()
                        .filter(|id| later.binary_search(id).is_err())
                        .collect()
                };
                let old = copies(&entry.kept);
                found.push(Correction {
                    sentence: entry.sentence,
                    old: entry.source,
                    later: wire,
                    new: words_of(reading, wire, entry, versions),
                    category: reading.category,
                    late: old
                        .iter()
                        .copied()
                        .filter(|id| {
                            published(*id)
                                .zip(published(wire))
                                .is_some_and(|(copy, wire)| copy > wire)
                        })
                        .collect(),
                    carry_old: old,
                    carry_new: copies(&reading.witnesses),
                });
            }
        }
        entry.readings = readings;
    }
    found
}

/// Whether a change in a later version is a statement corrected: a figure, a date, a name, a yes for a no.
fn corrects(reading: &Reading) -> bool {
    let of_fact = matches!(
        reading.category,
        Category::Number | Category::DateUnit | Category::NamedEntity | Category::Polarity
    );
    reading.severity == Severity::Major || (of_fact && reading.score >= CORRECTS)
}

fn newer(reading: &Reading, later: &[DocId], descents: &[Descent], source: DocId) -> Option<Newer> {
    let is_later = |id: &&DocId| later.binary_search(id).is_ok();
    if let Some(wire) = reading.witnesses.iter().find(is_later) {
        return Some(Newer::Wire(*wire));
    }
    if reading.category != Category::Number {
        return None;
    }
    // A copy that has it from the source's own reader, not from another copy that has it.
    let independent = reading
        .witnesses
        .iter()
        .filter(|id| {
            descents
                .binary_search_by_key(*id, |descent| descent.document)
                .is_ok_and(|at| descents[at].parent == Parent::Document(source))
        })
        .count();
    let independent = u32::try_from(independent).unwrap_or(u32::MAX);
    (independent >= 2).then_some(Newer::Copies(independent))
}

/// Marks the changes that a reading was made of.
fn mark(
    entry: &Entry,
    reading: &Reading,
    shown: Newer,
    versions: &mut [Version],
    places: &AHashMap<DocId, usize>,
) {
    for &at in reading.witnesses.iter().filter_map(|id| places.get(id)) {
        let version = &mut versions[at];
        for drift in version.links.iter_mut().flat_map(|link| &mut link.drifts) {
            let here = drift.source == entry.source
                || (drift.source.overlaps(entry.source) && drift.category == reading.category);
            if here {
                drift.witnesses.newer = Some(shown);
            }
        }
    }
}

/// The words of the later version at the place of an entry.
fn words_of(
    reading: &Reading,
    wire: DocId,
    entry: &Entry,
    versions: &[Version],
) -> crate::model::Span {
    if reading.document == wire {
        return reading.words;
    }
    versions
        .iter()
        .filter(|v| v.document == wire)
        .flat_map(Version::drifts)
        .find(|drift| drift.source == entry.source || drift.source.overlaps(entry.source))
        .map_or_else(Default::default, |drift| drift.copy)
}
