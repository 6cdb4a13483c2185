//! A desk of samples: the second living implementation of the public desk.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gongxin_app::public::shown::open_data::{
    OpenFileAsk, OpenedFile, ShownOpenChanges, ShownOpenData, ShownOpenPage,
};
use gongxin_app::public::shown::rules::{
    RuleFamily, RulesAsk, ShownRule, ShownRuleChanges, ShownRules,
};
use gongxin_app::public::shown::statistics::ShownStatistics;
use gongxin_app::public::shown::*;
use gongxin_app::public_log::LogProof;
use gongxin_model::{Instant, PublicId};

use super::articles::articles;
use super::decisions::records;
use super::log::logs;
use super::open_data::*;
use super::registers::*;
use super::rules::{rule_changes, rulebooks, rules};
use super::statistics::statistics;
use super::values::*;

/// A desk of samples. Code `FAULT` fails, `PANIC` falls over, `BUSY` is busy.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SampleDesk {
    /// True for a store without rehearsal data.
    pub(crate) earnest: bool,
}

const ROWS: usize = 120;
/// How often the file was asked for that is withdrawn while it goes out.
static ENDING_ASKED: AtomicUsize = AtomicUsize::new(0);

fn place(after: Option<&String>) -> Result<usize, DeskError> {
    after.map_or(Ok(0), |key| key.parse().map_err(|_| DeskError::Cursor))
}

fn page<T>(items: Vec<T>, ask: &PageAsk) -> Result<Page<T>, DeskError> {
    let total = Total::Exactly(items.len() as u64);
    let start = place(ask.after.as_ref())?;
    let end = start + usize::from(ask.size);
    let next = (end < items.len()).then(|| end.to_string());
    let items = items.into_iter().skip(start).take(usize::from(ask.size)).collect();
    Ok(Page { items, next, total })
}

impl PublicDesk for SampleDesk {
    fn now(&self) -> Instant {
        at("2026-11-24T02:30:00Z")
    }

    fn moment(&self) -> Result<Moment, DeskError> {
        Ok(Moment::default())
    }

    fn platform(&self) -> Result<ShownPlatform, DeskError> {
        let zh = "演练区公共信用信息平台";
        let en = "Public Credit Information of the Rehearsal Region";
        Ok(ShownPlatform { name: Words::new(zh, en), rehearsal: !self.earnest, now: self.now() })
    }

    fn home(&self) -> Result<ShownHome, DeskError> {
        Ok(homes().remove(0).1)
    }

    fn search(&self, ask: &SearchAsk) -> Result<ShownResults, DeskError> {
        let query = ask.query.as_str();
        if query == "索引" {
            return Err(DeskError::Behind { part: "name-index".into() });
        }
        let direct = (query == FULL || query == OLDER).then(|| FULL.to_owned());
        let suggest = |slip| ShownSuggestion {
            slip,
            number: FULL.into(),
            subject: ShownLink { code: FULL.into(), name: full_subject().name },
        };
        let suggestions = match query {
            "91159900R00000170N" => vec![suggest(Slip::Replaced(18))],
            "9115990R00000170M" => vec![suggest(Slip::Missing(7)), suggest(Slip::Swapped(7))],
            "91159900R000000170M" => vec![suggest(Slip::Extra(13))],
            _ => Vec::new(),
        };
        let document = |record| ShownDocument {
            subject: ShownLink { code: FULL.into(), name: full_subject().name },
            record,
        };
        let documents = if query == "演环罚(2026)17号" {
            rows(2).into_iter().map(document).collect()
        } else {
            Vec::new()
        };
        let guessed = match query {
            "beifang" | "北芳牧业" => Some(Way::Sound),
            "bfmy" => Some(Way::Initials),
            "北力牧业" => Some(Way::Near),
            _ => None,
        };
        if let Some(way) = guessed {
            let all = hits().into_iter().take(2).map(|hit| ShownHit { way, ..hit }).collect();
            return Ok(ShownResults { page: page(all, &ask.page)?, ..ShownResults::default() });
        }
        if !query.contains("北方") || ask.filters.statuses == ["closed"] {
            let facets = if query.contains("北方") { facets() } else { Vec::new() };
            return Ok(ShownResults {
                direct,
                suggestions,
                documents,
                facets,
                ..ShownResults::default()
            });
        }
        let narrowed = !ask.filters.regions.is_empty();
        let all = if narrowed { hits() } else { hits().into_iter().cycle().take(46).collect() };
        Ok(ShownResults {
            page: page(all, &ask.page)?,
            direct,
            namesakes: Some(2),
            facets: facets(),
            can_sort: true,
            ..ShownResults::default()
        })
    }

