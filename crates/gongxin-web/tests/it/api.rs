//! The API: shapes, cursors, the document.

use std::collections::BTreeSet;

use crate::client::{ask, get};
use crate::samples::{FULL, id};

#[test]
fn a_subject_has_the_keys_that_others_rely_on() {
    let subject = get(&format!("/api/v1/subjects/{FULL}?limit=2")).json();
    assert_eq!(subject["code"], FULL);
    assert_eq!(subject["name"], "演练北方牧业有限公司");
    assert_eq!(subject["region"], "159900");
    assert_eq!(subject["status"], "active");
    let record = &subject["records"][0];
    assert_eq!(record["catalogue"], "penalty");
    assert_eq!(record["document_number"], "演环罚〔2026〕17号");
    assert_eq!(record["authority"], "演练市生态环境局");
    assert_eq!(record["decided_on"], "2026-03-15");
    assert_eq!(record["standing"], "published");
    assert_eq!(record["published_until"], "2027-03-14");
    assert_eq!(subject["records"].as_array().unwrap().len(), 2);
}

#[test]
fn cursors_lead_to_the_end_of_a_list() {
    let mut address = format!("/api/v1/subjects/{FULL}/records?limit=50");
    let mut seen = 0;
    loop {
        let page = get(&address).json();
        seen += page["records"].as_array().unwrap().len();
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        address = format!("/api/v1/subjects/{FULL}/records?limit=50&cursor={cursor}");
    }
    assert_eq!(seen, 120);
}

#[test]
fn a_search_tells_nothing_of_records() {
    let found = get("/api/v1/search?q=%E5%8C%97%E6%96%B9&limit=3").json();
    assert_eq!(found["total"]["number"], 46);
    assert_eq!(found["items"].as_array().unwrap().len(), 3);
    let keys: BTreeSet<_> = found["items"][1].as_object().unwrap().keys().cloned().collect();
    let expected = [
        "code",
        "established_on",
        "legal_form",
        "matched_by",
        "matched_text",
        "name",
        "provisional",
        "region",
        "status",
        "way",
    ];
    assert_eq!(keys, expected.map(str::to_owned).into());
}

#[test]
fn figures_say_what_they_withhold() {
    let found = get("/api/v1/statistics").json();
    let edition = &found["edition"];
    assert_eq!(
        (edition["day"].as_str(), edition["least_told"].as_u64()),
        (Some("2026-11-01"), Some(5))
    );
    let class = &edition["years"][0]["classes"][0];
    let told = |parts: &str, place: usize| {
        let figure = &class[parts][place];
        (figure["count"].as_u64(), figure["withheld"].as_bool(), figure["small"].as_bool())
    };
    assert_eq!(told("divisions", 0), (Some(12_000), Some(false), Some(false)));
    assert_eq!(told("divisions", 2), (None, Some(true), Some(true)));
    assert_eq!(told("divisions", 3), (None, Some(true), Some(false)));
    assert_eq!(told("industries", 1), (Some(2_300), Some(false), Some(false)));
    assert_eq!(class["months"].as_array().unwrap().len(), 12);
    assert!(edition["years"][2]["year"].is_null());
    // Every part of a list has its place in every class.
    for parts in ["divisions", "industries"] {
        let length = edition[parts].as_array().unwrap().len();
        assert_eq!(class[parts].as_array().unwrap().len(), length, "{parts}");
        assert!(edition[parts][length - 1]["code"].is_null());
    }
    assert_eq!(edition["organisations"][0]["count"], 1_200);
    assert_eq!(edition["bodies"][0]["timeliness"]["per_mille"], 995);
    assert_eq!(edition["bodies"][0]["compliance"]["withheld"], true);
    assert!(get("/statistics").text().contains("href=\"/api/v1/statistics\""));
}

#[test]
fn a_slip_in_a_code_is_named_and_leads_nowhere_by_itself() {
    let answer = get("/api/v1/search?q=9115990R00000170M");
    assert_eq!(answer.status, 200);
    let first = &answer.json()["suggestions"][0];
    assert_eq!((first["slip"].as_str(), first["place"].as_u64()), (Some("missing"), Some(7)));
    assert_eq!(first["subject"]["code"], FULL);
}

