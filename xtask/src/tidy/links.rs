//! Links in documents lead somewhere.

use std::path::Path;

use super::Report;
use super::files::Files;

/// Checks the links of all documents that lead to files.
pub(crate) fn check(root: &Path, files: &Files, report: &mut Report) {
    for (path, text) in files.ending(".md") {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        for (line, target) in targets(text) {
            // An address of the site is followed by a test of the counter.
            let is_elsewhere = ["/", "mailto:"].iter().any(|start| target.starts_with(start))
                || target.contains("://");
            let file = target.split('#').next().unwrap_or_default();
            if is_elsewhere || file.is_empty() {
                continue;
            }
            let found = root.join(directory).join(file);
            if !found.exists() && !files.has(file) {
                report.error(format!("{path}:{line}: the link to `{target}` leads nowhere"));
            }
        }
    }
}

/// Line and target of each `](target)`, outside of code.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        is_code ^= line.trim_start().starts_with("```");
        if is_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            if let Some((target, _)) = part.split_once(')') {
                found.push((number + 1, target.split_whitespace().next().unwrap_or_default()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_outside_of_code() {
        let text = "see [a](b.md) and ![c](d/e.png \"title\")\n```\n[x](y)\n```\n[f](#g)";
        assert_eq!(targets(text), [(1, "b.md"), (1, "d/e.png"), (5, "#g")]);
    }
}
