//! What goes up, what comes back, what is handed down.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use gongxin_app::{Answer, Fate, Input, ReturnAsk, ReturnReceipt, Scope, UploadAsk, UploadItem};
use gongxin_model::finding::Language;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    BUREAU, CREDIT, ENVIRONMENT, HOUSING, Penalty, code, csv, name, organisation_code, penalties,
    repair, revocation,
};
use crate::world::{World, rules};

/// The platform above.
const NATIONAL: &str = "national-platform";

engine_test! {
    each_record_goes_up_once
    a_file_is_written_again_as_it_was
    what_ended_before_it_went_up_stays
    a_file_has_the_columns_of_edition_b
    a_licence_that_ended_has_its_state
    our_own_that_comes_back_is_unchanged
    our_own_with_other_words_is_held
    what_others_decided_is_taken_in
    a_repair_from_above_ends_ours
    a_return_is_matched_row_by_row
    a_return_with_numbers_alone_is_matched
    a_refused_record_goes_up_again_corrected
}

type Files = BTreeMap<String, Vec<u8>>;

fn upload(world: &World, scope: Scope) -> Option<UploadItem> {
    let period = "2026-11".parse().unwrap();
    let ask = UploadAsk { catalogue: "penalty", scope, period, whole: false };
    world.office.upload(&ask, &mut |_| ()).unwrap()
}

fn counts(upload: &UploadItem) -> [u64; 3] {
    [upload.new, upload.corrected, upload.ended]
}

/// Keeps what is written in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn files(place: &Place, world: &World, upload: i64) -> Files {
    let mut opened: BTreeMap<String, Memory> = BTreeMap::new();
    let mut open = |name: &str| {
        let memory = opened.entry(name.to_owned()).or_default().clone();
        Ok(Box::new(memory) as Box<dyn Write + Send>)
    };
    world.office.write_upload(upload, place.directory.path(), &mut open).unwrap();
    opened.into_iter().map(|(name, memory)| (name, memory.0.lock().unwrap().clone())).collect()
}

fn text(files: &Files, name: &str) -> String {
    String::from_utf8(files.get(name).unwrap().clone()).unwrap()
}

/// The rows of a CSV by its headers.
fn table(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut lines = lines(text.trim_start_matches('\u{feff}'));
    let head = lines.remove(0);
    (head, lines)
}

/// Lines of cells that are all quoted and hold neither quotes nor line breaks.
fn lines(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let line = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
        line.split("\",\"").map(str::to_owned).collect::<Vec<String>>()
    };
    text.lines().map(cells).collect()
}

fn cell<'a>(table: &'a (Vec<String>, Vec<Vec<String>>), row: usize, header: &str) -> &'a str {
    let place = table.0.iter().position(|one| one == header).unwrap();
    &table.1[row][place]
}

fn each_record_goes_up_once(place: &Place) {
    let world = World::registered(place, 3);
    let two = [Penalty::of(1, 1), Penalty::of(2, 2)];
    world.hand_in("penalty", ENVIRONMENT, &penalties(&two));
    world.hand_in(
        "penalty",
        HOUSING,
        &penalties(&[Penalty {
            authority: "演练州住房和城乡建设局".into(), ..Penalty::of(3, 3)
        }]),
    );
    let first = upload(&world, Scope::Source(ENVIRONMENT.into())).unwrap();
    assert_eq!(counts(&first), [2, 0, 0]);
    assert_eq!(upload(&world, Scope::Source(ENVIRONMENT.into())), None);
    // Another scope takes what is left, and nothing twice.
    assert_eq!(counts(&upload(&world, Scope::Region("159900".into())).unwrap()), [1, 0, 0]);
    assert_eq!(upload(&world, Scope::All), None);

    world.clock.set("2026-11-25T10:00:00+08:00");
    let corrected = Penalty { fine: "3.5".into(), ..Penalty::of(1, 1) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected]));
    world.hand_in("revocation", CREDIT, &revocation(&Penalty::of(2, 2)));
    let second = upload(&world, Scope::Source(ENVIRONMENT.into())).unwrap();
    assert_eq!(counts(&second), [0, 1, 1]);
    assert_eq!(upload(&world, Scope::All), None);

    // A month that is over takes nothing that came later.
    world.clock.set("2026-12-01T10:00:00+08:00");
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 9)]));
    assert_eq!(upload(&world, Scope::All), None);
    world.assert_well();
}

