//! `/console/quality/{month}/workbook`: a body's month as a workbook.

use axum::extract::{Path, State};
use axum::response::Response;
use gongxin_app::gate::Refused;
use gongxin_app::{Fullness, Measured, Quality, Sheet, write_sheets};

use super::Caller;
use super::intake::{WORKBOOK, file};
use super::quality::{Whose, month_of, severity, whose};
use crate::counter::{Counter, Trouble};

/// A month as a workbook.
pub(super) async fn workbook(
    State(counter): State<Counter>,
    Path(text): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let asked = caller.visit.parameters.first("body").unwrap_or_default().to_owned();
        let period = month_of(Some(&text), counter.now().day())?;
        let language = caller.visit.language;
        let quality = counter
            .office(move |office| match whose(office, &signed, &asked)? {
                Whose::All(_) => Err(Refused.into()),
                Whose::Body(_, permit, body) => office.quality(&permit, (&body, period), language),
            })
            .await?;
        let said = Said { counter: &counter, caller: &caller };
        let sheets = [said.rows(&quality), said.late(&quality), said.findings(&quality)];
        let mut bytes = std::io::Cursor::new(Vec::new());
        write_sheets(&mut bytes, quality.as_of, &sheets).map_err(|_| Trouble::Lost)?;
        Ok(file(bytes.into_inner(), WORKBOOK, &format!("quality-{text}.xlsx")))
    };
    counter.end(&caller.visit, answer.await)
}

/// The words of a workbook.
struct Said<'a> {
    counter: &'a Counter,
    caller: &'a Caller,
}

impl Said<'_> {
    fn word(&self, key: &str) -> String {
        self.counter.words(&self.caller.visit, key)
    }

    fn text(&self, text: &gongxin_app::Text) -> String {
        match self.caller.visit.language {
            gongxin_model::finding::Language::English if !text.en.is_empty() => text.en.clone(),
            _ => text.zh.clone(),
        }
    }

    fn sheet(&self, name: &str, quality: &Quality, headers: &[&str]) -> Sheet {
        let title = [self.text(&quality.name), quality.period.to_string()].join(" ");
        let as_of = self.word("quality.as_of").replace("{day}", &quality.as_of.to_string());
        Sheet {
            name: self.word(name),
            about: vec![title, as_of],
            headers: headers.iter().map(|key| self.word(key)).collect(),
            rows: Vec::new(),
        }
    }

    fn rows(&self, quality: &Quality) -> Sheet {
        let headers = [
            "console.catalogue",
            "quality.hand_ins",
            "batch.rows",
            "outcome.accepted",
            "outcome.corrected",
            "outcome.unchanged",
            "outcome.held",
            "quality.waiting",
            "outcome.refused",
            "quality.deadline",
        ];
        let mut sheet = self.sheet("quality.sheet.rows", quality, &headers);
        let figures = quality.definitions.iter().map(|one| self.text(&one.name));
        sheet.headers.extend(figures);
        sheet.headers.push(self.word("quality.full"));
        for class in &quality.classes {
            let rows = &class.rows;
            let counts = [
                rows.hand_ins,
                rows.rows,
                rows.accepted,
                rows.corrected,
                rows.unchanged,
                rows.held,
                rows.held_open,
                rows.refused,
            ];
            let mut cells = vec![self.text(&class.name)];
            cells.extend(counts.map(|count| count.to_string()));
            cells.push(class.deadline.map(|days| days.to_string()).unwrap_or_default());
            for definition in &quality.definitions {
                let one = class.figures.iter().find(|one| one.id == definition.id);
                cells.push(one.map(|one| self.figure(one)).unwrap_or_default());
            }
            cells.push(class.fullness.as_ref().map(full).unwrap_or_default());
            sheet.rows.push(cells);
        }
        sheet
    }

    fn figure(&self, one: &Measured) -> String {
        match (one.numerator, one.denominator, one.per_mille) {
            (Some(part), Some(whole), Some(rate)) => {
                format!("{}.{}% ({part}/{whole})", rate / 10, rate % 10)
            }
            _ => self.word("quality.not_known"),
        }
    }

    fn late(&self, quality: &Quality) -> Sheet {
        let headers = [
            "console.catalogue",
            "quality.decided",
            "quality.due",
            "quality.handed_in",
            "quality.days_late",
            "quality.record",
        ];
        let mut sheet = self.sheet("quality.sheet.late", quality, &headers);
        for class in &quality.classes {
            let name = self.text(&class.name);
            sheet.rows.extend(class.late.iter().map(|one| {
                vec![
                    name.clone(),
                    one.decided_on.to_string(),
                    one.deadline.to_string(),
                    one.handed_in.to_string(),
                    one.working_days_late.to_string(),
                    one.record.clone(),
                ]
            }));
        }
        sheet
    }

    fn findings(&self, quality: &Quality) -> Sheet {
        let headers =
            ["batch.what", "quality.todo", "quality.times", "quality.grade", "batch.rule"];
        let mut sheet = self.sheet("quality.sheet.findings", quality, &headers);
        sheet.rows.extend(quality.findings.iter().map(|one| {
            let grade = self.word(&format!("quality.severity.{}", severity(one.severity)));
            let count = one.count.to_string();
            vec![one.what.clone(), one.todo.clone(), count, grade, one.rule.clone()]
        }));
        sheet
    }
}

fn full(one: &Fullness) -> String {
    let tenths = one.filled.saturating_mul(10).checked_div(one.records).unwrap_or(0);
    format!("{}.{} / {}", tenths / 10, tenths % 10, one.fields)
}
