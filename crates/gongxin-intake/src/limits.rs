//! Every limit of intake, in one place. Reaching one is a finding that names it, never a panic
//! and never a silent cut.

/// The limits under which files are read. [`Limits::default`] is what the platform uses; tests
/// take smaller ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a text file (CSV, TSV, JSON). They are streamed, so this guards time, not memory.
    pub text_bytes: u64,
    /// Bytes of a workbook file. The child process holds it whole.
    pub workbook_bytes: u64,
    /// Bytes of all parts of a workbook once unpacked, as the archive declares them.
    pub unpacked_bytes: u64,
    /// How many times larger than the packed file the unpacked parts may be, where they exceed
    /// [`Limits::unpacked_free_bytes`].
    pub unpacked_ratio: u64,
    /// Unpacked bytes to which the ratio does not apply: small sheets pack very well.
    pub unpacked_free_bytes: u64,
    /// Address space of the child process, in KiB.
    pub child_memory_kib: u64,
    /// Processor seconds of the child process.
    pub child_seconds: u64,
    /// Bytes of one row, decoded to UTF-8.
    pub row_bytes: usize,
    /// Bytes of one cell, decoded to UTF-8.
    pub cell_bytes: usize,
    /// Columns of one row.
    pub columns: usize,
    /// Line breaks inside one quoted cell; beyond it the quote counts as broken.
    pub quoted_line_breaks: usize,
    /// Rows of one sheet or file.
    pub rows: u64,
    /// Rows of a table that is no hand-in, such as a sheet of judgements.
    pub table_rows: usize,
    /// Sheets of one workbook.
    pub sheets: usize,
    /// Rows and bytes of them that a sheet of the Open Document Format may state by saying that a
    /// filled row repeats.
    pub repeated_rows: u64,
    /// See [`Limits::repeated_rows`].
    pub repeated_bytes: u64,
    /// Files packed into one.
    pub members: usize,
    /// Elements in one another, in XML and in sheets of the Open Document Format.
    pub depth: usize,
    /// Rows at the top among which the header is looked for.
    pub header_rows: usize,
    /// Share of a row's filled cells, in percent, that must be known headers.
    pub header_percent: usize,
    /// The first and the last year that a day may lie in without a finding.
    pub earliest_year: i16,
    /// See [`Limits::earliest_year`].
    pub latest_year: i16,
    /// Keys of a JSON file taken together.
    pub json_keys: usize,
    /// Findings that one receipt keeps; counting goes on.
    pub findings: usize,
    /// Unknown columns that are named one by one.
    pub unknown_columns: usize,
    /// Bytes looked at to find format, encoding and delimiter.
    pub sniff_bytes: usize,
    /// Bytes of a mapping file.
    pub mapping_bytes: usize,
    /// Bytes of a paper that comes with a case.
    pub paper_bytes: u64,
    /// Bytes of one part of it once unpacked.
    pub paper_unpacked_bytes: u64,
    /// Processor seconds of the child process that reads it.
    pub paper_seconds: u64,
    /// Its pages.
    pub paper_pages: usize,
    /// Characters of what it says.
    pub paper_characters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        const ROW: usize = 1 << 20;
        Self {
            text_bytes: 64 << 30,
            workbook_bytes: 256 * MIB,
            unpacked_bytes: 4096 * MIB,
            // Real sheets pack to a tenth; a million empty styled rows, to a twelfth.
            unpacked_ratio: 60,
            unpacked_free_bytes: 32 * MIB,
            // A sheet of a million rows with nine columns takes 350 MB.
            child_memory_kib: 512 << 10,
            child_seconds: 600,
            row_bytes: ROW,
            cell_bytes: 64 << 10,
            columns: 1024,
            quoted_line_breaks: 200,
            rows: 100_000_000,
            table_rows: 100_000,
            sheets: 500,
            repeated_rows: 100_000,
            repeated_bytes: 64 * MIB,
            members: 1000,
            depth: 128,
            header_rows: 40,
            header_percent: 40,
            earliest_year: 1949,
            latest_year: 2120,
            json_keys: 1024,
            findings: 100_000,
            unknown_columns: 50,
            sniff_bytes: 64 << 10,
            mapping_bytes: ROW,
            paper_bytes: 10 * MIB,
            paper_unpacked_bytes: 64 * MIB,
            paper_seconds: 30,
            paper_pages: 200,
            // Some forty pages as authorities set them.
            paper_characters: 40_000,
        }
    }
}
