//! An organisation's file: what its own people may see of it, and what an authority may for a purpose.
//!
//! What an authority is given is digested and entered in the access log before it is handed over; the
//! entry's number comes with it. An organisation reads its own file without one.

mod access;
mod record;

pub use access::{AccessPage, Disclosed, ReadAsk, ReadFault, ReadItem, ReadsAsk, ReadsPage};
pub use record::{HistoryChange, HistoryItem, OwnRecord};

pub use gongxin_store::desk::ReadsAfter;

use gongxin_model::code::normalise_code;
use gongxin_model::{Day, Instant, PublicId, RecordNo};
use gongxin_pack::{Catalogue, Text, Visibility};
use gongxin_standing::{Effects, Event, Publication, Question, Reason, Standing};
use gongxin_store::{Reader, RecordRow, StandingRow, StoredEntry, SubjectRow};
use serde::Serialize;

use crate::accounts::Signed;
use crate::bearers::bearers;
use crate::derive::{Summary, event, histories, standing_as};
use crate::gate::{OrganisationRead, OrganisationSee, Permit, Scope, may};
use crate::public::shown::{Section, ShownFact};
use crate::public::{facts_up_to, section};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many records at most are folded to fill a page.
const FOLDED: usize = 500;

/// A page of an organisation's file.
#[derive(Debug, Clone, Serialize)]
pub struct FilePage {
    /// Its code.
    pub code: String,
    /// Its name; a person's is masked, as it is for the public.
    pub name: String,
    /// Its records, by section, the latest first.
    pub records: Vec<FileRecord>,
    /// The record behind which the next page begins.
    pub next: Option<PublicId>,
    /// How many records there are by state of publication, whatever the page; of its own file alone.
    pub counts: Option<FileCounts>,
}

/// How many records of an organisation there are, by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FileCounts {
    /// Shown to the public today.
    pub published: u64,
    /// Never or not yet shown.
    pub unpublished: u64,
    /// Resting.
    pub shielded: u64,
    /// Ended or taken back.
    pub ended: u64,
}

/// A record of a file.
#[derive(Debug, Clone, Serialize)]
pub struct FileRecord {
    /// Its public id.
    pub id: PublicId,
    /// Its class.
    pub catalogue: String,
    /// What that is called.
    pub catalogue_name: Text,
    /// The section that it stands in.
    pub section: Section,
    /// True for what speaks against the organisation.
    pub is_adverse: bool,
    /// Its document's number.
    pub document_number: Option<String>,
    /// What it is called, where its class says by what, or it has no number.
    pub title: Option<String>,
    /// The deciding authority.
    pub authority: Option<String>,
    /// The body that handed it in.
    pub source: String,
    /// The day of the decision.
    pub decided_on: Option<Day>,
    /// Whether the public sees it.
    pub publication: Publication,
    /// Why.
    pub reason: Reason,
    /// When publication was ended by an act.
    pub ended_at: Option<Instant>,
    /// The last day on which it is or was shown.
    pub last_day: Option<Day>,
    /// The first day on which repair may be asked for.
    pub repairable_from: Option<Day>,
    /// True while it is disputed.
    pub is_disputed: bool,
    /// False where its decision fell or is stayed.
    pub is_in_force: bool,
    /// True where authorities may use it.
    pub is_shared: bool,
    /// What it says, as far as whoever reads may see.
    pub facts: Vec<ShownFact>,
}

/// Who looks at a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// The organisation itself: everything about it.
    Own,
    /// An authority: what is shared among authorities.
    Authority,
}

impl Sight {
    /// The narrowest fields that are open.
    const fn limit(self) -> Visibility {
        match self {
            Self::Own => Visibility::Authorised,
            Self::Authority => Visibility::Shared,
        }
    }
}

/// What a page of a file is made of.
struct Folder<'a> {
    rules: &'a Rules,
    subject: &'a SubjectRow,
    sight: Sight,
    today: Day,
}

