//! The fields of the index and the queries over them.
//!
//! Names of two characters are common, so that pairs of characters and single characters are the
//! terms. A name is framed by two signs that no normal form holds: a pair that begins with the
//! opening one is the beginning of a name.

use tantivy::query::{BooleanQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{TantivyDocument, Term};

use gongxin_model::SubjectNo;
use gongxin_model::names::{Class, Wanted};
use gongxin_model::text::normalise_name;

use crate::limits::NAME_CHARACTERS_LIMIT;

const OPENING: char = '\u{2}';
const CLOSING: char = '\u{3}';

/// The fields that hold one kind of names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameFields {
    whole: Field,
    pairs: Field,
    singles: Field,
}

/// All fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) subject: Field,
    name: Field,
    length: Field,
    pub(crate) current: NameFields,
    pub(crate) former: NameFields,
}

/// The name of the field that holds the subject number.
pub(crate) const SUBJECT: &str = "subject";
/// The name of the field that holds the place of the name among the subject's.
pub(crate) const NAME: &str = "name";
/// The name of the field that holds the length of the normal form, in characters.
pub(crate) const LENGTH: &str = "length";

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let subject = builder.add_i64_field(SUBJECT, INDEXED | FAST);
    let name = builder.add_u64_field(NAME, FAST);
    let length = builder.add_u64_field(LENGTH, FAST);
    let text = |record| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_fieldnorms(false)
                .set_index_option(record),
        )
    };
    let mut names = |kind: &str| NameFields {
        whole: builder.add_text_field(&format!("{kind}_whole"), text(IndexRecordOption::Basic)),
        pairs: builder.add_text_field(
            &format!("{kind}_pairs"),
            text(IndexRecordOption::WithFreqsAndPositions),
        ),
        singles: builder.add_text_field(&format!("{kind}_singles"), text(IndexRecordOption::Basic)),
    };
    let (current, former) = (names("current"), names("former"));
    let fields = Fields { subject, name, length, current, former };
    (builder.build(), fields)
}

impl Fields {
    /// The document of one name; `None` if nothing of the name can be searched for.
    pub(crate) fn document(
        &self,
        subject: SubjectNo,
        place: usize,
        name: &str,
        is_current: bool,
    ) -> Option<TantivyDocument> {
        let normal: String = normalise_name(name).chars().take(NAME_CHARACTERS_LIMIT).collect();
        if normal.is_empty() {
            return None;
        }
        let of = if is_current { self.current } else { self.former };
        let mut document = TantivyDocument::new();
        document.add_i64(self.subject, subject.0);
        document.add_u64(self.name, place as u64);
        document.add_u64(self.length, normal.chars().count() as u64);
        document.add_pre_tokenized_text(of.pairs, tokens(pairs(&framed(&normal))));
        document.add_pre_tokenized_text(of.singles, tokens(singles(&normal)));
        document.add_text(of.whole, normal);
        Some(document)
    }
}

fn framed(normal: &str) -> String {
    format!("{OPENING}{normal}{CLOSING}")
}

fn pairs(text: &str) -> Vec<String> {
    text.chars()
        .zip(text.chars().skip(1))
        .map(|(first, second)| [first, second].iter().collect())
        .collect()
}

fn singles(text: &str) -> Vec<String> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.into_iter().map(String::from).collect()
}

/// Tokens in their order. The text itself is left out: nothing is stored.
fn tokens(terms: Vec<String>) -> PreTokenizedString {
    let tokens = terms
        .into_iter()
        .enumerate()
        .map(|(position, text)| Token {
            offset_from: 0,
            offset_to: 0,
            position,
            text,
            position_length: 1,
        })
        .collect();
    PreTokenizedString { text: String::new(), tokens }
}

impl NameFields {
    /// The query for names of a class; `None` where the class adds nothing to the ones before.
    pub(crate) fn query(&self, wanted: &Wanted, class: Class) -> Option<Box<dyn Query>> {
        match class {
            Class::Exact => Some(self.term(self.whole, &wanted.whole)),
            Class::Prefix => Some(self.contains(&format!("{OPENING}{}", wanted.whole))),
            Class::Contains => Some(self.contains(&wanted.whole)),
            Class::Parts if wanted.parts.len() > 1 => {
                let all = wanted.parts.iter().map(|part| self.contains(part));
                Some(Box::new(BooleanQuery::intersection(all.collect())))
            }
            Class::Parts => None,
        }
    }

    fn contains(&self, text: &str) -> Box<dyn Query> {
        let pairs = pairs(text);
        match pairs.as_slice() {
            [] => self.term(self.singles, text),
            [pair] => self.term(self.pairs, pair),
            _ => Box::new(PhraseQuery::new(
                pairs.iter().map(|pair| Term::from_field_text(self.pairs, pair)).collect(),
            )),
        }
    }

    fn term(&self, field: Field, text: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(field, text);
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    }
}
