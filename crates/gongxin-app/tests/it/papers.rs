//! Papers of cases: their text is read by both sides, their files are nowhere.

use gongxin_app::OfficeError;
use gongxin_app::cases::{CaseAct, CaseFault, NewCase, PAPERS_MOST, SentPaper, Step};
use gongxin_model::PublicId;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::cases::{about, firm, opened, punished, steward};
use crate::faces::carriers;
use crate::world::World;

engine_test! {
    what_a_paper_says_is_read_by_both_sides
    a_paper_with_a_number_of_a_person_leaves_nothing
    papers_that_do_not_fit_are_refused
}

fn letter(paper: &str, text: &str) -> SentPaper {
    SentPaper::read(paper, text.as_bytes(), None).unwrap()
}

fn repair<'a>(id: PublicId, sent: &'a [SentPaper]) -> NewCase<'a> {
    NewCase { text: "已履行", sent, ..about("repair", id) }
}

fn fault(world: &World, new: &NewCase<'_>) -> CaseFault {
    match world.open_case(new, &firm()) {
        Err(OfficeError::Case(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

fn what_a_paper_says_is_read_by_both_sides(place: &Place) {
    let (world, id) = punished(place);
    world.clock.set("2026-11-25T10:00:00+08:00");
    let text = "信用承诺书\n我单位已缴清罚款。";
    let sent = [letter("duties-fulfilled", "缴款凭证，贰仟元"), letter("commitment", text)];
    let case = world.open_case(&repair(id, &sent), &firm()).unwrap().number;
    let item = world.case_item(&case).unwrap();
    let papers: Vec<&str> = item.papers.iter().map(|paper| paper.id.as_str()).collect();
    assert_eq!(papers, ["duties-fulfilled", "commitment"], "a paper with its text has come");
    let said = &item.course[0].texts;
    assert_eq!(said.len(), 2);
    assert_eq!((said[1].paper.id.as_str(), said[1].text.as_str()), ("commitment", text));
    assert_eq!(said[1].digest, sent[1].digest.to_string());
    assert!(item.course[0].says.iter().all(|(_, said)| !said.contains("缴清")));
    assert_eq!(carriers(&world, &["缴清"]), [""; 0], "on no public face");
    // One that comes later lies with its step.
    let more = [SentPaper { blank: vec![2, 3], ..letter("commitment", "补充说明") }];
    for (step, who) in
        [(Step::Forward, steward("window-1")), (Step::Accept, crate::cases::officer("o"))]
    {
        world.take_step(&case, &CaseAct::of(step), &who).unwrap();
    }
    let act = CaseAct { sent: &more, ..CaseAct::of(Step::Supplement) };
    world.take_step(&case, &act, &firm()).unwrap();
    let item = world.case_item(&case).unwrap();
    let last = item.course.last().unwrap();
    assert_eq!((last.texts[0].text.as_str(), &last.texts[0].blank[..]), ("补充说明", &[2, 3][..]));
    world.assert_well();
}

fn a_paper_with_a_number_of_a_person_leaves_nothing(place: &Place) {
    let (world, id) = punished(place);
    let before = world.head();
    world.clock.set("2026-11-25T10:00:00+08:00");
    for number in
        ["150102199003071234", "1 5 0 1 0 2 1 9 9 0 0 3 0 7 1 2 3 4", "150102\u{200B}199003071234"]
    {
        let text = format!("法定代表人身份证号码 {number}");
        let sent = [letter("duties-fulfilled", "凭证"), letter("commitment", &text)];
        let why = fault(&world, &repair(id, &sent));
        assert_eq!(why.word(), "paper-personal", "{number}: {why}");
        assert!(!why.to_string().contains("1501"), "{why}");
    }
    assert_eq!(world.head().next_seq, before.next_seq);
}

fn papers_that_do_not_fit_are_refused(place: &Place) {
    let (world, id) = punished(place);
    world.clock.set("2026-11-25T10:00:00+08:00");
    let twice = [letter("commitment", "一"), letter("commitment", "二")];
    assert_eq!(fault(&world, &repair(id, &twice)), CaseFault::Papers(PAPERS_MOST));
    let unknown = [letter("passport", "一")];
    assert!(matches!(fault(&world, &repair(id, &unknown)), CaseFault::Step(_)));
    let alone = [letter("commitment", "一")];
    assert!(fault(&world, &repair(id, &alone)).to_string().contains("duties-fulfilled"));
    let long = SentPaper { text: "长".repeat(40_001), ..letter("commitment", "一") };
    assert_eq!(fault(&world, &repair(id, &[long])).word(), "paper-long");
    let scan = SentPaper::read("commitment", b"\x89PNG\r\n\x1a\n", None);
    assert_eq!(scan.unwrap_err().word(), "paper-foreign");
    // An objection needs none.
    opened(&world, "objection-content", id);
}
