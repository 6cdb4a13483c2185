//! The access log: who read what the public may not see of an organisation, for what purpose, on what
//! basis, and the digest of what was disclosed.
//!
//! An entry is durable before its content is handed over. Many readers at once share one transaction:
//! whoever comes first writes for all who wait. Entries of an organisation are numbered without gaps and
//! each follows from the one before. What a law lets an organisation learn later stands in a lane of its
//! own, so that no gap in the numbers of the other tells of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{SyncSender, sync_channel};

use gongxin_model::{Digest, Instant, SubjectNo};
use gongxin_seal::HashSuite;

use super::{AuditBreak, AuditChecked, Desk, DeskReader, DeskWriter, Result, lock, tables};
use crate::StoreError;
use crate::cell::{Cell, Row};
use crate::rows::take;

const ACCESS: &str = "SELECT no, subject, lane, n, at, account, body, purpose, basis, what, \
    disclosed, told_at, previous, digest FROM access";

/// A read that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccess {
    /// About whom.
    pub subject: SubjectNo,
    /// Who read: an account's id, or who works at the machine.
    pub account: String,
    /// For which body; empty for the platform.
    pub body: String,
    /// For what, as the rulebook names it.
    pub purpose: String,
    /// Which document it is for.
    pub basis: String,
    /// What was read.
    pub what: String,
    /// The digest of what was disclosed.
    pub disclosed: Digest,
    /// When the organisation is told, where a law lets that be later.
    pub told_at: Option<Instant>,
}

/// A read that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Its number among all, gapless from 1.
    pub no: i64,
    /// Its number among those of its organisation and lane, gapless from 1.
    pub n: i64,
    /// When.
    pub at: Instant,
    /// The read.
    pub read: NewAccess,
    /// The digest of the row before it in its lane; zeros for the first.
    pub previous: Digest,
    /// The digest over that one and this row.
    pub digest: Digest,
}

impl AccessRow {
    /// True for one of which the organisation is told later than at once.
    #[must_use]
    pub fn is_delayed(&self) -> bool {
        self.read.told_at.is_some()
    }

    /// The digest that a row must have: over the one before and its own content, each text by its
    /// length.
    #[must_use]
    pub fn digest_of(&self, suite: HashSuite, previous: Digest) -> Digest {
        let NewAccess { subject, account, body, purpose, basis, what, disclosed, told_at } =
            &self.read;
        let mut bytes = b"gongxin/access/1".to_vec();
        bytes.extend_from_slice(&previous.0);
        let told = told_at.map_or(i64::MIN, |at| at.0);
        for number in [self.no, subject.0, self.n, self.at.0, told] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        for text in [account, body, purpose, basis, what] {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes.extend_from_slice(&disclosed.0);
        suite.digest(&[&bytes])
    }
}

/// Which reads are asked for.
#[derive(Debug, Clone, Default)]
pub struct AccessAsk {
    /// About this organisation.
    pub subject: Option<SubjectNo>,
    /// By this account.
    pub account: Option<String>,
    /// Before this number, for the page behind.
    pub below: Option<i64>,
}

/// Where a page of an organisation's reads goes on: behind this time, lane and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadsAfter {
    /// The time of the last.
    pub at: Instant,
    /// True for one that was told later.
    pub delayed: bool,
    /// Its number in its lane.
    pub n: i64,
}

/// What whoever waits for an entry is told.
enum Turn {
    /// It is durable.
    Written(Box<AccessRow>),
    /// Write for all who wait, yourself among them.
    Lead,
    /// The others' entries failed together with yours: write yours alone.
    Alone,
}

/// Who waits for an entry to be written.
#[derive(Default)]
pub(super) struct Waiting {
    reads: Vec<(NewAccess, SyncSender<Turn>)>,
    is_led: bool,
}

impl Desk {
    /// Keeps a read, durable when this returns. Readers who come together share a transaction.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn log_access(&self, now: Instant, read: NewAccess) -> Result<AccessRow> {
        // Room for both answers that one who waits can get.
        let (give, answer) = sync_channel(2);
        let leads = {
            let mut waiting = lock(&self.waiting);
            waiting.reads.push((read.clone(), give));
            !std::mem::replace(&mut waiting.is_led, true)
        };
        if leads {
            self.write_waiting(now);
        }
        loop {
            match answer.recv() {
                Ok(Turn::Written(row)) => return Ok(*row),
                Ok(Turn::Lead) => self.write_waiting(now),
                Ok(Turn::Alone) | Err(_) => {
                    let rows = self.write(now, |writer| writer.accesses(vec![read]))?;
                    return rows.into_iter().next().ok_or_else(no_entry);
                }
            }
        }
    }

    /// Writes the entries of all who wait, and hands the lead to the next who does.
    fn write_waiting(&self, now: Instant) {
        let (reads, answers): (Vec<NewAccess>, Vec<SyncSender<Turn>>) =
            std::mem::take(&mut lock(&self.waiting).reads).into_iter().unzip();
        let written = self.write(now, |writer| writer.accesses(reads));
        // Who waits is there until it is answered; a thread that ended takes no answer, and needs none.
        match written {
            Ok(rows) => {
                for (row, answer) in rows.into_iter().zip(&answers) {
                    let _gone = answer.try_send(Turn::Written(Box::new(row)));
                }
            }
            Err(_) => {
                for answer in &answers {
                    let _gone = answer.try_send(Turn::Alone);
                }
            }
        }
        let mut waiting = lock(&self.waiting);
        while let Some((_, next)) = waiting.reads.first() {
            if next.try_send(Turn::Lead).is_ok() {
                return;
            }
            waiting.reads.remove(0);
        }
        waiting.is_led = false;
    }

    /// Checks the access log: no number missing, each lane's chain whole. Names the first row that does
    /// not hold.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn check_accesses(&self) -> Result<AuditChecked> {
        self.read(|reader| reader.check_accesses(None))
    }
}

