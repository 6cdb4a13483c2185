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
    resolve: Resolve,
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

/// What links what, after features and versions were chosen.
#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Link>,
}

#[derive(Debug, Deserialize)]
struct Link {
    pkg: String,
    dep_kinds: Vec<LinkKind>,
}

#[derive(Debug, Deserialize)]
struct LinkKind {
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
    unlinked(rules, &metadata, report);
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

/// Checks what a crate or its tests link, however far down.
fn unlinked(rules: &Rules, metadata: &Metadata, report: &mut Report) {
    let names: BTreeMap<&str, &str> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package.name.as_str()))
        .collect();
    for (name, heavy) in &rules.unlinked {
        let ours = names.iter().filter(|(id, of)| {
            *of == name && metadata.workspace_members.iter().any(|member| member == *id)
        });
        let linked: BTreeSet<&str> = ours
            .flat_map(|(id, _)| linked(&metadata.resolve, id))
            .filter_map(|id| names.get(id))
            .copied()
            .collect();
        for package in heavy.iter().filter(|package| linked.contains(package.as_str())) {
            report.error(format!("`{name}` or its tests link `{package}`, which they must not"));
        }
    }
}

/// Everything that a package and its tests link, itself included.
fn linked<'a>(resolve: &'a Resolve, package: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::from([package]);
    let mut waiting = vec![package];
    while let Some(next) = waiting.pop() {
        let links = resolve.nodes.iter().filter(|node| node.id == next).flat_map(|node| &node.deps);
        for link in links {
            // Of others their own tests are not built.
            let is_built = next == package
                || link.dep_kinds.iter().any(|one| one.kind.as_deref() != Some("dev"));
            if is_built && found.insert(&link.pkg) {
                waiting.push(&link.pkg);
            }
        }
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_of_a_package_count_and_tests_of_others_do_not() {
        let text = r#"{"nodes": [
            {"id": "office", "deps": [
                {"pkg": "store", "dep_kinds": [{"kind": null}]},
                {"pkg": "paper", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "store", "deps": [
                {"pkg": "disk", "dep_kinds": [{"kind": "build"}]},
                {"pkg": "fire", "dep_kinds": [{"kind": "dev"}]},
                {"pkg": "ink", "dep_kinds": [{"kind": "dev"}, {"kind": null}]}]},
            {"id": "paper", "deps": [{"pkg": "wood", "dep_kinds": [{"kind": null}]}]}]}"#;
        let resolve: Resolve = serde_json::from_str(text).unwrap();
        let found: Vec<&str> = linked(&resolve, "office").into_iter().collect();
        assert_eq!(found, ["disk", "ink", "office", "paper", "store", "wood"]);
    }
}
