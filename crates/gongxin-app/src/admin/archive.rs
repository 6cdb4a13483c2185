//! Looking after the archive: the daily recording of ends, and deriving everything again.

use gongxin_model::{CaseNo, RecordNo};
use gongxin_store::StoreError;
use serde::Serialize;

use crate::derive::{rederive, touched};
use crate::rights::cases::{self, CasesTicked};
use crate::{Office, OfficeError};

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ticked {
    /// Standings computed again.
    pub looked_at: u64,
    /// Of them ended by their term.
    pub ended: u64,
    /// Of them published from today.
    pub appeared: u64,
    /// What the calendar did to cases.
    pub cases: CasesTicked,
}

/// A difference between the archive and what is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchiveProblem {
    /// The table.
    pub table: String,
    /// Which row.
    pub key: String,
    /// What differs.
    pub what: String,
}

/// What a check looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FsckReport {
    /// Entries whose bytes, commitments and leaves were derived again.
    pub entries: u64,
    /// Records whose standing was folded again.
    pub records: u64,
    /// Cases that were folded again.
    pub cases: u64,
    /// The root of the log.
    pub root: String,
    /// Pages of the file, on SQLite.
    pub pages: u64,
    /// Of them pages that carry nothing; their bytes are read by nobody and not checked.
    pub free_pages: u64,
    /// What differs.
    pub problems: Vec<ArchiveProblem>,
}

