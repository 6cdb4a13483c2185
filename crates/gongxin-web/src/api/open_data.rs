//! `GET /api/v1/open-data`: what is given out whole, and what changed of it.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::open_data::{
    OpenState, OpenType, ShownLicence, ShownOpenClass, ShownOpenColumn, ShownOpenEdition,
    ShownOpenList, ShownOpenShard,
};
use gongxin_app::public::shown::{PageAsk, View};
use gongxin_model::finding::Language;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::shapes::{CodedText, Text};
use crate::counter::{Counter, Trouble};
use crate::page::open_data::file_address;
use crate::visit::Visit;
use crate::{answer, lead, limits};

/// What is given out whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenData {
    /// What who takes the files may do with them; `null` where nothing is given out.
    licence: Option<Licence>,
    /// So many days after a making all files are made anew.
    rebuild_days: u16,
    /// The day on which all files were last made; `null` before the first time.
    #[schema(format = Date)]
    made_on: Option<String>,
    /// The catalogues.
    catalogues: Vec<OpenCatalogue>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// What who takes the files may do with them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Licence {
    /// What it is called.
    name: Text,
    /// Where its text stands, where it stands elsewhere.
    address: Option<String>,
    /// What it says.
    terms: Text,
    /// The clauses in force that it stands on.
    basis: Vec<String>,
    /// How well it is known: `verified`, `partly`, `unverified`.
    confidence: String,
}

/// A catalogue that is given out, with its files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenCatalogue {
    /// The catalogue.
    catalogue: CodedText,
    /// What its files are for.
    about: Text,
    /// True where records of it may bear negatively on organisations.
    adverse: bool,
    /// The clauses in force that its release stands on.
    basis: Vec<String>,
    /// How well that is known: `verified`, `partly`, `unverified`.
    confidence: String,
    /// Its files, by year and division.
    shards: Vec<Shard>,
}

/// The records of one division and year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shard {
    /// The name of its files, without the ending.
    name: String,
    /// The division; its code is empty for what lies elsewhere or nowhere.
    division: CodedText,
    /// The year of the decisions.
    year: i16,
    /// How many records; `null` while the files are being made anew.
    rows: Option<u64>,
    /// The files; none while they are being made anew.
    files: Vec<File>,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct File {
    /// `csv`, `jsonl` or `parquet`.
    format: &'static str,
    /// Where it is taken. 503 with `Retry-After` while it is being made anew.
    address: String,
    /// Its size in bytes.
    bytes: u64,
    /// Its SHA-256, hexadecimal.
    sha256: String,
}

/// A column of a catalogue's files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenColumn {
    /// Its name in the files.
    name: String,
    /// What it is called.
    label: Text,
    /// `text`, `day`, `yuan`, `ten-thousand-yuan`, `code`, `codes`, `flag`.
    r#type: &'static str,
    /// The code list of its values.
    code_list: Option<String>,
}

/// A code list that columns use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenCodes {
    /// The list.
    list: CodedText,
    /// Its codes of today.
    codes: Vec<CodedText>,
}

/// A catalogue that is given out, with columns and code lists.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenCataloguePage {
    /// The catalogue with its files.
    catalogue: OpenCatalogue,
    /// What who takes the files may do with them.
    licence: Licence,
    /// So many days after a making all files are made anew.
    rebuild_days: u16,
    /// The day on which all files were last made; `null` before the first time.
    #[schema(format = Date)]
    made_on: Option<String>,
    /// The columns, in their order.
    columns: Vec<OpenColumn>,
    /// The code lists that they use.
    code_lists: Vec<OpenCodes>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// Some changes, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenChanges {
    /// The records, each once.
    changes: Vec<OpenChange>,
    /// The cursor of what comes next; always given.
    next_cursor: String,
    /// True where these are the last so far: ask again later with the cursor.
    is_last: bool,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// A record that changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenChange {
    /// Its id.
    record: String,
    /// `shown`: it came, or was corrected. `gone`: it is no longer published; nothing else is told.
    state: &'static str,
}

impl From<ShownLicence> for Licence {
    fn from(licence: ShownLicence) -> Self {
        let ShownLicence { name, address, terms, basis, confidence } = licence;
        Self { name: name.into(), address, terms: terms.into(), basis, confidence }
    }
}

impl From<ShownOpenClass> for OpenCatalogue {
    fn from(class: ShownOpenClass) -> Self {
        let ShownOpenClass { of, about, adverse, basis, confidence, shards } = class;
        Self {
            catalogue: of.into(),
            about: about.into(),
            adverse,
            basis,
            confidence,
            shards: shards.into_iter().map(Shard::from).collect(),
        }
    }
}

