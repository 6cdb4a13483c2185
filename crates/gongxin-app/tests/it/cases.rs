//! Cases walked from their opening to their end, with what the public sees on the way.

use gongxin_app::OfficeError;
use gongxin_app::cases::{CaseAct, CaseFilter, NewCase, Step, Taken, Verdict};
use gongxin_app::gate::Scope;
use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_model::finding::Language;
use gongxin_model::{Kind, PublicId, Seq};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::faces::{carriers, serious};
use crate::rows::{
    BUREAU, ENVIRONMENT, MARKET, Penalty, code, named, organisation_code, penalties,
};
use crate::world::{World, doubts};

engine_test! {
    an_objection_is_marked_decided_and_carried_out
    what_a_case_settled_is_not_contradicted
    a_link_that_falls_leaves_every_face_at_once
    a_refused_objection_takes_its_mark_with_it
    marks_of_two_objections_are_two
    a_corrected_key_takes_objection_and_settled_values_along
    nobody_decides_on_their_own_act_or_for_another_body
    an_objection_that_waits_too_long_is_marked_and_goes_on
    a_repair_leaves_nothing_anywhere
    a_shield_rests_what_it_covers_and_lifts_it_again
    a_listing_goes_from_proposal_to_exit
    a_complaint_is_about_no_record
    what_cannot_be_kept_opens_nothing
    a_case_is_the_fold_of_its_entries
}

/// Who acts: an account, and for whom.
pub(crate) type Actor = (&'static str, Scope);

pub(crate) fn firm() -> Actor {
    ("firm-1", Scope::Organisation(code(1)))
}

pub(crate) fn steward(account: &'static str) -> Actor {
    (account, Scope::Platform)
}

pub(crate) fn officer(account: &'static str) -> Actor {
    (account, Scope::Body(ENVIRONMENT.into()))
}

pub(crate) fn punished(place: &Place) -> (World, PublicId) {
    let world = World::registered(place, 2);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let id = world.id(&code(1), "penalty");
    world.keep_open();
    (world, id)
}

pub(crate) fn about<'a>(procedure: &'a str, record: PublicId) -> NewCase<'a> {
    NewCase {
        procedure,
        record: Some(record),
        code: None,
        body: None,
        text: "罚款金额有误，应为1万元",
        claim: None,
        papers: &[],
        sent: &[],
        authority: None,
    }
}

pub(crate) fn opened(world: &World, procedure: &str, record: PublicId) -> String {
    world.open_case(&about(procedure, record), &firm()).unwrap().number
}

pub(crate) fn reasoned(step: Step) -> CaseAct<'static> {
    CaseAct { reason: Some("与决定书核对"), ..CaseAct::of(step) }
}

pub(crate) fn take(world: &World, case: &str, act: &CaseAct<'_>, by: &Actor) -> Taken {
    world.take_step(case, act, by).unwrap()
}

pub(crate) fn refused(world: &World, case: &str, act: &CaseAct<'_>, by: &Actor) -> String {
    let head = world.head();
    let error = world.take_step(case, act, by).unwrap_err();
    assert!(error.is_usage(), "{error}");
    assert_eq!(world.head().next_seq, head.next_seq, "nothing is written: {error}");
    error.to_string()
}

pub(crate) fn judged(step: Step, verdict: Verdict) -> CaseAct<'static> {
    CaseAct { verdict: Some(verdict), ..reasoned(step) }
}

/// An objection brought to a decision by two officers of a party.
fn decided(world: &World, case: &str, by: [&Actor; 2], act: &CaseAct<'_>) -> Taken {
    take(world, case, &CaseAct::of(Step::Accept), by[0]);
    take(world, case, &judged(Step::Propose, act.verdict.unwrap()), by[0]);
    take(world, case, act, by[1])
}

fn is_disputed(world: &World, id: PublicId) -> bool {
    let page = world.shown_record(id).dispute.is_some();
    let row =
        world.page_rows(&code(1), View::default()).iter().any(|row| row.id == id && row.disputed);
    let listed =
        world.list_rows(&code(1), View::default()).iter().any(|row| row.id == id && row.disputed);
    assert!(page == row && page == listed, "page {page}, row {row}, list {listed}");
    page
}

fn kinds(world: &World) -> Vec<Kind> {
    world
        .office
        .store()
        .read(|reader| -> Result<Vec<Kind>, OfficeError> {
            let entries = reader.entries_from(Seq(0), 10_000)?;
            Ok(entries.into_iter().map(|entry| entry.kind).collect())
        })
        .unwrap()
}

