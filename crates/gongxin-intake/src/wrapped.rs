//! Records in an array that lies inside other objects, as interfaces answer: `{"data": {"list": […]}}`.
//!
//! The array is the one whose objects hold most of the catalogue's fields; it is looked for in the
//! text's beginning, down to a bounded depth, and named in a finding. Every array at that path is
//! read, also where several answers stand one behind the other.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::Finding;

use crate::header::{Spellings, Target};
use crate::rules;

/// Objects and arrays in one another that are looked through.
const DEEPEST: usize = 32;
/// Bytes of a key that are kept.
const LONGEST_KEY: usize = 200;
/// Other arrays that are named.
const MOST_OTHERS: usize = 20;
/// What an array inside an array adds to its path.
const ELEMENT: &str = "[]";

/// What lies around the array whose elements are rows.
#[derive(Debug)]
pub(crate) struct Around {
    target: String,
    walk: Walk,
    is_inside: bool,
    others: BTreeSet<String>,
    /// True once it was said where the rows lie, and once what was beside them.
    said: (bool, bool),
}

impl Around {
    /// Where in the text its rows lie; `fixed` is what a mapping says of it. None where the
    /// outermost object is itself a record, or nothing is known of any.
    pub(crate) fn find(text: &str, fixed: Option<&str>, spellings: &Spellings) -> Option<Self> {
        if !text.trim_start().starts_with('{') {
            return None;
        }
        let target = match fixed {
            Some(path) => path.to_owned(),
            None => Outline::of(text, spellings).best()?,
        };
        Some(Self {
            target,
            walk: Walk::default(),
            is_inside: false,
            others: BTreeSet::new(),
            said: (false, false),
        })
    }

    /// True between the brackets of an array of rows.
    pub(crate) fn is_inside(&self) -> bool {
        self.is_inside
    }

    /// True where something was begun that has not ended.
    pub(crate) fn is_open(&self) -> bool {
        !self.walk.frames.is_empty() || self.walk.too_deep > 0
    }

    /// Walks on, to the next array of rows or to the text's end; the bytes passed.
    pub(crate) fn go_on(&mut self, text: &str) -> usize {
        for (place, byte) in text.bytes().enumerate() {
            match self.walk.step(byte) {
                Step::Array if self.walk.path() == self.target => {
                    self.is_inside = true;
                    return place + 1;
                }
                Step::Element if self.others.len() < MOST_OTHERS => {
                    self.others.insert(self.walk.path());
                }
                _ => {}
            }
        }
        text.len()
    }

    /// The array of rows has ended.
    pub(crate) fn leave(&mut self) {
        self.is_inside = false;
        self.walk.step(b']');
    }

    /// What is to be said; each thing once.
    pub(crate) fn said(&mut self, is_over: bool) -> Option<Finding> {
        let said = if is_over { &mut self.said.1 } else { &mut self.said.0 };
        if std::mem::replace(said, true) {
            return None;
        }
        if !is_over {
            return Some(Finding::new(rules::JSON_WRAPPED).with("path", self.target.clone()));
        }
        let others: Vec<&str> = self.others.iter().map(String::as_str).collect();
        (!others.is_empty())
            .then(|| Finding::new(rules::JSON_BESIDE).with("others", others.join("、")))
    }
}

/// Which of the catalogue's fields the objects in each array have.
#[derive(Debug, Default)]
struct Outline(BTreeMap<String, BTreeSet<Target>>);

impl Outline {
    /// Looks at the text as far as it goes; it may be cut anywhere.
    fn of(text: &str, spellings: &Spellings) -> Self {
        let mut outline = Self::default();
        let mut walk = Walk::default();
        for byte in text.bytes() {
            if let Step::Key(key) = walk.step(byte)
                && let target @ Target::Field(_) = spellings.find(&key)
                && let Some(path) = walk.array()
            {
                outline.0.entry(path).or_default().insert(target);
            }
        }
        outline
    }

    /// The array that knows most. Arrays inside arrays are not looked into: their elements would
    /// be rows without what stands around them.
    fn best(self) -> Option<String> {
        let own = self.0.get("").map_or(0, BTreeSet::len);
        let arrays = self.0.into_iter().filter(|(path, _)| {
            !path.is_empty() && !path.split('.').any(|part| part.ends_with(ELEMENT))
        });
        let (path, fields) = arrays.max_by_key(|(_, fields)| fields.len())?;
        (fields.len() > own * 2).then_some(path)
    }
}

