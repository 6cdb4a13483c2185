//! The figures: fixed between editions, and nothing of what ended.

use std::collections::BTreeSet;
use std::sync::Arc;

use gongxin_app::public::shown::rules::{
    BookKey, Holds, RuleChange, RuleFamily, RulesAsk, ShownRule, ShownRules, Surety,
};
use gongxin_app::public::shown::statistics::{
    ShownFigure, ShownRate, ShownStatistics, StatisticsTable,
};
use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_app::public::{StatisticsKeep, statistics_csv};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    COURT, CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, penalties, registrations,
    repair, shielding,
};
use crate::world::World;

engine_test! {
    figures_stand_still_until_the_next_month_and_then_know_nothing_of_an_end
    an_edition_outlives_a_restart
    before_anything_is_shown_there_is_no_edition
    the_first_edition_waits_until_the_log_rests
    organisations_and_records_are_told_by_section
    organisations_are_not_told_beside_a_small_year
    a_body_is_not_late_with_what_it_decided_before_it_was_connected
    a_first_edition_is_counted_again_where_much_was_added_and_nothing_ended
    the_rules_are_read_as_they_were_adopted
}

/// Two minutes after everything was handed in.
const RESTED: &str = "2026-11-24T10:02:00+08:00";

/// Six published penalties of six organisations.
fn world(place: &Place) -> (World, StatisticsKeep) {
    let world = World::registered(place, 6);
    let rows: Vec<Penalty> = (1..=6).map(|number| Penalty::of(number, number)).collect();
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!(receipt.accepted, 6, "{:?}", receipt.findings);
    let keep = StatisticsKeep::at(&place.directory.path().join("statistics.json"));
    world.clock.set(RESTED);
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
    world.office.withdraw_record(other, &world.whole("clerk"), "wrong").unwrap();
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
    world.clock.set("2026-11-24T10:05:00+08:00");
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

fn the_first_edition_waits_until_the_log_rests(place: &Place) {
    let world = World::registered(place, 6);
    let keep = StatisticsKeep::default();
    for (at, is_counted) in [
        ("2026-11-24T10:00:00+08:00", false),
        ("2026-11-24T10:00:59+08:00", false),
        ("2026-11-24T10:01:00+08:00", true),
    ] {
        world.clock.set(at);
        assert_eq!(world.office.keep_statistics(&keep).unwrap(), is_counted, "{at}");
    }
    // A store that is never still is counted when the month of its beginning is over.
    let busy = StatisticsKeep::default();
    world.clock.set("2026-12-01T10:00:00+08:00");
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert!(world.office.keep_statistics(&busy).unwrap());
}

/// Penalties of the numbers, handed in when the clock says.
fn hand_in(world: &World, at: &str, numbers: std::ops::Range<u32>) {
    world.clock.set(at);
    let rows: Vec<Penalty> = numbers.map(|number| Penalty::of(number % 6 + 1, number)).collect();
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
}

fn a_first_edition_is_counted_again_where_much_was_added_and_nothing_ended(place: &Place) {
    let (world, keep) = world(place);
    let first = edition(&keep);
    // Not twice as many yet.
    hand_in(&world, "2026-11-24T11:00:00+08:00", 10..18);
    world.clock.set("2026-11-24T12:00:00+08:00");
    assert!(!world.office.keep_statistics(&keep).unwrap());
    hand_in(&world, "2026-11-24T13:00:00+08:00", 20..40);
    assert!(!world.office.keep_statistics(&keep).unwrap(), "the log does not rest");
    world.clock.set("2026-11-24T14:00:00+08:00");
    let again = StatisticsKeep::at(&place.directory.path().join("statistics.json"));
    assert!(!world.office.keep_statistics(&again).unwrap(), "a restart forgot what was counted");
    assert!(world.office.keep_statistics(&keep).unwrap());
    assert_eq!(penalties_told(&edition(&keep)), [ShownFigure::Count(34)]);
    // Where something ended meanwhile, the edition stays until the month is over.
    let second = edition(&keep);
    world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(1, 1), "准予修复"));
    hand_in(&world, "2026-11-24T15:00:00+08:00", 100..200);
    world.clock.set("2026-11-24T16:00:00+08:00");
    assert!(!world.office.keep_statistics(&keep).unwrap());
    assert_eq!(edition(&keep), second);
    world.clock.set("2026-12-01T10:00:00+08:00");
    assert!(world.office.keep_statistics(&keep).unwrap());
    assert_eq!(penalties_told(&edition(&keep)), [ShownFigure::Count(133)]);
    assert_ne!(first, second);
}

