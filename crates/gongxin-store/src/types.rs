//! What the store takes and gives: plain values in the glossary's words.

use std::fmt;

use gongxin_model::{
    BatchNo, Body, Day, DecisionNo, Digest, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo,
};
use gongxin_seal::{HashSuite, Mac, Salt};

/// What a platform is, fixed when its store is founded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The platform's identity: the origin in every envelope.
    pub platform: PublicId,
    /// The hash suite of commitments and log.
    pub suite: HashSuite,
    /// The fingerprint of the instance key that the store was founded with.
    pub key_fingerprint: String,
    /// True where the store holds invented data; every page says so.
    pub rehearsal: bool,
    /// When the store was founded.
    pub founded_at: Instant,
}

/// The head of the log after the last committed transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of entries, and the place of the next.
    pub next_seq: Seq,
    /// The number of the next change.
    pub next_change: i64,
    /// The root of the Merkle log over all entries.
    pub root: Digest,
    /// The time of the last entry; the next is never earlier.
    pub last_at: Instant,
}

/// What an entry is about, by inner number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AboutNo {
    /// One record.
    Record(RecordNo),
    /// One subject.
    Subject(SubjectNo),
    /// Rulebooks and the platform itself.
    Platform,
}

/// An entry to append. The store gives it its place, time, commitments and leaf.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What it is about, by inner number; `body.about` says the same by public id.
    pub about: AboutNo,
    /// What it does.
    pub kind: Kind,
    /// The rulebook in force; 32 zero bytes before the first was adopted.
    pub rulebook: Digest,
    /// The fields. They need not be sorted; the store sorts them by code.
    pub body: Body,
    /// 128 random bits of this entry.
    pub salt: Salt,
}

/// An entry as the archive keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its place.
    pub seq: Seq,
    /// When it was received.
    pub at: Instant,
    /// What it does.
    pub kind: Kind,
    /// What it is about, by inner number.
    pub about: AboutNo,
    /// The rulebook in force then; 32 zero bytes before the first.
    pub rulebook: Digest,
    /// The root over the commitments of the body's fields.
    pub commitments: Digest,
    /// The hash of its leaf in the log.
    pub leaf: Digest,
    /// Body and salt; None once erased.
    pub content: Option<(Body, Salt)>,
}

impl StoredEntry {
    /// The body; None once erased.
    #[must_use]
    pub fn body(&self) -> Option<&Body> {
        self.content.as_ref().map(|(body, _)| body)
    }
}

/// A record to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// 128 random bits.
    pub public_id: PublicId,
    /// Its catalogue.
    pub catalogue: String,
    /// The supplying body's code.
    pub source: String,
    /// The subject that it is linked to first.
    pub subject: Option<SubjectNo>,
    /// The decision that it belongs to.
    pub decision: Option<DecisionNo>,
    /// The keyed digest of its key.
    pub key: Mac,
    /// The normalised document number, by which acts find it.
    pub document_number: Option<String>,
}

/// A record as the store knows it. Its content is in its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The inner number.
    pub no: RecordNo,
    /// The identity outside.
    pub public_id: PublicId,
    /// Its catalogue.
    pub catalogue: String,
    /// The supplying body's code.
    pub source: String,
    /// The subject that it is linked to now.
    pub subject: Option<SubjectNo>,
    /// The decision that it belongs to.
    pub decision: Option<DecisionNo>,
}

/// A subject to insert, or the state that an existing one takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubjectState {
    /// The name shown now.
    pub name: String,
    /// The code shown now (its address on the portal), if it has one.
    pub code: Option<String>,
    /// The kind of organisation, as the packs name it: `enterprise`, `individual-business` …
    pub kind: String,
    /// The legal form as stated.
    pub legal_form: Option<String>,
    /// The state of registration: `active`, `revoked`, `cancelled` …, as the packs name it.
    pub state: String,
    /// The region's code (GB/T 2260).
    pub region: Option<String>,
    /// The head that this branch belongs to.
    pub head: Option<SubjectNo>,
    /// The file that this one was joined into.
    pub joined: Option<SubjectNo>,
    /// True until a registration record completes it.
    pub provisional: bool,
}

/// A subject to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubject {
    /// 128 random bits.
    pub public_id: PublicId,
    /// What is known of it.
    pub state: SubjectState,
}

