//! Templates and receipts that come back: what is given out is read as it was meant.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gongxin_app::{GivenOutLimits, HandIn, Input, Receipt, findings_as_csv, packs, template};
use gongxin_intake::{Intake, Limits, Mapping, Options, Outcome, Source, template_columns};
use gongxin_model::finding::Language;
use gongxin_pack::Rulebook;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{ENVIRONMENT, Penalty, code, penalties};
use crate::world::{World, ask, clerk, rules};

engine_test! {
    rows_to_correct_come_back_unchanged
    a_corrected_row_corrects_its_record
    a_refused_row_leaves_its_number_alone
    a_large_receipt_is_parted
    the_findings_are_a_table
}

/// Hands a file in, with the rows to correct; gives the receipt and the workbooks.
fn hand_in(world: &World, path: &Path, rows: u32) -> (Receipt, Vec<PathBuf>) {
    let stop = AtomicBool::new(false);
    let permit = clerk(&world.office, ENVIRONMENT);
    let ask = HandIn { language: Language::Chinese, ..ask("penalty", &permit, &stop) };
    let directory = path.parent().unwrap().to_owned();
    let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let named = move |number: u32| directory.join(format!("{stem}-out-{number}.xlsx"));
    let made = named.clone();
    let make = move |number| Ok(Box::new(File::create(made(number))?) as Box<dyn Write + Send>);
    let limits = GivenOutLimits { rows, ..GivenOutLimits::default() };
    let how = (limits, path.parent().unwrap().to_owned(), Box::new(make) as _);
    let mut correction = world.office.begin_correction("penalty", Language::Chinese, how).unwrap();
    let input = Input::File(path.to_owned());
    let receipt = world
        .office
        .hand_in_for_correction(&ask, "file", input, &mut |_| (), Some(&mut correction))
        .unwrap();
    let count = world.office.end_correction(correction, &receipt).unwrap();
    (receipt, (1..=count).map(named).collect())
}

fn counts(receipt: &Receipt) -> [u64; 6] {
    let Receipt { rows, accepted, corrected, unchanged, held, refused, .. } = *receipt;
    [rows, accepted, corrected, unchanged, held, refused]
}

/// A note, a formula in a name, a row held for its name alone.
fn doubtful() -> Vec<Penalty> {
    vec![
        Penalty { kinds: "罚款；某种新罚".into(), ..Penalty::of(1, 1) },
        Penalty {
            number: "=cmd|' /C calc'!A0".into(),
            kinds: "@SUM(1+1)".into(),
            ..Penalty::of(2, 2)
        },
        Penalty { code: String::new(), ..Penalty::of(3, 3) },
    ]
}

fn rows_to_correct_come_back_unchanged(place: &Place) {
    let world = World::registered(place, 3);
    let text = penalties(&doubtful());
    let (receipt, books) = hand_in(&world, &world.file(&text), 100);
    assert_eq!(counts(&receipt), [3, 2, 0, 0, 1, 0], "{:?}", receipt.findings);
    assert_eq!(books.len(), 1);
    let root = world.head().root;
    let (again, _) = hand_in(&world, &books[0], 100);
    assert_eq!(counts(&again), [3, 2, 0, 2, 1, 0], "{:?}", again.findings);
    assert_eq!(world.head().root, root);
    let said = rules(&again);
    for rule in ["intake.column-unknown", "intake.column-missing", "intake.sheets-unread"] {
        assert!(!said.contains(&rule), "{said:?}");
    }
    let number = world.one(&code(2), "penalty").document_number;
    assert!(number.is_some_and(|number| number.starts_with('=')));
}

fn a_corrected_row_corrects_its_record(place: &Place) {
    let world = World::registered(place, 3);
    let (_, books) = hand_in(&world, &world.file(&penalties(&doubtful())), 100);
    let before = world.one(&code(1), "penalty").id;
    let (rows, header) = table(&books[0]);
    let id = header.iter().position(|header| header == "公信记录标识").unwrap();
    let kinds = header.iter().position(|header| header == "处罚类别").unwrap();
    let number = header.iter().position(|header| header == "行政处罚决定书文号").unwrap();
    let mut row = rows[0].clone();
    assert_eq!(row[id], before);
    row[kinds] = "罚款".into();
    row[number] = "演环罚〔2026〕77号".into();
    let text = [header, row].map(|cells| cells.join("\t")).join("\n");
    let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
    assert_eq!(counts(&receipt), [1, 1, 1, 0, 0, 0], "{:?}", receipt.findings);
    let record = world
        .file_of(&code(1))
        .into_iter()
        .find(|one| one.document_number.as_deref() == Some("演环罚〔2026〕77号"))
        .unwrap();
    assert_eq!(record.standing, "published");
}

fn a_refused_row_leaves_its_number_alone(place: &Place) {
    let world = World::registered(place, 2);
    let person = Penalty {
        name: "诸葛青岚".into(),
        category: "自然人".into(),
        code: String::new(),
        certificate: "11010519491231002X".into(),
        number: "演环罚〔2026〕907号".into(),
        ..Penalty::of(9, 9)
    };
    let (receipt, books) = hand_in(&world, &world.file(&penalties(&[person])), 100);
    assert_eq!(counts(&receipt), [1, 0, 0, 0, 0, 1]);
    let mut all = String::new();
    for rows in sheets(&books[0]) {
        all += &rows.concat().join(" ");
    }
    assert!(all.contains("natural-person"), "{all}");
    for cell in ["诸葛", "11010519491231002X", "907号"] {
        assert!(!all.contains(cell), "{all}");
    }
}

