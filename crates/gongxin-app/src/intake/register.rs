//! Carries what rows and registrations make of subjects to where a transaction keeps them.

use std::collections::BTreeSet;

use gongxin_intake::draft::Category;
use gongxin_model::{PublicId, RecordNo, SubjectNo};
use gongxin_pack::Role;
use gongxin_store::{CodeRow, NameRow, SubjectRow};
use gongxin_subject::{
    Claims, DatedName, Description, Grounds, Statement, SubjectKind, claimed_codes,
};

use super::row::Prepared;
use super::settle::Settlement;
use super::working::Known;
use crate::bearers::says;

/// Subjects that a transaction made or changed.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    pub(crate) made: BTreeSet<SubjectNo>,
    pub(crate) changed: BTreeSet<SubjectNo>,
    pub(crate) codes: Vec<CodeRow>,
    /// Names that subjects did not bear before.
    pub(crate) names: Vec<(SubjectNo, String)>,
}

impl Settlement<'_, '_> {
    /// Makes the subject that a draft is the first to speak of.
    pub(crate) fn found_subject(&mut self, draft: &Prepared, provisional: bool) -> SubjectNo {
        let no = self.next.new_subject();
        let claims = &draft.claims;
        let is_individual = draft.category == Category::IndividualBusiness;
        let first = Description::first(no, claims, is_individual, provisional, self.grounds());
        let mut known = rows(first, Vec::new(), self.office.key().subject_id(no), 0);
        self.claim_codes(&mut known, claims, provisional);
        self.registry.made.insert(no);
        self.keep(known);
        no
    }

    /// Takes over what a registration says of its subject.
    pub(crate) fn describe_subject(&mut self, no: SubjectNo, draft: &Prepared, record: RecordNo) {
        let Some(known) = self.set.subject(no) else {
            return;
        };
        let mut known = Known::clone(known);
        let claims = &draft.claims;
        if self.claim_codes(&mut known, claims, false) {
            // A head is looked up among all codes, its own included.
            self.keep(known.clone());
        }
        let Known { row, names, codes, .. } = known;
        let public_id = row.public_id;
        let mut description = description(row, names);
        let catalogue = self.catalogue();
        let value = |role: Role| {
            let code = catalogue.code_of(role)?;
            let field = draft.fields.iter().find(|field| field.code == code)?;
            Some(field.value.first()).filter(|text| !text.is_empty())
        };
        let stated = Statement {
            claims,
            legal_form: value(Role::LegalForm),
            state: value(Role::Status),
            region: value(Role::Region),
            established_on: value(Role::EstablishedOn).and_then(|day| day.parse().ok()),
            head: value(Role::HeadCode).and_then(|code| self.set.by_code(code)),
        };
        description.register(&stated, self.grounds());
        if !self.registry.made.contains(&no) {
            self.registry.changed.insert(no);
        }
        self.keep(rows(description, codes, public_id, record.0));
    }

    fn keep(&mut self, known: Known) {
        let no = known.row.no;
        let before = self.set.subject(no).map_or(&[][..], |known| known.names.as_slice());
        let is_new = |name: &&NameRow| before.iter().all(|old| old.name != name.name);
        let new = known.names.iter().filter(is_new).map(|name| (no, name.name.clone()));
        self.registry.names.extend(new);
        self.set.keep(known);
    }

    fn grounds(&self) -> Grounds<'_> {
        Grounds { rulebook: &self.terms.rules.rulebook, today: self.terms.today }
    }

    /// Claims for a subject the codes of a row that it does not carry yet. True where there were
    /// any.
    fn claim_codes(&mut self, known: &mut Known, claims: &Claims, provisional: bool) -> bool {
        let before = known.codes.len();
        for (kind, code) in claimed_codes(claims, provisional) {
            let row = CodeRow { code, kind: kind.name().into(), subject: known.row.no };
            if !says(&known.codes, &row) {
                self.registry.codes.push(row.clone());
                known.codes.push(row);
            }
        }
        known.codes.len() > before
    }
}

/// The description that rows hold.
fn description(row: SubjectRow, names: Vec<NameRow>) -> Description {
    Description {
        subject: row.no,
        kind: SubjectKind::from_name(&row.kind).unwrap_or(SubjectKind::Organisation),
        name: row.name,
        names: names
            .into_iter()
            .map(|name| DatedName { name: name.name, from: name.from, until: name.until })
            .collect(),
        code: row.code,
        legal_form: row.legal_form,
        state: row.state,
        region: row.region,
        head: row.head,
        provisional: row.provisional,
        masked: row.masked,
        registered: row.registration != 0,
    }
}

/// The rows that hold a description, beside codes; `registration` is the record that gave it.
fn rows(
    description: Description,
    codes: Vec<CodeRow>,
    public_id: PublicId,
    registration: i64,
) -> Known {
    let no = description.subject;
    let present = |name: &&DatedName| name.is_current() && name.name == description.name;
    let named_from = description.names.iter().find(present).map(|name| name.from);
    let row = SubjectRow {
        no,
        public_id,
        kind: description.kind.name().into(),
        name: description.name,
        code: description.code,
        legal_form: description.legal_form,
        state: description.state,
        region: description.region,
        head: description.head,
        provisional: description.provisional,
        masked: description.masked,
        registration,
        named_from,
    };
    let names = description.names.into_iter().map(|name| NameRow {
        subject: no,
        from: name.from,
        name: name.name,
        until: name.until,
    });
    Known::whole(row, names.collect(), codes)
}
