//! What the exit codes mean; scripts rely on them (ADR 0006).

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done; of an intake: every row accepted.
    Done,
    /// Done, with something to look at: rows held or refused, a difference found.
    Look,
    /// Wrong usage: nothing was begun.
    Usage,
    /// Could not be done, or not read at all.
    Failed,
    /// What was to be checked does not hold.
    NotGenuine,
    /// Interrupted; safe to repeat, and goes on where it was.
    Interrupted,
}

impl Exit {
    /// The exit that an error means.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        match error.downcast_ref::<gongxin_app::OfficeError>() {
            Some(error) if error.is_usage() => Self::Usage,
            Some(error) if error.is_interruption() => Self::Interrupted,
            _ if error.downcast_ref::<Usage>().is_some() => Self::Usage,
            _ if error.chain().any(is_full) => Self::Interrupted,
            _ => Self::Failed,
        }
    }
}

/// True where a disk has no room, be it the store's or that of a file beside it.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| matches!(error.kind(), StorageFull | QuotaExceeded))
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Look => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
            Exit::NotGenuine => 4,
            Exit::Interrupted => 5,
        })
    }
}

/// An argument that fits no rule that clap knows.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}
