use std::collections::BTreeSet;

use gongxin_pack::{
    DEFAULT_PACKS, DivisionLevel, EffectiveRulebook, PackFiles, REHEARSAL_PACK, builtin, load,
};

fn all() -> PackFiles {
    let mut packs = DEFAULT_PACKS.to_vec();
    packs.push(REHEARSAL_PACK);
    builtin(&packs)
}

#[test]
fn the_packs_have_no_problems() {
    for packs in [
        vec!["national"],
        DEFAULT_PACKS.to_vec(),
        vec!["national", "regions/150000", REHEARSAL_PACK],
    ] {
        let problems = load(&builtin(&packs)).problems;
        let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{packs:?}\n{}", text.join("\n"));
    }
}

#[test]
fn every_pack_is_embedded() {
    let files = all();
    for file in ["national/pack.toml", "regions/150000/sources.csv", "rehearsal/pack.toml"] {
        assert!(files.contains_key(file), "{file}");
    }
}

#[test]
fn what_law_does_not_settle_waits_for_a_steward() {
    let unverified = crate::loaded().rulebook.unverified();
    let items: Vec<&str> = unverified.iter().map(|one| one.item.as_str()).collect();
    for item in ["term:order-58", "term:order-36-transition", "list:tax"] {
        assert!(items.contains(&item), "{item} is not among {items:?}");
    }
    assert!(!items.contains(&"term:order-36"));
    assert!(!items.contains(&"catalogue:penalty"));
    for one in unverified {
        assert!(!one.why.is_empty(), "{} does not say why", one.item);
    }
}

#[test]
fn codes_are_found_by_code_name_and_spelling() {
    let book = crate::loaded().rulebook;
    let cases = [
        ("regions", "150602", "150602"),
        ("regions", "呼和浩特", "150100"),
        ("regions", "内蒙古", "150000"),
        ("regions", "152105", "152105"),
        ("regions", "北京", "110000"),
        ("regions", "演练三县", "159903"),
        ("penalty-kinds", " 罚 款 ", "罚款"),
        ("penalty-kinds", "暂扣或者吊销许可证", "暂扣或者吊销许可证件"),
        ("penalty-kinds", "其他-责令改正", "其他"),
        ("counterpart-categories", "企业", "法人及非法人组织"),
        ("licence-kinds", "０１", "普通"),
        ("registration-states", "存续（在营、开业、在册）", "存续"),
        ("serious-lists", "失信被执行人名单", "judgment"),
        ("uscc-departments", "N3", "N3"),
    ];
    for (list, written, code) in cases {
        let found = book.code_list(list).unwrap().find(written).map(|entry| entry.code.as_str());
        assert_eq!(found, Some(code), "{list}: {written}");
    }
}

#[test]
fn a_division_keeps_its_owners_in_time() {
    let book = crate::loaded().rulebook;
    let owners: Vec<&str> =
        book.regions().unwrap().history("152600").map(|entry| entry.zh.as_str()).collect();
    assert_eq!(owners, ["锡林郭勒盟", "乌兰察布盟"]);
}

#[test]
fn authorities_belong_to_sectors_and_have_successors() {
    let book = crate::loaded().rulebook;
    let cases = [
        ("包头市工商行政管理局", "market"),
        ("呼和浩特市食品药品监督管理局", "market"),
        ("内蒙古自治区药品监督管理局", "drug"),
        ("济南市生态环境保护综合行政执法支队天桥大队", "environment"),
        ("国家税务总局内蒙古自治区税务局第一稽查局", "tax"),
        ("赤峰市安全生产监督管理局", "safety"),
        ("根河市应急管理局", "safety"),
        ("包头市城市管理综合行政执法局", "urban-management"),
        ("内蒙古自治区高级人民法院", "court"),
    ];
    for (authority, sector) in cases {
        assert_eq!(book.sector_of(authority, None), Some(sector), "{authority}");
    }
    let day = crate::day("2026-11-24");
    assert!(book.acts_for("150000-market", "150000-quality", day));
    assert!(!book.acts_for("150000-market", "150000-tax", day));
    assert_eq!(book.sector_of("某某", Some("159900-tax")), Some("tax"));
}

#[test]
fn a_change_elsewhere_leaves_a_catalogue_as_it_is() {
    let book = crate::loaded().rulebook;
    let mut other = book.clone();
    other.catalogues.get_mut("licence").unwrap().deadline_working_days = Some(20);
    assert_eq!(book.catalogue_manifest("penalty"), other.catalogue_manifest("penalty"));
    assert_ne!(book.catalogue_manifest("licence"), other.catalogue_manifest("licence"));
    let mut other = book.clone();
    other.terms.get_mut("publicity").unwrap().rules[0].end_inclusive = true;
    assert_ne!(book.catalogue_manifest("penalty"), other.catalogue_manifest("penalty"));
    assert_eq!(book.catalogue_manifest("licence"), other.catalogue_manifest("licence"));
}

#[test]
fn every_item_explains_itself() {
    let book = crate::loaded().rulebook;
    for item in [
        "catalogue:penalty",
        "field:penalty/CF_WSH",
        "order-36",
        "list:tax",
        "law:order-36",
        "threshold:name-similar",
        "born-before",
        "upload:double-publicity",
        "figure:timeliness",
        "register:double-publicity",
    ] {
        let explained = book.explain(item).unwrap_or_else(|| panic!("{item}"));
        assert!(explained.item.starts_with("law:") || !explained.bases.is_empty(), "{item}");
    }
    assert_eq!(book.explain("nothing"), None);
}

#[test]
fn every_threshold_explains_itself() {
    let book = crate::loaded().rulebook;
    for id in gongxin_pack::ThresholdId::ALL {
        let explained = book.explain(&gongxin_pack::item::threshold(id)).unwrap();
        let source = explained.ground.unwrap().source.unwrap();
        assert!(source.starts_with("our choice"), "{}: {source}", id.name());
    }
}

#[test]
fn open_data_of_what_may_burden_waits_for_a_steward() {
    let book = crate::loaded().rulebook;
    let day = "2026-11-28".parse().unwrap();
    let offered = |accepted: &[&str]| -> Vec<String> {
        let accepted = accepted.iter().map(|one| (*one).to_owned()).collect();
        let book = EffectiveRulebook::new(book.clone(), accepted);
        book.open_offers(day).map(|offer| offer.catalogue.clone()).collect()
    };
    let bare = offered(&[]);
    assert!(bare.contains(&"registration".to_owned()), "{bare:?}");
    assert!(!bare.contains(&"penalty".to_owned()), "{bare:?}");
    assert!(offered(&["open-data:penalty"]).contains(&"penalty".to_owned()));
    // Before its law there was no open data.
    let early = EffectiveRulebook::new(book.clone(), BTreeSet::new());
    assert_eq!(early.open_offers("2019-05-14".parse().unwrap()).count(), 0);
}

#[test]
fn a_division_lies_in_a_city_and_a_county() {
    let book = load(&builtin(DEFAULT_PACKS)).rulebook;
    let cases = [
        ("150102", Some("150100"), Some("150102")),
        ("150100", Some("150100"), Some("150100")),
        ("150000", None, None),
        ("110000", None, None),
        ("", None, None),
        ("nothing", None, None),
    ];
    for (code, city, county) in cases {
        assert_eq!(book.division_of(code, DivisionLevel::City), city, "{code}");
        assert_eq!(book.division_of(code, DivisionLevel::County), county, "{code}");
    }
}
