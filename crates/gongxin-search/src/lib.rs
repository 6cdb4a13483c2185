//! The name index on disk: derived, rebuildable, holding ids and ranking only.
//!
//! It answers what [`gongxin_model::names::scan`], which reads every name, answers. The cursor of
//! the change feed is committed together with what it stands for.

mod index;
mod limits;
mod query;
mod schema;
mod search;

pub use index::{Opened, SearchError, TantivyIndex};
