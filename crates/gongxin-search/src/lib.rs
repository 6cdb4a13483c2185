//! The name index: derived, rebuildable, holding ids and ranking only.
//!
//! A name is found by any part of it, however short, in its normal form
//! ([`gongxin_model::text::normalise_name`]). The index gives subject numbers in an order; what a
//! page shows of a subject it reads from the store, so that a stale index leaks nothing. The
//! cursor of the change feed is committed together with what it stands for.
//!
//! [`NaiveScan`] answers the same questions by reading all names: the oracle of the tests, and
//! enough for a small store.

mod hits;
mod index;
mod limits;
mod naive;
mod query;
mod schema;

pub use hits::{Hit, Hits};
pub use index::{NameDocument, NameIndex, Opened, SearchError};
pub use limits::{EXACT_TOTAL_LIMIT, QUERY_CHARACTERS_LIMIT};
pub use naive::NaiveScan;
