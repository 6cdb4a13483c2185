//! What a row says about whose record it is, and what the store knows of those it may be.

use gongxin_model::code::CodeKind;
use gongxin_model::text::normalise_name;
use gongxin_model::{Day, PublicId, SubjectNo};
use gongxin_pack::NameShape;
use serde::{Deserialize, Serialize};

/// What a row says about whose record it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The name as written.
    pub name: Option<String>,
    /// The identifiers, as far as they are of the kind that their column says.
    pub identifiers: Vec<Identifier>,
    /// The shape of the name.
    #[serde(default)]
    pub shape: NameShape,
}

impl Claims {
    /// The first identifier of a kind that can serve as one.
    #[must_use]
    pub fn sound(&self, kind: CodeKind) -> Option<&str> {
        self.identifiers
            .iter()
            .find(|identifier| identifier.kind == kind && identifier.sound)
            .map(|identifier| identifier.code.as_str())
    }

    /// The unified code, a sound one first.
    #[must_use]
    pub fn unified_code(&self) -> Option<&str> {
        let first = || self.identifiers.iter().find(|one| one.kind == CodeKind::Uscc);
        self.sound(CodeKind::Uscc).or_else(|| first().map(|one| one.code.as_str()))
    }

    /// The name in the form for comparing; none where nothing is left of it.
    #[must_use]
    pub fn normal_name(&self) -> Option<String> {
        self.name.as_deref().map(normalise_name).filter(|name| !name.is_empty())
    }
}

/// One identifier of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// What it is, whatever column it stands in.
    pub kind: CodeKind,
    /// The code in normal form.
    pub code: String,
    /// True where length, alphabet and check character hold, as far as the kind has them.
    pub sound: bool,
}

/// A name of a subject, and when it bore it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedName {
    /// The name as registered.
    pub name: String,
    /// The first day it is known to be borne.
    pub from: Day,
    /// The first day it no longer was.
    pub until: Option<Day>,
}

impl DatedName {
    /// True where the subject bears it today.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.until.is_none()
    }
}

/// A subject that a row may be about, as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The subject inside the store.
    pub subject: SubjectNo,
    /// Its id outside.
    pub public_id: PublicId,
    /// Its present and former names.
    pub names: Vec<DatedName>,
    /// Its codes, with or without those that [`crate::index_codes`] adds.
    pub codes: Vec<(CodeKind, String)>,
    /// True where no registration has named it yet.
    pub provisional: bool,
    /// Its region, GB/T 2260; empty where unknown.
    pub region: String,
}

impl Candidate {
    /// The present name, else any.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.names
            .iter()
            .find(|name| name.is_current())
            .or_else(|| self.names.first())
            .map_or("", |name| name.name.as_str())
    }

    /// The code that it is shown under: the unified one, else the first.
    #[must_use]
    pub fn display_code(&self) -> &str {
        self.code(CodeKind::Uscc)
            .or_else(|| self.codes.first().map(|(_, code)| code.as_str()))
            .unwrap_or("")
    }

    /// The first code of a kind.
    #[must_use]
    pub fn code(&self, kind: CodeKind) -> Option<&str> {
        self.codes.iter().find(|(of, _)| *of == kind).map(|(_, code)| code.as_str())
    }

    /// The name of the subject that is the same as the normal form given.
    pub(crate) fn name_like(&self, normal: &str) -> Option<&DatedName> {
        let mut same = self.names.iter().filter(|name| normalise_name(&name.name) == normal);
        let first = same.next()?;
        if first.is_current() {
            Some(first)
        } else {
            Some(same.find(|name| name.is_current()).unwrap_or(first))
        }
    }

    /// True where the identifier is one of the subject's: itself, or as the organisation code in
    /// a unified code or tax number on either side.
    pub(crate) fn carries(&self, kind: CodeKind, code: &str) -> bool {
        let same = |of: CodeKind| self.codes.iter().any(|(own, text)| *own == of && text == code);
        if same(kind) {
            return true;
        }
        match kind {
            CodeKind::OrganisationCode => {
                self.codes.iter().any(|(own, text)| organisation_part(*own, text) == Some(code))
            }
            CodeKind::TaxNumber => {
                same(CodeKind::Uscc)
                    || organisation_part(kind, code)
                        .is_some_and(|part| self.carries(CodeKind::OrganisationCode, part))
            }
            _ => false,
        }
    }
}

/// The organisation code inside another code.
pub(crate) fn organisation_part(kind: CodeKind, code: &str) -> Option<&str> {
    match kind {
        CodeKind::Uscc if code.len() == 18 => code.get(8..17),
        CodeKind::TaxNumber if code.len() == 15 => code.get(6..15),
        CodeKind::OrganisationCode => Some(code),
        _ => None,
    }
}
