//! What in a free text belongs to a person, and how it is hidden.
//!
//! The scan looks at runs of digits and decides by length, check digits and the characters around.
//! Digits may be written in any script (full width, Chinese, financial, circled), parted by blanks,
//! hyphens or dots, or hidden in part; a mask that leaves most of a number is none. Unified codes,
//! document numbers, dates and amounts are left alone.

mod context;
mod letter;
mod number;
mod plate;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use letter::{Class, Letters, letters, read};
use number::{FEWEST, Numbers};

/// A kind of personal data in free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    /// 公民身份号码, of 18 or 15 characters.
    ResidentNumber,
    /// 手机号码.
    MobileNumber,
    /// 银行卡号.
    BankCard,
    /// 车牌号.
    Plate,
}

impl PersonalKind {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResidentNumber => "resident-number",
            Self::MobileNumber => "mobile-number",
            Self::BankCard => "bank-card",
            Self::Plate => "plate",
        }
    }

    /// What stands in the text instead. It becomes part of the archive, hence the language of
    /// record, and never changes.
    #[must_use]
    pub const fn mask(self) -> &'static str {
        match self {
            Self::ResidentNumber => "［已隐去公民身份号码］",
            Self::MobileNumber => "［已隐去手机号码］",
            Self::BankCard => "［已隐去银行卡号］",
            Self::Plate => "［已隐去车牌号］",
        }
    }
}

/// Where in a text something personal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalHit {
    /// What it is.
    pub kind: PersonalKind,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// What policy tells the scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonalWords {
    /// People of whom records speak are born before this year; a number with a later date of birth
    /// is rather a serial made of division, day and number.
    pub born_before: i16,
    /// A mask that hides fewer characters leaves the number to be found out.
    pub hidden_at_least: usize,
    /// Words right before a number that say it is a paper's or a thing's: 许可证.
    pub of_papers: Vec<String>,
    /// Words right before a number that say it is a person's: 手机.
    pub of_persons: Vec<String>,
    /// Words right before a number that say it proves an identity: 身份.
    pub of_identity: Vec<String>,
}

/// Finds and hides what belongs to persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalScan {
    words: Arc<PersonalWords>,
}

impl PersonalScan {
    /// A scan by the policy given.
    #[must_use]
    pub fn new(words: PersonalWords) -> Self {
        Self { words: Arc::new(words) }
    }

    /// Everything personal in a text, in order, without overlaps.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<PersonalHit> {
        if !might_hold(text) {
            return Vec::new();
        }
        let letters = letters(text);
        let mut hits = Vec::new();
        let mut place = 0;
        while place < letters.len() {
            place = match self.at(&letters, place) {
                Ok((kind, end)) => {
                    hits.push(PersonalHit { kind, range: bytes(text, &letters, place, end) });
                    end
                }
                Err(next) => next,
            };
        }
        hits
    }

    /// Looks at one place: something personal that ends there, or where to look next.
    fn at(&self, letters: &Letters, place: usize) -> Result<(PersonalKind, usize), usize> {
        let Some(letter) = letters.get(place) else {
            return Err(place + 1);
        };
        if plate::is_province(letter.plain) {
            let end = plate::end(letters, place);
            return end.map(|end| (PersonalKind::Plate, end)).ok_or(place + 1);
        }
        match letter.class {
            Class::Separator | Class::Other => Err(place + 1),
            Class::Plain | Class::Numeral | Class::Mask => {
                Numbers { words: &self.words, letters }.at(place)
            }
        }
    }

    /// The text with everything personal hidden, and the kinds that were found, in order.
    #[must_use]
    pub fn mask(&self, text: &str) -> (String, Vec<PersonalKind>) {
        self.hide(text).unwrap_or_else(|| (text.to_owned(), Vec::new()))
    }

    /// As [`PersonalScan::mask`]; none where there is nothing to hide, as in nearly every text.
    #[must_use]
    pub fn hide(&self, text: &str) -> Option<(String, Vec<PersonalKind>)> {
        let hits = self.find(text);
        let hide = || (hidden(text, &hits), hits.iter().map(|hit| hit.kind).collect());
        (!hits.is_empty()).then(hide)
    }

    /// The text with resident numbers alone hidden; none where there is none. Numbers of documents
    /// and registers look like phones and cards by chance.
    #[must_use]
    pub fn mask_residents(&self, text: &str) -> Option<String> {
        let mut hits = self.find(text);
        hits.retain(|hit| hit.kind == PersonalKind::ResidentNumber);
        (!hits.is_empty()).then(|| hidden(text, &hits))
    }

    /// True where a resident number stands in the text.
    #[must_use]
    pub fn has_resident(&self, text: &str) -> bool {
        self.find(text).iter().any(|hit| hit.kind == PersonalKind::ResidentNumber)
    }
}

fn hidden(text: &str, hits: &[PersonalHit]) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut from = 0;
    for hit in hits {
        hidden.push_str(text.get(from..hit.range.start).unwrap_or_default());
        hidden.push_str(hit.kind.mask());
        from = hit.range.end;
    }
    hidden.push_str(text.get(from..).unwrap_or_default());
    hidden
}

fn bytes(text: &str, letters: &Letters, from: usize, until: usize) -> Range<usize> {
    let byte = |place: usize| letters.get(place).map_or(text.len(), |letter| letter.byte);
    byte(from)..byte(until)
}

/// A quick look: enough digits with nothing but letters, masks and separators between them, or the
/// beginning of a plate. Most texts have neither.
fn might_hold(text: &str) -> bool {
    let (mut digits, mut before) = (0, ' ');
    let roles = &*ROLES;
    for character in text.chars() {
        let place = usize::try_from(u32::from(character)).unwrap_or(usize::MAX);
        match roles.get(place).copied().unwrap_or_else(|| role(character)) {
            Role::Breaks => digits = 0,
            Role::Passes => {}
            Role::Counts => digits += 1,
            Role::Letter => {
                if plate::is_province(before) && read(character).0.is_ascii_uppercase() {
                    return true;
                }
                digits += usize::from(matches!(read(character).0, 'X' | 'x'));
            }
        }
        if digits == FEWEST {
            return true;
        }
        before = character;
    }
    false
}

/// What a character is to the quick look.
#[derive(Debug, Clone, Copy)]
enum Role {
    /// It ends every number.
    Breaks,
    /// It may stand within a number.
    Passes,
    /// It is one of a number's digits, or hides one.
    Counts,
    /// A Latin letter: of a plate, of a code, or the X of a resident number.
    Letter,
}

/// The roles of the characters of most texts: every text of every row is looked at.
static ROLES: LazyLock<Vec<Role>> = LazyLock::new(|| {
    // What is no character, a surrogate, stands in no text.
    (0..0x1_0000).map(|number| char::from_u32(number).map_or(Role::Breaks, role)).collect()
});

fn role(character: char) -> Role {
    let (plain, class) = read(character);
    match class {
        Class::Other => Role::Breaks,
        Class::Separator => Role::Passes,
        _ if plain.is_ascii_alphabetic() => Role::Letter,
        Class::Plain | Class::Numeral | Class::Mask => Role::Counts,
    }
}
