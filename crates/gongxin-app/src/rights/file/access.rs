//! The access log: nothing that the public may not see is given to an authority before its entry is
//! durable.

use std::ops::Deref;

use gongxin_model::{Digest, Instant, SubjectNo};
use gongxin_pack::{Purpose, Text};
use gongxin_store::desk::{AccessAsk, AccessRow, AuditChecked, NewAccess, ReadsAfter};
use serde::Serialize;

use super::own_subject;
use crate::gate::{Action, AuditRead, OrganisationSee, Permit};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The shortest and the longest basis that is taken, in characters.
const BASIS: std::ops::RangeInclusive<usize> = 2..=200;
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// For what something is read, as whoever reads states it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadAsk {
    /// A purpose of the rulebook.
    pub purpose: String,
    /// The document that it is for.
    pub basis: String,
}

/// What of a statement does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// The rulebook has no such purpose today.
    #[error("there is no such purpose today; `gongxin access purposes` names them")]
    Purpose,
    /// Nothing is stated, or too much.
    #[error("state the document that it is for, in 2 to 200 characters")]
    Basis,
    /// A number of a person stands in it.
    #[error(
        "the basis is shown to the organisation: no identity, phone or card number may stand in it"
    )]
    Personal,
}

impl ReadFault {
    /// Its word, under which faces keep what to say.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::Basis => "basis",
            Self::Personal => "personal",
        }
    }
}

/// What was given, with its entry: made by the log alone.
#[derive(Debug, Clone)]
pub struct Disclosed<T> {
    content: T,
    entry: AccessRow,
}

impl<T> Disclosed<T> {
    /// What was given.
    #[must_use]
    pub fn content(&self) -> &T {
        &self.content
    }

    /// What was given, by itself.
    #[must_use]
    pub fn into_content(self) -> T {
        self.content
    }

    /// Its entry.
    #[must_use]
    pub fn entry(&self) -> &AccessRow {
        &self.entry
    }
}

impl<T> Deref for Disclosed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.content
    }
}

/// A read, as its organisation is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadItem {
    /// Its number among the organisation's reads; those that are told later are numbered by themselves.
    pub n: i64,
    /// True for one that was told later, where a law lets that be.
    pub delayed: bool,
    /// When.
    pub at: Instant,
    /// The account; never a name.
    pub account: String,
    /// The body's code; empty for the platform.
    pub body: String,
    /// The body's name; none for the platform.
    pub body_name: Option<Text>,
    /// For what.
    pub purpose: String,
    /// What that is called.
    pub purpose_name: Text,
    /// Which document it was for.
    pub basis: String,
    /// What was read: `file` and how many records, or `case` and its number.
    pub what: String,
    /// The digest of what was given.
    pub disclosed: Digest,
    /// The digest of the entry, over the one before.
    pub digest: Digest,
}

/// Which of an organisation's reads are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadsAsk {
    /// Behind this one.
    pub after: Option<ReadsAfter>,
    /// So many.
    pub size: u16,
}

/// A page of an organisation's reads.
#[derive(Debug, Clone)]
pub struct ReadsPage {
    /// The reads, the latest first.
    pub reads: Vec<ReadItem>,
    /// Where the next page begins.
    pub next: Option<ReadsAfter>,
    /// What a check of the organisation's whole chain found just now.
    pub checked: AuditChecked,
}

/// A page of all reads, for who looks after the log.
#[derive(Debug, Clone)]
pub struct AccessPage {
    /// The reads with their organisations' codes, the latest first.
    pub reads: Vec<(String, i64, ReadItem)>,
    /// The number below which the next page is.
    pub below: Option<i64>,
}

impl Office {
    /// The purposes for which something may be read today.
    ///
    /// # Errors
    /// No rulebook is in force.
    pub fn purposes(&self) -> Result<Vec<Purpose>, OfficeError> {
        Ok(self.rules()?.rulebook.purposes_on(self.today()).cloned().collect())
    }

