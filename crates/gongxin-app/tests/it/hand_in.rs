//! What a hand-in does to the archive, and what it never does.
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    BUREAU, ENVIRONMENT, HOUSING, MARKET, Penalty, Registration, code, penalties, registrations,
};
use crate::world::{World, doubts, rules};

engine_test! {
    rows_add_up_and_each_has_one_outcome
    the_same_file_again_adds_no_entry
    other_content_corrects_and_never_reverts
    only_the_supplier_corrects
    a_row_without_a_document_number_is_held
    a_person_leaves_nothing_but_its_row_and_the_rule
    a_person_with_an_organisations_code_leaves_no_more
    a_dry_run_says_the_same_and_keeps_nothing
}

fn person() -> Penalty {
    Penalty {
        name: "诸葛青岚".into(),
        category: "自然人".into(),
        code: String::new(),
        certificate: "11010519491231002X".into(),
        ..Penalty::of(9, 9)
    }
}

/// An accepted row, one held for its name alone, one refused as a person's.
fn mixed() -> String {
    let held = Penalty { code: String::new(), ..Penalty::of(2, 2) };
    penalties(&[Penalty::of(1, 1), held, person()])
}

fn rows_add_up_and_each_has_one_outcome(place: &Place) {
    let world = World::registered(place, 3);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &mixed());
    assert_eq!(
        (receipt.rows, receipt.accepted, receipt.held, receipt.refused),
        (3, 1, 1, 1),
        "{:?}",
        receipt.findings
    );
    let held = receipt.findings.iter().find(|one| one.rule == "subject.name-only").unwrap();
    assert_eq!(held.row, Some(3));
    assert!(!held.message.is_empty());
    let file = receipt.files.first().unwrap();
    assert!(file.read);
    assert_eq!((file.rows, file.accepted, file.held, file.refused), (3, 1, 1, 1));
    assert_eq!(world.file_of(&code(1)).len(), 2);
    assert_eq!(world.file_of(&code(2)).len(), 1);
    world.assert_well();
}

fn the_same_file_again_adds_no_entry(place: &Place) {
    let world = World::registered(place, 3);
    let text = penalties(&[Penalty::of(1, 1), Penalty::of(2, 2)]);
    let first = world.hand_in_file("penalty", ENVIRONMENT, &text);
    assert_eq!((first.accepted, first.unchanged), (2, 0));
    let head = world.head();
    world.clock.set("2026-11-25T09:00:00+08:00");
    for again in [
        world.hand_in_file("penalty", ENVIRONMENT, &text),
        world.hand_in("penalty", ENVIRONMENT, &text),
    ] {
        assert_eq!((again.rows, again.accepted, again.unchanged, again.corrected), (2, 2, 2, 0));
    }
    // Rows are recognised, not files: the same rows in another order are as little news.
    let turned = penalties(&[Penalty::of(2, 2), Penalty::of(1, 1)]);
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &turned).unchanged, 2);
    let now = world.head();
    assert_eq!((now.next_seq, now.root), (head.next_seq, head.root));
}

fn other_content_corrects_and_never_reverts(place: &Place) {
    let world = World::registered(place, 3);
    let one = penalties(&[Penalty::of(1, 1)]);
    let two = penalties(&[Penalty { fine: "3".into(), ..Penalty::of(1, 1) }]);
    world.hand_in("penalty", ENVIRONMENT, &one);
    let id = world.id(&code(1), "penalty");
    let before = world.head().next_seq;
    let receipt = world.hand_in("penalty", ENVIRONMENT, &two);
    assert_eq!((receipt.accepted, receipt.corrected, receipt.unchanged), (1, 1, 0));
    assert_eq!(world.head().next_seq, before + 1);
    assert_eq!(world.id(&code(1), "penalty"), id);
    // Version one again is recognised, said, and changes nothing.
    let receipt = world.hand_in("penalty", ENVIRONMENT, &one);
    assert_eq!((receipt.unchanged, receipt.corrected), (1, 0));
    assert!(rules(&receipt).contains(&"office.older-version"));
    assert_eq!(world.head().next_seq, before + 1);
    let shown = world.shown_record(id);
    let fine = shown.facts.iter().find(|fact| fact.field == "CF_NR_FK").unwrap();
    assert_eq!(fine.values.first().unwrap().zh, "3");
    assert_eq!(shown.corrections.len(), 1);
    world.assert_well();
}

