//! Reading: absent is `None`, many at once where many are wanted.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{
    BatchNo, Day, DecisionNo, Digest, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo,
};
use gongxin_seal::{Mac, Salt};

use crate::cell::{Cell, Row, halves};
use crate::connection::Connection;
use crate::payload::Unpacker;
use crate::rows::{
    AboutNo, AdoptionRow, After, BatchRow, Change, CodeRow, HeldRow, NameRow, RecordRow,
    ShownFilter, StandingRow, StoredEntry, SubjectRow,
};
use crate::store::{LogHead, read_head};
use crate::{StoreError, number_key, row_digest, unpack_text};

type Result<T> = std::result::Result<T, StoreError>;

const SUBJECT: &str = "SELECT no, public_id, kind, name, code, legal_form, state, region, head, \
                       provisional, masked, registration FROM subject";
const RECORD: &str = "SELECT no, id_high, id_low, catalogue, source, subject, decision, batch, content_high, \
     content_low FROM record";
const STANDING: &str = "SELECT subject, section, decided_on, record, catalogue, publication, \
                        reason, shown_from, shown_until, next_day, ended_at, disputed, seq, \
                        version, summary FROM standing";
const BATCH: &str = "SELECT no, source, catalogue, file, file_digest, map_digest, next_row, \
                     state, at, facts FROM batch";
const HELD: &str = "SELECT no, batch, row, catalogue, source, content_mac, state, at, body, \
                    digest FROM held";
const ENTRY: &str = "SELECT e.seq, e.about, e.kind, e.at, e.adoption, e.commitments, e.leaf, \
                     p.dictionary, p.salt, p.body FROM entry e LEFT JOIN payload p ON p.seq = e.seq";
/// What the public may see today: every query of a public face ends in this.
const SHOWN: &str = "publication = 'published' AND shown_from <= $2 AND $2 < shown_until";

