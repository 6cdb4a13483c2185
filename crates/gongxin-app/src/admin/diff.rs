//! What other packs would alter, in the words of whoever must answer for it: which classes, decided
//! when, under which rule before and after, how many end, appear, or end on another day.

use std::collections::BTreeMap;

use gongxin_model::{Day, PublicId, RecordNo};
use gongxin_pack::{EffectiveRulebook, PackFiles, Text};
use gongxin_standing::{Event, Publication, Question, Standing};
use gongxin_store::{Reader, RecordRow, StandingRow};
use serde::Serialize;

use crate::derive::{event, histories, standing_as};
use crate::{Office, OfficeError};

/// So many records are compared at once.
const PAGE: i64 = 5_000;

/// What is to be compared with the rulebook in force.
#[derive(Debug, Clone)]
pub struct DiffAsk<'a> {
    /// The files of all packs.
    pub files: &'a PackFiles,
    /// Ids of unverified values that would be accepted; `all` accepts every one. None given: those
    /// that are accepted today.
    pub accept: &'a [String],
    /// The day on which both are asked; today where none is given.
    pub as_of: Option<Day>,
    /// So many records that end or appear are named on each line.
    pub named: usize,
}

/// What a rule says of a group of records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Ruled {
    /// `published`, `unpublished`, `shielded`, `ended`, `withdrawn`; None where the rulebook has no such class.
    pub publication: Option<&'static str>,
    /// Why.
    pub reason: Option<&'static str>,
    /// The rule of the term; empty where there is none.
    pub rule: String,
    /// The class of conduct, where the rule has classes.
    pub class: Option<&'static str>,
}

/// Records that fare alike.
#[derive(Debug, Clone, Serialize)]
pub struct DiffLine {
    /// The catalogue's id.
    pub catalogue: String,
    /// Its name.
    pub name: Text,
    /// Under the rulebook in force.
    pub before: Ruled,
    /// Under the other.
    pub after: Ruled,
    /// The first day of decision among them.
    pub decided_from: Day,
    /// The last.
    pub decided_until: Day,
    /// Records that the public would no longer see.
    pub ending: u64,
    /// Records that the public would see.
    pub appearing: u64,
    /// Records that would end sooner.
    pub sooner: u64,
    /// Records that would end later.
    pub later: u64,
    /// Some of those that would end or appear, by their public ids.
    pub named: Vec<PublicId>,
}

/// The whole comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    /// The day on which both were asked.
    pub as_of: Day,
    /// Records that were compared.
    pub records: u64,
    /// Records that the public would no longer see.
    pub ending: u64,
    /// Records that the public would see.
    pub appearing: u64,
    /// Records that would end on another day.
    pub moved: u64,
    /// What alters, by class and rule.
    pub lines: Vec<DiffLine>,
}

/// A record under one rulebook.
type Under = Option<(StandingRow, Standing)>;
type Groups = BTreeMap<(String, Ruled, Ruled), DiffLine>;

