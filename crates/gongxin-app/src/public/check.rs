//! A list of names and codes checked before a decision: whose each code is, whether the name beside it is
//! that organisation's, and what is public about it today. Nothing that is not public; of a row that may be
//! a person's nothing is told, not even what it was.

mod read;

use gongxin_model::code::{
    CodeKind, CodeTables, Fact, Facts, OrganisationCode, RegistrationNumber, ResidentNumber,
    ResidentVerdict, TaxNumber, Uscc, normalise_code, resident_verdict,
};
use gongxin_model::text::{PersonalScan, normalise_name};
use gongxin_model::{Day, Instant, RecordNo, SubjectNo};
use gongxin_pack::{NameShape, Text};
use gongxin_store::{NameRow, Reader, ShownFilter, SubjectRow};
use gongxin_subject::{code_neighbours, code_slips, exact_key};

pub use read::CheckFault;

use super::desk::{address, hidden, list_of, mask};
use crate::bearers::bearers;
use crate::derive::histories;
use crate::gate::{CheckMake, Permit};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// Rows that one check takes.
pub const CHECK_ROWS: usize = 2_000;
/// Candidates of a name, and codes that may have been meant.
const CANDIDATES: usize = 9;
/// A name that more than so many bear tells nothing.
const NAMESAKES: usize = 1_000;
/// So many entries of lists are looked into for which lists they are of.
const ENTRIES: i64 = 50;
/// The lists that states and divisions are codes of.
const STATES: &str = "registration-states";
const REGIONS: &str = "regions";
/// The section of a registration, which is no record about what somebody did.
const BASIC: &str = "basic";

/// A row as it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckAsk {
    /// Its number in what was given.
    pub line: u64,
    /// The name; empty where none was given.
    pub name: String,
    /// The code; empty where none was given.
    pub code: String,
}

/// A check that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its number: the day, and the act in the chain of acts.
    pub number: String,
    /// When.
    pub at: Instant,
    /// For which body.
    pub body: String,
    /// The rows, in their order.
    pub rows: Vec<CheckedRow>,
}

/// What a row comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRow {
    /// Its number in what was given.
    pub line: u64,
    /// The name as given; empty for a row that is refused.
    pub name: String,
    /// The code as given, in normal form; empty for a row that is refused.
    pub code: String,
    /// What was found.
    pub found: CheckFound,
}

/// What was found of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckFound {
    /// It may be a person's: refused, and nothing of it told.
    Person,
    /// The code is none, and nobody's.
    Wrong {
        /// What is wrong with it.
        facts: Vec<Fact>,
        /// Who bears a code that one slip makes of it.
        meant: Vec<CheckCandidate>,
    },
    /// The code is sound and nobody's here.
    Unknown {
        /// Who bears a code that one slip makes of it.
        meant: Vec<CheckCandidate>,
    },
    /// The number is several organisations'.
    Several(Vec<CheckCandidate>),
    /// No code was given: who bears or bore the name. None of them is the answer.
    Named(Vec<CheckCandidate>),
    /// The organisation of the code.
    Organisation(Box<CheckedSubject>),
}

impl CheckFound {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Wrong { .. } => "wrong",
            Self::Unknown { .. } => "unknown",
            Self::Several(_) => "several",
            Self::Named(_) => "named",
            Self::Organisation(_) => "organisation",
        }
    }
}

/// Who may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckCandidate {
    /// Its code.
    pub code: String,
    /// Its present name.
    pub name: String,
    /// The state of its registration.
    pub state: Option<Text>,
    /// The last day on which it bore the name that was given; none where it bears it.
    pub until: Option<Day>,
}

/// The organisation of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedSubject {
    /// Its present code.
    pub code: String,
    /// Its present name; a person's is masked.
    pub name: String,
    /// The state of its registration.
    pub state: Option<Text>,
    /// The division of its registration.
    pub region: Option<Text>,
    /// True where no registration was received yet.
    pub is_provisional: bool,
    /// True where the number that was given is one that it had before.
    pub is_older_code: bool,
    /// Whose the name is that was given.
    pub name_is: NameIs,
    /// What is public about it today, class by class.
    pub counts: Vec<CheckCount>,
    /// The lists on which it publicly is.
    pub lists: Vec<Text>,
}

