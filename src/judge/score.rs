//! From features to a likelihood: boosted regression trees (Friedman 2001), fitted by `training/train.py`.

use std::sync::LazyLock;

use super::features::{Features, NAMES};

/// A node: an inner one compares a feature with a threshold, a leaf has a value.
#[derive(Clone, Copy, Debug)]
enum Node {
    Split {
        feature: usize,
        threshold: f32,
        low: usize,
        high: usize,
    },
    Leaf(f32),
}

#[derive(Debug)]
struct Model {
    base: f32,
    /// Each tree's nodes; the first is its root.
    trees: Vec<Vec<Node>>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::parse(include_str!("model.tsv")));

impl Model {
    /// Reads the model file: `base VALUE`, then lines `tree`, `split FEATURE THRESHOLD LOW HIGH`, `leaf VALUE`.
    fn parse(text: &str) -> Self {
        let mut model = Self {
            base: 0.0,
            trees: Vec::new(),
        };
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.split('\t');
            let kind = fields.next().unwrap_or("");
            let mut number = || {
                fields
                    .next()
                    .and_then(|f| f.parse::<f32>().ok())
                    .expect("the model file is compiled in, and a test reads it whole")
            };
            match kind {
                "base" => model.base = number(),
                "tree" => model.trees.push(Vec::new()),
                "leaf" => {
                    let value = number();
                    model
                        .trees
                        .last_mut()
                        .expect("a leaf stands in a tree")
                        .push(Node::Leaf(value));
                }
                "split" => {
                    let name = fields.next().unwrap_or("");
                    let feature = NAMES
                        .iter()
                        .position(|n| *n == name)
                        .expect("the model file names features of this version");
                    let mut number = || {
                        fields
                            .next()
                            .and_then(|f| f.parse::<f32>().ok())
                            .expect("the model file is compiled in, and a test reads it whole")
                    };
                    let threshold = number();
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "node numbers are small whole numbers"
                    )]
                    let (low, high) = (number() as usize, number() as usize);
                    model
                        .trees
                        .last_mut()
                        .expect("a split stands in a tree")
                        .push(Node::Split {
                            feature,
                            threshold,
                            low,
                            high,
                        });
                }
                _ => {}
            }
        }
        model
    }

    fn likelihood(&self, features: &Features) -> f32 {
        let mut logit = self.base;
        for tree in &self.trees {
            let mut at = 0;
            loop {
                match tree[at] {
                    Node::Leaf(value) => {
                        logit += value;
                        break;
                    }
                    Node::Split {
                        feature,
                        threshold,
                        low,
                        high,
                    } => {
                        at = if features[feature] <= threshold {
                            low
                        } else {
                            high
                        }
                    }
                }
            }
        }
        1.0 / (1.0 + (-logit).exp())
    }
}

/// Likelihood in 0..=1 that a careful reader calls the change a major change of meaning.
pub(super) fn likelihood(features: &Features) -> f32 {
    MODEL.likelihood(features)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_file_is_whole() {
        let model = &*MODEL;
        assert!(!model.trees.is_empty());
        for tree in &model.trees {
            for node in tree {
                if let Node::Split { low, high, .. } = node {
                    assert!(*low < tree.len() && *high < tree.len());
                }
            }
        }
        let value = likelihood(&[0.0; NAMES.len()]);
        assert!((0.0..=1.0).contains(&value));
    }
}
