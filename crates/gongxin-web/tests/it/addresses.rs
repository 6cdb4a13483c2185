//! Addresses, headers and bad input.

use crate::client::{Answer, ask, get};
use crate::samples::{FULL, OLDER, id};

#[test]
fn an_older_number_leads_to_the_present_code() {
    let cases = [
        (format!("/subject/{OLDER}"), format!("/subject/{FULL}")),
        (format!("/en/subject/{OLDER}"), format!("/en/subject/{FULL}")),
        (
            format!("/subject/{OLDER}/records?year=2026"),
            format!("/subject/{FULL}/records?year=2026"),
        ),
        (format!("/subject/{}", FULL.to_lowercase()), format!("/subject/{FULL}")),
        (
            "/subject/91%20159900-R00000170M?as_of=2026-03-31".to_owned(),
            format!("/subject/{FULL}?as_of=2026-03-31"),
        ),
        (format!("/api/v1/subjects/{OLDER}"), format!("/api/v1/subjects/{FULL}")),
        (
            format!("/api/v1/subjects/{OLDER}/records?limit=2"),
            format!("/api/v1/subjects/{FULL}/records?limit=2"),
        ),
    ];
    for (from, to) in cases {
        let answer = get(&from);
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (301, to.as_str()),
            "{from}"
        );
    }
}

#[test]
fn an_exact_code_goes_straight_to_the_subject() {
    for (from, to) in [
        (format!("/search?q={FULL}"), format!("/subject/{FULL}")),
        (format!("/en/search?q={OLDER}"), format!("/en/subject/{FULL}")),
    ] {
        let answer = get(&from);
        assert_eq!((answer.status.as_u16(), answer.header("location")), (302, to.as_str()));
    }
    assert_eq!(get("/en").header("location"), "/en/");
}

#[test]
fn a_form_of_the_documentation_leads_to_the_operation() {
    let cases = [
        ("/api-docs/try?operation=search&q=%E5%8C%97&limit=", 302, "/api/v1/search?q=%E5%8C%97"),
        ("/api-docs/try?operation=record&id=a%2Fb", 302, "/api/v1/records/a%2Fb"),
        ("/api-docs/try?operation=https://elsewhere", 404, ""),
        ("/api-docs/try", 404, ""),
    ];
    for (from, status, to) in cases {
        let answer = get(from);
        assert_eq!((answer.status.as_u16(), answer.header("location")), (status, to), "{from}");
    }
}

#[test]
fn what_ended_is_the_same_bytes_for_every_record() {
    for prefix in ["/record/", "/en/record/", "/api/v1/records/"] {
        let one = get(&format!("{prefix}{}", id(8)));
        let other = get(&format!("{prefix}{}?as_of=2026-03-31", id(9)));
        assert_eq!(one.status, 410);
        assert_eq!(one, other, "{prefix}");
        let heads = [id(8), id(9)].map(|id| ask("HEAD", &format!("{prefix}{id}"), &[]));
        assert_eq!(heads[0], heads[1], "{prefix}");
        assert_eq!(heads[0].status, 410);
    }
    assert_eq!(get("/subject/ENDED").body, get(&format!("/record/{}", id(8))).body);
}

#[test]
fn pages_have_their_guards() {
    for address in ["/", "/nowhere", "/api/v1/search?q=x", "/healthz"] {
        let answer = get(address);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{address}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{address}");
        assert!(answer.headers.get("set-cookie").is_none(), "{address}");
    }
}

#[test]
fn search_engines_are_told_what_they_may_keep() {
    let hidden = "noindex, noarchive";
    let cases = [
        ("/".to_owned(), ""),
        (format!("/subject/{FULL}"), "noarchive"),
        (format!("/subject/{FULL}?as_of=2026-03-31"), hidden),
        (format!("/record/{}", id(1)), hidden),
        (format!("/record/{}", id(2)), "noarchive"),
        ("/search?q=x".to_owned(), hidden),
        (format!("/subject/{FULL}/records"), hidden),
        (format!("/record/{}", id(8)), hidden),
        (format!("/api/v1/records/{}", id(1)), hidden),
    ];
    for (address, words) in cases {
        let answer = get(&address);
        assert_eq!(answer.header("x-robots-tag"), words, "{address}");
        let tagged = answer.text().contains(&format!("name=\"robots\" content=\"{words}\""));
        assert!(words.is_empty() || tagged || address.starts_with("/api"), "{address}");
    }
}

#[test]
fn an_unchanged_page_answers_304() {
    for address in ["/".to_owned(), format!("/subject/{FULL}"), format!("/api/v1/subjects/{FULL}")]
    {
        let first = get(&address);
        let tag = first.header("etag");
        assert!(tag.starts_with("W/\""), "{address}");
        let again = ask("GET", &address, &[("if-none-match", tag)]);
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{address}");
        let other = ask("GET", &address, &[("if-none-match", "\"other\"")]);
        assert_eq!(other.status, 200, "{address}");
    }
}

#[test]
fn a_style_sheet_is_kept_for_a_year_under_its_digest() {
    let page = get("/").text();
    let start = page.find("/assets/gongxin.").unwrap();
    let address = page.get(start..).unwrap().split('"').next().unwrap().to_owned();
    let answer = get(&address);
    assert_eq!(answer.status, 200);
    assert!(answer.header("cache-control").contains("immutable"));
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(get("/assets/gongxin.css").status, 404);
}

