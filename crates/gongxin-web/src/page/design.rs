//! `/design`: every part of the pages in every state, for who works on them. Development only.
//!
//! It renders the parts that the pages render, with invented values of the types that the desk hands
//! out: a part that is changed is changed here, and a value that no longer fits fails the page.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use gongxin_app::public::shown::statistics::ShownStatistics;
use gongxin_app::public::shown::{
    RegisterAsk, ShownArticleLine, ShownDispute, ShownEntry, ShownEvent, ShownFact, ShownHit,
    ShownMeasured, ShownNarrowing, ShownRegister, ShownRow, ShownSection, ShownSuggestion,
    ShownSupplier, ShownTermStep, Total, View,
};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use super::message::{Form, Message};
use super::register::{Filters, Stand};
use super::sources::Days;
use super::statistics::Figures;
use super::{Chrome, Range};
use crate::answer::{Robots, fleeting};
use crate::counter::{Counter, Trouble};
use crate::parameters::Parameters;
use crate::visit::Visit;

/// Template, sheet and values of the page; no part of a release.
#[derive(RustEmbed)]
#[folder = "design"]
pub(crate) struct Sources;

/// Text on ground, and the contrast that it must have at least, times ten.
const PAIRS: [(&str, &str, u32); 21] = [
    ("ink", "page", 70),
    ("ink", "surface", 70),
    ("ink-2", "page", 70),
    ("ink-3", "page", 52),
    ("accent", "page", 52),
    ("accent-hover", "page", 52),
    ("on-accent", "accent", 52),
    ("visited", "page", 52),
    ("hold", "hold-bg", 52),
    ("bad", "bad-bg", 52),
    ("note", "note-bg", 45),
    ("past", "past-bg", 52),
    ("demo", "demo-bg", 52),
    ("quiet", "quiet-bg", 52),
    ("ink", "focus-tint", 52),
    ("ink-2", "focus-tint", 52),
    ("rule", "page", 30),
    ("bars", "page", 30),
    ("demo-edge", "demo-bg", 30),
    ("control", "page", 30),
    ("focus", "page", 30),
];

/// Invented values, one for each state of a part.
#[derive(Serialize, Deserialize)]
struct Samples {
    facts: Vec<ShownFact>,
    rows: Vec<ShownRow>,
    entries: Vec<ShownEntry>,
    sections: Vec<ShownSection>,
    events: Vec<ShownEvent>,
    term: Vec<ShownTermStep>,
    disputes: Vec<ShownDispute>,
    hits: Vec<ShownHit>,
    suggestions: Vec<ShownSuggestion>,
    suppliers: Vec<ShownSupplier>,
    measured: ShownMeasured,
    narrowing: ShownNarrowing,
    articles: Vec<ShownArticleLine>,
    bases: Vec<String>,
    statistics: ShownStatistics,
}

#[derive(Serialize)]
struct DesignPage<'a> {
    chrome: &'a Chrome,
    /// The sheet that forces a scheme on a part of the page.
    sheet: &'a str,
    scheme: Option<&'static str>,
    colours: Vec<Colour>,
    samples: Samples,
    days: Days,
    stand: Stand,
    range: Range,
    total: Total,
    filters: Filters,
    form: Option<Form>,
    messages: Vec<Message>,
    figures: Option<Figures<'a>>,
}

/// A text colour on its ground, measured in both schemes.
#[derive(Serialize)]
struct Colour {
    text: &'static str,
    ground: &'static str,
    light: String,
    dark: String,
    least: String,
}

pub(crate) fn routes(prefix: &str) -> Router<Counter> {
    Router::new().route(&format!("{prefix}/design"), get(handle))
}

