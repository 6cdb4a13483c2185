//! The tables of the public log. Since format 8.

use super::Column::{Blob, Int, Short, Text};
use super::Table;

/// The roots over full tiles: level 1 has one for each 256 entries, level 2 one for each 65,536, and so
/// on. The leaves, and with them level 0, are computed from the entries.
pub(super) const LOG_HASH: Table =
    table!(log_hash, "level, no", true, [], [], ("no", Int), ("level", Short), ("hash", Blob),);

/// What was signed of the log, each as the note that was given out.
pub(super) const CHECKPOINT: Table = table!(
    checkpoint,
    "no",
    false,
    ["size"],
    [],
    ("no", Int),
    ("size", Int),
    ("at", Int),
    ("root", Blob),
    ("note", Text),
);

/// The public keys that signed, each with its first and its last checkpoint.
pub(super) const LOG_KEY: Table = table!(
    log_key,
    "no",
    false,
    [],
    [],
    ("no", Int),
    ("since", Int),
    ("first", Int),
    ("last", Int),
    ("key", Text),
);
