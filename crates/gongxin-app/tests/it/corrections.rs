//! Corrections: of a record that a row names by its id, and of acts; acts that came too early.

use gongxin_app::Receipt;
use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_model::PublicId;

use crate::rows::{
    COURT, CREDIT, ENVIRONMENT, HOUSING, MARKET, Penalty, code, named, penalties, repair,
    revocation, ruling, shielding,
};
use crate::world::{World, doubts, rules};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

engine_test! {
    an_id_with_the_same_key_corrects
    an_id_with_another_key_withdraws_and_replaces
    an_id_is_the_way_back_to_an_earlier_version
    an_id_follows_what_replaced_its_record
    a_replaced_key_can_be_taken_again
    ids_that_do_not_fit_are_held
    a_corrected_key_opens_nothing_that_ended
    a_corrected_key_after_the_term_opens_nothing
    a_corrected_key_of_an_act_moves_what_it_does
    a_corrected_key_of_a_lifting_still_lifts
    a_corrected_act_does_what_it_says_now
    an_act_applies_to_what_comes_after_it
    an_act_waits_for_a_row_that_is_held
    a_correction_never_reopens_a_term_that_was_over
}

fn punished(place: &Place) -> (World, String) {
    let world = World::registered(place, 2);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let id = world.one(&code(1), "penalty").id;
    (world, id)
}

fn fined(document: u32, fine: &str) -> Penalty {
    Penalty { fine: fine.into(), ..Penalty::of(1, document) }
}

fn correct(world: &World, id: &str, penalty: Penalty) -> Receipt {
    world.hand_in("penalty", ENVIRONMENT, &named(&[(id, penalty)]))
}

/// What was found beyond a column that the tables here leave out.
fn said(receipt: &Receipt) -> Vec<&str> {
    let mut found = rules(receipt);
    found.retain(|rule| *rule != "intake.column-missing");
    found
}

fn counts(receipt: &Receipt) -> [u64; 4] {
    [receipt.accepted, receipt.corrected, receipt.unchanged, receipt.held]
}

const CORRECTED: [u64; 4] = [1, 1, 0, 0];
const UNCHANGED: [u64; 4] = [1, 0, 1, 0];
const HELD: [u64; 4] = [0, 0, 0, 1];

/// Number, standing and id of the penalties in the file, in the order of the numbers.
fn standings(world: &World) -> Vec<(String, String, String)> {
    world.assert_well();
    let mut found: Vec<_> = world
        .file_of(&code(1))
        .into_iter()
        .filter(|record| record.catalogue == "penalty")
        .map(|record| (record.document_number.unwrap_or_default(), record.standing, record.id))
        .collect();
    found.sort();
    for (_, standing, id) in &found {
        let page = world.desk.record(id.parse().unwrap(), View::default()).unwrap();
        assert_eq!(matches!(page, Found::Shown(_)), standing == "published");
    }
    found
}

fn words(world: &World) -> Vec<String> {
    standings(world).into_iter().map(|(_, standing, _)| standing).collect()
}

fn fine(world: &World, id: &str) -> String {
    let page = world.shown_record(id.parse::<PublicId>().unwrap());
    let fact = page.facts.iter().find(|fact| fact.field == "CF_NR_FK").unwrap();
    fact.values[0].zh.clone()
}

fn an_id_with_the_same_key_corrects(place: &Place) {
    let (world, id) = punished(place);
    // The id alone says nothing new.
    assert_eq!(counts(&correct(&world, &id, Penalty::of(1, 1))), UNCHANGED);
    assert_eq!(counts(&correct(&world, &id.to_uppercase(), fined(1, "3"))), CORRECTED);
    assert_eq!(fine(&world, &id), "3");
    let head = world.head();
    assert_eq!(counts(&correct(&world, &id, fined(1, "3"))), UNCHANGED);
    assert_eq!(world.head(), gongxin_store::LogHead { next_batch: head.next_batch + 1, ..head });
    assert_eq!(words(&world), ["published"]);
}

