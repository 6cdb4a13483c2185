//! The index finds what reading all names finds.

use gongxin_model::SubjectNo;
use gongxin_model::names::{NameDocument, NameIndex as _, scan};
use gongxin_search::TantivyIndex;
use proptest::prelude::*;

/// Few letters, so that parts repeat and overlap.
fn name() -> impl Strategy<Value = String> {
    "[甲乙丙aＡ （）]{0,7}"
}

fn documents() -> impl Strategy<Value = Vec<NameDocument>> {
    proptest::collection::vec(proptest::collection::vec((name(), any::<bool>()), 0..4), 1..12)
        .prop_map(|all| {
            let number = |(place, names)| NameDocument { subject: SubjectNo(place as i64), names };
            all.into_iter().enumerate().map(number).collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_agrees_with_the_scan(
        first in documents(),
        second in documents(),
        queries in proptest::collection::vec("[甲乙丙aA ]{1,4}", 8),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let index = TantivyIndex::open(directory.path()).unwrap().index;
        index.apply(&first).unwrap();
        index.commit(1).unwrap();
        index.apply(&second).unwrap();
        index.commit(2).unwrap();
        let mut all = second.clone();
        all.extend(first.into_iter().skip(second.len()));
        for query in queries {
            prop_assert_eq!(index.search(&query, 20, 0).unwrap(), scan(&all, &query, 20, 0), "{}", query);
        }
    }
}
