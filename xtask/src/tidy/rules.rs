//! The rules as data: `xtask/tidy.toml`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::run::root;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    /// Which crate of ours may name which; `*` for any.
    pub(crate) arrows: BTreeMap<String, Vec<String>>,
    /// What a crate and its tests must not link, however far down.
    pub(crate) unlinked: BTreeMap<String, Vec<String>>,
    /// Licences that a dependency may have.
    pub(crate) licences: Vec<String>,
    /// Packages that must not be there: the beginning of their names, and why.
    pub(crate) refused: BTreeMap<String, String>,
    /// Packages that are there in more than one version, and why.
    pub(crate) duplicates: BTreeMap<String, String>,
    /// A file longer than this is warned of.
    pub(crate) file_lines: usize,
    /// A function longer than this is an error, unless it is listed.
    pub(crate) function_lines: usize,
    /// Functions that are longer for now, `path::name`; they may only become shorter.
    #[serde(default)]
    pub(crate) long_functions: BTreeMap<String, usize>,
    /// Words that must not stand in some files.
    pub(crate) words: Vec<WordRule>,
}

/// Words that must not stand in some files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordRule {
    /// The beginnings of the paths it is for.
    pub(crate) within: Vec<String>,
    /// The beginnings of the paths it is not for.
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// A line breaks the rule if all words of one of these stand in it, in order.
    pub(crate) lines: Vec<Vec<String>>,
    /// What to do instead.
    pub(crate) why: String,
}

impl Rules {
    /// Reads the file.
    pub(crate) fn read() -> Result<Self> {
        let path = root().join("xtask/tidy.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot understand `{}`", path.display()))
    }
}
