//! How well bodies hand in: whole numbers, as of any day, nothing invented.

use gongxin_app::{Figures, FiguresAsk, Line, Scope, figures_as_csv};
use gongxin_model::finding::Language;
use gongxin_pack::FigureId;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{ENVIRONMENT, HOUSING, Penalty, code, named, penalties};
use crate::world::World;

engine_test! {
    figures_are_fractions_of_what_was_counted
    the_deadline_is_counted_in_working_days
    what_is_not_declared_is_unknown
    a_corrected_key_keeps_its_first_day
    figures_of_a_past_day_are_those_of_that_day
}

fn figures(world: &World, as_of: Option<&str>) -> Figures {
    let ask = FiguresAsk {
        period: "2026-11".parse().unwrap(),
        scope: Scope::All,
        as_of: as_of.map(|day| day.parse().unwrap()),
        language: Language::English,
    };
    world.office.figures(&ask).unwrap()
}

fn line<'a>(figures: &'a Figures, source: &str) -> &'a Line {
    let of = |line: &&Line| line.source.as_deref() == Some(source) && line.catalogue == "penalty";
    figures.sources.iter().find(of).unwrap()
}

fn measured(line: &Line, id: FigureId) -> (Option<u64>, Option<u64>, Option<u64>) {
    let one = line.figures.iter().find(|one| one.id == id).unwrap();
    (one.numerator, one.denominator, one.per_mille)
}

/// A penalty decided on a day.
fn decided(number: u32, document: u32, day: &str) -> Penalty {
    Penalty { decided: day.into(), ..Penalty::of(number, document) }
}

fn figures_are_fractions_of_what_was_counted(place: &Place) {
    let world = World::registered(place, 3);
    // On Tuesday the 24th: one in time, one late, one without a code that waits, one a person's.
    let rows = [
        decided(1, 1, "2026-11-20"),
        decided(2, 2, "2026-11-02"),
        Penalty { code: String::new(), ..decided(3, 3, "2026-11-20") },
        Penalty {
            name: "张三丰".into(),
            code: String::new(),
            category: "自然人".into(),
            ..decided(3, 4, "2026-11-20")
        },
    ];
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows[..2]));
    let figures = figures(&world, None);
    let line = line(&figures, ENVIRONMENT);
    assert_eq!(measured(line, FigureId::Timeliness), (Some(1), Some(2), Some(500)));
    assert_eq!(measured(line, FigureId::Compliance), (Some(2), Some(4), Some(500)));
    assert_eq!(measured(line, FigureId::Reporting), (Some(2), None, None));
    let late = line.late.first().unwrap();
    assert_eq!(line.late.len(), 1);
    assert_eq!(late.record, world.one(&code(2), "penalty").id);
    assert_eq!(
        (late.deadline.to_string(), late.handed_in.to_string()),
        ("2026-11-11".into(), "2026-11-24".into())
    );
    assert_eq!(late.working_days_late, 9);
    assert!(
        line.findings.iter().any(|one| one.count == 1 && !one.message.is_empty()),
        "{:?}",
        line.findings
    );
    assert!(line.findings.iter().all(|one| !one.message.contains('{')), "{:?}", line.findings);
    assert!(!format!("{figures:?}").contains("张三丰"));
    // The division's are the sums; its late records are named with the bodies.
    let region = figures
        .regions
        .iter()
        .find(|one| one.region == "159900" && one.catalogue == "penalty")
        .unwrap();
    assert_eq!(measured(region, FigureId::Timeliness), (Some(1), Some(2), Some(500)));
    let mut table = Vec::new();
    figures_as_csv(&figures, &mut table).unwrap();
    let table = String::from_utf8(table).unwrap();
    assert!(table.contains(&late.record) && table.contains("timeliness_per_mille"), "{table}");
}

fn the_deadline_is_counted_in_working_days(place: &Place) {
    let world = World::registered(place, 1);
    // Decided on Friday the 13th: the seventh working day after it is Tuesday the 24th.
    world.clock.set("2026-11-24T23:59:00+08:00");
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[decided(1, 1, "2026-11-13")]));
    let on_the_day = figures(&world, None);
    assert_eq!(
        measured(line(&on_the_day, ENVIRONMENT), FigureId::Timeliness),
        (Some(1), Some(1), Some(1_000))
    );
    world.clock.set("2026-11-25T00:01:00+08:00");
    world.hand_in(
        "penalty",
        ENVIRONMENT,
        &penalties(&[decided(1, 2, "2026-11-13"), decided(1, 3, "2026-11-13")]),
    );
    let after = figures(&world, None);
    // A third is 333 per mille, never 334.
    assert_eq!(
        measured(line(&after, ENVIRONMENT), FigureId::Timeliness),
        (Some(1), Some(3), Some(333))
    );
    let late: Vec<u32> =
        line(&after, ENVIRONMENT).late.iter().map(|late| late.working_days_late).collect();
    assert_eq!(late, [1, 1]);
}

