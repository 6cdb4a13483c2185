//! Every face of the public desk, in one table: what ended is on none of them, at once.

use std::collections::BTreeSet;
use std::io::Read as _;

use gongxin_app::ArticleKind;
use gongxin_app::public::shown::open_data::{OpenFileAsk, OpenFormat};
use gongxin_app::public::shown::rules::{RuleFamily, RulesAsk};
use gongxin_app::public::shown::{
    ChangesAsk, Found, ListAsk, PageAsk, PublicDesk, RegisterAsk, SearchAsk, ShownRegister, View,
};
use gongxin_model::PublicId;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::public_log::{lossy, tiles_of};
use crate::rows::{
    COURT, CREDIT, ENVIRONMENT, MARKET, Penalty, code, csv, name, penalties, repair, revocation,
    shielding,
};
use crate::world::World;

engine_test! {
    the_table_names_every_face
    a_record_leaves_every_face_at_once
    a_register_is_read_to_its_end_page_by_page
    filters_narrow_a_register
    a_list_without_a_basis_is_not_offered
    a_list_is_seen_as_it_was
    kept_figures_tell_no_few
    two_days_are_compared_by_what_may_be_shown_today
}

/// What a face says of everything that bears on the first organisation.
type Says = fn(&World) -> String;

/// The methods of the desk. One that is missing here fails the first test.
const FACES: [(&str, Says); 31] = [
    ("now", |world| world.desk.now().to_string()),
    ("moment", |world| format!("{:?}", world.desk.moment())),
    ("platform", |world| format!("{:?}", world.desk.platform())),
    ("home", |world| format!("{:?}", world.desk.home())),
    ("search", |world| {
        let numbers = [Penalty::of(1, 1).number, LISTED.into(), PROMISED.into(), name(1)];
        numbers.map(|text| format!("{:?}", world.search(&SearchAsk::first(text, 50)))).join("\n")
    }),
    ("subject", |world| format!("{:?}", world.subject(&code(1)))),
    ("records", |world| format!("{:?}", world.list(&code(1), View::default()))),
    ("record", |world| {
        let ids = world.file_of(&code(1)).into_iter().map(|record| record.id.parse().unwrap());
        let pages = ids.map(|id: PublicId| world.desk.record(id, View::default()).unwrap());
        let shown = pages.filter(|page| matches!(page, Found::Shown(_)));
        shown.map(|page| format!("{page:?}")).collect()
    }),
    ("articles", |world| {
        let kinds = [ArticleKind::Notice, ArticleKind::Guide].into_iter();
        kinds.map(|kind| format!("{:?}", world.desk.articles(kind, &PageAsk::first(50)))).collect()
    }),
    ("article", |world| format!("{:?}", world.desk.article(ArticleKind::Notice, "any"))),
    ("health", |world| format!("{:?}", world.desk.health())),
    ("double_publicity", |world| format!("{:?}", world.desk.double_publicity(&all()))),
    ("commitments", |world| format!("{:?}", world.desk.commitments(&all()))),
    ("lists", |world| format!("{:?}", world.desk.lists())),
    ("list", |world| {
        let lists = world.desk.lists().unwrap().into_iter();
        lists
            .map(|list| format!("{:?}", entries(world, &list.list.code, View::default())))
            .collect()
    }),
    ("sources", |world| format!("{:?}", world.desk.sources())),
    ("source", |world| format!("{:?}", world.desk.source(ENVIRONMENT))),
    ("changes", |world| {
        let day = |text: &str| text.parse().unwrap();
        let ask =
            ChangesAsk { code: code(1), from: day("2026-01-01"), until: world.office.today() };
        format!("{:?}", world.desk.changes(&ask))
    }),
    ("shards", |world| format!("{:?}", world.desk.shards())),
    ("shard", |world| format!("{:?}", world.desk.shard(0))),
    ("rules", |world| format!("{:?}", world.desk.rules(&RulesAsk::default()))),
    ("rule", |world| {
        format!("{:?}", world.desk.rule(&RulesAsk::default(), RuleFamily::Class, "penalty"))
    }),
    ("rule_changes", |world| {
        format!("{:?}", world.desk.rule_changes(&RulesAsk::default(), &RulesAsk::default()))
    }),
    ("statistics", |world| format!("{:?}", world.desk.statistics())),
    ("open_data", |world| format!("{:?}", world.desk.open_data())),
    ("open_class", |world| {
        let classes = world.desk.open_data().unwrap().classes.into_iter();
        classes.map(|class| format!("{:?}", world.desk.open_class(&class.of.code))).collect()
    }),
    ("open_file", |world| {
        let classes = world.desk.open_data().unwrap().classes.into_iter();
        let names = classes.flat_map(|class| class.shards).map(|shard| shard.name);
        names.map(|name| open_file(world, &name)).collect()
    }),
    ("open_changes", |world| format!("{:?}", world.desk.open_changes(&PageAsk::first(200)))),
    ("log", |world| {
        world.sign_log();
        format!("{:?}", world.desk.log())
    }),
    ("log_tile", |world| {
        let size = world.desk.log().unwrap().unwrap().size;
        tiles_of(size).map(|path| lossy(world.desk.log_tile(&path))).collect()
    }),
    ("log_proof", |world| {
        let ids = world.file_of(&code(1)).into_iter().map(|record| record.id.parse().unwrap());
        ids.map(|id: PublicId| format!("{:?}", world.desk.log_proof(id).unwrap())).collect()
    }),
];

