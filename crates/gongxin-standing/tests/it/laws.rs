//! Laws of the fold, over histories of any length and order.

use std::sync::LazyLock;

use gongxin_model::{Day, Kind};
use gongxin_pack::EffectiveRulebook;
use gongxin_standing::{Publication, Reason, Standing};
use proptest::prelude::*;

use crate::case::{ENVIRONMENT, Life, MARKET, day, rules};

const BUREAU: (&str, &str) = ("CF_CFJG", "演练州生态环境局");
const FIRST: &str = "2026-05-05";

/// One thing that happens to a record, some days after the one before it.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// An entry of an act: kind, and the act of this number.
    Acted(Kind, i64),
    /// The shield of the act is lifted by the other act.
    Lifted(i64, i64),
    /// The act was taken back.
    Fell(i64),
    /// New content: a day of decision, and a kind of penalty.
    Corrected(usize, usize),
}

const DECIDED: [&str; 4] = ["2026-05-04", "2026-01-12", "2027-03-01", "2028-02-29"];
const PENALTIES: [&str; 3] = ["罚款", "罚款|吊销许可证件", "警告"];
const CLOSING: [Kind; 5] =
    [Kind::PublicationEnded, Kind::Quashed, Kind::Withdrawn, Kind::Shielded, Kind::Stayed];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (proptest::sample::select(&CLOSING), 100..104_i64)
            .prop_map(|(kind, act)| Step::Acted(kind, act)),
        2 => (200..203_i64, 100..104_i64).prop_map(|(by, act)| Step::Lifted(by, act)),
        2 => prop_oneof![100..104_i64, 200..203_i64].prop_map(Step::Fell),
        3 => (0..DECIDED.len(), 0..PENALTIES.len())
            .prop_map(|(decided, penalty)| Step::Corrected(decided, penalty)),
    ]
}

fn history() -> impl Strategy<Value = Vec<(i32, Step)>> {
    proptest::collection::vec((0..200_i32, step()), 0..9)
}

fn content(decided: usize, penalty: usize) -> [(&'static str, &'static str); 3] {
    [BUREAU, ("CF_CFLB", PENALTIES[penalty]), ("CF_JDRQ", DECIDED[decided])]
}

fn then(life: Life, on: Day, step: Step) -> Life {
    let on = on.to_string();
    match step {
        Step::Acted(kind, act) => life.then(kind, &on, &[act]),
        Step::Lifted(by, act) => life.then(Kind::Unshielded, &on, &[by, act]),
        Step::Fell(act) => life.then(Kind::Resumed, &on, &[act]),
        Step::Corrected(decided, penalty) => life.corrected(&on, &content(decided, penalty)),
    }
}

fn first() -> Life {
    Life::of(ENVIRONMENT, FIRST, &content(0, 0))
}

/// The lives after each step, with the day of the step.
fn lives(history: &[(i32, Step)]) -> Vec<(Day, Step, Life)> {
    let mut on = day(FIRST);
    let mut life = first();
    let mut lives = Vec::new();
    for (days, step) in history {
        on = on.plus_days(*days);
        life = then(life, on, *step);
        lives.push((on, *step, life.clone()));
    }
    lives
}

/// Who decided, and how a penalty names it.
fn authority(market: bool) -> (&'static str, (&'static str, &'static str)) {
    if market {
        (MARKET, ("CF_CFJG", "演练州市场监督管理局"))
    } else {
        (ENVIRONMENT, BUREAU)
    }
}

/// Days that may matter: around the given one, and far behind it.
fn days(on: Day) -> impl Iterator<Item = Day> {
    [-1, 0, 1, 90, 365, 1_100, 2_000].into_iter().map(move |days| on.plus_days(days))
}

