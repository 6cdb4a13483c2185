//! The parts of a file, sheets of a workbook or members of an archive: each with its own header.

use std::collections::BTreeSet;
use std::sync::Arc;

use gongxin_model::Finding;
use gongxin_model::given_out::is_own_sheet;

use crate::draft::Part;
use crate::header::{Column, Header, Target};
use crate::intake::{Intake, State};
use crate::reader::{Next, PartName};
use crate::row::RawRow;
use crate::rules;

/// What the first header knows, against which further ones are held.
#[derive(Debug)]
pub(crate) struct First {
    known: usize,
    /// Its row.
    pub(crate) row: u64,
    key: BTreeSet<usize>,
}

/// Blank rows passed over in search of a header.
const MOST_BLANK_ROWS: usize = 1000;

impl Intake {
    /// Finds the header in the first part that has one.
    pub(crate) fn find_header(&mut self) -> Result<(), Finding> {
        let mut best: Option<Header> = None;
        loop {
            let (ahead, end) = self.look_ahead();
            let found = if self.is_wanted() { self.header_of(&ahead) } else { Err(None) };
            match found {
                Ok(header) => {
                    self.pending = Some(end).filter(|end| !matches!(end, Next::Row));
                    self.begin(ahead, header);
                    return Ok(());
                }
                Err(header) => {
                    let known = |one: &Option<Header>| one.as_ref().map_or(0, |one| one.known);
                    if known(&header) > known(&best) || best.is_none() {
                        best = header;
                    }
                }
            }
            self.pass_part();
            let next = match end {
                Next::Row | Next::PartEnd if self.reader.has_parts() => self.pass_rows(),
                other => other,
            };
            match next {
                Next::Part(part) => self.part = Some(part),
                Next::Said(finding) | Next::Passed(finding) => self.name_part(finding),
                Next::Failed(finding) => return Err(finding),
                Next::Row | Next::PartEnd | Next::End => break,
            }
        }
        if let Some(sheet) = &self.mapping.sheet
            && !self.passed.contains(sheet)
        {
            return Err(Finding::new(rules::SHEET_MISSING)
                .with("sheet", sheet.clone())
                .with("sheets", self.passed.join("、")));
        }
        Err(self.header_missing(best))
    }

    /// True where the mapping names no sheet, or this one.
    fn is_wanted(&self) -> bool {
        let sheet = self.part.as_ref().and_then(|part| part.sheet.as_ref());
        self.mapping.sheet.is_none() || self.mapping.sheet.as_ref() == sheet
    }

    /// Reads the rows among which the header may stand, and says what follows them.
    fn look_ahead(&mut self) -> (Vec<RawRow>, Next) {
        let mut ahead = Vec::new();
        let limits = self.circumstance.limits.clone();
        let mut filled = 0;
        while filled < limits.header_rows && ahead.len() < limits.header_rows + MOST_BLANK_ROWS {
            let mut row = RawRow::default();
            match self.reader.next(&mut row, &limits) {
                Next::Row => {
                    filled += usize::from(!row.is_blank());
                    ahead.push(row);
                }
                // The first part's name comes before its first row.
                Next::Part(part) if self.part.is_none() && ahead.is_empty() => {
                    self.part = Some(part);
                }
                Next::Passed(finding) if self.part.is_none() && ahead.is_empty() => {
                    self.name_part(finding);
                }
                Next::Said(finding) => self.name_part(finding),
                end => return (ahead, end),
            }
        }
        (ahead, Next::Row)
    }

    /// The header among the rows; otherwise the best row there was.
    fn header_of(&self, ahead: &[RawRow]) -> Result<Header, Option<Header>> {
        let Some((keys, _)) = self.reader.keys() else {
            return self.spellings.header(ahead, &self.mapping, &self.circumstance.limits);
        };
        let columns: Vec<Column> = keys.iter().map(|key| self.spellings.column(key)).collect();
        let is_field = |column: &&Column| matches!(column.target, Target::Field(_));
        let known = columns.iter().filter(is_field).count();
        let header = Header { body: 0, row: 0, columns, known };
        if known > 0 { Ok(header) } else { Err(Some(header)) }
    }