/// What a file of open data has; nothing while it is made anew.
fn open_file(world: &World, name: &str) -> String {
    let ask = OpenFileAsk { name: name.into(), format: OpenFormat::JsonLines, gzip: false };
    let mut text = String::new();
    if let Ok(Found::Shown(mut file)) = world.desk.open_file(&ask) {
        file.content.read_to_string(&mut text).unwrap();
    }
    text
}

/// The number of an entry in a list of abnormal operation.
const LISTED: &str = "演市监异列〔2026〕5号";
/// The number of a commitment.
const PROMISED: &str = "演承〔2026〕9号";

fn all() -> RegisterAsk {
    RegisterAsk::first(50)
}

fn entries(world: &World, list: &str, view: View) -> Option<ShownRegister> {
    let ask = ListAsk { id: list.to_owned(), page: PageAsk::first(50), view };
    match world.desk.list(&ask).unwrap() {
        Found::Shown(page) => Some(page.page),
        _ => None,
    }
}

fn ids(register: &ShownRegister) -> Vec<PublicId> {
    register.items.iter().map(|entry| entry.row.id).collect()
}

fn abnormal(number: u32, document: &str) -> String {
    let headers = [
        "企业名称",
        "统一社会信用代码",
        "列入经营异常名录原因",
        "列入日期",
        "列入决定机关",
        "列入决定文书号",
    ];
    let (name, code) = (name(number), code(number));
    let row = vec![&*name, &*code, "无法联系", "2026-08-03", "演练州市场监督管理局", document];
    csv(&headers, [row])
}

pub(crate) fn serious(number: u32, list: &str, document: &str) -> String {
    let headers = [
        "主体名称",
        "统一社会信用代码",
        "名单代码",
        "列入决定机关",
        "列入决定文书号",
        "列入事由",
        "列入依据",
        "列入日期",
    ];
    let (name, code) = (name(number), code(number));
    let authority = "演练州市场监督管理局";
    let row =
        vec![&*name, &*code, list, authority, document, "严重违法", "规定第二条", "2026-08-03"];
    csv(&headers, [row])
}

fn commitment(number: u32, document: &str) -> String {
    let headers = [
        "承诺主体名称",
        "统一社会信用代码",
        "承诺书编号",
        "承诺类型",
        "承诺事由",
        "做出承诺日期",
        "承诺有效期至",
        "承诺受理单位",
        "承诺履约状态",
    ];
    let (name, code) = (name(number), code(number));
    let row = vec![
        &*name,
        &*code,
        document,
        "主动承诺",
        "按期整改排污设施",
        "2026-08-03",
        "2027-08-02",
        "演练州生态环境局",
        "未履行",
    ];
    csv(&headers, [row])
}

fn accepted(world: &World, catalogue: &str, source: &str, text: &str) {
    let receipt = world.hand_in(catalogue, source, text);
    assert_eq!(receipt.accepted, receipt.rows, "{catalogue}: {:?}", receipt.findings);
}

