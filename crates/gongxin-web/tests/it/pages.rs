//! Every page with every sample in both languages.

use std::sync::Arc;

use gongxin_app::public::shown::open_data::{
    OpenFileAsk, OpenedFile, ShownOpenChanges, ShownOpenData, ShownOpenPage,
};
use gongxin_app::public::shown::rules::{
    RuleFamily, RulesAsk, ShownRule, ShownRuleChanges, ShownRules,
};
use gongxin_app::public::shown::statistics::ShownStatistics;
use gongxin_app::public::shown::*;
use gongxin_model::{Instant, PublicId};
use gongxin_web::{Footer, Settings, router};

use crate::client::{ask_at, get};
use crate::html::check;
use crate::samples::{self, EMPTY, FULL, SampleDesk};

const LANGUAGES: [(&str, &str); 2] = [("", "zh-Hans-CN"), ("/en", "en")];

/// A desk that shows one sample under every address.
#[derive(Debug, Clone, Default)]
struct OneSample {
    home: ShownHome,
    subject: ShownSubject,
    record: Option<ShownRecord>,
    article: ShownArticle,
    rules: Option<ShownRules>,
    rule: Option<ShownRule>,
    changes: Option<ShownRuleChanges>,
    statistics: Option<Arc<ShownStatistics>>,
    open_data: ShownOpenData,
    open_class: Option<ShownOpenPage>,
    log: Option<ShownLog>,
}

fn found<T: Clone>(sample: &Option<T>) -> Result<Found<T>, DeskError> {
    Ok(sample.clone().map_or(Found::Never, |one| Found::Shown(Box::new(one))))
}

impl PublicDesk for OneSample {
    fn now(&self) -> Instant {
        SampleDesk::default().now()
    }
    fn moment(&self) -> Result<Moment, DeskError> {
        Ok(Moment::default())
    }
    fn platform(&self) -> Result<ShownPlatform, DeskError> {
        let name = Words::chinese("演练区公共信用信息平台");
        Ok(ShownPlatform { name, ..SampleDesk::default().platform()? })
    }
    fn home(&self) -> Result<ShownHome, DeskError> {
        Ok(self.home.clone())
    }
    fn search(&self, _: &SearchAsk) -> Result<ShownResults, DeskError> {
        let total = Total::MoreThan(10_000);
        let page = Page { items: samples::hits(), next: Some("x".into()), total };
        Ok(ShownResults { page, ..ShownResults::default() })
    }
    fn subject(&self, _: &str, _: View) -> Result<Found<ShownSubject>, DeskError> {
        Ok(Found::Shown(Box::new(self.subject.clone())))
    }
    fn records(&self, _: &RecordsAsk) -> Result<Found<ShownRecords>, DeskError> {
        Ok(Found::Shown(Box::default()))
    }
    fn record(&self, _: PublicId, _: View) -> Result<Found<ShownRecord>, DeskError> {
        let record = self.record.clone().map(|record| Found::Shown(Box::new(record)));
        Ok(record.unwrap_or(Found::Never))
    }
    fn articles(&self, _: ArticleKind, _: &PageAsk) -> Result<Page<ShownArticleLine>, DeskError> {
        let items = samples::articles().into_iter().map(|(_, article)| article.line).collect();
        Ok(Page { items, next: Some("x".into()), total: Total::MoreThan(10_000) })
    }
    fn article(&self, _: ArticleKind, _: &str) -> Result<Found<ShownArticle>, DeskError> {
        Ok(Found::Shown(Box::new(self.article.clone())))
    }
    fn health(&self) -> ShownHealth {
        ShownHealth::default()
    }
    fn double_publicity(&self, _: &RegisterAsk) -> Result<ShownDoublePublicity, DeskError> {
        Ok(ShownDoublePublicity::default())
    }
    fn commitments(&self, _: &RegisterAsk) -> Result<ShownCommitments, DeskError> {
        Ok(ShownCommitments { tells_fulfilment: true, ..ShownCommitments::default() })
    }
    fn lists(&self) -> Result<Vec<ShownList>, DeskError> {
        Ok(Vec::new())
    }
    fn list(&self, _: &ListAsk) -> Result<Found<ShownListPage>, DeskError> {
        let list = samples::lists().remove(0);
        Ok(Found::Shown(Box::new(ShownListPage { list, page: ShownRegister::default() })))
    }
    fn sources(&self) -> Result<Vec<ShownSupplier>, DeskError> {
        Ok(Vec::new())
    }
    fn source(&self, _: &str) -> Result<Found<ShownSupplierPage>, DeskError> {
        Ok(Found::Shown(Box::default()))
    }
    fn changes(&self, _: &ChangesAsk) -> Result<Found<ShownChanges>, DeskError> {
        Ok(Found::Shown(Box::default()))
    }
    fn shards(&self) -> Result<u32, DeskError> {
        Ok(0)
    }
    fn shard(&self, _: u32) -> Result<Vec<String>, DeskError> {
        Ok(Vec::new())
    }
    fn rules(&self, _: &RulesAsk) -> Result<Found<ShownRules>, DeskError> {
        found(&self.rules)
    }
    fn rule(&self, _: &RulesAsk, _: RuleFamily, _: &str) -> Result<Found<ShownRule>, DeskError> {
        found(&self.rule)
    }
    fn rule_changes(
        &self,
        _: &RulesAsk,
        _: &RulesAsk,
    ) -> Result<Found<ShownRuleChanges>, DeskError> {
        found(&self.changes)
    }
    fn statistics(&self) -> Result<Option<Arc<ShownStatistics>>, DeskError> {
        Ok(self.statistics.clone())
    }
    fn open_data(&self) -> Result<ShownOpenData, DeskError> {
        Ok(self.open_data.clone())
    }
    fn open_class(&self, _: &str) -> Result<Found<ShownOpenPage>, DeskError> {
        found(&self.open_class)
    }
    fn open_file(&self, _: &OpenFileAsk) -> Result<Found<OpenedFile>, DeskError> {
        Ok(Found::Never)
    }
    fn open_changes(&self, _: &PageAsk) -> Result<ShownOpenChanges, DeskError> {
        Ok(samples::open_changes(None))
    }
    fn log(&self) -> Result<Option<ShownLog>, DeskError> {
        Ok(self.log.clone())
    }
    fn log_tile(&self, path: &str) -> Result<Option<ShownTile>, DeskError> {
        SampleDesk::default().log_tile(path)
    }
    fn log_proof(&self, id: PublicId) -> Result<Found<ShownLogProof>, DeskError> {
        SampleDesk::default().log_proof(id)
    }
}