/// Whose a name is that was given beside a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameIs {
    /// None was given.
    NotGiven,
    /// The organisation's.
    Present,
    /// A former one of the organisation's.
    Former {
        /// The last day of its use.
        until: Day,
    },
    /// Not this organisation's, but others bear or bore it.
    OfAnother(Vec<CheckCandidate>),
    /// Nobody's here.
    Nobodys,
    /// The organisation's name may be a person's, so that nothing is said of it.
    NotCompared,
}

impl NameIs {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotGiven => "not-given",
            Self::Present => "present",
            Self::Former { .. } => "former",
            Self::OfAnother(_) => "of-another",
            Self::Nobodys => "nobodys",
            Self::NotCompared => "not-compared",
        }
    }
}

/// How many records of a class are public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckCount {
    /// The class.
    pub catalogue: String,
    /// What it is called.
    pub name: Text,
    /// How many.
    pub count: u64,
}

impl Office {
    /// Checks a list. That it was made, for whom and of how many rows is in the chain of acts; no name and
    /// no code is. Rows beyond [`CHECK_ROWS`] are not taken.
    ///
    /// # Errors
    /// The store cannot be read, or the act not be kept.
    pub fn check_list(
        &self,
        permit: &Permit<CheckMake>,
        asked: &[CheckAsk],
    ) -> Result<Checked, OfficeError> {
        let at = self.clock.now();
        let rows = self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let tables = gongxin_intake::code_tables(&rules.rulebook);
            let today = self.today();
            let scan = rules.rulebook.personal_scan(today);
            let mut check = Check { reader, rules: &rules, tables: &tables, scan: &scan, today };
            asked.iter().take(CHECK_ROWS).map(|one| check.row(one)).collect::<Result<Vec<_>, _>>()
        })?;
        let body = permit.body().unwrap_or_default().to_owned();
        let no = self.acted_as(permit, &body, &format!("rows {}", rows.len()))?;
        let day = at.day().to_string().replace('-', "");
        Ok(Checked { number: format!("{day}-{no:06}"), at, body, rows })
    }
}

/// Where rows are checked.
struct Check<'a, 'r> {
    reader: &'a mut Reader<'r>,
    rules: &'a Rules,
    tables: &'a CodeTables,
    scan: &'a PersonalScan,
    today: Day,
}

impl Check<'_, '_> {
    fn row(&mut self, asked: &CheckAsk) -> Result<CheckedRow, OfficeError> {
        let code = normalise_code(&asked.code);
        let found = if self.is_persons(asked) {
            CheckFound::Person
        } else if code.is_empty() {
            CheckFound::Named(self.named(&asked.name, None)?)
        } else {
            self.coded(&code, &asked.name)?
        };
        let is_told = found != CheckFound::Person;
        let told = |text: &str| if is_told { text.to_owned() } else { String::new() };
        Ok(CheckedRow { line: asked.line, name: told(&asked.name), code: told(&code), found })
    }

    /// True where a row may be a person's: by a number of an identity, or by a name alone that reads like
    /// a person's.
    fn is_persons(&self, asked: &CheckAsk) -> bool {
        let shape = self.rules.rulebook.names.shape(&asked.name);
        let is_organisation = shape == NameShape::Organisation;
        let verdict = |text: &str| resident_verdict(text, self.tables, is_organisation);
        let is_persons =
            |text: &str| verdict(text) == ResidentVerdict::Refuse || reads_like_a_persons(text);
        is_persons(&asked.code)
            || is_persons(&asked.name)
            || !self.scan.find(&asked.name).is_empty()
            || (asked.code.trim().is_empty() && shape == NameShape::Person)
    }

