//! What machines read.

use crate::client::{ask, ask_at, counter, get};
use crate::samples::{EMPTY, FULL, OLDER, SampleDesk};

const HOST: (&str, &str) = ("host", "credit.example");

#[test]
fn robots_are_kept_from_what_may_end() {
    let text = ask("GET", "/robots.txt", &[HOST]).text();
    for line in [
        "Disallow: /search",
        "Disallow: /en/search",
        "Disallow: /record/",
        "Disallow: /subject/*/records",
        "Disallow: /lists",
        "Disallow: /*?*as_of=",
        "Disallow: /api/",
        "Sitemap: http://credit.example/sitemap.xml",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}");
    }
    assert!(!text.lines().any(|line| line == "Disallow: /"));
}

#[test]
fn the_map_leads_to_every_shard_and_a_shard_to_subjects() {
    let index = ask("GET", "/sitemap.xml", &[HOST, ("x-forwarded-proto", "https")]);
    assert_eq!(index.header("content-type"), "application/xml; charset=utf-8");
    let text = index.text();
    for name in ["pages", "0", "1"] {
        let map = format!("<loc>https://credit.example/sitemap/{name}.xml</loc>");
        assert!(text.contains(&map), "{name}");
    }
    assert_eq!(text.matches("<sitemap>").count(), 3);
    let shard = ask("GET", "/sitemap/0.xml", &[HOST]).text();
    for code in [FULL, EMPTY] {
        assert!(
            shard.contains(&format!("<url><loc>http://credit.example/subject/{code}</loc></url>"))
        );
    }
    assert!(ask("GET", "/sitemap/pages.xml", &[HOST]).text().contains("/en/help</loc>"));
    assert_eq!(get("/sitemap/9.xml").text().matches("<url>").count(), 0);
    for nowhere in ["/sitemap/x.xml", "/sitemap/0", "/sitemap/-1.xml", "/sitemap/%ff"] {
        assert_eq!(get(nowhere).status, 404, "{nowhere}");
    }
}

fn linked_data(address: &str) -> Option<serde_json::Value> {
    let text = ask("GET", address, &[HOST]).text();
    let (_, after) = text.split_once("<script type=\"application/ld+json\">")?;
    serde_json::from_str(after.split_once("</script>")?.0).ok()
}

#[test]
fn a_subject_tells_machines_its_registration_only() {
    let expected = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": format!("http://credit.example/subject/{FULL}"),
        "url": format!("http://credit.example/subject/{FULL}"),
        "name": "演练北方牧业有限公司",
        "identifier": {
            "@type": "PropertyValue", "propertyID": "统一社会信用代码", "value": FULL
        },
        "additionalType": "有限责任公司",
        "foundingDate": "2009-03-01",
        "address": {
            "@type": "PostalAddress", "addressCountry": "CN", "addressRegion": "演练市甲旗"
        },
    });
    assert_eq!(linked_data(&format!("/subject/{FULL}")).unwrap(), expected);
    for silent in
        [format!("/subject/{FULL}?as_of=2026-03-31"), format!("/subject/{EMPTY}"), "/".to_owned()]
    {
        assert_eq!(linked_data(&silent), None, "{silent}");
    }
    assert!(!get(&format!("/subject/{OLDER}")).text().contains("ld+json"));
}

#[test]
fn a_page_bears_its_permanent_address_as_a_code_to_scan() {
    let text = ask("GET", &format!("/en/subject/{FULL}?as_of=2026-03-31"), &[HOST]).text();
    let text = text.replace("<wbr>", "");
    assert!(text.contains(&format!(">http://credit.example/en/subject/{FULL}</a>")));
    assert_eq!(text.matches("<svg class=\"qr\"").count(), 1);
}

#[test]
fn nobody_is_led_to_the_address_that_another_came_to() {
    let router = counter(SampleDesk::default());
    for host in ["credit.example", "elsewhere.example", "credit.example"] {
        let address = format!("/subject/{FULL}");
        let text = ask_at(router.clone(), "GET", &address, &[("host", host)]).text();
        let text = text.replace("<wbr>", "");
        assert!(text.contains(&format!(">http://{host}/subject/{FULL}</a>")), "{host}");
    }
}

#[test]
fn what_is_kept_on_a_phone_is_the_shell_and_the_help() {
    let manifest = get("/manifest.webmanifest");
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    for icon in manifest.json()["icons"].as_array().unwrap() {
        assert_eq!(get(icon["src"].as_str().unwrap()).status, 200, "{icon}");
    }
    let worker = get("/worker.js");
    if gongxin_web::Assets::load().unwrap().script.is_none() {
        assert_eq!(worker.status, 404);
        return;
    }
    let text = worker.text();
    let (shell, _) = text.strip_prefix("const SHELL = ").unwrap().split_once(";\n").unwrap();
    let shell: serde_json::Value = serde_json::from_str(shell).unwrap();
    for page in shell["pages"].as_array().unwrap() {
        let page = page.as_str().unwrap();
        assert!(page.contains("/help") || page.ends_with("/offline"), "{page}");
        assert_eq!(get(page).status, 200, "{page}");
    }
    for asset in shell["assets"].as_array().unwrap() {
        assert_eq!(get(asset.as_str().unwrap()).status, 200, "{asset}");
    }
}

#[test]
fn scripts_come_from_here_alone_and_only_where_there_are_any() {
    let policy = get("/").header("content-security-policy").to_owned();
    let has_scripts = gongxin_web::Assets::load().unwrap().script.is_some();
    assert_eq!(policy.contains("script-src 'self'"), has_scripts);
    assert_eq!(get("/").text().contains("<script src=\"/assets/gongxin."), has_scripts);
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
}
