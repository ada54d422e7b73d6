//! `wirecopy serve`: a page and an API on which people ask an archive whose text an article is.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use wirecopy::archive::Archive;
use wirecopy::options::CheckOptions;

use crate::cli::{Globals, MatchArgs, size};
use crate::exit::{self, Outcome, Usage};
use crate::progress;
use crate::serve::{Access, Desk, Limits, run_server};

/// How long answers that are being made at Ctrl-C may take.
const GRACE: Duration = Duration::from_secs(5);
/// Least length of a token.
const LEAST_TOKEN: usize = 16;

/// Arguments of `serve`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The archive that is asked; `wirecopy archive add` makes one
    #[arg(long, value_name = "DIR")]
    archive: PathBuf,
    /// Address and port to listen on; port 0 takes a free one. Beyond this machine (not 127.0.0.1 or ::1) a token is needed
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    listen: SocketAddr,
    /// File with the token that every request must carry, at least 16 characters on one line
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Name by which browsers reach this server, such as `desk.example.org`, beside its address; may be given several times
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    matching: MatchArgs,
}

/// What one request may cost.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// Largest body of a request, as in 2M
    #[arg(long, value_name = "SIZE", default_value = "2M", value_parser = size)]
    max_body: u64,
    /// Seconds that a request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    time_limit: u64,
    /// Answers made at the same time; others wait. As many as there are processors when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    at_once: Option<u16>,
    /// Requests that wait for their turn; further ones are told to come again
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    waiting: u16,
}

/// Listens until Ctrl-C.
pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let token = args.token_file.as_deref().map(read_token).transpose()?;
    if !args.listen.ip().is_loopback() && token.is_none() {
        return Err(Usage(format!(
            "whoever reaches {} could read the archive; write a token into a file and name it with `--token-file`",
            args.listen
        ))
        .into());
    }
    let archive = Archive::open(&args.archive)?;
    let options = CheckOptions {
        matching: args.matching.trace_options(globals)?,
        ..CheckOptions::default()
    };
    let at_once = args.limits.at_once.map(usize::from);
    let limits = Limits {
        body: usize::try_from(args.limits.max_body).unwrap_or(usize::MAX),
        time: Duration::from_secs(args.limits.time_limit),
        at_once: at_once.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
        }),
        waiting: usize::from(args.limits.waiting),
        ..Limits::default()
    };
    let desk = Desk::open(archive, options, limits)?;
    let listener = TcpListener::bind(args.listen).map_err(|error| refused(args.listen, &error))?;
    let address = listener
        .local_addr()
        .context("cannot ask for the address")?;
    progress::be_patient(GRACE);
    say_where(&desk, address, globals)?;
    let access = Access::new(token, &args.hosts);
    run_server(listener, desk, access, GRACE)?;
    if !globals.quiet {
        exit::say("note", "stopped");
    }
    Ok(Outcome::Done)
}

/// The address on standard output, for a person and for a script.
fn say_where(desk: &Desk, address: SocketAddr, globals: &Globals) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    std::io::Write::write_all(&mut stdout, format!("http://{address}/\n").as_bytes())
        .and_then(|()| std::io::Write::flush(&mut stdout))
        .context("cannot write to standard output")?;
    if !globals.quiet {
        exit::say(
            "note",
            &format!(
                "{} documents; open http://{address}/ in a browser, Ctrl-C stops",
                desk.documents()
            ),
        );
    }
    for damaged in desk.damaged() {
        exit::say("warning", &damaged);
    }
    Ok(())
}

fn read_token(path: &std::path::Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the token from `{}`", path.display()))?;
    let token = text.trim();
    let plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.len() < LEAST_TOKEN || !plain {
        return Err(Usage(format!(
            "the token in `{}` must be one line of at least {LEAST_TOKEN} letters, digits or signs without spaces; `openssl rand -hex 24` makes one",
            path.display()
        ))
        .into());
    }
    Ok(token.to_owned())
}

fn refused(address: SocketAddr, error: &std::io::Error) -> Usage {
    Usage(match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "{address} is in use, perhaps by another `wirecopy serve`; name another port with `--listen {}:0`",
            address.ip()
        ),
        std::io::ErrorKind::PermissionDenied => {
            format!("not allowed to listen on {address}; name a port above 1023 with `--listen`")
        }
        _ => format!("cannot listen on {address}: {error}"),
    })
}
