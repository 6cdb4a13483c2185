//! What is given out whole: classes, their fields, their files.

use std::io::Read;

use gongxin_model::{Day, Instant, PublicId};
use serde::{Deserialize, Serialize};

use super::{Coded, Words};

/// In which form a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenFormat {
    /// Values parted by commas, as spreadsheets open them.
    Csv,
    /// One JSON object a line.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// Apache Parquet.
    Parquet,
}

impl OpenFormat {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Csv, Self::JsonLines, Self::Parquet];

    /// The ending of a file's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/jsonl; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// The form of an ending; none for another.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// What somebody who takes files may do with them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownLicence {
    /// What it is called.
    pub name: Words,
    /// Where its text stands, where it stands elsewhere.
    pub address: Option<String>,
    /// What it says.
    pub terms: Words,
    /// The clauses in force that it stands on.
    pub basis: Vec<String>,
    /// How well it is known: `verified`, `partly`, `unverified`.
    pub confidence: String,
}

/// When all files were last made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownOpenEdition {
    /// The day.
    pub day: Day,
    /// The time.
    pub made: Instant,
}

/// `/open-data`: all classes that are given out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenData {
    /// The licence; absent where nothing is given out.
    pub licence: Option<ShownLicence>,
    /// So many days after a making all files are made anew.
    pub rebuild_days: u16,
    /// The last making; absent before the first.
    pub edition: Option<ShownOpenEdition>,
    /// The classes.
    pub classes: Vec<ShownOpenClass>,
}

/// A class that is given out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenClass {
    /// The class.
    pub of: Coded,
    /// What its files are for.
    pub about: Words,
    /// True where records of it may bear negatively on organisations.
    pub adverse: bool,
    /// The clauses in force that its release stands on.
    pub basis: Vec<String>,
    /// How well that is known: `verified`, `partly`, `unverified`.
    pub confidence: String,
    /// Its files, the latest year first.
    pub shards: Vec<ShownOpenShard>,
}

/// The records of one division and year.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenShard {
    /// The name of its files, without the ending.
    pub name: String,
    /// The division; its code is empty for what lies elsewhere.
    pub division: Coded,
    /// The year of the decisions.
    pub year: i16,
    /// What it has; absent while it is being made anew.
    pub held: Option<ShownOpenHeld>,
}

/// What a shard has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenHeld {
    /// How many records.
    pub rows: u64,
    /// Its files.
    pub files: Vec<ShownOpenFile>,
}

/// A file that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownOpenFile {
    /// Its form.
    pub format: OpenFormat,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, hexadecimal.
    pub digest: String,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenType {
    /// A text.
    #[default]
    Text,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A decimal number in 元.
    Yuan,
    /// A decimal number in 万元.
    TenThousandYuan,
    /// A code of the list named.
    Code,
    /// Several codes of the list named.
    Codes,
    /// True or false.
    Flag,
}

/// A column of a class's files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenColumn {
    /// Its name in the files.
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// What its values are.
    pub kind: OpenType,
    /// The code list of its values.
    pub list: Option<String>,
}

/// A code list that columns use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenList {
    /// The list.
    pub of: Coded,
    /// Its codes of today.
    pub codes: Vec<Coded>,
}

/// `/open-data/CATALOGUE`: one class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenPage {
    /// The class with all its files.
    pub class: ShownOpenClass,
    /// The licence.
    pub licence: ShownLicence,
    /// So many days after a making all files are made anew.
    pub rebuild_days: u16,
    /// The last making; absent before the first.
    pub edition: Option<ShownOpenEdition>,
    /// The columns of its files, in their order.
    pub columns: Vec<ShownOpenColumn>,
    /// The code lists that they use.
    pub lists: Vec<ShownOpenList>,
}

/// Which file is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFileAsk {
    /// The name of the shard.
    pub name: String,
    /// The form.
    pub format: OpenFormat,
    /// True where whoever asks takes it compressed with gzip.
    pub gzip: bool,
}

/// A file as it is given out. It is asked for again while it goes out, and breaks off when it may no
/// longer be.
pub struct OpenedFile {
    /// What is told of it.
    pub file: ShownOpenFile,
    /// True where the bytes are compressed with gzip.
    pub gzip: bool,
    /// How many bytes go out.
    pub length: u64,
    /// True where records of it may bear negatively on organisations.
    pub adverse: bool,
    /// The bytes.
    pub content: Box<dyn Read + Send>,
}

impl std::fmt::Debug for OpenedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedFile").field("file", &self.file).finish_non_exhaustive()
    }
}

/// What became of a record of a class that is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenState {
    /// It is shown: it came, or was corrected.
    Shown,
    /// It is shown no longer; nothing else is told of it.
    Gone,
}

/// A record that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownOpenChange {
    /// Its opaque id.
    pub record: PublicId,
    /// What became of it.
    pub state: OpenState,
}

/// Some changes, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOpenChanges {
    /// The records, each once.
    pub items: Vec<ShownOpenChange>,
    /// The key after which the next ones begin.
    pub next: String,
    /// True where these are the last so far: ask again later with the key.
    pub is_last: bool,
}
