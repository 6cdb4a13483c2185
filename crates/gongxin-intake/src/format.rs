//! The formats of files.

use serde::{Deserialize, Serialize};

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Cells between delimiters, one row a line.
    Csv,
    /// The same with tabs.
    Tsv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array of objects.
    Json,
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// A workbook of the Open Document Format.
    Ods,
    /// Records as elements.
    Xml,
    /// Files packed into one.
    Zip,
}

impl Format {
    const ALL: [Self; 9] = [
        Self::Csv,
        Self::Tsv,
        Self::Jsonl,
        Self::Json,
        Self::Xlsx,
        Self::Xls,
        Self::Ods,
        Self::Xml,
        Self::Zip,
    ];

    /// The format of a name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The name as it stands in a receipt.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Xml => "xml",
            Self::Zip => "zip",
        }
    }
}
