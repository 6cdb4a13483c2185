//! What holds for every file.

use gongxin_intake::Outcome;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{options, take, take_by};

/// Cells that rows really have, and some that they should not.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("甲有限公司".to_owned()),
        Just("张三丰".to_owned()),
        Just("91150000720180740Y".to_owned()),
        Just("2026年3月5日".to_owned()),
        Just("罚款；警告".to_owned()),
        Just("合计".to_owned()),
        Just("\"引\"号".to_owned()),
        "\\PC{0,12}",
        "[0-9]{1,20}",
    ]
}

/// Fewer cases than usual, since each is a file; as many as asked for where PROPTEST_CASES asks.
fn few() -> ProptestConfig {
    const USUAL: u32 = 256;
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let cases = if config.cases == USUAL { 64 } else { config.cases };
    ProptestConfig { cases, ..config }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn every_line_is_a_row_or_skipped(lines in vec(vec(cell(), 4), 0..30), size in 1_usize..9) {
        let mut file = "当事人,统一社会信用代码,处罚决定书文号,处罚决定日期\n".to_owned();
        for cells in &lines {
            let quoted: Vec<String> =
                cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            file.push_str(&quoted.join(","));
            file.push('\n');
        }
        let taken = take_by(file.as_bytes(), options("penalty"), size);
        prop_assert_eq!(taken.rows.len() as u64 + taken.skipped, lines.len() as u64 + 1);
        let again = take_by(file.as_bytes(), options("penalty"), 1000);
        prop_assert_eq!(&taken.rows, &again.rows);
        for row in &taken.rows {
            if let Outcome::Ready(draft) = &row.outcome {
                let codes: Vec<_> = draft.fields.iter().map(|field| &field.code).collect();
                let mut sorted = codes.clone();
                sorted.sort();
                sorted.dedup();
                prop_assert_eq!(codes, sorted);
            }
        }
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in vec(any::<u8>(), 0..600), dress in 0_usize..8) {
        let head: &[u8] = [&b""[..], "企业名称,统一社会信用代码\n".as_bytes(), b"PK\x03\x04", b"{\"a\":", b"\xFF\xFE", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "<?xml version=\"1.0\"?><a><b><企业名称>".as_bytes(), b"<a><b c=\""][dress];
        let _ = take(&[head, &bytes].concat(), "registration");
    }

    #[test]
    fn a_resident_number_is_in_no_output(place in 0_usize..5, before in "\\PC{0,4}", after in "\\PC{0,4}") {
        // Letters and digits beside it would make it another number.
        let apart = |text: &str| !text.chars().any(|c| c.is_ascii_alphanumeric() || gongxin_model::text::fold_char(c).is_ascii_alphanumeric() || c == '"');
        prop_assume!(apart(&before) && apart(&after));
        let secret = "11010519491231002X";
        let mut cells = ["甲有限公司", "", "1号", "2026-3-5", ""].map(str::to_owned);
        cells[place] = format!("{before}{secret}{after}");
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
        let file = format!("当事人,统一社会信用代码,处罚决定书文号,处罚决定日期,备注\n{}\n", quoted.join(","));
        prop_assert!(!take(file.as_bytes(), "penalty").everything().contains(secret));
    }
}
