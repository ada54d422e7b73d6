//! Every knob, its default, and the measurement behind the default. One struct per stage.

use std::sync::Arc;

use crate::contextual::Tagger;

/// What `trace` and `compare` ask of a pair of documents before they call it copying.
#[derive(Clone, Debug)]
pub struct TraceOptions {
    /// Least share of the shorter text's words that must have counterparts in the other, 0..=1.
    pub min_containment: f32,
    /// Least number of words in counterparts.
    pub min_words: u32,
    /// Mean likeness of the shared sentences from which a match is a reprint and needs no further reason, 0..=1.
    pub reprint_similarity: f32,
    /// Least likelihood that two retellings have one text behind them, 0..=1, for matches below `reprint_similarity`.
    pub min_likelihood: f32,
    /// Seed of every hash. The same seed gives the same bytes.
    pub seed: u64,
    /// Treat furniture as part of the story.
    pub keep_furniture: bool,
    /// More agencies, one a line: its name, then other spellings, parted by `|` (see [`crate::attribute::Agencies::parse`]).
    pub agencies: String,
    /// A model that reads doubtful pairs of passages again. `None`: the rules decide alone, which is faster (`docs/model.md`).
    pub model: Option<Arc<Tagger>>,
}

impl Default for TraceOptions {
    fn default() -> Self {
        // On the development sets: 2,040 of 2,049 pairs of independent translations of one text are accepted, none of the 842 pairs
        // of reports of different events; of `corpus/` 376 of 412 pairs of versions, 2 of 18 of forms and independent reports.
        Self {
            min_containment: 0.20,
            min_words: 25,
            reprint_similarity: 0.75,
            min_likelihood: 0.60,
            seed: 42,
            keep_furniture: false,
            agencies: String::new(),
            model: None,
        }
    }
}

/// Which documents count as near-duplicates.
///
/// The measurements are on the generator's corpus (`examples/generate.rs`) and on 13,355 Reuters texts with exact
/// similarities of all pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyOptions {
    /// Least Jaccard similarity of two documents' 5-word shingles, `0..=1`. 0.60: market and weather templates that share
    /// a part of their text lie below 0.55, a dispatch cut or framed by 30 % lies at 0.70 or above.
    pub threshold: f32,
    /// A copy with single words changed all over loses five shingles a word. It is accepted below `threshold` when at
    /// least this share of the words of both texts lies in common runs of three, `0..=1`; with a threshold above 0.60 the share
    /// rises with it. 0.76: a text with 10 % of its words changed has 0.85.
    pub edited_coverage: f32,
    /// ... and the Jaccard similarity is at least this. 0.28: with 10 % of the words changed it is 0.42 on average.
    pub edited_jaccard: f32,
    /// ... and both texts have so many words. 100: below it, what such pairs share is mostly a form
    /// (earnings, dividends): without this rule 4 % of Reuters pairs under 0.5 would be merged.
    pub edited_words: usize,
    /// ... and at most this share of the figures (and one more) differs. 0.10: other figures are other news.
    pub edited_figures: f32,
    /// A shorter text is a near-duplicate of the longer one that holds this share of its shingles, `0..=1`. 0.90.
    pub containment: f32,
    /// ... when the shorter text has so many shingles. 200: shorter notices are held by longer stories as background,
    /// and dropping them loses news (31 of 2,293 Reuters pairs under 0.5 at 100).
    pub contained_shingles: usize,
}

impl Default for VerifyOptions {
    fn default() -> Self {
        Self {
            threshold: 0.60,
            edited_coverage: 0.76,
            edited_jaccard: 0.28,
            edited_words: 100,
            edited_figures: 0.10,
            containment: 0.90,
            contained_shingles: 200,
        }
    }
}

/// Which document of a group of near-duplicates is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The likely source: the one closest to all others; among equals the one that credits an agency, then the earliest.
    #[default]
    Source,
    /// The earliest by its date; those without a date come last.
    Earliest,
    /// The first in the order of paths and lines.
    First,
    /// The longest text.
    Longest,
}

/// What `dedup` does.
#[derive(Clone, Debug, PartialEq)]
pub struct DedupOptions {
    /// Which documents count as near-duplicates.
    pub verify: VerifyOptions,
    /// Which one is kept.
    pub keep: Keep,
    /// Seed of every hash. The same seed gives the same bytes.
    pub seed: u64,
    /// Instructions to use; a level that the machine lacks is lowered to one it has.
    pub level: crate::simd::Level,
    /// Folder for intermediate results, so that an interrupted run can go on; none are kept when `None`.
    pub resume: Option<std::path::PathBuf>,
    /// With `resume`, bytes of input signed between two checkpoints. 8 GiB: ten seconds of work, one of writing.
    pub checkpoint_bytes: u64,
    /// Most bytes of memory for signatures; past it they lie in a file that is mapped. 4 GiB: 30 million documents.
    pub memory: u64,
}

impl Default for DedupOptions {
    fn default() -> Self {
        Self {
            verify: VerifyOptions::default(),
            keep: Keep::default(),
            seed: 42,
            level: crate::simd::Level::best(),
            resume: None,
            checkpoint_bytes: 8 << 30,
            memory: 4 << 30,
        }
    }
}

/// What `check` does with an article. What is found is ranked by cheap measures first, and only the best of it is looked at closely:
/// time is bounded whatever the archive holds.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// What counts as copying.
    pub matching: TraceOptions,
    /// Documents of the archive that are read and whose vocabulary is compared.
    pub most_opened: usize,
    /// Of these, documents that are aligned with the article sentence by sentence at most: so many at a time as are judged, and further ones
    /// only while any holds. Of those that read the same, the earliest.
    pub most_measured: usize,
    /// Of the sources found, those that are judged sentence by sentence; the others are listed with their shares.
    pub most_judged: usize,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            matching: TraceOptions::default(),
            most_opened: 16,
            most_measured: 6,
            most_judged: 3,
        }
    }
}