fn an_objection_is_marked_decided_and_carried_out(place: &Place) {
    let (world, id) = punished(place);
    assert!(!is_disputed(&world, id));
    let claim = Some(("CF_NR_FK", "1"));
    let new = NewCase { claim, ..about("objection-content", id) };
    let taken = world.open_case(&new, &firm()).unwrap();
    assert_eq!(taken.number, "Y-2026-000001");
    assert_eq!(taken.due.map(|day| day.to_string()).as_deref(), Some("2026-11-27"));
    assert!(is_disputed(&world, id));
    let dispute = world.shown_record(id).dispute.unwrap();
    assert_eq!(dispute.due, taken.due);
    assert!(dispute.authority.contains("生态环境"), "{dispute:?}");
    let case = taken.number;
    let forwarded = take(&world, &case, &CaseAct::of(Step::Forward), &steward("steward-1"));
    assert_eq!((forwarded.state.as_str(), forwarded.records), ("forwarded", 0));
    let settles = [("CF_NR_FK".to_owned(), "1.00".to_owned())];
    let act = CaseAct { settles: &settles, ..judged(Step::Decide, Verdict::Upheld) };
    let done = decided(&world, &case, [&officer("officer-1"), &officer("officer-2")], &act);
    assert_eq!((done.state.as_str(), done.records), ("answered", 1));
    assert!(!is_disputed(&world, id));
    let page = format!("{:?}", world.shown_record(id).facts);
    assert!(page.contains("\"1\"") && !page.contains("2.5"), "{page}");
    // Nobody asks for a second decision: the case closes by the calendar alone.
    world.clock.set("2027-01-04T10:00:00+08:00");
    let ticked = world.office.tick(false, &mut |_| ()).unwrap();
    assert_eq!((ticked.cases.overdue, ticked.cases.lapsed), (0, 1));
    let item = world.case_item(&case).unwrap();
    assert_eq!((item.line.state.as_str(), item.course.len()), ("closed", 6));
    assert_eq!(item.text.as_deref(), Some("罚款金额有误，应为1万元"));
    assert!(item.open_steps.is_empty());
    let course = format!("{:?}", item.course);
    assert!(course.contains("CF_NR_FK=1.00"), "{course}");
    // Who looked at the case is in the log of its organisation; the organisation itself is not.
    let own = world.permit(&firm());
    assert!(world.office.case_item(&own, &case, Language::Chinese).is_ok());
    let ask = gongxin_app::file::ReadsAsk { after: None, size: 9 };
    let reads = world.office.own_reads(&world.permit(&firm()), ask).unwrap().reads;
    let [only] = reads.as_slice() else { panic!("{reads:?}") };
    assert_eq!((only.purpose.as_str(), &only.basis), ("case", &case));
    assert_eq!((only.account.as_str(), only.what.as_str()), ("steward", "case Y-2026-000001"));
    world.assert_well();
}

fn what_a_case_settled_is_not_contradicted(place: &Place) {
    let (world, id) = punished(place);
    let case = opened(&world, "objection-content", id);
    take(&world, &case, &CaseAct::of(Step::Forward), &steward("steward-1"));
    let settles = [("CF_NR_FK".to_owned(), "1".to_owned())];
    let act = CaseAct { settles: &settles, ..judged(Step::Decide, Verdict::Upheld) };
    decided(&world, &case, [&officer("officer-1"), &officer("officer-2")], &act);
    // The content of before is known; the decided one is what stands; another is held.
    let hand_in = |penalty| world.hand_in("penalty", ENVIRONMENT, &penalties(&[penalty]));
    assert_eq!(hand_in(Penalty::of(1, 1)).unchanged, 1);
    assert_eq!(hand_in(Penalty { fine: "1".into(), ..Penalty::of(1, 1) }).unchanged, 1);
    let receipt = hand_in(Penalty { fine: "3".into(), ..Penalty::of(1, 1) });
    assert_eq!((receipt.held, doubts(&receipt)), (1, vec!["office.settled"]));
    // What agrees with it may say other things anew, and the value stays pinned.
    let other = || Penalty { fine: "1".into(), kinds: "罚款,警告".into(), ..Penalty::of(1, 1) };
    let receipt = hand_in(other());
    assert_eq!(receipt.corrected, 1, "{:?}", receipt.findings);
    let receipt = hand_in(Penalty { fine: "4".into(), ..other() });
    assert_eq!((receipt.held, doubts(&receipt)), (1, vec!["office.settled"]));
    // An upheld objection says what is right, in the form of its field; no key is settled so.
    world.clock.set("2027-01-04T10:00:00+08:00");
    let again = opened(&world, "objection-content", id);
    take(&world, &again, &CaseAct::of(Step::Accept), &officer("officer-1"));
    take(&world, &again, &judged(Step::Propose, Verdict::Upheld), &officer("officer-1"));
    for (field, value) in [("CF_NR_FK", "much"), ("CF_WSH", "演环罚〔2026〕9号"), ("ZZ", "1")]
    {
        let settles = [(field.to_owned(), value.to_owned())];
        let act = CaseAct { settles: &settles, ..judged(Step::Decide, Verdict::Upheld) };
        refused(&world, &again, &act, &officer("officer-2"));
    }
    refused(&world, &again, &judged(Step::Decide, Verdict::Upheld), &officer("officer-2"));
    world.assert_well();
}

