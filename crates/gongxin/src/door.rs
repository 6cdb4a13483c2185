//! What only the door may do: read the clock, draw chance, open files named by the user.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use gongxin_app::circumstance::{Chance, Clock, Pooled};
use gongxin_model::Instant;

/// The machine's clock.
#[derive(Debug)]
pub(crate) struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Instant(since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
    }
}

/// The machine's randomness.
pub(crate) fn machine_chance() -> Pooled {
    Pooled::new(fill)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that draws chance")]
#[expect(clippy::expect_used, reason = "without randomness nothing may be written at all")]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// The instance key's file: the one named, or the one beside a SQLite store, or one in the user's
/// configuration directory for a server. Made on first use.
pub(crate) fn key_file(named: Option<&Path>, store: &str) -> anyhow::Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    if let Some(path) = store.strip_prefix("sqlite:") {
        return Ok(PathBuf::from(format!("{path}.key")));
    }
    Ok(data_directory()?.join("gongxin.key"))
}

/// The file of the journal of erasures: the one named, or the one beside a SQLite store, or one in the
/// user's configuration directory for a server.
pub(crate) fn journal_file(named: Option<&Path>, store: &str) -> anyhow::Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    if let Some(path) = store.strip_prefix("sqlite:") {
        return Ok(PathBuf::from(format!("{path}.erasures")));
    }
    Ok(data_directory()?.join("gongxin.erasures"))
}

/// The directory for what a PostgreSQL store has no place for.
#[expect(clippy::disallowed_methods, reason = "the door reads the environment")]
pub(crate) fn data_directory() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    let Some(home) = home else {
        bail!("neither XDG_DATA_HOME nor HOME is set; name the key's file with --key-file");
    };
    Ok(home.join("gongxin"))
}

/// Reads the instance key, or makes one where there is none yet.
pub(crate) fn read_or_make_key(path: &Path) -> anyhow::Result<[u8; 32]> {
    if let Some(key) = read_key(path)? {
        return Ok(key);
    }
    let key = secret();
    write_key(path, &key)?;
    Ok(key)
}

/// Reads the instance key; None where there is none.
pub(crate) fn read_key(path: &Path) -> anyhow::Result<Option<[u8; 32]>> {
    match std::fs::read(path) {
        Ok(bytes) => <[u8; 32]>::try_from(bytes.as_slice()).map(Some).map_err(|_| {
            anyhow::anyhow!(
                "`{}` is not an instance key: it must have 32 bytes; give the right file with \
                 --key-file, or remove this one if there is no store yet",
                path.display()
            )
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading the key `{}`", path.display())),
    }
}

/// Puts an instance key where there is none.
pub(crate) fn write_key(path: &Path, key: &[u8; 32]) -> anyhow::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("making the directory `{}`", directory.display()))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file =
        options.open(path).with_context(|| format!("making the key `{}`", path.display()))?;
    let written = std::io::Write::write_all(&mut file, key).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key would be in the way of every later start.
        let _ = std::fs::remove_file(path);
    }
    written.with_context(|| format!("writing the key `{}`", path.display()))
}

/// 256 random bits for a key.
pub(crate) fn secret() -> [u8; 32] {
    let mut secret = [0; 32];
    fill(&mut secret);
    secret
}

/// The clock and the chance of this machine.
pub(crate) fn circumstance() -> (Arc<dyn Clock>, Arc<dyn Chance>) {
    (Arc::new(MachineClock), Arc::new(machine_chance()))
}
