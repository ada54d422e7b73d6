//! Match -> cluster: passages that several documents share.
//!
//! A document can carry two stories. So not documents are joined but matches: two matches that meet in a document belong to one
//! story when they use the same sentences of it (link communities: Ahn, Bagrow, Lehmann 2010). A member that does not match the source
//! itself is split off and looked at again among those that were left.

use crate::passages::Measured;
use crate::union_find::UnionFind;

/// A verified match between two documents.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Smaller index.
    pub first: u32,
    /// Larger index.
    pub second: u32,
    /// What they share.
    pub measured: Measured,
}

/// Least share of the smaller of two sets of sentences that lies in the other, for two matches to be of one story.
const SAME_PASSAGE: f32 = 0.34;

/// Groups the matches into stories. Every group is a list of indices into `edges`, ascending; groups are ordered by their first edge.
pub fn stories(edges: &[Edge]) -> Vec<Vec<usize>> {
    let mut joined = UnionFind::new(edges.len());
    // For each document: its matches and the sentences they use.
    let mut at: std::collections::BTreeMap<u32, Vec<(usize, &[u32])>> =
        std::collections::BTreeMap::new();
    for (k, edge) in edges.iter().enumerate() {
        at.entry(edge.first)
            .or_default()
            .push((k, &edge.measured.first));
        at.entry(edge.second)
            .or_default()
            .push((k, &edge.measured.second));
    }
    for list in at.values_mut() {
        // Reprints use the very same sentences, however many there are.
        list.sort_by(|a, b| a.1.cmp(b.1).then(a.0.cmp(&b.0)));
        let mut distinct: Vec<(usize, &[u32])> = Vec::new();
        for &(k, used) in list.iter() {
            match distinct.last() {
                Some(&(first, same)) if same == used && !used.is_empty() => {
                    joined.join(first, k);
                }
                _ => distinct.push((k, used)),
            }
        }
        for (n, (a, used_a)) in distinct.iter().enumerate() {
            for (b, used_b) in &distinct[n + 1..] {
                if joined.root(*a) != joined.root(*b) && overlap(used_a, used_b) >= SAME_PASSAGE {
                    joined.join(*a, *b);
                }
            }
        }
    }
    let mut groups: std::collections::BTreeMap<usize, Vec<usize>> =
        std::collections::BTreeMap::new();
    for k in 0..edges.len() {
        groups.entry(joined.root(k)).or_default().push(k);
    }
    groups.into_values().collect()
}

/// Share of the smaller sorted set that lies in the other, 0..=1.
pub fn overlap(a: &[u32], b: &[u32]) -> f32 {
    let common = a.iter().filter(|x| b.binary_search(x).is_ok()).count();
    common as f32 / a.len().min(b.len()).max(1) as f32
}

/// The documents of a group of matches, ascending, each with the sentences that any of them uses, ascending.
pub fn members(edges: &[Edge], group: &[usize]) -> Vec<(u32, Vec<u32>)> {
    let mut found: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
    for &k in group {
        found
            .entry(edges[k].first)
            .or_default()
            .extend(&edges[k].measured.first);
        found
            .entry(edges[k].second)
            .or_default()
            .extend(&edges[k].measured.second);
    }
    found
        .into_iter()
        .map(|(document, mut sentences)| {
            sentences.sort_unstable();
            sentences.dedup();
            (document, sentences)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(first: u32, second: u32, used_first: &[u32], used_second: &[u32]) -> Edge {
        let measured = Measured {
            first: used_first.to_vec(),
            second: used_second.to_vec(),
            containment_of_first: 0.5,
            containment_of_second: 0.5,
            words: 100,
            unquoted: 100,
            similarity: 0.7,
            figures: 0,
            figures_met: 0,
            in_runs: 0,
            neighbours: 0,
            neighbours_by_chance: 0.0,
        };
        Edge {
            first,
            second,
            measured,
        }
    }

    #[test]
    fn a_document_with_two_stories_lies_in_two_groups() {
        let edges = [
            edge(0, 1, &[0, 1, 2], &[5, 6, 7]),
            edge(1, 2, &[5, 6], &[0, 1]),
            edge(1, 3, &[0, 1, 2], &[0, 1, 2]),
        ];
        assert_eq!(stories(&edges), [vec![0, 1], vec![2]]);
    }
}
