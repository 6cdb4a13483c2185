//! A new record class needs no Rust: the class of the documentation, word for word.

use std::sync::atomic::AtomicBool;

use gongxin_app::packs;
use gongxin_app::public::shown::{Found, View};
use gongxin_app::{HandIn, Input, NewSource};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{MARKET, Registration, code, csv, name, registrations};
use crate::world::{World, ask, clerk};

engine_test! {
    a_class_from_a_file_is_loaded_and_read_back
    a_record_is_called_by_its_title
    the_other_side_is_kept_where_it_is_an_organisation
    a_levy_is_shared_and_not_shown
    a_patch_alters_what_it_states
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
        peer: false,
        follows: None,
        under: None,
        deadline_working_days: None,
    };
    world.office.add_source(&world.whole("steward"), &new).unwrap();
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

fn a_record_is_called_by_its_title(place: &Place) {
    let world = World::registered(place, 1);
    let (name, code) = (name(1), code(1));
    let headers = ["获奖单位", "统一社会信用代码", "荣誉名称", "认定文号", "认定机关", "认定日期"];
    let row = |title: &'static str, number: &'static str| {
        vec![name.as_str(), &code, title, number, "演练州市场监督管理局", "2026-10-09"]
    };
    let text = csv(&headers, [row("守合同重信用企业", "演市监〔2026〕8号")]);
    let receipt = world.hand_in("honour", MARKET, &text);
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let rows = world.list_rows(&code, View::default());
    let row = rows.iter().find(|row| row.catalogue.code == "honour").unwrap();
    assert_eq!(row.title.as_deref(), Some("守合同重信用企业"));
    assert_eq!(row.document_number.as_deref(), Some("演市监〔2026〕8号"));
    let page = world.shown_record(row.id);
    assert_eq!(page.title.as_deref(), Some("守合同重信用企业"));
    assert_eq!(page.document_number.as_deref(), Some("演市监〔2026〕8号"));
    world.assert_well();
}

fn the_other_side_is_kept_where_it_is_an_organisation(place: &Place) {
    let world = World::registered(place, 1);
    let (name, code) = (name(1), code(1));
    let headers = [
        "出质人名称",
        "统一社会信用代码",
        "知识产权登记号",
        "名称",
        "种类",
        "质权人名称",
        "状态",
        "登记日期",
    ];
    let row = |number: &'static str, pledgee: &'static str| {
        vec![name.as_str(), &code, number, "云禾", "商标", pledgee, "有效", "2026-10-09"]
    };
    let text = csv(&headers, [row("Z1", "演练州农村商业银行股份有限公司"), row("Z2", "赵铁柱")]);
    let receipt = world.hand_in("intellectual-property", MARKET, &text);
    assert_eq!(receipt.accepted, 2, "{:?}", receipt.findings);
    let said = |rule: &str| receipt.findings.iter().filter(|one| one.rule == rule).count();
    assert_eq!(said("intake.maybe-person-dropped"), 1);
    let told = world.told();
    assert!(told.contains("演练州农村商业银行股份有限公司") && !told.contains("赵铁柱"));
}

fn a_levy_is_shared_and_not_shown(place: &Place) {
    let world = World::registered(place, 1);
    let (name, code) = (name(1), code(1));
    let headers = [
        "审批事项办件号",
        "社会信用代码",
        "缴费人名称",
        "项目名称",
        "征收项目",
        "核定缴费金额",
        "联系人",
        "联系方式",
        "导入单位",
    ];
    let row = vec![
        "B1",
        &code,
        name.as_str(),
        "云禾园区",
        "水土保持补偿费",
        "1200",
        "赵铁柱",
        "13800138000",
        "演练州水利局",
    ];
    let receipt = world.hand_in("levy", MARKET, &csv(&headers, [row]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert!(!world.told().contains("赵铁柱") && !world.told().contains("13800138000"));
    assert_eq!(world.one(&code, "levy").standing, "unpublished");
    assert!(world.list_rows(&code, View::default()).iter().all(|row| row.catalogue.code != "levy"));
}

fn a_patch_alters_what_it_states(place: &Place) {
    let world = World::registered(place, 2);
    let (name_one, code_one) = (name(1), code(1));
    let patch = "patch = true\n[constants]\nDJZT = \"注销\"\n";
    let stop = AtomicBool::new(false);
    let hand_in = |rows: Vec<Vec<&str>>| {
        let text = csv(&["企业名称", "统一社会信用代码", "核准日期"], rows);
        let input = Input::Pipe(Box::new(std::io::Cursor::new(text.into_bytes())));
        let permit = clerk(&world.office, MARKET);
        let ask = HandIn { mapping: Some(patch), ..ask("registration", &permit, &stop) };
        world.office.hand_in(&ask, "file.csv", input, &mut |_| ()).unwrap()
    };
    let row = vec![name_one.as_str(), &code_one, "2026-11-20"];
    let receipt = hand_in(vec![row.clone()]);
    assert_eq!((receipt.corrected, receipt.held), (1, 0), "{:?}", receipt.findings);
    let Found::Shown(page) = world.subject(&code_one) else {
        panic!("not shown");
    };
    let page = format!("{page:?}");
    assert!(page.contains("注销") && page.contains("2015-05-06"), "{page}");
    // Once more it says nothing new; of a registration that is not here it says too little.
    let (name_nine, code_nine) = (name(9), code(9));
    let receipt = hand_in(vec![row, vec![name_nine.as_str(), &code_nine, "2026-11-20"]]);
    assert_eq!((receipt.unchanged, receipt.held), (1, 1), "{:?}", receipt.findings);
    assert!(crate::world::rules(&receipt).contains(&"office.patch-unknown"));
    world.assert_well();
}
