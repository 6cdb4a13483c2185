//! All SQL, on SQLite and PostgreSQL: the archive, what is derived from it, batches and changes.

mod error;
mod stub;
mod types;

pub use error::{Result, StoreError};
pub use stub::{FsckReport, Reader, Store, StoreUrl, Writer};
pub use types::*;