static RULES: LazyLock<EffectiveRulebook> = LazyLock::new(|| rules(true));

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What was over stays over: only a cause that fell, or a lifted shield, shows a record again.
    #[test]
    fn nothing_but_a_fallen_cause_or_a_lifting_shows_again(history in history()) {
        let rules = &RULES;
        let mut before = first();
        let mut shown = false;
        for (on, step, life) in lives(&history) {
            let was = before.on(&on.to_string(), rules);
            let open = was.publication == Publication::Published;
            shown |= open || was.shown_from.max(day(FIRST)) < was.shown_until.min(on);
            let reopens = matches!(step, Step::Fell(_) | Step::Lifted(..));
            // Content that is not public, or not yet, has ended nothing.
            let resting = matches!(was.reason, Reason::Minor | Reason::NotYet);
            if shown && !open && !reopens && !resting {
                for later in days(on).filter(|later| *later >= on) {
                    let is = life.on(&later.to_string(), rules);
                    prop_assert_ne!(is.publication, Publication::Published, "{} {:?}", later, step);
                }
            }
            before = life;
        }
    }

    /// No correction shows a record on a day on which it would have been closed without it.
    #[test]
    fn a_correction_outweighs_no_act(history in history()) {
        let rules = &RULES;
        for (on, _, life) in lives(&history) {
            let closed = |publication| {
                matches!(publication, Publication::Withdrawn | Publication::Shielded)
            };
            let was = life.on(&on.to_string(), rules);
            for content in [content(2, 1), content(3, 1)] {
                let corrected = life.clone().corrected(&on.to_string(), &content);
                let is = corrected.on(&on.to_string(), rules);
                if closed(was.publication) || was.reason == Reason::Repaired {
                    prop_assert_ne!(is.publication, Publication::Published);
                    prop_assert!(is.shown_until <= on);
                }
            }
        }
    }

    /// A fallen decision is nowhere, on no day, whatever else happened before or after.
    #[test]
    fn a_quashed_decision_is_withdrawn_for_every_day(
        history in history(),
        place in 0..9_usize,
    ) {
        let rules = &RULES;
        let mut history = history;
        let place = place.min(history.len());
        // Of an act that nothing in the history takes back.
        history.insert(place, (3, Step::Acted(Kind::Quashed, 900)));
        let lives = lives(&history);
        let (on, _, life) = lives.last().unwrap();
        for as_of in days(*on).chain([day("2026-06-01")]) {
            let standing = life.on(&as_of.to_string(), rules);
            prop_assert_eq!(standing.publication, Publication::Withdrawn);
            prop_assert!(!standing.in_force && !standing.shared);
        }
    }

    /// Whether an act came before the record or after it, from then on both stand the same.
    #[test]
    fn the_order_of_acts_alters_nothing(acts in proptest::collection::vec(
        (proptest::sample::select(&CLOSING), 100..104_i64), 1..5,
    )) {
        let rules = &RULES;
        let steps: Vec<(i32, Step)> =
            acts.iter().map(|(kind, act)| (0, Step::Acted(*kind, *act))).collect();
        let turned: Vec<(i32, Step)> = steps.iter().rev().copied().collect();
        let on = day(FIRST);
        let [one, other] = [lives(&steps), lives(&turned)].map(|mut all| all.pop().unwrap().2);
        for as_of in days(on).filter(|as_of| *as_of >= on) {
            let (left, right) =
                (one.on(&as_of.to_string(), rules), other.on(&as_of.to_string(), rules));
            prop_assert_eq!(left.publication, right.publication);
            prop_assert_eq!(left.reason, right.reason);
            prop_assert_eq!(left.shown_until, right.shown_until);
        }
    }

    /// An answer alters only on the day that it says: until the next day all days answer alike.
    #[test]
    fn an_answer_holds_until_its_next_day(history in history(), ahead in 1..400_i32) {
        let rules = &RULES;
        let lives = lives(&history);
        let (on, life) = lives.last().map_or((day(FIRST), first()), |(on, _, life)| (*on, life.clone()));
        let today = life.on(&on.to_string(), rules);
        let then = on.plus_days(ahead);
        if today.next_day.is_none_or(|next| then < next) {
            let later = life.on(&then.to_string(), rules);
            prop_assert_eq!(today.publication, later.publication);
            prop_assert_eq!(today.reason, later.reason);
            prop_assert_eq!(today.shown_until, later.shown_until);
        }
    }

    /// So do the days that it names, whatever law comes between: what is kept of a record is the fold
    /// of its entries, as long as somebody looks at it on the day that it says.
    #[test]
    fn what_is_kept_is_the_fold_until_its_next_day(
        (decided, penalty) in (0..3_000_i32, 0..PENALTIES.len()),
        (received, asked, ahead) in (0..400_i32, 0..1_500_i32, 1..1_500_i32),
        closed in proptest::option::of((proptest::sample::select(&CLOSING), 0..400_i32)),
        market: bool,
    ) {
        let rules = &RULES;
        let decided = day("2019-01-01").plus_days(decided);
        let received = decided.plus_days(received);
        let text = decided.to_string();
        let (source, name) = authority(market);
        let fields = [name, ("CF_CFLB", PENALTIES[penalty]), ("CF_JDRQ", text.as_str())];
        let mut life = Life::of(source, &received.to_string(), &fields);
        let mut asked = received.plus_days(asked);
        if let Some((kind, days)) = closed {
            let on = received.plus_days(days);
            life = life.then(kind, &on.to_string(), &[100]);
            asked = asked.max(on);
        }
        let kept = life.on(&asked.to_string(), rules);
        let then = asked.plus_days(ahead);
        if kept.next_day.is_none_or(|next| then < next) {
            let is = life.on(&then.to_string(), rules);
            let window = |one: &Standing| (one.publication, one.reason, one.shown_from, one.shown_until, one.next_day);
            prop_assert_eq!(window(&kept), window(&is), "{} then {}", asked, then);
        }
    }

    /// As known before an entry came, the entry does not count; published means inside the term.
    #[test]
    fn what_came_later_was_not_known(history in history()) {
        let rules = &RULES;
        let mut known = first();
        let mut before = day(FIRST);
        for (on, _, life) in lives(&history) {
            if on > before {
                let at = Some(crate::case::noon(&before.to_string()));
                for as_of in days(before) {
                    let as_known = life.known(&as_of.to_string(), at, rules).unwrap();
                    prop_assert_eq!(&as_known, &known.on(&as_of.to_string(), rules));
                    if as_known.publication == Publication::Published {
                        prop_assert!(as_known.shown_from <= as_of && as_of < as_known.shown_until);
                    }
                }
            }
            (before, known) = (on, life);
        }
    }

    /// Whoever remembers an answer shows nothing on a later day that the rules of that day end: no
    /// face trusts a job, not even where law turns by the calendar.
    #[test]
    fn a_remembered_answer_shows_nothing_that_law_ended(
        (decided, penalty) in (0..3_000_i32, 0..PENALTIES.len()),
        (received, asked, later) in (0..400_i32, 0..3_000_i32, 1..1_500_i32),
        market: bool,
    ) {
        let rules = &RULES;
        let decided = day("2019-01-01").plus_days(decided);
        let received = decided.plus_days(received);
        let (source, name) = authority(market);
        let text = decided.to_string();
        let fields = [name, ("CF_CFLB", PENALTIES[penalty]), ("CF_JDRQ", text.as_str())];
        let life = Life::of(source, &received.to_string(), &fields);
        let asked = received.plus_days(asked);
        let later = asked.plus_days(later);
        let was = life.on(&asked.to_string(), rules);
        if was.publication == Publication::Published && later < was.shown_until {
            let is = life.on(&later.to_string(), rules);
            prop_assert_eq!(is.publication, Publication::Published, "{} then {}", asked, later);
        }
    }
}
