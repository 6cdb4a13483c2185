//! One record of an organisation's own file, with everything that became of it.

use gongxin_model::{Instant, Kind, PublicId};
use gongxin_pack::Catalogue;
use gongxin_standing::Event;
use serde::Serialize;

use super::{FileRecord, Folder, Sight, own_subject};
use crate::derive::{event, histories};
use crate::gate::{OrganisationSee, Permit};
use crate::public::facts_up_to;
use crate::public::shown::{ShownFact, Words};
use crate::{Office, OfficeError};

/// A record with everything that became of it.
#[derive(Debug, Clone, Serialize)]
pub struct OwnRecord {
    /// The organisation's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The record as it stands.
    pub record: FileRecord,
    /// What became of it, the first first.
    pub history: Vec<HistoryItem>,
}

/// Something that became of a record.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryItem {
    /// The number of its entry.
    pub entry: i64,
    /// When it was received.
    pub at: Instant,
    /// What it was, by the glossary's word.
    pub kind: &'static str,
    /// What changed of the content.
    pub changes: Vec<HistoryChange>,
}

/// A field that was corrected.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryChange {
    /// The field's label.
    pub label: Words,
    /// What it said before; empty where it said nothing.
    pub before: Vec<Words>,
    /// What it says since.
    pub after: Vec<Words>,
}

impl Office {
    /// One record of an organisation's own file, also one that is not public or ended. One of another's is
    /// answered like one that there is not.
    ///
    /// # Errors
    /// There is no such record of this organisation, or the store cannot be read.
    pub fn own_record(
        &self,
        permit: &Permit<OrganisationSee>,
        id: PublicId,
    ) -> Result<OwnRecord, OfficeError> {
        let today = self.today();
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let subject = own_subject(reader, permit)?;
            let absent = || OfficeError::from(crate::gate::Refused);
            let record = self.record_of(reader, id)?.ok_or_else(absent)?;
            if record.subject != Some(subject.no) {
                return Err(absent());
            }
            let history = histories(reader, &[record.no])?.remove(&record.no).unwrap_or_default();
            let sight = Sight::Own;
            let folder = Folder { rules: &rules, subject: &subject, sight, today };
            let shown = folder.record(&record, &history).ok_or_else(absent)?;
            let catalogue = rules.rulebook.catalogue(&record.catalogue).ok_or_else(absent)?;
            let events: Vec<Event<'_>> = history.iter().map(event).collect();
            Ok(OwnRecord {
                code: subject.code.clone().unwrap_or_default(),
                name: crate::public::public_name(&subject),
                record: shown,
                history: became(&folder, catalogue, &events),
            })
        })
    }
}

/// What became of a record. A content is compared with the one before it.
fn became(folder: &Folder<'_>, catalogue: &Catalogue, events: &[Event<'_>]) -> Vec<HistoryItem> {
    let mut before: Vec<ShownFact> = Vec::new();
    let mut items = Vec::new();
    for event in events {
        let is_content = matches!(event.kind, Kind::Received | Kind::Corrected);
        let mut changes = Vec::new();
        if let Some(body) = event.body.filter(|_| is_content) {
            let limit = Sight::Own.limit();
            let after = facts_up_to(limit, folder.rules, (catalogue, body), folder.subject);
            if event.kind == Kind::Corrected {
                changes = changed(&before, &after);
            }
            before = after;
        }
        let kind = event.kind.name();
        items.push(HistoryItem { entry: event.seq.0, at: event.at, kind, changes });
    }
    items
}

fn changed(before: &[ShownFact], after: &[ShownFact]) -> Vec<HistoryChange> {
    let values = |facts: &[ShownFact], field: &str| {
        let found = facts.iter().find(|fact| fact.field == field);
        found.map(|fact| fact.values.clone()).unwrap_or_default()
    };
    let gone = before.iter().filter(|fact| !after.iter().any(|one| one.field == fact.field));
    after
        .iter()
        .chain(gone)
        .map(|fact| HistoryChange {
            label: fact.label.clone(),
            before: values(before, &fact.field),
            after: values(after, &fact.field),
        })
        .filter(|change| change.before != change.after)
        .collect()
}
