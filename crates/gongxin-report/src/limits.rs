//! Every limit of what is given out, in one place.

/// The limits of files that are given out. [`Limits::default`] is what the platform uses; tests
/// take smaller ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one workbook; further ones go into the next.
    pub rows: u32,
    /// Workbooks of one receipt; rows beyond are counted.
    pub workbooks: u32,
    /// Rows that are listed by number on the receipt sheet because their cells are not given out.
    pub listed: usize,
    /// Characters of a cell: a workbook takes 32,767.
    pub cell_characters: usize,
    /// Values of a drop-down; longer lists are named in the guide only.
    pub drop_down: usize,
    /// Values of a code list that the guide names one by one.
    pub guide_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 50_000,
            workbooks: 400,
            listed: 5_000,
            cell_characters: 32_000,
            drop_down: 5_000,
            guide_values: 30,
        }
    }
}
