//! What ended is on no public face: at once, and without a job.

use gongxin_app::DiffAsk;
use gongxin_app::packs;
use gongxin_app::public::shown::{Found, PublicDesk, ShownRecord, View};
use gongxin_model::PublicId;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    COURT, CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, name, penalties,
    registrations, repair, revocation, shielding,
};
use crate::world::{World, doubts};

engine_test! {
    a_repair_ends_publication_on_every_face
    a_refused_repair_ends_nothing
    a_withdrawn_repair_shows_the_record_again
    a_revocation_ends_publication
    a_withdrawn_penalty_is_gone
    a_shield_hides_until_it_is_lifted
    an_act_before_its_decision_waits_for_it
    a_term_ends_by_the_calendar_alone
    what_came_when_its_term_was_over_never_was
    nothing_adverse_is_shown_on_unverified_rules
    a_provisional_subject_with_nothing_shown_never_was
}

/// An office with one registered organisation and one published penalty.
fn punished(place: &Place) -> (World, PublicId) {
    let world = World::new(place);
    world.hand_in("registration", MARKET, &registrations(&[Registration::of(1)]));
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let id = world.id(&code(1), "penalty");
    assert_shown(&world, id);
    (world, id)
}

fn record(world: &World, id: PublicId) -> Found<ShownRecord> {
    world.desk.record(id, View::default()).unwrap()
}

fn assert_shown(world: &World, id: PublicId) {
    assert!(matches!(record(world, id), Found::Shown(_)), "{:?}", record(world, id));
    assert!(world.page_rows(&code(1), View::default()).iter().any(|row| row.id == id));
    assert!(world.list_rows(&code(1), View::default()).iter().any(|row| row.id == id));
}

/// No face carries it; the organisation itself is still found.
fn assert_ended(world: &World, id: PublicId) {
    assert_eq!(record(world, id), Found::Ended);
    assert!(world.page_rows(&code(1), View::default()).iter().all(|row| row.id != id));
    assert!(world.list_rows(&code(1), View::default()).iter().all(|row| row.id != id));
    let page = format!("{:?}", world.subject(&code(1)));
    assert!(page.contains(&name(1)));
    for trace in [id.to_string(), Penalty::of(1, 1).number] {
        assert!(!page.contains(&trace), "{trace}: {page}");
    }
    assert_eq!(world.found(&name(1)), [code(1)]);
    assert_eq!(world.found(&code(1)), [code(1)]);
    for past in ["2026-06-01", "2026-11-23"] {
        let view = View { as_of: Some(past.parse().unwrap()), known: None };
        assert!(world.page_rows(&code(1), view).iter().all(|row| row.id != id), "{past}");
        assert!(!matches!(world.desk.record(id, view).unwrap(), Found::Shown(_)), "{past}");
    }
}

fn a_repair_ends_publication_on_every_face(place: &Place) {
    let (world, id) = punished(place);
    let text = repair(&Penalty::of(1, 1), "准予修复");
    let receipt = world.hand_in("repair-result", CREDIT, &text);
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert_ended(&world, id);
    assert_eq!(world.one(&code(1), "penalty").standing, "ended");
    // The act itself leaves no trace on a page.
    let act = world.id(&code(1), "repair-result");
    assert_eq!(record(&world, act), Found::Never);
    // A correction afterwards does not reopen it.
    let corrected = Penalty { fine: "3".into(), ..Penalty::of(1, 1) };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected]));
    assert_eq!(receipt.corrected, 1);
    assert_ended(&world, id);
    world.assert_well();
}

fn a_refused_repair_ends_nothing(place: &Place) {
    let (world, id) = punished(place);
    let receipt = world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(1, 1), "不予修复"));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert_shown(&world, id);
    world.assert_well();
}

fn a_withdrawn_repair_shows_the_record_again(place: &Place) {
    let (world, id) = punished(place);
    world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(1, 1), "准予修复"));
    assert_ended(&world, id);
    let act = world.id(&code(1), "repair-result");
    let done =
        world.office.withdraw_record(act, &world.whole("clerk"), "handed in by mistake").unwrap();
    assert_eq!((done.withdrawn, done.already, done.resumed), (1, 0, 1));
    assert_shown(&world, id);
    let again = world.office.withdraw_record(act, &world.whole("clerk"), "twice").unwrap();
    assert_eq!((again.withdrawn, again.already, again.resumed), (0, 1, 0));
    world.assert_well();
}

fn a_revocation_ends_publication(place: &Place) {
    let (world, id) = punished(place);
    let receipt = world.hand_in("revocation", CREDIT, &revocation(&Penalty::of(1, 1)));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert_ended(&world, id);
    assert_eq!(world.one(&code(1), "penalty").standing, "withdrawn");
    world.assert_well();
}

fn a_withdrawn_penalty_is_gone(place: &Place) {
    let (world, id) = punished(place);
    let done =
        world.office.withdraw_record(id, &world.whole("clerk"), "another organisation").unwrap();
    assert_eq!((done.withdrawn, done.resumed), (1, 0));
    assert_ended(&world, id);
    world.assert_well();
}

fn a_shield_hides_until_it_is_lifted(place: &Place) {
    let (world, id) = punished(place);
    let of = Penalty::of(1, 1);
    let receipt = world.hand_in("shielding", COURT, &shielding(&of, "（2026）演01破1号", "屏蔽"));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert_eq!(record(&world, id), Found::Ended);
    assert!(world.page_rows(&code(1), View::default()).iter().all(|row| row.id != id));
    assert_eq!(world.one(&code(1), "penalty").standing, "shielded");
    world.clock.set("2026-11-26T10:00:00+08:00");
    let receipt =
        world.hand_in("shielding", COURT, &shielding(&of, "（2026）演01破1号之二", "解除屏蔽"));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert_shown(&world, id);
    world.assert_well();
}

