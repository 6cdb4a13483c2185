//! Packs for the door: gathered, checked, tried, explained.

mod cases;
mod coverage;
mod explain;
mod procedures;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gongxin_pack::{
    DEFAULT_PACKS, EffectiveRulebook, Loaded, Outcome, PackFiles, Problem, REHEARSAL_PACK,
    Rulebook, builtin, differences, disk, load,
};
use serde::Serialize;

pub use explain::{Governed, GoverningAsk, GoverningList, ListTime, Published, governing};
pub use gongxin_pack::{Backing, Confidence, GoverningClass, GoverningRule};

use crate::OfficeError;
use cases::Court;

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

/// The rulebook of packs with nothing adopted.
///
/// # Errors
/// The packs have problems.
pub fn without_store(files: &PackFiles) -> Result<EffectiveRulebook, OfficeError> {
    Ok(EffectiveRulebook::new(rulebook(files)?, BTreeSet::new()))
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
    /// What cases must show: classes, lists, rules with their classes, lines and ends, acts.
    pub items: u64,
    /// What no case shows and no pack gives a reason for.
    pub uncovered: Vec<String>,
    /// What no case shows, with the reason that its pack gives.
    pub excused: Vec<Excused>,
    /// Reasons for what a case shows after all, or what there is not.
    pub idle: Vec<Excused>,
}

/// Something that no case shows, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excused {
    /// The file it stands in.
    pub file: String,
    /// What is not shown.
    pub item: String,
    /// Why.
    pub reason: String,
}

impl Checked {
    /// True where nothing is wrong.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.problems.is_empty() && self.failed.is_empty()
    }

    /// True where cases show everything that has no reason not to be shown.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.uncovered.is_empty() && self.idle.is_empty()
    }
}

/// Checks packs, and runs their own cases where they load.
#[must_use]
pub fn check(files: &PackFiles) -> Checked {
    let loaded = load(files);
    let rulebook = &loaded.rulebook;
    let mut checked = Checked {
        catalogues: rulebook.catalogues.keys().cloned().collect(),
        unverified: rulebook.unverified().into_iter().map(|one| one.item).collect(),
        ..Checked::default()
    };
    if loaded.problems.is_empty() {
        run(&loaded, &mut checked);
    }
    checked.problems = loaded.problems;
    checked
}

/// Runs the cases, and says what they show.
fn run(loaded: &Loaded, checked: &mut Checked) {
    let rulebook = &loaded.rulebook;
    let mut court = Court::new(rulebook);
    let mut shown = BTreeSet::new();
    for (file, case) in &loaded.cases {
        checked.cases += 1;
        let ruling = court.rule(case);
        let given = ruling.as_ref().map_or_else(Outcome::default, |one| one.outcome.clone());
        let found = differences(&case.expect, &given);
        if let (true, Some(ruling)) = (found.is_empty(), &ruling) {
            shown.extend(coverage::shown_by(rulebook, case, ruling));
        } else {
            let (file, name) = (file.clone(), case.name.clone());
            checked.failed.push(FailedCase { file, name, differences: found });
        }
    }
    for (file, case) in &loaded.procedure_cases {
        checked.cases += 1;
        let course = procedures::run(rulebook, case);
        if course.differences.is_empty() {
            shown.extend(course.shows);
        } else {
            let (file, name) = (file.clone(), case.name.clone());
            checked.failed.push(FailedCase { file, name, differences: course.differences });
        }
    }
    let mut items = coverage::items(rulebook);
    items.extend(procedures::items(rulebook));
    checked.items = items.len() as u64;
    let mut missing: BTreeSet<&String> = items.difference(&shown).collect();
    for (file, one) in &loaded.uncovered {
        let (item, reason) = (one.item.clone(), one.reason.clone());
        let excused = Excused { file: file.clone(), item, reason };
        let list = if missing.remove(&one.item) { &mut checked.excused } else { &mut checked.idle };
        list.push(excused);
    }
    checked.uncovered = missing.into_iter().cloned().collect();
}
