//! Every face that derives from the archive, read whole, and what it must not carry.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use gongxin_app::ArticleKind;
use gongxin_app::public::shown::open_data::{OpenFileAsk, OpenFormat};
use gongxin_app::public::shown::rules::{RuleFamily, RulesAsk};
use gongxin_app::public::shown::{
    ChangesAsk, Found, ListAsk, PageAsk, PublicDesk, RecordsAsk, RegisterAsk, SearchAsk, View,
};
use gongxin_model::PublicId;

use super::acts::{Histories, number};
use super::tables;
use crate::public_log::{lossy, tiles_of};
use crate::rows::{ENVIRONMENT, code, name};
use crate::world::World;

/// How much was looked at.
#[derive(Debug, Default, Clone)]
pub(super) struct Tally {
    /// How often each act was done.
    pub(super) acts: BTreeMap<&'static str, u64>,
    pub(super) histories: u64,
    pub(super) ended: u64,
    pub(super) shown: u64,
    pub(super) erased: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.histories += other.histories;
        self.ended += other.ended;
        self.shown += other.shown;
        self.erased += other.erased;
        for (act, count) in other.acts {
            *self.acts.entry(act).or_default() += count;
        }
    }
}

/// Something that a face carries though it ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Residue {
    pub(super) face: String,
    pub(super) token: u32,
}

/// What ended, by the tokens of its numbers, and what of it was erased.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub(super) ended: BTreeSet<u32>,
    pub(super) erased: BTreeSet<u32>,
}

/// What a face says of all subjects; `terms` are what somebody searches for.
type Says = fn(&World, u32, &[String]) -> String;

/// The methods of the public desk, each with all that it says. One that is missing fails a test.
pub(super) const FACES: [(&str, Says); 31] = [
    ("now", |world, _, _| world.desk.now().to_string()),
    ("moment", |world, _, _| format!("{:?}", world.desk.moment())),
    ("platform", |world, _, _| format!("{:?}", world.desk.platform())),
    ("home", |world, _, _| format!("{:?}", world.desk.home())),
    ("search", |world, _, terms| {
        terms.iter().map(|text| format!("{:?}\n", found(world, text))).collect()
    }),
    ("subject", |world, subjects, _| {
        of_each(subjects, |number| format!("{:?}", world.subject(&code(number))))
    }),
    ("records", |world, subjects, _| of_each(subjects, |number| records(world, &code(number)))),
    ("record", |world, subjects, _| of_each(subjects, |number| pages(world, &code(number)))),
    ("articles", |world, _, _| {
        let kinds = [ArticleKind::Notice, ArticleKind::Guide].into_iter();
        kinds.map(|kind| format!("{:?}", world.desk.articles(kind, &PageAsk::first(50)))).collect()
    }),
    ("article", |world, _, _| format!("{:?}", world.desk.article(ArticleKind::Notice, "any"))),
    ("health", |world, _, _| format!("{:?}", world.desk.health())),
    ("double_publicity", |world, _, _| {
        registered(|ask| world.desk.double_publicity(ask).unwrap().page)
    }),
    ("commitments", |world, _, _| registered(|ask| world.desk.commitments(ask).unwrap().page)),
    ("lists", |world, _, _| format!("{:?}", world.desk.lists())),
    ("list", |world, _, _| {
        let of = |id: &str| {
            let ask =
                ListAsk { id: id.to_owned(), page: PageAsk::first(200), view: View::default() };
            format!("{:?}", world.desk.list(&ask))
        };
        world.desk.lists().unwrap().iter().map(|list| of(&list.list.code)).collect()
    }),
    ("sources", |world, _, _| format!("{:?}", world.desk.sources())),
    ("source", |world, _, _| format!("{:?}", world.desk.source(ENVIRONMENT))),
    ("changes", |world, subjects, _| {
        let day = |text: &str| text.parse().unwrap();
        of_each(subjects, |number| {
            let (from, until) = (day("2026-01-01"), world.office.today());
            format!("{:?}", world.desk.changes(&ChangesAsk { code: code(number), from, until }))
        })
    }),
    ("shards", |world, _, _| format!("{:?}", world.desk.shards())),
    ("shard", |world, _, _| format!("{:?}", world.desk.shard(0))),
    ("rules", |world, _, _| format!("{:?}", world.desk.rules(&RulesAsk::default()))),
    ("rule", |world, _, _| {
        format!("{:?}", world.desk.rule(&RulesAsk::default(), RuleFamily::Class, "penalty"))
    }),
    ("rule_changes", |world, _, _| {
        format!("{:?}", world.desk.rule_changes(&RulesAsk::default(), &RulesAsk::default()))
    }),
    ("statistics", |world, _, _| format!("{:?}", world.desk.statistics())),
    ("open_data", |world, _, _| format!("{:?}", world.desk.open_data())),
    ("open_class", |world, _, _| {
        let classes = world.desk.open_data().unwrap().classes.into_iter();
        classes.map(|class| format!("{:?}", world.desk.open_class(&class.of.code))).collect()
    }),
    ("open_file", |world, _, _| {
        let classes = world.desk.open_data().unwrap().classes.into_iter();
        let names = classes.flat_map(|class| class.shards).map(|shard| shard.name);
        names.map(|name| file(world, &name)).collect()
    }),
    ("open_changes", |world, _, _| format!("{:?}", world.desk.open_changes(&PageAsk::first(200)))),
    ("log", |world, _, _| {
        world.sign_log();
        format!("{:?}", world.desk.log())
    }),
    // Envelopes of what ended stay in it: they must carry nothing of what they were about.
    ("log_tile", |world, _, _| {
        let size = world.desk.log().unwrap().map_or(0, |log| log.size);
        tiles_of(size).map(|path| lossy(world.desk.log_tile(&path))).collect()
    }),
    ("log_proof", |world, subjects, _| {
        of_each(subjects, |number| {
            let ids = world.file_of(&code(number)).into_iter().map(|one| one.id.parse().unwrap());
            ids.map(|id: PublicId| format!("{:?}", world.desk.log_proof(id).unwrap())).collect()
        })
    }),
];

