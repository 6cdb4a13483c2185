//! How one signs in, read from `policy/sign-in.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

const SHIPPED: &str = include_str!("../../policy/sign-in.toml");
const COMMON: &str = include_str!("../../policy/common-passwords.txt");

/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What a password must be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordRules {
    pub(crate) characters_least: usize,
    pub(crate) characters_most: usize,
    pub(crate) different_least: usize,
    days: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lockout {
    free: i64,
    waits_minutes: Vec<i64>,
    forgotten_hours: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionRules {
    idle_minutes: i64,
    whole_hours: i64,
    step_minutes: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeRules {
    hours: i64,
    recovery: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRules {
    days_most: i64,
}

/// Of one-time codes by time.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorRules {
    pub(crate) seconds: i64,
    pub(crate) drift: i64,
}

/// Of identities of other platforms.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityRules {
    pub(crate) most: usize,
    pub(crate) organisation_role: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditRules {
    months_least: u32,
}

/// What checking one password costs.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

/// How one signs in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInPolicy {
    pub(crate) password: PasswordRules,
    lockout: Lockout,
    session: SessionRules,
    code: CodeRules,
    key: KeyRules,
    pub(crate) factor: FactorRules,
    audit: AuditRules,
    pub(crate) identity: IdentityRules,
    pub(crate) argon2: Cost,
    #[serde(skip)]
    common: BTreeSet<String>,
}

impl SignInPolicy {
    /// The policy that the program is shipped with.
    ///
    /// # Errors
    /// It cannot be read; a test refuses that before it is shipped.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        let policy: Self = toml::from_str(SHIPPED)?;
        let lines = COMMON.lines().filter(|line| !line.starts_with('#'));
        Ok(Self { common: lines.map(plain).collect(), ..policy })
    }

    /// The same with a password check that costs next to nothing; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn cheap(self) -> Self {
        Self { argon2: Cost { memory_kib: 8, passes: 1, lanes: 1 }, ..self }
    }

    /// True for a password that guessers try first.
    pub(crate) fn is_common(&self, password: &str) -> bool {
        self.common.contains(&plain(password))
    }

    /// How long a password holds, in microseconds.
    pub(crate) fn password_time(&self) -> i64 {
        self.password.days * DAY
    }

    /// How long the next try waits after so many failures, in microseconds.
    pub(crate) fn wait_after(&self, failures: i64) -> i64 {
        let beyond = failures - self.lockout.free;
        let waits = &self.lockout.waits_minutes;
        match usize::try_from(beyond) {
            Ok(beyond @ 1..) => {
                let wait = waits.get(beyond - 1).or(waits.last());
                wait.copied().unwrap_or_default() * MINUTE
            }
            _ => 0,
        }
    }

    /// After this time failures are forgotten, in microseconds.
    pub(crate) fn forgotten_time(&self) -> i64 {
        self.lockout.forgotten_hours * HOUR
    }

    /// How long a session may rest, in microseconds.
    pub(crate) fn idle_time(&self) -> i64 {
        self.session.idle_minutes * MINUTE
    }

    /// How long a session may rest, in minutes.
    #[must_use]
    pub fn idle_minutes(&self) -> i64 {
        self.session.idle_minutes
    }

    /// How long a session lasts, used or not, in microseconds.
    pub(crate) fn whole_time(&self) -> i64 {
        self.session.whole_hours * HOUR
    }

    /// How long a step between password and session may take, in microseconds.
    pub(crate) fn step_time(&self) -> i64 {
        self.session.step_minutes * MINUTE
    }

    /// How long a one-time code holds, in microseconds.
    pub(crate) fn code_time(&self) -> i64 {
        self.code.hours * HOUR
    }

    /// How long a one-time code holds, in hours.
    #[must_use]
    pub fn code_hours(&self) -> i64 {
        self.code.hours
    }

    /// Recovery codes of an account.
    pub(crate) fn recovery_codes(&self) -> usize {
        self.code.recovery
    }

    /// The longest time of a key, in days.
    #[must_use]
    pub fn key_days_most(&self) -> i64 {
        self.key.days_most
    }

    /// The fewest characters of a password.
    #[must_use]
    pub fn characters_least(&self) -> usize {
        self.password.characters_least
    }

    /// Acts are kept for so many months at least.
    #[must_use]
    pub fn audit_months_least(&self) -> u32 {
        self.audit.months_least
    }
}

fn plain(password: &str) -> String {
    password.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_last() {
        let policy = SignInPolicy::shipped().unwrap();
        let minutes = |failures| policy.wait_after(failures) / MINUTE;
        let waits: Vec<i64> = (3..=12).map(minutes).collect();
        assert_eq!(waits, [0, 0, 1, 2, 5, 15, 30, 60, 60, 60]);
    }
}