fn a_link_that_falls_leaves_every_face_at_once(place: &Place) {
    let (world, id) = punished(place);
    let number = Penalty::of(1, 1).number;
    let traces = [id.to_string(), number];
    let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
    assert!(carriers(&world, &traces).len() > 5);
    let case = opened(&world, "objection-link", id);
    let stewards = [&steward("steward-1"), &steward("steward-2")];
    let done = decided(&world, &case, stewards, &judged(Step::Decide, Verdict::Upheld));
    assert!(done.effects.iter().any(|effect| effect.word() == "unlink"));
    assert_eq!(carriers(&world, &traces), [""; 0], "unlinked");
    assert_eq!(world.desk.record(id, View::default()).unwrap(), Found::Ended);
    assert!(world.file_of(&code(1)).iter().all(|record| record.catalogue != "penalty"));
    // The same file again brings nothing back.
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(receipt.unchanged, 1, "{:?}", receipt.findings);
    let other = Penalty { fine: "3".into(), ..Penalty::of(1, 1) };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[other]));
    assert_eq!(receipt.held, 1, "{:?}", receipt.findings);
    assert_eq!(carriers(&world, &traces), [""; 0], "handed in again");
    world.assert_well();
}

fn a_refused_objection_takes_its_mark_with_it(place: &Place) {
    let (world, id) = punished(place);
    let case = opened(&world, "objection-link", id);
    // Whose a record is the platform judges, not who decided it.
    assert_eq!(world.shown_record(id).dispute.unwrap().authority, "");
    let act = judged(Step::Decide, Verdict::Dismissed);
    decided(&world, &case, [&steward("steward-1"), &steward("steward-2")], &act);
    assert!(!is_disputed(&world, id));
    // Asked for again, it is marked again, and a third person decides.
    take(&world, &case, &reasoned(Step::Appeal), &firm());
    assert!(is_disputed(&world, id));
    let again = judged(Step::Redecide, Verdict::Dismissed);
    for own in ["steward-1", "steward-2"] {
        assert!(refused(&world, &case, &again, &steward(own)).contains("another person"));
    }
    take(&world, &case, &again, &steward("steward-3"));
    assert!(!is_disputed(&world, id));
    assert!(refused(&world, &case, &reasoned(Step::Appeal), &firm()).contains("closed"));
    // Taken back, the mark goes as well.
    let other = opened(&world, "objection-content", id);
    assert!(is_disputed(&world, id));
    take(&world, &other, &CaseAct::of(Step::Withdraw), &firm());
    assert!(!is_disputed(&world, id));
    world.assert_well();
}

fn marks_of_two_objections_are_two(place: &Place) {
    let (world, id) = punished(place);
    let content = opened(&world, "objection-content", id);
    let term = opened(&world, "objection-term", id);
    assert!(world.open_case(&about("objection-term", id), &firm()).is_err());
    take(&world, &term, &CaseAct::of(Step::Withdraw), &firm());
    assert!(is_disputed(&world, id), "the other one waits");
    take(&world, &content, &CaseAct::of(Step::Withdraw), &firm());
    assert!(!is_disputed(&world, id));
    world.assert_well();
}

