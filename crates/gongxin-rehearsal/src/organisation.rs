//! The organisations of the region.

use gongxin_model::Day;
use gongxin_model::code::{OrganisationCode, RegistrationNumber, Uscc};

use crate::authority::{COUNTIES, REGION, place_name};
use crate::chance::{Dice, Stream, mix};
use crate::words::{
    ASSOCIATIONS, BRAND, COOPERATIVES, FORMS, GIVEN, INSTITUTIONS, SHOPS, SURNAMES, TRADES,
};

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An enterprise.
    Enterprise,
    /// A branch of an enterprise.
    Branch,
    /// A farmers' cooperative.
    Cooperative,
    /// An individual business.
    IndividualBusiness,
    /// A public institution.
    Institution,
    /// A social organisation.
    Association,
}

/// An invented organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its place in the region.
    pub index: u64,
    /// What it is.
    pub kind: Kind,
    /// Its unified social credit code, with a right check digit.
    pub code: String,
    /// Its organisation code: positions 9 to 17 of the code.
    pub organisation_code: String,
    /// Its old registration number, if it is old enough to have one.
    pub registration_number: Option<String>,
    /// The name it was first registered with.
    pub first_name: String,
    /// The name it took later, and when, if it did.
    pub renamed: Option<(String, Day)>,
    /// Its legal representative: a name that says it is made up.
    pub representative: String,
    /// Its type as registered.
    pub legal_form: String,
    /// Its capital in ten thousand yuan.
    pub capital: u64,
    /// The day it was registered.
    pub registered_on: Day,
    /// Its county, 1 to 12.
    pub county: u64,
    /// The index of its head, for a branch.
    pub head: Option<u64>,
}

impl Organisation {
    /// The name it has today.
    #[must_use]
    pub fn name(&self) -> &str {
        self.renamed.as_ref().map_or(&self.first_name, |(name, _)| name)
    }

    /// The name it had on a day.
    #[must_use]
    pub fn name_on(&self, day: Day) -> &str {
        match &self.renamed {
            Some((name, from)) if *from <= day => name,
            _ => &self.first_name,
        }
    }

    /// The category of a counterpart that it belongs to.
    #[must_use]
    pub const fn category(&self) -> &'static str {
        match self.kind {
            Kind::IndividualBusiness => "个体工商户",
            _ => "法人及非法人组织",
        }
    }
}

/// The day `days` after the first of January 1998.
pub(crate) fn day(days: u64) -> Day {
    let start = Day::new(1998, 1, 1).unwrap_or(Day::FOREVER);
    start.plus_days(i32::try_from(days).unwrap_or(i32::MAX))
}

/// From here (2015-10-01) on there are no old registration numbers.
const NEW_CODES: u64 = 6482;
/// The last registration (2019-06-30): before the first penalty.
const LAST_REGISTRATION: u64 = 7850;

/// The organisation at a place.
pub(crate) fn organisation(seed: u64, index: u64) -> Organisation {
    let mut dice = Dice::new(seed, Stream::Organisation, index);
    let kind = kind(&mut dice, index);
    let county = 1 + dice.below(COUNTIES);
    let registered = dice.below(LAST_REGISTRATION);
    let head = (kind == Kind::Branch).then(|| head(seed, index)).flatten();
    let brand = brand(seed, index);
    let (first_name, legal_form, prefix) =
        name_and_form(seed, &mut dice, (kind, county), &brand, head);
    let organisation_code = organisation_code(seed, index, registered < NEW_CODES);
    let division = REGION + county;
    let code = Uscc::with_check(&format!("{prefix}{division}{organisation_code}"));
    let is_old = registered < NEW_CODES && matches!(prefix, "91" | "92" | "93");
    Organisation {
        index,
        kind,
        code: code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
        registration_number: is_old
            .then(|| registration_number(seed, index, (kind, division)))
            .flatten(),
        organisation_code,
        renamed: rename(seed, index, kind, &first_name),
        first_name,
        representative: person(&mut dice),
        legal_form: legal_form.to_owned(),
        capital: [10, 30, 50, 100, 300, 500, 1000, 5000][dice.below(8) as usize],
        registered_on: day(registered),
        county,
        head,
    }
}

