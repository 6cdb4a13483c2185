//! The courier: walks behind what is durable, and makes notices and deliveries of it.
//!
//! Each page of a source is one transaction of the desk: its notices, their deliveries and the cursor. It
//! is kept only where the cursor still stands where the page began, so that of two couriers one does
//! nothing; and an account that has a notice of the thing gets no other. A courier may die anywhere.

use gongxin_model::{BatchNo, Day, Instant, Seq};
use gongxin_store::StoreError;
use gongxin_store::desk::{ContactRow, DeliveryRow, DeskReader, DeskWriter, NoticeRow};
use serde::Serialize;

use super::audience::{People, Recipient};
use super::things::{self, Thing};
use super::{Channel, NoticeKind};
use crate::{Office, OfficeError};

/// Entries, hand-ins or acts of one page.
const PAGE: i64 = 2_000;

/// Where a courier stands; tests stop it at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A page of a source was read, nothing is kept yet.
    Read,
    /// A page was kept.
    Kept,
    /// Deliveries were claimed, nothing was sent yet.
    Claimed,
    /// One was sent, what became of it is not kept yet.
    Sent,
    /// What became of it was kept.
    Settled,
}

/// What a courier made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Gathered {
    /// Notices in inboxes.
    pub notices: u64,
    /// Deliveries on their way.
    pub deliveries: u64,
}

/// A source with its place: where it stood, and where it stands behind the page.
struct Page {
    source: &'static str,
    before: Option<(i64, String)>,
    after: (i64, String),
    told: Vec<(Thing, Recipient)>,
}

impl Office {
    /// Makes notices of everything that happened since the last time. `go_on` is asked at each stage.
    ///
    /// # Errors
    /// The store or the desk cannot be read or written; what was kept stays. [`OfficeError::Stopped`]
    /// where it should not go on.
    pub fn gather_notices(&self, go_on: &dyn Fn(Stage) -> bool) -> Result<Gathered, OfficeError> {
        let mut made = Gathered::default();
        let sources: [fn(&Self, &People) -> Result<Option<Page>, OfficeError>; 4] =
            [Self::entries_page, Self::batches_page, Self::acts_page, Self::day_page];
        for source in sources {
            loop {
                let people = self.people()?;
                let Some(page) = source(self, &people)? else {
                    break;
                };
                passed(go_on, Stage::Read)?;
                self.keep_page(&page, &mut made)?;
                passed(go_on, Stage::Kept)?;
            }
        }
        Ok(made)
    }

    fn people(&self) -> Result<People, OfficeError> {
        let (since, accounts) = self.desk.read(|reader| {
            let since = reader.courier("since")?.map_or(0, |(since, _)| since);
            Ok::<_, StoreError>((since, (reader.accounts()?, reader.roles()?)))
        })?;
        self.store.read(|reader| People::of(reader, accounts, Instant(since)))
    }

    fn cursor(&self, source: &str) -> Result<Option<(i64, String)>, OfficeError> {
        Ok(self.desk.read(|reader| reader.courier(source))?)
    }

    /// The accounts that things concern.
    fn told(
        &self,
        people: &People,
        things: Vec<Thing>,
    ) -> Result<Vec<(Thing, Recipient)>, OfficeError> {
        if things.is_empty() {
            return Ok(Vec::new());
        }
        let (rules, today) = (self.rules()?, self.today());
        let mut told = Vec::new();
        for thing in things {
            let concerned = people.concerned(&thing, (&self.notices, &rules, today));
            told.extend(concerned.into_iter().map(|one| (thing.clone(), one)));
        }
        Ok(told)
    }

    /// The cursor of entries is the place of the next.
    fn entries_page(&self, people: &People) -> Result<Option<Page>, OfficeError> {
        let before = self.cursor("entries")?;
        let from = before.as_ref().map_or(0, |(cursor, _)| *cursor);
        let (next, things) = self.store.read::<_, OfficeError>(|reader| {
            let head = reader.head()?.next_seq;
            if from > head {
                // Beside a store that was restored to an earlier moment.
                return Ok((head, Vec::new()));
            }
            if from == head || self.is_without_rules(reader)? {
                return Ok((from, Vec::new()));
            }
            let heads = reader.entry_heads(Seq(from), PAGE)?;
            let rules = self.rules_for(reader)?;
            let things = things::of_entries(self, reader, (people, &rules), &heads)?;
            Ok((heads.last().map_or(head, |last| last.seq.0 + 1), things))
        })?;
        if next == from {
            return Ok(None);
        }
        let told = self.told(people, things)?;
        Ok(Some(Page { source: "entries", before, after: (next, String::new()), told }))
    }

    /// Before the first adoption nobody has a role.
    fn is_without_rules(
        &self,
        reader: &mut gongxin_store::Reader<'_>,
    ) -> Result<bool, OfficeError> {
        Ok(reader.adoption()?.is_none())
    }

    /// The cursor of hand-ins is the number of the last; kept in mind are those that were under way.
    fn batches_page(&self, people: &People) -> Result<Option<Page>, OfficeError> {
        let before = self.cursor("batches")?;
        let (last, mind) = before.clone().unwrap_or_default();
        let open: Vec<i64> = serde_json::from_str(&mind).unwrap_or_default();
        let (upto, rows) = self.store.read::<_, OfficeError>(|reader| {
            let newest = reader.head()?.next_batch - 1;
            let upto = newest.min(last + PAGE);
            let numbers: Vec<i64> = open.iter().copied().chain(last + 1..=upto).collect();
            Ok((upto, reader.batches(numbers)?))
        })?;
        let is_open = |no: BatchNo| rows.iter().any(|row| row.no == no && row.state == "open");
        let still: Vec<i64> =
            rows.iter().filter(|row| is_open(row.no)).map(|row| row.no.0).collect();
        // Numbers and nothing else: writing them cannot fail.
        let mind = serde_json::to_string(&still).unwrap_or_default();
        let after = (upto.max(last), mind);
        if before.as_ref().map_or(after.0 == 0, |before| *before == after) {
            return Ok(None);
        }
        let done = rows.iter().filter(|row| row.state == "done");
        let told = self.told(people, done.map(things::of_batch).collect())?;
        Ok(Some(Page { source: "batches", before, after, told }))
    }