#[test]
fn a_document_number_leads_to_its_records() {
    let found = get("/api/v1/search?q=%E6%BC%94%E7%8E%AF%E7%BD%9A(2026)17%E5%8F%B7").json();
    assert_eq!(found["documents"][0]["record"]["document_number"], "演环罚〔2026〕17号");
    assert_eq!(found["documents"][0]["subject"]["code"], FULL);
    assert_eq!(found["items"].as_array().unwrap().len(), 0);
}

#[test]
fn at_most_eight_are_suggested_with_registration_facts_only() {
    let found = get("/api/v1/suggest?q=%E5%8C%97%E6%96%B9").json();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 8);
    let keys: BTreeSet<_> = items[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["code", "formerly", "name", "region", "until"].map(str::to_owned).into());
    let former = items.iter().find(|item| item["formerly"].is_string()).unwrap();
    assert!(former["name"].is_string());
    for short in ["", "%E5%8C%97", "%20%00"] {
        let none = get(&format!("/api/v1/suggest?q={short}"));
        assert_eq!(none.json()["items"].as_array().unwrap().len(), 0, "{short}");
    }
    let number = get("/api/v1/suggest?q=%E6%BC%94%E7%8E%AF%E7%BD%9A(2026)17%E5%8F%B7").json();
    assert_eq!(number["items"].as_array().unwrap().len(), 0, "a document is no suggestion");
}

