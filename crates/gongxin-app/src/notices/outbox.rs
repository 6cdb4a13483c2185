//! The outbox as the system administrator sees it: what waits, what failed and why. No address, no content.

use std::collections::BTreeMap;

use gongxin_model::Instant;
use gongxin_store::StoreError;
use gongxin_store::desk::{DeliveryAsk, DeliveryRow};
use serde::Serialize;

use crate::accounts::{account_id, done};
use crate::gate::{Action as _, OutboxManage, Permit};
use crate::{Office, OfficeError};

/// Deliveries that are looked through at once.
const PAGE: i64 = 500;

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxItem {
    /// Its number.
    pub no: i64,
    /// `mail`, `webhook`, or `code` for the code that confirms an address.
    pub channel: String,
    /// Whom it is for, by the account's id.
    pub account: String,
    /// `waiting`, `sent`, `failed`, `dropped`.
    pub state: String,
    /// Tries that were begun.
    pub tries: i64,
    /// When the next begins; where it waits alone.
    pub next_at: Option<Instant>,
    /// Since when.
    pub made_at: Instant,
    /// When it came to an end.
    pub done_at: Option<Instant>,
    /// The word of what was wrong last, with the status that the other side gave.
    pub fault: Option<String>,
}

impl OutboxItem {
    fn of(row: DeliveryRow) -> Self {
        Self {
            no: row.no,
            channel: row.channel,
            account: account_id(row.account),
            next_at: (row.state == "waiting").then_some(row.next_at),
            state: row.state,
            tries: row.tries,
            made_at: row.made_at,
            done_at: row.done_at,
            fault: row.fault,
        }
    }
}

/// A page of the outbox, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxPage {
    /// How many deliveries there are in each state.
    pub counts: BTreeMap<String, i64>,
    /// The deliveries.
    pub items: Vec<OutboxItem>,
    /// The number below which the next page is; none on the last.
    pub below: Option<i64>,
}

impl Office {
    /// A page of the outbox.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn outbox(
        &self,
        _: &Permit<OutboxManage>,
        state: Option<&str>,
        (below, size): (Option<i64>, u16),
    ) -> Result<OutboxPage, OfficeError> {
        let ask = DeliveryAsk { state: state.map(str::to_owned), below };
        let (counts, mut rows) = self.desk.read(|reader| {
            let rows = reader.deliveries(&ask, i64::from(size) + 1)?;
            Ok::<_, StoreError>((reader.delivery_counts()?, rows))
        })?;
        let more = rows.len() > usize::from(size);
        rows.truncate(usize::from(size));
        let below = rows.last().filter(|_| more).map(|row| row.no);
        Ok(OutboxPage { counts, items: rows.into_iter().map(OutboxItem::of).collect(), below })
    }

    /// Puts deliveries that were given up on their way again: the one of a number, or all; gives how many.
    ///
    /// # Errors
    /// There is none of that number that failed, or the desk cannot be written.
    pub fn retry_deliveries(
        &self,
        permit: &Permit<OutboxManage>,
        number: Option<i64>,
    ) -> Result<u64, OfficeError> {
        self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            let mut again = 0;
            let mut below = None;
            loop {
                let failed = DeliveryAsk { state: Some("failed".to_owned()), below };
                let rows = match number {
                    Some(no) => writer.delivery(no)?.into_iter().collect(),
                    None => writer.deliveries(&failed, PAGE)?,
                };
                below = rows.last().map(|row| row.no);
                for row in rows.into_iter().filter(|row| row.state == "failed") {
                    let state = "waiting".to_owned();
                    let (tries, next_at, done_at) = (0, now, None);
                    writer.put_delivery(&DeliveryRow { state, tries, next_at, done_at, ..row })?;
                    again += 1;
                }
                if number.is_some() || below.is_none() {
                    break;
                }
            }
            if let Some(no) = number.filter(|_| again == 0) {
                return Err(OfficeError::Absent(format!("no delivery {no} that failed")));
            }
            let about = number.map(|no| format!("delivery-{no}")).unwrap_or_default();
            let act = done(
                permit.actor(),
                permit.origin(),
                (OutboxManage::ID, &about, &format!("again {again}")),
            );
            writer.audit(&act)?;
            Ok(again)
        })
    }
}
