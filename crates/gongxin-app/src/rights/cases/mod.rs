//! Cases: objection, repair, shielding, listing, complaint. Every step is an entry, and what follows
//! from it are entries that name it as their cause, all in one transaction.
//!
//! Who acts comes in with the permit of the gate: its scope makes one the subject, the authority of a
//! body, or the steward, and says which cases it reaches. What no gate can know is judged here: that
//! nobody decides on their own act.

mod clock;
mod effects;
mod fault;
mod items;
mod matter;
mod opening;
mod papers;
mod reach;
pub(crate) mod settled;
mod step;

pub use clock::CasesTicked;
pub use fault::CaseFault;
pub use gongxin_casework::{Actor, Refusal};
pub use gongxin_intake::PaperTrouble;
pub use gongxin_pack::{Family, Matter, Need, Party, State, Step, Verdict};
pub use items::{CaseEntry, CaseFilter, CaseItem, CaseLine, CaseMay, CasePaper};
pub use matter::{CaseField, CaseLimit, CaseMatter, CaseRecord, CaseWay};
pub use papers::{PaperSaid, SentPaper};
pub use step::{CaseAct, NewCase, Taken};

pub(crate) use clock::derived_rows;
pub(crate) use reach::reached_case;

use gongxin_casework::{Case, Question};
use gongxin_model::{CaseNo, Day};
use gongxin_pack::{CaseProcedure, EffectiveRulebook};
use gongxin_store::{CaseRow, Reader, StoreError};

use crate::OfficeError;

/// The longest text of a case or a step, in characters.
pub const TEXT_CHARACTERS: usize = 4_000;
/// The most papers whose text comes with one step.
pub const PAPERS_MOST: usize = 8;
/// The longest number or name in a step, in characters.
pub const LINE_CHARACTERS: usize = 200;

/// What the grounds of entries begin with that a case leads to; the case's number follows.
pub(crate) const GROUND: &str = "case ";
/// The counter that moves when a case ends or shields a decision: where it is 0, nothing that comes
/// later need be compared.
pub(crate) const ENDS: &str = "case-ends";

/// A case that is kept.
fn kept(row: &CaseRow) -> Result<Case, OfficeError> {
    serde_json::from_str(&row.body)
        .map_err(|_| StoreError::Corrupt(format!("the case `{}`", row.number)).into())
}

/// The procedure that a case follows, in the rulebook of today.
fn procedure<'a>(
    rulebook: &'a EffectiveRulebook,
    id: &str,
) -> Result<&'a CaseProcedure, OfficeError> {
    rulebook.procedures.get(id).ok_or_else(|| {
        let known: Vec<&str> = rulebook.procedures.keys().map(String::as_str).collect();
        OfficeError::Usage(format!("no procedure `{id}`; there are {}", known.join(", ")))
    })
}

fn question<'a>(
    rulebook: &'a EffectiveRulebook,
    procedure: &'a CaseProcedure,
    day: Day,
) -> Question<'a> {
    Question { procedure, calendar: &rulebook.calendar, day }
}

/// The case of a number: as people write it, or its public id.
fn case_of(
    office: &crate::Office,
    reader: &mut Reader<'_>,
    wanted: &str,
) -> Result<CaseRow, OfficeError> {
    let by_id = wanted.parse().ok().and_then(|id| office.key().case_of(id));
    let by_number = wanted.rsplit_once('-').and_then(|(_, no)| no.parse().ok()).map(CaseNo);
    let no = by_id.or(by_number);
    let found = match no {
        Some(no) => reader.case(no)?,
        None => None,
    };
    let is_it = |row: &CaseRow| {
        row.state != gongxin_store::ERASED_CASE
            && (row.number == wanted || row.public_id.to_string() == wanted)
    };
    found.filter(is_it).ok_or_else(|| absent(wanted))
}

/// There is no such case, or none for this account: the two are not told apart.
fn absent(wanted: &str) -> OfficeError {
    OfficeError::Absent(format!("there is no case `{wanted}`"))
}

/// A refusal, for whoever was refused.
fn refused(why: &Refusal) -> OfficeError {
    CaseFault::from(why.clone()).into()
}
