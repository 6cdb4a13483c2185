//! Tables of exactly what a page shows, whole, as CSV: page by page from the desk, so that a table
//! of millions of rows takes the memory of one page.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use gongxin_app::public::shown::{DeskError, PublicDesk, ShownEntry, ShownRow, View, Words};
use gongxin_app::public::{write_csv, write_csv_lines};
use gongxin_model::finding::Language;
use http_body::Frame;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

/// The columns of a register's table: keys of their words.
pub(crate) const ENTRY_COLUMNS: [&str; 11] = [
    "csv.record",
    "csv.catalogue",
    "csv.number",
    "csv.title",
    "csv.authority",
    "csv.subject",
    "csv.code",
    "csv.decided_on",
    "csv.published_until",
    "csv.source",
    "csv.received",
];
/// The columns of a subject's records.
pub(crate) const ROW_COLUMNS: [&str; 7] = [
    "csv.record",
    "csv.catalogue",
    "csv.number",
    "csv.title",
    "csv.authority",
    "csv.decided_on",
    "csv.published_until",
];

/// Some rows of a table, and the key of the next ones.
pub(crate) struct Rows {
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) next: Option<String>,
}

/// How records become cells in a language.
#[derive(Clone, Copy)]
pub(crate) struct Cells(Language);

/// Cells in the language of a visit.
pub(crate) const fn entry_cells(language: Language) -> Cells {
    Cells(language)
}

impl Cells {
    fn words(self, words: &Words) -> String {
        match (self.0, &words.en) {
            (Language::English, Some(english)) => english.clone(),
            _ => words.zh.clone(),
        }
    }

    fn row(self, row: &ShownRow) -> [String; 7] {
        let day = |day: Option<gongxin_model::Day>| day.map(|day| day.to_string());
        [
            row.id.to_string(),
            self.words(&row.catalogue.words),
            row.document_number.clone().unwrap_or_default(),
            row.title.clone().unwrap_or_default(),
            row.authority.clone().unwrap_or_default(),
            day(row.decided_on).unwrap_or_default(),
            day(row.published_until).unwrap_or_default(),
        ]
    }

    /// Records of one subject.
    pub(crate) fn plain_rows(self, rows: &[ShownRow]) -> Vec<Vec<String>> {
        rows.iter().map(|row| self.row(row).to_vec()).collect()
    }

    /// Records of a register. A subject whose name is masked goes out in no file.
    pub(crate) fn rows(self, entries: &[ShownEntry]) -> Vec<Vec<String>> {
        entries.iter().filter_map(|entry| self.entry(entry)).collect()
    }

    fn entry(self, entry: &ShownEntry) -> Option<Vec<String>> {
        let code = entry.subject.code.clone()?;
        let [record, catalogue, number, title, authority, decided, until] = self.row(&entry.row);
        let of_subject = [entry.subject.name.clone(), code];
        let source = self.words(&entry.source.name);
        let received = crate::forms::time_for_machines(entry.received);
        let mut cells = vec![record, catalogue, number, title, authority];
        cells.extend(of_subject);
        cells.extend([decided, until, source, received]);
        Some(cells)
    }
}

pub(crate) type Piece = Result<Bytes, io::Error>;

/// A table as it is made. The maker waits for whoever reads.
struct Pieces(Receiver<Piece>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// A body of the pieces that `make` sends, which may take its time: it waits for whoever reads, and
/// is told false where nobody does any more. The turn is given back when it is done.
pub(crate) fn made(
    counter: &Counter,
    turn: OwnedSemaphorePermit,
    make: impl FnOnce(&dyn PublicDesk, &dyn Fn(Piece) -> bool) + Send + 'static,
) -> Body {
    let (sender, receiver) = channel(limits::PIECES_WAITING);
    let desk = counter.desk();
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        make(desk.as_ref(), &|piece| runtime.block_on(wait_for_reader(&sender, piece)));
    });
    Body::new(Pieces(receiver))
}

/// A table under its headers. The first piece is asked for before the answer begins, so that what
/// cannot be answered is said so; where a later one fails, the answer breaks off and is not taken
/// for whole.
pub(crate) async fn stream(
    counter: &Counter,
    visit: &Visit,
    name: &str,
    columns: &[&str],
    mut next: impl FnMut(&dyn PublicDesk, Option<String>) -> Result<Rows, DeskError> + Send + 'static,
) -> Result<Response, Trouble> {
    let head: Vec<String> = columns.iter().map(|key| counter.words(visit, key)).collect();
    let turn = counter.table_turn()?;
    let first = move |desk: &dyn PublicDesk| Ok((next(desk, None)?, next));
    let (mut rows, mut next) = counter.ask(View::default(), first).await?.answer;
    let body = made(counter, turn, move |desk, send| {
        rows.rows.insert(0, head);
        let mut piece = written(|out| write_csv(out, &rows.rows));
        while send(piece) {
            let Some(after) = rows.next.take() else {
                return;
            };
            rows = match next(desk, Some(after)) {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::warn!("a table breaks off: {error}");
                    send(Err(io::Error::other("the table breaks off")));
                    return;
                }
            };
            piece = written(|out| write_csv_lines(out, &rows.rows));
        }
    });
    let file = format!("attachment; filename=\"{name}.csv\"");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_DISPOSITION, file.as_str()),
        (HeaderName::from_static("x-robots-tag"), "noindex, noarchive"),
    ];
    Ok((headers, body).into_response())
}

fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Piece {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(bytes.into())
}

/// Hands a piece on. False where nobody reads any more, or too slowly.
async fn wait_for_reader(sender: &Sender<Piece>, piece: Piece) -> bool {
    let patience = Duration::from_secs(limits::PIECE_SECONDS);
    tokio::time::timeout(patience, sender.send(piece)).await.is_ok_and(|sent| sent.is_ok())
}