/// A subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The inner number.
    pub no: SubjectNo,
    /// The identity outside.
    pub public_id: PublicId,
    /// What is known of it now.
    pub state: SubjectState,
}

/// A name that a subject bears or bore.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubjectName {
    /// The subject.
    pub subject: SubjectNo,
    /// The name as registered.
    pub name: String,
    /// The first day it was borne, where known.
    pub from: Option<Day>,
    /// The first day it was no longer borne; None while it is.
    pub until: Option<Day>,
    /// The entry that claimed it.
    pub seq: Seq,
}

/// A code claimed for a subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubjectCode {
    /// The subject.
    pub subject: SubjectNo,
    /// What kind of code: `uscc`, `organisation`, `registration`, `tax` …
    pub kind: String,
    /// The code in normal form.
    pub code: String,
    /// The entry that claimed it.
    pub seq: Seq,
}

/// What a record may do, as last computed: a cache of the fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The record.
    pub record: RecordNo,
    /// The subject that it is linked to.
    pub subject: SubjectNo,
    /// Its catalogue.
    pub catalogue: String,
    /// The day by which the pages order it.
    pub decided_on: Option<Day>,
    /// From when, included, until when, not included, the public may see it. None: not at all.
    pub shown: Option<(Day, Day)>,
    /// The states of the axes, packed by the office.
    pub axes: i64,
    /// The next day on which the fold gives something else.
    pub next_at: Option<Day>,
    /// The catalogue's part of the rulebook under which it was computed.
    pub rule: Digest,
    /// The version of the fold.
    pub fold: u32,
    /// The last entry that it rests on.
    pub seq: Seq,
    /// What one row of a page shows, as JSON; written by the office, opaque here.
    pub summary: String,
}

/// Where a page of standings ended: the last row's day and record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StandingCursor {
    /// The day by which it was ordered.
    pub decided_on: Option<Day>,
    /// The record.
    pub record: RecordNo,
}

/// Which standings of a subject a page asks for. Newest first.
#[derive(Debug, Clone, Copy)]
pub struct StandingQuery<'a> {
    /// The subject.
    pub subject: SubjectNo,
    /// The catalogues of the section.
    pub catalogues: &'a [&'a str],
    /// Only those decided in this year.
    pub year: Option<i16>,
    /// Go on after this one.
    pub after: Option<StandingCursor>,
    /// At most so many.
    pub limit: usize,
    /// Today: only what may be shown on this day is given. None gives everything, for the
    /// office's own use, never for a public face.
    pub today: Option<Day>,
}

/// One page of standings.
#[derive(Debug, Clone, Default)]
pub struct StandingPage {
    /// The rows, newest first.
    pub rows: Vec<Standing>,
    /// Where the next page goes on; None at the end.
    pub next: Option<StandingCursor>,
}

/// What a change altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A subject came, or its names, codes, state changed.
    Subject,
    /// What a record may do changed, or came.
    Standing,
    /// A rulebook was adopted.
    Rulebook,
    /// A source was registered or changed.
    Source,
}

/// A change to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewChange {
    /// The subject that it touches.
    pub subject: Option<SubjectNo>,
    /// The record that it touches.
    pub record: Option<RecordNo>,
    /// What it altered.
    pub kind: ChangeKind,
}

/// A change with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Gapless from 0, in commit order.
    pub no: i64,
    /// What changed.
    pub change: NewChange,
}

/// The state of a hand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BatchState {
    /// Not all rows are in.
    Open,
    /// All rows are in.
    Closed,
    /// Taken back whole.
    Withdrawn,
}

/// How many rows a batch had of what. `rows` = accepted + held + refused, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct BatchCounts {
    /// Rows handed in.
    pub rows: u64,
    /// Accepted, unchanged and corrected included.
    pub accepted: u64,
    /// Held for a person to judge.
    pub held: u64,
    /// Refused.
    pub refused: u64,
    /// Blank, title and total lines, which are no rows.
    pub skipped: u64,
    /// Accepted, seen before.
    pub unchanged: u64,
    /// Accepted as a correction.
    pub corrected: u64,
}

