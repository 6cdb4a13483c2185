//! To whom a row is linked, and how a judgement is made and taken back.

use gongxin_app::circumstance::Clock as _;
use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_app::{HeldFilter, HeldItem};
use gongxin_model::code::{OrganisationCode, Uscc};
use gongxin_model::finding::Language;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, name, organisation_code, penalties,
    registrations, repair,
};
use crate::world::{World, doubts};

engine_test! {
    the_unified_code_links
    the_organisation_code_links_with_the_name_alone
    identifiers_that_disagree_are_held_with_both
    a_name_alone_is_held
    a_sound_unknown_code_is_provisional_until_registered
    a_rename_keeps_the_history
    a_name_that_was_a_persons_stays_hidden
    a_judgement_links_and_its_undoing_takes_everything_back
    a_refused_row_stays_refused_until_undone
}

fn held(world: &World) -> HeldItem {
    let mut open = world
        .office
        .held_list(&world.whole("steward"), &HeldFilter::default(), 10, Language::English)
        .unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    open.remove(0)
}

fn the_unified_code_links(place: &Place) {
    let world = World::registered(place, 2);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(receipt.accepted, 1);
    world.one(&code(1), "penalty");
    assert!(world.file_of(&code(2)).iter().all(|record| record.catalogue != "penalty"));
}

fn the_organisation_code_links_with_the_name_alone(place: &Place) {
    let world = World::registered(place, 2);
    let by_part = |name: String, document| Penalty {
        name,
        code: String::new(),
        organisation_code: organisation_code(&code(1)),
        ..Penalty::of(1, document)
    };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[by_part(name(1), 1)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    world.one(&code(1), "penalty");
    // The same number under another's name waits for a person.
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[by_part(name(2), 2)]));
    assert_eq!((receipt.accepted, receipt.held), (0, 1), "{:?}", receipt.findings);
    world.one(&code(1), "penalty");
    assert!(world.file_of(&code(2)).iter().all(|record| record.catalogue != "penalty"));
}

fn identifiers_that_disagree_are_held_with_both(place: &Place) {
    let world = World::registered(place, 2);
    let text = penalties(&[Penalty {
        organisation_code: organisation_code(&code(2)),
        ..Penalty::of(1, 1)
    }]);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert_eq!(doubts(&receipt), ["subject.identifiers-disagree"]);
    let mut suggested: Vec<String> =
        held(&world).suggestions.into_iter().map(|one| one.code).collect();
    suggested.sort_unstable();
    let mut both = vec![code(1), code(2)];
    both.sort_unstable();
    assert_eq!(suggested, both);
}

fn a_name_alone_is_held(place: &Place) {
    let world = World::registered(place, 2);
    let text = penalties(&[Penalty { code: String::new(), ..Penalty::of(1, 1) }]);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert_eq!(doubts(&receipt), ["subject.name-only"]);
    let item = held(&world);
    assert_eq!(item.suggestions.first().map(|one| one.code.clone()), Some(code(1)));
    assert!(item.suggestions.iter().all(|one| !one.reasons.is_empty()));
    assert!(world.file_of(&code(1)).iter().all(|record| record.catalogue != "penalty"));
}

