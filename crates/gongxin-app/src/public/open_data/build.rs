//! Files of one key, made from its members: beside those that are there, and put in their place
//! whole.

use std::path::Path;

use gongxin_model::{Day, Seq};
use gongxin_pack::Catalogue;
use gongxin_report::OpenFile;
use gongxin_store::Reader;

use super::super::shown::OpenFormat;
use super::OpenDataKeep;
use super::key::ShardKey;
use super::members::{Member, decode, encode};
use super::meta::{
    Anchor, FORM, FileMeta, MEMBERS, META, ShardMeta, Sink, ending_of, failed, form_of, path_of,
    read_json, remove, write_json,
};
use super::rows::{ReadRows, columns, read};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many records are read in one look at the store.
const AT_ONCE: usize = 500;

/// The last entry and the last change of the store.
pub(super) fn now(reader: &mut Reader<'_>) -> Result<(i64, Option<Anchor>), OfficeError> {
    let head = reader.head()?;
    let last = reader.entries_from(Seq(head.next_seq - 1), 1)?.into_iter().next();
    let anchor = last.map(|entry| Anchor { seq: entry.seq.0, leaf: entry.leaf.to_string() });
    Ok((head.next_change - 1, anchor))
}

/// What a key's files are made with.
pub(super) struct Making<'a> {
    pub(super) office: &'a Office,
    pub(super) keep: &'a OpenDataKeep,
    pub(super) directory: &'a Path,
    pub(super) rules: &'a Rules,
    pub(super) today: Day,
    pub(super) go_on: &'a dyn Fn() -> bool,
}

impl Making<'_> {
    /// Makes the files of a key from those members that are shown and belong to it; where there
    /// are none, the key goes. False where it was told to stop, and then nothing altered.
    pub(super) fn make(&self, key: &ShardKey, members: &[Member]) -> Result<bool, OfficeError> {
        let Some(class) = self.rules.rulebook.catalogues.get(&key.catalogue) else {
            return self.keep.drop_shard(self.directory, key).map(|()| true);
        };
        let mut writing = Writing::begin(self.directory, key, class)?;
        let (cursor, anchor) = self.office.store.read(now)?;
        let mut kept = Vec::new();
        let mut until = Day::FOREVER;
        for some in members.chunks(AT_ONCE) {
            if !(self.go_on)() {
                return Ok(false);
            }
            let Some(found) = self.read(key, class, some)? else {
                return Ok(false);
            };
            kept.extend(found.members);
            until = until.min(found.until.unwrap_or(Day::FOREVER));
            writing.push(&found.rows)?;
        }
        let Some(last) = kept.last() else {
            return self.keep.drop_shard(self.directory, key).map(|()| true);
        };
        let subjects = kept.iter().map(|(_, subject)| *subject).max().unwrap_or_default();
        let meta = ShardMeta {
            form: FORM,
            adoption: self.rules.adoption.no,
            cursor,
            until,
            last: (last.0, subjects),
            rows: writing.rows,
            files: writing.end()?,
            anchor,
        };
        let beside = path_of(self.directory, key, &format!("{MEMBERS}.new"));
        std::fs::write(&beside, encode(&kept)).map_err(failed(&beside))?;
        self.keep.put_shard(self.directory, key, meta)?;
        Ok(true)
    }

    /// Rows of members; none where another rulebook was adopted meanwhile.
    fn read(
        &self,
        key: &ShardKey,
        class: &Catalogue,
        members: &[Member],
    ) -> Result<Option<ReadRows>, OfficeError> {
        let Some(open) = self.rules.rulebook.open_rules(self.today) else {
            return Ok(None);
        };
        self.office.store.read(|reader| {
            if self.office.rules_for(reader)?.adoption.no != self.rules.adoption.no {
                return Ok(None);
            }
            read(reader, (self.rules, open), (key, class), members, self.today).map(Some)
        })
    }
}

/// The files of a key as they are written, all forms at once.
struct Writing {
    files: Vec<(OpenFormat, OpenFile<Sink>)>,
    rows: u64,
}

impl Writing {
    fn begin(directory: &Path, key: &ShardKey, class: &Catalogue) -> Result<Self, OfficeError> {
        let columns = columns(class);
        let mut files = Vec::new();
        for format in OpenFormat::ALL {
            let path = path_of(directory, key, &format!("{}.new", ending_of(format)));
            let sink = Sink::create(&path, format).map_err(failed(&path))?;
            let file = OpenFile::begin(form_of(format), &columns, sink).map_err(unwritten)?;
            files.push((format, file));
        }
        Ok(Self { files, rows: 0 })
    }

    fn push(&mut self, rows: &[Vec<gongxin_report::OpenCell>]) -> Result<(), OfficeError> {
        for (_, file) in &mut self.files {
            file.push(rows).map_err(unwritten)?;
        }
        self.rows += rows.len() as u64;
        Ok(())
    }

    fn end(self) -> Result<Vec<FileMeta>, OfficeError> {
        let mut metas = Vec::new();
        for (format, file) in self.files {
            let sink = file.end().map_err(unwritten)?;
            let (bytes, packed, digest) = sink.end().map_err(|error| unwritten(error.into()))?;
            metas.push(FileMeta { format, bytes, packed, digest });
        }
        Ok(metas)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are mapped")]
fn unwritten(error: gongxin_report::ReportError) -> OfficeError {
    OfficeError::File { act: "writing open data".into(), why: error.to_string() }
}

/// Puts files that were written in the place of those that are there. What says that they are whole
/// goes first and comes last.
pub(super) fn put_in_place(
    directory: &Path,
    key: &ShardKey,
    meta: &ShardMeta,
) -> Result<(), OfficeError> {
    let endings = OpenFormat::ALL.into_iter().map(ending_of).chain([MEMBERS.to_owned()]);
    remove(&path_of(directory, key, META))?;
    for ending in endings {
        let to = path_of(directory, key, &ending);
        let from = path_of(directory, key, &format!("{ending}.new"));
        std::fs::rename(&from, &to).map_err(failed(&to))?;
    }
    write_json(&path_of(directory, key, META), meta)
}

/// Takes a key's files away.
pub(super) fn take_away(directory: &Path, key: &ShardKey) -> Result<(), OfficeError> {
    let endings = OpenFormat::ALL.into_iter().map(ending_of);
    for ending in std::iter::once(META.to_owned()).chain(endings).chain([MEMBERS.to_owned()]) {
        remove(&path_of(directory, key, &ending))?;
        remove(&path_of(directory, key, &format!("{ending}.new")))?;
    }
    Ok(())
}

/// The members of a key that are kept; none where there are none or they cannot be read.
pub(super) fn members_of(directory: &Path, key: &ShardKey) -> Option<Vec<Member>> {
    decode(&std::fs::read(path_of(directory, key, MEMBERS)).ok()?)
}

/// What is kept of a key, where its files are whole.
pub(super) fn meta_of(directory: &Path, key: &ShardKey) -> Option<ShardMeta> {
    let meta: ShardMeta = read_json(&path_of(directory, key, META))?;
    let is_whole = |file: &FileMeta| {
        let path = path_of(directory, key, &ending_of(file.format));
        std::fs::metadata(path).is_ok_and(|found| found.len() == file.packed)
    };
    (meta.form == FORM && meta.files.iter().all(is_whole)).then_some(meta)
}
