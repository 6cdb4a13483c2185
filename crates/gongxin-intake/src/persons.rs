//! The line that is not crossed: rows about persons are refused before anything of them is kept.

use std::borrow::Cow;
use std::cell::OnceCell;

use gongxin_model::code::{
    CodeKind, Fact, ResidentNumber, ResidentVerdict, Uscc, normalise_code, resident_verdict,
};
use gongxin_model::{Rule, Severity};
use gongxin_pack::{NameShape, Names, Nature, Role};

use crate::draft::{Category, Claims, Identifier};
use crate::plan::{FieldPlan, Plan, finding};
use crate::rules;
use crate::values::{Notes, ReadCode};

/// Whose row it is, where it is an organisation's.
#[derive(Debug, Default)]
pub(crate) struct Counterpart {
    pub(crate) claims: Claims,
    pub(crate) category: Category,
    /// Fields whose cell reads like a person's number: nothing of them is kept.
    pub(crate) dropped: Vec<usize>,
    /// The codes of identifiers as read, by the places of their fields: each is read once.
    pub(crate) codes: Vec<(usize, ReadCode)>,
}

/// The shape of a row's name, looked at only where codes leave a question.
struct LazyShape<'a> {
    name: &'a str,
    names: &'a Names,
    found: OnceCell<NameShape>,
}

impl LazyShape<'_> {
    fn get(&self) -> NameShape {
        *self.found.get_or_init(|| self.names.shape(self.name))
    }

    fn is_organisation(&self) -> bool {
        self.get() == NameShape::Organisation
    }
}

