//! Reading at the desk.

use gongxin_model::{Digest, Instant};
use gongxin_seal::{HashSuite, Mac};

use super::{
    AccountRow, AttemptRow, AuditAsk, AuditBreak, AuditChecked, AuditRow, DeskHead, KeyRow,
    NewAudit, Result, RoleRow, SessionBy, SessionRow, tables,
};
use crate::StoreError;
use crate::cell::{Cell, Row, checksum};
use crate::connection::Connection;

const ACCOUNT: &str = "SELECT no, login, post, state, made_at, password, password_at, code, \
    code_until, factor, factor_at, factor_step, factor_new, seen_at FROM account";
const SESSION: &str = "SELECT digest, account, stage, made_at, seen_at, device, origin, way, vouched, granted FROM session";
pub(super) const KEY: &str = "SELECT no, account, name, digest, rights, made_at, until_at, revoked_at, \
    used_at FROM api_key";
pub(super) const AUDIT: &str = "SELECT no, at, account, act, about, outcome, detail, origin, previous, \
    digest FROM audit";

/// Reads at the desk in one snapshot.
#[derive(Debug)]
pub struct DeskReader<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) suite: HashSuite,
}

impl DeskReader<'_> {
    /// An account.
    ///
    /// # Errors
    /// The desk cannot be read; so for every method here.
    pub fn account(&mut self, no: i64) -> Result<Option<AccountRow>> {
        self.connection.one(&format!("{ACCOUNT} WHERE no = $1"), &[no.into()], account_row)
    }

    /// The account of a login.
    pub fn account_of(&mut self, login: &str) -> Result<Option<AccountRow>> {
        self.connection.one(&format!("{ACCOUNT} WHERE login = $1"), &[login.into()], account_row)
    }

    /// All accounts, by number.
    pub fn accounts(&mut self) -> Result<Vec<AccountRow>> {
        self.connection.all(&format!("{ACCOUNT} ORDER BY no"), &[], account_row)
    }

    /// The roles of an account.
    pub fn roles_of(&mut self, account: i64) -> Result<Vec<RoleRow>> {
        let sql = "SELECT account, role, scope, at FROM account_role WHERE account = $1 \
                   ORDER BY role, scope";
        self.connection.all(sql, &[account.into()], role_row)
    }

    /// The roles of all accounts.
    pub fn roles(&mut self) -> Result<Vec<RoleRow>> {
        let sql = "SELECT account, role, scope, at FROM account_role ORDER BY account, role, scope";
        self.connection.all(sql, &[], role_row)
    }

    /// How many recovery codes an account has left.
    pub fn recovery_codes(&mut self, account: i64) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM recovery_code WHERE account = $1";
        Ok(self.connection.one(sql, &[account.into()], |mut row| row.int())?.unwrap_or(0))
    }

    /// A session.
    pub fn session(&mut self, digest: &Digest) -> Result<Option<SessionRow>> {
        self.connection.one(
            &format!("{SESSION} WHERE digest = $1"),
            &[(*digest).into()],
            session_row,
        )
    }

    /// The sessions of an account, the oldest first.
    pub fn sessions_of(&mut self, account: i64) -> Result<Vec<SessionRow>> {
        let sql = format!("{SESSION} WHERE account = $1 ORDER BY made_at, digest");
        self.connection.all(&sql, &[account.into()], session_row)
    }

    /// The key of a digest.
    pub fn key(&mut self, digest: &Digest) -> Result<Option<KeyRow>> {
        self.connection.one(&format!("{KEY} WHERE digest = $1"), &[(*digest).into()], key_row)
    }

    /// The keys of an account, the oldest first.
    pub fn keys_of(&mut self, account: i64) -> Result<Vec<KeyRow>> {
        self.connection.all(
            &format!("{KEY} WHERE account = $1 ORDER BY no"),
            &[account.into()],
            key_row,
        )
    }

    /// How often somebody failed under a login.
    pub fn attempt(&mut self, mac: &Mac) -> Result<Option<AttemptRow>> {
        let sql = "SELECT mac, failures, last_at, wait_until FROM attempt WHERE mac = $1";
        self.connection.one(sql, &[(*mac).into()], |mut row| {
            Ok(AttemptRow {
                mac: row.fixed()?,
                failures: row.int()?,
                last_at: Instant(row.int()?),
                wait_until: Instant(row.int()?),
            })
        })
    }

    /// Acts, the latest first, at most so many.
    pub fn audit(&mut self, ask: &AuditAsk, limit: i64) -> Result<Vec<AuditRow>> {
        let sql = format!(
            "{AUDIT} WHERE no < $1 AND no > $7 AND (account = $2 OR $2 = '') AND (act = $3 OR $3 = '') \
             AND at >= $4 AND at < $5 ORDER BY no DESC LIMIT $6"
        );
        let cells = [
            ask.below.unwrap_or(i64::MAX).into(),
            ask.account.as_deref().unwrap_or_default().into(),
            ask.act.as_deref().unwrap_or_default().into(),
            ask.from.map_or(i64::MIN, |at| at.0).into(),
            ask.before.map_or(i64::MAX, |at| at.0).into(),
            limit.into(),
            ask.above.unwrap_or(0).into(),
        ];
        self.connection.all(&sql, &cells, audit_row)
    }

    /// The number of the last act.
    pub fn last_act(&mut self) -> Result<i64> {
        Ok(head(self.connection, false)?.next_audit - 1)
    }

    /// Every act in its order, one by one.
    pub fn each_audit(&mut self, take: &mut dyn FnMut(AuditRow) -> Result<()>) -> Result<()> {
        let sql = format!("{AUDIT} ORDER BY no");
        self.connection.stream(&sql, &[], &mut |row| take(audit_row(row)?))
    }

    /// Checks the chain, and every row of the desk with its checksum.
    pub(super) fn check_audit(&mut self) -> Result<AuditChecked> {
        let suite = self.suite;
        let (mut rows, mut previous) = (0, Digest([0; 32]));
        let mut first_break = None;
        self.each_audit(&mut |row| {
            rows += 1;
            if first_break.is_none() {
                first_break = broken(suite, rows, previous, &row);
            }
            previous = row.digest;
            Ok(())
        })?;
        let head = head(self.connection, false)?;
        if first_break.is_none() && (head.next_audit, head.audit) != (rows + 1, previous) {
            let what = format!(
                "rows from {} on are gone: the head names {}",
                rows + 1,
                head.next_audit - 1
            );
            first_break = Some(AuditBreak { no: rows + 1, what });
        }
        Ok(AuditChecked { rows, head: previous, first_break })
    }

    /// Compares every row of the desk with its checksum, and names those that differ by table and
    /// key.
    pub fn check_sums(&mut self) -> Result<Vec<(&'static str, String)>> {
        let mut wrong = Vec::new();
        for table in tables::TABLES {
            let places = table.key_places();
            self.connection.stream(&table.select_from(None), &[], &mut |row| {
                let mut cells = row.rest();
                let sum = cells.pop();
                if sum != Some(Cell::Int(checksum(&cells))) {
                    wrong.push((table.name, crate::fsck::key_text(&places, &cells)));
                }
                Ok(())
            })?;
        }
        Ok(wrong)
    }
}

