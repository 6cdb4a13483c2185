//! Style sheets, scripts, the mark and the font of the Mongolian page, served from the binary under
//! addresses that hold their digest. Scripts and font are there where npm built them; pages are
//! whole without.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

#[derive(RustEmbed)]
#[folder = "../../web/src"]
struct Sources;

/// The sides of the mark's pictures, in pixels.
const ICONS: [u32; 3] = [180, 192, 512];

/// What npm built: empty in a build without it.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Built;

/// The sheets of the one style, in cascade order.
const SHEETS: [&str; 10] = [
    "tokens.css",
    "base.css",
    "parts.css",
    "pages.css",
    "registers.css",
    "site.css",
    "rules.css",
    "statistics.css",
    "open.css",
    "print.css",
];
/// The sheets of pages behind the counter, which no reader of the public pages loads.
const DESK_SHEETS: [&str; 4] = ["console.css", "desk.css", "cases.css", "inbox.css"];

/// What the counter serves beside pages.
#[derive(Debug, Clone)]
pub struct Assets {
    files: BTreeMap<String, (&'static str, Vec<u8>)>,
    /// The address of the style sheet.
    pub style: String,
    /// The address of the sheet of pages behind the counter.
    pub desk_style: String,
    /// The address of the mark.
    pub mark: String,
    /// The addresses of the mark as a picture, by its side in pixels.
    pub icons: BTreeMap<u32, String>,
    /// The address of the script; none in a build without npm.
    pub script: Option<String>,
    /// The address of the interactive chart, loaded when a reader asks for it; none in a build
    /// without npm.
    pub(crate) chart: Option<String>,
    /// The keys of the queue of held rows, loaded there alone; none in a build without npm.
    pub(crate) review: Option<String>,
    /// The sheet that names the font of the Mongolian page; none in a build without npm.
    pub(crate) mongolian: Option<String>,
    /// The licence of that font.
    pub(crate) mongolian_licence: Option<String>,
    /// The sheet of the page of parts; no part of a release.
    #[cfg(debug_assertions)]
    pub(crate) design: String,
    /// The script that keeps the shell for when there is no network.
    pub(crate) worker: Option<String>,
}

/// A file that pages need is not built in.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not built in")]
pub struct AssetError(String);

impl Assets {
    /// Takes what is built in, and joins the sheets into one.
    ///
    /// # Errors
    /// Where a sheet or the mark is missing.
    pub fn load() -> Result<Self, AssetError> {
        let style = joined(&SHEETS)?;
        let mut files = BTreeMap::new();
        let mut keep = |stem: &str, ending: &str, kind: &'static str, bytes: Vec<u8>| {
            let name = named(stem, ending, &bytes);
            let address = format!("/assets/{name}");
            files.insert(name, (kind, bytes));
            address
        };
        #[cfg(debug_assertions)]
        let design = {
            let sheet = crate::page::design::sheet(&String::from_utf8_lossy(&style));
            keep("design", "css", "text/css; charset=utf-8", sheet)
        };
        let style = keep("gongxin", "css", "text/css; charset=utf-8", style);
        let desk_style = keep("desk", "css", "text/css; charset=utf-8", joined(&DESK_SHEETS)?);
        let mark = keep("mark", "svg", "image/svg+xml", source("mark.svg")?);
        let mut icons = BTreeMap::new();
        for side in ICONS {
            let bytes = source(&format!("icon-{side}.png"))?;
            icons.insert(side, keep(&format!("icon-{side}"), "png", "image/png", bytes));
        }
        let script = built("gongxin.js")
            .map(|bytes| keep("gongxin", "js", "text/javascript; charset=utf-8", bytes));
        let chart = built("chart.js")
            .map(|bytes| keep("chart", "js", "text/javascript; charset=utf-8", bytes));
        let review = built("review.js")
            .map(|bytes| keep("review", "js", "text/javascript; charset=utf-8", bytes));
        let mongolian = built("noto-sans-mongolian.woff2").map(|bytes| {
            let font = keep("noto-sans-mongolian", "woff2", "font/woff2", bytes);
            let face = format!(
                "@font-face {{ font-family: \"Noto Sans Mongolian\"; font-display: swap; \
                 src: url({font}) format(\"woff2\"); }}\n"
            );
            keep("mongolian", "css", "text/css; charset=utf-8", face.into_bytes())
        });
        let mongolian_licence = built("noto-sans-mongolian.txt")
            .map(|bytes| keep("noto-sans-mongolian", "txt", "text/plain; charset=utf-8", bytes));
        let worker = built("worker.js").and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(Self {
            files,
            style,
            desk_style,
            mark,
            icons,
            script,
            chart,
            review,
            mongolian,
            mongolian_licence,
            #[cfg(debug_assertions)]
            design,
            worker,
        })
    }

    /// The style sheet as served.
    #[must_use]
    pub fn style_text(&self) -> String {
        self.text(&self.style)
    }

    /// The sheet of pages behind the counter as served.
    #[must_use]
    pub fn desk_style_text(&self) -> String {
        self.text(&self.desk_style)
    }

    fn text(&self, address: &str) -> String {
        let name = address.trim_start_matches("/assets/");
        let bytes = self.files.get(name).map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }
}

fn joined(names: &[&str]) -> Result<Vec<u8>, AssetError> {
    let mut sheet = Vec::new();
    for name in names {
        sheet.extend_from_slice(&source(name)?);
    }
    Ok(sheet)
}

fn built(name: &str) -> Option<Vec<u8>> {
    Built::get(name).map(|file| file.data.into_owned())
}

fn source(name: &str) -> Result<Vec<u8>, AssetError> {
    Sources::get(name).map(|file| file.data.into_owned()).ok_or_else(|| AssetError(name.to_owned()))
}

fn named(stem: &str, ending: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{stem}.{hex}.{ending}")
}

pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    Path(name): Path<String>,
) -> Response {
    match counter.assets().files.get(&name) {
        Some((kind, bytes)) => (
            [(CONTENT_TYPE, *kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")],
            bytes.clone(),
        )
            .into_response(),
        None => counter.settle(&visit, Err(Trouble::Never)),
    }
}
