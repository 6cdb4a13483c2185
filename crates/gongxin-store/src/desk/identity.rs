//! Identities of other platforms: which account each is bound to, and who is on their way there.

use gongxin_model::{Digest, Instant};
use gongxin_seal::Mac;

use super::{DeskReader, DeskWriter, Result, make_missing, tables};
use crate::cell::{Cell, Row};
use crate::connection::Connection;
use crate::schema;

/// An identity that is bound to an account. Of who it is only a keyed digest is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRow {
    /// The keyed digest of issuer and subject.
    pub mac: Mac,
    /// The account.
    pub account: i64,
    /// The issuer.
    pub issuer: String,
    /// Since when.
    pub at: Instant,
}

/// Somebody on their way to a provider, who is taken once when they come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JourneyRow {
    /// The digest of the token that the browser has.
    pub digest: Digest,
    /// Since when.
    pub at: Instant,
    /// The provider's id.
    pub provider: String,
    /// The language of the pages that they left.
    pub language: String,
    /// Where to go on afterwards; empty for the first page.
    pub next: String,
    /// The session whose account the identity is to be bound to; none where somebody signs in.
    pub session: Option<Digest>,
}

const IDENTITY: &str = "SELECT mac, account, issuer, at FROM identity";

impl DeskReader<'_> {
    /// The identity of a keyed digest.
    ///
    /// # Errors
    /// The desk cannot be read; so for every method here.
    pub fn identity(&mut self, mac: &Mac) -> Result<Option<IdentityRow>> {
        let sql = format!("{IDENTITY} WHERE mac = $1");
        self.connection.one(&sql, &[(*mac).into()], identity_row)
    }

    /// The identities of an account, the oldest first.
    pub fn identities_of(&mut self, account: i64) -> Result<Vec<IdentityRow>> {
        let sql = format!("{IDENTITY} WHERE account = $1 ORDER BY at, mac");
        self.connection.all(&sql, &[account.into()], identity_row)
    }

    /// All identities.
    pub fn identities(&mut self) -> Result<Vec<IdentityRow>> {
        self.connection.all(&format!("{IDENTITY} ORDER BY account, at, mac"), &[], identity_row)
    }
}

impl DeskWriter<'_> {
    /// Binds an identity to an account.
    ///
    /// # Errors
    /// The desk cannot be written; so for every method here.
    pub fn add_identity(&mut self, row: &IdentityRow) -> Result<()> {
        let IdentityRow { mac, account, issuer, at } = row;
        let cells = vec![(*mac).into(), (*account).into(), issuer.as_str().into(), (*at).into()];
        self.insert("identity", cells)
    }

    /// Unbinds an identity from its account; says whether it was bound.
    pub fn remove_identity(&mut self, account: i64, mac: &Mac) -> Result<bool> {
        let sql = "DELETE FROM identity WHERE account = $1 AND mac = $2";
        Ok(self.execute(sql, &[account.into(), (*mac).into()])? == 1)
    }

    /// Keeps somebody who leaves, and forgets those who left before a time.
    pub fn add_journey(&mut self, row: &JourneyRow, before: Instant) -> Result<()> {
        self.execute("DELETE FROM journey WHERE at < $1", &[before.into()])?;
        let session = row.session.map_or_else(|| Cell::Blob(Vec::new()), Into::into);
        self.insert(
            "journey",
            vec![
                row.digest.into(),
                row.at.into(),
                row.provider.as_str().into(),
                row.language.as_str().into(),
                row.next.as_str().into(),
                session,
            ],
        )
    }

    /// Takes who comes back: once.
    pub fn take_journey(&mut self, digest: &Digest) -> Result<Option<JourneyRow>> {
        let sql =
            "SELECT digest, at, provider, language, next, session FROM journey WHERE digest = $1";
        let found = self.connection.one(sql, &[(*digest).into()], journey_row)?;
        self.execute("DELETE FROM journey WHERE digest = $1", &[(*digest).into()])?;
        Ok(found)
    }
}

fn identity_row(mut row: Row) -> Result<IdentityRow> {
    Ok(IdentityRow {
        mac: row.fixed()?,
        account: row.int()?,
        issuer: row.text()?,
        at: Instant(row.int()?),
    })
}

fn journey_row(mut row: Row) -> Result<JourneyRow> {
    Ok(JourneyRow {
        digest: Digest(row.fixed()?),
        at: Instant(row.int()?),
        provider: row.text()?,
        language: row.text()?,
        next: row.text()?,
        session: <[u8; 32]>::try_from(row.blob()?.as_slice()).ok().map(Digest),
    })
}

/// Gives tables of format 2 what format 3 has. Sessions have further columns: theirs is made anew, so that
/// everybody signs in again.
pub(super) fn to_format_3(connection: &mut Connection) -> Result<()> {
    if schema::has(connection, "session")? {
        connection.batch("DROP TABLE session")?;
    }
    let new = ["session", "identity", "journey"];
    make_missing(connection, tables::TABLES.iter().filter(|table| new.contains(&table.name)))
}
