//! What registrations do to subjects: they make them, name them, rename them.

use std::collections::BTreeSet;

use gongxin_intake::draft::{Category, Draft};
use gongxin_model::code::CodeKind;
use gongxin_model::text::normalise_name;
use gongxin_model::{Day, RecordNo, SubjectNo};
use gongxin_pack::Role;
use gongxin_store::{CodeRow, NameRow, SubjectRow};

use super::chunk::Transaction;
use super::working::Known;
use crate::linker;

/// Subjects that a transaction made or changed.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    pub(crate) made: BTreeSet<SubjectNo>,
    pub(crate) changed: BTreeSet<SubjectNo>,
    pub(crate) codes: Vec<CodeRow>,
}

/// The blocking keys of all names of a subject.
pub(crate) fn name_keys(known: &Known) -> Vec<(i64, SubjectNo)> {
    known
        .names
        .iter()
        .flat_map(|name| linker::keys_of_name(&name.name))
        .map(|key| (key, known.row.no))
        .collect()
}

impl Transaction<'_, '_> {
    /// Makes the subject that a draft is the first to speak of.
    pub(crate) fn found_subject(
        &mut self,
        draft: &Draft,
        row: u64,
        provisional: bool,
    ) -> SubjectNo {
        let no = self.writer.new_subject();
        let name = draft.claims.name.clone().unwrap_or_default();
        let uscc = linker::uscc_of(&draft.claims);
        let business = draft.category == Category::IndividualBusiness
            || uscc.as_ref().is_some_and(|code| code.starts_with("92"));
        let kind = if business { "individual-business" } else { "organisation" };
        let masked = business && linker::may_be_person(&name, self.terms);
        let known = Known {
            row: SubjectRow {
                no,
                public_id: self.office.subject_id(self.batch, row),
                kind: kind.into(),
                name: name.clone(),
                code: uscc.clone(),
                legal_form: String::new(),
                state: String::new(),
                region: self.region_of_code(uscc.as_deref()),
                head: None,
                provisional,
                masked,
                registration: 0,
            },
            names: vec![NameRow { subject: no, from: self.terms.today, name, until: None }],
            codes: Vec::new(),
        };
        self.registry.made.insert(no);
        self.set.keep(known);
        self.claim_codes(no, draft, provisional);
        no
    }

    /// The registrar's division in a unified code, where GB/T 2260 has or had it.
    fn region_of_code(&self, uscc: Option<&str>) -> String {
        let region = uscc.and_then(|code| code.get(2..8));
        let known = region.filter(|region| {
            self.terms.rules.rulebook.regions().is_some_and(|list| list.by_code(region).is_some())
        });
        known.unwrap_or_default().to_owned()
    }

    /// Claims for a subject the codes that a registration states. Of a provisional one only what
    /// the unified code says is believed.
    fn claim_codes(&mut self, no: SubjectNo, draft: &Draft, provisional: bool) {
        let Some(mut known) = self.set.subjects.get(&no).cloned() else {
            return;
        };
        let stated = linker::codes_to_claim(&draft.claims);
        for (kind, code) in stated {
            let of_uscc = matches!(kind, CodeKind::Uscc | CodeKind::OrganisationCode);
            let row = CodeRow { code, kind: kind.name().into(), subject: no };
            if (!provisional || of_uscc) && !known.codes.contains(&row) {
                self.registry.codes.push(row.clone());
                known.codes.push(row);
            }
        }
        self.set.keep(known);
    }

    /// Takes over what a registration says of its subject.
    pub(crate) fn describe_subject(&mut self, no: SubjectNo, draft: &Draft, record: RecordNo) {
        self.claim_codes(no, draft, false);
        let Some(mut known) = self.set.subjects.get(&no).cloned() else {
            return;
        };
        let catalogue = self.catalogue();
        let value = |role: Role| {
            let code = catalogue.code_of(role)?;
            let field = draft.fields.iter().find(|field| field.code == code)?;
            Some(field.value.first().to_owned()).filter(|text| !text.is_empty())
        };
        let uscc = linker::uscc_of(&draft.claims);
        let from = value(Role::EstablishedOn).and_then(|day| day.parse().ok());
        rename(&mut known, draft, self.terms.today, from);
        let row = &mut known.row;
        row.code = uscc.or_else(|| row.code.clone());
        row.legal_form = value(Role::LegalForm).unwrap_or_else(|| row.legal_form.clone());
        row.state = value(Role::Status).unwrap_or_else(|| row.state.clone());
        let region =
            value(Role::Region).unwrap_or_else(|| self.region_of_code(row.code.as_deref()));
        if !region.is_empty() {
            row.region = region;
        }
        if let Some(head) = value(Role::HeadCode).and_then(|code| self.set.by_code(&code)) {
            row.head = Some(head).filter(|head| *head != no);
        }
        row.provisional = false;
        row.registration = record.0;
        row.masked =
            row.kind == "individual-business" && linker::may_be_person(&row.name, self.terms);
        if !self.registry.made.contains(&no) {
            self.registry.changed.insert(no);
        }
        self.set.keep(known);
    }
}

/// Takes over a name. A first registration's name holds since establishment, as far as is known; another name
/// than the present one ends that one today.
fn rename(known: &mut Known, draft: &Draft, today: Day, established: Option<Day>) {
    let Some(name) = draft.claims.name.clone() else {
        return;
    };
    let first = known.row.registration == 0;
    let same = normalise_name(&name) == normalise_name(&known.row.name);
    let subject = known.row.no;
    known.row.name.clone_from(&name);
    if first && known.names.len() <= 1 {
        let from = established.unwrap_or(today);
        known.names = vec![NameRow { subject, from, name, until: None }];
        return;
    }
    if same {
        if let Some(last) = known.names.last_mut() {
            last.name = name;
        }
        return;
    }
    if let Some(last) = known.names.last_mut() {
        last.until = Some(today);
    }
    known.names.retain(|old| !(old.from == today && old.name == name));
    known.names.push(NameRow { subject, from: today, name, until: None });
}
