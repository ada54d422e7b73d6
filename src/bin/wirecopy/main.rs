//! The program `wirecopy`: reads its arguments, calls the library, and shows what it says.

use clap::Parser as _;

mod cli;
mod commands;
mod exit;
mod output;
mod problems;
mod progress;
mod serve;

/// Many small allocations on many threads: measured by the pipeline bench against the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    hush_parquet();
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

/// Leaves out what a panic inside the Parquet library would print: the reader makes a problem of it, with the file's name.
fn hush_parquet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let inside = |file: &str| file.contains("/parquet-") || file.contains("\\parquet-");
        if !panic.location().is_some_and(|at| inside(at.file())) {
            usual(panic);
        }
    }));
}
