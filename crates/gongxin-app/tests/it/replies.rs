//! What an organisation says beside a record of it: looked at before it is published, gone when the record
//! or the reply goes.

use gongxin_app::cases::{CaseAct, NewCase, Step, Verdict};
use gongxin_app::gate::Scope;
use gongxin_app::public::shown::{Found, PublicDesk, ShownReply, View};
use gongxin_model::{Day, PublicId};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::cases::{about, firm, judged, opened, punished, reasoned, refused, steward, take};
use crate::rows::{ENVIRONMENT, Penalty, code, named};
use crate::world::World;

engine_test! {
    a_reply_stands_beside_the_record_until_it_is_taken_down
    a_reply_goes_with_its_record_and_along_with_its_key
    a_refused_reply_is_decided_once_more_by_another
    what_cannot_be_a_reply_is_refused
}

fn reply(world: &World, id: PublicId) -> Option<ShownReply> {
    world.shown_record(id).reply
}

fn published(world: &World, id: PublicId) -> String {
    let case = opened(world, "reply", id);
    take(world, &case, &judged(Step::Decide, Verdict::Granted), &steward("steward-1"));
    case
}

fn a_reply_stands_beside_the_record_until_it_is_taken_down(place: &Place) {
    let (world, id) = punished(place);
    let before = world.shown_record(id);
    let case = opened(&world, "reply", id);
    assert_eq!(case, "C-2026-000001");
    assert_eq!(reply(&world, id), None, "nothing is published before somebody looked");
    world.clock.set("2026-12-02T10:00:00+08:00");
    let done = take(&world, &case, &judged(Step::Decide, Verdict::Granted), &steward("steward-1"));
    assert_eq!((done.state.as_str(), done.records), ("in-force", 1));
    let shown = reply(&world, id).unwrap();
    assert_eq!((shown.text.as_str(), shown.on.to_string()), (TEXT, "2026-12-02".to_owned()));
    let after = world.shown_record(id);
    assert_eq!((&after.published_until, &after.term), (&before.published_until, &before.term));
    assert!(after.dispute.is_none(), "a reply is no objection");
    // Of a day before, the page has none.
    let on = |day: &str| View { as_of: Some(day.parse::<Day>().unwrap()), known: None };
    let past = |day: &str| match world.desk.record(id, on(day)).unwrap() {
        Found::Shown(page) => page.reply,
        other => panic!("{other:?}"),
    };
    assert_eq!((past("2026-12-01"), past("2026-12-02")), (None, Some(shown)));
    take(&world, &case, &reasoned(Step::End), &firm());
    assert_eq!(reply(&world, id), None);
    assert_eq!(past("2026-12-02"), None, "what was taken down is not shown of the past either");
    world.assert_well();
}

fn a_reply_goes_with_its_record_and_along_with_its_key(place: &Place) {
    let (world, id) = punished(place);
    let case = published(&world, id);
    let receipt =
        world.hand_in("penalty", ENVIRONMENT, &named(&[(&id.to_string(), Penalty::of(1, 9))]));
    assert_eq!(receipt.corrected, 1, "{:?}", receipt.findings);
    assert!(matches!(world.desk.record(id, View::default()).unwrap(), Found::Ended));
    let records = world.file_of(&code(1)).into_iter();
    let mut present =
        records.filter(|one| one.catalogue == "penalty" && one.standing == "published");
    let new: PublicId = present.next().unwrap().id.parse().unwrap();
    assert_eq!(reply(&world, new).unwrap().text, TEXT);
    take(&world, &case, &reasoned(Step::End), &steward("steward-1"));
    assert_eq!(reply(&world, new), None);
    world.assert_well();
}

fn a_refused_reply_is_decided_once_more_by_another(place: &Place) {
    let (world, id) = punished(place);
    let case = opened(&world, "reply", id);
    take(&world, &case, &judged(Step::Decide, Verdict::Refused), &steward("steward-1"));
    assert_eq!(reply(&world, id), None);
    take(&world, &case, &reasoned(Step::Appeal), &firm());
    let again = judged(Step::Redecide, Verdict::Granted);
    assert!(refused(&world, &case, &again, &steward("steward-1")).contains("own"));
    take(&world, &case, &again, &steward("steward-2"));
    assert_eq!(reply(&world, id).unwrap().text, TEXT);
    world.assert_well();
}

fn what_cannot_be_a_reply_is_refused(place: &Place) {
    let (world, id) = punished(place);
    let head = world.head();
    let fault = |new: &NewCase<'_>, by: &(&'static str, Scope)| {
        world.open_case(new, by).unwrap_err().to_string()
    };
    let reply = about("reply", id);
    let long = "长".repeat(501);
    assert!(fault(&NewCase { text: &long, ..reply.clone() }, &firm()).contains("500"));
    let personal = NewCase { text: "请致电13912345678", ..reply.clone() };
    assert!(fault(&personal, &firm()).contains("mobile-number"));
    assert!(fault(&NewCase { text: " ", ..reply.clone() }, &firm()).contains("reason"));
    let registration = world.id(&code(1), "registration");
    assert!(fault(&about("reply", registration), &firm()).contains("adverse"));
    let other = ("firm-2", Scope::Organisation(code(2)));
    assert!(fault(&reply, &other).contains("no record"));
    // Nobody replies for an organisation.
    assert!(fault(&reply, &steward("steward-1")).contains("steward"));
    assert_eq!(world.head().next_seq, head.next_seq, "nothing is written");
    let case = opened(&world, "reply", id);
    assert!(fault(&reply, &firm()).contains(&case));
    take(&world, &case, &CaseAct::of(Step::Withdraw), &firm());
    // What is no longer published takes none.
    world.clock.set("2040-01-04T10:00:00+08:00");
    assert!(fault(&reply, &firm()).contains("adverse"));
    world.assert_well();
}

/// What [`about`] says.
const TEXT: &str = "罚款金额有误，应为1万元";