impl Office {
    /// A page of an organisation's own file: everything about it, also what is not public and what ended.
    ///
    /// # Errors
    /// There is no such organisation, no rulebook is in force, or the store cannot be read.
    pub fn own_file(
        &self,
        permit: &Permit<OrganisationSee>,
        after: Option<PublicId>,
        size: usize,
    ) -> Result<FilePage, OfficeError> {
        let today = self.today();
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let subject = own_subject(reader, permit)?;
            let folder = Folder { rules: &rules, subject: &subject, sight: Sight::Own, today };
            let mut page = folder.page(reader, after, size)?;
            page.counts = Some(counts(&reader.standings_of(subject.no)?, today));
            Ok(page)
        })
    }

    /// For whom an account may read what the public may not: bodies, or the platform.
    ///
    /// # Errors
    /// No rulebook is in force.
    pub fn reads_for(&self, who: &Signed) -> Result<Vec<Permit<OrganisationRead>>, OfficeError> {
        let rules = self.rules()?;
        let mut scopes: Vec<Scope> = vec![Scope::Platform];
        scopes.extend(who.roles().iter().map(|held| Scope::Body(held.scope.clone())));
        scopes.retain(|scope| !matches!(scope, Scope::Body(code) if code.is_empty()));
        scopes.dedup();
        let today = self.today();
        let ask = |scope| may(&self.rights, &rules.rulebook, who, (scope, today)).ok();
        Ok(scopes.into_iter().filter_map(ask).collect())
    }

    /// A page of an organisation's file for an authority: what is shared among authorities and not ended.
    /// Entered in the access log before it is given.
    ///
    /// # Errors
    /// What was stated does not hold ([`ReadFault`]), there is no such organisation, or the entry cannot
    /// be written: then nothing is given.
    pub fn read_file(
        &self,
        permit: &Permit<OrganisationRead>,
        (code, after, size): (&str, Option<PublicId>, usize),
        ask: &ReadAsk,
    ) -> Result<Disclosed<FilePage>, OfficeError> {
        let today = self.today();
        let (subject, page) = self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            self.purpose(&rules, ask)?;
            let subject = subject_of(reader, code)?;
            let sight = Sight::Authority;
            let folder = Folder { rules: &rules, subject: &subject, sight, today };
            let page = folder.page(reader, after, size)?;
            Ok::<_, OfficeError>((subject.no, page))
        })?;
        let what = format!("file {}", page.records.len());
        self.disclose(permit, subject, (ask, &what), page)
    }
}

