//! As whom a permit lets somebody act, and which cases it reaches.

use gongxin_casework::Actor;
use gongxin_model::{CaseNo, Day};
use gongxin_pack::Party;
use gongxin_store::{CaseRow, Reader, RecordRow, SubjectRow};

use super::kept;
use super::listing::is_before_notice;
use crate::accounts::Signed;
use crate::gate::{Action, Permit, Refused, Scope};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The party that a scope makes one: the subject, the authority of a body, the steward.
pub(super) fn party_of<A: Action>(permit: &Permit<A>) -> Result<Party, OfficeError> {
    match permit.scope() {
        Scope::Organisation(_) => Ok(Party::Subject),
        Scope::Body(_) => Ok(Party::Authority),
        Scope::Platform => Ok(Party::Steward),
        Scope::Account(_) => Err(Refused.into()),
    }
}

/// Who acts by a permit.
pub(super) fn actor_of<A: Action>(permit: &Permit<A>) -> Result<Actor, OfficeError> {
    let party = party_of(permit)?;
    let body = permit.body().map(str::to_owned);
    Ok(Actor { account: permit.actor().to_owned(), party, body })
}

/// The organisation that a permit is for, as a subject of the store.
pub(super) fn own_subject(
    reader: &mut Reader<'_>,
    code: &str,
) -> Result<Option<SubjectRow>, OfficeError> {
    match crate::rights::judge::one_subject(reader, code) {
        Ok(no) => Ok(reader.subject(no)?),
        Err(error) if error.is_usage() => Ok(None),
        Err(error) => Err(error),
    }
}

/// True where a permit reaches a case: a subject its own, a body those that it decides. A proposal to list
/// is its body's alone until the subject is given notice of it.
pub(super) fn reaches<A: Action>(
    reader: &mut Reader<'_>,
    permit: &Permit<A>,
    row: &CaseRow,
) -> Result<bool, OfficeError> {
    Ok(match permit.scope() {
        Scope::Platform => true,
        Scope::Body(code) => row.decider.as_ref() == Some(code),
        Scope::Organisation(code) => {
            let own = own_subject(reader, code)?;
            own.is_some_and(|own| row.subject == Some(own.no)) && !is_before_notice(&kept(row)?)
        }
        Scope::Account(_) => false,
    })
}

/// The case of a number, where a permit reaches it.
pub(crate) fn reached_case<A: Action>(
    reader: &mut Reader<'_>,
    permit: &Permit<A>,
    no: CaseNo,
) -> Result<Option<CaseRow>, OfficeError> {
    match reader.case(no)? {
        Some(row) if reaches(reader, permit, &row)? => Ok(Some(row)),
        _ => Ok(None),
    }
}

/// True where a permit reaches a record: a subject its own, a body those of its source.
pub(super) fn reaches_record<A: Action>(
    reader: &mut Reader<'_>,
    (rules, today): (&Rules, Day),
    permit: &Permit<A>,
    record: &RecordRow,
) -> Result<bool, OfficeError> {
    Ok(match permit.scope() {
        Scope::Platform => true,
        Scope::Body(code) => {
            let present = rules.rulebook.present_source(&record.source, today);
            present.map_or(&record.source, |source| &source.code) == code
        }
        Scope::Organisation(code) => {
            let own = own_subject(reader, code)?;
            own.is_some_and(|own| record.subject == Some(own.no))
        }
        Scope::Account(_) => false,
    })
}

impl Office {
    /// Asks the gate for one case: the permit of an account that reaches it, one as the wished party
    /// before another.
    ///
    /// # Errors
    /// None reaches it, or there is no such case: the two are not told apart.
    pub fn permit_in_case<A: Action>(
        &self,
        who: &Signed,
        case: &str,
        parties: &[Party],
    ) -> Result<Permit<A>, OfficeError> {
        let permits = self.permits::<A>(who)?;
        self.store.read(|reader| {
            let Ok(row) = super::case_of(self, reader, case) else {
                return Err(Refused.into());
            };
            let mut found = None;
            for permit in permits {
                if !reaches(reader, &permit, &row)? {
                    continue;
                }
                if parties.contains(&party_of(&permit)?) {
                    return Ok(permit);
                }
                found.get_or_insert(permit);
            }
            found.ok_or(Refused.into())
        })
    }
}
