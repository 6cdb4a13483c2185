//! Finding subjects by their names: through the index, or by reading every name.

use std::path::Path;
use std::sync::Arc;

use gongxin_model::SubjectNo;
use gongxin_search::{Hits, NaiveScan, NameDocument, NameIndex, SearchError};
use gongxin_store::Reader;

use crate::{Office, OfficeError};

/// The name of the face that the index is.
pub const NAME_INDEX: &str = "name-index";
/// So many subjects are indexed between commits.
const STEP: usize = 20_000;

/// How subjects are found by name.
#[derive(Debug, Clone)]
pub enum Finder {
    /// Through the name index, which follows the changes.
    Index(Arc<NameIndex>),
    /// By reading all names: slow, always true; for one question, and as the index's oracle.
    Scan,
}

impl Finder {
    /// Opens the index in a directory, laid anew where it was broken.
    ///
    /// # Errors
    /// The directory cannot be used, or another process writes to it.
    pub fn open(directory: &Path) -> Result<(Self, Option<String>), OfficeError> {
        let opened = NameIndex::open(directory).map_err(|error| failed(&error))?;
        Ok((Self::Index(Arc::new(opened.index)), opened.rebuilt_because))
    }

    pub(crate) fn find(
        &self,
        reader: &mut Reader<'_>,
        query: &str,
        limit: usize,
        offset: usize,
    ) -> Result<Hits, OfficeError> {
        match self {
            Self::Index(index) => {
                index.search(query, limit, offset).map_err(|error| failed(&error))
            }
            Self::Scan => Ok(NaiveScan::new(all_documents(reader)?).search(query, limit, offset)),
        }
    }

    /// How many changes the index has still to follow.
    pub(crate) fn lag(&self, reader: &mut Reader<'_>) -> Result<u64, OfficeError> {
        let Self::Index(index) = self else {
            return Ok(0);
        };
        let cursor = index.cursor().map_err(|error| failed(&error))?.unwrap_or(0);
        let last = reader.head()?.next_change - 1;
        Ok(u64::try_from(last - cursor).unwrap_or(0))
    }
}

fn failed(error: &SearchError) -> OfficeError {
    OfficeError::File { act: "using the name index".into(), why: error.to_string() }
}

fn all_documents(reader: &mut Reader<'_>) -> Result<Vec<NameDocument>, OfficeError> {
    let mut documents = Vec::new();
    let mut after = SubjectNo(0);
    loop {
        let subjects = reader.subjects_after(after, 10_000)?;
        let Some(last) = subjects.last() else {
            return Ok(documents);
        };
        after = last.no;
        let numbers: Vec<SubjectNo> = subjects.iter().map(|subject| subject.no).collect();
        documents.extend(documents_of(reader, &numbers)?);
    }
}

/// The documents of subjects. A name that is a person's is not searchable: it has none.
fn documents_of(
    reader: &mut Reader<'_>,
    numbers: &[SubjectNo],
) -> Result<Vec<NameDocument>, OfficeError> {
    let plain: Vec<i64> = numbers.iter().map(|no| no.0).collect();
    let subjects = reader.subjects(plain.clone())?;
    let names = reader.names_of(plain)?;
    let mut documents: Vec<NameDocument> = subjects
        .iter()
        .map(|subject| NameDocument { subject: subject.no, names: Vec::new() })
        .collect();
    for name in names {
        let place = documents.binary_search_by_key(&name.subject, |document| document.subject);
        let Some((document, subject)) =
            place.ok().and_then(|place| Some((documents.get_mut(place)?, subjects.get(place)?)))
        else {
            continue;
        };
        if !subject.masked {
            document.names.push((name.name, name.until.is_none()));
        }
    }
    Ok(documents)
}

impl Office {
    /// Lets the index follow the changes up to now, in steps that each commit. Says how many
    /// changes it followed.
    ///
    /// # Errors
    /// The store cannot be read or the index not written.
    pub fn follow(&self, finder: &Finder) -> Result<u64, OfficeError> {
        let Finder::Index(index) = finder else {
            return Ok(0);
        };
        let cursor = index.cursor().map_err(|error| failed(&error))?;
        match cursor {
            None => self.fill(index),
            Some(cursor) => self.follow_from(index, cursor),
        }
    }

    /// Fills an empty index from all subjects.
    fn fill(&self, index: &NameIndex) -> Result<u64, OfficeError> {
        self.store.read(|reader| {
            let last = reader.head()?.next_change - 1;
            index.clear().map_err(|error| failed(&error))?;
            let mut after = SubjectNo(0);
            loop {
                let subjects = reader.subjects_after(after, STEP as i64)?;
                let Some(end) = subjects.last() else {
                    break;
                };
                after = end.no;
                let numbers: Vec<SubjectNo> = subjects.iter().map(|subject| subject.no).collect();
                let documents = documents_of(reader, &numbers)?;
                index.apply(&documents).map_err(|error| failed(&error))?;
            }
            index.commit(last).map_err(|error| failed(&error))?;
            Ok(u64::try_from(last).unwrap_or(0))
        })
    }

    fn follow_from(&self, index: &NameIndex, mut cursor: i64) -> Result<u64, OfficeError> {
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
                let documents = documents_of(reader, &subjects)?;
                index.apply(&documents).map_err(|error| failed(&error))?;
                cursor = last.no;
                followed += changes.len() as u64;
                index.commit(cursor).map_err(|error| failed(&error))?;
                Ok(true)
            })?;
            if !more {
                return Ok(followed);
            }
        }
    }
}