    /// The purpose that is stated, where the statement holds.
    pub(super) fn purpose<'a>(
        &self,
        rules: &'a Rules,
        ask: &ReadAsk,
    ) -> Result<&'a Purpose, OfficeError> {
        let today = self.today();
        let purpose = rules.rulebook.purposes_on(today).find(|one| one.id == ask.purpose);
        let purpose = purpose.ok_or(ReadFault::Purpose)?;
        let basis = ask.basis.trim();
        if !BASIS.contains(&basis.chars().count()) || basis.chars().any(char::is_control) {
            return Err(ReadFault::Basis.into());
        }
        if rules.shared.personal_scan(today).hide(basis).is_some() {
            return Err(ReadFault::Personal.into());
        }
        Ok(purpose)
    }

    /// Enters a read and gives what was read. When this returns, the entry is durable.
    pub(crate) fn disclose<A: Action, T: Serialize>(
        &self,
        permit: &Permit<A>,
        subject: SubjectNo,
        (ask, what): (&ReadAsk, &str),
        content: T,
    ) -> Result<Disclosed<T>, OfficeError> {
        let rules = self.rules()?;
        let purpose = self.purpose(&rules, ask)?;
        let now = self.clock.now();
        let bytes = serde_json::to_vec(&content)
            .map_err(|error| OfficeError::Usage(format!("it cannot be written: {error}")))?;
        let delay = i64::from(purpose.delay_days) * DAY;
        let entry = self.desk.log_access(
            now,
            NewAccess {
                subject,
                account: permit.actor().to_owned(),
                body: permit.body().unwrap_or_default().to_owned(),
                purpose: purpose.id.clone(),
                basis: ask.basis.trim().to_owned(),
                what: what.to_owned(),
                disclosed: self.store.founding().suite.digest(&[&bytes]),
                told_at: (delay > 0).then(|| Instant(now.0 + delay)),
            },
        )?;
        Ok(Disclosed { content, entry })
    }

    /// Who read about an organisation, for what, as far as it may learn now; and whether the chain holds.
    ///
    /// # Errors
    /// There is no such organisation, or store or desk cannot be read.
    pub fn own_reads(
        &self,
        permit: &Permit<OrganisationSee>,
        ask: ReadsAsk,
    ) -> Result<ReadsPage, OfficeError> {
        let rules = self.rules()?;
        let subject = self.store.read(|reader| own_subject(reader, permit))?;
        let now = self.clock.now();
        let size = usize::from(ask.size);
        let limit = i64::from(ask.size) + 1;
        let (mut rows, checked) = self.desk.read(|reader| {
            let rows = reader.accesses_told(subject.no, (now, ask.after), limit)?;
            Ok::<_, OfficeError>((rows, reader.check_accesses(Some((subject.no, now)))?))
        })?;
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| ReadsAfter {
            at: row.at,
            delayed: row.is_delayed(),
            n: row.n,
        });
        let reads = rows.into_iter().map(|row| item(&rules, row)).collect();
        Ok(ReadsPage { reads, next, checked })
    }

    /// All reads, those of which nobody was told yet among them: for who looks after the log.
    ///
    /// # Errors
    /// Store or desk cannot be read, or no organisation has the code.
    pub fn reads(
        &self,
        _: &Permit<AuditRead>,
        (code, account, below): (Option<&str>, Option<&str>, Option<i64>),
        size: u16,
    ) -> Result<AccessPage, OfficeError> {
        let rules = self.rules()?;
        let subject = match code {
            Some(code) => Some(self.store.read(|reader| super::subject_of(reader, code))?.no),
            None => None,
        };
        let ask = AccessAsk { subject, account: account.map(str::to_owned), below };
        let limit = i64::from(size) + 1;
        let mut rows = self.desk.read(|reader| reader.accesses(&ask, limit))?;
        let more = rows.len() > usize::from(size);
        rows.truncate(usize::from(size));
        let below = rows.last().filter(|_| more).map(|row| row.no);
        let about: Vec<i64> = rows.iter().map(|row| row.read.subject.0).collect();
        let subjects = self.store.read(|reader| reader.subjects(about))?;
        let code_of = |no: SubjectNo| {
            let found = subjects.iter().find(|subject| subject.no == no);
            found.and_then(|subject| subject.code.clone()).unwrap_or_default()
        };
        let reads =
            rows.into_iter().map(|row| (code_of(row.read.subject), row.no, item(&rules, row)));
        Ok(AccessPage { reads: reads.collect(), below })
    }

    /// Checks the access log from the first entry to the last.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn check_reads(&self) -> Result<AuditChecked, OfficeError> {
        Ok(self.desk.check_accesses()?)
    }
}

fn item(rules: &Rules, row: AccessRow) -> ReadItem {
    let delayed = row.is_delayed();
    let AccessRow { n, at, read, digest, .. } = row;
    let unknown = |id: &str| Text { zh: id.to_owned(), en: id.to_owned() };
    // A purpose that the rulebook no longer has is still what was stated.
    let purpose = rules.rulebook.purposes.get(&read.purpose).map(|one| one.name.clone());
    let body = rules.rulebook.sources.get(&read.body).map(|source| source.name.clone());
    ReadItem {
        n,
        delayed,
        at,
        account: read.account,
        body_name: body.or_else(|| (!read.body.is_empty()).then(|| unknown(&read.body))),
        body: read.body,
        purpose_name: purpose.unwrap_or_else(|| unknown(&read.purpose)),
        purpose: read.purpose,
        basis: read.basis,
        what: read.what,
        disclosed: read.disclosed,
        digest,
    }
}
