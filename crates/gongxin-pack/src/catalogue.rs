//! One record class, and what a record of it may do.

use std::collections::BTreeMap;

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::{Check, Field, FieldType, Role};
use crate::ground::{Ground, Text};
use crate::publication::{Adverse, Former, Publication};

/// The sections of the official credit report, in its order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// 一 基础信息.
    Basic,
    /// 二 行政管理.
    Administrative,
    /// 三 诚实守信.
    Honour,
    /// 四 严重失信主体名单.
    Serious,
    /// 五 经营异常.
    Abnormal,
    /// 六 信用承诺.
    Commitment,
    /// 七 信用评价.
    Evaluation,
    /// 八 司法判决.
    Judgment,
    /// 九 其他信息.
    Other,
    /// 公共信用信息地方补充内容.
    Local,
}

impl Section {
    /// All sections, in the official order.
    pub const ALL: [Self; 10] = [
        Self::Basic,
        Self::Administrative,
        Self::Honour,
        Self::Serious,
        Self::Abnormal,
        Self::Commitment,
        Self::Evaluation,
        Self::Judgment,
        Self::Other,
        Self::Local,
    ];

    /// The word in the store, in addresses and in locale keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Administrative => "administrative",
            Self::Honour => "honour",
            Self::Serious => "serious",
            Self::Abnormal => "abnormal",
            Self::Commitment => "commitment",
            Self::Evaluation => "evaluation",
            Self::Judgment => "judgment",
            Self::Other => "other",
            Self::Local => "local",
        }
    }

    /// The section of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.word() == word)
    }
}

/// What a record of the class is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// It makes and renames subjects.
    Registration,
    /// An authority decided something about a subject.
    Decision,
    /// A subject stands on a list.
    ListEntry,
    /// It acts on other records and is never shown itself.
    Act,
}

/// To whom something may be shown. Ordered from widest to narrowest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// 社会公开.
    Public,
    /// 政务共享.
    Shared,
    /// 授权查询.
    Authorised,
    /// 内部.
    Internal,
}

/// Whom a record may be about. Natural persons are not among them, by design.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// 法人及非法人组织.
    Organisation,
    /// 个体工商户.
    IndividualBusiness,
}

/// How long the archive keeps the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Years after publication ended, or after the decision where nothing was published. Absent:
    /// kept for good.
    #[serde(default)]
    pub years: Option<u16>,
    /// What it stands on.
    pub ground: Ground,
}

/// What an act does to the records it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Publication, sharing and use end: repair.
    EndPublication,
    /// The decision fell: quashed, revoked, changed or found unlawful.
    Quash,
    /// Publication rests.
    Shield,
    /// The shield is lifted.
    Unshield,
    /// The decision's force is stayed.
    Stay,
    /// It is recorded and changes nothing.
    None,
}

/// One case of an act: the effect it has for some of its outcomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActCase {
    /// Canonical values of the field with role `outcome`. Empty: every row.
    #[serde(default)]
    pub outcome: Vec<String>,
    /// What happens.
    pub effect: Effect,
}

/// Which records an act over a whole subject reaches, by the day of their decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decided {
    /// Those decided on the day of the act or before, and those without a day.
    UntilAct,
    /// All, whenever they were decided.
    AnyDay,
}

impl Decided {
    /// True if a decision of the one day is reached by an act of the other. What has no day is:
    /// in doubt less is shown.
    #[must_use]
    pub fn reaches(self, decided_on: Option<Day>, act: Option<Day>) -> bool {
        match (self, decided_on, act) {
            (Self::UntilAct, Some(decided_on), Some(act)) => decided_on <= act,
            _ => true,
        }
    }
}

/// What a row of an act reaches that names no decision: everything of its subject in the targets,
/// what is here already and what is handed in while it holds. Only shields and their lifting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WholeSubject {
    /// Which of the subject's records.
    pub decided: Decided,
    /// What it stands on.
    pub ground: Ground,
}

/// How an act finds its records and what it does to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActRule {
    /// The catalogues it may act on.
    pub targets: Vec<String>,
    /// The roles by which a row names its target, besides the counterpart: document number,
    /// authority. All that are filled must agree.
    pub by: Vec<Role>,
    /// The cases; the first that fits counts. No case fits: the row is held.
    pub cases: Vec<ActCase>,
    /// What a row reaches that names no decision. Absent: such a row is held.
    #[serde(default)]
    pub whole_subject: Option<WholeSubject>,
}

