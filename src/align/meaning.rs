//! What words mean together, in whatever words it is said.

use crate::lexicon::DIMENSIONS;
use crate::words::{Class, Word};

/// The weighted sum of the vectors of content words, names and figures.
pub(super) struct Meaning([f32; DIMENSIONS]);

impl Meaning {
    /// Of `words`, each with what it weighs.
    pub(super) fn of(words: &[Word], weights: &[f32]) -> Self {
        let mut sum = [0.0; DIMENSIONS];
        for (word, &weight) in words.iter().zip(weights) {
            if let Some(vector) = &word.vector
                && word.class != Class::Function
            {
                vector.add_to(&mut sum, weight);
            }
        }
        Self(sum)
    }

    /// The cosine of two, -1..=1; 0 where one has no words.
    pub(super) fn cosine(&self, other: &Self) -> f32 {
        let dot = |x: &[f32], y: &[f32]| -> f32 { x.iter().zip(y).map(|(x, y)| x * y).sum() };
        let norms = (dot(&self.0, &self.0) * dot(&other.0, &other.0)).sqrt();
        if norms > 0.0 {
            dot(&self.0, &other.0) / norms
        } else {
            0.0
        }
    }
}
