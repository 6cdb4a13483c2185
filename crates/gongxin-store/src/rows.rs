//! What the tables hold, in the domain's words.

use gongxin_model::{
    BatchNo, Body, CaseNo, Day, Digest, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo,
};
use gongxin_seal::{Mac, NumberMark, Salt};
use serde::{Deserialize, Serialize};

/// What an entry is about, inside one store: two low bits tell the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AboutNo(pub i64);

impl AboutNo {
    /// The platform itself.
    pub const PLATFORM: Self = Self(2);
    /// An adopted rulebook.
    pub const RULEBOOK: Self = Self(3);

    /// A record.
    #[must_use]
    pub const fn record(no: RecordNo) -> Self {
        Self(no.0 << 2)
    }

    /// A subject.
    #[must_use]
    pub const fn subject(no: SubjectNo) -> Self {
        Self((no.0 << 2) | 1)
    }

    /// A case. Its numbers begin at 1: 0 would be the platform.
    #[must_use]
    pub const fn case(no: CaseNo) -> Self {
        Self((no.0 << 2) | 2)
    }

    /// The case, if it is one.
    #[must_use]
    pub const fn as_case(self) -> Option<CaseNo> {
        if self.0 & 3 == 2 && self.0 > 2 { Some(CaseNo(self.0 >> 2)) } else { None }
    }

    /// The record, if it is one.
    #[must_use]
    pub const fn as_record(self) -> Option<RecordNo> {
        if self.0 & 3 == 0 { Some(RecordNo(self.0 >> 2)) } else { None }
    }
}

/// What the next transaction begins with: the place of its first entry, the numbers that are free,
/// and the time that it gives. Two transactions that begin with the same find the same records and
/// subjects: whatever alters one is an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// The place of the next entry.
    pub seq: i64,
    /// The number of the next record.
    pub record: i64,
    /// The number of the next subject.
    pub subject: i64,
    /// The number of the next held row.
    pub held: i64,
    /// The time that entries get.
    pub at: Instant,
}

impl Next {
    /// A number for a new record.
    pub fn new_record(&mut self) -> RecordNo {
        RecordNo(take(&mut self.record))
    }

    /// A number for a new subject.
    pub fn new_subject(&mut self) -> SubjectNo {
        SubjectNo(take(&mut self.subject))
    }

    /// A number for a new held row.
    pub fn new_held(&mut self) -> i64 {
        take(&mut self.held)
    }
}

/// Gives out a number.
pub(crate) fn take(next: &mut i64) -> i64 {
    let taken = *next;
    *next += 1;
    taken
}

/// An entry to be written. The store gives it its place and seals it.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What it is about, inside this store.
    pub about: AboutNo,
    /// What it does.
    pub kind: Kind,
    /// The adoption in force, by its number and its rulebook's digest.
    pub adoption: (i64, Digest),
    /// Its body.
    pub body: Body,
    /// Its salt: 128 random bits.
    pub salt: Salt,
}

/// An entry as it stands in the archive.
#[derive(Debug, Clone)]
pub struct StoredEntry {
    /// Its place.
    pub seq: Seq,
    /// What it is about.
    pub about: AboutNo,
    /// When it was received.
    pub at: Instant,
    /// What it does.
    pub kind: Kind,
    /// The number of the adoption in force.
    pub adoption: i64,
    /// The root over its commitments.
    pub commitments: Digest,
    /// Its leaf in the log.
    pub leaf: Digest,
    /// Its body; None once erased.
    pub body: Option<Body>,
    /// Its salt; None once erased.
    pub salt: Option<Salt>,
}

/// An entry without what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryHead {
    /// Its place.
    pub seq: Seq,
    /// What it is about.
    pub about: AboutNo,
    /// What it does.
    pub kind: Kind,
    /// When it was received.
    pub at: Instant,
}