fn a_corrected_key_takes_objection_and_settled_values_along(place: &Place) {
    let (world, id) = punished(place);
    let case = opened(&world, "objection-content", id);
    take(&world, &case, &CaseAct::of(Step::Forward), &steward("steward-1"));
    let rename = |id: PublicId, penalty: Penalty| {
        let text = named(&[(&id.to_string(), penalty)]);
        world.hand_in("penalty", ENVIRONMENT, &text)
    };
    let receipt = rename(id, Penalty::of(1, 9));
    assert_eq!(receipt.corrected, 1, "{:?}", receipt.findings);
    let present = |world: &World| {
        let records = world.file_of(&code(1)).into_iter();
        let mut ids =
            records.filter(|one| one.catalogue == "penalty" && one.standing == "published");
        ids.next().unwrap().id.parse::<PublicId>().unwrap()
    };
    let new = present(&world);
    assert_ne!(new, id);
    assert!(is_disputed(&world, new));
    let settles = [("CF_NR_FK".to_owned(), "1".to_owned())];
    let act = CaseAct { settles: &settles, ..judged(Step::Decide, Verdict::Upheld) };
    decided(&world, &case, [&officer("officer-1"), &officer("officer-2")], &act);
    assert!(!is_disputed(&world, new));
    assert!(!format!("{:?}", world.shown_record(new).facts).contains("2.5"));
    // Under another key, too, what was settled is not contradicted, and stays settled.
    let receipt = rename(new, Penalty::of(1, 8));
    assert_eq!((receipt.held, doubts(&receipt)), (1, vec!["office.settled"]));
    let receipt = rename(new, Penalty { fine: "1".into(), ..Penalty::of(1, 7) });
    assert_eq!(receipt.corrected, 1, "{:?}", receipt.findings);
    let receipt = rename(present(&world), Penalty { fine: "6".into(), ..Penalty::of(1, 7) });
    assert_eq!((receipt.held, doubts(&receipt)), (1, vec!["office.settled"]));
    world.assert_well();
}

fn nobody_decides_on_their_own_act_or_for_another_body(place: &Place) {
    let (world, id) = punished(place);
    let case = opened(&world, "objection-content", id);
    let propose = judged(Step::Propose, Verdict::Dismissed);
    take(&world, &case, &CaseAct::of(Step::Accept), &officer("officer-1"));
    // The clerk handed the record in; the firm raised the objection.
    for own in ["clerk", "firm-1"] {
        assert!(refused(&world, &case, &propose, &officer(own)).contains("another person"));
    }
    let foreign = ("officer-9", Scope::Body(MARKET.into()));
    // Of another's case one learns not even that it is there.
    for other in [foreign, ("firm-2", Scope::Organisation(code(2)))] {
        let there = refused(&world, &case, &propose, &other).replace(&case, "");
        assert_eq!(
            there,
            refused(&world, "Y-2026-000099", &propose, &other).replace("Y-2026-000099", "")
        );
        let permit = world.permit(&other);
        assert!(world.office.case_item(&permit, &case, Language::Chinese).is_err());
        let seen = world.office.cases(&[permit], &CaseFilter::default(), 9, Language::Chinese);
        assert!(seen.unwrap().is_empty());
    }
    assert!(
        world
            .open_case(&about("objection-content", id), &("firm-2", Scope::Organisation(code(2))))
            .is_err()
    );
    assert!(refused(&world, &case, &propose, &steward("steward-1")).contains("not for"));
    take(&world, &case, &propose, &officer("officer-1"));
    let decide = judged(Step::Decide, Verdict::Dismissed);
    assert!(refused(&world, &case, &decide, &officer("officer-1")).contains("another person"));
    take(&world, &case, &decide, &officer("officer-2"));
    world.assert_well();
}

