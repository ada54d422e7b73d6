//! `wirecopy completions`: what a shell needs to complete the command line.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::cli::Arguments;
use crate::exit::Outcome;
use crate::output::Output;

/// Arguments of `completions`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the script.
pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Arguments::command(),
        "wirecopy",
        &mut script,
    );
    let mut output = Output::create(Path::new("-"))?;
    output
        .write_all(&script)
        .with_context(|| output.failure())?;
    output.finish()?;
    Ok(Outcome::Done)
}
