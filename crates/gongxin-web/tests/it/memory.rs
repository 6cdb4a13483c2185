//! Answers that are remembered: the same while nothing was written, gone with the first change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use axum::Router;
use gongxin_app::public::shown::open_data::{
    OpenFileAsk, OpenedFile, ShownOpenChanges, ShownOpenData, ShownOpenPage,
};
use gongxin_app::public::shown::rules::{
    RuleFamily, RulesAsk, ShownRule, ShownRuleChanges, ShownRules,
};
use gongxin_app::public::shown::statistics::ShownStatistics;
use gongxin_app::public::shown::*;
use gongxin_model::{Instant, PublicId};
use gongxin_web::{Settings, router};

use crate::client::{Answer, ask_at};
use crate::samples::{FULL, SampleDesk};

/// A desk whose store grows, whose clock goes, and whose one subject can end.
#[derive(Debug)]
struct WatchedDesk {
    samples: SampleDesk,
    now: AtomicI64,
    changes: AtomicI64,
    ended: AtomicBool,
    asked: AtomicU64,
}

impl PublicDesk for WatchedDesk {
    fn now(&self) -> Instant {
        Instant(self.now.load(Ordering::Relaxed))
    }
    fn moment(&self) -> Result<Moment, DeskError> {
        Ok(Moment { changes: self.changes.load(Ordering::Relaxed), ..Moment::default() })
    }
    fn platform(&self) -> Result<ShownPlatform, DeskError> {
        Ok(ShownPlatform { now: self.now(), ..self.samples.platform()? })
    }
    fn home(&self) -> Result<ShownHome, DeskError> {
        self.samples.home()
    }
    fn search(&self, ask: &SearchAsk) -> Result<ShownResults, DeskError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.samples.search(ask)
    }
    fn subject(&self, code: &str, view: View) -> Result<Found<ShownSubject>, DeskError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.ended.load(Ordering::Relaxed) {
            return Ok(Found::Ended);
        }
        self.samples.subject(code, view)
    }
    fn records(&self, ask: &RecordsAsk) -> Result<Found<ShownRecords>, DeskError> {
        self.samples.records(ask)
    }
    fn record(&self, id: PublicId, view: View) -> Result<Found<ShownRecord>, DeskError> {
        self.samples.record(id, view)
    }
    fn articles(
        &self,
        kind: ArticleKind,
        page: &PageAsk,
    ) -> Result<Page<ShownArticleLine>, DeskError> {
        self.samples.articles(kind, page)
    }
    fn article(&self, kind: ArticleKind, slug: &str) -> Result<Found<ShownArticle>, DeskError> {
        self.samples.article(kind, slug)
    }
    fn health(&self) -> ShownHealth {
        self.samples.health()
    }
    fn double_publicity(&self, ask: &RegisterAsk) -> Result<ShownDoublePublicity, DeskError> {
        self.samples.double_publicity(ask)
    }
    fn commitments(&self, ask: &RegisterAsk) -> Result<ShownCommitments, DeskError> {
        self.samples.commitments(ask)
    }
    fn lists(&self) -> Result<Vec<ShownList>, DeskError> {
        self.samples.lists()
    }
    fn list(&self, ask: &ListAsk) -> Result<Found<ShownListPage>, DeskError> {
        self.samples.list(ask)
    }
    fn sources(&self) -> Result<Vec<ShownSupplier>, DeskError> {
        self.samples.sources()
    }
    fn source(&self, code: &str) -> Result<Found<ShownSupplierPage>, DeskError> {
        self.samples.source(code)
    }
    fn changes(&self, ask: &ChangesAsk) -> Result<Found<ShownChanges>, DeskError> {
        self.samples.changes(ask)
    }
    fn shards(&self) -> Result<u32, DeskError> {
        self.samples.shards()
    }
    fn shard(&self, shard: u32) -> Result<Vec<String>, DeskError> {
        self.samples.shard(shard)
    }
    fn rules(&self, ask: &RulesAsk) -> Result<Found<ShownRules>, DeskError> {
        self.samples.rules(ask)
    }
    fn rule(
        &self,
        ask: &RulesAsk,
        family: RuleFamily,
        id: &str,
    ) -> Result<Found<ShownRule>, DeskError> {
        self.samples.rule(ask, family, id)
    }
    fn rule_changes(
        &self,
        before: &RulesAsk,
        after: &RulesAsk,
    ) -> Result<Found<ShownRuleChanges>, DeskError> {
        self.samples.rule_changes(before, after)
    }
    fn statistics(&self) -> Result<Option<Arc<ShownStatistics>>, DeskError> {
        self.samples.statistics()
    }
    fn open_data(&self) -> Result<ShownOpenData, DeskError> {
        self.samples.open_data()
    }
    fn open_class(&self, id: &str) -> Result<Found<ShownOpenPage>, DeskError> {
        self.samples.open_class(id)
    }
    fn open_file(&self, ask: &OpenFileAsk) -> Result<Found<OpenedFile>, DeskError> {
        self.samples.open_file(ask)
    }
    fn open_changes(&self, page: &PageAsk) -> Result<ShownOpenChanges, DeskError> {
        self.samples.open_changes(page)
    }
    fn log(&self) -> Result<Option<ShownLog>, DeskError> {
        self.samples.log()
    }
    fn log_tile(&self, path: &str) -> Result<Option<ShownTile>, DeskError> {
        self.samples.log_tile(path)
    }
    fn log_proof(&self, id: PublicId) -> Result<Found<ShownLogProof>, DeskError> {
        self.samples.log_proof(id)
    }
}