    fn subject(&self, code: &str, _: View) -> Result<Found<ShownSubject>, DeskError> {
        match code {
            FULL => Ok(Found::Shown(Box::new(full_subject()))),
            EMPTY => Ok(Found::Shown(Box::new(empty_subject()))),
            OLDER => Ok(Found::MovedTo(FULL.into())),
            "ENDED" => Ok(Found::Ended),
            "FAULT" => {
                Err(DeskError::Failed { act: "read a subject", cause: "disk on fire".into() })
            }
            "BUSY" => Err(DeskError::Busy { seconds: 7 }),
            "PANIC" => panic!("the sample desk falls over"),
            _ => Ok(Found::Never),
        }
    }

    fn records(&self, ask: &RecordsAsk) -> Result<Found<ShownRecords>, DeskError> {
        let all = if ask.code == FULL && ask.year != Some(1999) { rows(ROWS) } else { Vec::new() };
        let year = |text: &str, count| ShownOption {
            value: text.into(),
            words: Words::new(text, text),
            count: Some(count),
        };
        self.subject(&ask.code, ask.view)?.try_map(|subject| {
            Ok(ShownRecords {
                subject: ShownLink { code: subject.code, name: subject.name },
                page: page(all, &ask.page)?,
                sections: vec![(Section::Administrative, 120), (Section::Commitments, 3)],
                catalogues: vec![
                    ShownCount { of: licence(), count: 80 },
                    ShownCount { of: penalty(), count: 40 },
                ],
                years: vec![year("2026", 75), year("2025", 45)],
                masked: false,
                freshness: freshness(),
            })
        })
    }

    fn record(&self, asked: PublicId, _: View) -> Result<Found<ShownRecord>, DeskError> {
        let known = records().into_iter().find(|(_, record)| record.id == asked);
        Ok(match known {
            Some((_, record)) => Found::Shown(Box::new(record)),
            None if [id(8), id(9)].contains(&asked) => Found::Ended,
            None => Found::Never,
        })
    }

    fn articles(
        &self,
        kind: ArticleKind,
        ask: &PageAsk,
    ) -> Result<Page<ShownArticleLine>, DeskError> {
        let lines = articles().into_iter().map(|(_, article)| article.line);
        let lines = match kind {
            ArticleKind::Notice => lines.cycle().take(45).collect(),
            ArticleKind::Guide => Vec::new(),
        };
        page(lines, ask)
    }

    fn article(&self, _: ArticleKind, slug: &str) -> Result<Found<ShownArticle>, DeskError> {
        let known = articles().into_iter().find(|(_, article)| article.line.slug == slug);
        Ok(match known {
            Some((_, article)) => Found::Shown(Box::new(article)),
            None if slug == "ended" => Found::Ended,
            None => Found::Never,
        })
    }

    fn health(&self) -> ShownHealth {
        let face = ShownFace { name: "name-index".into(), lag: 0 };
        ShownHealth { well: true, moved: false, store: "sqlite".into(), faces: vec![face] }
    }

    fn double_publicity(&self, ask: &RegisterAsk) -> Result<ShownDoublePublicity, DeskError> {
        let page = match ask.region.as_deref() {
            Some("000000") => ShownRegister::default(),
            _ => register(&ask.page)?,
        };
        Ok(ShownDoublePublicity {
            page,
            narrowing: narrowing(),
            deadline: Some(7),
            measured: Some(measured()),
        })
    }

    fn commitments(&self, ask: &RegisterAsk) -> Result<ShownCommitments, DeskError> {
        let page = register(&ask.page)?;
        Ok(ShownCommitments { page, narrowing: narrowing(), tells_fulfilment: false })
    }

    fn lists(&self) -> Result<Vec<ShownList>, DeskError> {
        Ok(lists())
    }

    fn list(&self, ask: &ListAsk) -> Result<Found<ShownListPage>, DeskError> {
        let Some(list) = lists().into_iter().find(|one| one.list.code == ask.id) else {
            return Ok(Found::Never);
        };
        let is_empty = list.terms.is_empty();
        let page = if is_empty { ShownRegister::default() } else { register(&ask.page)? };
        Ok(Found::Shown(Box::new(ShownListPage { list, page })))
    }

