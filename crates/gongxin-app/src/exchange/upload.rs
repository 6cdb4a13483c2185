//! Files that go up to another platform: each record once when it is new, corrected, or ended, and
//! every file again on demand.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use gongxin_model::{Body, Instant, RecordNo, ReportingPeriod, Seq};
use gongxin_pack::{
    Catalogue, Confidence, Field, Personal, Role, Rulebook, UploadColumn, UploadFile, UploadLayout,
    Visibility,
};
use gongxin_report::{ReportError, Table};
use gongxin_store::{Reader, SentRow, UploadRow};
use serde::{Deserialize, Serialize};

use super::scope::Scope;
use super::select::{Answer, Fate, Selection, Wanted};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many rows are read at once.
const PAGE: i64 = 1_000;

/// What is to go up.
#[derive(Debug, Clone)]
pub struct UploadAsk<'a> {
    /// The catalogue.
    pub catalogue: &'a str,
    /// Whose records.
    pub scope: Scope,
    /// The period up to whose end is looked.
    pub period: ReportingPeriod,
    /// True to look through the whole archive, not only at what is new since the last file.
    pub whole: bool,
}

/// A file that went up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UploadItem {
    /// Its number.
    pub upload: i64,
    /// The catalogue.
    pub catalogue: String,
    /// Whose records: `all`, `source:CODE`, `region:CODE`.
    pub scope: String,
    /// The period.
    pub period: String,
    /// When it was made.
    pub at: Instant,
    /// Records that were new.
    pub new: u64,
    /// Records with another content than the one that had gone up.
    pub corrected: u64,
    /// Records that were taken back, quashed or repaired.
    pub ended: u64,
    /// Rows that were accepted.
    pub accepted: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Rows of which nothing came back yet.
    pub open: u64,
    /// Records that were looked at and may not go up, by reason.
    pub held_back: BTreeMap<String, u64>,
    /// True where more was left for the next file.
    pub more: bool,
}

/// A row that went up, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentItem {
    /// Its place in its file, from 1.
    pub row: i64,
    /// Why it went up.
    pub fate: Fate,
    /// What came back.
    pub answer: Answer,
    /// The record's public id.
    pub record: String,
    /// The document's number.
    pub document_number: Option<String>,
    /// The reason that came back.
    pub reason: String,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrittenFile {
    /// Its name without ending: `.csv` and `.xlsx` have the same rows.
    pub name: String,
    /// Its rows.
    pub rows: u32,
    /// Cells that a workbook cannot hold whole; the CSV does.
    pub cut: u64,
}

/// What is kept beside a file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Facts {
    /// The adoption by whose rulebook it is written.
    adoption: i64,
    #[serde(default)]
    held_back: BTreeMap<String, u64>,
    #[serde(default)]
    more: bool,
}

/// Opens a file by its name.
type Open<'a> = &'a mut dyn FnMut(&str) -> io::Result<Box<dyn Write + Send>>;

impl Office {
    /// The catalogues whose records go up.
    ///
    /// # Errors
    /// No rulebook is in force.
    pub fn upload_catalogues(&self) -> Result<Vec<String>, OfficeError> {
        let rules = self.rules()?;
        let files = rules.rulebook.uploads.values().flat_map(|layout| &layout.files);
        Ok(files.map(|file| file.catalogue.clone()).collect())
    }