fn settings() -> Settings {
    let some = |text: &str| Some(text.to_owned());
    Settings {
        instance: "t".into(),
        footer: Footer {
            operator: some("演练区发展和改革委员会"),
            contact: some("0000-0000000，工作日 9:00–17:00"),
            site_code: some("0000000000"),
            icp: some("演ICP备00000000号"),
            police: some("演公网安备00000000000000号"),
        },
        map: None,
        ..Settings::default()
    }
}

fn render(what: &str, desk: &OneSample, address: &str) {
    for (prefix, lang) in LANGUAGES {
        let router = router(Arc::new(desk.clone()), settings()).unwrap();
        let answer = ask_at(router, "GET", &format!("{prefix}{address}"), &[]);
        assert_eq!(answer.status, 200, "{what} {lang}: {}", answer.text());
        check(&format!("{what} {lang}"), lang, &answer.text());
    }
}

#[test]
fn every_sample_renders_in_both_languages() {
    for (name, home) in samples::homes() {
        let desk = OneSample { home, ..OneSample::default() };
        render(&format!("home {name}"), &desk, "/");
    }
    render("search", &OneSample::default(), "/search?q=x");
    render("contact", &OneSample::default(), "/contact");
    render("records", &OneSample::default(), "/subject/X/records");
    render("changes", &OneSample::default(), "/subject/X/changes");
    for address in
        ["/double-publicity", "/commitments", "/lists", "/lists/x", "/sources", "/sources/x"]
    {
        render(&format!("empty {address}"), &OneSample::default(), address);
    }
    for (name, subject) in samples::subjects() {
        let address = format!("/subject/{}", subject.code);
        let desk = OneSample { subject, ..OneSample::default() };
        render(&format!("subject {name}"), &desk, &address);
        render(&format!("subject {name} past"), &desk, &format!("{address}?as_of=2026-03-31"));
    }
    render("notices", &OneSample::default(), "/notices");
    for (name, article) in samples::articles() {
        let address = format!("/notices/{}", article.line.slug);
        render(
            &format!("article {name}"),
            &OneSample { article, ..OneSample::default() },
            &address,
        );
    }
    for (name, record) in samples::records() {
        let address = format!("/record/{}", record.id);
        let desk = OneSample { record: Some(record), ..OneSample::default() };
        render(&format!("record {name}"), &desk, &address);
    }
}