fn kind(dice: &mut Dice, index: u64) -> Kind {
    match dice.below(100) {
        0..68 => Kind::Enterprise,
        68..71 if index > 20 => Kind::Branch,
        68..71 => Kind::Enterprise,
        71..77 => Kind::Cooperative,
        77..92 => Kind::IndividualBusiness,
        92..96 => Kind::Institution,
        _ => Kind::Association,
    }
}

/// A head for a branch: an enterprise with a smaller index.
fn head(seed: u64, index: u64) -> Option<u64> {
    let mut dice = Dice::new(seed, Stream::Organisation, !index);
    (0..20).map(|_| dice.below(index)).find(|&head| {
        kind(&mut Dice::new(seed, Stream::Organisation, head), head) == Kind::Enterprise
    })
}

/// A brand of three or more characters; no two organisations have the same.
fn brand(seed: u64, index: u64) -> String {
    // Each step can be undone, so that different indexes stay different.
    let (mut low, mut high) = (index & 0x3ffff, index >> 18);
    low = (low ^ (mix(seed ^ high) & 0x3ffff)) & 0x3ffff;
    for factor in [0x2_c1b3, 0x1_9e35] {
        low = (low ^ (low >> 9)).wrapping_mul(factor) & 0x3ffff;
    }
    low ^= low >> 9;
    let mut brand = String::new();
    for shift in [0, 6, 12] {
        brand.push(BRAND[(low >> shift & 63) as usize]);
    }
    while high > 0 {
        brand.push(BRAND[(high & 63) as usize]);
        high >>= 6;
    }
    brand
}

/// Name, type as registered, and the first two characters of the code.
fn name_and_form(
    seed: u64,
    dice: &mut Dice,
    (kind, county): (Kind, u64),
    brand: &str,
    head: Option<u64>,
) -> (String, &'static str, &'static str) {
    let place = match dice.below(3) {
        0 => "演练".to_owned(),
        1 => "演练州".to_owned(),
        _ => place_name(county),
    };
    match kind {
        Kind::Branch if let Some(head) = head => {
            let head = organisation(seed, head);
            let name = format!("{}{}{brand}分公司", head.name(), place_name(county));
            (name, "有限责任公司分公司(自然人投资或控股)", "91")
        }
        Kind::Enterprise | Kind::Branch => {
            let (end, form) = dice.pick(&FORMS);
            (format!("{place}{brand}{}{end}", dice.pick(&TRADES)), form, "91")
        }
        Kind::Cooperative => {
            let what = dice.pick(&COOPERATIVES);
            let place = place_name(county);
            (format!("{place}{brand}{what}农民专业合作社"), "农民专业合作社", "93")
        }
        Kind::IndividualBusiness if dice.happens(1500) => (person(dice), "个体工商户", "92"),
        Kind::IndividualBusiness => {
            let place = place_name(county);
            (format!("{place}{brand}{}", dice.pick(&SHOPS)), "个体工商户", "92")
        }
        Kind::Institution => {
            let what = dice.pick(&INSTITUTIONS);
            (format!("{}{brand}{what}", place_name(county)), "事业单位法人", "12")
        }
        Kind::Association => {
            let (end, prefix, form) = dice.pick(&ASSOCIATIONS);
            (format!("{}{brand}{end}", place_name(county)), form, prefix)
        }
    }
}

/// A name that nobody bears.
pub(crate) fn person(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&SURNAMES), dice.pick(&GIVEN))
}

