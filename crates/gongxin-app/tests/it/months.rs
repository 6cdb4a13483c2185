//! A body's month: the packs' figures, what became of each row, and nothing of others or of persons. And held
//! rows that are none of their candidates.

use gongxin_app::gate::Scope as For;
use gongxin_app::{FiguresAsk, Ground, Improvement, Quality, ReviewFault, Scope};
use gongxin_model::finding::Language;
use gongxin_pack::FigureId;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{ENVIRONMENT, HOUSING, Penalty, code, penalties};
use crate::world::World;

engine_test! {
    a_month_tells_what_became_of_each_row
    a_month_before_a_body_was_connected_has_no_timeliness
    a_row_that_is_none_of_its_candidates_waits_on
    a_code_that_is_said_to_agree_must
}

fn month(world: &World, body: &str, month: &str) -> Quality {
    let permit = world.permit(&("clerk", For::Body(body.to_owned())));
    world.office.quality(&permit, (body, month.parse().unwrap()), Language::English).unwrap()
}

fn decided(number: u32, document: u32, day: &str) -> Penalty {
    Penalty { decided: day.into(), ..Penalty::of(number, document) }
}

fn nameless(number: u32, document: u32) -> Penalty {
    Penalty { code: String::new(), ..decided(number, document, "2026-11-20") }
}

fn a_month_tells_what_became_of_each_row(place: &Place) {
    let world = World::registered(place, 3);
    let rows = [
        decided(1, 1, "2026-11-20"),
        decided(2, 2, "2026-11-02"),
        nameless(3, 3),
        Penalty { name: "张三丰".into(), category: "自然人".into(), ..nameless(3, 4) },
    ];
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows[..2]));
    world.hand_in("penalty", HOUSING, &penalties(&[decided(1, 9, "2026-11-02")]));
    let quality = month(&world, ENVIRONMENT, "2026-11");
    let counts = &quality.rows;
    assert_eq!((counts.hand_ins, counts.rows, counts.accepted, counts.unchanged), (2, 6, 4, 2));
    assert_eq!((counts.held, counts.held_open, counts.refused), (1, 1, 1));
    // The figures are those that everybody is told, of this body alone.
    let ask = FiguresAsk {
        period: "2026-11".parse().unwrap(),
        scope: Scope::Source(ENVIRONMENT.to_owned()),
        as_of: None,
        language: Language::English,
    };
    let figures = world.office.figures(&ask).unwrap();
    let class = quality.classes.iter().find(|one| one.catalogue == "penalty").unwrap();
    assert_eq!(class.figures, figures.sources[0].figures);
    assert_eq!(class.late, figures.sources[0].late);
    assert_eq!((class.late.len(), class.deadline), (1, Some(7)));
    let full = class.fullness.as_ref().unwrap();
    assert!(full.records == 2 && full.filled > 0, "{full:?}");
    assert!(quality.improvements.contains(&Improvement::Waiting(1)), "{quality:?}");
    assert!(quality.improvements.contains(&Improvement::Late { count: 1, worst: 9 }));
    assert!(quality.findings.iter().all(|one| !one.what.contains('{') && !one.todo.is_empty()));
    assert!(!format!("{quality:?}").contains("张三丰"));
    let whole = world.whole("steward");
    let all = world.office.quality_of_all(&whole, "2026-11".parse().unwrap()).unwrap();
    let of = |body: &str| all.iter().find(|one| one.body == body).unwrap();
    assert_eq!((of(ENVIRONMENT).rows, of(ENVIRONMENT).timely), (quality.rows, Some((1, 2))));
    assert_eq!(of(HOUSING).timely, Some((0, 1)));
    // A permit for one body opens no other's month.
    let permit = world.permit(&("clerk", For::Body(HOUSING.to_owned())));
    let asked = (ENVIRONMENT, "2026-11".parse().unwrap());
    assert!(world.office.quality(&permit, asked, Language::English).is_err());
}

fn a_month_before_a_body_was_connected_has_no_timeliness(place: &Place) {
    let world = World::registered(place, 1);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[decided(1, 1, "2026-10-02")]));
    let quality = month(&world, ENVIRONMENT, "2026-10");
    assert!(quality.is_later && quality.rows.hand_ins == 0, "{quality:?}");
    for class in &quality.classes {
        let timely = class.figures.iter().find(|one| one.id == FigureId::Timeliness).unwrap();
        assert!(timely.per_mille.is_none() && class.late.is_empty(), "{class:?}");
    }
    let whole = world.whole("steward");
    let all = world.office.quality_of_all(&whole, "2026-10".parse().unwrap()).unwrap();
    assert!(all.iter().all(|one| one.timely.is_none()));
}

fn a_row_that_is_none_of_its_candidates_waits_on(place: &Place) {
    let world = World::registered(place, 3);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[nameless(1, 1)]));
    let show = || {
        let see = world.whole("steward");
        world.office.held_show(&see, 1, Language::English).unwrap()
    };
    let before = show().suggestions;
    assert_eq!(before[0].code, code(1));
    assert!(before[0].points.iter().any(|point| !point.contradicts), "{before:?}");
    let seen: Vec<String> = before.iter().map(|one| one.code.clone()).collect();
    let permit = world.whole("steward");
    assert_eq!(world.office.held_none(1, &permit, &seen).unwrap(), before.len());
    assert_eq!((show().suggestions.len(), show().state.as_str()), (0, "open"));
    world.office.held_take_back(1, &permit, "too hasty").unwrap();
    assert_eq!(show().suggestions.len(), before.len());
}

fn a_code_that_is_said_to_agree_must(place: &Place) {
    let world = World::registered(place, 3);
    let other =
        Penalty { name: "包头市宏达运输有限公司".into(), ..decided(1, 1, "2026-11-20") };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[nameless(1, 2), other]));
    let permit = world.whole("steward");
    let confirm = |row: i64, number: u32, ground: Option<Ground>| {
        world.office.held_confirm(row, &code(number), (ground, "seen"), &permit).unwrap()
    };
    assert_eq!(confirm(1, 1, None), Err(ReviewFault::Ground));
    assert_eq!(confirm(1, 1, Some(Ground::Name)), Err(ReviewFault::NameAlone));
    assert_eq!(confirm(1, 1, Some(Ground::Code)), Err(ReviewFault::NoCode));
    assert_eq!(confirm(1, 1, Some(Ground::Number)), Err(ReviewFault::NoNumber));
    assert!(confirm(1, 1, Some(Ground::Document)).is_ok());
    assert_eq!(confirm(1, 1, Some(Ground::Document)), Err(ReviewFault::Judged));
    // The code is the first one's, whatever the name beside it, and whoever looks sees that.
    let see = world.whole("steward");
    let item = world.office.held_show(&see, 2, Language::English).unwrap();
    let bearer = item.suggestions.iter().find(|one| one.code == code(1)).unwrap();
    assert!(bearer.points.iter().any(|point| point.contradicts), "{bearer:?}");
    assert!(bearer.points.iter().any(|point| !point.contradicts), "{bearer:?}");
    assert_eq!(confirm(2, 2, Some(Ground::Code)), Err(ReviewFault::NoCode));
    assert!(confirm(2, 1, Some(Ground::Code)).is_ok());
    let own = world.office.own_judgements(std::slice::from_ref(&permit)).unwrap();
    assert_eq!(own.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 1]);
    world.office.held_take_back(2, &permit, "not that").unwrap();
    let own = world.office.own_judgements(std::slice::from_ref(&permit)).unwrap();
    assert_eq!(own.iter().map(|one| one.number).collect::<Vec<_>>(), [1]);
}
