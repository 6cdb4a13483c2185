//! The edition that is kept, and when the next is due.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use gongxin_model::Day;
use gongxin_store::ShownCell;
use serde::{Deserialize, Serialize};

use super::super::shown::statistics::ShownStatistics;
use crate::OfficeError;
use crate::rules::Telling;

/// The edition that is kept, in memory and in a file of the face's own directory.
#[derive(Debug, Default)]
pub struct StatisticsKeep {
    path: Option<PathBuf>,
    kept: RwLock<Kept>,
    /// How many editions were counted since the start.
    counted: AtomicU64,
}

#[derive(Debug, Default)]
struct Kept {
    edition: Option<Edition>,
    /// What was counted for a first edition; in memory alone, so that no small count rests on a
    /// disk, and gone with a restart.
    cells: Option<Vec<ShownCell>>,
    /// The next record when nothing was found to be counted: nothing new, nothing to count.
    empty_at: Option<i64>,
}

#[derive(Debug)]
struct Edition {
    statistics: Arc<ShownStatistics>,
    /// The next record when it was counted, or was last found not to be counted again.
    records: i64,
    /// The next record when it was counted.
    counted_records: i64,
    is_first: bool,
}

/// An edition as its file holds it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Counted {
    /// The edition.
    pub(super) statistics: ShownStatistics,
    /// The next record when it was counted.
    pub(super) records: i64,
    /// True where there was none before it.
    pub(super) is_first: bool,
}

/// Whether an edition is to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// None is.
    Not,
    /// There is none yet.
    First,
    /// The first was counted of less than half of what is there now.
    Again,
    /// The time of the last is over.
    Next,
}

impl From<Counted> for Edition {
    fn from(counted: Counted) -> Self {
        let Counted { statistics, records, is_first } = counted;
        Self { statistics: Arc::new(statistics), records, counted_records: records, is_first }
    }
}

impl StatisticsKeep {
    /// Keeps the edition in the file, and begins with the one that is there. One that cannot be
    /// read is counted anew.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let found = std::fs::read(path).ok();
        let counted = found.and_then(|bytes| serde_json::from_slice::<Counted>(&bytes).ok());
        let kept = Kept { edition: counted.map(Edition::from), ..Kept::default() };
        Self { path: Some(path.to_owned()), kept: RwLock::new(kept), counted: AtomicU64::new(0) }
    }

    /// The present edition.
    #[must_use]
    pub fn edition(&self) -> Option<Arc<ShownStatistics>> {
        self.read(|kept| kept.edition.as_ref().map(|edition| Arc::clone(&edition.statistics)))
    }

    /// How many editions were counted since the start: where it moved, answers are others.
    pub(crate) fn counted(&self) -> u64 {
        self.counted.load(Ordering::Relaxed)
    }

    fn read<T>(&self, look: impl FnOnce(&Kept) -> T) -> T {
        look(&self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, alter: impl FnOnce(&mut Kept) -> T) -> T {
        alter(&mut self.kept.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is due on a day, where the next record has a number.
    pub(super) fn due(&self, today: Day, telling: &Telling, next_record: i64) -> Due {
        self.read(|kept| match &kept.edition {
            Some(one) if month_of(today) - month_of(one.statistics.edition) >= telling.months => {
                Due::Next
            }
            Some(one) => {
                let has_grown = next_record / 2 > one.records;
                let again = one.is_first && has_grown && kept.cells.is_some();
                if again { Due::Again } else { Due::Not }
            }
            None if kept.empty_at == Some(next_record) => Due::Not,
            None => Due::First,
        })
    }

    /// What a first edition counted, and the next record then.
    pub(super) fn counted_cells(&self) -> Option<(i64, Vec<ShownCell>)> {
        self.read(|kept| {
            let records = kept.edition.as_ref()?.counted_records;
            Some((records, kept.cells.clone()?))
        })
    }

    pub(super) fn put(&self, counted: Counted, cells: Vec<ShownCell>) -> Result<(), OfficeError> {
        if let Some(path) = &self.path {
            let failed = |why: String| OfficeError::File {
                act: format!("keeping the figures in `{}`", path.display()),
                why,
            };
            let bytes = serde_json::to_vec(&counted).map_err(|error| failed(error.to_string()))?;
            let beside = path.with_extension("new");
            let written = std::fs::write(&beside, bytes);
            written
                .and_then(|()| std::fs::rename(&beside, path))
                .map_err(|error| failed(error.to_string()))?;
        }
        let cells = counted.is_first.then_some(cells);
        let edition = Some(counted.into());
        self.write(|kept| *kept = Kept { edition, cells, empty_at: None });
        self.counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// An edition that is not counted again is not looked at again before the store doubles.
    pub(super) fn put_off(&self, next_record: i64) {
        self.write(|kept| {
            if let Some(edition) = &mut kept.edition {
                edition.records = next_record;
            }
        });
    }

    pub(super) fn put_empty(&self, next_record: i64) {
        self.write(|kept| kept.empty_at = Some(next_record));
    }
}

/// The months since the year 0.
pub(super) fn month_of(day: Day) -> i32 {
    let (year, month, _) = day.parts();
    i32::from(year) * 12 + i32::from(month)
}
