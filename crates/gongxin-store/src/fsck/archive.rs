//! The archive, sealed again and compared with the log's head.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{About, Body, Digest, Instant, Kind, Seq};
use gongxin_seal::{EncodedBody, Frontier, Salt, commitments, root};

use super::log::LogCheck;
use super::{Problem, Tell};
use crate::StoreError;
use crate::cell::Row;
use crate::connection::Connection;
use crate::payload::Unpacker;
use crate::rows::AboutNo;
use crate::store::{Founding, LogHead, read_head};

/// Entries that are read at once.
const PAGE: i64 = 1_000;

/// The archive, sealed again from its first entry on.
pub(super) struct Archive<'a, 'b> {
    founding: &'a Founding,
    unpacker: Unpacker,
    /// Adoption → rulebook.
    rulebooks: BTreeMap<i64, Digest>,
    frontier: Frontier,
    last_at: Instant,
    /// Entries without content, and what they are about.
    missing: BTreeMap<i64, i64>,
    /// Entries that an `erased` entry names.
    erased: BTreeSet<i64>,
    /// The public log over the same leaves.
    log: Option<LogCheck>,
    tell: &'a mut Tell<'b>,
}

/// One row of the archive, as it rests.
struct Raw {
    seq: i64,
    about: i64,
    kind: i64,
    at: Instant,
    adoption: i64,
    commitments: Digest,
    content: Option<(i64, Vec<u8>, Vec<u8>)>,
    /// True where some of dictionary, salt and body is there and some is not.
    is_half: bool,
}

impl<'a, 'b> Archive<'a, 'b> {
    pub(super) fn new(founding: &'a Founding, tell: &'a mut Tell<'b>) -> Self {
        Self {
            founding,
            unpacker: Unpacker::default(),
            rulebooks: BTreeMap::new(),
            frontier: Frontier::default(),
            last_at: Instant(i64::MIN),
            missing: BTreeMap::new(),
            erased: BTreeSet::new(),
            log: None,
            tell,
        }
    }

    /// How many entries an `erased` entry names.
    pub(super) fn erased(&self) -> u64 {
        self.erased.len() as u64
    }

    fn problem(
        &mut self,
        table: &'static str,
        seq: i64,
        column: &'static str,
        what: impl Into<String>,
    ) {
        (self.tell)(Problem { table, key: seq.to_string(), column, what: what.into() });
    }

