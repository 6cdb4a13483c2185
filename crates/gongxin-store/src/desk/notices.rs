//! Notices: what an account is told, over which channels it goes, and how far the courier is.
//!
//! All of it is written while the desk's head is held, so that two couriers never make the same notice
//! twice and never claim the same delivery. A claim is a lease: it puts the next try off, and who comes
//! to an end names the try that it was, so that one that was given up by then changes nothing.

use std::collections::BTreeMap;

use gongxin_model::Instant;

use super::{DeskReader, DeskWriter, KeyRow, Result, tables};
use crate::cell::{Cell, Row};

const NOTICE: &str = "SELECT no, account, thing, kind, at, about, scope, read_at FROM notice";
const DELIVERY: &str = "SELECT no, notice, account, channel, target, state, tries, next_at, \
    made_at, done_at, fault FROM delivery";
const CONTACT: &str =
    "SELECT account, address, confirmed_at, asked, asked_at, seed, tries FROM contact";
const WEBHOOK: &str = "SELECT no, account, url, seed, made_at, ended_at FROM webhook";

/// What an account is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its number; 0 for one that is to be made.
    pub no: i64,
    /// Whom it is for.
    pub account: i64,
    /// The thing that it is about: an account has one notice of each thing.
    pub thing: String,
    /// The kind, as the policy names it.
    pub kind: String,
    /// When the thing happened.
    pub at: Instant,
    /// What it points at, as JSON of the office: numbers, never a text of a record or case.
    pub about: String,
    /// The body or organisation for which the account is told; empty for the platform and for itself.
    pub scope: String,
    /// When it was read.
    pub read_at: Option<Instant>,
}

/// A notice on its way over a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its number; 0 for one that is to be made.
    pub no: i64,
    /// The notice; 0 for what is no notice: the code that confirms an address.
    pub notice: i64,
    /// Whom it is for.
    pub account: i64,
    /// `mail`, `webhook`, `code`.
    pub channel: String,
    /// The webhook; 0 for mail.
    pub target: i64,
    /// `waiting`, `sent`, `failed`, `dropped`.
    pub state: String,
    /// Tries that were begun.
    pub tries: i64,
    /// When the next may begin.
    pub next_at: Instant,
    /// Since when.
    pub made_at: Instant,
    /// When it came to an end.
    pub done_at: Option<Instant>,
    /// The word of what was wrong last; never what the other side said.
    pub fault: Option<String>,
}

/// Where an account's mail goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactRow {
    /// Whose.
    pub account: i64,
    /// The address that was confirmed.
    pub address: Option<String>,
    /// When.
    pub confirmed_at: Option<Instant>,
    /// The address that waits to be confirmed.
    pub asked: Option<String>,
    /// Since when.
    pub asked_at: Option<Instant>,
    /// What its code is derived from, under the instance key.
    pub seed: Option<[u8; 16]>,
    /// Wrong codes since.
    pub tries: i64,
}

/// Where a system of an account's is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its number; 0 for one that is to be made.
    pub no: i64,
    /// Whose.
    pub account: i64,
    /// The address.
    pub url: String,
    /// What its secret is derived from, under the instance key.
    pub seed: [u8; 16],
    /// Since when.
    pub made_at: Instant,
    /// When it was ended.
    pub ended_at: Option<Instant>,
}

/// Whether an account is told of a kind over a channel, where that differs from the policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChoiceRow {
    /// The kind.
    pub kind: String,
    /// The channel.
    pub channel: String,
    /// True where it is told.
    pub on: bool,
}

/// Which deliveries are asked for.
#[derive(Debug, Clone, Default)]
pub struct DeliveryAsk {
    /// In this state.
    pub state: Option<String>,
    /// Below this number, for the page behind.
    pub below: Option<i64>,
}

