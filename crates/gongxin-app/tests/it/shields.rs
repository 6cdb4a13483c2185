//! A court's ruling over a whole subject: what it covers, when it came, and what lifts it.

use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_model::PublicId;

use crate::rows::{
    COURT, CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, penalties, registrations,
    repair, ruling, shielding,
};
use crate::world::{World, doubts, rules};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

engine_test! {
    a_ruling_over_a_subject_shields_all_that_it_has
    what_comes_while_the_shield_holds_is_never_shown
    a_ruling_may_come_before_anything_else
    what_was_decided_after_the_ruling_is_shown
    a_lifting_lifts_what_its_shield_covered_and_nothing_else
    a_withdrawn_ruling_lets_everything_hold_again
    a_withdrawn_lifting_shields_again_also_what_came_meanwhile
    a_lifting_before_its_ruling_waits_for_it
    of_several_rulings_a_lifting_must_name_one
    a_ruling_and_its_lifting_may_come_in_one_file
    a_past_day_under_a_shield_stays_shielded
    an_ended_record_is_not_opened_by_a_lifting
}

const RULING: &str = "（2026）演01破1号";
const LIFTING: &str = "（2026）演01破1号之二";
const DAY: &str = "2026-11-20";

fn punish(world: &World, document: u32, decided: &str) -> String {
    let penalty = Penalty { decided: decided.into(), ..Penalty::of(1, document) };
    let number = penalty.number.clone();
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[penalty]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    number
}

fn rule(world: &World, text: &str) {
    let receipt = world.hand_in("shielding", COURT, text);
    assert_eq!((receipt.accepted, receipt.held), (1, 0), "{:?}", receipt.findings);
}

fn shield(world: &World) {
    rule(world, &ruling(1, RULING, DAY, "", "屏蔽"));
}

fn lift(world: &World) {
    rule(world, &ruling(1, LIFTING, DAY, "", "解除屏蔽"));
}

/// The numbers of the penalties with their standings, in order; every face agrees with them, the
/// archive with what is derived, and deriving again alters nothing.
fn standings(world: &World) -> Vec<(String, String)> {
    world.assert_well();
    world.office.tick(true, &mut |_| ()).unwrap();
    world.assert_well();
    let mut found = Vec::new();
    for record in world.file_of(&code(1)) {
        if record.catalogue != "penalty" {
            continue;
        }
        let id: PublicId = record.id.parse().unwrap();
        let shown = record.standing == "published";
        let page = world.desk.record(id, View::default()).unwrap();
        assert_eq!(matches!(page, Found::Shown(_)), shown, "{record:?}");
        for rows in
            [world.page_rows(&code(1), View::default()), world.list_rows(&code(1), View::default())]
        {
            assert_eq!(rows.iter().any(|row| row.id == id), shown, "{record:?}");
        }
        found.push((record.document_number.unwrap(), record.standing));
    }
    found.sort();
    found
}

fn assert_standings(world: &World, expected: &[(&str, &str)]) {
    let found = standings(world);
    let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(found, expected);
}

fn a_ruling_over_a_subject_shields_all_that_it_has(place: &Place) {
    let world = World::registered(place, 1);
    let (one, two) = (punish(&world, 1, "2026-05-04"), punish(&world, 2, DAY));
    let text = ruling(1, RULING, DAY, "", "屏蔽");
    let receipt = world.hand_in("shielding", COURT, &text);
    assert_eq!((receipt.accepted, receipt.held), (1, 0), "{:?}", receipt.findings);
    assert!(rules(&receipt).contains(&"office.shields-all"));
    assert_standings(&world, &[(&one, "shielded"), (&two, "shielded")]);
    let again = world.hand_in("shielding", COURT, &text);
    assert_eq!((again.accepted, again.unchanged), (1, 1));
    lift(&world);
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
}