impl Office {
    /// Compares what the public sees under the rulebook in force with what it would see under
    /// other packs. Nothing is written.
    ///
    /// # Errors
    /// No rulebook is in force, the packs have problems, or the store could not be read.
    pub fn pack_diff(
        &self,
        ask: &DiffAsk<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Diff, OfficeError> {
        let as_of = ask.as_of.unwrap_or_else(|| self.today());
        let now = self.rules()?;
        let other = self.other(ask, &now.adoption.accepted)?;
        self.difference((&now.rulebook, &other), (as_of, ask.named), progress)
    }

    /// Compares what the public sees under two rulebooks.
    pub(super) fn difference(
        &self,
        (now, other): (&EffectiveRulebook, &EffectiveRulebook),
        (as_of, named): (Day, usize),
        progress: &mut dyn FnMut(u64),
    ) -> Result<Diff, OfficeError> {
        let mut groups = Groups::new();
        let mut records = 0;
        self.store.read(|reader| -> Result<(), OfficeError> {
            let mut after = RecordNo(0);
            loop {
                let page = reader.records_after(after, PAGE)?;
                let Some(last) = page.last() else {
                    return Ok(());
                };
                after = last.no;
                compare(reader, &page, (as_of, named), [now, other], &mut groups)?;
                records += page.len() as u64;
                progress(records);
            }
        })?;
        let lines: Vec<DiffLine> = groups.into_values().collect();
        let sum = |of: fn(&DiffLine) -> u64| lines.iter().map(of).sum();
        Ok(Diff {
            as_of,
            records,
            ending: sum(|line| line.ending),
            appearing: sum(|line| line.appearing),
            moved: sum(|line| line.sooner + line.later),
            lines,
        })
    }

    fn other(&self, ask: &DiffAsk<'_>, today: &str) -> Result<EffectiveRulebook, OfficeError> {
        if !ask.accept.is_empty() {
            return Ok(self.effective(ask.files, ask.accept)?.0);
        }
        let (_, _, unverified) = self.effective(ask.files, &[])?;
        let mut accepted: Vec<String> = serde_json::from_str(today).unwrap_or_default();
        accepted.retain(|item| unverified.iter().any(|known| known.item == *item));
        Ok(self.effective(ask.files, &accepted)?.0)
    }
}

fn compare(
    reader: &mut Reader<'_>,
    records: &[RecordRow],
    (as_of, named): (Day, usize),
    rulebooks: [&EffectiveRulebook; 2],
    groups: &mut Groups,
) -> Result<(), OfficeError> {
    let numbers: Vec<RecordNo> = records.iter().map(|record| record.no).collect();
    let histories = histories(reader, &numbers)?;
    for record in records {
        let events: Vec<Event<'_>> =
            histories.get(&record.no).into_iter().flatten().map(event).collect();
        let under = rulebooks.map(|rulebook| {
            let catalogue = rulebook.catalogue(&record.catalogue)?;
            let question = Question { as_of, known: None, catalogue, rulebook, explains: false };
            standing_as(record, &events, &question)
        });
        let name = rulebooks.iter().find_map(|one| one.catalogue(&record.catalogue));
        if let Some(catalogue) = name {
            let of = (record, &catalogue.name);
            group(of, &under, (as_of, named), groups);
        }
    }
    Ok(())
}

/// Adds a record to those that fare like it, where the public would notice.
fn group(
    (record, name): (&RecordRow, &Text),
    under: &[Under; 2],
    (as_of, named): (Day, usize),
    groups: &mut Groups,
) {
    let [was, is] =
        under.each_ref().map(|one| one.as_ref().filter(|(row, _)| row.is_shown_on(as_of)));
    let ending = was.is_some() && is.is_none();
    let appearing = was.is_none() && is.is_some();
    let until = was.zip(is).map(|(was, is)| (was.0.shown_until, is.0.shown_until));
    let sooner = until.is_some_and(|(was, is)| is < was);
    let later = until.is_some_and(|(was, is)| was < is);
    let Some((row, _)) = under.iter().flatten().next() else {
        return;
    };
    if !(ending || appearing || sooner || later) {
        return;
    }
    let [before, after] = under.each_ref().map(ruled);
    let key = (record.catalogue.clone(), before.clone(), after.clone());
    let line = groups.entry(key).or_insert_with(|| DiffLine {
        catalogue: record.catalogue.clone(),
        name: name.clone(),
        before,
        after,
        decided_from: row.decided_on,
        decided_until: row.decided_on,
        ending: 0,
        appearing: 0,
        sooner: 0,
        later: 0,
        named: Vec::new(),
    });
    if (ending || appearing) && line.named.len() < named {
        line.named.push(record.public_id);
    }
    line.decided_from = line.decided_from.min(row.decided_on);
    line.decided_until = line.decided_until.max(row.decided_on);
    line.ending += u64::from(ending);
    line.appearing += u64::from(appearing);
    line.sooner += u64::from(sooner);
    line.later += u64::from(later);
}

fn ruled(under: &Under) -> Ruled {
    let standing = under.as_ref().map(|(_, standing)| standing);
    Ruled {
        publication: standing.map(|one| one.publication).map(Publication::word),
        reason: standing.map(|one| one.reason.word()),
        rule: standing.map(|one| one.rule.clone()).unwrap_or_default(),
        class: standing.and_then(|one| one.class).map(|class| class.word()),
    }
}