fn what_is_not_declared_is_unknown(place: &Place) {
    let world = World::registered(place, 2);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[decided(1, 1, "2026-11-20")]));
    world.hand_in(
        "penalty",
        HOUSING,
        &penalties(&[Penalty {
            authority: "演练州住房和城乡建设局".into(),
            ..decided(2, 2, "2026-11-20")
        }]),
    );
    let period = "2026-11".parse().unwrap();
    world.office.declare(ENVIRONMENT, "penalty", (period, 3), "clerk").unwrap();
    world.office.declare(ENVIRONMENT, "penalty", (period, 4), "clerk").unwrap();
    let figures = figures(&world, None);
    assert_eq!(
        measured(line(&figures, ENVIRONMENT), FigureId::Reporting),
        (Some(1), Some(4), Some(250))
    );
    assert_eq!(measured(line(&figures, HOUSING), FigureId::Reporting), (Some(1), None, None));
    // A division knows what all its bodies say, or nothing.
    let region = figures.regions.iter().find(|one| one.catalogue == "penalty").unwrap();
    assert_eq!(measured(region, FigureId::Reporting), (Some(2), None, None));
    // A quarter knows what each of its months says.
    let ask = FiguresAsk {
        period: "2026-Q4".parse().unwrap(),
        scope: Scope::All,
        as_of: None,
        language: Language::English,
    };
    let quarter = world.office.figures(&ask).unwrap();
    assert_eq!(measured(line(&quarter, ENVIRONMENT), FigureId::Reporting).1, None);
    for (month, count) in [("2026-10", 2), ("2026-12", 0)] {
        world
            .office
            .declare(ENVIRONMENT, "penalty", (month.parse().unwrap(), count), "clerk")
            .unwrap();
    }
    let quarter = world.office.figures(&ask).unwrap();
    assert_eq!(
        measured(line(&quarter, ENVIRONMENT), FigureId::Reporting),
        (Some(1), Some(6), Some(166))
    );
    let refused = world.office.declare(ENVIRONMENT, "registration", (period, 1), "clerk");
    assert!(refused.unwrap_err().is_usage());
    world.assert_well();
}

fn a_corrected_key_keeps_its_first_day(place: &Place) {
    let world = World::registered(place, 1);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[decided(1, 1, "2026-11-20")]));
    let id = world.one(&code(1), "penalty").id;
    world.clock.set("2026-12-20T10:00:00+08:00");
    let replaced = decided(1, 9, "2026-11-20");
    let receipt = world.hand_in("penalty", ENVIRONMENT, &named(&[(&id, replaced)]));
    assert_eq!(receipt.corrected, 1, "{:?}", receipt.findings);
    let figures = figures(&world, None);
    assert_eq!(
        measured(line(&figures, ENVIRONMENT), FigureId::Timeliness),
        (Some(1), Some(1), Some(1_000))
    );
}

fn figures_of_a_past_day_are_those_of_that_day(place: &Place) {
    let world = World::registered(place, 2);
    world.hand_in(
        "penalty",
        ENVIRONMENT,
        &penalties(&[decided(1, 1, "2026-11-20"), decided(2, 2, "2026-11-20")]),
    );
    let period = "2026-11".parse().unwrap();
    world.clock.set("2026-11-26T10:00:00+08:00");
    world.office.declare(ENVIRONMENT, "penalty", (period, 2), "clerk").unwrap();
    let id = world.id(&code(2), "penalty");
    world.office.withdraw_record(id, &world.whole("clerk"), "wrong").unwrap();
    let now = figures(&world, None);
    assert_eq!(
        measured(line(&now, ENVIRONMENT), FigureId::Reporting),
        (Some(1), Some(2), Some(500))
    );
    let then = figures(&world, Some("2026-11-24"));
    assert_eq!(measured(line(&then, ENVIRONMENT), FigureId::Reporting), (Some(2), None, None));
    assert_eq!(figures(&world, Some("2026-11-23")).sources, []);
}
