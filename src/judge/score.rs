//! From readable numbers to likelihoods: boosted regression trees (Friedman 2001), fitted by `training/train.py`.

use std::sync::LazyLock;

use super::{features, suspicion, whole};

/// A node: an inner one compares a feature with a threshold, a leaf has a value.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// Which feature; of a leaf [`LEAF`].
    feature: u16,
    /// How far behind the tree's root the next node is: where the feature is at most the threshold, and where it is more.
    next: [u16; 2],
    /// The threshold, or the leaf's value.
    number: f32,
}

const LEAF: u16 = u16::MAX;

/// Trees fitted for one question.
#[derive(Debug)]
pub(super) struct Model {
    base: f32,
    /// All trees' nodes, one tree behind another.
    nodes: Vec<Node>,
    /// Where each tree's root is among the nodes.
    roots: Vec<u32>,
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
    /// Reads a model file: `base VALUE`, then lines `tree`, `split FEATURE THRESHOLD LOW HIGH`, `leaf VALUE`.
    fn parse(text: &str, names: &[&str]) -> Self {
        const WHOLE: &str = "the model file is compiled in, and a test reads it whole";
        let mut model = Self {
            base: 0.0,
            nodes: Vec::new(),
            roots: Vec::new(),
        };
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let number =
                |at: usize| -> f32 { fields.get(at).and_then(|f| f.parse().ok()).expect(WHOLE) };
            let node = match fields[0] {
                "base" => {
                    model.base = number(1);
                    continue;
                }
                "tree" => {
                    let root = u32::try_from(model.nodes.len()).expect(WHOLE);
                    model.roots.push(root);
                    continue;
                }
                "leaf" => Node {
                    feature: LEAF,
                    next: [0, 0],
                    number: number(1),
                },
                _ => {
                    let place = |at: usize| -> u16 {
                        fields.get(at).and_then(|f| f.parse().ok()).expect(WHOLE)
                    };
                    let feature = names
                        .iter()
                        .position(|n| Some(n) == fields.get(1))
                        .and_then(|k| u16::try_from(k).ok())
                        .expect("the model file names features of this version");
                    Node {
                        feature,
                        next: [place(3), place(4)],
                        number: number(2),
                    }
                }
            };
            model.nodes.push(node);
        }
        model
    }

    /// The likelihood in 0..=1 that these features tell.
    pub(super) fn likelihood(&self, features: &[f32]) -> f32 {
        let mut logit = self.base;
        for &root in &self.roots {
            logit += self.value(root, features);
        }
        1.0 / (1.0 + (-logit).exp())
    }

    /// [`Self::likelihood`] of many rows of features: a tree that is at hand is asked of all of them.
    pub(super) fn likelihoods<const N: usize>(&self, rows: &[[f32; N]]) -> Vec<f32> {
        let mut found = vec![self.base; rows.len()];
        for &root in &self.roots {
            for (logit, row) in found.iter_mut().zip(rows) {
                *logit += self.value(root, row);
            }
        }
        for logit in &mut found {
            *logit = 1.0 / (1.0 + (-*logit).exp());
        }
        found
    }

    /// What the tree at `root` says of these features.
    #[inline]
    fn value(&self, root: u32, features: &[f32]) -> f32 {
        let tree = &self.nodes[root as usize..];
        let mut node = &tree[0];
        while node.feature != LEAF {
            // Which way a tree goes cannot be foretold, so that it is looked up and not branched on. What is no number goes high.
            let low = features[usize::from(node.feature)] <= node.number;
            node = &tree[usize::from(node.next[usize::from(!low)])];
        }
        node.number
    }
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
    fn the_model_files_are_whole() {
        for model in [&*CHANGES, &*CHANGED, &*IN_FULL, &*WORDS] {
            assert!(!model.roots.is_empty());
            let ends = model.roots[1..].iter().map(|&root| root as usize);
            for (&root, end) in model.roots.iter().zip(ends.chain([model.nodes.len()])) {
                let tree = &model.nodes[root as usize..end];
                for node in tree.iter().filter(|n| n.feature != LEAF) {
                    assert!(node.next.iter().all(|&next| usize::from(next) < tree.len()));
                }
            }
            let rows = [0.0, 0.7, f32::NAN].map(|value| [value; features::NAMES.len()]);
            for (row, value) in rows.iter().zip(model.likelihoods(&rows)) {
                assert_eq!(value, model.likelihood(row));
                assert!((0.0..=1.0).contains(&value));
            }
        }
    }
}
