//! The program `wirecopy`: reads its arguments, calls the library, and shows what it says.

use clap::Parser as _;

mod cli;
mod commands;
mod exit;
mod output;
mod problems;
mod progress;

/// Many small allocations on many threads: measured by the pipeline bench against the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let arguments = match cli::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => return exit::of_clap(&answer),
    };
    arguments.globals.apply_colour();
    match run(&arguments) {
        Ok(outcome) => outcome.into(),
        Err(error) => exit::of_error(&error),
    }
}

fn run(arguments: &cli::Arguments) -> anyhow::Result<exit::Outcome> {
    arguments.globals.start()?;
    arguments.command.run(&arguments.globals)
}
