//! From readable numbers to likelihoods: boosted regression trees (Friedman 2001), fitted by `training/train.py`.

use std::sync::LazyLock;

use super::{features, suspicion, whole};
use crate::simd::{Forest, Level, ROWS, Split, Tree, sum_trees};

/// A node of a tree.
#[derive(Clone, Copy, Debug)]
enum Node {
    /// Compares a feature with a threshold.
    Split {
        feature: usize,
        threshold: f32,
        /// The next node: where the feature is at most the threshold, and where it is more or no number.
        next: [usize; 2],
    },
    Leaf(f32),
}

/// Trees fitted for one question.
#[derive(Debug)]
pub(super) struct Model {
    base: f32,
    trees: Forest,
}

/// How likely a careful reader calls a proposed change a major change of meaning; sees [`features::NAMES`].
pub(super) static CHANGES: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_str!("models/changes.tsv"), &features::NAMES));
/// How likely a pair's meaning changed; sees the numbers of [`whole`].
pub(super) static CHANGED: LazyLock<Model> = LazyLock::new(|| {
    Model::parse(
        include_str!("models/changed.tsv"),
        &[&whole::MEASURED[..], &whole::SCORED[..]].concat(),
    )
});
/// How likely a pair does not say the same in full; sees the numbers of [`whole`].
pub(super) static IN_FULL: LazyLock<Model> = LazyLock::new(|| {
    Model::parse(
        include_str!("models/in_full.tsv"),
        &[&whole::MEASURED[..], &whole::SCORED[..]].concat(),
    )
});
/// How likely a reader marks a word; sees [`suspicion::NAMES`].
pub(super) static WORDS: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_str!("models/words.tsv"), &suspicion::NAMES));

/// How a pair's likelihood of a change and its likeliest named change make one score: a logistic model over their logits.
#[derive(Debug)]
pub(super) struct Together {
    intercept: f32,
    changed: f32,
    named: f32,
    /// Least likelihood of a named change: below it there might as well be none.
    floor: f32,
}

/// A pair's `drift_score`. The trees see all of a pair and, among so much, believe a single wrong figure too little; on held-out pairs of DEMETR
/// the likeliest named change beside them takes the recall of wrong figures at 5 % false alarms from .73 to .90.
pub(super) static DRIFT: LazyLock<Together> =
    LazyLock::new(|| Together::parse(include_str!("models/drift.tsv")));

impl Together {
    fn parse(text: &str) -> Self {
        let value = |name: &str| -> f32 {
            text.lines()
                .filter_map(|line| line.split_once('\t'))
                .find(|(key, _)| *key == name)
                .and_then(|(_, value)| value.parse().ok())
                .expect("the model file is compiled in, and a test reads it whole")
        };
        Self {
            intercept: value("intercept"),
            changed: value("changed"),
            named: value("named"),
            floor: value("floor"),
        }
    }

    /// The likelihood in 0..=1 that the meaning changed.
    pub(super) fn likelihood(&self, changed: f32, named: f32) -> f32 {
        let logit = |p: f32| {
            let p = p.clamp(1e-4, 1.0 - 1e-4);
            (p / (1.0 - p)).ln()
        };
        let sum = self.intercept
            + self.changed * logit(changed)
            + self.named * logit(named.max(self.floor));
        1.0 / (1.0 + (-sum).exp())
    }
}

impl Model {
    fn parse(text: &str, names: &[&str]) -> Self {
        let (base, trees) = nodes(text, names);
        Self {
            base,
            trees: Forest::new(trees.iter().map(|nodes| side_by_side(nodes)).collect()),
        }
    }

    /// The likelihood in 0..=1 that these features tell.
    pub(super) fn likelihood<const N: usize>(&self, features: &[f32; N]) -> f32 {
        likelihood(self.logits(std::slice::from_ref(features))[0])
    }

    /// [`Self::likelihood`] of many rows of features, which takes less than asking for one after another.
    pub(super) fn likelihoods<const N: usize>(&self, rows: &[[f32; N]]) -> Vec<f32> {
        let mut found = Vec::with_capacity(rows.len());
        for block in rows.chunks(ROWS) {
            let logits = self.logits(block);
            found.extend(logits[..block.len()].iter().copied().map(likelihood));
        }
        found
    }

    /// Those of up to [`ROWS`] rows.
    fn logits<const N: usize>(&self, block: &[[f32; N]]) -> [f32; ROWS] {
        sum_trees(Level::best(), &self.trees, block, self.base)
    }
}

