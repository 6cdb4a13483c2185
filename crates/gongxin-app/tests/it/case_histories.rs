//! Random histories of cases over a few records: whatever is tried, in whatever order and however late,
//! what ended is on no face, the mark of a dispute stands just while an objection waits, every case is
//! the fold of its entries, and no clock ran out silently.

use std::collections::BTreeSet;

use gongxin_app::cases::{CaseAct, CaseFilter, CaseLine, NewCase, Party, Step, Verdict};
use gongxin_app::gate::Scope;
use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_model::{Day, PublicId};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::faces::carriers;
use crate::rows::{BUREAU, ENVIRONMENT, Penalty, code, penalties};
use crate::world::World;

engine_test! {
    random_histories_leave_no_residue
}

const PROCEDURES: [&str; 6] =
    ["objection-content", "objection-link", "objection-term", "repair", "shielding", "reply"];
const ACCOUNTS: [&str; 6] = ["firm-1", "clerk", "one", "two", "three", "four"];
const RECORDS: u32 = 8;
const ACTS: u32 = 220;

/// Chance from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(count).unwrap()).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

fn everything(world: &World) -> Vec<CaseLine> {
    world.cases(&CaseFilter::default())
}

/// Mostly somebody who may, else anybody.
fn party(dice: &mut Dice, account: &'static str, fitting: Party) -> (&'static str, Scope) {
    let others = [Party::Subject, Party::Authority, Party::Steward];
    let party = if dice.below(5) > 0 { fitting } else { dice.of(&others) };
    let scope = match party {
        Party::Authority => Scope::Body(ENVIRONMENT.to_owned()),
        Party::Subject => Scope::Organisation(code(1)),
        _ => Scope::Platform,
    };
    (account, scope)
}

/// Mostly what the step may say, else anything.
fn verdict(dice: &mut Dice, step: Step, procedure: &str) -> Option<Verdict> {
    if dice.below(8) == 0 {
        return Some(dice.of(Verdict::ALL));
    }
    match step {
        Step::Propose | Step::Decide | Step::Redecide if procedure.starts_with("objection") => {
            Some(dice.of(&[Verdict::Upheld, Verdict::Dismissed, Verdict::Partly]))
        }
        Step::Decide | Step::Redecide => Some(dice.of(&[Verdict::Granted, Verdict::Refused])),
        Step::Decline => Some(Verdict::Declined),
        Step::End if procedure != "reply" => Some(dice.of(&[Verdict::Failed, Verdict::Fulfilled])),
        _ => None,
    }
}

/// Opens a case, or takes a step that the case says is open; refused or not. Gives whether it was done.
fn act(world: &World, dice: &mut Dice, ids: &[PublicId]) -> bool {
    let papers: Vec<String> =
        ["duties-fulfilled", "commitment", "ruling"].iter().map(ToString::to_string).collect();
    let account = dice.of(&ACCOUNTS);
    let open: Vec<CaseLine> = everything(world)
        .into_iter()
        .filter(|one| one.due.is_some() || one.state == "in-force")
        .collect();
    if open.is_empty() || dice.below(6) == 0 {
        let procedure = dice.of(&PROCEDURES);
        let papers = match procedure {
            "repair" => &papers[..2],
            "shielding" => &papers[2..],
            _ => &[],
        };
        let new = NewCase {
            procedure,
            record: Some(dice.of(ids)),
            code: None,
            body: None,
            text: "理由",
            claim: None,
            papers,
            sent: &[],
            authority: None,
        };
        return world.open_case(&new, &("firm-1", Scope::Organisation(code(1)))).is_ok();
    }
    let case = &open[dice.below(open.len())];
    let item = world.case_item(&case.number).unwrap();
    if item.open_steps.is_empty() {
        return false;
    }
    let (word, by) = &item.open_steps[dice.below(item.open_steps.len())];
    let by = Party::from_word(&by[dice.below(by.len())]).unwrap();
    let mut step = Step::from_word(word).unwrap();
    // A case is taken back seldom, or nothing else would ever come of it.
    if step == Step::Withdraw && dice.below(5) > 0 {
        step = Step::Accept;
    }
    let settles = [("CF_NR_FK".to_owned(), format!("{}", 1 + dice.below(3)))];
    let verdict = verdict(dice, step, &case.procedure);
    let corrects = case.procedure != "objection-link"
        && matches!(verdict, Some(Verdict::Upheld | Verdict::Partly));
    let judges = matches!(step, Step::Decide | Step::Redecide);
    let act = CaseAct {
        verdict,
        reason: Some("理由"),
        number: Some("演环修〔2026〕2号"),
        authority: Some(BUREAU),
        settles: if corrects && judges { &settles } else { &[] },
        ..CaseAct::of(step)
    };
    let by = party(dice, account, by);
    world.take_step(&case.number, &act, &by).is_ok()
}

