//! What the shape of a name says: an organisation, a person, or nothing.

use std::collections::{BTreeSet, HashMap};

use gongxin_pack::NameShapes;

/// The shape of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It ends or is marked like the name of an organisation.
    Organisation,
    /// It reads like the name of a person.
    Person,
    /// Neither.
    Neither,
}

/// The pack's name shapes, made ready for one look per row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shapes {
    /// Endings by their last character.
    endings: HashMap<char, Vec<String>>,
    words: Vec<String>,
    surnames: BTreeSet<String>,
    person_words: Vec<String>,
}

impl Shapes {
    pub(crate) fn new(shapes: &NameShapes) -> Self {
        let mut endings = HashMap::<char, Vec<String>>::new();
        for ending in &shapes.suffixes {
            if let Some(last) = ending.chars().next_back() {
                endings.entry(last).or_default().push(ending.clone());
            }
        }
        Self {
            endings,
            words: shapes.markers.iter().filter(|word| !word.is_empty()).cloned().collect(),
            surnames: shapes.surnames.iter().cloned().collect(),
            person_words: shapes
                .person_words
                .iter()
                .filter(|word| !word.is_empty())
                .cloned()
                .collect(),
        }
    }

    /// The shape of a name; brackets at its end (a legal form, an owner) do not count.
    pub(crate) fn of(&self, name: &str) -> Shape {
        let name = name.trim();
        let core = without_brackets(name);
        if self.ends_like_organisation(core) || self.ends_like_organisation(name) {
            return Shape::Organisation;
        }
        if self.words.iter().any(|word| name.contains(word.as_str())) {
            return Shape::Organisation;
        }
        if self.reads_like_person(core) { Shape::Person } else { Shape::Neither }
    }

    fn ends_like_organisation(&self, name: &str) -> bool {
        let endings = name.chars().next_back().and_then(|last| self.endings.get(&last));
        // An ending alone is no name.
        endings.is_some_and(|endings| {
            endings
                .iter()
                .any(|ending| name.len() > ending.len() && name.ends_with(ending.as_str()))
        })
    }

    fn reads_like_person(&self, name: &str) -> bool {
        let count = name.chars().count();
        let han = name.chars().all(
            |character| matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}'),
        );
        let begins = |length: usize| {
            name.char_indices()
                .nth(length)
                .and_then(|(end, _)| name.get(..end))
                .is_some_and(|first| self.surnames.contains(first))
        };
        if han && (2..=4).contains(&count) && (begins(1) || begins(2)) {
            return true;
        }
        // A dot between given names, a masked name, a title behind it.
        let marked = name.contains(['·', '•', '*', '＊', '某'])
            || self.person_words.iter().any(|word| name.ends_with(word.as_str()));
        (2..=12).contains(&count) && marked
    }
}

fn without_brackets(name: &str) -> &str {
    let mut name = name;
    while name.ends_with([')', '）', '】', ']'])
        && let Some(open) = name.rfind(['(', '（', '【', '['])
        && open > 0
    {
        name = name.get(..open).unwrap_or(name).trim_end();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_shapes() {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let shapes = Shapes::new(&NameShapes {
            suffixes: list(&["有限公司", "合作社", "局", "店"]),
            markers: list(&["公司", "委员会"]),
            surnames: list(&["张", "王", "欧阳"]),
            person_words: list(&["先生"]),
            ground: None,
        });
        let cases = [
            ("北方牧业有限公司", Shape::Organisation),
            ("鑫源合作社（普通）", Shape::Organisation),
            ("某某公司分厂", Shape::Organisation),
            ("张三丰", Shape::Person),
            ("欧阳小明", Shape::Person),
            ("张*", Shape::Person),
            ("牛大力先生", Shape::Person),
            ("娜仁·其木格", Shape::Person),
            ("店", Shape::Neither),
            ("不详", Shape::Neither),
            ("", Shape::Neither),
        ];
        for (name, expected) in cases {
            assert_eq!(shapes.of(name), expected, "{name}");
        }
    }
}
