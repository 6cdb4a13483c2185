//! JSON rows: one object a line, or objects inside one array.
//!
//! Keys are the columns. A key that appears later adds a column, so that nothing handed in is
//! overlooked because the first object did not have it.

use std::io;

use serde_json::{Map, Value};

use crate::decode::Decoded;
use crate::limits::Limits;
use crate::row::RawRow;

/// Rows of a JSON text.
#[derive(Debug)]
pub(crate) struct JsonRows {
    pub(crate) decoded: Decoded,
    lines: bool,
    text: String,
    place: usize,
    number: u64,
    keys: Vec<String>,
    /// True once a key was left out because there are too many.
    pub(crate) keys_over: bool,
}

impl JsonRows {
    /// Reads on from `text`, one object a line where `lines` is true.
    pub(crate) fn new(decoded: Decoded, text: String, lines: bool) -> Self {
        Self { decoded, lines, text, place: 0, number: 0, keys: Vec::new(), keys_over: false }
    }

    /// True if every line is an object.
    pub(crate) fn is_lines(&self) -> bool {
        self.lines
    }

    /// The columns seen so far.
    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Reads the next row; false at the end.
    pub(crate) fn next(&mut self, row: &mut RawRow, limits: &Limits) -> io::Result<bool> {
        loop {
            let rest = self.text.get(self.place..).unwrap_or_default();
            let last = self.decoded.ended;
            let found = if self.lines { line(rest, last) } else { object(rest, last) };
            match found {
                Found::Part { from, to, next } => {
                    self.number += 1;
                    row.reset(self.number);
                    let part = rest.get(from..to).unwrap_or_default().to_owned();
                    self.place += next;
                    if part.len() > limits.row_bytes {
                        row.trouble.too_long = true;
                    } else if !part.trim().is_empty() {
                        self.read(&part, row, limits);
                    }
                    return Ok(true);
                }
                Found::End => return Ok(false),
                Found::More if rest.len() > limits.row_bytes => {
                    self.number += 1;
                    row.reset(self.number);
                    row.trouble.too_long = true;
                    return self.skip();
                }
                Found::More => self.more()?,
            }
        }
    }

    fn more(&mut self) -> io::Result<()> {
        self.text.drain(..self.place);
        self.place = 0;
        self.decoded.fill(&mut self.text)
    }

    /// Passes over an element that is too long: to the end of the line, or, inside an array where
    /// nothing marks the next element, to the end of the file.
    fn skip(&mut self) -> io::Result<bool> {
        loop {
            let rest = self.text.get(self.place..).unwrap_or_default();
            let end = if self.lines { rest.find('\n') } else { None };
            if let Some(end) = end {
                self.place += end + 1;
                return Ok(true);
            }
            self.place = self.text.len();
            if self.decoded.ended {
                return Ok(true);
            }
            self.more()?;
        }
    }

    fn read(&mut self, part: &str, row: &mut RawRow, limits: &Limits) {
        // serde_json stops at a depth of 128, so that nesting cannot exhaust the stack.
        let Ok(Value::Object(object)) = serde_json::from_str::<Value>(part) else {
            row.trouble.unreadable = true;
            return;
        };
        for key in object.keys() {
            if !self.keys.iter().any(|known| known == key) {
                if self.keys.len() < limits.json_keys {
                    self.keys.push(key.clone());
                } else {
                    self.keys_over = true;
                }
            }
        }
        for key in &self.keys {
            append(&object, key, row);
            row.end_cell();
        }
    }
}

fn append(object: &Map<String, Value>, key: &str, row: &mut RawRow) {
    match object.get(key) {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => row.append(text),
        Some(Value::Array(items))
            if items.iter().all(|item| !item.is_array() && !item.is_object()) =>
        {
            for (index, item) in items.iter().filter(|item| !item.is_null()).enumerate() {
                if index > 0 {
                    row.append("；");
                }
                match item {
                    Value::String(text) => row.append(text),
                    other => row.append(&other.to_string()),
                }
            }
        }
        Some(other) => row.append(&other.to_string()),
    }
}

enum Found {
    Part { from: usize, to: usize, next: usize },
    More,
    End,
}

fn line(rest: &str, last: bool) -> Found {
    match memchr::memchr(b'\n', rest.as_bytes()) {
        Some(end) => Found::Part { from: 0, to: end, next: end + 1 },
        None if !last => Found::More,
        None if rest.trim().is_empty() => Found::End,
        None => Found::Part { from: 0, to: rest.len(), next: rest.len() },
    }
}

/// The next element between brackets and commas: an object, or whatever stands in its place.
fn object(rest: &str, last: bool) -> Found {
    let skipped = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']');
    let bytes = rest.as_bytes();
    let Some(from) = bytes.iter().position(|byte| !skipped(byte)) else {
        return if last { Found::End } else { Found::More };
    };
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (place, byte) in bytes.iter().enumerate().skip(from) {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Found::Part { from, to: place + 1, next: place + 1 };
                }
            }
            b',' if depth == 0 => {
                return Found::Part { from, to: place, next: place + 1 };
            }
            _ => {}
        }
    }
    if last { Found::Part { from, to: rest.len(), next: rest.len() } } else { Found::More }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, lines: bool) -> Vec<(u64, bool, Vec<String>)> {
        let limits = Limits { row_bytes: 500, json_keys: 3, ..Limits::default() };
        let source = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
        let decoded = Decoded::new(source, &[], 64, u64::MAX, None);
        let mut rows = JsonRows::new(decoded, String::new(), lines);
        let mut row = RawRow::default();
        let mut all = Vec::new();
        while rows.next(&mut row, &limits).unwrap() {
            let bad = row.trouble.unreadable || row.trouble.too_long;
            all.push((row.number, bad, row.cells().map(str::to_owned).collect()));
        }
        all
    }

    #[test]
    fn objects_are_rows() {
        let lines =
            rows("{\"a\":\"甲\",\"b\":0.2}\n\n{\"b\":[\"x\",\"y\"],\"c\":null}\nnot\n", true);
        assert_eq!(lines[0], (1, false, vec!["甲".into(), "0.2".into()]));
        assert_eq!(lines[1], (2, false, vec![]));
        assert_eq!(lines[2], (3, false, vec![String::new(), "x；y".into(), String::new()]));
        assert_eq!(lines[3], (4, true, vec![]));
        let array = rows("[\n {\"a\": \"}\\\"\"},\n {\"a\": {\"b\": 1}}, 7 ]", false);
        assert_eq!(array[0], (1, false, vec!["}\"".into()]));
        assert_eq!(array[1], (2, false, vec!["{\"b\":1}".into()]));
        assert_eq!(array[2], (3, true, vec![]));
        assert_eq!(array.len(), 3);
    }

    #[test]
    fn depth_and_length_are_limited() {
        let deep = format!("{}\n{{\"a\":1}}\n", "[".repeat(400));
        assert_eq!(rows(&deep, true).len(), 2);
        let long = format!("{{\"a\":\"{}\"}}\n{{\"a\":1}}\n", "x".repeat(2000));
        assert_eq!(rows(&long, true), vec![(1, true, vec![]), (2, false, vec!["1".into()])]);
        let nested = format!("{{\"a\":{}1{}}}\n", "[".repeat(150), "]".repeat(150));
        assert_eq!(rows(&nested, true), vec![(1, true, vec![])]);
    }
}