fn likelihood(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Reads a model file: `base VALUE`, then lines `tree`, `split FEATURE THRESHOLD LOW HIGH`, `leaf VALUE`. The nodes of each tree.
fn nodes(text: &str, names: &[&str]) -> (f32, Vec<Vec<Node>>) {
    const WHOLE: &str = "the model file is compiled in, and a test reads it whole";
    let (mut base, mut trees) = (0.0, Vec::<Vec<Node>>::new());
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let number =
            |at: usize| -> f32 { fields.get(at).and_then(|f| f.parse().ok()).expect(WHOLE) };
        let node = match fields[0] {
            "base" => {
                base = number(1);
                continue;
            }
            "tree" => {
                trees.push(Vec::new());
                continue;
            }
            "leaf" => Node::Leaf(number(1)),
            _ => {
                let place = |at: usize| -> usize {
                    fields.get(at).and_then(|f| f.parse().ok()).expect(WHOLE)
                };
                Node::Split {
                    feature: names
                        .iter()
                        .position(|n| Some(n) == fields.get(1))
                        .expect("the model file names features of this version"),
                    threshold: number(2),
                    next: [place(3), place(4)],
                }
            }
        };
        trees.last_mut().expect(WHOLE).push(node);
    }
    (base, trees)
}

/// A tree as the kernel takes it.
fn side_by_side(nodes: &[Node]) -> Tree {
    let (mut splits, mut leaves) = (Vec::<Split>::new(), Vec::new());
    // Low sides come first. A split comes again when its low side is done: with its place among the splits and its first leaf.
    let mut open = vec![(0, None)];
    while let Some((at, again)) = open.pop() {
        match (nodes[at], again) {
            (_, Some((split, first))) => {
                let below: u32 = (first..leaves.len()).map(|leaf| 1 << leaf).sum();
                let split: &mut Split = &mut splits[split];
                split.left = !below;
            }
            (Node::Leaf(value), None) => leaves.push(value),
            (
                Node::Split {
                    feature,
                    threshold,
                    next: [low, high],
                },
                None,
            ) => {
                open.extend([
                    (high, None),
                    (at, Some((splits.len(), leaves.len()))),
                    (low, None),
                ]);
                splits.push(Split {
                    feature,
                    threshold,
                    left: 0,
                });
            }
        }
    }
    Tree::new(splits, &leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_likelier_named_change_makes_a_likelier_drift() {
        let of = |changed, named| DRIFT.likelihood(changed, named);
        assert!(of(0.3, 0.9) > of(0.3, 0.2));
        assert!(of(0.9, 0.2) > of(0.3, 0.2));
        assert_eq!(of(0.3, 0.0), of(0.3, 0.01));
    }

    #[test]
    fn trees_side_by_side_say_what_they_say_when_they_are_walked() {
        let whole = [&whole::MEASURED[..], &whole::SCORED[..]].concat();
        for (text, names) in [
            (include_str!("models/changes.tsv"), &features::NAMES[..]),
            (include_str!("models/changed.tsv"), &whole),
            (include_str!("models/in_full.tsv"), &whole),
            (include_str!("models/words.tsv"), &suspicion::NAMES),
        ] {
            let (base, trees) = nodes(text, names);
            assert!(!trees.is_empty());
            let thresholds: Vec<(usize, f32)> = trees
                .iter()
                .flatten()
                .filter_map(|node| match *node {
                    Node::Split {
                        feature, threshold, ..
                    } => Some((feature, threshold)),
                    Node::Leaf(_) => None,
                })
                .collect();
            // Rows at the model's own thresholds and beside them.
            let mut rows = [0.0, 0.7, f32::NAN]
                .map(|v| [v; features::NAMES.len()])
                .to_vec();
            for k in 0..60_u8 {
                let mut row = [0.1; features::NAMES.len()];
                for &(feature, threshold) in thresholds.iter().skip(usize::from(k)).step_by(7) {
                    row[feature] = threshold + 0.01 * f32::from(k % 3);
                }
                rows.push(row);
            }
            let model = Model::parse(text, names);
            let found = model.likelihoods(&rows);
            for (row, found) in rows.iter().zip(found) {
                let mut logit = base;
                for tree in &trees {
                    let mut at = 0;
                    logit += loop {
                        match tree[at] {
                            Node::Leaf(value) => break value,
                            Node::Split {
                                feature,
                                threshold,
                                next,
                            } => {
                                let low = row[feature] <= threshold;
                                at = next[usize::from(!low)];
                            }
                        }
                    };
                }
                assert_eq!(found, 1.0 / (1.0 + (-logit).exp()));
                assert_eq!(found, model.likelihood(row));
            }
        }
    }
}