fn no_entry() -> StoreError {
    StoreError::corrupt("a read has no entry")
}

impl DeskWriter<'_> {
    /// Keeps reads: each the next of its organisation and lane. Nothing here alters or removes one.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn accesses(&mut self, reads: Vec<NewAccess>) -> Result<Vec<AccessRow>> {
        let at = self.now();
        let first = next_access(self.reader.connection)?;
        let mut next = first;
        let subjects: BTreeSet<i64> = reads.iter().map(|read| read.subject.0).collect();
        let mut last = self.last_accesses(subjects.into_iter().collect())?;
        let mut rows = Vec::with_capacity(reads.len());
        for mut read in reads {
            let lane = (read.subject, read.told_at.is_some());
            let none = Digest([0; 32]);
            let (n, previous, told) = last.get(&lane).copied().unwrap_or((0, none, None));
            // Told in their order: a later one that is told earlier would show that one is missing.
            read.told_at = read.told_at.map(|at| told.map_or(at, |before| at.max(before)));
            let no = take(&mut next);
            let mut row = AccessRow { no, n: n + 1, at, read, previous, digest: none };
            row.digest = row.digest_of(self.reader.suite, previous);
            last.insert(lane, (row.n, row.digest, row.read.told_at));
            rows.push(row);
        }
        tables::named("access")?
            .insert(self.reader.connection, rows.iter().map(access_cells).collect())?;
        tables::named("access_head")?.alter(
            self.reader.connection,
            &1.into(),
            vec![("next", next.into())],
        )?;
        self.see_time(at);
        Ok(rows)
    }

    /// The last entries of organisations, by one statement for all who wait.
    fn last_accesses(&mut self, subjects: Vec<i64>) -> Result<LastOfLanes> {
        let found = self.reader.connection.all(LAST_OF_LANES, &[subjects.into()], |mut row| {
            let lane = (SubjectNo(row.int()?), row.int()? == 1);
            Ok((lane, (row.int()?, Digest(row.fixed()?), row.int_or_null()?.map(Instant))))
        })?;
        Ok(found.into_iter().collect())
    }
}

/// Of organisations and lanes: number, digest and time of telling of the last entry.
type LastOfLanes = BTreeMap<(SubjectNo, bool), (i64, Digest, Option<Instant>)>;

/// The highest number of each lane is looked up first, so that not all entries of an organisation are read.
const LAST_OF_LANES: &str = "SELECT a.subject, a.lane, a.n, a.digest, a.told_at FROM \
    (SELECT asked.value AS subject, lanes.lane AS lane, \
    (SELECT MAX(b.n) FROM access b WHERE b.subject = asked.value AND b.lane = lanes.lane) AS n \
    FROM EACH_INT($1) CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1) lanes) top \
    CROSS JOIN access a WHERE a.subject = top.subject AND a.lane = top.lane AND a.n = top.n";

