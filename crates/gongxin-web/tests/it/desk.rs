//! The department's desk: files over the counter, findings, corrections, held rows, withdrawals.

use crate::files::unknown;
use crate::html::check;
use crate::staff::{MARKET, MARKET_EAST, PENALTIES, Session, Staff, penalty, three_penalties};

const FIRM: &str = "91150000720180740Y";
const ORGANISATION: &str = "法人及非法人组织";

fn with_clerk() -> (Staff, Session) {
    let staff = Staff::new();
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    let session = staff.session("clerk-1");
    (staff, session)
}

fn send(staff: &Staff, session: &Session, files: &[(&str, &[u8])]) -> crate::client::Answer {
    staff.send_files(
        "/console/intake",
        session,
        (&[("body", MARKET), ("catalogue", "penalty")], files),
    )
}

#[test]
fn every_page_of_the_desk_is_well_made() {
    let (staff, clerk) = with_clerk();
    staff.account("steward-1", &["steward"]);
    let steward = staff.session("steward-1");
    let empty = staff.get("/console/batches", Some(&clerk));
    assert_eq!(empty.status, 200);
    let text = three_penalties();
    let answer =
        send(&staff, &clerk, &[("处罚.csv", text.as_bytes()), ("again.csv", text.as_bytes())]);
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/console/intake/running")
    );
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, session) in [
            ("/console", &clerk),
            ("/console/intake", &clerk),
            ("/console/intake?body=150102-market-east", &clerk),
            ("/console/intake/running", &clerk),
            ("/console/batches", &clerk),
            ("/console/batches", &steward),
            ("/console/batches/1", &clerk),
            ("/console/batches/2", &clerk),
            ("/console/batches/1?outcome=held", &clerk),
            ("/console/batches/1?rule=nothing", &steward),
            ("/console/batches/1/withdraw", &clerk),
            ("/console/batches/1/rows/2", &clerk),
            ("/console/batches/1/rows/3", &clerk),
            ("/console/batches/1/rows/4", &clerk),
            ("/console/records/new/penalty", &clerk),
            ("/console/records/new/registration", &clerk),
            ("/console/held", &clerk),
            ("/console/held?state=refused", &clerk),
            ("/console/held", &steward),
            ("/console/review/1", &clerk),
            ("/console/review/1", &steward),
            ("/console/review?end=1", &clerk),
        ] {
            let answer = staff.get(&format!("{prefix}{path}"), Some(session));
            assert_eq!(answer.status, 200, "{prefix}{path}: {}", answer.text());
            check(&format!("{prefix}{path}"), lang, &answer.text());
        }
    }
    let again = staff.get("/console/batches/2", Some(&clerk)).text();
    assert!(again.contains("批次 1") && again.contains("没有新增"), "{again}");
}

