//! The real public desk: every answer is read from the store as of today, at the moment it is
//! asked for.

mod arrivals;
mod article;
mod changes;
mod kept;
mod lists;
mod log;
mod noted;
mod now;
mod open;
mod open_changes;
mod past;
mod place;
mod platform;
mod record;
mod records;
mod registers;
mod row;
mod rules;
mod search;
mod shards;
mod subject;
mod suppliers;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use gongxin_model::names::NameIndex;
use gongxin_model::{Day, Instant, PublicId, SubjectNo};
use gongxin_store::{LogHead, Reader, StoreError, SubjectRow};

pub(crate) use self::record::facts_up_to;
pub(super) use self::record::is_public as is_public_field;
pub(crate) use self::row::section;
pub(crate) use self::rules::book_changes;
pub(in crate::public) use noted::list_of;

use super::names::{NAME_INDEX, lag};
use super::open_data::OpenDataKeep;
use super::shown::open_data::{
    OpenFileAsk, OpenedFile, ShownOpenChanges, ShownOpenData, ShownOpenPage,
};
use super::shown::rules::{RuleFamily, RulesAsk, ShownRule, ShownRuleChanges, ShownRules};
use super::shown::statistics::ShownStatistics;
use super::shown::{
    ArticleKind, ChangesAsk, Coded, DeskError, Found, ListAsk, Moment, Page, PageAsk, PublicDesk,
    RecordsAsk, RegisterAsk, SearchAsk, ShownArticle, ShownArticleLine, ShownChanges,
    ShownCommitments, ShownDoublePublicity, ShownFace, ShownHealth, ShownHome, ShownList,
    ShownListPage, ShownLog, ShownLogProof, ShownPlatform, ShownRecent, ShownRecord, ShownRecords,
    ShownResults, ShownSubject, ShownSupplier, ShownSupplierPage, ShownTile, View, Words,
};
use super::statistics::StatisticsKeep;
use crate::rules::Rules;
use crate::{Office, OfficeError};

const MINUTE: i64 = 60 * 1_000_000;
/// An index that is further behind says so.
const LAG_LIMIT: u64 = 1_000_000;
/// So many notices stand on the start page.
const NOTICES_NAMED: u16 = 3;

/// The start page as it was computed.
#[derive(Debug)]
struct KeptHome {
    at: Instant,
    /// The first day of the week whose measure of the bodies it tells, and the adoption.
    measured: Option<(Day, i64)>,
    home: ShownHome,
}

/// The desk over an office.
#[derive(Debug)]
pub struct OfficeDesk {
    office: Arc<Office>,
    names: Arc<dyn NameIndex>,
    figures: RwLock<Option<KeptHome>>,
    measured: RwLock<Option<Arc<kept::Kept>>>,
    /// How often one of the two was computed.
    computed: AtomicU64,
    platform: platform::LastPlatform,
    now: now::LastNow,
    noted: RwLock<noted::Noted>,
    statistics: Arc<StatisticsKeep>,
    open_data: Arc<OpenDataKeep>,
}

impl OfficeDesk {
    /// A desk that finds subjects by the names of the index.
    #[must_use]
    pub fn new(office: Arc<Office>, names: Arc<dyn NameIndex>) -> Self {
        Self {
            office,
            names,
            figures: RwLock::default(),
            measured: RwLock::default(),
            computed: AtomicU64::new(0),
            platform: platform::LastPlatform::default(),
            now: now::LastNow::default(),
            noted: RwLock::default(),
            statistics: Arc::default(),
            open_data: Arc::default(),
        }
    }

    /// The same desk with the figures that are kept.
    #[must_use]
    pub fn with_statistics(mut self, statistics: Arc<StatisticsKeep>) -> Self {
        self.statistics = statistics;
        self
    }

    /// The same desk with the files of open data that are kept.
    #[must_use]
    pub fn with_open_data(mut self, open_data: Arc<OpenDataKeep>) -> Self {
        self.open_data = open_data;
        self
    }

