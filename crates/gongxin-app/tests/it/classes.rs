//! A new record class needs no Rust: the class of the documentation, word for word.

use gongxin_app::NewSource;
use gongxin_app::packs;
use gongxin_app::public::shown::View;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{MARKET, Registration, code, csv, name, registrations};
use crate::world::World;

engine_test! {
    a_class_from_a_file_is_loaded_and_read_back
}

#[test]
fn the_store_has_the_sections_of_a_report_in_its_order() {
    let words = gongxin_pack::Section::ALL.map(gongxin_pack::Section::word);
    assert_eq!(gongxin_store::SECTIONS, words);
}

/// The indented blocks of the page that tells how to add a class.
fn blocks() -> Vec<String> {
    let page = include_str!("../../../../docs/develop/adding-a-record-class.md");
    let mut blocks = vec![String::new()];
    for line in page.lines() {
        match line.strip_prefix("        ") {
            Some(code) => {
                let last = blocks.last_mut().unwrap();
                last.push_str(code);
                last.push('\n');
            }
            None if line.is_empty() => blocks.last_mut().unwrap().push('\n'),
            None => blocks.push(String::new()),
        }
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks
}

fn a_class_from_a_file_is_loaded_and_read_back(place: &Place) {
    let blocks = blocks();
    let with = |start: &str| {
        blocks.iter().find(|block| block.trim_start().starts_with(start)).unwrap().clone()
    };
    let pack = place.directory.path().join("my-pack");
    std::fs::create_dir_all(pack.join("catalogues")).unwrap();
    std::fs::write(pack.join("pack.toml"), with("id = \"my-pack\"")).unwrap();
    std::fs::write(pack.join("catalogues/inspection.toml"), with("id = \"inspection\"")).unwrap();
    let checked = packs::check(&packs::gather(true, std::slice::from_ref(&pack)).unwrap());
    assert!(checked.is_well(), "{checked:?}");

    let world = World::with_packs(place, &["all".to_owned()], &[pack]);
    world.hand_in("registration", MARKET, &registrations(&[Registration::of(1)]));
    let new = NewSource {
        code: "159900-inspection",
        name: "演练州市场监管综合行政执法局",
        uscc: None,
        region: "159900",
        sector: "market",
        supplies: &["inspection".to_owned()],
        follows: None,
        actor: "steward",
    };
    world.office.add_source(&new).unwrap();
    let headers =
        ["被检查单位", "统一社会信用代码", "检查文书号", "检查机关", "检查日期", "检查结果"];
    let (name, code) = (name(1), code(1));
    let row = |number: &'static str, day: &'static str| {
        vec![name.as_str(), &code, number, "演练州市场监督管理局", day, "未发现问题"]
    };
    let text =
        csv(&headers, [row("演抽〔2026〕1号", "2026-10-09"), row("演抽〔2026〕2号", "2027-01-01")]);
    let receipt = world.hand_in("inspection", new.code, &text);
    assert_eq!((receipt.rows, receipt.accepted, receipt.held), (2, 1, 1), "{:?}", receipt.findings);
    let future = receipt.findings.iter().find(|one| one.rule == "inspection.later-than-today");
    assert!(future.unwrap().message.contains("lies in the future"));

    let rows = world.list_rows(&code, View::default());
    let row = rows.iter().find(|row| row.catalogue.code == "inspection").unwrap();
    assert_eq!(row.document_number.as_deref(), Some("演抽〔2026〕1号"));
    let page = world.shown_record(row.id);
    assert_eq!(page.catalogue.words.zh, "双随机抽查结果");
    let result = page.facts.iter().find(|fact| fact.field == "RESULT").unwrap();
    assert_eq!(result.values.first().unwrap().zh, "未发现问题");
    world.assert_well();
}
