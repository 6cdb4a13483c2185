//! One file a family of commands. A command opens the office, calls one use case, and prints.

mod access;
mod account;
mod admin;
mod article;
mod case;
mod doctor;
mod erase;
mod explain;
mod figures;
mod held;
mod house;
mod inbox;
mod intake;
mod notices;
mod oidc;
mod pack;
mod receipt;
mod rehearsal;
mod serve;
mod show;
mod site;
mod template;
mod upload;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gongxin_app::{Circumstances, InstanceKey, Office, OfficeError, StoreError, StoreUrl};
use gongxin_model::finding::Language;

use crate::arguments::{Arguments, Command, Place};
use crate::door;
use crate::exit::{Exit, Usage};
use crate::screen::tell;

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let place = &arguments.place;
    if let Some(missing) = place.packs.iter().find(|pack| !pack.join("pack.toml").exists()) {
        let path = missing.display();
        return Err(Usage(format!("`{path}` is not a pack: it has no pack.toml")).into());
    }
    match &arguments.command {
        Command::Intake(ask) => intake::run(place, ask),
        Command::Template(ask) => template::run(place, ask),
        Command::Subject(ask) => show::subject(place, ask),
        Command::Search(ask) => show::search(place, ask),
        Command::Serve(ask) => serve::run(place, ask),
        Command::Pack(ask) => pack::run(place, ask),
        Command::Held(ask) => held::run(place, ask),
        Command::Case(ask) => case::run(place, ask),
        Command::Source(ask) => admin::source(place, ask),
        Command::Upload(ask) => upload::run(place, ask),
        Command::Article(ask) => article::run(place, ask),
        Command::Account(ask) => account::run(place, ask),
        Command::Audit(ask) => account::audit(place, ask),
        Command::Access(ask) => access::run(place, ask),
        Command::Notices(ask) => notices::run(place, ask),
        Command::Erase(ask) => erase::run(place, ask),
        Command::Withdraw(ask) => admin::withdraw(place, ask),
        Command::Archive(ask) => admin::archive(place, ask),
        Command::Tick(ask) => admin::tick(place, ask),
        Command::Backup(ask) => house::backup(place, ask),
        Command::Restore(ask) => house::restore(place, ask),
        Command::Migrate(ask) => house::migrate(place, ask),
        Command::Doctor(ask) => doctor::run(place, ask),
        Command::Rehearsal(ask) => rehearsal::run(place, ask),
        Command::ReadWorkbook => intake::read_workbook(),
        Command::ReadPaper => case::read_paper(),
    }
}

/// The language of messages.
pub(crate) fn language(place: &Place) -> anyhow::Result<Language> {
    match place.language.as_str() {
        "zh" => Ok(Language::Chinese),
        "en" => Ok(Language::English),
        other => Err(Usage(format!("`{other}` is not a language here; use zh or en")).into()),
    }
}

fn circumstances(place: &Place) -> anyhow::Result<Circumstances> {
    let url: StoreUrl = place.store.parse().map_err(OfficeError::from)?;
    let key = door::key_file(place.key_file.as_deref(), &place.store)?;
    let (clock, chance) = door::circumstance();
    let key = InstanceKey::new(door::read_or_make_key(&key)?);
    let journal = Some(door::journal_file(place.erasures.as_deref(), &place.store)?);
    Ok(Circumstances { url, key, clock, chance, journal })
}

/// The same at an address of its own, where the key must be there already.
fn circumstances_at(
    store: &str,
    key_file: &Path,
    journal: PathBuf,
) -> anyhow::Result<Circumstances> {
    let url: StoreUrl = store.parse().map_err(OfficeError::from)?;
    let (clock, chance) = door::circumstance();
    let key = door::read_key(key_file)?.ok_or_else(|| {
        Usage(format!(
            "there is no instance key at `{}`: put the store's there, or name it with --key-file",
            key_file.display()
        ))
    })?;
    Ok(Circumstances { url, key: InstanceKey::new(key), clock, chance, journal: Some(journal) })
}

/// Opens the office of a store that exists.
pub(crate) fn open(place: &Place) -> anyhow::Result<Arc<Office>> {
    // Looking at a store that is not there must leave nothing behind, not even a key.
    if let Some(path) = place.store.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        return Err(OfficeError::from(StoreError::Absent(place.store.clone())).into());
    }
    Ok(Arc::new(Office::open(&circumstances(place)?)?))
}

/// Opens the office; founds the store and puts the built-in packs in force where there are none.
/// Packs given on the command line are adopted with them.
pub(crate) fn open_or_found(place: &Place) -> anyhow::Result<Arc<Office>> {
    let office = Arc::new(Office::open_or_found(&circumstances(place)?)?);
    match office.rules() {
        Ok(_) if place.packs.is_empty() => {}
        Ok(rules) => {
            let rehearsal = rules.rulebook.is_rehearsal();
            pack::adopt_quietly(&office, place, rehearsal, &rules.adoption.accepted)?;
        }
        Err(OfficeError::NoRulebook) => {
            pack::adopt_quietly(&office, place, false, "[]")?;
            tell(
                "no rulebook was in force: the built-in packs are now, without their unverified \
                 parts; `gongxin pack adopt --accept-unverified all` accepts those too",
            );
        }
        Err(error) => return Err(error.into()),
    }
    Ok(office)
}
