//! `gongxin held` as scripts see it: a sheet given out, filled, tried, judged and withdrawn.

use std::process::Output;

use serde_json::Value;

use crate::intake::{Place, code};

fn run(place: &Place, arguments: &[&str]) -> Output {
    place.command(arguments).output().unwrap()
}

fn json(place: &Place, arguments: &[&str]) -> (i32, Value) {
    let output = run(place, arguments);
    let exit = code(&output);
    (exit, serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}")))
}

const CODE: &str = "911501007200000012";

/// A store with one organisation and two rows that wait: both state its name and no code.
fn waiting() -> Place {
    let place = Place::new();
    let registration =
        format!("企业名称,统一社会信用代码,注册日期\n北方草原牧业有限公司,{CODE},2016-05-04\n");
    place.write("sound.csv", &registration);
    assert_eq!(code(&place.intake(&["sound.csv"]).output().unwrap()), 0);
    let row = |day: &str| format!("北方草原牧业有限公司,9.115E+17,{day}\n");
    let rows =
        format!("企业名称,统一社会信用代码,注册日期\n{}{}", row("2016-05-04"), row("2016-05-05"));
    place.write("held.csv", &rows);
    assert_eq!(code(&place.intake(&["held.csv"]).output().unwrap()), 1);
    place
}

#[test]
fn a_sheet_goes_out_and_comes_back() {
    let place = waiting();
    let (exit, counts) = json(&place, &["held", "count", "--json"]);
    assert_eq!((exit, &counts["rows"]), (0, &Value::from(2)), "{counts}");
    let (_, listed) = json(&place, &["held", "list", "--json", "--score-from", "500"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
    assert_eq!(listed[0]["suggestions"][0]["code"], CODE);
    assert_eq!(code(&run(&place, &["held", "export", "sheet.csv"])), 0);
    assert_eq!(code(&run(&place, &["held", "export", "sheet.xlsx"])), 0);
    // The workbook, as it is, is a sheet without judgements.
    let (exit, docket) = json(&place, &["held", "decide", "sheet.xlsx", "--json"]);
    assert_eq!((exit, docket["lines"].as_array().map(Vec::len)), (0, Some(0)), "{docket}");
    let sheet = std::fs::read_to_string(place.path("sheet.csv")).unwrap();
    let filled = sheet.replacen("\"\",\"\",\"\"", "\"拒收\",\"\",\"重复报送\"", 1);
    place.write("filled.csv", &filled);
    let (exit, tried) = json(&place, &["held", "decide", "filled.csv", "--dry-run", "--json"]);
    assert_eq!((exit, &tried["counts"]["refused"]), (0, &Value::from(1)), "{tried}");
    let (exit, docket) = json(&place, &["held", "decide", "filled.csv", "--json"]);
    assert_eq!((exit, &docket["counts"]["refused"]), (0, &Value::from(1)), "{docket}");
    assert_eq!(docket["docket"], tried["docket"]);
    let (exit, again) = json(&place, &["held", "decide", "filled.csv", "--json"]);
    assert_eq!((exit, &again["counts"]["already"]), (0, &Value::from(1)), "{again}");
    let name = docket["docket"].as_str().unwrap();
    let undo = ["held", "undo", "--docket", name, "--reason", "wrong sheet", "--json"];
    let (exit, undone) = json(&place, &undo);
    assert_eq!((exit, undone["open"].as_array().map(Vec::len)), (0, Some(1)), "{undone}");
    assert_eq!(code(&run(&place, &undo)), 2, "nothing is left of it");
}

#[test]
fn a_wrong_sheet_judges_nothing_and_an_impossible_line_is_looked_at() {
    let place = waiting();
    place.write("other.csv", "a,b\n1,2\n");
    assert_eq!(code(&run(&place, &["held", "decide", "other.csv"])), 2);
    assert_eq!(code(&run(&place, &["held", "decide", "absent.csv"])), 2);
    let header = "GONGXIN_HELD,judgement,subject code,reason\n";
    place.write("wrong.csv", &format!("{header}1,refuse,,no\n2,perhaps,,no\n"));
    let output = run(&place, &["held", "decide", "wrong.csv"]);
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 3"), "{output:?}");
    place.write("some.csv", &format!("{header}1,link,{CODE},its licence\n99,refuse,,no\n"));
    assert_eq!(code(&run(&place, &["held", "decide", "some.csv", "--dry-run"])), 1);
    let (_, counts) = json(&place, &["held", "count", "--json"]);
    assert_eq!(counts["rows"], 2, "nothing was judged");
}

#[test]
fn rows_alike_are_judged_together() {
    let place = waiting();
    let refuse = ["held", "refuse", "1", "--all-like", "--reason", "sent twice", "--json"];
    let (exit, docket) = json(&place, &refuse);
    assert_eq!((exit, &docket["counts"]["refused"]), (0, &Value::from(2)), "{docket}");
    let (_, counts) = json(&place, &["held", "count", "--state", "refused", "--json"]);
    assert_eq!(counts["rows"], 2);
}