/// Organisations with one penalty, one entry of a list, one commitment of the first.
fn filled(place: &Place) -> World {
    let world = World::registered(place, 6);
    accepted(&world, "penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    accepted(&world, "abnormal-list", MARKET, &abnormal(1, LISTED));
    accepted(&world, "commitment", ENVIRONMENT, &commitment(1, PROMISED));
    world.keep_open();
    world
}

fn the_table_names_every_face(_: &Place) {
    let source = include_str!("../../src/public/shown/desk.rs");
    let (_, desk) = source.split_once("pub trait PublicDesk").unwrap();
    let methods: BTreeSet<&str> =
        desk.split("    fn ").skip(1).filter_map(|part| part.split('(').next()).collect();
    let listed: BTreeSet<&str> = FACES.iter().map(|(name, _)| *name).collect();
    assert_eq!(methods, listed, "list the new face, and what it says of the first organisation");
}

/// The faces that carry a trace of a record.
pub(crate) fn carriers(world: &World, traces: &[&str]) -> Vec<&'static str> {
    world.desk.keep().unwrap();
    let tells = |says: Says| {
        let text = says(world);
        traces.iter().any(|trace| text.contains(trace))
    };
    FACES.iter().filter(|(_, says)| tells(*says)).map(|(name, _)| *name).collect()
}

fn a_record_leaves_every_face_at_once(place: &Place) {
    let world = filled(place);
    let of = |catalogue: &str| world.id(&code(1), catalogue);
    let (penalty, entry, promise) = (of("penalty"), of("abnormal-list"), of("commitment"));
    let number = Penalty::of(1, 1).number;
    let cases: [(PublicId, &str, &[&str]); 3] = [
        (
            penalty,
            &number,
            &[
                "search",
                "subject",
                "records",
                "record",
                "double_publicity",
                "changes",
                "open_file",
                "log_proof",
            ],
        ),
        (
            entry,
            LISTED,
            &[
                "search",
                "subject",
                "records",
                "record",
                "list",
                "changes",
                "open_file",
                "log_proof",
            ],
        ),
        (
            promise,
            PROMISED,
            &[
                "search",
                "subject",
                "records",
                "record",
                "commitments",
                "changes",
                "open_file",
                "log_proof",
            ],
        ),
    ];
    for (id, number, faces) in &cases {
        let id = id.to_string();
        assert_eq!(carriers(&world, &[&id, number]), *faces, "{number}");
    }
    let gone = |world: &World, id: PublicId, number: &str, why: &str| {
        assert_eq!(carriers(world, &[&id.to_string(), number]), [""; 0], "{why}");
    };
    // Shielded, lifted, repaired, and the repair taken back.
    let shield = shielding(&Penalty::of(1, 1), "演破〔2026〕1号", "屏蔽");
    accepted(&world, "shielding", COURT, &shield);
    gone(&world, penalty, &number, "shielded");
    let act = world.id(&code(1), "shielding");
    world.office.withdraw_record(act, &world.whole("clerk"), "by mistake").unwrap();
    assert!(!carriers(&world, &[&penalty.to_string()]).is_empty());
    accepted(&world, "repair-result", CREDIT, &repair(&Penalty::of(1, 1), "准予修复"));
    gone(&world, penalty, &number, "repaired");
    let act = world.id(&code(1), "repair-result");
    world.office.withdraw_record(act, &world.whole("clerk"), "by mistake").unwrap();
    assert!(!carriers(&world, &[&penalty.to_string()]).is_empty());
    accepted(&world, "revocation", CREDIT, &revocation(&Penalty::of(1, 1)));
    gone(&world, penalty, &number, "quashed");
    // Withdrawn by its source, and over by the calendar alone.
    world.office.withdraw_record(entry, &world.whole("clerk"), "another organisation").unwrap();
    gone(&world, entry, LISTED, "withdrawn");
    world.clock.set("2027-08-03T00:00:00+08:00");
    gone(&world, promise, PROMISED, "over");
}

