//! Rows between delimiters, as people and programs really write them.
//!
//! Not RFC 4180 to the letter: a quote that is not doubled inside a quoted cell is kept, a quote
//! that is never closed costs one line and not the rest of the file, and no row holds more memory
//! than its limit. That is why this is our own reader and not a crate's.

use std::io;

use crate::decode::Decoded;
use crate::limits::Limits;
use crate::row::RawRow;
use crate::sniff::is_misread;

/// How rows are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The byte between cells.
    pub(crate) delimiter: u8,
    /// True if a carriage return alone ends a line, as on old Macs.
    pub(crate) lone_returns: bool,
    /// True if nothing but the separators of Unicode ends a line.
    pub(crate) separators: bool,
}

/// What ends a line in a text that has neither line feeds nor returns: the line and the paragraph
/// separator of Unicode, and the next line of mainframes.
pub(crate) const SEPARATORS: [char; 3] = ['\u{2028}', '\u{2029}', '\u{85}'];

/// What cutting one row came to.
#[derive(Debug, PartialEq, Eq)]
enum Cut {
    /// The row ends before `next`; it took so many physical lines.
    Row { next: usize, lines: u64 },
    /// The text ends inside the row.
    More,
    /// A quote is never closed within the limits.
    Broken,
}

/// Rows of a delimited text.
#[derive(Debug)]
pub(crate) struct Delimited {
    pub(crate) decoded: Decoded,
    pub(crate) shape: Shape,
    text: String,
    place: usize,
    line: u64,
    /// The cells of the last row that had several.
    width: usize,
}

impl Delimited {
    /// Reads on from `text`, the beginning that was decoded already.
    pub(crate) fn new(decoded: Decoded, text: String, shape: Shape) -> Self {
        let mut rows = Self { decoded, shape, text, place: 0, line: 1, width: 0 };
        rows.break_lines(0);
        if rows.text.starts_with("sep=")
            && rows.text.as_bytes().get(5).is_some_and(|b| b"\r\n".contains(b))
        {
            rows.place = rows.text.find('\n').map_or(rows.text.len(), |end| end + 1);
            rows.line = 2;
        }
        rows
    }

    /// Reads the next row; false at the end.
    pub(crate) fn next(&mut self, row: &mut RawRow, limits: &Limits) -> io::Result<bool> {
        loop {
            row.reset(self.line);
            let last = self.decoded.ended;
            if last && self.place >= self.text.len() {
                return Ok(false);
            }
            let found = cut(&self.text, self.place, self.shape, last, limits, row);
            let is_over = self.text.len() - self.place > limits.row_bytes;
            if (found != Cut::More || is_over) && self.turns(row, limits) {
                self.shape.lone_returns = true;
                continue;
            }
            match found {
                Cut::Row { next, lines } => {
                    if row.len() > 1 {
                        self.width = row.len();
                    }
                    row.trouble.unended = last && !self.ends_line(next);
                    row.trouble.misread = self.decoded.is_chinese() && is_misread(row.text());
                    self.place = next;
                    self.line += lines;
                    return Ok(true);
                }
                Cut::Broken => return self.literal(row, limits),
                Cut::More if is_over => return self.skip_line(row),
                Cut::More => self.more()?,
            }
        }
    }

    /// True where the lines end in lone returns from this row on: it is wider than the row before,
    /// and just as wide where it is cut at its first return. Of files put together from several.
    fn turns(&self, row: &RawRow, limits: &Limits) -> bool {
        if self.shape.lone_returns || self.width == 0 || row.len() <= self.width {
            return false;
        }
        if !row.text().contains('\r') {
            return false;
        }
        let shape = Shape { lone_returns: true, ..self.shape };
        let mut first = RawRow::default();
        let found = cut(&self.text, self.place, shape, self.decoded.ended, limits, &mut first);
        matches!(found, Cut::Row { .. }) && first.len() == self.width
    }

    /// True where a line break stands before the place.
    fn ends_line(&self, place: usize) -> bool {
        let before = place.checked_sub(1).and_then(|before| self.text.as_bytes().get(before));
        matches!(before, Some(b'\n' | b'\r'))
    }

