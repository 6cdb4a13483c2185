//! The pages that are only words: one Markdown file each in `pages/`, in both languages.

use std::collections::BTreeMap;

use gongxin_model::finding::Language;
use minijinja::Value;
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::markdown::{Setting, to_html};

#[derive(RustEmbed)]
#[folder = "pages"]
struct Sources;

/// The pages that are only words, of both languages.
#[derive(Debug)]
pub(crate) struct Writings {
    chinese: BTreeMap<String, Writing>,
    english: BTreeMap<String, Writing>,
}

/// A page of words: its title, and what follows as markup.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Writing {
    pub(crate) title: String,
    pub(crate) body: Value,
}

/// A page built in cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WritingError {
    /// It is no text.
    #[error("`{0}` is no text")]
    Encoding(String),
    /// It does not begin with a title.
    #[error("`{0}` does not begin with a title")]
    Untitled(String),
}

impl Writings {
    /// Reads the pages built in.
    ///
    /// # Errors
    /// Where one is no text or has no title.
    pub(crate) fn load() -> Result<Self, WritingError> {
        let mut writings = Self { chinese: BTreeMap::new(), english: BTreeMap::new() };
        for path in Sources::iter() {
            let bytes = Sources::get(&path).map(|file| file.data.into_owned()).unwrap_or_default();
            let text =
                String::from_utf8(bytes).map_err(|_| WritingError::Encoding(path.to_string()))?;
            let untitled = || WritingError::Untitled(path.to_string());
            let (language, name) = path.split_once('/').ok_or_else(untitled)?;
            let name = name.trim_end_matches(".md").to_owned();
            let (setting, of_language) = match language {
                "en" => (("/en", "Table"), &mut writings.english),
                _ => (("", "表"), &mut writings.chinese),
            };
            let (title, body) = text
                .strip_prefix("# ")
                .and_then(|text| text.split_once('\n'))
                .ok_or_else(untitled)?;
            let (prefix, table) = setting;
            let body = to_html(body, Setting { prefix, table, anchors: true });
            let body = Value::from_safe_string(body);
            of_language.insert(name, Writing { title: title.to_owned(), body });
        }
        Ok(writings)
    }

    /// The page of a name.
    pub(crate) fn get(&self, language: Language, name: &str) -> Option<&Writing> {
        self.of(language).get(name)
    }

    const fn of(&self, language: Language) -> &BTreeMap<String, Writing> {
        match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::refused;

    #[test]
    fn both_languages_have_the_same_pages_with_the_same_headings() {
        let writings = Writings::load().unwrap();
        let names = |language| writings.of(language).keys().collect::<Vec<_>>();
        assert_eq!(names(Language::Chinese), names(Language::English));
        let headings = |writing: &Writing| {
            let body = writing.body.to_string();
            let ids = body.split(" id=\"").skip(1).filter_map(|part| part.split_once('"'));
            ids.map(|(id, _)| id.to_owned()).collect::<Vec<_>>()
        };
        for (name, chinese) in &writings.chinese {
            assert_eq!(headings(chinese), headings(&writings.english[name]), "{name}");
        }
    }

    #[test]
    fn no_page_uses_a_word_that_shames_or_scolds() {
        let writings = Writings::load().unwrap();
        for (name, writing) in writings.chinese.iter().chain(&writings.english) {
            assert_eq!(refused(&format!("{} {}", writing.title, writing.body)), None, "{name}");
        }
    }
}
