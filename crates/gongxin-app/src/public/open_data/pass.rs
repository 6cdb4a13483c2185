//! Making the files: all of them at their rhythm, and in between those that were withdrawn.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use gongxin_model::{Day, RecordNo, Seq};
use gongxin_store::Reader;

use super::build::{self, Making, members_of, meta_of, now};
use super::follow::Followed;
use super::key::ShardKey;
use super::members::{Encoder, decode};
use super::meta::{
    Anchor, EDITION, Edition, FORM, MEMBERS, WALK, failed, path_of, read_json, remove, write_json,
};
use super::{OpenDataKeep, Shard, Standpoint, State, Unsaid};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many records are looked at in one look at the store.
const STRETCH: i64 = 50_000;
/// So many bytes of members wait in memory before they are written down.
const WAITING_BYTES: usize = 32 << 20;

impl Office {
    /// Makes what is due of the files of open data: all where the rhythm of the rulebook says so,
    /// else those that were withdrawn. True where anything was made. It stops between two looks at
    /// the store where it may not go on, and goes on where it was when it is called again.
    ///
    /// # Errors
    /// The store cannot be read, or the directory cannot be written.
    pub fn keep_open_data(
        &self,
        keep: &OpenDataKeep,
        go_on: &dyn Fn() -> bool,
    ) -> Result<bool, OfficeError> {
        let Some(directory) = keep.directory.clone() else {
            return Ok(false);
        };
        let _one = keep.making.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.store.read(|reader| Ok::<_, OfficeError>(reader.adoption()?.is_none()))? {
            return Ok(false);
        }
        self.load_open_data(keep, &directory)?;
        let rules = self.rules()?;
        let today = self.today();
        self.look_after_open_data(keep, &rules, today)?;
        keep.forget_withdrawn(&directory)?;
        let making =
            Making { office: self, keep, directory: &directory, rules: &rules, today, go_on };
        if making.is_due()? { making.pass() } else { making.mend() }
    }

    /// Looks into the directory, once.
    fn load_open_data(&self, keep: &OpenDataKeep, directory: &Path) -> Result<(), OfficeError> {
        if keep.state().is_loaded {
            return Ok(());
        }
        std::fs::create_dir_all(directory).map_err(failed(directory))?;
        let mut found = look_into(directory)?;
        let is_ours = self.store.read(|reader| knows_history(reader, &found))?;
        if !is_ours {
            for key in found.shards.keys() {
                build::take_away(directory, key)?;
            }
            remove(&directory.join(EDITION))?;
            found = State::default();
        }
        let checked = found.edition.as_ref().map_or(0, |edition| edition.checked);
        let mut least = i64::MAX;
        for shard in found.shards.values_mut() {
            if let Some(meta) = &shard.meta {
                shard.checked = meta.cursor.max(checked);
                least = least.min(shard.checked);
            }
        }
        found.followed = Followed::from(if least == i64::MAX { checked } else { least });
        found.is_loaded = true;
        *keep.state() = found;
        keep.turn();
        Ok(())
    }

    /// Follows the changes to their end, and looks after every file by them.
    fn look_after_open_data(
        &self,
        keep: &OpenDataKeep,
        rules: &Rules,
        today: Day,
    ) -> Result<(), OfficeError> {
        let at = Standpoint { adoption: rules.adoption.no, today };
        loop {
            let followed = self.store.read(|reader| {
                let mut state = keep.state();
                match keep.catch_up(&mut state, reader, at) {
                    Ok(()) => Ok(true),
                    Err(Unsaid::Behind) => Ok(false),
                    Err(Unsaid::Failed(error)) => Err(error),
                }
            })?;
            keep.look_after_all(&mut keep.state());
            if followed {
                return Ok(());
            }
        }
    }
}

