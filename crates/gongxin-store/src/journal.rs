//! The journal of erasures: a file outside the store and its backups, one line an erasure, each with
//! the digest of the one before it.
//!
//! A backup that is older than an erasure would bring back what was erased. So each erasure is written
//! here first, then done; whoever opens a store does what it lacks of the journal. A line names entries
//! by place and leaf and says on what order they were erased; it holds nothing of what they said.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gongxin_model::{Digest, Instant, PublicId, Seq};
use gongxin_seal::HashSuite;
use serde::{Deserialize, Serialize};

/// The format of the file.
const FORMAT: u32 = 1;

/// The order by which something is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureOrder {
    /// `court`, `retention`.
    pub ground: String,
    /// The clause or ruling that it stands on, in words.
    pub basis: String,
    /// Who decided.
    pub authority: String,
    /// The number of the document.
    pub number: String,
    /// The accounts that took part: who proposed, who confirmed.
    pub actors: Vec<String>,
}

/// One erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Its number, from 1 without gaps.
    pub no: i64,
    /// When it was decided on here.
    pub at: Instant,
    /// By which order.
    pub order: ErasureOrder,
    /// The entries whose content goes: place and leaf.
    pub entries: Vec<(Seq, Digest)>,
}

/// Why the journal cannot be relied on, and what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// There is none where the store has erased something.
    #[error(
        "there is no journal of erasures at `{path}`, and this store has done {done}: bring it back, \
         name it with --erasures, or have it written again from the store with `gongxin erase journal \
         --write-again`"
    )]
    Missing {
        /// Where it was looked for.
        path: String,
        /// How many erasures the store has done.
        done: i64,
    },
    /// It has fewer lines than the store has done erasures.
    #[error(
        "the journal of erasures `{path}` has {lines} and this store has done {done}: bring the \
         whole one back, or have it written again with `gongxin erase journal --write-again`"
    )]
    Short {
        /// The file.
        path: String,
        /// Its lines.
        lines: i64,
        /// How many erasures the store has done.
        done: i64,
    },
    /// A line is not what was written.
    #[error(
        "the journal of erasures `{path}` is damaged at line {line}: {why}; bring back an undamaged \
         copy, or have it written again with `gongxin erase journal --write-again`"
    )]
    Damaged {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// It belongs to another platform.
    #[error(
        "the journal of erasures `{path}` is another platform's: name this one's with --erasures"
    )]
    Foreign {
        /// The file.
        path: String,
    },
    /// The file cannot be read or written.
    #[error("the journal of erasures `{path}`: {why}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        why: String,
    },
}

type Result<T> = std::result::Result<T, JournalError>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    erasures: u32,
    platform: PublicId,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    erasure: Erasure,
    previous: Digest,
    digest: Digest,
}

/// A journal at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureJournal {
    path: PathBuf,
}

impl ErasureJournal {
    /// The journal at a path; nothing is opened yet.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its erasures, checked from the first to the last; None where there is no file.
    ///
    /// # Errors
    /// It is another platform's, damaged, or cannot be read.
    pub fn read(&self, platform: PublicId) -> Result<Option<Vec<Erasure>>> {
        Ok(self.whole(platform)?.map(|whole| whole.erasures))
    }

    fn whole(&self, platform: PublicId) -> Result<Option<Whole>> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.file(&error)),
        };
        // What was cut off while it was written was not done yet, also where that is amid a character.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let text = std::str::from_utf8(bytes.get(..whole).unwrap_or_default())
            .map_err(|_| self.damaged(1, "it is no text"))?;
        let mut lines = text.lines().zip(1..);
        let Some((head, _)) = lines.next() else {
            return Ok(None);
        };
        let head: Head =
            serde_json::from_str(head).map_err(|error| self.damaged(1, &error.to_string()))?;
        if head.erasures != FORMAT {
            return Err(self.damaged(1, "its format is another version's"));
        }
        if head.platform != platform {
            return Err(JournalError::Foreign { path: self.named() });
        }
        let mut found = Whole { erasures: Vec::new(), last: first(platform), bytes: whole as u64 };
        for (text, place) in lines {
            let line: Line = serde_json::from_str(text)
                .map_err(|error| self.damaged(place, &error.to_string()))?;
            let expected = i64::try_from(found.erasures.len()).unwrap_or(i64::MAX) + 1;
            if line.previous != found.last || line.erasure.no != expected {
                return Err(self.damaged(place, "a line before it is missing or another"));
            }
            if line.digest != digest(&line.erasure, line.previous) {
                return Err(self.damaged(place, "it is not what was written"));
            }
            found.last = line.digest;
            found.erasures.push(line.erasure);
        }
        Ok(Some(found))
    }

    /// Makes an empty journal where there is none.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn found(&self, platform: PublicId) -> Result<()> {
        match OpenOptions::new().write(true).create_new(true).open(&self.path) {
            Ok(mut file) => {
                let head = Head { erasures: FORMAT, platform };
                let text = self.text(&head)?;
                let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
                written.map_err(|error| self.file(&error))
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(self.file(&error)),
        }
    }

    /// Adds an erasure behind the last, and gives it back with its number, when it is on the disk.
    /// Whoever calls holds the lock of the store's head, so that nobody writes beside.
    ///
    /// # Errors
    /// The journal is damaged or cannot be written.
    pub fn append(
        &self,
        platform: PublicId,
        (at, order): (Instant, &ErasureOrder),
        entries: Vec<(Seq, Digest)>,
    ) -> Result<Erasure> {
        self.found(platform)?;
        let whole = self.whole(platform)?;
        let Some(Whole { erasures, last, bytes }) = whole else {
            return Err(self.damaged(1, "its first line is not whole"));
        };
        let no = i64::try_from(erasures.len()).unwrap_or(i64::MAX) + 1;
        let erasure = Erasure { no, at, order: order.clone(), entries };
        let digest = digest(&erasure, last);
        let line = self.text(&Line { erasure: erasure.clone(), previous: last, digest })?;
        let write = || {
            let mut file = OpenOptions::new().append(true).open(&self.path)?;
            // What was cut off goes: it was not done, and nothing follows from it.
            file.set_len(bytes)?;
            file.write_all(line.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|error| self.file(&error))?;
        Ok(erasure)
    }

    /// Writes a whole journal in place of the one that is there; it appears when it is complete.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_again(&self, platform: PublicId, erasures: &[Erasure]) -> Result<()> {
        let mut text = self.text(&Head { erasures: FORMAT, platform })?;
        let mut previous = first(platform);
        for erasure in erasures {
            let digest = digest(erasure, previous);
            text += &self.text(&Line { erasure: erasure.clone(), previous, digest })?;
            previous = digest;
        }
        let mut beside = self.path.as_os_str().to_owned();
        beside.push(".unfinished");
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&beside, &self.path)
        };
        write().map_err(|error| self.file(&error))
    }

    fn text(&self, line: &impl Serialize) -> Result<String> {
        let text = serde_json::to_string(line);
        text.map(|text| text + "\n").map_err(|error| self.damaged(0, &error.to_string()))
    }

    /// Its path, for people.
    #[must_use]
    pub fn named(&self) -> String {
        self.path.display().to_string()
    }

    fn damaged(&self, line: usize, why: &str) -> JournalError {
        JournalError::Damaged { path: self.named(), line, why: why.to_owned() }
    }

    fn file(&self, error: &std::io::Error) -> JournalError {
        JournalError::File { path: self.named(), why: error.to_string() }
    }
}

