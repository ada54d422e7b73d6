//! The program.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Workers; all cores when left out
    #[arg(long, global = true)]
    threads: Option<usize>,
    /// Seed of every hash
    #[arg(long, global = true, default_value_t = 42)]
    seed: u64,
    /// Say nothing but errors
    #[arg(long, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    Dedup(commands::dedup::DedupArgs),
}

static STOP: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

struct Stoppable;

impl wirecopy::observer::Observer for Stoppable {
    fn stopped(&self) -> bool {
        STOP.load(std::sync::atomic::Ordering::Relaxed)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let run = || -> anyhow::Result<ExitCode> {
        ctrlc::set_handler(|| STOP.store(true, std::sync::atomic::Ordering::Relaxed))?;
        if let Some(threads) = cli.threads {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global()?;
        }
        match &cli.command {
            Command::Dedup(args) => commands::dedup::run(args, cli.seed, cli.quiet, &Stoppable),
        }
    };
    run().unwrap_or_else(|error| {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "error: {error:#}");
        let no_input = matches!(error.downcast_ref(), Some(wirecopy::Error::NoInput { .. }));
        ExitCode::from(if no_input { 3 } else { 2 })
    })
}
