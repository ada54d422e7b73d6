//! The likeliest descent of all documents together: one parent each, no cycles.
//!
//! Maximum spanning arborescence: Chu and Liu 1965, Edmonds 1967. Marginals over all arborescences: the matrix-tree theorem for directed
//! graphs (Tutte 1948) as used for dependency trees by Koo, Globerson, Carreras and Collins 2007.

/// Candidates for the parent of each document. Weights are likelihoods; those of one child may have any common factor.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    /// For each document its candidates, each with a weight above 0.
    pub(super) parents: Vec<Vec<(usize, f64)>>,
    /// For each document the weight of having no parent here.
    pub(super) outside: Vec<f64>,
}

/// Probabilities under all arborescences, each as likely as the product of its edges' weights.
#[derive(Clone, Debug, Default)]
pub(super) struct Marginals {
    /// In the order of [`Candidates::parents`].
    pub(super) parents: Vec<Vec<f64>>,
    /// That the document has no parent here.
    pub(super) outside: Vec<f64>,
    /// That it is the only one without a parent here: all others come from it.
    pub(super) only: Vec<f64>,
}

/// Least share of a child's weight that lies outside, so that sums over arborescences stay far from 0.
const LEAST_OUTSIDE: f64 = 1e-7;

/// Most documents whose arborescences are summed: half a second's work. A story that more outlets print is a reprint nearly everywhere, and its
/// source is plain.
const SUMMED: usize = 512;

impl Candidates {
    /// The same with the weights of each child adding up to 1.
    fn scaled(&self) -> Self {
        let mut scaled = self.clone();
        for (parents, outside) in scaled.parents.iter_mut().zip(&mut scaled.outside) {
            let sum: f64 = parents.iter().map(|p| p.1).sum::<f64>() + *outside;
            for (_, weight) in parents.iter_mut() {
                *weight /= sum;
            }
            *outside = (*outside / sum).max(LEAST_OUTSIDE);
        }
        scaled
    }

