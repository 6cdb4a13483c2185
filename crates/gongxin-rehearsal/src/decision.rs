//! What penalties and licences have in common.

use gongxin_model::Day;

use crate::authority::{Body, COUNTIES, Sector, authority};
use crate::chance::{Dice, Stream};
use crate::dirt::Dirt;
use crate::organisation::{Organisation, day};
use crate::region::Region;

/// A decision's place in the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) sector: Sector,
    pub(crate) number: u64,
}

/// A decision of an authority about an organisation.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) about: Organisation,
    pub(crate) authority: Body,
    pub(crate) document_number: String,
    pub(crate) decided_on: Day,
    pub(crate) dirt: Dirt,
    /// The draws for what was decided.
    pub(crate) dice: Dice,
    /// The draws for the dirt's details.
    pub(crate) dirt_dice: Dice,
}

/// The first decision (2019-07-02).
const FIRST_DECISION: u64 = 7852;

/// How a decision of a stream comes about.
pub(crate) struct Source {
    pub(crate) content: Stream,
    pub(crate) dirt: Stream,
    /// What stands in the document number: 罚, 许.
    pub(crate) act: &'static str,
}

impl Place {
    const fn index(self) -> u64 {
        (self.sector as u64) << 48 | self.number
    }

    /// Draws the decision at the place.
    pub(crate) fn decision(self, region: &Region, source: &Source) -> Decision {
        let mut dice = Dice::new(region.seed(), source.content, self.index());
        let about = region.organisation(dice.below(region.organisations()));
        let span = region.last_day_number().saturating_sub(FIRST_DECISION).max(1);
        let decided_on = day(FIRST_DECISION + dice.below(span));
        let county = if dice.happens(3000) { 0 } else { 1 + dice.below(COUNTIES) };
        let (year, _, _) = decided_on.parts();
        let short = self.sector.words().1;
        let place = ["州", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "甲", "乙"]
            [county as usize % 13];
        let mut dirt_dice = Dice::new(region.seed(), source.dirt, self.index());
        let dirt = Dirt::draw(&mut dirt_dice, &about);
        Decision {
            about,
            authority: authority(self.sector, county),
            document_number: format!(
                "演{place}{short}{}字〔{year}〕{}号",
                source.act,
                self.number + 1
            ),
            decided_on,
            dirt,
            dice,
            dirt_dice,
        }
    }
}

/// A day as templates write it: `2024/03/05`.
pub(crate) fn slashed(day: Day) -> String {
    day.to_string().replace('-', "/")
}

/// A day that does not exist, in the same year.
pub(crate) fn impossible(day: Day) -> String {
    format!("{}/02/30", day.parts().0)
}
