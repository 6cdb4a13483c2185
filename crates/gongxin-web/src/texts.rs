//! The words of the pages, by key, in two languages with equal keys.

use std::collections::BTreeMap;

use gongxin_model::finding::Language;

/// The words of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    words: BTreeMap<String, String>,
}

/// The words of a language cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The file is no TOML.
    #[error("the words are no TOML")]
    Syntax(#[from] toml::de::Error),
    /// A value is neither a text nor a table of texts.
    #[error("`{0}` is neither a text nor a table")]
    Shape(String),
}

impl Texts {
    /// The words built into the counter.
    ///
    /// # Errors
    /// Where the file built in does not hold a table of texts.
    pub fn of(language: Language) -> Result<Self, TextError> {
        Self::parse(match language {
            Language::Chinese => include_str!("../locales/zh.toml"),
            Language::English => include_str!("../locales/en.toml"),
        })
    }

    /// Reads words from TOML; the keys of nested tables are joined by dots.
    ///
    /// # Errors
    /// Where it is no TOML, or holds something that is neither a text nor a table.
    pub fn parse(source: &str) -> Result<Self, TextError> {
        let table: toml::Table = toml::from_str(source)?;
        let mut words = BTreeMap::new();
        collect("", &table, &mut words)?;
        Ok(Self { words })
    }

    /// The words of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// All keys with their words, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.words.iter().map(|(key, words)| (key.as_str(), words.as_str()))
    }
}

fn collect(
    prefix: &str,
    table: &toml::Table,
    words: &mut BTreeMap<String, String>,
) -> Result<(), TextError> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => {
                words.insert(key, text.clone());
            }
            toml::Value::Table(inner) => collect(&key, inner, words)?,
            _ => return Err(TextError::Shape(key)),
        }
    }
    Ok(())
}

/// Fills `{name}` places of a text, and `{name?one|other}` by whether the value is one. A place
/// without a value stays as it is, so that a test sees it.
pub(crate) fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((place, beyond)) => {
                match filled_place(place, &value) {
                    Some(words) => filled.push_str(&words),
                    None => filled.push_str(&format!("{{{place}}}")),
                }
                rest = beyond;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn filled_place(place: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let Some((name, forms)) = place.split_once('?') else {
        return value(place);
    };
    let (one, other) = forms.split_once('|')?;
    Some(if value(name)? == "1" { one.to_owned() } else { other.to_owned() })
}

/// The first word of a text that shames or scolds.
#[cfg(test)]
pub(crate) fn refused(text: &str) -> Option<&'static str> {
    const REFUSED: [&str; 26] = [
        "黑名单",
        "红黑榜",
        "老赖",
        "曝光",
        "污点",
        "信用良好",
        "无不良记录",
        "非法字符",
        "操作失败",
        "系统异常",
        "网络开小差了",
        "温馨提示",
        "敬请谅解",
        "尊敬的用户",
        "亲，",
        "点击这里",
        "blacklist",
        "offender",
        "clean",
        "bad ",
        "good standing",
        "invalid",
        "illegal",
        "oops",
        "sorry",
        "click here",
    ];
    let text = text.to_lowercase();
    REFUSED.into_iter().find(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn both() -> (Texts, Texts) {
        (Texts::of(Language::Chinese).unwrap(), Texts::of(Language::English).unwrap())
    }

    fn places(text: &str) -> BTreeSet<&str> {
        let places = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
        places.map(|(place, _)| place.split_once('?').map_or(place, |(name, _)| name)).collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        let (chinese, english) = both();
        assert_eq!(chinese.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
        for (key, words) in chinese.iter() {
            assert_eq!(places(words), places(english.get(key).unwrap()), "{key}");
        }
    }

    #[test]
    fn no_text_is_empty_or_uses_a_word_that_shames_or_scolds() {
        let (chinese, english) = both();
        for (key, words) in chinese.iter().chain(english.iter()) {
            assert!(!words.trim().is_empty(), "{key} is empty");
            assert_eq!(refused(words), None, "{key}");
        }
    }

    #[test]
    fn places_are_filled_by_name() {
        let value = |name: &str| (name == "n").then(|| "3".to_owned());
        assert_eq!(fill("共 {n} 条 {x} {", value), "共 3 条 {x} {");
        assert_eq!(fill("{n} {n?day|days} {x?a|b} {n?x}", value), "3 days {x?a|b} {n?x}");
        let one = |_: &str| Some("1".to_owned());
        assert_eq!(fill("{n} {n?day|days}", one), "1 day");
    }
}
