//! The desk that strangers may ask, and how they ask it.

use std::sync::Arc;

use gongxin_model::{Day, Instant, PublicId};
use serde::{Deserialize, Serialize};

use super::open_data::{OpenFileAsk, OpenedFile, ShownOpenChanges, ShownOpenData, ShownOpenPage};
use super::rules::{RuleFamily, RulesAsk, ShownRule, ShownRuleChanges, ShownRules};
use super::statistics::ShownStatistics;
use super::{
    ArticleKind, ChangesAsk, ListAsk, Page, RegisterAsk, Section, ShownArticle, ShownArticleLine,
    ShownChanges, ShownCommitments, ShownDoublePublicity, ShownHealth, ShownHome, ShownList,
    ShownListPage, ShownLog, ShownLogProof, ShownPlatform, ShownRecord, ShownRecords, ShownResults,
    ShownSubject, ShownSupplier, ShownSupplierPage, ShownTile,
};

/// The day a stranger looks at. What may not be shown today is not shown for the past either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// The day whose standing is shown; absent for today. Never later than today.
    pub as_of: Option<Day>,
    /// Only what the platform had received by then; absent for everything.
    pub known: Option<Instant>,
}

impl View {
    /// True for the present as known now.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.as_of.is_none() && self.known.is_none()
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAsk {
    /// The key of an earlier answer ([`super::Page::next`]); absent for the first page.
    pub after: Option<String>,
    /// At most so many items; the caller keeps it between 1 and 200.
    pub size: u16,
}

impl PageAsk {
    /// The first page of `size` items.
    #[must_use]
    pub const fn first(size: u16) -> Self {
        Self { after: None, size }
    }
}

/// What narrows a search. Several values of one filter widen it, filters narrow each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// Divisions (GB/T 2260) of registration; those of a province or city with all in them.
    pub regions: Vec<String>,
    /// Kinds of subject.
    pub kinds: Vec<String>,
    /// Legal forms.
    pub forms: Vec<String>,
    /// Registration states.
    pub statuses: Vec<String>,
}

/// In which order results stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// By the sound of the present name.
    Name,
    /// The latest registration first; those without one last.
    Newest,
}

impl Sort {
    /// All orders.
    pub const ALL: [Self; 3] = [Self::Relevance, Self::Name, Self::Newest];

    /// The word in a parameter.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Name => "name",
            Self::Newest => "newest",
        }
    }

    /// The order of a word; none for another word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchAsk {
    /// Part of a present or former name, its sound, a code, or the number of a document. It has no
    /// control characters, is trimmed, and has at most 200 characters; it may be empty.
    pub query: String,
    /// What narrows it.
    pub filters: Filters,
    /// In which order; as by [`Sort::Relevance`] where there are too many to be put in order.
    pub sort: Sort,
    /// The page of the list.
    pub page: PageAsk,
}

impl SearchAsk {
    /// The first page of a query, not narrowed, the best first.
    #[must_use]
    pub fn first(query: impl Into<String>, size: u16) -> Self {
        Self {
            query: query.into(),
            filters: Filters::default(),
            sort: Sort::default(),
            page: PageAsk::first(size),
        }
    }
}

/// Which records of a subject are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsAsk {
    /// The subject's code, upper case and half-width.
    pub code: String,
    /// Only this section.
    pub section: Option<Section>,
    /// Only this catalogue.
    pub catalogue: Option<String>,
    /// Only decisions of this year.
    pub year: Option<i16>,
    /// The page of the list, latest decision first.
    pub page: PageAsk,
    /// The day looked at.
    pub view: View,
}

/// What is found under an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// It is shown.
    Shown(Box<T>),
    /// The code was replaced; the present code.
    MovedTo(String),
    /// Its publication ended, for whatever reason; nobody is told which.
    Ended,
    /// There never was anything, or it was erased.
    Never,
}

