//! Files packed into one: the child unpacks them, one behind the other, and each is read here as if
//! it had been handed in by itself. No name in an archive is ever a path.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use encoding_rs::GB18030;
use gongxin_model::{Finding, Severity};
use zip::ZipArchive;

use crate::child::{ChildRows, Heard};
use crate::limits::Limits;
use crate::reader::{Next, PartName, Reader, With, failure};
use crate::row::RawRow;
use crate::rules;
use crate::workbook::{Sink, Stop, Unreadable};

/// A file in an archive.
struct Member {
    name: String,
    index: usize,
    is_encrypted: bool,
}

/// The child's side: hands the members to the sink in the order of their names.
pub(crate) fn read_files(
    mut archive: ZipArchive<Cursor<&[u8]>>,
    packed_bytes: u64,
    limits: &Limits,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    // Of two members of one name the archive's reader would give only one.
    if archive.has_duplicate_names() {
        let cause = "two files of one name".to_owned();
        return Err(Stop::Unreadable(Unreadable::Corrupt, cause));
    }
    let members = members(&mut archive)?;
    if members.len() > limits.members {
        return Err(Stop::Unreadable(Unreadable::Members, members.len().to_string()));
    }
    // What the archive declares was looked at before; this counts what really comes out of it.
    let by_ratio = packed_bytes.saturating_mul(limits.unpacked_ratio);
    let mut left = by_ratio.max(limits.unpacked_free_bytes).min(limits.unpacked_bytes);
    let mut chunk = vec![0; limits.row_bytes.clamp(1, 64 << 10)];
    for Member { name, index, is_encrypted } in members {
        if is_encrypted {
            sink.passed(&name, Unreadable::Password, "")?;
            continue;
        }
        let mut part = match archive.by_index(index) {
            Ok(part) => part,
            Err(error) => {
                sink.passed(&name, Unreadable::Corrupt, &error.to_string())?;
                continue;
            }
        };
        sink.member(&name)?;
        loop {
            match part.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => {
                    left = left.checked_sub(count as u64).ok_or_else(|| {
                        Stop::Unreadable(Unreadable::Unpacked, limits.unpacked_bytes.to_string())
                    })?;
                    sink.data(chunk.get(..count).unwrap_or_default())?;
                }
                Err(error) => {
                    sink.passed(&name, Unreadable::Corrupt, &error.to_string())?;
                    break;
                }
            }
        }
    }
    Ok(())
}

/// The files in an archive by name. Directories, and what a system keeps for itself beside files,
/// hold nothing that anybody handed in.
fn members(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<Member>, Stop> {
    const OF_SYSTEMS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];
    const LONGEST_NAME: usize = 200;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let part = archive
            .by_index_raw(index)
            .map_err(|error| Stop::Unreadable(Unreadable::Corrupt, error.to_string()))?;
        let name: String = member_name(part.name_raw()).chars().take(LONGEST_NAME).collect();
        let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let of_system =
            name.starts_with("__MACOSX/") || file.starts_with("._") || OF_SYSTEMS.contains(&file);
        if !file.is_empty() && !of_system {
            members.push(Member { is_encrypted: part.encrypted(), name, index });
        }
    }
    members.sort_by(|one, other| (&one.name, one.index).cmp(&(&other.name, other.index)));
    Ok(members)
}

/// A name as it was meant: many programs write GBK and say nothing of it.
fn member_name(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    };
    name.chars().filter(|character| !character.is_control()).collect()
}

/// The parent's side: the rows of all members.
#[derive(Debug)]
pub(crate) struct Files {
    feed: Arc<Mutex<Feed>>,
    with: With,
    current: Option<(String, Box<Reader>)>,
    /// True once it has come to its end; it stays until something else is asked for.
    is_over: bool,
    /// Members with data that could not be read, or not to their end.
    unread: u64,
    /// True once a member was read.
    found: bool,
    /// Bytes of the archive.
    pub(crate) bytes: u64,
}

/// What comes from the child: members and their bytes.
#[derive(Debug)]
struct Feed {
    rows: ChildRows,
    member: String,
    /// What came behind the member's bytes.
    ahead: Option<Heard>,
    /// Why the member ends before its end.
    cut: Option<(Unreadable, String)>,
}

impl Files {
    pub(crate) fn new(rows: ChildRows, bytes: u64, with: &With) -> Self {
        let feed = Feed { rows, member: String::new(), ahead: None, cut: None };
        let feed = Arc::new(Mutex::new(feed));
        let with = With { is_member: true, ..with.clone() };
        Self { feed, with, current: None, is_over: false, unread: 0, found: false, bytes }
    }

    /// The reader of the member that is being read.
    pub(crate) fn current(&self) -> Option<&Reader> {
        self.current.as_ref().map(|(_, reader)| &**reader)
    }

