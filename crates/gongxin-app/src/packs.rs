//! Packs for the door: gathered, checked, tried, explained.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gongxin_model::{About, Body, Day, Field, Instant, Kind, PublicId, Seq};
use gongxin_pack::{
    Case, DEFAULT_PACKS, EffectiveRulebook, Loaded, Outcome, PackFiles, Problem, REHEARSAL_PACK,
    Rulebook, SourceDeclaration, builtin, differences, disk, load,
};
use gongxin_standing::{Event, Publication, Question, fold};
use serde::Serialize;

use crate::OfficeError;

/// The built-in packs, and directories beside or over them.
///
/// # Errors
/// A directory cannot be read, or is not a pack.
pub fn gather(rehearsal: bool, directories: &[PathBuf]) -> Result<PackFiles, OfficeError> {
    let mut names: Vec<&str> = DEFAULT_PACKS.to_vec();
    if rehearsal {
        names.push(REHEARSAL_PACK);
    }
    let mut files = builtin(&names);
    files.extend(from_directories(directories)?);
    Ok(files)
}

/// The packs of directories alone.
///
/// # Errors
/// A directory cannot be read, or is not a pack.
pub fn from_directories(directories: &[PathBuf]) -> Result<PackFiles, OfficeError> {
    let mut files = PackFiles::new();
    for directory in directories {
        if !directory.join("pack.toml").exists() {
            return Err(OfficeError::Usage(format!(
                "`{}` is not a pack: it has no pack.toml",
                directory.display()
            )));
        }
        let read = disk::read_directory(directory, &prefix(directory));
        files.extend(read.map_err(|error| OfficeError::Usage(error.to_string()))?);
    }
    Ok(files)
}

/// The path under which a pack is known: `national`, `regions/150000`.
fn prefix(directory: &Path) -> String {
    let whole = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    let name = |path: Option<&Path>| {
        path.and_then(Path::file_name).and_then(|name| name.to_str()).map(str::to_owned)
    };
    let own = name(Some(&whole)).unwrap_or_else(|| "pack".to_owned());
    match name(whole.parent()) {
        Some(parent) if parent == "regions" || parent == "sectors" => format!("{parent}/{own}"),
        _ => own,
    }
}

/// The rulebook of packs.
///
/// # Errors
/// The packs have problems.
pub fn rulebook(files: &PackFiles) -> Result<Rulebook, OfficeError> {
    let (rulebook, problems) = gongxin_pack::read(files);
    rulebook.ok_or(OfficeError::Packs(problems.len()))
}

/// A case of a pack that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedCase {
    /// The file it stands in.
    pub file: String,
    /// Its sentence.
    pub name: String,
    /// What differs.
    pub differences: Vec<String>,
}

/// What a check of packs found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Checked {
    /// Problems, in the order of the stages.
    pub problems: Vec<Problem>,
    /// Cases that were run.
    pub cases: u64,
    /// Cases that do not hold.
    pub failed: Vec<FailedCase>,
    /// Catalogues in the packs.
    pub catalogues: Vec<String>,
    /// Values without effect until accepted.
    pub unverified: Vec<String>,
}

impl Checked {
    /// True where nothing is wrong.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.problems.is_empty() && self.failed.is_empty()
    }
}

/// Checks packs, and runs their own cases where they load.
#[must_use]
pub fn check(files: &PackFiles) -> Checked {
    let Loaded { rulebook, problems, cases, .. } = load(files);
    let mut checked = Checked {
        problems,
        catalogues: rulebook.catalogues.keys().cloned().collect(),
        unverified: rulebook.unverified().into_iter().map(|one| one.item).collect(),
        ..Checked::default()
    };
    if checked.problems.is_empty() {
        for (file, case) in &cases {
            checked.cases += 1;
            let found = differences(&case.expect, &outcome(&rulebook, case));
            if !found.is_empty() {
                let (file, name) = (file.clone(), case.name.clone());
                checked.failed.push(FailedCase { file, name, differences: found });
            }
        }
    }
    checked
}

/// The source that stands for the authority of a case.
const CASE_SOURCE: &str = "case";

/// What the fold says of a case.
fn outcome(rulebook: &Rulebook, case: &Case) -> Outcome {
    let Some(catalogue) = rulebook.catalogue(&case.catalogue) else {
        return Outcome::default();
    };
    let mut rulebook = rulebook.clone();
    let authority = SourceDeclaration {
        code: CASE_SOURCE.to_owned(),
        name: catalogue.name.clone(),
        uscc: None,
        region: String::new(),
        sector: case.sector.clone(),
        supplies: Vec::new(),
        deadline_working_days: None,
        peer: false,
        successors: Vec::new(),
        ground: catalogue.ground.clone(),
    };
    rulebook.sources.insert(CASE_SOURCE.to_owned(), authority);
    let accepted: BTreeSet<String> = if case.adopted {
        rulebook.unverified().into_iter().map(|one| one.item).collect()
    } else {
        BTreeSet::new()
    };
    let rulebook = EffectiveRulebook::new(rulebook, accepted);
    let mut body = Body::about(About::Record(PublicId([0; 16])));
    body.subject = Some(PublicId([1; 16]));
    body.source = Some(CASE_SOURCE.to_owned());
    body.fields = case
        .given
        .iter()
        .map(|(code, value)| Field {
            code: code.as_str().into(),
            value: value.clone(),
            written: None,
        })
        .collect();
    let received = catalogue
        .code_of(gongxin_pack::Role::DecidedOn)
        .and_then(|code| case.given.get(code))
        .and_then(|value| noon(value.first().parse().ok()?))
        .unwrap_or_default();
    let event = Event { seq: Seq(0), at: received, kind: Kind::Received, body: Some(&body) };
    let question = Question {
        as_of: case.as_of,
        known: None,
        catalogue,
        rulebook: &rulebook,
        explains: false,
    };
    let Some(standing) = fold(&[event], &question) else {
        return Outcome::default();
    };
    let shown = standing.shown_until < Day::FOREVER
        && matches!(standing.publication, Publication::Published | Publication::Ended);
    Outcome {
        class: standing.class,
        rule: Some(standing.rule.clone()).filter(|rule| !rule.is_empty()),
        standing: Some(standing.publication.word().to_owned()),
        last_public_day: shown.then(|| standing.shown_until.plus_days(-1)),
        repair_from: standing.repairable_from,
    }
}

fn noon(day: Day) -> Option<Instant> {
    format!("{day}T12:00:00+08:00").parse().ok()
}
