//! The outbox: deliveries are claimed, sent, and settled.

use std::fmt;
use std::sync::Arc;

use gongxin_model::Instant;
use gongxin_store::desk::{DeliveryRow, DeskReader};
use serde::Serialize;

use super::courier::{Stage, passed};
use super::letter;
use crate::{Office, OfficeError};

/// What goes over a channel.
#[derive(Clone, PartialEq, Eq)]
pub enum Letter {
    /// A mail.
    Mail {
        /// What it is called; the same at every try.
        id: String,
        /// The address.
        to: String,
        /// Its subject.
        subject: String,
        /// Its text.
        text: String,
    },
    /// A message to a webhook, by Standard Webhooks 1.0.0.
    Hook {
        /// What it is called; the same at every try.
        id: String,
        /// The address.
        url: String,
        /// When this try began, in seconds since 1970.
        timestamp: i64,
        /// `v1,` and the signature.
        signature: String,
        /// The body, JSON.
        body: String,
    },
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses and codes stand in no log.
        f.write_str(match self {
            Self::Mail { .. } => "Mail(…)",
            Self::Hook { .. } => "Hook(…)",
        })
    }
}

/// What was wrong with a try, and the number that the other side said, if it said one. Never its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its word: a closed list, `notices.fault` of the locales.
    pub word: &'static str,
    /// The status of SMTP or HTTP.
    pub status: Option<u16>,
}

impl Fault {
    /// Every word.
    pub const WORDS: &[&str] = &[
        "no-channel",
        "unreachable",
        "timed-out",
        "busy",
        "turned-away",
        "redirected",
        "forbidden-address",
        "credentials",
        "insecure",
        "malformed",
    ];

    /// One without a number.
    #[must_use]
    pub const fn of(word: &'static str) -> Self {
        Self { word, status: None }
    }

    /// One with a number.
    #[must_use]
    pub const fn with(word: &'static str, status: u16) -> Self {
        Self { word, status: Some(status) }
    }

    fn text(&self) -> String {
        match self.status {
            Some(status) => format!("{} {status}", self.word),
            None => self.word.to_owned(),
        }
    }
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// The other side took it.
    Taken,
    /// Not now: it is tried again.
    Later(Fault),
    /// Never: trying again would not help.
    Never(Fault),
}

/// What carries letters of one channel.
pub trait Carrier: Send + Sync + fmt::Debug {
    /// Carries one; bounded in time, whatever the other side does.
    fn carry(&self, letter: &Letter) -> Carried;
}

/// What the door gives: the channels that there are here.
#[derive(Debug, Clone, Default)]
pub struct Carriers {
    /// Where the site is: what addresses in letters begin with.
    pub site: String,
    /// Carries mails; none where no server is named.
    pub mail: Option<Arc<dyn Carrier>>,
    /// Carries messages to webhooks.
    pub webhook: Option<Arc<dyn Carrier>>,
}

/// What a courier delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Taken by the other side.
    pub sent: u64,
    /// Tried again later.
    pub later: u64,
    /// Given up.
    pub failed: u64,
    /// Nobody's any more: the account was locked, the address or webhook is gone.
    pub dropped: u64,
}

/// What a claimed delivery comes to before it is sent.
enum Ready {
    Letter(Letter),
    Dropped,
}

impl Office {
    /// Sends what is due on some channels (`mail`, `webhook`, `code`). `go_on` is asked at each stage.
    ///
    /// A claim is a lease: whatever a courier that died had claimed, another sends when the lease is
    /// over, under the same id. So a letter may come twice, and never comes not at all.
    ///
    /// # Errors
    /// The desk cannot be read or written. [`OfficeError::Stopped`] where it should not go on.
    pub fn deliver_notices(
        &self,
        carriers: &Carriers,
        channels: &[&str],
        go_on: &dyn Fn(Stage) -> bool,
    ) -> Result<Delivered, OfficeError> {
        let mut done = Delivered::default();
        let channels: Vec<String> = channels.iter().map(|one| (*one).to_owned()).collect();
        loop {
            let (lease, most) = (self.notices.lease(), self.notices.claim());
            let claimed = self.desk.read(|reader| reader.has_due(&channels, self.clock.now()))?;
            if !claimed {
                return Ok(done);
            }
            let claimed = self.desk.write(self.clock.now(), |writer| {
                writer.claim_deliveries(&channels, lease, most)
            })?;
            if claimed.is_empty() {
                return Ok(done);
            }
            passed(go_on, Stage::Claimed)?;
            for row in claimed {
                self.deliver_one((carriers, go_on), row, &mut done)?;
                passed(go_on, Stage::Settled)?;
            }
        }
    }