/// A case as it stands: derived from its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its number inside this store, from 1 on.
    pub no: CaseNo,
    /// Its public id.
    pub public_id: PublicId,
    /// The number by which people name it.
    pub number: String,
    /// The procedure it follows.
    pub procedure: String,
    /// Where it stands.
    pub state: String,
    /// The record it is about.
    pub record: Option<RecordNo>,
    /// The subject it is about.
    pub subject: Option<SubjectNo>,
    /// The body that decides; None for the platform.
    pub decider: Option<String>,
    /// When it was opened.
    pub opened_at: Instant,
    /// Its last entry.
    pub seq: Seq,
    /// By when somebody must act.
    pub due: Option<Day>,
    /// True if that day is over, and it was marked so.
    pub overdue: bool,
    /// True where nothing more can happen.
    pub closed: bool,
    /// The case as JSON of the office.
    pub body: String,
}

/// The state of a case whose content was erased: nobody is shown it.
pub const ERASED_CASE: &str = "erased";

impl CaseRow {
    /// What is left of the row when the case's content was erased.
    #[must_use]
    pub fn erased(&self) -> Self {
        Self {
            procedure: String::new(),
            state: ERASED_CASE.to_owned(),
            record: None,
            subject: None,
            decider: None,
            due: None,
            overdue: false,
            closed: true,
            body: String::new(),
            ..self.clone()
        }
    }
}

/// Which cases are asked for. What is None does not matter.
#[derive(Debug, Clone, Default)]
pub struct CaseAsk {
    /// True for those as well whose content was erased.
    pub erased: bool,
    /// Of this procedure.
    pub procedure: Option<String>,
    /// Standing so.
    pub state: Option<String>,
    /// Decided by one of these bodies.
    pub deciders: Option<Vec<String>>,
    /// About one of these subjects.
    pub subjects: Option<Vec<SubjectNo>>,
    /// Only open ones, or only closed ones.
    pub closed: Option<bool>,
    /// Only those of which a day is over.
    pub overdue: bool,
    /// What is due first stands first, in place of the oldest.
    pub by_due: bool,
    /// Behind this number.
    pub after: Option<CaseNo>,
    /// At most so many.
    pub limit: i64,
}

/// Which records of a register are asked for.
#[derive(Debug, Clone, Copy)]
pub struct ArrivalAsk<'a> {
    /// The first number.
    pub from: RecordNo,
    /// The first number no longer.
    pub before: RecordNo,
    /// Of these catalogues.
    pub catalogues: &'a [String],
    /// By these sources; absent for every one.
    pub sources: Option<&'a [String]>,
    /// Decided on this day or later.
    pub decided_from: Option<Day>,
    /// Decided on this day or before.
    pub decided_until: Option<Day>,
}

/// A shown record of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalRow {
    /// Who supplied it.
    pub source: String,
    /// The hand-in that created it.
    pub batch: BatchNo,
    /// What it may do.
    pub standing: StandingRow,
}

/// A subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    /// Its number here.
    pub no: SubjectNo,
    /// Its identity outside.
    pub public_id: PublicId,
    /// `organisation` or `individual-business`.
    pub kind: String,
    /// Its present name.
    pub name: String,
    /// Its present unified social credit code.
    pub code: Option<String>,
    /// Its legal form as the registration states it; empty where it does not.
    pub legal_form: String,
    /// The state of its registration, a code of the list `registration-states`.
    pub state: String,
    /// Its region (GB/T 2260).
    pub region: String,
    /// The head, for a branch.
    pub head: Option<SubjectNo>,
    /// True while nobody has registered it here.
    pub provisional: bool,
    /// True where its name is a person's and is shown masked.
    pub masked: bool,
    /// The record of the registration that describes it; 0 for none.
    pub registration: i64,
    /// The first day that its present name is known to be used.
    pub named_from: Option<Day>,
}

impl SubjectRow {
    /// Its present name among its names.
    #[must_use]
    pub fn present_name(&self) -> Option<NameRow> {
        let from = self.named_from?;
        Some(NameRow { subject: self.no, from, name: self.name.clone(), until: None })
    }
}

/// A name of a subject and the days of its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// Whose.
    pub subject: SubjectNo,
    /// The first day it is known to be used.
    pub from: Day,
    /// The name.
    pub name: String,
    /// The first day it no longer was.
    pub until: Option<Day>,
}