    /// Computes what is kept and is due: the figures of the start page, those of the bodies, and
    /// what registers may pass over. Whoever serves calls it again and again, away from visits;
    /// where nothing is due it reads the head of the log.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn keep(&self) -> Result<(), DeskError> {
        self.keep_noted()?;
        self.keep_home()?;
        self.keep_measured()?;
        // The figures of the bodies stand on the start page too.
        self.keep_home()
    }

    fn keep_noted(&self) -> Result<(), DeskError> {
        loop {
            let (adoption, from, found) =
                self.ask("note what registers have", |reader, rules| {
                    let adoption = rules.adoption.no;
                    let from = read(&self.noted).count(adoption);
                    Ok((adoption, from, noted::unnoted(reader, rules, from)?))
                })?;
            if found.is_empty() {
                return Ok(());
            }
            write(&self.noted).take(adoption, from, found);
        }
    }

    fn keep_home(&self) -> Result<(), DeskError> {
        let now = self.office.clock.now();
        let today = now.day();
        let measured = self.measured().map(|kept| kept.key);
        let rests = self.ask("tell how long figures rest", |_, rules| {
            Ok(rules.start_page_minutes(today).map(|minutes| minutes * MINUTE))
        })?;
        // Where the rulebook does not say how often, the figures stay for the day.
        let rests = |kept: &KeptHome| rests.is_none_or(|rests| now.0 - kept.at.0 < rests);
        let is_fresh =
            |kept: &KeptHome| kept.measured == measured && kept.at.day() == today && rests(kept);
        if read(&self.figures).as_ref().is_some_and(is_fresh) {
            return Ok(());
        }
        let home = self.compute_home(today)?;
        *write(&self.figures) = Some(KeptHome { at: now, measured, home });
        self.computed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn keep_measured(&self) -> Result<(), DeskError> {
        let today = self.office.today();
        let failed =
            |error: OfficeError| DeskError::Failed { act: "measure", cause: error.to_string() };
        let rules = self.office.rules().map_err(failed)?;
        let key = (kept::monday(today), rules.adoption.no);
        if read(&self.measured).as_ref().is_some_and(|kept| kept.key == key) {
            return Ok(());
        }
        let kept = kept::measure(&self.office, &rules, today).map_err(failed)?;
        *write(&self.measured) = Some(Arc::new(kept));
        self.computed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn measured(&self) -> Option<Arc<kept::Kept>> {
        read(&self.measured).clone()
    }

    fn ask<T>(
        &self,
        act: &'static str,
        work: impl FnOnce(&mut Reader<'_>, &Rules) -> Result<T, Trouble>,
    ) -> Result<T, DeskError> {
        self.ask_now(act, |reader, now| work(reader, now.rules()))
    }

    /// The same with the moment that the answer is of.
    fn ask_now<T>(
        &self,
        act: &'static str,
        work: impl FnOnce(&mut Reader<'_>, &now::Now) -> Result<T, Trouble>,
    ) -> Result<T, DeskError> {
        let office = &self.office;
        let result = office.store.read(|reader| {
            let now = self.now.of(office, reader)?;
            work(reader, &now)
        });
        result.map_err(|trouble| match trouble {
            Trouble::Desk(error) => error,
            Trouble::Office(error) => DeskError::Failed { act, cause: error.to_string() },
        })
    }

    fn compute_home(&self, today: Day) -> Result<ShownHome, DeskError> {
        self.ask("count what is shown", |reader, rules| {
            let overview = reader.overview(today)?;
            let since = arrivals::first_since(reader, today.plus_days(-6).begins())?;
            let rulebook = &rules.rulebook;
            let recent = reader
                .counts_from(since, today)?
                .iter()
                .map(|(id, recent)| (id, u64::try_from(*recent).unwrap_or(0)))
                .filter(|(_, count)| *count >= rules.least_told(today))
                .filter_map(|(id, count)| {
                    let catalogue = rulebook.catalogue(id)?;
                    let of = coded(id, &catalogue.name);
                    Some(ShownRecent {
                        of,
                        count,
                        register: registers::register_of(rules, catalogue, today),
                    })
                })
                .collect();
            let mut sources =
                suppliers::suppliers(today, reader, rules, self.measured().as_deref())?;
            let source_count = sources.len() as u64;
            sources.retain(|one| one.replaced.is_none());
            sources.sort_by(|left, right| {
                right.received.cmp(&left.received).then(left.body.code.cmp(&right.body.code))
            });
            sources.truncate(10);
            let records = overview.iter().map(|(_, total)| *total).sum::<i64>();
            Ok(ShownHome {
                subjects: u64::try_from(reader.counter("subjects")?).unwrap_or(0),
                records: u64::try_from(records).unwrap_or(0),
                recent,
                sources,
                source_count,
                notices: Vec::new(),
                is_counted: true,
            })
        })
    }
}

/// The rulebook of today, whose words a page speaks, and the one by which a past view is folded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Books<'a> {
    pub(super) now: &'a Rules,
    pub(super) then: &'a Rules,
}

/// What goes wrong inside an answer.
#[derive(Debug)]
pub(super) enum Trouble {
    Desk(DeskError),
    Office(OfficeError),
}

impl<E: Into<OfficeError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Office(error.into())
    }
}

