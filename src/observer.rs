//! Progress goes out here; the program decides how to show it. The library itself prints nothing.

/// Told how far a run has come. Every method may be called from any thread.
pub trait Observer: Sync {
    /// A stage begins: its name, and how many units of work it has when that is known.
    fn begin(&self, _stage: &'static str, _total: Option<u64>) {}
    /// So many more units of the current stage are done.
    fn advance(&self, _units: u64) {}
    /// The current stage is over.
    fn end(&self) {}
    /// Asked now and then: whether to stop early (Ctrl-C).
    fn stopped(&self) -> bool {
        false
    }
}

/// An observer that looks away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}
