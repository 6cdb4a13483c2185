//! Edits of a pack's files that leave every other byte, and so every other line, as it is.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of a file with all that stands in it, and the keys and numbers that lead to it.
pub(super) struct Table<'a> {
    pub(super) text: &'a str,
    pub(super) path: Vec<String>,
    pub(super) entries: Vec<Entry<'a>>,
}

/// A key of a table, where it and its value stand.
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a DeValue<'a>,
    key_span: Range<usize>,
    span: Range<usize>,
}

/// What is put in the place of what.
#[derive(Debug, Clone)]
pub(super) struct Edit(Range<usize>, String);

/// Every table of a file, outer ones first.
pub(super) fn each_table<'a>(
    text: &'a str,
    root: &'a DeTable<'a>,
    see: &mut impl FnMut(&Table<'a>),
) {
    table(text, root, &mut Vec::new(), see);
}

fn table<'a>(
    text: &'a str,
    own: &'a DeTable<'a>,
    path: &mut Vec<String>,
    see: &mut impl FnMut(&Table<'a>),
) {
    let entries = own.iter().map(|(key, value)| Entry {
        key: key.get_ref(),
        value: value.get_ref(),
        key_span: key.span(),
        span: value.span(),
    });
    see(&Table { text, path: path.clone(), entries: entries.collect() });
    for (key, inner) in own {
        path.push(key.get_ref().to_string());
        value(text, inner, path, see);
        path.pop();
    }
}

fn value<'a>(
    text: &'a str,
    own: &'a Spanned<DeValue<'a>>,
    path: &mut Vec<String>,
    see: &mut impl FnMut(&Table<'a>),
) {
    match own.get_ref() {
        DeValue::Table(inner) => table(text, inner, path, see),
        DeValue::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                path.push(name_of(item.get_ref()).unwrap_or_else(|| place.to_string()));
                value(text, item, path, see);
                path.pop();
            }
        }
        _ => {}
    }
}

/// What an item of an array is called, so that a place says more than a number.
fn name_of(item: &DeValue<'_>) -> Option<String> {
    let item = item.as_table()?;
    let name = ["id", "class", "code"].into_iter().find_map(|key| item.get(key));
    Some(name?.get_ref().as_str()?.to_owned())
}

impl<'a> Table<'a> {
    pub(super) fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(super) fn text_of(&self, key: &str) -> Option<&'a str> {
        self.entry(key)?.value.as_str()
    }

    pub(super) fn number_of(&self, key: &str) -> Option<i64> {
        self.entry(key)?.number()
    }

    /// A key more, before the first that stands in the table itself.
    pub(super) fn with(&self, words: &str) -> Option<Edit> {
        let own = self.entries.iter().filter(|entry| !self.is_header(entry));
        let at = own.map(|entry| entry.key_span.start).min()?;
        let is_line =
            self.text[..at].rsplit('\n').next().is_some_and(|before| before.trim().is_empty());
        Some(Edit(at..at, format!("{words}{}", if is_line { "\n" } else { ", " })))
    }

    /// Without a key.
    pub(super) fn without(&self, key: &str) -> Option<Edit> {
        let entry = self.entry(key).filter(|entry| !self.is_header(entry))?;
        let (start, end) = (entry.key_span.start, entry.span.end);
        let behind = self.text[end..].trim_start_matches(' ');
        let before = self.text[..start].trim_end_matches(' ');
        let range = match (behind.strip_prefix(','), before.strip_suffix(',')) {
            (Some(rest), _) => start..self.text.len() - rest.len(),
            (None, Some(rest)) => rest.len()..end,
            (None, None) => start..end,
        };
        Some(Edit(range, String::new()))
    }

    /// True where the key stands in a header of its own: `[act]`, `[[fields]]`.
    fn is_header(&self, entry: &Entry<'_>) -> bool {
        let before = self.text[..entry.key_span.start].rsplit('\n').next();
        before.is_some_and(|before| before.trim_start().starts_with('['))
    }
}

impl Entry<'_> {
    /// Another value in the place of this one, as TOML writes it.
    pub(super) fn set(&self, words: impl Into<String>) -> Edit {
        Edit(self.span.clone(), words.into())
    }

    pub(super) fn number(&self) -> Option<i64> {
        let number = self.value.as_integer()?;
        i64::from_str_radix(number.as_str(), number.radix()).ok()
    }

    pub(super) fn table(&self) -> Option<&DeTable<'_>> {
        self.value.as_table()
    }
}

/// The text with the edits made, and the line of the first.
pub(super) fn edited(text: &str, edits: &[Edit]) -> (String, usize) {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|Edit(range, _)| range.start);
    let line = line_at(text, edits.first().map_or(0, |Edit(range, _)| range.start));
    let mut text = text.to_owned();
    for Edit(range, words) in edits.iter().rev() {
        text.replace_range(range.clone(), words);
    }
    (text, line)
}

impl Edit {
    /// Words in the place of a stretch of text.
    pub(super) fn over(range: Range<usize>, words: String) -> Self {
        Self(range, words)
    }

    /// The same place with other words.
    pub(super) fn with(&self, words: &str) -> Self {
        Self(self.0.clone(), words.to_owned())
    }

    /// The line on which it is made.
    pub(super) fn line(&self, text: &str) -> usize {
        line_at(text, self.0.start)
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    text[..byte].matches('\n').count() + 1
}
