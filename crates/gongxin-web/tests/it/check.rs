//! A list checked before a decision, on page, as a workbook and by key; a body's month, the same ways.

use crate::html::check;
use crate::staff::{MARKET, MARKET_EAST, Session, Staff, three_penalties};

const FIRM: &str = "91150000720180740Y";
const NAME: &str = "演练州云禾商贸有限公司";
/// An identity number that nobody has: its date of birth is in order, and so is its check character.
const IDENTITY: &str = "11010519491231002X";

fn cast() -> (Staff, Session) {
    let staff = Staff::new();
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    staff.hand_in("penalty", MARKET, &three_penalties());
    let officer = staff.session("officer-1");
    (staff, officer)
}

fn send(
    staff: &Staff,
    session: &Session,
    (list, how): (&str, &str),
    files: &[(&str, &[u8])],
) -> crate::client::Answer {
    let fields = [("body", MARKET), ("list", list), ("as", how)];
    staff.send_files("/console/check", session, (&fields, files))
}

#[test]
fn a_list_is_checked_row_by_row() {
    let (staff, officer) = cast();
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        let form = staff.get(&format!("{prefix}/console/check"), Some(&officer));
        assert_eq!(form.status, 200, "{}", form.text());
        check("the form of a check", lang, &form.text());
    }
    for (row, said) in [
        (format!("{NAME},{FIRM}"), "与登记名称一致"),
        (format!("{FIRM}\t演练北方牧业有限公司"), "与登记名称不一致"),
        (FIRM.to_owned(), "行政处罚 1"),
        (format!("{NAME} 91150000720180740T"), "最后一位校验不符"),
        (NAME.to_owned(), "仅有名称，不作结论"),
        ("绝无此名有限公司".to_owned(), "没有单位现用或曾用此名称"),
        ("9115000072018074".to_owned(), "代码有误"),
    ] {
        let answer = send(&staff, &officer, (&row, "page"), &[]);
        let text = answer.text();
        assert!(answer.status == 200 && text.contains(said), "{row}: {said}: {text}");
        assert!(text.contains("平台提供信息，不替代决定"), "{text}");
        check(&row, "zh-Hans-CN", &text);
    }
    // By a name alone there is a candidate and no answer.
    let text = send(&staff, &officer, (NAME, "page"), &[]).text();
    assert!(text.contains(FIRM) && !text.contains("行政处罚 1"), "{text}");
}

#[test]
fn of_a_person_nothing_comes_back() {
    let (staff, officer) = cast();
    let rows = [
        IDENTITY.to_owned(),
        format!("白雪莲,{IDENTITY}"),
        format!("{NAME}（{IDENTITY}）"),
        "白雪莲".to_owned(),
        format!("白雪莲 {IDENTITY}"),
        // Mistyped it is still a person's.
        "110105194912310021".to_owned(),
    ];
    let text = send(&staff, &officer, (&rows.join("\n"), "page"), &[]).text();
    check("persons", "zh-Hans-CN", &text);
    assert_eq!(text.matches("此行可能涉及自然人").count(), rows.len(), "{text}");
    assert!(!text.contains("白雪莲") && !text.contains("19491231"), "{text}");
    // Nor is it in the chain of acts: how many rows there were is.
    staff.account("auditor", &["audit"]);
    let auditor = staff.session("auditor");
    let acts = staff.get("/console/audit?act=check.make", Some(&auditor)).text();
    assert!(acts.contains("rows 6") && acts.contains("check.make"), "{acts}");
    assert!(!acts.contains("白雪莲") && !acts.contains(NAME) && !acts.contains("19491231"));
}

