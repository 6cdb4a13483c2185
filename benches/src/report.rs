//! The report: as tables on a terminal, and as `results.md`.

use std::fmt::Write as _;

use serde::Serialize;

use crate::figure::Figure;
use crate::machine::Machine;

/// Everything that was measured in a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) sections: Vec<Section>,
}

/// What one part measured.
#[derive(Debug, Serialize)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    /// What was done with what, in a sentence or two.
    pub(crate) about: String,
    pub(crate) figures: Vec<Figure>,
    pub(crate) tables: Vec<Table>,
}

/// A breakdown beside the figures.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

const HEAD: [&str; 6] = ["what", "measured", "peer", "ratio", "aim", "note"];

impl Section {
    fn figures(&self) -> Table {
        let peer = |figure: &Figure| match &figure.peer {
            None => String::new(),
            Some(peer) => match peer.amount {
                Some(amount) => format!("{}: {}", peer.name, figure.unit.shown(amount)),
                None => format!("{}: not to be had", peer.name),
            },
        };
        let ratio = |figure: &Figure| {
            figure.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}"))
        };
        let row = |figure: &Figure| {
            vec![
                figure.what.clone(),
                figure.unit.shown(figure.amount),
                peer(figure),
                ratio(figure),
                figure.verdict(),
                figure.note.clone(),
            ]
        };
        Table {
            title: String::new(),
            head: HEAD.map(str::to_owned).to_vec(),
            rows: self.figures.iter().map(row).collect(),
        }
    }

    /// For a terminal.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{}: {}\n\n{}", self.name, self.about, self.figures().to_text());
        for table in &self.tables {
            let _ = write!(text, "\n{}\n{}", table.title, table.to_text());
        }
        text
    }
}

impl Table {
    /// Columns in line; a character of Chinese takes two places.
    fn to_text(&self) -> String {
        let lines: Vec<&Vec<String>> = std::iter::once(&self.head).chain(&self.rows).collect();
        let width = |column: usize| {
            lines.iter().filter_map(|line| line.get(column)).map(|cell| places(cell)).max()
        };
        let widths: Vec<usize> =
            (0..self.head.len()).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for line in lines {
            let mut row = String::new();
            for (cell, width) in line.iter().zip(&widths) {
                let gap = width.saturating_sub(places(cell)) + 2;
                let _ = write!(row, "{cell}{:gap$}", "");
            }
            text.push_str(row.trim_end());
            text.push('\n');
        }
        text
    }

    fn to_markdown(&self) -> String {
        let row = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = row(&self.head);
        text.push_str(&format!("|{}\n", " --- |".repeat(self.head.len())));
        text.extend(self.rows.iter().map(|cells| row(cells)));
        text
    }
}

fn places(cell: &str) -> usize {
    cell.chars().map(|letter| if letter >= '\u{2e80}' { 2 } else { 1 }).sum()
}

impl Report {
    pub(crate) const fn new(machine: Machine) -> Self {
        Self { machine, sections: Vec::new() }
    }

    /// For `results.md`.
    pub(crate) fn to_markdown(&self) -> String {
        let mut text = String::from(
            "# Results\n\nWritten by `cargo xtask bench`; how to read it: \
             [docs/develop/benchmarks.md](../docs/develop/benchmarks.md).\n\n",
        );
        text.push_str(&self.machine.to_markdown());
        for section in &self.sections {
            let Section { name, about, .. } = section;
            let _ = write!(text, "\n## {name}\n\n{about}\n\n{}", section.figures().to_markdown());
            for table in &section.tables {
                let _ = write!(text, "\n{}\n\n{}", table.title, table.to_markdown());
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Unit;

    #[test]
    fn figures_stand_in_a_table() {
        let section = Section {
            name: "checking",
            about: "About.".to_owned(),
            figures: vec![
                Figure::new("演练 rows", 200.0, Unit::RowsPerSecond).against("a | b", 400.0),
                Figure::new("other", 1.5, Unit::Seconds),
            ],
            tables: Vec::new(),
        };
        assert_eq!(
            section.figures().to_text(),
            "what       measured    peer               ratio  aim  note\n\
             演练 rows  200 rows/s  a | b: 400 rows/s  0.50\n\
             other      1.50 s\n"
        );
        assert_eq!(
            section.figures().to_markdown(),
            "| what | measured | peer | ratio | aim | note |\n\
             | --- | --- | --- | --- | --- | --- |\n\
             | 演练 rows | 200 rows/s | a \\| b: 400 rows/s | 0.50 |  |  |\n\
             | other | 1.50 s |  |  |  |  |\n"
        );
    }
}