fn an_act_before_its_decision_waits_for_it(place: &Place) {
    let world = World::new(place);
    world.hand_in("registration", MARKET, &registrations(&[Registration::of(1)]));
    let act = repair(&Penalty::of(1, 1), "准予修复");
    let receipt = world.hand_in("repair-result", CREDIT, &act);
    assert_eq!((receipt.held, receipt.accepted), (1, 0));
    assert_eq!(doubts(&receipt), ["office.target-unknown"]);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    let id = world.id(&code(1), "penalty");
    assert_ended(&world, id);
    let open = world.office.held_list(
        &world.whole("steward"),
        &gongxin_app::HeldFilter::default(),
        10,
        gongxin_model::finding::Language::English,
    );
    assert!(open.unwrap().is_empty());
    let again = world.hand_in("repair-result", CREDIT, &act);
    assert_eq!((again.accepted, again.unchanged), (1, 1));
    world.assert_well();
}

fn what_came_when_its_term_was_over_never_was(place: &Place) {
    let world = World::registered(place, 1);
    let late = Penalty { decided: "2020/03/02".to_owned(), ..Penalty::of(1, 1) };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[late]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert_eq!(world.one(&code(1), "penalty").standing, "ended");
    assert_eq!(record(&world, world.id(&code(1), "penalty")), Found::Never);
    // What was shown for a day was.
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 2)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let ids = world.page_rows(&code(1), View::default());
    assert_eq!(ids.len(), 1);
    world.office.withdraw_record(ids[0].id, &world.whole("clerk"), "by mistake").unwrap();
    assert_eq!(record(&world, ids[0].id), Found::Ended);
}

fn a_term_ends_by_the_calendar_alone(place: &Place) {
    let (world, id) = punished(place);
    let until = world.one(&code(1), "penalty").published_until.unwrap();
    assert_eq!(until.to_string(), "2027-05-03");
    world.clock.set("2027-05-03T23:59:59+08:00");
    assert_shown(&world, id);
    // Nobody ran anything: only the day is another.
    world.clock.set("2027-05-04T00:00:00+08:00");
    let before = world.head();
    assert_ended(&world, id);
    assert_eq!(world.head(), before);
    let ticked = world.office.tick(false, &mut |_| ()).unwrap();
    assert_eq!(ticked.ended, 1);
    assert_ended(&world, id);
    assert_eq!(world.one(&code(1), "penalty").standing, "ended");
    assert_eq!(world.office.tick(false, &mut |_| ()).unwrap().ended, 0);
    world.assert_well();
}

fn nothing_adverse_is_shown_on_unverified_rules(place: &Place) {
    let world = World::adopted(place, &[]);
    world.hand_in("registration", MARKET, &registrations(&[Registration::of(1)]));
    // Order 58 stands in the pack as unverified.
    let old = Penalty { decided: "2026-01-12".into(), ..Penalty::of(1, 1) };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[old]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let id = world.id(&code(1), "penalty");
    assert_eq!(world.one(&code(1), "penalty").standing, "unpublished");
    assert_eq!(record(&world, id), Found::Never);
    assert!(world.page_rows(&code(1), View::default()).iter().all(|row| row.id != id));
    // What accepting them would alter is said before it is done.
    let files = packs::gather(true, &[]).unwrap();
    let diff = |accept: &[String], as_of: Option<&str>| {
        let as_of = as_of.map(|day| day.parse().unwrap());
        let ask = DiffAsk { files: &files, accept, as_of, named: 3 };
        world.office.pack_diff(&ask, &mut |_| ()).unwrap()
    };
    let all = ["all".to_owned()];
    assert!(diff(&[], None).lines.is_empty());
    let found = diff(&all, None);
    assert_eq!((found.records, found.ending, found.appearing, found.moved), (2, 0, 1, 0));
    let line = &found.lines[0];
    assert_eq!((&*line.catalogue, line.decided_from.to_string()), ("penalty", "2026-01-12".into()));
    assert_eq!((line.before.reason, &*line.before.rule), (Some("no-basis"), ""));
    assert_eq!(
        (line.after.publication, &*line.after.rule),
        (Some("published"), "order-36-transition")
    );
    assert!(diff(&all, Some("2036-01-01")).lines.is_empty());
    // A steward who accepts them answers for it.
    world.adopt(&all, &[]);
    assert_shown(&world, id);
    assert!(diff(&[], None).lines.is_empty());
    world.assert_well();
}

fn a_provisional_subject_with_nothing_shown_never_was(place: &Place) {
    let world = World::new(place);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(5, 5)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert!(matches!(world.subject(&code(5)), Found::Shown(page) if page.provisional));
    assert_eq!(world.found(&code(5)), [code(5)]);
    let text = repair(&Penalty::of(5, 5), "准予修复");
    assert_eq!(world.hand_in("repair-result", CREDIT, &text).accepted, 1);
    assert_eq!(world.subject(&code(5)), Found::Never);
    assert!(world.found(&code(5)).is_empty());
    assert!(world.found(&name(5)).is_empty());
    assert!(world.list_rows(&code(5), View::default()).is_empty());
    world.assert_well();
}