impl From<ShownOpenShard> for Shard {
    fn from(shard: ShownOpenShard) -> Self {
        let name = shard.name;
        let rows = shard.held.as_ref().map(|held| held.rows);
        let files = shard.held.into_iter().flat_map(|held| held.files).map(|file| File {
            format: file.format.word(),
            address: file_address(&name, file.format),
            bytes: file.bytes,
            sha256: file.digest,
        });
        let files = files.collect();
        Self { name, division: shard.division.into(), year: shard.year, rows, files }
    }
}

impl From<ShownOpenList> for OpenCodes {
    fn from(list: ShownOpenList) -> Self {
        Self { list: list.of.into(), codes: list.codes.into_iter().map(CodedText::from).collect() }
    }
}

fn column(counter: &Counter, visit: &Visit, column: ShownOpenColumn) -> OpenColumn {
    let words = |language| {
        let visit = Visit { language, ..visit.clone() };
        counter.words(&visit, &format!("open.column.{}", column.code))
    };
    // The words of the columns that every file has are the counter's own.
    let label = if column.name.zh.is_empty() {
        gongxin_app::public::shown::Words::new(words(Language::Chinese), words(Language::English))
    } else {
        column.name.clone()
    };
    OpenColumn {
        label: label.into(),
        r#type: match column.kind {
            OpenType::Text => "text",
            OpenType::Day => "day",
            OpenType::Yuan => "yuan",
            OpenType::TenThousandYuan => "ten-thousand-yuan",
            OpenType::Code => "code",
            OpenType::Codes => "codes",
            OpenType::Flag => "flag",
        },
        code_list: column.list,
        name: column.code,
    }
}

fn made_on(edition: Option<ShownOpenEdition>) -> Option<String> {
    edition.map(|edition| edition.day.to_string())
}

/// What is given out whole, as CSV, JSON Lines and Parquet: the catalogues and their files.
#[utoipa::path(
    get, path = "/api/v1/open-data", tag = "public", operation_id = "open_data",
    responses((status = 200, body = OpenData, description = "The catalogues and their files."), NotShown)
)]
pub(crate) async fn list(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_list(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_list(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.open_data()).await?;
    let open = asked.answer;
    let told = OpenData {
        licence: open.licence.map(Licence::from),
        rebuild_days: open.rebuild_days,
        made_on: made_on(open.edition),
        catalogues: open.classes.into_iter().map(OpenCatalogue::from).collect(),
        rehearsal: asked.platform.rehearsal,
    };
    answer::kept_json(&told, visit.language, asked.platform.now)
}

/// One catalogue that is given out: its columns, code lists and files.
#[utoipa::path(
    get, path = "/api/v1/open-data/{id}", tag = "public", operation_id = "open_catalogue",
    params(("id" = String, Path, description = "The catalogue's id, for example `penalty`.")),
    responses((status = 200, body = OpenCataloguePage, description = "The catalogue."), NotShown)
)]
pub(crate) async fn one(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_one(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_one(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let id = visit.given.clone().unwrap_or_default();
    let asked = counter.ask(View::default(), move |desk| desk.open_class(&id)).await?;
    let page = lead::by_id(asked.answer)?;
    let told = OpenCataloguePage {
        catalogue: page.class.into(),
        licence: page.licence.into(),
        rebuild_days: page.rebuild_days,
        made_on: made_on(page.edition),
        columns: page.columns.into_iter().map(|one| column(counter, visit, one)).collect(),
        code_lists: page.lists.into_iter().map(OpenCodes::from).collect(),
        rehearsal: asked.platform.rehearsal,
    };
    answer::kept_json(&told, visit.language, asked.platform.now)
}

/// What changed of the records that are given out: opaque ids, and whether they are still shown. Ask
/// without a cursor first, then take the files, then follow the cursors.
#[utoipa::path(
    get, path = "/api/v1/open-data/changes", tag = "public", operation_id = "open_changes",
    params(
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "Records on a page; 50 unless told."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of an earlier answer; without it, from now on."),
    ),
    responses((status = 200, body = OpenChanges, description = "A page of changes."), NotShown)
)]
pub(crate) async fn changes(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_changes(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_changes(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let after = visit.parameters.first("cursor").map(str::to_owned);
    if after.as_ref().is_some_and(|after| after.len() > limits::CURSOR_BYTES) {
        return Err(Trouble::Desk(gongxin_app::public::shown::DeskError::Cursor));
    }
    let page = PageAsk { after, size: visit.limit()? };
    let asked = counter.ask(View::default(), move |desk| desk.open_changes(&page)).await?;
    let changes = asked.answer.items.iter().map(|one| OpenChange {
        record: one.record.to_string(),
        state: match one.state {
            OpenState::Shown => "shown",
            OpenState::Gone => "gone",
        },
    });
    let told = OpenChanges {
        changes: changes.collect(),
        next_cursor: asked.answer.next,
        is_last: asked.answer.is_last,
        rehearsal: asked.platform.rehearsal,
    };
    answer::json(&told, visit.language)
}
