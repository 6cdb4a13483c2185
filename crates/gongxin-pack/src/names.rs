//! What names look like: the one reader of their shapes, by the packs' lists.

mod lists;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use gongxin_model::text::normalise_name;
use serde::{Deserialize, Serialize};

pub use lists::NameLists;
use text::Mark;

/// The shape of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameShape {
    /// It ends, or is marked, like the name of an organisation.
    Organisation,
    /// It reads like the name of a person.
    Person,
    /// Neither, or there is no name.
    #[default]
    Unclear,
}

/// Words by one of their letters: few are compared with a text.
type ByLetter = BTreeMap<char, Vec<String>>;

/// The packs' lists, made ready for one look per name or text.
#[derive(Debug, Clone, Default)]
pub struct Names {
    lists: NameLists,
    /// Endings of organisations' names by their last character.
    endings: ByLetter,
    /// Words by their first character.
    role_links: ByLetter,
    not_names: ByLetter,
    markers: Option<AhoCorasick>,
    /// Family names, of one character or two.
    surnames: BTreeSet<Vec<char>>,
    rare_in_text: BTreeSet<char>,
    no_given: BTreeSet<char>,
    followers: BTreeSet<char>,
    not_after_some: BTreeSet<char>,
    given_endings: BTreeSet<char>,
    marks: Option<AhoCorasick>,
    /// What each pattern of `marks` says.
    meanings: Vec<Mark>,
}

/// The lists say everything; the rest is made of them.
impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.lists == other.lists
    }
}

impl Eq for Names {}

/// What stands between several persons' names.
const BETWEEN_NAMES: [char; 6] = ['、', '，', ',', '；', ';', '/'];
/// The longest name that is read as a person's by a mark in it.
const LONGEST_MARKED: usize = 12;

impl Names {
    /// Makes lists ready.
    #[must_use]
    pub fn new(lists: NameLists) -> Self {
        let by = |words: &[String], letter: fn(&str) -> Option<char>| {
            let mut by = ByLetter::new();
            for word in words {
                if let Some(letter) = letter(word) {
                    by.entry(letter).or_default().push(word.clone());
                }
            }
            by
        };
        let first = |word: &str| word.chars().next();
        let (marks, meanings) = text::marks(&lists);
        let characters = |words: &[String]| words.iter().flat_map(|word| word.chars()).collect();
        Self {
            endings: by(&lists.suffixes, |word| word.chars().next_back()),
            role_links: by(&lists.role_links, first),
            not_names: by(&lists.not_names, first),
            markers: AhoCorasick::new(lists.markers.iter().filter(|word| !word.is_empty())).ok(),
            surnames: lists.surnames.iter().map(|name| name.chars().collect()).collect(),
            rare_in_text: characters(&lists.rare_in_text),
            no_given: characters(&lists.no_given),
            followers: characters(&lists.name_followers),
            not_after_some: characters(&lists.not_after_some),
            given_endings: characters(&lists.given_endings),
            marks,
            meanings,
            lists,
        }
    }

    /// The lists.
    #[must_use]
    pub fn lists(&self) -> &NameLists {
        &self.lists
    }

    /// The shape of a name. Brackets at its end do not count but for the legal form in them: what
    /// stands before them is the name, also where the brackets name a person's firm.
    #[must_use]
    pub fn shape(&self, name: &str) -> NameShape {
        let whole = name.trim();
        let core = without_brackets(whole);
        // A legal form in brackets is part of the name: 张王（有限合伙）.
        if core.len() < whole.len() && self.ends_like_organisation(whole) {
            return NameShape::Organisation;
        }
        // One person, or several and no firm among them: 张记面馆、李家饭店 are none.
        if core.split(BETWEEN_NAMES).all(|part| self.is_short_person(part)) {
            return NameShape::Person;
        }
        if self.ends_like_organisation(core) {
            return NameShape::Organisation;
        }
        if self.reads_like_person(self.behind_role(core)) {
            return NameShape::Person;
        }
        let is_marked = |text: &str| self.markers.as_ref().is_some_and(|one| one.is_match(text));
        if is_marked(core) {
            return NameShape::Organisation;
        }
        if self.reads_like_person(core) {
            return NameShape::Person;
        }
        if is_marked(whole) { NameShape::Organisation } else { NameShape::Unclear }
    }

