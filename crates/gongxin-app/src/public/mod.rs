//! The public desk: what strangers may ask, and what they may be shown.

pub mod check;
mod desk;
mod names;
mod open_data;
pub mod shown;
mod statistics;

pub use desk::OfficeDesk;
pub(crate) use desk::{book_changes, facts_up_to, public_name, section};
pub use gongxin_report::{write_csv, write_csv_lines};
pub use names::{NAME_INDEX, NameScan};
pub use open_data::OpenDataKeep;
pub use statistics::{StatisticsKeep, statistics_csv};
