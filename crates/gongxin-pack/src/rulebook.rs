//! The rulebook: packs read, checked and taken together. Values only; no value is bare.

use std::collections::BTreeMap;

use gongxin_model::{Day, Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;

/// Everything the adopted packs say.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    /// The packs, in the order they were given.
    pub packs: Vec<PackHead>,
    /// Record classes by id.
    pub catalogues: BTreeMap<String, Catalogue>,
    /// Code lists by id.
    pub code_lists: BTreeMap<String, CodeList>,
    /// Term tables by id.
    pub terms: BTreeMap<String, TermTable>,
    /// Lists of seriously untrustworthy organisations by code.
    pub lists: BTreeMap<String, ListRule>,
    /// Supplying bodies by code.
    pub sources: BTreeMap<String, SourceDeclaration>,
    /// Sectors of authority by id.
    pub sectors: BTreeMap<String, Sector>,
    /// What makes a name an organisation's, or a person's.
    pub name_shapes: NameShapes,
    /// The working days.
    pub calendar: Calendar,
    /// Cases that the packs state about themselves.
    pub cases: Vec<Case>,
    /// Invented regions: present only where a rehearsal pack is among the packs.
    pub rehearsal: bool,
}

/// Words in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// How sure we are that the basis says what the pack says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Not read in a source: without effect until a steward accepts it.
    #[default]
    Unverified,
    /// Partly read in a source: without effect until a steward accepts it.
    Partly,
    /// Read in a source that is named.
    Verified,
}

/// The clause behind a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The law, regulation or standard, with its number.
    pub title: String,
    /// The article or section; empty where the whole is meant.
    #[serde(default)]
    pub clause: String,
    /// From when the clause is in force.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub from: Option<Day>,
    /// From when it no longer is.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub until: Option<Day>,
}

/// The head of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackHead {
    /// `national`, `regions/150000`, `rehearsal`, …
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its edition.
    pub version: String,
    /// The region it is for (GB/T 2260), where it is for one.
    #[serde(default)]
    pub region: Option<String>,
    /// True for an invented region: a store that adopts it is marked for ever.
    #[serde(default)]
    pub rehearsal: bool,
}

/// A section of the official credit report, in its order (`standards.md` 8.1).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// 一 基础信息
    Basic,
    /// 二 行政管理
    Administrative,
    /// 三 诚实守信
    Honour,
    /// 四 严重失信主体名单
    Serious,
    /// 五 经营异常
    Abnormal,
    /// 六 信用承诺
    Commitment,
    /// 七 信用评价
    Evaluation,
    /// 八 司法判决
    Judgment,
    /// 九 其他信息
    Other,
    /// 公共信用信息地方补充内容
    Local,
}

impl Section {
    /// All sections in the official order.
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

    /// The word in packs, addresses and the store.
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
}

/// What kind of thing a record of the catalogue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// Makes and renames subjects.
    Registration,
    /// A decision or fact about a subject.
    Decision,
    /// An entry of a list under the list's own rule.
    ListEntry,
    /// Ends, shields or quashes other records.
    Act,
}

/// Who may see something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// 社会公开
    Public,
    /// 政务共享
    Shared,
    /// 授权查询
    Authorised,
    /// The supplier and the platform's stewards.
    Internal,
}

/// One record class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The id on the command line and in addresses.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Where it stands in the report.
    pub section: Section,
    /// What kind of thing it is.
    pub nature: Nature,
    /// It bears negatively on its subject: stricter linking, terms, no indexing.
    pub adverse: bool,
    /// Who may see a record of it.
    pub visibility: Visibility,
    /// The clauses that let it be collected and shown.
    pub basis: Vec<Basis>,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where we read it.
    #[serde(default)]
    pub source: String,
    /// The first day it may be collected for.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub valid_from: Option<Day>,
    /// The first day it may no longer.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub valid_until: Option<Day>,
    /// Sectors whose bodies may supply it; empty: every registered body that declares it.
    #[serde(default)]
    pub suppliers: Vec<String>,
    /// Working days from the decision to the hand-in.
    #[serde(default)]
    pub deadline_working_days: Option<u32>,
    /// The term table of its publication; none: as long as the record stands.
    #[serde(default)]
    pub term: Option<String>,
    /// Years that the archive keeps its content after publication ended.
    #[serde(default)]
    pub retention_years: Option<u32>,
    /// The fields, by their codes, whose values make the record's key.
    pub key: Vec<String>,
    /// The fields whose values make its decision; empty: each record is its own.
    #[serde(default)]
    pub decision: Vec<String>,
    /// For an act: what it does to which records.
    #[serde(default)]
    pub act: Option<ActRule>,
    /// The fields, in the order they are shown.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// Checks across fields.
    #[serde(default, rename = "check")]
    pub checks: Vec<Check>,
    /// Editions of the file layout, beside the spellings of the fields.
    #[serde(default, rename = "edition")]
    pub editions: Vec<Edition>,
}

