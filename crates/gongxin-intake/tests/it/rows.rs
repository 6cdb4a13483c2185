//! What becomes of rows that are written as people write them.

use gongxin_intake::{Intake, Mapping, Outcome};
use gongxin_model::Value;

use crate::support::{options, rulebook, take, take_by};

const HEAD: &str = "当事人,行政相对人类别,统一社会信用代码,行政处罚决定书文号,违法事实,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚有效期,处罚机关";
const CODE: &str = "91150000720180740Y";

fn penalty(row: &str) -> String {
    let taken = take(format!("{HEAD}\n{row}\n").as_bytes(), "penalty");
    assert_eq!(taken.findings, [], "{row}");
    let [line] = taken.lines().try_into().unwrap();
    line
}

#[test]
fn a_sound_row_is_ready_and_in_normal_form() {
    let line = penalty(&format!(
        "北方牧业有限公司,法人及非法人组织,{CODE},呼市监罚〔2026〕5号,超范围经营,罚款；警告,罚款贰仟元,0.20,2026/3/5,2099-12-31,呼和浩特市市场监督管理局"
    ));
    assert_eq!(
        line,
        "2 ready CF_CFJG=呼和浩特市市场监督管理局 CF_CFLB=2；1 CF_JDRQ=2026-03-05 CF_NR=罚款贰仟元 \
         CF_NR_FK=0.2 CF_SY=超范围经营 CF_WSH=呼市监罚〔2026〕5号 CF_XDR_LB=organisation \
         CF_XDR_MC=北方牧业有限公司 CF_XDR_SHXYM=91150000720180740Y CF_YXQ=9998-12-31"
    );
}

#[test]
fn what_was_written_is_kept_where_it_differs() {
    let file = format!(
        "{HEAD}\n北方牧业有限公司,法人,{CODE},呼市监罚(2026)5号,甲,其他-限期改正,,,２０２６年３月５日,,某局\n"
    );
    let taken = take(file.as_bytes(), "penalty");
    let Outcome::Ready(draft) = &taken.rows[0].outcome else { panic!("refused") };
    let written = |code: &str| {
        let field = draft.fields.iter().find(|field| field.code == code).unwrap();
        (field.value.clone(), field.written.clone())
    };
    assert_eq!(
        written("CF_JDRQ"),
        (Value::Text("2026-03-05".into()), Some("２０２６年３月５日".into()))
    );
    assert_eq!(
        written("CF_WSH"),
        (Value::Text("呼市监罚〔2026〕5号".into()), Some("呼市监罚(2026)5号".into()))
    );
    assert_eq!(written("CF_CFLB"), (Value::List(vec!["9".into()]), Some("其他-限期改正".into())));
    assert_eq!(written("CF_XDR_MC"), (Value::Text("北方牧业有限公司".into()), None));
    assert_eq!(draft.document_number.as_deref(), Some("呼市监罚〔2026〕5号"));
    assert_eq!(draft.decided_on.unwrap().to_string(), "2026-03-05");
    assert_eq!(
        draft.key_parts.as_deref().unwrap(),
        ["某局", "呼市监罚〔2026〕5号", "CF_XDR_SHXYM:91150000720180740Y"]
    );
}

#[test]
fn findings_name_what_is_wrong() {
    let cases = [
        // An amount and a day nobody can read; the day is needed, the amount is not.
        (
            format!("甲有限公司,法人,{CODE},1号,乙,罚款,丙,很多,2026-02-30,,某局"),
            "held",
            vec!["?day-impossible", ".amount-unreadable"],
        ),
        // Decided tomorrow; a fine without an amount.
        (
            format!("甲有限公司,法人,{CODE},1号,乙,罚款,丙,,2026-11-25,,某局"),
            "held",
            vec!["?penalty.decided-later", ".penalty.fine-missing"],
        ),
        // No document number: the key is empty.
        (
            format!("甲有限公司,法人,{CODE},,乙,警告,丙,,2026-11-20,,某局"),
            "held",
            vec!["?value-missing", "?key-empty"],
        ),
        // A kind that no list knows.
        (
            format!("甲有限公司,法人,{CODE},1号,乙,罚站,丙,,2026-11-20,,某局"),
            "held",
            vec!["?code-unknown"],
        ),
        // Too long is a note; a serial day too.
        (
            format!(
                "甲有限公司,法人,{CODE},1号,乙,警告,一二三四五六七八九十一二三四五六七八九十一,,46086,,某局"
            ),
            "ready",
            vec![".value-too-long", ".day-serial"],
        ),
        // A failing check digit and an unknown region are the linker's to judge.
        (
            "甲有限公司,法人,911500007201807401,1号,乙,警告,丙,,2026-3-5,,某局".to_owned(),
            "ready",
            vec![".code-check"],
        ),
        // The spreadsheet ate the code.
        (
            "甲有限公司,法人,9.115E+17,1号,乙,警告,丙,,2026-3-5,,某局".to_owned(),
            "ready",
            vec![".code-exponential"],
        ),
        // More cells than columns.
        (
            format!("甲有限公司,法人,{CODE},1号,乙,警告,丙,,2026-3-5,,某局,多出"),
            "held",
            vec!["?row-too-wide"],
        ),
        // A formula error.
        (
            format!("甲有限公司,法人,{CODE},#REF!,乙,警告,丙,,2026-3-5,,某局"),
            "held",
            vec!["?cell-error", "?key-empty"],
        ),
    ];
    for (row, outcome, rules) in cases {
        let line = penalty(&row);
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words[1], outcome, "{line}");
        for rule in rules {
            assert!(words.contains(&rule), "{rule} in {line}");
        }
    }
}

