//! Which things hang together, told pair by pair.

/// Sets that grow together (Galler and Fischer 1964, paths halved as they are walked). Four bytes a thing.
#[derive(Debug)]
pub(crate) struct UnionFind {
    parents: Vec<u32>,
}

impl UnionFind {
    /// Each of `count` things alone.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            parents: (0..narrow(count)).collect(),
        }
    }

    /// The smallest member of the set that holds `thing`.
    pub(crate) fn root(&mut self, thing: usize) -> usize {
        let mut thing = narrow(thing);
        loop {
            let parent = self.parents[thing as usize];
            if parent == thing {
                return thing as usize;
            }
            let above = self.parents[parent as usize];
            self.parents[thing as usize] = above;
            thing = above;
        }
    }

    /// As [`root`](Self::root), when others look at the same time.
    pub(crate) fn root_of(&self, mut thing: u32) -> u32 {
        while self.parents[thing as usize] != thing {
            thing = self.parents[thing as usize];
        }
        thing
    }

    /// Makes one set of the two that hold `a` and `b`.
    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = narrow(a.min(b));
    }
}

fn narrow(thing: usize) -> u32 {
    u32::try_from(thing).expect("things are numbered in 32 bits")
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
        assert_eq!(sets.root_of(5), 1);
    }
}
