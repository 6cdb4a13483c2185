//! `cargo xtask tidy`: what no compiler checks.

mod crates;
mod files;
mod functions;
mod licence;
mod links;
mod rules;

use anyhow::{Result, bail};

use crate::run::root;

/// What is wrong, and what only should be better.
#[derive(Debug, Default)]
pub(crate) struct Report {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Report {
    /// Notes what must not be.
    fn error(&mut self, text: impl Into<String>) {
        self.errors.push(text.into());
    }

    /// Notes what should not be.
    fn warning(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }
}

/// Checks everything and fails if anything is wrong.
pub(crate) fn run() -> Result<()> {
    let rules = rules::Rules::read()?;
    let mut report = Report::default();
    crates::check(&rules, &mut report)?;
    let files = files::Files::read(&root())?;
    files::check(&rules, &files, &mut report);
    functions::check(&rules, &files, &mut report);
    links::check(&root(), &files, &mut report);
    report.warnings.sort();
    for warning in &report.warnings {
        println!("warning: {warning}");
    }
    for error in &report.errors {
        println!("error: {error}");
    }
    if !report.errors.is_empty() {
        bail!("tidy found {} errors", report.errors.len());
    }
    println!("tidy: {} files, no errors, {} warnings", files.len(), report.warnings.len());
    Ok(())
}