impl Catalogue {
    /// The field of a code.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }

    /// The first field with a role.
    #[must_use]
    pub fn by_role(&self, role: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.role.as_deref() == Some(role))
    }

    /// The days it may be collected for.
    #[must_use]
    pub fn period(&self) -> Period {
        Period { from: self.valid_from, until: self.valid_until }
    }
}

/// One field of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The code as on the wire.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The code list of `code` and `codes`.
    #[serde(default)]
    pub list: Option<String>,
    /// At most so many characters; more is a finding, and kept.
    #[serde(default)]
    pub max_length: Option<u32>,
    /// Whether a row of an organisation must have it.
    #[serde(default)]
    pub required: Required,
    /// Whether a row of an individual business must have it, where that differs.
    #[serde(default)]
    pub required_of_individual_business: Option<Required>,
    /// Who may see it; there is no default.
    pub visibility: Visibility,
    /// What is done about personal data in it.
    pub personal: Personal,
    /// What it means to generic readers.
    #[serde(default)]
    pub role: Option<String>,
    /// Headers under which it is found, as written in files; compared without blanks and case.
    #[serde(default)]
    pub spellings: Vec<String>,
    /// Values that mean "no expiry" in a day field.
    #[serde(default)]
    pub endless: Vec<String>,
    /// Values that mean "nothing here", for example a placeholder code.
    #[serde(default)]
    pub placeholders: Vec<String>,
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text of any kind.
    Text,
    /// A day.
    Day,
    /// An amount in units of 10,000 yuan (万元), decimal text.
    Wan,
    /// An amount in yuan, decimal text.
    Yuan,
    /// A whole number.
    Integer,
    /// An organisation's name.
    Name,
    /// A person's name.
    PersonName,
    /// A document number; compared normalised.
    DocumentNumber,
    /// A unified social credit code.
    Uscc,
    /// An organisation code.
    OrganisationCode,
    /// A business registration number.
    RegistrationNumber,
    /// A tax registration number.
    TaxNumber,
    /// Another number of a register.
    RegisterNumber,
    /// A code of a list.
    Code,
    /// Several codes of a list.
    Codes,
    /// A region (GB/T 2260), by code or name.
    Region,
    /// A number of a person's certificate: known only to be refused or dropped.
    PersonNumber,
}

/// Whether a field must be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Required {
    /// May be empty.
    #[default]
    Optional,
    /// Should be filled: empty is a note.
    Expected,
    /// Must be filled: empty holds or refuses the row, as the check says; held by default.
    Required,
}

/// What is done about personal data in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Personal {
    /// Holds none.
    Keep,
    /// May hold some: scanned and masked.
    Mask,
    /// Is personal data: never stored.
    Drop,
}

/// A check across fields. Days may name `today`, the day of the hand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The rule's id.
    pub id: String,
    /// What must hold.
    pub must: Condition,
    /// What a failure does to the row: `note`, `doubt` or `error`.
    pub severity: CheckSeverity,
    /// What is wrong.
    pub what: Text,
    /// What to do.
    pub todo: Text,
    /// The clause or standard behind it.
    #[serde(default)]
    pub basis: String,
}

/// What a failed check does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckSeverity {
    /// Accepted with a note.
    Note,
    /// Held.
    Doubt,
    /// Refused.
    Error,
}

/// What must hold across fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Condition {
    /// `field` must be filled when `when` holds one of `contains`.
    FilledWhen {
        /// The field.
        field: String,
        /// The field that decides.
        when: String,
        /// Parts, one of which it holds.
        contains: Vec<String>,
    },
    /// The day of `field` must not lie before the day of `than` (a field or `today`).
    NotBefore {
        /// The field.
        field: String,
        /// The other.
        than: String,
    },
    /// The day of `field` must not lie after the day of `than` (a field or `today`).
    NotAfter {
        /// The field.
        field: String,
        /// The other.
        than: String,
    },
    /// At least one of the fields must be filled.
    AnyFilled {
        /// The fields.
        fields: Vec<String>,
    },
}

/// An edition of a file layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Its id: `B`, `A`, `2015`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Headers of this edition only: field code → spellings.
    #[serde(default)]
    pub spellings: BTreeMap<String, Vec<String>>,
    /// Headers that mark a table about persons: a file with one of them is refused row by row.
    #[serde(default)]
    pub person_headers: Vec<String>,
}

