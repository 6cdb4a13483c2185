//! One visit: its language, address and parameters.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use gongxin_app::public::shown::{DeskError, PageAsk, View};
use gongxin_model::Day;
use gongxin_model::finding::Language;

use crate::counter::Trouble;
use crate::forms::{read_day, read_instant};
use crate::parameters::Parameters;
use crate::{limits, origin};

/// In what form an answer goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page.
    Html,
    /// JSON of the API.
    Json,
}

/// One visit.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) language: Language,
    pub(crate) format: Format,
    /// The path without the language's prefix.
    pub(crate) path: String,
    /// The code or id in the path, decoded; none where it has no such part or one that is no text.
    pub(crate) given: Option<String>,
    /// Under which address the visitor reached the site, such as `https://credit.example`.
    pub(crate) origin: String,
    /// The raw query.
    pub(crate) query: String,
    pub(crate) parameters: Parameters,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let given = Path::<String>::from_request_parts(parts, state).await;
        let whole = parts.uri.path();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let api = whole.starts_with("/api/") || whole == "/healthz";
        let english_path = whole.strip_prefix("/en").filter(|rest| rest.starts_with('/'));
        let (language, path) = match english_path {
            _ if api => (accepted(parts), whole),
            Some(rest) => (Language::English, rest),
            None => (Language::Chinese, whole),
        };
        Ok(Self {
            language,
            format: if api { Format::Json } else { Format::Html },
            path: path.to_owned(),
            origin: origin::of(&parts.uri, &parts.headers),
            given: given.ok().map(|Path(given)| given),
            parameters: Parameters::parse(&query),
            query,
        })
    }
}

/// The language an API caller asks for; Chinese unless English is named first.
fn accepted(parts: &Parts) -> Language {
    let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    match header.map(|text| text.trim_start().to_ascii_lowercase()) {
        Some(text) if text.starts_with("en") => Language::English,
        _ => Language::Chinese,
    }
}

impl Visit {
    /// The day and time looked at.
    pub(crate) fn view(&self) -> Result<View, Trouble> {
        let known = self.parameters.first("known");
        let known = known.map(|text| read_instant(text).ok_or(Trouble::Day)).transpose()?;
        Ok(View { as_of: self.day("as_of")?, known })
    }

    /// The day of a parameter.
    pub(crate) fn day(&self, name: &str) -> Result<Option<Day>, Trouble> {
        let given = self.parameters.first(name);
        given.map(|text| read_day(text).ok_or(Trouble::Day)).transpose()
    }

    /// The page asked for, and the place of its first item, counted from 1.
    pub(crate) fn page(&self, size: u16) -> Result<(PageAsk, u64), Trouble> {
        let Some(cursor) = self.parameters.first("cursor") else {
            return Ok((PageAsk::first(size), 1));
        };
        let foreign = || Trouble::Desk(DeskError::Cursor);
        let (place, key) = cursor.split_once('.').ok_or_else(foreign)?;
        let place: u64 = place.parse().map_err(|_| foreign())?;
        if cursor.len() > limits::CURSOR_BYTES || key.is_empty() || !(2..1 << 40).contains(&place) {
            return Err(foreign());
        }
        Ok((PageAsk { after: Some(key.to_owned()), size }, place))
    }

    /// The page size an API caller asks for.
    pub(crate) fn limit(&self) -> Result<u16, Trouble> {
        match self.parameters.first("limit") {
            None => Ok(limits::ROWS_ON_PAGE),
            Some(text) => match text.parse() {
                Ok(size) if (1..=limits::LARGEST_PAGE).contains(&size) => Ok(size),
                _ => Err(Trouble::Limit),
            },
        }
    }
}

/// The cursor of the page that begins with item `place` after `key`.
pub(crate) fn cursor(place: u64, key: &str) -> String {
    format!("{place}.{key}")
}
