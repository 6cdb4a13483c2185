//! Terms: their first and last day, the stated end, the earlier of two, what is never public.

use gongxin_standing::{HOLD_FIELD, Publication, Reason};

use crate::case::{ENVIRONMENT, Life, MARKET, day, noon, rules};

const BUREAU: (&str, &str) = ("CF_CFJG", "演练州生态环境局");
const REGULATOR: (&str, &str) = ("CF_CFJG", "演练州市场监督管理局");
const FINE: (&str, &str) = ("CF_CFLB", "罚款");

/// Source, fields beside the kind of penalty and the authority, and the first day not shown.
struct Term {
    name: &'static str,
    source: &'static str,
    fields: &'static [(&'static str, &'static str)],
    from: &'static str,
    until: &'static str,
}

const TERMS: &[Term] = &[
    Term {
        name: "a fine under Order 36",
        source: ENVIRONMENT,
        fields: &[BUREAU, FINE, ("CF_JDRQ", "2026-05-04")],
        from: "2026-05-04",
        until: "2027-05-04",
    },
    Term {
        name: "a serious penalty under Order 36",
        source: ENVIRONMENT,
        fields: &[BUREAU, ("CF_CFLB", "罚款|吊销许可证件"), ("CF_JDRQ", "2026-05-04")],
        from: "2026-05-04",
        until: "2029-05-04",
    },
    Term {
        name: "a year from the last of February of a leap year ends with February",
        source: MARKET,
        fields: &[REGULATOR, FINE, ("CF_JDRQ", "2028-02-29")],
        from: "2028-02-29",
        until: "2029-02-28",
    },
    Term {
        name: "the stated end binds: it is its last day",
        source: ENVIRONMENT,
        fields: &[BUREAU, FINE, ("CF_JDRQ", "2026-05-04"), ("CF_GSJZQ", "2026-12-31")],
        from: "2026-05-04",
        until: "2027-01-01",
    },
    Term {
        name: "a stated end after the longest term does not lengthen it",
        source: ENVIRONMENT,
        fields: &[BUREAU, FINE, ("CF_JDRQ", "2026-05-04"), ("CF_GSJZQ", "2030-12-31")],
        from: "2026-05-04",
        until: "2027-05-04",
    },
    Term {
        name: "of Order 58 and Order 36 the earlier end, once both apply",
        source: ENVIRONMENT,
        fields: &[BUREAU, FINE, ("CF_JDRQ", "2026-01-12")],
        from: "2026-04-01",
        until: "2027-01-12",
    },
];

#[test]
fn a_term_is_public_from_its_first_day_to_its_last() {
    let rules = rules(true);
    for Term { name, source, fields, from, until } in TERMS {
        let life = Life::of(source, "2028-03-01", fields);
        let (first, end) = (day(from), day(until));
        for (on, shown) in [(first, true), (end.plus_days(-1), true), (end, false)] {
            let standing = life.on(&on.to_string(), &rules);
            let expected = if shown { Publication::Published } else { Publication::Ended };
            assert_eq!(standing.publication, expected, "{name} on {on}: {standing:?}");
            assert_eq!(standing.shown_until, end, "{name} on {on}");
            assert_eq!(standing.next_day, shown.then_some(end), "{name} on {on}");
            assert!(!standing.steps.is_empty(), "{name}");
        }
    }
}

#[test]
fn before_its_first_day_it_is_not_yet_public() {
    let rules = rules(true);
    let life = Life::of(ENVIRONMENT, "2026-05-04", &[BUREAU, FINE, ("CF_JDRQ", "2026-05-04")]);
    let standing = life.on("2026-05-03", &rules);
    assert_eq!(
        (standing.publication, standing.reason, standing.next_day),
        (Publication::Unpublished, Reason::NotYet, Some(day("2026-05-04")))
    );
}

#[test]
fn before_a_later_rule_came_the_earlier_one_alone_counted() {
    let rules = rules(true);
    let life = Life::of(ENVIRONMENT, "2026-01-13", &[BUREAU, FINE, ("CF_JDRQ", "2026-01-12")]);
    let before = life.on("2026-03-31", &rules);
    assert_eq!((before.rule.as_str(), before.shown_until), ("order-58", day("2029-01-12")));
    let after = life.on("2026-04-01", &rules);
    assert_eq!(after.rule, "order-36-transition");
    assert_eq!(after.shown_until, day("2027-01-12"));
}

#[test]
fn some_things_are_never_public_and_say_why() {
    let decided = ("CF_JDRQ", "2026-05-04");
    let cases: [(&str, bool, Vec<(&str, &str)>, Reason); 6] = [
        ("a warning alone", true, vec![BUREAU, decided, ("CF_CFLB", "警告")], Reason::Minor),
        (
            "a fine in summary procedure",
            true,
            vec![BUREAU, decided, FINE, ("CF_CFCX", "summary")],
            Reason::Minor,
        ),
        (
            "what the authority itself called minor",
            true,
            vec![BUREAU, decided, FINE, ("CF_WFCD", "minor")],
            Reason::Minor,
        ),
        (
            "text about a person",
            true,
            vec![BUREAU, decided, FINE, (HOLD_FIELD, "personal-data")],
            Reason::PersonalData,
        ),
        (
            "a decision from before any general term",
            true,
            vec![BUREAU, ("CF_JDRQ", "2018-05-04"), FINE],
            Reason::NoGeneration,
        ),
        (
            "a rule that nobody verified or accepted",
            false,
            vec![BUREAU, ("CF_JDRQ", "2026-01-12"), FINE],
            Reason::NoBasis,
        ),
    ];
    for (name, accepted, fields, reason) in cases {
        let life = Life::of(ENVIRONMENT, "2026-05-05", &fields);
        for on in ["2026-05-05", "2026-11-24", "2030-01-01"] {
            let standing = life.on(on, &rules(accepted));
            assert_eq!(standing.publication, Publication::Unpublished, "{name} on {on}");
            assert_eq!(standing.reason, reason, "{name} on {on}");
        }
    }
}

#[test]
fn what_was_not_known_yet_has_no_standing() {
    let rules = rules(true);
    let life = Life::of(ENVIRONMENT, "2026-05-05", &[BUREAU, FINE, ("CF_JDRQ", "2026-05-04")]);
    assert!(life.known("2026-05-05", Some(noon("2026-05-04")), &rules).is_none());
    assert!(life.known("2026-05-05", Some(noon("2026-05-05")), &rules).is_some());
}
