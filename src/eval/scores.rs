//! Shares, precision and recall, confusion matrices: counts that add up over stories.

use std::ops::AddAssign;

/// Hits among cases.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Cases that hold.
    pub hits: f64,
    /// All cases.
    pub of: f64,
}

impl Share {
    /// One more case.
    pub fn count(&mut self, hit: bool) {
        self.hits += f64::from(u8::from(hit));
        self.of += 1.0;
    }

    /// `hits / of`; `None` without a case.
    pub fn value(&self) -> Option<f64> {
        (self.of > 0.0).then(|| self.hits / self.of)
    }
}

impl AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.hits += other.hits;
        self.of += other.of;
    }
}

/// Precision and recall. Their hits may differ: two predictions can meet one label.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// Predictions that meet a label, among predictions.
    pub predicted: Share,
    /// Labels that a prediction meets, among labels.
    pub labelled: Share,
}

impl Scores {
    /// Right predictions among all, 0..=1; `None` without a prediction.
    pub fn precision(&self) -> Option<f64> {
        self.predicted.value()
    }

    /// Labels found among all, 0..=1; `None` without a label.
    pub fn recall(&self) -> Option<f64> {
        self.labelled.value()
    }

    /// Harmonic mean of precision and recall, 0..=1: 0 when only one side has cases, `None` when neither has.
    pub fn f1(&self) -> Option<f64> {
        match (self.precision(), self.recall()) {
            (None, None) => None,
            (Some(p), Some(r)) if p + r > 0.0 => Some(2.0 * p * r / (p + r)),
            _ => Some(0.0),
        }
    }
}

impl AddAssign for Scores {
    fn add_assign(&mut self, other: Self) {
        self.predicted += other.predicted;
        self.labelled += other.labelled;
    }
}

/// Counts of labelled class (row) against predicted class (column). The first `ROWS` columns are the classes of the
/// rows; further columns are ways of giving no class, and always wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confusion<const ROWS: usize, const COLUMNS: usize> {
    /// Cases by row and column.
    pub counts: [[f64; COLUMNS]; ROWS],
}

impl<const ROWS: usize, const COLUMNS: usize> Default for Confusion<ROWS, COLUMNS> {
    fn default() -> Self {
        Self {
            counts: [[0.0; COLUMNS]; ROWS],
        }
    }
}

impl<const ROWS: usize, const COLUMNS: usize> Confusion<ROWS, COLUMNS> {
    /// One more case.
    pub fn count(&mut self, labelled: usize, predicted: usize) {
        self.counts[labelled][predicted] += 1.0;
    }

    /// Share of cases on the diagonal, 0..=1; `None` without a case.
    pub fn accuracy(&self) -> Option<f64> {
        let hits = (0..ROWS).map(|k| self.counts[k][k]).sum();
        Share {
            hits,
            of: self.counts.iter().flatten().sum(),
        }
        .value()
    }

    /// Precision and recall of one class.
    pub fn class(&self, k: usize) -> Scores {
        let hits = self.counts[k][k];
        Scores {
            predicted: Share {
                hits,
                of: self.counts.iter().map(|row| row[k]).sum(),
            },
            labelled: Share {
                hits,
                of: self.counts[k].iter().sum(),
            },
        }
    }

    /// Mean F1 of the classes that are labelled or predicted at least once, 0..=1; `None` when there are none.
    pub fn macro_f1(&self) -> Option<f64> {
        let scores: Vec<f64> = (0..ROWS).filter_map(|k| self.class(k).f1()).collect();
        (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
    }
}

impl<const ROWS: usize, const COLUMNS: usize> AddAssign for Confusion<ROWS, COLUMNS> {
    fn add_assign(&mut self, other: Self) {
        for (mine, theirs) in self
            .counts
            .iter_mut()
            .flatten()
            .zip(other.counts.iter().flatten())
        {
            *mine += theirs;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_is_the_harmonic_mean() {
        let scores = Scores {
            predicted: Share { hits: 1.0, of: 2.0 },
            labelled: Share { hits: 1.0, of: 1.0 },
        };
        assert!((scores.f1().unwrap() - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(Scores::default().f1(), None);
        let nothing_found = Scores {
            labelled: Share { hits: 0.0, of: 3.0 },
            ..Scores::default()
        };
        assert_eq!(nothing_found.f1(), Some(0.0));
    }

    #[test]
    fn a_case_without_a_class_lowers_recall_but_not_precision() {
        let mut table = Confusion::<2, 3>::default();
        table.count(0, 0);
        table.count(0, 2);
        table.count(1, 1);
        assert_eq!(table.accuracy(), Some(2.0 / 3.0));
        assert_eq!(
            (table.class(0).precision(), table.class(0).recall()),
            (Some(1.0), Some(0.5))
        );
        assert!((table.macro_f1().unwrap() - (2.0 / 3.0 + 1.0) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_class_that_never_occurs_is_left_out_of_the_mean() {
        let mut table = Confusion::<3, 3>::default();
        table.count(0, 0);
        table.count(1, 0);
        assert!((table.macro_f1().unwrap() - (2.0 / 3.0) / 2.0).abs() < 1e-12);
    }
}
