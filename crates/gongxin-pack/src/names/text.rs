//! Persons in running text: by what they are called, and by how their names are hidden.
//!
//! No list of given names exists, so a name is known by its place: behind a word that says who
//! somebody is, before a title, with 某 or `*` for what is left out.

use aho_corasick::AhoCorasick;

use super::{ByLetter, NameLists, Names, is_han_letter};

/// What a mark in a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A person is spoken of.
    Person,
    /// A person's name follows, or stands before it where it is in brackets.
    Role,
    /// A person's or an organisation's name follows.
    Party,
    /// A person's name stands before it.
    Title,
    /// It stands for the rest of a name: 某.
    Some,
    /// The same, as a mask.
    Star,
}

/// How sure one must be that a name stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Persons alone stand there.
    Little,
    /// Organisations stand there too.
    Much,
}

/// One automaton of all marks, and what each of its patterns says.
pub(super) fn marks(lists: &NameLists) -> (Option<AhoCorasick>, Vec<Mark>) {
    let of = |words: &[String], mark: Mark| -> Vec<(String, Mark)> {
        words.iter().filter(|word| !word.is_empty()).map(|word| (word.clone(), mark)).collect()
    };
    let stars = ["*", "＊", "××", "XX", "xx"].map(|star| (star.to_owned(), Mark::Star));
    let all: Vec<(String, Mark)> = of(&lists.text_words, Mark::Person)
        .into_iter()
        .chain(of(&lists.role_words, Mark::Role))
        .chain(of(&lists.party_words, Mark::Party))
        .chain(of(&lists.titles, Mark::Title))
        .chain([("某".to_owned(), Mark::Some)])
        .chain(stars)
        .collect();
    let automaton = AhoCorasick::new(all.iter().map(|(word, _)| word.as_str())).ok();
    (automaton, all.into_iter().map(|(_, mark)| mark).collect())
}

/// The rest of a text behind the word that it begins with; none where it begins with none.
fn strip_any<'a>(text: &'a str, words: &ByLetter) -> Option<&'a str> {
    let words = words.get(&text.chars().next()?)?;
    words.iter().find_map(|word| text.strip_prefix(word.as_str()))
}

impl Names {
    /// True where a text speaks of a person.
    #[must_use]
    pub fn speaks_of_person(&self, text: &str) -> bool {
        let Some(marks) = &self.marks else {
            return false;
        };
        // Overlapping: 驾驶员工 has both 驾驶员 and 员工.
        marks.find_overlapping_iter(text).any(|found| {
            let before = text.get(..found.start()).unwrap_or_default();
            let after = text.get(found.end()..).unwrap_or_default();
            match self.meanings.get(found.pattern().as_usize()) {
                Some(Mark::Person) => true,
                Some(Mark::Role) => {
                    self.name_follows(after, Care::Little) || self.is_named_in_front(before)
                }
                Some(Mark::Party) => self.name_follows(after, Care::Much),
                Some(Mark::Title) => self.name_ends(before),
                Some(Mark::Some) => self.is_anonymised(before, after),
                Some(Mark::Star) => self.is_starred(before),
                None => false,
            }
        })
    }

    /// A name behind a role and what links the two.
    fn name_follows(&self, after: &str, care: Care) -> bool {
        let mut rest = after;
        while let Some(shorter) = strip_any(rest, &self.role_links) {
            rest = shorter;
        }
        let letters: Vec<char> = rest.chars().take(5).collect();
        // Hardly any word begins with a family name; what does is looked at closely.
        [2, 1].into_iter().any(|length| self.is_name(&letters, length, care))
            && strip_any(rest, &self.not_names).is_none()
    }

    /// A family name of so many characters and what may be a given name.
    fn is_name(&self, letters: &[char], length: usize, care: Care) -> bool {
        let Some((family, given)) = letters.split_at_checked(length) else {
            return false;
        };
        let is_rare = matches!(family, [one] if self.rare_in_text.contains(one));
        if !self.is_surname(family) || !self.is_given(given) {
            return false;
        }
        if !is_rare && care == Care::Little {
            return true;
        }
        (1..=2).any(|count| {
            let Some((name, next)) = given.split_at_checked(count) else {
                return false;
            };
            name.iter().all(|letter| is_han_letter(*letter))
                && next.first().is_none_or(|letter| {
                    !is_han_letter(*letter) || (!is_rare && self.followers.contains(letter))
                })
        })
    }

    fn is_given(&self, letters: &[char]) -> bool {
        let first = letters.first();
        first.is_some_and(|letter| is_han_letter(*letter) && !self.no_given.contains(letter))
    }

    /// 王建国（法定代表人）: a name in front of a role in brackets.
    fn is_named_in_front(&self, before: &str) -> bool {
        let Some(before) = before.strip_suffix(['（', '(']) else {
            return false;
        };
        let letters: Vec<char> = before.chars().rev().take(5).collect();
        let name: Vec<char> =
            letters.iter().copied().take_while(|letter| is_han_letter(*letter)).collect();
        let name: Vec<char> = name.into_iter().rev().collect();
        (2..=4).contains(&name.len())
            && [2, 1].into_iter().any(|length| self.is_name(&name, length, Care::Much))
    }

    /// A clear family name, with or without a given name, right before a title.
    fn name_ends(&self, before: &str) -> bool {
        let letters: Vec<char> = before.chars().rev().take(4).collect();
        (1..=letters.len()).any(|length| {
            let name: Vec<char> = letters.iter().take(length).rev().copied().collect();
            let is_clear = |family: &[char]| {
                self.is_surname(family)
                    && !family.iter().any(|letter| self.rare_in_text.contains(letter))
            };
            name.iter().all(|letter| is_han_letter(*letter))
                && match name.as_slice() {
                    [family] => is_clear(&[*family]),
                    [one, rest @ ..] if rest.len() <= 2 && is_clear(&[*one]) => self.is_given(rest),
                    [one, two, rest @ ..] => {
                        is_clear(&[*one, *two]) && (rest.is_empty() || self.is_given(rest))
                    }
                    [] => false,
                }
        })
    }

    /// A family name before 某, and behind it not what makes a day or a place of it.
    fn is_anonymised(&self, before: &str, after: &str) -> bool {
        let Some(family) = before.chars().next_back() else {
            return false;
        };
        if !self.is_surname(&[family]) {
            return false;
        }
        let next = after.trim_start_matches('某').chars().next();
        if next.is_some_and(|letter| self.not_after_some.contains(&letter)) {
            return false;
        }
        !self.rare_in_text.contains(&family)
            || next.is_none_or(|letter| !is_han_letter(letter) || self.followers.contains(&letter))
    }

    /// A clear family name before a mask, and no count before it: 2张*.
    fn is_starred(&self, before: &str) -> bool {
        let mut letters = before.chars().rev();
        let Some(family) = letters.next() else {
            return false;
        };
        self.is_surname(&[family])
            && !self.rare_in_text.contains(&family)
            && !letters.next().is_some_and(char::is_numeric)
    }
}
