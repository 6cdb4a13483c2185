//! Writing at the desk.

use std::ops::{Deref, DerefMut};

use gongxin_model::{Digest, Instant};
use gongxin_seal::{HashSuite, Mac};

use super::{
    AccountRow, AttemptRow, AuditRow, DeskHead, DeskReader, FORMAT, KeyRow, NewAudit, Result,
    RoleRow, SessionRow, read, tables,
};
use crate::StoreError;
use crate::cell::Cell;
use crate::connection::Connection;
use crate::rows::take;

/// Writes at the desk in one transaction, and reads what it will leave.
#[derive(Debug)]
pub struct DeskWriter<'a> {
    pub(super) reader: DeskReader<'a>,
    head: DeskHead,
    before: DeskHead,
    now: Instant,
}

impl<'a> Deref for DeskWriter<'a> {
    type Target = DeskReader<'a>;

    fn deref(&self) -> &DeskReader<'a> {
        &self.reader
    }
}

impl<'a> DerefMut for DeskWriter<'a> {
    fn deref_mut(&mut self) -> &mut DeskReader<'a> {
        &mut self.reader
    }
}

impl<'a> DeskWriter<'a> {
    pub(super) fn new(
        connection: &'a mut Connection,
        suite: HashSuite,
        head: DeskHead,
        now: Instant,
    ) -> Self {
        // The time of acts never decreases, whatever a machine's clock does.
        let kept = now.max(head.last_at);
        Self { reader: DeskReader { connection, suite }, before: head.clone(), head, now: kept }
    }

    /// The time that acts of this transaction get.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Keeps the time of what was written, so that none decreases.
    pub(super) fn see_time(&mut self, at: Instant) {
        self.head.last_at = at;
    }

    pub(super) fn insert(&mut self, table: &str, row: Vec<Cell>) -> Result<()> {
        tables::named(table)?.insert(self.reader.connection, vec![row])
    }

    fn alter(&mut self, table: &str, key: &Cell, changes: Vec<(&str, Cell)>) -> Result<()> {
        match tables::named(table)?.alter(self.reader.connection, key, changes)? {
            true => Ok(()),
            false => Err(StoreError::corrupt(format!("no row of {table} to change"))),
        }
    }

    pub(super) fn execute(&mut self, sql: &str, cells: &[Cell]) -> Result<u64> {
        self.reader.connection.execute(sql, cells)
    }

    /// Makes an account; gives its number.
    ///
    /// # Errors
    /// The desk cannot be written; so for every method here.
    pub fn add_account(&mut self, row: &AccountRow) -> Result<i64> {
        let no = take(&mut self.head.next_account);
        let mut cells: Vec<Cell> = vec![no.into(), row.login.as_str().into()];
        cells.extend(account_cells(row).into_iter().map(|(_, cell)| cell));
        self.insert("account", cells)?;
        Ok(no)
    }

    /// Keeps what altered of an account; its login stays.
    pub fn put_account(&mut self, row: &AccountRow) -> Result<()> {
        self.alter("account", &row.no.into(), account_cells(row))
    }

    /// Gives an account these roles in place of those that it has.
    pub fn put_roles(&mut self, account: i64, roles: &[RoleRow]) -> Result<()> {
        self.execute("DELETE FROM account_role WHERE account = $1", &[account.into()])?;
        for RoleRow { role, scope, at, .. } in roles {
            let row =
                vec![account.into(), role.as_str().into(), scope.as_str().into(), (*at).into()];
            self.insert("account_role", row)?;
        }
        Ok(())
    }

    /// Gives an account these recovery codes in place of those that it has.
    pub fn put_recovery_codes(&mut self, account: i64, macs: &[Mac]) -> Result<()> {
        self.execute("DELETE FROM recovery_code WHERE account = $1", &[account.into()])?;
        macs.iter()
            .try_for_each(|mac| self.insert("recovery_code", vec![account.into(), (*mac).into()]))
    }

    /// Takes a recovery code away; says whether it was there.
    pub fn use_recovery_code(&mut self, account: i64, mac: &Mac) -> Result<bool> {
        let sql = "DELETE FROM recovery_code WHERE account = $1 AND mac = $2";
        Ok(self.execute(sql, &[account.into(), (*mac).into()])? == 1)
    }

    /// Keeps a new session.
    pub fn add_session(&mut self, row: &SessionRow) -> Result<()> {
        self.insert(
            "session",
            vec![
                row.digest.into(),
                row.account.into(),
                row.stage.as_str().into(),
                row.made_at.into(),
                row.seen_at.into(),
                row.device.as_str().into(),
                row.origin.as_str().into(),
                row.by.way.as_str().into(),
                i64::from(row.by.is_vouched).into(),
                row.by.granted.as_str().into(),
            ],
        )
    }

    /// Notes that a session was used.
    pub fn see_session(&mut self, digest: &Digest) -> Result<()> {
        let now = self.now;
        self.alter("session", &(*digest).into(), vec![("seen_at", now.into())])
    }

    /// Ends a session; says whether there was one.
    pub fn end_session(&mut self, digest: &Digest) -> Result<bool> {
        let sql = "DELETE FROM session WHERE digest = $1";
        Ok(self.execute(sql, &[(*digest).into()])? == 1)
    }

    /// Ends all sessions of an account but one; gives how many.
    pub fn end_sessions(&mut self, account: i64, but: Option<&Digest>) -> Result<u64> {
        let kept: Cell = but.map_or_else(|| Cell::Blob(Vec::new()), |digest| (*digest).into());
        let sql = "DELETE FROM session WHERE account = $1 AND digest <> $2";
        self.execute(sql, &[account.into(), kept])
    }

