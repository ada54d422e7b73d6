//! Which things hang together, told pair by pair.

/// Sets that grow together (Galler and Fischer 1964, paths halved as they are walked).
#[derive(Debug)]
pub(crate) struct UnionFind {
    parents: Vec<usize>,
}

impl UnionFind {
    /// Each of `count` things alone.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            parents: (0..count).collect(),
        }
    }

    /// The smallest member of the set that holds `thing`.
    pub(crate) fn root(&mut self, mut thing: usize) -> usize {
        while self.parents[thing] != thing {
            self.parents[thing] = self.parents[self.parents[thing]];
            thing = self.parents[thing];
        }
        thing
    }

    /// Makes one set of the two that hold `a` and `b`.
    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_member_speaks_for_its_set() {
        let mut sets = UnionFind::new(6);
        for (a, b) in [(5, 3), (1, 2), (3, 1)] {
            sets.join(a, b);
        }
        let roots: Vec<usize> = (0..6).map(|thing| sets.root(thing)).collect();
        assert_eq!(roots, [0, 1, 1, 1, 4, 1]);
    }
}
