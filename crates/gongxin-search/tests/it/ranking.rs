//! What is found, in which order.

use std::collections::BTreeSet;

use gongxin_model::names::{EXACT_TOTAL_LIMIT, Hits, NameAsk, NameFilters, NameIndex as _, Way};
use gongxin_search::TantivyIndex;

use crate::{document, find, read_all};

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
        let hits = find(&index, query);
        assert_eq!(numbers(&hits), expected, "{query}");
        assert_eq!(hits, read_all(&documents, query), "{query}");
    }
    let former = find(&index, "旧名").subjects.remove(0);
    assert_eq!((former.name, former.is_current), (1, false));
}

#[test]
fn a_change_replaces_and_no_name_removes() {
    let directory = tempfile::tempdir().unwrap();
    let index = TantivyIndex::open(directory.path()).unwrap().index;
    index.apply(&[document(1, &["甲乙公司"]), document(2, &["甲丙公司"])]).unwrap();
    index.commit(1).unwrap();
    index.apply(&[document(1, &["丁戊公司", "甲乙公司"])]).unwrap();
    assert_eq!(numbers(&find(&index, "甲乙")), [1], "not before the commit");
    index.apply(&[document(2, &[])]).unwrap();
    index.commit(2).unwrap();
    assert_eq!(find(&index, "甲").subjects[0].name, 1);
    assert_eq!(numbers(&find(&index, "公司")), [1]);
    index.clear().unwrap();
    index.commit(3).unwrap();
    assert_eq!(find(&index, "公司"), Hits::default());
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
    let hits = find(&index, "演");
    assert_eq!((hits.subjects.len(), hits.has_more), (EXACT_TOTAL_LIMIT, false));
    index.apply(&documents[EXACT_TOTAL_LIMIT..]).unwrap();
    index.commit(2).unwrap();
    let hits = find(&index, "公司");
    assert_eq!((hits.subjects.len(), hits.has_more), (EXACT_TOTAL_LIMIT, true));
    assert_eq!(find(&index, "练77公").subjects.len(), 1);
}

#[test]
fn a_weaker_way_comes_after_the_stronger() {
    let documents = [
        document(1, &["演练北方牧业有限公司"]),
        document(2, &["演练背房木业有限公司"]),
        document(3, &["演练北方农业有限公司"]),
        document(4, &["长沙银行演练支行", "重庆乐业商行"]),
        document(5, &["BFMY科技"]),
    ];
    let directory = tempfile::tempdir().unwrap();
    let index = TantivyIndex::open(directory.path()).unwrap().index;
    index.apply(&documents).unwrap();
    index.commit(1).unwrap();
    let (literal, sound) = (Way::Literal, Way::Sound);
    let (initials, near) = (Way::Initials, Way::Near);
    for (query, expected) in [
        ("北方牧业", &[(1, literal)][..]),
        ("beifangmuye", &[(1, sound), (2, sound)]),
        ("bei fang mu ye", &[(1, sound), (2, sound)]),
        ("muye beifang", &[(1, sound), (2, sound)]),
        ("bfmy", &[(5, literal), (1, initials), (2, initials)]),
        ("beifangm", &[(1, initials), (2, initials)]),
        ("北方muye", &[(1, sound), (2, sound)]),
        ("changshayinhang", &[(4, sound)]),
        ("chongqingleye", &[(4, sound)]),
        ("chongqing yueye", &[(4, sound)]),
        ("演练北方目业有限公司", &[(1, sound), (2, sound), (3, near)]),
        ("演练北方草业有限公司", &[(1, near), (3, near)]),
        ("演练北方业有限公司", &[(1, near), (3, near)]),
        ("演练北方大牧业有限公司", &[(1, near)]),
        ("演练方北牧业有限公司", &[(1, near)]),
        ("張北方", &[]),
        ("長沙銀行", &[(4, literal)]),
        ("张伟国", &[]),
    ] {
        let hits = find(&index, query);
        let found: Vec<(i64, Way)> =
            hits.subjects.iter().map(|hit| (hit.subject.0, hit.way)).collect();
        assert_eq!(found, expected, "{query}");
        assert_eq!(hits, read_all(&documents, query), "{query}");
        let filters = NameFilters::default();
        let ask = NameAsk { query, filters: &filters, is_literal: true };
        let of_literal: Vec<_> = expected.iter().filter(|(_, way)| *way == literal).collect();
        assert_eq!(
            index.search(&ask, &BTreeSet::new()).unwrap().subjects.len(),
            of_literal.len(),
            "{query}"
        );
    }
}