impl PublicDesk for OfficeDesk {
    fn now(&self) -> Instant {
        self.office.clock.now()
    }

    fn moment(&self) -> Result<Moment, DeskError> {
        let head = self.office.store.read(|reader| reader.head());
        let failed = |error: StoreError| DeskError::Failed {
            act: "say how far it is",
            cause: error.to_string(),
        };
        let LogHead { next_seq: entries, next_change: changes, .. } = head.map_err(failed)?;
        let counted = self.statistics.counted() + self.open_data.round();
        let kept = self.computed.load(Ordering::Relaxed) + counted;
        Ok(Moment { entries, changes, kept })
    }

    fn platform(&self) -> Result<ShownPlatform, DeskError> {
        self.platform.at(self.office.clock.now(), || {
            self.ask("name the platform", |_, rules| Ok(platform::named(&rules.rulebook)))
        })
    }

    fn home(&self) -> Result<ShownHome, DeskError> {
        let notices = self.articles(ArticleKind::Notice, &PageAsk::first(NOTICES_NAMED))?.items;
        let kept = read(&self.figures).as_ref().map(|kept| kept.home.clone());
        Ok(ShownHome { notices, ..kept.unwrap_or_default() })
    }

    fn search(&self, ask: &SearchAsk) -> Result<ShownResults, DeskError> {
        self.ask("search", |reader, rules| {
            if lag(self.names.as_ref(), reader)? > LAG_LIMIT {
                let part = NAME_INDEX.to_owned();
                return Err(Trouble::Desk(DeskError::Behind { part }));
            }
            search::search(self, reader, rules, ask)
        })
    }

    fn subject(&self, code: &str, view: View) -> Result<Found<ShownSubject>, DeskError> {
        self.ask_now("show a subject", |reader, now| {
            let then = now.rules_at(&self.office, reader, view.known)?;
            let books = Books { now: now.rules(), then: &then };
            subject::subject(self.office.today(), reader, (books, now), code, view)
        })
    }

    fn records(&self, ask: &RecordsAsk) -> Result<Found<ShownRecords>, DeskError> {
        self.ask_now("list records", |reader, now| {
            let then = now.rules_at(&self.office, reader, ask.view.known)?;
            let books = Books { now: now.rules(), then: &then };
            records::records(self.office.today(), reader, books, self.office.key(), ask)
        })
    }

    fn record(&self, id: PublicId, view: View) -> Result<Found<ShownRecord>, DeskError> {
        self.ask_now("show a record", |reader, now| {
            let then = now.rules_at(&self.office, reader, view.known)?;
            let Some(record) = self.office.record_of(reader, id)? else {
                return Ok(Found::Never);
            };
            let books = Books { now: now.rules(), then: &then };
            record::record(self.office.today(), reader, books, record, view)
        })
    }

    fn articles(
        &self,
        kind: ArticleKind,
        page: &PageAsk,
    ) -> Result<Page<ShownArticleLine>, DeskError> {
        let today = self.office.today();
        self.ask("list articles", |reader, _| article::articles(today, reader, kind, page))
    }

    fn article(&self, kind: ArticleKind, slug: &str) -> Result<Found<ShownArticle>, DeskError> {
        let today = self.office.today();
        self.ask("show an article", |reader, _| article::article(today, reader, kind, slug))
    }

    fn health(&self) -> ShownHealth {
        let store = match self.office.store.url() {
            gongxin_store::StoreUrl::Sqlite(_) => "sqlite",
            gongxin_store::StoreUrl::Postgres(_) => "postgres",
        };
        let lag = self.ask("look after itself", |reader, _| Ok(lag(self.names.as_ref(), reader)?));
        let moved = self.office.is_moved().unwrap_or(false);
        let faces = lag.as_ref().ok().map(|lag| ShownFace { name: NAME_INDEX.into(), lag: *lag });
        ShownHealth {
            well: !moved && lag.is_ok_and(|lag| lag <= LAG_LIMIT),
            moved,
            store: store.into(),
            faces: faces.into_iter().collect(),
        }
    }