impl DeskReader<'_> {
    /// How far the courier is in a source, and what it keeps in mind of it; none where it never was
    /// there.
    ///
    /// # Errors
    /// The desk cannot be read; so for every method here.
    pub fn courier(&mut self, source: &str) -> Result<Option<(i64, String)>> {
        let sql = "SELECT cursor, body FROM courier WHERE name = $1";
        self.connection.one(sql, &[source.into()], |mut row| Ok((row.int()?, row.text()?)))
    }

    /// The notices of an account, the latest first, at most so many below a number.
    pub fn notices_of(
        &mut self,
        account: i64,
        below: Option<i64>,
        limit: i64,
    ) -> Result<Vec<NoticeRow>> {
        let sql =
            format!("{NOTICE} WHERE account = $1 AND no < $2 ORDER BY account, no DESC LIMIT $3");
        let cells = [account.into(), below.unwrap_or(i64::MAX).into(), limit.into()];
        self.connection.all(&sql, &cells, notice_row)
    }

    /// A notice.
    pub fn notice(&mut self, no: i64) -> Result<Option<NoticeRow>> {
        self.connection.one(&format!("{NOTICE} WHERE no = $1"), &[no.into()], notice_row)
    }

    /// How many notices of an account are not read; no more than a limit is counted.
    pub fn unread_notices(&mut self, account: i64, limit: i64) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM (SELECT no FROM notice WHERE account = $1 \
                   AND read_at IS NULL LIMIT $2) AS unread";
        let cells = [account.into(), limit.into()];
        Ok(self.connection.one(sql, &cells, |mut row| row.int())?.unwrap_or(0))
    }

    /// True where the account has a notice of the thing.
    fn knows(&mut self, account: i64, thing: &str) -> Result<bool> {
        let sql = "SELECT no FROM notice WHERE account = $1 AND thing = $2";
        Ok(self.connection.first(sql, &[account.into(), thing.into()])?.is_some())
    }

    /// Where an account's mail goes.
    pub fn contact(&mut self, account: i64) -> Result<Option<ContactRow>> {
        self.connection.one(&format!("{CONTACT} WHERE account = $1"), &[account.into()], contact)
    }

    /// What an account chose that differs from the policy.
    pub fn choices_of(&mut self, account: i64) -> Result<Vec<ChoiceRow>> {
        let sql = "SELECT kind, channel, chosen FROM notice_choice WHERE account = $1 \
                   ORDER BY kind, channel";
        self.connection.all(sql, &[account.into()], |mut row| {
            Ok(ChoiceRow { kind: row.text()?, channel: row.text()?, on: row.int()? == 1 })
        })
    }

    /// The webhooks of an account that were not ended, the oldest first.
    pub fn webhooks_of(&mut self, account: i64) -> Result<Vec<WebhookRow>> {
        let sql = format!("{WEBHOOK} WHERE account = $1 AND ended_at IS NULL ORDER BY no");
        self.connection.all(&sql, &[account.into()], webhook_row)
    }

    /// A webhook.
    pub fn webhook(&mut self, no: i64) -> Result<Option<WebhookRow>> {
        self.connection.one(&format!("{WEBHOOK} WHERE no = $1"), &[no.into()], webhook_row)
    }

    /// A delivery.
    pub fn delivery(&mut self, no: i64) -> Result<Option<DeliveryRow>> {
        self.connection.one(&format!("{DELIVERY} WHERE no = $1"), &[no.into()], delivery_row)
    }

    /// True where something is due on some channels.
    pub fn has_due(&mut self, channels: &[String], now: Instant) -> Result<bool> {
        let sql = "SELECT no FROM delivery WHERE state = 'waiting' AND next_at <= $1 \
                   AND channel MANY($2) LIMIT 1";
        Ok(self.connection.first(sql, &[now.into(), channels.to_vec().into()])?.is_some())
    }

    /// Deliveries, the latest first, at most so many.
    pub fn deliveries(&mut self, ask: &DeliveryAsk, limit: i64) -> Result<Vec<DeliveryRow>> {
        let sql = format!(
            "{DELIVERY} WHERE no < $1 AND (state = $2 OR $2 = '') ORDER BY no DESC LIMIT $3"
        );
        let cells = [
            ask.below.unwrap_or(i64::MAX).into(),
            ask.state.as_deref().unwrap_or_default().into(),
            limit.into(),
        ];
        self.connection.all(&sql, &cells, delivery_row)
    }

    /// How many deliveries are in each state.
    pub fn delivery_counts(&mut self) -> Result<BTreeMap<String, i64>> {
        let sql = "SELECT state, COUNT(*) FROM delivery GROUP BY state";
        let pairs = self.connection.all(sql, &[], |mut row| Ok((row.text()?, row.int()?)))?;
        Ok(pairs.into_iter().collect())
    }

    /// Keys that were not revoked and end before a time, but not before another.
    pub fn keys_ending(&mut self, from: Instant, before: Instant) -> Result<Vec<KeyRow>> {
        let sql = format!(
            "{} WHERE revoked_at IS NULL AND until_at >= $1 AND until_at < $2 ORDER BY no",
            super::read::KEY
        );
        self.connection.all(&sql, &[from.into(), before.into()], super::read::key_row)
    }

    /// Acts after a number, the oldest first, at most so many.
    pub fn audit_after(&mut self, no: i64, limit: i64) -> Result<Vec<super::AuditRow>> {
        let sql = format!("{} WHERE no > $1 ORDER BY no LIMIT $2", super::read::AUDIT);
        self.connection.all(&sql, &[no.into(), limit.into()], super::read::audit_row)
    }
}

