//! What can go wrong outside our rows, and what to do about it.

use crate::types::Point;

/// The store could not do what was asked. Nothing of a failed transaction remains, unless the
/// variant says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address is none of ours.
    #[error("`{0}` is no store: write sqlite:PATH or postgres://USER@HOST/DATABASE")]
    Address(String),
    /// The file or the server cannot be reached.
    #[error("cannot open the store {store}: {why}; check the path or that the server runs")]
    Open {
        /// The address, without a password.
        store: String,
        /// What the engine said.
        why: String,
    },
    /// There is nothing of ours there yet.
    #[error("the store {0} is empty: found it first")]
    NotFounded(String),
    /// There is a platform there already.
    #[error("the store {0} is founded already")]
    Founded(String),
    /// A later version wrote it.
    #[error("the store has migration {found}, this version knows {known}: use a later gongxin")]
    Newer {
        /// The store's.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// Another process writes.
    #[error("another process is writing to the store; run the command again when it has ended")]
    Busy,
    /// The disk is full.
    #[error("the disk of the store is full; make room and run the command again, nothing is lost")]
    Full,
    /// The connection broke. Whether a commit under way arrived is not known; commands go on
    /// from what the store has.
    #[error("the connection to the store was lost; run the command again, it goes on where the store stands")]
    Lost,
    /// The file cannot be read or written.
    #[error("the store's file cannot be used: {0}; check disk and permissions")]
    File(String),
    /// What is stored is not what was written.
    #[error("the store is damaged at {0}; run `gongxin archive fsck`, restore from a backup")]
    Damaged(String),
    /// A write found another number of rows than it must.
    #[error("{act}: {found} rows where {expected} belong")]
    RowCount {
        /// What was written.
        act: &'static str,
        /// Rows that must be touched.
        expected: u64,
        /// Rows that were.
        found: u64,
    },
    /// The caller broke a rule of the store.
    #[error("{0}")]
    Misuse(String),
    /// A test of faults stopped here.
    #[error("stopped {0} on purpose")]
    Aborted(Point),
    /// The engine refused a statement.
    #[error("{act}: {why}")]
    Engine {
        /// What was done.
        act: String,
        /// What the engine said.
        why: String,
    },
}

/// What the store gives.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