#[test]
fn every_sample_of_the_rules_renders_in_both_languages() {
    for (name, rules) in samples::rulebooks() {
        let desk = OneSample { rules: Some(rules), ..OneSample::default() };
        render(&format!("rules {name}"), &desk, "/rules");
        render(&format!("rules {name} past"), &desk, "/rules?as_of=2026-03-31");
    }
    for (name, address, rule) in samples::rules() {
        let desk = OneSample { rule: Some(rule), ..OneSample::default() };
        render(&format!("rule {name}"), &desk, address);
    }
    for (name, changes) in samples::rule_changes() {
        let desk = OneSample { changes: Some(changes), ..OneSample::default() };
        render(&format!("changes {name}"), &desk, "/rules/changes?from=2026-03-31");
    }
}

#[test]
fn every_sample_of_the_figures_renders_in_both_languages() {
    render("no figures", &OneSample::default(), "/statistics");
    for (name, figures) in samples::statistics() {
        let desk = OneSample { statistics: Some(figures), ..OneSample::default() };
        render(&format!("figures {name}"), &desk, "/statistics");
        for asked in ["year=2025", "year=earlier", "year=2026&catalogue=nothing", "year=x"] {
            render(&format!("figures {name} {asked}"), &desk, &format!("/statistics?{asked}"));
        }
    }
}

#[test]
fn every_sample_of_the_log_renders_in_both_languages() {
    for (name, log) in samples::logs() {
        render(&format!("log {name}"), &OneSample { log, ..OneSample::default() }, "/log");
    }
}

#[test]
fn an_approved_map_is_drawn_with_its_number_and_the_tiles_stay() {
    let map = r#"{"type":"FeatureCollection","审图号":"演S(2026)001号","features":[
        {"properties":{"code":"159901"},"geometry":{"type":"Polygon",
         "coordinates":[[[110,40],[112,40],[112,42],[110,42],[110,40]]]}},
        {"properties":{"code":"150000"},"geometry":{"type":"Polygon",
         "coordinates":[[[112,40],[114,40],[114,42],[112,42],[112,40]]]}}]}"#;
    let map = gongxin_web::ApprovedMap::read(map.as_bytes(), None).unwrap();
    let figures = samples::statistics().into_iter().next().map(|(_, figures)| figures);
    let desk = OneSample { statistics: figures, ..OneSample::default() };
    for (prefix, lang) in LANGUAGES {
        let settings = Settings { map: Some(map.clone()), ..settings() };
        let router = router(Arc::new(desk.clone()), settings).unwrap();
        let text = ask_at(router, "GET", &format!("{prefix}/statistics"), &[]).text();
        check(&format!("a map {lang}"), lang, &text);
        assert!(text.contains("演S(2026)001号") && text.contains("class=\"tiles\""), "{text}");
        assert_eq!(text.matches("<path d=").count(), 2, "{text}");
        assert!(text.contains("12,000"));
    }
    // A map of elsewhere is none of the region's.
    let router = router(Arc::new(desk), Settings::default()).unwrap();
    let text = ask_at(router, "GET", "/statistics", &[]).text();
    assert!(!text.contains("class=\"outline\""));
}

#[test]
fn every_sample_of_open_data_renders_in_both_languages() {
    for (name, open_data) in samples::open_data() {
        let desk = OneSample { open_data, ..OneSample::default() };
        render(&format!("open data {name}"), &desk, "/open-data");
    }
    for (name, class) in samples::open_classes() {
        let desk = OneSample { open_class: Some(class), ..OneSample::default() };
        render(&format!("open class {name}"), &desk, "/open-data/x");
    }
}

