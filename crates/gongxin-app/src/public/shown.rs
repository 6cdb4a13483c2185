//! What a page of a public face may show, and the desk that hands it out.
//!
//! A face can name nothing else of the office, so that what may not be shown cannot reach a
//! page: no type here has room for an identity number, a person beside a decision, or a record
//! whose publication ended. Times are instants, law's days are days, and words that come from
//! packs carry both languages.

mod article;
mod desk;
mod log;
pub mod open_data;
mod record;
mod register;
mod results;
pub mod rules;
pub mod statistics;
mod subject;

use gongxin_model::{Day, Instant};
use serde::{Deserialize, Serialize};

pub use article::{ArticleKind, ShownArticle, ShownArticleLine};
pub use desk::{
    DeskError, Filters, Found, Moment, PageAsk, PublicDesk, RecordsAsk, SearchAsk, Sort, View,
};
pub use log::{ShownLog, ShownLogKey, ShownLogProof, ShownTile};
pub use open_data::OpenFormat;
pub use record::{
    ShownCorrection, ShownDispute, ShownLimit, ShownOrigin, ShownRecord, ShownReply, ShownRights,
    ShownTermStep, ShownWhy, TermPart,
};
pub use register::{
    ChangesAsk, ListAsk, RegisterAsk, ShownBody, ShownChanges, ShownCommitments, ShownCorrected,
    ShownDefinition, ShownDoublePublicity, ShownEntry, ShownHandover, ShownList, ShownListPage,
    ShownListTerm, ShownMeasured, ShownMeasures, ShownNarrowing, ShownParty, ShownRegister,
    ShownShare, ShownSupplier, ShownSupplierPage, ShownSupply,
};
pub use results::{
    Matched, ShownDocument, ShownFacet, ShownHit, ShownOption, ShownResults, ShownSuggestion, Slip,
    Way,
};
pub use subject::{
    ShownEvent, ShownFormerName, ShownLink, ShownRecords, ShownRow, ShownSection, ShownSubject,
    SubjectEvent,
};

/// Words from a pack, in both languages of the faces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Words {
    /// 简体中文, the language of record.
    pub zh: String,
    /// English; absent where the pack has none, and then the Chinese words are shown as Chinese.
    pub en: Option<String>,
}

impl Words {
    /// Words in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: Some(en.into()) }
    }

    /// Words that only Chinese has, such as a value written by a source.
    pub fn chinese(zh: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: None }
    }
}

/// A value of a code list: the code as on the wire and its words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coded {
    /// The code, for example a GB/T 2260 division or a catalogue's id.
    pub code: String,
    /// What the code means.
    pub words: Words,
}

/// One fact of a section or a record, in the order of its catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownFact {
    /// The field's code as on the wire.
    pub field: String,
    /// The field's label.
    pub label: Words,
    /// The values: none where the source left the field empty, several where the field is a
    /// list. Code values carry their words; other values are shown as written by the source.
    pub values: Vec<Words>,
    /// How the value is set on a page.
    pub form: FactForm,
}

/// How a fact's value is set on a page; the value itself stays canonical text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactForm {
    /// Running text or words of a code list.
    #[default]
    Text,
    /// A legal day, `YYYY-MM-DD`.
    Day,
    /// An amount in 万元, plain decimal.
    TenThousandYuan,
    /// An amount in 元, plain decimal.
    Yuan,
    /// A unified social credit code or another code that must not break.
    Code,
    /// A document number, kept as written.
    Number,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Total {
    /// Exactly so many, at most 10,000.
    Exactly(u64),
    /// More than so many; the desk stopped counting.
    MoreThan(u64),
}

impl Default for Total {
    fn default() -> Self {
        Self::Exactly(0)
    }
}

/// One page of a longer list, in keyset order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// The key after which the next page begins; absent on the last page. Opaque to faces, and
    /// valid still when the item it was made from is no longer shown.
    pub next: Option<String>,
    /// How many the whole list has. Counts only what is shown.
    pub total: Total,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None, total: Total::default() }
    }
}

/// When the shown was last supplied and last checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownFreshness {
    /// When a source last handed something in for what is shown.
    pub received: Option<Instant>,
    /// When the platform last derived or checked what is shown.
    pub checked: Option<Instant>,
}

