//! An answer given once can be given again, less what today may not be shown.

use gongxin_app::public::shown::{
    Coded, Found, PublicDesk as _, ShownFact, ShownFormerName, ShownRecord, ShownRow, View,
};
use gongxin_model::{Instant, PublicId};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, penalties, registrations, repair,
    revocation,
};
use crate::world::World;

engine_test! {
    what_was_answered_is_answered_again_less_what_ended
    a_past_list_counts_what_was_shown_then
}

/// What was answered about one organisation.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    name: String,
    former_names: Vec<ShownFormerName>,
    status: Option<Coded>,
    facts: Vec<ShownFact>,
    /// The rows on its page.
    page: Vec<ShownRow>,
    /// The rows of the list, each with the record's own page.
    list: Vec<(ShownRow, ShownRecord)>,
}

impl Answer {
    fn of(world: &World, view: View) -> Self {
        let Found::Shown(subject) = world.desk.subject(&code(1), view).unwrap() else {
            panic!("{view:?}")
        };
        let record = |id| match world.desk.record(id, view).unwrap() {
            Found::Shown(record) => *record,
            other => panic!("{other:?} {view:?}"),
        };
        let list = world.list_rows(&code(1), view).into_iter();
        let (facts, rows): (Vec<_>, Vec<_>) =
            subject.sections.into_iter().map(|section| (section.facts, section.rows)).unzip();
        Self {
            name: subject.name,
            former_names: subject.former_names,
            status: subject.status,
            facts: facts.concat(),
            page: rows.concat(),
            list: list.map(|row| (row.clone(), record(row.id))).collect(),
        }
    }

    fn ids(&self) -> Vec<PublicId> {
        self.list.iter().map(|(row, _)| row.id).collect()
    }

    /// What is left of the answer where only these records may be shown.
    fn less_what_ended(&self, shown_today: &[PublicId]) -> Self {
        let mut left = self.clone();
        left.page.retain(|row| shown_today.contains(&row.id));
        left.list.retain(|(row, _)| shown_today.contains(&row.id));
        left
    }
}

fn of(document: u32, decided: &str) -> Penalty {
    Penalty { decided: decided.into(), ..Penalty::of(1, document) }
}

fn penalty(world: &World, one: Penalty) {
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[one]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
}

fn registration(world: &World, one: Registration) {
    let receipt = world.hand_in("registration", MARKET, &registrations(&[one]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
}

fn what_was_answered_is_answered_again_less_what_ended(place: &Place) {
    let world = World::new(place);
    let mut answers: Vec<(Instant, Answer)> = Vec::new();
    let acts: [(&str, &dyn Fn(&World)); 11] = [
        ("2026-11-24T10:00:00+08:00", &|world| {
            registration(world, Registration::of(1));
            penalty(world, of(1, "2026-05-04"));
        }),
        ("2026-11-25T10:00:00+08:00", &|world| penalty(world, of(2, "2026-06-01"))),
        ("2026-11-25T16:00:00+08:00", &|world| penalty(world, of(3, "2026-11-23"))),
        ("2026-12-01T10:00:00+08:00", &|world| {
            let text = repair(&of(1, ""), "准予修复");
            assert_eq!(world.hand_in("repair-result", CREDIT, &text).accepted, 1);
        }),
        ("2026-12-02T10:00:00+08:00", &|world| {
            let act = world.id(&code(1), "repair-result");
            world.office.withdraw_record(act, &world.whole("clerk"), "by mistake").unwrap();
        }),
        // The third penalty is corrected: first what it orders, then its day, which alters its
        // term and its place in the list.
        ("2026-12-10T10:00:00+08:00", &|world| {
            penalty(world, Penalty { fine: "8".into(), ..of(3, "2026-11-23") });
        }),
        ("2026-12-11T10:00:00+08:00", &|world| {
            let mut corrected = of(3, "2026-05-20");
            corrected.number = "演环罚［2026］3号".into();
            penalty(world, Penalty { fine: "8".into(), ..corrected });
        }),
        ("2026-12-20T10:00:00+08:00", &|world| {
            let text = revocation(&of(2, ""));
            assert_eq!(world.hand_in("revocation", CREDIT, &text).accepted, 1);
        }),
        ("2027-01-05T10:00:00+08:00", &|world| {
            let name = "演练州云云禾新材料有限公司".into();
            registration(world, Registration { name, ..Registration::of(1) });
        }),
        ("2027-01-06T10:00:00+08:00", &|world| {
            let name = "演练州云云禾新材料有限公司".into();
            let state = "注销".into();
            registration(world, Registration { name, state, ..Registration::of(1) });
        }),
        // The first penalty's term is over since May, the third's is not.
        ("2027-05-10T10:00:00+08:00", &|_| ()),
    ];
    for (at, act) in acts {
        world.clock.set(at);
        act(&world);
        let today = Answer::of(&world, View::default());
        answers.push((at.parse().unwrap(), today.clone()));
        for (known, answer) in &answers {
            let view = View { as_of: Some(known.day()), known: Some(*known) };
            let expected = answer.less_what_ended(&today.ids());
            assert_eq!(Answer::of(&world, view), expected, "{view:?} seen at {at}");
        }
    }
    let counts: Vec<usize> = answers.iter().map(|(_, answer)| answer.list.len()).collect();
    assert_eq!(counts, [2, 3, 4, 3, 4, 4, 4, 3, 3, 3, 2]);
}

fn a_past_list_counts_what_was_shown_then(place: &Place) {
    let world = World::new(place);
    let counted = |view| {
        let list = world.list(&code(1), view).unwrap();
        let counts = list.catalogues.into_iter().map(|one| (one.of.code, Some(one.count)));
        let years = list.years.into_iter().map(|one| (one.value, one.count));
        let mut told: Vec<String> =
            counts.chain(years).map(|(of, count)| format!("{of} {}", count.unwrap())).collect();
        told.extend(list.sections.iter().map(|(section, count)| format!("{section:?} {count}")));
        told.join(", ")
    };
    registration(&world, Registration::of(1));
    penalty(&world, of(1, "2026-11-02"));
    let known: Instant = "2026-11-24T10:00:00+08:00".parse().unwrap();
    let before = counted(View::default());
    world.clock.set("2027-01-10T10:00:00+08:00");
    penalty(&world, of(2, "2027-01-04"));
    penalty(&world, Penalty { number: of(1, "").number, ..of(1, "2027-01-05") });
    assert_ne!(counted(View::default()), before);
    assert_eq!(counted(View { as_of: Some(known.day()), known: Some(known) }), before);
    let as_of_then = View { as_of: Some(known.day()), known: None };
    assert_eq!(counted(as_of_then), "registration 1, 2026 1, Basic 1");
}
