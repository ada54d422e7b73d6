//! Every knob, its default, and the measurement behind the default. One struct per stage.

/// What `trace` and `compare` ask of a pair of documents before they call it copying.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceOptions {
    /// Least share of the shorter text's words that must have counterparts in the other, 0..=1.
    pub min_containment: f32,
    /// Least number of words in counterparts.
    pub min_words: u32,
    /// Seed of every hash. The same seed gives the same bytes.
    pub seed: u64,
    /// Treat furniture as part of the story.
    pub keep_furniture: bool,
}

impl Default for TraceOptions {
    fn default() -> Self {
        Self { min_containment: 0.30, min_words: 25, seed: 42, keep_furniture: false }
    }
}
