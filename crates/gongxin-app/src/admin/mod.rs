//! The desk of rules, sources and the archive.

mod adopt;
mod archive;
mod source;

pub use adopt::{Adopted, AdoptAsk};
pub use archive::{ArchiveProblem, FsckReport, Ticked};
pub use source::{NewSource, SourceItem};