/// Reads in one snapshot.
#[derive(Debug)]
pub struct Reader<'a> {
    pub(crate) connection: &'a mut Connection,
    unpacker: Unpacker,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(connection: &'a mut Connection) -> Self {
        Self { connection, unpacker: Unpacker::default() }
    }

    fn all<T>(
        &mut self,
        sql: &str,
        cells: &[Cell],
        make: impl Fn(Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.connection.query(sql, cells)?.into_iter().map(make).collect()
    }

    fn one<T>(
        &mut self,
        sql: &str,
        cells: &[Cell],
        make: impl Fn(Row) -> Result<T>,
    ) -> Result<Option<T>> {
        self.connection.first(sql, cells)?.map(make).transpose()
    }

    /// The head of the log.
    ///
    /// # Errors
    /// The store cannot be read; so for every method here.
    pub fn head(&mut self) -> Result<LogHead> {
        read_head(self.connection, false)
    }

    /// A named counter; 0 where it never counted.
    pub fn counter(&mut self, name: &str) -> Result<i64> {
        let sql = "SELECT value FROM counter WHERE name = $1";
        Ok(self.one(sql, &[name.into()], |mut row| row.int())?.unwrap_or(0))
    }

    /// All counters that begin with the prefix.
    pub fn counters(&mut self, prefix: &str) -> Result<BTreeMap<String, i64>> {
        let sql = "SELECT name, value FROM counter WHERE name >= $1 AND name < $2";
        let end = format!("{prefix}\u{10ffff}");
        let found =
            self.all(sql, &[prefix.into(), end.into()], |mut row| Ok((row.text()?, row.int()?)))?;
        Ok(found.into_iter().collect())
    }

    // ---- rulebooks and sources ----

    /// The last adoption.
    pub fn adoption(&mut self) -> Result<Option<AdoptionRow>> {
        let sql = "SELECT no, digest, seq, at, accepted FROM adoption ORDER BY no DESC LIMIT 1";
        self.one(sql, &[], adoption_row)
    }

    /// The last adoption at a time.
    pub fn adoption_at(&mut self, at: Instant) -> Result<Option<AdoptionRow>> {
        let sql = "SELECT no, digest, seq, at, accepted FROM adoption WHERE at <= $1 \
                   ORDER BY no DESC LIMIT 1";
        self.one(sql, &[at.into()], adoption_row)
    }

    /// All adoptions, oldest first.
    pub fn adoptions(&mut self) -> Result<Vec<AdoptionRow>> {
        let sql = "SELECT no, digest, seq, at, accepted FROM adoption ORDER BY no";
        self.all(sql, &[], adoption_row)
    }

    /// An adopted rulebook's whole body.
    pub fn rulebook(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT body FROM rulebook WHERE digest = $1";
        self.one(sql, &[(*digest).into()], |mut row| row.blob())
    }

    /// Sources registered beside the rulebook's: code and body as JSON of the office.
    pub fn sources(&mut self) -> Result<Vec<(String, String)>> {
        let sql = "SELECT code, body FROM source ORDER BY code";
        self.all(sql, &[], |mut row| Ok((row.text()?, row.text()?)))
    }

    // ---- subjects ----

    /// The subjects that carry any of the codes, with the code that each was found by.
    pub fn codes(&mut self, codes: Vec<String>) -> Result<Vec<CodeRow>> {
        let sql = "SELECT code, kind, subject FROM subject_code WHERE code MANY($1) \
                   ORDER BY code, kind, subject";
        self.all(sql, &[codes.into()], code_row)
    }

    /// All codes of subjects.
    pub fn codes_of(&mut self, subjects: Vec<i64>) -> Result<Vec<CodeRow>> {
        let sql = "SELECT code, kind, subject FROM subject_code WHERE subject MANY($1) \
                   ORDER BY subject, kind, code";
        self.all(sql, &[subjects.into()], code_row)
    }

    /// All names of subjects, each subject's present one last.
    pub fn names_of(&mut self, subjects: Vec<i64>) -> Result<Vec<NameRow>> {
        let sql = "SELECT subject, from_day, name, until_day FROM subject_name \
                   WHERE subject MANY($1) ORDER BY subject, from_day, name";
        self.all(sql, &[subjects.into()], name_row)
    }

    /// Pairs of blocking key and subject. A key that more than `most` subjects share tells nothing and
    /// is left out.
    pub fn name_keys(&mut self, keys: Vec<i64>, most: usize) -> Result<Vec<(i64, SubjectNo)>> {
        let sql = "SELECT key, subject FROM name_key WHERE key MANY($1) ORDER BY key, subject";
        let found =
            self.all(sql, &[keys.into()], |mut row| Ok((row.int()?, SubjectNo(row.int()?))))?;
        Ok(found
            .chunk_by(|left, right| left.0 == right.0)
            .filter(|group| group.len() <= most)
            .flatten()
            .copied()
            .collect())
    }

    /// A subject.
    pub fn subject(&mut self, no: SubjectNo) -> Result<Option<SubjectRow>> {
        self.one(&format!("{SUBJECT} WHERE no = $1"), &[no.into()], subject_row)
    }

    /// Many subjects, in the order of their numbers.
    pub fn subjects(&mut self, numbers: Vec<i64>) -> Result<Vec<SubjectRow>> {
        self.all(
            &format!("{SUBJECT} WHERE no MANY($1) ORDER BY no"),
            &[numbers.into()],
            subject_row,
        )
    }

    /// Subjects by their public ids.
    pub fn subjects_by_public_id(&mut self, ids: Vec<Vec<u8>>) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT} WHERE public_id MANY_BLOBS($1) ORDER BY no");
        self.all(&sql, &[ids.into()], subject_row)
    }

    /// A page of all subjects after a number.
    pub fn subjects_after(&mut self, after: SubjectNo, limit: i64) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT} WHERE no > $1 ORDER BY no LIMIT $2");
        self.all(&sql, &[after.into(), limit.into()], subject_row)
    }

    /// Branches of a head, by name.
    pub fn branches(&mut self, head: SubjectNo, limit: i64) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT} WHERE head = $1 ORDER BY no LIMIT $2");
        self.all(&sql, &[head.into(), limit.into()], subject_row)
    }

    /// All names in the store one by one: the slow and simple search.
    pub fn scan_names(&mut self, take: &mut dyn FnMut(NameRow) -> Result<()>) -> Result<()> {
        let sql = "SELECT subject, from_day, name, until_day FROM subject_name";
        self.connection.stream(sql, &[], &mut |row| take(name_row(row)?))
    }

    // ---- records ----

    /// A record by its number.
    pub fn record(&mut self, no: RecordNo) -> Result<Option<RecordRow>> {
        self.one(&format!("{RECORD} WHERE no = $1"), &[no.into()], record_row)
    }

    /// Many records.
    pub fn records(&mut self, numbers: Vec<i64>) -> Result<Vec<RecordRow>> {
        self.all(&format!("{RECORD} WHERE no MANY($1) ORDER BY no"), &[numbers.into()], record_row)
    }

    /// A record by its public id.
    pub fn record_by_public_id(&mut self, id: PublicId) -> Result<Option<RecordRow>> {
        let [high, low] = halves(id.0);
        let sql = format!("{RECORD} WHERE id_high = $1 AND id_low = $2");
        self.one(&sql, &[high.into(), low.into()], record_row)
    }

    /// The records of keys.
    pub fn records_by_key(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let sql = "SELECT key_high, key_low, no FROM record WHERE key_high MANY($1)";
        self.marked(sql, macs)
    }

    /// The records in which contents were seen.
    pub fn seen(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let sql = "SELECT content_high, content_low, no FROM record WHERE content_high MANY($1)";
        let mut found = self.marked(sql, macs.clone())?;
        let sql = "SELECT mac, record FROM seen WHERE mac MANY_BLOBS($1)";
        found.extend(
            self.all(sql, &[macs.into()], |mut row| Ok((row.fixed()?, RecordNo(row.int()?))))?,
        );
        Ok(found)
    }

    /// Rows of a digest's halves and a record, where the whole digest is among those asked for.
    fn marked(&mut self, sql: &str, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let asked: BTreeSet<Mac> =
            macs.into_iter().filter_map(|mac| Mac::try_from(mac).ok()).collect();
        let highs: Vec<i64> = asked.iter().map(|mac| halves(*mac)[0]).collect();
        let found =
            self.all(sql, &[highs.into()], |mut row| Ok((row.wide()?, RecordNo(row.int()?))))?;
        Ok(found.into_iter().filter(|(mac, _)| asked.contains(mac)).collect())
    }

    /// The decisions of keys.
    pub fn decisions(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, DecisionNo)>> {
        let sql = "SELECT mac, no FROM decision WHERE mac MANY_BLOBS($1)";
        self.all(sql, &[macs.into()], |mut row| Ok((row.fixed()?, DecisionNo(row.int()?))))
    }

    /// The records of decisions.
    pub fn records_of_decisions(&mut self, decisions: Vec<i64>) -> Result<Vec<RecordRow>> {
        let sql = format!("{RECORD} WHERE decision MANY($1) ORDER BY no");
        self.all(&sql, &[decisions.into()], record_row)
    }

    /// The records with any of the normalised document numbers.
    pub fn records_by_number(&mut self, numbers: Vec<String>) -> Result<Vec<(String, RecordNo)>> {
        let asked: BTreeMap<i64, String> =
            numbers.into_iter().map(|number| (number_key(&number), number)).collect();
        let keys: Vec<i64> = asked.keys().copied().collect();
        let sql = "SELECT number, record FROM document_number WHERE number MANY($1) \
                   ORDER BY number, record";
        let found =
            self.all(sql, &[keys.into()], |mut row| Ok((row.int()?, RecordNo(row.int()?))))?;
        let named = |(key, record)| Some((asked.get(&key)?.clone(), record));
        Ok(found.into_iter().filter_map(named).collect())
    }

    /// A page of all records after a number.
    pub fn records_after(&mut self, after: RecordNo, limit: i64) -> Result<Vec<RecordRow>> {
        let sql = format!("{RECORD} WHERE no > $1 ORDER BY no LIMIT $2");
        self.all(&sql, &[after.into(), limit.into()], record_row)
    }

    /// A page of a hand-in's records after a number.
    pub fn records_of_batch(&mut self, batch: BatchNo) -> Result<Vec<RecordNo>> {
        let sql = "SELECT no FROM record WHERE batch = $1 ORDER BY no";
        self.all(sql, &[batch.into()], |mut row| Ok(RecordNo(row.int()?)))
    }

    // ---- entries ----

    /// The entries about many things, in the order of the archive.
    pub fn entries_about(&mut self, about: &[AboutNo]) -> Result<Vec<StoredEntry>> {
        let numbers: Vec<i64> = about.iter().map(|about| about.0).collect();
        let sql = format!("{ENTRY} WHERE e.about MANY($1) ORDER BY e.seq");
        self.entries(&sql, &[numbers.into()])
    }

    /// A page of the archive from a place on.
    pub fn entries_from(&mut self, from: Seq, limit: i64) -> Result<Vec<StoredEntry>> {
        let sql = format!("{ENTRY} WHERE e.seq >= $1 ORDER BY e.seq LIMIT $2");
        self.entries(&sql, &[from.into(), limit.into()])
    }

    fn entries(&mut self, sql: &str, cells: &[Cell]) -> Result<Vec<StoredEntry>> {
        let rows = self.connection.query(sql, cells)?;
        rows.into_iter().map(|row| self.stored_entry(row)).collect()
    }

    fn stored_entry(&mut self, mut row: Row) -> Result<StoredEntry> {
        let seq = Seq(row.int()?);
        let about = AboutNo(row.int()?);
        let kind = u16::try_from(row.int()?).ok().and_then(Kind::from_number);
        let kind = kind.ok_or_else(|| StoreError::corrupt(format!("kind of entry {seq}")))?;
        let at = Instant(row.int()?);
        let adoption = row.int()?;
        let (commitments, leaf) = (Digest(row.fixed()?), Digest(row.fixed()?));
        let dictionary = row.int_or_null()?;
        let salt = row.blob_or_null()?;
        let packed = row.blob_or_null()?;
        let mut entry = StoredEntry {
            seq,
            about,
            at,
            kind,
            adoption,
            commitments,
            leaf,
            body: None,
            salt: None,
        };
        if let (Some(dictionary), Some(salt), Some(packed)) = (dictionary, salt, packed) {
            let salt = <[u8; 16]>::try_from(salt.as_slice())
                .map_err(|_| StoreError::corrupt(format!("salt of entry {seq}")))?;
            let body = self.unpacker.unpack(self.connection, dictionary, &packed);
            entry.body = Some(body.map_err(|error| {
                StoreError::corrupt(format!("payload of entry {seq}: {error}"))
            })?);
            entry.salt = Some(Salt(salt));
        }
        Ok(entry)
    }

    // ---- standings ----

    /// The shown records of a subject on a day, newest first inside each section.
    pub fn shown(
        &mut self,
        subject: SubjectNo,
        today: Day,
        filter: &ShownFilter,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<StandingRow>> {
        let mut cells: Vec<Cell> = vec![subject.into(), today.into()];
        let mut sql = format!("{STANDING} WHERE subject = $1 AND {SHOWN}");
        narrow(&mut sql, &mut cells, filter);
        if let Some(after) = after {
            let base = cells.len();
            sql += &format!(
                " AND (section > ${0} OR (section = ${0} AND (decided_on < ${1} OR \
                 (decided_on = ${1} AND record < ${2}))))",
                base + 1,
                base + 2,
                base + 3
            );
            cells.extend([
                after.section.as_str().into(),
                after.decided_on.into(),
                after.record.into(),
            ]);
        }
        cells.push(limit.into());
        sql += &format!(" ORDER BY section, decided_on DESC, record DESC LIMIT ${}", cells.len());
        self.all(&sql, &cells, standing_row)
    }

    /// How many records of a subject are shown on a day, by section and catalogue.
    pub fn shown_counts(
        &mut self,
        subject: SubjectNo,
        today: Day,
        filter: &ShownFilter,
    ) -> Result<Vec<(String, String, i64)>> {
        let mut cells: Vec<Cell> = vec![subject.into(), today.into()];
        let mut sql = format!(
            "SELECT section, catalogue, COUNT(*) FROM standing WHERE subject = $1 AND {SHOWN}"
        );
        narrow(&mut sql, &mut cells, filter);
        sql += " GROUP BY section, catalogue ORDER BY section, catalogue";
        self.all(&sql, &cells, |mut row| Ok((row.text()?, row.text()?, row.int()?)))
    }

    /// How many records are shown on a day, by catalogue, and how many of them since a day. Reads
    /// every standing: for figures that are kept for a while.
    pub fn overview(&mut self, today: Day, since: Day) -> Result<Vec<(String, i64, i64)>> {
        let sql = format!(
            "SELECT catalogue, COUNT(*), COUNT(*) FILTER (WHERE shown_from >= $1) FROM standing \
             WHERE {SHOWN} GROUP BY catalogue ORDER BY catalogue"
        );
        self.all(&sql, &[since.into(), today.into()], |mut row| {
            Ok((row.text()?, row.int()?, row.int()?))
        })
    }

    /// The years in which shown records of a subject were decided, the latest first.
    pub fn shown_years(
        &mut self,
        subject: SubjectNo,
        today: Day,
        filter: &ShownFilter,
    ) -> Result<Vec<(i16, i64)>> {
        let mut cells: Vec<Cell> = vec![subject.into(), today.into()];
        let mut sql = format!(
            "SELECT substr(decided_on, 1, 4), COUNT(*) FROM standing \
             WHERE subject = $1 AND {SHOWN}"
        );
        narrow(&mut sql, &mut cells, filter);
        sql += " GROUP BY substr(decided_on, 1, 4) ORDER BY 1 DESC";
        self.all(&sql, &cells, |mut row| {
            let year = row.text()?;
            let year = year.parse().map_err(|_| StoreError::corrupt("a year"))?;
            Ok((year, row.int()?))
        })
    }

    /// Everything of a subject, shown or not: for its own file and the operator.
    pub fn standings_of(&mut self, subject: SubjectNo) -> Result<Vec<StandingRow>> {
        let sql =
            format!("{STANDING} WHERE subject = $1 ORDER BY section, decided_on DESC, record");
        self.all(&sql, &[subject.into()], standing_row)
    }

    /// The standings of records.
    pub fn standings(&mut self, records: Vec<i64>) -> Result<Vec<StandingRow>> {
        let sql = format!("{STANDING} WHERE record MANY($1) ORDER BY record");
        self.all(&sql, &[records.into()], standing_row)
    }

    /// Standings that alter by themselves on or before a day.
    pub fn due(&mut self, today: Day, limit: i64) -> Result<Vec<RecordNo>> {
        let sql = "SELECT record FROM standing WHERE next_day IS NOT NULL AND next_day <= $1 \
                   ORDER BY next_day, record LIMIT $2";
        self.all(sql, &[today.into(), limit.into()], |mut row| Ok(RecordNo(row.int()?)))
    }

    // ---- hand-ins ----

    /// A hand-in.
    pub fn batch(&mut self, no: BatchNo) -> Result<Option<BatchRow>> {
        self.one(&format!("{BATCH} WHERE no = $1"), &[no.into()], batch_row)
    }

    /// The open hand-in of the same file by the same source with the same mapping.
    pub fn open_batch(
        &mut self,
        source: &str,
        catalogue: &str,
        file: &Digest,
        map: &Digest,
    ) -> Result<Option<BatchRow>> {
        let sql = format!(
            "{BATCH} WHERE file_digest = $1 AND source = $2 AND catalogue = $3 \
             AND map_digest = $4 AND state = 'open' ORDER BY no DESC LIMIT 1"
        );
        let cells = [(*file).into(), source.into(), catalogue.into(), (*map).into()];
        self.one(&sql, &cells, batch_row)
    }

    /// The last hand-in of each source: source and time.
    pub fn last_batches(&mut self) -> Result<BTreeMap<String, Instant>> {
        let sql = "SELECT source, MAX(at) FROM batch GROUP BY source";
        let found = self.all(sql, &[], |mut row| Ok((row.text()?, Instant(row.int()?))))?;
        Ok(found.into_iter().collect())
    }

    /// The outcomes of a hand-in's rows, block by block, as JSON of the office.
    pub fn row_blocks(&mut self, batch: BatchNo) -> Result<Vec<String>> {
        let sql = "SELECT body, digest FROM row_block WHERE batch = $1 ORDER BY first_row";
        self.all(sql, &[batch.into()], |mut row| {
            let packed = row.blob()?;
            if row_digest(&packed).as_slice() != row.blob()?.as_slice() {
                return Err(StoreError::corrupt(format!("row_block of hand-in {batch}")));
            }
            unpack_text(&packed)
        })
    }

    // ---- held rows ----

    /// Held rows in a state, oldest first.
    pub fn held(
        &mut self,
        state: &str,
        batch: Option<BatchNo>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<HeldRow>> {
        let sql = format!(
            "{HELD} WHERE state = $1 AND no > $2 AND (batch = $3 OR $3 = 0) ORDER BY no LIMIT $4"
        );
        let batch = batch.map_or(0, |batch| batch.0);
        self.all(&sql, &[state.into(), after.into(), batch.into(), limit.into()], held_row)
    }

    /// The open held rows of catalogues, oldest first.
    pub fn held_of(&mut self, catalogues: Vec<String>, limit: i64) -> Result<Vec<HeldRow>> {
        let sql =
            format!("{HELD} WHERE state = 'open' AND catalogue MANY($1) ORDER BY no LIMIT $2");
        self.all(&sql, &[catalogues.into(), limit.into()], held_row)
    }

    /// A held row.
    pub fn held_one(&mut self, no: i64) -> Result<Option<HeldRow>> {
        self.one(&format!("{HELD} WHERE no = $1"), &[no.into()], held_row)
    }

    /// Contents that are held, in whatever state: digest, number, state.
    pub fn held_by_content(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, i64, String)>> {
        let sql = "SELECT content_mac, no, state FROM held WHERE content_mac MANY_BLOBS($1)";
        self.all(sql, &[macs.into()], |mut row| Ok((row.fixed()?, row.int()?, row.text()?)))
    }

    // ---- faces ----

    /// Changes after a number.
    pub fn changes_after(&mut self, no: i64, limit: i64) -> Result<Vec<Change>> {
        let sql = "SELECT no, subject, record, what FROM change WHERE no > $1 ORDER BY no LIMIT $2";
        self.all(sql, &[no.into(), limit.into()], |mut row| {
            Ok(Change {
                no: row.int()?,
                subject: row.int_or_null()?.map(SubjectNo),
                record: row.int_or_null()?.map(RecordNo),
                what: row.text()?,
            })
        })
    }

    /// The cursors of all faces: name, instance, cursor.
    pub fn faces(&mut self) -> Result<Vec<(String, String, i64)>> {
        let sql = "SELECT name, instance, cursor FROM face ORDER BY name, instance";
        self.all(sql, &[], |mut row| Ok((row.text()?, row.text()?, row.int()?)))
    }
}

fn narrow(sql: &mut String, cells: &mut Vec<Cell>, filter: &ShownFilter) {
    if let Some(section) = &filter.section {
        cells.push(section.into());
        *sql += &format!(" AND section = ${}", cells.len());
    }
    if let Some(catalogue) = &filter.catalogue {
        cells.push(catalogue.into());
        *sql += &format!(" AND catalogue = ${}", cells.len());
    }
    if let Some(year) = filter.year {
        cells.push(format!("{year:04}-01-01").into());
        cells.push(format!("{year:04}-12-31").into());
        let last = cells.len();
        *sql += &format!(" AND decided_on >= ${} AND decided_on <= ${last}", last - 1);
    }
}

fn adoption_row(mut row: Row) -> Result<AdoptionRow> {
    Ok(AdoptionRow {
        no: row.int()?,
        digest: Digest(row.fixed()?),
        seq: Seq(row.int()?),
        at: Instant(row.int()?),
        accepted: row.text()?,
    })
}

fn code_row(mut row: Row) -> Result<CodeRow> {
    Ok(CodeRow { code: row.text()?, kind: row.text()?, subject: SubjectNo(row.int()?) })
}

fn name_row(mut row: Row) -> Result<NameRow> {
    Ok(NameRow {
        subject: SubjectNo(row.int()?),
        from: row.day()?,
        name: row.text()?,
        until: row.day_or_null()?,
    })
}

fn subject_row(mut row: Row) -> Result<SubjectRow> {
    Ok(SubjectRow {
        no: SubjectNo(row.int()?),
        public_id: PublicId(row.fixed()?),
        kind: row.text()?,
        name: row.text()?,
        code: row.text_or_null()?,
        legal_form: row.text()?,
        state: row.text()?,
        region: row.text()?,
        head: row.int_or_null()?.map(SubjectNo),
        provisional: row.flag()?,
        masked: row.flag()?,
        registration: row.int()?,
    })
}

fn record_row(mut row: Row) -> Result<RecordRow> {
    Ok(RecordRow {
        no: RecordNo(row.int()?),
        public_id: PublicId(row.wide()?),
        catalogue: row.text()?,
        source: row.text()?,
        subject: row.int_or_null()?.map(SubjectNo),
        decision: row.int_or_null()?.map(DecisionNo),
        batch: BatchNo(row.int()?),
        content_mac: row.wide_or_null()?.unwrap_or_default(),
    })
}

fn standing_row(mut row: Row) -> Result<StandingRow> {
    Ok(StandingRow {
        subject: SubjectNo(row.int()?),
        section: row.text()?,
        decided_on: row.day()?,
        record: RecordNo(row.int()?),
        catalogue: row.text()?,
        publication: row.text()?,
        reason: row.text()?,
        shown_from: row.day()?,
        shown_until: row.day()?,
        next_day: row.day_or_null()?,
        ended_at: row.int_or_null()?.map(Instant),
        disputed: row.flag()?,
        seq: Seq(row.int()?),
        version: row.int()?,
        summary: row.text()?,
    })
}

fn batch_row(mut row: Row) -> Result<BatchRow> {
    Ok(BatchRow {
        no: BatchNo(row.int()?),
        source: row.text()?,
        catalogue: row.text()?,
        file: row.text()?,
        file_digest: row
            .blob_or_null()?
            .map(|bytes| {
                <[u8; 32]>::try_from(bytes.as_slice())
                    .map(Digest)
                    .map_err(|_| StoreError::corrupt("a file's digest"))
            })
            .transpose()?,
        map_digest: Digest(row.fixed()?),
        next_row: u64::try_from(row.int()?).unwrap_or(0),
        state: row.text()?,
        at: Instant(row.int()?),
        facts: row.text()?,
    })
}

fn held_row(mut row: Row) -> Result<HeldRow> {
    let mut held = HeldRow {
        no: row.int()?,
        batch: BatchNo(row.int()?),
        row: u64::try_from(row.int()?).unwrap_or(0),
        catalogue: row.text()?,
        source: row.text()?,
        content_mac: row.fixed()?,
        state: row.text()?,
        at: Instant(row.int()?),
        body: String::new(),
    };
    let packed = row.blob()?;
    if row_digest(&packed).as_slice() != row.blob()?.as_slice() {
        return Err(StoreError::corrupt(format!("held row {}", held.no)));
    }
    held.body = unpack_text(&packed)?;
    Ok(held)
}
