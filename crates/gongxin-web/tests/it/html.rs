//! Checks that every page must pass.

use std::collections::BTreeSet;

fn tags(html: &str) -> Vec<(&str, &str)> {
    html.split('<').skip(1).filter_map(|part| part.split_once('>')).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| value)
}

/// Fails where a page breaks a rule every page keeps.
pub(crate) fn check(page: &str, lang: &str, html: &str) {
    let (html, data) = without_data(html);
    let html = html.as_str();
    for block in data {
        let _: serde_json::Value = serde_json::from_str(&block).unwrap();
    }
    let tags = tags(html);
    let names: Vec<&str> =
        tags.iter().map(|(tag, _)| tag.split_whitespace().next().unwrap_or_default()).collect();
    let named = |name: &str| names.iter().filter(|one| **one == name).count();
    assert_eq!(named("h1"), 1, "{page}: one h1");
    assert_eq!(named("main"), 1, "{page}: one main");
    let scripts = tags.iter().filter(|(tag, text)| {
        tag.starts_with("script ") && (!tag.contains(" src=\"/assets/") || !text.is_empty())
    });
    assert_eq!(scripts.count() + named("style"), 0, "{page}: no inline script or style");
    assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\"")), "{page}: lang");
    let title = html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
    assert!(!title.trim().is_empty() && !title.contains('<'), "{page}: title `{title}`");
    balanced(page, &names, &tags);
    headings(page, &names);
    identities(page, &tags);
    for (tag, _) in &tags {
        assert!(!tag.contains(" style=") && !tag.contains(" on"), "{page}: inline in <{tag}>");
        for name in ["href", "src", "action"] {
            let Some(target) = attribute(tag, name) else {
                continue;
            };
            let here = target.starts_with('/') && !target.starts_with("//");
            // An article may lead elsewhere, where a reader presses; nothing is loaded from there.
            let article = tag.starts_with("a ") && tag.ends_with(" rel=\"noreferrer\"");
            let known = target == "https://beian.miit.gov.cn/" || article;
            assert!(here || target.starts_with('#') || known, "{page}: {name} {target}");
        }
    }
    assert!(!html.contains("{{") && !html.contains("{%"), "{page}: template left over");
    let place = html.find('{').map(|at| html.get(at..at + 20));
    assert!(place.is_none(), "{page}: a place without a value: {place:?}");
}

/// The page without its blocks of data, and the blocks.
fn without_data(html: &str) -> (String, Vec<String>) {
    let mut parts = html.split("<script type=\"application/ld+json\">");
    let mut page = parts.next().unwrap().to_owned();
    let mut data = Vec::new();
    for part in parts {
        let (block, rest) = part.split_once("</script>").unwrap();
        data.push(block.to_owned());
        page.push_str(rest);
    }
    (page, data)
}

fn balanced(page: &str, names: &[&str], tags: &[(&str, &str)]) {
    let void = ["meta", "link", "input", "br", "wbr", "hr", "img", "!doctype"];
    let mut open = Vec::new();
    for (name, (tag, _)) in names.iter().zip(tags) {
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{page}: </{closed}>");
        } else if !void.contains(name) && !tag.ends_with('/') {
            open.push(*name);
        }
    }
    assert!(open.is_empty(), "{page}: left open {open:?}");
}

fn headings(page: &str, names: &[&str]) {
    let mut before = 0;
    for name in names {
        let level = match *name {
            "h1" => 1,
            "h2" => 2,
            "h3" => 3,
            "h4" => 4,
            _ => continue,
        };
        assert!(level <= before + 1, "{page}: h{level} after h{before}");
        before = level;
    }
}

fn identities(page: &str, tags: &[(&str, &str)]) {
    let mut ids = BTreeSet::new();
    for (tag, _) in tags {
        if let Some(id) = attribute(tag, "id") {
            assert!(ids.insert(id), "{page}: id {id} twice");
        }
    }
    for (tag, _) in tags {
        for name in ["for", "aria-labelledby", "aria-describedby"] {
            for id in attribute(tag, name).into_iter().flat_map(str::split_whitespace) {
                assert!(ids.contains(id), "{page}: {name} {id} leads nowhere");
            }
        }
        let box_without_label = tag.starts_with("input ")
            && !tag.contains("type=\"hidden\"")
            && !tag.contains("type=\"checkbox\"");
        if box_without_label {
            let id = attribute(tag, "id").unwrap();
            let labelled = tags.iter().any(|(tag, _)| attribute(tag, "for") == Some(id));
            assert!(labelled, "{page}: field {id} without a label");
        }
    }
}