/// A hand-in to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// The supplying body's code.
    pub source: String,
    /// The catalogue.
    pub catalogue: String,
    /// The digest of the file.
    pub file_digest: Digest,
    /// The digest of the column map and what else decides how the file is read.
    pub map_digest: Digest,
    /// The file's name as handed in, for the receipt.
    pub file_name: String,
    /// The account that hands it in.
    pub actor: Option<String>,
}

/// A hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The inner number.
    pub no: BatchNo,
    /// What was handed in.
    pub new: NewBatch,
    /// When it was opened.
    pub at: Instant,
    /// When its state last changed, or its last rows came.
    pub last_at: Instant,
    /// The row to go on with.
    pub next_row: u64,
    /// Whether it is done.
    pub state: BatchState,
    /// What became of its rows so far.
    pub counts: BatchCounts,
}

/// Outcomes and findings of neighbouring rows of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowBlock {
    /// The batch.
    pub batch: BatchNo,
    /// The first row; blocks of a batch do not overlap.
    pub first_row: u64,
    /// What became of each row, as JSON; written by the office, opaque here.
    pub outcomes: String,
    /// The findings, as JSON.
    pub findings: String,
}

/// The state of a held row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldState {
    /// Waits for a person.
    Waiting,
    /// A person linked it, or what it waited for came: it is a record now.
    Accepted,
    /// A person refused it.
    Refused,
    /// Its batch was withdrawn.
    Withdrawn,
}

/// A row to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHeld {
    /// The batch.
    pub batch: BatchNo,
    /// The row as the supplier counts.
    pub row: u64,
    /// The catalogue.
    pub catalogue: String,
    /// The supplying body's code.
    pub source: String,
    /// The keyed digest of its content: the same row handed in again is found by it.
    pub content: Mac,
    /// The normalised document number of the decision that it waits for, if it does.
    pub awaits: Option<String>,
    /// The body that its entry will have.
    pub body: Body,
    /// Why, and whom it might be about, as JSON; written by the office, opaque here.
    pub reasons: String,
}

/// A held row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The inner number.
    pub no: i64,
    /// What is held. `awaits` is not given back.
    pub new: NewHeld,
    /// What became of it.
    pub state: HeldState,
    /// Since when.
    pub at: Instant,
    /// The record that it became.
    pub record: Option<RecordNo>,
    /// The judgement in words: who, when, why, as JSON; written by the office, opaque here.
    pub judgement: Option<String>,
}

/// Which held rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct HeldQuery<'a> {
    /// Of this state.
    pub state: Option<HeldState>,
    /// Of this batch.
    pub batch: Option<BatchNo>,
    /// Of this catalogue.
    pub catalogue: Option<&'a str>,
    /// Go on after this number.
    pub after: i64,
    /// At most so many.
    pub limit: usize,
}

/// An adopted rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRulebook {
    /// Its digest.
    pub digest: Digest,
    /// The entry that adopted it.
    pub seq: Seq,
    /// When it was adopted.
    pub at: Instant,
    /// The whole rulebook, as the packs' room wrote it.
    pub body: Vec<u8>,
}

/// A registered source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its code.
    pub code: String,
    /// Its particulars as JSON; written by the office, opaque here.
    pub body: String,
    /// The entry that registered it so.
    pub seq: Seq,
}

/// When a source last handed in what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// The supplying body's code.
    pub source: String,
    /// The catalogue.
    pub catalogue: String,
    /// When its last batch was opened.
    pub at: Instant,
    /// How many batches.
    pub batches: u64,
}

/// Something to do later. A job carries ids only and may run twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The inner number.
    pub no: i64,
    /// What to do.
    pub kind: String,
    /// For what.
    pub about: String,
    /// Not before.
    pub due: Instant,
}

/// Where the store stops in a test of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// All is written, nothing committed.
    BeforeCommit,
    /// Committed, but the caller does not know.
    AfterCommit,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeforeCommit => "before the commit",
            Self::AfterCommit => "after the commit",
        })
    }
}

/// The order to stop, given by a test of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abort;

/// What is wrong in a store, precisely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The table.
    pub table: &'static str,
    /// The row's key.
    pub key: String,
    /// The column, or what of the row.
    pub column: &'static str,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}: {}", self.table, self.key, self.column, self.what)
    }
}
