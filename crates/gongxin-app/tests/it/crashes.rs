//! Stopped before and after commits, at hundreds of places: the same archive comes out.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gongxin_app::{Input, Office, Receipt};
use gongxin_model::Digest;
use gongxin_seal::HashSuite;
use gongxin_store::FaultPoint;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, csv, penalties, registrations, repair,
};
use crate::world::{World, hand_in, head, standing_digest};

engine_test! {
    registrations_come_out_the_same
    decisions_and_the_acts_that_wait_for_them_come_out_the_same
    acts_come_out_the_same
}

const ROWS: u32 = 110;
/// Rows of a transaction: a file is so many chunks that every commit can be stopped.
const CHUNK: usize = 2;

/// One file of the sequence.
struct Step {
    catalogue: &'static str,
    source: &'static str,
    text: String,
}

/// Registrations; a repair that comes before its decision; decisions, some corrected, some
/// provisional; repairs of many.
fn steps() -> Vec<Step> {
    let rows: Vec<Registration> = (1..=ROWS).map(Registration::of).collect();
    let mut decisions: Vec<Penalty> = (1..=ROWS).map(|no| Penalty::of(no + 5, no)).collect();
    decisions.push(Penalty { fine: "7".into(), ..Penalty::of(13, 8) });
    let early = repair(&Penalty::of(25, 20), "准予修复");
    let acts = (21..=60).map(|no| repair(&Penalty::of(no + 5, no), "准予修复"));
    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut headers = String::new();
    for act in acts {
        let mut parts = act.lines();
        headers = parts.next().unwrap().to_owned();
        lines.push(parts.next().unwrap().split(',').map(str::to_owned).collect());
    }
    let headers: Vec<&str> = headers.split(',').collect();
    let acts = csv(&headers, lines.iter().map(|line| line.iter().map(String::as_str).collect()));
    vec![
        Step { catalogue: "registration", source: MARKET, text: registrations(&rows) },
        Step { catalogue: "repair-result", source: CREDIT, text: early },
        Step { catalogue: "penalty", source: ENVIRONMENT, text: penalties(&decisions) },
        Step { catalogue: "repair-result", source: CREDIT, text: acts },
    ]
}

/// What must be equal: places in the log, its root, every standing.
type Outcome = (i64, Digest, String);

fn outcome(office: &Office) -> Outcome {
    let head = head(office);
    (head.next_seq, head.root, standing_digest(office))
}

fn give(office: &Office, step: &Step, path: PathBuf) -> Result<Receipt, gongxin_app::OfficeError> {
    hand_in(office, step.catalogue, step.source, Input::File(path), false)
}

/// Which fault points stop a write.
#[derive(Debug, Clone, Copy)]
enum Plan {
    /// Before each commit but the first two, once, and as often as stated: whoever repeats opens
    /// the hand-in and keeps a chunk, and is stopped at the next.
    Before(u64),
    /// After each chunk's commit, once, and as often as stated.
    After(u64),
    /// Places drawn from a seed.
    Seeded(u64),
}

impl Plan {
    fn stops(self, point: FaultPoint, before: &AtomicU64, after: &AtomicU64) -> bool {
        let number = match point {
            FaultPoint::BeforeCommit => before.fetch_add(1, Ordering::Relaxed),
            FaultPoint::AfterCommit => after.fetch_add(1, Ordering::Relaxed),
        };
        match self {
            Self::Before(most) => {
                point == FaultPoint::BeforeCommit && number % 3 == 2 && number < 3 * most
            }
            Self::After(most) => {
                point == FaultPoint::AfterCommit && number % 2 == 1 && number < 2 * most
            }
            Self::Seeded(seed) => {
                let drawn = format!("{seed}/{point:?}/{number}");
                HashSuite::Sha256.digest(&[drawn.as_bytes()]).0[0].is_multiple_of(4)
            }
        }
    }
}

/// Runs the sequence with the step `at` under a plan; says how often it was stopped.
fn stopped(place: &Place, steps: &[Step], at: usize, plan: Plan) -> (Outcome, u64) {
    let place = place.other();
    let world = World::new(&place);
    for step in &steps[..at] {
        world.hand_in_file(step.catalogue, step.source, &step.text);
    }
    let (before, after) = (AtomicU64::new(0), AtomicU64::new(0));
    let faults = move |point: FaultPoint| plan.stops(point, &before, &after);
    let office = world.office_with(Arc::new(faults), CHUNK);
    let path = world.file(&steps[at].text);
    let mut stops = 0;
    let receipt = loop {
        match give(&office, &steps[at], path.clone()) {
            Ok(receipt) => break receipt,
            Err(error) => {
                assert!(error.is_interruption(), "{error}");
                stops += 1;
                assert!(stops < 500, "it never ends");
            }
        }
    };
    assert_eq!(receipt.rows, receipt.accepted + receipt.held + receipt.refused);
    world.assert_well();
    (outcome(&world.office), stops)
}

/// The seeds of the places drawn: one, or those that `cargo xtask soak` asks for, `1..20`.
fn seeds() -> std::ops::Range<u64> {
    #[expect(clippy::disallowed_methods, reason = "the soak passes its seeds so")]
    let asked = std::env::var("GONGXIN_SOAK_SEEDS").unwrap_or_else(|_| "3..4".to_owned());
    let (first, end) = asked.split_once("..").unwrap();
    first.parse().unwrap()..end.parse().unwrap()
}

fn compare(place: &Place, at: usize, least: u64) {
    let steps = steps();
    let whole = {
        let place = place.other();
        let world = World::new(&place);
        for step in &steps[..at] {
            world.hand_in_file(step.catalogue, step.source, &step.text);
        }
        let office = world.office_with(Arc::new(|_| false), CHUNK);
        let receipt = give(&office, &steps[at], world.file(&steps[at].text)).unwrap();
        assert_eq!(receipt.refused, 0, "{:?}", receipt.findings);
        outcome(&world.office)
    };
    let rows = steps[at].text.lines().count() as u64 - 1;
    let chunks = rows.div_ceil(CHUNK as u64);
    let mut all = 0;
    let seeded = seeds().map(Plan::Seeded);
    for plan in [Plan::Before(chunks), Plan::After(chunks)].into_iter().chain(seeded) {
        let (came_out, stops) = stopped(place, &steps, at, plan);
        assert_eq!(came_out, whole, "{plan:?}");
        if !matches!(plan, Plan::Seeded(_)) {
            assert!(stops >= chunks - 1, "{plan:?} stopped {stops} times");
        }
        all += stops;
    }
    assert!(all >= least, "stopped {all} times");
}

fn registrations_come_out_the_same(place: &Place) {
    compare(place, 0, 110);
}

fn decisions_and_the_acts_that_wait_for_them_come_out_the_same(place: &Place) {
    compare(place, 2, 110);
}

fn acts_come_out_the_same(place: &Place) {
    compare(place, 3, 38);
}
