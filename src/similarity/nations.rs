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

/// Likeness of two folded names of one nation: 0.85 for two names of country or people ("Azeri", "Azerbaijani"), 0.6 for the capital and
/// either ("Yerevan", "Armenian"), 0 for anything else.
pub(super) fn likeness(a: &str, b: &str) -> f32 {
    match (NATIONS.get(a), NATIONS.get(b)) {
        (Some((x, capital)), Some((y, other))) if x == y => {
            if capital == other {
                0.85
            } else {
                0.6
            }
        }
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_nation_are_alike_and_of_two_are_not() {
        assert!(likeness("azeri", "azerbaijani") > 0.8);
        assert!((0.5..0.8).contains(&likeness("yerevan", "armenian")));
        assert!(likeness("yerevan", "baku") == 0.0 && likeness("dutch", "danish") == 0.0);
    }
}
