//! The figures by which a judgement turns: when a name is like another, when a number is a person's.

use std::ops::RangeInclusive;

use gongxin_model::Day;
use gongxin_model::text::{PersonalScan, PersonalWords};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::{Ground, Text};
use crate::rulebook::Rulebook;

/// Which figure. The set is closed: a room asks for each by name, and each says its unit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ThresholdId {
    /// Per mille of likeness from which on a differing name does not contradict a sound code.
    NameSimilar,
    /// Characters by which two branches' own names may differ and be one.
    BranchSlips,
    /// Per mille of likeness under which a name alone is no suggestion.
    SuggestionFloor,
    /// The most suggestions that a held row carries.
    SuggestionsMost,
    /// Per mille that the code counts in a suggestion, where both sides have one; the name counts
    /// the rest.
    CodeShare,
    /// Per mille that an unsound code counts that is one character from the subject's.
    CodeOneSlip,
    /// The same for two characters.
    CodeTwoSlips,
    /// The same for three characters.
    CodeThreeSlips,
    /// Per mille more where all differing characters are taken for each other on paper.
    CodeLookAlike,
    /// Per mille that a former name counts.
    FormerName,
    /// The weight of a character of the brand, the beginning of a name behind its place.
    BrandWeight,
    /// The weight of a character of the trade, and of a branch's own name.
    TradeWeight,
    /// The weight of a character of the place and of the legal form.
    OtherWeight,
    /// How many characters the brand has.
    BrandLength,
    /// Per mille that a character costs that is taken for the other on paper; another one costs a
    /// thousand.
    LookAlikeCost,
    /// Per mille that two neighbours cost that changed places.
    SwapCost,
    /// Subjects under one key of a whole name beyond which the key tells nothing.
    Crowd,
    /// The same for the keys of similar names, when a row is held and a person will look at it.
    HeldCrowd,
    /// Subjects that are ranked for a held row.
    HeldCandidates,
    /// The weight of the place in the comparison of names by parts, per mille of all parts.
    PartPlace,
    /// The same of the brand.
    PartBrand,
    /// The same of the trade.
    PartTrade,
    /// The same of the legal form.
    PartForm,
    /// Per mille that a part counts that only one of two names has.
    PartMissing,
    /// Per mille that a name counts that is a short form of the other.
    Abbreviation,
    /// Per mille of its likeness that a name keeps where one is a branch's and the other is not, or
    /// another branch's.
    BranchApart,
    /// Per mille that the number of a decision counts that is known here.
    SameDocument,
    /// Year of birth from which on a number with a date in it is no person's in a record.
    BornBefore,
    /// Characters of a person's number that a mask must hide.
    HiddenAtLeast,
    /// The least count of records that figures for the public tell; smaller ones are hidden.
    LeastTold,
    /// Years that figures for the public tell one by one; all earlier ones are told together.
    YearsTold,
    /// Months from one edition of the public's figures to the next.
    EditionMonths,
    /// Minutes that the log must rest before the first edition of those figures is counted.
    EditionRestMinutes,
    /// Minutes from one count of the start page's figures to the next.
    StartPageMinutes,
}

impl ThresholdId {
    /// Every one.
    pub const ALL: [Self; 34] = [
        Self::NameSimilar,
        Self::BranchSlips,
        Self::SuggestionFloor,
        Self::SuggestionsMost,
        Self::CodeShare,
        Self::CodeOneSlip,
        Self::CodeTwoSlips,
        Self::CodeThreeSlips,
        Self::CodeLookAlike,
        Self::FormerName,
        Self::BrandWeight,
        Self::TradeWeight,
        Self::OtherWeight,
        Self::BrandLength,
        Self::LookAlikeCost,
        Self::SwapCost,
        Self::Crowd,
        Self::HeldCrowd,
        Self::HeldCandidates,
        Self::PartPlace,
        Self::PartBrand,
        Self::PartTrade,
        Self::PartForm,
        Self::PartMissing,
        Self::Abbreviation,
        Self::BranchApart,
        Self::SameDocument,
        Self::BornBefore,
        Self::HiddenAtLeast,
        Self::LeastTold,
        Self::YearsTold,
        Self::EditionMonths,
        Self::EditionRestMinutes,
        Self::StartPageMinutes,
    ];