fn what_comes_while_the_shield_holds_is_never_shown(place: &Place) {
    let world = World::registered(place, 1);
    let one = punish(&world, 1, "2026-05-04");
    shield(&world);
    let two = punish(&world, 2, "2026-06-01");
    assert_standings(&world, &[(&one, "shielded"), (&two, "shielded")]);
    // A correction of what is shielded stays shielded.
    let corrected = Penalty { fine: "3".into(), ..Penalty::of(1, 1) };
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected])).corrected, 1);
    assert_standings(&world, &[(&one, "shielded"), (&two, "shielded")]);
    lift(&world);
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
    // After the lifting the ruling covers nothing any more.
    let three = punish(&world, 3, "2026-06-02");
    let all = [(&*one, "published"), (&*two, "published"), (&*three, "published")];
    assert_standings(&world, &all);
}

fn a_ruling_may_come_before_anything_else(place: &Place) {
    let world = World::new(place);
    shield(&world);
    let one = punish(&world, 1, "2026-05-04");
    assert_standings(&world, &[(&one, "shielded")]);
    world.hand_in("registration", MARKET, &registrations(&[Registration::of(1)]));
    let two = punish(&world, 2, "2026-05-05");
    assert_standings(&world, &[(&one, "shielded"), (&two, "shielded")]);
    lift(&world);
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
}

fn what_was_decided_after_the_ruling_is_shown(place: &Place) {
    let world = World::registered(place, 1);
    let (one, two) = (punish(&world, 1, "2026-11-21"), punish(&world, 2, "2026-11-20"));
    shield(&world);
    let three = punish(&world, 3, "2026-11-21");
    let expected = [(&*one, "published"), (&*two, "shielded"), (&*three, "published")];
    assert_standings(&world, &expected);
    // A correction that moves the decision before the ruling moves it under the shield; one that
    // moves it out again opens nothing.
    for (decided, standing) in [("2026-11-19", "shielded"), ("2026-11-21", "shielded")] {
        let fine = format!("4.{}", &decided[8..]);
        let corrected = Penalty { decided: decided.into(), fine, ..Penalty::of(1, 1) };
        assert_eq!(world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected])).corrected, 1);
        let expected = [(&*one, standing), (&*two, "shielded"), (&*three, "published")];
        assert_standings(&world, &expected);
    }
}

fn a_lifting_lifts_what_its_shield_covered_and_nothing_else(place: &Place) {
    let world = World::registered(place, 1);
    let (one, two) = (punish(&world, 1, "2026-05-04"), punish(&world, 2, "2026-06-01"));
    // One ruling over a single penalty, another over all.
    let single = shielding(&Penalty::of(1, 1), "（2026）演01破9号", "屏蔽");
    assert_eq!(world.hand_in("shielding", COURT, &single).accepted, 1);
    shield(&world);
    assert_standings(&world, &[(&one, "shielded"), (&two, "shielded")]);
    lift(&world);
    assert_standings(&world, &[(&one, "shielded"), (&two, "published")]);
    // The single one is lifted by the number of its ruling.
    rule(&world, &ruling(1, "（2026）演01破9号之二", DAY, "（2026）演01破9号", "解除屏蔽"));
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
    // There is nothing left to lift.
    let text = ruling(1, "（2026）演01破9号之三", DAY, "", "解除屏蔽");
    assert_eq!(doubts(&world.hand_in("shielding", COURT, &text)), ["office.shield-unknown"]);
}

fn a_withdrawn_ruling_lets_everything_hold_again(place: &Place) {
    let world = World::registered(place, 1);
    let one = punish(&world, 1, "2026-05-04");
    shield(&world);
    let two = punish(&world, 2, "2026-06-01");
    let act = world.id(&code(1), "shielding");
    let done =
        world.office.withdraw_record(act, &world.whole("clerk"), "another organisation").unwrap();
    assert_eq!((done.withdrawn, done.resumed), (1, 2));
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
    let three = punish(&world, 3, "2026-06-02");
    let all = [(&*one, "published"), (&*two, "published"), (&*three, "published")];
    assert_standings(&world, &all);
}

fn a_withdrawn_lifting_shields_again_also_what_came_meanwhile(place: &Place) {
    let world = World::registered(place, 1);
    let one = punish(&world, 1, "2026-05-04");
    shield(&world);
    lift(&world);
    let two = punish(&world, 2, "2026-06-01");
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
    let acts = world.file_of(&code(1));
    let lifting = acts.iter().find(|act| act.document_number.as_deref() == Some(LIFTING)).unwrap();
    world
        .office
        .withdraw_record(lifting.id.parse().unwrap(), &world.whole("clerk"), "by mistake")
        .unwrap();
    assert_standings(&world, &[(&one, "shielded"), (&two, "shielded")]);
    let again = "（2026）演01破1号之三";
    rule(&world, &ruling(1, again, "2026-11-24", "", "解除屏蔽"));
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
}