impl<T> Found<T> {
    /// What is shown turned into something else; the rest as it is.
    ///
    /// # Errors
    /// Those of the turning.
    pub fn try_map<U, E>(self, turn: impl FnOnce(T) -> Result<U, E>) -> Result<Found<U>, E> {
        Ok(match self {
            Self::Shown(shown) => Found::Shown(Box::new(turn(*shown)?)),
            Self::MovedTo(code) => Found::MovedTo(code),
            Self::Ended => Found::Ended,
            Self::Never => Found::Never,
        })
    }
}

/// The desk cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The key of the page is none that a desk gave out.
    #[error("the cursor is not one of this list")]
    Cursor,
    /// A part is too far behind and shows nothing until it has caught up.
    #[error("`{part}` is being updated")]
    Behind {
        /// The part that is behind.
        part: String,
    },
    /// What is asked for is being made anew.
    #[error("made anew; ready in about {seconds} s")]
    Renewed {
        /// After how many seconds to ask again.
        seconds: u32,
    },
    /// Too much is asked at once.
    #[error("busy for {seconds} s")]
    Busy {
        /// After how many seconds to ask again.
        seconds: u32,
    },
    /// The desk could not do its work. The text is for the log, never for a page.
    #[error("could not {act}: {cause}")]
    Failed {
        /// What the desk was doing.
        act: &'static str,
        /// What went wrong.
        cause: String,
    },
}

/// What the desk's answers rest on, the name index and the day apart: as long as it is the same, so
/// are they.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// The place of the next entry.
    pub entries: i64,
    /// The number of the next change.
    pub changes: i64,
    /// How often something that is computed away from visits was computed.
    pub kept: u64,
}

/// The desk that strangers may ask. Every answer holds only what may be shown today.
pub trait PublicDesk: Send + Sync {
    /// The time, by which a day begins and ends.
    fn now(&self) -> Instant;

    /// What the answers rest on now.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn moment(&self) -> Result<Moment, DeskError>;

    /// What every page says of the platform.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn platform(&self) -> Result<ShownPlatform, DeskError>;

    /// The start page.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn home(&self) -> Result<ShownHome, DeskError>;

    /// Finds subjects by part of a present or former name, by their sound, with one slip, or by a
    /// code; records by the number of their document.
    ///
    /// # Errors
    /// Where the cursor is foreign, the name index is too far behind, or the store does not
    /// answer.
    fn search(&self, ask: &SearchAsk) -> Result<ShownResults, DeskError>;

    /// One subject by its present or any older code, upper case and half-width.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn subject(&self, code: &str, view: View) -> Result<Found<ShownSubject>, DeskError>;

    /// The records of one subject, latest decision first.
    ///
    /// # Errors
    /// Where the cursor is foreign or the store does not answer.
    fn records(&self, ask: &RecordsAsk) -> Result<Found<ShownRecords>, DeskError>;

    /// One record. [`Found::MovedTo`] is never answered.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn record(&self, id: PublicId, view: View) -> Result<Found<ShownRecord>, DeskError>;

    /// Notices or guides, the latest first.
    ///
    /// # Errors
    /// Where the cursor is foreign or the store does not answer.
    fn articles(
        &self,
        kind: ArticleKind,
        page: &PageAsk,
    ) -> Result<Page<ShownArticleLine>, DeskError>;

    /// A notice or guide by its word in addresses. [`Found::MovedTo`] is never answered.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn article(&self, kind: ArticleKind, slug: &str) -> Result<Found<ShownArticle>, DeskError>;

    /// Whether the platform answers, and how far its faces follow.
    fn health(&self) -> ShownHealth;

    /// The latest licences and penalties as they were handed in, and who hands in in time.
    ///
    /// # Errors
    /// Where the cursor is foreign or the store does not answer.
    fn double_publicity(&self, ask: &RegisterAsk) -> Result<ShownDoublePublicity, DeskError>;

    /// What organisations and public bodies promised, the latest received first.
    ///
    /// # Errors
    /// Where the cursor is foreign or the store does not answer.
    fn commitments(&self, ask: &RegisterAsk) -> Result<ShownCommitments, DeskError>;