#[test]
fn figures_are_given_out_as_they_are_told() {
    let table = get("/statistics/divisions.csv").text();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].ends_with("\"count\",\"told\""), "{}", lines[0]);
    assert!(lines[2].ends_with("\"312\",\"count\""), "{}", lines[2]);
    assert!(lines[3].ends_with("\"\",\"<5\""), "{}", lines[3]);
    assert!(lines[4].ends_with("\"\",\"withheld\""), "{}", lines[4]);
    for name in ["months", "classes", "industries", "authorities"] {
        assert_eq!(get(&format!("/statistics/{name}.csv")).status, 200, "{name}");
    }
    for name in ["nothing.csv", "months", "months.xlsx"] {
        assert_eq!(get(&format!("/statistics/{name}")).status, 404, "{name}");
    }
}

#[test]
fn a_page_of_rules_keeps_its_reading_in_every_link() {
    let text = get("/rules?as_of=2026-03-31&rulebook=2-0123456789abcdef").text();
    let kept = "/rules/penalty?as_of=2026-03-31&amp;rulebook=2-0123456789abcdef";
    assert!(text.contains(kept), "{text}");
    assert!(text.contains("noindex"), "an earlier reading is not for search engines");
    assert!(!get("/rules").text().contains("noindex"));
}

#[test]
fn every_address_of_the_sample_desk_renders() {
    let ended = format!("/record/{}", samples::id(9));
    let addresses = [
        ("/".to_owned(), 200),
        ("/search".to_owned(), 200),
        ("/search?q=北方".replace("北方", "%E5%8C%97%E6%96%B9"), 200),
        ("/search?q=%E5%8C%97%E6%96%B9&region=159900&status=active".to_owned(), 200),
        ("/search?q=%E5%8C%97%E6%96%B9&cursor=21.20".to_owned(), 200),
        ("/search?q=%E5%8C%97%E6%96%B9&sort=newest&form=x".to_owned(), 200),
        ("/search?q=%E5%8C%97%E6%96%B9&sort=backwards".to_owned(), 200),
        ("/search?q=%E5%8C%97%E6%96%B9&status=closed".to_owned(), 200),
        ("/search?q=91159900R00000170N".to_owned(), 200),
        ("/search?q=9115990R00000170M".to_owned(), 200),
        ("/search?q=91159900R000000170M".to_owned(), 200),
        ("/search?q=%E6%BC%94%E7%8E%AF%E7%BD%9A(2026)17%E5%8F%B7".to_owned(), 200),
        ("/search?q=beifang".to_owned(), 200),
        ("/search?q=%E5%8C%97%E8%8A%B3%E7%89%A7%E4%B8%9A".to_owned(), 200),
        ("/search?q=bfmy".to_owned(), 200),
        ("/search?q=%E5%8C%97%E5%8A%9B%E7%89%A7%E4%B8%9A".to_owned(), 200),
        ("/search?q=nothing".to_owned(), 200),
        ("/search?q=%E7%B4%A2%E5%BC%95".to_owned(), 503),
        (format!("/subject/{FULL}/records"), 200),
        (format!("/subject/{FULL}/records?cursor=51.50&year=2026&catalogue=penalty"), 200),
        (format!("/subject/{FULL}/records?section=administrative&as_of=2026-03-31"), 200),
        (format!("/subject/{FULL}/records?year=1999"), 200),
        (format!("/subject/{EMPTY}/records"), 200),
        (format!("/subject/{FULL}?known=2026-03-31"), 200),
        (format!("/subject/{FULL}?as_of=2026-13-45&known=%3Cb%3E&x=%22"), 400),
        (format!("/subject/{FULL}?as_of=2030-01-01"), 400),
        (format!("/subject/{FULL}?as_of=2026-03-31&known=2026-04-01T00:00:00Z"), 200),
        ("/help".to_owned(), 200),
        ("/help/find".to_owned(), 200),
        ("/help/read".to_owned(), 200),
        ("/help/object".to_owned(), 200),
        ("/help/repair".to_owned(), 200),
        ("/help/hand-in".to_owned(), 200),
        ("/help/verify".to_owned(), 200),
        ("/help/api".to_owned(), 200),
        ("/help/nothing".to_owned(), 404),
        ("/help/%ff".to_owned(), 404),
        ("/accessibility".to_owned(), 200),
        ("/privacy".to_owned(), 200),
        ("/contact".to_owned(), 200),
        ("/sitemap".to_owned(), 200),
        ("/api-docs".to_owned(), 200),
        ("/double-publicity".to_owned(), 200),
        ("/double-publicity?region=159900&source=S02&catalogue=penalty&from=20260101&until=2026-12-31".to_owned(), 200),
        ("/double-publicity?cursor=51.50".to_owned(), 200),
        ("/double-publicity?cursor=51.stop".to_owned(), 200),
        ("/double-publicity?region=000000".to_owned(), 200),
        ("/double-publicity?from=spring".to_owned(), 400),
        ("/double-publicity?cursor=2.foreign".to_owned(), 400),
        ("/commitments".to_owned(), 200),
        ("/commitments?source=S02".to_owned(), 200),
        ("/lists".to_owned(), 200),
        ("/lists/market".to_owned(), 200),
        ("/lists/market?as_of=2026-03-31&known=2026-04-01T00:00:00Z".to_owned(), 200),
        ("/lists/abnormal-list".to_owned(), 200),
        ("/lists/nothing".to_owned(), 404),
        ("/lists/%00".to_owned(), 404),
        ("/sources".to_owned(), 200),
        ("/sources?name=%E5%B1%80&region=159900&sector=market".to_owned(), 200),
        ("/sources?name=%3Cscript%3E".to_owned(), 200),
        ("/sources/S01".to_owned(), 200),
        ("/sources/S03".to_owned(), 200),
        ("/sources/nobody".to_owned(), 404),
        (format!("/subject/{FULL}/changes"), 200),
        (format!("/subject/{EMPTY}/changes?from=2026-11-01&to=2026-10-01"), 200),
        (format!("/subject/{FULL}/changes?to=2027-01-01"), 400),
        (format!("/subject/{FULL}/changes?from=never"), 400),
        ("/subject/ENDED/changes".to_owned(), 410),
        ("/offline".to_owned(), 200),
        (ended, 410),
        ("/notices".to_owned(), 200),
        ("/notices?cursor=21.20".to_owned(), 200),
        ("/notices/2026-rules".to_owned(), 200),
        ("/notices/ended".to_owned(), 410),
        ("/notices/never".to_owned(), 404),
        ("/guides".to_owned(), 200),
        ("/guides/long".to_owned(), 200),
        ("/subject/ENDED".to_owned(), 410),
        ("/nowhere".to_owned(), 404),
        ("/rules".to_owned(), 200),
        ("/rules?rulebook=9-0123456789abcdef".to_owned(), 404),
        ("/rules?rulebook=%3Cscript%3E".to_owned(), 404),
        ("/rules?as_of=2026-13-45".to_owned(), 400),
        ("/rules/penalty".to_owned(), 200),
        ("/rules/nothing".to_owned(), 404),
        ("/rules/term/one".to_owned(), 200),
        ("/rules/list/one".to_owned(), 200),
        ("/rules/law/one?known=2026-04-02".to_owned(), 200),
        ("/rules/changes?from=2026-03-31&to=2030-01-01".to_owned(), 200),
        ("/rules/changes?from=soon".to_owned(), 400),
        ("/open-data".to_owned(), 200),
        ("/open-data/penalty".to_owned(), 200),
        ("/open-data/penalty?division=159900".to_owned(), 200),
        ("/open-data/nothing".to_owned(), 404),
        ("/open-data/files/nothing.csv".to_owned(), 404),
        (format!("/open-data/files/{}.xlsx", samples::HELD), 404),
        (format!("/open-data/files/{}.csv", samples::RENEWED), 503),
        ("/subject/BUSY".to_owned(), 429),
        ("/subject/FAULT".to_owned(), 500),
        ("/subject/PANIC".to_owned(), 500),
    ];
    for (address, status) in addresses {
        for (prefix, lang) in LANGUAGES {
            let answer = get(&format!("{prefix}{address}"));
            assert_eq!(answer.status, status, "{prefix}{address}: {}", answer.text());
            check(&format!("{prefix}{address}"), lang, &answer.text());
            let banner = answer.text().contains("class=\"band demo\"");
            assert!(banner, "{address}: rehearsal banner");
        }
    }
}

