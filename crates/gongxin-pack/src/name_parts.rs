//! The words that organisations' names are made of, and the characters that are taken for each
//! other: with them a name is cut into place, brand, trade and legal form.

use std::collections::BTreeMap;

use gongxin_model::text::normalise_name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes::CodeList;
use crate::ground::Ground;

/// `name-parts.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamePartLists {
    /// Places as names begin with them, without their level, beside those of the list `regions`.
    #[serde(default)]
    pub places: Vec<String>,
    /// Short forms of places and what each stands for: 呼市, 呼和浩特.
    #[serde(default)]
    pub short_places: Vec<[String; 2]>,
    /// Levels that may follow a place, longest first after loading: 自治区, 市.
    #[serde(default)]
    pub levels: Vec<String>,
    /// Words for what organisations do, as names have them before the legal form: 房地产开发.
    #[serde(default)]
    pub trades: Vec<String>,
    /// Legal forms and kinds of establishment that end a name.
    #[serde(default)]
    pub forms: Vec<FormWords>,
    /// Words that end the name of a body whose branches are named behind it: 公司.
    #[serde(default)]
    pub heads: Vec<String>,
    /// Groups of characters that are taken for each other on paper and by scanners.
    #[serde(default)]
    pub alike: Vec<String>,
    /// What the lists stand on.
    #[serde(default)]
    pub ground: Option<Ground>,
}

/// The words of one kind of legal form. Names that differ within a kind may be one organisation's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormWords {
    /// The kind.
    pub kind: String,
    /// Its words.
    pub words: Vec<String>,
    /// True where a word behind the name of a head is a branch of it, not the head's own form.
    #[serde(default)]
    pub branch: bool,
}

impl NamePartLists {
    /// Adds the lists of another pack.
    pub(crate) fn extend(&mut self, other: Self) {
        let Self { places, short_places, levels, trades, forms, heads, alike, ground } = other;
        self.ground = self.ground.take().or(ground);
        self.places.extend(places);
        self.short_places.extend(short_places);
        self.levels.extend(levels);
        self.trades.extend(trades);
        self.forms.extend(forms);
        self.heads.extend(heads);
        self.alike.extend(alike);
    }
}

/// A place on no list has so many characters before its level.
const UNKNOWN_PLACE: usize = 2;

/// Words by the character at one of their ends, longest first.
type ByCharacter = BTreeMap<char, Vec<Vec<char>>>;

/// The lists, made ready.
#[derive(Debug, Clone, Default)]
pub struct NameWords {
    lists: NamePartLists,
    places: ByCharacter,
    short_places: BTreeMap<String, String>,
    levels: Vec<Vec<char>>,
    trades: ByCharacter,
    forms: Vec<(Vec<char>, String)>,
    heads: Vec<Vec<char>>,
    alike: BTreeMap<char, Vec<char>>,
}

/// The lists, and the regions, say everything; the rest is made of them.
impl PartialEq for NameWords {
    fn eq(&self, other: &Self) -> bool {
        self.lists == other.lists && self.places == other.places
    }
}

impl Eq for NameWords {}