    /// The lists that stand on a basis in force today.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn lists(&self) -> Result<Vec<ShownList>, DeskError>;

    /// One list and a page of its entries. [`Found::MovedTo`] and [`Found::Ended`] are never
    /// answered.
    ///
    /// # Errors
    /// Where the cursor is foreign or the store does not answer.
    fn list(&self, ask: &ListAsk) -> Result<Found<ShownListPage>, DeskError>;

    /// The bodies that supply records.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn sources(&self) -> Result<Vec<ShownSupplier>, DeskError>;

    /// One body. [`Found::MovedTo`] and [`Found::Ended`] are never answered.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn source(&self, code: &str) -> Result<Found<ShownSupplierPage>, DeskError>;

    /// What came to be shown of a subject between two days.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn changes(&self, ask: &ChangesAsk) -> Result<Found<ShownChanges>, DeskError>;

    /// How many shards of subjects search engines are told of.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn shards(&self) -> Result<u32, DeskError>;

    /// The codes of a shard, counted from 0: registered organisations with a page of their own. None
    /// for a shard that there is not.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn shard(&self, shard: u32) -> Result<Vec<String>, DeskError>;

    /// The adopted rulebook, a value a line. [`Found::Never`] where no such one was adopted.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn rules(&self, ask: &RulesAsk) -> Result<Found<ShownRules>, DeskError>;

    /// One value of the adopted rulebook with what it stands on.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn rule(
        &self,
        ask: &RulesAsk,
        family: RuleFamily,
        id: &str,
    ) -> Result<Found<ShownRule>, DeskError>;

    /// What changed in the rules between two readings: two days, or two adopted rulebooks. Days
    /// that are still to come may be asked for.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn rule_changes(
        &self,
        before: &RulesAsk,
        after: &RulesAsk,
    ) -> Result<Found<ShownRuleChanges>, DeskError>;

    /// The present edition of the figures; none before the first was counted.
    ///
    /// # Errors
    /// Where the desk cannot look.
    fn statistics(&self) -> Result<Option<Arc<ShownStatistics>>, DeskError>;

    /// What is given out whole, class by class, without fields.
    ///
    /// # Errors
    /// Where it cannot be said now what may be given out, or the store does not answer.
    fn open_data(&self) -> Result<ShownOpenData, DeskError>;

    /// A class that is given out. [`Found::MovedTo`] and [`Found::Ended`] are never answered.
    ///
    /// # Errors
    /// Where it cannot be said now what may be given out, or the store does not answer.
    fn open_class(&self, id: &str) -> Result<Found<ShownOpenPage>, DeskError>;

    /// A file. [`Found::MovedTo`] and [`Found::Ended`] are never answered.
    ///
    /// # Errors
    /// [`DeskError::Renewed`] where it may not be given out as it is; where the store does not
    /// answer.
    fn open_file(&self, ask: &OpenFileAsk) -> Result<Found<OpenedFile>, DeskError>;

    /// What changed of the records of classes that are given out. The first page begins now.
    ///
    /// # Errors
    /// Where the cursor is foreign or the store does not answer.
    fn open_changes(&self, page: &PageAsk) -> Result<ShownOpenChanges, DeskError>;

    /// The public log with its last checkpoint; none before anything was signed.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn log(&self) -> Result<Option<ShownLog>, DeskError>;

    /// A tile or a bundle of entries by its path behind `tile/`, as C2SP tlog-tiles says; none where
    /// the last checkpoint covers no such one. Entries are their envelopes alone.
    ///
    /// # Errors
    /// Where the store does not answer.
    fn log_tile(&self, path: &str) -> Result<Option<ShownTile>, DeskError>;

    /// The proof that the entry of a record is in the log, for a record that is shown today.
    /// [`Found::MovedTo`] is never answered.
    ///
    /// # Errors
    /// [`DeskError::Busy`] where it is not signed yet; where the store does not answer.
    fn log_proof(&self, id: PublicId) -> Result<Found<ShownLogProof>, DeskError>;
}
