//! An office over a store of its own, with the machine's clock and chance.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, Result};
use gongxin_app::circumstance::{Clock, Pooled};
use gongxin_app::gate::Scope;
use gongxin_app::{
    AdoptAsk, ChildCommand, Circumstances, HandIn, Input, InstanceKey, Office, Receipt, StoreUrl,
    packs,
};
use gongxin_model::Instant;
use gongxin_model::finding::Language;

use crate::scratch::gongxin;

/// The key of stores that live as long as a run.
pub(crate) const KEY: [u8; 32] = [7; 32];
const ACTOR: &str = "bench";

#[derive(Debug)]
struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Instant(since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
    }
}

#[expect(clippy::expect_used, reason = "without randomness there is nothing to measure")]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

fn circumstances(url: &StoreUrl) -> Circumstances {
    Circumstances {
        url: url.clone(),
        journal: None,
        key: InstanceKey::new(KEY),
        clock: Arc::new(MachineClock),
        chance: Arc::new(Pooled::new(fill)),
    }
}

/// Founds a store and puts the built-in packs and the rehearsal's in force, with all they hold.
pub(crate) fn found(url: &StoreUrl) -> Result<Office> {
    let office = Office::open_or_found(&circumstances(url))?;
    let files = packs::gather(true, &[])?;
    let accept = ["all".to_owned()];
    let ask = AdoptAsk { files: &files, accept: &accept, dry_run: false };
    let permit = office.permit_at_machine(&InstanceKey::new(KEY), ACTOR, Scope::Platform)?;
    office.adopt(&permit, &ask, &mut |_| ())?;
    Ok(office)
}

/// Opens the office of a store.
pub(crate) fn opened(url: &StoreUrl) -> Result<Office> {
    Ok(Office::open(&circumstances(url))?)
}

/// Hands in a file, with workbooks read by the platform's program, as its door has it.
pub(crate) fn hand_in(
    office: &Office,
    (catalogue, source): (&str, &str),
    path: &Path,
) -> Result<Receipt> {
    let stop = AtomicBool::new(false);
    let body = Scope::Body(source.to_owned());
    let permit = office.permit_at_machine(&InstanceKey::new(KEY), ACTOR, body)?;
    let ask = HandIn {
        catalogue,
        permit: &permit,
        mapping: None,
        dry_run: false,
        language: Language::Chinese,
        child: Some(ChildCommand {
            program: gongxin()?.into(),
            arguments: vec!["read-workbook".into()],
        }),
        stop: &stop,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let receipt = office.hand_in(&ask, &name, Input::File(path.to_owned()), &mut |_| ())?;
    let is_read = receipt.files.iter().all(|file| file.read);
    anyhow::ensure!(is_read, "`{name}` could not be read: {:?}", receipt.findings.first());
    Ok(receipt)
}

/// Writes the key to a file, for the platform's program.
pub(crate) fn key_file(path: &Path) -> Result<()> {
    std::fs::write(path, KEY).with_context(|| format!("cannot write `{}`", path.display()))
}
