//! The packs' figures by which names and codes are compared, as they hold on one day.

use gongxin_model::Day;
use gongxin_pack::{Rulebook, ThresholdId};

/// The figures of one day. What each means stands with its id in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// [`ThresholdId::NameSimilar`].
    pub name_similar: u32,
    /// [`ThresholdId::BranchSlips`].
    pub branch_slips: u32,
    /// [`ThresholdId::SuggestionFloor`].
    pub suggestion_floor: u32,
    /// [`ThresholdId::SuggestionsMost`].
    pub suggestions_most: u32,
    /// [`ThresholdId::CodeShare`].
    pub code_share: u32,
    /// [`ThresholdId::CodeOneSlip`], [`ThresholdId::CodeTwoSlips`], [`ThresholdId::CodeThreeSlips`].
    pub code_slips: [u32; 3],
    /// [`ThresholdId::CodeLookAlike`].
    pub code_look_alike: u32,
    /// [`ThresholdId::FormerName`].
    pub former_name: u32,
    /// [`ThresholdId::BrandWeight`].
    pub brand_weight: u32,
    /// [`ThresholdId::TradeWeight`].
    pub trade_weight: u32,
    /// [`ThresholdId::OtherWeight`].
    pub other_weight: u32,
    /// [`ThresholdId::BrandLength`].
    pub brand_length: u32,
    /// [`ThresholdId::LookAlikeCost`].
    pub look_alike_cost: u32,
    /// [`ThresholdId::SwapCost`].
    pub swap_cost: u32,
    /// [`ThresholdId::PartPlace`].
    pub part_place: u32,
    /// [`ThresholdId::PartBrand`].
    pub part_brand: u32,
    /// [`ThresholdId::PartTrade`].
    pub part_trade: u32,
    /// [`ThresholdId::PartForm`].
    pub part_form: u32,
    /// [`ThresholdId::PartMissing`].
    pub part_missing: u32,
    /// [`ThresholdId::Abbreviation`].
    pub abbreviation: u32,
    /// [`ThresholdId::BranchApart`].
    pub branch_apart: u32,
    /// [`ThresholdId::SameDocument`].
    pub same_document: u32,
    /// [`ThresholdId::Crowd`].
    pub crowd: u32,
    /// [`ThresholdId::HeldCrowd`].
    pub held_crowd: u32,
    /// [`ThresholdId::HeldCandidates`].
    pub held_candidates: u32,
}

impl Figures {
    /// The figures that hold on a day. None where a pack lacks one, which checking it refuses.
    #[must_use]
    pub fn on(rulebook: &Rulebook, day: Day) -> Option<Self> {
        use ThresholdId as Id;
        let figure = |id: Id| rulebook.threshold(id, day);
        Some(Self {
            name_similar: figure(Id::NameSimilar)?,
            branch_slips: figure(Id::BranchSlips)?,
            suggestion_floor: figure(Id::SuggestionFloor)?,
            suggestions_most: figure(Id::SuggestionsMost)?,
            code_share: figure(Id::CodeShare)?,
            code_slips: [
                figure(Id::CodeOneSlip)?,
                figure(Id::CodeTwoSlips)?,
                figure(Id::CodeThreeSlips)?,
            ],
            code_look_alike: figure(Id::CodeLookAlike)?,
            former_name: figure(Id::FormerName)?,
            brand_weight: figure(Id::BrandWeight)?,
            trade_weight: figure(Id::TradeWeight)?,
            other_weight: figure(Id::OtherWeight)?,
            brand_length: figure(Id::BrandLength)?,
            look_alike_cost: figure(Id::LookAlikeCost)?,
            swap_cost: figure(Id::SwapCost)?,
            part_place: figure(Id::PartPlace)?,
            part_brand: figure(Id::PartBrand)?,
            part_trade: figure(Id::PartTrade)?,
            part_form: figure(Id::PartForm)?,
            part_missing: figure(Id::PartMissing)?,
            abbreviation: figure(Id::Abbreviation)?,
            branch_apart: figure(Id::BranchApart)?,
            same_document: figure(Id::SameDocument)?,
            crowd: figure(Id::Crowd)?,
            held_crowd: figure(Id::HeldCrowd)?,
            held_candidates: figure(Id::HeldCandidates)?,
        })
    }
}
