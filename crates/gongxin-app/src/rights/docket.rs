//! A docket: many held rows judged at once, each for itself and on its own ground; tried beforehand,
//! gone on with where it was cut off, withdrawn as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use gongxin_model::finding::Language;
use gongxin_seal::HashSuite;
use gongxin_store::{HeldAsk, HeldRow, Reader, Writer};
use gongxin_subject::ReasonTexts;
use serde::Serialize;

use super::held::HELD_PAGE;
use super::judge::{Judge, Reopened, covered, one_subject, refuse_row};
use crate::gate::{BodySee, HeldJudge, Permit};
use crate::intake::{HeldBody, Judged, Prepared, Terms, WorkingSet};
use crate::{Office, OfficeError, linker};

/// So many rows are judged in one transaction.
const TOGETHER: usize = 100;
/// The digits of a docket's name.
const NAME_LENGTH: usize = 12;

/// How a row is to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is about the organisation with this code.
    Link(String),
    /// It does not belong here.
    Refuse,
    /// It is about a natural person: nothing of it stays.
    Person,
}

/// One line of a docket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its line in the sheet.
    pub line: u64,
    /// The held row.
    pub number: i64,
    /// How it is to be judged.
    pub verdict: Verdict,
    /// On what ground.
    pub reason: String,
}

/// What is to be judged, by whom.
#[derive(Debug, Clone, Copy)]
pub struct DocketAsk<'a> {
    /// The lines.
    pub wanted: &'a [Wanted],
    /// The row that all others are like, where they were found by it: it names the docket then.
    pub like: Option<i64>,
    /// Who judges.
    pub permit: &'a Permit<HeldJudge>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The language of reasons.
    pub language: Language,
    /// Set from outside to stop after the transaction under way.
    pub stop: &'a AtomicBool,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocketOutcome {
    /// The row is accepted for the organisation.
    Linked,
    /// The row is refused.
    Refused,
    /// It was judged so before.
    Already,
    /// It was judged otherwise before, or cannot be judged so.
    Impossible,
}

/// A line of a docket with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocketLine {
    /// Its line in the sheet.
    pub line: u64,
    /// The held row.
    pub number: i64,
    /// What became of it, or would.
    pub fate: DocketOutcome,
    /// The name that the row states; none of a row of which nothing was kept.
    pub written: Option<String>,
    /// The code of the organisation it is linked to.
    pub code: Option<String>,
    /// The name of that organisation.
    pub name: Option<String>,
    /// The record that it became.
    pub record: Option<String>,
    /// Before it is done: how well the organisation fits, per mille.
    pub score: Option<u32>,
    /// Before it is done: why.
    pub reasons: Vec<String>,
    /// Why it is impossible, or what to look at.
    pub message: Option<String>,
}

impl DocketLine {
    fn of(wanted: &Wanted, fate: DocketOutcome) -> Self {
        Self {
            line: wanted.line,
            number: wanted.number,
            fate,
            written: None,
            code: None,
            name: None,
            record: None,
            score: None,
            reasons: Vec::new(),
            message: None,
        }
    }

    fn impossible(wanted: &Wanted, why: impl Into<String>) -> Self {
        Self { message: Some(why.into()), ..Self::of(wanted, DocketOutcome::Impossible) }
    }
}

/// A docket that was judged, or tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Docket {
    /// Its name: the same lines have the same. By it the whole is withdrawn.
    pub docket: String,
    /// True where nothing was done.
    pub dry_run: bool,
    /// How many lines have each fate.
    pub counts: BTreeMap<DocketOutcome, u64>,
    /// The lines, in their order.
    pub lines: Vec<DocketLine>,
}

/// A docket that was withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The docket.
    pub docket: String,
    /// True where nothing was done.
    pub dry_run: bool,
    /// Rows that wait again.
    pub open: Vec<i64>,
    /// Rows that are linked by their own identifiers, to another organisation, by now.
    pub linked: Vec<i64>,
    /// Rows about persons, of which nothing was kept: they stay refused.
    pub erased: Vec<i64>,
}

