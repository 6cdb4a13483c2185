//! What an account looks after of its own notices: the channels of each kind, its address, its webhooks.

use gongxin_model::Instant;
use gongxin_store::desk::{ChoiceRow, ContactRow, DeliveryAsk, WebhookRow};

use super::{Channel, NoticeKind, courier, letter};
use crate::accounts::{Signed, plain_code, recovery_code, same};
use crate::gate::{OwnWebhooks, Permit, Refused, Scope};
use crate::transport::{HookRules, address_fits, url_fits};
use crate::{Office, OfficeError};

/// So many deliveries are looked at to say how a channel does.
const LATEST: i64 = 500;
/// A digit string of this length may be a person's number.
const NUMBER_DIGITS: usize = 11;

/// Why something of one's own notices was not altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeFault {
    /// It is no address of mail.
    Address,
    /// The address holds a number of a person or phone; those are never kept.
    AddressNumber,
    /// A code was sent a moment ago.
    Soon,
    /// No code waits, it is wrong, or its time is over.
    Code,
    /// It is no address of a webhook that is allowed here.
    Url,
    /// The account has as many webhooks as it may have.
    Many,
}

impl NoticeFault {
    /// The last part of the key of its words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::AddressNumber => "address_number",
            Self::Soon => "soon",
            Self::Code => "code",
            Self::Url => "url",
            Self::Many => "many",
        }
    }
}

/// An account's address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactItem {
    /// The address that was confirmed.
    pub address: Option<String>,
    /// The one that waits for its code.
    pub asked: Option<String>,
    /// The word of what was wrong with the last mail, where it was not taken.
    pub fault: Option<String>,
}

/// A webhook of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookItem {
    /// Its number.
    pub no: i64,
    /// The address.
    pub url: String,
    /// Since when.
    pub made_at: Instant,
    /// The word of what was wrong with the last message, where it was not taken.
    pub fault: Option<String>,
}

/// Over which channels an account is told of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelChoice {
    /// The kind.
    pub kind: NoticeKind,
    /// By mail.
    pub mail: bool,
    /// To webhooks.
    pub webhook: bool,
}

/// An account's settings of notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeSettings {
    /// Its address.
    pub contact: ContactItem,
    /// The kinds that its roles may be told of.
    pub kinds: Vec<ChannelChoice>,
    /// Its webhooks.
    pub webhooks: Vec<WebhookItem>,
}

