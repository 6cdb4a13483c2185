//! The colours hold the contrast that the design promises, in both schemes.

use std::collections::BTreeMap;

use gongxin_web::Assets;

use crate::client::ask;
use crate::samples::FULL;

fn tokens(css: &str) -> BTreeMap<String, String> {
    let pairs = css.split(';').filter_map(|part| part.rsplit_once("--")?.1.split_once(':'));
    let colours = pairs.filter(|(_, value)| value.trim().starts_with('#'));
    colours.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let byte = u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
        let share = f64::from(byte) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_can_be_read_in_both_schemes() {
    let style = Assets::load().unwrap().style_text();
    let screen = style.split("@media print").next().unwrap();
    let (light, rest) = screen.split_once("(prefers-color-scheme: dark)").unwrap();
    let dark = rest.split("/* Elements").next().unwrap();
    let pairs = [
        ("ink", "page", 7.0),
        ("ink", "surface", 7.0),
        ("ink-2", "page", 7.0),
        ("ink-2", "surface", 7.0),
        ("ink-3", "page", 5.2),
        ("ink-3", "raised", 5.2),
        ("accent", "page", 5.2),
        ("accent", "surface", 5.2),
        ("accent-hover", "page", 5.2),
        ("visited", "page", 5.2),
        ("on-accent", "accent", 5.2),
        ("on-accent", "accent-hover", 5.2),
        ("hold", "hold-bg", 5.2),
        ("bad", "bad-bg", 5.2),
        ("bad", "page", 5.2),
        ("ink", "note-bg", 5.2),
        // Labels inside the tiles of a map.
        ("shade-light", "shade1", 4.6),
        ("shade-light", "shade2", 4.6),
        ("shade-light", "shade3", 4.6),
        ("shade-dark", "shade4", 4.6),
        ("shade-dark", "shade5", 4.6),
        ("accent", "note-bg", 5.2),
        ("past", "past-bg", 5.2),
        ("demo", "demo-bg", 5.2),
        ("quiet", "quiet-bg", 5.2),
        ("ink", "focus-tint", 5.2),
        ("ink-2", "focus-tint", 5.2),
        ("rule", "page", 3.0),
        ("bars", "page", 3.0),
        ("demo-edge", "demo-bg", 3.0),
        ("control", "page", 3.0),
        ("focus", "page", 3.0),
    ];
    for (scheme, css) in [("light", light), ("dark", dark)] {
        let tokens = tokens(css);
        for (text, ground, least) in pairs {
            let found = contrast(&tokens[text], &tokens[ground]);
            assert!(found >= least, "{scheme}: {text} on {ground} has {found:.2}");
        }
    }
}

/// The bytes of an asset as a browser fetches it.
fn weight(address: &str) -> usize {
    ask("GET", address, &[("accept-encoding", "gzip")]).body.len()
}

#[test]
fn what_a_page_loads_is_light() {
    let assets = Assets::load().unwrap();
    let style = weight(&assets.style);
    assert!(style <= 12_000, "style: {style} bytes");
    let desk = weight(&assets.desk_style);
    assert!(desk <= 6_000, "style behind the counter: {desk} bytes");
    let mark = weight(&assets.mark);
    assert!(mark <= 4_000, "mark: {mark} bytes");
    // A build without npm has no script.
    let script = assets.script.as_deref().map_or(0, weight);
    assert!(script <= 20_000, "script: {script} bytes");
    for page in ["/", "/search?q=%E5%8C%97%E6%96%B9", &format!("/subject/{FULL}"), "/help"] {
        let whole = weight(page) + style + mark + script;
        assert!(whole < 60_000, "{page}: {whole} bytes with all it loads");
    }
}

#[test]
fn colours_are_named_in_one_place() {
    let style = Assets::load().unwrap().style_text();
    let beyond = style.split("/* Elements").nth(1).unwrap().split("/* On paper").next().unwrap();
    assert!(!beyond.contains('#'), "a colour outside tokens.css");
    let desk = Assets::load().unwrap().desk_style_text();
    assert!(!desk.contains('#'), "a colour outside tokens.css");
    for sheet in [style, desk] {
        assert!(!sheet.contains("http") && !sheet.contains("@import"), "a style refers outside");
    }
}