    /// Reads the part whose header was found.
    fn begin(&mut self, ahead: Vec<RawRow>, header: Header) {
        let several = self.last > 0 || self.reader.is_several();
        if let Some(part) = &self.part {
            let name = self.scan.mask(&part.to_string()).0;
            self.parts.push(name.clone());
            self.place = several.then(|| Arc::new(Part { name, before: self.last }));
        }
        // What stands before the header is title, and the header itself is no row either.
        self.skipped += header.body as u64;
        self.ahead = ahead.into_iter().skip(header.body).collect();
        if self.first.is_none() {
            self.first =
                Some(First { known: header.known, row: header.row, key: self.key_parts(&header) });
        }
        self.header = header;
        self.keys_over = false;
        let said = self.findings.len();
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
        self.place_findings(said);
    }

    /// A further part begins: it is read where its header fits, else passed over and named.
    pub(crate) fn go_on(&mut self, part: PartName) {
        let hidden = part.hidden;
        self.part = Some(part);
        if self.mapping.sheet.is_some() && !self.reader.is_archive() {
            self.pass_part();
            for name in self.reader.further_sheets() {
                self.passed.push(self.scan.mask(&name).0);
            }
            self.state = State::Ended;
            self.name_passed();
            return;
        }
        // What nobody sees is read only where there is nothing else.
        let (ahead, end) = if hidden { (Vec::new(), Next::Row) } else { self.look_ahead() };
        let found = if hidden || !self.is_wanted() { Err(None) } else { self.header_of(&ahead) };
        match found {
            Ok(header) if self.fits(&header) => {
                self.pending = Some(end).filter(|end| !matches!(end, Next::Row));
                self.begin(ahead, header);
            }
            _ => {
                self.pass_part();
                let end = if matches!(end, Next::Row) { self.pass_rows() } else { end };
                self.pending = Some(end);
            }
        }
    }

    /// True where a further header is of the same kind as the first: it knows about as much of the
    /// catalogue, and all by which a record is recognised. A table of codes beside the data is not.
    fn fits(&self, header: &Header) -> bool {
        self.first.as_ref().is_none_or(|first| {
            header.known * 2 >= first.known && self.key_parts(header).is_superset(&first.key)
        })
    }

    /// The parts of the record's key for which a header has a column.
    fn key_parts(&self, header: &Header) -> BTreeSet<usize> {
        let has = |code: &str| {
            header.columns.iter().any(|column| match column.target {
                Target::Field(index) => self
                    .catalogue
                    .fields
                    .get(index)
                    .is_some_and(|field| field.code.eq_ignore_ascii_case(code)),
                _ => false,
            })
        };
        let parts = self.catalogue.key.iter().enumerate();
        parts
            .filter(|(_, part)| part.split('|').any(|code| has(code.trim())))
            .map(|one| one.0)
            .collect()
    }

    /// Keeps a finding of a reader; what in the names of parts and keys belongs to a person is not
    /// said.
    pub(crate) fn name_part(&mut self, mut finding: Finding) {
        finding.part = finding.part.map(|name| self.scan.mask(&name).0);
        for value in finding.values.values_mut() {
            *value = self.scan.mask(value).0;
        }
        self.findings.push(finding);
    }

    fn pass_part(&mut self) {
        if let Some(part) = self.part.take() {
            self.passed.push(self.scan.mask(&part.to_string()).0);
        }
    }

    /// Passes over the rest of a part that is not read; says what follows.
    fn pass_rows(&mut self) -> Next {
        let limits = self.circumstance.limits.clone();
        loop {
            match self.reader.next(&mut self.row, &limits) {
                Next::Row | Next::Said(_) | Next::PartEnd => {}
                other => return other,
            }
        }
    }

    /// Names what was passed over, once all that can be read is read; not what the platform wrote
    /// for people.
    pub(crate) fn name_passed(&mut self) {
        self.passed.retain(|name| !is_own_sheet(name));
        if !self.passed.is_empty() {
            let names = std::mem::take(&mut self.passed).join("、");
            self.findings.push(Finding::new(rules::SHEETS_UNREAD).with("sheet", names));
        }
    }

    /// Says of the last findings, which are about this part, where they are.
    pub(crate) fn place_findings(&mut self, said: usize) {
        if let Some(place) = &self.place {
            for finding in self.findings.iter_mut().skip(said) {
                finding.part.get_or_insert_with(|| place.name.clone());
            }
        }
    }
}
