//! A name cut into place, brand, trade and legal form by the packs' words, and the name of a branch
//! behind it.
//!
//! It serves suggestions, which a person looks at; the crude cut of [`crate::parts`] serves keys
//! and weights, and is the same whatever packs say.

use std::ops::Range;

use gongxin_model::text::normalise_name;
use gongxin_pack::NameWords;
use serde::{Deserialize, Serialize};

/// A part of a name: 企业名称登记管理规定, article 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamePart {
    /// 行政区划名称
    Place,
    /// 字号
    Brand,
    /// 行业或者经营特点
    Trade,
    /// 组织形式
    Form,
    /// What stands behind the name of a head.
    Branch,
}

impl NamePart {
    /// The stable name, also the key of its words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Brand => "brand",
            Self::Trade => "trade",
            Self::Form => "form",
            Self::Branch => "branch",
        }
    }

    /// Every one.
    pub const ALL: [Self; 5] = [Self::Place, Self::Brand, Self::Trade, Self::Form, Self::Branch];
}

/// A normal name in its parts. Each may be empty; together they are the whole name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dissected {
    whole: Vec<char>,
    place: Range<usize>,
    brand: Range<usize>,
    trade: Range<usize>,
    form: Range<usize>,
    branch: Range<usize>,
    /// The kind of the legal form, as the pack calls it; empty where it is none that is known.
    pub kind: String,
}

/// A name has at least so many characters before its legal form.
const LEAST: usize = 2;
/// What is left of a name without a known trade: a brand is seldom longer.
const BRAND: usize = 2;
/// A form of so many characters is known with one of them wrong or its last lost.
const FORGIVING: usize = 4;

impl Dissected {
    /// Cuts a name.
    #[must_use]
    pub fn of(name: &str, words: &NameWords) -> Self {
        let whole: Vec<char> = normalise_name(name).chars().collect();
        let head = head_end(&whole, words);
        let text = whole.get(..head).unwrap_or_default();
        let (form, kind) = form(text, words);
        let place = places(text.get(..form).unwrap_or_default(), words);
        let core = text.get(place..form).unwrap_or_default();
        let brand = place + brand(core, words);
        Self {
            place: 0..place,
            brand: place..brand,
            trade: brand..form,
            form: form..head,
            branch: head..whole.len(),
            kind,
            whole,
        }
    }

    /// A part.
    #[must_use]
    pub fn part(&self, part: NamePart) -> &[char] {
        let range = match part {
            NamePart::Place => &self.place,
            NamePart::Brand => &self.brand,
            NamePart::Trade => &self.trade,
            NamePart::Form => &self.form,
            NamePart::Branch => &self.branch,
        };
        self.whole.get(range.clone()).unwrap_or_default()
    }

    /// A part as text.
    #[must_use]
    pub fn text(&self, part: NamePart) -> String {
        self.part(part).iter().collect()
    }

    /// Brand and trade.
    pub(crate) fn core(&self) -> &[char] {
        self.whole.get(self.brand.start..self.trade.end).unwrap_or_default()
    }

    /// Everything but the legal form and the branch.
    pub(crate) fn told(&self) -> &[char] {
        self.whole.get(..self.form.start).unwrap_or_default()
    }
}

/// Where, behind the name of a head, that of its branch begins; the length where there is none.
fn head_end(text: &[char], words: &NameWords) -> usize {
    let ends = (LEAST..text.len()).filter_map(|place| {
        let rest = text.get(place..)?;
        let head = words.heads().find(|head| rest.starts_with(head))?;
        let branch = rest.get(head.len()..)?;
        // One more character is a slip of the hand, not a branch.
        (branch.len() >= LEAST && !words.is_form(branch)).then_some(place + head.len())
    });
    ends.max().unwrap_or(text.len())
}

/// Where the legal form begins, and its kind. A long form is known with a character misread, or
/// where nothing else fits with any character wrong or its last lost.
fn form(text: &[char], words: &NameWords) -> (usize, String) {
    let fits = |length: usize| text.len() >= length + LEAST;
    let known = words.forms().find(|(form, _)| fits(form.len()) && text.ends_with(form));
    let longer = |form: &&[char]| {
        form.len() >= FORGIVING && known.is_none_or(|(short, _)| form.ends_with(short))
    };
    let shorter = known.map_or(0, |(form, _)| form.len());
    for (form, kind) in words.forms().filter(|(form, _)| longer(form) && form.len() > shorter) {
        let end = |length: usize| text.len().checked_sub(length).filter(|_| fits(length));
        if let Some(from) = end(form.len())
            && is_slip(text.get(from..).unwrap_or_default(), form, known.is_some(), words)
        {
            return (from, kind.to_owned());
        }
        let cut = form.get(..form.len() - 1).unwrap_or_default();
        if let Some(from) = end(cut.len()).filter(|_| known.is_none() && text.ends_with(cut)) {
            return (from, kind.to_owned());
        }
    }
    match known {
        Some((form, kind)) => (text.len() - form.len(), kind.to_owned()),
        None => (text.len(), String::new()),
    }
}

/// True where one character at most differs, of those that look alike where they must.
fn is_slip(end: &[char], form: &[char], must_look_alike: bool, words: &NameWords) -> bool {
    let mut other = end.iter().zip(form).filter(|(one, other)| one != other);
    let first = other.next();
    other.next().is_none()
        && first
            .is_none_or(|(one, other)| !must_look_alike || words.taken_for(*one).contains(other))
}

/// How many characters of places stand at the beginning, one after the other.
fn places(text: &[char], words: &NameWords) -> usize {
    let mut end = 0;
    while let Some(rest) = text.get(end..)
        && let Some(length) = words.place(rest, end == 0)
        && text.len() >= end + length + LEAST
    {
        end += length;
    }
    end
}

/// How many characters of brand and trade are the brand.
fn brand(core: &[char], words: &NameWords) -> usize {
    let brand = core.len() - words.trade(core);
    if brand < core.len() {
        return brand;
    }
    // Without a trade at its end one may stand inside: 宏达商贸城.
    let inside = (LEAST + BRAND..core.len()).rev().find_map(|end| {
        let trade = words.trade(core.get(..end)?);
        (trade > 0 && end - trade >= LEAST).then_some(end - trade)
    });
    inside.unwrap_or(if core.len() > 2 * BRAND { BRAND } else { core.len() })
}