#[test]
fn the_log_is_served_as_its_specifications_say() {
    let checkpoint = get("/log/checkpoint");
    assert_eq!(checkpoint.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(checkpoint.header("cache-control"), "public, max-age=5, must-revalidate");
    let log = get("/api/v1/log").json();
    assert_eq!(log["checkpoint"], checkpoint.text());
    assert_eq!((log["size"].as_u64(), log["suite"].as_str()), (Some(20_852_163), Some("sha256")));
    let tile = get("/log/tile/0/000.p/2");
    assert_eq!(tile.header("content-type"), "application/octet-stream");
    assert_eq!(tile.header("cache-control"), "public, max-age=31536000, immutable");
    for none in ["/log/tile/0/000.p/3", "/log/tile/", "/log/tile/0", "/log/tiles"] {
        let answer = get(none);
        assert_eq!(answer.status, 404, "{none}");
        assert_eq!(answer.header("cache-control"), "no-store", "{none}");
    }
    // The proof ends with its record.
    for (record, status) in [(id(1), 200), (id(9), 410), (id(77), 404)] {
        assert_eq!(get(&format!("/api/v1/log/records/{record}")).status, status);
    }
    let proof = get(&format!("/api/v1/log/records/{}", id(1))).json();
    assert_eq!(
        (&proof["format"], &proof["checkpoint"]),
        (&"gongxin-log-proof/1".into(), &log["checkpoint"])
    );
}

#[test]
fn answers_are_kept_for_a_minute_and_problems_are_not() {
    for (address, expected) in [
        (format!("/api/v1/subjects/{FULL}"), "public, max-age=60, must-revalidate"),
        (format!("/api/v1/subjects/{FULL}/records"), "public, max-age=60, must-revalidate"),
        (format!("/api/v1/records/{}", id(1)), "public, max-age=60, must-revalidate"),
        ("/api/v1/search?q=x".to_owned(), "public, max-age=60, must-revalidate"),
        (format!("/subject/{FULL}"), "public, max-age=60, must-revalidate"),
        (format!("/record/{}", id(1)), "public, max-age=60, must-revalidate"),
        (format!("/record/{}", id(9)), "no-store"),
        (format!("/api/v1/records/{}", id(9)), "no-store"),
        ("/healthz".to_owned(), "no-store"),
    ] {
        assert_eq!(get(&address).header("cache-control"), expected, "{address}");
    }
}

#[test]
fn a_record_has_its_term_and_origin() {
    let record = get(&format!("/api/v1/records/{}", id(1))).json();
    assert_eq!(record["term"][0]["part"], "rule");
    assert_eq!(record["origin"]["entry"], 48_213);
    assert_eq!(record["origin"]["received"], "2026-03-20T02:05:11.000000Z");
}

#[test]
fn problems_speak_the_language_asked_for() {
    let address = format!("/api/v1/records/{}", id(9));
    let chinese = get(&address);
    let english = ask("GET", &address, &[("accept-language", "en-GB,en;q=0.9")]);
    assert_eq!(chinese.header("content-type"), "application/problem+json");
    assert_eq!(chinese.json()["title"], "信息已停止公示");
    assert_eq!(english.json()["title"], "No longer published");
    assert_eq!(english.json()["type"], "urn:gongxin:problem:ended");
    assert_eq!(english.json()["status"], 410);
}

#[test]
fn registers_answer_without_masked_names() {
    for address in [
        "/api/v1/double-publicity?limit=4",
        "/api/v1/lists/market?limit=4",
        "/api/v1/commitments?limit=4",
    ] {
        let answer = get(address);
        assert_eq!(answer.status, 200, "{address}");
        let page = answer.json();
        assert_eq!(page["records"].as_array().unwrap().len(), 3, "{address}");
        assert!(page["next_cursor"].as_str().unwrap().starts_with("5."), "{address}");
        assert!(!answer.text().contains("张"), "{address}");
    }
    assert_eq!(get("/api/v1/lists").json()["lists"][0]["id"], "market");
    assert_eq!(get("/api/v1/lists/nothing").status, 404);
    let source = get("/api/v1/sources/S01").json();
    assert_eq!(source["supplies"][0]["deadline_working_days"], 7);
    assert_eq!(source["figures"]["lines"][1]["figures"][2], serde_json::Value::Null);
    assert_eq!(get("/api/v1/sources").json()["sources"][1]["overdue_working_days"], 2);
}

#[test]
fn health_names_store_and_faces() {
    let health = get("/healthz");
    assert_eq!(health.status, 200);
    let expected = serde_json::json!({
        "status": "ok", "store": "sqlite", "faces": [{ "name": "name-index", "lag": 0 }]
    });
    assert_eq!(health.json(), expected);
}

#[test]
fn rules_are_named_with_their_family() {
    let rules = get("/api/v1/rules").json();
    assert_eq!(rules["rulebook"]["key"], "2-0123456789abcdef");
    assert_eq!(rules["rules"][0]["id"], "catalogue:penalty");
    for address in ["/api/v1/rules/catalogue:penalty", "/api/v1/rules/penalty"] {
        let rule = get(address).json();
        assert_eq!(rule["id"], "catalogue:penalty", "{address}");
        assert_eq!(rule["ground"]["clauses"][0]["law"], "order-1");
    }
    assert_eq!(get("/api/v1/rules/term:penalty").status, 404);
}

#[test]
fn every_operation_is_in_the_document_and_public_or_by_key() {
    let document = get("/api/v1/openapi.json").json();
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let expected = [
        "/api/v1/commitments",
        "/api/v1/double-publicity",
        "/api/v1/guides",
        "/api/v1/guides/{slug}",
        "/api/v1/lists",
        "/api/v1/lists/{id}",
        "/api/v1/log",
        "/api/v1/log/records/{id}",
        "/api/v1/notices",
        "/api/v1/notices/{slug}",
        "/api/v1/open-data",
        "/api/v1/open-data/changes",
        "/api/v1/open-data/{id}",
        "/api/v1/openapi.json",
        "/api/v1/own/cases",
        "/api/v1/own/cases/{number}",
        "/api/v1/own/cases/{number}/steps",
        "/api/v1/own/checks",
        "/api/v1/own/files",
        "/api/v1/own/hand-ins",
        "/api/v1/own/hand-ins/{batch}",
        "/api/v1/own/hand-ins/{batch}/findings",
        "/api/v1/own/parcels/{id}",
        "/api/v1/own/quality",
        "/api/v1/records/{id}",
        "/api/v1/rules",
        "/api/v1/rules/{id}",
        "/api/v1/search",
        "/api/v1/sources",
        "/api/v1/sources/{code}",
        "/api/v1/statistics",
        "/api/v1/subjects/{code}",
        "/api/v1/subjects/{code}/records",
        "/api/v1/suggest",
        "/healthz",
    ];
    assert_eq!(paths.into_iter().collect::<BTreeSet<_>>(), expected.map(str::to_owned).into());
    for (name, path) in document["paths"].as_object().unwrap() {
        let tag = if name.starts_with("/api/v1/own/") { "own" } else { "public" };
        for operation in path.as_object().unwrap().values() {
            assert_eq!(operation["tags"], serde_json::json!([tag]));
            assert_eq!(operation["security"].is_null(), tag == "public", "{name}");
        }
    }
}

#[test]
fn the_committed_document_is_fresh() {
    let fresh = gongxin_web::api::document().to_pretty_json().unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/develop/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        fresh == committed,
        "docs/develop/openapi.json is old; run \
         `cargo run -p gongxin-web --example openapi > docs/develop/openapi.json`"
    );
}
