//! The register of supplying bodies.

use gongxin_model::code::Uscc;
use gongxin_model::{About, Body, Day, Field, Instant, Kind, Seq};
use gongxin_pack::{Confidence, Ground, Parent, SourceDeclaration, Successor, Text};
use gongxin_store::{AboutNo, NewEntry, Writer};
use serde::Serialize;

use crate::gate::{Permit, SourceManage};
use crate::rules::{Rules, SOURCES};
use crate::{Office, OfficeError};

/// The longest name, in characters.
const NAME_CHARACTERS: usize = 120;
/// The longest deadline, in working days.
const DEADLINE_MOST: u16 = 120;

/// A source as it is listed.
#[derive(Debug, Clone, Serialize)]
pub struct SourceItem {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: Option<String>,
    /// Its region (GB/T 2260).
    pub region: String,
    /// Its sector.
    pub sector: String,
    /// The catalogues it may supply.
    pub supplies: Vec<String>,
    /// Working days from decision to hand-in, where it has a deadline of its own.
    pub deadline_working_days: Option<u16>,
    /// True for another platform, which hands down what others decided.
    pub peer: bool,
    /// The first day.
    pub from: Day,
    /// The first day on which it is none any more.
    pub until: Option<Day>,
    /// Who took over from it: code and day.
    pub successors: Vec<(String, String)>,
    /// The body that it is an office of today.
    pub under: Option<String>,
    /// Its last hand-in.
    pub last_hand_in: Option<Instant>,
}

/// A source to be registered.
#[derive(Debug, Clone)]
pub struct NewSource<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its unified social credit code.
    pub uscc: Option<&'a str>,
    /// Its region.
    pub region: &'a str,
    /// Its sector.
    pub sector: &'a str,
    /// The catalogues it may supply.
    pub supplies: &'a [String],
    /// True for another platform, which hands down what others decided.
    pub peer: bool,
    /// The body it followed.
    pub follows: Option<&'a str>,
    /// The body that it is an office of.
    pub under: Option<&'a str>,
    /// Working days from decision to hand-in, where it has a deadline of its own.
    pub deadline_working_days: Option<u16>,
}

/// The end of a source, or who follows it.
#[derive(Debug, Clone, Copy)]
pub struct SourceEnd<'a> {
    /// Its code.
    pub code: &'a str,
    /// The first day on which it is no supplying body any more.
    pub until: Day,
    /// Who follows it from that day on.
    pub successor: Option<&'a str>,
}

/// What is said of a source does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceFault {
    /// The code is malformed.
    #[error("`{0}` is not a source code: letters, digits and hyphens, at most 64")]
    Code(String),
    /// The code is taken.
    #[error("`{0}` is registered already")]
    Taken(String),
    /// The name is missing, too long, or holds what reads like a person's number.
    #[error("a name is one line of 1 to {NAME_CHARACTERS} characters without numbers of persons")]
    Name,
    /// It is no unified social credit code.
    #[error("`{0}` is not a unified social credit code")]
    Uscc(String),
    /// There is no such region.
    #[error("no region `{0}`")]
    Region(String),
    /// There is no such sector.
    #[error("no sector `{0}`; there are {1}")]
    Sector(String, String),
    /// There is no such catalogue.
    #[error("no catalogue `{0}`")]
    Catalogue(String),
    /// A deadline that no body has.
    #[error("a deadline has 1 to {DEADLINE_MOST} working days")]
    Deadline,
    /// There is no such body to follow.
    #[error("no source `{0}` to follow")]
    Follows(String),
    /// There is no such body to be under.
    #[error("no source `{0}` to be under")]
    Under(String),
    /// It has an end already, or its end lies before its first day.
    #[error("the end of `{0}` lies before its first day, or it has one already")]
    Ended(String),
    /// It cannot be followed by itself, by one that ends before, or by one that it follows.
    #[error("`{0}` cannot follow it")]
    Successor(String),
}

impl SourceFault {
    /// The word in the keys of words.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Taken(_) => "taken",
            Self::Name => "name",
            Self::Uscc(_) => "uscc",
            Self::Region(_) => "region",
            Self::Sector(..) => "sector",
            Self::Catalogue(_) => "supplies",
            Self::Deadline => "deadline",
            Self::Follows(_) => "follows",
            Self::Under(_) => "under",
            Self::Ended(_) => "until",
            Self::Successor(_) => "successor",
        }
    }
}

