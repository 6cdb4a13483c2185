//! The classes that records arrive in, and their rows as hand-ins have them.

use gongxin_model::Day;
use gongxin_model::code::{OrganisationCode, Uscc};
use gongxin_pack::{Catalogue, Field, FieldType, Personal, Role, Rulebook, Scope};

use super::law::{Case, Penalty};

/// A class, who hands it in, and what its records may state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Class {
    pub(crate) catalogue: &'static str,
    pub(crate) source: &'static str,
    pub(crate) sector: &'static str,
    pub(crate) list: &'static str,
    pub(crate) grades: &'static [&'static str],
    pub(crate) states_end: bool,
    pub(crate) states_validity: bool,
    pub(crate) states_removal: bool,
}

const fn class(catalogue: &'static str, source: &'static str, sector: &'static str) -> Class {
    Class {
        catalogue,
        source,
        sector,
        list: "",
        grades: &[],
        states_end: false,
        states_validity: false,
        states_removal: false,
    }
}

const fn penalty(source: &'static str, sector: &'static str) -> Class {
    Class { states_end: true, ..class("penalty", source, sector) }
}

const fn listed(source: &'static str, sector: &'static str, list: &'static str) -> Class {
    Class {
        list,
        states_end: true,
        states_removal: true,
        ..class("serious-violation", source, sector)
    }
}

const fn lasting(catalogue: &'static str, removal: bool) -> Class {
    Class {
        states_validity: true,
        states_removal: removal,
        ..class(catalogue, "159900-market", "market")
    }
}

/// Every class that is no act and no registration.
pub(crate) const CLASSES: [Class; 25] = [
    penalty("159900-market", "market"),
    penalty("159900-environment", "environment"),
    penalty("159900-environment", "environment"),
    penalty("159900-safety", "safety"),
    penalty("159900-housing", "housing"),
    listed("159900-tax", "tax", "tax"),
    listed("159900-market", "market", "market"),
    listed("159900-human-resources", "human-resources", "wages"),
    listed("159900-safety", "safety", "safety"),
    Class { states_removal: true, ..class("abnormal-list", "159900-market", "market") },
    Class {
        states_end: true,
        states_removal: true,
        list: "judgment",
        ..class("judgment-defaulter", "159900-court", "court")
    },
    class("licence", "159900-environment", "environment"),
    lasting("honour", true),
    lasting("commitment", false),
    lasting("intellectual-property", true),
    Class {
        grades: &["A", "B", "M", "C", "D"],
        states_validity: true,
        ..class("tax-evaluation", "159900-tax", "tax")
    },
    Class {
        grades: &["advanced", "certified", "regular", "untrustworthy"],
        states_validity: true,
        ..class("customs-evaluation", "159900-credit", "credit")
    },
    class("environment-evaluation", "159900-environment", "environment"),
    class("construction-evaluation", "159900-housing", "housing"),
    class("fire-evaluation", "159900-credit", "credit"),
    class("evaluation-result", "159900-market", "market"),
    class("contract-performance", "159900-housing", "housing"),
    class("insurance-arrears", "159900-tax", "tax"),
    class("summary-penalty", "159900-market", "market"),
    class("coercive-measure", "159900-market", "market"),
];

/// An act on a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Repair,
    Revoke,
    Shield,
    Lift,
}

impl Act {
    pub(crate) fn catalogue(self) -> &'static str {
        match self {
            Self::Repair => "repair-result",
            Self::Revoke => "revocation",
            Self::Shield | Self::Lift => "shielding",
        }
    }

    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Repair | Self::Revoke => "159900-credit",
            Self::Shield | Self::Lift => "159900-court",
        }
    }

    fn outcome(self) -> &'static str {
        match self {
            Self::Repair => "准予修复",
            Self::Revoke => "撤销",
            Self::Shield => "屏蔽",
            Self::Lift => "解除屏蔽",
        }
    }

    /// The classes of which the simulation lets the act reach records.
    pub(crate) fn reaches(self, catalogue: &str) -> bool {
        let adverse = ["penalty", "serious-violation", "abnormal-list", "judgment-defaulter"];
        let revocable = ["penalty", "licence", "serious-violation", "judgment-defaulter"];
        match self {
            Self::Revoke => revocable.contains(&catalogue),
            _ => adverse.contains(&catalogue),
        }
    }
}

/// The name and the code of an organisation.
pub(crate) fn organisation(number: u32) -> (String, String) {
    let letter = ["云禾", "川岭", "松柏", "枫霞", "澜晨", "禾川"][number as usize % 6];
    let own = OrganisationCode::with_check(&format!("7{number:07}")).unwrap();
    let code = Uscc::with_check(&format!("91159901{own}")).unwrap();
    (format!("演练州{letter}商贸有限公司"), code.as_str().to_owned())
}

/// The authority of a class, as the rehearsal's sources name it.
pub(crate) fn authority<'a>(rulebook: &'a Rulebook, source: &str) -> &'a str {
    &rulebook.sources[source].name.zh
}

/// A registration.
pub(crate) fn registration(rulebook: &Rulebook, number: u32) -> String {
    let catalogue = &rulebook.catalogues["registration"];
    let day: Day = "2015-05-06".parse().unwrap();
    let row = Row {
        rulebook,
        catalogue,
        organisation: number,
        number: "",
        authority: "演练州市场监督管理局",
        day,
    };
    row.table(&[])
}