/// What an act does, to which records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActRule {
    /// What it does.
    pub effect: ActEffect,
    /// Catalogues whose records it may reach.
    pub catalogues: Vec<String>,
    /// A code field whose value chooses the effect, where one layout serves several.
    #[serde(default)]
    pub effect_field: Option<String>,
    /// Value of `effect_field` → effect.
    #[serde(default)]
    pub effects: BTreeMap<String, ActEffect>,
}

/// What an act does to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActEffect {
    /// Ends publication and sharing: repair.
    EndPublication,
    /// The decision fell: it never was to be shown.
    Quash,
    /// Publication rests.
    Shield,
    /// The rest is over.
    Unshield,
    /// The decision's force is stayed.
    Stay,
}

/// A list of codes with their words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CodeList {
    /// Its id.
    pub id: String,
    /// The clause or standard.
    pub basis: String,
    /// The codes in the list's order.
    pub codes: Vec<Code>,
}

impl CodeList {
    /// The first entry with the code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|entry| entry.code == code)
    }

    /// The entry that a file means: by code, word or spelling.
    #[must_use]
    pub fn find(&self, written: &str) -> Option<&Code> {
        self.get(written).or_else(|| {
            self.codes.iter().find(|entry| {
                entry.zh == written
                    || entry.en.eq_ignore_ascii_case(written)
                    || entry.spellings.iter().any(|spelling| spelling == written)
            })
        })
    }
}

/// One code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Code {
    /// The code, in canonical form: what a record keeps.
    pub code: String,
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
    /// Other ways files write it.
    pub spellings: Vec<String>,
    /// The code above it.
    pub parent: Option<String>,
    /// First year in force.
    pub from_year: Option<i16>,
    /// Last year in force.
    pub until_year: Option<i16>,
    /// What the list says of it beyond words: column → value.
    pub extra: BTreeMap<String, String>,
}

/// The classes of conduct of Order 36.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ConductClass {
    /// 轻微
    Minor,
    /// 一般
    Ordinary,
    /// 严重
    Serious,
}

/// The generations of rules for one kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermTable {
    /// Its id.
    pub id: String,
    /// Where two generations give different ends.
    pub transition: Transition,
    /// The generations.
    #[serde(rename = "generation")]
    pub generations: Vec<Generation>,
}

/// The choice where more than one generation may apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transition {
    /// Whichever ends earlier.
    EarlierEnd,
}

/// One generation of term rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Generation {
    /// Its id, for example `order-36`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// The sectors it is for; empty: all that have no generation of their own on the day.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// Decisions from this day on.
    #[schemars(with = "String")]
    pub decided_from: Day,
    /// Decisions before this day.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub decided_until: Option<Day>,
    /// From this day on it also applies to older decisions still public, if any.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub reaches_older_from: Option<Day>,
    /// The classes, the gravest first; the first that fits is taken.
    #[serde(rename = "class")]
    pub classes: Vec<ClassRule>,
    /// The clauses.
    pub basis: Vec<Basis>,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where we read it.
    #[serde(default)]
    pub source: String,
}

/// What makes a class, and its term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// The class.
    pub class: ConductClass,
    /// Any of these penalty kinds puts it here.
    #[serde(default)]
    pub any_kind: Vec<String>,
    /// It is here when every penalty kind is one of these, and there is at least one.
    #[serde(default)]
    pub only_kinds: Vec<String>,
    /// A fine, in yuan, of at least this puts it here.
    #[serde(default)]
    pub fine_at_least_yuan: Option<u64>,
    /// Sectors in which every decision falls here.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// Takes whatever no other class took.
    #[serde(default)]
    pub otherwise: bool,
    /// False: not shown to the public.
    #[serde(default = "yes")]
    pub public: bool,
    /// Months until the subject may apply for repair.
    #[serde(default)]
    pub min_months: u32,
    /// Months until publication stops by itself.
    #[serde(default)]
    pub max_months: u32,
}

fn yes() -> bool {
    true
}

/// The rule of a list of seriously untrustworthy organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRule {
    /// Its code in files.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Other ways files write it.
    #[serde(default)]
    pub spellings: Vec<String>,
    /// The sector that decides.
    pub sector: String,
    /// Months until early exit is possible.
    #[serde(default)]
    pub min_months: u32,
    /// Months until it ends by itself; none: until the authority removes it.
    #[serde(default)]
    pub max_months: Option<u32>,
    /// The rule names individual businesses too.
    #[serde(default)]
    pub individual_businesses: bool,
    /// Entries from this day on.
    #[schemars(with = "String")]
    pub valid_from: Day,
    /// Entries before this day.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub valid_until: Option<Day>,
    /// The clauses.
    pub basis: Vec<Basis>,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where we read it.
    #[serde(default)]
    pub source: String,
}

