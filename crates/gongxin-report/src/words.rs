//! The words of what is given out. They are in `locales/`.

use std::collections::BTreeMap;

use gongxin_model::finding::Language;

/// The words of one language.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    words: BTreeMap<String, String>,
    language: Language,
}

impl Words {
    pub(crate) fn of(language: Language) -> Self {
        let text = match language {
            Language::Chinese => include_str!("../locales/zh.toml"),
            Language::English => include_str!("../locales/en.toml"),
        };
        // That they parse, and are complete, is what the test below proves.
        Self { words: toml::from_str(text).unwrap_or_default(), language }
    }

    /// The word of a key.
    pub(crate) fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The word of a key with a value for its braces.
    pub(crate) fn with(&self, key: &str, name: &str, value: &(impl ToString + ?Sized)) -> String {
        self.get(key).replace(&format!("{{{name}}}"), &value.to_string())
    }

    /// Of a pair, Chinese first, the one of this language.
    pub(crate) fn pick<'a>(&self, pair: [&'a str; 2]) -> &'a str {
        let [chinese, english] = pair;
        match self.language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys() {
        let [chinese, english] = [Language::Chinese, Language::English].map(Words::of);
        assert!(!chinese.words.is_empty());
        assert!(chinese.words.keys().eq(english.words.keys()));
    }
}
