//! The server: connections in, answers out. One file per concern.
//!
//! ```text
//! mod       listens, bounds connections, stops
//! guard     who may ask: Host, Origin, token; headers of every answer
//! routes    paths and methods, bodies, status codes
//! desk      what is asked of the archive, by several people at once, within limits
//! answer    the JSON of the API; `docs/openapi.json` describes it
//! export    CSV and the evidence pack
//! unseen    hidden characters and look-alike letters of an article
//! failure   what went wrong, as a status code and a line
//! page/     the page itself: HTML, CSS and scripts, compiled in
//! ```

mod answer;
mod desk;
mod export;
mod failure;
mod guard;
mod routes;
mod unseen;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use crate::progress;

pub(crate) use desk::{Desk, Limits};
pub(crate) use guard::Access;

/// Connections at the same time; further ones wait to be accepted.
const CONNECTIONS: usize = 512;
/// How long a client may take to send the head of a request, or to send the next one.
const HEAD: Duration = Duration::from_secs(10);
/// How long a client may take nothing of an answer that is ready.
const STALLED: Duration = Duration::from_secs(20);
/// How often somebody looks whether Ctrl-C was pressed.
const GLANCE: Duration = Duration::from_millis(50);

/// Answers on `listener` until Ctrl-C, then finishes what is being answered within `grace`.
pub(crate) fn run_server(
    listener: TcpListener,
    desk: Desk,
    access: Access,
    grace: Duration,
) -> anyhow::Result<()> {
    listener
        .set_nonblocking(true)
        .context("cannot listen without waiting")?;
    let threads = desk.limits().at_once;
    // The lexicon and the judges are read when they are first needed: not by the first who asks.
    std::thread::spawn(|| {
        wirecopy::pipeline::judge_pair("The dam held on Monday.", "The dam broke on Tuesday.")
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(threads + desk::SHORT_AT_ONCE)
        .enable_all()
        .build()
        .context("cannot start threads")?;
    let served = runtime.block_on(listen(listener, Arc::new(desk), Arc::new(access), grace));
    // What is still being made for nobody is not waited for.
    runtime.shutdown_background();
    served
}

async fn listen(
    listener: TcpListener,
    desk: Arc<Desk>,
    access: Arc<Access>,
    grace: Duration,
) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener).context("cannot listen")?;
    let idle = desk.limits().time + STALLED;
    let app = routes::app(desk, access);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let open = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped());
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            next = next => next,
            () = &mut stopped => break,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file handles, or the client is gone again: others will come.
            tokio::time::sleep(GLANCE).await;
            continue;
        };
        // An answer that is ready goes out at once; where that cannot be asked for it goes out a little later.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_read_timeout(Some(idle));
        stream.set_write_timeout(Some(STALLED));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(64 << 10)
            .serve_connection(
                TokioIo::new(Box::pin(stream)),
                TowerToHyperService::new(app.clone()),
            );
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = open.shutdown() => {}
        () = tokio::time::sleep(grace.saturating_sub(GLANCE * 10)) => {}
    }
    Ok(())
}

/// Ends when Ctrl-C was pressed.
async fn stopped() {
    while !progress::is_stopped() {
        tokio::time::sleep(GLANCE).await;
    }
}
