//! What a search finds, and what it must not.

use gongxin_app::public::shown::{
    Filters, Matched, PublicDesk as _, SearchAsk, ShownResults, Slip, Sort, Total, Way,
};
use gongxin_model::code::{OrganisationCode, Uscc};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, name, organisation_code, penalties,
    registrations, repair,
};
use crate::world::World;

engine_test! {
    a_name_is_found_in_many_ways
    a_code_with_a_slip_is_a_question
    a_document_number_leads_to_what_is_shown_and_no_further
    a_person_is_not_found
    results_are_narrowed_and_put_in_order
    robots_are_told_of_registered_organisations_only
    whom_nobody_may_learn_of_is_not_counted
}

/// Organisations by number, name, region in the code, and day of approval.
fn world(place: &Place) -> World {
    let world = World::new(place);
    let rows: Vec<Registration> = NAMES.into_iter().zip(1..).map(|(name, n)| of(n, name)).collect();
    let receipt = world.hand_in("registration", MARKET, &registrations(&rows));
    assert_eq!(receipt.accepted, NAMES.len() as u64, "{:?}", receipt.findings);
    world.clock.set("2026-11-25T10:00:00+08:00");
    let renamed = of(5, "演练重庆长乐餐饮管理有限公司");
    world.hand_in("registration", MARKET, &registrations(&[renamed]));
    world
}

fn of(number: u32, name: &str) -> Registration {
    Registration { name: name.into(), ..Registration::of(number) }
}

const NAMES: [&str; 8] = [
    "演练北方牧业有限公司",
    "演练北方牧业有限公司",
    "演练（北方）乳业集团股份有限公司",
    "演练大鹏物流有限责任公司",
    "演练旧日食品有限公司",
    "演练ABC银行",
    "演练南方木业有限公司",
    "演练州医药贸易有限公司",
];

fn search(world: &World, query: &str) -> ShownResults {
    world.search(&SearchAsk::first(query, 50))
}

/// A code, and the way it was found.
fn codes(results: &ShownResults) -> Vec<(String, Way)> {
    results.page.items.iter().map(|hit| (hit.code.clone(), hit.way)).collect()
}

fn a_name_is_found_in_many_ways(place: &Place) {
    let world = world(place);
    let (literal, sound) = (Way::Literal, Way::Sound);
    for (query, expected) in [
        ("北方牧业", &[(1, literal), (2, literal)][..]),
        ("牧业 演练", &[(1, literal), (2, literal)]),
        ("演练(北方)乳業", &[(3, literal)]),
        ("ａｂｃ", &[(6, literal)]),
        ("旧日", &[(5, literal)]),
        ("舊日食品", &[(5, literal)]),
        ("長樂", &[(5, literal)]),
        ("醫藥貿易", &[(8, literal)]),
        ("beifangmuye", &[(1, sound), (2, sound)]),
        ("bei fang ru ye", &[(3, sound)]),
        ("chongqing changle", &[(5, sound)]),
        ("yinhang", &[(6, sound)]),
        ("dpwl", &[(4, Way::Initials)]),
        ("演练北方目业", &[(1, sound), (2, sound), (3, Way::Near)]),
        ("演练大朋友物流有限责任公司", &[]),
        ("演练大物流有限责任公司", &[(4, Way::Near)]),
        ("演练大鹏飞物流有限责任公司", &[(4, Way::Near)]),
        ("演练大鲲物流有限责任公司", &[(4, Way::Near)]),
        ("演练鹏大物流有限责任公司", &[(4, Way::Near)]),
        ("南北牧业", &[]),
    ] {
        let found = codes(&search(&world, query));
        let expected: Vec<_> = expected.iter().map(|(number, way)| (code(*number), *way)).collect();
        assert_eq!(found, expected, "{query}");
    }
    let namesakes = search(&world, "演练北方牧业有限公司");
    assert_eq!(namesakes.namesakes, Some(2));
    for hit in &namesakes.page.items {
        assert_eq!(hit.established_on.unwrap().to_string(), "2015-05-06");
        assert_eq!(hit.region.as_ref().unwrap().code, "159901");
    }
    let former = search(&world, "旧日食品").page.items.remove(0);
    let Matched::FormerName { name, .. } = former.matched else {
        panic!("{:?}", former.matched);
    };
    assert_eq!(name, NAMES[4]);
}