    /// True where a name says that it is an individual business's: 个体工商户.
    #[must_use]
    pub fn says_individual(&self, name: &str) -> bool {
        self.lists.individual_words.iter().any(|word| name.contains(word.as_str()))
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

    /// What is left of a name behind the last word that says who somebody is, and before one that
    /// says that he trades: 张三 of 个体工商户张三. Nothing where there is no such word.
    fn behind_role<'n>(&self, name: &'n str) -> &'n str {
        let lists = &self.lists;
        let end = lists.individual_words.iter().find_map(|word| name.strip_suffix(word.as_str()));
        let head = end.unwrap_or(name);
        let words =
            lists.role_words.iter().chain(&lists.party_words).chain(&lists.individual_words);
        let behind = words
            .filter_map(|word| head.rfind(word.as_str()).map(|place| place + word.len()))
            .max()
            .and_then(|place| head.get(place..));
        let links = |text: &'n str| text.trim_start_matches(['：', ':', ' ', '　']);
        behind.map(links).or(end).unwrap_or_default()
    }

    /// Two or three Han characters (four with a family name of two) that begin with a family name: a
    /// person's, whatever word they hold, unless they end as only a firm's name does. 王宇轩 ends
    /// as inns do, and is nobody's inn.
    fn is_short_person(&self, core: &str) -> bool {
        let plain = normalise_name(core);
        let Some(family) = self.family_name(&plain) else {
            return false;
        };
        let given = plain.chars().count() - family;
        let last = plain.chars().next_back();
        let is_given = last.is_some_and(|letter| self.given_endings.contains(&letter));
        let is_firm = last.and_then(|last| self.endings.get(&last)).is_some_and(|endings| {
            endings.iter().any(|ending| {
                plain.len() > ending.len()
                    && plain.ends_with(ending.as_str())
                    && (!is_given || ending.chars().count() > 1)
            })
        });
        (1..=2).contains(&given) && !is_firm
    }

    /// How many characters the family name has with which a name in Han characters begins. Without
    /// anything behind it, it is no name.
    fn family_name(&self, plain: &str) -> Option<usize> {
        let begins = |length: usize| {
            let end = plain.char_indices().nth(length).map(|(end, _)| end)?;
            let first: Vec<char> = plain.get(..end)?.chars().collect();
            self.is_surname(&first).then_some(length)
        };
        if is_han(plain) { begins(2).or_else(|| begins(1)) } else { None }
    }

    fn is_surname(&self, letters: &[char]) -> bool {
        self.surnames.contains(letters)
    }

    /// One or several names of two to four Han characters that begin with a family name.
    fn are_persons(&self, names: &str) -> bool {
        names.split(BETWEEN_NAMES).all(|name| {
            let plain = normalise_name(name);
            (2..=4).contains(&plain.chars().count()) && self.family_name(&plain).is_some()
        })
    }

    fn reads_like_person(&self, name: &str) -> bool {
        if self.are_persons(name) {
            return true;
        }
        let count = name.chars().count();
        // A dot between given names, a masked name, a title before or behind it.
        let is_marked = name.contains(['·', '•', '*', '＊', '某'])
            || self.lists.person_words.iter().any(|word| {
                name.len() > word.len()
                    && (name.ends_with(word.as_str()) || name.starts_with(word.as_str()))
            });
        (2..=LONGEST_MARKED).contains(&count) && is_marked
    }
}

/// A name without the groups of brackets at its end.
fn without_brackets(name: &str) -> &str {
    let mut name = name;
    while name.ends_with([')', '）', '】', ']', '］'])
        && let Some(open) = name.rfind(['(', '（', '【', '[', '［'])
        && open > 0
    {
        name = name.get(..open).unwrap_or(name).trim_end();
    }
    name
}

fn is_han(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_han_letter)
}

const fn is_han_letter(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}')
}