impl DeskWriter<'_> {
    /// Keeps how far the courier is in a source.
    ///
    /// # Errors
    /// The desk cannot be written; so for every method here.
    pub fn put_courier(&mut self, source: &str, cursor: i64, body: &str) -> Result<()> {
        let table = tables::named("courier")?;
        let changes = vec![("cursor", cursor.into()), ("body", body.into())];
        if table.alter(self.reader.connection, &source.into(), changes)? {
            return Ok(());
        }
        let row = vec![source.into(), cursor.into(), body.into()];
        table.insert(self.reader.connection, vec![row])
    }

    /// The next number of a table.
    fn next_of(&mut self, table: &str) -> Result<i64> {
        let name = format!("next {table}");
        let next = self.reader.courier(&name)?.map_or(1, |(next, _)| next);
        self.put_courier(&name, next + 1, "")?;
        Ok(next)
    }

    /// Makes a notice, unless the account has one of the thing; gives its number where it was made.
    pub fn add_notice(&mut self, row: &NoticeRow) -> Result<Option<i64>> {
        if self.reader.knows(row.account, &row.thing)? {
            return Ok(None);
        }
        let no = self.next_of("notice")?;
        let cells = vec![
            no.into(),
            row.account.into(),
            row.thing.as_str().into(),
            row.kind.as_str().into(),
            row.at.into(),
            row.about.as_str().into(),
            row.scope.as_str().into(),
            row.read_at.into(),
        ];
        tables::named("notice")?.insert(self.reader.connection, vec![cells])?;
        Ok(Some(no))
    }

    /// Marks a notice as read.
    pub fn see_notice(&mut self, no: i64) -> Result<()> {
        let now = self.now();
        tables::named("notice")?
            .alter(self.reader.connection, &no.into(), vec![("read_at", now.into())])
            .map(drop)
    }

    /// Marks all notices of an account as read, up to a number; gives how many.
    pub fn see_notices(&mut self, account: i64, upto: i64) -> Result<usize> {
        let sql = "SELECT no FROM notice WHERE account = $1 AND no <= $2 AND read_at IS NULL";
        let cells = [account.into(), upto.into()];
        let numbers = self.reader.connection.all(sql, &cells, |mut row| row.int())?;
        let now: Cell = self.now().into();
        let changes = numbers.into_iter().map(|no| (no.into(), vec![now.clone()])).collect();
        tables::named("notice")?.alter_many(self.reader.connection, &["read_at"], &changes)
    }

    /// Removes notices that happened before a time, with what was sent of them; gives how many.
    pub fn forget_notices(&mut self, before: Instant) -> Result<u64> {
        let sql = "DELETE FROM delivery WHERE state <> 'waiting' AND made_at < $1";
        self.reader.connection.execute(sql, &[before.into()])?;
        self.reader.connection.execute("DELETE FROM notice WHERE at < $1", &[before.into()])
    }

    /// Puts a delivery on its way; gives its number.
    pub fn add_delivery(&mut self, row: &DeliveryRow) -> Result<i64> {
        let no = self.next_of("delivery")?;
        let cells = vec![
            no.into(),
            row.notice.into(),
            row.account.into(),
            row.channel.as_str().into(),
            row.target.into(),
            row.state.as_str().into(),
            row.tries.into(),
            row.next_at.into(),
            row.made_at.into(),
            row.done_at.into(),
            row.fault.as_deref().into(),
        ];
        tables::named("delivery")?.insert(self.reader.connection, vec![cells])?;
        Ok(no)
    }

    /// Claims deliveries that are due on some channels, the longest due first: each is put off by the
    /// lease, and given with the number of the try that begins.
    pub fn claim_deliveries(
        &mut self,
        channels: &[String],
        lease: i64,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>> {
        let now = self.now();
        let sql = format!(
            "{DELIVERY} WHERE state = 'waiting' AND next_at <= $1 AND channel MANY($2) \
             ORDER BY next_at, no LIMIT $3"
        );
        let cells = [now.into(), channels.to_vec().into(), limit.into()];
        let mut rows = self.reader.connection.all(&sql, &cells, delivery_row)?;
        for row in &mut rows {
            row.tries += 1;
            row.next_at = Instant(now.0.saturating_add(lease));
            let changes = vec![("tries", row.tries.into()), ("next_at", row.next_at.into())];
            tables::named("delivery")?.alter(self.reader.connection, &row.no.into(), changes)?;
        }
        Ok(rows)
    }

    /// Keeps what became of a try; false where another try began since, or it came to an end.
    pub fn settle_delivery(&mut self, row: &DeliveryRow) -> Result<bool> {
        let found = self.reader.delivery(row.no)?;
        if found.is_none_or(|one| one.tries != row.tries || one.state != "waiting") {
            return Ok(false);
        }
        self.put_delivery(row).map(|()| true)
    }

    /// Keeps a delivery as it is.
    pub fn put_delivery(&mut self, row: &DeliveryRow) -> Result<()> {
        let changes = vec![
            ("state", row.state.as_str().into()),
            ("tries", row.tries.into()),
            ("next_at", row.next_at.into()),
            ("done_at", row.done_at.into()),
            ("fault", row.fault.as_deref().into()),
        ];
        tables::named("delivery")?.alter(self.reader.connection, &row.no.into(), changes).map(drop)
    }

    /// Keeps where an account's mail goes; nothing where it has neither an address nor one that waits.
    pub fn put_contact(&mut self, row: &ContactRow) -> Result<()> {
        let sql = "DELETE FROM contact WHERE account = $1";
        self.reader.connection.execute(sql, &[row.account.into()])?;
        if row.address.is_none() && row.asked.is_none() && row.asked_at.is_none() {
            return Ok(());
        }
        let cells = vec![
            row.account.into(),
            row.address.as_deref().into(),
            row.confirmed_at.into(),
            row.asked.as_deref().into(),
            row.asked_at.into(),
            row.seed.into(),
            row.tries.into(),
        ];
        tables::named("contact")?.insert(self.reader.connection, vec![cells])
    }

    /// Keeps what an account chose in place of what it chose before.
    pub fn put_choices(&mut self, account: i64, choices: &[ChoiceRow]) -> Result<()> {
        let sql = "DELETE FROM notice_choice WHERE account = $1";
        self.reader.connection.execute(sql, &[account.into()])?;
        let row = |one: &ChoiceRow| {
            let (kind, channel) = (one.kind.as_str().into(), one.channel.as_str().into());
            vec![account.into(), kind, channel, i64::from(one.on).into()]
        };
        let rows: Vec<Vec<Cell>> = choices.iter().map(row).collect();
        if rows.is_empty() {
            return Ok(());
        }
        tables::named("notice_choice")?.insert(self.reader.connection, rows)
    }

    /// Keeps a new webhook; gives its number.
    pub fn add_webhook(&mut self, row: &WebhookRow) -> Result<i64> {
        let no = self.next_of("webhook")?;
        let cells = vec![
            no.into(),
            row.account.into(),
            row.url.as_str().into(),
            row.seed.into(),
            row.made_at.into(),
            row.ended_at.into(),
        ];
        tables::named("webhook")?.insert(self.reader.connection, vec![cells])?;
        Ok(no)
    }

    /// Ends a webhook: nothing more goes there.
    pub fn end_webhook(&mut self, no: i64) -> Result<()> {
        let now = self.now();
        tables::named("webhook")?
            .alter(self.reader.connection, &no.into(), vec![("ended_at", now.into())])
            .map(drop)
    }
}