    /// The stable name, as packs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NameSimilar => "name-similar",
            Self::BranchSlips => "branch-slips",
            Self::SuggestionFloor => "suggestion-floor",
            Self::SuggestionsMost => "suggestions-most",
            Self::CodeShare => "code-share",
            Self::CodeOneSlip => "code-one-slip",
            Self::CodeTwoSlips => "code-two-slips",
            Self::CodeThreeSlips => "code-three-slips",
            Self::CodeLookAlike => "code-look-alike",
            Self::FormerName => "former-name",
            Self::BrandWeight => "brand-weight",
            Self::TradeWeight => "trade-weight",
            Self::OtherWeight => "other-weight",
            Self::BrandLength => "brand-length",
            Self::LookAlikeCost => "look-alike-cost",
            Self::SwapCost => "swap-cost",
            Self::Crowd => "crowd",
            Self::HeldCrowd => "held-crowd",
            Self::HeldCandidates => "held-candidates",
            Self::PartPlace => "part-place",
            Self::PartBrand => "part-brand",
            Self::PartTrade => "part-trade",
            Self::PartForm => "part-form",
            Self::PartMissing => "part-missing",
            Self::Abbreviation => "abbreviation",
            Self::BranchApart => "branch-apart",
            Self::SameDocument => "same-document",
            Self::BornBefore => "born-before",
            Self::HiddenAtLeast => "hidden-at-least",
            Self::LeastTold => "least-told",
            Self::YearsTold => "years-told",
            Self::EditionMonths => "edition-months",
            Self::EditionRestMinutes => "edition-rest-minutes",
            Self::StartPageMinutes => "start-page-minutes",
        }
    }

    /// What its unit allows.
    pub(crate) const fn range(self) -> RangeInclusive<u32> {
        match self {
            Self::NameSimilar
            | Self::SuggestionFloor
            | Self::CodeShare
            | Self::CodeOneSlip
            | Self::CodeTwoSlips
            | Self::CodeThreeSlips
            | Self::CodeLookAlike
            | Self::FormerName
            | Self::LookAlikeCost
            | Self::SwapCost
            | Self::PartPlace
            | Self::PartBrand
            | Self::PartTrade
            | Self::PartForm
            | Self::PartMissing
            | Self::Abbreviation
            | Self::BranchApart
            | Self::SameDocument => 0..=1_000,
            Self::BranchSlips => 0..=3,
            Self::SuggestionsMost => 1..=99,
            Self::BrandWeight | Self::TradeWeight | Self::OtherWeight => 1..=10,
            Self::BrandLength => 1..=20,
            Self::Crowd | Self::HeldCrowd | Self::HeldCandidates => 1..=10_000,
            Self::BornBefore => 1_950..=2_100,
            Self::HiddenAtLeast => 1..=4,
            // One is no small count: whoever tells it tells a single record.
            Self::LeastTold => 2..=100,
            Self::YearsTold => 1..=10,
            Self::EditionMonths => 1..=12,
            Self::EditionRestMinutes => 1..=60,
            Self::StartPageMinutes => 1..=1_440,
        }
    }
}

/// A figure with what it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Which figure, and thereby in which unit.
    pub id: ThresholdId,
    /// What it is called.
    pub name: Text,
    /// The figure.
    pub value: u32,
    /// Its days and what it stands on: a choice of the pack's own says so, and how it was measured.
    pub ground: Ground,
}

/// `thresholds.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThresholdFile {
    /// The figures; one figure may have several values, one after the other in time.
    pub thresholds: Vec<Threshold>,
}

impl Rulebook {
    /// The figure that holds on a day; on a day before all of them the first. None where no pack
    /// states it, which checking refuses.
    #[must_use]
    pub fn threshold(&self, id: ThresholdId, day: Day) -> Option<u32> {
        let values = self.thresholds.get(&id)?;
        values
            .iter()
            .find(|one| one.ground.holds(day))
            .or_else(|| values.iter().min_by_key(|one| one.ground.from))
            .map(|one| one.value)
    }

    /// What finds and hides persons' numbers, by the figures of the day. Where packs state none,
    /// every date is somebody's birth and no mask is enough.
    #[must_use]
    pub fn personal_scan(&self, day: Day) -> PersonalScan {
        let figure = |id: ThresholdId| self.threshold(id, day);
        let year = figure(ThresholdId::BornBefore).and_then(|year| i16::try_from(year).ok());
        let hidden =
            figure(ThresholdId::HiddenAtLeast).and_then(|count| usize::try_from(count).ok());
        let lists = self.names.lists();
        PersonalScan::new(PersonalWords {
            born_before: year.unwrap_or(i16::MAX),
            hidden_at_least: hidden.unwrap_or(usize::MAX),
            of_papers: lists.paper_number_words.clone(),
            of_persons: lists.person_number_words.clone(),
            of_identity: lists.identity_words.clone(),
        })
    }
}
