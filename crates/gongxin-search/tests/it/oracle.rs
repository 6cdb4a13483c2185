//! The index finds what reading all names finds.

use std::collections::BTreeSet;

use gongxin_model::SubjectNo;
use gongxin_model::names::{NameAsk, NameDocument, NameFilters, NameIndex as _, Particulars, scan};
use gongxin_search::TantivyIndex;
use proptest::prelude::*;

/// Few letters, so that parts repeat and overlap; some of several readings.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[甲乙丙aＡ （）]{0,7}", "[长行乐北貝x]{0,8}"]
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![
        "[甲乙丙aA ]{1,4}",
        "[长行乐北貝 ]{4,7}",
        "[cyhxlb]{2,4}",
        "(chang|zhang|hang|xing|le|yue|bei|x| ){2,4}",
    ]
}

fn particulars() -> impl Strategy<Value = Particulars> {
    ("(150102|150221)?", "(one|other)", "(form)?", 0..3_i32).prop_map(
        |(region, kind, form, day)| Particulars {
            region: region.into(),
            kind: kind.into(),
            form: form.into(),
            state: "存续".into(),
            registered_on: (day > 0).then(|| gongxin_model::Day::FOREVER.plus_days(-day)),
            provisional: day == 0,
        },
    )
}

fn documents() -> impl Strategy<Value = Vec<NameDocument>> {
    let names = proptest::collection::vec((name(), any::<bool>()), 0..4);
    proptest::collection::vec((names, particulars()), 1..12).prop_map(|all| {
        let number = |(place, (names, particulars))| NameDocument {
            subject: SubjectNo(place as i64),
            names,
            particulars,
        };
        all.into_iter().enumerate().map(number).collect()
    })
}

fn filters() -> impl Strategy<Value = NameFilters> {
    let few = |values: &'static str| proptest::collection::vec(values, 0..2);
    (few("(150102|150100|150000)"), few("(one|other)"), few("form"))
        .prop_map(|(regions, kinds, forms)| NameFilters { regions, kinds, forms, states: vec![] })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_agrees_with_the_scan(
        first in documents(),
        second in documents(),
        asked in proptest::collection::vec((query(), filters(), any::<bool>()), 12),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let index = TantivyIndex::open(directory.path()).unwrap().index;
        index.apply(&first).unwrap();
        index.commit(1).unwrap();
        index.apply(&second).unwrap();
        index.commit(2).unwrap();
        let mut all = second.clone();
        all.extend(first.into_iter().skip(second.len()));
        let all: Vec<&NameDocument> = all.iter().collect();
        for (query, filters, is_literal) in &asked {
            let ask = NameAsk { query, filters, is_literal: *is_literal };
            let found = index.search(&ask, &BTreeSet::new()).unwrap();
            prop_assert_eq!(&found, &scan(&all, &ask), "{}", query);
            let Some(first) = found.subjects.first() else {
                continue;
            };
            let without = BTreeSet::from([first.subject]);
            let others: Vec<&NameDocument> =
                all.iter().copied().filter(|one| one.subject != first.subject).collect();
            let found = index.search(&ask, &without).unwrap();
            prop_assert_eq!(found, scan(&others, &ask), "{}", query);
        }
    }
}