#[test]
fn a_file_is_checked_and_not_kept() {
    let (staff, officer) = cast();
    let table = format!("序号,企业名称,统一社会信用代码\n1,{NAME},{FIRM}\n2,=1+1有限公司,{FIRM}\n");
    let files: &[(&str, &[u8])] = &[("投标人.csv", table.as_bytes())];
    let text = send(&staff, &officer, ("", "page"), files).text();
    assert!(text.contains("与登记名称一致") && text.contains("与登记名称不一致"), "{text}");
    let book = send(&staff, &officer, ("", "workbook"), files);
    assert!(book.status == 200 && book.body.starts_with(b"PK"), "{}", book.text());
    assert!(book.header("content-disposition").contains("check-20261124-"));
    assert_eq!(book.header("cache-control"), "no-store");
    // A workbook of ours is read as well: its header is of names and codes.
    let again = send(&staff, &officer, ("", "page"), &[("again.xlsx", &book.body)]);
    assert!(again.status == 200 || again.status == 422, "{:?}", again.status);
    let held: Vec<_> = std::fs::read_dir(staff.directory.path().join("spool")).unwrap().collect();
    assert!(held.is_empty(), "{held:?}");
    for (list, files, said) in [
        ("", &[][..], "请填写名称或代码"),
        ("", &[("a.xlsx", b"MZ\x90\0".as_slice())], "文件不能读取"),
        ("", &[("a.csv", &[b'a'; (4 << 20) + 1])], "文件应小于"),
        (&format!("{FIRM}\n").repeat(2_001), &[], "最多核对"),
    ] {
        let answer = send(&staff, &officer, (list, "page"), files);
        assert!(answer.status == 422 && answer.text().contains(said), "{said}: {}", answer.status);
        check(said, "zh-Hans-CN", &answer.text());
    }
    // What was typed comes back with the fault, as text.
    let evil = "<script>alert(1)</script>\n".repeat(2_001);
    let answer = send(&staff, &officer, (&evil, "page"), &[]);
    assert!(!answer.text().contains("<script>alert"), "{}", answer.status);
    let result = send(&staff, &officer, ("<script>alert(1)</script>有限公司", "page"), &[]);
    assert!(result.status == 200 && !result.text().contains("<script>alert"));
}

#[test]
fn a_check_is_made_for_ones_own_body_alone() {
    let (staff, officer) = cast();
    let fields = [("body", MARKET_EAST), ("list", FIRM), ("as", "page")];
    let other = staff.send_files("/console/check", &officer, (&fields, &[]));
    assert_eq!(other.status, 404);
    let stranger = Session { word: "none".to_owned(), ..officer.clone() };
    assert_eq!(send(&staff, &stranger, (FIRM, "page"), &[]).status, 403);
    let fields = [("body", MARKET), ("list", FIRM), ("as", "page"), ("more", "x")];
    assert_eq!(staff.send_files("/console/check", &officer, (&fields, &[])).status, 403);
}

fn key(staff: &Staff, session: &Session, action: &str) -> String {
    let fields = [("name", "系统"), ("action", action), ("days", "30")];
    let text = staff.post("/console/account/keys", session, &fields).text();
    format!("Bearer {}", &text[text.find("gongxin_").unwrap()..][..60])
}

