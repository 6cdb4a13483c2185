//! A file from its first byte to its last checked row.

use std::collections::VecDeque;
use std::sync::Arc;

use gongxin_model::given_out::is_own_sheet;
use gongxin_model::text::PersonalScan;
use gongxin_model::{Day, Field, Finding};
use gongxin_pack::{Catalogue, Rulebook};
use serde::{Deserialize, Serialize};

use crate::check::Circumstance;
use crate::child::ChildCommand;
use crate::decode::Source;
use crate::draft::CheckedRow;
use crate::header::{Column, Header, Spellings, Target, is_total};
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::plan::Plan;
use crate::reader::{Next, Reader};
use crate::row::RawRow;
use crate::rules;
use crate::sniff::Format;

/// What reading a file takes beside its bytes.
#[derive(Debug, Clone)]
pub struct Options {
    /// The adopted rulebook.
    pub rulebook: Arc<Rulebook>,
    /// The catalogue's id; it must be in the rulebook.
    pub catalogue: String,
    /// What the supplier says about the file.
    pub mapping: Mapping,
    /// The day of the hand-in.
    pub today: Day,
    /// How workbooks are read. None reads them in this process, without the child's limits: for
    /// tests and for callers that are limited themselves.
    pub child: Option<ChildCommand>,
    /// The limits.
    pub limits: Limits,
}

/// What was found out about the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The format.
    pub format: Format,
    /// The encoding of a text; complete only when the file was read to its end.
    pub encoding: Option<String>,
    /// What stands between cells.
    pub delimiter: Option<char>,
    /// The sheet that is read.
    pub sheet: Option<String>,
    /// The edition of the layout, where its marks are in the header.
    pub edition: Option<String>,
    /// The header's row, as the supplier counts; none where keys name the columns.
    pub header_row: Option<u64>,
    /// Each column's header and, where one was recognised, its field's code.
    pub columns: Vec<(String, Option<String>)>,
}

/// A file that is being taken in.
#[derive(Debug)]
pub struct Intake {
    reader: Reader,
    pub(crate) catalogue: Catalogue,
    rulebook: Arc<Rulebook>,
    pub(crate) mapping: Mapping,
    pub(crate) spellings: Spellings,
    pub(crate) circumstance: Circumstance,
    /// Hides persons' numbers in what is said about the file.
    pub(crate) scan: PersonalScan,
    plan: Plan,
    pub(crate) header: Header,
    sheet: Option<String>,
    ahead: VecDeque<RawRow>,
    row: RawRow,
    /// Room for the values of one row, used again for the next.
    values: Vec<Option<Field>>,
    pub(crate) findings: Vec<Finding>,
    skipped: u64,
    resume_after: u64,
    rows: u64,
    keys_over: bool,
    state: State,
}

/// Blank rows passed over in search of a header.
const MOST_BLANK_ROWS: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    Ended,
    Failed,
}

/// Some checked rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The rows, in the file's order.
    pub rows: Vec<CheckedRow>,
    /// Rows passed over: blank, title, repeated header, total.
    pub skipped: u64,
    /// Findings about the file since the last chunk.
    pub findings: Vec<Finding>,
    /// The last row read, as the supplier counts: where to resume.
    pub last_row: u64,
    /// Bytes read of the file so far.
    pub bytes_read: u64,
    /// True where the file could not be read any further; a finding says why.
    pub failed: bool,
}

impl Intake {
    /// Finds out what the file is and where its header stands.
    ///
    /// # Errors
    /// Gives the findings of a file that cannot be read at all.
    pub fn open(source: Source, options: Options) -> Result<Self, Vec<Finding>> {
        let Options { rulebook, catalogue, mapping, today, child, limits } = options;
        let Some(catalogue) = rulebook.catalogues.get(&catalogue).cloned() else {
            return Err(vec![Finding::new(rules::CATALOGUE_UNKNOWN).with("catalogue", catalogue)]);
        };
        let reader =
            Reader::open(source, &mapping, child.as_ref(), &limits).map_err(|one| vec![one])?;
        let spellings = Spellings::new(&catalogue, &mapping);
        let header = Header { body: 0, row: 0, columns: Vec::new(), known: 0 };
        let scan = rulebook.personal_scan(today);
        let plan = Plan::new(&rulebook, &catalogue, &[], &mapping, &scan);
        let mut intake = Self {
            reader,
            catalogue,
            rulebook,
            mapping,
            spellings,
            circumstance: Circumstance { today, limits },
            scan,
            plan,
            header,
            sheet: None,
            ahead: VecDeque::new(),
            row: RawRow::default(),
            values: Vec::new(),
            findings: Vec::new(),
            skipped: 0,
            resume_after: 0,
            rows: 0,
            keys_over: false,
            state: State::Reading,
        };
        intake.find_header().map_err(|one| vec![one])?;
        Ok(intake)
    }

