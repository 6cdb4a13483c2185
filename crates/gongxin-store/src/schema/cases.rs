//! The table of cases. Since format 7.

use super::Column::{Blob, Int, Short, Text};
use super::Table;

/// Where each case stands: derived from its entries, by which it can be made again. The due day is
/// empty where nobody must act.
pub(super) const CASE_FILE: Table = table!(
    case_file,
    "no",
    false,
    ["record", "due"],
    ["record", "subject", "decider", "due"],
    ("no", Int),
    ("seq", Int),
    ("opened_at", Int),
    ("record", Int),
    ("subject", Int),
    ("public_id", Blob),
    ("number", Text),
    ("procedure", Text),
    ("state", Text),
    ("decider", Text),
    ("body", Text),
    ("due", Short),
    ("overdue", Short),
    ("closed", Short),
);
