//! Files of open data: what is shown and nothing else, and not a moment longer.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::Arc;

use gongxin_app::public::shown::open_data::{
    OpenFileAsk, OpenFormat, OpenState, OpenedFile, ShownOpenChanges, ShownOpenPage,
};
use gongxin_app::public::shown::{DeskError, Found, PageAsk, PublicDesk, View};
use gongxin_app::public::{OfficeDesk, OpenDataKeep};
use gongxin_model::code::{OrganisationCode, Uscc};
use gongxin_model::{Digest, PublicId};
use gongxin_seal::HashSuite;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    COURT, CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, csv, name, penalties,
    registrations, repair, revocation, shielding,
};
use crate::world::World;

engine_test! {
    files_hold_what_pages_show
    what_ends_is_in_no_file_from_that_moment
    what_ends_by_the_calendar_is_in_no_file_on_that_day
    another_rulebook_withdraws_everything
    persons_and_individual_businesses_are_in_no_file
    what_is_new_waits_for_the_next_day
    making_goes_on_where_it_stopped
    what_was_withdrawn_stays_so_after_a_restart
    files_of_another_history_are_not_given_out
    who_is_too_far_behind_gives_out_nothing
    changes_tell_opaque_ids_alone
}

const WHITE: &str = "白雪莲";

/// Three organisations, each with a penalty; the first with two of two years.
fn world(place: &Place) -> World {
    let world = World::registered(place, 3);
    let earlier = Penalty { decided: "2025-12-04".into(), ..Penalty::of(1, 9) };
    let mut rows: Vec<Penalty> = (1..=3).map(|number| Penalty::of(number, number)).collect();
    rows.push(earlier);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!(receipt.accepted, 4, "{:?}", receipt.findings);
    world.keep_open();
    world
}

fn page(world: &World, class: &str) -> ShownOpenPage {
    match world.desk.open_class(class).unwrap() {
        Found::Shown(page) => *page,
        other => panic!("{other:?}"),
    }
}

fn asked(desk: &OfficeDesk, name: &str, format: OpenFormat) -> Result<OpenedFile, DeskError> {
    let ask = OpenFileAsk { name: name.into(), format, gzip: false };
    desk.open_file(&ask).map(|found| match found {
        Found::Shown(file) => *file,
        other => panic!("{name}: {other:?}"),
    })
}

fn bytes(mut file: OpenedFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.content.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, file.length);
    let Digest(digest) = HashSuite::Sha256.digest(&[&bytes]);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, file.file.digest);
    bytes
}

const PENALTIES: &str = "penalty-159901-2026";