#[test]
fn a_clerk_hands_in_corrects_in_place_judges_and_withdraws() {
    let (staff, clerk) = with_clerk();
    send(&staff, &clerk, &[("处罚.csv", three_penalties().as_bytes())]);
    let page = staff.get("/console/batches/1", Some(&clerk)).text();
    // The person's row leaves its number and the rule alone.
    assert!(!page.contains("白雪莲") && page.contains("未接收"), "{page}");
    assert!(page.contains("演练北方牧业有限公司") && page.contains("待判定"), "{page}");
    for form in ["csv", "json"] {
        let receipt = staff.get(&format!("/console/batches/1/receipt/{form}"), Some(&clerk));
        assert!(receipt.status == 200 && !receipt.text().contains("白雪莲"), "{}", receipt.text());
    }
    let book = staff.get("/console/batches/1/receipt/xlsx", Some(&clerk));
    assert!(book.status == 200 && book.body.starts_with(b"PK"), "{:?}", book.status);
    // Mended in place: the held row gets its code.
    let form = staff.get("/console/batches/1/rows/2", Some(&clerk)).text();
    let fields = filled(&form);
    let code = fields.iter().position(|(name, _)| name.contains("XDR_SHXYM"));
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // Another organisation's code is not taken for it, whoever types it.
    fields[code.unwrap()].1 = FIRM;
    let answer = staff.post("/console/batches/1/rows/2", &clerk, &fields);
    assert!(answer.status == 422 && answer.text().contains("没有共同之处"), "{}", answer.text());
    let own = unknown();
    fields[code.unwrap()].1 = &own;
    let answer = staff.post("/console/batches/1/rows/2", &clerk, &fields);
    assert_eq!(answer.status, 200, "{}", answer.text());
    check("a corrected row", "zh-Hans-CN", &answer.text());
    let held = staff.get("/console/held", Some(&clerk)).text();
    assert!(held.contains("没有待判定的数据"), "{held}");
    let shown = |code: &str| staff.get(&format!("/subject/{code}"), None).text();
    assert!(shown(&own).contains("演市监罚〔2026〕1号"), "{}", shown(&own));
    assert!(shown(FIRM).contains("演市监罚〔2026〕3号"), "{}", shown(FIRM));
    // Withdrawn it is gone, with the reason asked for and kept.
    assert_eq!(staff.post("/console/batches/2/withdraw", &clerk, &[("reason", " ")]).status, 422);
    let done = staff.post("/console/batches/2/withdraw", &clerk, &[("reason", "<b>重复</b>")]);
    assert_eq!(done.status, 303);
    assert!(!shown(&own).contains("演市监罚〔2026〕1号"), "{}", shown(&own));
    assert!(shown(FIRM).contains("演市监罚〔2026〕3号"), "{}", shown(FIRM));
    let page = staff.get("/console/batches/2", Some(&clerk)).text();
    assert!(page.contains("&lt;b&gt;重复") && !page.contains("<b>重复"), "{page}");
    assert_eq!(staff.get("/console/batches/2/withdraw", Some(&clerk)).status, 303);
}

/// The names and values of a form's fields, choices that are not made left out.
fn filled(html: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (at, mark) in html.match_indices(" name=\"f-") {
        let begun = html[..at].rfind('<').unwrap();
        let (name, rest) = html[at + mark.len()..].split_once('"').unwrap();
        let tag = rest.split_once('>').unwrap();
        let is_choice = html[begun..at].contains("checkbox");
        let value = match tag.0.split_once("value=\"") {
            Some(_) if is_choice => continue,
            Some((_, value)) => value.split_once('"').unwrap().0.to_owned(),
            None => {
                let inner = tag.1.split_once("</").unwrap().0;
                let chosen = inner.split("<option value=\"").find(|one| one.contains(" selected"));
                match chosen {
                    Some(option) => option.split_once('"').unwrap().0.to_owned(),
                    None if inner.contains("<option") => String::new(),
                    None => inner.to_owned(),
                }
            }
        };
        fields.push((format!("f-{name}"), value));
    }
    // A choice is ticked before its name is written.
    for part in html.split("<input type=\"checkbox\"").skip(1) {
        let tag = part.split_once('>').unwrap().0;
        if tag.ends_with(" checked") {
            let of = |what: &str| {
                tag.split_once(&format!(" {what}=\"")).unwrap().1.split_once('"').unwrap().0
            };
            fields.push((of("name").to_owned(), of("value").to_owned()));
        }
    }
    fields
}

#[test]
fn a_single_record_is_checked_before_it_is_sent() {
    let (staff, clerk) = with_clerk();
    let path = "/console/records/new/penalty";
    let form = staff.get(path, Some(&clerk)).text();
    let names: Vec<String> = filled(&form).into_iter().map(|(name, _)| name).collect();
    assert!(names.len() > 10, "{names:?}");
    // Empty it is refused, with what to fill in at each field.
    let empty = staff.post(path, &clerk, &[("body", MARKET), ("step", "check")]);
    assert_eq!(empty.status, 422, "{}", empty.text());
    check("an empty record", "zh-Hans-CN", &empty.text());
    // A field that the catalogue does not have is refused.
    let foreign = staff.post(path, &clerk, &[("f-NOPE", "x"), ("step", "check"), ("body", MARKET)]);
    assert_eq!(foreign.status, 403);
    // Another body's is not there.
    let other = staff.post(path, &clerk, &[("step", "check"), ("body", "150000-environment")]);
    assert_eq!(other.status, 404);
}