fn notice_row(mut row: Row) -> Result<NoticeRow> {
    Ok(NoticeRow {
        no: row.int()?,
        account: row.int()?,
        thing: row.text()?,
        kind: row.text()?,
        at: Instant(row.int()?),
        about: row.text()?,
        scope: row.text()?,
        read_at: row.int_or_null()?.map(Instant),
    })
}

fn delivery_row(mut row: Row) -> Result<DeliveryRow> {
    Ok(DeliveryRow {
        no: row.int()?,
        notice: row.int()?,
        account: row.int()?,
        channel: row.text()?,
        target: row.int()?,
        state: row.text()?,
        tries: row.int()?,
        next_at: Instant(row.int()?),
        made_at: Instant(row.int()?),
        done_at: row.int_or_null()?.map(Instant),
        fault: row.text_or_null()?,
    })
}

fn contact(mut row: Row) -> Result<ContactRow> {
    Ok(ContactRow {
        account: row.int()?,
        address: row.text_or_null()?,
        confirmed_at: row.int_or_null()?.map(Instant),
        asked: row.text_or_null()?,
        asked_at: row.int_or_null()?.map(Instant),
        seed: super::read::optional(&mut row)?,
        tries: row.int()?,
    })
}

fn webhook_row(mut row: Row) -> Result<WebhookRow> {
    Ok(WebhookRow {
        no: row.int()?,
        account: row.int()?,
        url: row.text()?,
        seed: row.fixed()?,
        made_at: Instant(row.int()?),
        ended_at: row.int_or_null()?.map(Instant),
    })
}