fn a_lifting_before_its_ruling_waits_for_it(place: &Place) {
    let world = World::registered(place, 1);
    let one = punish(&world, 1, "2026-05-04");
    let text = ruling(1, LIFTING, DAY, "", "解除屏蔽");
    let receipt = world.hand_in("shielding", COURT, &text);
    assert_eq!((receipt.held, doubts(&receipt)), (1, vec!["office.shield-unknown"]));
    shield(&world);
    assert_standings(&world, &[(&one, "published")]);
    let open = world.office.held_list(
        &world.whole("steward"),
        &gongxin_app::HeldFilter::default(),
        10,
        gongxin_model::finding::Language::English,
    );
    assert!(open.unwrap().is_empty());
}

fn of_several_rulings_a_lifting_must_name_one(place: &Place) {
    let world = World::registered(place, 1);
    let one = punish(&world, 1, "2026-05-04");
    shield(&world);
    rule(&world, &ruling(1, "（2026）演01破5号", DAY, "全部", "屏蔽"));
    let text = ruling(1, LIFTING, DAY, "", "解除屏蔽");
    let receipt = world.hand_in("shielding", COURT, &text);
    assert_eq!((receipt.held, doubts(&receipt)), (1, vec!["office.shields-several"]));
    rule(&world, &ruling(1, LIFTING, DAY, RULING, "解除屏蔽"));
    assert_standings(&world, &[(&one, "shielded")]);
    rule(&world, &ruling(1, "（2026）演01破5号之二", DAY, "", "解除屏蔽"));
    assert_standings(&world, &[(&one, "published")]);
}

fn a_ruling_and_its_lifting_may_come_in_one_file(place: &Place) {
    let world = World::registered(place, 1);
    let one = punish(&world, 1, "2026-05-04");
    let mut text = ruling(1, RULING, DAY, "", "屏蔽");
    text += ruling(1, LIFTING, DAY, "", "解除屏蔽").split_once("\r\n").unwrap().1;
    let receipt = world.hand_in("shielding", COURT, &text);
    assert_eq!((receipt.accepted, receipt.held), (2, 0), "{:?}", receipt.findings);
    assert_standings(&world, &[(&one, "published")]);
    let two = punish(&world, 2, "2026-06-01");
    assert_standings(&world, &[(&one, "published"), (&two, "published")]);
}

fn a_past_day_under_a_shield_stays_shielded(place: &Place) {
    let world = World::registered(place, 1);
    punish(&world, 1, "2026-05-04");
    let rows = |day: &str| {
        let view = View { as_of: Some(day.parse().unwrap()), known: None };
        world.list_rows(&code(1), view).iter().filter(|row| row.catalogue.code == "penalty").count()
    };
    world.clock.set("2026-11-25T10:00:00+08:00");
    shield(&world);
    world.clock.set("2026-12-01T10:00:00+08:00");
    lift(&world);
    world.clock.set("2026-12-02T10:00:00+08:00");
    let days = ["2026-11-24", "2026-11-25", "2026-11-30", "2026-12-01", "2026-12-02"];
    assert_eq!(days.map(rows), [1, 0, 0, 1, 1]);
    // As it was known while the shield held, nothing had been lifted.
    let known = Some("2026-11-26T10:00:00+08:00".parse().unwrap());
    let view = View { as_of: Some("2026-11-26".parse().unwrap()), known };
    assert!(world.list_rows(&code(1), view).iter().all(|row| row.catalogue.code != "penalty"));
}

fn an_ended_record_is_not_opened_by_a_lifting(place: &Place) {
    let world = World::registered(place, 1);
    let one = punish(&world, 1, "2026-05-04");
    shield(&world);
    let text = repair(&Penalty::of(1, 1), "准予修复");
    assert_eq!(world.hand_in("repair-result", CREDIT, &text).accepted, 1);
    lift(&world);
    assert_standings(&world, &[(&one, "ended")]);
}
