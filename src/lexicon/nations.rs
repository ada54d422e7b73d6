//! Names that stand for one nation: the country, its adjective, its capital as the seat of its government.

use std::sync::LazyLock;

use ahash::AHashMap;

/// Name -> its nation's number, and whether it is the capital's.
static NATIONS: LazyLock<AHashMap<&'static str, (usize, bool)>> = LazyLock::new(|| {
    let mut all = AHashMap::new();
    for (number, line) in include_str!("nations.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .enumerate()
    {
        for (column, field) in line.split('\t').enumerate() {
            for name in field.split(',').filter(|n| !n.is_empty()) {
                all.entry(name).or_insert((number, column == 1));
            }
        }
    }
    all
});

/// A name that stands for a nation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nation {
    number: usize,
    capital: bool,
}

impl Nation {
    /// The nation that a folded name stands for.
    pub fn of(folded: &str) -> Option<Self> {
        let &(number, capital) = NATIONS.get(folded)?;
        Some(Self { number, capital })
    }

    /// Likeness of two names of one nation: 0.85 for two names of country or people ("Azeri", "Azerbaijani"), 0.6 for the capital and either
    /// ("Yerevan", "Armenian"), 0 for names of two nations.
    pub fn likeness(self, other: Self) -> f32 {
        if self.number != other.number {
            0.0
        } else if self.capital == other.capital {
            0.85
        } else {
            0.6
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_nation_are_alike_and_of_two_are_not() {
        let likeness = |a, b| match (Nation::of(a), Nation::of(b)) {
            (Some(a), Some(b)) => a.likeness(b),
            _ => f32::NAN,
        };
        assert!(likeness("azeri", "azerbaijani") > 0.8);
        assert!((0.5..0.8).contains(&likeness("yerevan", "armenian")));
        assert!(likeness("yerevan", "baku") == 0.0 && likeness("dutch", "danish") == 0.0);
    }
}
