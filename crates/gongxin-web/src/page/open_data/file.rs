//! Files of open data on their way out, piece by piece.

use std::io::{self, Read};

use axum::extract::State;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use gongxin_app::public::shown::open_data::{OpenFileAsk, OpenFormat, OpenedFile};
use gongxin_app::public::shown::{DeskError, Found, PublicDesk, View};

use crate::counter::{Counter, Trouble};
use crate::export::{Piece, made};
use crate::visit::Visit;
use crate::{answer, coding, lead, limits};

pub(super) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let answer = answer(&counter, &visit, &headers).await;
    counter.settle(&visit, answer)
}

async fn answer(
    counter: &Counter,
    visit: &Visit,
    headers: &HeaderMap,
) -> Result<Response, Trouble> {
    let given = visit.given.as_deref().unwrap_or_default();
    let (name, ending) = given.rsplit_once('.').ok_or(Trouble::Never)?;
    let format = OpenFormat::from_word(ending).ok_or(Trouble::Never)?;
    let ask = OpenFileAsk { name: name.to_owned(), format, gzip: coding::takes_gzip(headers) };
    let turn = counter.file_turn()?;
    let again = ask.clone();
    let asked = counter.ask(View::default(), move |desk| desk.open_file(&ask)).await?;
    let opened = lead::by_id(asked.answer)?;
    let mut headers: Vec<(HeaderName, String)> = vec![
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_LENGTH, opened.length.to_string()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")),
        (ETAG, format!("W/\"{}\"", opened.file.digest)),
    ];
    if opened.gzip {
        headers.push((CONTENT_ENCODING, "gzip".to_owned()));
    }
    let body = made(counter, turn, move |desk, send| give_out(desk, &again, opened, send));
    Ok(answer::file(body, &headers, asked.platform.now))
}

/// Hands out a file. What may no longer be given out breaks off, and is not taken for whole.
fn give_out(
    desk: &dyn PublicDesk,
    ask: &OpenFileAsk,
    opened: OpenedFile,
    send: &dyn Fn(Piece) -> bool,
) {
    let OpenedFile { file, mut content, .. } = opened;
    let mut is_first = true;
    loop {
        let mut piece = Vec::new();
        let most = limits::FILE_PIECE as u64;
        let piece = match content.by_ref().take(most).read_to_end(&mut piece) {
            Ok(0) => return,
            Ok(_) if is_first || may_go_on(desk, ask, &file.digest) => Ok(piece.into()),
            Ok(_) => Err(io::Error::other("the file was withdrawn")),
            Err(error) => Err(error),
        };
        is_first = false;
        if let Err(error) = &piece {
            tracing::warn!("a file of open data breaks off: {error}");
        }
        let is_over = piece.is_err();
        if !send(piece) || is_over {
            return;
        }
    }
}

fn may_go_on(desk: &dyn PublicDesk, ask: &OpenFileAsk, digest: &str) -> bool {
    let found: Result<Found<OpenedFile>, DeskError> = desk.open_file(ask);
    matches!(found, Ok(Found::Shown(now)) if now.file.digest == digest)
}