    /// Sums over all arborescences. Takes the cube of the number of documents; past [`SUMMED`] of them each document's parent is taken for itself.
    pub(super) fn marginals(&self) -> Marginals {
        let scaled = self.scaled();
        let count = scaled.outside.len();
        if count > SUMMED {
            return scaled.apart();
        }
        let mut laplacian = vec![vec![0.0; count]; count];
        for (child, parents) in scaled.parents.iter().enumerate() {
            for &(parent, weight) in parents {
                laplacian[child][child] += weight;
                laplacian[parent][child] -= weight;
            }
        }
        let mut rooted = laplacian.clone();
        for (child, &outside) in scaled.outside.iter().enumerate() {
            rooted[child][child] += outside;
        }
        // With one root only: its row takes the place of one row of the Laplacian.
        let mut single = laplacian;
        if let Some(row) = single.first_mut() {
            row.copy_from_slice(&scaled.outside);
        }
        let (inverse, of_all) = invert(rooted);
        let (inverse_single, of_single) = invert(single);
        let share = if of_all.is_finite() && of_single.is_finite() {
            (of_single - of_all).exp().clamp(0.0, 1.0)
        } else {
            0.0
        };
        let bounded = |p: f64| {
            if p.is_finite() {
                p.clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        Marginals {
            parents: scaled
                .parents
                .iter()
                .enumerate()
                .map(|(child, parents)| {
                    parents
                        .iter()
                        .map(|&(parent, weight)| {
                            bounded(weight * (inverse[child][child] - inverse[child][parent]))
                        })
                        .collect()
                })
                .collect(),
            outside: (0..count)
                .map(|child| bounded(scaled.outside[child] * inverse[child][child]))
                .collect(),
            only: (0..count)
                .map(|child| bounded(share * scaled.outside[child] * inverse_single[child][0]))
                .collect(),
        }
    }
}

impl Candidates {
    /// Probabilities as if no choice of a parent had to do with another: weights that add up to 1 are all there is to say.
    fn apart(&self) -> Marginals {
        let none_else: f64 = self.outside.iter().map(|p| (1.0 - p).max(1e-9).ln()).sum();
        Marginals {
            parents: self
                .parents
                .iter()
                .map(|parents| parents.iter().map(|p| p.1).collect())
                .collect(),
            outside: self.outside.clone(),
            only: self
                .outside
                .iter()
                .map(|p| p * (none_else - (1.0 - p).max(1e-9).ln()).exp())
                .collect(),
        }
    }
}

/// The inverse of a matrix and the logarithm of the size of its determinant: Gauss and Jordan, with pivots by rows. A singular matrix gives
/// `-inf` and zeros.
fn invert(mut matrix: Vec<Vec<f64>>) -> (Vec<Vec<f64>>, f64) {
    let count = matrix.len();
    let mut inverse: Vec<Vec<f64>> = (0..count)
        .map(|row| {
            (0..count)
                .map(|column| f64::from(u8::from(row == column)))
                .collect()
        })
        .collect();
    let mut logarithm = 0.0;
    for column in 0..count {
        let pivot = (column..count)
            .max_by(|&a, &b| {
                matrix[a][column]
                    .abs()
                    .total_cmp(&matrix[b][column].abs())
                    .then(b.cmp(&a))
            })
            .unwrap_or(column);
        matrix.swap(column, pivot);
        inverse.swap(column, pivot);
        let head = matrix[column][column];
        if head == 0.0 || !head.is_finite() {
            return (vec![vec![0.0; count]; count], f64::NEG_INFINITY);
        }
        logarithm += head.abs().ln();
        for value in matrix[column].iter_mut().chain(&mut inverse[column]) {
            *value /= head;
        }
        let (row_m, row_i) = (matrix[column].clone(), inverse[column].clone());
        for row in (0..count).filter(|&row| row != column) {
            let factor = matrix[row][column];
            if factor != 0.0 {
                for (value, pivot) in matrix[row].iter_mut().zip(&row_m) {
                    *value -= factor * pivot;
                }
                for (value, pivot) in inverse[row].iter_mut().zip(&row_i) {
                    *value -= factor * pivot;
                }
            }
        }
    }
    (inverse, logarithm)
}

/// The arborescence with the highest sum of weights: for each document its parent, `None` for outside. `parents` and `outside` as in
/// [`Candidates`], weights of any sign. Of equal ones the parent with the lower number wins, outside before all. Near linear in the edges.
pub(super) fn maximum(parents: &[Vec<(usize, f64)>], outside: &[f64]) -> Vec<Option<usize>> {
    let root = outside.len();
    let mut edges = Vec::new();
    for (child, (candidates, &weight)) in parents.iter().zip(outside).enumerate() {
        edges.push(Edge {
            from: root,
            to: child,
            weight,
        });
        let mut sorted = candidates.clone();
        sorted.sort_by_key(|c| c.0);
        edges.extend(sorted.into_iter().map(|(from, weight)| Edge {
            from,
            to: child,
            weight,
        }));
    }
    let mut chosen = vec![None; root];
    for edge in spanning(&edges, root + 1, root) {
        let Edge { from, to, .. } = edges[edge];
        chosen[to] = (from != root).then_some(from);
    }
    chosen
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    from: usize,
    to: usize,
    weight: f64,
}

/// No edge, no node.
const NONE: usize = usize::MAX;

/// Ways into nodes, heaviest first, as leftist heaps (Crane 1972) that are melded when nodes become one. Of equal weights the lower number of
/// the edge comes first.
struct Ways {
    weights: Vec<f64>,
    /// What is still to be taken from the weights below.
    owed: Vec<f64>,
    left: Vec<usize>,
    right: Vec<usize>,
    /// Length of the path to the right.
    ranks: Vec<u32>,
}

impl Ways {
    fn new(edges: &[Edge]) -> Self {
        Self {
            weights: edges.iter().map(|edge| edge.weight).collect(),
            owed: vec![0.0; edges.len()],
            left: vec![NONE; edges.len()],
            right: vec![NONE; edges.len()],
            ranks: vec![1; edges.len()],
        }
    }

    fn take_from_all(&mut self, heap: usize, loss: f64) {
        if heap != NONE {
            self.weights[heap] -= loss;
            self.owed[heap] += loss;
        }
    }

    fn settle(&mut self, heap: usize) {
        let loss = std::mem::take(&mut self.owed[heap]);
        if loss != 0.0 {
            self.take_from_all(self.left[heap], loss);
            self.take_from_all(self.right[heap], loss);
        }
    }

    /// Takes as many steps as both heaps' paths to the right have: the logarithm of their sizes.
    fn meld(&mut self, one: usize, other: usize) -> usize {
        if one == NONE || other == NONE {
            return one.min(other);
        }
        let (x, y) = (self.weights[one], self.weights[other]);
        let (top, rest) = if x > y || (x == y && one < other) {
            (one, other)
        } else {
            (other, one)
        };
        self.settle(top);
        let right = self.meld(self.right[top], rest);
        let rank = |heap: usize, ranks: &[u32]| if heap == NONE { 0 } else { ranks[heap] };
        let left = self.left[top];
        let (left, right) = if rank(left, &self.ranks) < rank(right, &self.ranks) {
            (right, left)
        } else {
            (left, right)
        };
        self.left[top] = left;
        self.right[top] = right;
        self.ranks[top] = 1 + rank(right, &self.ranks);
        top
    }

    /// The heap without its heaviest edge.
    fn without_first(&mut self, heap: usize) -> usize {
        self.settle(heap);
        self.meld(self.left[heap], self.right[heap])
    }
}

/// Indices of the edges of the maximum spanning arborescence from `root`, which has an edge to every other node. Near linear in the edges
/// (Gabow, Galil, Spencer and Tarjan 1986).
fn spanning(edges: &[Edge], nodes: usize, root: usize) -> Vec<usize> {
    let mut ways = Ways::new(edges);
    // Nodes, then cycles that became one node each; at most as many again.
    let mut heaps = vec![NONE; nodes];
    for (index, edge) in edges.iter().enumerate() {
        if edge.to != root && edge.from != edge.to {
            heaps[edge.to] = ways.meld(heaps[edge.to], index);
        }
    }
    // What a node became a part of, and what it is a part of by now.
    let mut above = vec![NONE; nodes];
    let mut whole: Vec<usize> = (0..nodes).collect();
    let find = |whole: &mut Vec<usize>, mut node: usize| {
        while whole[node] != node {
            whole[node] = whole[whole[node]];
            node = whole[node];
        }
        node
    };
    let mut entered = vec![NONE; nodes];
    let mut reached = vec![false; nodes];
    let mut on_path = vec![false; nodes];
    reached[root] = true;
    for start in 0..nodes {
        let mut node = find(&mut whole, start);
        let mut path = Vec::new();
        while !reached[node] {
            if on_path[node] {
                // A cycle: from here on one node, entered by the way that loses least.
                let cycle = heaps.len();
                let mut heap = NONE;
                loop {
                    let part = path.pop().unwrap_or(node);
                    let edge: usize = entered[part];
                    ways.take_from_all(heaps[part], ways.weights[edge]);
                    heap = ways.meld(heap, heaps[part]);
                    above[part] = cycle;
                    whole[part] = cycle;
                    if part == node {
                        break;
                    }
                }
                heaps.push(heap);
                above.push(NONE);
                whole.push(cycle);
                entered.push(NONE);
                reached.push(false);
                on_path.push(false);
                node = cycle;
            }
            on_path[node] = true;
            path.push(node);
            let mut from = node;
            while from == node && heaps[node] != NONE {
                let edge = heaps[node];
                heaps[node] = ways.without_first(edge);
                entered[node] = edge;
                from = find(&mut whole, edges[edge].from);
            }
            node = from;
        }
        for node in path {
            reached[node] = true;
        }
    }
    // What enters a cycle enters one of its nodes.
    let mut settled = vec![false; heaps.len()];
    for node in (0..heaps.len()).rev() {
        if settled[node] || entered[node] == NONE {
            continue;
        }
        let edge = entered[node];
        let mut part = edges[edge].to;
        while part != node {
            entered[part] = edge;
            settled[part] = true;
            part = above[part];
        }
    }
    entered.truncate(nodes);
    entered.retain(|&edge| edge != NONE);
    entered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(count: usize, seed: u64) -> (Vec<Vec<(usize, f64)>>, Vec<f64>) {
        let mut state = seed;
        let mut next = move || {
            state = crate::text::words::splitmix(state);
            (state >> 40) as f64 / f64::from(1 << 24) + 0.01
        };
        let parents = (0..count)
            .map(|child| {
                (0..count)
                    .filter(|&parent| parent != child)
                    .map(|parent| (parent, next()))
                    .collect()
            })
            .collect();
        (parents, (0..count).map(|_| next()).collect())
    }

    /// Every choice of parents without a cycle, with the weights it takes.
    fn every(
        parents: &[Vec<(usize, f64)>],
        outside: &[f64],
    ) -> Vec<(Vec<Option<usize>>, Vec<f64>)> {
        let mut all: Vec<(Vec<Option<usize>>, Vec<f64>)> = vec![(Vec::new(), Vec::new())];
        for (candidates, &weight) in parents.iter().zip(outside) {
            all = all
                .into_iter()
                .flat_map(|(chosen, weights)| {
                    let ways = std::iter::once((None, weight))
                        .chain(candidates.iter().map(|&(p, w)| (Some(p), w)));
                    ways.map(move |(parent, w)| {
                        let (mut chosen, mut weights) = (chosen.clone(), weights.clone());
                        chosen.push(parent);
                        weights.push(w);
                        (chosen, weights)
                    })
                    .collect::<Vec<_>>()
                })
                .collect();
        }
        all.retain(|(chosen, _)| acyclic(chosen));
        all
    }

    fn acyclic(chosen: &[Option<usize>]) -> bool {
        (0..chosen.len()).all(|start| {
            let mut at = Some(start);
            for _ in 0..=chosen.len() {
                at = at.and_then(|node| chosen[node]);
            }
            at.is_none()
        })
    }

    #[test]
    fn the_arborescence_is_the_best_of_all() {
        for seed in 0..200 {
            let (parents, outside) = weights(2 + (seed % 4) as usize, seed);
            let found = maximum(&parents, &outside);
            assert!(acyclic(&found), "{found:?}");
            let sum = |chosen: &[Option<usize>]| -> f64 {
                chosen
                    .iter()
                    .enumerate()
                    .map(|(child, parent)| match parent {
                        None => outside[child],
                        Some(p) => parents[child].iter().find(|c| c.0 == *p).unwrap().1,
                    })
                    .sum()
            };
            let best = every(&parents, &outside)
                .iter()
                .map(|(_, weights)| weights.iter().sum::<f64>())
                .fold(f64::MIN, f64::max);
            assert!((sum(&found) - best).abs() < 1e-9, "seed {seed}");
        }
    }

    #[test]
    fn many_documents_are_taken_one_by_one_and_their_probabilities_add_up() {
        let count = SUMMED + 1;
        let candidates = Candidates {
            parents: (0..count)
                .map(|child| (0..3).filter(|&p| p != child).map(|p| (p, 1.0)).collect())
                .collect(),
            outside: (0..count)
                .map(|child| if child == 0 { 1e6 } else { 1e-3 })
                .collect(),
        };
        let found = candidates.marginals();
        for (parents, outside) in found.parents.iter().zip(&found.outside) {
            assert!((parents.iter().sum::<f64>() + outside - 1.0).abs() < 1e-6);
        }
        assert!(found.only[0] > 0.5 && found.only.iter().sum::<f64>() <= 1.0);
    }

    #[test]
    fn marginals_are_sums_over_all_arborescences() {
        for seed in 0..50 {
            let (parents, outside) = weights(2 + (seed % 3) as usize, seed);
            let all = every(&parents, &outside);
            let product = |weights: &[f64]| weights.iter().product::<f64>();
            let total: f64 = all.iter().map(|(_, w)| product(w)).sum();
            let share = |holds: &dyn Fn(&[Option<usize>]) -> bool| -> f64 {
                all.iter()
                    .filter(|(chosen, _)| holds(chosen))
                    .map(|(_, w)| product(w))
                    .sum::<f64>()
                    / total
            };
            let candidates = Candidates {
                parents: parents.clone(),
                outside: outside.clone(),
            };
            let found = candidates.marginals();
            for child in 0..outside.len() {
                let wanted = share(&|chosen| chosen[child].is_none());
                assert!((found.outside[child] - wanted).abs() < 1e-6);
                let only =
                    share(&|chosen| (0..chosen.len()).all(|k| chosen[k].is_none() == (k == child)));
                assert!((found.only[child] - only).abs() < 1e-6, "seed {seed}");
                for (&(parent, _), got) in parents[child].iter().zip(&found.parents[child]) {
                    let wanted = share(&|chosen| chosen[child] == Some(parent));
                    assert!((got - wanted).abs() < 1e-6);
                }
            }
        }
    }
}
