//! What the calendar alone does to cases, and cases made again from their entries.

use gongxin_casework::{Case, Event, Tick, Transition, code, fields, replay};
use gongxin_model::{CaseNo, Kind, SubjectNo};
use gongxin_pack::Step;
use gongxin_store::{AboutNo, CaseRow, Reader, StoredEntry, Writer};
use serde::Serialize;

use super::step::with_case;
use super::{kept, procedure, question};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// Cases that are looked at together.
const PAGE: i64 = 500;

/// What a tick did to cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CasesTicked {
    /// Cases of which a day is over since the last tick: marked and escalated.
    pub overdue: u64,
    /// Cases that moved on because a period passed.
    pub lapsed: u64,
}

impl CasesTicked {
    const fn add(&mut self, other: Self) {
        self.overdue += other.overdue;
        self.lapsed += other.lapsed;
    }
}

impl Office {
    /// Marks the cases of which a day is over, and moves on those of which a period is. Each is an
    /// entry.
    ///
    /// # Errors
    /// No rulebook is in force, or the store could not be written.
    pub fn tick_cases(&self) -> Result<CasesTicked, OfficeError> {
        let mut done = CasesTicked::default();
        let mut after = CaseNo(0);
        loop {
            let today = self.today();
            let rows = self
                .store
                .read::<_, OfficeError>(|reader| Ok(reader.cases_due(today, after, PAGE)?))?;
            let Some(last) = rows.last() else {
                return Ok(done);
            };
            after = last.no;
            for row in rows.iter().filter(|row| is_to_tick(row)) {
                done.add(self.tick_case(row.no)?);
            }
        }
    }

    /// The same for one case.
    pub(super) fn tick_case(&self, no: CaseNo) -> Result<CasesTicked, OfficeError> {
        let today = self.today();
        let is_due = self.store.read::<_, OfficeError>(|reader| {
            let row = reader.case(no)?;
            Ok(row.is_some_and(|row| row.due.is_some_and(|due| due < today) && is_to_tick(&row)))
        })?;
        if !is_due {
            return Ok(CasesTicked::default());
        }
        self.store.write(self.clock.now(), |writer| self.tick_in(writer, no))
    }

    fn tick_in(&self, writer: &mut Writer<'_>, no: CaseNo) -> Result<CasesTicked, OfficeError> {
        let mut done = CasesTicked::default();
        let rules = self.rules_for(writer)?;
        let today = writer.now().day();
        // Whatever was over may lead to what is over as well; the course of a case is short.
        while let Some(row) = writer.case(no)? {
            let case = kept(&row)?;
            let rule = procedure(&rules.rulebook, &row.procedure)?;
            match case.tick(&question(&rules.rulebook, rule, today)) {
                None => break,
                Some(Tick::Overdue(case)) => {
                    done.overdue += 1;
                    let fields = fields(&case, None, None);
                    let row = self.write_case_entry(
                        writer,
                        &rules,
                        row,
                        (Kind::CaseOverdue, None),
                        fields,
                    )?;
                    self.keep_case(writer, row, &case)?;
                }
                Some(Tick::Lapsed(transition)) => {
                    done.lapsed += 1;
                    self.lapse(writer, &rules, row, &transition)?;
                }
            }
        }
        Ok(done)
    }

    fn lapse(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        row: CaseRow,
        transition: &Transition,
    ) -> Result<(), OfficeError> {
        let fields = fields(&transition.case, Some(Step::Lapse), None);
        let row = self.write_case_entry(writer, rules, row, (transition.kind(), None), fields)?;
        let row = self.keep_case(writer, row, &transition.case)?;
        self.carry_out(writer, rules, &row, &transition.effects, &[])?;
        Ok(())
    }
}

/// True where the clock has something to do: an overdue case that only waits was marked before, and
/// whatever lapses is never marked.
fn is_to_tick(row: &CaseRow) -> bool {
    !row.closed && !row.overdue
}

/// The rows of cases as their entries give them, with those that are kept.
pub(crate) fn derived_rows(
    office: &Office,
    reader: &mut Reader<'_>,
    after: CaseNo,
) -> Result<Vec<(CaseRow, Option<CaseRow>)>, OfficeError> {
    let ask = gongxin_store::CaseAsk {
        after: Some(after),
        limit: PAGE,
        erased: true,
        ..Default::default()
    };
    let rows = reader.cases(&ask)?;
    let about: Vec<AboutNo> = rows.iter().map(|row| AboutNo::case(row.no)).collect();
    let entries = reader.entries_about(&about)?;
    let mut derived = Vec::with_capacity(rows.len());
    for row in rows {
        let own: Vec<&StoredEntry> =
            entries.iter().filter(|entry| entry.about == AboutNo::case(row.no)).collect();
        let made = if own.iter().all(|entry| entry.body.is_none()) {
            Some(CaseRow { seq: own.last().map_or(row.seq, |entry| entry.seq), ..row.erased() })
        } else {
            derived_row(office, reader, row.no, &own)?
        };
        derived.push((row, made));
    }
    Ok(derived)
}

/// The row of a case that its entries give; None where they do not begin with its opening.
fn derived_row(
    office: &Office,
    reader: &mut Reader<'_>,
    no: CaseNo,
    entries: &[&StoredEntry],
) -> Result<Option<CaseRow>, OfficeError> {
    let events: Vec<Event<'_>> =
        entries.iter().map(|entry| Event { kind: entry.kind, body: entry.body.as_ref() }).collect();
    let (Some(case), Some(first), Some(last)) = (replay(&events), entries.first(), entries.last())
    else {
        return Ok(None);
    };
    let Some(body) = &first.body else {
        return Ok(None);
    };
    let said = |code: &str| body.field(code).map(|field| field.value.first().to_owned());
    // A listing names its record when the entry came in.
    let named = entries.iter().rev().filter_map(|entry| entry.body.as_ref()?.field(code::RECORD));
    let id = named.map(|field| field.value.first().to_owned()).next();
    let record = match id.and_then(|id| id.parse().ok()) {
        Some(id) => office.record_of(reader, id)?.map(|record| record.no),
        None => None,
    };
    let subject: Option<SubjectNo> = body.subject.and_then(|id| office.key().subject_of(id));
    Ok(Some(with_case(of(no, office, &case, (first, last), (record, subject), &said), &case)))
}

fn of(
    no: CaseNo,
    office: &Office,
    case: &Case,
    (first, last): (&StoredEntry, &StoredEntry),
    (record, subject): (Option<gongxin_model::RecordNo>, Option<SubjectNo>),
    said: &dyn Fn(&str) -> Option<String>,
) -> CaseRow {
    CaseRow {
        no,
        public_id: office.key().case_id(no),
        number: said(code::CASE_NUMBER).unwrap_or_default(),
        procedure: case.procedure.clone(),
        state: String::new(),
        record,
        subject,
        decider: said(code::DECIDER),
        opened_at: first.at,
        seq: last.seq,
        due: None,
        overdue: false,
        closed: false,
        body: String::new(),
    }
}