fn of_each(subjects: u32, says: impl Fn(u32) -> String) -> String {
    (1..=subjects).map(says).collect()
}

fn found(world: &World, text: &str) -> String {
    let answer = world.desk.search(&SearchAsk::first(text, 50)).unwrap();
    // Whoever searches is told what they searched for.
    format!("{:?} {:?}", answer.page, answer.documents)
}

fn records(world: &World, code: &str) -> String {
    let mut page = PageAsk::first(200);
    let mut text = String::new();
    loop {
        let ask = RecordsAsk {
            code: code.to_owned(),
            section: None,
            catalogue: None,
            year: None,
            page,
            view: View::default(),
        };
        let Found::Shown(list) = world.desk.records(&ask).unwrap() else {
            return text;
        };
        text += &format!("{:?}", list.page.items);
        let Some(next) = list.page.next else {
            return text;
        };
        page = PageAsk { after: Some(next), size: 200 };
    }
}

/// The pages of all records that its own people see of a subject, ended ones among them.
fn pages(world: &World, code: &str) -> String {
    let ids = world.file_of(code).into_iter().map(|record| record.id.parse().unwrap());
    let pages = ids.map(|id: PublicId| world.desk.record(id, View::default()).unwrap());
    pages.filter(|page| matches!(page, Found::Shown(_))).map(|page| format!("{page:?}")).collect()
}

fn registered(read: impl Fn(&RegisterAsk) -> gongxin_app::public::shown::ShownRegister) -> String {
    let mut ask = RegisterAsk::first(200);
    let mut text = String::new();
    loop {
        let page = read(&ask);
        text += &format!("{:?}", page.items);
        let Some(next) = page.next else {
            return text;
        };
        ask = RegisterAsk { page: PageAsk { after: Some(next), size: 200 }, ..ask };
    }
}

/// What a file of open data has; nothing while it is made anew.
fn file(world: &World, name: &str) -> String {
    let ask = OpenFileAsk { name: name.into(), format: OpenFormat::JsonLines, gzip: false };
    let mut text = String::new();
    if let Ok(Found::Shown(mut file)) = world.desk.open_file(&ask) {
        file.content.read_to_string(&mut text).unwrap();
    }
    text
}

/// The tokens of document numbers in a text.
pub(super) fn tokens(text: &str) -> BTreeSet<u32> {
    let parts = text.split("演环罚〔2026〕").skip(1);
    let digits = |part: &str| -> String { part.chars().take_while(char::is_ascii_digit).collect() };
    parts.filter_map(|part| digits(part).parse().ok()).collect()
}

/// The faces that carry something that ended.
pub(super) fn residue(
    world: &World,
    subjects: u32,
    ended: &Ended,
    terms: &[String],
) -> Vec<Residue> {
    let mut found = Vec::new();
    for (face, says) in FACES {
        let carried = tokens(&says(world, subjects, terms));
        found.extend(
            carried
                .intersection(&ended.ended)
                .map(|token| Residue { face: face.to_owned(), token: *token }),
        );
    }
    found
}

/// Compares every face with what the histories come to.
pub(super) fn compare(histories: &Histories, is_last: bool) -> Tally {
    let Histories { world, seed, all, subjects, .. } = histories;
    let today = histories.today();
    let mut tally = Tally::default();
    let mut ended = Ended::default();
    let mut live: BTreeMap<u32, usize> = BTreeMap::new();
    for (place, one) in all.iter().enumerate() {
        tally.histories += 1;
        for act in &one.course {
            *tally.acts.entry(*act).or_default() += 1;
        }
        ended.ended.extend(&one.former);
        if one.erased {
            tally.erased += 1;
            ended.erased.extend(one.former.iter().chain([&one.token]));
        }
        if one.has_ended(today) {
            tally.ended += 1;
            ended.ended.insert(one.token);
        } else {
            tally.shown += 1;
            live.insert(one.token, place);
        }
    }
    let told = |token: u32| {
        let one = all.iter().find(|one| one.token == token || one.former.contains(&token));
        format!("seed {seed}, {today}, {token}: {one:?}")
    };
    world.follow();
    if is_last {
        world.desk.keep().unwrap();
    }
    // Some of what ended is searched for by its number, and every organisation by its name.
    let nth = if is_last { 1 } else { 23 };
    let numbers = ended.ended.iter().step_by(nth).map(|token| number(*token));
    let terms: Vec<String> = numbers.chain((1..=*subjects).map(name)).collect();
    let found = residue(world, *subjects, &ended, &terms);
    assert!(found.is_empty(), "{:?} {}", found, told(found[0].token));
    let shown = tokens(&(FACES[6].1)(world, *subjects, &[]));
    for (token, place) in &live {
        assert!(shown.contains(token), "not shown: {} {:?}", told(*token), all[*place]);
    }
    let rested = tables::standings(world, today, &ended);
    assert!(rested.is_empty(), "{rested:?} {}", told(rested[0].token));
    if is_last {
        let rested = tables::residue(world, &ended);
        assert!(rested.is_empty(), "{rested:?} {}", told(rested[0].token));
        world.assert_well();
        // What is made anew has it neither.
        world.next_day();
        world.keep_open();
        let found = residue(world, *subjects, &ended, &[]);
        assert!(found.is_empty(), "{found:?}");
    }
    tally
}