impl Office {
    /// All registered sources, by code.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn sources(&self, _: &Permit<SourceManage>) -> Result<Vec<SourceItem>, OfficeError> {
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let last = reader.last_batches()?;
            let today = self.today();
            Ok(rules
                .rulebook
                .sources
                .values()
                .map(|one| SourceItem {
                    code: one.code.clone(),
                    name: one.name.zh.clone(),
                    uscc: one.uscc.clone(),
                    region: one.region.clone(),
                    sector: one.sector.clone(),
                    supplies: one.supplies.clone(),
                    deadline_working_days: one.deadline_working_days,
                    peer: one.peer,
                    from: one.ground.from,
                    until: one.ground.until,
                    under: one
                        .parents
                        .iter()
                        .find(|parent| parent.holds_on(today))
                        .map(|parent| parent.code.clone()),
                    successors: one
                        .successors
                        .iter()
                        .map(|next| (next.code.clone(), next.from.to_string()))
                        .collect(),
                    last_hand_in: last.get(&one.code).copied(),
                })
                .collect())
        })
    }

    /// Registers a source; it may hand in at once.
    ///
    /// # Errors
    /// The code is taken or malformed, or a sector, region or catalogue is unknown.
    pub fn add_source(
        &self,
        permit: &Permit<SourceManage>,
        new: &NewSource<'_>,
    ) -> Result<(), OfficeError> {
        self.store.write(self.clock.now(), |writer| {
            let rules = self.rules_for(writer)?;
            let rulebook = &rules.rulebook;
            check(new, &rules, writer.now().day())?;
            let today = writer.now().day();
            let declaration = SourceDeclaration {
                code: new.code.to_owned(),
                name: Text { zh: new.name.to_owned(), en: new.name.to_owned() },
                uscc: new.uscc.map(str::to_owned),
                region: new.region.to_owned(),
                sector: new.sector.to_owned(),
                supplies: new.supplies.to_vec(),
                deadline_working_days: new.deadline_working_days,
                peer: new.peer,
                successors: Vec::new(),
                parents: (new.under.iter())
                    .map(|code| Parent { code: (*code).to_owned(), from: today, until: None })
                    .collect(),
                ground: Ground {
                    from: today,
                    until: None,
                    basis: Vec::new(),
                    confidence: Confidence::Verified,
                    source: Some(format!("registered by {}", permit.actor())),
                },
            };
            let mut changed = vec![declaration];
            if let Some(before) = new.follows.and_then(|code| rulebook.sources.get(code)) {
                let mut before = before.clone();
                before.successors.push(Successor { code: new.code.to_owned(), from: today });
                changed.push(before);
            }
            self.keep_sources(writer, &rules, permit.actor(), &changed)
        })?;
        self.acted(permit, new.code, &format!("add {}", new.supplies.join(" ")))
    }

    /// Sees that a source could be registered, without registering it.
    ///
    /// # Errors
    /// As [`Office::add_source`].
    pub fn check_source(
        &self,
        _: &Permit<SourceManage>,
        new: &NewSource<'_>,
    ) -> Result<(), OfficeError> {
        Ok(check(new, &*self.rules()?, self.today())?)
    }

    /// Sees that a source could end so, without ending it.
    ///
    /// # Errors
    /// As [`Office::end_source`].
    pub fn check_source_end(
        &self,
        _: &Permit<SourceManage>,
        end: SourceEnd<'_>,
    ) -> Result<(), OfficeError> {
        ended(&self.rules()?.rulebook, end).map(drop)
    }

    /// Says from which day on a source is none any more, and who follows it.
    ///
    /// # Errors
    /// There is no such source, its end lies before its first day, or the other one cannot follow it.
    pub fn end_source(
        &self,
        permit: &Permit<SourceManage>,
        end: SourceEnd<'_>,
    ) -> Result<(), OfficeError> {
        let SourceEnd { code, until, successor } = end;
        self.store.write(self.clock.now(), |writer| {
            let rules = self.rules_for(writer)?;
            let source = ended(&rules.rulebook, end)?;
            self.keep_sources(writer, &rules, permit.actor(), &[source])
        })?;
        let then = successor.map(|next| format!(", then {next}")).unwrap_or_default();
        self.acted(permit, code, &format!("end {until}{then}"))
    }

    fn keep_sources(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        actor: &str,
        changed: &[SourceDeclaration],
    ) -> Result<(), OfficeError> {
        for one in changed {
            let json = serde_json::to_string(one)
                .map_err(|error| OfficeError::Usage(error.to_string()))?;
            let body = Body {
                actor: Some(actor.to_owned()),
                fields: vec![Field::text("source", json.clone())],
                ..Body::about(About::Platform)
            };
            let seq = self.configure(writer, rules, body)?;
            writer.put_source(&one.code, &json, seq)?;
        }
        writer.count(SOURCES, 1);
        Ok(())
    }

    /// Keeps what was configured of the platform as an entry; gives its place.
    pub(crate) fn configure(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        body: Body,
    ) -> Result<Seq, OfficeError> {
        let entry = NewEntry {
            about: AboutNo::PLATFORM,
            kind: Kind::Configured,
            adoption: (rules.adoption.no, rules.adoption.digest),
            body,
            salt: self.salt(None, 0, 0),
        };
        let seq = writer.next_seq();
        writer.append(&[entry])?;
        Ok(seq)
    }
}

