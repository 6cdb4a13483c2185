//! Style sheets and the mark, served from the binary under addresses that hold their digest.

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

/// The sheets of the one style, in cascade order.
const SHEETS: [&str; 7] =
    ["tokens.css", "base.css", "parts.css", "pages.css", "registers.css", "site.css", "print.css"];

/// What the counter serves beside pages.
#[derive(Debug, Clone)]
pub struct Assets {
    files: BTreeMap<String, (&'static str, Vec<u8>)>,
    /// The address of the style sheet.
    pub style: String,
    /// The address of the mark.
    pub mark: String,
}

/// A file that pages need is not built in.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not built in")]
pub struct AssetError(String);

impl Assets {
    /// Takes the sheets built in and joins them into one.
    ///
    /// # Errors
    /// Where one is missing.
    pub fn load() -> Result<Self, AssetError> {
        let mut style = Vec::new();
        for name in SHEETS {
            style.extend_from_slice(&source(name)?);
        }
        let mark = source("mark.svg")?;
        let (style_name, mark_name) =
            (named("gongxin", "css", &style), named("mark", "svg", &mark));
        let (style_address, mark_address) =
            (format!("/assets/{style_name}"), format!("/assets/{mark_name}"));
        let files = BTreeMap::from([
            (style_name, ("text/css; charset=utf-8", style)),
            (mark_name, ("image/svg+xml", mark)),
        ]);
        Ok(Self { files, style: style_address, mark: mark_address })
    }

    /// The style sheet as served.
    #[must_use]
    pub fn style_text(&self) -> String {
        let name = self.style.trim_start_matches("/assets/");
        let bytes = self.files.get(name).map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }
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
