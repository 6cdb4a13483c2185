//! The region in figures: counted away from visits, once a month, and kept.
//!
//! A figure never moves between two editions, and only the present edition is there, so that no end
//! can be read from it (ADR 0019).

mod count;
mod table;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use gongxin_model::finding::Language;
use gongxin_model::{Day, RecordNo, ReportingPeriod};
use gongxin_pack::{FigureId, Visibility};
use gongxin_store::ShownCell;

use super::shown::Words;
use super::shown::statistics::{ShownAuthority, ShownRate, ShownStatistics};
use crate::exchange::{FiguresAsk, Line, Scope};
use crate::rules::Rules;
use crate::{Office, OfficeError};

pub use table::statistics_csv;

/// Counts under this are not told.
pub(crate) const LEAST_TOLD: u64 = 5;
/// So many records are counted in one look at the store.
const STRETCH: i64 = 50_000;

/// The edition that is kept, in memory and in a file of the face's own directory.
#[derive(Debug, Default)]
pub struct StatisticsKeep {
    path: Option<PathBuf>,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    edition: Option<Arc<ShownStatistics>>,
    /// The next record when nothing was found to be counted: nothing new, nothing to count.
    empty_at: Option<i64>,
}

impl StatisticsKeep {
    /// Keeps the edition in the file, and begins with the one that is there. One that cannot be
    /// read is counted anew.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let edition = std::fs::read(path).ok();
        let edition = edition.and_then(|bytes| serde_json::from_slice(&bytes).ok()).map(Arc::new);
        let kept = RwLock::new(Kept { edition, empty_at: None });
        Self { path: Some(path.to_owned()), kept }
    }

    /// The present edition.
    #[must_use]
    pub fn edition(&self) -> Option<Arc<ShownStatistics>> {
        self.read(|kept| kept.edition.clone())
    }

    fn read<T>(&self, look: impl FnOnce(&Kept) -> T) -> T {
        look(&self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// True where the month of the edition is over.
    fn is_due(&self, today: Day, next_record: i64) -> bool {
        let month = |day: Day| {
            let (year, month, _) = day.parts();
            (year, month)
        };
        self.read(|kept| match &kept.edition {
            Some(edition) => month(edition.edition) < month(today),
            None => kept.empty_at != Some(next_record),
        })
    }

    fn put(&self, edition: ShownStatistics) -> Result<(), OfficeError> {
        if let Some(path) = &self.path {
            let failed = |why: String| OfficeError::File {
                act: format!("keeping the figures in `{}`", path.display()),
                why,
            };
            let bytes = serde_json::to_vec(&edition).map_err(|error| failed(error.to_string()))?;
            let beside = path.with_extension("new");
            let written = std::fs::write(&beside, bytes);
            written
                .and_then(|()| std::fs::rename(&beside, path))
                .map_err(|error| failed(error.to_string()))?;
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Kept { edition: Some(Arc::new(edition)), empty_at: None };
        Ok(())
    }

    fn put_empty(&self, next_record: i64) {
        self.kept.write().unwrap_or_else(PoisonError::into_inner).empty_at = Some(next_record);
    }
}

impl Office {
    /// Counts a new edition of the figures where a month has begun since the one that is kept, or
    /// where there is none. True where one was counted.
    ///
    /// # Errors
    /// The store cannot be read, or the file cannot be written.
    pub fn keep_statistics(&self, keep: &StatisticsKeep) -> Result<bool, OfficeError> {
        let counted = self.clock.now();
        let today = counted.day();
        let (next_record, has_rules) = self.store.read(|reader| {
            Ok::<_, OfficeError>((reader.head()?.next_record, reader.adoption()?.is_some()))
        })?;
        if !has_rules || !keep.is_due(today, next_record) {
            return Ok(false);
        }
        let mut cells = Vec::new();
        let mut after = 0;
        while after < next_record {
            let stretch = (RecordNo(after), RecordNo(after + STRETCH));
            let found = self
                .store
                .read(|reader| Ok::<_, OfficeError>(reader.shown_cells(stretch, today)?))?;
            count::add(&mut cells, found);
            after += STRETCH;
        }
        if cells.is_empty() {
            keep.put_empty(next_record);
            return Ok(false);
        }
        let rules = self.rules()?;
        let (period, authorities) = self.authorities(&rules, today)?;
        let (region, divisions) = count::divisions(&rules.rulebook);
        let years = count::years(&rules.rulebook, &divisions, &cells, today);
        keep.put(ShownStatistics {
            edition: today,
            counted,
            region,
            divisions,
            years,
            period,
            authorities,
        })?;
        Ok(true)
    }

    /// How well each body handed in in the month before, class by class of what is public.
    fn authorities(
        &self,
        rules: &Rules,
        today: Day,
    ) -> Result<(String, Vec<ShownAuthority>), OfficeError> {
        let (year, month, _) = today.plus_months(-1).parts();
        let text = format!("{year:04}-{month:02}");
        let Ok(period) = text.parse::<ReportingPeriod>() else {
            return Ok((text, Vec::new()));
        };
        let mut found = Vec::new();
        for source in rules.rulebook.sources.values().filter(|one| !one.peer) {
            let ask = FiguresAsk {
                period,
                scope: Scope::Source(source.code.clone()),
                as_of: None,
                language: Language::Chinese,
            };
            match self.figures(&ask) {
                Ok(figures) => {
                    found.extend(figures.sources.iter().filter_map(|line| authority(rules, line)));
                }
                // A rulebook without figures measures nothing.
                Err(OfficeError::Usage(_)) => {}
                Err(error) => return Err(error),
            }
        }
        found
            .sort_by(|left, right| (&left.code, &left.of.code).cmp(&(&right.code, &right.of.code)));
        found.dedup();
        Ok((text, found))
    }
}

fn authority(rules: &Rules, line: &Line) -> Option<ShownAuthority> {
    let class = rules.rulebook.catalogue(&line.catalogue)?;
    if class.visibility != Visibility::Public {
        return None;
    }
    let rate = |id: FigureId| {
        let measured = line.figures.iter().find(|one| one.id == id)?;
        Some(match (measured.denominator, measured.per_mille) {
            (Some(whole), _) if 0 < whole && whole < LEAST_TOLD => ShownRate::Small,
            (_, Some(per_mille)) => ShownRate::PerMille(per_mille),
            _ => ShownRate::Unknown,
        })
    };
    let name = line.name.as_ref()?;
    Some(ShownAuthority {
        code: line.source.clone()?,
        name: Words { zh: name.zh.clone(), en: Some(name.en.clone()).filter(|en| !en.is_empty()) },
        of: super::desk::coded(&class.id, &class.name),
        timeliness: rate(FigureId::Timeliness).unwrap_or(ShownRate::Unknown),
        compliance: rate(FigureId::Compliance).unwrap_or(ShownRate::Unknown),
    })
}
