//! Following the changes: which of them name what stands in a file.

use gongxin_store::{Change, Reader};

use super::members::Member;
use super::{OpenDataKeep, Standpoint, State, Unsaid};

/// So many changes one visit looks at; further behind nothing is given out.
const AT_ONCE: usize = 200_000;
/// So many changes are remembered for files that were not looked after since; more withdraw all.
const REMEMBERED: usize = 1_000_000;

/// A change that may name something of a file.
#[derive(Debug, Clone, Copy)]
enum Touch {
    Record(i64),
    Subject(i64),
}

/// The changes that were followed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    until: i64,
    touches: Vec<(i64, Touch)>,
}

/// Some of them.
pub(super) struct Since {
    records: Vec<i64>,
    subjects: Vec<i64>,
}

impl Followed {
    /// Followed up to a change, with nothing remembered.
    pub(super) fn from(change: i64) -> Self {
        Self { until: change, touches: Vec::new() }
    }

    pub(super) const fn until(&self) -> i64 {
        self.until
    }

    /// The changes after one that may name a member of whom the numbers given are the last.
    pub(super) fn since(&self, change: i64, (record, subject): Member) -> Since {
        let start = self.touches.partition_point(|(no, _)| *no <= change);
        let mut since = Since { records: Vec::new(), subjects: Vec::new() };
        for (_, touch) in self.touches.iter().skip(start) {
            match touch {
                Touch::Record(no) if *no <= record => since.records.push(*no),
                Touch::Subject(no) if *no <= subject => since.subjects.push(*no),
                _ => {}
            }
        }
        since.records.sort_unstable();
        since.subjects.sort_unstable();
        since
    }

    /// Takes changes in, those left out that are about what came later than everything in files.
    fn take(&mut self, changes: &[Change], (record, subject): Member) {
        for change in changes {
            let touch = match (change.record, change.subject) {
                (Some(no), _) if no.0 <= record => Some(Touch::Record(no.0)),
                (None, Some(no)) if no.0 <= subject => Some(Touch::Subject(no.0)),
                _ => None,
            };
            self.touches.extend(touch.map(|touch| (change.no, touch)));
            self.until = change.no;
        }
    }

    /// Goes back to a change: files that were made when it was the last hold what came before it,
    /// and what was left out of the changes since may be about them.
    pub(super) fn go_back(&mut self, change: i64) {
        if change < self.until {
            self.until = change;
            let end = self.touches.partition_point(|(no, _)| *no <= change);
            self.touches.truncate(end);
        }
    }

    /// Forgets what every file was looked after for.
    pub(super) fn forget(&mut self, until: i64) {
        let end = self.touches.partition_point(|(no, _)| *no <= until);
        self.touches.drain(..end);
    }
}

impl Since {
    pub(super) const fn is_empty(&self) -> bool {
        self.records.is_empty() && self.subjects.is_empty()
    }

    pub(super) fn name_one_of(&self, members: &[Member]) -> bool {
        members.iter().any(|(record, subject)| {
            self.records.binary_search(record).is_ok()
                || self.subjects.binary_search(subject).is_ok()
        })
    }
}

impl OpenDataKeep {
    /// Follows the changes up to now, a bounded number of them.
    pub(super) fn catch_up(
        &self,
        state: &mut State,
        reader: &mut Reader<'_>,
        at: Standpoint,
    ) -> Result<(), Unsaid> {
        let at_once = self.at_once.unwrap_or(AT_ONCE);
        let last = reader.head()?.next_change - 1;
        let State { shards, followed, .. } = state;
        let is_other = |adoption: i64| adoption != at.adoption;
        let mut withdrawn = false;
        for shard in shards.values_mut() {
            // Another rulebook alters everything, and a store that went back is another one.
            let meta = shard.meta.as_ref();
            if meta.is_some_and(|meta| is_other(meta.adoption) || last < meta.cursor) {
                shard.meta = None;
                withdrawn = true;
            }
        }
        let in_files = shards.values().filter_map(|shard| shard.meta.as_ref());
        let ends = in_files.map(|meta| meta.last).fold(None, |most: Option<Member>, last| {
            let (record, subject) = most.unwrap_or(last);
            Some((record.max(last.0), subject.max(last.1)))
        });
        match ends {
            // Nothing is given out: whatever changed, nothing has to be looked after.
            None => *followed = Followed::from(last),
            Some(ends) => {
                let changes = reader.changes_after(followed.until, at_once)?;
                followed.take(&changes, ends);
            }
        }
        if followed.touches.len() > REMEMBERED {
            shards.values_mut().for_each(|shard| shard.meta = None);
            followed.touches.clear();
            withdrawn = true;
        }
        if withdrawn {
            self.turn();
        }
        if followed.until < last { Err(Unsaid::Behind) } else { Ok(()) }
    }

    /// Looks after every file by the changes that were followed, and forgets those.
    pub(super) fn look_after_all(&self, state: &mut State) {
        let keys: Vec<_> = state.shards.keys().cloned().collect();
        for key in keys {
            self.look_after(state, &key);
        }
        let until = state.followed.until();
        state.followed.forget(until);
    }
}

#[cfg(test)]
mod tests {
    use gongxin_model::{RecordNo, SubjectNo};

    use super::*;

    fn change(no: i64, record: Option<i64>, subject: Option<i64>) -> Change {
        let what = if record.is_some() { "standing" } else { "name" }.to_owned();
        Change { no, record: record.map(RecordNo), subject: subject.map(SubjectNo), what }
    }

    #[test]
    fn a_change_names_what_it_is_about_and_nothing_else() {
        let mut followed = Followed::from(4);
        let changes = [
            change(5, Some(10), Some(1)),
            change(6, None, Some(3)),
            change(7, Some(99), Some(3)),
            change(8, None, Some(50)),
        ];
        followed.take(&changes, (20, 9));
        assert_eq!(followed.until(), 8);
        let members: [Member; 2] = [(10, 2), (12, 3)];
        let names =
            |since: i64, members: &[Member]| followed.since(since, (20, 9)).name_one_of(members);
        assert!(names(4, &members), "record 10 and subject 3");
        assert!(names(5, &members), "subject 3 still");
        assert!(!names(6, &members), "what came after everything in files names nothing");
        assert!(!names(4, &[(11, 1)]), "a record's change is about the record alone");
        assert!(followed.since(4, (9, 2)).is_empty());
        followed.forget(5);
        assert!(!followed.since(0, (20, 9)).is_empty());
        followed.forget(8);
        assert!(followed.since(0, (20, 9)).is_empty());
    }

    #[test]
    fn going_back_lets_left_out_changes_be_taken_again() {
        let mut followed = Followed::from(0);
        let changes = [change(1, Some(3), None), change(2, Some(30), None)];
        followed.take(&changes, (10, 10));
        assert!(followed.since(0, (99, 99)).name_one_of(&[(3, 1)]));
        assert!(!followed.since(0, (99, 99)).name_one_of(&[(30, 1)]));
        // A file made after change 1 has record 30.
        followed.go_back(1);
        assert_eq!(followed.until(), 1);
        followed.take(&changes[1..], (30, 10));
        assert!(followed.since(1, (99, 99)).name_one_of(&[(30, 1)]));
        followed.go_back(7);
        assert_eq!(followed.until(), 2);
    }
}