#[test]
fn a_head_has_the_headers_and_no_body() {
    let (head, whole) = (ask("HEAD", "/", &[]), get("/"));
    assert_eq!((head.status, head.body.len()), (whole.status, 0));
    assert_eq!(head.header("etag"), whole.header("etag"));
}

fn status_of(answer: &Answer) -> u16 {
    answer.status.as_u16()
}

#[test]
fn rubbish_is_met_calmly() {
    let long = "x".repeat(10_240);
    let cases = [
        (format!("/search?q={long}"), 400),
        ("/search?q=%00%01%1b%5b31m".to_owned(), 200),
        ("/search?q=%ff%fe%".to_owned(), 200),
        ("/search?q=%E5%8C%97%E6%96%B9&cursor=garbage".to_owned(), 400),
        ("/search?q=%E5%8C%97%E6%96%B9&cursor=0.1".to_owned(), 400),
        ("/search?q=%E5%8C%97%E6%96%B9&cursor=2.foreign".to_owned(), 400),
        ("/search?q=%E5%8C%97%E6%96%B9&cursor=99999999999999999999.1".to_owned(), 400),
        ("/search?region=&kind&status=%".to_owned(), 200),
        ("/subject/%ff%fe".to_owned(), 404),
        ("/subject/%00".to_owned(), 404),
        ("/subject/..%2f..%2fetc".to_owned(), 404),
        (format!("/subject/{long}"), 404),
        (format!("/subject/{FULL}?as_of=garbage"), 400),
        (format!("/subject/{FULL}?as_of=2026-02-30"), 400),
        (format!("/subject/{FULL}?as_of=2026-11-25"), 400),
        (format!("/subject/{FULL}?as_of=2026-11-24"), 200),
        (format!("/subject/{FULL}?known=9999-99-99"), 400),
        (format!("/subject/{FULL}?known=2027-01-01T00:00:00Z"), 400),
        (format!("/subject/{FULL}?known=2026-11-24"), 200),
        (format!("/subject/{FULL}?known=2026-11-25"), 400),
        (format!("/subject/{FULL}/records?section=nothing"), 404),
        (format!("/subject/{FULL}/records?year=MMXXVI"), 400),
        (format!("/subject/{FULL}/records?cursor=2."), 400),
        ("/record/garbage".to_owned(), 404),
        ("/record/%ff".to_owned(), 404),
        (format!("/record/{}", id(7)), 404),
        ("/assets/..%2fsecret".to_owned(), 404),
        ("/en/nowhere".to_owned(), 404),
        ("/api/v1/nowhere".to_owned(), 404),
        ("/api/v1/records/garbage".to_owned(), 404),
        (format!("/api/v1/subjects/{FULL}?limit=0"), 400),
        (format!("/api/v1/subjects/{FULL}?limit=201"), 400),
    ];
    for (address, status) in cases {
        let answer = get(&address);
        let short: String = address.chars().take(60).collect();
        assert_eq!(status_of(&answer), status, "{short}");
        let kind = answer.header("content-type");
        let json = address.starts_with("/api");
        let expected = if json { "application/problem+json" } else { "text/html; charset=utf-8" };
        assert_eq!(kind, expected, "{short}");
        assert!(answer.body.len() < 100_000, "{short}");
    }
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(ask(method, "/", &[]).status, 405, "{method}");
    }
}

#[test]
fn a_fault_gives_a_reference_and_no_detail() {
    for address in ["/subject/FAULT", "/api/v1/subjects/FAULT", "/subject/PANIC"] {
        let answer = get(address);
        assert_eq!(answer.status, 500);
        assert!(answer.text().contains("t-1"), "{address}");
        assert!(!answer.text().contains("disk on fire"), "{address}");
    }
    let busy = get("/subject/BUSY");
    assert_eq!((busy.status.as_u16(), busy.header("retry-after")), (429, "7"));
}

#[test]
fn links_keep_the_day_looked_at() {
    let text = get(&format!("/subject/{FULL}?as_of=2026/3/31")).text();
    assert!(text.contains("class=\"band past\""));
    assert!(text.contains(&format!("href=\"/record/{}?as_of=2026-03-31\"", id(1))));
    assert!(
        text.contains(&format!(
            "/subject/{FULL}/records?as_of=2026-03-31&amp;section=administrative"
        ))
    );
    assert!(text.contains(&format!("<a href=\"/subject/{FULL}\">返回今天</a>")));
}

#[test]
fn pages_of_a_list_follow_each_other_to_the_end() {
    let mut address = format!("/subject/{FULL}/records");
    let mut seen = 0;
    let mut pages = 0;
    loop {
        let text = get(&address).text();
        seen += text.matches("<li class=\"row\">").count();
        pages += 1;
        let Some((before, _)) = text.split_once("\" rel=\"next\"") else {
            break;
        };
        let next = before.rsplit_once("href=\"").unwrap().1;
        address = next.replace("&amp;", "&").split('#').next().unwrap().to_owned();
    }
    assert_eq!((seen, pages), (120, 3));
}