/// The organisation of a code: whoever bears it as their own, else the one that bore it.
fn subject_of(reader: &mut Reader<'_>, code: &str) -> Result<SubjectRow, OfficeError> {
    let absent = || OfficeError::Absent(format!("no organisation has the code {code}"));
    let normal = normalise_code(code);
    let borne = bearers(reader, vec![normal.clone()])?;
    let mut numbers: Vec<i64> = borne.into_iter().map(|row| row.subject.0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = reader.subjects(numbers)?;
    let own = found.iter().position(|row| row.code.as_deref() == Some(normal.as_str()));
    match (own, found.len()) {
        (Some(place), _) => Ok(found.swap_remove(place)),
        (None, 1) => found.pop().ok_or_else(absent),
        _ => Err(absent()),
    }
}

fn own_subject(
    reader: &mut Reader<'_>,
    permit: &Permit<OrganisationSee>,
) -> Result<SubjectRow, OfficeError> {
    match permit.scope() {
        Scope::Organisation(code) => subject_of(reader, code),
        _ => Err(crate::gate::Refused.into()),
    }
}

fn counts(rows: &[StandingRow], today: Day) -> FileCounts {
    let mut counts = FileCounts::default();
    for row in rows {
        let word = Publication::from_word(&row.publication);
        let place = match word {
            Some(Publication::Published) if row.is_shown_on(today) => &mut counts.published,
            // Its term is over, whether or not anybody noted it.
            Some(Publication::Published) if row.shown_until <= today => &mut counts.ended,
            Some(Publication::Shielded) => &mut counts.shielded,
            Some(Publication::Ended | Publication::Withdrawn) => &mut counts.ended,
            Some(Publication::Published | Publication::Unpublished) | None => {
                &mut counts.unpublished
            }
        };
        *place += 1;
    }
    counts
}

impl Folder<'_> {
    fn page(
        &self,
        reader: &mut Reader<'_>,
        after: Option<PublicId>,
        size: usize,
    ) -> Result<FilePage, OfficeError> {
        let rows = reader.standings_of(self.subject.no)?;
        let begin = match after {
            None => 0,
            Some(id) => rows.iter().position(|row| row.public_id == id).map_or(0, |at| at + 1),
        };
        let mut records: Vec<FileRecord> = Vec::new();
        let mut next = None;
        let mut read = 0;
        for chunk in rows.get(begin..).unwrap_or_default().chunks(size.max(1)) {
            for (row, record) in chunk.iter().zip(self.records(reader, chunk)?) {
                read += 1;
                records.extend(record);
                if records.len() == size || read == FOLDED {
                    next = Some(row.public_id);
                    break;
                }
            }
            if next.is_some() {
                break;
            }
        }
        // Nothing behind the last record is no page.
        let is_last = next.is_some_and(|id| rows.last().is_some_and(|row| row.public_id == id));
        Ok(FilePage {
            code: self.subject.code.clone().unwrap_or_default(),
            name: crate::public::public_name(self.subject),
            records,
            next: next.filter(|_| !is_last),
            counts: None,
        })
    }

    /// The records of some standings, in their order; none for one that is not open.
    fn records(
        &self,
        reader: &mut Reader<'_>,
        rows: &[StandingRow],
    ) -> Result<Vec<Option<FileRecord>>, OfficeError> {
        let numbers: Vec<RecordNo> = rows.iter().map(|row| row.record).collect();
        let records = reader.records(numbers.iter().map(|no| no.0).collect())?;
        let histories = histories(reader, &numbers)?;
        let one = |row: &StandingRow| {
            let record = records.iter().find(|record| record.no == row.record)?;
            self.record(record, histories.get(&row.record)?)
        };
        Ok(rows.iter().map(one).collect())
    }

    fn record(&self, record: &RecordRow, history: &[StoredEntry]) -> Option<FileRecord> {
        let catalogue = self.rules.rulebook.catalogue(&record.catalogue)?;
        let events: Vec<Event<'_>> = history.iter().map(event).collect();
        let (row, standing) = self.standing(record, catalogue, &events)?;
        let is_open = self.sight == Sight::Own || standing.shared;
        let content = Effects::replay(&events).content;
        let limit = self.sight.limit();
        let facts = content
            .map(|body| facts_up_to(limit, self.rules, (catalogue, body), self.subject))
            .unwrap_or_default();
        let is_adverse = content.is_some_and(|body| catalogue.is_adverse(&body.fields));
        let summary = Summary::of(&row);
        let shown = row.shown_from < Day::FOREVER && row.shown_until < Day::FOREVER;
        is_open.then(|| FileRecord {
            id: record.public_id,
            catalogue: catalogue.id.clone(),
            catalogue_name: catalogue.name.clone(),
            section: section(catalogue.section),
            is_adverse,
            decided_on: summary.decided_on(&row),
            document_number: summary.number,
            title: summary.title,
            authority: summary.authority,
            source: record.source.clone(),
            publication: standing.publication,
            reason: standing.reason,
            ended_at: standing.ended_at,
            last_day: shown.then(|| row.shown_until.plus_days(-1)),
            repairable_from: standing.repairable_from.filter(|_| is_adverse),
            is_disputed: standing.disputed_since.is_some(),
            is_in_force: standing.in_force,
            is_shared: standing.shared,
            facts,
        })
    }

    fn standing(
        &self,
        record: &RecordRow,
        catalogue: &Catalogue,
        events: &[Event<'_>],
    ) -> Option<(StandingRow, Standing)> {
        let (rulebook, as_of) = (&self.rules.rulebook, self.today);
        let question = Question { as_of, known: None, catalogue, rulebook, explains: false };
        standing_as(record, events, &question)
    }
}
