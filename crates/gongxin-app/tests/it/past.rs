//! An answer given once can be given again, less what today may not be shown.

use gongxin_app::public::shown::View;
use gongxin_model::{Day, Instant, PublicId};

use crate::rows::{
    CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, penalties, registrations, repair,
    revocation,
};
use crate::world::World;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

engine_test! {
    what_was_answered_is_answered_again_less_what_ended
}

/// An answer given live: when, and which records it showed.
struct Answer {
    on: Day,
    known: Instant,
    ids: Vec<PublicId>,
}

fn shown(world: &World, view: View) -> Vec<PublicId> {
    let mut page: Vec<PublicId> =
        world.page_rows(&code(1), view).into_iter().map(|row| row.id).collect();
    let mut list: Vec<PublicId> =
        world.list_rows(&code(1), view).into_iter().map(|row| row.id).collect();
    page.sort_unstable();
    list.sort_unstable();
    assert!(page.iter().all(|id| list.contains(id)), "{view:?}");
    list
}

fn what_was_answered_is_answered_again_less_what_ended(place: &Place) {
    let world = World::new(place);
    let mut answers = Vec::new();
    let of = |document: u32, decided: &str| Penalty {
        decided: decided.into(),
        ..Penalty::of(1, document)
    };
    let penalty = |world: &World, one: Penalty| {
        let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[one]));
        assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    };
    let acts: [(&str, &dyn Fn(&World)); 8] = [
        ("2026-11-24T10:00:00+08:00", &|world| {
            world.hand_in("registration", MARKET, &registrations(&[Registration::of(1)]));
            penalty(world, of(1, "2026-05-04"));
        }),
        ("2026-11-25T10:00:00+08:00", &|world| penalty(world, of(2, "2026-06-01"))),
        ("2026-11-25T16:00:00+08:00", &|world| penalty(world, of(3, "2026-11-23"))),
        ("2026-12-01T10:00:00+08:00", &|world| {
            let text = repair(&of(1, ""), "准予修复");
            assert_eq!(world.hand_in("repair-result", CREDIT, &text).accepted, 1);
        }),
        ("2026-12-02T10:00:00+08:00", &|world| {
            let act = world.id(&code(1), "repair-result");
            world.office.withdraw_record(act, "clerk", "by mistake").unwrap();
        }),
        ("2026-12-10T10:00:00+08:00", &|world| {
            let corrected = Penalty { fine: "8".into(), ..of(3, "2026-11-23") };
            penalty(world, corrected);
        }),
        ("2026-12-20T10:00:00+08:00", &|world| {
            let text = revocation(&of(2, ""));
            assert_eq!(world.hand_in("revocation", CREDIT, &text).accepted, 1);
        }),
        // The first penalty's term is over since May, the third's is not.
        ("2027-08-01T10:00:00+08:00", &|_| ()),
    ];
    for (at, act) in acts {
        world.clock.set(at);
        act(&world);
        let known: Instant = at.parse().unwrap();
        answers.push(Answer { on: known.day(), known, ids: shown(&world, View::default()) });
        let today = answers.last().map(|answer| answer.ids.clone()).unwrap();
        for answer in &answers {
            let view = View { as_of: Some(answer.on), known: Some(answer.known) };
            let expected: Vec<PublicId> =
                answer.ids.iter().copied().filter(|id| today.contains(id)).collect();
            assert_eq!(shown(&world, view), expected, "{view:?} seen at {at}");
        }
    }
    let counts: Vec<usize> = answers.iter().map(|answer| answer.ids.len()).collect();
    assert_eq!(counts, [2, 3, 4, 3, 4, 4, 3, 2]);
}