impl Office {
    /// The settings of the account that asks.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn notice_settings(&self, who: &Signed) -> Result<NoticeSettings, OfficeError> {
        let account = who.number();
        let now = self.clock.now();
        self.desk.read(|reader| {
            let contact = reader.contact(account)?.unwrap_or_default();
            let hooks = reader.webhooks_of(account)?;
            let latest = reader.deliveries(&DeliveryAsk::default(), LATEST)?;
            let fault = |channel: &str, target: i64| {
                let mut own = latest.iter().filter(|one| {
                    (one.account, one.target) == (account, target) && one.channel == channel
                });
                own.next().and_then(|one| one.fault.clone())
            };
            let mut kinds = Vec::new();
            for kind in self.own_kinds(who) {
                kinds.push(ChannelChoice {
                    kind,
                    mail: self.goes_to(reader, account, (kind, Channel::Mail))?,
                    webhook: self.goes_to(reader, account, (kind, Channel::Webhook))?,
                });
            }
            let waits = self.address_code(&contact).is_some() && !self.is_expired(&contact, now);
            Ok(NoticeSettings {
                contact: ContactItem {
                    fault: fault(if waits { "code" } else { "mail" }, 0),
                    asked: contact.asked.filter(|_| waits),
                    address: contact.address,
                },
                kinds,
                webhooks: hooks
                    .into_iter()
                    .map(|hook| WebhookItem {
                        fault: fault("webhook", hook.no),
                        no: hook.no,
                        url: hook.url,
                        made_at: hook.made_at,
                    })
                    .collect(),
            })
        })
    }

    fn own_kinds(&self, who: &Signed) -> Vec<NoticeKind> {
        let roles: Vec<&str> = who.roles().iter().map(|held| held.role.as_str()).collect();
        self.notices.kinds_of(&roles)
    }

    /// Keeps over which channels the account is told of each kind of its own: those that are named, and
    /// no others.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn choose_channels(
        &self,
        who: &Signed,
        chosen: &[(NoticeKind, Channel)],
    ) -> Result<(), OfficeError> {
        let mut rows = Vec::new();
        for kind in self.own_kinds(who) {
            for channel in Channel::ALL {
                let on = chosen.contains(&(kind, channel));
                if on != self.notices.goes(kind, channel) {
                    let (kind, channel) = (kind.word().to_owned(), channel.word().to_owned());
                    rows.push(ChoiceRow { kind, channel, on });
                }
            }
        }
        rows.sort();
        self.desk.write(self.clock.now(), |writer| {
            writer.put_choices(who.number(), &rows)?;
            Ok(writer.audit(&who.act("own.notices", who.id(), ""))?)
        })
    }

    /// Asks for an address to be confirmed: a code goes there.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn ask_address(
        &self,
        who: &Signed,
        address: &str,
    ) -> Result<Result<(), NoticeFault>, OfficeError> {
        let address = address.trim();
        let digits = address.chars().filter(char::is_ascii_digit).count();
        if address.chars().count() > self.notices.address_characters() || !address_fits(address) {
            return Ok(Err(NoticeFault::Address));
        }
        if digits >= NUMBER_DIGITS {
            return Ok(Err(NoticeFault::AddressNumber));
        }
        let seed = self.secret();
        self.desk.write(self.clock.now(), |writer| {
            let (now, account) = (writer.now(), who.number());
            let known = writer.contact(account)?.unwrap_or_default();
            // Nobody's address is flooded from here.
            let again = self.notices.again_time();
            if known.asked_at.is_some_and(|at| now.0 - at.0 < again) {
                return Ok(Err(NoticeFault::Soon));
            }
            writer.put_contact(&ContactRow {
                account,
                asked: Some(address.to_owned()),
                asked_at: Some(now),
                seed: Some(seed),
                tries: 0,
                ..known
            })?;
            writer.add_delivery(&courier::waiting("code", (0, account, 0), now))?;
            writer.audit(&who.act("own.address", who.id(), "asked"))?;
            Ok(Ok(()))
        })
    }

    /// Confirms an address by the code that went there: once, in its time, with few wrong ones before.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn confirm_address(
        &self,
        who: &Signed,
        given: &str,
    ) -> Result<Result<(), NoticeFault>, OfficeError> {
        let given = plain_code(given);
        self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            let known = writer.contact(who.number())?.unwrap_or_default();
            let code = self.address_code(&known).filter(|_| !self.is_expired(&known, now));
            let Some(code) = code.filter(|_| known.tries < self.notices.tries_most()) else {
                return Ok(Err(NoticeFault::Code));
            };
            if !same(plain_code(&code).as_bytes(), given.as_bytes()) {
                writer.put_contact(&ContactRow { tries: known.tries + 1, ..known })?;
                return Ok(Err(NoticeFault::Code));
            }
            writer.put_contact(&ContactRow {
                address: known.asked,
                confirmed_at: Some(now),
                asked: None,
                asked_at: None,
                seed: None,
                tries: 0,
                ..known
            })?;
            writer.audit(&who.act("own.address", who.id(), "confirmed"))?;
            Ok(Ok(()))
        })
    }

    /// Removes the address of the account, and one that waits.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn remove_address(&self, who: &Signed) -> Result<(), OfficeError> {
        self.desk.write(self.clock.now(), |writer| {
            let known = writer.contact(who.number())?.unwrap_or_default();
            // When the last code went is kept: removing and asking again floods nobody.
            let asked_at = known.asked_at;
            writer.put_contact(&ContactRow {
                account: who.number(),
                asked_at,
                ..ContactRow::default()
            })?;
            Ok(writer.audit(&who.act("own.address", who.id(), "removed"))?)
        })
    }

    /// The code of an address that waits: derived, so that a copy of the store confirms nothing.
    pub(super) fn address_code(&self, contact: &ContactRow) -> Option<String> {
        let (seed, asked) = (contact.seed?, contact.asked.as_ref()?);
        let account = contact.account.to_be_bytes();
        let parts = [&account[..], &seed, asked.as_bytes()];
        Some(recovery_code(self.key.mac("gongxin/address-code", parts)))
    }

    fn is_expired(&self, contact: &ContactRow, now: Instant) -> bool {
        contact.asked_at.is_none_or(|at| now.0 - at.0 >= self.notices.code_time())
    }

    /// The secret of a webhook, derived under the instance key like that of a second factor.
    pub(super) fn hook_secret(&self, hook: &WebhookRow) -> Vec<u8> {
        let account = hook.account.to_be_bytes();
        let half = |nth: u8| self.key.mac("gongxin/webhook", [&account[..], &hook.seed, &[nth]]);
        [half(1), half(2)].concat()
    }

    /// Registers a webhook; gives its secret, this once.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn make_webhook(
        &self,
        permit: &Permit<OwnWebhooks>,
        (who, rules): (&Signed, HookRules),
        url: &str,
    ) -> Result<Result<String, NoticeFault>, OfficeError> {
        let account = own(permit)?;
        let url = url.trim();
        if url.chars().count() > self.notices.url_characters() || !url_fits(url, rules) {
            return Ok(Err(NoticeFault::Url));
        }
        let seed = self.secret();
        self.desk.write(self.clock.now(), |writer| {
            if writer.webhooks_of(account)?.len() >= self.notices.webhooks_most() {
                return Ok(Err(NoticeFault::Many));
            }
            let made_at = writer.now();
            let (no, ended_at) = (0, None);
            let hook = WebhookRow { no, account, url: url.to_owned(), seed, made_at, ended_at };
            let no = writer.add_webhook(&hook)?;
            writer.audit(&who.act("own.webhook.make", &format!("webhook-{no}"), ""))?;
            Ok(Ok(letter::secret_text(&self.hook_secret(&hook))))
        })
    }

    /// Ends a webhook of the account that asks; one of another is not found.
    ///
    /// # Errors
    /// There is no such webhook, or the desk cannot be written.
    pub fn end_webhook(
        &self,
        permit: &Permit<OwnWebhooks>,
        who: &Signed,
        no: i64,
    ) -> Result<(), OfficeError> {
        let account = own(permit)?;
        self.desk.write(self.clock.now(), |writer| {
            if !writer.webhooks_of(account)?.iter().any(|hook| hook.no == no) {
                return Err(Refused.into());
            }
            writer.end_webhook(no)?;
            writer.audit(&who.act("own.webhook.end", &format!("webhook-{no}"), ""))?;
            Ok::<_, OfficeError>(())
        })
    }

    /// True where an account may have webhooks.
    #[must_use]
    pub fn may_have_webhooks(&self, who: &Signed) -> bool {
        self.permit::<OwnWebhooks>(who, Scope::Account(who.number())).is_ok()
    }

    /// The policy of notices.
    #[must_use]
    pub fn notice_policy(&self) -> &super::NoticePolicy {
        &self.notices
    }
}

fn own(permit: &Permit<OwnWebhooks>) -> Result<i64, OfficeError> {
    match permit.scope() {
        Scope::Account(number) => Ok(*number),
        _ => Err(Refused.into()),
    }
}
