//! Papers that come with a form: each is read at once, and goes no further than its text.

use axum::extract::multipart::Field;
use gongxin_app::Limits;
use gongxin_app::accounts::Signed;
use gongxin_app::cases::{CaseFault, PAPERS_MOST, PaperTrouble, SentPaper};

use super::case_page::Fault;
use super::intake::field;
use super::{Caller, Sending, Stop};
use crate::counter::{Counter, Trouble};
use crate::limits;

/// What the name of the field of a paper's file begins with; its id follows.
const FILE: &str = "file-";

/// A form with its papers.
pub(super) struct WithPapers {
    pub(super) caller: Caller,
    pub(super) signed: Signed,
    pub(super) sent: Vec<SentPaper>,
    /// What is wrong with one of them.
    pub(super) fault: Option<Fault>,
}

/// Reads a form of these fields and the papers that come with it. Nothing of a file is read before it
/// is known that the form is one of a session of ours.
pub(super) async fn receive(
    counter: &Counter,
    sending: Sending,
    fields: &[&str],
) -> Result<WithPapers, (Caller, Stop)> {
    let Sending { mut caller, pieces } = sending;
    let mut sent = Vec::new();
    let mut fault = None;
    let read = async {
        let signed = counter.whole(&caller).await?;
        let Some(mut pieces) = pieces else {
            caller.only(fields)?;
            caller.check_word(&signed)?;
            return Ok(signed);
        };
        while let Some(piece) = pieces.next_field().await.map_err(|_| Trouble::Form)? {
            let name = piece.name().unwrap_or_default().to_owned();
            let file = piece.file_name().map(str::to_owned);
            let Some(file) = file else {
                let value = field(piece, limits::FORM_BYTES).await?;
                caller.form.push(&name, value);
                continue;
            };
            let Some(paper) = name.strip_prefix(FILE).filter(|_| !file.is_empty()) else {
                continue;
            };
            // The session's word stands before the first file.
            caller.only(fields)?;
            caller.check_word(&signed)?;
            let taken = match sent.len() {
                PAPERS_MOST.. => Err(CaseFault::Papers(PAPERS_MOST)),
                _ => taken(counter, paper, piece).await?,
            };
            match taken {
                Ok(paper) => sent.push(paper),
                Err(why) => {
                    fault.get_or_insert(Fault::of(&why));
                }
            }
        }
        caller.only(fields)?;
        caller.check_word(&signed)?;
        Ok(signed)
    };
    match read.await {
        Ok(signed) => Ok(WithPapers { caller, signed, sent, fault }),
        Err(stop) => Err((caller, stop)),
    }
}

/// One paper, read away from the threads that serve.
async fn taken(
    counter: &Counter,
    paper: &str,
    mut piece: Field<'_>,
) -> Result<Result<SentPaper, CaseFault>, Trouble> {
    let most = Limits::default().paper_bytes;
    let mut bytes = Vec::new();
    while let Some(chunk) = piece.chunk().await.map_err(|_| Trouble::Form)? {
        if (bytes.len() as u64) <= most {
            bytes.extend_from_slice(&chunk);
        }
    }
    if bytes.len() as u64 > most {
        let why = PaperTrouble::TooLarge(most);
        return Ok(Err(CaseFault::Paper { paper: paper.to_owned(), why }));
    }
    let (reader, paper) = (counter.settings().paper_reader.clone(), paper.to_owned());
    counter.office(move |_| Ok(SentPaper::read(&paper, &bytes, reader.as_ref()))).await
}