    /// What was found out about the file.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let code = |target: Target| match target {
            Target::Field(index) => {
                self.catalogue.fields.get(index).map(|field| field.code.clone())
            }
            _ => None,
        };
        Facts {
            format: self.reader.format(),
            encoding: self.reader.encoding().map(str::to_owned),
            delimiter: self.reader.delimiter(),
            sheet: self.sheet.as_deref().map(|name| self.scan.mask(name).0),
            edition: self.plan.edition.clone(),
            header_row: (self.header.row > 0).then_some(self.header.row),
            columns: self
                .header
                .columns
                .iter()
                .map(|column| (column.header.clone(), code(column.target)))
                .collect(),
        }
    }

    /// Passes over rows up to and including this one, which an earlier run has kept already.
    pub fn resume_after(&mut self, row: u64) {
        self.resume_after = row;
        if row >= self.header.row {
            // Title and header were counted, and what they lack was said, by the run that kept
            // these rows.
            self.skipped = 0;
            self.findings.clear();
        }
    }

    /// Reads and checks the next rows: at most so many, and so many bytes of them, whichever
    /// comes first. None when the file has ended.
    pub fn next_chunk(&mut self, max_rows: usize, max_bytes: usize) -> Option<Chunk> {
        let done = self.state != State::Reading && self.ahead.is_empty();
        if done && self.findings.is_empty() && self.skipped == 0 {
            return None;
        }
        let mut rows = Vec::with_capacity(max_rows.min(4096));
        let mut bytes = 0;
        while rows.len() < max_rows && bytes < max_bytes && self.advance() {
            if self.row.number <= self.resume_after {
                self.findings.clear();
                continue;
            }
            if self.is_no_row() {
                self.skipped += 1;
                continue;
            }
            bytes += self.row.text().len();
            self.rows += 1;
            if self.rows > self.circumstance.limits.rows {
                let limit = self.circumstance.limits.rows.to_string();
                self.fail(Finding::new(rules::TOO_MANY_ROWS).with("limit", limit));
                break;
            }
            rows.push(self.plan.check(&self.row, &self.circumstance, &mut self.values));
        }
        if self.state == State::Ended && self.ahead.is_empty() && self.has_no_rows() {
            self.findings.push(Finding::new(rules::NO_ROWS));
        }
        Some(Chunk {
            rows,
            skipped: std::mem::take(&mut self.skipped),
            findings: std::mem::take(&mut self.findings),
            last_row: self.row.number,
            bytes_read: self.reader.bytes(),
            failed: self.state == State::Failed,
        })
    }

    /// True where a file that was read from its beginning has nothing but its header.
    fn has_no_rows(&self) -> bool {
        self.rows == 0 && self.resume_after == 0
    }

    /// True for blank rows, running numbers without a row, totals and repeated headers.
    fn is_no_row(&self) -> bool {
        self.row.is_blank()
            || (self.header.columns.len() > 1 && self.row.is_only_numbered())
            || is_total(&self.row)
            || self.header.is_repeated_by(&self.row)
    }

    /// Reads the next row into `self.row`; false at the end.
    fn advance(&mut self) -> bool {
        if let Some(row) = self.ahead.pop_front() {
            self.row = row;
            self.widen();
            return true;
        }
        if self.state != State::Reading {
            return false;
        }
        match self.reader.next(&mut self.row, &self.circumstance.limits) {
            Next::Row => {
                self.widen();
                true
            }
            Next::End => {
                self.state = State::Ended;
                false
            }
            Next::Sheet(name) => {
                self.end_before(name);
                false
            }
            Next::Failed(finding) => {
                self.fail(finding);
                false
            }
        }
    }

    /// Sheets that are not read are named, but for those that the platform wrote for people.
    fn sheets_unread(&mut self, names: &[String]) {
        let names: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| !is_own_sheet(name)).collect();
        if names.is_empty() {
            return;
        }
        let sheet = self.scan.mask(&names.join("、")).0;
        self.findings.push(Finding::new(rules::SHEETS_UNREAD).with("sheet", sheet));
    }

    /// One sheet is read; the others are named.
    fn end_before(&mut self, sheet: String) {
        self.state = State::Ended;
        let sheets: Vec<String> =
            [sheet].into_iter().chain(self.reader.further_sheets().iter().cloned()).collect();
        self.sheets_unread(&sheets);
    }

    fn fail(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.state = State::Failed;
    }

    /// Keys that a JSON file brings only now become columns.
    fn widen(&mut self) {
        let Reader::Json(rows) = &self.reader else {
            return;
        };
        let known = self.header.columns.len();
        if rows.keys_over && !self.keys_over {
            self.keys_over = true;
            let limit = self.circumstance.limits.json_keys.to_string();
            self.findings.push(Finding::new(rules::KEYS_OVER).with("limit", limit));
        }
        if rows.keys().len() == known {
            return;
        }
        let mut new: Vec<Column> =
            rows.keys().iter().skip(known).map(|key| self.spellings.column(key)).collect();
        self.hide_personal(&mut new, known);
        self.name_unknown(&new);
        self.header.columns.extend(new);
        self.plan = self.planned();
    }

    fn planned(&self) -> Plan {
        let columns = &self.header.columns;
        Plan::new(&self.rulebook, &self.catalogue, columns, &self.mapping, &self.scan)
    }

    /// Finds the header on the first sheet that has one.
    fn find_header(&mut self) -> Result<(), Finding> {
        let mut best: Option<Header> = None;
        let mut passed = Vec::new();
        let mut next_sheet = None;
        loop {
            let (ahead, end) = self.look_ahead(&mut next_sheet);
            if let Next::Failed(finding) = end {
                return Err(finding);
            }
            let wanted = self.mapping.sheet.is_none() || self.mapping.sheet == self.sheet;
            if wanted && let Some(done) = self.accept(ahead, &mut best) {
                let rest = done.then_some(end);
                self.conclude(rest, &passed);
                return Ok(());
            }
            passed.extend(self.sheet.take());
            match end {
                Next::Sheet(name) => next_sheet = Some(name),
                Next::Row if self.pass_sheet(&mut next_sheet)? => {}
                _ => break,
            }
        }
        if let Some(sheet) = &self.mapping.sheet
            && !passed.contains(sheet)
        {
            let there = self.scan.mask(&passed.join("、")).0;
            return Err(Finding::new(rules::SHEET_MISSING)
                .with("sheet", sheet.clone())
                .with("sheets", there));
        }
        Err(self.header_missing(best))
    }

    /// Reads the rows among which the header may stand, and says what follows them.
    fn look_ahead(&mut self, next_sheet: &mut Option<String>) -> (Vec<RawRow>, Next) {
        let mut ahead = Vec::new();
        self.sheet = next_sheet.take();
        let limits = self.circumstance.limits.clone();
        let mut filled = 0;
        while filled < limits.header_rows && ahead.len() < limits.header_rows + MOST_BLANK_ROWS {
            let mut row = RawRow::default();
            match self.reader.next(&mut row, &limits) {
                Next::Row => {
                    filled += usize::from(!row.is_blank());
                    ahead.push(row);
                }
                // The first sheet's name comes before its first row.
                Next::Sheet(name) if self.sheet.is_none() && ahead.is_empty() => {
                    self.sheet = Some(name);
                }
                end => return (ahead, end),
            }
        }
        (ahead, Next::Row)
    }

    /// Takes the header among the rows; None where there is none.
    fn accept(&mut self, ahead: Vec<RawRow>, best: &mut Option<Header>) -> Option<bool> {
        let limits = &self.circumstance.limits;
        let found = if let Reader::Json(rows) = &self.reader {
            let columns: Vec<Column> =
                rows.keys().iter().map(|key| self.spellings.column(key)).collect();
            let known =
                columns.iter().filter(|column| matches!(column.target, Target::Field(_))).count();
            let header = Header { body: 0, row: 0, columns, known };
            if known > 0 { Ok(header) } else { Err(Some(header)) }
        } else {
            self.spellings.header(&ahead, &self.mapping, limits)
        };
        match found {
            Ok(header) => {
                // What stands before the header is title, and the header itself is no row either.
                self.skipped += header.body as u64;
                self.ahead = ahead.into_iter().skip(header.body).collect();
                self.header = header;
                Some(true)
            }
            Err(header) => {
                let known = |header: &Option<Header>| header.as_ref().map_or(0, |one| one.known);
                if known(&header) > known(best) || best.is_none() {
                    *best = header;
                }
                None
            }
        }
    }

    /// Passes over the rest of a sheet without a header; true where another begins.
    fn pass_sheet(&mut self, next_sheet: &mut Option<String>) -> Result<bool, Finding> {
        if !matches!(self.reader, Reader::Workbook { .. }) {
            return Ok(false);
        }
        let limits = self.circumstance.limits.clone();
        loop {
            match self.reader.next(&mut self.row, &limits) {
                Next::Row => {}
                Next::Sheet(name) => {
                    *next_sheet = Some(name);
                    return Ok(true);
                }
                Next::End => return Ok(false),
                Next::Failed(finding) => return Err(finding),
            }
        }
    }

    fn conclude(&mut self, end: Option<Next>, passed: &[String]) {
        match end {
            Some(Next::Sheet(name)) => self.end_before(name),
            Some(Next::End) => self.state = State::Ended,
            _ => {}
        }
        self.sheets_unread(passed);
        let mut columns = std::mem::take(&mut self.header.columns);
        self.hide_personal(&mut columns, 0);
        self.header.columns.clone_from(&columns);
        self.name_unknown(&columns);
        self.name_twice();
        self.name_missing();
        self.plan = self.planned();
        if self.plan.persons {
            self.findings.push(Finding::new(rules::PERSON_TABLE).at_row(self.header.row.max(1)));
        }
    }
}
