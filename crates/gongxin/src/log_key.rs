//! The file of the log's keys: private keys, one a line, readable by its owner alone; beside it what
//! they signed last.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use gongxin_app::public_log::{
    Checkpoint, LogSigner, NoteSignature, SignatureKind, SignerError, SigningKey, VerifierKey,
};

use crate::arguments::Place;
use crate::door;
use crate::exit::Usage;

/// What stands above the keys.
const HEAD: &str =
    "# The keys of the public log. Whoever has them signs in this platform's name.\n";

/// The keys in their file. It is read each time, so that a rotation takes effect while others serve.
#[derive(Debug, Clone)]
pub(crate) struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The file named, or the one beside a SQLite store, or one in the user's data directory.
    pub(crate) fn of(place: &Place) -> anyhow::Result<Self> {
        let named = place.log_key_file.clone();
        let path = match (named, place.store.strip_prefix("sqlite:")) {
            (Some(path), _) => path,
            (None, Some(store)) => PathBuf::from(format!("{store}.log-key")),
            (None, None) => door::data_directory()?.join("gongxin.log-key"),
        };
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The keys, the oldest first; none where there is no file.
    pub(crate) fn read(&self) -> anyhow::Result<Vec<SigningKey>> {
        let shown = self.path.display();
        let text = match std::fs::read_to_string(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.with_context(|| format!("reading the keys of the log `{shown}`"))?,
        };
        self.refuse_open()?;
        let lines = text.lines().map(str::trim).zip(1..);
        let keys = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        keys.map(|(line, number)| {
            let key = SigningKey::from_secret_text(line);
            key.with_context(|| format!("line {number} of the keys of the log `{shown}`"))
        })
        .collect()
    }

    /// Refuses keys that others may read.
    #[cfg(unix)]
    fn refuse_open(&self) -> anyhow::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&self.path)?.permissions().mode();
        if mode & 0o077 == 0 {
            return Ok(());
        }
        let shown = self.path.display();
        anyhow::bail!(
            "others may read the keys of the log `{shown}`: run `chmod 600 {shown}`, and rotate the key if \
             somebody may have read it"
        )
    }

    #[cfg(not(unix))]
    fn refuse_open(&self) -> anyhow::Result<()> {
        Ok(())
    }

    /// Keeps keys in place of those that are there.
    pub(crate) fn write(&self, keys: &[SigningKey]) -> anyhow::Result<()> {
        let lines = keys.iter().map(|key| key.to_secret_text() + "\n");
        let text: String = std::iter::once(HEAD.to_owned()).chain(lines).collect();
        replace(&self.path, &text)
            .with_context(|| format!("writing the keys of the log `{}`", self.path.display()))
    }

    /// A new key of a log.
    pub(crate) fn fresh(origin: &str) -> anyhow::Result<SigningKey> {
        SigningKey::new(origin, SignatureKind::Ed25519, &door::secret())
            .map_err(|error| Usage(format!("`{origin}`: {error}")).into())
    }

    /// Where it stands what was signed last.
    fn signed(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".signed");
        PathBuf::from(name)
    }
}

impl LogSigner for KeyFile {
    fn keys(&self) -> Result<Vec<VerifierKey>, SignerError> {
        let keys = self.read().map_err(|error| SignerError(format!("{error:#}")))?;
        Ok(keys.iter().map(|key| key.public().clone()).collect())
    }

    fn last(&self) -> Result<Option<Checkpoint>, SignerError> {
        let path = self.signed();
        let failed = |why: String| SignerError(format!("reading `{}`: {why}", path.display()));
        match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error.to_string())),
            Ok(text) => text.parse().map(Some).map_err(|_| failed("not a checkpoint".into())),
        }
    }

    fn sign(&self, checkpoint: &Checkpoint) -> Result<Vec<NoteSignature>, SignerError> {
        let keys = self.read().map_err(|error| SignerError(format!("{error:#}")))?;
        // Kept first: what was given out is never more than what is known here.
        let (path, text) = (self.signed(), checkpoint.to_string());
        let failed = |error| SignerError(format!("writing `{}`: {error}", path.display()));
        replace(&path, &text).map_err(failed)?;
        Ok(keys.iter().map(|key| key.sign(&text, 0)).collect())
    }
}

/// Puts a file in place of another, whole, readable by its owner alone.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let unfinished = directory.join(name);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    #[cfg(unix)]
    std::fs::File::open(directory)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(directory: &tempfile::TempDir) -> KeyFile {
        KeyFile { path: directory.path().join("store.log-key") }
    }

    #[test]
    fn keys_are_kept_for_their_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let file = file(&directory);
        assert!(file.read().unwrap().is_empty());
        let key = KeyFile::fresh("credit.example/log").unwrap();
        file.write(std::slice::from_ref(&key)).unwrap();
        let read = file.read().unwrap();
        assert_eq!(read[0].to_secret_text(), key.to_secret_text());
        assert_ne!(KeyFile::fresh("credit.example/log").unwrap().public(), key.public());
        assert!(KeyFile::fresh("a b").is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |mode| std::fs::Permissions::from_mode(mode);
            assert_eq!(std::fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(file.path(), mode(0o640)).unwrap();
            let refused = file.read().unwrap_err().to_string();
            assert!(refused.contains("chmod 600") && !refused.contains("PRIVATE"), "{refused}");
        }
    }

    #[test]
    fn what_was_signed_is_known_to_whoever_reads_the_file_next() {
        let directory = tempfile::tempdir().unwrap();
        let file = file(&directory);
        file.write(&[KeyFile::fresh("log").unwrap()]).unwrap();
        assert_eq!(file.last().unwrap(), None);
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        let checkpoint: Checkpoint = format!("log\n3\n{root}\n").parse().unwrap();
        assert_eq!(file.sign(&checkpoint).unwrap().len(), 1);
        assert_eq!(file.last().unwrap(), Some(checkpoint));
    }
}
