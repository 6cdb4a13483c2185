//! What is found, in which order.

use gongxin_model::names::{EXACT_TOTAL_LIMIT, Hits, NameIndex as _, scan};
use gongxin_search::TantivyIndex;

use crate::document;

fn numbers(hits: &Hits) -> Vec<i64> {
    hits.subjects.iter().map(|hit| hit.subject.0).collect()
}

#[test]
fn the_order_is_exact_prefix_contains_parts_former() {
    let documents = [
        document(1, &["演练北方牧业有限公司"]),
        document(2, &["北方牧业（演练）有限公司", "旧名有限公司"]),
        document(3, &["北方牧业"]),
        document(4, &["演练草原有限公司", "北方牧业"]),
        document(5, &["演练北方绿野牧业有限公司"]),
        document(6, &["北方农牧业有限公司"]),
    ];
    let directory = tempfile::tempdir().unwrap();
    let index = TantivyIndex::open(directory.path()).unwrap().index;
    index.apply(&documents).unwrap();
    index.commit(7).unwrap();
    for (query, expected) in [
        ("北方牧业", &[3, 2, 1, 4][..]),
        ("北方 牧业", &[3, 2, 1, 6, 5, 4]),
        ("  北方  农牧 ", &[6]),
        ("北", &[3, 6, 2, 1, 5, 4]),
        ("北方牧业(演练)有限公司", &[2]),
        ("旧名", &[2]),
        ("没有", &[]),
        ("", &[]),
        ("（）", &[]),
    ] {
        let hits = index.search(query, 10, 0).unwrap();
        assert_eq!(numbers(&hits), expected, "{query}");
        assert_eq!(hits, scan(&documents, query, 10, 0), "{query}");
    }
    let former = index.search("旧名", 10, 0).unwrap().subjects[0];
    assert_eq!((former.name, former.is_current), (1, false));
    assert_eq!(numbers(&index.search("北", 2, 1).unwrap()), [6, 2]);
}

#[test]
fn a_change_replaces_and_no_name_removes() {
    let directory = tempfile::tempdir().unwrap();
    let index = TantivyIndex::open(directory.path()).unwrap().index;
    index.apply(&[document(1, &["甲乙公司"]), document(2, &["甲丙公司"])]).unwrap();
    index.commit(1).unwrap();
    index.apply(&[document(1, &["丁戊公司", "甲乙公司"])]).unwrap();
    assert_eq!(numbers(&index.search("甲乙", 9, 0).unwrap()), [1], "not before the commit");
    index.apply(&[document(2, &[])]).unwrap();
    index.commit(2).unwrap();
    assert_eq!(index.search("甲", 9, 0).unwrap().subjects[0].name, 1);
    assert_eq!(numbers(&index.search("公司", 9, 0).unwrap()), [1]);
    index.clear().unwrap();
    index.commit(3).unwrap();
    assert_eq!(index.search("公司", 9, 0).unwrap(), Hits::default());
}

#[test]
fn the_total_is_exact_up_to_its_limit() {
    let directory = tempfile::tempdir().unwrap();
    let index = TantivyIndex::open(directory.path()).unwrap().index;
    let name = |number: usize| format!("演练{number}公司");
    let documents: Vec<_> =
        (0..=EXACT_TOTAL_LIMIT).map(|number| document(number as i64, &[&name(number)])).collect();
    index.apply(&documents[..EXACT_TOTAL_LIMIT]).unwrap();
    index.commit(1).unwrap();
    let hits = index.search("演", 1, EXACT_TOTAL_LIMIT - 1).unwrap();
    assert_eq!((hits.total, hits.has_more, hits.subjects.len()), (EXACT_TOTAL_LIMIT, false, 1));
    index.apply(&documents[EXACT_TOTAL_LIMIT..]).unwrap();
    index.commit(2).unwrap();
    let hits = index.search("公司", 5, 0).unwrap();
    assert_eq!((hits.total, hits.has_more), (EXACT_TOTAL_LIMIT, true));
    assert_eq!(index.search("练77公", 5, 0).unwrap().total, 1);
}
