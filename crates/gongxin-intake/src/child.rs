//! Workbooks are read in a process of their own, whose memory and time the system limits.
//!
//! A workbook is a packed archive of XML: what looks small may unpack to anything. The child gets
//! the bytes on its standard input and answers with framed rows on its standard output; whatever
//! happens to it is a finding of the parent.

use std::ffi::OsString;
use std::io::{self, BufReader, Read, Write};
use std::panic::AssertUnwindSafe;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::format::Format;
use crate::limits::Limits;
use crate::row::RawRow;
use crate::workbook::{self, SheetName, Sink, Stop, Unreadable};

const FORMAT: u8 = b'K';
const SHEET: u8 = b'S';
const MEMBER: u8 = b'M';
const DATA: u8 = b'D';
const PASSED: u8 = b'P';
const ROW: u8 = b'R';
const WIDE_ROW: u8 = b'W';
const END: u8 = b'E';
const FAILED: u8 = b'F';
/// No name of a sheet can hold it: XML cannot.
const BETWEEN_NAMES: &str = "\0";
/// Before the name of a sheet that people do not see, and of one that they do.
const HIDDEN: char = '-';
const VISIBLE: char = '+';

/// How the door starts the child: its own program and the hidden subcommand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildCommand {
    /// The program.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// The child's side: reads a workbook whole and writes its sheets and rows.
///
/// # Errors
/// Says that the parent no longer listens. A workbook that cannot be read is no error: it is
/// answered.
pub fn serve(input: impl Read, output: impl Write, limits: &Limits) -> io::Result<()> {
    let mut frames =
        Frames { output: io::BufWriter::with_capacity(64 << 10, output), frame: Vec::new() };
    // The libraries that read workbooks are not all proof against bytes that nobody meant well.
    let read = AssertUnwindSafe(|| workbook::read_workbook(input, limits, &mut frames));
    let read = std::panic::catch_unwind(read).unwrap_or_else(|_| {
        let cause = "its parts do not fit together".to_owned();
        Err(Stop::Unreadable(Unreadable::Corrupt, cause))
    });
    match read {
        Ok(()) => frames.send(END, &[])?,
        Err(Stop::Sink(error)) => return Err(error),
        Err(Stop::Unreadable(reason, detail)) => {
            let words = format!("{}\n{}", reason.name(), plain(&detail));
            frames.send(FAILED, words.as_bytes())?;
        }
    }
    frames.output.flush()
}

fn plain(detail: &str) -> String {
    detail.chars().filter(|character| !character.is_control()).take(200).collect()
}

struct Frames<W: Write> {
    output: W,
    frame: Vec<u8>,
}

impl<W: Write> Frames<W> {
    fn send(&mut self, tag: u8, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
        self.output.write_all(&[tag])?;
        self.output.write_all(&length.to_le_bytes())?;
        self.output.write_all(payload)
    }
}

impl<W: Write> Sink for Frames<W> {
    fn format(&mut self, format: Format) -> io::Result<()> {
        self.send(FORMAT, format.name().as_bytes())
    }

    fn sheet(&mut self, sheet: &SheetName, further: &[SheetName]) -> io::Result<()> {
        // No spreadsheet takes a longer one.
        const LONGEST_NAME: usize = 100;
        let marked = |one: &SheetName| {
            let mark = if one.hidden { HIDDEN } else { VISIBLE };
            [mark].into_iter().chain(one.name.chars().take(LONGEST_NAME)).collect::<String>()
        };
        let names: Vec<String> = [sheet].into_iter().chain(further).map(marked).collect();
        self.send(SHEET, names.join(BETWEEN_NAMES).as_bytes())
    }

    fn member(&mut self, name: &str) -> io::Result<()> {
        self.send(MEMBER, name.as_bytes())
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(DATA, bytes)
    }

    fn passed(&mut self, name: &str, reason: Unreadable, detail: &str) -> io::Result<()> {
        let words = [name, reason.name(), &plain(detail)].join(BETWEEN_NAMES);
        self.send(PASSED, words.as_bytes())
    }

