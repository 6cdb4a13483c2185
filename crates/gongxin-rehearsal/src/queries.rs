//! Queries with their answers: what somebody types who looks for an organisation of the region, and
//! what must be found. Readings and traditional characters stand here by hand, so that no answer
//! comes from what is measured.

use crate::chance::{Dice, Stream};
use crate::organisation::Organisation;
use crate::region::Region;
use crate::script::{read, traditional};
use crate::words::{BRAND, CONFUSED, TRADES};

/// What kind of query it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueryKind {
    /// The whole present name.
    Whole,
    /// Some characters inside the present name.
    Part,
    /// Two parts of the present name, with a blank between them.
    Parts,
    /// The whole former name.
    Former,
    /// Brand and trade in pinyin.
    Pinyin,
    /// The first letters of the whole name in pinyin.
    Initials,
    /// The whole name in traditional characters.
    Traditional,
    /// The name's characters divided by full-width blanks and brackets, or the code in full-width
    /// characters.
    FullWidth,
    /// A name, or brand and trade, with another character in one place.
    Replaced,
    /// The same with a character missing.
    Missing,
    /// The same with a character too many.
    Extra,
    /// The same with two neighbours swapped.
    Swapped,
    /// The code, the organisation code, or the old registration number.
    Code,
    /// The code with one character replaced.
    CodeReplaced,
    /// The code with one character missing.
    CodeMissing,
    /// Two characters.
    TwoCharacters,
    /// One character.
    OneCharacter,
    /// The name of a legal representative.
    Person,
}

impl QueryKind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Whole,
        Self::Part,
        Self::Parts,
        Self::Former,
        Self::Pinyin,
        Self::Initials,
        Self::Traditional,
        Self::FullWidth,
        Self::Replaced,
        Self::Missing,
        Self::Extra,
        Self::Swapped,
        Self::Code,
        Self::CodeReplaced,
        Self::CodeMissing,
        Self::TwoCharacters,
        Self::OneCharacter,
        Self::Person,
    ];

    /// What it is called in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole name",
            Self::Part => "part of a name",
            Self::Parts => "two parts",
            Self::Former => "former name",
            Self::Pinyin => "pinyin of brand and trade",
            Self::Initials => "first letters of the name",
            Self::Traditional => "traditional characters",
            Self::FullWidth => "full-width characters",
            Self::Replaced => "a character replaced",
            Self::Missing => "a character missing",
            Self::Extra => "a character too many",
            Self::Swapped => "two characters swapped",
            Self::Code => "code or older number",
            Self::CodeReplaced => "code, a character replaced",
            Self::CodeMissing => "code, a character missing",
            Self::TwoCharacters => "two characters",
            Self::OneCharacter => "one character",
            Self::Person => "legal representative",
        }
    }
}

/// What must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The organisation with the code.
    One(String),
    /// Organisations that bear or bore a name with this part.
    Any(String),
    /// A question whether the organisation with the code is meant, and nothing else.
    Meant(String),
    /// Nothing.
    Nothing,
}

/// A query and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What kind of query it is.
    pub kind: QueryKind,
    /// What is typed.
    pub text: String,
    /// What must be found.
    pub answer: Answer,
}

impl Region {
    /// The query of a kind at a place; none of a region that has no organisation for it near.
    #[must_use]
    pub fn query(&self, kind: QueryKind, place: u64) -> Option<Query> {
        let mut dice = Dice::new(self.seed(), Stream::Query, place << 8 | kind as u64);
        let fits = |one: &Organisation| {
            let is_named = one.first_name.starts_with("演练") && one.head.is_none();
            let has_trade = || TRADES.iter().any(|trade| one.name().contains(trade));
            match kind {
                QueryKind::Former => is_named && one.renamed.is_some(),
                QueryKind::Person => true,
                _ => is_named && has_trade(),
            }
        };
        let start = dice.below(self.organisations());
        let one = (0..self.organisations().min(2_000))
            .map(|step| self.organisation((start + step) % self.organisations()))
            .find(fits)?;
        let (text, answer) = asked(&mut dice, kind, &one)?;
        Some(Query { kind, text, answer })
    }
}