fn an_id_with_another_key_withdraws_and_replaces(place: &Place) {
    let (world, id) = punished(place);
    let receipt = correct(&world, &id, Penalty::of(1, 10));
    assert_eq!(counts(&receipt), CORRECTED, "{:?}", receipt.findings);
    assert!(rules(&receipt).contains(&"office.replaced"));
    let found = standings(&world);
    assert_eq!(found.len(), 2);
    let old = found.iter().find(|(_, _, one)| *one == id).unwrap();
    assert_eq!(old.1, "withdrawn");
    let new = found.iter().find(|(_, _, one)| *one != id).unwrap();
    assert_eq!((new.0.as_str(), new.1.as_str()), (&*Penalty::of(1, 10).number, "published"));
    // The finding says the id that stands in its place.
    assert!(receipt.findings.iter().any(|one| one.message.contains(&new.2)));
    let head = world.head();
    assert_eq!(counts(&correct(&world, &id, Penalty::of(1, 10))), UNCHANGED);
    assert_eq!(world.head().next_seq, head.next_seq);
    // What is handed in without the id does not bring the old one back.
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(counts(&receipt), UNCHANGED);
    assert_eq!(said(&receipt), ["office.withdrawn"]);
    assert_eq!(words(&world).iter().filter(|word| *word == "published").count(), 1);
}

fn an_id_is_the_way_back_to_an_earlier_version(place: &Place) {
    let (world, id) = punished(place);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[fined(1, "3")]));
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(counts(&receipt), UNCHANGED);
    assert_eq!(said(&receipt), ["office.older-version"]);
    // The finding says with which id it is meant.
    assert!(receipt.findings.iter().any(|one| one.message.contains(&id)), "{:?}", receipt.findings);
    assert_eq!(fine(&world, &id), "3");
    for round in ["2.5", "3", "2.5"] {
        assert_eq!(counts(&correct(&world, &id, fined(1, round))), CORRECTED);
        assert_eq!(fine(&world, &id), round);
        assert_eq!(counts(&correct(&world, &id, fined(1, round))), UNCHANGED);
    }
    assert_eq!(words(&world), ["published"]);
}

fn an_id_follows_what_replaced_its_record(place: &Place) {
    let (world, id) = punished(place);
    correct(&world, &id, Penalty::of(1, 10));
    // The clerk still works in the old workbook.
    assert_eq!(counts(&correct(&world, &id, fined(10, "3"))), CORRECTED);
    assert_eq!(counts(&correct(&world, &id, fined(11, "3"))), CORRECTED);
    let found = standings(&world);
    let shown: Vec<&str> =
        found.iter().filter(|one| one.1 == "published").map(|one| one.0.as_str()).collect();
    assert_eq!(shown, [Penalty::of(1, 11).number]);
    assert_eq!(found.len(), 3);
}

fn a_replaced_key_can_be_taken_again(place: &Place) {
    let (world, id) = punished(place);
    correct(&world, &id, Penalty::of(1, 10));
    // 10 was the slip: back to 1, which a withdrawn record still carries.
    assert_eq!(counts(&correct(&world, &id, Penalty::of(1, 1))), CORRECTED);
    let found = standings(&world);
    let shown: Vec<&str> =
        found.iter().filter(|one| one.1 == "published").map(|one| one.0.as_str()).collect();
    assert_eq!(shown, [Penalty::of(1, 1).number]);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!((counts(&receipt), said(&receipt)), (UNCHANGED, vec![]));
}

