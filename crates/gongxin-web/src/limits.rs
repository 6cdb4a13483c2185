//! Every limit of the counter, by name.

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
/// Questions at the desk at once; more are asked to come again.
pub(crate) const QUESTIONS_AT_ONCE: usize = 512;
/// After how many seconds they may come again.
pub(crate) const BUSY_SECONDS: u32 = 2;
/// The sources a home page or a subject page names before it stops.
pub(crate) const SOURCES_NAMED: usize = 8;
/// Organisations suggested while a query is typed.
pub(crate) const SUGGESTIONS: u16 = 8;
/// From so many characters on a query that is being typed is answered.
pub(crate) const SUGGESTED_FROM: usize = 2;
