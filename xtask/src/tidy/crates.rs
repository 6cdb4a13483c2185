//! Arrows between our crates, and what others bring.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::licence::allows;
use super::{Report, rules::Rules};
use crate::run::cargo;

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// Checks what `cargo metadata` says.
pub(crate) fn check(rules: &Rules, report: &mut Report) -> Result<()> {
    let text = cargo("metadata --format-version 1").output()?;
    let metadata: Metadata =
        serde_json::from_str(&text).context("cannot understand `cargo metadata`")?;
    let (ours, others): (Vec<_>, Vec<_>) = metadata
        .packages
        .iter()
        .partition(|package| metadata.workspace_members.contains(&package.id));
    arrows(rules, &ours, report);
    foreign(rules, &others, report);
    duplicates(rules, &others, report);
    Ok(())
}

fn arrows(rules: &Rules, ours: &[&Package], report: &mut Report) {
    let names: BTreeSet<&str> = ours.iter().map(|package| package.name.as_str()).collect();
    for package in ours {
        let Some(allowed) = rules.arrows.get(&package.name) else {
            report.error(format!("crate `{}` has no arrows in xtask/tidy.toml", package.name));
            continue;
        };
        let may_name = |name: &str| {
            name == package.name || allowed.iter().any(|one| one == name || one == "*")
        };
        for dependency in &package.dependencies {
            // Tests may use what they want of ours.
            let is_for_tests = dependency.kind.as_deref() == Some("dev");
            let name = dependency.name.as_str();
            if names.contains(name) && !is_for_tests && !may_name(name) {
                report.error(format!(
                    "`{}` must not name `{name}`; a new arrow needs an ADR",
                    package.name
                ));
            }
        }
    }
    for name in rules.arrows.keys().filter(|name| !names.contains(name.as_str())) {
        report.error(format!("xtask/tidy.toml has arrows for `{name}`, which is no crate"));
    }
}

fn foreign(rules: &Rules, others: &[&Package], report: &mut Report) {
    for package in others {
        let (name, version) = (&package.name, &package.version);
        let licence = package.license.as_deref().unwrap_or("none stated");
        if !allows(&rules.licences, licence) {
            report.error(format!(
                "`{name}` {version} has the licence `{licence}`, which is not allowed"
            ));
        }
        for (refused, why) in &rules.refused {
            if name.starts_with(refused.as_str()) {
                report.error(format!("`{name}` is refused: {why}"));
            }
        }
    }
}

fn duplicates(rules: &Rules, others: &[&Package], report: &mut Report) {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in others {
        versions.entry(&package.name).or_default().insert(&package.version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    for (name, versions) in &versions {
        if !rules.duplicates.contains_key(*name) {
            let versions: Vec<&str> = versions.iter().copied().collect();
            report.error(format!(
                "`{name}` is there in versions {}; avoid it, or give a reason in xtask/tidy.toml",
                versions.join(", ")
            ));
        }
    }
    for name in rules.duplicates.keys().filter(|name| !versions.contains_key(name.as_str())) {
        report.warning(format!("`{name}` is there once; take it out of xtask/tidy.toml"));
    }
}