fn ids_that_do_not_fit_are_held(place: &Place) {
    let (world, id) = punished(place);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 7)]));
    let others = Penalty { name: crate::rows::name(2), code: code(2), ..Penalty::of(1, 8) };
    let registration = world.one(&code(1), "registration").id;
    let unknown = "0".repeat(26);
    let cases = [
        (&*unknown, ENVIRONMENT, Penalty::of(1, 9), "office.record-unknown"),
        (&*registration, ENVIRONMENT, Penalty::of(1, 9), "office.record-unknown"),
        (&*id, HOUSING, Penalty::of(1, 9), "office.not-its-supplier"),
        (&*id, ENVIRONMENT, others, "office.subject-differs"),
        (&*id, ENVIRONMENT, fined(7, "9"), "office.key-taken"),
        (&id[..25], ENVIRONMENT, Penalty::of(1, 9), "intake.record-id-unreadable"),
    ];
    for (id, source, penalty, rule) in cases {
        let text = named(&[(id, penalty)]);
        let receipt = world.hand_in("penalty", source, &text);
        assert_eq!((counts(&receipt), doubts(&receipt)), (HELD, vec![rule]));
        // Repeated it is held still, and only once.
        let again = world.hand_in("penalty", source, &text);
        assert!(doubts(&again).contains(&"office.still-held"), "{rule}: {:?}", again.findings);
        assert_eq!(counts(&again), HELD, "{rule}");
    }
    assert_eq!(words(&world), ["published", "published"]);
    // Two rows of one file that say different things of one record: the second waits.
    let text = named(&[(&*id, fined(1, "3")), (&*id, fined(1, "4"))]);
    for _ in 0..2 {
        world.hand_in("penalty", ENVIRONMENT, &text);
        assert_eq!(fine(&world, &id), "3");
    }
    // What was taken back is not corrected.
    world.office.withdraw_record(id.parse().unwrap(), &world.whole("clerk"), "by mistake").unwrap();
    let receipt = correct(&world, &id, fined(1, "5"));
    assert_eq!((counts(&receipt), doubts(&receipt)), (HELD, vec!["office.record-withdrawn"]));
    let receipt = correct(&world, &id, fined(1, "3"));
    assert_eq!((counts(&receipt), said(&receipt)), (UNCHANGED, vec!["office.withdrawn"]));
}

fn a_corrected_key_opens_nothing_that_ended(place: &Place) {
    let acts: [(&str, &str, String, &str); 3] = [
        ("repair-result", CREDIT, repair(&Penalty::of(1, 1), "准予修复"), "ended"),
        ("revocation", CREDIT, revocation(&Penalty::of(1, 1)), "withdrawn"),
        (
            "shielding",
            COURT,
            shielding(&Penalty::of(1, 1), "（2026）演01破1号", "屏蔽"),
            "shielded",
        ),
    ];
    for (catalogue, source, text, standing) in acts {
        let other = place.other();
        let (world, id) = punished(&other);
        assert_eq!(world.hand_in(catalogue, source, &text).accepted, 1);
        assert_eq!(counts(&correct(&world, &id, Penalty::of(1, 10))), CORRECTED);
        let found = standings(&world);
        let new = found.iter().find(|one| one.2 != id).unwrap();
        assert_eq!(new.1, standing, "{catalogue}");
        // The act taken back, the new record holds again; the old one stays withdrawn.
        let act = world.id(&code(1), catalogue);
        world.office.withdraw_record(act, &world.whole("clerk"), "by mistake").unwrap();
        let found = standings(&world);
        assert_eq!(found.iter().find(|one| one.2 != id).unwrap().1, "published", "{catalogue}");
        assert_eq!(found.iter().find(|one| one.2 == id).unwrap().1, "withdrawn", "{catalogue}");
    }
}

fn a_corrected_key_after_the_term_opens_nothing(place: &Place) {
    let (world, id) = punished(place);
    world.clock.set("2027-05-04T10:00:00+08:00");
    let later = Penalty { decided: "2027-01-04".into(), ..Penalty::of(1, 10) };
    assert_eq!(counts(&correct(&world, &id, later)), CORRECTED);
    let found = standings(&world);
    let new = found.iter().find(|one| one.2 != id).unwrap();
    assert_eq!(new.1, "ended");
    world.clock.set("2027-12-01T10:00:00+08:00");
    world.office.tick(true, &mut |_| ()).unwrap();
    let record = world.file_of(&code(1)).into_iter().find(|one| one.id == new.2).unwrap();
    assert_eq!((record.standing.as_str(), record.reason.as_str()), ("ended", "term-over"));
}

fn with_id(id: &str, text: &str) -> String {
    let mut lines = text.lines();
    let (head, row) = (lines.next().unwrap(), lines.next().unwrap());
    format!("记录编号,{head}\r\n{id},{row}\r\n")
}

