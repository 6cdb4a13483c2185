//! Many held rows judged at once: tried, done, repeated, withdrawn; and what a person's row leaves.

use std::sync::atomic::AtomicBool;

use gongxin_app::{Docket, DocketAsk, DocketOutcome, HeldFilter, HeldForm, Verdict, Wanted};
use gongxin_model::BatchNo;
use gongxin_model::finding::Language;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    ENVIRONMENT, MARKET, Penalty, Registration, code, name, penalties, registrations, repair,
};
use crate::world::{World, doubts};

engine_test! {
    a_docket_judges_each_row_and_is_withdrawn_as_a_whole
    an_impossible_line_stops_no_other
    a_sheet_is_given_out_and_read_back
    rows_of_the_same_words_are_alike
    a_persons_row_leaves_nothing
    undoing_asks_the_linker_again
    held_rows_are_counted_and_chosen_by_reason
    namesakes_and_branches_are_suggested_and_never_linked
    a_known_decision_suggests_whose_it_is
    an_act_that_reaches_nothing_makes_nobody
    a_row_with_an_id_that_is_nobodys_can_be_linked
}

/// A world with three organisations and a penalty by name alone for each.
fn waiting(place: &Place) -> World {
    let world = World::registered(place, 3);
    let rows: Vec<Penalty> =
        (1..=3).map(|no| Penalty { code: String::new(), ..Penalty::of(no, no) }).collect();
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!(receipt.held, 3, "{:?}", receipt.findings);
    world
}

fn open(world: &World) -> Vec<i64> {
    let items = world
        .office
        .held_list(&world.whole("steward"), &HeldFilter::default(), 99, Language::English)
        .unwrap();
    items.iter().map(|item| item.number).collect()
}

fn link(number: i64, to: u32) -> Wanted {
    let verdict = Verdict::Link(code(to));
    Wanted { line: 1, number, verdict, reason: "seen the decision".into() }
}

fn decide(world: &World, wanted: &[Wanted], dry_run: bool) -> Docket {
    let stop = AtomicBool::new(false);
    let language = Language::English;
    let permit = &world.whole("steward");
    let ask = DocketAsk { wanted, like: None, permit, dry_run, language, stop: &stop };
    world.office.held_decide(&ask).unwrap()
}

fn fates(docket: &Docket) -> Vec<DocketOutcome> {
    docket.lines.iter().map(|line| line.fate).collect()
}

fn has_penalty(world: &World, of: u32) -> bool {
    world
        .file_of(&code(of))
        .iter()
        .any(|one| one.catalogue == "penalty" && !one.standing.contains("withdrawn"))
}

fn a_docket_judges_each_row_and_is_withdrawn_as_a_whole(place: &Place) {
    let world = waiting(place);
    let rows = open(&world);
    let wanted: Vec<Wanted> = rows.iter().zip(1..).map(|(no, to)| link(*no, to)).collect();
    let head = world.head();
    let tried = decide(&world, &wanted, true);
    assert_eq!(fates(&tried), [DocketOutcome::Linked; 3]);
    assert!(tried.lines.iter().all(|line| line.score == Some(1000) && !line.reasons.is_empty()));
    assert_eq!((world.head(), open(&world)), (head, rows.clone()), "nothing was done");
    let docket = decide(&world, &wanted, false);
    assert_eq!((fates(&docket), &docket.docket), (vec![DocketOutcome::Linked; 3], &tried.docket));
    assert!(open(&world).is_empty());
    assert!((1..=3).all(|of| has_penalty(&world, of)));
    // The same again changes nothing.
    let head = world.head();
    assert_eq!(fates(&decide(&world, &wanted, false)), [DocketOutcome::Already; 3]);
    assert_eq!(world.head(), head);
    let stop = AtomicBool::new(false);
    let undo = |dry_run| {
        world.office.held_undo_docket(
            &docket.docket,
            (&world.whole("steward"), "wrong sheet"),
            dry_run,
            &stop,
        )
    };
    assert_eq!(undo(true).unwrap().open, rows);
    assert!((1..=3).all(|of| has_penalty(&world, of)));
    assert_eq!(undo(false).unwrap().open, rows);
    assert_eq!(open(&world), rows);
    assert!(!(1..=3).any(|of| has_penalty(&world, of)));
    assert!(undo(false).is_err(), "nothing is left of it");
    world.assert_well();
}