    /// Chooses what goes up, and keeps it. None where nothing is new.
    ///
    /// # Errors
    /// The catalogue does not go up, nobody is meant, or the store could not be written.
    pub fn upload(
        &self,
        ask: &UploadAsk<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Option<UploadItem>, OfficeError> {
        let rules = self.rules()?;
        let (catalogue, ..) = parts(&rules.shared, ask.catalogue)?;
        ask.scope.check(&rules.shared)?;
        let now = self.clock.now();
        let before = ask.period.until().begins().min(Instant(now.0.saturating_add(1)));
        let last_day = ask.period.until().plus_days(-1);
        let scope = ask.scope.word();
        let (selection, known) = self.store.read(|reader| {
            let uploads = reader.uploads()?;
            let mut wanted = Wanted {
                catalogue,
                rulebook: &rules.rulebook,
                scope: &ask.scope,
                from: Seq(0),
                before,
                day: last_day.min(now.day()),
            };
            let last = uploads
                .iter()
                .find(|one| one.catalogue == ask.catalogue && one.scope == scope)
                // Under other rules other records may go up: the whole archive is looked through.
                .filter(|one| !ask.whole && facts(one).adoption == rules.adoption.no);
            wanted.from = last.map_or(Seq(0), |last| last.until);
            let known = uploads.first().map_or(0, |one| one.no);
            Ok::<_, OfficeError>((wanted.select(reader, progress)?, known))
        })?;
        if selection.rows.is_empty() {
            return Ok(None);
        }
        let no = self.keep_upload(ask, &scope, &rules, (selection, known))?;
        self.upload_item(no).map(Some)
    }

    fn keep_upload(
        &self,
        ask: &UploadAsk<'_>,
        scope: &str,
        rules: &Rules,
        (selection, known): (Selection, i64),
    ) -> Result<i64, OfficeError> {
        let Selection { rows, held_back, until, more, .. } = selection;
        let facts = Facts { adoption: rules.adoption.no, held_back, more };
        let facts = serde_json::to_string(&facts).unwrap_or_default();
        self.store.write(self.clock.now(), |writer| {
            if writer.uploads()?.first().map_or(0, |one| one.no) != known {
                // Another process chose meanwhile; repeated, this one knows what it took.
                return Err(gongxin_store::StoreError::Locked.into());
            }
            let row = UploadRow {
                no: 0,
                catalogue: ask.catalogue.to_owned(),
                scope: scope.to_owned(),
                period: ask.period.to_string(),
                until,
                at: writer.now(),
                facts,
            };
            Ok(writer.insert_upload(&row, &rows)?)
        })
    }

    /// All files that went up, the latest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn uploads(&self) -> Result<Vec<UploadItem>, OfficeError> {
        self.store
            .read(|reader| reader.uploads()?.into_iter().map(|row| item(reader, &row)).collect())
    }

    /// One file that went up.
    ///
    /// # Errors
    /// There is none of the number.
    pub fn upload_item(&self, no: i64) -> Result<UploadItem, OfficeError> {
        self.store.read(|reader| {
            let row = reader.upload(no)?.ok_or_else(|| absent(no))?;
            item(reader, &row)
        })
    }

    /// The rows of a file that went up; of all, or of those that were refused.
    ///
    /// # Errors
    /// There is none of the number.
    pub fn sent(&self, no: i64, only_refused: bool) -> Result<Vec<SentItem>, OfficeError> {
        self.store.read(|reader| {
            reader.upload(no)?.ok_or_else(|| absent(no))?;
            let mut items = Vec::new();
            let mut after = 0;
            loop {
                let mut page = reader.sent_rows(no, after, PAGE)?;
                let Some(last) = page.last() else {
                    return Ok(items);
                };
                after = last.no;
                page.retain(|row| !only_refused || row.state == Answer::Refused.number());
                items.extend(sent_items(reader, &page)?);
            }
        })
    }

    /// Writes a file that went up: the records that are new or corrected, and in a second one those
    /// that ended. Written again it is the same.
    ///
    /// # Errors
    /// There is none of the number, its rulebook is gone, or a file could not be written.
    pub fn write_upload(
        &self,
        no: i64,
        directory: &Path,
        open: Open<'_>,
    ) -> Result<Vec<WrittenFile>, OfficeError> {
        self.store.read(|reader| {
            let row = reader.upload(no)?.ok_or_else(|| absent(no))?;
            let rules = self.rules_of(reader, facts(&row).adoption)?;
            let (catalogue, layout, file) = parts(&rules.shared, &row.catalogue)?;
            let sheet = Sheet { rulebook: &rules.shared, catalogue, layout, file };
            let scope = Scope::file_word(&row.scope);
            let stem = format!("{}-{scope}-{}-{no}", row.catalogue, row.period);
            let mut written = Vec::new();
            for (name, ended) in [(stem.clone(), false), (format!("{stem}-ended"), true)] {
                let files = (name.as_str(), row.at, directory);
                written.extend(sheet.write(reader, (no, ended), files, &mut *open)?);
            }
            Ok(written)
        })
    }

    /// True where something about the files' layout was not read in a source.
    ///
    /// # Errors
    /// The catalogue does not go up.
    pub fn upload_is_unverified(&self, catalogue: &str) -> Result<bool, OfficeError> {
        let rules = self.rules()?;
        let (_, layout, file) = parts(&rules.shared, catalogue)?;
        let grounds = [&layout.ground, &file.ground, &layout.returns.ground];
        Ok(grounds.iter().any(|ground| ground.confidence == Confidence::Unverified))
    }
}