/// A code of a subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeRow {
    /// The code in normal form.
    pub code: String,
    /// What kind of code, in the words of `gongxin-subject`.
    pub kind: String,
    /// Whose.
    pub subject: SubjectNo,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Its number here.
    pub no: RecordNo,
    /// Its identity outside.
    pub public_id: PublicId,
    /// Its catalogue.
    pub catalogue: String,
    /// Who supplied it.
    pub source: String,
    /// The subject it is linked to.
    pub subject: Option<SubjectNo>,
    /// The keyed digest of the decision it belongs to.
    pub decision: Option<Mac>,
    /// The hand-in that created it.
    pub batch: BatchNo,
    /// The keyed digest of its content in force.
    pub content_mac: Mac,
}

/// A record to be written, with what finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The record.
    pub row: RecordRow,
    /// The keyed digest of its key.
    pub key: Mac,
    /// What its document number is found by, or its decision, where its key does not begin with it
    /// ([`gongxin_seal::beside`]).
    pub number: Option<NumberMark>,
}

/// A cached standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRow {
    /// The subject.
    pub subject: SubjectNo,
    /// The section of the report.
    pub section: String,
    /// The day of the decision, or of the first entry where it has none.
    pub decided_on: Day,
    /// The record.
    pub record: RecordNo,
    /// The record's identity outside. It stands with the record; here it comes along.
    pub public_id: PublicId,
    /// Its catalogue.
    pub catalogue: String,
    /// `published`, `unpublished`, `shielded`, `ended`, `withdrawn`.
    pub publication: String,
    /// Why.
    pub reason: String,
    /// The first day it is shown.
    pub shown_from: Day,
    /// The first day it is no longer shown.
    pub shown_until: Day,
    /// The next day on which it alters by itself.
    pub next_day: Option<Day>,
    /// When publication was ended by an act.
    pub ended_at: Option<Instant>,
    /// True while it is disputed.
    pub disputed: bool,
    /// The last entry that was folded.
    pub seq: Seq,
    /// The version of the fold.
    pub version: i64,
    /// What a row of a page shows beside the columns, as a text of the office.
    pub summary: String,
}

impl StandingRow {
    /// True where the public may see the record on the day: what the queries of public faces
    /// demand, for a row that is at hand already.
    #[must_use]
    pub fn is_shown_on(&self, day: Day) -> bool {
        self.publication == "published" && self.shown_from <= day && day < self.shown_until
    }
}

/// A hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Its number.
    pub no: BatchNo,
    /// Who handed it in.
    pub source: String,
    /// Into which catalogue.
    pub catalogue: String,
    /// The file's name.
    pub file: String,
    /// The file's digest; None for a pipe until it ended.
    pub file_digest: Option<Digest>,
    /// The mapping's digest.
    pub map_digest: Digest,
    /// The first row that is not yet in.
    pub next_row: u64,
    /// `open`, `done`.
    pub state: String,
    /// When it began.
    pub at: Instant,
    /// Format facts and counts so far, as JSON of the office.
    pub facts: String,
}

/// Which held rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldAsk<'a> {
    /// `open`, `linked`, `refused`.
    pub state: &'a str,
    /// Only of this hand-in.
    pub batch: Option<BatchNo>,
    /// Only of this catalogue.
    pub catalogue: Option<&'a str>,
    /// Only from this source.
    pub source: Option<&'a str>,
}

impl<'a> HeldAsk<'a> {
    /// All of a state.
    #[must_use]
    pub const fn all(state: &'a str) -> Self {
        Self { state, batch: None, catalogue: None, source: None }
    }
}

/// A held row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// Its number.
    pub no: i64,
    /// The hand-in.
    pub batch: BatchNo,
    /// The row in it.
    pub row: u64,
    /// The catalogue.
    pub catalogue: String,
    /// The source.
    pub source: String,
    /// The keyed digest of its content.
    pub content_mac: Mac,
    /// `open`, `linked`, `refused`.
    pub state: String,
    /// When it was handed in.
    pub at: Instant,
    /// The draft, findings and suggestions, as JSON of the office.
    pub body: String,
}

