//! The sockets that the office opens by itself: mail and webhooks. Nothing else here speaks to another
//! machine.

mod hook;
mod mail;

pub use hook::{HookCarrier, HookRules};
pub use mail::{MailCarrier, MailRules, MailTls};

pub(crate) use hook::url_fits;
pub(crate) use mail::address_fits;

/// What the door asked for cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(String);