/// How the rows of a file become cells.
struct Sheet<'a> {
    rulebook: &'a Rulebook,
    catalogue: &'a Catalogue,
    layout: &'a UploadLayout,
    file: &'a UploadFile,
}

impl Sheet<'_> {
    /// Writes one of the two files; none where it has no rows.
    fn write(
        &self,
        reader: &mut Reader<'_>,
        (no, ended): (i64, bool),
        (name, at, directory): (&str, Instant, &Path),
        open: Open<'_>,
    ) -> Result<Option<WrittenFile>, OfficeError> {
        let failed = |error: &ReportError| OfficeError::File {
            act: format!("writing `{name}`"),
            why: error.to_string(),
        };
        let mut table: Option<Table> = None;
        let mut after = 0;
        loop {
            let mut page = reader.sent_rows(no, after, PAGE)?;
            let Some(last) = page.last() else {
                break;
            };
            after = last.no;
            page.retain(|row| (row.fate == Fate::Ended.number()) == ended);
            if page.is_empty() {
                continue;
            }
            let rows = self.rows(reader, &page, ended)?;
            let mut opened = match table.take() {
                Some(table) => table,
                None => {
                    self.begin((name, at, directory), &mut *open).map_err(|one| failed(&one))?
                }
            };
            rows.iter().try_for_each(|cells| opened.push(cells)).map_err(|one| failed(&one))?;
            table = Some(opened);
        }
        let Some(table) = table else {
            return Ok(None);
        };
        let xlsx = open(&format!("{name}.xlsx")).map_err(|error| failed(&error.into()))?;
        let written = table.finish(xlsx).map_err(|error| failed(&error))?;
        Ok(Some(WrittenFile { name: name.to_owned(), rows: written.rows, cut: written.cut }))
    }

    fn begin(
        &self,
        (name, at, directory): (&str, Instant, &Path),
        open: Open<'_>,
    ) -> Result<Table, ReportError> {
        let headers: Vec<&str> = self
            .file
            .columns
            .iter()
            .filter_map(|column| self.catalogue.field(column.code()))
            .map(|field| field.name.zh.as_str())
            .collect();
        let csv = open(&format!("{name}.csv"))?;
        Table::begin(&self.catalogue.name.zh, &headers, at.day(), directory, csv)
    }

    fn rows(
        &self,
        reader: &mut Reader<'_>,
        page: &[SentRow],
        ended: bool,
    ) -> Result<Vec<Vec<String>>, OfficeError> {
        let entries = reader.entries_at(page.iter().map(|row| row.seq.0).collect())?;
        let bodies: BTreeMap<Seq, Body> =
            entries.into_iter().filter_map(|entry| Some((entry.seq, entry.body?))).collect();
        let kinds = kinds(reader, page)?;
        let row = |sent: &SentRow| {
            let kind = kinds.get(&sent.record).map_or("", String::as_str);
            // What was erased meanwhile leaves a row without content: places stay.
            let cell = |column: &UploadColumn| match bodies.get(&sent.seq) {
                Some(body) => self.cell(column, body, (kind, ended)),
                None => String::new(),
            };
            self.file.columns.iter().map(cell).collect()
        };
        Ok(page.iter().map(row).collect())
    }

    fn cell(&self, column: &UploadColumn, body: &Body, (kind, ended): (&str, bool)) -> String {
        let shaped = column.shaped();
        if let Some(text) = shaped.and_then(|one| one.ended.as_ref()).filter(|_| ended) {
            return text.clone();
        }
        let fallback = shaped.and_then(|one| one.fallback.as_deref());
        let fields = [Some(column.code()), fallback].into_iter().flatten();
        let own = fields
            .filter_map(|code| self.catalogue.field(code))
            .map(|field| self.value(column, field, body))
            .find(|text| !text.is_empty());
        let instead =
            || self.catalogue.field(column.code()).and_then(|one| self.stated(one, body, kind));
        own.or_else(instead)
            .or_else(|| {
                shaped?.individual_business.clone().filter(|_| kind == "individual-business")
            })
            .unwrap_or_default()
    }

    /// What the record says in a field, where authorities may see it.
    fn value(&self, column: &UploadColumn, field: &Field, body: &Body) -> String {
        let kept = field.visibility <= Visibility::Shared && field.personal != Personal::Drop;
        let Some(value) = body.field(&field.code).filter(|_| kept) else {
            return String::new();
        };
        let values: Vec<&str> = value.value.all().iter().map(AsRef::as_ref).collect();
        let written = value.written.as_deref();
        self.rulebook.upload_cell(self.layout, (field, column), (&values, written))
    }

    /// What is known without the record's saying so: who supplied it, and what kind of subject.
    fn stated(&self, field: &Field, body: &Body, kind: &str) -> Option<String> {
        let source = || self.rulebook.sources.get(body.source.as_deref()?);
        match field.role? {
            Role::SourceName => Some(source()?.name.zh.clone()),
            Role::SourceCode => source()?.uscc.clone(),
            Role::CounterpartCategory => {
                let list = self.rulebook.code_list(field.code_list()?)?;
                Some(list.with_extra("scope", kind)?.zh.clone())
            }
            _ => None,
        }
    }
}