fn a_register_is_read_to_its_end_page_by_page(place: &Place) {
    let world = World::registered(place, 1);
    let rows: Vec<Penalty> = (1..=7).map(|document| Penalty::of(1, document)).collect();
    accepted(&world, "penalty", ENVIRONMENT, &penalties(&rows));
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = PageAsk { after, size: 3 };
        let shown = world.desk.double_publicity(&RegisterAsk { page, ..all() }).unwrap().page;
        seen.extend(shown.items.iter().filter_map(|entry| entry.row.document_number.clone()));
        // What a page was made from ends between two visits: the next page begins where it would.
        if seen.len() == 3 {
            world
                .office
                .withdraw_record(shown.items[2].row.id, &world.whole("clerk"), "wrong")
                .unwrap();
        }
        after = shown.next;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<String> = (1..=7).rev().map(|no| Penalty::of(1, no).number).collect();
    assert_eq!(seen, expected, "the latest received first, each once");
    let foreign = PageAsk { after: Some("nothing".into()), size: 3 };
    assert!(world.desk.double_publicity(&RegisterAsk { page: foreign, ..all() }).is_err());
}

fn filters_narrow_a_register(place: &Place) {
    let world = filled(place);
    let count = |ask: RegisterAsk| world.desk.double_publicity(&ask).unwrap().page.items.len();
    let text = |text: &str| Some(text.to_owned());
    let day = |text: &str| Some(text.parse().unwrap());
    let cases = [
        (all(), 1),
        (RegisterAsk { region: text("159900"), ..all() }, 1),
        (RegisterAsk { region: text("150100"), ..all() }, 0),
        (RegisterAsk { source: text(ENVIRONMENT), ..all() }, 1),
        (RegisterAsk { source: text(MARKET), ..all() }, 0),
        (RegisterAsk { source: text("nobody"), ..all() }, 0),
        (RegisterAsk { catalogue: text("penalty"), ..all() }, 1),
        (RegisterAsk { catalogue: text("licence"), ..all() }, 0),
        (RegisterAsk { catalogue: text("registration"), ..all() }, 0),
        (RegisterAsk { from: day("2026-05-04"), until: day("2026-05-04"), ..all() }, 1),
        (RegisterAsk { from: day("2026-05-05"), ..all() }, 0),
        (RegisterAsk { until: day("2026-05-03"), ..all() }, 0),
    ];
    for (ask, expected) in cases {
        let what = format!("{ask:?}");
        assert_eq!(count(ask), expected, "{what}");
    }
    let commitments = world.desk.commitments(&all()).unwrap();
    assert!(!commitments.tells_fulfilment);
    let text = format!("{:?}", commitments.page);
    assert!(text.contains("2027-08-02") && text.contains("主动型"), "{text}");
    assert!(!text.contains("未履行"), "{text}");
}

fn a_list_without_a_basis_is_not_offered(place: &Place) {
    // Nothing unverified was adopted: of the lists few stand.
    let world = World::adopted(place, &[]);
    let offered: Vec<String> =
        world.desk.lists().unwrap().into_iter().map(|list| list.list.code).collect();
    assert!(!offered.contains(&"market".to_owned()), "{offered:?}");
    assert!(entries(&world, "market", View::default()).is_none());
    world.adopt(&["all".to_owned()], &[]);
    assert!(entries(&world, "market", View::default()).is_some());
    assert!(entries(&world, "nothing", View::default()).is_none());
}

fn a_list_is_seen_as_it_was(place: &Place) {
    let world = World::registered(place, 2);
    accepted(&world, "serious-violation", MARKET, &serious(1, "market", "演列〔2026〕1号"));
    accepted(&world, "serious-violation", MARKET, &serious(2, "safety", "演列〔2026〕2号"));
    let market = entries(&world, "market", View::default()).unwrap();
    assert_eq!(market.items.len(), 1);
    assert_eq!(market.items[0].subject.code, Some(code(1)));
    let day = |text: &str| View { as_of: Some(text.parse().unwrap()), known: None };
    assert_eq!(entries(&world, "market", day("2026-08-02")).unwrap().items.len(), 0);
    let known = View { as_of: None, known: Some("2026-11-23T00:00:00Z".parse().unwrap()) };
    assert_eq!(entries(&world, "market", known).unwrap().items.len(), 0);
    let (first, second) = (ids(&market)[0], world.id(&code(2), "serious-violation"));
    world.office.withdraw_record(first, &world.whole("clerk"), "wrong").unwrap();
    world.clock.set("2026-12-01T10:00:00+08:00");
    // What may not be shown today is not shown for the past either.
    assert_eq!(entries(&world, "market", day("2026-11-25")).unwrap().items.len(), 0);
    assert_eq!(ids(&entries(&world, "safety", day("2026-11-25")).unwrap()), [second]);
}