    /// The cursor of acts is the number of the last.
    fn acts_page(&self, people: &People) -> Result<Option<Page>, OfficeError> {
        let before = self.cursor("acts")?;
        let last = before.as_ref().map_or(0, |(cursor, _)| *cursor);
        let acts = self.desk.read(|reader| reader.audit_after(last, PAGE))?;
        let Some(newest) = acts.last().map(|row| row.no) else {
            return Ok(None);
        };
        let told = self.told(people, acts.iter().filter_map(things::of_act).collect())?;
        Ok(Some(Page { source: "acts", before, after: (newest, String::new()), told }))
    }

    /// The day up to which the calendar was looked at stands in its mind.
    fn day_page(&self, people: &People) -> Result<Option<Page>, OfficeError> {
        let before = self.cursor("day")?;
        let today = self.today();
        let last: Option<Day> = before.as_ref().and_then(|(_, day)| day.parse().ok());
        if last.is_some_and(|last| last >= today) {
            return Ok(None);
        }
        let now = self.clock.now();
        let ending = Instant(now.0.saturating_add(self.notices.key_time()));
        let keys = self.desk.read(|reader| reader.keys_ending(now, ending))?;
        let mut things = self.store.read(|reader| {
            if self.is_without_rules(reader)? {
                return Ok(Vec::new());
            }
            let rules = self.rules_for(reader)?;
            things::of_day(self, reader, (people, &rules), (last, today))
        })?;
        things.extend(keys.iter().map(|key| things::of_key(key, now)));
        let told = self.told(people, things)?;
        Ok(Some(Page { source: "day", before, after: (0, today.to_string()), told }))
    }

    fn keep_page(&self, page: &Page, made: &mut Gathered) -> Result<(), OfficeError> {
        let kept = self.desk.write(self.clock.now(), |writer| {
            // Another courier was here meanwhile: what it kept is kept.
            if writer.courier(page.source)? != page.before {
                return Ok::<_, StoreError>(Gathered::default());
            }
            let mut kept = Gathered::default();
            for (thing, recipient) in &page.told {
                if let Some(no) = writer.add_notice(&notice(thing, recipient))? {
                    kept.notices += 1;
                    kept.deliveries +=
                        self.send_off(writer, (no, recipient.account), thing.kind)?;
                }
            }
            if page.source == "day" {
                let before = Instant(writer.now().0.saturating_sub(self.notices.keep_time()));
                writer.forget_notices(before)?;
            }
            writer.put_courier(page.source, page.after.0, &page.after.1)?;
            Ok(kept)
        })?;
        made.notices += kept.notices;
        made.deliveries += kept.deliveries;
        Ok(())
    }

    /// Puts a notice onto the channels that its account has for the kind; gives how many.
    fn send_off(
        &self,
        writer: &mut DeskWriter<'_>,
        (notice, account): (i64, i64),
        kind: NoticeKind,
    ) -> Result<u64, StoreError> {
        let now = writer.now();
        let mut targets = Vec::new();
        if self.goes_to(writer, account, (kind, Channel::Mail))?
            && writer.contact(account)?.and_then(|one: ContactRow| one.address).is_some()
        {
            targets.push((Channel::Mail, 0));
        }
        if self.goes_to(writer, account, (kind, Channel::Webhook))? {
            let own = writer.webhooks_of(account)?;
            targets.extend(own.into_iter().map(|hook| (Channel::Webhook, hook.no)));
        }
        let count = targets.len() as u64;
        for (channel, target) in targets {
            writer.add_delivery(&waiting(channel.word(), (notice, account, target), now))?;
        }
        Ok(count)
    }

    /// True where an account is told of a kind over a channel: as it chose, else as the policy says.
    pub(super) fn goes_to(
        &self,
        reader: &mut DeskReader<'_>,
        account: i64,
        (kind, channel): (NoticeKind, Channel),
    ) -> Result<bool, StoreError> {
        let chosen = reader.choices_of(account)?;
        let own =
            chosen.iter().find(|one| one.kind == kind.word() && one.channel == channel.word());
        Ok(own.map_or_else(|| self.notices.goes(kind, channel), |one| one.on))
    }
}

fn notice(thing: &Thing, recipient: &Recipient) -> NoticeRow {
    NoticeRow {
        no: 0,
        account: recipient.account,
        thing: thing.key.clone(),
        kind: thing.kind.word().to_owned(),
        at: thing.at,
        about: thing.about.text(),
        scope: recipient.scope.clone(),
        read_at: None,
    }
}

/// A delivery that begins.
pub(super) fn waiting(
    channel: &str,
    (notice, account, target): (i64, i64, i64),
    now: Instant,
) -> DeliveryRow {
    DeliveryRow {
        no: 0,
        notice,
        account,
        channel: channel.to_owned(),
        target,
        state: "waiting".to_owned(),
        tries: 0,
        next_at: now,
        made_at: now,
        done_at: None,
        fault: None,
    }
}

/// Asks whether to go on.
pub(super) fn passed(go_on: &dyn Fn(Stage) -> bool, stage: Stage) -> Result<(), OfficeError> {
    if go_on(stage) { Ok(()) } else { Err(OfficeError::Stopped) }
}
