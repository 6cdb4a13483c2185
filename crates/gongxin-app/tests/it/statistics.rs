//! The figures: fixed between editions, and nothing of what ended.

use std::collections::BTreeSet;
use std::sync::Arc;

use gongxin_app::public::shown::rules::{
    BookKey, Holds, RuleChange, RuleFamily, RulesAsk, ShownRule, ShownRules, Surety,
};
use gongxin_app::public::shown::statistics::{ShownFigure, ShownStatistics, StatisticsTable};
use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_app::public::{StatisticsKeep, statistics_csv};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{COURT, CREDIT, ENVIRONMENT, Penalty, code, penalties, repair, shielding};
use crate::world::World;

engine_test! {
    figures_stand_still_until_the_next_month_and_then_know_nothing_of_an_end
    an_edition_outlives_a_restart
    before_anything_is_shown_there_is_no_edition
    the_rules_are_read_as_they_were_adopted
}

/// Six published penalties of six organisations.
fn world(place: &Place) -> (World, StatisticsKeep) {
    let world = World::registered(place, 6);
    let rows: Vec<Penalty> = (1..=6).map(|number| Penalty::of(number, number)).collect();
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!(receipt.accepted, 6, "{:?}", receipt.findings);
    let keep = StatisticsKeep::at(&place.directory.path().join("statistics.json"));
    assert!(world.office.keep_statistics(&keep).unwrap());
    (world, keep)
}

/// All that is told of penalties, year by year.
fn penalties_told(edition: &ShownStatistics) -> Vec<ShownFigure> {
    let classes = edition.years.iter().flat_map(|year| &year.classes);
    classes.filter(|class| class.of.code == "penalty").map(|class| class.total).collect()
}

fn edition(keep: &StatisticsKeep) -> Arc<ShownStatistics> {
    keep.edition().unwrap()
}

fn figures_stand_still_until_the_next_month_and_then_know_nothing_of_an_end(place: &Place) {
    let (world, keep) = world(place);
    let first = edition(&keep);
    assert_eq!(penalties_told(&first), [ShownFigure::Count(6)]);
    let id = world.id(&code(1), "penalty");
    // A repair, a withdrawal, a shield: none of them moves a figure while the month lasts.
    world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(1, 1), "准予修复"));
    let other = world.id(&code(2), "penalty");
    world.office.withdraw_record(other, "clerk", "wrong").unwrap();
    world.hand_in("shielding", COURT, &shielding(&Penalty::of(3, 3), "（2026）演01破1号", "屏蔽"));
    assert_eq!(world.desk.record(id, View::default()).unwrap(), Found::Ended);
    world.clock.set("2026-11-30T23:00:00+08:00");
    assert!(!world.office.keep_statistics(&keep).unwrap());
    assert_eq!(edition(&keep), first);
    // The next edition counts what is shown on its day and nothing else, in no table.
    world.clock.set("2026-12-01T00:10:00+08:00");
    assert!(world.office.keep_statistics(&keep).unwrap());
    let second = edition(&keep);
    assert_eq!(penalties_told(&second), [ShownFigure::Small]);
    for table in StatisticsTable::ALL {
        let text = String::from_utf8(statistics_csv(&second, table)).unwrap();
        let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let head = cells(text.lines().next().unwrap());
        let Some(place) = head.iter().position(|name| name == "\"count\"") else {
            continue;
        };
        let rows: Vec<_> = text.lines().map(cells).collect();
        let mut penalties = rows.iter().filter(|row| row.contains(&"\"penalty\"".to_owned()));
        assert!(penalties.all(|row| row[place] == "\"\""), "{table:?} {text}");
    }
    // When every term is over, so is the class.
    world.clock.set("2040-01-01T00:10:00+08:00");
    world.office.keep_statistics(&keep).unwrap();
    assert!(penalties_told(&edition(&keep)).is_empty());
}