/// A sector of authority: whose rules a decision follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    /// Its id: `market`, `environment`, …
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Words in an authority's name that put it here; the longest match wins.
    #[serde(default)]
    pub words: Vec<String>,
}

/// A supplying body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceDeclaration {
    /// Its code on the command line.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    #[serde(default)]
    pub uscc: Option<String>,
    /// Its region (GB/T 2260).
    pub region: String,
    /// Its sector.
    pub sector: String,
    /// Catalogues it may supply.
    pub supplies: Vec<String>,
    /// Working days from decision to hand-in, where the catalogue does not say.
    #[serde(default)]
    pub deadline_working_days: Option<u32>,
    /// Since when.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub valid_from: Option<Day>,
    /// From when on no longer.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub valid_until: Option<Day>,
    /// The body that followed it, which may correct what it handed in.
    #[serde(default)]
    pub successor: Option<String>,
    /// The basis of the declaration.
    #[serde(default)]
    pub basis: String,
}

/// What makes a name an organisation's or a person's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameShapes {
    /// Endings of organisations' names, longest first where it matters: 有限公司, 合作社, 局 …
    pub organisation_endings: Vec<String>,
    /// Words that mark an organisation anywhere in a name.
    pub organisation_words: Vec<String>,
    /// Legal forms to leave out when names are compared by their core.
    pub legal_forms: Vec<String>,
    /// Family names, of one and of two characters.
    pub surnames: Vec<String>,
    /// Marks of a masked or Mongolian person's name: ·, *, 某 …
    pub person_marks: Vec<String>,
}

/// A case that a pack states about itself: values, a day, what must come out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a lawyer would say it.
    pub name: String,
    /// The catalogue.
    pub catalogue: String,
    /// The sector of the authority.
    #[serde(default)]
    pub sector: String,
    /// Field code → value.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub values: BTreeMap<String, gongxin_model::Value>,
    /// The day asked for.
    #[schemars(with = "String")]
    pub on: Day,
    /// What must come out.
    pub expect: Expectation,
    /// The file it stands in.
    #[serde(default)]
    pub file: String,
}

/// What a case expects; what is left out is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// `published`, `unpublished`, `ended`.
    #[serde(default)]
    pub standing: Option<String>,
    /// The reason's word.
    #[serde(default)]
    pub reason: Option<String>,
    /// The class.
    #[serde(default)]
    pub class: Option<ConductClass>,
    /// The generation's id.
    #[serde(default)]
    pub generation: Option<String>,
    /// The last day it is shown.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub last_day: Option<Day>,
    /// The first day the subject may apply for repair.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub repairable_from: Option<Day>,
}

/// Which unverified items a steward accepted with the rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Accepted {
    /// Item ids as [`Rulebook::unverified`] names them; `all` accepts every one.
    pub items: Vec<String>,
}

impl Accepted {
    /// True where a value of this confidence and id has effect.
    #[must_use]
    pub fn in_force(&self, confidence: Confidence, item: &str) -> bool {
        confidence == Confidence::Verified
            || self.items.iter().any(|accepted| accepted == "all" || accepted == item)
    }
}

/// An item that has no effect until a steward accepts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unverified {
    /// `catalogue/penalty`, `term/penalty/order-36`, `list/…`.
    pub item: String,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where it was looked for or read.
    pub source: String,
}

impl Rulebook {
    /// The items that have no effect until accepted.
    #[must_use]
    pub fn unverified(&self) -> Vec<Unverified> {
        let catalogues = self
            .catalogues
            .values()
            .map(|one| (format!("catalogue/{}", one.id), one.confidence, &one.source));
        let terms = self.terms.values().flat_map(|table| {
            table.generations.iter().map(|one| {
                (format!("term/{}/{}", table.id, one.id), one.confidence, &one.source)
            })
        });
        let lists = self
            .lists
            .values()
            .map(|one| (format!("list/{}", one.code), one.confidence, &one.source));
        catalogues
            .chain(terms)
            .chain(lists)
            .filter(|(_, confidence, _)| *confidence != Confidence::Verified)
            .map(|(item, confidence, source)| Unverified {
                item,
                confidence,
                source: source.clone(),
            })
            .collect()
    }

    /// The sector of an authority by its name: the longest word that its name holds.
    #[must_use]
    pub fn sector_of(&self, authority: &str) -> Option<&Sector> {
        self.sectors
            .values()
            .flat_map(|sector| sector.words.iter().map(move |word| (word, sector)))
            .filter(|(word, _)| !word.is_empty() && authority.contains(word.as_str()))
            .max_by_key(|(word, sector)| (word.len(), std::cmp::Reverse(&sector.id)))
            .map(|(_, sector)| sector)
    }
}
