//! The rows of records and acts as hand-ins have them.

use gongxin_model::Day;
use gongxin_model::code::{OrganisationCode, Uscc};
use gongxin_pack::{Catalogue, Field, FieldType, Personal, Role, Rulebook, Scope};

use super::law::{Content, Penalty};
use super::plan::{Act, Done, Life};

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
}

/// The name and the code of an organisation.
pub(crate) fn organisation(number: u32) -> (String, String) {
    let letters = ["云禾", "川岭", "松柏", "枫霞", "澜晨", "禾川", "岭松", "柏枫"];
    let letter = letters[number as usize % letters.len()];
    let own = OrganisationCode::with_check(&format!("7{number:07}")).unwrap();
    let code = Uscc::with_check(&format!("91159901{own}")).unwrap();
    (format!("演练州{letter}商贸有限公司"), code.as_str().to_owned())
}

/// A registration.
pub(crate) fn registration(rulebook: &Rulebook, number: u32) -> String {
    let row = Row {
        rulebook,
        catalogue: &rulebook.catalogues["registration"],
        organisation: number,
        number: "",
        authority: "演练州市场监督管理局",
        day: "2015-05-06".parse().unwrap(),
    };
    row.table(&[])
}

/// The row of a record with one of its contents, which are counted from 0.
pub(crate) fn record(rulebook: &Rulebook, life: &Life, version: usize) -> String {
    let (class, content) = (life.class, &life.contents[version]);
    let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut words = vec![
        (Role::PenaltyKinds, kinds(content).to_owned()),
        (Role::Procedure, if content.summary { "summary" } else { "general" }.to_owned()),
        (Role::StatedClass, content.class.to_owned()),
        (Role::ListCode, class.list.to_owned()),
        (Role::StatedEnd, text(content.stated)),
        (Role::RemovedOn, text(content.removed)),
        (Role::Note, format!("第{}版", version + 1)),
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
    let row = Row {
        rulebook,
        catalogue: &rulebook.catalogues[class.catalogue],
        organisation: life.organisation,
        number: &life.number,
        authority: authority(rulebook, class.source),
        day: content.decided,
    };
    row.table(&words)
}

fn kinds(content: &Content) -> &'static str {
    match content.penalty {
        Penalty::Fine => "罚款",
        Penalty::Revoked => "吊销许可证件",
        Penalty::Warning => "警告",
    }
}

/// The row of an act on a record.
pub(crate) fn act(rulebook: &Rulebook, life: &Life, done: &Done) -> String {
    let row = Row {
        rulebook,
        catalogue: &rulebook.catalogues[done.act.catalogue()],
        organisation: life.organisation,
        number: &done.number,
        authority: authority(rulebook, done.act.source()),
        day: done.on,
    };
    row.table(&[
        (Role::TargetDocumentNumber, life.number.clone()),
        (Role::TargetAuthority, authority(rulebook, life.class.source).to_owned()),
        (Role::Outcome, done.act.outcome().to_owned()),
    ])
}

/// An authority as the rehearsal's sources name it.
fn authority<'a>(rulebook: &'a Rulebook, source: &str) -> &'a str {
    &rulebook.sources[source].name.zh
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
        let fields = self.catalogue.fields.iter();
        let mut cells: Vec<(&Field, String)> = fields
            .filter(|field| field.personal != Personal::Drop)
            .map(|field| {
                let given = words.iter().find(|(role, _)| field.role == Some(*role));
                (field, given.map_or_else(|| self.cell(field), |(_, text)| text.clone()))
            })
            .collect();
        // Each record has a number of its own wherever its class tells records apart by one.
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
        own.unwrap_or_else(|| match field.is_required(Scope::Organisation) {
            true => self.required(field),
            false => String::new(),
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
            // What tells records apart is each record's own.
            _ if self.catalogue.key.iter().any(|part| part.contains(&field.code)) => {
                self.number.to_owned()
            }
            _ => "材料齐全".to_owned(),
        }
    }
}