    fn coded(&mut self, code: &str, name: &str) -> Result<CheckFound, OfficeError> {
        let found = self.bearing(vec![code.to_owned()])?;
        match found.as_slice() {
            [row] => {
                let row = row.clone();
                Ok(CheckFound::Organisation(Box::new(self.subject(&row, (code, name))?)))
            }
            [] => {
                let (kind, facts) = facts(code, self.tables);
                let facts: Vec<Fact> = facts.iter().filter(speaks_against).collect();
                let meant = self.meant(kind, code)?;
                Ok(if facts.is_empty() {
                    CheckFound::Unknown { meant }
                } else {
                    CheckFound::Wrong { facts, meant }
                })
            }
            several => {
                let several = several.to_vec();
                Ok(CheckFound::Several(self.candidates(several)?))
            }
        }
    }

    /// Who bears one of the codes, as far as strangers learn.
    fn bearing(&mut self, codes: Vec<String>) -> Result<Vec<SubjectRow>, OfficeError> {
        let mut numbers: Vec<i64> =
            bearers(self.reader, codes)?.into_iter().map(|row| row.subject.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.truncate(CANDIDATES * 10);
        let mut found = Vec::new();
        for row in self.reader.subjects(numbers)? {
            if !hidden(self.reader, &row, self.today)? {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// Who bears a code that one slip makes of this one.
    fn meant(
        &mut self,
        kind: Option<CodeKind>,
        code: &str,
    ) -> Result<Vec<CheckCandidate>, OfficeError> {
        let Some(kind) = kind else {
            return Ok(Vec::new());
        };
        for near in [code_neighbours(kind, code), code_slips(kind, code)] {
            let found = self.bearing(near)?;
            if !found.is_empty() {
                return self.candidates(found);
            }
        }
        Ok(Vec::new())
    }

    fn candidates(&mut self, rows: Vec<SubjectRow>) -> Result<Vec<CheckCandidate>, OfficeError> {
        rows.into_iter().take(CANDIDATES).map(|row| self.candidate(&row, None)).collect()
    }

    fn candidate(
        &mut self,
        row: &SubjectRow,
        until: Option<Day>,
    ) -> Result<CheckCandidate, OfficeError> {
        Ok(CheckCandidate {
            code: address(self.reader, row)?,
            name: mask(&row.name, self.rules.hides(row, &row.name)),
            state: self.worded(STATES, &row.state),
            until,
        })
    }

    /// Who bears or bore a name, but for one. A name that may be a person's leads to nobody.
    fn named(
        &mut self,
        name: &str,
        but: Option<SubjectNo>,
    ) -> Result<Vec<CheckCandidate>, OfficeError> {
        let normal = normalise_name(name);
        if normal.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.reader.name_keys(vec![exact_key(&normal)], NAMESAKES)?;
        let mut numbers: Vec<i64> = keys.into_iter().map(|(_, no)| no.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let rows = self.reader.subjects(numbers.clone())?;
        let names = self.reader.names_of(numbers)?;
        let mut found = Vec::new();
        for row in rows.iter().filter(|row| Some(row.no) != but) {
            let own = names.iter().filter(|one| one.subject == row.no);
            let Some(use_of) = used(own, &normal) else {
                continue;
            };
            let is_seen = !self.rules.hides(row, name) && !hidden(self.reader, row, self.today)?;
            if is_seen && found.len() < CANDIDATES {
                found.push(self.candidate(row, use_of)?);
            }
        }
        Ok(found)
    }

    fn subject(
        &mut self,
        row: &SubjectRow,
        (code, name): (&str, &str),
    ) -> Result<CheckedSubject, OfficeError> {
        let counts = self.reader.shown_counts(row.no, self.today, &ShownFilter::default())?;
        let book = &self.rules.rulebook;
        let mut told = Vec::new();
        let mut by_list = Vec::new();
        for (section, id, count) in counts {
            let Some(catalogue) = book.catalogue(&id).filter(|_| section != BASIC) else {
                continue;
            };
            if catalogue.publication.is_by_list() {
                by_list.push(id.clone());
            }
            let count = u64::try_from(count).unwrap_or(0);
            told.push(CheckCount { catalogue: id, name: catalogue.name.clone(), count });
        }
        let present = address(self.reader, row)?;
        Ok(CheckedSubject {
            is_older_code: present != code,
            code: present,
            name: mask(&row.name, self.rules.hides(row, &row.name)),
            state: self.worded(STATES, &row.state),
            region: self.worded(REGIONS, &row.region),
            is_provisional: row.provisional,
            name_is: self.name_is(row, name)?,
            counts: told,
            lists: self.lists(row.no, by_list)?,
        })
    }

    fn name_is(&mut self, row: &SubjectRow, name: &str) -> Result<NameIs, OfficeError> {
        let normal = normalise_name(name);
        if normal.is_empty() {
            return Ok(NameIs::NotGiven);
        }
        // Whether a guess hits a person's name is nobody's to learn.
        if self.rules.hides(row, &row.name) {
            return Ok(NameIs::NotCompared);
        }
        let names = self.reader.names_of_one(row)?;
        let shown = names.iter().filter(|one| !self.rules.hides(row, &one.name));
        match used(shown, &normal) {
            Some(None) => return Ok(NameIs::Present),
            Some(Some(until)) => return Ok(NameIs::Former { until }),
            None => {}
        }
        if self.rules.rulebook.names.shape(name) == NameShape::Person {
            return Ok(NameIs::Nobodys);
        }
        let others = self.named(name, Some(row.no))?;
        Ok(if others.is_empty() { NameIs::Nobodys } else { NameIs::OfAnother(others) })
    }

    /// The lists on which a subject publicly is.
    fn lists(
        &mut self,
        subject: SubjectNo,
        catalogues: Vec<String>,
    ) -> Result<Vec<Text>, OfficeError> {
        let mut found = Vec::new();
        for id in catalogues {
            let filter = ShownFilter { catalogue: Some(id), ..ShownFilter::default() };
            let rows = self.reader.shown(subject, self.today, &filter, None, ENTRIES)?;
            let records: Vec<RecordNo> = rows.iter().map(|row| row.record).collect();
            let histories = histories(self.reader, &records)?;
            for row in rows {
                let history = histories.get(&row.record).map_or(&[][..], Vec::as_slice);
                let list = list_of(self.rules, &row.catalogue, history);
                let list = list.and_then(|id| self.rules.rulebook.list_rule(&id));
                if let Some(list) = list.filter(|one| !found.contains(&one.name)) {
                    found.push(list.name.clone());
                }
            }
        }
        Ok(found)
    }

    fn worded(&self, list: &str, code: &str) -> Option<Text> {
        let entry = self.rules.rulebook.code_list(list)?.by_code(code)?;
        Some(Text { zh: entry.zh.clone(), en: entry.en.clone() })
    }
}

/// True for what has the form of an identity number, whether its check character holds or was mistyped, and is
/// no sound code of an organisation.
fn reads_like_a_persons(text: &str) -> bool {
    let normal = normalise_code(text);
    ResidentNumber::read(&normal).is_some()
        && Uscc::read(&normal).sound().is_none()
        && RegistrationNumber::read(&normal).sound().is_none()
}

/// Whether a name is among names: the last day of its use, none where it is in use.
fn used<'n>(names: impl Iterator<Item = &'n NameRow>, normal: &str) -> Option<Option<Day>> {
    let same: Vec<&NameRow> = names.filter(|one| normalise_name(&one.name) == normal).collect();
    if same.iter().any(|one| one.until.is_none()) {
        return Some(None);
    }
    same.iter().filter_map(|one| one.until).max().map(|day| Some(day.plus_days(-1)))
}

/// What a standard says about a code, by its length.
fn facts(code: &str, tables: &CodeTables) -> (Option<CodeKind>, Facts) {
    match code.len() {
        17..=19 => (Some(CodeKind::Uscc), Uscc::parse(code, tables).facts),
        13..=16 => (Some(CodeKind::RegistrationNumber), RegistrationNumber::read(code).facts),
        8..=10 => (Some(CodeKind::OrganisationCode), OrganisationCode::read(code).facts),
        20 => (Some(CodeKind::TaxNumber), TaxNumber::read(code).facts),
        _ => (None, Facts::NONE.with(Fact::LengthWrong)),
    }
}

/// True for what makes a code none.
fn speaks_against(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Empty
            | Fact::LengthWrong
            | Fact::AlphabetForeign
            | Fact::CheckFails
            | Fact::Placeholder
    )
}