fn a_code_with_a_slip_is_a_question(place: &Place) {
    let world = world(place);
    let own = code(1);
    let with = |at: usize, letter: &str| format!("{}{letter}{}", &own[..at], &own[at + 1..]);
    let swapped = format!("{}{}{}{}", &own[..8], &own[9..10], &own[8..9], &own[10..]);
    for (asked, slip) in [
        (with(17, if own.ends_with('Y') { "X" } else { "Y" }), Slip::Replaced(18)),
        (with(0, "1"), Slip::Replaced(1)),
        (with(3, ""), Slip::Missing(4)),
        (format!("{}8{}", &own[..10], &own[10..]), Slip::Extra(11)),
        (swapped, Slip::Swapped(9)),
    ] {
        let results = search(&world, &asked);
        assert_eq!((results.direct, results.page.items.len()), (None, 0), "{asked}");
        let one = results.suggestions.iter().find(|one| one.subject.code == own);
        assert_eq!(one.map(|one| one.slip), Some(slip), "{asked}");
    }
    // Written with gaps it is sound, and leads on.
    let spaced = format!(" {} {}", &own[..8], own[8..].to_lowercase());
    assert_eq!(search(&world, &spaced).direct, Some(own.clone()));
    let part = organisation_code(&own);
    assert_eq!(search(&world, &part).direct, Some(own.clone()));
    let results = search(&world, &part.replace("7000000", "7000008"));
    assert!(results.suggestions.iter().any(|one| one.subject.code == own), "{results:?}");
}

fn a_document_number_leads_to_what_is_shown_and_no_further(place: &Place) {
    let world = World::registered(place, 2);
    let penalty = Penalty::of(1, 1);
    world.hand_in("penalty", ENVIRONMENT, &penalties(std::slice::from_ref(&penalty)));
    let number = penalty.number.clone();
    let inside = |open: &str, close: &str| number.replace('〔', open).replace('〕', close);
    let styles = [
        inside("[", "]"),
        inside("(", ")"),
        inside("（", "）"),
        inside("【", "】"),
        inside("［", "］"),
        inside("〔 ", " 〕 "),
        inside("「", "」"),
        number.trim_end_matches('号').to_owned(),
        number.clone(),
    ];
    for style in &styles {
        let found = search(&world, style);
        let [one] = found.documents.as_slice() else {
            panic!("{style}: {found:?}");
        };
        assert_eq!(one.record.document_number.as_ref(), Some(&number));
        assert_eq!(one.subject.code, code(1));
        assert!(found.page.items.is_empty());
    }
    // A name alone leads to the organisation, and to nothing decided about it.
    let by_name = search(&world, &name(1));
    assert!(by_name.documents.is_empty());
    assert!(!format!("{by_name:?}").contains(&number));
    world.hand_in("repair-result", CREDIT, &repair(&penalty, "准予修复"));
    for style in &styles {
        assert_eq!(search(&world, style), ShownResults::default(), "{style}");
    }
}

fn a_person_is_not_found(place: &Place) {
    let world = world(place);
    let organisation = OrganisationCode::with_check("81234567").unwrap();
    let business = Uscc::with_check(&format!("92159901{organisation}")).unwrap().to_string();
    let named = Registration { name: "赵虚构".into(), code: business, ..Registration::of(1) };
    world.hand_in("registration", MARKET, &registrations(&[named]));
    // The legal representative of all of them, and who trades under his own name.
    for query in
        ["白雪莲", "白雪", "baixuelian", "bxl", "白雪連", "赵虚构", "zhaoxugou", "欧阳雪莲"]
    {
        assert!(search(&world, query).page.items.is_empty(), "{query}");
    }
}

