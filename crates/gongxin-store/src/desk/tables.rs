//! The desk's tables.

use crate::StoreError;
use crate::connection::Column;
use crate::schema::{Table, table};

use Column::{Blob, Int, Text};

/// Every table of the desk, in the order of a backup.
pub(super) const TABLES: &[Table] = &[
    table!(
        desk_head,
        "one",
        false,
        [],
        [],
        ("one", Int),
        ("format", Int),
        ("next_account", Int),
        ("next_key", Int),
        ("next_audit", Int),
        ("last_at", Int),
        ("audit", Blob),
    ),
    table!(
        account,
        "no",
        false,
        ["login"],
        [
            "password",
            "password_at",
            "code",
            "code_until",
            "factor",
            "factor_at",
            "factor_new",
            "seen_at"
        ],
        ("no", Int),
        ("login", Text),
        ("post", Text),
        ("state", Text),
        ("made_at", Int),
        ("password", Text),
        ("password_at", Int),
        ("code", Blob),
        ("code_until", Int),
        ("factor", Blob),
        ("factor_at", Int),
        ("factor_step", Int),
        ("factor_new", Blob),
        ("seen_at", Int),
    ),
    table!(
        account_role,
        "account, role, scope",
        true,
        [],
        [],
        ("account", Int),
        ("role", Text),
        ("scope", Text),
        ("at", Int),
    ),
    table!(recovery_code, "account, mac", true, [], [], ("account", Int), ("mac", Blob)),
    table!(
        audit,
        "no",
        false,
        [],
        [],
        ("no", Int),
        ("at", Int),
        ("account", Text),
        ("act", Text),
        ("about", Text),
        ("outcome", Text),
        ("detail", Text),
        ("origin", Text),
        ("previous", Blob),
        ("digest", Blob),
    ),
    table!(
        api_key,
        "no",
        false,
        ["digest", "account"],
        ["revoked_at", "used_at"],
        ("no", Int),
        ("account", Int),
        ("name", Text),
        ("digest", Blob),
        ("rights", Text),
        ("made_at", Int),
        ("until_at", Int),
        ("revoked_at", Int),
        ("used_at", Int),
    ),
    table!(
        session,
        "digest",
        true,
        ["account"],
        [],
        ("digest", Blob),
        ("account", Int),
        ("stage", Text),
        ("made_at", Int),
        ("seen_at", Int),
        ("device", Text),
        ("origin", Text),
        // Since format 3: by which provider it began, whether that vouched for a second factor, and the
        // roles that its claims give, as `role:scope` with blanks between.
        ("way", Text),
        ("vouched", Int),
        ("granted", Text),
    ),
    // Who another platform says that somebody is: see `identity`.
    table!(
        identity,
        "mac",
        true,
        ["account"],
        [],
        ("mac", Blob),
        ("account", Int),
        ("issuer", Text),
        ("at", Int),
    ),
    table!(
        journey,
        "digest",
        true,
        ["at"],
        [],
        ("digest", Blob),
        ("at", Int),
        ("provider", Text),
        ("language", Text),
        ("next", Text),
        ("session", Blob),
    ),
    table!(
        attempt,
        "mac",
        true,
        ["last_at"],
        [],
        ("mac", Blob),
        ("failures", Int),
        ("last_at", Int),
        ("wait_until", Int),
    ),
    // Who read what the public may not: see `access`.
    table!(access_head, "one", false, [], [], ("one", Int), ("next", Int)),
    table!(
        access,
        "no",
        false,
        ["subject, lane, n"],
        ["told_at"],
        ("no", Int),
        ("subject", Int),
        ("lane", Int),
        ("n", Int),
        ("at", Int),
        ("account", Text),
        ("body", Text),
        ("purpose", Text),
        ("basis", Text),
        ("what", Text),
        ("disclosed", Blob),
        ("told_at", Int),
        ("previous", Blob),
        ("digest", Blob),
    ),
    // What accounts are told: see `notices`.
    table!(courier, "name", false, [], [], ("name", Text), ("cursor", Int), ("body", Text)),
    table!(
        notice,
        "no",
        false,
        ["account, no", "account, thing"],
        ["read_at"],
        ("no", Int),
        ("account", Int),
        ("thing", Text),
        ("kind", Text),
        ("at", Int),
        ("about", Text),
        ("scope", Text),
        ("read_at", Int),
    ),
    table!(
        delivery,
        "no",
        false,
        ["state, next_at"],
        ["done_at", "fault"],
        ("no", Int),
        ("notice", Int),
        ("account", Int),
        ("channel", Text),
        ("target", Int),
        ("state", Text),
        ("tries", Int),
        ("next_at", Int),
        ("made_at", Int),
        ("done_at", Int),
        ("fault", Text),
    ),
    table!(
        contact,
        "account",
        false,
        [],
        ["address", "confirmed_at", "asked", "asked_at", "seed"],
        ("account", Int),
        ("address", Text),
        ("confirmed_at", Int),
        ("asked", Text),
        ("asked_at", Int),
        ("seed", Blob),
        ("tries", Int),
    ),
    table!(
        notice_choice,
        "account, kind, channel",
        true,
        [],
        [],
        ("account", Int),
        ("kind", Text),
        ("channel", Text),
        ("chosen", Int),
    ),
    table!(
        webhook,
        "no",
        false,
        ["account"],
        ["ended_at"],
        ("no", Int),
        ("account", Int),
        ("url", Text),
        ("seed", Blob),
        ("made_at", Int),
        ("ended_at", Int),
    ),
];

/// The tables of notices, which format 2 did not have.
const NOTICES: [&str; 6] = ["courier", "notice", "delivery", "contact", "notice_choice", "webhook"];

/// The tables that formats 1 and 2 did not have.
pub(super) fn since_format_2() -> impl Iterator<Item = &'static Table> {
    let is_new = |name: &str| matches!(name, "access_head" | "access") || NOTICES.contains(&name);
    TABLES.iter().filter(move |table| is_new(table.name))
}

/// What ends where a store ends: nobody stays signed in at a new place, or is on their way, and who was
/// turned away is forgotten.
const PASSING: [&str; 3] = ["session", "journey", "attempt"];
/// What an older backup would bring back to life beside them.
const REVOCABLE: &str = "api_key";

/// The tables that move to another place.
pub(super) fn moving() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| !PASSING.contains(&table.name))
}

/// The tables of a backup: a key that was revoked since must not open anything again.
pub(super) fn lasting() -> impl Iterator<Item = &'static Table> {
    moving().filter(|table| table.name != REVOCABLE)
}

/// The table of a name.
pub(super) fn named(name: &str) -> Result<&'static Table, StoreError> {
    let table = TABLES.iter().find(|table| table.name == name);
    table.ok_or_else(|| StoreError::Engine(format!("no table {name} of the desk")))
}