    /// Reads what comes next.
    pub(crate) fn next(&mut self, row: &mut RawRow, limits: &Limits) -> Next {
        if std::mem::take(&mut self.is_over) {
            self.current = None;
        }
        if let Some((name, reader)) = &mut self.current {
            let name = name.clone();
            return match reader.next(row, limits) {
                Next::Part(part) => Next::Part(PartName { member: Some(name), ..part }),
                Next::Said(finding) => Next::Said(Finding { part: Some(name), ..finding }),
                Next::End => {
                    self.is_over = true;
                    Next::PartEnd
                }
                Next::Failed(finding) => {
                    self.is_over = true;
                    self.passed(name, finding)
                }
                other => other,
            };
        }
        self.next_member(row, limits)
    }

    fn next_member(&mut self, row: &mut RawRow, limits: &Limits) -> Next {
        let heard = lock(&self.feed).next_member();
        match heard {
            Heard::Member(name) => match self.open(name, limits) {
                Some(next) => next,
                None => self.next(row, limits),
            },
            Heard::Passed(name, reason, detail) => {
                self.passed(name, member_finding(reason, detail))
            }
            Heard::Failed(broken) => Next::Failed(failure(&broken, limits)),
            _ => self.end(),
        }
    }

    fn open(&mut self, name: String, limits: &Limits) -> Option<Next> {
        let source = Box::new(MemberSource {
            feed: Arc::clone(&self.feed),
            bytes: Vec::new(),
            place: 0,
            ended: false,
        });
        match Reader::open(source, &self.with, limits) {
            Ok(reader) => {
                self.found = true;
                // A workbook names its sheets itself.
                let part = PartName { member: Some(name.clone()), sheet: None, hidden: false };
                let next = (!reader.has_parts()).then_some(Next::Part(part));
                self.current = Some((name, Box::new(reader)));
                next
            }
            Err(finding) => Some(self.passed(name, finding)),
        }
    }

    /// A member is passed over, or what is left of it.
    fn passed(&mut self, name: String, finding: Finding) -> Next {
        let cut = lock(&self.feed).cut.take();
        let mut finding = match cut {
            Some((reason, detail)) => member_finding(reason, detail),
            None => finding,
        };
        // A letter beside the data is no data.
        if [rules::FORMAT_UNKNOWN.id, rules::FILE_EMPTY.id].contains(&finding.rule.as_str()) {
            finding.severity = Severity::Note;
        } else {
            self.unread += 1;
        }
        finding.part = Some(name);
        Next::Passed(finding)
    }

    fn end(&self) -> Next {
        if self.unread > 0 {
            let count = self.unread.to_string();
            return Next::Failed(Finding::new(rules::MEMBERS_UNREAD).with("count", count));
        }
        if self.found { Next::End } else { Next::Failed(Finding::new(rules::ARCHIVE_EMPTY)) }
    }
}

fn member_finding(reason: Unreadable, cause: String) -> Finding {
    match reason {
        Unreadable::Password => Finding::new(rules::MEMBER_PASSWORD),
        _ => Finding::new(rules::MEMBER_CORRUPT).with("cause", cause),
    }
}

/// Nothing that panics is done while it is locked.
fn lock(feed: &Mutex<Feed>) -> MutexGuard<'_, Feed> {
    feed.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Feed {
    /// Hears of the next member, past what nobody read of the last.
    fn next_member(&mut self) -> Heard {
        loop {
            let heard = match self.ahead.take() {
                Some(heard) => heard,
                None => self.rows.next(&mut RawRow::default()),
            };
            match heard {
                Heard::Data => {}
                // What is broken in a member that nobody reads to its end breaks nothing.
                Heard::Passed(name, ..) if name == self.member => {}
                other => {
                    self.member = match &other {
                        Heard::Member(name) => name.clone(),
                        _ => String::new(),
                    };
                    return other;
                }
            }
        }
    }
}

/// The bytes of one member.
struct MemberSource {
    feed: Arc<Mutex<Feed>>,
    bytes: Vec<u8>,
    place: usize,
    ended: bool,
}

impl Read for MemberSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.place >= self.bytes.len() && !self.ended {
            let mut feed = lock(&self.feed);
            match feed.rows.next(&mut RawRow::default()) {
                Heard::Data => {
                    self.bytes.clear();
                    self.bytes.extend_from_slice(feed.rows.data());
                    self.place = 0;
                }
                Heard::Passed(name, reason, detail) if name == feed.member => {
                    self.ended = true;
                    feed.cut = Some((reason, detail));
                    return Err(io::Error::other("the member is damaged"));
                }
                other => {
                    self.ended = true;
                    feed.ahead = Some(other);
                }
            }
        }
        let count = self.bytes.get(self.place..).unwrap_or_default().read(buffer)?;
        self.place += count;
        Ok(count)
    }
}
