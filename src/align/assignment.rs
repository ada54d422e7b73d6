//! The assignment problem: one row to one column, so that the total is the greatest (Kuhn 1955, Munkres 1957).

use crate::union_find::UnionFind;

/// The assignment of the greatest total value among allowed pairs. Parts of the problem that share no allowed pair are solved apart.
pub(super) fn assign(n: usize, m: usize, allowed: &[(usize, usize, f32)]) -> Vec<(usize, usize)> {
    if allowed.is_empty() {
        return Vec::new();
    }
    let mut parts = UnionFind::new(n + m);
    for &(i, j, _) in allowed {
        parts.join(i, n + j);
    }
    let mut groups: std::collections::BTreeMap<usize, Vec<(usize, usize, f32)>> =
        std::collections::BTreeMap::new();
    for &entry in allowed {
        groups.entry(parts.root(entry.0)).or_default().push(entry);
    }
    let mut chosen = Vec::new();
    for group in groups.into_values() {
        let mut rows: Vec<usize> = group.iter().map(|e| e.0).collect();
        let mut columns: Vec<usize> = group.iter().map(|e| e.1).collect();
        rows.sort_unstable();
        rows.dedup();
        columns.sort_unstable();
        columns.dedup();
        let size = rows.len().max(columns.len());
        let mut cost = vec![0.0_f64; size * size];
        for &(i, j, v) in &group {
            let (r, c) = (rows.binary_search(&i), columns.binary_search(&j));
            if let (Ok(r), Ok(c)) = (r, c) {
                cost[r * size + c] = -f64::from(v);
            }
        }
        for (r, c) in least_cost(size, &cost) {
            if cost[r * size + c] < 0.0 && r < rows.len() && c < columns.len() {
                chosen.push((rows[r], columns[c]));
            }
        }
    }
    chosen.sort_unstable();
    chosen
}

/// Least-cost assignment of a square matrix by shortest augmenting paths with potentials, cubic time (Jonker, Volgenant 1987).
fn least_cost(size: usize, cost: &[f64]) -> Vec<(usize, usize)> {
    let mut row_potential = vec![0.0_f64; size + 1];
    let mut column_potential = vec![0.0_f64; size + 1];
    let mut row_of_column = vec![0_usize; size + 1];
    let mut way = vec![0_usize; size + 1];
    for row in 1..=size {
        row_of_column[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; size + 1];
        let mut used = vec![false; size + 1];
        loop {
            used[column] = true;
            let current = row_of_column[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for j in 1..=size {
                if used[j] {
                    continue;
                }
                let reduced = cost[(current - 1) * size + j - 1]
                    - row_potential[current]
                    - column_potential[j];
                if reduced < least[j] {
                    least[j] = reduced;
                    way[j] = column;
                }
                if least[j] < delta {
                    delta = least[j];
                    next = j;
                }
            }
            for j in 0..=size {
                if used[j] {
                    row_potential[row_of_column[j]] += delta;
                    column_potential[j] -= delta;
                } else {
                    least[j] -= delta;
                }
            }
            column = next;
            if row_of_column[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let before = way[column];
            row_of_column[column] = row_of_column[before];
            column = before;
        }
    }
    (1..=size)
        .filter(|&j| row_of_column[j] > 0)
        .map(|j| (row_of_column[j] - 1, j - 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_cost_finds_the_optimum_of_a_known_case() {
        let cost = [4.0, 1.0, 3.0, 2.0, 0.0, 5.0, 3.0, 2.0, 2.0];
        let total: f64 = least_cost(3, &cost)
            .iter()
            .map(|&(r, c)| cost[r * 3 + c])
            .sum();
        assert_eq!(total, 5.0);
    }
}
