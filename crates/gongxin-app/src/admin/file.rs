//! The operator's view of a subject's whole file: also what is not public, and why.

use gongxin_model::Day;
use gongxin_model::code::normalise_code;
use serde::Serialize;

use crate::bearers::bearers;
use crate::derive::Summary;
use crate::{Office, OfficeError};

/// A subject's whole file.
#[derive(Debug, Clone, Serialize)]
pub struct WholeFile {
    /// Its unified code.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its region (GB/T 2260).
    pub region: String,
    /// The state of its registration.
    pub status: String,
    /// All records, whatever their standing.
    pub records: Vec<WholeRecord>,
}

/// A record with its standing.
#[derive(Debug, Clone, Serialize)]
pub struct WholeRecord {
    /// Its public id.
    pub id: String,
    /// Its catalogue.
    pub catalogue: String,
    /// Its document's number.
    pub document_number: Option<String>,
    /// What it is called, where its class says by what, or it has no number.
    pub title: Option<String>,
    /// The deciding authority.
    pub authority: Option<String>,
    /// The day of the decision.
    pub decided_on: Option<Day>,
    /// `published`, `unpublished`, `shielded`, `ended`, `withdrawn`.
    pub standing: String,
    /// Why.
    pub reason: String,
    /// The last day it is shown, where it is.
    pub published_until: Option<Day>,
}

impl Office {
    /// The whole file of the subject with the code.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn whole_file(&self, code: &str) -> Result<Option<WholeFile>, OfficeError> {
        let today = self.today();
        self.store.read(|reader| {
            let found = bearers(reader, vec![normalise_code(code)])?;
            let Some(first) = found.first() else {
                return Ok(None);
            };
            let Some(subject) = reader.subject(first.subject)? else {
                return Ok(None);
            };
            let records = reader.standings_of(subject.no)?;
            let records = records
                .into_iter()
                .map(|row| {
                    let summary = Summary::of(&row);
                    let decided_on = summary.decided_on(&row);
                    // What only the date ended since is ended, whether or not a tick noted it.
                    let over = row.publication == "published" && row.shown_until <= today;
                    let (standing, reason) = if over {
                        ("ended".to_owned(), "term-over".to_owned())
                    } else {
                        (row.publication, row.reason)
                    };
                    WholeRecord {
                        id: row.public_id.to_string(),
                        catalogue: row.catalogue,
                        document_number: summary.number,
                        title: summary.title,
                        authority: summary.authority,
                        decided_on,
                        standing,
                        reason,
                        published_until: (row.shown_until < Day::FOREVER)
                            .then(|| row.shown_until.plus_days(-1)),
                    }
                })
                .collect();
            Ok(Some(WholeFile {
                code: subject.code,
                name: subject.name,
                region: subject.region,
                status: subject.state,
                records,
            }))
        })
    }
}