    /// Drops what was read and adds the next chunk.
    fn more(&mut self) -> io::Result<()> {
        self.text.drain(..self.place);
        self.place = 0;
        let known = self.text.len();
        self.decoded.fill(&mut self.text)?;
        self.break_lines(known);
        Ok(())
    }

    /// Writes line feeds for the separators of a text that has nothing else between its lines.
    fn break_lines(&mut self, from: usize) {
        if self.shape.separators {
            let added = self.text.split_off(from);
            self.text.push_str(&added.replace(SEPARATORS, "\n"));
        }
    }

    /// Reads one line with its quotes taken as they stand.
    fn literal(&mut self, row: &mut RawRow, limits: &Limits) -> io::Result<bool> {
        loop {
            row.clear_cells();
            let last = self.decoded.ended;
            match cut_literal(&self.text, self.place, self.shape, last, limits, row) {
                Cut::Row { next, lines } => {
                    self.place = next;
                    self.line += lines;
                    row.trouble.broken_quote = true;
                    return Ok(true);
                }
                _ if self.text.len() - self.place > limits.row_bytes => return self.skip_line(row),
                _ => self.more()?,
            }
        }
    }

    /// Passes over a line that is too long without keeping it.
    fn skip_line(&mut self, row: &mut RawRow) -> io::Result<bool> {
        row.clear_cells();
        row.trouble.too_long = true;
        loop {
            let rest = self.text.as_bytes().get(self.place..).unwrap_or_default();
            if let Some(end) = line_end(rest, self.shape) {
                self.place += end + break_length(rest, end).max(1);
                self.line += 1;
                return Ok(true);
            }
            if self.decoded.ended {
                self.place = self.text.len();
                return Ok(true);
            }
            self.place = self.text.len();
            self.more()?;
        }
    }
}

/// Cuts one line of a whole text for the sniffer: the place behind it, or None at the end.
pub(crate) fn split_line(
    text: &str,
    place: usize,
    shape: Shape,
    row: &mut RawRow,
) -> Option<usize> {
    row.reset(0);
    let limits = Limits::default();
    match cut(text, place, shape, false, &limits, row) {
        Cut::Row { next, .. } => Some(next),
        Cut::More if place == 0 => {
            // One single line: judge what there is of it.
            row.reset(0);
            match cut(text, place, shape, true, &limits, row) {
                Cut::Row { .. } if !row.is_empty() && !text.is_empty() => Some(text.len()),
                _ => None,
            }
        }
        Cut::More => None,
        Cut::Broken => {
            row.reset(0);
            match cut_literal(text, place, shape, false, &limits, row) {
                Cut::Row { next, .. } => Some(next),
                _ => None,
            }
        }
    }
}

/// The place of the line's end in the bytes.
fn line_end(bytes: &[u8], shape: Shape) -> Option<usize> {
    if shape.lone_returns {
        memchr::memchr2(b'\n', b'\r', bytes)
    } else {
        memchr::memchr(b'\n', bytes)
    }
}

/// The length of the line break at a place: 2 for CR LF.
fn break_length(bytes: &[u8], at: usize) -> usize {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => 2,
        (Some(b'\r' | b'\n'), _) => 1,
        _ => 0,
    }
}

fn cut(
    text: &str,
    from: usize,
    shape: Shape,
    last: bool,
    limits: &Limits,
    row: &mut RawRow,
) -> Cut {
    let bytes = text.as_bytes();
    let mut place = from;
    let mut lines = 1;
    loop {
        if bytes.get(place) == Some(&b'"') {
            match quoted(text, place + 1, shape, last, limits, row) {
                Quoted::Closed { next, breaks } => {
                    place = next;
                    lines += breaks;
                }
                Quoted::More => return Cut::More,
                Quoted::Broken => return Cut::Broken,
            }
        } else {
            let rest = bytes.get(place..).unwrap_or_default();
            let end = if shape.lone_returns {
                memchr::memchr3(shape.delimiter, b'\n', b'\r', rest)
            } else {
                memchr::memchr2(shape.delimiter, b'\n', rest)
            };
            let end = match end {
                Some(end) => place + end,
                None if last => bytes.len(),
                None => return Cut::More,
            };
            // The return of a CR LF belongs to the break, not to the cell.
            let mut stop = end;
            if bytes.get(end) == Some(&b'\n') && end > place && bytes.get(end - 1) == Some(&b'\r') {
                stop -= 1;
            }
            row.append(text.get(place..stop).unwrap_or_default());
            place = end;
        }
        if row.len() < limits.columns {
            row.end_cell();
        } else {
            row.trouble.too_wide = true;
        }
        match bytes.get(place) {
            Some(byte) if *byte == shape.delimiter => place += 1,
            Some(_) => {
                if bytes.get(place) == Some(&b'\r') && place + 1 == bytes.len() && !last {
                    return Cut::More;
                }
                return Cut::Row { next: place + break_length(bytes, place).max(1), lines };
            }
            None => return Cut::Row { next: place, lines },
        }
        if place - from > limits.row_bytes {
            return Cut::More;
        }
    }
}

