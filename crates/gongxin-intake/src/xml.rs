//! XML to rows: one record is one repeated element, found by what the catalogue calls its fields.
//!
//! Names of children and attributes are the columns, or, in `<field name="…">…</field>`, what the
//! attribute says. As in JSON, columns are added as records bring new names.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

use gongxin_model::Finding;
use quick_xml::events::BytesStart;

use crate::decode::Decoded;
use crate::header::{Spellings, Target};
use crate::limits::Limits;
use crate::markup::{Fault, Markup, Token, attribute_text};
use crate::row::{RawRow, is_blank, is_blank_character};
use crate::rules;

/// Between the values of one column, where a record says it more than once.
const BETWEEN_VALUES: &str = "；";

/// Rows of an XML text.
#[derive(Debug)]
pub(crate) struct XmlRows {
    markup: Markup<Text>,
    /// The path of the element that is a record.
    record: Vec<String>,
    /// The path of the element that is open.
    path: Vec<String>,
    number: u64,
    keys: Vec<String>,
    /// The column of each path inside a record.
    columns: BTreeMap<String, usize>,
    /// Names that stand at more than one path inside a record: they are told by their path.
    shared: BTreeSet<String>,
    /// The paths inside a record of elements that are all called alike, and how they are told
    /// apart.
    named_by: BTreeMap<String, NamedBy>,
    /// What the record that is being read says in each column.
    cells: Vec<String>,
    /// Bytes of what it says.
    bytes: usize,
    /// True once a key was left out because there are too many.
    pub(crate) keys_over: bool,
}

impl XmlRows {
    /// Finds the record among the elements of `text`, from which reading goes on. Where no element
    /// has a field of the catalogue there are no rows.
    pub(crate) fn new(
        decoded: Decoded,
        text: String,
        fixed: Option<&str>,
        spellings: &Spellings,
        limits: &Limits,
    ) -> Result<Self, Finding> {
        let outline = Outline::of(&text, spellings, limits)?;
        let found = match fixed {
            Some(path) => path.trim_matches('/').to_owned(),
            None => outline.record(spellings).unwrap_or_default(),
        };
        Ok(Self {
            markup: Markup::new(Text { decoded, text, place: 0 }, limits.depth, limits.row_bytes),
            shared: outline.shared(&found),
            named_by: outline.named_by(&found),
            record: found.split('/').map(str::to_owned).collect(),
            path: Vec::new(),
            number: 0,
            keys: Vec::new(),
            columns: BTreeMap::new(),
            cells: Vec::new(),
            bytes: 0,
            keys_over: false,
        })
    }

    /// The columns seen so far.
    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// What is read from.
    pub(crate) fn decoded(&self) -> &Decoded {
        &self.markup.source().decoded
    }

    /// Reads the next record; false at the end.
    pub(crate) fn next(&mut self, row: &mut RawRow, limits: &Limits) -> Result<bool, Finding> {
        self.next_record(row, limits).map_err(|fault| broken(fault, self.number, limits))
    }

    fn next_record(&mut self, row: &mut RawRow, limits: &Limits) -> Result<bool, Fault> {
        loop {
            match self.markup.next()? {
                Token::Open(element) => {
                    self.path.push(element.local_name().as_ref().to_owned());
                    if self.path == self.record {
                        self.number += 1;
                        row.reset(self.number);
                        let attributes = attributes(&element)?;
                        self.record_in(attributes, row, limits)?;
                        return Ok(true);
                    }
                }
                Token::Close => {
                    self.path.pop();
                }
                Token::End => return Ok(false),
                Token::Text(_) | Token::Nothing => {}
            }
        }
    }

    /// Reads a record to its end.
    fn record_in(
        &mut self,
        attributes_of_it: Vec<(String, String)>,
        row: &mut RawRow,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let outside = self.path.len();
        self.cells.iter_mut().for_each(String::clear);
        self.bytes = 0;
        self.take_all("", attributes_of_it, limits);
        let mut open = vec![OpenElement::default()];
        while self.path.len() >= outside {
            match self.markup.next()? {
                Token::Open(element) => {
                    self.path.push(element.local_name().as_ref().to_owned());
                    let attributes = attributes(&element)?;
                    open.push(self.open_element(outside, attributes, limits));
                }
                Token::Close => {
                    let OpenElement { text, name, value } = open.pop().unwrap_or_default();
                    let text = if is_blank(&text) { value } else { text };
                    if let Some(OpenElement { text: around, name: Some(_), .. }) = open.last_mut()
                        && name.is_none()
                    {
                        // What is in an element that has a name stands for it.
                        around.push_str(&text);
                    } else if !is_blank(&text) {
                        let path = match name {
                            Some(name) => format!("{}/{name}", self.inside(outside)),
                            None => self.inside(outside),
                        };
                        self.take(&path, &text, limits);
                    }
                    self.path.pop();
                }
                Token::Text(text) => {
                    // A record that is too long is passed over, not kept.
                    if self.bytes <= limits.row_bytes
                        && let Some(own) = open.last_mut()
                    {
                        self.bytes += text.len();
                        own.text.push_str(&text);
                    }
                }
                Token::Nothing => {}
                Token::End => break,
            }
        }
        if self.bytes > limits.row_bytes {
            row.trouble.too_long = true;
        } else {
            self.cells.iter().for_each(|cell| row.push(cell));
        }
        Ok(())
    }

