//! Exit codes, the same for every command, and the one line that goes with a failure.

use std::process::ExitCode;

use wirecopy::Error;
use wirecopy::render::visible_line;

/// What every `--help` says of exit codes; the manual page has the same words.
pub(crate) const CODES: &[(&str, &str)] = &[
    ("0", "done, whether or not anything was found"),
    (
        "1",
        "something was found that --fail-on names; never without --fail-on",
    ),
    (
        "2",
        "a wrong option or argument, or an output that cannot be written",
    ),
    (
        "3",
        "the input could not be used: not one record of it, or with --strict not every one",
    ),
    (
        "130",
        "interrupted by Ctrl-C or a termination signal; no half file is left",
    ),
];

/// How a run that did its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// Done, and `--fail-on` names something that was found.
    Found,
    /// No record of the input could be used; the reasons are on standard error.
    NoInput,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Found => 1,
            Outcome::NoInput => 3,
        })
    }
}

/// A usage error found after parsing: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Records were lost and `--strict` was given: exit code 3.
#[derive(Debug, thiserror::Error)]
#[error(
    "{lost} {} could not be used and `--strict` was given; mend the input, or leave `--strict` out to go on without",
    if *lost == 1 { "record" } else { "records" }
)]
pub(crate) struct Strict {
    /// How many.
    pub(crate) lost: usize,
}

/// Shows help where it was asked for, or what is wrong with the arguments.
pub(crate) fn of_clap(answer: &clap::Error) -> ExitCode {
    // Where not even the message can be written there is nobody to tell.
    let _ = answer.print();
    ExitCode::from(if answer.use_stderr() { 2 } else { 0 })
}

/// Shows the failure and its causes on one line.
pub(crate) fn of_error(error: &anyhow::Error) -> ExitCode {
    if closed_pipe(error) {
        // A closed pipe is not our failure: whoever read has enough.
        return ExitCode::SUCCESS;
    }
    say("error", &format!("{error:#}"));
    ExitCode::from(code(error))
}

/// One line on standard error, its first word coloured where colour is welcome.
pub(crate) fn say(kind: &str, message: &str) {
    let style = match kind {
        "error" => anstyle::AnsiColor::Red.on_default().bold(),
        "warning" => anstyle::AnsiColor::Yellow.on_default().bold(),
        _ => anstyle::Style::new().bold(),
    };
    let line = format!("{style}{kind}:{style:#} {}\n", visible_line(message));
    let mut stderr = anstream::stderr().lock();
    // Nobody is left to tell when standard error is closed.
    let _ = std::io::Write::write_all(&mut stderr, line.as_bytes());
}

fn code(error: &anyhow::Error) -> u8 {
    if error.is::<Strict>() {
        return 3;
    }
    match error.downcast_ref::<Error>() {
        Some(Error::Interrupted) => 130,
        Some(Error::NoInput { .. } | Error::TooManyDocuments) => 3,
        Some(Error::Io {
            action: "read" | "open" | "map",
            ..
        }) => 3,
        _ => 2,
    }
}

fn closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