struct Whole {
    erasures: Vec<Erasure>,
    last: Digest,
    /// Bytes up to the end of the last whole line.
    bytes: u64,
}

/// What the first line follows.
fn first(platform: PublicId) -> Digest {
    HashSuite::Sha256.digest(&[b"gongxin/erasures", &platform.0])
}

fn digest(erasure: &Erasure, previous: Digest) -> Digest {
    // An erasure is plain data: writing it cannot fail.
    let text = serde_json::to_vec(erasure).unwrap_or_default();
    HashSuite::Sha256.digest(&[&previous.0, &text])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLATFORM: PublicId = PublicId([7; 16]);

    fn order(number: &str) -> ErasureOrder {
        ErasureOrder {
            ground: "court".into(),
            basis: "第一条".into(),
            authority: "演练州中级人民法院".into(),
            number: number.into(),
            actors: vec!["one".into(), "two".into()],
        }
    }

    fn filled(lines: i64) -> (tempfile::TempDir, ErasureJournal) {
        let directory = tempfile::tempdir().unwrap();
        let journal = ErasureJournal::at(&directory.path().join("erasures"));
        for no in 1..=lines {
            let entries = vec![(Seq(no), Digest([9; 32]))];
            let order = order(&no.to_string());
            let done = journal.append(PLATFORM, (Instant(no), &order), entries).unwrap();
            assert_eq!(done.no, no);
        }
        (directory, journal)
    }

    #[test]
    fn what_is_written_is_read_and_another_platforms_is_refused() {
        let (_directory, journal) = filled(3);
        let read = journal.read(PLATFORM).unwrap().unwrap();
        assert_eq!(read.iter().map(|one| one.no).collect::<Vec<_>>(), [1, 2, 3]);
        let foreign = journal.read(PublicId([8; 16]));
        assert!(matches!(foreign, Err(JournalError::Foreign { .. })), "{foreign:?}");
        journal.write_again(PLATFORM, &read).unwrap();
        assert_eq!(journal.read(PLATFORM).unwrap().unwrap(), read);
        let nowhere = ErasureJournal::at(Path::new("/nowhere/erasures"));
        assert_eq!(nowhere.read(PLATFORM), Ok(None));
    }

    #[test]
    fn every_changed_missing_or_added_line_is_named() {
        let (_directory, journal) = filled(3);
        let text = std::fs::read_to_string(journal.path()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for nth in 1..lines.len() {
            let mut less = lines.clone();
            less.remove(nth);
            let mut twice = lines.clone();
            twice.insert(nth, lines[nth]);
            let changed = lines[nth].replace("court", "count");
            let mut other = lines.clone();
            other[nth] = &changed;
            for (tampered, is_seen) in [(less, nth < 3), (twice, true), (other, true)] {
                std::fs::write(journal.path(), tampered.join("\n") + "\n").unwrap();
                let read = journal.read(PLATFORM);
                assert_eq!(matches!(read, Err(JournalError::Damaged { .. })), is_seen, "{nth}");
            }
        }
    }

    #[test]
    fn a_line_that_was_cut_off_was_not_done() {
        let (_directory, journal) = filled(2);
        let text = std::fs::read_to_string(journal.path()).unwrap();
        let first_of_last = text.trim_end().rfind('\n').unwrap() + 1;
        // At every byte: a stop does not know where characters end.
        for cut in first_of_last..text.len() {
            std::fs::write(journal.path(), &text.as_bytes()[..cut]).unwrap();
            assert_eq!(journal.read(PLATFORM).unwrap().unwrap().len(), 1, "{cut}");
        }
        let entries = vec![(Seq(5), Digest([5; 32]))];
        journal.append(PLATFORM, (Instant(5), &order("5")), entries).unwrap();
        let read = journal.read(PLATFORM).unwrap().unwrap();
        assert_eq!(read.last().unwrap().order.number, "5");
    }
}
