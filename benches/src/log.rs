//! The public log: how fast leaves are sequenced and integrated, and what a proof takes, beside a plain
//! SHA-256 of the same bytes.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use gongxin_app::public_log::{
    Checkpoint, LogSigner, NoteSignature, SignatureKind, SignerError, SigningKey, VerifierKey,
    verify_proof,
};
use gongxin_app::{Office, StoreUrl};
use gongxin_model::Digest;
use gongxin_rehearsal::Region;
use gongxin_seal::{Frontier, HashSuite, TILE_WIDTH, envelope_bytes, tree_hash};
use gongxin_store::testing::fresh_database;

use crate::arguments::{Arguments, Engine};
use crate::figure::{Aim, Figure, Unit, grouped};
use crate::intake::{remove_store, start_server, write_file};
use crate::office::{found, hand_in};
use crate::report::Section;
use crate::scratch::Scratch;

/// Leaves a second that are to be sequenced and integrated on one core at least.
const LEAVES: f64 = 50_000.0;
/// Milliseconds that a proof may take.
const PROOF: f64 = 1.0;
/// Rows of the file whose entries are integrated.
const ROWS: u64 = 100_000;
/// Proofs that are made.
const PROOFS: u64 = 2_000;

/// A key that lives as long as a run.
#[derive(Debug)]
struct OneKey(SigningKey);

impl LogSigner for OneKey {
    fn keys(&self) -> Result<Vec<VerifierKey>, SignerError> {
        Ok(vec![self.0.public().clone()])
    }

    fn last(&self) -> Result<Option<Checkpoint>, SignerError> {
        Ok(None)
    }

    fn sign(&self, checkpoint: &Checkpoint) -> Result<Vec<NoteSignature>, SignerError> {
        Ok(vec![self.0.sign(&checkpoint.to_string(), 0)])
    }
}

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let mut section = Section {
        name: "log",
        about: format!(
            "The envelopes of a file of {} registrations: their leaves hashed, put under the log's \
             frontier and folded into tiles, beside one SHA-256 of each envelope, on one core; then the \
             same out of the store, in batches, and {} proofs of entries all over the log.",
            grouped(ROWS as f64),
            grouped(PROOFS as f64),
        ),
        figures: Vec::new(),
        tables: Vec::new(),
    };
    for engine in arguments.engines() {
        match engine {
            Engine::Sqlite => {
                let path = scratch.path("log.db");
                measure(
                    engine,
                    &StoreUrl::Sqlite(path.clone()),
                    (arguments, scratch),
                    &mut section,
                )?;
                remove_store(&path)?;
            }
            Engine::Postgres => {
                let (server, _) = start_server()?;
                let url = fresh_database(&server.url())?;
                measure(engine, &url, (arguments, scratch), &mut section)?;
            }
        }
    }
    Ok(section)
}

fn measure(
    engine: Engine,
    url: &StoreUrl,
    (arguments, scratch): (&Arguments, &Scratch),
    section: &mut Section,
) -> Result<()> {
    let name = engine.name();
    let office = found(url)?;
    let [file, _] = Region::new(arguments.seed, ROWS).measured();
    let path = write_file(&file, scratch)?;
    hand_in(&office, (file.catalogue, &file.source), &path)?;
    std::fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", file.name))?;
    if section.figures.is_empty() {
        section.figures.push(hashing(&office)?);
    }
    let began = Instant::now();
    let done = office.integrate_log(&|| true)?.context("integration was stopped")?;
    let rate = done.entries as f64 / began.elapsed().as_secs_f64();
    let what = format!("{name}: entries integrated");
    section.figures.push(Figure::new(what, rate, Unit::RowsPerSecond).aiming(Aim::AtLeast(LEAVES)));
    let key = SigningKey::new("bench", SignatureKind::Ed25519, &[7; 32])?;
    let began = Instant::now();
    office.sign_log(&OneKey(key.clone()), true)?.context("nothing was signed")?;
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    let what = format!("{name}: a checkpoint, checked against the one before and signed");
    section.figures.push(Figure::new(what, took, Unit::Milliseconds));
    section.figures.push(proofs(name, &office, (&key, done.entries))?);
    Ok(())
}

/// Leaves hashed, sequenced and integrated, beside one digest of each envelope.
fn hashing(office: &Office) -> Result<Figure> {
    let envelopes: Vec<Vec<u8>> = office
        .store()
        .read(|reader| {
            let entries = reader.head()?.next_seq;
            reader.envelopes(0, entries)
        })?
        .iter()
        .map(envelope_bytes)
        .collect();
    let suite = HashSuite::Sha256;
    let began = Instant::now();
    let plain: Vec<Digest> = envelopes.iter().map(|bytes| suite.digest(&[bytes])).collect();
    let plain_rate = plain.len() as f64 / began.elapsed().as_secs_f64();
    let began = Instant::now();
    let mut frontier = Frontier::default();
    let mut levels: Vec<Vec<Digest>> = Vec::new();
    for bytes in &envelopes {
        let leaf = suite.leaf(bytes);
        frontier.push(suite, leaf);
        let mut hash = leaf;
        for level in 0.. {
            if levels.len() == level {
                levels.push(Vec::new());
            }
            let Some(open) = levels.get_mut(level) else { break };
            open.push(hash);
            if open.len() < usize::from(TILE_WIDTH) {
                break;
            }
            hash = tree_hash(suite, open);
            open.clear();
        }
    }
    let rate = envelopes.len() as f64 / began.elapsed().as_secs_f64();
    ensure!(frontier.size() == envelopes.len() as u64, "leaves are missing");
    Ok(Figure::new("leaves sequenced and integrated, one core", rate, Unit::RowsPerSecond)
        .against("SHA-256 of the same bytes", plain_rate)
        .aiming(Aim::AtLeast(LEAVES))
        .noting("a leaf, and two nodes a leaf: one of the frontier, one of the tiles"))
}

/// The middle of the times that proofs take.
fn proofs(name: &str, office: &Office, (key, entries): (&SigningKey, i64)) -> Result<Figure> {
    let (keys, entries) = ([key.public().clone()], u64::try_from(entries)?);
    let mut times = Vec::new();
    for nth in 0..PROOFS {
        let entry = nth.wrapping_mul(7_919) % entries;
        let began = Instant::now();
        let proof = office.prove_entry(entry)?.context("an entry is not covered")?;
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
        verify_proof(&proof, &keys)?;
    }
    times.sort_by(f64::total_cmp);
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    let slow = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Ok(Figure::new(format!("{name}: a proof out of the store"), middle, Unit::Milliseconds)
        .aiming(Aim::AtMost(PROOF))
        .noting(format!(
            "99 of 100 within {slow:.2} ms, among {} entries",
            grouped(entries as f64)
        )))
}