    /// Takes an element's attributes, of which one may say which field it is.
    fn open_element(
        &mut self,
        outside: usize,
        mut attributes: Vec<(String, String)>,
        limits: &Limits,
    ) -> OpenElement {
        let path = self.inside(outside);
        let mut element = OpenElement::default();
        if let Some(NamedBy { name, value }) = self.named_by.get(&path) {
            let mut of = |attribute: &str| {
                let place = attributes.iter().position(|(name, _)| name == attribute)?;
                Some(attributes.swap_remove(place).1)
            };
            element.name = of(name).map(|name| name.replace('/', "／"));
            element.value = value.as_deref().and_then(of).unwrap_or_default();
            self.bytes += element.value.len();
        }
        // Beside its name an element says of its field what kind it is, and the like.
        if element.name.is_none() {
            self.take_all(&path, attributes, limits);
        }
        element
    }

    /// The path inside the record.
    fn inside(&self, outside: usize) -> String {
        self.path.get(outside..).unwrap_or_default().join("/")
    }

    fn take_all(&mut self, path: &str, attributes: Vec<(String, String)>, limits: &Limits) {
        for (name, value) in attributes {
            self.bytes += value.len();
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            if !is_blank(&value) && self.bytes <= limits.row_bytes {
                self.take(&path, &value, limits);
            }
        }
    }

    /// Keeps a value in the column of its path.
    fn take(&mut self, path: &str, value: &str, limits: &Limits) {
        let place = match self.columns.get(path) {
            Some(place) => *place,
            None if self.keys.len() >= limits.json_keys => {
                self.keys_over = true;
                return;
            }
            None => {
                let key = self.key(path);
                self.columns.insert(path.to_owned(), self.keys.len());
                self.keys.push(key);
                self.cells.push(String::new());
                self.keys.len() - 1
            }
        };
        if let Some(cell) = self.cells.get_mut(place) {
            if !cell.is_empty() {
                cell.push_str(BETWEEN_VALUES);
                self.bytes += BETWEEN_VALUES.len();
            }
            cell.push_str(value.trim_matches(is_blank_character));
        }
    }

    /// The name of a new column: its own where nothing else has it, else its path.
    fn key(&self, path: &str) -> String {
        let own = last(path);
        if own.is_empty() {
            return self.record.last().cloned().unwrap_or_default();
        }
        let is_taken = self.shared.contains(own) || self.keys.iter().any(|key| key == own);
        if is_taken { path.to_owned() } else { own.to_owned() }
    }
}

/// How elements that are all called alike are told apart.
#[derive(Debug)]
struct NamedBy {
    /// The attribute that says which field it is.
    name: String,
    /// The attribute that says what is in it, where its text does not.
    value: Option<String>,
}