/// The kinds of the subjects of records.
fn kinds(
    reader: &mut Reader<'_>,
    page: &[SentRow],
) -> Result<BTreeMap<RecordNo, String>, OfficeError> {
    let records = reader.records(page.iter().map(|row| row.record.0).collect())?;
    let subjects = records.iter().filter_map(|record| Some(record.subject?.0)).collect();
    let kinds: BTreeMap<_, _> =
        reader.subjects(subjects)?.into_iter().map(|row| (row.no, row.kind)).collect();
    let kind = |record: &gongxin_store::RecordRow| kinds.get(&record.subject?).cloned();
    Ok(records.iter().filter_map(|record| Some((record.no, kind(record)?))).collect())
}

fn sent_items(reader: &mut Reader<'_>, page: &[SentRow]) -> Result<Vec<SentItem>, OfficeError> {
    let numbers: Vec<i64> = page.iter().map(|row| row.record.0).collect();
    let summaries: BTreeMap<RecordNo, Option<String>> = reader
        .standings(numbers.clone())?
        .iter()
        .map(|row| (row.record, crate::derive::Summary::of(row).number))
        .collect();
    let records: BTreeMap<RecordNo, String> = reader
        .records(numbers)?
        .into_iter()
        .map(|record| (record.no, record.public_id.to_string()))
        .collect();
    let item = |row: &SentRow| {
        Some(SentItem {
            row: row.row,
            fate: Fate::of(row.fate)?,
            answer: Answer::of(row.state),
            record: records.get(&row.record)?.clone(),
            document_number: summaries.get(&row.record).cloned().flatten(),
            reason: row.reason.clone(),
        })
    };
    Ok(page.iter().filter_map(item).collect())
}

fn item(reader: &mut Reader<'_>, row: &UploadRow) -> Result<UploadItem, OfficeError> {
    let counts = reader.sent_counts(row.no)?;
    let sum = |keep: &dyn Fn(i64, i64) -> bool| {
        let kept = counts.iter().filter(|(fate, state, _)| keep(*fate, *state));
        kept.map(|(_, _, count)| u64::try_from(*count).unwrap_or(0)).sum()
    };
    let of_fate = |wanted: Fate| sum(&|fate, _| fate == wanted.number());
    let of_state = |wanted: Answer| sum(&|_, state| state == wanted.number());
    let Facts { held_back, more, .. } = facts(row);
    Ok(UploadItem {
        upload: row.no,
        catalogue: row.catalogue.clone(),
        scope: row.scope.clone(),
        period: row.period.clone(),
        at: row.at,
        new: of_fate(Fate::New),
        corrected: of_fate(Fate::Corrected),
        ended: of_fate(Fate::Ended),
        accepted: of_state(Answer::Accepted),
        refused: of_state(Answer::Refused),
        open: of_state(Answer::Open),
        held_back,
        more,
    })
}

fn facts(row: &UploadRow) -> Facts {
    serde_json::from_str(&row.facts).unwrap_or_default()
}

/// The catalogue with its layout.
pub(super) fn parts<'a>(
    rulebook: &'a Rulebook,
    id: &str,
) -> Result<(&'a Catalogue, &'a UploadLayout, &'a UploadFile), OfficeError> {
    let found = rulebook.catalogue(id).zip(rulebook.upload_of(id));
    found.map(|(catalogue, (layout, file))| (catalogue, layout, file)).ok_or_else(|| {
        let files = rulebook.uploads.values().flat_map(|layout| &layout.files);
        let known: Vec<&str> = files.map(|file| file.catalogue.as_str()).collect();
        OfficeError::Usage(format!(
            "`{id}` does not go up to another platform; what does: {}",
            known.join(", ")
        ))
    })
}

pub(super) fn absent(no: i64) -> OfficeError {
    OfficeError::Absent(format!("there is no upload {no}; `gongxin upload list` shows them"))
}