/// What a byte comes to.
enum Step {
    Nothing,
    /// A key of the innermost object.
    Key(String),
    /// An array begins.
    Array,
    /// An object begins that is an element of an array.
    Element,
}

/// A walk through a JSON text, byte by byte, that knows where it is.
#[derive(Debug, Default)]
struct Walk {
    frames: Vec<Frame>,
    /// What lies in one another beyond the depth that is kept.
    too_deep: usize,
    string: Option<Vec<u8>>,
    escaped: bool,
}

#[derive(Debug)]
struct Frame {
    is_array: bool,
    /// The key whose value comes; of an object.
    key: String,
    /// True where the next string is a key.
    wants_key: bool,
}

impl Walk {
    fn step(&mut self, byte: u8) -> Step {
        if let Some(string) = &mut self.string {
            if !self.escaped && byte == b'"' {
                let string = self.string.take().unwrap_or_default();
                return self.string_ends(&string);
            }
            self.escaped = !self.escaped && byte == b'\\';
            if string.len() < LONGEST_KEY {
                string.push(byte);
            }
            return Step::Nothing;
        }
        match byte {
            b'"' => self.string = Some(Vec::new()),
            b'{' | b'[' => return self.opens(byte == b'['),
            b'}' | b']' => {
                if self.too_deep > 0 {
                    self.too_deep -= 1;
                } else {
                    self.frames.pop();
                }
            }
            b',' if self.too_deep == 0 => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.wants_key = !frame.is_array;
                }
            }
            _ => {}
        }
        Step::Nothing
    }

    fn opens(&mut self, is_array: bool) -> Step {
        if self.frames.len() >= DEEPEST {
            self.too_deep += 1;
            return Step::Nothing;
        }
        let is_element = !is_array && self.frames.last().is_some_and(|frame| frame.is_array);
        self.frames.push(Frame { is_array, key: String::new(), wants_key: !is_array });
        match (is_array, is_element) {
            (true, _) => Step::Array,
            (false, true) => Step::Element,
            (false, false) => Step::Nothing,
        }
    }

    fn string_ends(&mut self, string: &[u8]) -> Step {
        let frame = self.frames.last_mut().filter(|frame| self.too_deep == 0 && frame.wants_key);
        let Some(frame) = frame else {
            return Step::Nothing;
        };
        frame.wants_key = false;
        // A key with escapes is what they stand for.
        let key = String::from_utf8_lossy(string).into_owned();
        frame.key = serde_json::from_str(&format!("\"{key}\"")).unwrap_or(key);
        Step::Key(frame.key.clone())
    }

    /// The keys on the way to the innermost array.
    fn path(&self) -> String {
        let depth = self.frames.iter().rposition(|frame| frame.is_array).unwrap_or_default();
        let mut path = String::new();
        for frame in self.frames.iter().take(depth) {
            if frame.is_array {
                path.push_str(ELEMENT);
            } else {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&frame.key);
            }
        }
        path
    }

    /// The path of the array whose element the innermost object is, or nothing for the outermost
    /// object.
    fn array(&self) -> Option<String> {
        match self.frames.as_slice() {
            [_] => Some(String::new()),
            [.., around, _] if around.is_array => Some(self.path()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> (Vec<String>, Vec<String>) {
        let (mut arrays, mut keys) = (Vec::new(), Vec::new());
        let mut walk = Walk::default();
        for byte in text.bytes() {
            match walk.step(byte) {
                Step::Array => arrays.push(walk.path()),
                Step::Key(key) => keys.push(key),
                _ => {}
            }
        }
        assert!(walk.frames.is_empty() && walk.too_deep == 0, "{text}");
        (arrays, keys)
    }

    #[test]
    fn a_walk_knows_where_it_is() {
        let (arrays, keys) = paths(
            r#"{"a,]": "x]\"}", "b": {"c": [{"\u4f01": [1]}, {"d": null}]}, "e": [[], "f"]}"#,
        );
        assert_eq!(arrays, ["b.c", "b.c[].\u{4f01}", "e", "e[]"]);
        assert_eq!(keys, ["a,]", "b", "c", "\u{4f01}", "d", "e"]);
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(paths(&deep).0.len(), DEEPEST);
    }
}
