//! What can go wrong with a store, and what the person can do about it.

/// A store could not do what it was asked. Nothing of a failed transaction remains.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no store that this program knows.
    #[error("`{0}` is no store: write sqlite:PATH or postgres://USER@HOST/DATABASE")]
    Url(String),
    /// There is nothing at the address, and reading does not make one.
    #[error("there is no store at `{0}` yet: adopt a rulebook or hand in a file to found one")]
    Absent(String),
    /// The store belongs to another version of this program.
    #[error(
        "the store has format {found}, this version knows {known}: {}",
        if found > known {
            "use a later gongxin"
        } else {
            "that one was never released; load the files again"
        }
    )]
    Format {
        /// What the store says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// The instance key is not the one the store was founded with.
    #[error("the instance key is not this store's: give its file with --key-file")]
    WrongKey,
    /// No space is left.
    #[error("the disk of the store is full; make room and run the command again, nothing is lost")]
    Full,
    /// Another process writes.
    #[error("another process is writing to the store; run the command again when it has ended")]
    Locked,
    /// The connection broke. Whether a commit under way arrived is not known; commands go on from
    /// what the store has.
    #[error(
        "the connection to the store was lost ({0}); run the command again, it goes on where \
             the store stands"
    )]
    Lost(String),
    /// What was read cannot have been written by this program.
    #[error("the store is damaged ({0}); run `gongxin archive fsck`, restore from a backup")]
    Corrupt(String),
    /// A store is where a backup should be restored to.
    #[error("there is a store at `{0}` already: restore to another place, then exchange them")]
    Occupied(String),
    /// A move into this store was begun and is not finished.
    #[error(
        "the store at `{place}` is half-moved from `{from}` and not used until it is whole: run \
             the same `gongxin migrate` again, it goes on where it was"
    )]
    HalfMoved {
        /// Where it is.
        place: String,
        /// What is being moved into it.
        from: String,
    },
    /// The store was moved elsewhere; two logs of one platform must not grow apart.
    #[error(
        "this store was moved to `{to}` on {day} and takes nothing more: write there; if that one \
             is given up, `gongxin migrate --reopen` opens this one again"
    )]
    Moved {
        /// Where it went.
        to: String,
        /// When.
        day: gongxin_model::Day,
    },
    /// A place for a store has something else in it.
    #[error("`{0}` holds something that is no store: name an empty database or a new file")]
    Foreign(String),
    /// What was moved is not what is there now.
    #[error("`{place}` differs from what was moved to it in {tables}; nothing was changed over")]
    Unequal {
        /// Where it was moved to.
        place: String,
        /// The tables that differ.
        tables: String,
    },
    /// Stopped on request.
    #[error("stopped on request; run the command again, it goes on where it was")]
    Stopped,
    /// A backup cannot be written or read; nothing was restored.
    #[error("{0}")]
    Backup(String),
    /// A test's fault point.
    #[error("stopped at the fault point {0}")]
    Fault(&'static str),
    /// Anything else the engine says.
    #[error("the store refused: {0}")]
    Engine(String),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }

    /// True where repeating is the remedy.
    #[must_use]
    pub fn is_interruption(&self) -> bool {
        matches!(self, Self::Full | Self::Locked | Self::Lost(_) | Self::Fault(_) | Self::Stopped)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
                Self::Lost(error.to_string())
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Engine(error.to_string()),
        }
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        let said = error.as_db_error().map_or_else(
            || {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                cause.map_or(error.to_string(), |cause| format!("{error}: {cause}"))
            },
            |said| said.message().to_owned(),
        );
        match error.code() {
            Some(code) if *code == SqlState::DISK_FULL => Self::Full,
            Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => Self::Locked,
            Some(code) if code.code().starts_with("57P") || code.code().starts_with("08") => {
                Self::Lost(said)
            }
            None if error.is_closed() || broke(&error) => Self::Lost(said),
            None | Some(_) => Self::Engine(said),
        }
    }
}

/// True where the socket failed, not the statement.
fn broke(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<std::io::Error>())
}
