//! The desk that deals with another platform: what goes up, what comes back, and how well bodies
//! hand in.

mod declare;
mod figures;
mod quality;
mod returned;
mod scope;
mod select;
mod tally;
mod upload;

pub use figures::{
    Definition, Figures, FiguresAsk, FindingCount, LateRecord, Line, Measured, figures_as_csv,
};
pub use quality::{
    Fullness, Improvement, Quality, QualityClass, QualityFinding, QualityLine, QualityRows,
};
pub use returned::{ReturnAsk, ReturnReceipt, ReturnTrouble};
pub use scope::Scope;
pub(crate) use scope::stem;
pub use select::{Answer, Fate};
pub use upload::{SentItem, UploadAsk, UploadItem, WrittenFile};