/// Eight digits for the old, `MA` and six characters for the new; no two are the same.
fn organisation_code(seed: u64, index: u64, is_old: bool) -> String {
    let eight = if is_old {
        let number =
            index.wrapping_mul(7_368_787).wrapping_add(mix(seed) % 100_000_000) % 100_000_000;
        format!("{number:08}")
    } else {
        let alphabet: Vec<char> = Uscc::alphabet().collect();
        let mut rest = index.wrapping_mul(29_927).wrapping_add(mix(seed) % 1_000_000) % 887_503_681;
        let mut end = String::new();
        for _ in 0..6 {
            end.push(alphabet[(rest % 31) as usize]);
            rest /= 31;
        }
        format!("MA{end}")
    };
    OrganisationCode::with_check(&eight).map(|code| code.as_str().to_owned()).unwrap_or_default()
}

fn registration_number(seed: u64, index: u64, (kind, division): (Kind, u64)) -> Option<String> {
    let offset = mix(seed ^ 5) % 10_000_000;
    let sequence = index.wrapping_mul(1_299_709).wrapping_add(offset) % 40_000_000;
    let first = if kind == Kind::IndividualBusiness { 60_000_000 } else { 0 };
    RegistrationNumber::with_check(&format!("{division}{:08}", first + sequence))
        .map(|number| number.as_str().to_owned())
}

/// Six of a hundred take another name between 2020 and 2024.
fn rename(seed: u64, index: u64, kind: Kind, first_name: &str) -> Option<(String, Day)> {
    let mut dice = Dice::new(seed, Stream::Rename, index);
    if !dice.happens(600) || !matches!(kind, Kind::Enterprise | Kind::Cooperative) {
        return None;
    }
    let on = day(8035 + dice.below(1800));
    // Ends in a character that no first brand has, so that it is nobody else's.
    let other = brand(mix(seed), index);
    let own = brand(seed, index);
    Some((first_name.replace(&own, &format!("{other}华")), on))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_names_are_sound_and_unique() {
        let all: Vec<_> = (0..20_000).map(|index| organisation(11, index)).collect();
        let codes: BTreeSet<_> = all.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes.len(), all.len());
        let names: BTreeSet<_> = all
            .iter()
            .filter(|one| one.first_name.starts_with("演练"))
            .map(|one| one.first_name.as_str())
            .collect();
        let persons = all.iter().filter(|one| !one.first_name.starts_with("演练")).count();
        assert_eq!(names.len() + persons, all.len());
        for one in &all {
            let code = Uscc::read(&one.code).code.unwrap();
            assert!(code.check_holds() && code.organisation_part_holds(), "{}", one.code);
            assert!(code.region().starts_with("1599"));
            let part = code.organisation_code().unwrap();
            assert_eq!(part.as_str(), one.organisation_code);
            let number = one.registration_number.as_deref();
            assert!(number.is_none_or(|number| RegistrationNumber::read(number).facts.is_sound()));
        }
        let numbers: Vec<_> =
            all.iter().filter_map(|one| one.registration_number.as_ref()).collect();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
    }

    #[test]
    fn every_kind_occurs_and_branches_have_heads() {
        let all: Vec<_> = (0..2_000).map(|index| organisation(1, index)).collect();
        let kinds: BTreeSet<_> = all.iter().map(|one| one.kind).collect();
        assert_eq!(kinds.len(), 6);
        assert!(all.iter().filter(|one| one.renamed.is_some()).count() > 50);
        for branch in all.iter().filter(|one| one.kind == Kind::Branch) {
            let head = &all[branch.head.unwrap() as usize];
            assert_eq!(head.kind, Kind::Enterprise);
            assert!(branch.first_name.starts_with(head.name()));
        }
    }

    #[test]
    fn organisations_of_the_first_seed_stay_as_they_are() {
        let one = organisation(1, 0);
        assert_eq!(organisation(1, 0), one);
        assert_ne!(organisation(2, 0).first_name, one.first_name);
    }
}
