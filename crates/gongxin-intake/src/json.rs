//! JSON rows: one object a line, objects inside one array, or objects in an array inside others.
//!
//! Keys are the columns. A key that appears later adds a column, so that nothing handed in is
//! overlooked because the first object did not have it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use gongxin_model::Finding;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;

use crate::decode::Decoded;
use crate::limits::Limits;
use crate::row::RawRow;
use crate::wrapped::Around;

/// How the objects that are rows lie in a text.
#[derive(Debug)]
pub(crate) enum Lie {
    /// One a line.
    Lines,
    /// In one array, or one after the other.
    Array,
    /// In an array inside others.
    Wrapped(Box<Around>),
}

/// Rows of a JSON text.
#[derive(Debug)]
pub(crate) struct JsonRows {
    pub(crate) decoded: Decoded,
    lie: Lie,
    /// Arrays that were opened and not closed yet.
    open: usize,
    text: String,
    place: usize,
    number: u64,
    keys: Vec<String>,
    /// The columns of each key: one, and another for each time that an object repeats it.
    columns: BTreeMap<String, Vec<usize>>,
    /// True once a key was left out because there are too many.
    pub(crate) keys_over: bool,
}

impl JsonRows {
    /// Reads on from `text`.
    pub(crate) fn new(decoded: Decoded, text: String, lie: Lie) -> Self {
        Self {
            decoded,
            lie,
            open: 0,
            text,
            place: 0,
            number: 0,
            keys: Vec::new(),
            columns: BTreeMap::new(),
            keys_over: false,
        }
    }

    /// True if every line is an object.
    pub(crate) fn is_lines(&self) -> bool {
        matches!(self.lie, Lie::Lines)
    }

    /// What is to be said of where in the text the rows lie; once before the first row, and once
    /// behind the last.
    pub(crate) fn said(&mut self, is_over: bool) -> Option<Finding> {
        match &mut self.lie {
            Lie::Wrapped(around) => around.said(is_over),
            Lie::Lines | Lie::Array => None,
        }
    }

    /// How many rows there were, where the text ends before what it began does.
    pub(crate) fn is_cut(&self) -> Option<u64> {
        let is_inside = match &self.lie {
            Lie::Lines => false,
            Lie::Array => self.open > 0,
            Lie::Wrapped(around) => around.is_open(),
        };
        is_inside.then_some(self.number)
    }