impl ActRule {
    /// The effect of an outcome, given in its canonical value.
    #[must_use]
    pub fn effect(&self, outcome: Option<&str>) -> Option<Effect> {
        self.cases
            .iter()
            .find(|case| {
                case.outcome.is_empty()
                    || outcome.is_some_and(|outcome| case.outcome.iter().any(|one| one == outcome))
            })
            .map(|case| case.effect)
    }
}

/// A generation or local form of the table that may be handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Its id inside the catalogue.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Headers that mark it: all of them present.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Header as written in it → field code of the catalogue, where the catalogue's own spellings
    /// do not say it.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Field code → code list that its values are written in, where it is another one. The list's
    /// entries name the present code in `extra.present`.
    #[serde(default)]
    pub code_lists: BTreeMap<String, String>,
    /// True if every row of such a table is about a natural person: recognised, refused whole.
    #[serde(default)]
    pub refuses_persons: bool,
    /// What it stands on.
    pub ground: Ground,
}

/// One record class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Its id, for example `penalty`.
    pub id: String,
    /// Ids that it, or a part of it, had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<Former>,
    /// Its name.
    pub name: Text,
    /// The section of the official report.
    pub section: Section,
    /// What a record is.
    pub nature: Nature,
    /// Whether a record bears negatively on its subject: all, none, or by the value of a field.
    pub adverse: Adverse,
    /// The widest audience of a record.
    pub visibility: Visibility,
    /// Whom it may be about.
    pub scope: Vec<Scope>,
    /// The sectors that may supply it; `*` is every sector.
    pub suppliers: Vec<String>,
    /// Working days from the decision within which it is handed in.
    #[serde(default)]
    pub deadline_working_days: Option<u16>,
    /// How long it is shown.
    pub publication: Publication,
    /// How long it is kept.
    pub retention: Retention,
    /// Catalogues whose records of the same decision end with it.
    #[serde(default)]
    pub ends: Vec<String>,
    /// What it does to other records.
    #[serde(default)]
    pub act: Option<ActRule>,
    /// Field codes whose values identify a record. An empty value holds the row. A part may name
    /// alternatives, the first that is filled counts: `CF_XDR_SHXYM|CF_XDR_ZZJG`.
    pub key: Vec<String>,
    /// Field codes whose values identify the decision that several records share.
    #[serde(default)]
    pub decision: Vec<String>,
    /// Field codes that a line of a list shows, in order.
    #[serde(default)]
    pub summary: Vec<String>,
    /// The code of the field that a record is called by, where that is not its document number:
    /// an honour is known by its name. Where the field is empty the number counts.
    #[serde(default)]
    pub title: Option<String>,
    /// What the class stands on.
    pub ground: Ground,
    /// Its fields, in the order of the official form.
    pub fields: Vec<Field>,
    /// Rules across fields.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Forms that may be handed in.
    #[serde(default)]
    pub editions: Vec<Edition>,
}

impl Catalogue {
    /// The field of a code, in any case.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code.eq_ignore_ascii_case(code))
    }

    /// The first field with a role.
    #[must_use]
    pub fn with_role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }

    /// All fields with a role.
    pub fn all_with_role(&self, role: Role) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.role == Some(role))
    }

    /// The code of the first field with a role.
    #[must_use]
    pub fn code_of(&self, role: Role) -> Option<&str> {
        self.with_role(role).map(|field| field.code.as_str())
    }

    /// The field of the document number, where its value is one in the form for comparing.
    #[must_use]
    pub fn document_number(&self) -> Option<&Field> {
        let field = self.with_role(Role::DocumentNumber);
        field.filter(|field| field.kind == FieldType::DocumentNumber)
    }

    /// True where whatever has a document number has it in its key.
    #[must_use]
    pub fn is_keyed_by_number(&self) -> bool {
        self.document_number().is_some_and(|field| self.begins_a_part(&self.key, field))
    }

    /// True where one of the parts is the field wherever that is filled.
    pub(crate) fn begins_a_part(&self, parts: &[String], field: &Field) -> bool {
        let first = |part: &String| part.split('|').next().and_then(|code| self.field(code));
        parts.iter().any(|part| first(part).is_some_and(|one| one.code == field.code))
    }

    /// True if a body of the sector may supply it.
    #[must_use]
    pub fn may_be_supplied_by(&self, sector: &str) -> bool {
        self.suppliers.iter().any(|supplier| supplier == "*" || supplier == sector)
    }
}