/// An adoption of a rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptionRow {
    /// Its number, from 1.
    pub no: i64,
    /// The rulebook.
    pub digest: Digest,
    /// Its entry.
    pub seq: Seq,
    /// When.
    pub at: Instant,
    /// The unverified items accepted with it, as JSON.
    pub accepted: String,
}

/// A notice or guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRow {
    /// Its word in addresses.
    pub slug: String,
    /// What kind of text it is.
    pub kind: String,
    /// What is worked on, as JSON of the office; absent where that is what readers see.
    pub draft: Option<String>,
    /// What readers see from `shown_from` on, as JSON of the office; absent where it was never
    /// published or was taken back.
    pub body: Option<String>,
    /// When it was last altered.
    pub at: Instant,
    /// The entry of its last publication or taking back; absent where it was never published.
    pub seq: Option<Seq>,
    /// The first day that readers see it.
    pub shown_from: Option<Day>,
    /// The day from which readers no longer see it; absent where it has no end.
    pub shown_until: Option<Day>,
}

/// How many records are shown of one division, class and month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShownCell {
    /// The catalogue's id.
    pub catalogue: String,
    /// The division of the subject; empty where it is not known.
    pub region: String,
    /// The month of the decision, `202603`.
    pub month: i64,
    /// How many.
    pub count: i64,
}

/// How many records of a class are shown of one subject, by year of decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownOfSubject {
    /// The catalogue's id.
    pub catalogue: String,
    /// Whose.
    pub subject: SubjectNo,
    /// The year of the decision.
    pub year: i64,
    /// How many.
    pub count: i64,
}

/// A record that is shown, and what says into which file of open data it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownMember {
    /// The record.
    pub record: RecordNo,
    /// Its subject.
    pub subject: SubjectNo,
    /// The catalogue's id.
    pub catalogue: String,
    /// The division of the subject; empty where it is not known.
    pub region: String,
    /// The kind of the subject.
    pub kind: String,
    /// The year of the decision.
    pub year: i64,
}

/// A file that went up to another platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Its number.
    pub no: i64,
    /// The catalogue of its records.
    pub catalogue: String,
    /// Whose records: in the office's words.
    pub scope: String,
    /// The period up to whose end records were looked for.
    pub period: String,
    /// The first entry that it does not know.
    pub until: Seq,
    /// When it was made.
    pub at: Instant,
    /// Counts, as JSON of the office.
    pub facts: String,
}

/// A record in a file that went up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRow {
    /// Its number over all files, growing.
    pub no: i64,
    /// The file.
    pub upload: i64,
    /// Its place in its file, from 1.
    pub row: i64,
    /// The record.
    pub record: RecordNo,
    /// The entry of the content that went up.
    pub seq: Seq,
    /// Why it went up, in the office's numbers.
    pub fate: i64,
    /// What came back, in the office's numbers.
    pub state: i64,
    /// The reason that came back.
    pub reason: String,
}

/// How many decisions a source says it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationRow {
    /// Its entry.
    pub seq: Seq,
    /// When it was stated.
    pub at: Instant,
    /// The source.
    pub source: String,
    /// The catalogue.
    pub catalogue: String,
    /// The period.
    pub period: String,
    /// The count.
    pub decided: i64,
}

/// A note for the faces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its number, gapless.
    pub no: i64,
    /// The subject that altered.
    pub subject: Option<SubjectNo>,
    /// The record that altered.
    pub record: Option<RecordNo>,
    /// `name` (names or registration), `standing`.
    pub what: String,
}

/// Which shown records of a subject are wanted.
#[derive(Debug, Clone, Default)]
pub struct ShownFilter {
    /// Of this section.
    pub section: Option<String>,
    /// Of this catalogue.
    pub catalogue: Option<String>,
    /// Decided in this year.
    pub year: Option<i16>,
}

/// Where a page of records begins: after this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Its section.
    pub section: String,
    /// Its day.
    pub decided_on: Day,
    /// Its number.
    pub record: RecordNo,
}
