//! A subject's page and the list of its records.

use gongxin_model::{Day, PublicId};
use serde::{Deserialize, Serialize};

use super::{
    Coded, Page, Section, ShownCount, ShownFact, ShownFreshness, ShownOption, ShownSource, Total,
    Words,
};

/// One organisation, in the order of the official credit report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownSubject {
    /// The present code, which is also the address. A unified social credit code, or an older
    /// number where the subject has none.
    pub code: String,
    /// The present name.
    pub name: String,
    /// The registration state, where a registration was received.
    pub status: Option<Coded>,
    /// The division of registration (GB/T 2260), where it is known.
    pub region: Option<Coded>,
    /// The legal form, where the registration states it.
    pub legal_form: Option<Coded>,
    /// The day of establishment, where the registration states it.
    pub established_on: Option<Day>,
    /// True for an individual business whose name may be a person's: machines are told nothing of
    /// it.
    pub personal: bool,
    /// True where no registration was received yet; the name is as a source wrote it.
    pub provisional: bool,
    /// Former names, the latest first.
    pub former_names: Vec<ShownFormerName>,
    /// How many other subjects use or used the same name.
    pub namesakes: u64,
    /// The organisation this one is a branch of, where stated.
    pub head: Option<ShownLink>,
    /// Branches, at most the first twenty; their records are on their own pages.
    pub branches: Vec<ShownLink>,
    /// How many branches there are.
    pub branch_count: u64,
    /// All ten sections in the official order, empty ones too.
    pub sections: Vec<ShownSection>,
    /// What changed, the latest first. Only days of which something is still shown.
    pub timeline: Vec<ShownEvent>,
    /// The sources of what is shown, with their last hand-in.
    pub sources: Vec<ShownSource>,
    /// When the shown was last received and checked.
    pub freshness: ShownFreshness,
}

/// A name and the address it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownLink {
    /// The present code, which is also the address.
    pub code: String,
    /// The present name.
    pub name: String,
}

/// A name used earlier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownFormerName {
    /// The former name.
    pub name: String,
    /// The first day it was used, where known.
    pub from: Option<Day>,
    /// The last day it was used, where known.
    pub until: Option<Day>,
}

/// One section: its facts (basic information only), its latest rows, its total.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownSection {
    /// Which section it is.
    pub section: Section,
    /// Facts of the registration; empty in every other section.
    pub facts: Vec<ShownFact>,
    /// The latest rows, at most ten.
    pub rows: Vec<ShownRow>,
    /// How many rows the section shows.
    pub total: Total,
    /// True while the section is too far behind; it then shows nothing.
    pub behind: bool,
}

/// One record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownRow {
    /// The record's public id, which is also its address.
    pub id: PublicId,
    /// The catalogue.
    pub catalogue: Coded,
    /// The document's number as written, where the catalogue has one.
    pub document_number: Option<String>,
    /// What the record is called, where its class says by what, or it has no number.
    pub title: Option<String>,
    /// The deciding authority.
    pub authority: Option<String>,
    /// The label of the authority, for example 处罚机关.
    pub authority_label: Words,
    /// The day of the decision.
    pub decided_on: Option<Day>,
    /// The last day the record is shown; absent where it has no end.
    pub published_until: Option<Day>,
    /// True while an objection against it is being checked.
    pub disputed: bool,
}

/// Something that happened to a subject or was decided about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownEvent {
    /// The day.
    pub on: Day,
    /// What happened.
    pub event: SubjectEvent,
}

/// What happened to a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum SubjectEvent {
    /// It was established.
    Established,
    /// It took its name of today or of later.
    Renamed {
        /// The new name.
        name: String,
    },
    /// Its registration took another state.
    Status {
        /// The state.
        status: Coded,
    },
    /// Something was decided that is still shown.
    Decided {
        /// The record.
        record: PublicId,
        /// Its catalogue.
        catalogue: Coded,
        /// Its document's number, where it has one.
        document_number: Option<String>,
    },
}

/// A page of one subject's records, and what narrows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownRecords {
    /// The subject.
    pub subject: ShownLink,
    /// The records, latest decision first.
    pub page: Page<ShownRow>,
    /// The sections that show records, with their counts.
    pub sections: Vec<(Section, u64)>,
    /// The catalogues that show records, within the section asked for.
    pub catalogues: Vec<ShownCount>,
    /// The years that show records, within section and catalogue; the latest first.
    pub years: Vec<ShownOption>,
    /// True where the subject's name is masked: its records go out in no file.
    pub masked: bool,
    /// When the shown was last received and checked.
    pub freshness: ShownFreshness,
}