/// The ids of records in a file; none where it is being made anew.
fn ids(world: &World, name: &str) -> Option<BTreeSet<PublicId>> {
    let file = match asked(&world.desk, name, OpenFormat::JsonLines) {
        Ok(file) => file,
        Err(DeskError::Renewed { seconds }) => {
            assert!(seconds > 0);
            let held = page(world, "penalty").class.shards;
            let shard = held.iter().find(|shard| shard.name == name);
            assert!(shard.is_none_or(|shard| shard.held.is_none()), "{shard:?}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let text = String::from_utf8(bytes(file)).unwrap();
    let id = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        row["record"].as_str().unwrap().parse().unwrap()
    };
    Some(text.lines().map(id).collect())
}

/// Everything that is given out, in every form.
fn everything(world: &World) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for class in world.desk.open_data().unwrap().classes {
        for shard in class.shards {
            for format in OpenFormat::ALL {
                let file = asked(&world.desk, &shard.name, format).unwrap();
                files.insert(format!("{}.{}", shard.name, format.word()), bytes(file));
            }
        }
    }
    files
}

fn files_hold_what_pages_show(place: &Place) {
    let world = world(place);
    let names: Vec<String> =
        page(&world, "penalty").class.shards.into_iter().map(|shard| shard.name).collect();
    assert_eq!(names, [PENALTIES, "penalty-159901-2025"]);
    let mut pages = BTreeSet::new();
    for number in 1..=3 {
        let rows = world.list_rows(&code(number), View::default());
        pages.extend(rows.iter().filter(|row| row.catalogue.code == "penalty").map(|row| row.id));
    }
    let mut files = ids(&world, PENALTIES).unwrap();
    assert_eq!(files.len(), 3);
    files.extend(ids(&world, "penalty-159901-2025").unwrap());
    assert_eq!(files, pages);
    // Each value is the page's own.
    let text = bytes(asked(&world.desk, PENALTIES, OpenFormat::JsonLines).unwrap());
    let line = String::from_utf8(text).unwrap();
    let row: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    let shown = world.shown_record(row["record"].as_str().unwrap().parse().unwrap());
    assert_eq!(row["subject_code"], shown.subject.code);
    assert_eq!(row["subject_name"], shown.subject.name);
    assert_eq!(row["published_until"], shown.published_until.unwrap().to_string());
    assert_eq!((&row["decided_on"], &row["region"]), (&"2026-05-04".into(), &"159901".into()));
    let mut compared = 0;
    for fact in &shown.facts {
        let value = match &row[&fact.field] {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Array(list) => list[0].as_str().unwrap().to_owned(),
            serde_json::Value::Null => continue,
            other => panic!("{other}"),
        };
        assert_eq!(fact.values[0].zh, value, "{}", fact.field);
        compared += 1;
    }
    assert!(compared > 6, "{row}");
    // The columns of the page are those of the file, and compressed it is the same.
    let head = bytes(asked(&world.desk, PENALTIES, OpenFormat::Csv).unwrap());
    let head = String::from_utf8(head).unwrap();
    let head = head.trim_start_matches('\u{feff}').lines().next().unwrap().to_owned();
    let columns: Vec<String> =
        page(&world, "penalty").columns.iter().map(|one| format!("\"{}\"", one.code)).collect();
    assert_eq!(head, columns.join(","));
    let ask = OpenFileAsk { name: PENALTIES.into(), format: OpenFormat::Csv, gzip: true };
    let Found::Shown(packed) = world.desk.open_file(&ask).unwrap() else { panic!("not shown") };
    assert!(packed.gzip && packed.length < packed.file.bytes);
    for name in ["penalty-159901-1999", "nothing-159901-2026", "../penalty-159901-2026", ""] {
        let ask = OpenFileAsk { name: name.into(), format: OpenFormat::Csv, gzip: false };
        assert!(matches!(world.desk.open_file(&ask).unwrap(), Found::Never), "{name}");
    }
}

fn what_ends_is_in_no_file_from_that_moment(place: &Place) {
    let world = world(place);
    let all = ids(&world, PENALTIES).unwrap();
    let first = world.office.whole_file(&code(1)).unwrap().unwrap().records;
    let of = |number: &str| -> PublicId {
        let is_it = |record: &&gongxin_app::WholeRecord| {
            record.catalogue == "penalty" && format!("{record:?}").contains(number)
        };
        first.iter().find(is_it).unwrap().id.parse().unwrap()
    };
    let penalty = Penalty::of(1, 1);
    let id = of(&penalty.number);
    assert!(all.contains(&id));
    let undo = |world: &World, class: &str| {
        let act = world.id(&code(1), class);
        world.office.withdraw_record(act, &world.whole("clerk"), "by mistake").unwrap();
    };
    let hand_in = |world: &World, class: &str, source: &str, text: &str| {
        let receipt = world.hand_in(class, source, text);
        assert_eq!(receipt.accepted, receipt.rows, "{class}: {:?}", receipt.findings);
    };
    type Act<'a> = Box<dyn Fn(&World) + 'a>;
    let corrected = Penalty { fine: "3".into(), ..penalty.clone() };
    let renamed = Registration {
        name: "演练州长虹科技有限公司".into(),
        approved: "2026-09-01".into(),
        ..Registration::of(1)
    };
    let (penalty, hand_in) = (&penalty, &hand_in);
    // What is done, whether the record is still shown after it, and what takes it back.
    let acts: [(&str, Act<'_>, bool, Option<&str>); 6] = [
        (
            "shielded",
            Box::new(|world| {
                let order = shielding(penalty, "演破〔2026〕1号", "屏蔽");
                hand_in(world, "shielding", COURT, &order);
            }),
            false,
            Some("shielding"),
        ),
        (
            "repaired",
            Box::new(|world| {
                hand_in(world, "repair-result", CREDIT, &repair(penalty, "准予修复"));
            }),
            false,
            Some("repair-result"),
        ),
        (
            "quashed",
            Box::new(|world| hand_in(world, "revocation", CREDIT, &revocation(penalty))),
            false,
            Some("revocation"),
        ),
        (
            "corrected",
            Box::new(|world| {
                hand_in(
                    world,
                    "penalty",
                    ENVIRONMENT,
                    &penalties(std::slice::from_ref(&corrected)),
                );
            }),
            true,
            None,
        ),
        (
            "renamed",
            Box::new(|world| {
                hand_in(
                    world,
                    "registration",
                    MARKET,
                    &registrations(std::slice::from_ref(&renamed)),
                );
            }),
            true,
            None,
        ),
        (
            "withdrawn",
            Box::new(|world| {
                world
                    .office
                    .withdraw_record(id, &world.whole("clerk"), "another organisation")
                    .unwrap();
            }),
            false,
            None,
        ),
    ];
    for (what, act, is_shown, undone) in acts {
        assert_eq!(ids(&world, PENALTIES).as_ref(), Some(&all), "before it was {what}");
        act(&world);
        // Nothing ran in between.
        assert_eq!(ids(&world, PENALTIES), None, "{what}");
        world.keep_open();
        let mut rest = all.clone();
        if !is_shown {
            rest.remove(&id);
        }
        assert_eq!(ids(&world, PENALTIES), Some(rest), "{what}, made anew");
        // No organisation's other file was touched but by what is about the organisation.
        assert_eq!(ids(&world, "penalty-159901-2025").unwrap().len(), 1, "{what}");
        if let Some(class) = undone {
            undo(&world, class);
            // What is shown again comes with the rhythm of the days, as whatever is new.
            world.next_day();
            world.keep_open();
        }
    }
    let text = bytes(asked(&world.desk, "penalty-159901-2025", OpenFormat::JsonLines).unwrap());
    assert!(String::from_utf8(text).unwrap().contains("长虹科技"), "the name of today");
}

fn what_ends_by_the_calendar_is_in_no_file_on_that_day(place: &Place) {
    let world = world(place);
    let id = world.list_rows(&code(2), View::default())[0].id;
    let until = world.shown_record(world.id(&code(2), "penalty")).published_until.unwrap();
    let on = |day: gongxin_model::Day| world.clock.set(&format!("{day}T00:00:00+08:00"));
    on(until);
    assert!(ids(&world, PENALTIES).is_some(), "on its last day it is there: {id}");
    on(until.plus_days(1));
    assert_eq!(ids(&world, PENALTIES), None, "nothing ran in between");
    world.keep_open();
    let names: Vec<String> =
        page(&world, "penalty").class.shards.into_iter().map(|shard| shard.name).collect();
    assert!(!names.contains(&PENALTIES.to_owned()), "all its records were over: {names:?}");
    let ask = OpenFileAsk { name: PENALTIES.into(), format: OpenFormat::Csv, gzip: false };
    assert!(matches!(world.desk.open_file(&ask).unwrap(), Found::Never));
}

fn another_rulebook_withdraws_everything(place: &Place) {
    let world = world(place);
    assert!(!everything(&world).is_empty());
    // Of what is not verified nothing is adopted any more: no offer of adverse classes either.
    world.adopt(&[], &[]);
    assert!(matches!(world.desk.open_class("penalty").unwrap(), Found::Never));
    let registered = page(&world, "registration").class.shards;
    assert!(registered.iter().all(|shard| shard.held.is_none()), "{registered:?}");
    world.keep_open();
    let registered = page(&world, "registration").class.shards;
    assert!(registered.iter().all(|shard| shard.held.is_some()), "{registered:?}");
    assert!(!everything(&world).keys().any(|name| name.starts_with("penalty")));
    world.adopt(&["all".to_owned()], &[]);
    world.keep_open();
    assert_eq!(ids(&world, PENALTIES).unwrap().len(), 3);
}

fn persons_and_individual_businesses_are_in_no_file(place: &Place) {
    let world = World::registered(place, 1);
    let organisation = OrganisationCode::with_check("81234567").unwrap();
    let business = Uscc::with_check(&format!("92159901{organisation}")).unwrap().to_string();
    let headers =
        ["企业名称", "统一社会信用代码", "企业类型", "法定代表人", "成立日期", "登记机关", "地区"];
    let row = vec![
        "演练州香满园小吃店",
        business.as_str(),
        "个体工商户",
        WHITE,
        "2015-05-06",
        "演练州市场监督管理局",
        "159901",
    ];
    let receipt = world.hand_in("registration", MARKET, &csv(&headers, [row]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let fined = Penalty {
        name: "演练州香满园小吃店".into(),
        category: "个体工商户".into(),
        code: business.clone(),
        ..Penalty::of(1, 1)
    };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[fined]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert!(!world.list_rows(&business, View::default()).is_empty(), "pages show it");
    world.keep_open();
    let files = everything(&world);
    assert!(files.keys().all(|name| name.starts_with("registration")), "{:?}", files.keys());
    for (file, bytes) in files {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for word in [WHITE, "香满园", business.as_str()] {
            assert!(!text.contains(word), "{word} in {file}");
        }
        assert!(text.contains(&name(1)), "{file}");
    }
}

fn what_is_new_waits_for_the_next_day(place: &Place) {
    let world = world(place);
    let before = everything(&world);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(2, 7)]));
    assert_eq!(receipt.accepted, 1);
    assert!(!world.keep_open());
    assert_eq!(everything(&world), before);
    // What ended is left out at once; what is new still waits.
    world
        .office
        .withdraw_record(world.id(&code(3), "penalty"), &world.whole("clerk"), "wrong")
        .unwrap();
    assert!(world.keep_open());
    assert_eq!(ids(&world, PENALTIES).unwrap().len(), 2);
    world.next_day();
    assert!(world.keep_open());
    assert_eq!(ids(&world, PENALTIES).unwrap().len(), 3);
    assert!(!world.keep_open(), "once a day");
    let edition = world.desk.open_data().unwrap().edition.unwrap();
    assert_eq!(edition.day, world.office.today());
}

fn making_goes_on_where_it_stopped(place: &Place) {
    let world = world(place);
    let whole = everything(&world);
    let directory = place.directory.path().join("slow");
    let mut stops = 0;
    for looks in 0.. {
        assert!(looks < 100, "it never ends");
        // Each time a new process looks into what the one before left.
        let keep = Arc::new(OpenDataKeep::at(&directory));
        let left = Cell::new(looks);
        let go_on = || {
            left.set(left.get() - 1);
            left.get() >= 0
        };
        world.office.keep_open_data(&keep, &go_on).unwrap();
        let desk = OfficeDesk::new(Arc::clone(&world.office), world.names())
            .with_open_data(Arc::clone(&keep));
        let mut names = BTreeSet::new();
        for class in desk.open_data().unwrap().classes {
            for shard in class.shards {
                for format in OpenFormat::ALL {
                    // Whatever is there already is whole.
                    let name = format!("{}.{}", shard.name, format.word());
                    assert_eq!(bytes(asked(&desk, &shard.name, format).unwrap()), whole[&name]);
                    names.insert(name);
                }
            }
        }
        if desk.open_data().unwrap().edition.is_some() {
            assert!(names.iter().eq(whole.keys()));
            break;
        }
        stops += 1;
    }
    assert!(stops > 2, "{stops}");
}

fn what_was_withdrawn_stays_so_after_a_restart(place: &Place) {
    let world = world(place);
    let id = world.id(&code(2), "penalty");
    world.office.withdraw_record(id, &world.whole("clerk"), "wrong").unwrap();
    let again = |stops: bool| {
        let keep = Arc::new(OpenDataKeep::at(&world.open_directory()));
        world.office.keep_open_data(&keep, &|| !stops).unwrap();
        OfficeDesk::new(Arc::clone(&world.office), world.names()).with_open_data(keep)
    };
    // Two processes, the first of which ends before it could make anything.
    for _ in 0..2 {
        let desk = again(true);
        let asked = asked(&desk, PENALTIES, OpenFormat::Csv);
        assert!(matches!(asked, Err(DeskError::Renewed { .. })), "{asked:?}");
    }
    let text = bytes(asked(&again(false), PENALTIES, OpenFormat::Csv).unwrap());
    assert!(!String::from_utf8(text).unwrap().contains(&id.to_string()));
}

fn files_of_another_history_are_not_given_out(place: &Place) {
    let world = world(place);
    let edition = world.open_directory().join("edition.json");
    let text = std::fs::read_to_string(&edition).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["anchor"]["leaf"] = "0".repeat(64).into();
    std::fs::write(&edition, value.to_string()).unwrap();
    let keep = Arc::new(OpenDataKeep::at(&world.open_directory()));
    world.office.keep_open_data(&keep, &|| false).unwrap();
    let desk = OfficeDesk::new(Arc::clone(&world.office), world.names()).with_open_data(keep);
    let shards = |desk: &OfficeDesk| -> usize {
        desk.open_data().unwrap().classes.iter().map(|class| class.shards.len()).sum()
    };
    assert_eq!(shards(&desk), 0);
    let keep = Arc::new(OpenDataKeep::at(&world.open_directory()));
    world.office.keep_open_data(&keep, &|| true).unwrap();
    let desk = OfficeDesk::new(Arc::clone(&world.office), world.names()).with_open_data(keep);
    assert!(shards(&desk) > 1);
}

fn who_is_too_far_behind_gives_out_nothing(place: &Place) {
    let world = world(place);
    let keep = Arc::new(OpenDataKeep::at(&world.open_directory()).looking_at(2));
    world.office.keep_open_data(&keep, &|| true).unwrap();
    let desk = OfficeDesk::new(Arc::clone(&world.office), world.names()).with_open_data(keep);
    assert!(asked(&desk, PENALTIES, OpenFormat::Csv).is_ok());
    let rows: Vec<Penalty> = (11..=18).map(|document| Penalty::of(1, document)).collect();
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    let behind =
        |answer: Result<OpenedFile, DeskError>| matches!(answer, Err(DeskError::Renewed { .. }));
    assert!(behind(asked(&desk, PENALTIES, OpenFormat::Csv)));
    assert!(matches!(desk.open_data(), Err(DeskError::Renewed { .. })));
    // Each visit comes nearer.
    let mut visits = 0;
    while behind(asked(&desk, PENALTIES, OpenFormat::Csv)) {
        visits += 1;
        assert!(visits < 10);
    }
}

fn changed(world: &World, after: Option<&str>, size: u16) -> ShownOpenChanges {
    let page = PageAsk { after: after.map(str::to_owned), size };
    world.desk.open_changes(&page).unwrap()
}

fn changes_tell_opaque_ids_alone(place: &Place) {
    let world = world(place);
    let start = changed(&world, None, 10);
    assert!(start.items.is_empty() && start.is_last);
    let id = world.id(&code(2), "penalty");
    world.office.withdraw_record(id, &world.whole("clerk"), "wrong").unwrap();
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 11), Penalty::of(1, 12)]));
    // What was over when it came never was public, and is not announced.
    let over = Penalty { decided: "2001-05-04".into(), ..Penalty::of(3, 13) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[over]));
    // Acts are for authorities; what they end is told as gone.
    world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(3, 3), "准予修复"));
    let mut told = BTreeMap::new();
    let mut cursor = start.next;
    loop {
        let page = changed(&world, Some(&cursor), 2);
        assert!(page.items.len() <= 2);
        told.extend(page.items.iter().map(|one| (one.record, one.state)));
        cursor = page.next;
        if page.is_last {
            break;
        }
    }
    let repaired: PublicId = {
        let records = world.file_of(&code(3));
        let number = Penalty::of(3, 3).number;
        let is_it = |record: &&gongxin_app::WholeRecord| {
            record.catalogue == "penalty" && format!("{record:?}").contains(&number)
        };
        records.iter().find(is_it).unwrap().id.parse().unwrap()
    };
    assert_eq!(told.get(&id), Some(&OpenState::Gone));
    assert_eq!(told.get(&repaired), Some(&OpenState::Gone));
    let shown = told.values().filter(|state| **state == OpenState::Shown).count();
    assert_eq!((shown, told.len()), (2, 4), "{told:?}");
    assert!(changed(&world, Some(&cursor), 10).items.is_empty());
    for foreign in ["nothing", "-1", "0"] {
        let page = PageAsk { after: Some(foreign.into()), size: 10 };
        assert!(world.desk.open_changes(&page).is_err(), "{foreign}");
    }
}
