//! What a registration makes of its subject.

use gongxin_model::Day;
use gongxin_model::code::{CodeKind, Uscc};
use gongxin_model::text::normalise_name;
use gongxin_pack::NameShape;
use serde::{Deserialize, Serialize};

use crate::DatedName;

/// What a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// A legal person or other organisation.
    Organisation,
    /// 个体工商户.
    IndividualBusiness,
}

impl SubjectKind {
    /// The stable name, as kept in a store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::IndividualBusiness => "individual-business",
        }
    }
}

/// What a registration record says, taken from its fields by their roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistrationFacts<'a> {
    /// `counterpart-name`.
    pub name: &'a str,
    /// The shape of the name.
    pub shape: NameShape,
    /// Its codes: kind and text.
    pub codes: &'a [(CodeKind, String)],
    /// `legal-form`, as registered.
    pub legal_form: Option<&'a str>,
    /// True where the category or the pack's list says that the form is an individual business.
    pub is_individual: bool,
    /// `former-name`.
    pub former_name: Option<&'a str>,
    /// `head-code`: the code of the organisation whose branch it is.
    pub head_code: Option<&'a str>,
    /// The day from which the registration says so: of change, else of establishment, else of receipt.
    pub on: Option<Day>,
}

/// What the office does with the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationEffect {
    /// What the subject is.
    pub kind: SubjectKind,
    /// The legal form; empty where the registration does not state it.
    pub legal_form: String,
    /// The name it bears from now on, where it is not the present one.
    pub new_name: Option<DatedName>,
    /// Former names that the registration states and nobody knew.
    pub former_names: Vec<DatedName>,
    /// The code of its head, in normal form.
    pub head_code: Option<String>,
    /// True for an individual business whose name is a person's: shown masked and never indexed.
    pub mask_name: bool,
}

/// Decides what a registration makes of its subject, given the names known so far.
#[must_use]
pub fn registration_effect(
    facts: &RegistrationFacts<'_>,
    known: &[DatedName],
) -> RegistrationEffect {
    let is_individual = facts.is_individual
        || facts.codes.iter().any(|(kind, code)| {
            *kind == CodeKind::Uscc
                && Uscc::read(code).code.is_some_and(|code| code.is_individual_business())
        });
    let normal = normalise_name(facts.name);
    let is_present = known.iter().any(|name| name.current && normalise_name(&name.name) == normal);
    let new_name = (!is_present && !normal.is_empty()).then(|| DatedName {
        name: facts.name.trim().to_owned(),
        current: true,
        from: facts.on,
    });
    let former_names = facts
        .former_name
        .into_iter()
        .flat_map(|names| names.split(['、', '；', ';', ',', '，']))
        .map(str::trim)
        .filter(|name| {
            let normal_former = normalise_name(name);
            !normal_former.is_empty()
                && normal_former != normal
                && !known.iter().any(|one| normalise_name(&one.name) == normal_former)
        })
        .map(|name| DatedName { name: name.to_owned(), current: false, from: None })
        .collect();
    RegistrationEffect {
        kind: if is_individual {
            SubjectKind::IndividualBusiness
        } else {
            SubjectKind::Organisation
        },
        legal_form: facts.legal_form.unwrap_or_default().trim().to_owned(),
        new_name,
        former_names,
        head_code: head_code(facts),
        mask_name: is_individual && facts.shape != NameShape::Organisation,
    }
}

/// The head's code, unless it is the subject's own.
fn head_code(facts: &RegistrationFacts<'_>) -> Option<String> {
    let code = gongxin_model::code::normalise_code(facts.head_code?);
    let is_own = facts.codes.iter().any(|(_, own)| *own == code);
    (!code.is_empty() && !is_own).then_some(code)
}