fn a_file_is_written_again_as_it_was(place: &Place) {
    let world = World::registered(place, 2);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1), Penalty::of(2, 2)]));
    let first = upload(&world, Scope::All).unwrap();
    let before = files(place, &world, first.upload);
    world.clock.set("2026-11-26T10:00:00+08:00");
    let corrected = Penalty { fine: "3.5".into(), ..Penalty::of(1, 1) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected]));
    upload(&world, Scope::All).unwrap();
    let after = files(place, &world, first.upload);
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        ["penalty-all-2026-11-1.csv", "penalty-all-2026-11-1.xlsx"]
    );
    assert_eq!(
        text(&before, "penalty-all-2026-11-1.csv"),
        text(&after, "penalty-all-2026-11-1.csv")
    );
    assert_eq!(before, after);
}

fn what_ended_before_it_went_up_stays(place: &Place) {
    let world = World::registered(place, 2);
    let penalty = Penalty::of(1, 1);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[penalty.clone(), Penalty::of(2, 2)]));
    world.hand_in("repair-result", CREDIT, &repair(&penalty, "准予修复"));
    let first = upload(&world, Scope::All).unwrap();
    assert_eq!(counts(&first), [1, 0, 0]);
    assert_eq!(first.held_back, BTreeMap::from([("repaired".to_owned(), 1)]));
}

fn a_file_has_the_columns_of_edition_b(place: &Place) {
    let world = World::registered(place, 2);
    let rows = [
        Penalty { kinds: "罚款；暂扣许可证件；通报批评".into(), ..Penalty::of(1, 1) },
        Penalty { number: "-1+1".into(), ..Penalty::of(2, 2) },
    ];
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    let first = upload(&world, Scope::All).unwrap();
    let files = files(place, &world, first.upload);
    let table = table(&text(&files, "penalty-all-2026-11-1.csv"));
    assert_eq!(table.0.len(), 30);
    assert_eq!(table.0.first().unwrap(), "行政相对人名称");
    assert_eq!(table.0.last().unwrap(), "备注");
    let place = |header: &str| table.0.iter().position(|one| one == header).unwrap();
    let codes = ["行政处罚决定书文号", "处罚类别", "处罚决定日期", "处罚机关"].map(place);
    assert_eq!(codes, [13, 17, 22, 25]);
    assert_eq!(cell(&table, 0, "行政相对人代码_1(统一社会信用代码)"), code(1));
    assert_eq!(
        cell(&table, 0, "处罚类别"),
        "罚款;暂扣或者吊销许可证、暂扣或者吊销执照;其他-通报批评"
    );
    assert_eq!(cell(&table, 0, "处罚决定日期"), "2026/05/04");
    assert_eq!(cell(&table, 0, "处罚有效期"), "2099/12/31");
    assert_eq!(cell(&table, 0, "罚款金额(万元)"), "2.5");
    assert_eq!(cell(&table, 0, "数据来源单位"), BUREAU);
    assert_eq!(cell(&table, 1, "行政处罚决定书文号"), "'-1+1");
}

fn a_licence_that_ended_has_its_state(place: &Place) {
    let world = World::registered(place, 1);
    let (name, code) = (name(1), code(1));
    let headers = [
        "行政相对人名称",
        "行政相对人代码_1(统一社会信用代码)",
        "行政许可决定文书名称",
        "许可类别",
        "许可编号",
        "许可内容",
        "许可决定日期",
        "有效期自",
        "有效期至",
        "许可机关",
        "当前状态",
        "备注",
    ];
    let row = vec![
        name.as_str(),
        &code,
        "排污许可证",
        "其他-排污",
        "演排〔2026〕1号",
        "排放水污染物",
        "2026-11-20",
        "2026-11-20",
        "长期",
        BUREAU,
        "有效",
        "经办人赵铁柱",
    ];
    let receipt = world.hand_in("licence", ENVIRONMENT, &csv(&headers, [row]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let upload = || {
        let period = "2026-11".parse().unwrap();
        let ask = UploadAsk { catalogue: "licence", scope: Scope::All, period, whole: false };
        world.office.upload(&ask, &mut |_| ()).unwrap().unwrap().upload
    };
    let first = table(&text(&files(place, &world, upload()), "licence-all-2026-11-1.csv"));
    assert_eq!(first.0.len(), 28);
    let expected = [
        ("行政许可决定文书号", "演排〔2026〕1号"),
        ("许可类别", "其他-排污"),
        ("有效期至", "2099/12/31"),
        ("当前状态", "1"),
        ("行政相对人类别", "法人及非法人组织"),
        ("数据来源单位", BUREAU),
        // What is internal or a person's does not go up.
        ("备注", ""),
        ("法定代表人", ""),
    ];
    for (header, value) in expected {
        assert_eq!(cell(&first, 0, header), value, "{header}");
    }
    world
        .office
        .withdraw_record(world.id(&code, "licence"), &world.whole("clerk"), "wrong")
        .unwrap();
    let ended = table(&text(&files(place, &world, upload()), "licence-all-2026-11-2-ended.csv"));
    assert_eq!(cell(&ended, 0, "当前状态"), "2");
    assert_eq!(ended.1.len(), 1);
}

fn our_own_that_comes_back_is_unchanged(place: &Place) {
    let world = World::registered(place, 2);
    let rows = [
        Penalty { kinds: "罚款；暂扣许可证件".into(), ..Penalty::of(1, 1) },
        Penalty {
            code: String::new(),
            organisation_code: organisation_code(&code(2)),
            ..Penalty::of(2, 2)
        },
    ];
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!(receipt.accepted, 2, "{:?}", receipt.findings);
    let first = upload(&world, Scope::All).unwrap();
    let sent = text(&files(place, &world, first.upload), "penalty-all-2026-11-1.csv");
    let head = world.head();
    let receipt = world.hand_in("penalty", NATIONAL, &sent);
    assert_eq!((receipt.rows, receipt.unchanged), (2, 2), "{:?}", receipt.findings);
    assert!(rules(&receipt).contains(&"office.echo"));
    // The other platform knows the unified code that our row left out.
    let known = [Penalty { organisation_code: String::new(), ..Penalty::of(2, 2) }];
    let receipt = world.hand_in("penalty", NATIONAL, &penalties(&known));
    assert_eq!((receipt.rows, receipt.unchanged), (1, 1), "{:?}", receipt.findings);
    assert_eq!(world.head().root, head.root);

    // An earlier version of ours is nothing new either.
    let corrected =
        Penalty {
            fine: "3.5".into(), kinds: "罚款；暂扣许可证件".into(), ..Penalty::of(1, 1)
        };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected]));
    let receipt = world.hand_in("penalty", NATIONAL, &sent);
    assert_eq!(receipt.unchanged, 2, "{:?}", receipt.findings);
    world.assert_well();
}

