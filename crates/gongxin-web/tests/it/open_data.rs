//! Open data: files on their way out, and their description for machines.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tower::ServiceExt as _;

use crate::client::{ask, counter, get};
use crate::samples::{CONTENT, ENDING, HELD, RENEWED, SampleDesk, open_data};

fn address(name: &str, ending: &str) -> String {
    format!("/open-data/files/{name}.{ending}")
}

#[test]
fn a_file_goes_out_under_its_headers() {
    let kinds = [
        ("csv", "text/csv; charset=utf-8"),
        ("jsonl", "application/jsonl; charset=utf-8"),
        ("parquet", "application/vnd.apache.parquet"),
    ];
    for (ending, kind) in kinds {
        for prefix in ["", "/en"] {
            let answer = get(&format!("{prefix}{}", address(HELD, ending)));
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.text(), CONTENT);
            assert_eq!(answer.header("content-type"), kind);
            assert_eq!(answer.header("content-length"), CONTENT.len().to_string());
            assert_eq!(answer.header("x-robots-tag"), "noindex, noarchive");
            assert_eq!(answer.header("cache-control"), "public, max-age=60, must-revalidate");
            let disposition = format!("attachment; filename=\"{HELD}.{ending}\"");
            assert_eq!(answer.header("content-disposition"), disposition);
            assert!(answer.header("etag").starts_with("W/\""), "{:?}", answer.headers);
        }
    }
    // Who holds the same gets it not again, and who only asks for headers gets those.
    let csv = address(HELD, "csv");
    let tag = get(&csv).header("etag").to_owned();
    let held = ask("GET", &csv, &[("if-none-match", &tag)]);
    assert_eq!((held.status, held.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let head = ask("HEAD", &csv, &[]);
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), CONTENT.len().to_string());
    // What is compressed inside is not compressed again.
    let parquet = ask("GET", &address(HELD, "parquet"), &[("accept-encoding", "gzip")]);
    assert_eq!(parquet.header("content-encoding"), "");
}

#[test]
fn a_file_that_is_made_anew_says_when_to_come_again() {
    let answer = get(&address(RENEWED, "csv"));
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "90");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.text().contains("90") && answer.text().contains("<h1>"));
    for never in ["nothing.csv", "nothing", ".csv", "%ff.csv", "a%2Fb.csv"] {
        let answer = get(&format!("/open-data/files/{never}"));
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{never}");
    }
}

/// A file that is withdrawn while it goes out breaks off: nobody takes it for whole.
#[test]
fn what_is_withdrawn_on_its_way_breaks_off() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let request = Request::get(address(ENDING, "jsonl")).body(Body::empty()).unwrap();
        let response = counter(SampleDesk::default()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let length: u64 = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
        let read = to_bytes(response.into_body(), usize::MAX).await;
        assert!(read.is_err(), "{length} bytes were promised");
    });
}

#[test]
fn the_description_names_every_file_that_can_be_taken() {
    let answer = ask("GET", "/open-data/catalog.jsonld", &[("host", "credit.example")]);
    assert_eq!(answer.header("content-type"), "application/ld+json");
    let catalog = answer.json();
    assert_eq!(catalog["@type"], "dcat:Catalog");
    let (_, open) = open_data().remove(0);
    let datasets = catalog["dcat:dataset"].as_array().unwrap();
    assert_eq!(datasets.len(), open.classes.len());
    let mut named = BTreeSet::new();
    for dataset in datasets {
        assert_eq!(dataset["@type"], "dcat:Dataset");
        assert!(dataset["dct:title"].is_array() || dataset["dct:title"].is_object());
        for file in dataset["dcat:distribution"].as_array().unwrap() {
            assert_eq!(file["@type"], "dcat:Distribution");
            let size: u64 = file["dcat:byteSize"]["@value"].as_str().unwrap().parse().unwrap();
            let checksum = file["spdx:checksum"]["spdx:checksumValue"]["@value"].as_str();
            assert!(size > 0 && checksum.is_some_and(|one| one.len() == 64), "{file}");
            for key in ["dct:license", "dct:spatial", "dct:temporal", "dcat:mediaType"] {
                assert!(file[key].is_object(), "{key}");
            }
            named.insert(file["dcat:downloadURL"]["@id"].as_str().unwrap().to_owned());
        }
    }
    let shards = open.classes.iter().flat_map(|class| &class.shards);
    let files = shards.filter_map(|shard| Some((shard, shard.held.as_ref()?)));
    let expected: BTreeSet<String> = files
        .flat_map(|(shard, held)| held.files.iter().map(move |file| (shard, file)))
        .map(|(shard, file)| {
            format!("http://credit.example{}", address(&shard.name, file.format.word()))
        })
        .collect();
    assert_eq!(named, expected);
}

#[test]
fn a_page_links_every_file_and_what_is_made_anew_has_none() {
    let text = get("/open-data/penalty").text();
    for ending in ["csv", "jsonl", "parquet"] {
        assert!(text.contains(&format!("href=\"{}\"", address(HELD, ending))), "{ending}");
        assert!(!text.contains(&address(RENEWED, ending)), "{ending}");
    }
    assert!(text.contains("正在重新生成"));
    let narrowed = get("/open-data/penalty?division=elsewhere").text();
    assert!(!narrowed.contains(&address(HELD, "csv")));
    assert!(narrowed.contains(&address("penalty-elsewhere-2026", "csv")));
}

#[test]
fn the_api_tells_files_and_changes() {
    let all = get("/api/v1/open-data").json();
    let shard = &all["catalogues"][0]["shards"][0];
    assert_eq!((&shard["name"], &shard["rows"]), (&HELD.into(), &12_345.into()));
    assert_eq!(shard["files"][0]["address"], address(HELD, "csv"));
    let one = get("/api/v1/open-data/penalty").json();
    assert_eq!(one["columns"][0]["name"], "record");
    assert_eq!(one["columns"][0]["label"]["en"], "id of the record, for its permanent link");
    assert_eq!(one["code_lists"][1]["codes"].as_array().unwrap().len(), 200);
    let begin = get("/api/v1/open-data/changes").json();
    assert_eq!(begin["changes"].as_array().unwrap().len(), 0);
    let cursor = begin["next_cursor"].as_str().unwrap();
    let next = get(&format!("/api/v1/open-data/changes?cursor={cursor}")).json();
    let states: Vec<_> = next["changes"].as_array().unwrap().iter().collect();
    assert_eq!((&states[0]["state"], &states[1]["state"]), (&"shown".into(), &"gone".into()));
    let keys: Vec<&String> = states[1].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["record", "state"], "nothing else is told of what is gone");
    assert_eq!(get("/api/v1/open-data/changes?cursor=foreign").status, StatusCode::BAD_REQUEST);
    assert_eq!(get("/api/v1/open-data/nothing").status, StatusCode::NOT_FOUND);
}