impl Office {
    /// Computes again the standings that alter by themselves today, in steps that each keep.
    ///
    /// # Errors
    /// No rulebook is in force, or the store could not be written.
    pub fn tick(
        &self,
        everything: bool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Ticked, OfficeError> {
        let mut done = Ticked { cases: self.tick_cases()?, ..Ticked::default() };
        if everything {
            self.derive_cases()?;
        }
        let mut after = RecordNo(0);
        loop {
            let more = self.store.write(self.clock.now(), |writer| {
                let rules = self.rules_for(writer)?;
                let today = writer.now().day();
                let records = if everything {
                    writer.records_after(after, 2_000)?
                } else {
                    let due = writer.due(today, 2_000)?;
                    writer.records(due.into_iter().map(|no| no.0).collect())?
                };
                let Some(last) = records.last() else {
                    return Ok::<_, OfficeError>(false);
                };
                after = last.no;
                let numbers = records.iter().map(|record| record.no.0).collect();
                let before = writer.standings(numbers)?;
                let rows = rederive(writer, &rules.rulebook, &records, today)?;
                for row in &rows {
                    let was = before.iter().find(|was| was.record == row.record);
                    let shown = was.is_some_and(|was| was.publication == "published");
                    done.looked_at += 1;
                    done.ended += u64::from(shown && row.publication != "published");
                    done.appeared += u64::from(!shown && row.publication == "published");
                }
                let changed: Vec<_> =
                    rows.into_iter().filter(|row| !before.contains(row)).collect();
                writer.put_standings(&changed)?;
                writer.tell("standing", &touched(&changed))?;
                Ok(!changed.is_empty() || everything)
            })?;
            progress(done.looked_at);
            if !more {
                return Ok(done);
            }
        }
    }

    /// Derives log and standings again and names every difference.
    ///
    /// # Errors
    /// The store cannot be read at all.
    pub fn fsck(&self, progress: &mut dyn FnMut(u64)) -> Result<FsckReport, OfficeError> {
        let mut report = FsckReport::default();
        let checked = self.check_archive(&mut report);
        note_damage(&mut report, "archive", checked)?;
        progress(report.entries);
        let checked = match self.rules() {
            Ok(_) => self.check_standings(&mut report, progress),
            Err(OfficeError::NoRulebook) => Ok(()),
            Err(error) => Err(error),
        };
        note_damage(&mut report, "standing", checked)?;
        let checked = self.check_cases(&mut report);
        note_damage(&mut report, "case_file", checked)?;
        Ok(report)
    }

    /// What the store itself can check.
    fn check_archive(&self, report: &mut FsckReport) -> Result<(), OfficeError> {
        let archive = gongxin_store::fsck(&self.store, &mut |problem| {
            report.problems.push(ArchiveProblem {
                table: problem.table.to_owned(),
                key: problem.key,
                what: problem.what,
            });
        })?;
        report.entries = archive.entries;
        (report.pages, report.free_pages) = (archive.pages, archive.free_pages);
        report.root =
            self.store.read(|reader| Ok::<_, OfficeError>(reader.head()?.root.to_string()))?;
        Ok(())
    }

    /// Folds every case again and compares.
    fn check_cases(&self, report: &mut FsckReport) -> Result<(), OfficeError> {
        let mut after = CaseNo(0);
        loop {
            let derived = self.store.read(|reader| cases::derived_rows(self, reader, after))?;
            let Some((last, _)) = derived.last() else {
                return Ok(());
            };
            after = last.no;
            report.cases += derived.len() as u64;
            for (kept, made) in &derived {
                if made.as_ref() != Some(kept) {
                    report.problems.push(ArchiveProblem {
                        table: "case_file".into(),
                        key: format!("case {}", kept.number),
                        what: "differs from the fold of its entries".into(),
                    });
                }
            }
        }
    }

    /// Makes every case again from its entries, in steps that each keep.
    fn derive_cases(&self) -> Result<(), OfficeError> {
        let mut after = CaseNo(0);
        loop {
            let more = self.store.write(self.clock.now(), |writer| {
                let derived = cases::derived_rows(self, writer, after)?;
                let Some((last, _)) = derived.last() else {
                    return Ok::<_, OfficeError>(false);
                };
                after = last.no;
                for (kept, made) in &derived {
                    if let Some(made) = made.as_ref().filter(|made| *made != kept) {
                        writer.put_case(made)?;
                    }
                }
                Ok(true)
            })?;
            if !more {
                return Ok(());
            }
        }
    }

    fn check_standings(
        &self,
        report: &mut FsckReport,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), OfficeError> {
        let mut after = RecordNo(0);
        loop {
            let more = self.store.read(|reader| {
                let rules = self.rules_for(reader)?;
                let records = reader.records_after(after, 2_000)?;
                let Some(last) = records.last() else {
                    return Ok::<_, OfficeError>(false);
                };
                after = last.no;
                let kept = reader.standings(records.iter().map(|record| record.no.0).collect())?;
                // A standing is derived as of the day it was folded; what only the date ended since is not a
                // difference.
                let today = self.today();
                let derived = rederive(reader, &rules.rulebook, &records, today)?;
                for row in &derived {
                    let found = kept.iter().find(|one| one.record == row.record);
                    let same = found.is_some_and(|one| {
                        one == row || one.next_day.is_some_and(|day| day <= today)
                    });
                    if !same {
                        report.problems.push(ArchiveProblem {
                            table: "standing".into(),
                            key: format!("record {}", row.record),
                            what: "differs from the fold of its entries".into(),
                        });
                    }
                }
                if kept.len() > derived.len() {
                    report.problems.push(ArchiveProblem {
                        table: "standing".into(),
                        key: format!("records up to {after}"),
                        what: format!("{} rows where {} belong", kept.len(), derived.len()),
                    });
                }
                report.records += records.len() as u64;
                Ok(true)
            })?;
            progress(report.entries + report.records);
            if !more {
                return Ok(());
            }
        }
    }
}

/// What cannot even be read is a difference like any other.
fn note_damage(
    report: &mut FsckReport,
    table: &str,
    checked: Result<(), OfficeError>,
) -> Result<(), OfficeError> {
    match checked {
        Err(OfficeError::Store(StoreError::Corrupt(what))) => {
            let key = "not readable any further".to_owned();
            report.problems.push(ArchiveProblem { table: table.to_owned(), key, what });
            Ok(())
        }
        other => other,
    }
}
