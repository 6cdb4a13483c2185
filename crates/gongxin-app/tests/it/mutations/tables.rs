//! Rows of tables: each row of a file is given the same slip at once, and each is found on its line.

use gongxin_pack::{PackFiles, Problem};

use super::{Tally, problems};

/// Why a column of any name may stand beside codes.
pub(super) const FREE: &str = "an entry of a code list may have further columns of any name";

/// A slip of a row: its name, the column, what is written there, and what is said of it.
struct Slip {
    name: &'static str,
    column: &'static str,
    value: &'static str,
    says: &'static str,
}

const fn slip(
    name: &'static str,
    column: &'static str,
    value: &'static str,
    says: &'static str,
) -> Slip {
    Slip { name, column, value, says }
}

/// Rows that declare a source.
const OF_SOURCES: [Slip; 9] = [
    slip("no code", "code", "", "the column `code` is empty"),
    slip("no basis", "law", "", "the column `law` is empty"),
    slip("no such law", "law", "no-such-law", "there is no law `no-such-law`"),
    slip("expired basis", "law", "penalty-law-1996", "no clause of"),
    slip("before its basis", "from", "1970-01-01", "no clause of"),
    slip("no day", "from", "2026-02-30", "is no day"),
    slip("empty period", "until", "1970-01-01", "ends before it begins"),
    slip("no such sector", "sector", "no-such-sector", "there is no sector"),
    slip("no such division", "region", "000001", "there is no division"),
];

/// Rows that are codes of a list.
const OF_CODES: [Slip; 2] = [
    slip("no code", "code", "", "the column `code` is empty"),
    slip("no day", "from", "2026-02-30", "is no day"),
];

/// The packs with the first rows of each table alone, so that they are read in half the time. They
/// are as sound as the whole: rows have slips of their own.
pub(super) fn cut_short(mut files: PackFiles) -> PackFiles {
    for (file, bytes) in files.iter_mut().filter(|(file, _)| file.ends_with(".csv")) {
        let rows = if file.ends_with("sources.csv") { 0 } else { 3 };
        let text = std::str::from_utf8(bytes).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#')).take(1 + rows);
        let short = lines.collect::<Vec<_>>().join("\n") + "\n";
        *bytes = short.into_bytes();
    }
    assert!(problems(&files).is_empty(), "cut short the packs are sound");
    files
}

pub(super) fn judge(files: &PackFiles, tally: &mut Tally) {
    for (file, bytes) in files.iter().filter(|(file, _)| file.ends_with(".csv")) {
        let text = std::str::from_utf8(bytes).unwrap();
        let of_file = if file.ends_with("sources.csv") { &OF_SOURCES[..] } else { &OF_CODES[..] };
        for slip in of_file {
            all_rows(files, (file, text), slip, tally);
        }
        unknown_column(files, (file, text), tally);
    }
}

fn all_rows(files: &PackFiles, (file, text): (&str, &str), slip: &Slip, tally: &mut Tally) {
    let head = text.lines().position(|line| !line.starts_with('#')).unwrap();
    let columns: Vec<&str> = text.lines().nth(head).unwrap().split(',').collect();
    let Some(column) = columns.iter().position(|name| *name == slip.column) else { return };
    let mut lines = Vec::new();
    let mutated: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let mut cells = cells(line);
            if number <= head || cells.len() != columns.len() {
                return line.to_owned();
            }
            lines.push(number + 1);
            slip.value.clone_into(&mut cells[column]);
            cells.join(",")
        })
        .collect();
    let mut whole = files.clone();
    whole.insert(file.to_owned(), (mutated.join("\n") + "\n").into_bytes());
    let found = problems(&whole);
    for line in lines {
        let of = |one: &&Problem| one.file == file && one.what.contains(slip.says);
        match found.iter().filter(of).find(|one| one.line == Some(line)) {
            Some(_) => tally.refused(slip.name),
            None => tally.survives(slip.name, &format!("{file}:{line}")),
        }
    }
}

/// The cells of a line; quotes stay around those that have them.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        is_quoted ^= letter == '"';
        match letter {
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(letter),
        }
    }
    cells
}

/// A column that no reader knows would seem to hold; columns of codes may be of any name.
fn unknown_column(files: &PackFiles, (file, text): (&str, &str), tally: &mut Tally) {
    if !file.ends_with("sources.csv") {
        tally.excused(
            "unknown column",
            "an entry of a code list may have further columns of any name",
        );
        return;
    }
    let wide: Vec<String> = text
        .lines()
        .scan(false, |is_headed, line| {
            if line.starts_with('#') {
                return Some(line.to_owned());
            }
            let more = if std::mem::replace(is_headed, true) { "x" } else { "zz" };
            Some(format!("{line},{more}"))
        })
        .collect();
    let mut whole = files.clone();
    whole.insert(file.to_owned(), (wide.join("\n") + "\n").into_bytes());
    let found = problems(&whole);
    let of =
        |one: &Problem| one.file == file && one.what.contains("no reader knows the column `zz`");
    match found.iter().any(of) {
        true => tally.refused("unknown column"),
        false => tally.survives("unknown column", file),
    }
}
