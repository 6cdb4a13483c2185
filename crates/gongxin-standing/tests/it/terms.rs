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
        name: "a year from the last of January",
        source: ENVIRONMENT,
        fields: &[BUREAU, FINE, ("CF_JDRQ", "2027-01-31")],
        from: "2027-01-31",
        until: "2028-01-31",
    },
    Term {
        name: "three years from the last of February of a leap year",
        source: ENVIRONMENT,
        fields: &[BUREAU, ("CF_CFLB", "罚款|责令关闭"), ("CF_JDRQ", "2028-02-29")],
        from: "2028-02-29",
        until: "2031-02-28",
    },
    Term {
        name: "a stated end on the day before the longest term's last is a day shorter",
        source: ENVIRONMENT,
        fields: &[BUREAU, FINE, ("CF_JDRQ", "2026-05-04"), ("CF_GSJZQ", "2027-05-02")],
        from: "2026-05-04",
        until: "2027-05-03",
    },
    Term {
        name: "a stated end on the longest term's last day alters nothing",
        source: ENVIRONMENT,
        fields: &[BUREAU, FINE, ("CF_JDRQ", "2026-05-04"), ("CF_GSJZQ", "2027-05-03")],
        from: "2026-05-04",
        until: "2027-05-04",
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

/// At the first and last day of every generation: the rule that the record stands under on the day
/// it was decided, the first day no longer public as seen that day, when what comes later by the
/// calendar alone is known, and as seen when all of it came.
#[test]
fn a_decision_stands_under_the_generation_of_its_day() {
    let rules = rules(true);
    // Source, authority, decided on, its own rule, its end by that, its end with what came later.
    let cases = [
        (ENVIRONMENT, BUREAU, "2019-07-01", "notice-527-general", "2020-07-01", "2020-07-01"),
        (ENVIRONMENT, BUREAU, "2023-04-30", "notice-527-general", "2024-04-30", "2024-04-30"),
        (ENVIRONMENT, BUREAU, "2023-05-01", "order-58", "2026-04-01", "2024-05-01"),
        (ENVIRONMENT, BUREAU, "2026-03-31", "order-58", "2027-03-31", "2027-03-31"),
        (ENVIRONMENT, BUREAU, "2026-04-01", "order-36", "2027-04-01", "2027-04-01"),
        (MARKET, REGULATOR, "2021-08-31", "notice-527", "2022-08-31", "2022-08-31"),
        (MARKET, REGULATOR, "2021-09-01", "samr-2021", "2024-09-01", "2022-09-01"),
        (MARKET, REGULATOR, "2025-12-24", "samr-2021", "2026-12-24", "2026-12-24"),
        (MARKET, REGULATOR, "2025-12-25", "samr-2025", "2026-12-25", "2026-12-25"),
    ];
    for (source, authority, decided, rule, alone, later) in cases {
        let life = Life::of(source, decided, &[authority, FINE, ("CF_JDRQ", decided)]);
        let then = life.on(decided, &rules);
        assert_eq!((then.rule.as_str(), then.shown_until), (rule, day(alone)), "{decided}");
        assert_eq!(then.publication, Publication::Published, "{decided}");
        // By then every generation is in force: whichever ends earlier counts.
        let now = life.on("2026-11-24", &rules);
        assert_eq!(now.shown_until, day(later), "{decided}");
        let over = day("2026-11-24") >= day(later);
        assert_eq!(now.publication == Publication::Ended, over, "{decided}");
    }
    // The day before the first generation is under none.
    let life = Life::of(ENVIRONMENT, "2019-06-30", &[BUREAU, FINE, ("CF_JDRQ", "2019-06-30")]);
    for on in ["2019-06-30", "2019-07-01", "2026-11-24"] {
        assert_eq!(life.on(on, &rules).reason, Reason::NoGeneration, "{on}");
    }
}

#[test]
fn before_a_later_rule_came_the_earlier_one_alone_governed() {
    let rules = rules(true);
    let life = Life::of(ENVIRONMENT, "2026-01-13", &[BUREAU, FINE, ("CF_JDRQ", "2026-01-12")]);
    let before = life.on("2026-03-31", &rules);
    // Whoever remembers the answer shows it no longer than the rule to come allows.
    assert_eq!((before.rule.as_str(), before.shown_until), ("order-58", day("2027-01-12")));
    assert_eq!(before.next_day, Some(day("2026-04-01")));
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
