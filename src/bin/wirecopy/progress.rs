//! How far a run has come, on standard error; and whether somebody pressed Ctrl-C.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use wirecopy::observer::Observer;

use crate::cli::Globals;
use crate::{exit, output};

/// Set by Ctrl-C or a termination signal.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Milliseconds that a run may take to stop by itself before it is ended. A stage asks the observer more often than this;
/// only a wait for input that does not come takes longer.
static GRACE: AtomicU64 = AtomicU64::new(800);

/// Sets a flag at Ctrl-C, which stages ask for. A run that is still there after a short while is ended, its
/// unfinished files removed.
pub(crate) fn listen_for_interrupts() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        STOPPED.store(true, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(GRACE.load(Ordering::Relaxed)));
        output::remove_unfinished();
        exit::say("error", "interrupted");
        std::process::exit(130);
    })?;
    Ok(())
}

/// Gives a run more time to stop by itself: others wait for what it is in the middle of.
pub(crate) fn be_patient(grace: Duration) {
    let grace = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX);
    GRACE.store(grace, Ordering::Relaxed);
}

/// Whether Ctrl-C was pressed.
pub(crate) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// A bar for each stage: on a terminal only, and not with `--quiet`.
pub(crate) struct Progress {
    bar: RwLock<Option<ProgressBar>>,
    shown: bool,
}

impl Progress {
    /// Shows nothing until the first stage begins.
    pub(crate) fn new(globals: &Globals) -> Self {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        Self {
            bar: RwLock::new(None),
            shown: terminal && !globals.quiet,
        }
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        self.end();
    }

    fn replace(&self, bar: Option<ProgressBar>) {
        let mut held = self.bar.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = held.take() {
            old.finish_and_clear();
        }
        *held = bar;
    }
}

impl Observer for Progress {
    fn begin(&self, stage: &'static str, total: Option<u64>) {
        if !self.shown {
            return;
        }
        let template = match total {
            Some(_) => "{msg:>12} {wide_bar} {human_pos}/{human_len} {per_sec} {eta:>4}",
            None => "{msg:>12} {spinner} {human_pos} {elapsed}",
        };
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        // The templates are ours and well formed; indicatif's own look is good enough should that ever change.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(stage);
        if total.is_none() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        self.replace(Some(bar));
    }

    fn advance(&self, units: u64) {
        if let Some(bar) = &*self.bar.read().unwrap_or_else(PoisonError::into_inner) {
            bar.inc(units);
        }
    }

    fn end(&self) {
        self.replace(None);
    }

    fn stopped(&self) -> bool {
        is_stopped()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
