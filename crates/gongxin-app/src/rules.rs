//! The rulebook in force, read back from the store by its digest.

use std::collections::BTreeSet;
use std::sync::Arc;

use gongxin_model::{Day, Finding, FindingTexts};
use gongxin_pack::{
    EffectiveRulebook, NameShape, Rulebook, SourceDeclaration, ThresholdId, from_manifest,
};
use gongxin_store::{AdoptionRow, Reader, StoreError, SubjectRow};
use gongxin_subject::{Figures, SubjectKind};

use crate::OfficeError;

/// The counter that moves when a source is registered beside the rulebook.
pub(crate) const SOURCES: &str = "sources";

/// The rulebook in force.
#[derive(Debug)]
pub struct Rules {
    /// Its adoption.
    pub adoption: AdoptionRow,
    /// The rulebook with what its steward accepted, and with the sources registered beside it.
    pub rulebook: EffectiveRulebook,
    /// The same rulebook for rooms that share it between threads.
    pub shared: Arc<Rulebook>,
    /// The words of its checks.
    pub texts: FindingTexts,
}

/// Whose words a finding is in: the platform's own, else those of the packs.
pub(crate) fn texts_of<'a>(
    finding: &Finding,
    own: &'a FindingTexts,
    packs: &'a FindingTexts,
) -> &'a FindingTexts {
    if own.get(&finding.rule).is_some() { own } else { packs }
}

/// What figures for the public keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Telling {
    /// The least count of records that is told.
    pub(crate) least: u64,
    /// Years that are told one by one.
    pub(crate) years: i16,
    /// Months from one edition to the next.
    pub(crate) months: i32,
    /// Minutes that the log rests before the first edition.
    pub(crate) rest_minutes: i64,
}

impl Rules {
    pub(crate) fn load(
        reader: &mut Reader<'_>,
        adoption: AdoptionRow,
    ) -> Result<Self, OfficeError> {
        let damaged =
            |what: &str| StoreError::Corrupt(format!("rulebook {}: {what}", adoption.digest));
        let packed = reader.rulebook(&adoption.digest)?.ok_or_else(|| damaged("missing"))?;
        let bytes =
            zstd::stream::decode_all(packed.as_slice()).map_err(|_| damaged("unreadable"))?;
        let files = from_manifest(&bytes).ok_or_else(|| damaged("not a manifest"))?;
        let mut rulebook = gongxin_pack::read_adopted(&files)
            .ok_or_else(|| damaged("packs that nobody can read"))?;
        for (code, body) in reader.sources()? {
            let source: SourceDeclaration =
                serde_json::from_str(&body).map_err(|_| damaged("a source"))?;
            rulebook.sources.insert(code, source);
        }
        let accepted: BTreeSet<String> =
            serde_json::from_str(&adoption.accepted).map_err(|_| damaged("what was accepted"))?;
        let texts = rulebook.finding_texts();
        let shared = Arc::new(rulebook.clone());
        Ok(Self { adoption, rulebook: EffectiveRulebook::new(rulebook, accepted), shared, texts })
    }

    /// True where a name of a subject is not the public's to see: an individual business's that does
    /// not read like an organisation's may be a person's, also one that it bore before.
    pub(crate) fn hides(&self, subject: &SubjectRow, name: &str) -> bool {
        let is_business =
            SubjectKind::from_name(&subject.kind) == Some(SubjectKind::IndividualBusiness);
        let reads_like_firm = || self.rulebook.names.shape(name) == NameShape::Organisation;
        subject.masked || (is_business && !reads_like_firm())
    }

    /// What figures for the public keep to; None where the rulebook does not say it all, so that
    /// none may be told.
    pub(crate) fn telling(&self, day: Day) -> Option<Telling> {
        let value = |id| self.rulebook.threshold(id, day);
        Some(Telling {
            least: u64::from(value(ThresholdId::LeastTold)?),
            years: i16::try_from(value(ThresholdId::YearsTold)?).ok()?,
            months: i32::try_from(value(ThresholdId::EditionMonths)?).ok()?,
            rest_minutes: i64::from(value(ThresholdId::EditionRestMinutes)?),
        })
    }

    /// The least count that is told; where the rulebook does not say it, none is large enough.
    pub(crate) fn least_told(&self, day: Day) -> u64 {
        self.rulebook.threshold(ThresholdId::LeastTold, day).map_or(u64::MAX, u64::from)
    }

    /// Minutes from one count of the start page's figures to the next, where the rulebook says so.
    pub(crate) fn start_page_minutes(&self, day: Day) -> Option<i64> {
        self.rulebook.threshold(ThresholdId::StartPageMinutes, day).map(i64::from)
    }

    pub(crate) fn figures(&self, day: Day) -> Result<Figures, OfficeError> {
        Figures::on(&self.rulebook, day).ok_or_else(|| {
            OfficeError::Usage(
                "the rulebook in force states no thresholds; adopt it again with `gongxin pack adopt`"
                    .into(),
            )
        })
    }
}