fn our_own_with_other_words_is_held(place: &Place) {
    let world = World::registered(place, 1);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    let other = Penalty { fine: "9".into(), ..Penalty::of(1, 1) };
    let receipt = world.hand_in("penalty", NATIONAL, &penalties(&[other]));
    assert_eq!((receipt.rows, receipt.held), (1, 1));
    let why = receipt.findings.iter().find(|one| one.rule == "office.echo-differs").unwrap();
    assert!(why.message.contains("罚款金额"), "{}", why.message);
    let page = world.shown_record(world.id(&code(1), "penalty"));
    assert!(page.facts.iter().any(|fact| fact.field == "CF_NR_FK"));
}

fn what_others_decided_is_taken_in(place: &Place) {
    let world = World::registered(place, 1);
    let other = Penalty { authority: "外省某市生态环境局".into(), ..Penalty::of(1, 7) };
    let ours = Penalty::of(1, 1);
    let receipt = world.hand_in("penalty", NATIONAL, &penalties(&[other, ours.clone()]));
    assert_eq!(receipt.accepted, 2, "{:?}", receipt.findings);
    // Where it came from stands with it, and it does not go up again.
    assert!(world.told().contains(NATIONAL));
    assert_eq!(upload(&world, Scope::All), None);
    // The bureau itself speaks later, and answers for it from then on.
    let said = Penalty { fine: "3.5".into(), ..ours.clone() };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[said]));
    assert_eq!(receipt.corrected, 1, "{:?}", receipt.findings);
    assert_eq!(counts(&upload(&world, Scope::All).unwrap()), [1, 0, 0]);
    let again = Penalty { fine: "4.5".into(), ..ours };
    let receipt = world.hand_in("penalty", NATIONAL, &penalties(std::slice::from_ref(&again)));
    assert_eq!(receipt.held, 1, "{:?}", receipt.findings);
    let receipt = world.hand_in("penalty", HOUSING, &penalties(&[again]));
    assert!(rules(&receipt).contains(&"office.not-its-supplier"));
    world.assert_well();
}

fn a_repair_from_above_ends_ours(place: &Place) {
    let world = World::registered(place, 1);
    let penalty = Penalty::of(1, 1);
    world.hand_in("penalty", ENVIRONMENT, &penalties(std::slice::from_ref(&penalty)));
    upload(&world, Scope::All).unwrap();
    assert_eq!(world.one(&code(1), "penalty").standing, "published");
    let receipt = world.hand_in("repair-result", NATIONAL, &repair(&penalty, "准予修复"));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    assert_eq!(world.one(&code(1), "penalty").standing, "ended");
    let ended = upload(&world, Scope::All).unwrap();
    assert_eq!(counts(&ended), [0, 0, 1]);
    let files = files(place, &world, ended.upload);
    assert_eq!(files.keys().next().unwrap(), "penalty-all-2026-11-2-ended.csv");
    // What came from above and comes again is unchanged.
    let receipt = world.hand_in("repair-result", NATIONAL, &repair(&penalty, "准予修复"));
    assert_eq!(receipt.unchanged, 1);
}

