//! `POST /api/v1/own/files`: an organisation's file for an authority's system, by key; entered in the access
//! log before it is given.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use gongxin_app::OfficeError;
use gongxin_app::file::{Disclosed, FilePage, FileRecord, ReadAsk};
use gongxin_app::gate::{OrganisationRead, Scope};
use gongxin_app::public::shown::Words;
use gongxin_model::PublicId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::own::{by_key, end};
use super::problem::NotShown;
use super::shapes::{Fact, Text};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

/// Where it is.
pub(crate) const FILES: &str = "/api/v1/own/files";

/// Whose file is read, for whom, for what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileAsk {
    /// The organisation's code; an older number will do.
    #[schema(example = "91150000720180740Y")]
    code: String,
    /// The body for which it is read; left out, the platform.
    #[serde(default)]
    #[schema(example = "150000-market")]
    body: Option<String>,
    /// A purpose of the rulebook.
    #[schema(example = "licensing")]
    purpose: String,
    /// The document or number that it is for, 2 to 200 characters. The organisation sees it.
    basis: String,
    /// The `next` of the page before. Each page is a read of its own.
    #[serde(default)]
    after: Option<String>,
}

/// A page of an organisation's file, with its entry in the access log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnFile {
    /// The entry in the access log.
    entry: ReadEntry,
    /// The organisation's code.
    code: String,
    /// Its name; a person's is masked.
    name: String,
    /// What is shared among authorities and not ended, by section, the latest first.
    records: Vec<FileRow>,
    /// The record behind which the next page begins.
    next: Option<String>,
}

/// An entry in the access log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadEntry {
    /// Its number among the organisation's reads.
    number: i64,
    /// True where the organisation is told later.
    delayed: bool,
    /// The digest of what was given.
    disclosed: String,
    /// The digest of the entry, over the one before.
    digest: String,
}

/// A record of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileRow {
    /// Its id.
    id: String,
    /// Its class.
    catalogue: String,
    /// What that is called.
    catalogue_name: Text,
    /// True for what speaks against the organisation.
    adverse: bool,
    /// Its document's number.
    document_number: Option<String>,
    /// What it is called.
    title: Option<String>,
    /// The deciding authority.
    authority: Option<String>,
    /// The day of the decision.
    #[schema(format = Date)]
    decided_on: Option<String>,
    /// `published`, `unpublished`, `shielded`, `ended`: what the public sees of it.
    publication: String,
    /// Why.
    reason: String,
    /// The last day on which the public sees it.
    #[schema(format = Date)]
    last_day: Option<String>,
    /// True while an objection is checked.
    disputed: bool,
    /// False where the decision is stayed.
    in_force: bool,
    /// What it says, as far as authorities may see.
    facts: Vec<Fact>,
}

impl From<FileRecord> for FileRow {
    fn from(record: FileRecord) -> Self {
        let name = record.catalogue_name;
        Self {
            id: record.id.to_string(),
            catalogue: record.catalogue,
            catalogue_name: Words::new(name.zh, name.en).into(),
            adverse: record.is_adverse,
            document_number: record.document_number,
            title: record.title,
            authority: record.authority,
            decided_on: record.decided_on.map(|day| day.to_string()),
            publication: record.publication.word().to_owned(),
            reason: record.reason.word().to_owned(),
            last_day: record.last_day.map(|day| day.to_string()),
            disputed: record.is_disputed,
            in_force: record.is_in_force,
            facts: record.facts.into_iter().map(Fact::from).collect(),
        }
    }
}

impl From<Disclosed<FilePage>> for OwnFile {
    fn from(given: Disclosed<FilePage>) -> Self {
        let entry = given.entry();
        let entry = ReadEntry {
            number: entry.n,
            delayed: entry.is_delayed(),
            disclosed: entry.read.disclosed.to_string(),
            digest: entry.digest.to_string(),
        };
        let page = given.into_content();
        Self {
            entry,
            code: page.code,
            name: page.name,
            records: page.records.into_iter().map(FileRow::from).collect(),
            next: page.next.map(|id| id.to_string()),
        }
    }
}

/// Reads an organisation's file for an authority. The read is entered in the access log first; the
/// organisation sees who read it, for what purpose and on what basis.
#[utoipa::path(
    post, path = "/api/v1/own/files", tag = "own", operation_id = "own_files",
    request_body = FileAsk, security(("key" = [])),
    responses(
        (status = 200, body = OwnFile, description = "The file."),
        (status = 401, description = "No key, or one that no longer holds."),
        (status = 422, description = "The purpose is none of today's, or the basis does not hold.",
         body = super::problem::Problem, content_type = "application/problem+json"),
        NotShown
    )
)]
pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Result<FileAsk, _> = serde_json::from_slice(&body);
    let given = by_key(&counter, &headers, move |office, who| {
        let Ok(asked) = asked else {
            return Ok(Err(Trouble::Body));
        };
        let scope = asked.body.map_or(Scope::Platform, Scope::Body);
        let permit = office.permit::<OrganisationRead>(who, scope)?;
        let after: Option<PublicId> = asked.after.and_then(|text| text.parse().ok());
        let ask = ReadAsk { purpose: asked.purpose, basis: asked.basis };
        let size = usize::from(limits::FILE_RECORDS);
        match office.read_file(&permit, (&asked.code, after, size), &ask) {
            // Whom the platform does not know is answered like whom one may not read about.
            Err(OfficeError::Absent(_)) => Err(gongxin_app::gate::Refused.into()),
            given => Ok(Ok(OwnFile::from(given?))),
        }
    });
    end(&counter, &visit, given.await.and_then(Option::transpose))
}
