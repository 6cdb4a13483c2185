//! `GET /api/v1/log` and `GET /api/v1/log/records/{id}`: the public log and proofs out of it.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{ShownLog, ShownLogKey, ShownLogProof, View};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::visit::Visit;

/// The public log at its last checkpoint. Its files are under `/log/`, as C2SP tlog-tiles says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Log {
    /// The name under which it is signed.
    #[schema(example = "credit.example/log")]
    origin: String,
    /// The hash suite: `sha256` or `sm3`. Tools for C2SP logs know `sha256` alone.
    suite: String,
    /// How many entries the checkpoint covers.
    size: u64,
    /// When it was signed.
    #[schema(format = DateTime)]
    signed: String,
    /// The root over the entries, base64.
    root: String,
    /// The checkpoint as its signed note.
    checkpoint: String,
    /// The keys that signed, the newest first.
    keys: Vec<LogKey>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// A public key that signs the log, or signed it.
#[derive(Debug, Serialize, ToSchema)]
struct LogKey {
    /// The key as C2SP signed-note writes it.
    key: String,
    /// Since when it signs.
    #[schema(format = DateTime)]
    since: String,
    /// True where it signed the last checkpoint.
    signs: bool,
}

impl From<ShownLogKey> for LogKey {
    fn from(key: ShownLogKey) -> Self {
        Self { key: key.key, since: key.since.to_string(), signs: key.signs }
    }
}

impl Log {
    fn of(log: ShownLog, rehearsal: bool) -> Self {
        Self {
            origin: log.origin,
            suite: log.suite,
            size: log.size,
            signed: log.signed.to_string(),
            root: log.root,
            checkpoint: log.note,
            keys: log.keys.into_iter().map(LogKey::from).collect(),
            rehearsal,
        }
    }
}

/// The proof that a record's entry is in the log. `gongxin log verify` checks it without a connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogProof {
    /// Which form this is.
    #[schema(example = "gongxin-log-proof/1")]
    format: String,
    /// The hash suite: `sha256` or `sm3`.
    suite: String,
    /// The place of the entry, from 0.
    entry: u64,
    /// The entry's envelope, base64. It names no organisation and shows no field.
    envelope: String,
    /// The nodes, base64, from the leaf's sibling to the root (RFC 6962, section 2.1.1).
    path: Vec<String>,
    /// The checkpoint as its signed note.
    checkpoint: String,
}

impl From<ShownLogProof> for LogProof {
    fn from(shown: ShownLogProof) -> Self {
        let proof = shown.proof;
        Self {
            format: proof.format,
            suite: proof.suite,
            entry: proof.entry,
            envelope: proof.envelope,
            path: proof.path,
            checkpoint: proof.checkpoint,
        }
    }
}

/// The public log: how many entries it has, their root, and who signed.
#[utoipa::path(
    get, path = "/api/v1/log", tag = "public", operation_id = "log",
    responses((status = 200, body = Log, description = "The log at its last checkpoint."), NotShown)
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.log()).await?;
    let log = asked.answer.ok_or(Trouble::Never)?;
    answer::json(&Log::of(log, asked.platform.rehearsal), visit.language)
}

/// The proof of a record's entry.
#[utoipa::path(
    get, path = "/api/v1/log/records/{id}", tag = "public", operation_id = "logProof",
    params(("id" = String, Path, description = "The record's id: 26 characters.")),
    responses(
        (status = 200, body = LogProof, description = "The proof, under the last checkpoint."),
        NotShown,
    )
)]
pub(crate) async fn proof(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_proof(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_proof(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let id = lead::id(visit)?;
    let asked = counter.ask(View::default(), move |desk| desk.log_proof(id)).await?;
    let proof = lead::by_id(asked.answer)?;
    answer::json(&LogProof::from(proof), visit.language)
}