fn only_the_supplier_corrects(place: &Place) {
    let world = World::registered(place, 3);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    let before = world.head();
    let other = Penalty { fine: "9".into(), ..Penalty::of(1, 1) };
    assert_eq!(other.authority, BUREAU);
    let receipt = world.hand_in("penalty", HOUSING, &penalties(&[other]));
    assert_eq!((receipt.rows, receipt.held), (1, 1));
    assert_eq!(doubts(&receipt), ["office.not-its-supplier"], "{:?}", receipt.findings);
    assert_eq!(world.head().root, before.root);
}

fn a_row_without_a_document_number_is_held(place: &Place) {
    let world = World::registered(place, 3);
    let text = penalties(&[Penalty { number: String::new(), ..Penalty::of(1, 1) }]);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert_eq!((receipt.rows, receipt.held), (1, 1));
    assert!(rules(&receipt).contains(&"office.key-incomplete"), "{:?}", receipt.findings);
    assert_eq!(world.file_of(&code(1)).len(), 1);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert!(rules(&receipt).contains(&"office.still-held"), "{:?}", receipt.findings);
    assert_eq!(receipt.held, 1);
}

fn a_person_leaves_nothing_but_its_row_and_the_rule(place: &Place) {
    let world = World::registered(place, 3);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &mixed());
    assert_eq!(receipt.refused, 1);
    let said = format!("{receipt:?}");
    let holds = kept(place, &world);
    // What was accepted and what is held are found by the same search.
    for there in [Penalty::of(1, 1).name, Penalty::of(2, 2).number, Penalty::of(1, 1).number] {
        assert!(holds(&there), "{there}");
    }
    for planted in ["诸葛青岚", "11010519491231002X", "110105194912310"] {
        assert!(!holds(planted), "{planted}");
        assert!(!said.contains(planted), "{planted}");
    }
    assert!(receipt.findings.iter().any(|one| one.row == Some(4)));
}

/// Whether the store holds a text anywhere: told, or in the bytes of a table.
fn kept(place: &Place, world: &World) -> impl Fn(&str) -> bool {
    let told = world.told();
    let everything = place.everything();
    move |needle: &str| {
        let bytes = needle.as_bytes();
        told.contains(needle)
            || everything.iter().any(|value| {
                let plain = zstd::stream::decode_all(value.as_slice()).unwrap_or_default();
                [value, &plain].iter().any(|text| text.windows(bytes.len()).any(|at| at == bytes))
            })
    }
}

fn a_person_with_an_organisations_code_leaves_no_more(place: &Place) {
    let world = World::registered(place, 3);
    let person = |number: u32, document: u32| Penalty {
        name: "欧阳青岚".into(),
        // No list knows it: a finding would echo it.
        category: "青岚其人".into(),
        ..Penalty::of(number, document)
    };
    let rows = [
        // A known code, an unknown one, no document number, a day that cannot be read.
        person(1, 101),
        person(9, 102),
        Penalty { number: String::new(), ..person(1, 103) },
        Penalty { decided: "青岚日".into(), ..person(1, 104) },
        Penalty {
            name: "欧阳青岚（演练州云云云商贸有限公司）".into(), ..person(9, 105)
        },
    ];
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!((receipt.rows, receipt.refused), (5, 5), "{:?}", receipt.findings);
    let file = registrations(&[
        Registration { name: "欧阳青岚".into(), ..Registration::of(1) },
        Registration { name: "欧阳青岚".into(), ..Registration::of(9) },
    ]);
    let registered = world.hand_in("registration", MARKET, &file);
    assert_eq!((registered.rows, registered.refused), (2, 2), "{:?}", registered.findings);
    for receipt in [receipt, registered] {
        let of_rows = receipt.findings.iter().filter(|one| one.column.is_none());
        assert!(of_rows.clone().any(|one| one.rule == "subject.person-shaped"));
        assert!(!format!("{receipt:?}").contains("青岚"), "{:?}", receipt.findings);
    }
    let holds = kept(place, &world);
    assert!(holds(&Penalty::of(1, 1).name));
    for planted in ["青岚", "〕101号", "〕104号"] {
        assert!(!holds(planted), "{planted}");
    }
}

fn a_dry_run_says_the_same_and_keeps_nothing(place: &Place) {
    let world = World::registered(place, 3);
    let before = (world.head(), world.told());
    let tried = world.try_out("penalty", ENVIRONMENT, &mixed());
    assert!(tried.dry_run);
    assert_eq!((world.head(), world.told()), before);
    let kept = world.hand_in("penalty", ENVIRONMENT, &mixed());
    assert_eq!(tried.findings, kept.findings);
    assert_eq!(
        (tried.accepted, tried.held, tried.refused),
        (kept.accepted, kept.held, kept.refused)
    );
}
