//! `wirecopy man`: the manual page, of the program or of one command.

use std::path::Path;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::Arguments;
use crate::exit::{self, Outcome, Usage};
use crate::output::Output;

/// Arguments of `man`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The command whose page to print; the program's when not given
    command: Option<String>,
}

/// Prints the page.
pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut program = Arguments::command();
    program.build();
    let with_commands = match &args.command {
        None => true,
        Some(name) => program
            .find_subcommand(name)
            .is_some_and(clap::Command::has_subcommands),
    };
    let page = match &args.command {
        None => program,
        Some(name) => program
            .find_subcommand(name)
            .ok_or_else(|| {
                Usage(format!(
                    "no command is called `{name}`; `wirecopy --help` lists them"
                ))
            })?
            .clone(),
    };
    let mut bytes = Vec::new();
    // The exit codes have a section of their own instead of the help's closing words.
    let page = Man::new(page.after_help(None::<&str>));
    page.render_title(&mut bytes)?;
    page.render_name_section(&mut bytes)?;
    page.render_synopsis_section(&mut bytes)?;
    page.render_description_section(&mut bytes)?;
    page.render_options_section(&mut bytes)?;
    if with_commands {
        page.render_subcommands_section(&mut bytes)?;
    }
    exit_status().to_writer(&mut bytes)?;
    page.render_version_section(&mut bytes)?;
    let mut output = Output::create(Path::new("-"))?;
    std::io::Write::write_all(&mut output, &bytes).with_context(|| output.failure())?;
    output.finish()?;
    Ok(Outcome::Done)
}

fn exit_status() -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in exit::CODES {
        section.control("TP", []);
        section.text([bold(*code)]);
        section.text([roman(*meaning)]);
    }
    section
}