fn an_objection_that_waits_too_long_is_marked_and_goes_on(place: &Place) {
    let (world, id) = punished(place);
    let case = opened(&world, "objection-content", id);
    take(&world, &case, &CaseAct::of(Step::Forward), &steward("steward-1"));
    let overdue =
        CaseFilter { decider: Some(ENVIRONMENT.into()), overdue: true, ..CaseFilter::default() };
    let count = || world.cases(&overdue).len();
    world.clock.set("2026-11-27T10:00:00+08:00");
    assert_eq!(world.office.tick(false, &mut |_| ()).unwrap().cases.overdue, 0);
    assert_eq!(count(), 0);
    world.clock.set("2026-11-28T10:00:00+08:00");
    assert_eq!(world.office.tick(false, &mut |_| ()).unwrap().cases.overdue, 1);
    assert_eq!(count(), 1);
    assert_eq!(world.office.tick(false, &mut |_| ()).unwrap().cases.overdue, 0, "once");
    assert_eq!(kinds(&world).iter().filter(|kind| **kind == Kind::CaseOverdue).count(), 1);
    assert!(is_disputed(&world, id), "no pack cites a basis to hide it");
    // It goes on; a clock that ran out while nobody looked is marked before the step.
    take(&world, &case, &CaseAct::of(Step::Accept), &officer("officer-1"));
    assert_eq!(count(), 0);
    world.clock.set("2027-03-01T10:00:00+08:00");
    take(&world, &case, &judged(Step::Propose, Verdict::Dismissed), &officer("officer-1"));
    assert_eq!(kinds(&world).iter().filter(|kind| **kind == Kind::CaseOverdue).count(), 2);
    world.assert_well();
}

fn a_repair_leaves_nothing_anywhere(place: &Place) {
    let (world, id) = punished(place);
    let papers = ["duties-fulfilled".to_owned(), "commitment".to_owned()];
    let new = NewCase { text: "已履行", papers: &papers, ..about("repair", id) };
    let bare = NewCase { papers: &[], ..new.clone() };
    assert!(world.open_case(&bare, &firm()).unwrap_err().to_string().contains("paper"));
    world.clock.set("2026-11-25T10:00:00+08:00");
    let case = world.open_case(&new, &firm()).unwrap().number;
    take(&world, &case, &CaseAct::of(Step::Forward), &steward("window-1"));
    take(&world, &case, &CaseAct::of(Step::Accept), &officer("officer-1"));
    let granted = CaseAct {
        number: Some("演环修〔2026〕2号"),
        authority: Some(BUREAU),
        ..judged(Step::Decide, Verdict::Granted)
    };
    assert!(refused(&world, &case, &granted, &steward("window-1")).contains("not for"));
    let nameless = CaseAct { authority: None, ..granted.clone() };
    assert!(refused(&world, &case, &nameless, &officer("officer-2")).contains("authority"));
    let done = take(&world, &case, &granted, &officer("officer-2"));
    assert_eq!((done.state.as_str(), done.records), ("closed", 1));
    let traces = [id.to_string(), Penalty::of(1, 1).number];
    let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
    assert_eq!(carriers(&world, &traces), [""; 0]);
    assert_eq!(world.desk.record(id, View::default()).unwrap(), Found::Ended);
    assert_eq!(world.one(&code(1), "penalty").standing, "ended");
    // Another record of the same decision, that comes later, is ended as well.
    let bare = organisation_code(&code(1));
    let other = Penalty { code: String::new(), organisation_code: bare, ..Penalty::of(1, 1) };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[other]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let file = world.file_of(&code(1));
    let penalties: Vec<_> = file.iter().filter(|one| one.catalogue == "penalty").collect();
    assert_eq!(penalties.len(), 2);
    assert!(penalties.iter().all(|one| one.standing == "ended"), "{penalties:?}");
    assert_eq!(carriers(&world, &traces), [""; 0]);
    world.assert_well();
}

fn a_shield_rests_what_it_covers_and_lifts_it_again(place: &Place) {
    let (world, id) = punished(place);
    let papers = ["ruling".to_owned()];
    let new =
        NewCase { text: "法院批准重整计划", papers: &papers, ..about("shielding", id) };
    let case = world.open_case(&new, &firm()).unwrap().number;
    let act = CaseAct {
        number: Some("（2026）演01破1号"),
        authority: Some("演练州中级人民法院"),
        ..judged(Step::Decide, Verdict::Granted)
    };
    let done = take(&world, &case, &act, &officer("officer-2"));
    assert_eq!((done.state.as_str(), done.due), ("in-force", None));
    assert_eq!(world.one(&code(1), "penalty").standing, "shielded");
    assert_eq!(world.desk.record(id, View::default()).unwrap(), Found::Ended);
    world.clock.set("2027-01-04T10:00:00+08:00");
    take(&world, &case, &judged(Step::End, Verdict::Failed), &officer("officer-2"));
    assert_eq!(world.one(&code(1), "penalty").standing, "published");
    world.assert_well();
}