    fn row(&mut self, row: &RawRow) -> io::Result<()> {
        let mut frame = std::mem::take(&mut self.frame);
        frame.clear();
        frame.extend_from_slice(&row.number.to_le_bytes());
        for cell in row.cells() {
            frame.extend_from_slice(
                &u32::try_from(cell.len()).map_err(io::Error::other)?.to_le_bytes(),
            );
            frame.extend_from_slice(cell.as_bytes());
        }
        let tag = if row.trouble.too_wide { WIDE_ROW } else { ROW };
        let sent = self.send(tag, &frame);
        self.frame = frame;
        sent
    }
}

/// What the parent hears next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    Sheet(SheetName),
    /// A member of an archive begins.
    Member(String),
    /// Bytes of it.
    Data,
    /// A member, by its name, that cannot be read, or not to its end.
    Passed(String, Unreadable, String),
    Row,
    End,
    Failed(Broken),
}

/// Why no more rows come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The workbook cannot be read, with the library's words.
    Unreadable(Unreadable, String),
    /// The child reached its memory limit.
    Memory,
    /// The child reached its time limit.
    Time,
    /// The child ended for another reason, or could not be started.
    Gone(String),
}

/// The parent's side: rows as the child sends them.
#[derive(Debug)]
pub struct ChildRows {
    stream: Stream,
    frame: Vec<u8>,
    frame_limit: usize,
    done: Option<Broken>,
    /// The sheets behind the one that was heard of last.
    pub(crate) further: Vec<SheetName>,
    /// What the child found the file to be.
    pub(crate) format: Option<Format>,
    /// What was heard first, until it is asked for.
    first: Option<Heard>,
}

#[derive(Debug)]
enum Stream {
    Child(Box<Child>, BufReader<ChildStdout>),
    Here(io::Cursor<Vec<u8>>),
}

impl ChildRows {
    /// Starts the child under its limits and hands it the workbook; returns the bytes handed over.
    pub(crate) fn start(
        command: &ChildCommand,
        mut workbook: impl Read,
        limits: &Limits,
    ) -> (Result<Self, Broken>, u64) {
        let mut child = match spawn(command, limits) {
            Ok(child) => child,
            Err(error) => return (Err(Broken::Gone(error.to_string())), 0),
        };
        let mut handed = 0;
        if let Some(mut input) = child.stdin.take() {
            // A child that stops reading has its reason; it is asked for below.
            let mut chunk = vec![0; 64 << 10];
            let mut listening = true;
            loop {
                match workbook.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(count) => {
                        handed += count as u64;
                        let part = chunk.get(..count).unwrap_or_default();
                        listening = listening && input.write_all(part).is_ok();
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return (Err(Broken::Gone(error.to_string())), handed),
                }
                if handed > limits.workbook_bytes {
                    let reason = Unreadable::TooLarge;
                    return (Err(Broken::Unreadable(reason, handed.to_string())), handed);
                }
            }
        }
        let Some(output) = child.stdout.take() else {
            return (Err(Broken::Gone("no output".to_owned())), handed);
        };
        let stream = Stream::Child(Box::new(child), BufReader::with_capacity(64 << 10, output));
        (Ok(Self::new(stream, limits)), handed)
    }

    /// Reads the workbook in this process: for tests, and for callers that are limited themselves.
    pub(crate) fn here(workbook: impl Read, limits: &Limits) -> Self {
        let mut frames = Vec::new();
        // Writing to memory does not fail.
        let _ = serve(workbook, &mut frames, limits);
        Self::new(Stream::Here(io::Cursor::new(frames)), limits)
    }

    fn new(stream: Stream, limits: &Limits) -> Self {
        let frame_limit = limits.row_bytes + limits.columns * 4 + 8;
        let mut rows = Self {
            stream,
            frame: Vec::new(),
            frame_limit,
            done: None,
            further: Vec::new(),
            format: None,
            first: None,
        };
        // What the file is comes before the first of it, which is no row.
        rows.first = Some(rows.next(&mut RawRow::default()));
        rows
    }

