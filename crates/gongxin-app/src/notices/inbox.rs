//! The inbox: what an account was told, as far as it may see it now.
//!
//! Rights are asked of the gate each time a notice is read: one about what an account may no longer see
//! says that there was something, and nothing of what.

use gongxin_model::finding::Language;
use gongxin_model::{BatchNo, CaseNo, Instant, PublicId, RecordNo};
use gongxin_pack::Text;
use gongxin_store::StoreError;
use gongxin_store::desk::NoticeRow;
use serde::Serialize;

use super::{About, NoticeKind};
use crate::accounts::{HandInItem, Signed, account_number};
use crate::cases::reached_case;
use crate::gate::{
    AccountList, Action, BodySee, CaseSee, HeldJudge, OrganisationSee, Permit, Refused, Scope,
};
use crate::{BatchAsk, BatchCounts, Office, OfficeError};

/// So many unread notices are counted at most.
const COUNTED: i64 = 100;

/// A page of an inbox, the latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxPage {
    /// The notices.
    pub items: Vec<InboxItem>,
    /// The number below which the next page is; none on the last.
    pub below: Option<i64>,
    /// How many are not read, up to a hundred.
    pub unread: i64,
}

/// A notice as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Its number.
    pub no: i64,
    /// When the thing happened.
    pub at: Instant,
    /// True where it was not read.
    pub is_unread: bool,
    /// What it is and what it is about; none where the account may see that no more.
    pub shown: Option<(NoticeKind, InboxThing)>,
}

/// What a notice is about, by what its account may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum InboxThing {
    /// A case.
    Case {
        /// Its number.
        number: String,
        /// What its procedure is called.
        name: Text,
        /// True where it is about one's own organisation.
        is_own: bool,
    },
    /// A record of one's own organisation.
    Record {
        /// Its public id.
        id: PublicId,
        /// What its class is called.
        name: Text,
    },
    /// A hand-in.
    Batch {
        /// Its number.
        no: i64,
        /// What its class is called.
        name: Text,
        /// Of which body.
        body: Text,
        /// How many rows came to what; on its own page alone.
        counts: Option<BatchCounts>,
    },
    /// Rows of a body that wait.
    Held {
        /// The body.
        body: Text,
    },
    /// One's own organisation.
    Organisation {
        /// Its code.
        code: String,
    },
    /// An account.
    Account {
        /// Its id.
        id: String,
        /// Its login.
        login: String,
    },
    /// Something that was done to one's own account.
    Act {
        /// The word of the act.
        act: String,
    },
    /// A key of one's own.
    Key {
        /// What its holder calls it.
        name: String,
        /// Until when it holds.
        until_at: Instant,
    },
}

