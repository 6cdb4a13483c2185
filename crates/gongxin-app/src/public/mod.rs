//! The public desk: what strangers may ask, and what they may be shown.

mod desk;
mod finder;
pub mod shown;

pub use desk::OfficeDesk;
pub use finder::{Finder, NAME_INDEX};
