//! Registers: filters that can be taken away, tables of exactly what is shown, feeds that say
//! nothing.

use crate::client::get;
use crate::samples::{FULL, id};

/// The lines of a table without its mark and header.
fn lines(address: &str) -> Vec<String> {
    let answer = get(address);
    assert_eq!(answer.status, 200, "{address}");
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.text();
    assert!(text.starts_with('\u{feff}'), "{address}");
    assert_eq!(text.matches('\u{feff}').count(), 1, "{address}");
    text.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_table_is_whole_and_names_nobody_whose_name_is_masked() {
    for address in
        ["/double-publicity/csv", "/lists/market/csv", "/en/double-publicity/csv?cursor=51.50"]
    {
        let lines = lines(address);
        // Every fourth entry of the sample is under a masked name.
        assert_eq!(lines.len(), 90, "{address}");
        assert!(lines.iter().all(|line| line.contains(FULL) && !line.contains("张")), "{address}");
        assert!(!lines.iter().any(|line| line.contains("*")), "{address}");
    }
    assert_eq!(lines(&format!("/subject/{FULL}/records/csv")).len(), 120);
    assert_eq!(get("/lists/nothing/csv").status, 404);
    assert_eq!(get("/double-publicity/csv?from=spring").status, 400);
}

#[test]
fn a_feed_has_ids_and_neutral_words_alone() {
    for (address, page) in [
        ("/double-publicity/feed", "/double-publicity"),
        ("/en/lists/market/feed", "/en/lists/market"),
    ] {
        let answer = get(address);
        assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
        assert_eq!(answer.header("x-robots-tag"), "noindex, noarchive");
        let text = answer.text();
        assert_eq!(text.matches("<entry>").count(), 50);
        assert!(text.contains(&format!("urn:gongxin:record:{}", id(1))));
        assert!(text.contains(&format!("href=\"{page}\"")), "{text}");
        for word in ["北方牧业", "处罚", "罚", FULL, "张", "生态环境"] {
            assert!(!text.contains(word), "{address} says {word}");
        }
    }
    assert_eq!(get("/lists/nothing/feed").status, 404);
}

#[test]
fn a_masked_name_is_no_link() {
    let text = get("/double-publicity").text();
    assert!(text.contains("张**"));
    for part in text.split("<a ").skip(1) {
        let inside = part.split("</a>").next().unwrap();
        assert!(!inside.contains("张**"), "{inside}");
    }
}

#[test]
fn each_chosen_filter_can_be_taken_away() {
    let text = get("/double-publicity?region=159900&from=2026-01-01").text();
    assert!(text.contains("href=\"/double-publicity?from=2026-01-01#results\""));
    assert!(text.contains("href=\"/double-publicity?region=159900#results\""));
    assert!(text.contains("<option value=\"159900\" selected>"));
    assert!(text.contains("/double-publicity/csv?region=159900&amp;from=2026-01-01"));
}

#[test]
fn a_visit_that_read_as_far_as_it_may_says_so_and_goes_on() {
    let text = get("/double-publicity?cursor=51.stop").text();
    assert!(text.contains("2026-10-01 09:00") && text.contains("rel=\"next\""), "{text}");
}

#[test]
fn lists_and_registers_are_not_indexed() {
    for address in ["/double-publicity", "/lists", "/lists/market", "/commitments"] {
        assert_eq!(get(address).header("x-robots-tag"), "noindex, noarchive", "{address}");
    }
}
