use crate::{day, loaded};

#[test]
fn working_days_are_those_of_the_state_council() {
    let calendar = loaded().rulebook.calendar;
    let cases = [
        ("2004-01-17", true, "a Saturday worked before the spring festival"),
        ("2004-10-01", false, "national day"),
        ("2008-05-01", false, "labour day"),
        ("2020-01-31", false, "the holiday that was lengthened"),
        ("2026-02-14", true, "a Saturday worked"),
        ("2026-02-23", false, "the last day of the spring festival"),
        ("2026-02-24", true, "a Tuesday"),
        ("2026-10-10", true, "a Saturday worked"),
        ("2026-11-22", false, "a Sunday"),
        ("2027-01-01", true, "not arranged yet: a Friday like any other"),
    ];
    for (text, expected, why) in cases {
        assert_eq!(calendar.is_working_day(day(text)), expected, "{text}: {why}");
    }
}

#[test]
fn the_day_of_the_event_is_not_counted() {
    let calendar = loaded().rulebook.calendar;
    let cases = [
        ("2026-03-02", 7, "2026-03-11", false),
        ("2026-09-24", 7, "2026-10-12", false),
        ("2026-02-13", 1, "2026-02-14", false),
        ("2026-12-25", 7, "2027-01-05", true),
        ("2026-03-07", 0, "2026-03-07", false),
    ];
    for (from, count, until, provisional) in cases {
        let deadline = calendar.add_working_days(day(from), count);
        assert_eq!((deadline.day, deadline.provisional), (day(until), provisional), "{from}");
        if count > 0 {
            let counted = calendar.working_days_between(day(from), day(until));
            assert_eq!(counted, u32::from(count), "{from}");
        }
    }
}
