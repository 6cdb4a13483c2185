//! What is done to rows, how often, and what must become of them.

use gongxin_model::Day;
use gongxin_model::code::Uscc;
use serde::Serialize;

use crate::answer::Expected;
use crate::chance::Dice;
use crate::organisation::{Kind, Organisation, person};
use crate::region::Region;
use crate::words::CONFUSED;

/// What was done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dirt {
    /// Nothing.
    None,
    /// The code is in lower case, full width, or has blanks.
    CodeInDisguise,
    /// One or two characters of the name are wrong, as a scan would have it; the code is right.
    RuinedName,
    /// The name is one the organisation no longer had; the code is right.
    FormerName,
    /// One character of the code is wrong; there is no other identifier.
    WrongCode,
    /// There is only the organisation code, and the right name.
    OrganisationCodeOnly,
    /// There is only the old registration number, and the right name.
    OldNumberOnly,
    /// There is only a ruined name.
    RuinedNameOnly,
    /// There is only the right name.
    NameOnly,
    /// The code is right, the name is another organisation's.
    SwappedName,
    /// The code is one organisation's, the old registration number another's.
    IdentifiersDisagree,
    /// The code is seventeen zeros and an X.
    PlaceholderCode,
    /// The row is about a natural person.
    Person,
    /// The day of the decision does not exist.
    WrongDate,
    /// The row stands there twice; this is the second.
    Repeated,
    /// The row was handed in before and comes again, changed.
    Corrected,
}

impl Dirt {
    /// What is done to rows of decisions, in the order in which it is drawn.
    pub const OF_DECISIONS: [Self; 13] = [
        Self::CodeInDisguise,
        Self::RuinedName,
        Self::WrongCode,
        Self::OrganisationCodeOnly,
        Self::OldNumberOnly,
        Self::RuinedNameOnly,
        Self::NameOnly,
        Self::SwappedName,
        Self::IdentifiersDisagree,
        Self::PlaceholderCode,
        Self::Person,
        Self::WrongDate,
        Self::Repeated,
    ];

    /// Of 10,000 rows it is done to so many, where the organisation allows it.
    #[must_use]
    pub const fn rate(self) -> u64 {
        match self {
            Self::CodeInDisguise | Self::RuinedName | Self::Person => 150,
            Self::OrganisationCodeOnly => 200,
            Self::OldNumberOnly | Self::RuinedNameOnly | Self::Repeated => 80,
            Self::WrongCode => 60,
            Self::NameOnly => 50,
            Self::PlaceholderCode | Self::WrongDate => 40,
            Self::SwappedName | Self::IdentifiersDisagree => 30,
            Self::None | Self::FormerName | Self::Corrected => 0,
        }
    }

    /// What must become of the row.
    #[must_use]
    pub const fn expected(self) -> Expected {
        match self {
            Self::None
            | Self::CodeInDisguise
            | Self::RuinedName
            | Self::FormerName
            | Self::OrganisationCodeOnly
            | Self::OldNumberOnly => Expected::Accepted,
            Self::WrongCode
            | Self::RuinedNameOnly
            | Self::NameOnly
            | Self::SwappedName
            | Self::IdentifiersDisagree
            | Self::PlaceholderCode => Expected::Held,
            Self::Person => Expected::Refused,
            Self::WrongDate => Expected::NotAccepted,
            Self::Repeated => Expected::Unchanged,
            Self::Corrected => Expected::Corrected,
        }
    }

    /// Draws what is done to a row about an organisation.
    pub(crate) fn draw(dice: &mut Dice, about: &Organisation) -> Self {
        let mut place = dice.below(10_000);
        for dirt in Self::OF_DECISIONS {
            if place < dirt.rate() {
                return if dirt.suits(about) { dirt } else { Self::None };
            }
            place -= dirt.rate();
        }
        Self::None
    }

    /// A name that is a person's, or a shop without its code, is refused and proves nothing here.
    fn suits(self, about: &Organisation) -> bool {
        match self {
            Self::CodeInDisguise | Self::Person | Self::Repeated | Self::WrongDate => true,
            Self::OldNumberOnly | Self::IdentifiersDisagree => {
                about.kind != Kind::IndividualBusiness && about.registration_number.is_some()
            }
            _ => about.kind != Kind::IndividualBusiness,
        }
    }
}

/// Who a row of a decision is about, as it stands in the row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counterpart {
    pub(crate) name: String,
    pub(crate) category: &'static str,
    pub(crate) code: String,
    pub(crate) registration_number: String,
    pub(crate) organisation_code: String,
    pub(crate) representative: String,
    pub(crate) certificate_kind: &'static str,
    pub(crate) certificate_number: String,
}

impl Counterpart {
    /// The counterpart as it should stand in a row decided on a day.
    fn clean(about: &Organisation, decided_on: Day) -> Self {
        Self {
            name: about.name_on(decided_on).to_owned(),
            category: about.category(),
            code: about.code.clone(),
            representative: about.representative.clone(),
            ..Self::default()
        }
    }