async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |_| Ok(())).await?;
    let now = asked.platform.now;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let samples: Samples = serde_json::from_slice(&source("samples.json"))?;
    let ask = RegisterAsk {
        region: samples.narrowing.regions.first().map(|one| one.value.clone()),
        ..RegisterAsk::first(50)
    };
    let page = ShownRegister {
        items: samples.entries.clone(),
        next: Some("next".to_owned()),
        reached: Some(now),
    };
    let rows = gongxin_app::public::shown::Page {
        items: samples.rows.clone(),
        next: Some("next".to_owned()),
        total: Total::MoreThan(10_000),
    };
    let path = chrome.address.as_str();
    let statistics = samples.statistics.clone();
    let context = DesignPage {
        sheet: counter.assets().design.as_str(),
        scheme: ["light", "dark"]
            .into_iter()
            .find(|scheme| visit.parameters.first("scheme") == Some(scheme)),
        colours: colours(&counter.assets().style_text()),
        days: Days::of(&chrome),
        stand: Stand::new(&page, 51, path, &[]),
        range: Range::new(&rows, 51, path, &[]),
        total: Total::MoreThan(10_000),
        filters: Filters::new(samples.narrowing.clone(), &ask, path),
        form: Form::of(&Trouble::Day, &mistaken(visit), now),
        messages: messages(),
        figures: Figures::chosen(visit, path, &statistics),
        samples,
        chrome: &chrome,
    };
    counter.page("design.html", &context, &chrome).map(fleeting)
}

/// A visit with a day that cannot be read.
fn mistaken(visit: &Visit) -> Visit {
    Visit { parameters: Parameters::parse("to=2026-13-45"), ..visit.clone() }
}

fn messages() -> Vec<Message> {
    let busy = gongxin_app::public::shown::DeskError::Busy { seconds: 30 };
    let behind = gongxin_app::public::shown::DeskError::Behind { part: String::new() };
    let troubles =
        [Trouble::Ended, Trouble::Never, Trouble::Desk(busy), Trouble::Desk(behind), Trouble::Lost];
    troubles.iter().map(|trouble| Message::of(trouble, || "0-1".to_owned())).collect()
}

/// The bytes of a file of the page; none where it is missing, which its reader tells.
pub(crate) fn source(name: &str) -> Vec<u8> {
    Sources::get(name).map(|file| file.data.into_owned()).unwrap_or_default()
}

/// The sheet of the page: the colours of both schemes for a part of a page each, then its own rules.
pub(crate) fn sheet(style: &str) -> Vec<u8> {
    let block = |text: &str| {
        let body = text.split_once(":root {").and_then(|(_, after)| after.split_once('}'));
        body.map(|(body, _)| body.to_owned()).unwrap_or_default()
    };
    let (light, dark) = style.split_once("(prefers-color-scheme: dark)").unwrap_or((style, ""));
    let rule = |name: &str, body: String| {
        let body = body.replace("color-scheme: light dark;", "");
        format!(
            ".scheme-{name} {{ color-scheme: {name};{body} background: var(--page); color: var(--ink); }}\n"
        )
    };
    let mut sheet = rule("light", block(light)) + &rule("dark", block(dark));
    sheet.push_str(&String::from_utf8_lossy(&source("design.css")));
    sheet.into_bytes()
}

fn colours(style: &str) -> Vec<Colour> {
    let (light, dark) = style.split_once("(prefers-color-scheme: dark)").unwrap_or((style, ""));
    let (light, dark) = (tokens(light), tokens(dark));
    let measured = |tokens: &BTreeMap<&str, &str>, text, ground| {
        let colour = |name| tokens.get(name).and_then(|hex| luminance(hex)).unwrap_or_default();
        let (one, other): (f64, f64) = (colour(text), colour(ground));
        format!("{:.2}", (one.max(other) + 0.05) / (one.min(other) + 0.05))
    };
    let colour = |(text, ground, least): (&'static str, &'static str, u32)| Colour {
        text,
        ground,
        light: measured(&light, text, ground),
        dark: measured(&dark, text, ground),
        least: format!("{}.{}", least / 10, least % 10),
    };
    PAIRS.into_iter().map(colour).collect()
}

/// The colours of the first rule of a sheet.
fn tokens(style: &str) -> BTreeMap<&str, &str> {
    let rule = style.split_once('{').and_then(|(_, after)| after.split_once('}'));
    let pairs = rule.map(|(rule, _)| rule).unwrap_or_default().split(';');
    let pairs = pairs.filter_map(|pair| pair.rsplit_once("--")?.1.split_once(':'));
    pairs.map(|(name, value)| (name.trim(), value.trim())).collect()
}

/// The relative luminance of `#rrggbb` (WCAG 2); none for anything else.
fn luminance(colour: &str) -> Option<f64> {
    let part = |at: usize| {
        let byte = u8::from_str_radix(colour.get(at..at + 2)?, 16).ok()?;
        let share = f64::from(byte) / 255.0;
        Some(if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * part(1)? + 0.7152 * part(3)? + 0.0722 * part(5)?)
}
