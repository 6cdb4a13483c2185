//! A whole hand-in: read, checked, linked, kept chunk by chunk, resumed where it was cut off.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gongxin_intake::draft::Draft;
use gongxin_intake::{ChildCommand, FileReceipt, Intake, Limits, Mapping, Options, Receipt};
use gongxin_model::finding::Language;
use gongxin_model::{BatchNo, Day, Digest, Finding};
use gongxin_pack::{Catalogue, Rulebook, SourceDeclaration};
use gongxin_report::Correction;
use gongxin_seal::HashSuite;
use gongxin_store::{BatchRow, StoreError};
use gongxin_subject::Figures;
use serde::{Deserialize, Serialize};

use super::course::Course;
use super::give_out;
use super::input::{Input, opened, unopened};
use crate::gate::{HandInMake, Permit};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// What a hand-in is.
#[derive(Debug, Clone)]
pub struct HandIn<'a> {
    /// The catalogue's id.
    pub catalogue: &'a str,
    /// Who hands in, for which body.
    pub permit: &'a Permit<HandInMake>,
    /// A mapping file's text.
    pub mapping: Option<&'a str>,
    /// Check and link, keep nothing.
    pub dry_run: bool,
    /// The language of the receipt.
    pub language: Language,
    /// How workbooks are read.
    pub child: Option<ChildCommand>,
    /// Set from outside to stop after the transaction under way.
    pub stop: &'a AtomicBool,
}

impl HandIn<'_> {
    /// The code of the supplying body.
    pub(super) fn source(&self) -> &str {
        self.permit.body().unwrap_or_default()
    }
}

/// How far a hand-in is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in all, where known.
    pub size: Option<u64>,
    /// Rows settled.
    pub rows: u64,
    /// Of them held.
    pub held: u64,
    /// Of them refused.
    pub refused: u64,
}

/// On whose terms rows are settled: the catalogue, the source, the rules in force.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) catalogue: Catalogue,
    pub(crate) source: String,
    pub(crate) actor: String,
    pub(crate) rules: Arc<Rules>,
    pub(crate) today: Day,
    /// The figures by which names and codes are compared today.
    pub(crate) figures: Figures,
}

/// What is kept of a held row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HeldBody {
    pub(crate) draft: Draft,
    pub(crate) findings: Vec<Finding>,
    /// How it was judged.
    #[serde(default)]
    pub(crate) judgement: Option<Judged>,
    /// Subjects, by their numbers, of whom somebody said that it is none of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unlike: Vec<i64>,
}

/// A judgement on a held row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// The account that judged.
    pub(crate) actor: String,
    /// Its ground.
    pub(crate) reason: String,
    /// The record that it made.
    pub(crate) record: Option<i64>,
    /// The docket of which it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) docket: Option<String>,
    /// True where the row was about a person, and nothing of it was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) erased: bool,
}

impl HeldBody {
    pub(crate) fn to_json(&self) -> Result<String, OfficeError> {
        serde_json::to_string(self).map_err(|error| damaged(&error))
    }

    pub(crate) fn from_json(text: &str) -> Result<Self, OfficeError> {
        serde_json::from_str(text).map_err(|error| damaged(&error))
    }
}

/// True where the body may hand in to the catalogue. A class that no source names yet may come from
/// whatever sector it allows.
pub(super) fn may_supply(
    rulebook: &Rulebook,
    source: &SourceDeclaration,
    catalogue: &Catalogue,
) -> bool {
    let unnamed = !rulebook.sources.values().any(|one| one.may_supply(catalogue));
    (unnamed && catalogue.may_be_supplied_by(&source.sector)) || source.may_supply(catalogue)
}

pub(super) fn damaged(error: &serde_json::Error) -> OfficeError {
    StoreError::Corrupt(format!("a text of the office: {error}")).into()
}