/// The row of a record as its last content has it.
pub(crate) fn record(
    rulebook: &Rulebook,
    class: Class,
    organisation: u32,
    number: &str,
    case: &Case,
) -> String {
    let content = case.contents.last().unwrap();
    let catalogue = &rulebook.catalogues[class.catalogue];
    let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let kinds = match content.penalty {
        Penalty::Fine => "罚款",
        Penalty::Revoked => "吊销许可证件",
        Penalty::Warning => "警告",
    };
    let version = format!("第{}版", case.contents.len());
    let is_summary = content.summary || class.catalogue == "summary-penalty";
    let procedure = if is_summary { "summary" } else { "general" };
    let mut words = vec![
        (Role::PenaltyKinds, kinds.to_owned()),
        (Role::Procedure, procedure.to_owned()),
        (Role::ListCode, class.list.to_owned()),
        (Role::StatedEnd, text(content.stated)),
        (Role::RemovedOn, text(content.removed)),
        (Role::Note, version),
    ];
    if class.states_validity {
        words.push((Role::ValidUntil, text(content.valid)));
    }
    if !content.grade.is_empty() {
        words.push((Role::Status, content.grade.to_owned()));
    }
    if class.catalogue == "judgment-defaulter" {
        words.push((Role::Conduct, content.conduct.to_owned()));
    }
    let authority = authority(rulebook, class.source);
    let row = Row { rulebook, catalogue, organisation, number, authority, day: case.decided };
    row.table(&words)
}

/// The row of an act on a record.
pub(crate) fn act(
    rulebook: &Rulebook,
    act: Act,
    (number, day): (&str, Day),
    (organisation, target, of): (u32, &str, &str),
) -> String {
    let catalogue = &rulebook.catalogues[act.catalogue()];
    let authority = authority(rulebook, act.source());
    let row = Row { rulebook, catalogue, organisation, number, authority, day };
    row.table(&[
        (Role::TargetDocumentNumber, target.to_owned()),
        (Role::TargetAuthority, of.to_owned()),
        (Role::Outcome, act.outcome().to_owned()),
    ])
}

/// A row in the making: what it must have, filled by what each field is.
struct Row<'a> {
    rulebook: &'a Rulebook,
    catalogue: &'a Catalogue,
    organisation: u32,
    number: &'a str,
    authority: &'a str,
    day: Day,
}

impl Row<'_> {
    /// A table with the one row, its headers the fields' codes.
    fn table(&self, words: &[(Role, String)]) -> String {
        let mut cells: Vec<(&Field, String)> = self
            .catalogue
            .fields
            .iter()
            .filter(|field| field.personal != Personal::Drop)
            .map(|field| {
                let given = words.iter().find(|(role, _)| field.role == Some(*role));
                (field, given.map_or_else(|| self.cell(field), |(_, text)| text.clone()))
            })
            .collect();
        for part in &self.catalogue.key {
            let of_part = |code: &str| part.split('|').any(|one| one == code);
            let is_filled =
                cells.iter().any(|(field, text)| of_part(&field.code) && !text.is_empty());
            let empty = cells.iter_mut().find(|(field, _)| of_part(&field.code));
            if let (false, Some((_, text))) = (is_filled, empty) {
                self.number.clone_into(text);
            }
        }
        let line = |cells: Vec<&str>| cells.join(",") + "\r\n";
        line(cells.iter().map(|(field, _)| field.code.as_str()).collect())
            + &line(cells.iter().map(|(_, text)| text.as_str()).collect())
    }

    fn cell(&self, field: &Field) -> String {
        let (name, code) = organisation(self.organisation);
        let own = match field.role {
            Some(Role::CounterpartName) => Some(name),
            Some(Role::CounterpartUscc) => Some(code),
            Some(Role::CounterpartCategory) => Some("法人及非法人组织".to_owned()),
            Some(Role::DecidedOn | Role::EstablishedOn) => Some(self.day.to_string()),
            Some(Role::DocumentNumber) => Some(self.number.to_owned()),
            Some(Role::AuthorityName) => Some(self.authority.to_owned()),
            Some(Role::RecordId) => Some(String::new()),
            _ => None,
        };
        own.unwrap_or_else(|| {
            if field.is_required(Scope::Organisation) {
                self.required(field)
            } else {
                String::new()
            }
        })
    }

    fn required(&self, field: &Field) -> String {
        match &field.kind {
            FieldType::Name => self.authority.to_owned(),
            FieldType::Day if field.role == Some(Role::ValidUntil) => "2099-12-31".to_owned(),
            FieldType::Day => self.day.to_string(),
            FieldType::DocumentNumber => self.number.to_owned(),
            FieldType::Uscc => {
                let own = OrganisationCode::with_check("70000009").unwrap();
                Uscc::with_check(&format!("11159900{own}")).unwrap().as_str().to_owned()
            }
            FieldType::Code(list) | FieldType::Codes(list) => {
                self.rulebook.codes[list].entries[0].zh.clone()
            }
            FieldType::Region => "159901".to_owned(),
            FieldType::Wan | FieldType::Yuan | FieldType::Integer => "1".to_owned(),
            _ => "材料齐全".to_owned(),
        }
    }
}
