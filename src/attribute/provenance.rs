//! All that is found of a cluster beyond the comparison of its versions with their source.

use ahash::AHashMap;

use super::corrections::corrections;
use super::descent::{Circle, Descents};
use super::kinship::Member;
use super::ledger::ledger;
use crate::article::Article;
use crate::model::{Correction, Derivation, Descent, DocId, Entry, SourceStanding, Version};

/// Where the texts of a cluster come from, and what changed on the way.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// Whether the document that the others were compared with can be the source.
    pub standing: SourceStanding,
    /// Probability of that, 0..=1.
    pub confidence: f32,
    /// What speaks against it, in words.
    pub doubts: Vec<String>,
    /// Who has the text from whom.
    pub descents: Vec<Descent>,
    /// What changed.
    pub ledger: Vec<Entry>,
    /// What a later version of the wire corrected.
    pub corrections: Vec<Correction>,
}

impl Provenance {
    /// Of a cluster: its source, then the documents of `versions` in any order. Changes in `versions` that are newer and not wrong are marked so.
    /// Takes the cube of the number of documents up to some hundreds of them, and beyond as long as the entries of the ledger times their number.
    pub fn of(members: &[Member<'_>], versions: &mut [Version]) -> Self {
        let Some(source) = members.first() else {
            return Self::default();
        };
        let found = match versions
            .iter()
            .all(|v| v.derivation == Derivation::NonDerived)
        {
            true => Descents::unrelated(members),
            false => Circle {
                members,
                source: 0,
                versions,
            }
            .descents(),
        };
        let places: AHashMap<DocId, usize> = members.iter().map(|m| m.id).zip(0..).collect();
        let member = |id: DocId| places.get(&id).map_or(source, |&at| &members[at]);
        let article = |id: DocId| -> &Article { member(id).article };
        let text = |id: DocId| -> &str { &member(id).document.text };
        let published = |id: DocId| member(id).document.published_seconds;
        let mut ledger = ledger(source.id, versions, &article, &text);
        let corrections = corrections(
            &mut ledger,
            versions,
            &found.descents,
            source.id,
            &published,
        );
        Self {
            standing: found.standing,
            confidence: found.confidence,
            doubts: found.doubts,
            descents: found.descents,
            ledger,
            corrections,
        }
    }
}
