//! What acts do to a standing, and what lets it stand again.

use gongxin_model::{Day, Kind};
use gongxin_standing::{Publication, Reason};

use crate::case::{ENVIRONMENT, Life, MARKET, day, noon, rules};

const FIELDS: &[(&str, &str)] =
    &[("CF_CFJG", "演练州生态环境局"), ("CF_CFLB", "罚款"), ("CF_JDRQ", "2026-05-04")];

fn life() -> Life {
    Life::of(ENVIRONMENT, "2026-05-05", FIELDS)
}

#[test]
fn an_act_closes_from_its_day_on() {
    let rules = rules(true);
    let cases = [
        (Kind::PublicationEnded, Publication::Ended, Reason::Repaired),
        (Kind::Shielded, Publication::Shielded, Reason::Reorganisation),
        (Kind::Stayed, Publication::Shielded, Reason::Stayed),
    ];
    for (kind, publication, reason) in cases {
        let life = life().then(kind, "2026-08-10", &[100]);
        assert_eq!(life.on("2026-08-09", &rules).publication, Publication::Published, "{kind:?}");
        for on in ["2026-08-10", "2027-05-03"] {
            let standing = life.on(on, &rules);
            assert_eq!((standing.publication, standing.reason), (publication, reason), "{kind:?}");
            assert_eq!(standing.shown_until, day("2026-08-10"), "{kind:?}");
        }
        // Over is over: after the term the term's own end is the reason.
        assert_eq!(life.on("2027-05-04", &rules).publication, Publication::Ended, "{kind:?}");
        // As known the evening before, nothing had happened.
        let before = life.known("2026-08-10", Some(noon("2026-08-09")), &rules).unwrap();
        assert_eq!(before.publication, Publication::Published, "{kind:?}");
    }
}

/// An entry of abnormal operation is public from the day of Order 36 on. One that fell before is
/// looked at again on that day, so that what is kept of it stays the fold of its entries.
#[test]
fn what_fell_before_its_rule_came_is_settled_on_the_day_of_the_rule() {
    let rules = rules(true);
    let fields = [("YC_JG", "演练州市场监督管理局"), ("YC_LRRQ", "2025-11-03")];
    let life = Life::of_class("abnormal-list", MARKET, "2025-11-04", &fields).then(
        Kind::Quashed,
        "2026-02-10",
        &[100],
    );
    let before = life.on("2026-03-31", &rules);
    assert_eq!((before.publication, before.shown_from), (Publication::Withdrawn, Day::FOREVER));
    assert_eq!(before.next_day, Some(day("2026-04-01")));
    let after = life.on("2026-04-01", &rules);
    assert_eq!((after.publication, after.shown_from), (Publication::Withdrawn, day("2025-11-03")));
    // Its term would have been over a year after the decision; from then on nothing alters.
    assert_eq!(after.next_day, Some(day("2026-11-03")));
    let settled = life.on("2026-11-03", &rules);
    assert_eq!((settled.next_day, settled.shown_until), (None, after.shown_until));
}

#[test]
fn what_fell_is_withdrawn_for_every_day() {
    let rules = rules(true);
    let kinds = [
        (Kind::Quashed, Reason::Quashed),
        (Kind::Withdrawn, Reason::TakenBack),
        (Kind::Erased, Reason::Erased),
    ];
    for (kind, reason) in kinds {
        let life = life().then(kind, "2026-08-10", &[100]);
        for on in ["2026-06-01", "2026-08-10", "2030-01-01"] {
            let standing = life.on(on, &rules);
            assert_eq!(
                (standing.publication, standing.reason, standing.in_force, standing.shared),
                (Publication::Withdrawn, reason, false, false),
                "{kind:?} on {on}"
            );
        }
    }
}

#[test]
fn a_correction_never_reopens_what_ended() {
    let rules = rules(true);
    let later = [FIELDS[0], FIELDS[1], ("CF_JDRQ", "2026-08-20")];
    for kind in [Kind::PublicationEnded, Kind::Shielded, Kind::Withdrawn, Kind::Quashed] {
        let life = life().then(kind, "2026-08-10", &[100]).corrected("2026-08-21", &later);
        for on in ["2026-08-21", "2027-01-01", "2030-01-01"] {
            let standing = life.on(on, &rules);
            assert_ne!(standing.publication, Publication::Published, "{kind:?} on {on}");
            assert!(standing.shown_until <= day("2026-08-10"), "{kind:?} on {on}");
        }
    }
}

#[test]
fn only_what_names_the_fallen_cause_is_resumed() {
    let rules = rules(true);
    let twice = life().then(Kind::PublicationEnded, "2026-08-10", &[100]).then(
        Kind::Shielded,
        "2026-08-12",
        &[200],
    );
    let of_the_shield = twice.clone().then(Kind::Resumed, "2026-09-01", &[200]);
    assert_eq!(of_the_shield.on("2026-09-01", &rules).publication, Publication::Ended);
    let of_the_repair = twice.clone().then(Kind::Resumed, "2026-09-01", &[100]);
    assert_eq!(of_the_repair.on("2026-09-01", &rules).publication, Publication::Shielded);
    let of_another = twice.clone().then(Kind::Resumed, "2026-09-01", &[300]);
    assert_eq!(of_another.on("2026-09-01", &rules).publication, Publication::Ended);
    let of_both = twice.then(Kind::Resumed, "2026-09-01", &[100, 200]);
    let standing = of_both.on("2026-09-01", &rules);
    assert_eq!(standing.publication, Publication::Published);
    assert_eq!(standing.shown_until, day("2027-05-04"));
}

