//! The lengths of functions, by a ratchet: what is too long may only become shorter.

use std::collections::BTreeMap;

use super::Report;
use super::files::Files;
use super::rules::Rules;

/// Checks every function outside of tests.
pub(crate) fn check(rules: &Rules, files: &Files, report: &mut Report) {
    let mut long = BTreeMap::new();
    for (path, text) in files.ending(".rs") {
        if path.contains("/tests/") || path.ends_with("/tests.rs") {
            continue;
        }
        for (name, lines) in lengths(text) {
            if lines > rules.function_lines {
                long.insert(format!("{path}::{name}"), lines);
            }
        }
    }
    for (function, lines) in &long {
        match rules.long_functions.get(function) {
            Some(known) if lines <= known => {}
            _ => report.error(format!(
                "`{function}` has {lines} lines; at most {} are allowed",
                rules.function_lines
            )),
        }
    }
    for (function, known) in &rules.long_functions {
        if long.get(function).is_none_or(|lines| lines < known) {
            report.warning(format!("`{function}` became shorter; say so in xtask/tidy.toml"));
        }
    }
}

/// Name and lines of each function. The formatter guarantees that a function ends with a brace
/// as deep as it begins.
fn lengths(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(&str, usize, usize)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line == "#[cfg(test)]" && text.lines().nth(number + 1) == Some("mod tests {") {
            break;
        }
        let depth = line.len() - line.trim_start().len();
        if let Some((name, start, _)) =
            open.pop_if(|(_, _, begun)| *begun == depth && line.trim_start() == "}")
        {
            found.push((name, number + 1 - start));
        } else if let Some(name) = begins(line.trim_start()) {
            let is_whole = line.ends_with('}') || line.ends_with(';');
            if !is_whole {
                open.push((name, number, depth));
            }
        } else if line.trim_start().ends_with(';')
            && open.last().is_some_and(|(_, _, begun)| *begun == depth)
        {
            // A declaration without body, over several lines.
            open.pop();
        }
    }
    found
}

fn begins(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_function = before.split_whitespace().all(|word| {
        matches!(word, "const" | "async" | "unsafe" | "extern" | "\"C\"")
            || word.starts_with("pub")
            || matches!(word, "crate)" | "super)" | "in" | "self)")
    });
    let end = after.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    (is_function && end > 0).then(|| after.get(..end)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured() {
        let text = "fn one() {\n    a\n}\n\nimpl A {\n    pub(crate) fn two(\n        b: B,\n    ) \
                    -> C {\n        if d {\n        }\n    }\n    fn three() {}\n}\n\ntrait T {\n    \
                    fn four(\n        a: A,\n    );\n    fn five() {\n    }\n}\n#[cfg(test)]\nmod \
                    tests {\n    fn six() {\n    }\n}\n";
        assert_eq!(lengths(text), [("one", 3), ("two", 6), ("five", 2)]);
    }
}