#[test]
fn a_page_stays_small() {
    let page = get(&format!("/subject/{FULL}"));
    let zipped =
        crate::client::ask("GET", &format!("/subject/{FULL}"), &[("accept-encoding", "gzip")]);
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert!(
        zipped.body.len() < 20_000,
        "{} bytes, {} unzipped",
        zipped.body.len(),
        page.body.len()
    );
}

#[test]
fn links_of_the_pages_of_words_lead_somewhere() {
    let guides = ["find", "read", "object", "repair", "hand-in", "verify", "api"];
    let guides = guides.map(|guide| format!("/help/{guide}"));
    let pages = ["/help", "/accessibility", "/privacy"].map(str::to_owned);
    let mut links = std::collections::BTreeSet::new();
    for page in pages.iter().chain(&guides) {
        for (prefix, _) in LANGUAGES {
            let text = get(&format!("{prefix}{page}")).text();
            let words = text.split_once("<article").unwrap().1.split_once("</article>").unwrap().0;
            let found = words.split(" href=\"/").skip(1).filter_map(|part| part.split_once('"'));
            links.extend(found.map(|(link, _)| format!("/{link}")));
        }
    }
    assert!(links.len() > 10);
    for link in links {
        assert_eq!(get(&link).status, 200, "{link}");
    }
}