    fn deliver_one(
        &self,
        (carriers, go_on): (&Carriers, &dyn Fn(Stage) -> bool),
        row: DeliveryRow,
        done: &mut Delivered,
    ) -> Result<(), OfficeError> {
        let now = self.clock.now();
        let ready = self.desk.read(|reader| self.ready(reader, (carriers, now), &row))?;
        let Ready::Letter(letter) = ready else {
            done.dropped += 1;
            return self.settle(DeliveryRow { state: "dropped".to_owned(), ..row });
        };
        let carrier = match letter {
            Letter::Mail { .. } => &carriers.mail,
            Letter::Hook { .. } => &carriers.webhook,
        };
        let carried = match carrier {
            Some(carrier) => carrier.carry(&letter),
            None => Carried::Later(Fault::of("no-channel")),
        };
        passed(go_on, Stage::Sent)?;
        match carried {
            Carried::Taken => {
                done.sent += 1;
                self.settle(DeliveryRow { state: "sent".to_owned(), fault: None, ..row })
            }
            Carried::Never(fault) => {
                done.failed += 1;
                let fault = Some(fault.text());
                self.settle(DeliveryRow { state: "failed".to_owned(), fault, ..row })
            }
            Carried::Later(fault) => {
                let fault = Some(fault.text());
                let Some(wait) = self.notices.wait_after(row.tries) else {
                    done.failed += 1;
                    return self.settle(DeliveryRow { state: "failed".to_owned(), fault, ..row });
                };
                done.later += 1;
                let next_at = Instant(self.clock.now().0.saturating_add(wait));
                self.settle(DeliveryRow { next_at, fault, ..row })
            }
        }
    }

    /// The letter of a delivery, if it is still anybody's.
    fn ready(
        &self,
        reader: &mut DeskReader<'_>,
        (carriers, now): (&Carriers, Instant),
        row: &DeliveryRow,
    ) -> Result<Ready, OfficeError> {
        let is_there = reader.account(row.account)?.is_some_and(|one| one.state == "active");
        if !is_there {
            return Ok(Ready::Dropped);
        }
        let contact = reader.contact(row.account)?;
        let id = format!("{}-{}", self.store.founding().platform, row.no);
        let letter = match row.channel.as_str() {
            "mail" => {
                let to = contact.and_then(|contact| contact.address);
                let notice = reader.notice(row.notice)?;
                to.zip(notice).map(|(to, notice)| {
                    let (subject, text) = letter::notice(&carriers.site, notice.no);
                    Letter::Mail { id, to, subject, text }
                })
            }
            "code" => contact.and_then(|contact| {
                let code = self.address_code(&contact)?;
                let (subject, text) =
                    letter::code(&carriers.site, &code, self.notices.code_hours());
                Some(Letter::Mail { id, to: contact.asked?, subject, text })
            }),
            "webhook" => {
                let hook = reader.webhook(row.target)?.filter(|hook| hook.ended_at.is_none());
                let notice = reader.notice(row.notice)?;
                hook.zip(notice).map(|(hook, notice)| {
                    let timestamp = now.0.div_euclid(1_000_000);
                    let body = letter::hook(&carriers.site, notice.no, notice.at);
                    let secret = self.hook_secret(&hook);
                    let signature = letter::signature(&secret, (&id, timestamp), &body);
                    Letter::Hook { id, url: hook.url, timestamp, signature, body }
                })
            }
            _ => None,
        };
        Ok(letter.map_or(Ready::Dropped, Ready::Letter))
    }

    fn settle(&self, row: DeliveryRow) -> Result<(), OfficeError> {
        let now = self.clock.now();
        let done_at = (row.state != "waiting").then_some(now);
        let row = DeliveryRow { done_at, ..row };
        // Whose lease was over changes nothing: another tries it.
        self.desk.write(now, |writer| writer.settle_delivery(&row))?;
        Ok(())
    }
}