fn a_listing_goes_from_proposal_to_exit(place: &Place) {
    let world = World::registered(place, 2);
    world.keep_open();
    let market = |account: &'static str| (account, Scope::Body(MARKET.into()));
    let code = code(1);
    let papers = ["proposal".to_owned()];
    let new = NewCase {
        procedure: "listing",
        record: None,
        code: Some(&code),
        body: Some(MARKET),
        text: "拟列入事实、理由和依据",
        claim: None,
        papers: &papers,
        sent: &[],
        authority: Some("演练州市场监督管理局"),
    };
    let case = world.open_case(&new, &market("clerk-7")).unwrap().number;
    let decide = CaseAct {
        number: Some("演市监列〔2026〕3号"),
        authority: Some("演练州市场监督管理局"),
        ..judged(Step::Decide, Verdict::Listed)
    };
    assert!(refused(&world, &case, &decide, &market("officer-2")).contains("received"));
    let told = CaseAct { number: Some("演市监告〔2026〕3号"), ..CaseAct::of(Step::Notify) };
    take(&world, &case, &told, &market("clerk-7"));
    take(&world, &case, &reasoned(Step::Hear), &firm());
    assert!(refused(&world, &case, &decide, &market("clerk-7")).contains("another person"));
    take(&world, &case, &decide, &market("officer-2"));
    let rows = serious(1, "market", "演市监列〔2026〕3号");
    let receipt = world.hand_in("serious-violation", MARKET, &rows);
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let receipt =
        world.hand_in("serious-violation", MARKET, &serious(2, "market", "演市监列〔2026〕3号"));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let entry = |number| world.id(&crate::rows::code(number), "serious-violation");
    let enter = |record| CaseAct { record: Some(record), ..CaseAct::of(Step::Enter) };
    refused(&world, &case, &enter(entry(2)), &steward("steward-1"));
    take(&world, &case, &enter(entry(1)), &steward("steward-1"));
    let listed = entry(1).to_string();
    assert!(carriers(&world, &[&listed]).contains(&"list"));
    let exit = CaseAct {
        number: Some("演市监移〔2026〕1号"),
        ..judged(Step::End, Verdict::Fulfilled)
    };
    take(&world, &case, &exit, &market("officer-2"));
    assert_eq!(carriers(&world, &[&listed]), [""; 0]);
    world.assert_well();
}

fn a_complaint_is_about_no_record(place: &Place) {
    let world = World::registered(place, 1);
    let new = NewCase {
        procedure: "complaint",
        record: None,
        code: None,
        body: Some(MARKET),
        text: "第三方网站仍在展示已停止公示的信息",
        claim: None,
        papers: &[],
        sent: &[],
        authority: None,
    };
    let case = world.open_case(&new, &firm()).unwrap().number;
    assert!(case.starts_with('T'), "{case}");
    let act = judged(Step::Decide, Verdict::Partly);
    decided(&world, &case, [&steward("steward-1"), &steward("steward-2")], &act);
    world.assert_well();
}

fn what_cannot_be_kept_opens_nothing(place: &Place) {
    let (world, id) = punished(place);
    let head = world.head();
    let long = "长".repeat(4_001);
    for text in ["我的身份证号是150102199003071234", "", "  ", &long] {
        let new = NewCase { text, ..about("objection-content", id) };
        let error = world.open_case(&new, &firm()).unwrap_err();
        assert!(error.is_usage(), "{error}");
    }
    let wrong = NewCase { claim: Some(("ZZ", "1")), ..about("objection-content", id) };
    assert!(world.open_case(&wrong, &firm()).is_err());
    assert!(world.open_case(&about("no-such", id), &firm()).is_err());
    let registration = world.id(&code(1), "registration");
    assert!(world.open_case(&about("repair", registration), &firm()).is_err());
    assert_eq!(world.head().next_seq, head.next_seq);
    assert!(!is_disputed(&world, id));
    assert!(world.case_item("Y-2026-000001").is_err());
}

fn a_case_is_the_fold_of_its_entries(place: &Place) {
    let (world, id) = punished(place);
    let case = opened(&world, "objection-content", id);
    take(&world, &case, &CaseAct::of(Step::Forward), &steward("steward-1"));
    let shown = |world: &World| format!("{:?}", world.case_item(&case));
    let before = shown(&world);
    world.office.tick(true, &mut |_| ()).unwrap();
    assert_eq!(shown(&world), before);
    let report = world.office.fsck(&mut |_| ()).unwrap();
    assert_eq!((report.cases, report.problems.len()), (1, 0), "{:?}", report.problems);
}