#[test]
fn title_repeated_header_and_total_are_skipped_and_counted() {
    let file = format!(
        "行政处罚公示表\n填报单位：某局,,,\n\n{HEAD}\n\
         甲有限公司,法人,{CODE},1号,乙,警告,丙,,2026-3-5,,某局\n\n{HEAD}\n\
         甲有限公司,法人,{CODE},2号,乙,警告,丙,,2026-3-6,,某局\n合计,,2,,,,,,,,\n制表人：某某\n"
    );
    let taken = take(file.as_bytes(), "penalty");
    let numbers: Vec<u64> = taken.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [5, 8]);
    // Two titles and a blank before the header, the header, a blank, a header, a total, a note.
    assert_eq!(taken.skipped, 8);
    assert_eq!(taken.facts.unwrap().header_row, Some(4));
}

#[test]
fn headers_are_found_in_all_their_spellings() {
    let cases: &[(&str, &str)] = &[
        ("企业名称 ,统一社会信用代码　,注册日期", "NAME USCC EST"),
        ("＊名称（必填）,*统一社会信用代码\n(18位),注册 日期", "NAME USCC EST"),
        ("name,uscc,est", "NAME USCC EST"),
        ("序号,名称,统一社会信用代码", "- NAME USCC"),
        ("名称", "NAME"),
    ];
    for (head, expected) in cases {
        let quoted: Vec<String> = head.split(',').map(|cell| format!("\"{cell}\"")).collect();
        let taken = take(format!("{}\n甲有限公司\n", quoted.join(",")).as_bytes(), "registration");
        let facts = taken.facts.unwrap_or_else(|| panic!("{head}: {:?}", taken.findings));
        let codes: Vec<_> =
            facts.columns.iter().map(|(_, code)| code.as_deref().unwrap_or("-")).collect();
        assert_eq!(codes.join(" "), *expected, "{head}");
    }
}

#[test]
fn a_header_of_two_rows_is_read_as_one() {
    let file = format!(
        "企业名称,代码,,处罚机关,决定,\n,统一社会信用代码,组织机构代码,,行政处罚决定书文号,处罚决定日期\n\
         甲有限公司,{CODE},,某局,1号,2026-3-5\n"
    );
    let taken = take(file.as_bytes(), "penalty");
    let facts = taken.facts.unwrap();
    let codes: Vec<_> = facts.columns.iter().filter_map(|(_, code)| code.as_deref()).collect();
    assert_eq!(codes, ["CF_XDR_MC", "CF_XDR_SHXYM", "CF_XDR_ZZJG", "CF_CFJG", "CF_WSH", "CF_JDRQ"]);
    assert_eq!(taken.rows.len(), 1);
    assert_eq!(taken.rows[0].number, 3);
}

#[test]
fn an_unknown_column_has_a_suggestion_and_a_missing_header_says_what_is_missing() {
    let taken =
        take("企业名称,统一社会信用代码,注册日,电话\n甲公司,,,\n".as_bytes(), "registration");
    let unknown: Vec<_> = taken
        .findings
        .iter()
        .filter(|finding| finding.rule == "intake.column-unknown")
        .map(|finding| (finding.column.as_deref().unwrap(), finding.values["nearest"].as_str()))
        .collect();
    assert_eq!(unknown, [("注册日", "注册日期"), ("电话", "—")]);
    let taken = take("甲,乙,丙\n1,2,3\n".as_bytes(), "registration");
    assert!(taken.failed);
    assert_eq!(taken.rules(), ["intake.header-unknown"]);
    assert!(taken.findings[0].values["missing"].contains("企业名称"));
}