fn a_large_receipt_is_parted(place: &Place) {
    let world = World::registered(place, 3);
    let rows: Vec<Penalty> = (1..=5)
        .map(|number| Penalty { kinds: "某种新罚".into(), ..Penalty::of(1, number) })
        .collect();
    let (receipt, books) = hand_in(&world, &world.file(&penalties(&rows)), 2);
    assert_eq!(counts(&receipt)[1], 5);
    let lengths: Vec<usize> = books.iter().map(|book| table(book).0.len()).collect();
    assert_eq!(lengths, [2, 2, 1]);
    for book in &books {
        let (again, _) = hand_in(&world, book, 100);
        assert_eq!(again.unchanged, again.rows);
    }
}

fn the_findings_are_a_table(place: &Place) {
    let world = World::registered(place, 3);
    let (receipt, _) = hand_in(&world, &world.file(&penalties(&doubtful())), 100);
    for (language, head) in [(Language::Chinese, "\"文件\""), (Language::English, "\"file\"")] {
        let mut out = Vec::new();
        findings_as_csv(&receipt, language, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with(&format!("\u{feff}{head}")), "{text}");
        assert_eq!(text.lines().count(), receipt.findings.len() + 1);
        assert!(text.contains("\"subject.name-only\""), "{text}");
    }
    let first = receipt.findings.iter().find(|one| one.rule == "subject.name-only").unwrap();
    assert_eq!(format!("{}{}", first.what(), first.todo()), first.message);
    assert!(!first.todo().is_empty());
}

/// The table of a workbook that was given out: its rows and its header.
fn table(path: &Path) -> (Vec<Vec<String>>, Vec<String>) {
    let mut rows = sheets(path).swap_remove(1);
    let header = rows.remove(0);
    (rows, header)
}

/// All cells of all sheets.
fn sheets(path: &Path) -> Vec<Vec<Vec<String>>> {
    use calamine::Reader as _;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let ranges = book.worksheets();
    ranges
        .iter()
        .map(|(_, range)| {
            range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
        })
        .collect()
}

/// Opens a file of a catalogue for reading alone.
fn read(rulebook: &Arc<Rulebook>, catalogue: &str, bytes: Vec<u8>) -> Intake {
    let options = Options {
        rulebook: Arc::clone(rulebook),
        catalogue: catalogue.to_owned(),
        mapping: Mapping::default(),
        today: "2026-11-24".parse().unwrap(),
        child: None,
        limits: Limits::default(),
    };
    Intake::open(Box::new(std::io::Cursor::new(bytes)) as Source, options).unwrap()
}

fn built_in() -> Arc<Rulebook> {
    Arc::new(packs::rulebook(&packs::gather(true, &[]).unwrap()).unwrap())
}

#[test]
fn a_cell_made_safe_is_read_as_it_was() {
    let rulebook = built_in();
    let payloads = [
        "=1+1",
        "+1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "=DDE(\"cmd\",\"/C calc\",\"x\")",
        "=HYPERLINK(\"http://example.invalid/?x=\"&A1,\"see\")",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "'=1+1",
        "'plain",
        "=\"91159901\"",
        "|calc",
        "%0A=1",
        "plain",
        "a\n=1+1",
    ];
    let table = |cells: &[String]| {
        let rows = cells.iter().map(|cell| vec!["演练州云云云商贸有限公司", cell.as_str()]);
        let text = crate::rows::csv(&["行政相对人名称", "处罚内容"], rows);
        let mut intake = read(&rulebook, "penalty", text.into_bytes());
        let chunk = intake.next_chunk(100, 1 << 20).unwrap();
        let contents = chunk.rows.iter().map(|row| match &row.outcome {
            Outcome::Ready(draft) => {
                let field = draft.fields.iter().find(|field| field.code == "CF_NR").unwrap();
                field.value.first().to_owned()
            }
            Outcome::Refused => panic!("{row:?}"),
        });
        contents.collect::<Vec<String>>()
    };
    // What the archive holds after a first hand-in, given out and handed in again.
    let kept = table(&payloads.map(|payload| format!("'{payload}")));
    assert_eq!(kept, payloads);
    let given: Vec<String> = kept.iter().map(|cell| gongxin_report::safe(cell).into()).collect();
    assert_eq!(table(&given), payloads);
}

#[test]
fn every_template_is_read_back_whole() {
    let rulebook = built_in();
    let today = "2026-11-24".parse().unwrap();
    for (id, catalogue) in &rulebook.catalogues {
        for language in [Language::Chinese, Language::English] {
            let mut bytes = Vec::new();
            template(&rulebook, id, (today, language), &mut bytes).unwrap();
            let mut intake = read(&rulebook, id, bytes);
            let codes: Vec<String> =
                template_columns(catalogue).into_iter().map(|column| column.code).collect();
            let facts = intake.facts();
            let read: Vec<&String> =
                facts.columns.iter().filter_map(|(_, code)| code.as_ref()).collect();
            assert_eq!(read, codes.iter().collect::<Vec<_>>(), "{id}");
            assert_eq!(facts.columns.len(), codes.len(), "{id}");
            let chunk = intake.next_chunk(10, 1 << 20).unwrap();
            let said: BTreeSet<&str> = chunk.findings.iter().map(|one| one.rule.as_str()).collect();
            assert_eq!(said, BTreeSet::from(["intake.no-rows"]), "{id}");
        }
    }
}