    /// The bytes of the member that were heard last.
    pub(crate) fn data(&self) -> &[u8] {
        &self.frame
    }

    /// Hears the next frame; a row is written to `row`.
    pub(crate) fn next(&mut self, row: &mut RawRow) -> Heard {
        if let Some(heard) = self.first.take() {
            return heard;
        }
        if let Some(broken) = &self.done {
            return Heard::Failed(broken.clone());
        }
        match self.frame(row) {
            Ok(Heard::Failed(broken)) => {
                self.done = Some(broken.clone());
                Heard::Failed(broken)
            }
            Ok(heard) => heard,
            Err(_) => {
                let broken = self.fate();
                self.done = Some(broken.clone());
                Heard::Failed(broken)
            }
        }
    }

    fn frame(&mut self, row: &mut RawRow) -> io::Result<Heard> {
        loop {
            if let Some(heard) = self.one_frame(row)? {
                return Ok(heard);
            }
        }
    }

    fn one_frame(&mut self, row: &mut RawRow) -> io::Result<Option<Heard>> {
        let mut head = [0; 5];
        self.read_exact(&mut head)?;
        let [tag, length @ ..] = head;
        let length = u32::from_le_bytes(length) as usize;
        if length > self.frame_limit && matches!(tag, ROW | WIDE_ROW) {
            return self.too_long(length, row).map(Some);
        }
        if length > self.frame_limit {
            return Err(io::Error::other("a frame beyond the limit"));
        }
        let mut frame = std::mem::take(&mut self.frame);
        frame.resize(length, 0);
        self.read_exact(&mut frame)?;
        let heard = match tag {
            FORMAT => {
                self.format = Format::from_name(&String::from_utf8_lossy(&frame));
                self.frame = frame;
                return Ok(None);
            }
            MEMBER => Heard::Member(String::from_utf8_lossy(&frame).into_owned()),
            DATA => Heard::Data,
            PASSED => passed(&String::from_utf8_lossy(&frame)),
            SHEET => self.sheet(&String::from_utf8_lossy(&frame)),
            ROW | WIDE_ROW => {
                unpack(&frame, row)?;
                row.trouble.too_wide = tag == WIDE_ROW;
                Heard::Row
            }
            END => Heard::End,
            FAILED => Heard::Failed(failure(&String::from_utf8_lossy(&frame))),
            _ => return Err(io::Error::other("unknown frame")),
        };
        self.frame = frame;
        Ok(Some(heard))
    }

    fn sheet(&mut self, names: &str) -> Heard {
        let sheet = |marked: &str| SheetName {
            name: marked.get(1..).unwrap_or_default().to_owned(),
            hidden: marked.starts_with(HIDDEN),
        };
        let (first, further) = names.split_once(BETWEEN_NAMES).unwrap_or((names, ""));
        self.further =
            further.split(BETWEEN_NAMES).filter(|name| !name.is_empty()).map(sheet).collect();
        Heard::Sheet(sheet(first))
    }

    /// A row longer than the limit: its number is kept, its cells pass by.
    fn too_long(&mut self, length: usize, row: &mut RawRow) -> io::Result<Heard> {
        let mut number = [0; 8];
        self.read_exact(&mut number)?;
        row.reset(u64::from_le_bytes(number));
        row.trouble.too_long = true;
        let mut left = length.saturating_sub(8);
        let mut chunk = [0; 4096];
        while left > 0 {
            let part = chunk.get_mut(..left.min(4096)).unwrap_or_default();
            left -= part.len();
            match &mut self.stream {
                Stream::Child(_, output) => output.read_exact(part)?,
                Stream::Here(frames) => frames.read_exact(part)?,
            }
        }
        Ok(Heard::Row)
    }

    fn read_exact(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Child(_, output) => output.read_exact(bytes),
            Stream::Here(frames) => frames.read_exact(bytes),
        }
    }

    /// Why the child fell silent.
    fn fate(&mut self) -> Broken {
        let Stream::Child(child, _) = &mut self.stream else {
            return Broken::Gone("the rows end early".to_owned());
        };
        match child.wait() {
            Ok(status) => fate(status),
            Err(error) => Broken::Gone(error.to_string()),
        }
    }
}

