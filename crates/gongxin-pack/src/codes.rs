//! Code lists: closed sets of values, with what they were called over time.

use std::collections::BTreeMap;

use gongxin_model::{Day, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::{Ground, Text};

/// One value of a code list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeEntry {
    /// The canonical value.
    pub code: String,
    /// What it is called.
    pub zh: String,
    /// What it is called in English.
    #[serde(default)]
    pub en: String,
    /// Other ways it is written.
    #[serde(default)]
    pub spellings: Vec<String>,
    /// The first day it is in use.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub from: Option<Day>,
    /// The first day it is no longer in use.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub until: Option<Day>,
    /// The code above it.
    #[serde(default)]
    pub parent: Option<String>,
    /// More columns, by name.
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
}

impl CodeEntry {
    /// True if it is in use on the day.
    #[must_use]
    pub fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// A code list. One code may have several entries, one after the other in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// What a value outside the list does to its row.
    #[schemars(with = "String")]
    pub unknown: Severity,
    /// The CSV file with the entries, relative to this file, where the list is long.
    #[serde(default)]
    pub entries_from: Option<String>,
    /// The entries, in order.
    #[serde(default)]
    pub entries: Vec<CodeEntry>,
    /// What the list stands on.
    pub ground: Ground,
    /// Folded code, name and spelling → places in `entries`. Made on loading.
    #[serde(skip)]
    pub(crate) index: BTreeMap<String, Vec<usize>>,
}

impl CodeList {
    /// The present entry of a code, or its latest.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&CodeEntry> {
        self.history(code).last()
    }

    /// All entries of a code, oldest first.
    pub fn history<'a>(&'a self, code: &str) -> impl DoubleEndedIterator<Item = &'a CodeEntry> {
        let places = self.index.get(&fold(code)).map_or(&[][..], Vec::as_slice);
        let folded = fold(code);
        places
            .iter()
            .filter_map(|place| self.entries.get(*place))
            .filter(move |entry| fold(&entry.code) == folded)
    }

    /// The entry that a code, a name or a spelling means; the last in the list where several do.
    /// An entry with `extra.prefix` also takes what follows its name: `其他-…`.
    #[must_use]
    pub fn find(&self, written: &str) -> Option<&CodeEntry> {
        let folded = fold(written);
        if let Some(place) = self.index.get(&folded).and_then(|places| places.last()) {
            return self.entries.get(*place);
        }
        self.entries.iter().find(|entry| {
            entry.extra.contains_key("prefix") && folded.starts_with(&fold(&entry.zh))
        })
    }

    /// The first entry with a value in one of its further columns.
    #[must_use]
    pub fn with_extra(&self, column: &str, value: &str) -> Option<&CodeEntry> {
        self.entries.iter().find(|entry| entry.extra.get(column).is_some_and(|cell| cell == value))
    }

    /// Makes the index.
    pub(crate) fn build_index(&mut self) {
        let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let words = [&entry.code, &entry.zh].into_iter().chain(&entry.spellings);
            for word in words {
                let places = index.entry(fold(word)).or_default();
                if !places.contains(&place) && !word.is_empty() {
                    places.push(place);
                }
            }
        }
        self.index = index;
    }
}

/// The form in which values of code lists and headers are compared: half width, upper case,
/// without blanks and line breaks, round brackets, one kind of comma.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().filter_map(fold_letter).flat_map(char::to_uppercase).collect()
}

fn fold_letter(letter: char) -> Option<char> {
    match letter {
        '\u{3000}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{a0}' => None,
        _ if letter.is_whitespace() || letter.is_control() => None,
        '【' | '〔' | '［' | '[' => Some('('),
        '】' | '〕' | '］' | ']' => Some(')'),
        '、' => Some(','),
        '—' | '–' | '－' | '‐' | '‑' => Some('-'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0),
        _ => Some(letter),
    }
}