impl Office {
    /// How many notices of an account are not read, up to a hundred.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn unread_notices(&self, who: &Signed) -> Result<i64, OfficeError> {
        Ok(self.desk.read(|reader| reader.unread_notices(who.number(), COUNTED))?)
    }

    /// A page of the inbox of the account that asks.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn inbox(
        &self,
        who: &Signed,
        (below, size): (Option<i64>, u16),
    ) -> Result<InboxPage, OfficeError> {
        let (mut rows, unread) = self.desk.read(|reader| {
            let rows = reader.notices_of(who.number(), below, i64::from(size) + 1)?;
            Ok::<_, StoreError>((rows, reader.unread_notices(who.number(), COUNTED)?))
        })?;
        let more = rows.len() > usize::from(size);
        rows.truncate(usize::from(size));
        let below = rows.last().filter(|_| more).map(|row| row.no);
        let items = rows.iter().map(|row| self.inbox_row(who, row, false));
        Ok(InboxPage { items: items.collect::<Result<_, _>>()?, below, unread })
    }

    /// One notice of the account that asks, which is read by that. One of another is not found.
    ///
    /// # Errors
    /// There is no such notice, or the store cannot be read or written.
    pub fn inbox_item(&self, who: &Signed, no: i64) -> Result<InboxItem, OfficeError> {
        let found = self.desk.read(|reader| reader.notice(no))?;
        let row = found.filter(|row| row.account == who.number()).ok_or(Refused)?;
        let item = self.inbox_row(who, &row, true)?;
        if row.read_at.is_none() {
            self.desk.write(self.clock.now(), |writer| writer.see_notice(no))?;
        }
        Ok(item)
    }

    /// Marks the notices of the account as read, up to a number.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn see_notices(&self, who: &Signed, upto: i64) -> Result<usize, OfficeError> {
        Ok(self.desk.write(self.clock.now(), |writer| writer.see_notices(who.number(), upto))?)
    }

    fn inbox_row(
        &self,
        who: &Signed,
        row: &NoticeRow,
        whole: bool,
    ) -> Result<InboxItem, OfficeError> {
        let kind = NoticeKind::of(&row.kind);
        let thing = match About::read(&row.about) {
            Some(about) => seen(self.thing(who, row, (&about, whole)))?,
            None => None,
        };
        Ok(InboxItem {
            no: row.no,
            at: row.at,
            is_unread: row.read_at.is_none(),
            shown: kind.zip(thing),
        })
    }

    fn thing(
        &self,
        who: &Signed,
        row: &NoticeRow,
        (about, whole): (&About, bool),
    ) -> Result<InboxThing, OfficeError> {
        match about {
            About::Case(no) => self.case_thing(who, CaseNo(*no), &row.scope),
            About::Record(no) => {
                let permit = self.permit_of::<OrganisationSee>(who, &row.scope)?;
                self.record_thing(&permit, RecordNo(*no))
            }
            About::Batch(no) => {
                let permit = self.permit_of_batch::<BodySee>(who, *no)?;
                self.batch_thing(&permit, *no, whole)
            }
            About::Held(body) => {
                self.permit::<HeldJudge>(who, Scope::Body(body.clone()))?;
                Ok(InboxThing::Held { body: self.body_name(body)? })
            }
            About::Organisation => {
                self.permit_of::<OrganisationSee>(who, &row.scope)?;
                Ok(InboxThing::Organisation { code: row.scope.clone() })
            }
            About::Account(id) => {
                self.permit::<AccountList>(who, Scope::Platform)?;
                let number = account_number(id).ok_or(Refused)?;
                let found = self.desk.read(|reader| reader.account(number))?;
                let login = found.ok_or(Refused)?.login;
                Ok(InboxThing::Account { id: id.clone(), login })
            }
            About::Act(act) => Ok(InboxThing::Act { act: act.clone() }),
            About::Key(no) => {
                let keys = self.desk.read(|reader| reader.keys_of(who.number()))?;
                let key = keys.into_iter().find(|key| key.no == *no).ok_or(Refused)?;
                Ok(InboxThing::Key { name: key.name, until_at: key.until_at })
            }
        }
    }

    /// The permit for the organisation for which an account was told.
    fn permit_of<A: Action>(&self, who: &Signed, code: &str) -> Result<Permit<A>, OfficeError> {
        self.permit(who, Scope::Organisation(code.to_owned()))
    }

    fn case_thing(&self, who: &Signed, no: CaseNo, scope: &str) -> Result<InboxThing, OfficeError> {
        let scopes =
            [Scope::Organisation(scope.to_owned()), Scope::Body(scope.to_owned()), Scope::Platform];
        let permits: Vec<Permit<CaseSee>> =
            scopes.into_iter().filter_map(|scope| self.permit(who, scope).ok()).collect();
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            for permit in &permits {
                let Some(row) = reached_case(reader, permit, no)? else { continue };
                let rule = rules.rulebook.procedures.get(&row.procedure).ok_or(Refused)?;
                let is_own = matches!(permit.scope(), Scope::Organisation(_));
                let name = rule.name.clone();
                return Ok(InboxThing::Case { number: row.number, name, is_own });
            }
            Err(Refused.into())
        })
    }

    fn record_thing(
        &self,
        permit: &Permit<OrganisationSee>,
        no: RecordNo,
    ) -> Result<InboxThing, OfficeError> {
        let (rules, found) = self
            .store
            .read::<_, OfficeError>(|reader| Ok((self.rules_for(reader)?, reader.record(no)?)))?;
        let record = found.ok_or(Refused)?;
        // Asked as the organisation's own page asks: it shows nothing of a record of another.
        self.own_record(permit, record.public_id)?;
        let catalogue = rules.rulebook.catalogue(&record.catalogue).ok_or(Refused)?;
        Ok(InboxThing::Record { id: record.public_id, name: catalogue.name.clone() })
    }

    fn batch_thing(
        &self,
        permit: &Permit<BodySee>,
        no: BatchNo,
        whole: bool,
    ) -> Result<InboxThing, OfficeError> {
        // What it came to is read from the whole of it: for its own page alone.
        if whole {
            let ask = BatchAsk { limit: 0, ..BatchAsk::default() };
            let result = self.batch(permit, (no, Language::Chinese), &ask)?;
            return Ok(batch_of(result.item, Some(result.counts)));
        }
        let rules = self.rules()?;
        let row = self.store.read(|reader| reader.batch(no))?.ok_or(Refused)?;
        Ok(batch_of(HandInItem::of(row, &rules.rulebook), None))
    }

    fn body_name(&self, code: &str) -> Result<Text, OfficeError> {
        let rules = self.rules()?;
        let source = rules.rulebook.sources.get(code).ok_or(Refused)?;
        Ok(source.name.clone())
    }
}

fn batch_of(item: HandInItem, counts: Option<BatchCounts>) -> InboxThing {
    InboxThing::Batch { no: item.no, name: item.catalogue_name, body: item.body_name, counts }
}

/// What one may not see, or what there is no more, is nothing; any other trouble stays one.
fn seen(thing: Result<InboxThing, OfficeError>) -> Result<Option<InboxThing>, OfficeError> {
    match thing {
        Ok(thing) => Ok(Some(thing)),
        Err(OfficeError::Refused(_) | OfficeError::Absent(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