#[test]
fn a_mapping_fixes_what_is_left() {
    let catalogue = rulebook().catalogues["penalty"].clone();
    let mapping = Mapping::parse(
        "recipient = \"CF_XDR_MC\"\ndoc_no = \"CF_WSH\"\nignore = [\"src\"]\n[constants]\nCF_CFJG = \"某局\"\nCF_CFLB = \"罚款\"\n[columns]\ndecided = \"CF_JDRQ\"\namount = \"CF_NR_FK\"\n",
        &catalogue,
    )
    .unwrap();
    let file = "{\"doc_no\":\"1号\",\"recipient\":\"甲有限公司\",\"decided\":\"2020-12-07\",\"src\":\"x\"}\n{\"doc_no\":\"2号\",\"recipient\":\"甲有限公司\",\"decided\":\"2020-12-07\",\"amount\":\"2.00\"}\n";
    let mut options = options("penalty");
    options.mapping = mapping.clone();
    let taken = take_by(file.as_bytes(), options, 1);
    assert_eq!(
        taken.lines()[1],
        "2 ready CF_CFJG=某局 CF_CFLB=2 CF_JDRQ=2020-12-07 CF_NR_FK=2 CF_WSH=2号 CF_XDR_MC=甲有限公司"
    );
    assert!(!taken.rules().contains(&"intake.column-unknown".to_owned()));
    assert_eq!(mapping.canonical_bytes(), mapping.canonical_bytes());
    let wrong = Mapping::parse("a = \"NOPE\"\nheader_row = \"x\"\n", &catalogue).unwrap_err();
    let rules: Vec<_> = wrong.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["intake.mapping-value", "intake.mapping-field"]);
}

#[test]
fn a_unit_in_the_header_counts() {
    let file = format!("当事人,统一社会信用代码,文号,罚款金额（元）\n甲有限公司,{CODE},1号,2000\n");
    let line = take(file.as_bytes(), "penalty").lines().remove(0);
    assert!(line.contains("CF_NR_FK=0.2"), "{line}");
}

#[test]
fn a_real_registration_with_a_failing_check_is_not_dropped() {
    let file = "企业名称,统一社会信用代码,注册日期,注册资金,地区\n\
        南方建材有限公司,911500007201807401,2015-08-27,500(万),呼和浩特\n\
        某某商行,911500007201807401,2015-08-27,N/A,火星\n";
    let taken = take(file.as_bytes(), "registration");
    assert_eq!(
        taken.lines(),
        [
            "2 ready CAPITAL=500 EST=2015-08-27 NAME=南方建材有限公司 REGION=150100 USCC=911500007201807401 .code-check",
            "3 ready EST=2015-08-27 NAME=某某商行 REGION=火星 USCC=911500007201807401 .code-check .code-unknown",
        ]
    );
}

#[test]
fn reading_goes_on_behind_the_row_where_it_stopped() {
    let mut file = format!("{HEAD}\n");
    for number in 1..=50 {
        file.push_str(&format!("甲有限公司,法人,{CODE},{number}号,乙,警告,丙,,2026-3-5,,某局\n"));
    }
    let whole = take(file.as_bytes(), "penalty");
    for stop in [1, 2, 17, 51] {
        let source = Box::new(std::io::Cursor::new(file.clone().into_bytes()));
        let mut intake = Intake::open(source, options("penalty")).unwrap();
        intake.resume_after(stop);
        let mut rows = Vec::new();
        while let Some(chunk) = intake.next_chunk(7, 1 << 20) {
            rows.extend(chunk.rows);
        }
        let expected: Vec<_> = whole.rows.iter().filter(|row| row.number > stop).cloned().collect();
        assert_eq!(rows, expected, "after {stop}");
    }
}

#[test]
fn what_was_said_of_the_header_is_not_said_again() {
    let file = "企业名称,统一社会信用代码,电话\n甲有限公司,,\n乙有限公司,,\n";
    let source = || Box::new(std::io::Cursor::new(file.as_bytes().to_vec()));
    let said = |stop: Option<u64>| {
        let mut intake = Intake::open(source(), options("registration")).unwrap();
        stop.into_iter().for_each(|row| intake.resume_after(row));
        intake.next_chunk(9, 1 << 20).unwrap().findings.len()
    };
    assert!(said(None) > 0);
    assert_eq!((said(Some(1)), said(Some(2)), said(Some(3))), (0, 0, 0));
}

