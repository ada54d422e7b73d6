//! Problems with single records: a clear line for each on standard error, not too many, and their number; all of them in
//! a file where one is asked for.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;
use wirecopy::Error;
use wirecopy::model::Problem;

use crate::cli::Globals;
use crate::exit;
use crate::output::Output;

/// What becomes of records that cannot be used.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Problems")]
pub(crate) struct ProblemArgs {
    /// Stop with exit code 3 and write no result when any record could not be used
    #[arg(long)]
    strict: bool,
    /// Write every problem with a record as {"path", "line", "message", "lost"}, one a line
    #[arg(long, value_name = "FILE")]
    problems: Option<PathBuf>,
}

impl ProblemArgs {
    /// Opens the file for problems before the work, so that a wrong path is said at once.
    pub(crate) fn open(&self) -> Result<ProblemFile, Error> {
        Ok(ProblemFile {
            strict: self.strict,
            out: self.problems.as_deref().map(Output::create).transpose()?,
        })
    }

    /// The file that is written.
    pub(crate) fn path(&self) -> Option<&PathBuf> {
        self.problems.as_ref()
    }
}

/// Where all problems are written, and whether one is too many.
pub(crate) struct ProblemFile {
    strict: bool,
    out: Option<Output>,
}

/// A problem as it is written.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    line: Option<u64>,
    message: &'a str,
    lost: bool,
}

impl ProblemFile {
    /// Hands on what was read, its problems written. Where nothing could be used they are written too.
    ///
    /// # Errors
    /// What reading failed with; with `--strict` also [`exit::Strict`] when a record was lost.
    pub(crate) fn settle<T>(
        &mut self,
        read: wirecopy::Result<T>,
        problems: impl Fn(&T) -> &[Problem],
        globals: &Globals,
    ) -> anyhow::Result<T> {
        match read {
            Ok(read) => {
                self.write(problems(&read))?;
                let judged = self.judge(problems(&read));
                if judged.is_err() {
                    list(problems(&read), globals);
                }
                judged.map(|()| read)
            }
            Err(Error::NoInput {
                inputs,
                hint,
                problems,
            }) => {
                self.write(&problems)?;
                // The hint is the first of them.
                list(problems.get(1..).unwrap_or_default(), globals);
                Err(Error::NoInput {
                    inputs,
                    hint,
                    problems,
                }
                .into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes all problems and gives the file its name.
    pub(crate) fn write(&mut self, problems: &[Problem]) -> anyhow::Result<()> {
        let Some(mut out) = self.out.take() else {
            return Ok(());
        };
        for problem in problems {
            let line = Line {
                path: &problem.origin.path,
                line: problem.origin.line,
                message: &problem.message,
                lost: problem.lost,
            };
            let mut line = serde_json::to_vec(&line)?;
            line.push(b'\n');
            out.write_all(&line).with_context(|| out.failure())?;
        }
        out.finish()
    }

    /// Whether the run may go on.
    pub(crate) fn judge(&self, problems: &[Problem]) -> anyhow::Result<()> {
        let lost = problems.iter().filter(|problem| problem.lost).count();
        if self.strict && lost > 0 {
            return Err(exit::Strict { lost }.into());
        }
        Ok(())
    }
}

/// Lists problems that came all at once.
pub(crate) fn list(problems: &[Problem], globals: &Globals) {
    let mut listed = Problems::new(globals);
    for problem in problems {
        listed.add(problem);
    }
    listed.close();
}

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
