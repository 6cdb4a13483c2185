//! Every limit of the counter, by name.

use tower_http::CompressionLevel;

/// The largest map that an operator gives, in bytes.
pub(crate) const MAP_BYTES: u64 = 8 << 20;
/// The most points that its outlines have.
pub(crate) const MAP_POINTS: usize = 150_000;
/// The most points that are drawn, after those of one place became one: about 30 KB of a page.
pub(crate) const MAP_POINTS_DRAWN: usize = 5_000;
/// Search results on a page.
pub(crate) const RESULTS_ON_PAGE: u16 = 20;
/// Records on a page, and the API's own page size.
pub(crate) const ROWS_ON_PAGE: u16 = 50;
/// The largest page the API gives.
pub(crate) const LARGEST_PAGE: u16 = 200;
/// The longest query that is searched, in characters.
pub(crate) const QUERY_CHARACTERS: usize = 200;
/// The longest code that can be one, in characters, after cleaning.
pub(crate) const CODE_CHARACTERS: usize = 40;
/// The longest cursor, in bytes.
pub(crate) const CURSOR_BYTES: usize = 600;
/// Values of one filter.
pub(crate) const FILTER_VALUES: usize = 50;
/// Questions at the desk at once: each holds a connection to the store.
pub(crate) const QUESTIONS_AT_ONCE: usize = 16;
/// Visitors who wait for a turn; more are asked to come again.
pub(crate) const QUESTIONS_WAITING: usize = 4_000;
/// After how many seconds they may come again.
pub(crate) const BUSY_SECONDS: u32 = 2;
/// The sources a home page or a subject page names before it stops.
pub(crate) const SOURCES_NAMED: usize = 8;
/// Organisations suggested while a query is typed.
pub(crate) const SUGGESTIONS: u16 = 8;
/// From so many characters on a query that is being typed is answered.
pub(crate) const SUGGESTED_FROM: usize = 2;
/// Answers that are remembered, in bytes.
pub(crate) const REMEMBERED_BYTES: u64 = 96 << 20;
/// What one has about; only the room made at the start depends on it.
pub(crate) const REMEMBERED_BYTES_EACH: u64 = 8 << 10;
/// What an answer takes beside its body: headers and the place that it is found by.
pub(crate) const REMEMBERED_BESIDE: u64 = 1_000;
/// The longest address of an answer that is remembered, in bytes.
pub(crate) const REMEMBERED_TARGET: usize = 2_000;
/// An answer is made anew after so long, also where nothing was written.
pub(crate) const REMEMBERED_MICROSECONDS: i64 = 60_000_000;
/// The store is asked again whether something was written after so long.
pub(crate) const MOMENT_MICROSECONDS: i64 = 50_000;
/// Visitors whose visits are counted; those who came longest ago are forgotten first.
pub(crate) const VISITORS_KNOWN: usize = 50_000;
/// Tables that are made at once; more are asked to come again.
pub(crate) const TABLES_AT_ONCE: usize = 4;
/// Pieces of a table that wait for its reader.
pub(crate) const PIECES_WAITING: usize = 2;
/// A reader that takes no piece for so many seconds is given up.
pub(crate) const PIECE_SECONDS: u64 = 60;
/// How hard answers are compressed: a page is a twentieth larger than at the usual level of 6, and takes
/// half of the time.
pub(crate) const COMPRESSION: CompressionLevel = CompressionLevel::Precise(2);
/// Files of open data that go out at once; more are asked to come again.
pub(crate) const FILES_AT_ONCE: usize = 64;
/// The size of a piece of such a file, in bytes. Before each the desk is asked whether it may go on.
pub(crate) const FILE_PIECE: usize = 1 << 20;
/// Codes of a list that a page names; of a longer list it says how many there are.
pub(crate) const CODES_NAMED: usize = 60;
/// The largest form, in bytes.
pub(crate) const FORM_BYTES: usize = 64 << 10;
/// Cases on a page; of more the page says so.
pub(crate) const CASES_ON_PAGE: u32 = 200;
/// Cases on a start page.
pub(crate) const CASES_DUE: u32 = 8;
/// The largest form of a single record, in bytes.
pub(crate) const ENTRY_BYTES: usize = 512 << 10;
/// The largest field beside a file, in bytes.
pub(crate) const PIECE_FIELD_BYTES: usize = 4 << 10;
/// The largest form of a step with its papers, in bytes.
pub(crate) const PAPERS_BYTES: usize = 32 << 20;
/// Bytes of a file that are gathered before they are written.
pub(crate) const PARCEL_PIECE: usize = 256 << 10;
/// Hand-ins on a page.
pub(crate) const BATCHES_ON_PAGE: u16 = 50;
/// Findings of a hand-in on a page.
pub(crate) const FINDINGS_ON_PAGE: usize = 50;
/// Held rows on a page.
pub(crate) const HELD_ON_PAGE: u32 = 50;
/// The largest file of a check, in bytes.
pub(crate) const CHECK_FILE_BYTES: usize = 4 << 20;
/// The longest list that is pasted, in bytes.
pub(crate) const CHECK_LIST_BYTES: usize = 512 << 10;
/// The largest form of a check, in bytes.
pub(crate) const CHECK_FORM_BYTES: usize = CHECK_FILE_BYTES + CHECK_LIST_BYTES + FORM_BYTES;
/// Late records of a class on a page.
pub(crate) const LATE_ON_PAGE: usize = 20;
/// Candidates of a held row that a form names.
pub(crate) const CANDIDATES: usize = 50;
/// The longest reason, in characters.
pub(crate) const REASON_CHARACTERS: usize = 500;
/// Passwords that are checked at once: each takes about 20 MB and a core.
pub(crate) const PASSWORDS_AT_ONCE: usize = 2;
/// Questions to other platforms that wait for an answer at once; they take nobody else's turn.
pub(crate) const PROVIDERS_AT_ONCE: usize = 8;
/// The longest code or state that comes back from another platform, in bytes.
pub(crate) const RETURN_BYTES: usize = 2048;
/// Records on a page of an organisation's file.
pub(crate) const FILE_RECORDS: u16 = 50;
/// Notices on a page of an inbox.
pub(crate) const NOTICES_ON_PAGE: u16 = 20;
/// Acts on a page of their chain.
pub(crate) const ACTS_ON_PAGE: u16 = 50;