fn an_edition_outlives_a_restart(place: &Place) {
    let (world, keep) = world(place);
    let first = edition(&keep);
    world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(1, 1), "准予修复"));
    let again = StatisticsKeep::at(&place.directory.path().join("statistics.json"));
    assert!(!world.office.keep_statistics(&again).unwrap());
    assert_eq!(edition(&again), first);
    // What nobody can read is counted anew.
    std::fs::write(place.directory.path().join("statistics.json"), "{").unwrap();
    let anew = StatisticsKeep::at(&place.directory.path().join("statistics.json"));
    assert!(anew.edition().is_none());
    assert!(world.office.keep_statistics(&anew).unwrap());
    assert_eq!(penalties_told(&edition(&anew)), [ShownFigure::Count(5)]);
}

fn before_anything_is_shown_there_is_no_edition(place: &Place) {
    let world = World::new(place);
    let keep = StatisticsKeep::default();
    assert!(!world.office.keep_statistics(&keep).unwrap());
    assert!(keep.edition().is_none());
    assert!(world.desk.statistics().unwrap().is_none());
}

fn rules(world: &World, ask: &RulesAsk) -> ShownRules {
    match world.desk.rules(ask).unwrap() {
        Found::Shown(rules) => *rules,
        other => panic!("{other:?}"),
    }
}

fn rule(world: &World, family: RuleFamily, id: &str, day: &str) -> ShownRule {
    let view = View { as_of: Some(day.parse().unwrap()), known: None };
    match world.desk.rule(&RulesAsk { view, book: None }, family, id).unwrap() {
        Found::Shown(rule) => *rule,
        other => panic!("{other:?}"),
    }
}

fn the_rules_are_read_as_they_were_adopted(place: &Place) {
    let world = World::adopted(place, &[]);
    let first = rules(&world, &RulesAsk::default());
    assert!(!first.waiting.is_empty(), "nothing unverified was adopted");
    let tax = rule(&world, RuleFamily::List, "tax", "2026-06-01");
    assert_eq!(tax.ground.unwrap().surety, Surety::WithoutEffect);
    world.clock.set("2026-11-25T10:00:00+08:00");
    world.adopt(&["all".to_owned()], &[]);
    let second = rules(&world, &RulesAsk::default());
    assert!(second.waiting.is_empty() && second.adoptions.len() == 2);
    let tax = rule(&world, RuleFamily::List, "tax", "2026-06-01").ground.unwrap();
    assert_eq!((tax.surety, tax.accepted.map(|one| one.no)), (Surety::Adopted, Some(2)));
    // The first is still there by its key, and by its time.
    let key = BookKey::read(&first.book.key).unwrap();
    let ask = RulesAsk { book: Some(key), ..RulesAsk::default() };
    assert_eq!(rules(&world, &ask).waiting, first.waiting);
    let known = Some("2026-11-24T12:00:00+08:00".parse().unwrap());
    let ask = RulesAsk { view: View { as_of: None, known }, book: None };
    assert_eq!(rules(&world, &ask).book.no, 1);
    let foreign = BookKey { no: 1, digest: "0".repeat(16) };
    let ask = RulesAsk { book: Some(foreign), ..RulesAsk::default() };
    assert!(matches!(world.desk.rules(&ask).unwrap(), Found::Never));
    // On a day before it came, a rule does not hold yet; between the days it begins.
    let early = rule(&world, RuleFamily::Term, "order-36", "2026-03-31").ground.unwrap();
    assert_eq!(early.holds, Holds::Later);
    let on = |day: &str| RulesAsk {
        view: View { as_of: Some(day.parse().unwrap()), known: None },
        book: None,
    };
    let Found::Shown(changes) =
        world.desk.rule_changes(&on("2026-03-31"), &on("2026-04-01")).unwrap()
    else {
        panic!("no comparison");
    };
    let begins: BTreeSet<&str> = changes
        .lines
        .iter()
        .filter(|line| line.change == RuleChange::Begins)
        .map(|line| line.item.id.as_str())
        .collect();
    assert!(begins.contains("order-36"), "{begins:?}");
}