fn kept_figures_tell_no_few(place: &Place) {
    let world = World::registered(place, 6);
    assert!(!world.desk.home().unwrap().is_counted);
    assert!(world.desk.double_publicity(&all()).unwrap().measured.is_none());
    let decided = |no: u32, day: &str| Penalty { decided: day.into(), ..Penalty::of(no, no) };
    let rows: Vec<Penalty> = (1..=4).map(|no| decided(no, "2026-11-20")).collect();
    accepted(&world, "penalty", ENVIRONMENT, &penalties(&rows));
    let recent = |world: &World| -> Vec<(String, u64)> {
        let recent = world.desk.home().unwrap().recent;
        recent.into_iter().map(|one| (one.of.code, one.count)).collect()
    };
    world.desk.keep().unwrap();
    assert_eq!(recent(&world), [("registration".to_owned(), 6)], "four penalties are not told");
    world.clock.set("2026-12-01T10:00:00+08:00");
    world.desk.keep().unwrap();
    assert!(recent(&world).is_empty(), "what came a week ago is not new");
    let lines =
        |world: &World| world.desk.double_publicity(&all()).unwrap().measured.unwrap().lines;
    assert!(lines(&world).is_empty(), "four are too few");
    let rows: Vec<Penalty> = (5..=6).map(|no| decided(no, "2026-11-02")).collect();
    accepted(&world, "penalty", ENVIRONMENT, &penalties(&rows));
    world.desk.keep().unwrap();
    assert!(lines(&world).is_empty(), "the figures move once a week");
    world.clock.set("2026-12-07T10:00:00+08:00");
    world.desk.keep().unwrap();
    let line = lines(&world).remove(0);
    assert_eq!(line.of.code, ENVIRONMENT);
    assert!(format!("{:?}", line.figures).contains("part: 4, whole: 6"), "{line:?}");
    assert!(world.desk.home().unwrap().is_counted);
    // Handed in on 1 December, seven working days allowed.
    for (day, overdue) in [("2026-12-10", 0), ("2026-12-15", 3)] {
        world.clock.set(&format!("{day}T10:00:00+08:00"));
        let sources = world.desk.sources().unwrap();
        let of = |code: &str| sources.iter().find(|one| one.body.code == code).unwrap();
        assert_eq!(of(ENVIRONMENT).overdue, overdue, "{day}");
        assert_eq!((of(COURT).received, of(COURT).overdue), (None, 0));
    }
}

fn two_days_are_compared_by_what_may_be_shown_today(place: &Place) {
    let world = World::registered(place, 1);
    accepted(&world, "penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1), Penalty::of(1, 2)]));
    world.clock.set("2026-12-01T10:00:00+08:00");
    let corrected = Penalty { fine: "3".into(), ..Penalty::of(1, 1) };
    accepted(&world, "penalty", ENVIRONMENT, &penalties(&[corrected, Penalty::of(1, 3)]));
    let compared = |from: &str, until: &str| {
        let day = |text: &str| text.parse().unwrap();
        let ask = ChangesAsk { code: code(1), from: day(from), until: day(until) };
        match world.desk.changes(&ask).unwrap() {
            Found::Shown(changes) => *changes,
            other => panic!("{other:?}"),
        }
    };
    let changes = compared("2026-11-24", "2026-12-01");
    let number = |no| Some(Penalty::of(1, no).number);
    assert_eq!(changes.added.len(), 1);
    assert_eq!(changes.added[0].document_number, number(3));
    assert_eq!(changes.corrected.len(), 1);
    assert_eq!(changes.corrected[0].row.document_number, number(1));
    assert!(format!("{:?}", changes.corrected[0].corrections).contains("罚款金额"));
    assert_eq!(compared("2026-11-24", "2026-11-30").added.len(), 0);
    assert_eq!(compared("2026-11-23", "2026-11-24").added.len(), 2);
    // An end is told in neither direction.
    world.office.withdraw_record(changes.added[0].id, &world.whole("clerk"), "wrong").unwrap();
    world
        .office
        .withdraw_record(changes.corrected[0].row.id, &world.whole("clerk"), "wrong")
        .unwrap();
    let after = compared("2026-11-23", "2026-12-01");
    assert_eq!(after.added.len(), 1);
    assert_eq!(after.added[0].document_number, number(2));
    assert!(after.corrected.is_empty());
}