/// What holds at any time.
fn assert_sound(world: &World, ids: &[PublicId], what: &str) {
    let disputed: BTreeSet<PublicId> = everything(world)
        .into_iter()
        .filter(|one| one.procedure.starts_with("objection"))
        .filter(|one| one.due.is_some() && one.state != "answered")
        .filter_map(|one| one.record)
        .collect();
    let replied: BTreeSet<PublicId> = everything(world)
        .into_iter()
        .filter(|one| one.procedure == "reply" && one.state == "in-force")
        .filter_map(|one| one.record)
        .collect();
    for (id, document) in ids.iter().zip(1..) {
        let page = world.desk.record(*id, View::default()).unwrap();
        let Found::Shown(page) = page else {
            let traces = [id.to_string(), Penalty::of(1, document).number];
            let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
            assert_eq!(carriers(world, &traces), [""; 0], "{what}: {page:?}");
            continue;
        };
        assert_eq!(page.dispute.is_some(), disputed.contains(id), "{what}: {id}");
        let due = page.dispute.and_then(|dispute| dispute.due);
        assert_eq!(due.is_some(), disputed.contains(id), "{what}: {id}");
        assert_eq!(page.reply.is_some(), replied.contains(id), "{what}: {id}");
    }
}

fn random_histories_leave_no_residue(place: &Place) {
    let seed = 0x00c0_ffee;
    let mut dice = Dice(seed);
    let world = World::registered(place, 2);
    let rows: Vec<Penalty> = (1..=RECORDS).map(|document| Penalty::of(1, document)).collect();
    assert_eq!(
        world.hand_in("penalty", ENVIRONMENT, &penalties(&rows)).accepted,
        u64::from(RECORDS)
    );
    let mut ids: Vec<(String, PublicId)> = world
        .file_of(&code(1))
        .into_iter()
        .filter(|record| record.catalogue == "penalty")
        .map(|record| (record.document_number.unwrap_or_default(), record.id.parse().unwrap()))
        .collect();
    ids.sort();
    let ids: Vec<PublicId> = ids.into_iter().map(|(_, id)| id).collect();
    world.keep_open();
    let mut today: Day = "2026-11-24".parse().unwrap();
    let mut done = 0;
    for nth in 0..ACTS {
        if dice.below(3) == 0 {
            today = today.plus_days(i32::try_from(dice.below(5)).unwrap());
            world.clock.set(&format!("{today}T10:00:00+08:00"));
        }
        if dice.below(8) == 0 {
            world.office.tick(false, &mut |_| ()).unwrap();
            let late = everything(&world)
                .into_iter()
                .filter(|one| one.due.is_some_and(|due| due < today) && !one.overdue);
            assert_eq!(late.count(), 0, "seed {seed:#x}, act {nth}: a clock ran out silently");
        }
        if dice.below(12) == 0 {
            world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
        }
        done += u32::from(act(&world, &mut dice, &ids));
        if nth % 8 == 0 {
            assert_sound(&world, &ids, &format!("seed {seed:#x}, act {nth}"));
        }
    }
    assert!(done > ACTS / 4, "{done} of {ACTS} were done");
    world.assert_well();
}