/// What reading a quoted cell came to.
enum Quoted {
    Closed { next: usize, breaks: u64 },
    More,
    Broken,
}

fn quoted(
    text: &str,
    from: usize,
    shape: Shape,
    last: bool,
    limits: &Limits,
    row: &mut RawRow,
) -> Quoted {
    let bytes = text.as_bytes();
    let mut place = from;
    let mut breaks = 0;
    let mut loose = false;
    loop {
        let rest = bytes.get(place..).unwrap_or_default();
        let found = memchr::memchr(b'"', rest);
        let part = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
        breaks += part.iter().filter(|byte| **byte == b'\n').count();
        if shape.lone_returns {
            breaks += part.iter().filter(|byte| **byte == b'\r').count();
        }
        if breaks > limits.quoted_line_breaks || (loose && breaks > 0) {
            return Quoted::Broken;
        }
        let Some(found) = found else {
            return if last || place + rest.len() - from > limits.row_bytes {
                Quoted::Broken
            } else {
                Quoted::More
            };
        };
        row.append(text.get(place..place + found).unwrap_or_default());
        place += found + 1;
        match behind_quote(bytes, place, shape, last) {
            Behind::Quote => {
                row.append("\"");
                place += 1;
            }
            Behind::End(next) => {
                row.trouble.loose_quote |= loose;
                return Quoted::Closed { next, breaks: breaks as u64 };
            }
            Behind::Text => {
                loose = true;
                row.append("\"");
            }
            Behind::More => return Quoted::More,
        }
    }
}

/// What stands behind a quote inside a quoted cell.
enum Behind {
    /// Another quote: the two stand for one.
    Quote,
    /// The cell's end, which is here.
    End(usize),
    /// Text: the quote should have been doubled.
    Text,
    More,
}

fn behind_quote(bytes: &[u8], place: usize, shape: Shape, last: bool) -> Behind {
    if bytes.get(place) == Some(&b'"') {
        return Behind::Quote;
    }
    let rest = bytes.get(place..).unwrap_or_default();
    // Blanks between the closing quote and the delimiter are nobody's.
    let next = place + rest.iter().take_while(|byte| **byte == b' ').count();
    match bytes.get(next) {
        Some(byte) if *byte == shape.delimiter || matches!(byte, b'\n' | b'\r') => {
            Behind::End(next)
        }
        Some(_) => Behind::Text,
        None if last => Behind::End(next),
        None => Behind::More,
    }
}