    fn double_publicity(&self, ask: &RegisterAsk) -> Result<ShownDoublePublicity, DeskError> {
        let (today, kept) = (self.office.today(), self.measured());
        self.ask("show double publicity", |reader, rules| {
            let kept = (&*read(&self.noted), kept.as_deref());
            registers::double_publicity(today, reader, rules, kept, self.office.key(), ask)
        })
    }

    fn commitments(&self, ask: &RegisterAsk) -> Result<ShownCommitments, DeskError> {
        self.ask("show commitments", |reader, rules| {
            let noted = read(&self.noted);
            let noted = (&*noted, self.office.key());
            registers::commitments(self.office.today(), reader, rules, noted, ask)
        })
    }

    fn lists(&self) -> Result<Vec<ShownList>, DeskError> {
        self.ask("show the lists", |_, rules| Ok(lists::lists(rules, self.office.today())))
    }

    fn list(&self, ask: &ListAsk) -> Result<Found<ShownListPage>, DeskError> {
        self.ask_now("show a list", |reader, now| {
            let then = now.rules_at(&self.office, reader, ask.view.known)?;
            let books = Books { now: now.rules(), then: &then };
            let noted = read(&self.noted);
            let noted = (&*noted, self.office.key());
            lists::list(self.office.today(), reader, books, noted, ask)
        })
    }

    fn sources(&self) -> Result<Vec<ShownSupplier>, DeskError> {
        let kept = self.measured();
        self.ask("show the bodies", |reader, rules| {
            suppliers::suppliers(self.office.today(), reader, rules, kept.as_deref())
        })
    }

    fn source(&self, code: &str) -> Result<Found<ShownSupplierPage>, DeskError> {
        let kept = self.measured();
        self.ask("show a body", |reader, rules| {
            suppliers::source(self.office.today(), reader, rules, kept.as_deref(), code)
        })
    }

    fn changes(&self, ask: &ChangesAsk) -> Result<Found<ShownChanges>, DeskError> {
        self.ask("compare two days", |reader, rules| {
            let earlier = self.office.rules_at(reader, Some(changes::end_of(ask.from)))?;
            let later = self.office.rules_at(reader, Some(changes::end_of(ask.until)))?;
            changes::changes(self.office.today(), reader, (rules, &earlier, &later), ask)
        })
    }

    fn shards(&self) -> Result<u32, DeskError> {
        self.ask("count the subjects", |reader, _| shards::count(reader))
    }

    fn shard(&self, shard: u32) -> Result<Vec<String>, DeskError> {
        self.ask("list the subjects", |reader, rules| shards::codes(reader, rules, shard))
    }

    fn rules(&self, ask: &RulesAsk) -> Result<Found<ShownRules>, DeskError> {
        self.ask("show the rules", |reader, _| rules::rules(self, reader, ask))
    }

    fn rule(
        &self,
        ask: &RulesAsk,
        family: RuleFamily,
        id: &str,
    ) -> Result<Found<ShownRule>, DeskError> {
        self.ask("show a rule", |reader, _| rules::rule(self, reader, ask, family, id))
    }

    fn rule_changes(
        &self,
        before: &RulesAsk,
        after: &RulesAsk,
    ) -> Result<Found<ShownRuleChanges>, DeskError> {
        self.ask("compare rules", |reader, _| rules::changes(self, reader, before, after))
    }

    fn statistics(&self) -> Result<Option<Arc<ShownStatistics>>, DeskError> {
        Ok(self.statistics.edition())
    }

    fn open_data(&self) -> Result<ShownOpenData, DeskError> {
        let today = self.office.today();
        self.ask("tell of open data", |reader, rules| {
            open::all(today, reader, rules, &self.open_data)
        })
    }

    fn open_class(&self, id: &str) -> Result<Found<ShownOpenPage>, DeskError> {
        let today = self.office.today();
        self.ask("tell of a class of open data", |reader, rules| {
            open::class(today, reader, rules, &self.open_data, id)
        })
    }

    fn open_file(&self, ask: &OpenFileAsk) -> Result<Found<OpenedFile>, DeskError> {
        let today = self.office.today();
        self.ask("give out open data", |reader, rules| {
            open::file(today, reader, rules, &self.open_data, ask)
        })
    }