fn a_corrected_key_of_an_act_moves_what_it_does(place: &Place) {
    let (world, _) = punished(place);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 2)]));
    world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(1, 1), "准予修复"));
    assert_eq!(words(&world), ["ended", "published"]);
    let act = world.one(&code(1), "repair-result").id;
    // The clerk named the wrong decision.
    let text = with_id(&act, &repair(&Penalty::of(1, 2), "准予修复"));
    for counted in [CORRECTED, UNCHANGED] {
        let receipt = world.hand_in("repair-result", CREDIT, &text);
        assert_eq!(counts(&receipt), counted, "{:?}", receipt.findings);
        assert_eq!(words(&world), ["published", "ended"]);
    }
    // To a decision that is not here yet: the act waits, and what it did stands until then.
    let text = with_id(&act, &repair(&Penalty::of(1, 3), "准予修复"));
    let receipt = world.hand_in("repair-result", CREDIT, &text);
    assert_eq!((counts(&receipt), doubts(&receipt)), (HELD, vec!["office.target-unknown"]));
    assert_eq!(words(&world), ["published", "ended"]);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 3)]));
    assert_eq!(words(&world), ["published", "published", "ended"]);
}

fn a_corrected_key_of_a_lifting_still_lifts(place: &Place) {
    let (world, _) = punished(place);
    let day = "2026-11-20";
    world.hand_in("shielding", COURT, &ruling(1, "（2026）演01破1号", day, "", "屏蔽"));
    world.hand_in("shielding", COURT, &ruling(1, "（2026）演01破2号", day, "", "解除屏蔽"));
    assert_eq!(words(&world), ["published"]);
    let find = |number: &str| {
        let mut acts = world.file_of(&code(1));
        acts.retain(|one| one.document_number.as_deref() == Some(number));
        acts.retain(|one| one.standing != "withdrawn");
        acts[0].id.clone()
    };
    let text = ruling(1, "（2026）演01破1号之二", day, "", "解除屏蔽");
    let text = with_id(&find("（2026）演01破2号"), &text);
    let receipt = world.hand_in("shielding", COURT, &text);
    assert_eq!(counts(&receipt), CORRECTED, "{:?}", receipt.findings);
    assert_eq!(words(&world), ["published"]);
    // The ruling's own number was wrong as well: what was lifted stays lifted.
    let text = ruling(1, "（2026）演01破3号", day, "", "屏蔽");
    let text = with_id(&find("（2026）演01破1号"), &text);
    let receipt = world.hand_in("shielding", COURT, &text);
    assert_eq!(counts(&receipt), CORRECTED, "{:?}", receipt.findings);
    assert_eq!(words(&world), ["published"]);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 2)]));
    assert_eq!(words(&world), ["published", "published"]);
    // Without the lifting both are under the ruling.
    let lifting = find("（2026）演01破1号之二");
    world
        .office
        .withdraw_record(lifting.parse().unwrap(), &world.whole("clerk"), "by mistake")
        .unwrap();
    assert_eq!(words(&world), ["shielded", "shielded"]);
}

fn a_corrected_act_does_what_it_says_now(place: &Place) {
    let (world, _) = punished(place);
    let outcomes = [("准予修复", "ended"), ("不予修复", "published"), ("准予修复", "published")];
    for (outcome, standing) in outcomes {
        let text = repair(&Penalty::of(1, 1), outcome);
        assert_eq!(world.hand_in("repair-result", CREDIT, &text).accepted, 1);
        assert_eq!(words(&world), [standing], "{outcome}");
    }
    // The third was an older version; with its id it is meant.
    let act = world.one(&code(1), "repair-result").id;
    let text = with_id(&act, &repair(&Penalty::of(1, 1), "准予修复"));
    assert_eq!(counts(&world.hand_in("repair-result", CREDIT, &text)), CORRECTED);
    assert_eq!(words(&world), ["ended"]);
    let done = world
        .office
        .withdraw_record(act.parse().unwrap(), &world.whole("clerk"), "by mistake")
        .unwrap();
    assert_eq!(done.resumed, 1);
    assert_eq!(words(&world), ["published"]);
}