fn an_impossible_line_stops_no_other(place: &Place) {
    let world = waiting(place);
    let rows = open(&world);
    let refuse = |number| Wanted { verdict: Verdict::Refuse, ..link(number, 1) };
    let unknown = Wanted { verdict: Verdict::Link(code(99)), ..link(rows[0], 1) };
    let wanted = [unknown, link(rows[1], 2), refuse(rows[2]), refuse(rows[2]), link(4_711, 1)];
    let docket = decide(&world, &wanted, false);
    let expected = [
        DocketOutcome::Impossible,
        DocketOutcome::Linked,
        DocketOutcome::Refused,
        DocketOutcome::Impossible,
        DocketOutcome::Impossible,
    ];
    assert_eq!(fates(&docket), expected);
    assert!(
        docket
            .lines
            .iter()
            .all(|line| { (line.fate == DocketOutcome::Impossible) == line.message.is_some() })
    );
    assert_eq!(open(&world), rows[..1]);
    // Judged otherwise before.
    assert_eq!(fates(&decide(&world, &[link(rows[2], 3)], false)), [DocketOutcome::Impossible]);
    // One by hand, without a docket, is judged all the same.
    world.office.held_link(rows[0], &code(1), &world.whole("steward"), "by hand").unwrap();
    assert_eq!(fates(&decide(&world, &[link(rows[0], 1)], false)), [DocketOutcome::Already]);
    world.assert_well();
}

fn a_sheet_is_given_out_and_read_back(place: &Place) {
    let world = waiting(place);
    let rows = open(&world);
    for form in [HeldForm::Csv, HeldForm::Workbook] {
        let mut bytes = Vec::new();
        let how = (form, 99, Language::Chinese);
        let count = world
            .office
            .held_export(&world.whole("steward"), &HeldFilter::default(), how, &mut bytes)
            .unwrap();
        assert_eq!(count, 3);
        // As it is, it judges nothing.
        let wanted = world.office.held_read_sheet(bytes.clone(), None, Language::Chinese).unwrap();
        assert!(wanted.is_empty());
        if form == HeldForm::Csv {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(&name(1)) && text.contains(&code(1)), "{text}");
            let empty = "\"\",\"\",\"\"";
            let filled = format!("\"关联\",\"{}\",\"来函\"", code(2));
            let text = text.replacen(empty, &filled, 2).replacen(&filled, empty, 1);
            let wanted =
                world.office.held_read_sheet(text.into_bytes(), None, Language::Chinese).unwrap();
            let expected = Wanted {
                line: 3,
                number: rows[1],
                verdict: Verdict::Link(code(2)),
                reason: "来函".into(),
            };
            assert_eq!(wanted, [expected]);
        }
    }
}

fn rows_of_the_same_words_are_alike(place: &Place) {
    let world = waiting(place);
    let again = Penalty { code: String::new(), ..Penalty::of(2, 9) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[again]));
    let rows = open(&world);
    assert_eq!(
        world.office.held_like(&world.whole("steward"), rows[1]).unwrap(),
        [rows[1], rows[3]]
    );
    assert_eq!(world.office.held_like(&world.whole("steward"), rows[0]).unwrap(), [rows[0]]);
    assert!(world.office.held_like(&world.whole("steward"), 4_711).is_err());
    // Cut off behind the first row, it goes on under the same name.
    let stop = AtomicBool::new(false);
    let like = |numbers: &[i64]| {
        let wanted: Vec<Wanted> = numbers.iter().map(|number| link(*number, 2)).collect();
        let ask = DocketAsk {
            wanted: &wanted,
            like: Some(rows[1]),
            permit: &world.whole("steward"),
            dry_run: false,
            language: Language::English,
            stop: &stop,
        };
        world.office.held_decide(&ask).unwrap()
    };
    let first = like(&rows[1..2]);
    assert_eq!(fates(&first), [DocketOutcome::Linked]);
    let rest = like(&world.office.held_like(&world.whole("steward"), rows[1]).unwrap());
    assert_eq!(
        (fates(&rest), rest.docket),
        (vec![DocketOutcome::Already, DocketOutcome::Linked], first.docket)
    );
}

