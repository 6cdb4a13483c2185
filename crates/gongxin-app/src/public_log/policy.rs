//! The rhythm of the log, read from `policy/log.toml`.

use serde::Deserialize;

const SHIPPED: &str = include_str!("../../policy/log.toml");
const SECOND: i64 = 1_000_000;

/// How often the log is signed, and how it is integrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPolicy {
    checkpoint_seconds: u32,
    pub(super) tiles_at_once: u16,
    pub(crate) checkpoint_kept_seconds: u32,
}

impl LogPolicy {
    /// The policy that the program is shipped with.
    ///
    /// # Errors
    /// It cannot be read; a test refuses that before it is shipped.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(SHIPPED)
    }

    /// The least time between two checkpoints, in microseconds.
    pub(super) fn checkpoint_every(self) -> i64 {
        i64::from(self.checkpoint_seconds) * SECOND
    }

    /// In how many seconds what is new is signed.
    #[must_use]
    pub fn wait_seconds(self) -> u32 {
        self.checkpoint_seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_makes_sense() {
        let policy = LogPolicy::shipped().unwrap();
        assert!(policy.tiles_at_once > 0 && policy.checkpoint_seconds > 0);
        assert!(policy.checkpoint_kept_seconds <= policy.checkpoint_seconds);
    }
}