/// What every page says of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownPlatform {
    /// The platform's name, for example `××区公共信用信息平台`.
    pub name: Words,
    /// True where the store holds rehearsal data; every page then says so.
    pub rehearsal: bool,
    /// The time now, from the desk's clock. Pages take their day from it, at +08:00.
    pub now: Instant,
}

impl ShownPlatform {
    /// The day today, at +08:00.
    #[must_use]
    pub fn today(&self) -> Day {
        self.now.day()
    }
}

/// The start page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownHome {
    /// Subjects that have a page.
    pub subjects: u64,
    /// Records shown today.
    pub records: u64,
    /// Records that were received in the last seven days and are shown today, by catalogue.
    /// Counts too small to be told are left out by the desk.
    pub recent: Vec<ShownRecent>,
    /// The sources that handed in last, the latest first; the page shows the first few.
    pub sources: Vec<ShownSupplier>,
    /// How many sources are registered.
    pub source_count: u64,
    /// The latest notices.
    pub notices: Vec<ShownArticleLine>,
    /// False until the figures were computed for the first time.
    pub is_counted: bool,
}

/// How many records of a class came lately and are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownRecent {
    /// The class.
    pub of: Coded,
    /// How many.
    pub count: u64,
    /// The register that lists them; none where they stand on pages of subjects alone.
    pub register: Option<RegisterName>,
}

/// The registers of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterName {
    /// Licences and penalties.
    DoublePublicity,
    /// Lists.
    Lists,
    /// Commitments.
    Commitments,
}

/// A count with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCount {
    /// What is counted.
    pub of: Coded,
    /// How many.
    pub count: u64,
}

/// A source and its last hand-in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownSource {
    /// The source's code.
    pub code: String,
    /// The source's name.
    pub name: String,
    /// When it last handed in; absent where it never did.
    pub received: Option<Instant>,
}

/// Whether the platform answers, and how far its faces follow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownHealth {
    /// False where the store does not answer, was moved away, or a face is too far behind.
    pub well: bool,
    /// True where the store was moved away: what it shows grows old.
    pub moved: bool,
    /// The storage engine, `sqlite` or `postgres`.
    pub store: String,
    /// The faces and how many changes each has still to follow.
    pub faces: Vec<ShownFace>,
}

/// A face and its distance from the last change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownFace {
    /// The face's name, for example `name-index`.
    pub name: String,
    /// How many changes it has still to follow.
    pub lag: u64,
}

/// The sections of a subject's page, in the order of the official credit report
/// (公共信用信息报告 V2.0).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// 一 基础信息.
    #[default]
    Basic,
    /// 二 行政管理: licences, penalties and other decisions.
    Administrative,
    /// 三 诚实守信.
    Honours,
    /// 四 严重失信主体名单.
    SeriousViolations,
    /// 五 经营异常.
    AbnormalOperation,
    /// 六 信用承诺.
    Commitments,
    /// 七 信用评价.
    Evaluations,
    /// 八 司法判决.
    Courts,
    /// 九 其他信息.
    Other,
    /// 公共信用信息地方补充内容.
    Local,
}

impl Section {
    /// All sections in the official order.
    pub const ALL: [Self; 10] = [
        Self::Basic,
        Self::Administrative,
        Self::Honours,
        Self::SeriousViolations,
        Self::AbnormalOperation,
        Self::Commitments,
        Self::Evaluations,
        Self::Courts,
        Self::Other,
        Self::Local,
    ];

    /// The section's name in addresses and packs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Administrative => "administrative",
            Self::Honours => "honours",
            Self::SeriousViolations => "serious-violations",
            Self::AbnormalOperation => "abnormal-operation",
            Self::Commitments => "commitments",
            Self::Evaluations => "evaluations",
            Self::Courts => "courts",
            Self::Other => "other",
            Self::Local => "local",
        }
    }

    /// The section of a name in addresses and packs, if there is one.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_its_own_slug_and_the_same_name_in_json() {
        for section in Section::ALL {
            assert_eq!(Section::from_slug(section.slug()), Some(section));
            let json = serde_json::to_value(section).unwrap();
            assert_eq!(json, serde_json::Value::from(section.slug()));
        }
        assert_eq!(Section::from_slug("nothing"), None);
    }
}