#[test]
fn a_system_checks_by_key() {
    let (staff, officer) = cast();
    let bearer = key(&staff, &officer, "check.make");
    let ask = |body: &str, bearer: &str| {
        let headers = [("authorization", bearer), ("content-type", "application/json")];
        staff.send("POST", "/api/v1/own/checks", None, &headers, body)
    };
    let body = format!(
        r#"{{"rows":[{{"name":"{NAME}","code":"{FIRM}"}},{{"name":"{NAME}"}},{{"code":"{IDENTITY}"}}]}}"#
    );
    let answer = ask(&body, &bearer);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let given = answer.json();
    let found: Vec<&str> =
        (0..3).map(|row| given["rows"][row]["found"].as_str().unwrap()).collect();
    assert_eq!(found, ["organisation", "named", "person"]);
    let firm = &given["rows"][0]["organisation"];
    assert_eq!(firm["name_is"].as_str(), Some("present"));
    assert_eq!(firm["public"][0]["count"].as_u64(), Some(1));
    assert!(given["number"].as_str().unwrap().starts_with("20261124-"));
    assert!(!answer.text().contains("19491231"));
    for (wrong, status) in [
        (r#"{"rows":[]}"#, 400),
        (r#"{"rows":[{"person":"x"}]}"#, 400),
        ("{", 400),
        (r#"{"body":"150000-environment","rows":[{"code":"1"}]}"#, 404),
    ] {
        assert_eq!(ask(wrong, &bearer).status, status, "{wrong}");
    }
    assert_eq!(ask(&body, "").status, 401);
    // A key for something else opens nothing here.
    let other = key(&staff, &officer, "body.see");
    assert_eq!(ask(&body, &other).status, 404);
}

#[test]
fn a_month_has_its_figures_and_its_workbook() {
    let (staff, officer) = cast();
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    staff.account("steward-1", &["steward"]);
    let [clerk, steward] = ["clerk-1", "steward-1"].map(|one| staff.session(one));
    staff.hand_in("penalty", MARKET, &three_penalties());
    let own = format!("/console/quality/2026-11?body={MARKET}");
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, session) in [
            ("/console/quality", &clerk),
            ("/console/quality", &officer),
            ("/console/quality", &steward),
            ("/console/quality/2026-10", &clerk),
            ("/console/quality/2026-10", &steward),
            (own.as_str(), &steward),
        ] {
            let answer = staff.get(&format!("{prefix}{path}"), Some(session));
            assert_eq!(answer.status, 200, "{prefix}{path}: {}", answer.text());
            check(&format!("{prefix}{path}"), lang, &answer.text());
        }
    }
    let page = staff.get("/console/quality", Some(&clerk)).text();
    // One accepted and handed in at once, one held, one refused; then the same again.
    assert!(page.contains("及时率") && page.contains("100.0%"), "{page}");
    assert!(page.contains("同一文件再次报送"), "{page}");
    assert!(!page.contains("白雪莲"), "{page}");
    let none = staff.get("/console/quality/2026-10", Some(&clerk)).text();
    assert!(none.contains("本月没有报送"), "{none}");
    let all = staff.get("/console/quality", Some(&steward)).text();
    assert!(all.contains(&format!("/console/quality/2026-11?body={MARKET}")), "{all}");
    let book = staff.get("/console/quality/2026-11/workbook", Some(&clerk));
    assert!(book.status == 200 && book.body.starts_with(b"PK"), "{:?}", book.status);
    for path in [
        "/console/quality/2026-12",
        "/console/quality/2026",
        "/console/quality/x",
        "/console/quality/2026-11?body=150000-environment",
        "/console/quality/2026-11/workbook?body=150000-environment",
    ] {
        assert_eq!(staff.get(path, Some(&clerk)).status, 404, "{path}");
    }
    assert_eq!(staff.get("/console/quality/2026-11/workbook", Some(&steward)).status, 404);
}

#[test]
fn a_month_is_told_by_key() {
    let (staff, officer) = cast();
    let bearer = key(&staff, &officer, "body.see");
    let ask = |query: &str, bearer: &str| {
        let path = format!("/api/v1/own/quality{query}");
        staff.send("GET", &path, None, &[("authorization", bearer)], "")
    };
    let answer = ask(&format!("?month=2026-11&source={MARKET}"), &bearer);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let month = answer.json();
    let rows = &month["rows"];
    let counts = ["rows", "accepted", "held", "refused"].map(|one| rows[one].as_u64().unwrap());
    assert_eq!(counts, [3, 1, 1, 1]);
    let figures = month["classes"][0]["figures"].as_array().unwrap();
    let timely = figures.iter().find(|one| one["id"] == "timeliness").unwrap();
    assert_eq!((timely["numerator"].as_u64(), timely["denominator"].as_u64()), (Some(1), Some(1)));
    assert!(!answer.text().contains("白雪莲"));
    for wrong in ["?month=2027-01", "?month=x", "?source=150000-environment&month=2026-11"] {
        assert_eq!(ask(wrong, &bearer).status, 404, "{wrong}");
    }
    assert_eq!(ask("", "").status, 401);
}
