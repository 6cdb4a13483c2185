//! A row as it came, in one buffer that is used again for the next.

/// A row before anything is known about its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawRow {
    /// The row as the supplier counts: the sheet's row, the file's line, the array's element;
    /// 1 is the first.
    pub number: u64,
    /// What went wrong while reading it.
    pub trouble: Trouble,
    text: String,
    ends: Vec<usize>,
}

/// What went wrong while reading a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trouble {
    /// A quote was never closed; the line was split at its delimiters instead.
    pub broken_quote: bool,
    /// A quote stood inside a quoted cell without being doubled; it was kept.
    pub loose_quote: bool,
    /// The row is longer than the limit; its cells were dropped.
    pub too_long: bool,
    /// The row has more columns than the limit; the rest was dropped.
    pub too_wide: bool,
    /// The line is not a JSON object.
    pub unreadable: bool,
    /// The row is in another encoding than the file.
    pub misread: bool,
    /// The file ends inside the row's line.
    pub unended: bool,
}

impl RawRow {
    /// Empties the row for use at another place.
    pub fn reset(&mut self, number: u64) {
        self.number = number;
        self.trouble = Trouble::default();
        self.clear_cells();
    }

    /// Drops the cells and keeps number and trouble.
    pub fn clear_cells(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds to the cell that is being written.
    pub fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell that is being written.
    pub fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Adds a whole cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// The number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there is no cell at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell; empty where the row is shorter.
    #[must_use]
    pub fn cell(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else {
            return "";
        };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).unwrap_or(&0);
        self.text.get(*start..*end).unwrap_or_default()
    }

    /// All cells in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// The text of all cells, one behind the other.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if nothing is filled but a running number, as in templates that were never filled in.
    #[must_use]
    pub fn is_only_numbered(&self) -> bool {
        const LONGEST: usize = 7;
        let text = self.text.trim();
        (1..=LONGEST).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && self.cells().filter(|cell| !is_blank(cell)).count() == 1
    }

    /// True if every cell is blank and nothing went wrong.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let trouble = Trouble { unended: false, ..self.trouble };
        trouble == Trouble::default() && is_blank(&self.text)
    }
}

/// True if nothing can be seen: blanks of all widths, control characters, byte order marks.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_blank_character)
}

/// True for what nobody sees.
pub(crate) fn is_blank_character(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_again_and_missing_ones_are_empty() {
        let mut row = RawRow::default();
        row.reset(7);
        row.push("甲");
        row.push("");
        row.append("乙");
        row.append("丙");
        row.end_cell();
        assert_eq!(row.cells().collect::<Vec<_>>(), ["甲", "", "乙丙"]);
        assert_eq!(row.cell(3), "");
        assert!(!row.is_blank());
        row.reset(8);
        row.push(" \u{3000}\0");
        assert!(row.is_blank());
    }
}