fn results_are_narrowed_and_put_in_order(place: &Place) {
    let world = World::new(place);
    let mut rows: Vec<Registration> = NAMES.into_iter().zip(1..).map(|(n, no)| of(no, n)).collect();
    rows[3].state = "注销".into();
    world.hand_in("registration", MARKET, &registrations(&rows));
    let all = search(&world, "演练");
    assert_eq!(all.page.total, Total::Exactly(8));
    let states = all.facets.iter().find(|facet| facet.parameter == "status").unwrap();
    let counts: Vec<_> = states.options.iter().map(|one| (one.value.as_str(), one.count)).collect();
    assert_eq!(counts, [("存续", Some(7)), ("注销", Some(1))]);
    let narrowed = |regions: &[&str], statuses: &[&str]| {
        let own = |values: &[&str]| values.iter().map(|one| (*one).to_owned()).collect();
        let filters =
            Filters { regions: own(regions), statuses: own(statuses), ..Filters::default() };
        codes(&world.search(&SearchAsk { filters, ..SearchAsk::first("演练", 50) })).len()
    };
    assert_eq!(narrowed(&[], &["注销"]), 1);
    assert_eq!(narrowed(&["159901"], &[]), 8);
    assert_eq!(narrowed(&["159900"], &["存续"]), 7, "a city holds its districts");
    assert_eq!(narrowed(&["150100"], &[]), 0);
    assert!(all.can_sort);
    let by = |sort| world.search(&SearchAsk { sort, ..SearchAsk::first("演练", 50) });
    let names: Vec<_> = by(Sort::Name).page.items.into_iter().map(|hit| hit.name).collect();
    assert_eq!(
        names,
        [
            NAMES[5], // abc
            NAMES[0], // bei
            NAMES[0], // bei
            NAMES[2], // bei
            NAMES[3], // da
            NAMES[4], // jiu
            NAMES[6], // nan
            NAMES[7], // zhou
        ]
    );
    assert_eq!(by(Sort::Newest).page.items.len(), 8);
}

/// A provisional subject of whom nothing is shown any more exists only through what ended.
fn whom_nobody_may_learn_of_is_not_counted(place: &Place) {
    let world = World::registered(place, 2);
    let penalty = Penalty::of(3, 1);
    world.hand_in("penalty", ENVIRONMENT, &penalties(std::slice::from_ref(&penalty)));
    let count = |world: &World| search(world, "演练州").page.total;
    assert_eq!(count(&world), Total::Exactly(3));
    world.hand_in("repair-result", CREDIT, &repair(&penalty, "准予修复"));
    assert_eq!(count(&world), Total::Exactly(2));
    // What is found under its name is what would be found if it had never been.
    let (under_its_name, near) = (search(&world, &name(3)), Way::Near);
    assert_eq!(codes(&under_its_name), [(code(1), near), (code(2), near)]);
    assert!(!format!("{under_its_name:?}").contains(&name(3)));
    assert_eq!(search(&world, &code(3)), ShownResults::default());
}

fn robots_are_told_of_registered_organisations_only(place: &Place) {
    let world = World::registered(place, 2);
    let organisation = OrganisationCode::with_check("81234567").unwrap();
    let business = Uscc::with_check(&format!("92159901{organisation}")).unwrap().to_string();
    let named = Registration { name: "赵虚构".into(), code: business, ..Registration::of(1) };
    world.hand_in("registration", MARKET, &registrations(&[named]));
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(3, 1)]));
    assert_eq!(world.desk.shards().unwrap(), 1);
    assert_eq!(world.desk.shard(0).unwrap(), [code(1), code(2)]);
    assert!(world.desk.shard(1).unwrap().is_empty());
}