impl Office {
    /// Judges the lines of a docket, some at a time, each by itself: one that is impossible stops no
    /// other. Lines that were judged so before are left as they are, so that it may be repeated.
    ///
    /// # Errors
    /// The store could not be written, or it was stopped.
    pub fn held_decide(&self, ask: &DocketAsk<'_>) -> Result<Docket, OfficeError> {
        let name = name_of(ask);
        let mut docket = Docket { docket: name.clone(), dry_run: ask.dry_run, ..Docket::default() };
        let words = gongxin_subject::reason_texts();
        let bench = Bench { office: self, ask, name: &name, words };
        let mut seen = BTreeSet::new();
        let mut taken: BTreeMap<String, Terms> = BTreeMap::new();
        for chunk in ask.wanted.chunks(TOGETHER) {
            if ask.stop.load(Ordering::Relaxed) {
                return Err(OfficeError::Stopped);
            }
            let lines = bench.judge(chunk, &mut seen, &mut taken)?;
            docket.lines.extend(lines);
        }
        if !ask.dry_run {
            // Acts may have waited for what was judged just now.
            for terms in taken.values() {
                self.retry_acts(terms)?;
            }
            self.acted(
                ask.permit,
                &format!("docket-{name}"),
                &format!("lines {}", docket.lines.len()),
            )?;
        }
        for line in &docket.lines {
            *docket.counts.entry(line.fate).or_default() += 1;
        }
        Ok(docket)
    }

    /// A row, and the open rows that state the same name and the same codes.
    ///
    /// # Errors
    /// There is no such row.
    pub fn held_like(
        &self,
        permit: &Permit<BodySee>,
        number: i64,
    ) -> Result<Vec<i64>, OfficeError> {
        let own = self.store.read::<_, OfficeError>(|reader| {
            let row = covered(reader, number, permit)?;
            HeldBody::from_json(&row.body)
        })?;
        let claims = same_claims(&own);
        let mut like = vec![number];
        if claims == (None, Vec::new()) {
            return Ok(like);
        }
        self.each_of("open", &mut |row, body| {
            let is_like = row.no != number && same_claims(body) == claims;
            if is_like && permit.covers(&row.source) {
                like.push(row.no);
            }
        })?;
        Ok(like)
    }

    /// Withdraws every judgement of a docket that still holds.
    ///
    /// # Errors
    /// No row was judged in such a docket, the store could not be written, or it was stopped.
    pub fn held_undo_docket(
        &self,
        docket: &str,
        (permit, reason): (&Permit<HeldJudge>, &str),
        dry_run: bool,
        stop: &AtomicBool,
    ) -> Result<Undone, OfficeError> {
        let mut judged = Vec::new();
        let mut undone = Undone { docket: docket.to_owned(), dry_run, ..Undone::default() };
        for state in ["linked", "refused"] {
            self.each_of(state, &mut |row, body| match &body.judgement {
                Some(Judged { docket: Some(of), erased, .. }) if of == docket => {
                    if *erased {
                        undone.erased.push(row.no);
                    } else {
                        judged.push(row.no);
                    }
                }
                _ => {}
            })?;
        }
        if judged.is_empty() && undone.erased.is_empty() {
            let why = format!("no row is judged in a docket `{docket}`");
            return Err(OfficeError::Absent(why));
        }
        for chunk in judged.chunks(TOGETHER) {
            if stop.load(Ordering::Relaxed) {
                return Err(OfficeError::Stopped);
            }
            let judge = Judge { actor: permit.actor(), reason, docket: None };
            let mut done = Vec::new();
            self.tried(dry_run, |writer| {
                for number in chunk {
                    let row = covered(writer, *number, permit)?;
                    done.push((*number, self.reopen_held(writer, &row, judge)?));
                }
                Ok(())
            })?;
            for (number, reopened) in done {
                match reopened {
                    Reopened::Open => undone.open.push(number),
                    Reopened::Linked => undone.linked.push(number),
                }
            }
        }
        if !dry_run {
            self.acted(permit, &format!("docket-{docket}"), &format!("undone {}", judged.len()))?;
        }
        Ok(undone)
    }