fn organisations_and_records_are_told_by_section(place: &Place) {
    let world = World::new(place);
    // Nine farms, six factories, one that says nothing; a business is no organisation.
    let rows: Vec<Registration> = (1..=16).map(Registration::of).collect();
    let industries = ["行业代码"].into_iter();
    let industries = industries.chain([["0111"; 9].as_slice(), &["1311"; 6], &[""]].concat());
    let text: String = registrations(&rows)
        .lines()
        .zip(industries)
        .map(|(line, industry)| format!("{line},{industry}\n"))
        .collect();
    let receipt = world.hand_in("registration", MARKET, &text);
    assert_eq!(receipt.accepted, 16, "{:?}", receipt.findings);
    let rows: Vec<Penalty> = (1..=12).map(|number| Penalty::of(number, number)).collect();
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    world.clock.set(RESTED);
    let keep = StatisticsKeep::default();
    assert!(world.office.keep_statistics(&keep).unwrap());
    let edition = edition(&keep);
    let told = |figures: &[ShownFigure]| -> Vec<(String, ShownFigure)> {
        let all =
            edition.industries.iter().map(|one| one.code.clone()).zip(figures.iter().copied());
        all.filter(|(_, figure)| *figure != ShownFigure::Small).collect()
    };
    let count = |code: &str, count| (code.to_owned(), ShownFigure::Count(count));
    assert_eq!(edition.industries.len(), 21);
    // The one that says nothing hides among the empty sections: of nineteen small ones none is sure.
    assert_eq!(told(&edition.organisations), [count("A", 9), count("C", 6)]);
    let classes = || edition.years.iter().flat_map(|year| &year.classes);
    let penalties = classes().find(|class| class.of.code == "penalty").unwrap();
    assert_eq!(told(&penalties.industries), [count("A", 9)]);
    let registrations = classes().find(|class| class.of.code == "registration").unwrap();
    assert!(registrations.industries.is_empty(), "whoever subtracts years from sections");
}

fn organisations_are_not_told_beside_a_small_year(place: &Place) {
    let world = World::new(place);
    // A registration states no day of decision: its year is that of its receipt.
    let rows: Vec<Registration> = (1..=11).map(Registration::of).collect();
    world.hand_in("registration", MARKET, &registrations(&rows));
    world.clock.set("2027-01-02T10:00:00+08:00");
    world.hand_in("registration", MARKET, &registrations(&[Registration::of(12)]));
    world.clock.set("2027-01-02T10:02:00+08:00");
    let keep = StatisticsKeep::default();
    assert!(world.office.keep_statistics(&keep).unwrap());
    let edition = edition(&keep);
    let totals = edition.years.iter().flat_map(|year| &year.classes).map(|class| class.total);
    assert_eq!(totals.collect::<Vec<_>>(), [ShownFigure::Small, ShownFigure::Count(11)]);
    assert!(edition.organisations.is_empty());
}

fn a_body_is_not_late_with_what_it_decided_before_it_was_connected(place: &Place) {
    let world = World::registered(place, 6);
    let decided =
        |day: &str, number| Penalty { decided: day.into(), ..Penalty::of(number, number) };
    world.clock.set("2026-11-24T10:00:00+08:00");
    let rows: Vec<Penalty> = (1..=6).map(|number| decided("2026-10-10", number)).collect();
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    let timeliness = |at: &str| {
        world.clock.set(at);
        let keep = StatisticsKeep::default();
        assert!(world.office.keep_statistics(&keep).unwrap());
        let edition = edition(&keep);
        let bodies = edition.authorities.iter().filter(|one| one.of.code == "penalty");
        (edition.period.clone(), bodies.map(|one| one.timeliness).collect::<Vec<_>>())
    };
    let october = timeliness("2026-11-24T10:10:00+08:00");
    assert_eq!(october, ("2026-10".to_owned(), vec![ShownRate::Unknown]));
    let rows: Vec<Penalty> =
        (11..=15).map(|number| decided("2026-11-20", number % 6 + 1)).collect();
    let rows: Vec<Penalty> = rows
        .into_iter()
        .zip(11..)
        .map(|(row, number)| Penalty { number: format!("演环罚〔2026〕{number}号"), ..row })
        .collect();
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    let november = timeliness("2026-12-01T10:10:00+08:00");
    assert_eq!(november, ("2026-11".to_owned(), vec![ShownRate::PerMille(1_000)]));
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
