//! From entries to the cached standings: the one place where the office folds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use gongxin_model::{Body, Day, RecordNo, SubjectNo};
use gongxin_pack::{Catalogue, EffectiveRulebook, Role};
use gongxin_standing::{Effects, Event, Question, Standing, fold};
use gongxin_store::{AboutNo, Reader, RecordRow, StandingRow, StoredEntry};
use serde::{Deserialize, Serialize};

use crate::OfficeError;

/// What a row of a list shows of a record beside its standing's columns; kept with them. A record
/// more is a summary more, so its keys are short.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// The document's number as written.
    #[serde(default, rename = "n", skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<String>,
    /// What it is called: by the field that its catalogue says, or where it has no number.
    #[serde(default, rename = "t", skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// The deciding authority.
    #[serde(default, rename = "a", skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<String>,
    /// True where the content states no day of decision: the standing's is that of receipt.
    #[serde(default, rename = "u", skip_serializing_if = "std::ops::Not::not")]
    undated: bool,
}

impl Summary {
    /// The summary that stands beside a standing.
    pub(crate) fn of(row: &StandingRow) -> Self {
        // What cannot be read shows nothing; `archive fsck` names it.
        serde_json::from_str(&row.summary).unwrap_or_default()
    }

    /// The day of the decision, where the record states one.
    pub(crate) fn decided_on(&self, row: &StandingRow) -> Option<Day> {
        (!self.undated).then_some(row.decided_on)
    }
}

/// A stored entry as the fold wants it.
pub(crate) fn event(entry: &StoredEntry) -> Event<'_> {
    Event { seq: entry.seq, at: entry.at, kind: entry.kind, body: entry.body.as_ref() }
}

/// The row of the cache for one record. None where it is linked to nobody.
pub(crate) fn standing_row(
    record: &RecordRow,
    events: &[Event<'_>],
    catalogue: &Catalogue,
    rulebook: &EffectiveRulebook,
    today: Day,
) -> Option<StandingRow> {
    let question = Question { as_of: today, known: None, catalogue, rulebook, explains: false };
    standing_as(record, events, &question).map(|(row, _)| row)
}

/// The row that the cache for one record held, or would have held, when the question was asked,
/// and the standing in it. None where it is linked to nobody, or nothing was known of it.
pub(crate) fn standing_as(
    record: &RecordRow,
    events: &[Event<'_>],
    question: &Question<'_>,
) -> Option<(StandingRow, Standing)> {
    let Question { as_of, known, catalogue, .. } = *question;
    let subject = record.subject?;
    let standing = fold(events, question)?;
    let events: Cow<'_, [Event<'_>]> = match known {
        None => events.into(),
        Some(known) => events.iter().filter(|event| event.at <= known).copied().collect(),
    };
    let effects = Effects::replay(&events);
    let received = effects.first.map_or(as_of, |(_, at)| at.day());
    let decided_on = effects.content.and_then(|body| decided_on(body, catalogue));
    let summary = effects.content.map(|body| summary(body, catalogue)).unwrap_or_default();
    let summary = Summary { undated: decided_on.is_none(), ..summary };
    let row = StandingRow {
        subject,
        section: catalogue.section.word().to_owned(),
        decided_on: decided_on.unwrap_or(received),
        record: record.no,
        public_id: record.public_id,
        catalogue: catalogue.id.clone(),
        publication: standing.publication.word().to_owned(),
        reason: standing.reason.word().to_owned(),
        shown_from: standing.shown_from,
        shown_until: standing.shown_until,
        next_day: standing.next_day,
        ended_at: standing.ended_at,
        disputed: standing.disputed_since.is_some(),
        seq: effects.last?,
        version: gongxin_standing::VERSION,
        summary: serde_json::to_string(&summary).unwrap_or_default(),
    };
    Some((row, standing))
}

fn summary(body: &Body, catalogue: &Catalogue) -> Summary {
    let written = |role| written(body, catalogue, role);
    let number = written(Role::DocumentNumber);
    let declared = catalogue.title.as_deref().and_then(|code| as_written(body, code));
    let instead =
        || [Role::DocumentTitle, Role::Conduct, Role::Reason].into_iter().find_map(written);
    let title = declared.or_else(|| if number.is_none() { instead() } else { None });
    Summary { number, title, authority: written(Role::AuthorityName), undated: false }
}

fn decided_on(body: &Body, catalogue: &Catalogue) -> Option<Day> {
    value(body, catalogue, Role::DecidedOn)?.parse().ok()
}

/// The value of the field with a role, in normal form.
pub(crate) fn value<'a>(body: &'a Body, catalogue: &Catalogue, role: Role) -> Option<&'a str> {
    let field = body.field(catalogue.code_of(role)?)?;
    Some(field.value.first()).filter(|text| !text.is_empty())
}

/// The value of the field with a role, as it was written.
pub(crate) fn written(body: &Body, catalogue: &Catalogue, role: Role) -> Option<String> {
    as_written(body, catalogue.code_of(role)?)
}

fn as_written(body: &Body, code: &str) -> Option<String> {
    let field = body.field(code)?;
    let text = field.written.as_deref().unwrap_or_else(|| field.value.first());
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// The entries of many records, each record's in their order.
pub(crate) fn histories(
    reader: &mut Reader<'_>,
    records: &[RecordNo],
) -> Result<BTreeMap<RecordNo, Vec<StoredEntry>>, OfficeError> {
    let about: Vec<AboutNo> = records.iter().map(|no| AboutNo::record(*no)).collect();
    let mut histories: BTreeMap<RecordNo, Vec<StoredEntry>> = BTreeMap::new();
    for entry in reader.entries_about(&about)? {
        if let Some(record) = entry.about.as_record() {
            histories.entry(record).or_default().push(entry);
        }
    }
    Ok(histories)
}

/// Folds records again from the archive and says what the cache should hold. Records linked to nobody,
/// or of a catalogue that the rulebook no longer has, have no row.
pub(crate) fn rederive(
    reader: &mut Reader<'_>,
    rulebook: &EffectiveRulebook,
    records: &[RecordRow],
    today: Day,
) -> Result<Vec<StandingRow>, OfficeError> {
    let numbers: Vec<RecordNo> = records.iter().map(|record| record.no).collect();
    let histories = histories(reader, &numbers)?;
    Ok(records
        .iter()
        .filter_map(|record| {
            let catalogue = rulebook.catalogue(&record.catalogue)?;
            let events: Vec<Event<'_>> = histories.get(&record.no)?.iter().map(event).collect();
            standing_row(record, &events, catalogue, rulebook, today)
        })
        .collect())
}

/// The pairs that a change names, for the faces.
pub(crate) fn touched(rows: &[StandingRow]) -> Vec<(Option<SubjectNo>, Option<RecordNo>)> {
    rows.iter().map(|row| (Some(row.subject), Some(row.record))).collect()
}