fn a_persons_row_leaves_nothing(place: &Place) {
    let world = World::registered(place, 1);
    // Reads like a firm and is a person's, as only a steward can know.
    let name = "白雪莲养殖场";
    let row = Penalty { name: name.into(), code: String::new(), ..Penalty::of(1, 1) };
    let text = penalties(&[row]);
    world.hand_in("penalty", ENVIRONMENT, &text);
    let number = open(&world)[0];
    assert!(world.told().contains(name));
    world.office.held_refuse(number, true, &world.whole("steward"), "a natural person").unwrap();
    let told = world.told();
    assert!(!told.contains(name) && !told.contains("演环罚〔2026〕1号"), "{told}");
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert_eq!((receipt.refused, receipt.held), (1, 0), "{:?}", receipt.findings);
    assert!(world.office.held_undo(number, &world.whole("steward"), "too hasty").is_err());
    let person = Wanted { verdict: Verdict::Person, ..link(number, 1) };
    assert_eq!(fates(&decide(&world, &[person], false)), [DocketOutcome::Already]);
    world.assert_well();
}

fn undoing_asks_the_linker_again(place: &Place) {
    let world = World::registered(place, 2);
    // A code that nobody carries beside the name of another waits.
    let row = Penalty { name: name(1), ..Penalty::of(3, 1) };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[row]));
    assert_eq!(doubts(&receipt), ["subject.name-of-another"]);
    let number = open(&world)[0];
    world.office.held_link(number, &code(1), &world.whole("steward"), "by its name").unwrap();
    // Then the code is registered, for a namesake.
    let namesake = Registration { name: name(1), ..Registration::of(3) };
    world.hand_in("registration", MARKET, &registrations(&[namesake]));
    assert!(
        world.office.held_undo(number, &world.whole("steward"), "it was the namesake").unwrap()
    );
    assert!(open(&world).is_empty());
    assert!(has_penalty(&world, 3) && !has_penalty(&world, 1));
    // Withdrawn once more, it waits: the linker's word for the same organisation counts no more.
    assert!(!world.office.held_undo(number, &world.whole("steward"), "nor that").unwrap());
    assert_eq!(open(&world), [number]);
    world.assert_well();
}

fn held_rows_are_counted_and_chosen_by_reason(place: &Place) {
    let world = waiting(place);
    let row = Penalty { name: name(1), ..Penalty::of(7, 8) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[row]));
    let counts = world
        .office
        .held_count(&world.whole("steward"), &HeldFilter::default(), Language::English)
        .unwrap();
    assert_eq!(counts.rows, 4);
    let of = |rule: &str| counts.reasons.get(rule).copied();
    assert_eq!(of("subject.name-only"), Some(3));
    assert_eq!(of("subject.name-of-another"), Some(1));
    assert!(counts.words.values().all(|words| !words.is_empty()));
    assert_eq!(counts.sources.get(ENVIRONMENT), Some(&4));
    let chosen = |filter: HeldFilter| {
        let counts = world
            .office
            .held_count(&world.whole("steward"), &filter, Language::English)
            .unwrap()
            .rows;
        let listed = world
            .office
            .held_list(&world.whole("steward"), &filter, 99, Language::English)
            .unwrap()
            .len();
        assert_eq!(counts, listed as u64, "{filter:?}");
        counts
    };
    let all = HeldFilter::default;
    assert_eq!(chosen(HeldFilter { reason: Some("subject.name-only".into()), ..all() }), 3);
    assert_eq!(chosen(HeldFilter { batch: Some(BatchNo(3)), ..all() }), 1);
    assert_eq!(chosen(HeldFilter { catalogue: Some("licence".into()), ..all() }), 0);
    assert_eq!(chosen(HeldFilter { source: Some(ENVIRONMENT.into()), ..all() }), 4);
    assert_eq!(chosen(HeldFilter { state: Some("linked".into()), ..all() }), 0);
    assert_eq!(chosen(HeldFilter { score_from: Some(1000), ..all() }), 3);
    assert_eq!(chosen(HeldFilter { score_below: Some(1000), ..all() }), 1);
}