/// An element inside a record that has not ended.
#[derive(Debug, Default)]
struct OpenElement {
    text: String,
    /// The field it is, where an attribute says so.
    name: Option<String>,
    /// What is in it, where another attribute says so.
    value: String,
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The attributes that say something of the record.
fn attributes(element: &BytesStart<'_>) -> Result<Vec<(String, String)>, Fault> {
    let mut all = Vec::new();
    for attribute in element.attributes() {
        let attribute =
            attribute.map_err(|_| Fault::Broken("attributes that cannot be read".to_owned()))?;
        let name = attribute.key.as_ref();
        // What a schema says of an element, and where its names come from, is no value.
        if name == "xmlns" || name.starts_with("xmlns:") || name.starts_with("xsi:") {
            continue;
        }
        let value = attribute_text(&attribute.value)?.into_owned();
        all.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Ok(all)
}

fn broken(fault: Fault, after: u64, limits: &Limits) -> Finding {
    let finding = match fault {
        Fault::DocumentType => Finding::new(rules::XML_DOCUMENT_TYPE),
        Fault::Entity(name) => Finding::new(rules::XML_ENTITY).with("name", name),
        Fault::Depth => Finding::new(rules::XML_DEPTH).with("limit", limits.depth.to_string()),
        Fault::TooLong => {
            Finding::new(rules::XML_TOKEN).with("limit", limits.row_bytes.to_string())
        }
        Fault::Broken(cause) => Finding::new(rules::XML_BROKEN).with("cause", cause),
        Fault::Source(error) => Finding::new(rules::SOURCE_BROKEN).with("cause", error.to_string()),
    };
    finding.with("after", after.to_string())
}

/// What the beginning of a text says of its elements, by their paths.
#[derive(Debug, Default)]
struct Outline {
    elements: BTreeMap<String, Seen>,
    /// What the attributes of the elements at a path say.
    attributes: BTreeMap<String, BTreeMap<String, Said>>,
    /// The paths of elements with text in them.
    texts: BTreeSet<String>,
}

/// What an attribute says.
#[derive(Debug, Default)]
struct Said {
    fields: BTreeSet<Target>,
    values: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Seen {
    count: u64,
    /// The paths inside it, of its children and of theirs, and of their attributes.
    inside: BTreeSet<String>,
}

impl Outline {
    /// Looks at the text as far as it goes; it may be cut anywhere.
    fn of(text: &str, spellings: &Spellings, limits: &Limits) -> Result<Self, Finding> {
        let mut outline = Self::default();
        let mut markup = Markup::new(text.as_bytes(), limits.depth, limits.row_bytes);
        let mut path: Vec<String> = Vec::new();
        loop {
            match markup.next() {
                Ok(Token::Open(element)) => {
                    path.push(element.local_name().as_ref().to_owned());
                    outline.see(&path);
                    for (name, value) in attributes(&element).unwrap_or_default() {
                        let said = outline.attributes.entry(path.join("/")).or_default();
                        let said = said.entry(name.clone()).or_default();
                        said.values.insert(value.clone());
                        if let field @ Target::Field(_) = spellings.find(&value)
                            && !value.contains('/')
                        {
                            said.fields.insert(field);
                            // The element stands for the field; it is not what holds it.
                            path.push(value);
                            outline.see_inside(&path, 2);
                            path.pop();
                        }
                        path.push(name);
                        outline.see_inside(&path, 1);
                        path.pop();
                    }
                }
                Ok(Token::Close) => {
                    path.pop();
                }
                Ok(Token::End) | Err(Fault::Broken(_) | Fault::Source(_)) => return Ok(outline),
                Ok(Token::Text(text)) if !is_blank(&text) => {
                    let around = path.split_last().map(|(_, around)| around.join("/"));
                    outline.texts.extend([path.join("/")].into_iter().chain(around));
                }
                Ok(Token::Text(_) | Token::Nothing) => {}
                Err(fault) => return Err(broken(fault, 0, limits)),
            }
        }
    }

    fn see(&mut self, path: &[String]) {
        self.elements.entry(path.join("/")).or_default().count += 1;
        self.see_inside(path, 1);
    }

    /// Tells the elements around it, from so many levels up, and as far up as a record's fields may
    /// lie below it.
    fn see_inside(&mut self, path: &[String], from: usize) {
        const LEVELS: usize = 3;
        for level in from..=LEVELS.min(path.len().saturating_sub(1)) {
            let (around, inside) = path.split_at(path.len() - level);
            let around = self.elements.entry(around.join("/")).or_default();
            around.inside.insert(inside.join("/"));
        }
    }

    /// The path of the element that is a record: it repeats, and holds more of the catalogue's
    /// fields than any other. An element that stands once is one where none that repeats holds
    /// half as much.
    fn record(&self, spellings: &Spellings) -> Option<String> {
        let fields = |seen: &Seen, deepest: usize| -> usize {
            let near = seen.inside.iter().filter(|path| path.matches('/').count() < deepest);
            let targets = near.map(|path| spellings.find(last(path)));
            targets.filter(|one| matches!(one, Target::Field(_))).collect::<BTreeSet<_>>().len()
        };
        let rank = |(path, seen): (&String, &Seen)| {
            (fields(seen, usize::MAX), fields(seen, 1), path.matches('/').count(), path.clone())
        };
        let all = || self.elements.iter().filter(|(_, seen)| fields(seen, usize::MAX) > 0);
        let best = all().map(rank).max()?;
        let repeated = all().filter(|(_, seen)| seen.count > 1).map(rank).max();
        Some(repeated.filter(|one| one.0 * 2 >= best.0).unwrap_or(best).3)
    }

    /// The elements inside a record that an attribute tells apart, where it names several fields.
    fn named_by(&self, record: &str) -> BTreeMap<String, NamedBy> {
        let of = |(path, attributes): (&String, &BTreeMap<String, Said>)| {
            let inside = path.strip_prefix(record)?.strip_prefix('/')?;
            let (name, said) = attributes.iter().max_by_key(|(_, said)| said.fields.len())?;
            let others = attributes.iter().filter(|(other, _)| *other != name);
            let value = others.max_by_key(|(_, said)| said.values.len());
            let value = value.map(|(other, _)| other.clone());
            let value = value.filter(|_| !self.texts.contains(path));
            (said.fields.len() > 1)
                .then(|| (inside.to_owned(), NamedBy { name: name.clone(), value }))
        };
        self.attributes.iter().filter_map(of).collect()
    }

    /// Names that stand at more than one path inside a record.
    fn shared(&self, record: &str) -> BTreeSet<String> {
        let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
        for path in self.elements.get(record).iter().flat_map(|seen| &seen.inside) {
            if !once.insert(last(path)) {
                twice.insert(last(path).to_owned());
            }
        }
        twice
    }
}

/// A decoded text as bytes.
#[derive(Debug)]
struct Text {
    decoded: Decoded,
    text: String,
    place: usize,
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Text {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.place >= self.text.len() && !self.decoded.ended {
            self.text.clear();
            self.place = 0;
            self.decoded.fill(&mut self.text)?;
        }
        Ok(self.text.as_bytes().get(self.place..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.place += count;
    }
}