/// A source with its end, and who follows it.
fn ended(
    rulebook: &gongxin_pack::Rulebook,
    end: SourceEnd<'_>,
) -> Result<SourceDeclaration, OfficeError> {
    let SourceEnd { code, until, successor } = end;
    let found = rulebook.sources.get(code).cloned();
    let mut source = found.ok_or_else(|| OfficeError::Absent(format!("no source `{code}`")))?;
    if source.ground.until.is_some() || until <= source.ground.from {
        return Err(SourceFault::Ended(code.to_owned()).into());
    }
    source.ground.until = Some(until);
    if let Some(next) = successor {
        if !may_follow(rulebook, &source, (next, until)) {
            return Err(SourceFault::Successor(next.to_owned()).into());
        }
        source.successors.push(Successor { code: next.to_owned(), from: until });
    }
    Ok(source)
}

/// True where a body may follow a source from a day on: one that is there then, and that it does not follow
/// itself.
fn may_follow(
    rulebook: &gongxin_pack::Rulebook,
    source: &SourceDeclaration,
    (next, from): (&str, Day),
) -> bool {
    let is_there = |one: &SourceDeclaration| one.ground.until.is_none_or(|until| until > from);
    next != source.code
        && rulebook.sources.get(next).is_some_and(is_there)
        && !rulebook.acts_for(&source.code, next, from)
}

fn check(new: &NewSource<'_>, rules: &Rules, today: Day) -> Result<(), SourceFault> {
    let rulebook = &rules.rulebook;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if new.code.is_empty() || new.code.len() > 64 || !new.code.chars().all(plain) {
        return Err(SourceFault::Code(new.code.to_owned()));
    }
    if rulebook.sources.contains_key(new.code) {
        return Err(SourceFault::Taken(new.code.to_owned()));
    }
    let is_name = !new.name.trim().is_empty()
        && new.name.chars().count() <= NAME_CHARACTERS
        && !new.name.chars().any(char::is_control)
        && rules.shared.personal_scan(today).find(new.name).is_empty();
    if !is_name {
        return Err(SourceFault::Name);
    }
    if let Some(uscc) = new.uscc.filter(|uscc| Uscc::read(uscc).sound().is_none()) {
        return Err(SourceFault::Uscc(uscc.to_owned()));
    }
    let regions = rulebook.regions();
    if regions.is_some_and(|list| list.by_code(new.region).is_none()) {
        return Err(SourceFault::Region(new.region.to_owned()));
    }
    if !rulebook.sectors.contains_key(new.sector) {
        let known: Vec<&str> = rulebook.sectors.keys().map(String::as_str).collect();
        return Err(SourceFault::Sector(new.sector.to_owned(), known.join(", ")));
    }
    if let Some(id) = new.supplies.iter().find(|id| rulebook.catalogue(id).is_none()) {
        return Err(SourceFault::Catalogue(id.clone()));
    }
    if new.deadline_working_days.is_some_and(|days| !(1..=DEADLINE_MOST).contains(&days)) {
        return Err(SourceFault::Deadline);
    }
    if let Some(code) = new.follows.filter(|code| !rulebook.sources.contains_key(*code)) {
        return Err(SourceFault::Follows(code.to_owned()));
    }
    if let Some(code) = new.under.filter(|code| !rulebook.sources.contains_key(*code)) {
        return Err(SourceFault::Under(code.to_owned()));
    }
    Ok(())
}