fn take_return(world: &World, upload: i64, text: &str) -> ReturnReceipt {
    let ask = ReturnAsk { upload, mapping: None, language: Language::English, child: None };
    let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
    world.office.take_return(&ask, Input::Pipe(Box::new(bytes))).unwrap()
}

/// Three penalties that went up.
fn sent(place: &Place) -> (World, UploadItem, String) {
    let world = World::registered(place, 3);
    let rows: Vec<Penalty> = (1..=3).map(|number| Penalty::of(number, number)).collect();
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    let first = upload(&world, Scope::All).unwrap();
    let sent = text(&files(place, &world, first.upload), "penalty-all-2026-11-1.csv");
    (world, first, sent)
}

fn a_return_is_matched_row_by_row(place: &Place) {
    let (world, first, sent) = sent(place);
    // As such files look: the row that went up, with what became of it.
    let added = [
        "\"校验结果\",\"失败原因\"",
        "\"成功\",\"\"",
        "\"失败\",\"处罚机关代码不能为空，联系人13800138000\"",
        "\"也许\",\"\"",
    ];
    let lines = sent.lines().zip(added).map(|(line, more)| format!("{line},{more}\r\n"));
    let returned: String = lines.collect();
    let receipt = take_return(&world, first.upload, &returned);
    assert!(receipt.read && receipt.unverified);
    assert_eq!(
        (receipt.rows, receipt.accepted, receipt.refused, receipt.unmatched),
        (3, 1, 1, 1),
        "{receipt:?}"
    );
    assert_eq!(receipt.troubles.first().unwrap().rule, "office.return-no-result");
    let reason = receipt.reasons.keys().next().unwrap();
    assert!(
        reason.starts_with("处罚机关代码不能为空") && !reason.contains("13800138000"),
        "{reason}"
    );
    assert_eq!((receipt.upload.accepted, receipt.upload.refused, receipt.upload.open), (1, 1, 1));
    let refused = world.office.sent(first.upload, true).unwrap();
    assert_eq!(refused.len(), 1);
    let row = refused.first().unwrap();
    assert_eq!((row.row, row.fate, row.answer), (2, Fate::New, Answer::Refused));
    assert_eq!(row.record, world.one(&code(2), "penalty").id);
    // The same return once more alters nothing.
    let again = take_return(&world, first.upload, &returned);
    assert_eq!(again, receipt);
    // Another upload's rows are no answer to this one.
    world.clock.set("2026-11-25T10:00:00+08:00");
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 4)]));
    let second = upload(&world, Scope::All).unwrap();
    assert_eq!(take_return(&world, second.upload, &returned).unmatched, 3);
    world.assert_well();
}

fn a_return_with_numbers_alone_is_matched(place: &Place) {
    let (world, first, _) = sent(place);
    let number = Penalty::of(2, 2).number;
    let rows = [
        ["2", "", "入库成功", ""],
        ["3", number.as_str(), "退回", "重复"],
        ["4", number.as_str(), "通过", ""],
        ["9", "", "通过", ""],
    ];
    let headers = ["行号", "行政处罚决定书文号", "处理结果", "问题描述"];
    let receipt = take_return(&world, first.upload, &csv(&headers, rows.map(Vec::from)));
    assert_eq!((receipt.accepted, receipt.refused, receipt.unmatched), (1, 1, 2), "{receipt:?}");
    assert_eq!(receipt.reasons, BTreeMap::from([("重复".to_owned(), 1)]));
}

fn a_refused_record_goes_up_again_corrected(place: &Place) {
    let (world, first, _) = sent(place);
    let (refused, code) = (Penalty::of(2, 2), code(2));
    let headers = ["行政相对人名称", "统一社会信用代码", "处罚决定书文号", "处罚机关", "是否通过"];
    let row = vec![refused.name.as_str(), &code, &refused.number, &refused.authority, "否"];
    let receipt = take_return(&world, first.upload, &csv(&headers, [row]));
    assert_eq!((receipt.refused, receipt.unmatched), (1, 0), "{receipt:?}");
    // As it was it is not sent once more.
    assert_eq!(upload(&world, Scope::All), None);
    world.clock.set("2026-11-25T10:00:00+08:00");
    let corrected = Penalty { fine: "3.5".into(), ..refused };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected]));
    assert_eq!(counts(&upload(&world, Scope::All).unwrap()), [1, 0, 0]);
}