    /// Does something in a transaction; where it is only tried, everything is as before then.
    fn tried(
        &self,
        dry_run: bool,
        act: impl FnOnce(&mut Writer<'_>) -> Result<(), OfficeError>,
    ) -> Result<(), OfficeError> {
        let done = self.store.write(self.clock.now(), |writer| {
            act(writer)?;
            if dry_run { Err(OfficeError::Stopped) } else { Ok(()) }
        });
        match done {
            Err(OfficeError::Stopped) if dry_run => Ok(()),
            other => other,
        }
    }

    /// Hands every held row of a state to `each`, page by page.
    fn each_of(
        &self,
        state: &str,
        each: &mut dyn FnMut(&HeldRow, &HeldBody),
    ) -> Result<(), OfficeError> {
        let mut after = 0;
        loop {
            let rows = self.store.read::<_, OfficeError>(|reader| {
                Ok(reader.held(HeldAsk::all(state), after, HELD_PAGE)?)
            })?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.no;
            for row in &rows {
                each(row, &HeldBody::from_json(&row.body)?);
            }
        }
    }
}

/// The name of a docket: the beginning of a digest of what is judged, so that a docket that is gone
/// on with keeps its name.
fn name_of(ask: &DocketAsk<'_>) -> String {
    let mut text = String::from("gongxin/docket");
    let lines = if ask.like.is_some() { ask.wanted.get(..1) } else { Some(ask.wanted) };
    for Wanted { number, verdict, reason, .. } in lines.unwrap_or_default() {
        let (verdict, code) = match verdict {
            Verdict::Link(code) => ("link", code.as_str()),
            Verdict::Refuse => ("refuse", ""),
            Verdict::Person => ("person", ""),
        };
        let number = ask.like.unwrap_or(*number).to_string();
        for part in [number.as_str(), verdict, code, reason] {
            text.push('\u{1f}');
            text.push_str(part);
        }
    }
    let digest = HashSuite::Sha256.digest(&[text.as_bytes()]).to_string();
    digest.chars().filter(char::is_ascii_hexdigit).take(NAME_LENGTH).collect()
}

/// What a row says about whose it is, in the form for comparing.
fn same_claims(body: &HeldBody) -> (Option<String>, Vec<String>) {
    let claims = &body.draft.claims;
    let name = claims.name.as_deref().map(gongxin_model::text::normalise_name);
    let mut codes: Vec<String> =
        claims.identifiers.iter().map(|one| format!("{} {}", one.kind.name(), one.code)).collect();
    codes.sort_unstable();
    (name, codes)
}

/// Where the lines of one docket are judged.
struct Bench<'a> {
    office: &'a Office,
    ask: &'a DocketAsk<'a>,
    name: &'a str,
    words: ReasonTexts,
}