fn asked(dice: &mut Dice, kind: QueryKind, one: &Organisation) -> Option<(String, Answer)> {
    let name = one.name().to_owned();
    let core = core(&name)?;
    let own = || Answer::One(one.code.clone());
    Some(match kind {
        QueryKind::Whole => (name, own()),
        QueryKind::Part => {
            let length = core.chars().count() as u64;
            let from = dice.below(length - 3);
            (cut(&core, from, length - from), own())
        }
        QueryKind::Parts => {
            let brand = cut(&core, 0, 3);
            let end: String = name.chars().rev().take(4).collect();
            let end: String = end.chars().rev().collect();
            let text = if dice.below(2) == 0 { [brand, end] } else { [end, brand] };
            (text.join(" "), own())
        }
        QueryKind::Former => (one.first_name.clone(), own()),
        QueryKind::Pinyin => {
            let divider = if dice.below(2) == 0 { "" } else { " " };
            (read(&core)?.join(divider), own())
        }
        QueryKind::Initials => {
            let first = |syllable: &&str| syllable.chars().next();
            (read(&name)?.iter().filter_map(first).collect(), own())
        }
        QueryKind::Traditional => (name.chars().map(traditional).collect(), own()),
        QueryKind::FullWidth if dice.below(2) == 0 => {
            let wide = |letter: char| char::from_u32(letter as u32 + 0xfee0).unwrap_or(letter);
            (one.code.chars().map(wide).collect(), own())
        }
        QueryKind::FullWidth => (name.replacen(&core, &format!("　（{core}）　"), 1), own()),
        QueryKind::Replaced | QueryKind::Missing | QueryKind::Extra | QueryKind::Swapped => {
            let typed = if dice.below(2) == 0 { name } else { core };
            let text = match kind {
                QueryKind::Replaced => replaced(dice, &typed),
                QueryKind::Missing => missing(dice, &typed),
                QueryKind::Extra => extra(dice, &typed),
                _ => swapped(dice, &typed)?,
            };
            (text, own())
        }
        QueryKind::Code | QueryKind::CodeReplaced | QueryKind::CodeMissing => code(dice, kind, one),
        QueryKind::TwoCharacters => {
            let text = cut(&core, dice.below(2), 2);
            (text.clone(), Answer::Any(text))
        }
        QueryKind::OneCharacter => {
            let text = cut(&core, dice.below(3), 1);
            (text.clone(), Answer::Any(text))
        }
        QueryKind::Person => (one.representative.clone(), Answer::Nothing),
    })
}

fn code(dice: &mut Dice, kind: QueryKind, one: &Organisation) -> (String, Answer) {
    match kind {
        QueryKind::Code => {
            let number = one.registration_number.clone();
            let text = match dice.below(3) {
                0 => one.organisation_code.clone(),
                1 => number.unwrap_or_else(|| one.code.to_lowercase()),
                _ => one.code.clone(),
            };
            (text, Answer::One(one.code.clone()))
        }
        QueryKind::CodeReplaced => {
            let at = dice.below(18) as usize;
            let other = if one.code.get(at..=at) == Some("7") { "4" } else { "7" };
            let mut text = one.code.clone();
            text.replace_range(at..=at, other);
            (text, Answer::Meant(one.code.clone()))
        }
        _ => {
            let mut text = one.code.clone();
            text.remove(dice.below(18) as usize);
            (text, Answer::Meant(one.code.clone()))
        }
    }
}

/// Brand and trade, as far as the trade is known: what somebody remembers of a name.
fn core(name: &str) -> Option<String> {
    let start = name.char_indices().find(|(_, letter)| BRAND.contains(letter))?.0;
    let rest = name.get(start..)?;
    let trade = TRADES.iter().filter_map(|trade| Some(rest.find(trade)? + trade.len())).max();
    let end = trade.or_else(|| rest.char_indices().nth(5).map(|(end, _)| end))?;
    rest.get(..end).map(str::to_owned)
}

fn cut(text: &str, from: u64, length: u64) -> String {
    text.chars().skip(from as usize).take(length as usize).collect()
}

/// Half of the wrong characters look like the right one, as a scan has them.
fn replaced(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() as u64) as usize;
    let alike = CONFUSED.iter().find(|(right, _)| *right == letters[at]);
    letters[at] = match alike {
        Some((_, wrong)) if dice.below(2) == 0 => *wrong,
        _ => '璟',
    };
    letters.into_iter().collect()
}

fn missing(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    letters.remove(dice.below(letters.len() as u64) as usize);
    letters.into_iter().collect()
}

fn extra(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = 1 + dice.below(letters.len() as u64 - 1) as usize;
    letters.insert(at, *dice.pick(&['大', '的', '新', '璟']));
    letters.into_iter().collect()
}

fn swapped(dice: &mut Dice, text: &str) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let last = letters.len() as u64 - 1;
    let start = dice.below(last);
    let at = (0..last)
        .map(|step| ((start + step) % last) as usize)
        .find(|at| letters[*at] != letters[at + 1])?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const REGION: Region = Region::new(1, 5_000);

    #[test]
    fn every_kind_has_queries_and_answers_that_differ() {
        for kind in QueryKind::ALL {
            let queries: Vec<Query> =
                (0..40).filter_map(|place| REGION.query(kind, place)).collect();
            assert_eq!(queries.len(), 40, "{kind:?}");
            assert_eq!(REGION.query(kind, 3), Some(queries[3].clone()));
            let texts: BTreeSet<&str> = queries.iter().map(|query| query.text.as_str()).collect();
            let is_few = matches!(kind, QueryKind::OneCharacter | QueryKind::Person);
            let least = if is_few { 15 } else { 30 };
            assert!(texts.len() >= least, "{kind:?} {}", texts.len());
            for query in &queries {
                assert!(!query.text.trim().is_empty(), "{query:?}");
            }
        }
    }

    #[test]
    fn all_enterprises_can_be_read_and_written_otherwise() {
        for place in 0..2_000 {
            let one = REGION.organisation(place);
            if one.head.is_none() && TRADES.iter().any(|trade| one.name().contains(trade)) {
                assert!(read(one.name()).is_some(), "{}", one.name());
                assert!(core(one.name()).is_some(), "{}", one.name());
            }
        }
    }
}