    fn open_changes(&self, page: &PageAsk) -> Result<ShownOpenChanges, DeskError> {
        let today = self.office.today();
        self.ask("tell what changed in open data", |reader, rules| {
            open_changes::changes(today, reader, (rules, self.office.key()), page)
        })
    }

    fn log(&self) -> Result<Option<ShownLog>, DeskError> {
        let (suite, policy) = (self.office.store.founding().suite, self.office.log);
        self.ask("show the log", |reader, _| log::log(reader, suite, policy))
    }

    fn log_tile(&self, path: &str) -> Result<Option<ShownTile>, DeskError> {
        self.ask("show a tile of the log", |reader, _| log::tile(reader, path))
    }

    fn log_proof(&self, id: PublicId) -> Result<Found<ShownLogProof>, DeskError> {
        let (suite, policy) = (self.office.store.founding().suite, self.office.log);
        self.ask_now("prove a record", |reader, now| {
            let (record, view) = (self.office.record_of(reader, id)?, View::default());
            let (Some(record), true) = (record, log::is_signed(reader)?) else {
                return Ok(Found::Never);
            };
            let books = Books { now: now.rules(), then: now.rules() };
            let found = record::record(self.office.today(), reader, books, record, view)?;
            found.try_map(|record| log::proof(reader, (suite, policy), &record))
        })
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    // What is behind it is put there whole; a panic elsewhere cannot leave it half-written.
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

type Answer<T> = Result<T, Trouble>;

/// The words of a pack.
pub(super) fn words(text: &gongxin_pack::Text) -> Words {
    Words::new(text.zh.clone(), text.en.clone())
}

/// A code with the words of a pack.
pub(in crate::public) fn coded(code: &str, text: &gongxin_pack::Text) -> Coded {
    Coded { code: code.to_owned(), words: words(text) }
}

/// A value of a code list with its words; None for nothing.
pub(super) fn coded_in(rules: &Rules, list: &str, code: &str) -> Option<Coded> {
    if code.is_empty() {
        return None;
    }
    let entry = rules.rulebook.code_list(list).and_then(|list| list.by_code(code));
    let words = entry.map_or_else(
        || Words::chinese(code),
        |entry| {
            let en = Some(entry.en.clone()).filter(|en| !en.is_empty());
            Words { zh: entry.zh.clone(), en }
        },
    );
    Some(Coded { code: code.to_owned(), words })
}

/// The name of a source as its declaration has it.
pub(super) fn source_name(rules: &Rules, code: &str) -> String {
    let declared = rules.rulebook.sources.get(code);
    declared.map_or_else(|| code.to_owned(), |source| source.name.zh.clone())
}

/// The list that registration states are codes of.
pub(super) const STATES: &str = "registration-states";
/// The list that legal forms are codes of.
pub(super) const LEGAL_FORMS: &str = "legal-forms";
/// The list that regions are codes of.
pub(super) const REGIONS: &str = "regions";

/// The address of a subject: its unified code, or the first of its older numbers.
pub(super) fn address(reader: &mut Reader<'_>, row: &SubjectRow) -> Result<String, OfficeError> {
    if let Some(code) = &row.code {
        return Ok(code.clone());
    }
    let codes = reader.codes_of(vec![row.no.0])?;
    Ok(codes.into_iter().next().map(|code| code.code).unwrap_or_default())
}

/// The name of a subject as the public sees it: a person's is masked to its first character.
pub(crate) fn public_name(row: &SubjectRow) -> String {
    mask(&row.name, row.masked)
}

pub(super) fn mask(name: &str, masked: bool) -> String {
    if !masked {
        return name.to_owned();
    }
    let mut letters = name.chars();
    let first: String = letters.by_ref().take(1).collect();
    first + &"*".repeat(letters.count().clamp(1, 2))
}

/// True where nobody may learn of the subject: a provisional one of whom nothing is shown exists
/// only through what ended.
pub(super) fn hidden(
    reader: &mut Reader<'_>,
    row: &SubjectRow,
    today: Day,
) -> Result<bool, OfficeError> {
    Ok(row.provisional && shown_total(reader, row.no, today)? == 0)
}

pub(super) fn shown_total(
    reader: &mut Reader<'_>,
    no: SubjectNo,
    today: Day,
) -> Result<i64, OfficeError> {
    let counts = reader.shown_counts(no, today, &gongxin_store::ShownFilter::default())?;
    Ok(counts.iter().map(|(_, _, count)| count).sum())
}
