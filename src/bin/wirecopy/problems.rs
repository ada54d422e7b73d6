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
    /// Lines said or counted as too many.
    listed: usize,
    /// The file and the words of the last problem of a line.
    last: Option<(String, String)>,
    /// How many problems after it had the same file and words.
    same: usize,
}

impl Problems {
    /// Lists the first twenty, all with `-v`, none with `--quiet`.
    pub(crate) fn new(globals: &Globals) -> Self {
        Self {
            limit: if globals.verbose { usize::MAX } else { LISTED },
            quiet: globals.quiet,
            lost: 0,
            assumed: 0,
            listed: 0,
            last: None,
            same: 0,
        }
    }

    /// Whether none came yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.lost + self.assumed == 0
    }

    /// Counts a problem and says it while there is room.
    pub(crate) fn add(&mut self, problem: &Problem) {
        if problem.lost {
            self.lost += 1;
        } else {
            self.assumed += 1;
        }
        let of_line = problem
            .origin
            .line
            .map(|_| (problem.origin.path.clone(), problem.message.clone()));
        // A file of something else (labels, say) beside the articles has one thing wrong with every line.
        if of_line.is_some() && of_line == self.last && self.limit != usize::MAX {
            self.same += 1;
            return;
        }
        self.say_same();
        self.last = of_line;
        if self.listed < self.limit && !self.quiet {
            exit::say("warning", &problem.to_string());
        }
        self.listed += 1;
    }

    /// Says how many lines had the same wrong as the last one listed.
    fn say_same(&mut self) {
        if let Some((path, _)) = &self.last
            && self.same > 0
            && self.listed <= self.limit
            && !self.quiet
        {
            let lines = if self.same == 1 { "line" } else { "lines" };
            exit::say(
                "warning",
                &format!(
                    "{path}: the same for {} more {lines}; `-v` lists them",
                    self.same
                ),
            );
        }
        self.same = 0;
    }

    /// Says how many there were.
    pub(crate) fn close(&mut self) {
        self.say_same();
        let total = self.lost + self.assumed;
        if self.quiet || total == 0 {
            return;
        }
        if self.listed > self.limit {
            exit::say(
                "warning",
                &format!("and {} more; `-v` lists them", self.listed - self.limit),
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
