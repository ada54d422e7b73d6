//! The program `wirecopy`: reads its arguments, calls the library, and shows what it says.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod commands;

/// Finds the same news story in many places
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Eval(commands::eval::Args),
}

fn main() -> ExitCode {
    let Command::Eval(arguments) = Arguments::parse().command;
    commands::eval::run(&arguments).unwrap_or_else(|error| {
        // Nowhere is left to say that standard error is closed.
        let _ = writeln!(std::io::stderr(), "error: {error:#}");
        ExitCode::from(3)
    })
}
