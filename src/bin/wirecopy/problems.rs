//! Problems with single records: a clear line for each on standard error, not too many, and their number.

use wirecopy::model::Problem;

use crate::cli::Globals;
use crate::exit;

/// Lines listed without `-v`.
const LISTED: usize = 20;

/// Lists problems as they come.
pub(crate) struct Problems {
    limit: usize,
    quiet: bool,
    lost: usize,
    assumed: usize,
}

impl Problems {
    /// Lists the first twenty, all with `-v`, none with `--quiet`.
    pub(crate) fn new(globals: &Globals) -> Self {
        Self {
            limit: if globals.verbose { usize::MAX } else { LISTED },
            quiet: globals.quiet,
            lost: 0,
            assumed: 0,
        }
    }

    /// Whether none came yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.lost + self.assumed == 0
    }

    /// Counts a problem and says it while there is room.
    pub(crate) fn add(&mut self, problem: &Problem) {
        let listed = self.lost + self.assumed;
        if listed < self.limit && !self.quiet {
            exit::say("warning", &problem.to_string());
        }
        if problem.lost {
            self.lost += 1;
        } else {
            self.assumed += 1;
        }
    }

    /// Says how many there were.
    pub(crate) fn close(&self) {
        let total = self.lost + self.assumed;
        if self.quiet || total == 0 {
            return;
        }
        if total > self.limit {
            exit::say(
                "warning",
                &format!("and {} more; `-v` lists them", total - self.limit),
            );
        }
        let records = |number: usize| if number == 1 { "record" } else { "records" };
        let mut parts = Vec::new();
        if self.lost > 0 {
            parts.push(format!(
                "{} {} could not be used",
                self.lost,
                records(self.lost)
            ));
        }
        if self.assumed > 0 {
            parts.push(format!(
                "{} {} read under an assumption",
                self.assumed,
                records(self.assumed)
            ));
        }
        exit::say("warning", &parts.join(", "));
    }
}