/// What is wrong with a row of the chain, if anything is.
fn broken(suite: HashSuite, no: i64, previous: Digest, row: &AuditRow) -> Option<AuditBreak> {
    let what = if row.no != no {
        format!("row {no} is missing: row {} follows", row.no)
    } else if row.previous != previous {
        "does not name the digest of the row before".to_owned()
    } else if row.digest != AuditRow::digest_of(suite, previous, row.no, row.at, &row.act) {
        "is not what was written".to_owned()
    } else {
        return None;
    };
    Some(AuditBreak { no, what })
}

/// The format of the tables; 0 where none is told.
pub(super) fn format(connection: &mut Connection) -> Result<i64> {
    let row = connection.first("SELECT format FROM desk_head WHERE one = 1", &[])?;
    row.map_or(Ok(0), |mut row| row.int())
}

/// The head; `locking` holds it until the transaction ends.
pub(super) fn head(connection: &mut Connection, locking: bool) -> Result<DeskHead> {
    let locked = locking && matches!(connection, Connection::Postgres(_));
    let sql = "SELECT next_account, next_key, next_audit, last_at, audit FROM desk_head \
               WHERE one = 1";
    let sql = if locked { format!("{sql} FOR UPDATE") } else { sql.to_owned() };
    let row = connection.first(&sql, &[])?;
    let mut row = row.ok_or_else(|| StoreError::corrupt("the desk has no head"))?;
    Ok(DeskHead {
        next_account: row.int()?,
        next_key: row.int()?,
        next_audit: row.int()?,
        last_at: Instant(row.int()?),
        audit: Digest(row.fixed()?),
    })
}

pub(super) fn optional<const N: usize>(row: &mut Row) -> Result<Option<[u8; N]>> {
    let bytes = row.blob_or_null()?;
    let fixed = |bytes: Vec<u8>| {
        <[u8; N]>::try_from(bytes.as_slice())
            .map_err(|_| StoreError::corrupt(format!("not {N} bytes")))
    };
    bytes.map(fixed).transpose()
}

fn account_row(mut row: Row) -> Result<AccountRow> {
    Ok(AccountRow {
        no: row.int()?,
        login: row.text()?,
        post: row.text()?,
        state: row.text()?,
        made_at: Instant(row.int()?),
        password: row.text_or_null()?,
        password_at: row.int_or_null()?.map(Instant),
        code: optional(&mut row)?.map(Digest),
        code_until: row.int_or_null()?.map(Instant),
        factor: optional(&mut row)?,
        factor_at: row.int_or_null()?.map(Instant),
        factor_step: row.int()?,
        factor_new: optional(&mut row)?,
        seen_at: row.int_or_null()?.map(Instant),
    })
}

fn role_row(mut row: Row) -> Result<RoleRow> {
    Ok(RoleRow {
        account: row.int()?,
        role: row.text()?,
        scope: row.text()?,
        at: Instant(row.int()?),
    })
}

fn session_row(mut row: Row) -> Result<SessionRow> {
    Ok(SessionRow {
        digest: Digest(row.fixed()?),
        account: row.int()?,
        stage: row.text()?,
        made_at: Instant(row.int()?),
        seen_at: Instant(row.int()?),
        device: row.text()?,
        origin: row.text()?,
        by: SessionBy { way: row.text()?, is_vouched: row.int()? != 0, granted: row.text()? },
    })
}

pub(super) fn key_row(mut row: Row) -> Result<KeyRow> {
    Ok(KeyRow {
        no: row.int()?,
        account: row.int()?,
        name: row.text()?,
        digest: Digest(row.fixed()?),
        rights: row.text()?,
        made_at: Instant(row.int()?),
        until_at: Instant(row.int()?),
        revoked_at: row.int_or_null()?.map(Instant),
        used_at: row.int_or_null()?.map(Instant),
    })
}

pub(super) fn audit_row(mut row: Row) -> Result<AuditRow> {
    Ok(AuditRow {
        no: row.int()?,
        at: Instant(row.int()?),
        act: NewAudit {
            account: row.text()?,
            act: row.text()?,
            about: row.text()?,
            outcome: row.text()?,
            detail: row.text()?,
            origin: row.text()?,
        },
        previous: Digest(row.fixed()?),
        digest: Digest(row.fixed()?),
    })
}