/// An entry in a list, and a licence, of the decision that the penalty has.
fn of_the_same_decision(of: &Penalty) -> [(&'static str, String); 2] {
    let (name, code, number, authority, day) =
        (&of.name, &of.code, &of.number, &of.authority, &of.decided);
    let list = format!(
        "失信主体名称,统一社会信用代码,列入决定文书号,列入机关,列入日期,名单类型,列入事由,列入依据\r\n\
         {name},{code},{number},{authority},{day},严重违法失信名单,多次违法,《办法》第五条\r\n"
    );
    let licence = format!(
        "行政相对人名称,行政相对人代码_1(统一社会信用代码),行政许可决定文书号,许可机关,许可决定日期,许可内容\r\n\
         {name},{code},{number},{authority},{day},准予经营\r\n"
    );
    [("serious-violation", list), ("licence", licence)]
}

fn an_act_applies_to_what_comes_after_it(place: &Place) {
    let penalty =
        Penalty { authority: "演练州市场监督管理局".into(), ..Penalty::of(1, 1) };
    let act = repair(&penalty, "准予修复");
    let mut ends = Vec::new();
    for act_comes in [0, 1, 2, 3] {
        let other = place.other();
        let world = World::registered(&other, 2);
        let hand_in = |catalogue: &str, source: &str, text: &str, order: usize| {
            if order == act_comes {
                world.hand_in("repair-result", CREDIT, &act);
            }
            let receipt = world.hand_in(catalogue, source, text);
            assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
        };
        hand_in("penalty", MARKET, &penalties(std::slice::from_ref(&penalty)), 0);
        for ((catalogue, text), order) in of_the_same_decision(&penalty).into_iter().zip(1..) {
            hand_in(catalogue, MARKET, &text, order);
        }
        if act_comes == 3 {
            assert_eq!(words(&world), ["published"]);
            world.hand_in("repair-result", CREDIT, &act);
        }
        world.assert_well();
        let mut found: Vec<(String, String)> = world
            .file_of(&code(1))
            .into_iter()
            .map(|record| (record.catalogue, record.standing))
            .collect();
        found.sort();
        ends.push(found);
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:#?}");
    let ended = ends[0].iter().filter(|(_, standing)| standing == "ended").count();
    assert_eq!(ended, 3, "{:?}", ends[0]);
}

fn an_act_waits_for_a_row_that_is_held(place: &Place) {
    let world = World::registered(place, 2);
    let doubtful = Penalty {
        name: crate::rows::name(2),
        code: String::new(),
        organisation_code: crate::rows::organisation_code(&code(1)),
        ..Penalty::of(1, 1)
    };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[doubtful]));
    assert_eq!(receipt.held, 1, "{:?}", receipt.findings);
    let text = repair(&Penalty::of(1, 1), "准予修复");
    assert_eq!(world.hand_in("repair-result", CREDIT, &text).held, 1);
    let open = world
        .office
        .held_list(
            &world.whole("steward"),
            &gongxin_app::HeldFilter::default(),
            10,
            gongxin_model::finding::Language::English,
        )
        .unwrap();
    let penalty = open.iter().find(|one| one.catalogue == "penalty").unwrap();
    world
        .office
        .held_link(penalty.number, &code(1), &world.whole("steward"), "the code is right")
        .unwrap();
    assert_eq!(words(&world), ["ended"]);
}

fn a_correction_never_reopens_a_term_that_was_over(place: &Place) {
    let (world, id) = punished(place);
    world.clock.set("2027-05-04T10:00:00+08:00");
    let later = Penalty { decided: "2027-01-04".into(), ..Penalty::of(1, 1) };
    for text in [penalties(std::slice::from_ref(&later)), named(&[(&*id, later)])] {
        world.hand_in("penalty", ENVIRONMENT, &text);
        assert_eq!(words(&world), ["ended"]);
    }
    // Whose term was over before it came was never shown: corrected it is shown for the first time.
    let old = Penalty { decided: "2025-05-06".into(), ..Penalty::of(1, 2) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[old]));
    assert_eq!(words(&world), ["ended", "ended"]);
    let right = Penalty { decided: "2027-04-06".into(), ..Penalty::of(1, 2) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[right]));
    assert_eq!(words(&world), ["ended", "published"]);
}