fn cut_literal(
    text: &str,
    from: usize,
    shape: Shape,
    last: bool,
    limits: &Limits,
    row: &mut RawRow,
) -> Cut {
    let bytes = text.as_bytes().get(from..).unwrap_or_default();
    let end = match line_end(bytes, shape) {
        Some(end) => end,
        None if last => bytes.len(),
        None => return Cut::More,
    };
    let line = text.get(from..from + end).unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    for cell in line.split(char::from(shape.delimiter)) {
        if row.len() == limits.columns {
            row.trouble.too_wide = true;
            break;
        }
        row.push(cell.trim_matches('"'));
    }
    Cut::Row { next: from + end + break_length(bytes, end), lines: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8], chunk: usize) -> Vec<(u64, Vec<String>)> {
        let limits = Limits { row_bytes: 1000, quoted_line_breaks: 3, ..Limits::default() };
        let source = Box::new(std::io::Cursor::new(bytes.to_vec()));
        let lone_returns = !bytes.contains(&b'\n') && bytes.contains(&b'\r');
        let separators = !bytes.contains(&b'\n') && !bytes.contains(&b'\r');
        let shape = Shape { delimiter: b',', lone_returns, separators };
        let mut decoded = Decoded::new(source, &[], chunk, u64::MAX, None);
        let mut text = String::new();
        decoded.fill(&mut text).unwrap();
        let mut rows = Delimited::new(decoded, text, shape);
        let mut row = RawRow::default();
        let mut all = Vec::new();
        while rows.next(&mut row, &limits).unwrap() {
            all.push((row.number, row.cells().map(str::to_owned).collect()));
        }
        all
    }

    #[test]
    fn rows_as_they_are_written() {
        type Expected<'a> = &'a [(u64, &'a [&'a str])];
        let cases: &[(&str, Expected<'_>)] = &[
            ("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]),
            ("a,b\r\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]),
            ("a,b\r1,2\r", &[(1, &["a", "b"]), (2, &["1", "2"])]),
            ("a,\"x\ny\"\nb,c\n", &[(1, &["a", "x\ny"]), (3, &["b", "c"])]),
            ("\"a\"\"b\",c\n", &[(1, &["a\"b", "c"])]),
            ("\"他说\"好\"了\",c\n", &[(1, &["他说\"好\"了", "c"])]),
            ("\"a,b\nc,d\n", &[(1, &["a", "b"]), (2, &["c", "d"])]),
            ("\"a\" b,c\n\"d\",e\n", &[(1, &["a\" b", "c"]), (2, &["d", "e"])]),
            ("\"a\" ,b\n", &[(1, &["a", "b"])]),
            ("a,,\n,\n", &[(1, &["a", "", ""]), (2, &["", ""])]),
            ("\n\na\n", &[(1, &[""]), (2, &[""]), (3, &["a"])]),
            ("a,b", &[(1, &["a", "b"])]),
            ("a\rb,c\n", &[(1, &["a\rb", "c"])]),
            (
                "a,b\n1,2\r3,4\r5,6",
                &[(1, &["a", "b"]), (2, &["1", "2"]), (3, &["3", "4"]), (4, &["5", "6"])],
            ),
            ("a,b\n1,2\r3\n", &[(1, &["a", "b"]), (2, &["1", "2\r3"])]),
            (
                "a,b\n1,2\r3,4\n5,6\n",
                &[(1, &["a", "b"]), (2, &["1", "2"]), (3, &["3", "4"]), (4, &["5", "6"])],
            ),
            ("a,b\u{2028}1,2\u{2028}", &[(1, &["a", "b"]), (2, &["1", "2"])]),
            ("a,b\n1\u{2028}x,2\n", &[(1, &["a", "b"]), (2, &["1\u{2028}x", "2"])]),
            ("a,\"\"\n", &[(1, &["a", ""])]),
            ("a,\"b\"", &[(1, &["a", "b"])]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            for chunk in [1, 64, 4096] {
                let expected: Vec<(u64, Vec<String>)> = expected
                    .iter()
                    .map(|(line, cells)| (*line, cells.iter().map(|c| (*c).to_owned()).collect()))
                    .collect();
                assert_eq!(rows(text.as_bytes(), chunk), expected, "{text:?} by {chunk}");
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_costs_itself_only() {
        let text = format!("a,b\n{}\nc,d\n", "x".repeat(5000));
        let all = rows(text.as_bytes(), 64);
        assert_eq!(all.len(), 3);
        assert_eq!(all[1], (2, vec![]));
        assert_eq!(all[2], (3, vec!["c".to_owned(), "d".to_owned()]));
    }

    #[test]
    fn lines_that_turn_to_lone_returns_are_rows_beyond_any_limit() {
        let text = format!("a,b\n1,2\n{}", "3,4\r".repeat(1000));
        let all = rows(text.as_bytes(), 64);
        assert_eq!(all.len(), 1002);
        assert!(all.iter().all(|(_, cells)| cells.len() == 2));
    }

    #[test]
    fn the_decoder_finds_chinese_after_much_ascii() {
        let mut bytes = b"a,b\n".repeat(100);
        bytes.extend_from_slice(&encoding_rs::GB18030.encode("公司,处罚\n").0);
        let all = rows(&bytes, 64);
        assert_eq!(all.last().unwrap().1, ["公司", "处罚"]);
        assert_eq!(all.len(), 101);
    }
}
