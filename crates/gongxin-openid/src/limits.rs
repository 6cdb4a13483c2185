//! The limits of this room.

use std::time::Duration;

/// A provider answers within this time, or it does not answer.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
pub(crate) const ANSWER_BYTES: u64 = 512 * 1024;
/// The longest code that is handed on, in bytes.
pub(crate) const CODE_BYTES: usize = 2048;
/// The longest subject (OpenID Connect Core, section 2), in bytes.
pub(crate) const SUBJECT_BYTES: usize = 255;
/// So many values of one claim are read.
pub(crate) const CLAIM_VALUES: usize = 32;
/// What is known of a provider is asked anew after this time when somebody leaves, in microseconds. When
/// they come back it is always asked anew.
pub(crate) const KNOWN_FOR: i64 = 60_000_000;
/// A token is taken for so long after it was made, beside the skew, in seconds.
pub(crate) const TOKEN_SECONDS: i64 = 600;
