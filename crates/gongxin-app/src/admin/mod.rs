//! The desk of rules, sources and the archive.

mod adopt;
mod archive;
pub(crate) mod article;
mod copy;
mod diff;
mod file;
mod moving;
mod proposal;
mod shelf;
mod source;

pub use adopt::{AdoptAsk, Adopted};
pub use archive::{ArchiveProblem, FsckReport, Ticked};
pub use article::{
    Article, ArticleFault, ArticleItem, ArticleKind, ArticleText, Part as ArticlePart,
};
pub use copy::{Drilled, InService};
pub use diff::{Diff, DiffAsk, DiffLine, Ruled};
pub use file::{WholeFile, WholeRecord};
pub use moving::MoveAsk;
pub use proposal::{AdoptFault, AdoptOrder, AdoptProposal, AdoptState};
pub use shelf::{AdoptPreview, AdoptRun, PackShelf, PreviewKey, PreviewState, Shelved};
pub use source::{NewSource, SourceEnd, SourceFault, SourceItem};
