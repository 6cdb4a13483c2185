//! The region in figures: counted away from visits, once a month, and kept.
//!
//! A figure never moves between two editions, and only the present edition is there, so that no end
//! can be read from it (ADR 0019).

mod count;
mod industries;
mod keep;
mod table;

use std::collections::BTreeMap;

use gongxin_model::finding::Language;
use gongxin_model::{Day, Instant, RecordNo, ReportingPeriod, Seq};
use gongxin_pack::{FigureId, RegisterId, Visibility};
use gongxin_store::{LogHead, ShownCell};

use self::industries::{ByIndustry, Sections};
use self::keep::{Counted, Due};
use super::shown::Words;
use super::shown::statistics::{ShownAuthority, ShownRate, ShownStatistics};
use crate::exchange::{FiguresAsk, Line, Scope};
use crate::rules::{Rules, Telling};
use crate::{Office, OfficeError};

pub use keep::StatisticsKeep;
pub use table::statistics_csv;

/// So many records are counted in one look at the store.
const STRETCH: i64 = 50_000;
/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

impl Office {
    /// Counts a new edition of the figures where one is due. True where one was counted.
    ///
    /// The first edition waits until the log has rested, so that it is not counted amid a first
    /// load. Where the store grows to more than twice as many records in the month of the first
    /// edition, it is counted again; that one counts only if of all records of the first none is
    /// missing, so that whoever compares the two sees what was added and nothing else.
    ///
    /// # Errors
    /// The store cannot be read, or the file cannot be written.
    pub fn keep_statistics(&self, keep: &StatisticsKeep) -> Result<bool, OfficeError> {
        let counted = self.clock.now();
        let today = counted.day();
        let (head, has_rules) = self
            .store
            .read(|reader| Ok::<_, OfficeError>((reader.head()?, reader.adoption()?.is_some())))?;
        if !has_rules {
            return Ok(false);
        }
        let rules = self.rules()?;
        let Some(telling) = rules.telling(today) else {
            return Ok(false);
        };
        let due = keep.due(today, &telling, head.next_record);
        let is_ready = match due {
            Due::Not => false,
            Due::Next => true,
            Due::First | Due::Again => self.has_rested(&head, &telling, counted)?,
        };
        if !is_ready {
            return Ok(false);
        }
        let before = keep.counted_cells();
        let known = before.as_ref().map_or(0, |(records, _)| *records);
        let sections = self.sections(&rules, today)?;
        let mut by_industry = ByIndustry::new();
        let mut cells = self.cells((0, known), today, &sections, &mut by_industry)?;
        let is_whole = before.is_none_or(|(_, before)| count::holds_all(&before, &cells));
        if due == Due::Again && !is_whole {
            keep.put_off(head.next_record);
            return Ok(false);
        }
        let rest = (known, head.next_record);
        count::add(&mut cells, self.cells(rest, today, &sections, &mut by_industry)?);
        if cells.is_empty() {
            keep.put_empty(head.next_record);
            return Ok(false);
        }
        let statistics =
            self.edition(&rules, &telling, (&cells, sections, &by_industry), counted)?;
        let records = head.next_record;
        keep.put(Counted { statistics, records, is_first: due != Due::Next }, cells)?;
        Ok(true)
    }

    /// True where nothing was written for a while, or the log began in an earlier month: a store
    /// that is never still is not being loaded for the first time.
    fn has_rested(
        &self,
        head: &LogHead,
        telling: &Telling,
        now: Instant,
    ) -> Result<bool, OfficeError> {
        if now.0 - head.last_at.0 >= telling.rest_minutes * MINUTE {
            return Ok(true);
        }
        let first = self.store.read(|reader| reader.entries_from(Seq(0), 1))?;
        let began = first.first().map(|entry| keep::month_of(entry.at.day()));
        Ok(began.is_some_and(|began| began < keep::month_of(now.day())))
    }