#[test]
fn what_was_typed_is_kept_beside_what_is_wrong_with_it() {
    let text = get("/en/double-publicity?from=spring&until=2030-01-01&source=S02").text();
    for kept in [
        "<form class=\"day\" method=\"get\" action=\"/en/double-publicity\">",
        "name=\"source\" value=\"S02\"",
        "id=\"from\" name=\"from\" type=\"text\" autocomplete=\"off\" value=\"spring\" aria-invalid",
        "<a href=\"#from\">“From”: write it as <time datetime=\"2026-03-31\">2026-03-31</time></a>",
        "<title>Error: ",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(!text.contains("href=\"#until\""), "a day to come may be asked for here");
    let text = get("/lists/market?as_of=20260331&known=2030-01-01").text();
    assert!(text.contains("href=\"#known\"") && !text.contains("href=\"#as_of\""), "{text}");
    assert!(!get("/record/nothing?as_of=2026-03-31").text().contains("<form class=\"day\""));
}

/// The page of parts stands in no release.
#[cfg(debug_assertions)]
#[test]
fn the_page_of_parts_is_whole() {
    for address in ["/design", "/design?scheme=light", "/design?scheme=dark"] {
        render("design", &OneSample::default(), address);
    }
    let text = get("/design?scheme=dark").text();
    assert!(text.contains("class=\"design scheme-dark\"") && text.contains("noindex"));
}

#[test]
fn the_mongolian_page_is_whole() {
    let answer = get("/mn/");
    let text = answer.text();
    assert_eq!(answer.status, 200);
    assert!(text.starts_with("<!doctype html>\n<html lang=\"mn-Mong-CN\" class=\"upright\""));
    check("/mn/", "mn-Mong-CN", &text);
}

#[test]
fn an_earnest_store_has_no_banner() {
    let router = crate::client::counter(SampleDesk { earnest: true });
    let answer = ask_at(router, "GET", "/", &[]);
    assert!(!answer.text().contains("class=\"band demo\""));
}

#[test]
fn results_carry_registration_facts_only() {
    let text = get("/search?q=%E5%8C%97%E6%96%B9").text();
    for word in ["行政处罚", "条信用信息", "/record/"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn the_official_sections_come_in_the_official_order() {
    let text = get(&format!("/subject/{EMPTY}")).text();
    let titles = [
        "一、基础信息",
        "二、行政管理",
        "三、诚实守信",
        "四、严重失信主体名单",
        "五、经营异常",
        "六、信用承诺",
        "七、信用评价",
        "八、司法判决",
        "九、其他信息",
        "公共信用信息地方补充内容",
    ];
    let places: Vec<_> = titles.iter().map(|title| text.find(&format!(">{title}</h2>"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    assert_eq!(text.matches("<p class=\"empty\">查询期内无相关信息</p>").count(), 10);
}

#[test]
fn what_a_source_writes_cannot_become_markup() {
    let subject = samples::behind_subject();
    let desk = OneSample { subject, ..OneSample::default() };
    let address = "/subject/159900000001701";
    let answer = ask_at(router(Arc::new(desk), settings()).unwrap(), "GET", address, &[]);
    assert!(answer.text().contains("&lt;b&gt;曾用 &amp; 名"));
    assert!(!answer.text().contains("<b>"));
}