    /// The columns seen so far.
    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Reads the next row; false at the end.
    pub(crate) fn next(&mut self, row: &mut RawRow, limits: &Limits) -> io::Result<bool> {
        loop {
            let last = self.decoded.ended;
            let rest = self.text.get(self.place..).unwrap_or_default();
            if let Lie::Wrapped(around) = &mut self.lie
                && !around.is_inside()
            {
                self.place += around.go_on(rest);
                if around.is_inside() {
                    continue;
                }
                if last {
                    return Ok(false);
                }
                self.more()?;
                continue;
            }
            let mut scan = Scan::default();
            let found = match &mut self.lie {
                Lie::Lines => line(rest, last),
                Lie::Array => scan.object(rest, last, &mut self.open),
                Lie::Wrapped(around) => scan.object_of(rest, last, around),
            };
            match found {
                Found::Behind(next) => self.place += next,
                Found::Part { to, next } => {
                    self.number += 1;
                    row.reset(self.number);
                    let part = rest.get(..to).unwrap_or_default().to_owned();
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
                    return self.skip(scan);
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

    /// Passes over an element that is too long: to the end of the line, or of the object, which
    /// `scan` has looked into up to here.
    fn skip(&mut self, mut scan: Scan) -> io::Result<bool> {
        loop {
            self.place = self.text.len();
            if self.decoded.ended {
                return Ok(true);
            }
            self.more()?;
            let end = if self.is_lines() {
                self.text.find('\n').map(|end| end + 1)
            } else {
                scan.end(self.text.as_bytes(), 0)
            };
            if let Some(end) = end {
                self.place = end;
                return Ok(true);
            }
        }
    }

    fn read(&mut self, part: &str, row: &mut RawRow, limits: &Limits) {
        // serde_json stops at a depth of 128, so that nesting cannot exhaust the stack.
        let Ok(Pairs(pairs)) = serde_json::from_str(part) else {
            row.trouble.unreadable = true;
            return;
        };
        let mut cells: Vec<Option<&Value>> = vec![None; self.keys.len()];
        for (key, value) in &pairs {
            let is_free = |place: &&usize| cells.get(**place).is_some_and(Option::is_none);
            let columns = self.columns.get(key).map(Vec::as_slice).unwrap_or_default();
            let place = match columns.iter().find(is_free) {
                Some(place) => *place,
                // A key that an object repeats is a second column of that name: no value is lost.
                None if self.keys.len() < limits.json_keys => {
                    self.columns.entry(key.clone()).or_default().push(self.keys.len());
                    self.keys.push(key.clone());
                    cells.push(None);
                    self.keys.len() - 1
                }
                None => {
                    self.keys_over = true;
                    continue;
                }
            };
            if let Some(cell) = cells.get_mut(place) {
                *cell = Some(value);
            }
        }
        for cell in cells {
            append(cell, row);
            row.end_cell();
        }
    }
}

/// The keys and values of an object as they stand, also where a key stands twice.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

fn append(value: Option<&Value>, row: &mut RawRow) {
    match value {
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
    /// An element, and where what follows it begins.
    Part {
        to: usize,
        next: usize,
    },
    /// So many bytes of nothing: what stands between elements, the end of an array.
    Behind(usize),
    More,
    End,
}

fn line(rest: &str, last: bool) -> Found {
    match memchr::memchr(b'\n', rest.as_bytes()) {
        Some(end) => Found::Part { to: end, next: end + 1 },
        None if !last => Found::More,
        None if rest.trim().is_empty() => Found::End,
        None => Found::Part { to: rest.len(), next: rest.len() },
    }
}

/// How far an element between brackets was looked into; it goes on where a chunk ends.
#[derive(Debug, Default, Clone, Copy)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// The next element between brackets and commas: an object, or whatever stands in its place.
    /// `open` counts the brackets.
    fn object(&mut self, rest: &str, last: bool, open: &mut usize) -> Found {
        let bytes = rest.as_bytes();
        let between = |byte: &u8| is_between(*byte) || matches!(byte, b'[' | b']');
        let from = bytes.iter().position(|byte| !between(byte)).unwrap_or(bytes.len());
        if from > 0 {
            for byte in bytes.iter().take(from) {
                match byte {
                    b'[' => *open += 1,
                    b']' => *open = open.saturating_sub(1),
                    _ => {}
                }
            }
            return Found::Behind(from);
        }
        self.element(bytes, last)
    }

    /// The next element of the array that is open.
    fn object_of(&mut self, rest: &str, last: bool, around: &mut Around) -> Found {
        let bytes = rest.as_bytes();
        let from = bytes.iter().position(|byte| !is_between(*byte)).unwrap_or(bytes.len());
        if bytes.get(from) == Some(&b']') {
            around.leave();
            return Found::Behind(from + 1);
        }
        if from > 0 { Found::Behind(from) } else { self.element(bytes, last) }
    }

    fn element(&mut self, bytes: &[u8], last: bool) -> Found {
        match self.end(bytes, 0) {
            _ if bytes.is_empty() => {
                if last {
                    Found::End
                } else {
                    Found::More
                }
            }
            Some(end) => Found::Part { to: end, next: end },
            None if last => Found::Part { to: bytes.len(), next: bytes.len() },
            None => Found::More,
        }
    }

    /// The place behind the element's last byte. A comma or a bracket behind something that is no
    /// object is not part of it.
    fn end(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        for (place, byte) in bytes.iter().enumerate().skip(from) {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b',' | b']' if self.depth == 0 => return Some(place),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(place + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// True for what stands between elements.
fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b','
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, lines: bool) -> Vec<(u64, bool, Vec<String>)> {
        let limits = Limits { row_bytes: 500, json_keys: 3, ..Limits::default() };
        let source = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
        let decoded = Decoded::new(source, &[], 64, u64::MAX, None);
        let lie = if lines { Lie::Lines } else { Lie::Array };
        let mut rows = JsonRows::new(decoded, String::new(), lie);
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
    fn a_key_that_stands_twice_loses_no_value() {
        let twice = rows("{\"a\":1,\"b\":2,\"a\":3}\n{\"a\":4}\n", true);
        let cells = |text: [&str; 3]| text.map(str::to_owned).to_vec();
        assert_eq!(twice[0], (1, false, cells(["1", "2", "3"])));
        assert_eq!(twice[1], (2, false, cells(["4", "", ""])));
    }

    #[test]
    fn depth_and_length_are_limited() {
        let deep = format!("{}\n{{\"a\":1}}\n", "[".repeat(400));
        assert_eq!(rows(&deep, true).len(), 2);
        let long = format!("{{\"a\":\"{}\"}}\n{{\"a\":1}}\n", "x".repeat(2000));
        assert_eq!(rows(&long, true), vec![(1, true, vec![]), (2, false, vec!["1".into()])]);
        let array = format!("[{{\"a\":\"{}}},{{\"}},{{\"a\":1}},\n{{\"a\":2}}]", "x".repeat(2000));
        assert_eq!(
            rows(&array, false),
            [(1, true, vec![]), (2, false, vec!["1".into()]), (3, false, vec!["2".into()])]
        );
        let nested = format!("{{\"a\":{}1{}}}\n", "[".repeat(150), "]".repeat(150));
        assert_eq!(rows(&nested, true), vec![(1, true, vec![])]);
    }
}
