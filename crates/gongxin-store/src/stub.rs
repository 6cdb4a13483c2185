//! Signatures ahead of their bodies.
#![expect(clippy::unimplemented, unused_variables, reason = "bodies follow")]
#![allow(clippy::missing_errors_doc, missing_debug_implementations, reason = "bodies follow")]
use std::ops::Deref;
use std::sync::Arc;
use gongxin_model::*;
use gongxin_seal::*;
use crate::error::Result;
use crate::types::*;
use crate::StoreError;

/// `sqlite:PATH` or `postgres://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreUrl { Sqlite(std::path::PathBuf), Postgres(String) }
impl std::str::FromStr for StoreUrl { type Err = StoreError; fn from_str(text: &str) -> Result<Self> { unimplemented!() } }
impl std::fmt::Display for StoreUrl { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { unimplemented!() } } // without password

/// Send + Sync; share it in an `Arc`.
pub struct Store {}
impl Store {
    /// Opens a founded store, migrates it forward.
    pub fn open(url: &StoreUrl) -> Result<Self> { unimplemented!() }
    /// Makes the tables (and the file) and founds the platform.
    pub fn found(url: &StoreUrl, meta: &Meta) -> Result<Self> { unimplemented!() }
    pub fn with_faults(self, faults: Arc<dyn Fn(Point) -> Result<(), Abort> + Send + Sync>) -> Self { unimplemented!() }
    pub fn meta(&self) -> &Meta { unimplemented!() }
    pub fn url(&self) -> &StoreUrl { unimplemented!() }
    /// One consistent snapshot for the whole closure. Write `|reader| -> Result<_, MyError>` where E is not inferred.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T, E>) -> Result<T, E> { unimplemented!() }
    /// One transaction. `at` is raised to the last entry's time where it is earlier; see `writer.at()`. An Err rolls back.
    pub fn write<T, E: From<StoreError>>(&self, at: Instant, work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>) -> Result<T, E> { unimplemented!() }
    /// Checks archive, batches, row blocks, held, changes, head.
    pub fn fsck(&self, found: &mut dyn FnMut(Problem)) -> Result<FsckReport> { unimplemented!() }
    pub fn backup(&self, to: &std::path::Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Digest> { unimplemented!() }
    pub fn restore(from: &std::path::Path, url: &StoreUrl, progress: &mut dyn FnMut(u64, u64)) -> Result<()> { unimplemented!() }
}
#[derive(Debug, Clone, Copy, Default)]
pub struct FsckReport { pub entries: u64, pub erased: u64, pub rows: u64, pub problems: u64 }

/// A snapshot. All plural methods take what a chunk of 5,000 needs at once; results are aligned with the keys where they are `Vec<Option<_>>` or `Vec<Vec<_>>`.
pub struct Reader<'a> { _a: &'a () }
impl Reader<'_> {
    pub fn head(&self) -> Result<Head> { unimplemented!() }
    // archive
    pub fn entry(&self, seq: Seq) -> Result<Option<StoredEntry>> { unimplemented!() }
    pub fn entries(&self, seqs: &[Seq]) -> Result<Vec<Option<StoredEntry>>> { unimplemented!() }
    /// In order of seq.
    pub fn entries_about(&self, about: AboutNo) -> Result<Vec<StoredEntry>> { unimplemented!() }
    pub fn entries_about_many(&self, abouts: &[AboutNo]) -> Result<Vec<Vec<StoredEntry>>> { unimplemented!() }
    /// From `from` on, at most `limit`.
    pub fn entries_from(&self, from: Seq, limit: usize) -> Result<Vec<StoredEntry>> { unimplemented!() }
    // subjects
    pub fn subject(&self, no: SubjectNo) -> Result<Option<Subject>> { unimplemented!() }
    pub fn subjects(&self, nos: &[SubjectNo]) -> Result<Vec<Option<Subject>>> { unimplemented!() }
    pub fn subjects_by_public_ids(&self, ids: &[PublicId]) -> Result<Vec<Option<SubjectNo>>> { unimplemented!() }
    /// (kind, code) → subjects that bear it now or bore it.
    pub fn subjects_by_codes(&self, codes: &[(&str, &str)]) -> Result<Vec<Vec<SubjectNo>>> { unimplemented!() }
    /// A code of any kind → who bears or bore it (the portal's address).
    pub fn subjects_by_any_code(&self, code: &str) -> Result<Vec<SubjectCode>> { unimplemented!() }
    /// At most `limit` subjects a key.
    pub fn subjects_by_name_keys(&self, keys: &[i64], limit: usize) -> Result<Vec<Vec<SubjectNo>>> { unimplemented!() }
    pub fn names_of(&self, subjects: &[SubjectNo]) -> Result<Vec<Vec<SubjectName>>> { unimplemented!() }
    pub fn codes_of(&self, subjects: &[SubjectNo]) -> Result<Vec<Vec<SubjectCode>>> { unimplemented!() }
    pub fn branches_of(&self, head: SubjectNo, limit: usize) -> Result<Vec<SubjectNo>> { unimplemented!() }
    /// By number, after `after` (start with SubjectNo(0); numbers begin at 1).
    pub fn subjects_after(&self, after: SubjectNo, limit: usize) -> Result<Vec<Subject>> { unimplemented!() }
    // records
    pub fn record(&self, no: RecordNo) -> Result<Option<Record>> { unimplemented!() }
    pub fn records(&self, nos: &[RecordNo]) -> Result<Vec<Option<Record>>> { unimplemented!() }
    pub fn record_by_public_id(&self, id: PublicId) -> Result<Option<Record>> { unimplemented!() }
    pub fn records_by_public_ids(&self, ids: &[PublicId]) -> Result<Vec<Option<RecordNo>>> { unimplemented!() }
    /// The key mac covers the catalogue.
    pub fn records_by_keys(&self, keys: &[Mac]) -> Result<Vec<Option<RecordNo>>> { unimplemented!() }
    /// The contents seen for each record.
    pub fn seen(&self, records: &[RecordNo]) -> Result<Vec<Vec<(Mac, Seq)>>> { unimplemented!() }
    pub fn decisions(&self, keys: &[Mac]) -> Result<Vec<Option<DecisionNo>>> { unimplemented!() }
    pub fn records_of_decisions(&self, decisions: &[DecisionNo]) -> Result<Vec<Vec<RecordNo>>> { unimplemented!() }
    pub fn records_by_document_numbers(&self, numbers: &[&str]) -> Result<Vec<Vec<RecordNo>>> { unimplemented!() }
    /// Every record linked to the subject now.
    pub fn records_of_subject(&self, subject: SubjectNo, after: RecordNo, limit: usize) -> Result<Vec<RecordNo>> { unimplemented!() }
    pub fn records_after(&self, after: RecordNo, limit: usize) -> Result<Vec<Record>> { unimplemented!() }
    // standings
    pub fn standings(&self, records: &[RecordNo]) -> Result<Vec<Option<Standing>>> { unimplemented!() }
    pub fn standing_page(&self, query: &StandingQuery<'_>) -> Result<StandingPage> { unimplemented!() }
    /// (catalogue, year, how many shown today) of a subject, for the headings of its page.
    pub fn standing_counts(&self, subject: SubjectNo, today: Day) -> Result<Vec<(String, Option<i16>, u64)>> { unimplemented!() }
    /// Records whose fold changes on or before `day`, by (day, record) after the pair.
    pub fn standings_due(&self, day: Day, after: Option<(Day, RecordNo)>, limit: usize) -> Result<Vec<(Day, RecordNo)>> { unimplemented!() }
    pub fn standings_after(&self, after: RecordNo, limit: usize) -> Result<Vec<Standing>> { unimplemented!() }
    /// How many records of each catalogue the public may see today.
    pub fn shown_counts(&self, today: Day) -> Result<Vec<(String, u64)>> { unimplemented!() }
    pub fn subject_count(&self) -> Result<u64> { unimplemented!() }
    // batches and held rows
    pub fn batch(&self, no: BatchNo) -> Result<Option<Batch>> { unimplemented!() }
    /// The last batch of this file under this map.
    pub fn batch_of_file(&self, source: &str, catalogue: &str, file: Digest, map: Digest) -> Result<Option<Batch>> { unimplemented!() }
    pub fn batches_before(&self, before: Option<BatchNo>, limit: usize) -> Result<Vec<Batch>> { unimplemented!() }
    pub fn row_blocks(&self, batch: BatchNo, from_row: u64, limit: usize) -> Result<Vec<RowBlock>> { unimplemented!() }
    pub fn freshness(&self) -> Result<Vec<Freshness>> { unimplemented!() }
    pub fn held(&self, no: i64) -> Result<Option<Held>> { unimplemented!() }
    pub fn held_list(&self, query: &HeldQuery<'_>) -> Result<Vec<Held>> { unimplemented!() }
    pub fn held_count(&self, state: HeldState) -> Result<u64> { unimplemented!() }
    /// The latest held row of each content (any state).
    pub fn held_by_contents(&self, contents: &[Mac]) -> Result<Vec<Option<(i64, HeldState)>>> { unimplemented!() }
    /// Waiting rows whose `awaits` is one of the document numbers.
    pub fn held_awaiting(&self, numbers: &[&str]) -> Result<Vec<i64>> { unimplemented!() }
    // the rest
    pub fn changes_after(&self, no: i64, limit: usize) -> Result<Vec<Change>> { unimplemented!() }
    pub fn face_cursor(&self, face: &str, instance: &str) -> Result<Option<i64>> { unimplemented!() }
    pub fn rulebook(&self, digest: Digest) -> Result<Option<StoredRulebook>> { unimplemented!() }
    /// The one adopted last, at or before `known` where given.
    pub fn latest_rulebook(&self, known: Option<Instant>) -> Result<Option<StoredRulebook>> { unimplemented!() }
    /// (digest, seq, at), oldest first.
    pub fn rulebooks(&self) -> Result<Vec<(Digest, Seq, Instant)>> { unimplemented!() }
    pub fn catalogue_rule(&self, digest: Digest) -> Result<Option<Vec<u8>>> { unimplemented!() }
    pub fn sources(&self) -> Result<Vec<Source>> { unimplemented!() }
    pub fn source(&self, code: &str) -> Result<Option<Source>> { unimplemented!() }
    pub fn jobs_due(&self, now: Instant, limit: usize) -> Result<Vec<Job>> { unimplemented!() }
    /// Bytes on disk, for doctor and bench.
    pub fn size_bytes(&self) -> Result<u64> { unimplemented!() }
}

/// Reads its own writes through `Deref`.
pub struct Writer<'a> { reader: Reader<'a> }
impl<'a> Deref for Writer<'a> { type Target = Reader<'a>; fn deref(&self) -> &Reader<'a> { &self.reader } }
impl Writer<'_> {
    /// The time that entries of this transaction carry.
    pub fn at(&self) -> Instant { unimplemented!() }
    pub fn append(&mut self, entries: Vec<NewEntry>) -> Result<Vec<Seq>> { unimplemented!() }
    /// Removes bodies and salts. The `erased` entry that names them as causes is the caller's.
    pub fn erase(&mut self, seqs: &[Seq]) -> Result<()> { unimplemented!() }
    // subjects
    pub fn add_subjects(&mut self, subjects: &[NewSubject]) -> Result<Vec<SubjectNo>> { unimplemented!() }
    pub fn put_subject_states(&mut self, states: &[(SubjectNo, SubjectState)]) -> Result<()> { unimplemented!() }
    /// Names and the keys by which a search for candidates finds them.
    pub fn add_names(&mut self, names: &[(SubjectName, Vec<i64>)]) -> Result<()> { unimplemented!() }
    /// Replaces all names of the subjects (renames end the former; judgements may take some away).
    pub fn replace_names(&mut self, subjects: &[SubjectNo], names: &[(SubjectName, Vec<i64>)]) -> Result<()> { unimplemented!() }
    /// A code that the subject bears already stays as it is.
    pub fn add_codes(&mut self, codes: &[SubjectCode]) -> Result<()> { unimplemented!() }
    pub fn remove_codes(&mut self, codes: &[SubjectCode]) -> Result<()> { unimplemented!() }
    /// Removes subjects (provisional ones whose only ground fell) with names and codes.
    pub fn remove_subjects(&mut self, subjects: &[SubjectNo]) -> Result<()> { unimplemented!() }
    // records
    pub fn add_records(&mut self, records: &[NewRecord]) -> Result<Vec<RecordNo>> { unimplemented!() }
    pub fn add_seen(&mut self, seen: &[(RecordNo, Mac, Seq)]) -> Result<()> { unimplemented!() }
    pub fn add_document_numbers(&mut self, numbers: &[(RecordNo, &str)]) -> Result<()> { unimplemented!() }
    pub fn find_or_add_decisions(&mut self, keys: &[Mac]) -> Result<Vec<DecisionNo>> { unimplemented!() }
    pub fn put_record_links(&mut self, links: &[(RecordNo, Option<SubjectNo>, Option<DecisionNo>)]) -> Result<()> { unimplemented!() }
    /// Inserts or replaces; keeps the counts of what is shown.
    pub fn put_standings(&mut self, standings: &[Standing]) -> Result<()> { unimplemented!() }
    pub fn remove_standings(&mut self, records: &[RecordNo]) -> Result<()> { unimplemented!() }
    pub fn add_changes(&mut self, changes: &[NewChange]) -> Result<()> { unimplemented!() }
    // batches
    pub fn open_batch(&mut self, batch: &NewBatch) -> Result<BatchNo> { unimplemented!() }
    pub fn put_batch(&mut self, no: BatchNo, next_row: u64, state: BatchState, counts: &BatchCounts) -> Result<()> { unimplemented!() }
    pub fn add_row_block(&mut self, block: &RowBlock) -> Result<()> { unimplemented!() }
    pub fn add_held(&mut self, held: &[NewHeld]) -> Result<Vec<i64>> { unimplemented!() }
    /// Also back to waiting, when a judgement is withdrawn.
    pub fn judge_held(&mut self, no: i64, state: HeldState, record: Option<RecordNo>, judgement: Option<&str>) -> Result<()> { unimplemented!() }
    // the rest
    pub fn put_face_cursor(&mut self, face: &str, instance: &str, cursor: i64) -> Result<()> { unimplemented!() }
    /// Must stand before the first entry that names the digest. The adopting entry's place is `seq` = the next.
    pub fn add_rulebook(&mut self, digest: Digest, body: &[u8]) -> Result<()> { unimplemented!() }
    pub fn add_catalogue_rules(&mut self, rules: &[(Digest, &str, &[u8])]) -> Result<()> { unimplemented!() }
    pub fn put_source(&mut self, source: &Source) -> Result<()> { unimplemented!() }
    pub fn add_job(&mut self, kind: &str, about: &str, due: Instant) -> Result<()> { unimplemented!() }
    pub fn end_job(&mut self, no: i64) -> Result<()> { unimplemented!() }
}
