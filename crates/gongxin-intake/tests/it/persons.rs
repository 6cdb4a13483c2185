//! The line that is not crossed.

use crate::support::take;

const HEAD: &str = "当事人,行政相对人类别,统一社会信用代码,组织机构代码,工商注册号,证件号码,法定代表人,文号,违法事实,处罚类别,处罚决定日期,处罚机关,备注";
const CODE: &str = "91150000720180740Y";
/// The standard's own sample, and the number of hutool's issue 1367.
const RESIDENT: &str = "11010519491231002X";
const OTHER: &str = "362322198709086409";

fn row(name: &str, category: &str, code: &str, certificate: &str) -> String {
    format!("{name},{category},{code},,,{certificate},,1号,乙,警告,2026-3-5,某局,")
}

#[test]
fn rows_about_persons_are_refused_with_row_and_rule_alone() {
    let cases = [
        (row("张三丰", "自然人", "", RESIDENT), "natural-person"),
        (row("甲有限公司", "自然人", CODE, ""), "natural-person"),
        (row("张三丰", "", "", ""), "natural-person"),
        (row("张三丰", "", "", "护照A1234567"), "natural-person"),
        (row("甲有限公司", "", "", RESIDENT), "natural-person"),
        (row("张*", "个体工商户", "", ""), "natural-person"),
        (row("鑫鑫小吃店", "个体工商户", "", ""), "business-without-code"),
        (row("鑫鑫小吃店", "个体工商户", "00000000000000000X", ""), "business-without-code"),
        (row("不详", "", "", ""), "no-organisation"),
        (row("", "", "", ""), "no-organisation"),
        (row("甲有限公司", "", RESIDENT, ""), "resident-number"),
        (row("甲有限公司", "", OTHER, ""), "resident-number"),
        (row("张三丰", "", "110105491231002", ""), "resident-number"),
        // Full width, with blanks, with a wrong last digit: a person's number all the same.
        (row("甲有限公司", "", "１１０１０５ 19491231 002X", ""), "resident-number"),
        (row("甲有限公司", "", "110105194912310021", ""), "resident-number"),
    ];
    for (row, rule) in cases {
        let taken = take(format!("{HEAD}\n{row}\n").as_bytes(), "penalty");
        assert_eq!(taken.lines(), [format!("2 refused !{rule}")], "{row}");
        let finding = &taken.rows[0].findings[0];
        assert_eq!((finding.row, &finding.column), (Some(2), &None));
        assert!(finding.values.is_empty());
    }
}

#[test]
fn organisations_are_not_taken_for_persons() {
    let business = gongxin_model::code::Uscc::with_check("92150105MA0NFTWY5").unwrap().to_string();
    let rows = [
        row("甲有限公司", "法人及非法人组织", CODE, ""),
        row("甲有限公司", "", "", ""),
        row("张三丰", "个体工商户", &business, ""),
        row("北方", "", CODE, ""),
        // An old registration number whose serial reads as a date: the cell goes, the row stays.
        "甲有限公司,,,,150105000101234,,,1号,乙,警告,2026-3-5,某局,".to_owned(),
    ];
    for row in rows {
        let taken = take(format!("{HEAD}\n{row}\n").as_bytes(), "penalty");
        assert!(!taken.lines()[0].contains("refused"), "{row}: {:?}", taken.lines());
    }
}

#[test]
fn a_table_about_persons_is_refused_row_by_row() {
    let file = format!(
        "姓名,身份证号,行政处罚决定书文号,处罚决定日期,处罚机关\n张三丰,{RESIDENT},1号,2026-3-5,某局\n甲有限公司,,2号,2026-3-5,某局\n"
    );
    let taken = take(file.as_bytes(), "penalty");
    assert_eq!(taken.lines(), ["2 refused !natural-person", "3 refused !natural-person"]);
    assert!(taken.rules().contains(&"intake.person-table".to_owned()));
    assert!(!taken.everything().contains(RESIDENT));
}

#[test]
fn numbers_of_persons_are_in_no_output_wherever_they_stand() {
    let columns = HEAD.split(',').count();
    let secrets = [RESIDENT, OTHER, "１１０１０５１９４９１２３１００２Ｘ", "13812345678"];
    for secret in secrets {
        for place in 0..columns {
            for dress in ["{}", "号码{}。", "'{}"] {
                let mut cells: Vec<String> =
                    row("甲有限公司", "法人", CODE, "").split(',').map(str::to_owned).collect();
                // Phones look like numbers of documents and registers by chance.
                if secret.starts_with('1') && secret.len() == 11 && !matches!(place, 8 | 12) {
                    continue;
                }
                cells[place] = dress.replace("{}", secret);
                let taken = take(format!("{HEAD}\n{}\n", cells.join(",")).as_bytes(), "penalty");
                let all = taken.everything();
                assert!(!all.contains(secret), "{secret} in column {place} as {dress}: {all}");
                let half: String = secret.chars().map(gongxin_model::text::fold_char).collect();
                assert!(!all.contains(&half), "{half} in column {place}: {all}");
            }
        }
    }
}

#[test]
fn a_text_that_names_a_person_is_kept_from_publication() {
    let held = |text: &str, representative: &str| {
        let row =
            format!("甲有限公司,法人,{CODE},,,,{representative},1号,{text},警告,2026-3-5,某局,");
        let taken = take(format!("{HEAD}\n{row}\n").as_bytes(), "penalty");
        let gongxin_intake::Outcome::Ready(draft) = taken.rows[0].outcome.clone() else {
            panic!("{row}")
        };
        assert!(!taken.everything().contains("李大牛"), "{row}");
        draft.hold_publication
    };
    assert!(!held("超范围经营", ""));
    assert!(held("电话13812345678", ""));
    assert!(held(&format!("经查，当事人身份证号{RESIDENT}"), ""));
    assert!(!held("超范围经营", "李大牛"));
}

#[test]
fn a_header_that_is_a_row_of_data_is_not_echoed() {
    let file = format!("企业名称,{RESIDENT},统一社会信用代码\n甲有限公司,,{CODE}\n");
    assert!(!take(file.as_bytes(), "registration").everything().contains(RESIDENT));
}