    /// Seals every entry again, in one walk; gives how many places there are.
    pub(super) fn check(&mut self, connection: &mut Connection) -> Result<u64, StoreError> {
        let head = match read_head(connection, false) {
            Err(StoreError::Corrupt(what)) => {
                (self.tell)(Problem { table: "log_head", key: "1".into(), column: "*", what });
                None
            }
            other => Some(other?),
        };
        let adoptions = connection.query("SELECT no, digest FROM adoption", &[])?;
        for mut row in adoptions {
            let no = row.int()?;
            self.rulebooks.insert(no, Digest(row.fixed()?));
        }
        self.rulebooks.entry(0).or_insert(Digest([0; 32]));
        self.log = Some(LogCheck::new(self.founding.suite, connection)?);
        let mut expected = 0;
        loop {
            let sql = "SELECT seq, about, kind, at, adoption, commitments, \
                       dictionary, salt, body FROM entry \
                       WHERE seq >= $1 ORDER BY seq LIMIT $2";
            let rows = connection.query(sql, &[expected.into(), PAGE.into()])?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let raw = match raw(row) {
                    Ok(raw) => raw,
                    Err((seq, what)) => {
                        self.problem("entry", seq, "*", what);
                        expected = seq + 1;
                        continue;
                    }
                };
                if raw.seq != expected {
                    let what = format!("entries up to {} are missing", raw.seq - 1);
                    self.problem("entry", expected, "seq", what);
                }
                expected = raw.seq + 1;
                self.entry(connection, &raw)?;
            }
        }
        self.end(head.as_ref(), expected);
        // Without every leaf nothing of it can be derived; which one is missing was said.
        if let Some(log) = self.log.take()
            && self.frontier.size() == u64::try_from(expected).unwrap_or(0)
        {
            log.end(connection, self.tell)?;
        }
        Ok(u64::try_from(expected).unwrap_or(0))
    }

    /// Seals one entry again.
    fn entry(&mut self, connection: &mut Connection, raw: &Raw) -> Result<(), StoreError> {
        let suite = self.founding.suite;
        if raw.at < self.last_at {
            self.problem("entry", raw.seq, "at", "earlier than the entry before");
        }
        self.last_at = raw.at;
        let kind = u16::try_from(raw.kind).ok().and_then(Kind::from_number);
        let Some(kind) = kind else {
            self.problem("entry", raw.seq, "kind", format!("{} is no kind", raw.kind));
            return Ok(());
        };
        let Some(rulebook) = self.rulebooks.get(&raw.adoption).copied() else {
            self.problem(
                "entry",
                raw.seq,
                "adoption",
                format!("there is no adoption {}", raw.adoption),
            );
            return Ok(());
        };
        let leaf = self.founding.leaf(Seq(raw.seq), raw.at, kind, rulebook, raw.commitments);
        self.frontier.push(suite, leaf);
        if let Some(log) = &mut self.log {
            log.push(leaf, &self.frontier);
        }
        let Some(body) = self.content(connection, raw) else {
            return Ok(());
        };
        if kind == Kind::Erased {
            self.erased.extend(body.causes.iter().map(|cause| cause.0));
        }
        self.scope(connection, raw, &body)
    }

    /// The body, unpacked and compared with the commitments.
    fn content(&mut self, connection: &mut Connection, raw: &Raw) -> Option<Body> {
        let Some((dictionary, salt, packed)) = &raw.content else {
            self.missing.insert(raw.seq, raw.about);
            if raw.is_half {
                self.problem("entry", raw.seq, "body", "erased by half");
            }
            return None;
        };
        let Ok(salt) = <[u8; 16]>::try_from(salt.as_slice()) else {
            self.problem("entry", raw.seq, "salt", "not 16 bytes");
            return None;
        };
        let body = match self.unpacker.unpack(connection, *dictionary, packed) {
            Ok(body) => body,
            Err(what) => {
                self.problem("entry", raw.seq, "body", what);
                return None;
            }
        };
        let suite = self.founding.suite;
        let sealed = commitments(suite, &Salt(salt), &EncodedBody::of(&body));
        if root(suite, &sealed) != raw.commitments {
            self.problem("entry", raw.seq, "body", "body and salt do not give the commitments");
        }
        Some(body)
    }

    /// What the entry is about: the number and the body's public id are the same thing.
    fn scope(
        &mut self,
        connection: &mut Connection,
        raw: &Raw,
        body: &Body,
    ) -> Result<(), StoreError> {
        let about = AboutNo(raw.about);
        let right = match body.about {
            About::Platform => about == AboutNo::PLATFORM,
            About::Rulebook(_) => about == AboutNo::RULEBOOK,
            About::Case(id) => {
                let sql = "SELECT public_id FROM case_file WHERE no = $1";
                about.as_case().is_some() && is_public_id(connection, sql, raw.about >> 2, id.0)?
            }
            About::Record(id) => {
                let sql = "SELECT id_high, id_low FROM record WHERE no = $1";
                raw.about & 3 == 0 && is_public_id(connection, sql, raw.about >> 2, id.0)?
            }
            About::Subject(id) => {
                let sql = "SELECT public_id FROM subject WHERE no = $1";
                raw.about & 3 == 1 && is_public_id(connection, sql, raw.about >> 2, id.0)?
            }
        };
        if !right {
            self.problem("entry", raw.seq, "about", "the body is about something else");
        }
        Ok(())
    }

    /// What shows only at the end.
    fn end(&mut self, head: Option<&LogHead>, next: i64) {
        let missing = std::mem::take(&mut self.missing);
        for seq in
            missing.keys().filter(|seq| !self.erased.contains(seq)).copied().collect::<Vec<_>>()
        {
            self.problem("entry", seq, "body", "missing, and no entry says that it was erased");
        }
        for seq in
            self.erased.iter().filter(|seq| !missing.contains_key(seq)).copied().collect::<Vec<_>>()
        {
            self.problem(
                "entry",
                seq,
                "body",
                "still there, though an entry says that it was erased",
            );
        }
        let Some(head) = head else {
            return;
        };
        let root = self.frontier.root(self.founding.suite);
        let last_at = if next == 0 { Instant(0) } else { self.last_at };
        for (column, right) in [
            ("next_seq", head.next_seq == next),
            ("frontier", head.frontier == self.frontier),
            ("root", head.root == root),
            ("last_at", head.last_at == last_at),
        ] {
            if !right {
                self.problem("log_head", 1, column, "not what the entries give");
            }
        }
    }
}

fn is_public_id(
    connection: &mut Connection,
    sql: &str,
    no: i64,
    id: [u8; 16],
) -> Result<bool, StoreError> {
    let Some(mut row) = connection.first(sql, &[no.into()])? else {
        return Ok(false);
    };
    let found = if sql.contains("id_high") { row.wide() } else { row.fixed() };
    Ok(found.is_ok_and(|found| found == id))
}

/// A row of the archive; on damage, its place and what is wrong.
fn raw(mut row: Row) -> Result<Raw, (i64, String)> {
    let seq = row.int().map_err(|error| (0, error.to_string()))?;
    let mut read = || -> Result<Raw, StoreError> {
        let mut raw = Raw {
            seq,
            about: row.int()?,
            kind: row.int()?,
            at: Instant(row.int()?),
            adoption: row.int()?,
            commitments: Digest(row.fixed()?),
            content: None,
            is_half: false,
        };
        match (row.int_or_null()?, row.blob_or_null()?, row.blob_or_null()?) {
            (Some(dictionary), Some(salt), Some(body)) => {
                raw.content = Some((dictionary, salt, body));
            }
            (dictionary, salt, body) => {
                raw.is_half = dictionary.is_some() || salt.is_some() || body.is_some();
            }
        }
        Ok(raw)
    };
    read().map_err(|error| (seq, error.to_string()))
}
