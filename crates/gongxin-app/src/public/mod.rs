//! The public desk: what strangers may ask, and what they may be shown.

pub mod shown;