#[test]
fn the_same_table_reads_the_same_in_every_dress() {
    let rows = [
        ["企业名称", "统一社会信用代码", "注册日期"],
        ["北方牧业有限公司", CODE, "2004-07-22"],
        ["“引号”有限公司", "", "2005-01-01"],
    ];
    let join = |delimiter: &str, end: &str| -> String {
        rows.iter().map(|row| row.join(delimiter) + end).collect()
    };
    let plain = join(",", "\n");
    let gbk = encoding_rs::GB18030.encode(&plain).0.into_owned();
    let wide = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() })
            .collect()
    };
    let json: String = rows[1..]
        .iter()
        .map(|row| {
            format!(
                "{{\"{}\":\"{}\",\"{}\":\"{}\",\"{}\":\"{}\"}}\n",
                rows[0][0], row[0], rows[0][1], row[1], rows[0][2], row[2]
            )
        })
        .collect();
    let expected: Vec<String> = take(plain.as_bytes(), "registration")
        .lines()
        .iter()
        .map(|line| line.split_once(' ').unwrap().1.to_owned())
        .collect();
    assert_eq!(expected.len(), 2);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("utf-8 with mark", [b"\xEF\xBB\xBF", plain.as_bytes()].concat(), "UTF-8"),
        ("gb18030", gbk, "gb18030"),
        ("utf-16le", wide(&plain, false), "UTF-16LE"),
        ("utf-16be", wide(&plain, true), "UTF-16BE"),
        ("utf-16le with mark", [b"\xFF\xFE".to_vec(), wide(&plain, false)].concat(), "UTF-16LE"),
        ("crlf", join(",", "\r\n").into_bytes(), "UTF-8"),
        ("cr", join(",", "\r").into_bytes(), "UTF-8"),
        ("tabs", join("\t", "\n").into_bytes(), "UTF-8"),
        ("semicolons", join(";", "\n").into_bytes(), "UTF-8"),
        ("bars", join("|", "\n").into_bytes(), "UTF-8"),
        ("nuls", plain.replace(',', "\0,").into_bytes(), "UTF-8"),
        ("json lines", json.clone().into_bytes(), "UTF-8"),
        ("json array", format!("[{}]", json.trim_end().replace('\n', ",\n")).into_bytes(), "UTF-8"),
    ];
    for (name, bytes, encoding) in cases {
        let taken = take(&bytes, "registration");
        let lines: Vec<String> =
            taken.lines().iter().map(|l| l.split_once(' ').unwrap().1.to_owned()).collect();
        assert_eq!(lines, expected, "{name}");
        assert_eq!(taken.facts.unwrap().encoding.as_deref(), Some(encoding), "{name}");
    }
}

#[test]
fn an_id_names_the_record_and_is_no_part_of_it() {
    let id = "3xz20j2new9vpv59w29xdbxphb";
    let row =
        format!("北方牧业有限公司,法人,{CODE},呼市监罚〔2026〕5号,甲,罚款,乙,0.2,2026-03-05,,某局");
    let plain = take(format!("{HEAD}\n{row}\n").as_bytes(), "penalty");
    let Outcome::Ready(without) = &plain.rows[0].outcome else { panic!("refused") };
    // Header, cell, whether it names the record, and what is found.
    let cases = [
        ("公信记录标识", id, true, ""),
        ("GONGXIN_RECORD_ID", &*format!(" {} ", id.to_uppercase()), true, ""),
        ("记录编号", id, true, ""),
        ("公信记录标识", "", false, ""),
        ("公信记录标识", &id[1..], false, "intake.record-id-unreadable"),
        // The supplier's own number, and what can only be an id with a slip.
        ("记录编号", "2026-000017", false, ""),
        ("记录编号", "3xz20j2new9vpv59w29xdbxphl", false, "intake.record-id-unreadable"),
    ];
    for (header, cell, names, rule) in cases {
        let taken = take(format!("{header},{HEAD}\n{cell},{row}\n").as_bytes(), "penalty");
        assert_eq!(taken.rules(), if rule.is_empty() { vec![] } else { vec![rule] }, "{cell}");
        let Outcome::Ready(draft) = &taken.rows[0].outcome else { panic!("refused") };
        assert_eq!(
            draft.record_id.map(|id| id.to_string()),
            names.then(|| id.to_owned()),
            "{cell}"
        );
        let own = draft.fields.iter().any(|field| field.code == "GX_JLH");
        assert_eq!(own, header == "记录编号" && !names, "{cell}");
        if names {
            assert_eq!(draft.fields, without.fields, "{cell}");
        }
    }
}
