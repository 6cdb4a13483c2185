//! What a file's header leaves to say: unknown, doubled and missing columns, or no header at all.

use std::collections::BTreeSet;

use gongxin_model::code::Uscc;
use gongxin_model::{Finding, Severity};

use crate::format::Format;
use crate::header::{Column, Header, Target, normal};
use crate::intake::{Facts, Intake};
use crate::rules;

impl Intake {
    /// Hides what belongs to persons in headers. A header with somebody's number or code in it is a
    /// row of data: then no unknown header is told again but by its place.
    pub(crate) fn hide_personal(&self, columns: &mut [Column], before: usize) {
        let mut is_data = false;
        for column in columns.iter_mut() {
            let (shown, kinds) = self.scan.mask(&column.header);
            is_data |= !kinds.is_empty() || Uscc::read(&column.header).sound().is_some();
            column.header = shown;
        }
        for (place, column) in columns.iter_mut().enumerate() {
            if is_data && column.target == Target::Unknown {
                column.header = format!("#{}", before + place + 1);
            }
        }
    }

    pub(crate) fn name_unknown(&mut self, columns: &[Column]) {
        let limit = self.circumstance.limits.unknown_columns;
        let unknown: Vec<&Column> =
            columns.iter().filter(|column| column.target == Target::Unknown).collect();
        for column in unknown.iter().take(limit) {
            let header: String = column.header.chars().take(60).collect();
            let nearest = self.spellings.nearest(&column.header).unwrap_or("—").to_owned();
            let finding =
                Finding::new(rules::COLUMN_UNKNOWN).in_column(header).with("nearest", nearest);
            self.findings.push(finding);
        }
        if unknown.len() > limit {
            let more = (unknown.len() - limit).to_string();
            self.findings.push(Finding::new(rules::COLUMNS_UNKNOWN_MORE).with("count", more));
        }
    }

    pub(crate) fn name_twice(&mut self) {
        let mut seen = BTreeSet::new();
        for column in &self.header.columns {
            if let Target::Field(index) = column.target
                && !seen.insert(index)
                && let Some(field) = self.catalogue.fields.get(index)
            {
                let finding = Finding::new(rules::COLUMN_TWICE).in_column(column.header.clone());
                self.findings.push(finding.with("field", field.name.zh.clone()));
            }
        }
    }

    pub(crate) fn name_missing(&mut self) {
        let has = |index: usize| {
            self.header.columns.iter().any(|column| column.target == Target::Field(index))
        };
        for (index, field) in self.catalogue.fields.iter().enumerate() {
            let given = has(index) || self.mapping.constants.contains_key(&field.code);
            if !field.required.is_empty() && !given {
                let finding =
                    Finding::new(rules::COLUMN_MISSING).with("field", field.name.zh.clone());
                self.findings.push(finding.with("code", field.code.clone()));
            }
        }
        let headers = self.mapping.columns.keys();
        for header in headers {
            let wanted = normal(header);
            if !self.header.columns.iter().any(|column| normal(&column.header) == wanted) {
                self.findings
                    .push(Finding::new(rules::MAPPING_COLUMN).with("header", header.clone()));
            }
        }
    }

    pub(crate) fn header_missing(&self, best: Option<Header>) -> Finding {
        let facts = self.facts();
        let rule = if matches!(facts.format, Format::Json | Format::Jsonl) {
            rules::JSON_SHAPE
        } else if facts.format == Format::Xml {
            rules::XML_SHAPE
        } else if best.as_ref().is_some_and(|best| best.known > 0) {
            rules::HEADER_MISSING
        } else {
            rules::HEADER_UNKNOWN
        };
        let mut finding = Finding::new(rule)
            .with("catalogue", self.catalogue.name.zh.clone())
            .with("rows", self.circumstance.limits.header_rows.to_string())
            .with("read", read_as(&facts));
        let (mut row, mut known) = ("—".to_owned(), Vec::new());
        if let Some(best) = best.filter(|best| best.known > 0) {
            finding.row = (best.row > 0).then_some(best.row);
            row = best.row.to_string();
            known = best
                .columns
                .iter()
                .filter(|column| matches!(column.target, Target::Field(_)))
                .map(|column| self.scan.mask(&column.header).0)
                .collect();
        }
        let missing: Vec<&str> = self
            .catalogue
            .fields
            .iter()
            .filter(|field| !field.required.is_empty() && !known.contains(&field.name.zh))
            .map(|field| field.name.zh.as_str())
            .take(12)
            .collect();
        finding = finding.with("best", row).with("known", known.join("、"));
        finding.severity = Severity::Error;
        finding.with("missing", missing.join("、"))
    }
}

/// How the file was read: its format, and of a text what was found out about it.
fn read_as(facts: &Facts) -> String {
    let delimiter = facts.delimiter.map(|delimiter| match delimiter {
        '\t' => "Tab".to_owned(),
        other => format!("“{other}”"),
    });
    let parts = [Some(facts.format.name().to_uppercase()), facts.encoding.clone(), delimiter];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