/// Organisations that a name alone, or a name and a wrong code, cannot tell apart.
fn namesakes_and_branches_are_suggested_and_never_linked(place: &Place) {
    let world = World::registered(place, 1);
    let head = "演练一县禾川岭商贸有限公司";
    let named = |number, name: &str| Registration { name: name.into(), ..Registration::of(number) };
    let rows = [
        named(11, head),
        named(12, head),
        named(13, "演练二县禾川岭商贸有限公司"),
        named(14, "演练一县禾川岭商贸有限公司第一分公司"),
        named(15, "演练一县禾川苓商贸有限公司"),
    ];
    world.hand_in("registration", MARKET, &registrations(&rows));
    let names = [
        head,
        "禾川岭商贸有限公司",
        "演练一县禾川岭商贸有限公司第一分公司",
        "演练一县禾川岑商贸有限公司",
        "演练一县禾川岭商贸有眼公司",
        "演练一县禾川岭",
    ];
    // A code of which not even the organisation code inside holds.
    let codes = [String::new(), code(11).replacen("7000", "7090", 1)];
    let mut penalty = 0;
    let mut rows = Vec::new();
    for name in names {
        for code in &codes {
            penalty += 1;
            let (name, code) = (name.to_owned(), code.clone());
            let category = "法人及非法人组织".to_owned();
            rows.push(Penalty { name, code, category, ..Penalty::of(1, penalty) });
        }
    }
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!((receipt.accepted, receipt.held), (0, 12), "{:?}", receipt.findings);
    assert!((11..=15).all(|of| !has_penalty(&world, of)));
    let items = world
        .office
        .held_list(&world.whole("steward"), &HeldFilter::default(), 99, Language::English)
        .unwrap();
    for item in &items {
        let suggested: Vec<&str> = item.suggestions.iter().map(|one| one.code.as_str()).collect();
        assert!(suggested.len() >= 4, "{item:?}");
        // A branch is never before its head where the row names the head.
        let place = |of: u32| suggested.iter().position(|one| *one == code(of));
        if item.name.as_deref() == Some(head) {
            assert!(place(11) < place(14) && place(12) < place(14), "{item:?}");
        }
    }
}

fn a_known_decision_suggests_whose_it_is(place: &Place) {
    let world = World::registered(place, 2);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(2, 5)]));
    let ruined =
        Penalty {
            name: "口口口口口口公司".into(), code: String::new(), ..Penalty::of(2, 5)
        };
    let receipt = world.hand_in("repair-result", crate::rows::CREDIT, &repair(&ruined, "准予修复"));
    assert_eq!(receipt.held, 1, "{:?}", receipt.findings);
    let items = world
        .office
        .held_list(&world.whole("steward"), &HeldFilter::default(), 9, Language::English)
        .unwrap();
    let first = &items[0].suggestions[0];
    assert_eq!(first.code, code(2));
    assert!(first.reasons.iter().any(|why| why.contains("演环罚〔2026〕5号")), "{first:?}");
}

fn an_act_that_reaches_nothing_makes_nobody(place: &Place) {
    let world = World::registered(place, 1);
    let unknown = Penalty::of(8, 8);
    let receipt =
        world.hand_in("repair-result", crate::rows::CREDIT, &repair(&unknown, "准予修复"));
    assert_eq!(doubts(&receipt), ["office.target-unknown"]);
    assert!(world.office.whole_file(&code(8)).unwrap().is_none());
    // Its decision comes: the act is done.
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[unknown]));
    assert!(open(&world).is_empty());
    world.assert_well();
}

fn a_row_with_an_id_that_is_nobodys_can_be_linked(place: &Place) {
    let world = World::registered(place, 1);
    let text = penalties(&[Penalty::of(1, 1)]);
    let mut lines = text.lines();
    let (header, row) = (lines.next().unwrap(), lines.next().unwrap());
    let id = gongxin_model::PublicId([7; 16]);
    let text = format!("{header},公信记录标识\r\n{row},{id}\r\n");
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert_eq!(doubts(&receipt), ["office.record-unknown"]);
    let number = open(&world)[0];
    world
        .office
        .held_link(number, &code(1), &world.whole("steward"), "the id is another platform's")
        .unwrap();
    assert!(has_penalty(&world, 1));
    world.assert_well();
}
