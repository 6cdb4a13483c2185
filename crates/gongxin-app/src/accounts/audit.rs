//! The chain of acts: read, given out, checked.

use std::io::Write;

use gongxin_store::desk::{AuditAsk, AuditChecked, AuditRow};
use serde::Serialize;

use super::signed::done;
use crate::gate::{AuditRead, Permit};
use crate::{Office, OfficeError};

/// How acts are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFormat {
    /// A line of JSON for each.
    JsonLines,
    /// A line of syslog (RFC 5424) for each, facility 13, log audit.
    Syslog,
}

/// A page of acts, the latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The acts.
    pub rows: Vec<AuditRow>,
    /// The number below which the next page is; none on the last.
    pub below: Option<i64>,
}

/// An act as a line of JSON; the names are an interface.
#[derive(Serialize)]
struct Line<'a> {
    no: i64,
    at: String,
    account: &'a str,
    act: &'a str,
    about: &'a str,
    outcome: &'a str,
    detail: &'a str,
    origin: &'a str,
    previous: String,
    digest: String,
}

impl Office {
    /// A page of acts.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn audit(
        &self,
        _: &Permit<AuditRead>,
        ask: &AuditAsk,
        size: u16,
    ) -> Result<AuditPage, OfficeError> {
        let size = usize::from(size);
        let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
        let plain = |text: &Option<String>| {
            let kept = |text: &String| text.chars().filter(|one| !one.is_control()).collect();
            text.as_ref().map(kept)
        };
        let ask = &AuditAsk { account: plain(&ask.account), act: plain(&ask.act), ..ask.clone() };
        let mut rows = self.desk.read(|reader| reader.audit(ask, limit))?;
        let more = rows.len() > size;
        rows.truncate(size);
        let below = rows.last().filter(|_| more).map(|row| row.no);
        Ok(AuditPage { rows, below })
    }

    /// Gives out every act from the first on; that somebody did is an act, and the last of them.
    ///
    /// # Errors
    /// The desk cannot be read or written, or the lines not taken.
    pub fn export_audit(
        &self,
        permit: &Permit<AuditRead>,
        format: AuditFormat,
        out: &mut dyn Write,
    ) -> Result<i64, OfficeError> {
        let word = match format {
            AuditFormat::JsonLines => "jsonl",
            AuditFormat::Syslog => "syslog",
        };
        let act = done(permit.actor(), permit.origin(), ("audit.export", "", word));
        self.desk.write(self.clock.now(), |writer| writer.audit(&act))?;
        let mut rows = 0;
        let mut trouble = None;
        self.desk.read(|reader| {
            reader.each_audit(&mut |row| {
                rows += 1;
                if trouble.is_none() {
                    let line = line(&row, format);
                    trouble = out.write_all(line.as_bytes()).err();
                }
                Ok(())
            })
        })?;
        match trouble {
            None => Ok(rows),
            Some(error) => Err(OfficeError::File {
                act: "giving out the chain of acts".to_owned(),
                why: error.to_string(),
            }),
        }
    }

    /// Checks the chain of acts from the first to the last, and the desk's rows with their checksums.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn check_audit(&self) -> Result<(AuditChecked, Vec<String>), OfficeError> {
        let checked = self.desk.check_audit()?;
        let wrong = self.desk.read(|reader| reader.check_sums())?;
        let named = wrong.into_iter().map(|(table, key)| format!("{table} {key}"));
        Ok((checked, named.collect()))
    }
}

fn line(row: &AuditRow, format: AuditFormat) -> String {
    let act = &row.act;
    let json = Line {
        no: row.no,
        at: row.at.to_string(),
        account: &act.account,
        act: &act.act,
        about: &act.about,
        outcome: &act.outcome,
        detail: &act.detail,
        origin: &act.origin,
        previous: row.previous.to_string(),
        digest: row.digest.to_string(),
    };
    match format {
        AuditFormat::JsonLines => {
            format!("{}\n", serde_json::to_string(&json).unwrap_or_default())
        }
        AuditFormat::Syslog => syslog(&json),
    }
}

/// A line of RFC 5424. Severity 6 of what was done, 4 of what was refused; 32473 is the number that
/// stands for whoever has none of their own (RFC 5612).
fn syslog(line: &Line<'_>) -> String {
    let priority = 13 * 8 + if line.outcome == "done" { 6 } else { 4 };
    let no = line.no.to_string();
    let parameters = [
        ("no", no.as_str()),
        ("account", line.account),
        ("about", line.about),
        ("outcome", line.outcome),
        ("detail", line.detail),
        ("origin", line.origin),
        ("previous", &line.previous),
        ("digest", &line.digest),
    ];
    let parameter = |(name, value): (&str, &str)| format!(" {name}=\"{}\"", escaped(value));
    let data: String = parameters.into_iter().map(parameter).collect();
    let (at, act) = (&line.at, line.act);
    format!("<{priority}>1 {at} - gongxin - {act} [gongxin@32473{data}]\n")
}

/// A value of structured data, RFC 5424, 6.3.3; a line stays a line.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        if matches!(letter, '"' | '\\' | ']') {
            text.push('\\');
        }
        text.push(if letter.is_control() { ' ' } else { letter });
    }
    text
}

#[cfg(test)]
mod tests {
    use gongxin_model::{Digest, Instant};

    use super::*;

    #[test]
    fn a_line_of_syslog_is_one_whatever_stands_in_it() {
        let act = done("account-1", "192.0.2.1", ("account.add", "account-2", "a \"]\\\nb"));
        let (previous, digest) = (Digest([0; 32]), Digest([1; 32]));
        let row = AuditRow { no: 7, at: Instant(0), act, previous, digest };
        let text = line(&row, AuditFormat::Syslog);
        let head =
            "<110>1 1970-01-01T00:00:00.000000Z - gongxin - account.add [gongxin@32473 no=\"7\"";
        assert!(text.starts_with(head), "{text}");
        assert!(text.contains(r#" detail="a \"\]\\ b" origin="192.0.2.1""#), "{text}");
        assert_eq!(text.lines().count(), 1);
    }
}
