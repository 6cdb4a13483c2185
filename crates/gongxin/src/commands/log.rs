//! `gongxin log`: the public log, its proofs and its keys.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use gongxin_app::Office;
use gongxin_app::gate::LogKeys;
use gongxin_app::public_log::{LogProof, LogState, SigningKey, VerifierKey, verify_proof};
use gongxin_model::PublicId;
use serde_json::json;

use super::account::Operator;
use super::open;
use crate::arguments::{Json, Log, LogKey, LogVerify, Place};
use crate::exit::{Exit, Usage};
use crate::log_key::KeyFile;
use crate::screen::{say, say_json, tell};

/// A proof has some thousand bytes.
const PROOF_BYTES: u64 = 1024 * 1024;

pub(crate) fn run(place: &Place, ask: &Log) -> anyhow::Result<Exit> {
    match ask {
        Log::Checkpoint(ask) => checkpoint(place, ask),
        Log::Prove { of } => prove(place, of),
        Log::Verify(ask) => verify(ask),
        Log::Key(LogKey::New { origin }) => new_key(place, origin),
        Log::Key(LogKey::Show(ask)) => show(place, ask),
        Log::Key(LogKey::Rotate) => rotate(place),
        Log::Key(LogKey::Retire { id }) => retire(place, id),
    }
}

fn checkpoint(place: &Place, ask: &Json) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let keys = KeyFile::of(place)?;
    office.integrate_log(&|| true)?;
    office.sign_log(&keys, true)?;
    let LogState { entries, integrated, checkpoint, .. } = office.log_state()?;
    if ask.json {
        say_json(&json!({
            "entries": entries,
            "integrated": integrated,
            "size": checkpoint.as_ref().map(|last| last.size),
            "at": checkpoint.as_ref().map(|last| last.at.to_string()),
            "checkpoint": checkpoint.as_ref().map(|last| &last.note),
        }))?;
    } else if let Some(last) = &checkpoint {
        say(last.note.trim_end_matches('\n'));
    }
    if checkpoint.is_some_and(|last| last.size == entries) {
        return Ok(Exit::Done);
    }
    let shown = keys.path().display();
    tell(&format!(
        "{entries} entries are not all signed: no key at `{shown}`? `gongxin log key new` makes one"
    ));
    Ok(Exit::Look)
}

fn prove(place: &Place, of: &str) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let wrong = || Usage(format!("`{of}` is neither the place of an entry nor the id of a record"));
    let entry = match of.parse::<u64>() {
        Ok(entry) => entry,
        Err(_) => office.content_entry(of.parse::<PublicId>().map_err(|_| wrong())?)?,
    };
    let entries = u64::try_from(office.log_state()?.entries).unwrap_or(0);
    if entry >= entries {
        return Err(Usage(format!("there is no entry {entry}")).into());
    }
    match office.prove_entry(entry)? {
        Some(proof) => {
            say_json(&proof)?;
            Ok(Exit::Done)
        }
        None => {
            tell("nothing that was signed covers it: `gongxin log checkpoint` signs");
            Ok(Exit::Look)
        }
    }
}

fn verify(ask: &LogVerify) -> anyhow::Result<Exit> {
    let mut texts = ask.key.clone();
    if let Some(path) = &ask.key_from {
        texts.extend(read(path)?.lines().map(|line| line.trim().to_owned()));
    }
    texts.retain(|text| !text.is_empty() && !text.starts_with('#'));
    let key = |text: &String| -> anyhow::Result<VerifierKey> {
        text.parse().map_err(|error| Usage(format!("`{text}`: {error}")).into())
    };
    let keys = texts.iter().map(key).collect::<anyhow::Result<Vec<_>>>()?;
    let text = read(&ask.file)?;
    let proof = match serde_json::from_str::<LogProof>(&text) {
        Ok(proof) => proof,
        Err(error) => return not_genuine(ask, &format!("the file is no proof: {error}")),
    };
    let proved = match verify_proof(&proof, &keys) {
        Ok(proved) => proved,
        Err(fault) => return not_genuine(ask, &fault.to_string()),
    };
    let (envelope, checkpoint) = (&proved.envelope, &proved.checkpoint);
    let signers: Vec<String> = proved.signers.iter().map(VerifierKey::to_string).collect();
    if ask.json {
        say_json(&json!({
            "holds": true,
            "log": checkpoint.origin,
            "size": checkpoint.size,
            "entry": proof.entry,
            "platform": envelope.platform.to_string(),
            "kind": envelope.kind.number(),
            "at": envelope.at.to_string(),
            "commitments": envelope.commitments.to_string(),
            "signers": signers,
        }))?;
    } else {
        let (entry, size, origin) = (proof.entry, checkpoint.size, &checkpoint.origin);
        say(&format!(
            "entry {entry} is among the first {size} of `{origin}`, received {}",
            envelope.at
        ));
        signers.iter().for_each(|key| say(&format!("signed by {key}")));
    }
    Ok(Exit::Done)
}

