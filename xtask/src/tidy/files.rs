//! Our files: their lengths, their places, the words in them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Report;
use super::rules::{Rules, WordRule};
use crate::run::program;

/// The texts of the project by path, with `/`; what git ignores is not among them.
#[derive(Debug)]
pub(crate) struct Files(BTreeMap<String, String>);

impl Files {
    /// Reads what git knows and what it does not ignore.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let listed = program("git ls-files -z --cached --others --exclude-standard").output()?;
        let mut files = BTreeMap::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let is_text = [".rs", ".md", ".toml", ".sql", ".html", ".ts", ".css"];
            let full = root.join(path);
            if is_text.iter().any(|end| path.ends_with(end)) && full.exists() {
                let text = std::fs::read_to_string(&full)
                    .with_context(|| format!("cannot read `{path}`"))?;
                files.insert(path.to_owned(), text);
            }
        }
        Ok(Self(files))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Path and text of the files whose names end so.
    pub(crate) fn ending(&self, end: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(move |(path, _)| path.ends_with(end))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// True if the file is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

/// Checks lengths, words, and that every file is part of its crate.
pub(crate) fn check(rules: &Rules, files: &Files, report: &mut Report) {
    for (path, text) in files.ending(".rs") {
        let lines = text.lines().count();
        if lines > rules.file_lines {
            report.warning(format!("{path} has {lines} lines; aim at {}", rules.file_lines));
        }
        for rule in &rules.words {
            words(rule, path, text, report);
        }
        forgotten(files, path, report);
        second_binary(path, report);
    }
}

fn words(rule: &WordRule, path: &str, text: &str, report: &mut Report) {
    let begins = |starts: &[String]| starts.iter().any(|start| path.starts_with(start.as_str()));
    if !begins(&rule.within) || begins(&rule.except) {
        return;
    }
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        if rule.lines.iter().any(|words| stand_in_order(words, code)) {
            report.error(format!("{path}:{}: {}", number + 1, rule.why));
        }
    }
}

fn stand_in_order(words: &[String], line: &str) -> bool {
    let mut rest = line;
    words.iter().all(|word| match rest.split_once(word.as_str()) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// A file that no other declares is never compiled, and a test in it never run.
fn forgotten(files: &Files, path: &str, report: &mut Report) {
    let Some((directory, name)) = path.rsplit_once('/') else {
        return;
    };
    let is_source = path.contains("/src/") || path.contains("/tests/it/");
    if !is_source
        || matches!(name, "main.rs" | "lib.rs" | "build.rs")
        || directory.ends_with("/src/bin")
    {
        return;
    }
    let (module, place) = if name == "mod.rs" {
        directory.rsplit_once('/').map_or((directory, ""), |(place, module)| (module, place))
    } else {
        (name.trim_end_matches(".rs"), directory)
    };
    let parents = [
        format!("{place}/main.rs"),
        format!("{place}/lib.rs"),
        format!("{place}/mod.rs"),
        format!("{place}.rs"),
    ];
    let declaration = format!("mod {module};");
    let file_name = format!("\"{name}\"");
    let is_declared = parents
        .iter()
        .filter_map(|parent| files.0.get(parent))
        .any(|text| text.contains(&declaration) || text.contains(&file_name));
    if !is_declared {
        report.error(format!("{path} is not part of its crate: no parent says `{declaration}`"));
    }
}

fn second_binary(path: &str, report: &mut Report) {
    let is_beside = path.split_once("/tests/").is_some_and(|(place, rest)| {
        place.starts_with("crates/") && !place.contains("/src") && !rest.contains('/')
    });
    if is_beside {
        report.error(format!("{path} is a second test binary; put it into tests/it/"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_their_order() {
        let words = ["SELECT ".to_owned(), " FROM ".to_owned()];
        assert!(stand_in_order(&words, "\"SELECT a FROM b\""));
        assert!(!stand_in_order(&words, "\" FROM SELECT \""));
    }

    #[test]
    fn a_file_that_nobody_declares_is_found() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = Files(BTreeMap::from([
            file("crates/a/src/lib.rs", "mod here;\nmod deep;"),
            file("crates/a/src/here.rs", ""),
            file("crates/a/src/deep.rs", "mod deeper;"),
            file("crates/a/src/deep/deeper.rs", ""),
            file("crates/a/src/lost.rs", ""),
            file("crates/a/tests/it/main.rs", ""),
            file("crates/a/tests/it/lost.rs", ""),
        ]));
        let mut report = Report::default();
        for (path, _) in files.ending(".rs") {
            forgotten(&files, path, &mut report);
        }
        assert_eq!(report.errors.len(), 2, "{report:?}");
        assert!(report.errors.iter().all(|error| error.contains("lost.rs")));
    }
}
