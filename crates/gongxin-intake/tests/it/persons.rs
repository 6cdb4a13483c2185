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

/// What is told of a file with this row: outcome line, and everything that leaves the room.
fn told(head: &str, row: &str, catalogue: &str) -> (String, String) {
    let taken = take(format!("{head}\n{row}\n").as_bytes(), catalogue);
    (taken.lines().join(" | "), taken.everything())
}

#[test]
fn a_person_in_disguise_is_refused_and_leaves_nothing() {
    let business = gongxin_model::code::Uscc::with_check("92150105MA0NFTWY5").unwrap().to_string();
    let old = "110105491231004";
    let cases = [
        // The name column holds a number, a firm in brackets, a role or a trade.
        (row("张三丰11010519491231002X", "", CODE, ""), "resident-number"),
        (row("11010519491231002X", "法人", CODE, ""), "resident-number"),
        (
            row("张三丰（身份证号一一〇一〇五一九四九一二三一〇〇二X）", "", CODE, ""),
            "resident-number",
        ),
        (row("张三丰 110105 1949 1231 002X", "", CODE, ""), "resident-number"),
        (row("张三丰（110105194912310*2X）", "", CODE, ""), "resident-number"),
        (row(&format!("张三丰{old}"), "", CODE, ""), "resident-number"),
        (row("张三丰（某某公司）", "", "", ""), "natural-person"),
        (row("张三丰（某某公司）", "法人", "", ""), "natural-person"),
        (row("某某公司负责人张三丰", "", "", ""), "natural-person"),
        (row("张*丰", "法人", "", ""), "natural-person"),
        (row("个体工商户张三丰", "", "", ""), "natural-person"),
        (row("张三丰个体户", "", "", ""), "natural-person"),
        (row("张三丰（个体工商户）", "", "", ""), "natural-person"),
        (row("个体工商户张三丰", "法人", "", ""), "natural-person"),
        (row("鑫鑫小吃店（个体工商户）", "", "", ""), "business-without-code"),
        // A code column holds a number in another script, parted or half hidden.
        (row("张三丰", "", "一一〇一〇五一九四九一二三一〇〇二X", ""), "resident-number"),
        (row("甲有限公司", "", "110105.19491231.002X", ""), "resident-number"),
        (row("甲有限公司", "", "110105·19491231·002X", ""), "resident-number"),
        (row("甲有限公司", "", "11010519491231*02X", ""), "resident-number"),
        (row("张三丰", "", old, ""), "resident-number"),
        (row("张三丰", "", "110105 491231 004", ""), "resident-number"),
        // A business with a code, but a number instead of a name.
        (row("张三丰11010519491231002X", "个体工商户", &business, ""), "resident-number"),
    ];
    for (row, rule) in cases {
        let (line, all) = told(HEAD, &row, "penalty");
        assert_eq!(line, format!("2 refused !{rule}"), "{row}");
        for secret in ["三丰", "19491231", "491231004", "002X", "一九四九"] {
            assert!(!all.contains(secret), "{secret} of {row}: {all}");
        }
    }
}

#[test]
fn a_table_without_categories_refuses_persons_all_the_same() {
    let head = "企业名称,处罚决定书文号,处罚类别,处罚决定日期,处罚机关";
    let cases = [
        ("张三丰,1号,警告,2026-3-5,某局", "2 refused !natural-person"),
        ("不详,1号,警告,2026-3-5,某局", "2 refused !no-organisation"),
        ("张三丰（甲有限公司）,1号,警告,2026-3-5,某局", "2 refused !natural-person"),
    ];
    for (row, line) in cases {
        assert_eq!(told(head, row, "penalty").0, line, "{row}");
    }
    assert!(!told(head, "甲有限公司,1号,警告,2026-3-5,某局", "penalty").0.contains("refused"));
}

#[test]
fn an_old_number_beside_a_firm_goes_and_the_row_stays() {
    for number in ["110105491231004", "110105 491231 004"] {
        let row = format!("甲有限公司,,,,{number},,,1号,乙,警告,2026-3-5,某局,");
        let (line, all) = told(HEAD, &row, "penalty");
        assert!(line.contains("personal-dropped") && !line.contains("refused"), "{line}");
        assert!(!all.contains("491231"), "{all}");
    }
}

#[test]
fn numbers_in_any_dress_are_in_no_cell_that_is_kept() {
    let dresses = [
        RESIDENT,
        "110105 1949 1231 002X",
        "110105-19491231-002X",
        "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X",
        "一一〇一〇五一九四九一二三一〇〇二X",
        "壹壹零壹零伍壹玖肆玖壹贰叁壹零零贰X",
        "11010519491231*02X",
        "110105491231004",
    ];
    let columns = HEAD.split(',').count();
    for dress in dresses {
        for place in 0..columns {
            let mut cells: Vec<String> =
                row("甲有限公司", "法人", CODE, "").split(',').map(str::to_owned).collect();
            cells[place] = format!("见{dress}。");
            let (_, all) = told(HEAD, &cells.join(","), "penalty");
            for part in
                ["9491231", "949 1231", "4 9 1 2", "四九一二", "肆玖壹贰", "491231*", "491231004"]
            {
                assert!(!all.contains(part), "{dress} in column {place}: {all}");
            }
        }
    }
}

#[test]
fn a_header_that_is_a_row_of_data_names_nobody() {
    // The first row of a file without a header, with one word in it that a column may have.
    let data = format!("张三丰,{RESIDENT},统一社会信用代码,李大牛");
    let code = format!("张三丰,统一社会信用代码,{CODE},李大牛");
    for header in [data, code] {
        let (_, all) = told(&header, &format!("甲有限公司,,{CODE},"), "registration");
        for secret in ["张三丰", RESIDENT, "李大牛"] {
            assert!(!all.contains(secret), "{secret} of {header}: {all}");
        }
    }
    // A later key of a JSON file is a header as well.
    let lines = format!(
        "{{\"企业名称\":\"甲有限公司\",\"统一社会信用代码\":\"{CODE}\"}}\n\
         {{\"企业名称\":\"乙有限公司\",\"{RESIDENT}\":\"1\",\"张三丰\":\"2\"}}\n"
    );
    let all = take(lines.as_bytes(), "registration").everything();
    assert!(!all.contains(RESIDENT) && !all.contains("张三丰"), "{all}");
}