/// What lies in the directory. Files that were not ended are removed.
fn look_into(directory: &Path) -> Result<State, OfficeError> {
    let mut state = State::default();
    let entries = std::fs::read_dir(directory).map_err(failed(directory))?;
    for entry in entries {
        let path = entry.map_err(failed(directory))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".new") || name.ends_with(&format!(".{WALK}")) {
            remove(&path)?;
        } else if let Some(key) = name.strip_suffix(&format!(".{MEMBERS}")).and_then(ShardKey::read)
        {
            let meta = meta_of(directory, &key).map(std::sync::Arc::new);
            state.shards.insert(key, Shard { meta, checked: 0 });
        }
    }
    let edition: Option<Edition> = read_json(&directory.join(EDITION));
    state.edition = edition.filter(|edition| edition.form == FORM);
    Ok(state)
}

/// True where the store has every entry by which what is kept was made: a store that was restored
/// from a backup and went on has another history.
fn knows_history(reader: &mut Reader<'_>, found: &State) -> Result<bool, OfficeError> {
    let of_shards = found.shards.values().filter_map(|shard| shard.meta.as_ref()?.anchor.as_ref());
    let of_edition = found.edition.as_ref().and_then(|edition| edition.anchor.as_ref());
    let anchors: BTreeSet<(i64, &str)> =
        of_shards.chain(of_edition).map(|one: &Anchor| (one.seq, one.leaf.as_str())).collect();
    for (seq, leaf) in anchors {
        let entry = reader.entries_from(Seq(seq), 1)?.into_iter().next();
        if !entry.is_some_and(|entry| entry.seq.0 == seq && entry.leaf.to_string() == leaf) {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Making<'_> {
    /// True where all files are to be made anew.
    fn is_due(&self) -> Result<bool, OfficeError> {
        let next_record = self.office.store.read(|reader| reader.head())?.next_record;
        let days = self.rules.rulebook.open_rules(self.today).map(|open| open.rebuild_days);
        let state = self.keep.state();
        let Some(days) = days else {
            // Nothing is given out: what is kept goes, once.
            return Ok(state.edition.is_some() || !state.shards.is_empty());
        };
        Ok(match &state.edition {
            Some(edition) => {
                edition.adoption != self.rules.adoption.no
                    || edition.day.plus_days(i32::from(days)) <= self.today
            }
            None => state.empty_at != Some(next_record),
        })
    }

    /// Makes those files anew that were withdrawn, from those of their members that are shown.
    fn mend(&self) -> Result<bool, OfficeError> {
        let keys = self.unserved();
        for key in &keys {
            let members = members_of(self.directory, key).unwrap_or_default();
            if !self.make(key, &members)? {
                return Ok(false);
            }
        }
        Ok(!keys.is_empty())
    }

    /// The keys whose files may not be given out today.
    fn unserved(&self) -> Vec<ShardKey> {
        let state = self.keep.state();
        let is_served = |shard: &Shard| {
            shard.meta.as_ref().is_some_and(|meta| {
                self.today < meta.until && meta.adoption == self.rules.adoption.no
            })
        };
        let unserved = state.shards.iter().filter(|(_, shard)| !is_served(shard));
        unserved.map(|(key, _)| key.clone()).collect()
    }

    /// Makes all files: walks over what is shown, and makes those whose members are others than
    /// before or that may not be given out as they are.
    fn pass(&self) -> Result<bool, OfficeError> {
        let (checked, anchor) = self.office.store.read(now)?;
        let next_record = self.office.store.read(|reader| reader.head())?.next_record;
        let Some(walked) = self.walk(next_record)? else {
            return Ok(false);
        };
        let unserved: BTreeSet<ShardKey> = self.unserved().into_iter().collect();
        let mut order: Vec<&ShardKey> = walked.iter().collect();
        // First what nobody can have now.
        order.sort_by_key(|key| !unserved.contains(*key));
        let mut made = false;
        for key in order {
            let walk = path_of(self.directory, key, WALK);
            let bytes = std::fs::read(&walk).map_err(failed(&walk))?;
            let kept = std::fs::read(path_of(self.directory, key, MEMBERS)).ok();
            if unserved.contains(key) || kept.as_ref() != Some(&bytes) {
                let members = decode(&bytes).unwrap_or_default();
                if !self.make(key, &members)? {
                    return Ok(made);
                }
                made = true;
            }
            remove(&walk)?;
        }
        let gone: Vec<ShardKey> = {
            let state = self.keep.state();
            state.shards.keys().filter(|key| !walked.contains(*key)).cloned().collect()
        };
        for key in &gone {
            self.keep.drop_shard(self.directory, key)?;
        }
        self.end_pass(walked.is_empty(), next_record, (checked, anchor))?;
        Ok(made || !gone.is_empty())
    }

    /// Notes that all files were made.
    fn end_pass(
        &self,
        is_empty: bool,
        next_record: i64,
        (checked, anchor): (i64, Option<Anchor>),
    ) -> Result<(), OfficeError> {
        let path = self.directory.join(EDITION);
        if is_empty {
            remove(&path)?;
            let mut state = self.keep.state();
            (state.edition, state.empty_at) = (None, Some(next_record));
        } else {
            // Every file is looked after up to now, which is later than when the pass began; those
            // that were withdrawn lose what says that they are whole.
            self.office.look_after_open_data(self.keep, self.rules, self.today)?;
            self.keep.forget_withdrawn(self.directory)?;
            let edition = Edition {
                form: FORM,
                day: self.today,
                made: self.office.clock.now(),
                adoption: self.rules.adoption.no,
                checked,
                anchor,
            };
            write_json(&path, &edition)?;
            let mut state = self.keep.state();
            (state.edition, state.empty_at) = (Some(edition), None);
        }
        self.keep.turn();
        Ok(())
    }

    /// Walks over all records and writes down which of them belong where; gives the keys. None
    /// where it was told to stop.
    fn walk(&self, next_record: i64) -> Result<Option<BTreeSet<ShardKey>>, OfficeError> {
        let book = &self.rules.rulebook;
        let offered: BTreeSet<&str> =
            book.open_offers(self.today).map(|offer| offer.catalogue.as_str()).collect();
        let Some(open) = book.open_rules(self.today).filter(|_| !offered.is_empty()) else {
            return Ok(Some(BTreeSet::new()));
        };
        let is_offered = |id: &str| offered.contains(id);
        let mut walks = Walks { directory: self.directory, found: BTreeMap::new(), waiting: 0 };
        let mut after = 0;
        while after < next_record {
            if !(self.go_on)() {
                return Ok(None);
            }
            let stretch = (RecordNo(after), RecordNo(after + STRETCH));
            let shown = self
                .office
                .store
                .read(|reader| Ok::<_, OfficeError>(reader.shown_members(stretch, self.today)?))?;
            for member in shown {
                if let Some(key) = ShardKey::of(book, open.division, &is_offered, &member) {
                    walks.push(key, (member.record.0, member.subject.0))?;
                }
            }
            after += STRETCH;
        }
        walks.end().map(Some)
    }
}

/// The members of keys as they are found, written down bit by bit.
struct Walks<'a> {
    directory: &'a Path,
    found: BTreeMap<ShardKey, Encoder>,
    waiting: usize,
}

impl Walks<'_> {
    fn push(&mut self, key: ShardKey, member: (i64, i64)) -> Result<(), OfficeError> {
        let directory = self.directory;
        let encoder = match self.found.entry(key) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                // What an earlier walk left behind.
                remove(&path_of(directory, new.key(), WALK))?;
                new.insert(Encoder::default())
            }
        };
        let before = encoder.bytes.len();
        encoder.push(member);
        self.waiting += encoder.bytes.len() - before;
        if self.waiting >= WAITING_BYTES { self.write_down() } else { Ok(()) }
    }

    fn write_down(&mut self) -> Result<(), OfficeError> {
        for (key, encoder) in &mut self.found {
            let path = path_of(self.directory, key, WALK);
            let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
            file.and_then(|mut file| file.write_all(&encoder.bytes)).map_err(failed(&path))?;
            encoder.bytes.clear();
        }
        self.waiting = 0;
        Ok(())
    }

    fn end(mut self) -> Result<BTreeSet<ShardKey>, OfficeError> {
        self.write_down()?;
        Ok(self.found.into_keys().collect())
    }
}
