//! What a word alignment leaves over: runs of words that changed, went or came, with the anchors that hold them in place.

use std::ops::Range;

use super::words::WordAlignment;
use crate::words::{Class, Words};

/// A run of source words and the run of copy words that stands in its place; either may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// Words of the source.
    pub source: Range<usize>,
    /// Words of the copy.
    pub copy: Range<usize>,
    /// How many neighbours of the two runs answer each other, 0..=2. A sentence's edge counts where both runs touch it.
    pub anchors: u8,
}

/// The chunks of a pair, ordered by their place in the copy, then in the source.
pub fn chunks(source: &Words, copy: &Words, alignment: &WordAlignment) -> Vec<Chunk> {
    let met_a = |k: usize| alignment.of_source[k].is_some();
    let met_b = |k: usize| alignment.of_copy[k].is_some();
    let runs_a = runs(source, &met_a);
    let runs_b = runs(copy, &met_b);
    // Where the neighbours of each run lead: a place in the copy, or an edge.
    let edges_a: Vec<(Edge, Edge)> = runs_a
        .iter()
        .map(|r| neighbours(source, r, &|k| alignment.of_source[k].map(|(j, _)| j)))
        .collect();
    let edges_b: Vec<(Edge, Edge)> = runs_b
        .iter()
        .map(|r| neighbours(copy, r, &|k| Some(k).filter(|&k| met_b(k))))
        .collect();
    let mut ranked = Vec::new();
    for (x, (left_a, right_a)) in edges_a.iter().enumerate() {
        for (y, (left_b, right_b)) in edges_b.iter().enumerate() {
            let anchors = u8::from(left_a == left_b) + u8::from(right_a == right_b);
            let words = u8::from(left_a == left_b && matches!(left_a, Edge::At(_)))
                + u8::from(right_a == right_b && matches!(right_a, Edge::At(_)));
            if words > 0 {
                let unlike = runs_a[x].len().abs_diff(runs_b[y].len());
                ranked.push((
                    std::cmp::Reverse(anchors),
                    std::cmp::Reverse(words),
                    unlike,
                    x,
                    y,
                ));
            }
        }
    }
    ranked.sort();
    let mut used_a = vec![false; runs_a.len()];
    let mut used_b = vec![false; runs_b.len()];
    let mut found = Vec::new();
    for (anchors, _, _, x, y) in ranked {
        if !used_a[x] && !used_b[y] {
            used_a[x] = true;
            used_b[y] = true;
            found.push(Chunk {
                source: runs_a[x].clone(),
                copy: runs_b[y].clone(),
                anchors: anchors.0,
            });
        }
    }
    for (x, run) in runs_a.iter().enumerate().filter(|(x, _)| !used_a[*x]) {
        let at = match edges_a[x].0 {
            Edge::At(j) => j + 1,
            _ => 0,
        };
        found.push(Chunk {
            source: run.clone(),
            copy: at..at,
            anchors: 0,
        });
    }
    for (y, run) in runs_b.iter().enumerate().filter(|(y, _)| !used_b[*y]) {
        let at = match edges_b[y].0 {
            Edge::At(j) => alignment.of_copy[j].map_or(0, |(i, _)| i + 1),
            _ => 0,
        };
        found.push(Chunk {
            source: at..at,
            copy: run.clone(),
            anchors: 0,
        });
    }
    found.sort_by_key(|c| (c.copy.start, c.source.start));
    found
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Edge {
    Start,
    At(usize),
    End,
}

/// Maximal runs of words without counterpart, function words at their ends cut off; a run ends where a clause does.
fn runs(words: &Words, met: &dyn Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut last = 0;
    for (k, word) in words.words.iter().enumerate() {
        let function = word.class == Class::Function;
        if let Some(s) = start
            && !function
            && (met(k) || words.words[last].clause != word.clause)
        {
            found.push(s..last + 1);
            start = None;
        }
        if !met(k) && !function {
            start.get_or_insert(k);
            last = k;
        }
    }
    if let Some(s) = start {
        found.push(s..last + 1);
    }
    found
}

/// The nearest content words with counterparts on both sides of a run.
fn neighbours(
    words: &Words,
    run: &Range<usize>,
    counterpart: &dyn Fn(usize) -> Option<usize>,
) -> (Edge, Edge) {
    let solid = |k: &usize| words.words[*k].class != Class::Function;
    let left = (0..run.start)
        .rev()
        .filter(solid)
        .find_map(|k| counterpart(k).map(Edge::At))
        .unwrap_or(Edge::Start);
    let right = (run.end..words.words.len())
        .filter(solid)
        .find_map(|k| counterpart(k).map(Edge::At))
        .unwrap_or(Edge::End);
    (left, right)
}