impl Bench<'_> {
    fn judge(
        &self,
        chunk: &[Wanted],
        seen: &mut BTreeSet<i64>,
        taken: &mut BTreeMap<String, Terms>,
    ) -> Result<Vec<DocketLine>, OfficeError> {
        let mut lines = Vec::new();
        self.office.tried(self.ask.dry_run, |writer| {
            for wanted in chunk {
                let line = if seen.insert(wanted.number) {
                    self.judge_line(writer, wanted, taken)?
                } else {
                    DocketLine::impossible(wanted, "the row stands in the docket twice")
                };
                lines.push(line);
            }
            Ok(())
        })?;
        Ok(lines)
    }

    /// Judges one line. What is wrong with the line is its fate; what is wrong with the store ends
    /// the docket.
    fn judge_line(
        &self,
        writer: &mut Writer<'_>,
        wanted: &Wanted,
        taken: &mut BTreeMap<String, Terms>,
    ) -> Result<DocketLine, OfficeError> {
        if wanted.reason.trim().is_empty() {
            return Ok(DocketLine::impossible(wanted, "the judgement gives no reason"));
        }
        let Some(row) = writer.held_one(wanted.number)? else {
            let why = format!("there is no held row {}", wanted.number);
            return Ok(DocketLine::impossible(wanted, why));
        };
        let body = HeldBody::from_json(&row.body)?;
        if let Some(judged) = &body.judgement {
            return judged_before(writer, wanted, judged);
        }
        let judged = match &wanted.verdict {
            Verdict::Link(code) => self.link_line(writer, wanted, (&row, &body), code, taken),
            verdict => {
                let is_person = *verdict == Verdict::Person;
                refuse_row(writer, &row, is_person, self.judge_of(wanted)).map(|()| DocketLine {
                    written: body.draft.claims.name.clone().filter(|_| !is_person),
                    ..DocketLine::of(wanted, DocketOutcome::Refused)
                })
            }
        };
        match judged {
            Err(OfficeError::Usage(why) | OfficeError::Absent(why)) => {
                Ok(DocketLine::impossible(wanted, why))
            }
            other => other,
        }
    }

    fn judge_of<'w>(&'w self, wanted: &'w Wanted) -> Judge<'w> {
        Judge { actor: self.ask.permit.actor(), reason: &wanted.reason, docket: Some(self.name) }
    }

    fn link_line(
        &self,
        writer: &mut Writer<'_>,
        wanted: &Wanted,
        (row, body): (&HeldRow, &HeldBody),
        code: &str,
        taken: &mut BTreeMap<String, Terms>,
    ) -> Result<DocketLine, OfficeError> {
        let subject = one_subject(writer, code)?;
        let known = writer.subject(subject)?;
        let (name, shown) = known.map(|one| (one.name, one.code)).unwrap_or_default();
        let mut line = DocketLine {
            written: body.draft.claims.name.clone(),
            code: Some(shown.unwrap_or_else(|| code.to_owned())),
            name: Some(name),
            ..DocketLine::of(wanted, DocketOutcome::Linked)
        };
        let (terms, record) = self.office.link_row(writer, row, subject, self.judge_of(wanted))?;
        if self.ask.dry_run {
            self.explain(writer, &mut line, body, (subject, &terms))?;
        }
        match record {
            Some(record) => {
                let record = writer.record(record)?;
                line.record = record.map(|one| one.public_id.to_string());
            }
            None => {
                line.fate = DocketOutcome::Impossible;
                let why = "the row cannot be accepted as it stands; correct it at its source";
                line.message = Some(why.to_owned());
            }
        }
        taken.entry(row.catalogue.clone()).or_insert(terms);
        Ok(line)
    }

    /// Says how well the organisation fits that the steward named.
    fn explain(
        &self,
        reader: &mut Reader<'_>,
        line: &mut DocketLine,
        body: &HeldBody,
        (subject, terms): (gongxin_model::SubjectNo, &Terms),
    ) -> Result<(), OfficeError> {
        let draft = Prepared::of(body.draft.clone(), self.office.key(), terms);
        let mut set = WorkingSet::default();
        set.load_known(reader, vec![subject])?;
        let known: Vec<_> = set.subject(subject).map(AsRef::as_ref).into_iter().collect();
        let found = linker::suggestions(&draft.claims, &known, &[], terms);
        match found.first() {
            Some(one) => {
                line.score = Some(one.score);
                let told = one.reasons.iter().map(|why| self.words.text(why, self.ask.language));
                line.reasons = told.collect();
            }
            None => {
                line.message =
                    Some("the row and the organisation have nothing in common".to_owned());
            }
        }
        Ok(())
    }
}

/// A line about a row that was judged before: the same judgement is no harm.
fn judged_before(
    reader: &mut Reader<'_>,
    wanted: &Wanted,
    judged: &Judged,
) -> Result<DocketLine, OfficeError> {
    let record = match judged.record {
        Some(no) => reader.record(gongxin_model::RecordNo(no))?,
        None => None,
    };
    let is_same = match (&wanted.verdict, &record) {
        (Verdict::Link(code), Some(record)) => {
            one_subject(reader, code).ok().is_some_and(|one| record.subject == Some(one))
        }
        (Verdict::Refuse, None) => !judged.erased,
        (Verdict::Person, None) => judged.erased,
        _ => false,
    };
    if is_same {
        let record = record.map(|one| one.public_id.to_string());
        return Ok(DocketLine { record, ..DocketLine::of(wanted, DocketOutcome::Already) });
    }
    let why = "the row is judged otherwise already; `gongxin held undo` withdraws a judgement";
    Ok(DocketLine::impossible(wanted, why))
}