    /// What is shown of the records from one to before another.
    fn cells(
        &self,
        (from, before): (i64, i64),
        today: Day,
        sections: &Sections,
        by_industry: &mut ByIndustry,
    ) -> Result<Vec<ShownCell>, OfficeError> {
        let mut cells = Vec::new();
        let mut after = from - 1;
        while after < before - 1 {
            let until = (after + STRETCH).min(before - 1);
            let stretch = (RecordNo(after), RecordNo(until));
            // Both in one look: their totals are the same.
            let (found, of_subjects) = self.store.read(|reader| {
                let found = reader.shown_cells(stretch, today)?;
                Ok::<_, OfficeError>((found, reader.shown_by_subject(stretch, today)?))
            })?;
            count::add(&mut cells, found);
            industries::add(by_industry, sections, of_subjects);
            after = until;
        }
        Ok(cells)
    }

    fn edition(
        &self,
        rules: &Rules,
        telling: &Telling,
        (cells, sections, by_industry): (&[ShownCell], Sections, &ByIndustry),
        counted: Instant,
    ) -> Result<ShownStatistics, OfficeError> {
        let today = counted.day();
        let (period, authorities) = self.authorities(rules, telling, today)?;
        let book = &rules.rulebook;
        let (region, divisions) = count::divisions(book);
        let counts = count::Counts { divisions: &divisions, cells, by_industry };
        let years = count::years(book, telling, &counts, today);
        let organisations = count::organisations(book, telling.least, &years, &sections);
        let register = book.register_on(RegisterId::DoublePublicity, today);
        Ok(ShownStatistics {
            edition: today,
            counted,
            least: telling.least,
            leading: register.and_then(|one| one.catalogues.first().cloned()),
            region,
            divisions,
            industries: sections.list,
            organisations,
            years,
            period,
            authorities,
        })
    }

    /// How well each body handed in in the month before, class by class of what is public.
    fn authorities(
        &self,
        rules: &Rules,
        telling: &Telling,
        today: Day,
    ) -> Result<(String, Vec<ShownAuthority>), OfficeError> {
        let (year, month, _) = today.plus_months(-1).parts();
        let text = format!("{year:04}-{month:02}");
        let Ok(period) = text.parse::<ReportingPeriod>() else {
            return Ok((text, Vec::new()));
        };
        let connected = self.connected()?;
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
                    let is_later = connected.is_later(&source.code, period);
                    let lines = figures.sources.iter();
                    found.extend(lines.filter_map(|line| {
                        let shown = authority(rules, telling.least, line)?;
                        let timeliness =
                            if is_later { ShownRate::Unknown } else { shown.timeliness };
                        Some(ShownAuthority { timeliness, ..shown })
                    }));
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

/// When bodies first handed in.
#[derive(Debug)]
pub(crate) struct Connected(BTreeMap<String, Instant>);

impl Connected {
    /// True for a body that first handed in when a period was over. What it decided before it was
    /// connected was late whatever it did: its timeliness of the period says nothing.
    pub(crate) fn is_later(&self, body: &str, period: ReportingPeriod) -> bool {
        self.0.get(body).is_some_and(|first| period.until() <= first.day())
    }
}

impl Office {
    /// When each body first handed in.
    pub(crate) fn connected(&self) -> Result<Connected, OfficeError> {
        Ok(Connected(self.store.read(|reader| reader.first_batches())?))
    }
}

fn authority(rules: &Rules, least: u64, line: &Line) -> Option<ShownAuthority> {
    let class = rules.rulebook.catalogue(&line.catalogue)?;
    if class.visibility != Visibility::Public {
        return None;
    }
    let rate = |id: FigureId| {
        let measured = line.figures.iter().find(|one| one.id == id)?;
        Some(match (measured.denominator, measured.per_mille) {
            (Some(whole), _) if 0 < whole && whole < least => ShownRate::Small,
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
