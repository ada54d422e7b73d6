//! How far a figure would move with other stories.

use crate::text::words::splitmix;

/// Rounds of resampling.
pub const ROUNDS: usize = 1_000;
/// Seed of the draws.
const SEED: u64 = 42;

/// The middle 95 % of what `figures` gives for `ROUNDS` draws, with replacement, of as many cases as there are (percentile
/// bootstrap, Efron 1979). `figures` is handed the indices drawn and returns always as many values; a value that a draw
/// leaves undefined does not count. `None` for a figure that no draw defines. The same cases give the same intervals.
pub fn intervals(
    cases: usize,
    figures: impl Fn(&[usize]) -> Vec<Option<f64>>,
) -> Vec<Option<(f64, f64)>> {
    if cases == 0 {
        return figures(&[]).iter().map(|_| None).collect();
    }
    let mut state = SEED;
    let mut drawn = vec![0; cases];
    let mut values: Vec<Vec<f64>> = Vec::new();
    for _ in 0..ROUNDS {
        for slot in &mut drawn {
            *slot = below(&mut state, cases);
        }
        let found = figures(&drawn);
        values.resize(found.len(), Vec::new());
        for (list, value) in values.iter_mut().zip(found) {
            list.extend(value);
        }
    }
    values.into_iter().map(middle).collect()
}

fn middle(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let outside = values.len() / 40;
    Some((values[outside], values[last - outside]))
}

/// The next number below `bound`, scaled by the upper half of the product.
fn below(state: &mut u64, bound: usize) -> usize {
    let mixed = splitmix(*state);
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let scaled = (u128::from(mixed) * bound as u128) >> 64;
    usize::try_from(scaled).expect("the product's upper half is below the bound")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_that_agree_have_no_width_and_others_do() {
        let mean = |values: [f64; 8]| {
            intervals(8, move |drawn| {
                vec![
                    Some(drawn.iter().map(|&k| values[k]).sum::<f64>() / 8.0),
                    None,
                ]
            })
        };
        assert_eq!(mean([0.5; 8]), vec![Some((0.5, 0.5)), None]);
        let found = mean([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
        let (low, high) = found[0].unwrap();
        // Of Binomial(8, 1/2) / 8, 95 % lie in 0.125..=0.875.
        assert!(
            (0.1..=0.25).contains(&low) && (0.75..=0.9).contains(&high),
            "{low} {high}"
        );
        assert_eq!(found, mean([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]));
    }
}
