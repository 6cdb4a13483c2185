//! Who is told of what, read from `policy/notices.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Channel, NoticeKind};

const SHIPPED: &str = include_str!("../../policy/notices.toml");

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Who of an audience is told of a kind, and over which channels where nobody chose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindRule {
    kind: NoticeKind,
    roles: Vec<String>,
    mail: bool,
    webhook: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ahead {
    case_working_days: u16,
    key_days: i64,
    held_days: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutboxRules {
    waits_minutes: Vec<i64>,
    lease_minutes: i64,
    claim: i64,
    keep_days: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressRules {
    code_hours: i64,
    again_minutes: i64,
    tries_most: i64,
    characters_most: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookRules {
    most: usize,
    characters_most: usize,
    tolerance_minutes: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kinds: Vec<KindRule>,
    ahead: Ahead,
    outbox: OutboxRules,
    address: AddressRules,
    webhook: WebhookRules,
}

/// The policy of notices does not fit the program.
#[derive(Debug, thiserror::Error)]
pub enum NoticePolicyError {
    /// It is no TOML of this shape, or names a kind that there is not.
    #[error("the policy of notices cannot be read")]
    Shape(#[from] toml::de::Error),
    /// A kind stands in it not once, or a figure makes no sense.
    #[error("the policy of notices: {0}")]
    Meaning(String),
}

/// Who is told of what, and how often a channel is tried.
#[derive(Debug, Clone)]
pub struct NoticePolicy {
    kinds: BTreeMap<NoticeKind, KindRule>,
    ahead: Ahead,
    outbox: OutboxRules,
    address: AddressRules,
    webhook: WebhookRules,
}

impl NoticePolicy {
    /// The policy that the program is shipped with.
    ///
    /// # Errors
    /// It does not fit the program; a test refuses that before it is shipped.
    pub fn shipped() -> Result<Self, NoticePolicyError> {
        Self::parse(SHIPPED)
    }

    fn parse(text: &str) -> Result<Self, NoticePolicyError> {
        let File { kinds: rules, ahead, outbox, address, webhook } = toml::from_str(text)?;
        let wrong = |what: String| Err(NoticePolicyError::Meaning(what));
        let mut kinds = BTreeMap::new();
        for rule in rules {
            let word = rule.kind.word();
            if kinds.insert(rule.kind, rule).is_some() {
                return wrong(format!("`{word}` stands twice"));
            }
        }
        if let Some(missing) = NoticeKind::ALL.iter().find(|kind| !kinds.contains_key(kind)) {
            return wrong(format!("`{}` is missing", missing.word()));
        }
        let waits = &outbox.waits_minutes;
        if waits.is_empty() || !waits.is_sorted() || outbox.claim < 1 || outbox.lease_minutes < 1 {
            return wrong("the waits must be given and grow, a claim and its lease be 1".into());
        }
        Ok(Self { kinds, ahead, outbox, address, webhook })
    }

    /// True where a role is told of a kind.
    pub(super) fn tells(&self, kind: NoticeKind, role: &str) -> bool {
        self.kinds.get(&kind).is_some_and(|rule| rule.roles.iter().any(|one| one == role))
    }

    /// True where a kind goes over a channel when nobody chose.
    #[must_use]
    pub fn goes(&self, kind: NoticeKind, channel: Channel) -> bool {
        self.kinds.get(&kind).is_some_and(|rule| match channel {
            Channel::Mail => rule.mail,
            Channel::Webhook => rule.webhook,
        })
    }

    /// The kinds of which some of these roles are told; those about the account itself among them.
    #[must_use]
    pub fn kinds_of(&self, roles: &[&str]) -> Vec<NoticeKind> {
        let is_told = |rule: &KindRule| {
            rule.roles.iter().any(|one| one == "self" || roles.contains(&one.as_str()))
        };
        self.kinds.values().filter(|rule| is_told(rule)).map(|rule| rule.kind).collect()
    }

    pub(super) fn case_working_days(&self) -> u16 {
        self.ahead.case_working_days
    }

    pub(super) fn key_time(&self) -> i64 {
        self.ahead.key_days * DAY
    }

    pub(super) fn held_time(&self) -> i64 {
        self.ahead.held_days.max(1) * DAY
    }

    /// How long the next try waits after so many; none where it is given up.
    pub(super) fn wait_after(&self, tries: i64) -> Option<i64> {
        let place = usize::try_from(tries - 1).ok()?;
        self.outbox.waits_minutes.get(place).map(|minutes| minutes * MINUTE)
    }

    pub(super) fn lease(&self) -> i64 {
        self.outbox.lease_minutes * MINUTE
    }

    pub(super) fn claim(&self) -> i64 {
        self.outbox.claim
    }

    pub(super) fn keep_time(&self) -> i64 {
        self.outbox.keep_days * DAY
    }

    pub(super) fn code_time(&self) -> i64 {
        self.address.code_hours * HOUR
    }

    /// How long the code holds that confirms an address, in hours.
    #[must_use]
    pub fn code_hours(&self) -> i64 {
        self.address.code_hours
    }

    pub(super) fn again_time(&self) -> i64 {
        self.address.again_minutes * MINUTE
    }

    /// How soon another code can be asked for, in minutes.
    #[must_use]
    pub fn again_minutes(&self) -> i64 {
        self.address.again_minutes
    }

    pub(super) fn tries_most(&self) -> i64 {
        self.address.tries_most
    }

    pub(super) fn address_characters(&self) -> usize {
        self.address.characters_most
    }

    /// How many webhooks an account has at most.
    #[must_use]
    pub fn webhooks_most(&self) -> usize {
        self.webhook.most
    }

    pub(super) fn url_characters(&self) -> usize {
        self.webhook.characters_most
    }

    /// The age beyond which a receiver should refuse a message, in minutes.
    #[must_use]
    pub fn tolerance_minutes(&self) -> i64 {
        self.webhook.tolerance_minutes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::RightsTable;

    #[test]
    fn the_shipped_policy_fits_and_a_slip_is_refused() {
        let policy = NoticePolicy::shipped().unwrap();
        let rights = RightsTable::shipped().unwrap();
        for rule in policy.kinds.values() {
            for role in &rule.roles {
                assert!(role == "self" || rights.role(role).is_some(), "{role}");
            }
        }
        for (slip, what) in [
            ("kind = \"key.ends\"", "kind = \"key.end\""),
            ("kind = \"key.ends\"", "kind = \"batch.done\""),
            ("waits_minutes = [1,", "waits_minutes = [9,"),
            ("claim = 4", "claim = 0"),
        ] {
            assert!(NoticePolicy::parse(&SHIPPED.replace(slip, what)).is_err(), "{what}");
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let policy = NoticePolicy::shipped().unwrap();
        let minutes: Vec<_> =
            (0..=8).map(|tries| policy.wait_after(tries).map(|wait| wait / MINUTE)).collect();
        let some = [1, 5, 15, 60, 240, 720, 1440].map(Some);
        assert_eq!(minutes[1..8], some);
        assert_eq!((minutes[0], minutes[8]), (None, None));
    }
}