impl Drop for ChildRows {
    fn drop(&mut self) {
        if let Stream::Child(child, _) = &mut self.stream {
            // It may have ended by itself already; either way nothing is left behind.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Hands the child bytes and hears its whole answer, of so many bytes at most.
pub(crate) fn ask(
    command: &ChildCommand,
    bytes: &[u8],
    (limits, most): (&Limits, usize),
) -> Result<Vec<u8>, Broken> {
    let gone = |error: io::Error| Broken::Gone(error.to_string());
    let mut child = spawn(command, limits).map_err(gone)?;
    if let Some(mut input) = child.stdin.take() {
        // A child that stops reading has its reason; it is asked for below.
        let _ = input.write_all(bytes);
    }
    let mut answer = Vec::new();
    if let Some(output) = child.stdout.take() {
        let read = output.take(most as u64).read_to_end(&mut answer);
        if read.is_err() || answer.len() >= most {
            let _ = child.kill();
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(answer),
        Ok(status) => Err(fate(status)),
        Err(error) => Err(gone(error)),
    }
}

#[cfg(unix)]
fn fate(status: std::process::ExitStatus) -> Broken {
    use std::os::unix::process::ExitStatusExt as _;
    const ABORT: i32 = 6;
    const KILL: i32 = 9;
    const SEGMENT: i32 = 11;
    const PROCESSOR_TIME: i32 = 24;
    let signal = status.signal().or_else(|| status.code().map(|code| code - 128));
    match signal {
        // An allocation that fails aborts; a stack that cannot grow ends in a segment fault.
        Some(ABORT | SEGMENT) => Broken::Memory,
        Some(PROCESSOR_TIME | KILL) => Broken::Time,
        _ => Broken::Gone(status.to_string()),
    }
}

#[cfg(not(unix))]
fn fate(status: std::process::ExitStatus) -> Broken {
    Broken::Gone(status.to_string())
}

#[cfg(unix)]
fn spawn(command: &ChildCommand, limits: &Limits) -> io::Result<Child> {
    // The shell sets the limits and becomes the child; nothing of the workbook reaches it.
    let script = format!(
        "ulimit -c 0; ulimit -t {} && ulimit -v {} && exec \"$0\" \"$@\"",
        limits.child_seconds, limits.child_memory_kib
    );
    Command::new("/bin/sh")
        .arg("-c")
        .arg(script)
        .arg(&command.program)
        .args(&command.arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

#[cfg(not(unix))]
fn spawn(command: &ChildCommand, _: &Limits) -> io::Result<Child> {
    Command::new(&command.program)
        .args(&command.arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

fn unpack(frame: &[u8], row: &mut RawRow) -> io::Result<()> {
    let damaged = || io::Error::other("damaged frame");
    let (number, mut rest) = frame.split_first_chunk::<8>().ok_or_else(damaged)?;
    row.reset(u64::from_le_bytes(*number));
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (cell, after) = after.split_at_checked(length).ok_or_else(damaged)?;
        row.push(std::str::from_utf8(cell).map_err(io::Error::other)?);
        rest = after;
    }
    Ok(())
}

fn passed(words: &str) -> Heard {
    let mut words = words.splitn(3, BETWEEN_NAMES);
    let mut next = || words.next().unwrap_or_default().to_owned();
    let (name, reason, detail) = (next(), next(), next());
    Heard::Passed(name, Unreadable::from_name(&reason).unwrap_or(Unreadable::Corrupt), detail)
}

fn failure(words: &str) -> Broken {
    let (name, detail) = words.split_once('\n').unwrap_or((words, ""));
    match Unreadable::from_name(name) {
        Some(reason) => Broken::Unreadable(reason, detail.to_owned()),
        None => Broken::Gone(words.to_owned()),
    }
}

#[cfg(test)]
mod tests;