#[test]
fn what_is_no_table_or_too_much_is_refused_and_stops_no_other() {
    let (staff, clerk) = with_clerk();
    let good = three_penalties();
    for (name, bytes) in [
        ("photo.csv", b"\x89PNG\r\n\x1a\n0000000000000000".as_slice()),
        ("program.xlsx", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".as_slice()),
        ("paper.xlsx", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj".as_slice()),
        ("empty.csv", b"".as_slice()),
        ("page.csv", b"<html><script>alert(1)</script></html>".as_slice()),
    ] {
        let answer = send(&staff, &clerk, &[(name, bytes)]);
        assert_eq!(answer.status, 422, "{name}");
        check(name, "zh-Hans-CN", &answer.text());
        assert!(answer.text().contains(name), "{name}");
    }
    assert!(staff.get("/console/batches", Some(&clerk)).text().contains("还没有报送记录"));
    let answer =
        send(&staff, &clerk, &[("x.csv", b"MZ\0\0"), ("<img src=x>.csv", good.as_bytes())]);
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("另有 1 个文件已收下"), "{}", answer.text());
    let page = staff.get("/console/batches/1", Some(&clerk)).text();
    assert!(page.contains("&lt;img src=x&gt;.csv") && !page.contains("<img src=x>"), "{page}");
    // Nothing chosen; too many.
    assert_eq!(send(&staff, &clerk, &[]).status, 422);
    let many: Vec<(&str, &[u8])> = (0..21).map(|_| ("a.csv", good.as_bytes())).collect();
    assert!(send(&staff, &clerk, &many).text().contains("最多 20 个文件"));
    // Without the session's word nothing is kept; nor for a body of others.
    let stranger = Session { word: "none".to_owned(), ..clerk.clone() };
    assert_eq!(send(&staff, &stranger, &[("a.csv", good.as_bytes())]).status, 403);
    let fields: &[(&str, &str)] = &[("body", "150000-environment"), ("catalogue", "penalty")];
    let foreign =
        staff.send_files("/console/intake", &clerk, (fields, &[("a.csv", good.as_bytes())]));
    assert_eq!(foreign.status, 404);
}

#[test]
fn cells_with_markup_are_shown_as_text() {
    let (staff, clerk) = with_clerk();
    let evil = "<script>alert(1)</script>有限公司";
    let text = [PENALTIES.to_owned(), penalty(evil, ORGANISATION, "", 7)].join("\r\n");
    send(&staff, &clerk, &[("a.csv", text.as_bytes())]);
    for path in ["/console/batches/1", "/console/batches/1/rows/2", "/console/held"] {
        let page = staff.get(path, Some(&clerk));
        assert!(!page.text().contains("<script>alert"), "{path}");
        assert_eq!(page.status, 200, "{path}");
    }
}

/// A batch, a row, a held row of another body are answered like what there is not.
#[test]
fn another_bodys_hand_ins_are_not_there() {
    let (staff, clerk) = with_clerk();
    staff.account("east-1", &[&format!("clerk:{MARKET_EAST}")]);
    let east = staff.session("east-1");
    send(&staff, &clerk, &[("a.csv", three_penalties().as_bytes())]);
    let nothing = staff.get("/console/nothing", Some(&east)).body;
    for path in [
        "/console/batches/1",
        "/console/batches/1/receipt/csv",
        "/console/batches/1/withdraw",
        "/console/batches/1/rows/2",
        "/console/review/1",
        "/console/batches/99",
        "/console/review/99",
        "/console/review/x",
        "/console/batches/x",
        "/console/intake?body=150000-market",
        "/console/held?body=150000-market",
    ] {
        let answer = staff.get(path, Some(&east));
        assert_eq!((answer.status.as_u16(), &answer.body), (404, &nothing), "{path}");
    }
    for (path, fields) in [
        ("/console/batches/1/withdraw", vec![("reason", "mine")]),
        ("/console/review/1", vec![("act", "link"), ("code", FIRM), ("ground", "document")]),
        ("/console/review/1", vec![("act", "refuse"), ("reason", "mine")]),
        ("/console/review/1", vec![("act", "none"), ("seen", FIRM)]),
        ("/console/review/1", vec![("act", "unsure")]),
        ("/console/review/1", vec![("act", "undo"), ("reason", "mine")]),
        ("/console/batches/1/rows/2", Vec::new()),
    ] {
        assert_eq!(staff.post(path, &east, &fields).status, 404, "{path}");
    }
    assert!(!staff.get("/console/batches", Some(&east)).text().contains("a.csv"));
    // Who acts for the body above acts for it.
    staff.send_files(
        "/console/intake",
        &east,
        (
            &[("body", MARKET_EAST), ("catalogue", "penalty")],
            &[("b.csv", three_penalties().as_bytes())],
        ),
    );
    assert_eq!(staff.get("/console/batches/2", Some(&clerk)).status, 200);
}

/// A header that fits two catalogues alike is no reason to guess: the clerk says which.
#[test]
fn where_several_catalogues_fit_the_clerk_chooses() {
    let (staff, clerk) = with_clerk();
    let fields: &[(&str, &str)] = &[("body", MARKET), ("catalogue", "")];
    let text = three_penalties();
    let sent = staff.send_files("/console/intake", &clerk, (fields, &[("a.csv", text.as_bytes())]));
    assert_eq!(sent.status, 303);
    let page = staff.get("/console/intake/running", Some(&clerk)).text();
    check("a choice of catalogues", "zh-Hans-CN", &page);
    let path = page.split("action=\"").find(|part| part.contains("/catalogue\"")).unwrap();
    let path = path.split_once('"').unwrap().0.to_owned();
    assert_eq!(staff.post(&path, &clerk, &[("catalogue", "licence-of-none")]).status, 404);
    assert_eq!(staff.post(&path, &clerk, &[("catalogue", "penalty")]).status, 303);
    staff.settled();
    assert_eq!(staff.get("/console/batches/1", Some(&clerk)).status, 200);
}

/// The same by key: sent, asked after, read row by row; nothing of another body.
#[test]
fn a_system_hands_in_by_key() {
    let (staff, clerk) = with_clerk();
    let made = staff.post(
        "/console/account/keys",
        &clerk,
        &[("name", "系统"), ("action", "hand-in.make"), ("action", "body.see"), ("days", "30")],
    );
    let text = made.text();
    let bearer = format!("Bearer {}", &text[text.find("gongxin_").unwrap()..][..60]);
    let headers = [("authorization", bearer.as_str())];
    let send = |query: &str, bytes: &[u8]| {
        let path = format!("/api/v1/own/hand-ins{query}");
        let answer = staff.send_bytes("POST", &path, None, &headers, bytes.to_vec());
        staff.settled();
        answer
    };
    let rows = three_penalties();
    let own = format!("?source={MARKET}&catalogue=penalty&name=a.csv");
    let sent = send(&own, rows.as_bytes());
    assert_eq!(sent.status, 202, "{}", sent.text());
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let get = |path: &str| staff.send("GET", &format!("/api/v1/own/{path}"), None, &headers, "");
    let parcel = get(&format!("parcels/{id}")).json();
    assert_eq!((parcel["state"].as_str(), parcel["batch"].as_i64()), (Some("done"), Some(1)));
    let batch = get("hand-ins/1").json();
    assert_eq!(
        (batch["rows"].as_u64(), batch["held"].as_u64(), batch["refused"].as_u64()),
        (Some(3), Some(1), Some(1))
    );
    let findings = get("hand-ins/1/findings?outcome=refused");
    assert!(findings.json()["total"].as_u64() > Some(0) && !findings.text().contains("白雪莲"));
    assert_eq!(send(&own, b"MZ\x90\0\x03").status, 422);
    assert_eq!(send("?source=150000-environment&catalogue=penalty", rows.as_bytes()).status, 404);
    assert_eq!(send(&format!("?source={MARKET}&catalogue=none"), rows.as_bytes()).status, 404);
    assert_eq!(get("hand-ins/99").status, 404);
    assert_eq!(get("parcels/none").status, 404);
    for path in ["hand-ins/1", "hand-ins/1/findings", "parcels/none"] {
        let path = format!("/api/v1/own/{path}");
        assert_eq!(staff.send("GET", &path, None, &[], "").status, 401, "{path}");
    }
    assert_eq!(staff.send("POST", "/api/v1/own/hand-ins", None, &[], "x").status, 401);
}
