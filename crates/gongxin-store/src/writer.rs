//! Writing: one transaction under the lock of the log's head.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use gongxin_model::{
    BatchNo, DecisionNo, Digest, Envelope, Instant, RecordNo, Seq, SubjectNo, entry,
};
use gongxin_seal::{Mac, commitments, envelope_bytes, root};

use crate::cell::{Cell, halves};
use crate::connection::Connection;
use crate::payload::Packer;
use crate::reader::Reader;
use crate::rows::{
    AdoptionRow, BatchRow, Change, CodeRow, HeldRow, NameRow, NewEntry, RecordRow, StandingRow,
    SubjectRow,
};
use crate::schema::Table;
use crate::store::{Founding, LogHead};
use crate::{StoreError, number_key, pack_text, row_digest};

type Result<T> = std::result::Result<T, StoreError>;

/// Writes in one transaction, and reads what it will leave.
#[derive(Debug)]
pub struct Writer<'a> {
    reader: Reader<'a>,
    founding: &'a Founding,
    head: LogHead,
    now: Instant,
    /// Contents that this transaction put in force.
    in_force: BTreeMap<RecordNo, Mac>,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> DerefMut for Writer<'a> {
    fn deref_mut(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        connection: &'a mut Connection,
        founding: &'a Founding,
        head: LogHead,
        now: Instant,
    ) -> Self {
        // The time received never decreases, whatever a machine's clock does.
        let now = now.max(head.last_at);
        Self { reader: Reader::new(connection), founding, head, now, in_force: BTreeMap::new() }
    }

    pub(crate) fn into_head(self) -> LogHead {
        self.head
    }

    /// The time that entries of this transaction get.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The place that the next entry gets.
    #[must_use]
    pub fn next_seq(&self) -> Seq {
        Seq(self.head.next_seq)
    }

    /// A number for a new subject.
    pub fn new_subject(&mut self) -> SubjectNo {
        SubjectNo(take(&mut self.head.next_subject))
    }

    /// A number for a new record.
    pub fn new_record(&mut self) -> RecordNo {
        RecordNo(take(&mut self.head.next_record))
    }

    /// A number for a new decision.
    pub fn new_decision(&mut self) -> DecisionNo {
        DecisionNo(take(&mut self.head.next_decision))
    }

    /// A number for a new hand-in.
    pub fn new_batch(&mut self) -> BatchNo {
        BatchNo(take(&mut self.head.next_batch))
    }

    /// A number for a new held row.
    pub fn new_held(&mut self) -> i64 {
        take(&mut self.head.next_held)
    }

    fn insert(&mut self, table: &str, rows: Vec<Vec<Cell>>) -> Result<()> {
        Table::named(table)?.insert(self.reader.connection, rows)
    }

    /// Changes columns of the one row of a key, which must exist.
    fn alter(&mut self, table: &str, key: Cell, changes: Vec<(&str, Cell)>) -> Result<()> {
        let name = format!("{table} {key:?}");
        if Table::named(table)?.alter(self.reader.connection, &[key], changes)? {
            return Ok(());
        }
        Err(StoreError::corrupt(format!("no row {name} to change")))
    }

    fn execute(&mut self, sql: &str, cells: &[Cell]) -> Result<u64> {
        self.reader.connection.execute(sql, cells)
    }

    // ---- archive ----

    /// Appends entries: gives each its place, seals it, advances the log. The places are gapless
    /// from [`Writer::next_seq`] on, in the order given.
    ///
    /// # Errors
    /// The store cannot be written; so for every method here.
    pub fn append(&mut self, entries: &[NewEntry]) -> Result<Vec<Seq>> {
        let bodies: Vec<_> = entries.iter().map(|entry| &entry.body).collect();
        let packed = Packer::default().pack(self.reader.connection, &bodies)?;
        let suite = self.founding.suite;
        let (mut rows, mut payloads, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for (entry, (dictionary, packed)) in entries.iter().zip(packed) {
            let seq = take(&mut self.head.next_seq);
            let (adoption, rulebook) = entry.adoption;
            let envelope = Envelope {
                format: entry::FORMAT,
                platform: self.founding.platform,
                seq: Seq(seq),
                at: self.now,
                kind: entry.kind,
                rulebook,
                commitments: root(suite, &commitments(suite, &entry.salt, &entry.body)),
            };
            let leaf = suite.leaf(&envelope_bytes(&envelope));
            self.head.frontier.push(suite, leaf);
            rows.push(vec![
                seq.into(),
                entry.about.0.into(),
                i64::from(entry.kind.number()).into(),
                self.now.into(),
                adoption.into(),
                envelope.commitments.into(),
                leaf.into(),
            ]);
            payloads.push(vec![seq.into(), dictionary.into(), entry.salt.0.into(), packed.into()]);
            places.push(Seq(seq));
        }
        if !entries.is_empty() {
            self.head.root = self.head.frontier.root(suite);
            self.head.last_at = self.now;
        }
        self.insert("entry", rows)?;
        self.insert("payload", payloads)?;
        Ok(places)
    }

    /// Erases the content of entries: payload and salt go, envelopes stay.
    pub fn erase_payloads(&mut self, places: &[Seq]) -> Result<u64> {
        let places: Vec<i64> = places.iter().map(|seq| seq.0).collect();
        self.execute("DELETE FROM payload WHERE seq MANY($1)", &[places.into()])
    }

    // ---- rulebooks, sources, settings ----

    /// Keeps a rulebook whole, if it is not kept yet.
    pub fn keep_rulebook(&mut self, digest: &Digest, body: &[u8]) -> Result<()> {
        if self.rulebook(digest)?.is_none() {
            self.insert("rulebook", vec![vec![(*digest).into(), body.into()]])?;
        }
        Ok(())
    }

    /// Notes an adoption.
    pub fn insert_adoption(&mut self, row: &AdoptionRow) -> Result<()> {
        self.insert(
            "adoption",
            vec![vec![
                row.no.into(),
                row.digest.into(),
                row.seq.into(),
                row.at.into(),
                row.accepted.as_str().into(),
            ]],
        )
    }

    /// Registers a source, or replaces what is said of it.
    pub fn put_source(&mut self, code: &str, body: &str, seq: Seq) -> Result<()> {
        self.execute("DELETE FROM source WHERE code = $1", &[code.into()])?;
        self.insert("source", vec![vec![code.into(), body.into(), seq.into()]])
    }

    /// Adds to named counters.
    pub fn count(&mut self, counts: &[(String, i64)]) -> Result<()> {
        for (name, more) in counts {
            let value = self.counter(name)?;
            let changes = vec![("value", (value + more).into())];
            let table = Table::named("counter")?;
            if !table.alter(self.reader.connection, &[name.into()], changes)? {
                self.insert("counter", vec![vec![name.into(), (*more).into()]])?;
            }
        }
        Ok(())
    }

    // ---- hand-ins ----

    /// Opens a hand-in.
    pub fn insert_batch(&mut self, row: &BatchRow) -> Result<()> {
        self.insert(
            "batch",
            vec![vec![
                row.no.into(),
                row.source.as_str().into(),
                row.catalogue.as_str().into(),
                row.file.as_str().into(),
                row.file_digest.into(),
                row.map_digest.into(),
                number(row.next_row).into(),
                row.state.as_str().into(),
                row.at.into(),
                row.facts.as_str().into(),
            ]],
        )
    }

    /// Moves a hand-in on.
    pub fn update_batch(&mut self, row: &BatchRow) -> Result<()> {
        let changes = vec![
            ("next_row", number(row.next_row).into()),
            ("state", row.state.as_str().into()),
            ("facts", row.facts.as_str().into()),
            ("file_digest", row.file_digest.into()),
        ];
        self.alter("batch", row.no.into(), changes)
    }

    /// Keeps the outcomes of a block of rows, as JSON of the office.
    pub fn insert_row_block(&mut self, batch: BatchNo, first: u64, body: &str) -> Result<()> {
        let packed = pack_text(body)?;
        let digest = row_digest(&packed);
        self.insert(
            "row_block",
            vec![vec![batch.into(), number(first).into(), packed.into(), digest.into()]],
        )
    }

    // ---- held rows ----

    /// Keeps held rows.
    pub fn insert_held(&mut self, rows: &[HeldRow]) -> Result<()> {
        let rows: Result<Vec<Vec<Cell>>> = rows
            .iter()
            .map(|row| {
                let packed = pack_text(&row.body)?;
                let digest = row_digest(&packed);
                Ok(vec![
                    row.no.into(),
                    row.batch.into(),
                    number(row.row).into(),
                    row.catalogue.as_str().into(),
                    row.source.as_str().into(),
                    row.content_mac.into(),
                    row.state.as_str().into(),
                    row.at.into(),
                    packed.into(),
                    digest.into(),
                ])
            })
            .collect();
        self.insert("held", rows?)
    }

    /// Changes the state and the body of a held row.
    pub fn update_held(&mut self, no: i64, state: &str, body: &str) -> Result<()> {
        let packed = pack_text(body)?;
        let digest = row_digest(&packed);
        let changes =
            vec![("state", state.into()), ("body", packed.into()), ("digest", digest.into())];
        self.alter("held", no.into(), changes)
    }

    // ---- subjects ----

    /// Adds subjects.
    pub fn insert_subjects(&mut self, rows: &[SubjectRow]) -> Result<()> {
        let rows: Vec<Vec<Cell>> = rows.iter().map(subject_cells).collect();
        self.insert("subject", rows)
    }

    /// Replaces what is said of subjects that exist.
    pub fn update_subjects(&mut self, rows: &[SubjectRow]) -> Result<()> {
        let numbers: Vec<i64> = rows.iter().map(|row| row.no.0).collect();
        let found = self.execute("DELETE FROM subject WHERE no MANY($1)", &[numbers.into()])?;
        if found != rows.len() as u64 {
            return Err(StoreError::corrupt("updating subjects that do not exist"));
        }
        self.insert_subjects(rows)
    }

    /// Adds codes.
    pub fn insert_codes(&mut self, rows: &[CodeRow]) -> Result<()> {
        let rows: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| vec![row.code.as_str().into(), row.kind.as_str().into(), row.subject.into()])
            .collect();
        self.insert("subject_code", rows)
    }

    /// Replaces all names of subjects: what is given is the whole history of each.
    pub fn put_names(&mut self, subjects: &[SubjectNo], rows: &[NameRow]) -> Result<()> {
        let numbers: Vec<i64> = subjects.iter().map(|subject| subject.0).collect();
        self.execute("DELETE FROM subject_name WHERE subject MANY($1)", &[numbers.into()])?;
        self.insert_names(rows)
    }

    /// Adds names.
    pub fn insert_names(&mut self, rows: &[NameRow]) -> Result<()> {
        let rows: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| {
                vec![
                    row.subject.into(),
                    row.from.into(),
                    row.name.as_str().into(),
                    row.until.into(),
                ]
            })
            .collect();
        self.insert("subject_name", rows)
    }

    /// Adds blocking keys of names; those that exist stay.
    pub fn insert_name_keys(&mut self, pairs: &[(i64, SubjectNo)]) -> Result<()> {
        let keys: Vec<i64> = pairs.iter().map(|(key, _)| *key).collect();
        let known: std::collections::BTreeSet<(i64, SubjectNo)> =
            self.name_keys(keys, usize::MAX)?.into_iter().collect();
        let mut fresh: Vec<&(i64, SubjectNo)> =
            pairs.iter().filter(|pair| !known.contains(pair)).collect();
        fresh.sort_unstable();
        fresh.dedup();
        let rows: Vec<Vec<Cell>> = fresh
            .into_iter()
            .map(|(key, subject)| vec![(*key).into(), (*subject).into()])
            .collect();
        self.insert("name_key", rows)
    }

    // ---- records ----

    /// Adds records with their keys.
    pub fn insert_records(&mut self, rows: &[(RecordRow, Mac)]) -> Result<()> {
        let records: Vec<Vec<Cell>> = rows
            .iter()
            .map(|(row, key)| {
                let ([id_high, id_low], [key_high, key_low]) =
                    (halves(row.public_id.0), halves(*key));
                let [content_high, content_low] = halves(row.content_mac);
                vec![
                    row.no.into(),
                    id_high.into(),
                    id_low.into(),
                    row.catalogue.as_str().into(),
                    row.source.as_str().into(),
                    row.subject.into(),
                    row.decision.into(),
                    row.batch.into(),
                    key_high.into(),
                    key_low.into(),
                    content_high.into(),
                    content_low.into(),
                ]
            })
            .collect();
        self.in_force.extend(rows.iter().map(|(row, _)| (row.no, row.content_mac)));
        self.insert("record", records)
    }

    /// Random keys go in sorted: neighbours share pages of the tree.
    fn insert_sorted(&mut self, table: &str, mut pairs: Vec<([u8; 16], RecordNo)>) -> Result<()> {
        pairs.sort_unstable();
        let rows: Vec<Vec<Cell>> =
            pairs.into_iter().map(|(key, no)| vec![key.into(), no.into()]).collect();
        self.insert(table, rows)
    }

    /// Notes contents as seen in records. The content in force is noted with the record already.
    pub fn insert_seen(&mut self, mut pairs: Vec<(Mac, RecordNo)>) -> Result<()> {
        pairs.retain(|(content, no)| self.in_force.get(no) != Some(content));
        self.insert_sorted("seen", pairs)
    }

    /// Adds decisions.
    pub fn insert_decisions(&mut self, pairs: &[(Mac, DecisionNo)]) -> Result<()> {
        let pairs = pairs.iter().map(|(mac, no)| (*mac, RecordNo(no.0))).collect();
        self.insert_sorted("decision", pairs)
    }

    /// Adds normalised document numbers.
    pub fn insert_document_numbers(&mut self, pairs: &[(String, RecordNo)]) -> Result<()> {
        let mut sorted: Vec<(i64, RecordNo)> =
            pairs.iter().map(|(number, no)| (number_key(number), *no)).collect();
        sorted.sort_unstable();
        let rows: Vec<Vec<Cell>> =
            sorted.into_iter().map(|(number, no)| vec![number.into(), no.into()]).collect();
        self.insert("document_number", rows)
    }

    /// Links a record to another subject, or to none.
    pub fn set_record_subject(&mut self, no: RecordNo, subject: Option<SubjectNo>) -> Result<()> {
        self.alter("record", no.into(), vec![("subject", subject.into())])
    }

    /// Notes the content in force of a record; the one before it stays known as seen.
    pub fn set_record_content(&mut self, no: RecordNo, content: Mac) -> Result<()> {
        let before = self.record(no)?.map(|row| row.content_mac).unwrap_or_default();
        if before != content && before != Mac::default() && !self.is_seen(before)? {
            self.insert("seen", vec![vec![before.into(), no.into()]])?;
        }
        let [high, low] = halves(content);
        self.in_force.insert(no, content);
        let changes = vec![("content_high", high.into()), ("content_low", low.into())];
        self.alter("record", no.into(), changes)
    }

    fn is_seen(&mut self, content: Mac) -> Result<bool> {
        let sql = "SELECT record FROM seen WHERE mac = $1";
        Ok(self.reader.connection.first(sql, &[content.into()])?.is_some())
    }

    /// Forgets key and content of a record that a withdrawn judgement had made, so that the row
    /// it came from can be judged again. The record and its entries stay.
    pub fn forget_marks(&mut self, key: Option<Mac>, content: Mac) -> Result<()> {
        self.execute("DELETE FROM seen WHERE mac = $1", &[content.into()])?;
        for (_, no) in self.seen(vec![content.to_vec()])? {
            self.in_force.remove(&no);
            let changes = vec![("content_high", Cell::Null), ("content_low", Cell::Null)];
            self.alter("record", no.into(), changes)?;
        }
        let keys = key.iter().map(|key| key.to_vec()).collect();
        for (_, no) in self.records_by_key(keys)? {
            let changes = vec![("key_high", Cell::Null), ("key_low", Cell::Null)];
            self.alter("record", no.into(), changes)?;
        }
        Ok(())
    }

    // ---- standings and changes ----

    /// Replaces the standings of records.
    pub fn put_standings(&mut self, rows: &[StandingRow]) -> Result<()> {
        let records: Vec<i64> = rows.iter().map(|row| row.record.0).collect();
        self.remove_standings(records)?;
        self.insert_standings(rows)
    }

    /// Removes the standings of records.
    pub fn remove_standings(&mut self, records: Vec<i64>) -> Result<()> {
        self.execute("DELETE FROM standing WHERE record MANY($1)", &[records.into()])?;
        Ok(())
    }

    /// Adds standings of records that have none yet.
    pub fn insert_standings(&mut self, rows: &[StandingRow]) -> Result<()> {
        let mut sorted: Vec<&StandingRow> = rows.iter().collect();
        sorted.sort_unstable_by_key(|row| row.record);
        let rows: Vec<Vec<Cell>> = sorted.into_iter().map(standing_cells).collect();
        self.insert("standing", rows)
    }

    /// Tells the faces.
    pub fn tell(
        &mut self,
        what: &str,
        about: &[(Option<SubjectNo>, Option<RecordNo>)],
    ) -> Result<()> {
        let rows: Vec<Vec<Cell>> = about
            .iter()
            .map(|(subject, record)| {
                let no = take(&mut self.head.next_change);
                let change = Change { no, subject: *subject, record: *record, what: what.into() };
                vec![
                    change.no.into(),
                    change.subject.into(),
                    change.record.into(),
                    change.what.into(),
                ]
            })
            .collect();
        self.insert("change", rows)
    }

    /// Keeps a face's cursor.
    pub fn set_face(&mut self, name: &str, instance: &str, cursor: i64) -> Result<()> {
        let cells = [name.into(), instance.into()];
        self.execute("DELETE FROM face WHERE name = $1 AND instance = $2", &cells)?;
        self.insert("face", vec![vec![name.into(), instance.into(), cursor.into()]])
    }
}

fn take(next: &mut i64) -> i64 {
    let taken = *next;
    *next += 1;
    taken
}

fn number(row: u64) -> i64 {
    i64::try_from(row).unwrap_or(i64::MAX)
}

fn subject_cells(row: &SubjectRow) -> Vec<Cell> {
    vec![
        row.no.into(),
        row.public_id.into(),
        row.kind.as_str().into(),
        row.name.as_str().into(),
        row.code.clone().into(),
        row.legal_form.as_str().into(),
        row.state.as_str().into(),
        row.region.as_str().into(),
        row.head.into(),
        row.provisional.into(),
        row.masked.into(),
        row.registration.into(),
    ]
}

fn standing_cells(row: &StandingRow) -> Vec<Cell> {
    vec![
        row.subject.into(),
        row.section.as_str().into(),
        row.decided_on.into(),
        row.record.into(),
        row.catalogue.as_str().into(),
        row.publication.as_str().into(),
        row.reason.as_str().into(),
        row.shown_from.into(),
        row.shown_until.into(),
        row.next_day.into(),
        row.ended_at.into(),
        row.disputed.into(),
        row.seq.into(),
        row.version.into(),
        row.summary.as_str().into(),
    ]
}
