//! A file from its first byte to its last checked row.

use std::collections::VecDeque;
use std::sync::Arc;

use gongxin_model::text::PersonalScan;
use gongxin_model::{Day, Field, Finding};
use gongxin_pack::{Catalogue, Rulebook};
use serde::{Deserialize, Serialize};

use crate::check::Circumstance;
use crate::child::ChildCommand;
use crate::decode::Source;
use crate::draft::{CheckedRow, Part};
use crate::format::Format;
use crate::header::{Column, Header, Spellings, Target, is_total};
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::parts::First;
use crate::plan::Plan;
use crate::reader::{Next, PartName, Reader, With};
use crate::row::RawRow;
use crate::rules;

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
    /// The sheets, or the members of an archive, that are read.
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
    pub(crate) reader: Reader,
    pub(crate) catalogue: Catalogue,
    rulebook: Arc<Rulebook>,
    pub(crate) mapping: Mapping,
    pub(crate) spellings: Spellings,
    pub(crate) circumstance: Circumstance,
    /// Hides persons' numbers in what is said about the file.
    pub(crate) scan: PersonalScan,
    pub(crate) plan: Plan,
    pub(crate) header: Header,
    /// The part that is being read, and what follows where looking ahead has come to its end.
    pub(crate) part: Option<PartName>,
    pub(crate) pending: Option<Next>,
    /// The parts that are read, and those that were passed over.
    pub(crate) parts: Vec<String>,
    pub(crate) passed: Vec<String>,
    /// Where the rows of this part are, in a file of several.
    pub(crate) place: Option<Arc<Part>>,
    pub(crate) first: Option<First>,
    pub(crate) ahead: VecDeque<RawRow>,
    pub(crate) row: RawRow,
    /// The place in the file of the last row that came.
    pub(crate) last: u64,
    /// Room for the values of one row, used again for the next.
    values: Vec<Option<Field>>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) skipped: u64,
    resume_after: u64,
    rows: u64,
    pub(crate) keys_over: bool,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
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
        let Some(catalogue) = rulebook.catalogue(&catalogue).map(|one| one.under(&catalogue))
        else {
            return Err(vec![Finding::new(rules::CATALOGUE_UNKNOWN).with("catalogue", catalogue)]);
        };
        let spellings = Spellings::new(&catalogue, &mapping);
        let with = With { mapping, child, spellings, is_member: false };
        let reader = Reader::open(source, &with, &limits).map_err(|one| vec![one])?;
        let With { mapping, spellings, .. } = with;
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
            part: None,
            pending: None,
            parts: Vec::new(),
            passed: Vec::new(),
            place: None,
            first: None,
            ahead: VecDeque::new(),
            row: RawRow::default(),
            last: 0,
            values: Vec::new(),
            findings: Vec::new(),
            skipped: 0,
            resume_after: 0,
            rows: 0,
            keys_over: false,
            state: State::Reading,
        };
        match intake.find_header() {
            Ok(()) => Ok(intake),
            Err(finding) => {
                intake.findings.push(finding);
                Err(intake.findings)
            }
        }
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
            sheet: (!self.parts.is_empty()).then(|| self.parts.join("、")),
            edition: self.plan.edition.clone(),
            header_row: self.first.as_ref().map(|first| first.row).filter(|row| *row > 0),
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
                self.skipped = 0;
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
            let mut row = self.plan.check(&self.row, &self.circumstance, &mut self.values);
            row.stand_in(self.place.as_ref());
            rows.push(row);
        }
        if self.state == State::Ended && self.ahead.is_empty() && self.has_no_rows() {
            self.findings.push(Finding::new(rules::NO_ROWS));
        }
        Some(Chunk {
            rows,
            skipped: std::mem::take(&mut self.skipped),
            findings: std::mem::take(&mut self.findings),
            last_row: self.last,
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
        loop {
            if let Some(row) = self.ahead.pop_front() {
                self.row = row;
                self.arrive();
                return true;
            }
            if self.state != State::Reading {
                return false;
            }
            let next = match self.pending.take() {
                Some(next) => next,
                None => self.reader.next(&mut self.row, &self.circumstance.limits),
            };
            match next {
                Next::Row => {
                    self.arrive();
                    return true;
                }
                Next::End => {
                    self.state = State::Ended;
                    self.name_passed();
                }
                Next::PartEnd => {}
                Next::Part(part) => self.go_on(part),
                Next::Said(finding) | Next::Passed(finding) => self.name_part(finding),
                Next::Failed(finding) => self.fail(finding),
            }
        }
    }

    /// A row is there: its number goes on from that of the part before.
    fn arrive(&mut self) {
        let before = self.place.as_ref().map_or(0, |place| place.before);
        self.row.number = self.row.number.saturating_add(before);
        self.last = self.row.number;
        self.widen();
    }

    fn fail(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.state = State::Failed;
        self.name_passed();
    }

    /// Keys that a JSON or XML file brings only now become columns.
    fn widen(&mut self) {
        let Some((keys, over)) = self.reader.keys() else {
            return;
        };
        let known = self.header.columns.len();
        if keys.len() == known && over == self.keys_over {
            return;
        }
        let mut new: Vec<Column> =
            keys.iter().skip(known).map(|key| self.spellings.column(key)).collect();
        let said = self.findings.len();
        if over && !self.keys_over {
            self.keys_over = true;
            let limit = self.circumstance.limits.json_keys.to_string();
            self.findings.push(Finding::new(rules::KEYS_OVER).with("limit", limit));
        }
        self.hide_personal(&mut new, known);
        self.name_unknown(&new);
        self.header.columns.extend(new);
        self.plan = self.planned();
        self.place_findings(said);
    }

    pub(crate) fn planned(&self) -> Plan {
        let columns = &self.header.columns;
        Plan::new(&self.rulebook, &self.catalogue, columns, &self.mapping, &self.scan)
    }
}
