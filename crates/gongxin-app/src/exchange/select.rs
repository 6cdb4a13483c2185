//! Which records go up, and why: pure but for what it reads.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{Day, Instant, Kind, RecordNo, Seq};
use gongxin_pack::{Catalogue, EffectiveRulebook, Visibility};
use gongxin_standing::{Effects, Event, HOLD_FIELD, Publication, Question, Standing, fold};
use gongxin_store::{Reader, RecordRow, SentRow, StoredEntry};
use serde::Serialize;

use super::scope::Scope;
use crate::OfficeError;
use crate::derive::{event, histories};

/// So many entries are looked through at once.
const PAGE: i64 = 5_000;
/// So many rows go up at once; what is left goes with the next file.
const MOST: usize = 500_000;

/// Why a record goes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It never went up, or ended in between.
    New,
    /// Its content is another than the one that went up.
    Corrected,
    /// It was taken back, quashed or repaired.
    Ended,
}

impl Fate {
    pub(super) const ALL: [Self; 3] = [Self::New, Self::Corrected, Self::Ended];

    /// The number in the store.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::New => 1,
            Self::Corrected => 2,
            Self::Ended => 3,
        }
    }

    pub(super) fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.number() == number)
    }
}

/// What came back of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing yet.
    Open,
    /// It was accepted.
    Accepted,
    /// It was refused.
    Refused,
}

impl Answer {
    /// The number in the store.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Accepted => 1,
            Self::Refused => 2,
        }
    }

    pub(super) fn of(number: i64) -> Self {
        match number {
            1 => Self::Accepted,
            2 => Self::Refused,
            _ => Self::Open,
        }
    }
}

/// What is looked for.
pub(super) struct Wanted<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) rulebook: &'a EffectiveRulebook,
    pub(super) scope: &'a Scope,
    /// Entries from this place on.
    pub(super) from: Seq,
    /// Entries received before.
    pub(super) before: Instant,
    /// The day that is asked of standings.
    pub(super) day: Day,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Selection {
    /// Place in its file, record, entry of the content, fate.
    pub(super) rows: Vec<(i64, RecordNo, Seq, i64)>,
    /// Records that may not go up, by the reason of their standing.
    pub(super) held_back: BTreeMap<String, u64>,
    /// The first entry that was not looked at.
    pub(super) until: Seq,
    /// True where more is left for the next file.
    pub(super) more: bool,
    taken: BTreeSet<RecordNo>,
    counted: BTreeSet<RecordNo>,
    places: BTreeMap<bool, i64>,
}

impl Wanted<'_> {
    /// Looks through the archive.
    pub(super) fn select(
        &self,
        reader: &mut Reader<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Selection, OfficeError> {
        let mut selection = Selection {
            rows: Vec::new(),
            held_back: BTreeMap::new(),
            until: self.from,
            more: false,
            taken: BTreeSet::new(),
            counted: BTreeSet::new(),
            places: BTreeMap::new(),
        };
        let mut seen = 0;
        loop {
            let page = reader.touched_from(selection.until, self.before, PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(selection);
            };
            selection.until = Seq(last.0 + 1);
            seen += page.len() as u64;
            let records: BTreeSet<i64> =
                page.iter().filter_map(|(_, about)| about.as_record()).map(|no| no.0).collect();
            self.choose(reader, records.into_iter().collect(), &mut selection)?;
            progress(seen);
            if selection.rows.len() >= MOST {
                selection.more = true;
                return Ok(selection);
            }
        }
    }

    fn choose(
        &self,
        reader: &mut Reader<'_>,
        numbers: Vec<i64>,
        selection: &mut Selection,
    ) -> Result<(), OfficeError> {
        let mut records = reader.records(numbers)?;
        records
            .retain(|one| one.catalogue == self.catalogue.id && !selection.taken.contains(&one.no));
        let numbers: Vec<RecordNo> = records.iter().map(|record| record.no).collect();
        let histories = histories(reader, &numbers)?;
        let sent = reader.sent_of(numbers.iter().map(|no| no.0).collect())?;
        // Oldest first: the last one stays.
        let sent: BTreeMap<RecordNo, SentRow> =
            sent.into_iter().map(|row| (row.record, row)).collect();
        for record in &records {
            let history = histories.get(&record.no).map_or(&[][..], Vec::as_slice);
            self.consider(record, history, sent.get(&record.no), selection);
        }
        Ok(())
    }

    fn consider(
        &self,
        record: &RecordRow,
        history: &[StoredEntry],
        sent: Option<&SentRow>,
        selection: &mut Selection,
    ) {
        let known = history.iter().filter(|entry| entry.at < self.before);
        let events: Vec<Event<'_>> = known.map(event).collect();
        let effects = Effects::replay(&events);
        let (Some(content), Some(seq)) = (effects.content, effects.content_seq) else {
            return;
        };
        let supplier = content.source.as_deref().unwrap_or_default();
        if !self.scope.has_supplier(self.rulebook, supplier, self.day) {
            return;
        }
        let (catalogue, rulebook) = (self.catalogue, self.rulebook);
        let question =
            Question { as_of: self.day, known: None, catalogue, rulebook, explains: false };
        let Some(standing) = fold(&events, &question) else {
            return;
        };
        let ended = [Kind::Withdrawn, Kind::Quashed, Kind::PublicationEnded, Kind::SharingEnded];
        let ended = ended.into_iter().any(|kind| effects.of(kind).is_some());
        let may = may_go_up(catalogue, &standing) && content.field(HOLD_FIELD).is_none();
        match fate((may, ended), seq, sent) {
            Some(fate) => selection.take(record.no, seq, fate),
            None if !may && sent.is_none() && selection.counted.insert(record.no) => {
                let reason = standing.reason.word().to_owned();
                *selection.held_back.entry(reason).or_default() += 1;
            }
            None => {}
        }
    }
}

impl Selection {
    fn take(&mut self, no: RecordNo, seq: Seq, fate: Fate) {
        self.taken.insert(no);
        let place = self.places.entry(fate == Fate::Ended).or_default();
        *place += 1;
        self.rows.push((*place, no, seq, fate.number()));
    }
}

/// True where authorities may see the record, and nothing that ended or rests is sent for the
/// first time.
fn may_go_up(catalogue: &Catalogue, standing: &Standing) -> bool {
    catalogue.visibility <= Visibility::Shared
        && standing.shared
        && matches!(standing.publication, Publication::Published | Publication::Unpublished)
}

/// Why a record goes up, by what went up of it last.
fn fate((may, ended): (bool, bool), content: Seq, sent: Option<&SentRow>) -> Option<Fate> {
    let last = sent.map(|row| (Fate::of(row.fate), Answer::of(row.state), row.seq));
    match last {
        None | Some((Some(Fate::Ended) | None, ..)) => may.then_some(Fate::New),
        // What was refused goes up as new once it says something else.
        Some((_, Answer::Refused, seq)) => (may && seq < content).then_some(Fate::New),
        Some((_, _, seq)) if may => (seq < content).then_some(Fate::Corrected),
        Some(_) => ended.then_some(Fate::Ended),
    }
}