struct Site {
    desk: Arc<WatchedDesk>,
    router: Router,
}

impl Site {
    fn at(now: &str) -> Self {
        let now: Instant = now.parse().unwrap();
        let desk = Arc::new(WatchedDesk {
            samples: SampleDesk::default(),
            now: AtomicI64::new(now.0),
            changes: AtomicI64::new(1),
            ended: AtomicBool::new(false),
            asked: AtomicU64::new(0),
        });
        let settings = Settings { instance: "t".into(), ..Settings::default() };
        let router = router(Arc::clone(&desk) as Arc<dyn PublicDesk>, settings).unwrap();
        Self { desk, router }
    }

    fn ask(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        ask_at(self.router.clone(), "GET", address, headers)
    }

    fn subject(&self) -> Answer {
        self.ask(&format!("/subject/{FULL}"), &[])
    }

    fn asked(&self) -> u64 {
        self.desk.asked.load(Ordering::Relaxed)
    }

    fn wait(&self, microseconds: i64) {
        self.desk.now.fetch_add(microseconds, Ordering::Relaxed);
    }
}

const NOON: &str = "2026-11-24T12:00:00+08:00";
const SECOND: i64 = 1_000_000;

#[test]
fn an_answer_is_made_once_while_nothing_is_written() {
    let site = Site::at(NOON);
    let first = site.subject();
    site.wait(30 * SECOND);
    let second = site.subject();
    assert_eq!((site.asked(), second.status.as_u16()), (1, 200));
    assert!(first.body == second.body);
    assert_eq!(first.header("etag"), second.header("etag"));
    assert_eq!(second.header("content-security-policy"), first.header("content-security-policy"));
    let held = site.ask(&format!("/subject/{FULL}"), &[("if-none-match", first.header("etag"))]);
    assert_eq!((held.status.as_u16(), held.body.len(), site.asked()), (304, 0, 1));
    // After a minute it is made anew, whatever happened.
    site.wait(30 * SECOND);
    site.subject();
    assert_eq!(site.asked(), 2);
}

#[test]
fn what_ended_is_gone_with_the_change_that_ended_it() {
    let site = Site::at(NOON);
    assert_eq!(site.subject().status, 200);
    site.desk.ended.store(true, Ordering::Relaxed);
    site.desk.changes.fetch_add(1, Ordering::Relaxed);
    site.wait(50_000);
    assert_eq!(site.subject().status, 410);
    // A clock that stands still does not hide it either.
    let site = Site::at(NOON);
    assert_eq!(site.subject().status, 200);
    site.desk.ended.store(true, Ordering::Relaxed);
    site.desk.changes.fetch_add(1, Ordering::Relaxed);
    assert_eq!(site.subject().status, 410);
}

#[test]
fn nothing_is_remembered_into_the_next_day() {
    let site = Site::at("2026-11-24T23:59:20+08:00");
    assert_eq!(site.subject().header("cache-control"), "public, max-age=38, must-revalidate");
    site.wait(20 * SECOND);
    // What is given again may be kept for what is left of the day.
    assert_eq!(site.subject().header("cache-control"), "public, max-age=18, must-revalidate");
    assert_eq!(site.asked(), 1);
    site.desk.ended.store(true, Ordering::Relaxed);
    site.wait(20 * SECOND);
    assert_eq!((site.subject().status.as_u16(), site.asked()), (410, 2));
}

#[test]
fn each_form_is_remembered_apart() {
    let site = Site::at(NOON);
    let address = format!("/subject/{FULL}");
    let plain = site.ask(&address, &[]);
    for _ in 0..2 {
        let zipped = site.ask(&address, &[("accept-encoding", "br, gzip")]);
        assert_eq!(zipped.header("content-encoding"), "gzip");
        assert!(zipped.body.len() < plain.body.len() / 2);
    }
    assert_eq!(site.asked(), 2);
    assert!(site.ask(&format!("/en{address}"), &[]).body != plain.body);
    let api = |language| site.ask("/api/v1/subjects/NONE", &[("accept-language", language)]).text();
    assert!(api("zh-CN") != api("en-GB"));
}

#[test]
fn nobody_gets_what_somebody_else_could_unpack() {
    let site = Site::at(NOON);
    let address = format!("/subject/{FULL}");
    let readers =
        [("*", false), ("gzip", true), ("gzip;q=0", false), ("*;q=0.5", false), ("gzip;q=1", true)];
    for (accepts, takes) in readers.into_iter().chain(readers) {
        let answer = site.ask(&address, &[("accept-encoding", accepts)]);
        assert_eq!(answer.status.as_u16(), 200, "{accepts}");
        assert_eq!(answer.header("content-encoding") == "gzip", takes, "{accepts}");
    }
    assert_eq!(site.asked(), 2);
}

#[test]
fn what_rests_on_the_name_index_is_asked_each_time() {
    let site = Site::at(NOON);
    for address in ["/search?q=%E5%8C%97%E6%96%B9", "/api/v1/search?q=%E5%8C%97%E6%96%B9"] {
        let before = site.asked();
        site.ask(address, &[]);
        site.ask(address, &[]);
        assert_eq!(site.asked(), before + 2, "{address}");
    }
}