    /// Ends sessions that were begun before a time, or not used since one.
    pub fn end_old_sessions(&mut self, begun: Instant, used: Instant) -> Result<u64> {
        let sql = "DELETE FROM session WHERE made_at < $1 OR seen_at < $2";
        self.execute(sql, &[begun.into(), used.into()])
    }

    /// Keeps a new key; gives its number.
    pub fn add_key(&mut self, row: &KeyRow) -> Result<i64> {
        let no = take(&mut self.head.next_key);
        self.insert(
            "api_key",
            vec![
                no.into(),
                row.account.into(),
                row.name.as_str().into(),
                row.digest.into(),
                row.rights.as_str().into(),
                row.made_at.into(),
                row.until_at.into(),
                row.revoked_at.into(),
                row.used_at.into(),
            ],
        )?;
        Ok(no)
    }

    /// Revokes a key.
    pub fn revoke_key(&mut self, no: i64) -> Result<()> {
        let now = self.now;
        self.alter("api_key", &no.into(), vec![("revoked_at", now.into())])
    }

    /// Notes that a key was used.
    pub fn see_key(&mut self, no: i64) -> Result<()> {
        let now = self.now;
        self.alter("api_key", &no.into(), vec![("used_at", now.into())])
    }

    /// Keeps how often somebody failed under a login, in place of what was kept.
    pub fn put_attempt(&mut self, row: &AttemptRow) -> Result<()> {
        self.clear_attempt(&row.mac)?;
        let AttemptRow { mac, failures, last_at, wait_until } = row;
        let cells =
            vec![(*mac).into(), (*failures).into(), (*last_at).into(), (*wait_until).into()];
        self.insert("attempt", cells)
    }

    /// Forgets the failures under a login.
    pub fn clear_attempt(&mut self, mac: &Mac) -> Result<()> {
        self.execute("DELETE FROM attempt WHERE mac = $1", &[(*mac).into()]).map(drop)
    }

    /// Forgets failures whose last was before a time.
    pub fn clear_attempts(&mut self, before: Instant) -> Result<()> {
        self.execute("DELETE FROM attempt WHERE last_at < $1", &[before.into()]).map(drop)
    }

    /// The number of the last act; 0 where there is none.
    #[must_use]
    pub fn last_audit(&self) -> i64 {
        self.head.next_audit - 1
    }

    /// Keeps an act: the next number, chained to the one before. Nothing here alters or removes one.
    pub fn audit(&mut self, act: &NewAudit) -> Result<()> {
        let (suite, at, previous) = (self.reader.suite, self.now, self.head.audit);
        let no = take(&mut self.head.next_audit);
        let digest = AuditRow::digest_of(suite, previous, no, at, act);
        self.head.audit = digest;
        self.head.last_at = at;
        self.insert(
            "audit",
            vec![
                no.into(),
                at.into(),
                act.account.as_str().into(),
                act.act.as_str().into(),
                act.about.as_str().into(),
                act.outcome.as_str().into(),
                act.detail.as_str().into(),
                act.origin.as_str().into(),
                previous.into(),
                digest.into(),
            ],
        )
    }

    pub(super) fn keep_head(self) -> Result<()> {
        let Self { reader, head, before, .. } = self;
        if head == before {
            return Ok(());
        }
        let changes = vec![
            ("next_account", head.next_account.into()),
            ("next_key", head.next_key.into()),
            ("next_audit", head.next_audit.into()),
            ("last_at", head.last_at.into()),
            ("audit", head.audit.into()),
        ];
        match tables::named("desk_head")?.alter(reader.connection, &1.into(), changes)? {
            true => Ok(()),
            false => Err(StoreError::corrupt("the desk has no head")),
        }
    }
}

fn account_cells(row: &AccountRow) -> Vec<(&'static str, Cell)> {
    vec![
        ("post", row.post.as_str().into()),
        ("state", row.state.as_str().into()),
        ("made_at", row.made_at.into()),
        ("password", row.password.as_deref().into()),
        ("password_at", row.password_at.into()),
        ("code", row.code.into()),
        ("code_until", row.code_until.into()),
        ("factor", row.factor.into()),
        ("factor_at", row.factor_at.into()),
        ("factor_step", row.factor_step.into()),
        ("factor_new", row.factor_new.into()),
        ("seen_at", row.seen_at.into()),
    ]
}

/// Writes the first head.
pub(super) fn found(connection: &mut Connection) -> Result<()> {
    let row = vec![
        1.into(),
        FORMAT.into(),
        1.into(),
        1.into(),
        1.into(),
        0.into(),
        Digest([0; 32]).into(),
    ];
    tables::named("desk_head")?.insert(connection, vec![row])?;
    tables::named("access_head")?.insert(connection, vec![vec![1.into(), 1.into()]])
}

/// Gives older tables what the present format has: the head of an access log without entries.
pub(super) fn upgrade(connection: &mut Connection) -> Result<()> {
    if connection.first("SELECT next FROM access_head", &[])?.is_none() {
        tables::named("access_head")?.insert(connection, vec![vec![1.into(), 1.into()]])?;
    }
    // What happened before there were notices is told to nobody.
    let head = read::head(connection, false)?;
    let courier = tables::named("courier")?;
    if connection.first("SELECT cursor FROM courier WHERE name = 'since'", &[])?.is_none() {
        let since = vec!["since".into(), (head.last_at.0 + 1).into(), "".into()];
        let acts = vec!["acts".into(), (head.next_audit - 1).into(), "".into()];
        courier.insert(connection, vec![since, acts])?;
    }
    tables::named("desk_head")?.alter(connection, &1.into(), vec![("format", FORMAT.into())])?;
    Ok(())
}