impl Plan {
    /// Decides whether the row may be looked at any further.
    pub(crate) fn counterpart(
        &self,
        cells: &[Cow<'_, str>],
        notes: &mut Notes,
    ) -> Result<Counterpart, Rule> {
        if self.persons {
            return Err(rules::NATURAL_PERSON);
        }
        let mut counterpart = Counterpart::default();
        let (mut certificate, mut resident) = (false, false);
        for (field, cell) in self.fields.iter().zip(cells) {
            match field.role {
                Some(Role::CounterpartName) if !cell.is_empty() => {
                    resident |= self.scan.has_resident(cell);
                    counterpart.claims.name.get_or_insert_with(|| self.scan.mask(cell).0);
                }
                Some(Role::CounterpartCategory) => {
                    counterpart.category = self.category(field, cell)?;
                }
                Some(Role::CertificateType | Role::CertificateNumber) => {
                    certificate |= !cell.is_empty();
                }
                _ => {}
            }
        }
        let name = counterpart.claims.name.clone().unwrap_or_default();
        let shape = LazyShape { name: &name, names: &self.names, found: OnceCell::new() };
        // A person's number beside a name makes a person of it, unless the name is a firm's.
        if resident && !shape.is_organisation() {
            return Err(rules::RESIDENT_NUMBER);
        }
        self.identifiers(cells, &shape, &mut counterpart, notes)?;
        let unified = counterpart
            .claims
            .identifiers
            .iter()
            .find(|one| one.kind == CodeKind::Uscc && one.sound);
        if unified
            .map_or_else(|| self.names.says_individual(&name), |one| one.code.starts_with("92"))
        {
            counterpart.category = Category::IndividualBusiness;
        }
        if self.names_counterpart {
            self.admit(&counterpart, &shape, certificate)?;
        }
        Ok(counterpart)
    }

    /// Reads the identifiers; a person's number among them refuses the row.
    fn identifiers(
        &self,
        cells: &[Cow<'_, str>],
        shape: &LazyShape<'_>,
        counterpart: &mut Counterpart,
        notes: &mut Notes,
    ) -> Result<(), Rule> {
        for (index, (field, cell)) in self.fields.iter().zip(cells).enumerate() {
            let placeholder = || field.placeholders.iter().any(|one| one == cell.as_ref());
            if cell.is_empty() || field.identifier.is_none() || placeholder() {
                continue;
            }
            let read = self.read_code(field, cell);
            if self.is_resident(cell, &read, shape) {
                // Fifteen digits may be an old registration number whose serial reads as a date.
                // What is not sure is dropped, also where a sound unified code names the firm.
                let named = counterpart
                    .claims
                    .identifiers
                    .iter()
                    .any(|one| one.kind == CodeKind::Uscc && one.sound);
                let maybe_old =
                    normalise_code(cell).len() == 15 && (named || shape.is_organisation());
                if !maybe_old {
                    return Err(rules::RESIDENT_NUMBER);
                }
                counterpart.dropped.push(index);
                let finding = finding(rules::PERSONAL_DROPPED, Severity::Note, field);
                notes.findings.push(finding);
            } else {
                counterpart.claims.identifiers.extend(identifier(field, &read));
                counterpart.codes.push((index, read));
            }
        }
        Ok(())
    }

    fn category(&self, field: &FieldPlan, cell: &str) -> Result<Category, Rule> {
        if cell.is_empty() {
            return Ok(Category::Unstated);
        }
        let words = field.words.and_then(|index| self.word_lists.get(index));
        let code = words.and_then(|words| words.find(cell)).unwrap_or(cell);
        match words.and_then(|words| words.scope(code)) {
            Some("person") => return Err(rules::NATURAL_PERSON),
            Some("individual-business") => return Ok(Category::IndividualBusiness),
            Some("organisation") => return Ok(Category::Organisation),
            _ => {}
        }
        // What no list knows may still say it by itself.
        match cell {
            other if other.contains("自然人") && !other.contains("非自然人") => {
                Err(rules::NATURAL_PERSON)
            }
            other if other.contains("个体") => Ok(Category::IndividualBusiness),
            other if other.contains("法人") || other.contains("组织") => {
                Ok(Category::Organisation)
            }
            _ => Ok(Category::Unstated),
        }
    }

    /// True where a code's cell is, or may be, a person's number.
    fn is_resident(&self, cell: &str, read: &ReadCode, shape: &LazyShape<'_>) -> bool {
        if cell.len() < 15 {
            return false;
        }
        // A whole unified code without a date of birth inside, which nearly every cell is.
        let code = read.code.as_bytes();
        if read.kind == CodeKind::Uscc
            && code.len() == 18
            && code.iter().all(u8::is_ascii_alphanumeric)
            && ResidentNumber::read(&read.code).is_none()
        {
            return false;
        }
        let is_organisation = shape.is_organisation();
        match resident_verdict(cell, &self.tables, is_organisation) {
            ResidentVerdict::Refuse => return true,
            ResidentVerdict::Organisation => return false,
            ResidentVerdict::NotResident => {}
        }
        // With a wrong last digit it is still a person's number, unless it is a code in its own right.
        let normal = normalise_code(cell);
        let looks = normal.len() == 18 && ResidentNumber::read(&normal).is_some();
        let holds = normal.len() != 15 && self.scan.has_resident(cell);
        (looks || holds)
            && Uscc::read(cell).sound().is_none()
            && !self.is_likely_uscc(&normal, is_organisation)
    }

    fn is_likely_uscc(&self, normal: &str, is_organisation: bool) -> bool {
        is_organisation
            && Uscc::parse(normal, &self.tables)
                .code
                .is_some_and(|code| code.organisation_part_holds())
            && !Uscc::parse(normal, &self.tables).facts.has(Fact::DepartmentUnknown)
    }

    fn admit(
        &self,
        counterpart: &Counterpart,
        shape: &LazyShape<'_>,
        certificate: bool,
    ) -> Result<(), Rule> {
        let identifiers = &counterpart.claims.identifiers;
        // Real codes of real registrations fail their check; the registrar vouches for them.
        let vouched = self.nature == Nature::Registration
            && identifiers.iter().any(|one| one.kind == CodeKind::Uscc && one.code.len() == 18);
        let sound = vouched || identifiers.iter().any(|one| one.sound);
        if counterpart.category == Category::IndividualBusiness && !sound {
            return Err(
                if shape.get() == NameShape::Person || certificate && !shape.is_organisation() {
                    rules::NATURAL_PERSON
                } else {
                    rules::BUSINESS_WITHOUT_CODE
                },
            );
        }
        if counterpart.category == Category::IndividualBusiness && !self.takes_individuals {
            return Err(rules::BUSINESS_OUT_OF_SCOPE);
        }
        if sound {
            return Ok(());
        }
        match shape.get() {
            NameShape::Organisation if !certificate => Ok(()),
            NameShape::Organisation | NameShape::Person => Err(rules::NATURAL_PERSON),
            NameShape::Unclear if certificate => Err(rules::NATURAL_PERSON),
            // An act names its decision; whom it concerns follows from that.
            NameShape::Unclear
                if self.nature == Nature::Act && counterpart.claims.name.is_none() =>
            {
                Ok(())
            }
            // A ruined name whose row says that it is an organisation's is for a person to judge.
            NameShape::Unclear
                if counterpart.category == Category::Organisation
                    && counterpart
                        .claims
                        .name
                        .as_ref()
                        .is_some_and(|name| name.chars().count() > 4) =>
            {
                Ok(())
            }
            NameShape::Unclear => Err(rules::NO_ORGANISATION),
        }
    }

    /// True where the text of an adverse record names a person beside what was masked.
    pub(crate) fn names_person(&self, text: &str, representative: &str) -> bool {
        let named = representative.chars().count() >= 2 && text.contains(representative);
        named || self.names.speaks_of_person(text)
    }
}

/// The identifier that a code of a field is, if it is one at all.
fn identifier(field: &FieldPlan, read: &ReadCode) -> Option<Identifier> {
    const LONGEST: usize = 40;
    let is_none = read.facts.has(Fact::Placeholder) || read.facts.has(Fact::Empty);
    if is_none || read.code.is_empty() || read.code.len() > LONGEST {
        return None;
    }
    let register = matches!(read.kind, CodeKind::InstitutionNumber | CodeKind::AssociationNumber);
    let sound = if register { read.code.len() >= 6 } else { read.facts.is_sound() };
    Some(Identifier { kind: read.kind, code: read.code.clone(), sound, field: field.code.clone() })
}