fn a_sound_unknown_code_is_provisional_until_registered(place: &Place) {
    let world = World::registered(place, 2);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(7, 7)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let Found::Shown(page) = world.subject(&code(7)) else { panic!("not shown") };
    assert!(page.provisional);
    assert_eq!(page.name, name(7));
    let id = world.id(&code(7), "penalty");
    let receipt = world.hand_in("registration", MARKET, &registrations(&[Registration::of(7)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let Found::Shown(page) = world.subject(&code(7)) else { panic!("not shown") };
    assert!(!page.provisional);
    assert_eq!(world.id(&code(7), "penalty"), id);
    world.assert_well();
}

fn a_rename_keeps_the_history(place: &Place) {
    let world = World::registered(place, 2);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    let new = "演练州长虹科技有限公司";
    let renamed =
        Registration { name: new.into(), approved: "2026-09-01".into(), ..Registration::of(1) };
    let receipt = world.hand_in("registration", MARKET, &registrations(&[renamed]));
    assert_eq!(receipt.corrected, 1, "{:?}", receipt.findings);
    let Found::Shown(page) = world.subject(&code(1)) else { panic!("not shown") };
    assert_eq!(page.name, new);
    let former: Vec<&str> = page.former_names.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(former, [name(1)]);
    assert_eq!(world.found(&name(1)), [code(1)]);
    assert_eq!(world.found(new), [code(1)]);
    // The decision under the former name is still its own.
    world.one(&code(1), "penalty");
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 2)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    world.assert_well();
}

/// An individual business that bore its owner's name and took another: the owner's is shown in no
/// day's view and found by no search.
fn a_name_that_was_a_persons_stays_hidden(place: &Place) {
    let world = World::registered(place, 1);
    let organisation = OrganisationCode::with_check("81234567").unwrap();
    let business = Uscc::with_check(&format!("92159901{organisation}")).unwrap().to_string();
    let named = |name: &str| Registration {
        name: name.into(),
        code: business.clone(),
        ..Registration::of(1)
    };
    world.hand_in("registration", MARKET, &registrations(&[named("赵虚构")]));
    let before = world.clock.now();
    world.clock.set("2026-12-01T10:00:00+08:00");
    world.hand_in("registration", MARKET, &registrations(&[named("赵虚构面馆")]));
    assert_eq!(world.found("面馆"), std::slice::from_ref(&business));
    let present = world.found("赵虚构");
    assert_eq!(present, std::slice::from_ref(&business), "by the trade name that it bears now");
    let views = [View::default(), View { as_of: Some(before.day()), known: Some(before) }];
    for view in views {
        let Found::Shown(page) = world.desk.subject(&business, view).unwrap() else {
            panic!("{view:?}");
        };
        let told = format!("{page:?}").replace("赵虚构面馆", "");
        assert!(!told.contains("赵虚构"), "{view:?}: {told}");
        // The registrar is a body: its name is nobody's to hide.
        assert!(told.contains("演练州市场监督管理局"), "{view:?}: {told}");
    }
}

fn a_judgement_links_and_its_undoing_takes_everything_back(place: &Place) {
    let world = World::registered(place, 2);
    let penalty = Penalty { code: String::new(), ..Penalty::of(1, 1) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(std::slice::from_ref(&penalty)));
    let number = held(&world).number;
    let id = world
        .office
        .held_link(number, &code(1), &world.whole("steward"), "seen the decision")
        .unwrap();
    let id = id.parse().unwrap();
    assert_eq!(world.id(&code(1), "penalty"), id);
    assert!(matches!(world.desk.record(id, View::default()).unwrap(), Found::Shown(_)));
    assert!(world.office.held_link(number, &code(1), &world.whole("steward"), "twice").is_err());
    world.office.held_undo(number, &world.whole("steward"), "it was the namesake").unwrap();
    assert_eq!(world.desk.record(id, View::default()).unwrap(), Found::Ended);
    assert!(world.list_rows(&code(1), View::default()).iter().all(|row| row.id != id));
    assert_eq!(held(&world).number, number);
    world.assert_well();
    // It may be judged again, for another; acts then reach it there.
    let again =
        world.office.held_link(number, &code(2), &world.whole("steward"), "the namesake").unwrap();
    assert_eq!(world.id(&code(2), "penalty").to_string(), again);
    let act = repair(&Penalty { number: penalty.number, ..Penalty::of(2, 2) }, "准予修复");
    let receipt = world.hand_in("repair-result", CREDIT, &act);
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let again = again.parse().unwrap();
    assert_eq!(world.desk.record(again, View::default()).unwrap(), Found::Ended);
    world.assert_well();
}

fn a_refused_row_stays_refused_until_undone(place: &Place) {
    let world = World::registered(place, 2);
    let text = penalties(&[Penalty { code: String::new(), ..Penalty::of(1, 1) }]);
    world.hand_in("penalty", ENVIRONMENT, &text);
    let number = held(&world).number;
    world.office.held_refuse(number, false, &world.whole("steward"), "of another region").unwrap();
    assert!(
        world
            .office
            .held_list(&world.whole("steward"), &HeldFilter::default(), 10, Language::English)
            .unwrap()
            .is_empty()
    );
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert_eq!((receipt.refused, receipt.held), (1, 0));
    assert!(doubts(&receipt).contains(&"office.judged"));
    world.office.held_undo(number, &world.whole("steward"), "too hasty").unwrap();
    assert_eq!(held(&world).number, number);
    assert!(world.office.held_undo(number, &world.whole("steward"), "twice").is_err());
}
