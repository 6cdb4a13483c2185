//! What the shape of a name says: an organisation, a person, or nothing.

use std::collections::{BTreeSet, HashMap};

use gongxin_pack::NameShapes;
use memchr::memmem::Finder;

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
    text_words: Vec<Finder<'static>>,
    role_words: Vec<Finder<'static>>,
    rare_in_text: BTreeSet<String>,
}

/// What may stand between a role and the name of who has it.
const AFTER_ROLE: [char; 8] = ['：', ':', ' ', '为', '（', '(', '、', '，'];
/// What follows 某 where it stands for a day or a place, not for a name.
const NOT_A_NAME: [char; 9] = ['年', '月', '日', '地', '处', '市', '县', '区', '公'];

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
            text_words: finders(&shapes.text_words),
            role_words: finders(&shapes.role_words),
            rare_in_text: shapes.rare_in_text.iter().cloned().collect(),
        }
    }

    /// True where a text speaks of a person: by a word that comes with one, a family name after a
    /// role, or a family name before 某.
    pub(crate) fn speaks_of_person(&self, text: &str) -> bool {
        self.text_words.iter().any(|word| word.find(text.as_bytes()).is_some())
            || self.role_words.iter().any(|role| self.follows(role, text))
            || self.is_anonymised(text)
    }

    fn follows(&self, role: &Finder<'_>, text: &str) -> bool {
        role.find_iter(text.as_bytes()).any(|place| {
            let after = text.get(place + role.needle().len()..).unwrap_or_default();
            self.begins_with_name(after.trim_start_matches(AFTER_ROLE))
        })
    }

    /// A family name of two characters, or of one that is no common word, and a Han character.
    fn begins_with_name(&self, text: &str) -> bool {
        let mut ends = text.char_indices().map(|(place, letter)| place + letter.len_utf8());
        let (Some(one), Some(two), Some(three)) = (ends.next(), ends.next(), ends.next()) else {
            return false;
        };
        let part = |end: usize| text.get(..end).unwrap_or_default();
        let given = |from: usize, until: usize| {
            let given = text.get(from..until).unwrap_or_default();
            is_han(given) && !self.rare_in_text.contains(given)
        };
        (self.surnames.contains(part(two)) && given(two, three))
            || (self.surnames.contains(part(one))
                && !self.rare_in_text.contains(part(one))
                && given(one, two))
    }

    fn is_anonymised(&self, text: &str) -> bool {
        text.match_indices('某').any(|(place, some)| {
            let before = text.get(..place).and_then(|before| before.chars().next_back());
            let after = text.get(place + some.len()..).and_then(|after| after.chars().next());
            before.is_some_and(|letter| self.surnames.contains(&letter.to_string()))
                && !after.is_some_and(|letter| NOT_A_NAME.contains(&letter))
        })
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

fn finders(words: &[String]) -> Vec<Finder<'static>> {
    words
        .iter()
        .filter(|word| !word.is_empty())
        .map(|word| Finder::new(word.as_str()).into_owned())
        .collect()
}

fn is_han(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> Shapes {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Shapes::new(&NameShapes {
            suffixes: list(&["有限公司", "合作社", "局", "店"]),
            markers: list(&["公司", "委员会"]),
            surnames: list(&["张", "王", "欧阳", "应", "于"]),
            person_words: list(&["先生"]),
            text_words: list(&["身份证"]),
            role_words: list(&["负责人", "经营者"]),
            rare_in_text: list(&["应", "于"]),
            ground: None,
        })
    }

    #[test]
    fn names_have_shapes() {
        let shapes = shapes();
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

    #[test]
    fn texts_that_speak_of_persons_are_recognised() {
        let shapes = shapes();
        for person in ["对负责人王建国罚款1万元", "经营者：王小明", "王某某受伤", "身份证丢失"]
        {
            assert!(shapes.speaks_of_person(person), "{person}");
        }
        for other in ["经营者应当亮照", "负责人于三月到场", "某年某月", "责令停业", "负责人"]
        {
            assert!(!shapes.speaks_of_person(other), "{other}");
        }
    }
}