impl NameWords {
    /// Makes lists ready, with the names of divisions.
    #[must_use]
    pub fn new(lists: NamePartLists, regions: Option<&CodeList>) -> Self {
        let letters = |word: &String| normalise_name(word).chars().collect::<Vec<char>>();
        let longest = |words: &[String]| {
            let mut all: Vec<Vec<char>> = words.iter().map(letters).collect();
            all.retain(|word| !word.is_empty());
            all.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
            all.dedup();
            all
        };
        let levels = longest(&lists.levels);
        let mut forms: Vec<(Vec<char>, String)> = lists
            .forms
            .iter()
            .flat_map(|form| longest(&form.words).into_iter().map(|word| (word, form.kind.clone())))
            .collect();
        forms.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then(one.cmp(other)));
        let mut places = longest(&lists.places);
        for entry in regions.into_iter().flat_map(|list| &list.entries) {
            for name in std::iter::once(&entry.zh).chain(&entry.spellings) {
                places.push(without_level(&letters(name), &levels).to_vec());
            }
        }
        // A single character is no place: half of all brands begin with one.
        places.retain(|place| place.len() > 1);
        Self {
            places: by(places, |word| word.first().copied()),
            short_places: lists
                .short_places
                .iter()
                .map(|[short, long]| (normalise_name(short), normalise_name(long)))
                .collect(),
            trades: by(longest(&lists.trades), |word| word.last().copied()),
            heads: longest(&lists.heads),
            alike: alike(&lists.alike),
            levels,
            forms,
            lists,
        }
    }

    /// The lists.
    #[must_use]
    pub fn lists(&self) -> &NamePartLists {
        &self.lists
    }

    /// How many characters a text begins with that are a place with its level: one of the lists, or,
    /// where a name begins, any two characters before a level.
    #[must_use]
    pub fn place(&self, text: &[char], begins_name: bool) -> Option<usize> {
        let first = text.first()?;
        let short = self.short_places.keys().find_map(|short| {
            let length = short.chars().count();
            short.chars().eq(text.iter().take(length).copied()).then_some(length)
        });
        let mut of_first = self.places.get(first).into_iter().flatten();
        let known = of_first.find(|place| text.starts_with(place));
        let with_level = known.map(|place| {
            let rest = text.get(place.len()..).unwrap_or_default();
            place.len() + self.levels.iter().find(|one| rest.starts_with(one)).map_or(0, Vec::len)
        });
        let unknown = || {
            let rest = text.get(UNKNOWN_PLACE..)?;
            let level = self.levels.iter().find(|one| rest.starts_with(one))?;
            Some(UNKNOWN_PLACE + level.len())
        };
        with_level.max(short).or_else(|| begins_name.then(unknown).flatten())
    }

    /// A place in the form for comparing: written out, without its level.
    #[must_use]
    pub fn plain_place(&self, place: &str) -> String {
        let long = self.short_places.get(place).map_or(place, String::as_str);
        let letters: Vec<char> = long.chars().collect();
        without_level(&letters, &self.levels).iter().collect()
    }

    /// How many characters of trades a text ends with.
    #[must_use]
    pub fn trade(&self, text: &[char]) -> usize {
        let mut end = text.len();
        while let Some(head) = text.get(..end)
            && let Some(word) = head
                .last()
                .and_then(|last| self.trades.get(last))
                .and_then(|words| words.iter().find(|word| head.ends_with(word)))
        {
            end -= word.len();
        }
        text.len() - end
    }

    /// Legal forms with their kinds, longest first.
    pub fn forms(&self) -> impl Iterator<Item = (&[char], &str)> {
        self.forms.iter().map(|(word, kind)| (word.as_slice(), kind.as_str()))
    }

    /// True for a legal form that is no branch's: what stands behind `银行` in 银行股份有限公司.
    #[must_use]
    pub fn is_form(&self, text: &[char]) -> bool {
        let of_branches =
            |kind: &str| self.lists.forms.iter().any(|one| one.branch && one.kind == kind);
        self.forms().any(|(word, kind)| word == text && !of_branches(kind))
    }

    /// The words that end the name of a body with branches, longest first.
    pub fn heads(&self) -> impl Iterator<Item = &[char]> {
        self.heads.iter().map(Vec::as_slice)
    }

    /// The characters that one is taken for.
    #[must_use]
    pub fn taken_for(&self, character: char) -> &[char] {
        self.alike.get(&character).map_or(&[], Vec::as_slice)
    }
}

fn without_level<'a>(place: &'a [char], levels: &[Vec<char>]) -> &'a [char] {
    let level = levels.iter().find(|one| place.ends_with(one) && place.len() > one.len() + 1);
    level.and_then(|one| place.get(..place.len() - one.len())).unwrap_or(place)
}

fn by(words: Vec<Vec<char>>, end: fn(&[char]) -> Option<char>) -> ByCharacter {
    let mut map = ByCharacter::new();
    for word in words {
        if let Some(character) = end(&word) {
            map.entry(character).or_default().push(word);
        }
    }
    for words in map.values_mut() {
        words.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        words.dedup();
    }
    map
}

fn alike(groups: &[String]) -> BTreeMap<char, Vec<char>> {
    let mut alike: BTreeMap<char, Vec<char>> = BTreeMap::new();
    for group in groups {
        for one in group.chars() {
            let others = group.chars().filter(|other| *other != one);
            alike.entry(one).or_default().extend(others);
        }
    }
    for others in alike.values_mut() {
        others.sort_unstable();
        others.dedup();
    }
    alike
}