    /// The counterpart with the dirt put in. A right name is made a former one now and then, where
    /// the organisation has one.
    pub(crate) fn soiled(
        region: &Region,
        about: &Organisation,
        decided_on: Day,
        dirt: Dirt,
        dice: &mut Dice,
    ) -> (Self, Dirt) {
        let mut one = Self::clean(about, decided_on);
        let without_codes = |one: Self| Self { code: String::new(), ..one };
        match dirt {
            Dirt::None if one.name != about.first_name && dice.happens(4000) => {
                one.name.clone_from(&about.first_name);
                return (one, Dirt::FormerName);
            }
            Dirt::CodeInDisguise => one.code = disguise(&one.code, dice),
            Dirt::RuinedName => one.name = ruin(&one.name, dice),
            Dirt::WrongCode => one.code = spoil(&one.code, dice),
            Dirt::OrganisationCodeOnly => {
                one = without_codes(one);
                one.organisation_code = hyphenate(&about.organisation_code, dice);
            }
            Dirt::OldNumberOnly => {
                one = without_codes(one);
                one.registration_number = about.registration_number.clone().unwrap_or_default();
            }
            Dirt::RuinedNameOnly => {
                one = without_codes(one);
                one.name = ruin(&one.name, dice);
            }
            Dirt::NameOnly => one = without_codes(one),
            Dirt::SwappedName => one.name = region.other(about).name_on(decided_on).to_owned(),
            Dirt::IdentifiersDisagree => {
                one.registration_number =
                    region.other(about).registration_number.unwrap_or_default();
            }
            Dirt::PlaceholderCode => one.code = "00000000000000000X".to_owned(),
            Dirt::Person => one = natural_person(dice),
            Dirt::None | Dirt::FormerName | Dirt::WrongDate | Dirt::Repeated | Dirt::Corrected => {}
        }
        (one, dirt)
    }
}

fn natural_person(dice: &mut Dice) -> Counterpart {
    let has_number = dice.happens(6000);
    Counterpart {
        name: person(dice),
        category: "自然人",
        certificate_kind: if has_number { "身份证" } else { "" },
        certificate_number: if has_number { resident_number(dice) } else { String::new() },
        ..Counterpart::default()
    }
}

/// The shape of a resident identity number in a division that is nobody's.
fn resident_number(dice: &mut Dice) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let (year, month, day) = (1960 + dice.below(40), 1 + dice.below(12), 1 + dice.below(28));
    let first =
        format!("1599{:02}{year}{month:02}{day:02}{:03}", 1 + dice.below(12), dice.below(1000));
    let digits = first.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap_or('0');
    format!("{first}{check}")
}

pub(crate) fn disguise(code: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 if code.bytes().any(|byte| byte.is_ascii_uppercase()) => code.to_lowercase(),
        1 => code
            .chars()
            .map(|letter| char::from_u32(letter as u32 + 0xfee0).unwrap_or(letter))
            .collect(),
        _ => format!(" {} {} ", &code[..8], &code[8..]),
    }
}

fn hyphenate(code: &str, dice: &mut Dice) -> String {
    match (code.split_at_checked(8), dice.happens(5000)) {
        (Some((eight, check)), true) => format!("{eight}-{check}"),
        _ => code.to_owned(),
    }
}

/// Puts another character of the alphabet at one of the places of the organisation code, so that
/// neither check holds.
pub(crate) fn spoil(code: &str, dice: &mut Dice) -> String {
    let alphabet: Vec<char> = Uscc::alphabet().collect();
    let mut letters: Vec<char> = code.chars().collect();
    let place = 8 + dice.below(8) as usize;
    let other: Vec<char> =
        alphabet.into_iter().filter(|&letter| letter != letters[place]).collect();
    letters[place] = *dice.pick(&other);
    letters.into_iter().collect()
}

/// Ruins one or two characters of a name as a scan does: one for a like one, lost, doubled, or
/// swapped with its neighbour. The beginning and the end that tells what it is stay.
fn ruin(name: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    for _ in 0..1 + dice.below(2) {
        let end = letters.len().saturating_sub(4);
        if end <= 3 {
            break;
        }
        let place = 2 + dice.below(end as u64 - 3) as usize;
        match (dice.below(4), like(letters[place])) {
            (0 | 1, Some(other)) => letters[place] = other,
            (0 | 1, None) => letters[place] = '囗',
            (2, _) => drop(letters.remove(place)),
            _ => letters.swap(place, place + 1),
        }
    }
    letters.into_iter().collect()
}

fn like(letter: char) -> Option<char> {
    CONFUSED.iter().find_map(|&(one, other)| match letter {
        letter if letter == one => Some(other),
        letter if letter == other => Some(one),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Stream;

    #[test]
    fn spoilt_codes_fail_both_checks_and_disguised_ones_read_as_before() {
        for index in 0..500 {
            let mut dice = Dice::new(1, Stream::PenaltyDirt, index);
            let one = crate::organisation::organisation(1, index);
            let spoilt = spoil(&one.code, &mut dice);
            assert!(!Uscc::read(&spoilt).facts.is_sound(), "{spoilt}");
            let disguised = disguise(&one.code, &mut dice);
            assert_ne!(disguised, one.code);
            assert_eq!(Uscc::read(&disguised).code.unwrap().as_str(), one.code);
        }
    }

    #[test]
    fn ruined_names_keep_both_ends() {
        for index in 0..500 {
            let mut dice = Dice::new(1, Stream::PenaltyDirt, index);
            let ruined = ruin("演练澄禾岚牧业有限责任公司", &mut dice);
            assert!(ruined.starts_with("演练") && ruined.ends_with("责任公司"), "{ruined}");
        }
    }

    #[test]
    fn invented_identity_numbers_look_like_real_ones() {
        for index in 0..100 {
            let number = resident_number(&mut Dice::new(1, Stream::PenaltyDirt, index));
            assert_eq!(number.len(), 18);
            assert!(number.starts_with("1599"), "{number}");
        }
    }
}
