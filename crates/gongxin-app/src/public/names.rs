//! Finding subjects by their names: the index follows the changes of the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use gongxin_model::SubjectNo;
use gongxin_model::names::{
    Hits, NameAsk, NameDocument, NameIndex, NameIndexError, Particulars, scan,
};
use gongxin_store::{NameRow, Reader, SubjectRow};

use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The name of the face that the index is.
pub const NAME_INDEX: &str = "name-index";
/// So many subjects are indexed between commits.
const STEP: usize = 20_000;

/// The index that keeps all names in memory and reads every one of them for each search: for one
/// question, and for tests.
#[derive(Debug, Default)]
pub struct NameScan(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    documents: BTreeMap<SubjectNo, NameDocument>,
    cursor: Option<i64>,
    /// What the next commit makes seen.
    waiting: Vec<Act>,
}

#[derive(Debug)]
enum Act {
    Put(NameDocument),
    Clear,
}

impl NameScan {
    /// All names as they are now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn of(office: &Office) -> Result<Self, OfficeError> {
        let scan = Self::default();
        office.follow(&scan)?;
        Ok(scan)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Only whole documents are put in and taken out; a panic elsewhere leaves none by halves.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NameIndex for NameScan {
    fn cursor(&self) -> Result<Option<i64>, NameIndexError> {
        Ok(self.kept().cursor)
    }

    fn apply(&self, documents: &[NameDocument]) -> Result<(), NameIndexError> {
        self.kept().waiting.extend(documents.iter().cloned().map(Act::Put));
        Ok(())
    }

    fn clear(&self) -> Result<(), NameIndexError> {
        self.kept().waiting.push(Act::Clear);
        Ok(())
    }

    fn commit(&self, cursor: i64) -> Result<(), NameIndexError> {
        let mut kept = self.kept();
        for act in std::mem::take(&mut kept.waiting) {
            match act {
                Act::Put(document) => {
                    kept.documents.insert(document.subject, document);
                }
                Act::Clear => kept.documents.clear(),
            }
        }
        kept.cursor = Some(cursor);
        Ok(())
    }

    fn search(
        &self,
        ask: &NameAsk<'_>,
        without: &BTreeSet<SubjectNo>,
    ) -> Result<Hits, NameIndexError> {
        let kept = self.kept();
        let others = kept.documents.values().filter(|one| !without.contains(&one.subject));
        Ok(scan(&others.collect::<Vec<_>>(), ask))
    }
}

/// How many changes an index has still to follow; all of them where it is ahead of the store.
pub(crate) fn lag(index: &dyn NameIndex, reader: &mut Reader<'_>) -> Result<u64, OfficeError> {
    let last = reader.head()?.next_change - 1;
    let cursor = index.cursor()?.filter(|cursor| *cursor <= last).unwrap_or(0);
    Ok(u64::try_from(last - cursor).unwrap_or(0))
}

impl Office {
    /// Lets the index follow the changes up to now, in steps that each commit. Says how many
    /// changes it followed. An index that is ahead of the store, as one is beside a store that was
    /// restored, is filled anew.
    ///
    /// # Errors
    /// The store cannot be read or the index not written.
    pub fn follow(&self, index: &dyn NameIndex) -> Result<u64, OfficeError> {
        let last = self.store.read(|reader| reader.head())?.next_change - 1;
        match index.cursor()? {
            Some(cursor) if cursor <= last => self.follow_from(index, cursor),
            _ => self.fill(index),
        }
    }

    /// Fills an empty index from all subjects.
    fn fill(&self, index: &dyn NameIndex) -> Result<u64, OfficeError> {
        self.store.read(|reader| {
            let last = reader.head()?.next_change - 1;
            index.clear()?;
            let mut after = SubjectNo(0);
            loop {
                let subjects = reader.subjects_after(after, STEP as i64)?;
                let Some(end) = subjects.last() else {
                    break;
                };
                after = end.no;
                let numbers: Vec<SubjectNo> = subjects.iter().map(|subject| subject.no).collect();
                let documents = documents_of(&*self.rules_for(reader)?, reader, &numbers)?;
                index.apply(&documents)?;
            }
            index.commit(last)?;
            Ok(u64::try_from(last).unwrap_or(0))
        })
    }

    fn follow_from(&self, index: &dyn NameIndex, mut cursor: i64) -> Result<u64, OfficeError> {
        let mut followed = 0;
        loop {
            let more = self.store.read(|reader| {
                let changes = reader.changes_after(cursor, STEP)?;
                let Some(last) = changes.last() else {
                    return Ok::<_, OfficeError>(false);
                };
                let mut subjects: Vec<SubjectNo> = changes
                    .iter()
                    .filter(|change| change.what == "name")
                    .filter_map(|change| change.subject)
                    .collect();
                subjects.sort_unstable();
                subjects.dedup();
                let documents = documents_of(&*self.rules_for(reader)?, reader, &subjects)?;
                index.apply(&documents)?;
                cursor = last.no;
                followed += changes.len() as u64;
                index.commit(cursor)?;
                Ok(true)
            })?;
            if !more {
                return Ok(followed);
            }
        }
    }
}

/// The documents of subjects. A name that may be a person's, of now or of before, is not searchable.
fn documents_of(
    rules: &Rules,
    reader: &mut Reader<'_>,
    numbers: &[SubjectNo],
) -> Result<Vec<NameDocument>, OfficeError> {
    let plain: Vec<i64> = numbers.iter().map(|no| no.0).collect();
    let subjects = reader.subjects(plain.clone())?;
    let mut names = reader.names_of(plain)?.into_iter().peekable();
    let mut documents = Vec::with_capacity(subjects.len());
    for subject in &subjects {
        let mut own = Vec::new();
        while let Some(name) = names.next_if(|name| name.subject <= subject.no) {
            own.push(name);
        }
        documents.push(document_of(rules, subject, &own));
    }
    Ok(documents)
}

fn document_of(rules: &Rules, subject: &SubjectRow, names: &[NameRow]) -> NameDocument {
    let is_registered = subject.registration != 0;
    NameDocument {
        subject: subject.no,
        names: searchable(rules, subject, names)
            .map(|name| (name.name.clone(), name.until.is_none()))
            .collect(),
        particulars: Particulars {
            region: subject.region.as_str().into(),
            kind: subject.kind.as_str().into(),
            form: subject.legal_form.as_str().into(),
            state: subject.state.as_str().into(),
            registered_on: names.iter().map(|name| name.from).min().filter(|_| is_registered),
            provisional: subject.provisional,
        },
    }
}

/// The names of a subject that a search finds, in the order in which an index has them.
pub(super) fn searchable<'n>(
    rules: &Rules,
    subject: &SubjectRow,
    names: &'n [NameRow],
) -> impl Iterator<Item = &'n NameRow> {
    names.iter().filter(|name| !rules.hides(subject, &name.name))
}