fn not_genuine(ask: &LogVerify, why: &str) -> anyhow::Result<Exit> {
    if ask.json {
        say_json(&json!({ "holds": false, "why": why }))?;
    } else {
        say(&format!("it proves nothing: {why}"));
    }
    Ok(Exit::NotGenuine)
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let shown = path.display();
    let reading = || format!("reading `{shown}`");
    if path.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(PROOF_BYTES)
            .read_to_string(&mut text)
            .with_context(reading)?;
    } else {
        let file = std::fs::File::open(path).with_context(reading)?;
        file.take(PROOF_BYTES).read_to_string(&mut text).with_context(reading)?;
    }
    Ok(text)
}

fn new_key(place: &Place, origin: &str) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let file = KeyFile::of(place)?;
    if !file.read()?.is_empty() {
        let shown = file.path().display();
        return Err(Usage(format!(
            "there is a key at `{shown}` already: `gongxin log key rotate` adds another"
        ))
        .into());
    }
    let key = KeyFile::fresh(origin)?;
    kept((&office, place, &file), std::slice::from_ref(&key), (&key, "new"))
}

/// Keeps keys, and the act among the acts.
fn kept(
    (office, place, file): (&Office, &Place, &KeyFile),
    keys: &[SigningKey],
    (about, act): (&SigningKey, &str),
) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit::<LogKeys>()?;
    office.note_log_key(&permit, about.public(), act)?;
    file.write(keys)?;
    say(&about.public().to_string());
    Ok(Exit::Done)
}

fn show(place: &Place, ask: &Json) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let signing = KeyFile::of(place)?.read()?;
    let LogState { keys, .. } = office.log_state()?;
    let texts: Vec<String> = signing.iter().map(|key| key.public().to_string()).collect();
    let unused = texts.iter().filter(|text| !keys.iter().any(|key| key.key == **text));
    if ask.json {
        let signed = keys.iter().map(|key| {
            json!({
                "key": key.key, "since": key.since.to_string(), "first_checkpoint": key.first,
                "last_checkpoint": key.last, "is_here": texts.contains(&key.key),
            })
        });
        let fresh = unused.map(|key| json!({ "key": key, "since": null, "is_here": true }));
        say_json(&signed.chain(fresh).collect::<Vec<_>>())?;
    } else {
        for key in &keys {
            let here = if texts.contains(&key.key) { "signs" } else { "retired" };
            let (since, first, last) = (key.since, key.first, key.last);
            say(&format!("{}\t{here}\tsince {since}\tcheckpoints {first} to {last}", key.key));
        }
        unused.for_each(|key| say(&format!("{key}\tsigned nothing yet")));
    }
    Ok(if signing.is_empty() { Exit::Look } else { Exit::Done })
}

fn rotate(place: &Place) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let file = KeyFile::of(place)?;
    let mut keys = file.read()?;
    let Some(last) = keys.last() else {
        return Err(Usage("there is no key yet: `gongxin log key new` makes one".into()).into());
    };
    let key = KeyFile::fresh(last.public().name())?;
    keys.push(key.clone());
    kept((&office, place, &file), &keys, (&key, "rotated"))
}

fn retire(place: &Place, id: &str) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let file = KeyFile::of(place)?;
    let (gone, left): (Vec<_>, Vec<_>) =
        file.read()?.into_iter().partition(|key| format!("{:08x}", key.public().id()) == id);
    let Some(gone) = gone.first() else {
        return Err(Usage(format!("no key has the number `{id}`")).into());
    };
    if left.is_empty() {
        return Err(Usage(
            "it is the only key: `gongxin log key rotate` adds another first".into(),
        )
        .into());
    }
    kept((&office, place, &file), &left, (gone, "retired"))
}
