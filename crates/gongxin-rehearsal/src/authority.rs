//! Who decides and who supplies.

use gongxin_model::code::{OrganisationCode, Uscc};

/// The invented region's division.
pub const REGION: u64 = 159_900;

/// How many counties it has: divisions 159901 to 159912.
pub const COUNTIES: u64 = 12;

/// A sector that licenses, penalises or lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sector {
    /// Market regulation.
    Market,
    /// Ecology and environment.
    Environment,
    /// Emergency management, work safety.
    Safety,
    /// Housing and construction.
    Housing,
    /// Transport.
    Transport,
    /// Tax.
    Tax,
    /// Human resources and social security.
    HumanResources,
}

impl Sector {
    /// All sectors.
    pub const ALL: [Self; 7] = [
        Self::Market,
        Self::Environment,
        Self::Safety,
        Self::Housing,
        Self::Transport,
        Self::Tax,
        Self::HumanResources,
    ];

    /// The code of the body that supplies for the sector.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Market => "159900-market",
            Self::Environment => "159900-environment",
            Self::Safety => "159900-safety",
            Self::Housing => "159900-housing",
            Self::Transport => "159900-transport",
            Self::Tax => "159900-tax",
            Self::HumanResources => "159900-human-resources",
        }
    }

    /// How the sector is called in an authority's name and in its document numbers.
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Market => ("市场监督管理局", "市监"),
            Self::Environment => ("生态环境局", "环"),
            Self::Safety => ("应急管理局", "应急"),
            Self::Housing => ("住房和城乡建设局", "建"),
            Self::Transport => ("交通运输局", "交"),
            Self::Tax => ("税务局", "税"),
            Self::HumanResources => ("人力资源和社会保障局", "人社"),
        }
    }

    /// Of 100 penalties so many are the sector's.
    pub(crate) const fn share(self) -> u64 {
        match self {
            Self::Market => 46,
            Self::Environment | Self::Safety => 12,
            Self::Housing | Self::Transport => 9,
            Self::Tax | Self::HumanResources => 6,
        }
    }

    /// The sector's part of a count; all parts together are at most the count.
    pub(crate) const fn part(self, count: u64) -> u64 {
        count / 100 * self.share() + count % 100 * self.share() / 100
    }
}

/// A body with name and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) name: String,
    pub(crate) code: String,
}

/// The name of a county, or of the region for 0.
pub(crate) fn place_name(county: u64) -> String {
    const NUMERALS: [&str; 13] =
        ["", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    match NUMERALS.get(county as usize) {
        Some(&numeral) if county > 0 => format!("演练{numeral}县"),
        _ => "演练州".to_owned(),
    }
}

/// The sector's body in a county, or in the region for county 0.
pub(crate) fn authority(sector: Sector, county: u64) -> Body {
    let number = county * 100 + sector as u64 + 1;
    body(&format!("{}{}", place_name(county), sector.words().0), county, number)
}

/// The body that leads credit work.
pub(crate) fn credit_lead() -> Body {
    body("演练州发展和改革委员会", 0, 90)
}

/// The court.
pub(crate) fn court() -> Body {
    body("演练州中级人民法院", 0, 91)
}

fn body(name: &str, county: u64, number: u64) -> Body {
    let organisation = OrganisationCode::with_check(&format!("0159{number:04}"));
    let organisation = organisation.map(|code| code.as_str().to_owned()).unwrap_or_default();
    let code = Uscc::with_check(&format!("11{}{organisation}", REGION + county));
    Body {
        name: name.to_owned(),
        code: code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_has_a_sound_code_of_its_own() {
        let mut codes: Vec<String> = (0..=COUNTIES)
            .flat_map(|county| Sector::ALL.map(|sector| authority(sector, county).code))
            .chain([credit_lead().code, court().code])
            .collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert!(
            codes.iter().all(|code| Uscc::read(code).code.is_some_and(|code| code.check_holds()))
        );
    }

    #[test]
    fn the_shares_are_a_whole() {
        assert_eq!(Sector::ALL.map(Sector::share).iter().sum::<u64>(), 100);
    }
}