impl DeskReader<'_> {
    /// Reads, the latest first, at most so many: for who looks after the log.
    ///
    /// # Errors
    /// The desk cannot be read; so for every method here.
    pub fn accesses(&mut self, ask: &AccessAsk, limit: i64) -> Result<Vec<AccessRow>> {
        let sql = format!(
            "{ACCESS} WHERE no < $1 AND (subject = $2 OR $2 = 0) AND (account = $3 OR $3 = '') \
             ORDER BY no DESC LIMIT $4"
        );
        let cells = [
            ask.below.unwrap_or(i64::MAX).into(),
            ask.subject.map_or(0, |subject| subject.0).into(),
            ask.account.as_deref().unwrap_or_default().into(),
            limit.into(),
        ];
        self.connection.all(&sql, &cells, access_row)
    }

    /// The reads of an organisation of which it may learn now, the latest first, at most so many.
    pub fn accesses_told(
        &mut self,
        subject: SubjectNo,
        (now, after): (Instant, Option<ReadsAfter>),
        limit: i64,
    ) -> Result<Vec<AccessRow>> {
        let sql = format!(
            "{ACCESS} WHERE subject = $1 AND (told_at IS NULL OR told_at <= $2) \
             AND (at < $3 OR (at = $3 AND (lane < $4 OR (lane = $4 AND n < $5)))) \
             ORDER BY at DESC, lane DESC, n DESC LIMIT $6"
        );
        let after = after.unwrap_or(ReadsAfter { at: Instant(i64::MAX), delayed: true, n: 0 });
        let cells = [
            subject.into(),
            now.into(),
            after.at.into(),
            i64::from(after.delayed).into(),
            after.n.into(),
            limit.into(),
        ];
        self.connection.all(&sql, &cells, access_row)
    }

    /// Checks the chains of all organisations, or of one as far as it may learn of it now.
    pub fn check_accesses(&mut self, of: Option<(SubjectNo, Instant)>) -> Result<AuditChecked> {
        let suite = self.suite;
        let (subject, now) = of.map_or((0, i64::MAX), |(subject, now)| (subject.0, now.0));
        let sql = format!(
            "{ACCESS} WHERE (subject = $1 OR $1 = 0) AND (told_at IS NULL OR told_at <= $2) \
             ORDER BY subject, lane, n"
        );
        let (mut rows, mut last) = (0, None::<AccessRow>);
        let mut first_break = None;
        self.connection.stream(&sql, &[subject.into(), now.into()], &mut |row| {
            let row = access_row(row)?;
            rows += 1;
            if first_break.is_none() {
                first_break = broken(suite, last.as_ref(), &row);
            }
            last = Some(row);
            Ok(())
        })?;
        let head = last.map_or(Digest([0; 32]), |row| row.digest);
        if first_break.is_none() && of.is_none() {
            first_break = self.missing_access(rows)?;
        }
        Ok(AuditChecked { rows, head, first_break })
    }

    /// The first number that no entry has though the head gave it.
    fn missing_access(&mut self, rows: i64) -> Result<Option<AuditBreak>> {
        let next = next_access(self.connection)?;
        if next == rows + 1 {
            return Ok(None);
        }
        let mut wanted = 1;
        self.connection.stream("SELECT no FROM access ORDER BY no", &[], &mut |mut row| {
            if row.int()? == wanted {
                wanted += 1;
            }
            Ok(())
        })?;
        let what = format!("is missing: the head names {}", next - 1);
        Ok(Some(AuditBreak { no: wanted, what }))
    }
}

/// The number that the next read gets.
pub(super) fn next_access(connection: &mut crate::connection::Connection) -> Result<i64> {
    let row = connection.first("SELECT next FROM access_head WHERE one = 1", &[])?;
    row.ok_or_else(|| StoreError::corrupt("the access log has no head"))?.int()
}

/// What is wrong with a row behind the one before it in the order of lanes, if anything is.
fn broken(suite: HashSuite, last: Option<&AccessRow>, row: &AccessRow) -> Option<AuditBreak> {
    let is_next = |last: &&AccessRow| {
        last.read.subject == row.read.subject && last.is_delayed() == row.is_delayed()
    };
    let (n, previous) =
        last.filter(is_next).map_or((0, Digest([0; 32])), |last| (last.n, last.digest));
    let what = if row.n != n + 1 {
        format!("is number {} of its organisation, and {} is missing", row.n, n + 1)
    } else if row.previous != previous {
        "does not name the digest of the row before".to_owned()
    } else if row.digest != row.digest_of(suite, previous) {
        "is not what was written".to_owned()
    } else {
        return None;
    };
    Some(AuditBreak { no: row.no, what })
}

fn access_cells(row: &AccessRow) -> Vec<Cell> {
    let read = &row.read;
    vec![
        row.no.into(),
        read.subject.into(),
        i64::from(row.is_delayed()).into(),
        row.n.into(),
        row.at.into(),
        read.account.as_str().into(),
        read.body.as_str().into(),
        read.purpose.as_str().into(),
        read.basis.as_str().into(),
        read.what.as_str().into(),
        read.disclosed.into(),
        read.told_at.into(),
        row.previous.into(),
        row.digest.into(),
    ]
}

fn access_row(mut row: Row) -> Result<AccessRow> {
    let no = row.int()?;
    let subject = SubjectNo(row.int()?);
    let _lane = row.int()?;
    let (n, at) = (row.int()?, Instant(row.int()?));
    let read = NewAccess {
        subject,
        account: row.text()?,
        body: row.text()?,
        purpose: row.text()?,
        basis: row.text()?,
        what: row.text()?,
        disclosed: Digest(row.fixed()?),
        told_at: row.int_or_null()?.map(Instant),
    };
    Ok(AccessRow { no, n, at, read, previous: Digest(row.fixed()?), digest: Digest(row.fixed()?) })
}