    fn sources(&self) -> Result<Vec<ShownSupplier>, DeskError> {
        Ok(suppliers())
    }

    fn source(&self, code: &str) -> Result<Found<ShownSupplierPage>, DeskError> {
        Ok(supplier_page(code).map_or(Found::Never, |page| Found::Shown(Box::new(page))))
    }

    fn changes(&self, ask: &ChangesAsk) -> Result<Found<ShownChanges>, DeskError> {
        self.subject(&ask.code, View::default())?.try_map(|subject| Ok(changes(&subject.code)))
    }

    fn shards(&self) -> Result<u32, DeskError> {
        Ok(2)
    }

    fn shard(&self, shard: u32) -> Result<Vec<String>, DeskError> {
        Ok(if shard < 2 { vec![FULL.into(), EMPTY.into()] } else { Vec::new() })
    }

    fn rules(&self, ask: &RulesAsk) -> Result<Found<ShownRules>, DeskError> {
        let unknown = ask.book.as_ref().is_some_and(|key| key.no > 2);
        let found = rulebooks().into_iter().next().filter(|_| !unknown);
        Ok(found.map_or(Found::Never, |(_, rules)| Found::Shown(Box::new(rules))))
    }

    fn rule(
        &self,
        _: &RulesAsk,
        family: RuleFamily,
        id: &str,
    ) -> Result<Found<ShownRule>, DeskError> {
        let is_it = |rule: &ShownRule| {
            rule.item.family == family && [rule.item.id.as_str(), "one"].contains(&id)
        };
        let found = rules().into_iter().find(|(_, _, rule)| is_it(rule));
        Ok(found.map_or(Found::Never, |(_, _, rule)| Found::Shown(Box::new(rule))))
    }

    fn rule_changes(
        &self,
        _: &RulesAsk,
        _: &RulesAsk,
    ) -> Result<Found<ShownRuleChanges>, DeskError> {
        let found = rule_changes().into_iter().next();
        Ok(found.map_or(Found::Never, |(_, changes)| Found::Shown(Box::new(changes))))
    }

    fn statistics(&self) -> Result<Option<Arc<ShownStatistics>>, DeskError> {
        Ok(statistics().into_iter().next().map(|(_, figures)| figures))
    }

    fn open_data(&self) -> Result<ShownOpenData, DeskError> {
        Ok(open_data().remove(0).1)
    }

    fn open_class(&self, id: &str) -> Result<Found<ShownOpenPage>, DeskError> {
        let found = open_classes().into_iter().find(|(_, page)| page.class.of.code == id);
        Ok(found.map_or(Found::Never, |(_, page)| Found::Shown(Box::new(page))))
    }

    fn open_file(&self, ask: &OpenFileAsk) -> Result<Found<OpenedFile>, DeskError> {
        match ask.name.as_str() {
            // Withdrawn while it goes out.
            ENDING if 1 < ENDING_ASKED.fetch_add(1, Ordering::Relaxed) => {
                Err(DeskError::Renewed { seconds: 90 })
            }
            HELD | ENDING => Ok(Found::Shown(Box::new(opened(&ask.name, ask.format)))),
            RENEWED => Err(DeskError::Renewed { seconds: 90 }),
            _ => Ok(Found::Never),
        }
    }

    fn open_changes(&self, page: &PageAsk) -> Result<ShownOpenChanges, DeskError> {
        match page.after.as_deref() {
            Some("foreign") => Err(DeskError::Cursor),
            after => Ok(open_changes(after)),
        }
    }

    fn log(&self) -> Result<Option<ShownLog>, DeskError> {
        Ok(logs().remove(0).1)
    }

    fn log_tile(&self, path: &str) -> Result<Option<ShownTile>, DeskError> {
        Ok((path == "0/000.p/2").then(|| ShownTile { bytes: vec![7; 64] }))
    }

    fn log_proof(&self, asked: PublicId) -> Result<Found<ShownLogProof>, DeskError> {
        self.record(asked, View::default())?.try_map(|record| {
            let path = vec!["BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".into()];
            let proof = LogProof {
                format: "gongxin-log-proof/1".into(),
                suite: "sha256".into(),
                entry: record.origin.entry,
                envelope: "hwE=".into(),
                path,
                checkpoint: logs().remove(0).1.unwrap().note,
            };
            Ok(ShownLogProof { record: record.id, proof })
        })
    }
}