#[test]
fn a_lifting_lifts_the_shield_it_names_and_nothing_else() {
    let rules = rules(true);
    let shielded = life().then(Kind::Shielded, "2026-08-10", &[100]);
    let lifted = shielded.clone().then(Kind::Unshielded, "2026-09-01", &[200, 100]);
    assert_eq!(lifted.on("2026-09-01", &rules).publication, Publication::Published);
    let another = shielded.clone().then(Kind::Unshielded, "2026-09-01", &[200, 300]);
    assert_eq!(another.on("2026-09-01", &rules).publication, Publication::Shielded);
    let twice = shielded.clone().then(Kind::Shielded, "2026-08-12", &[300]);
    let one_left = twice.then(Kind::Unshielded, "2026-09-01", &[200, 100]);
    assert_eq!(one_left.on("2026-09-01", &rules).publication, Publication::Shielded);
    let repaired = shielded.then(Kind::PublicationEnded, "2026-08-20", &[150]).then(
        Kind::Unshielded,
        "2026-09-01",
        &[200, 100],
    );
    assert_eq!(repaired.on("2026-09-01", &rules).publication, Publication::Ended);
}

#[test]
fn days_under_a_shield_stay_shielded_after_it_was_lifted() {
    let rules = rules(true);
    let lifted = life().then(Kind::Shielded, "2026-08-10", &[100]).then(
        Kind::Unshielded,
        "2026-09-01",
        &[200, 100],
    );
    let days = [
        ("2026-08-09", Publication::Published),
        ("2026-08-10", Publication::Shielded),
        ("2026-08-31", Publication::Shielded),
        ("2026-09-01", Publication::Published),
        ("2027-05-03", Publication::Published),
        ("2027-05-04", Publication::Ended),
    ];
    for (on, publication) in days {
        assert_eq!(lifted.on(on, &rules).publication, publication, "{on}");
    }
    assert_eq!(lifted.on("2026-09-01", &rules).shown_until, day("2027-05-04"));
    // A lifting that fell never lifted anything.
    let shielded_again = lifted.then(Kind::Resumed, "2026-10-01", &[200]);
    for on in ["2026-09-01", "2026-10-01"] {
        assert_eq!(shielded_again.on(on, &rules).publication, Publication::Shielded, "{on}");
    }
    // Shielded and lifted on one day: no day is shielded.
    let brief = life().then(Kind::Shielded, "2026-08-10", &[100]).then(
        Kind::Unshielded,
        "2026-08-10",
        &[200, 100],
    );
    for on in ["2026-08-09", "2026-08-10", "2026-08-11"] {
        assert_eq!(brief.on(on, &rules).publication, Publication::Published, "{on}");
    }
}

#[test]
fn a_term_that_was_over_stays_over_under_new_content() {
    let rules = rules(true);
    let later = [FIELDS[0], FIELDS[1], ("CF_JDRQ", "2027-03-04")];
    let corrected = life().corrected("2027-05-04", &later);
    for (on, publication) in [
        ("2027-05-03", Publication::Published),
        ("2027-05-04", Publication::Ended),
        ("2027-12-01", Publication::Ended),
    ] {
        assert_eq!(corrected.on(on, &rules).publication, publication, "{on}");
    }
    assert_eq!(corrected.on("2027-12-01", &rules).reason, Reason::TermOver);
    // A day earlier the term ran still, and the right day of the decision counts.
    let in_time = life().corrected("2027-05-03", &later);
    assert_eq!(in_time.on("2027-12-01", &rules).publication, Publication::Published);
    // A correction that itself ended publication is not undone by another one.
    let stated = [FIELDS[0], FIELDS[1], FIELDS[2], ("CF_GSJZQ", "2026-08-01")];
    let ended = life().corrected("2026-08-10", &stated).corrected("2026-08-20", FIELDS);
    assert_eq!(ended.on("2026-08-20", &rules).publication, Publication::Ended);
    // What was over before it came was never shown: corrected, it is shown for the first time.
    let old = [FIELDS[0], FIELDS[1], ("CF_JDRQ", "2025-05-04")];
    let first = Life::of(ENVIRONMENT, "2026-05-05", &old).corrected("2026-05-06", FIELDS);
    assert_eq!(first.on("2026-05-06", &rules).publication, Publication::Published);
}

#[test]
fn a_dispute_is_said_and_closes_nothing() {
    let rules = rules(true);
    let disputed = life().then(Kind::Disputed, "2026-08-10", &[100]);
    let standing = disputed.on("2026-08-11", &rules);
    assert_eq!(standing.publication, Publication::Published);
    assert_eq!(standing.disputed_since, Some(noon("2026-08-10")));
    assert_eq!(disputed.on("2026-08-09", &rules).disputed_since, None);
    // What closes another dispute leaves this one open.
    let other = disputed.then(Kind::DisputeClosed, "2026-08-20", &[200]);
    assert_eq!(other.on("2026-08-21", &rules).disputed_since, Some(noon("2026-08-10")));
    let closed = other.then(Kind::DisputeClosed, "2026-08-20", &[100, 200]);
    assert_eq!(closed.on("2026-08-21", &rules).disputed_since, None);
}