impl Office {
    /// Hands in a file. The receipt says what became of every row; a file that could not be read
    /// (to its end) has `read = false` there, with the finding that says why.
    ///
    /// # Errors
    /// The catalogue or source does not fit, the store could not be written, or it was stopped.
    pub fn hand_in(
        &self,
        ask: &HandIn<'_>,
        name: &str,
        input: Input,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Receipt, OfficeError> {
        self.hand_in_for_correction(ask, name, input, progress, None)
    }

    /// The same; rows with findings also go to the workbooks in which they can be corrected.
    ///
    /// # Errors
    /// As [`Office::hand_in`].
    pub fn hand_in_for_correction(
        &self,
        ask: &HandIn<'_>,
        name: &str,
        input: Input,
        progress: &mut dyn FnMut(Progress),
        correction: Option<&mut Correction>,
    ) -> Result<Receipt, OfficeError> {
        let terms = self.terms(ask)?;
        // A file's name is kept and shown; what in it belongs to a person is not.
        let name = &terms.rules.rulebook.personal_scan(terms.today).mask(name).0;
        let mapping = match ask.mapping.map(|text| Mapping::parse(text, &terms.catalogue)) {
            None => Mapping::default(),
            Some(Ok(mapping)) => mapping,
            Some(Err(findings)) => return Ok(self.unread(ask, name, None, &findings)),
        };
        let (source, digest, size) = match opened(input) {
            Ok(opened) => opened,
            Err(error) => return Ok(self.unread(ask, name, None, &[unopened(&error)])),
        };
        let map_digest = HashSuite::Sha256.digest(&[&mapping.canonical_bytes()]);
        let limits = Limits::default();
        let options = Options {
            rulebook: Arc::clone(&terms.rules.shared),
            catalogue: ask.catalogue.to_owned(),
            mapping,
            today: terms.today,
            child: ask.child.clone(),
            limits: limits.clone(),
        };
        let intake = match Intake::open(source, options) {
            Ok(intake) => intake,
            Err(findings) => return Ok(self.unread(ask, name, digest, &findings)),
        };
        let batch = BatchRow {
            no: BatchNo(0),
            source: terms.source.clone(),
            catalogue: terms.catalogue.id.clone(),
            file: name.to_owned(),
            file_digest: digest,
            map_digest,
            next_row: 0,
            state: "open".into(),
            at: self.clock.now(),
            facts: String::new(),
        };
        let receipt = Receipt::new(&terms.catalogue.id, &terms.source);
        let mut course = Course {
            office: self,
            ask,
            terms: Arc::new(terms),
            batch,
            file: FileReceipt { file: name.to_owned(), ..FileReceipt::default() },
            receipt,
            limit: limits.findings,
            correction,
        };
        course.file.digest = digest.map(|digest| digest.to_string());
        course.run(intake, size, progress)
    }

    /// Who hands in what, under which rules; refused where it does not fit.
    fn terms(&self, ask: &HandIn<'_>) -> Result<Terms, OfficeError> {
        let rules = self.rules()?;
        let rulebook = &rules.rulebook;
        let catalogue = give_out::catalogue(rulebook, ask.catalogue)?.under(ask.catalogue);
        let source = rulebook
            .sources
            .values()
            .find(|one| one.code == ask.source() || one.uscc.as_deref() == Some(ask.source()))
            .ok_or_else(|| {
                OfficeError::Usage(format!(
                    "no source `{}` is registered; `gongxin source list` shows them, \
                     `gongxin source add` registers one",
                    ask.source()
                ))
            })?;
        if !may_supply(rulebook, source, &catalogue) {
            return Err(OfficeError::Usage(format!(
                "`{}` may not supply `{}`; it may supply {}",
                source.code,
                catalogue.id,
                source.supplies.join(", ")
            )));
        }
        Ok(Terms {
            catalogue,
            source: source.code.clone(),
            actor: ask.permit.actor().to_owned(),
            today: self.today(),
            figures: rules.figures(self.today())?,
            rules: Arc::clone(&rules),
        })
    }

    /// The receipt of a file that could not be read at all.
    fn unread(
        &self,
        ask: &HandIn<'_>,
        name: &str,
        digest: Option<Digest>,
        findings: &[Finding],
    ) -> Receipt {
        let mut receipt = Receipt::new(ask.catalogue, ask.source());
        receipt.dry_run = ask.dry_run;
        for finding in findings {
            receipt.find(finding, &self.texts, ask.language, Limits::default().findings);
        }
        receipt.add_file(FileReceipt {
            file: name.to_owned(),
            digest: digest.map(|digest| digest.to_string()),
            received_at: Some(self.clock.now()),
            ..FileReceipt::default()
        });
        receipt
    }
}
