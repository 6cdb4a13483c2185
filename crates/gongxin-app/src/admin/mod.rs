//! The desk of rules, sources and the archive.

mod adopt;
mod archive;
pub(crate) mod article;
mod copy;
mod diff;
mod file;
mod moving;
mod source;

pub use adopt::{AdoptAsk, Adopted};
pub use archive::{ArchiveProblem, FsckReport, Ticked};
pub use article::{Article, ArticleItem, ArticleKind, ArticleText};
pub use copy::{Drilled, InService};
pub use diff::{Diff, DiffAsk, DiffLine, Ruled};
pub use file::{WholeFile, WholeRecord};
pub use moving::MoveAsk;
pub use source::{NewSource, SourceItem};
