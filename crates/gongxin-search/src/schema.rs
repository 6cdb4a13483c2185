//! The fields of the index, and what a document has in them.
//!
//! Names of two characters are common, so that pairs of characters and single characters are the
//! terms, each at its place in the name. A name is framed by two signs that no name holds: a pair
//! that begins with the opening one is the beginning of a name. Of its sounds every syllable is a
//! term, and each pair of first letters, at the place of its character.

use gongxin_model::SubjectNo;
use gongxin_model::names::{NameDocument, Particulars, initial, regions_of, search_form, sounds};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::limits::NAME_CHARACTERS_LIMIT;

pub(crate) const OPENING: char = '\u{2}';
pub(crate) const CLOSING: char = '\u{3}';

/// The columns, by name.
pub(crate) mod column {
    /// The subject's number.
    pub(crate) const SUBJECT: &str = "subject";
    /// The place of the name among the subject's.
    pub(crate) const NAME: &str = "name";
    /// The length of the form in which it is searched, in characters.
    pub(crate) const LENGTH: &str = "length";
    /// Whether the subject no longer bears it.
    pub(crate) const FORMER: &str = "former";
    /// The first day of its first name, as the number `YYYYMMDD`.
    pub(crate) const REGISTERED: &str = "registered";
    /// Whether no registration was received yet.
    pub(crate) const PROVISIONAL: &str = "provisional";
    /// The division.
    pub(crate) const REGION: &str = "region";
    /// The kind of subject.
    pub(crate) const KIND: &str = "kind";
    /// The legal form.
    pub(crate) const FORM: &str = "form";
    /// The registration state.
    pub(crate) const STATE: &str = "state";
}

/// All fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) subject: Field,
    name: Field,
    length: Field,
    former: Field,
    registered: Field,
    provisional: Field,
    /// Single characters and pairs of them.
    pub(crate) letters: Field,
    /// Syllables and pairs of first letters.
    pub(crate) sounds: Field,
    region: Field,
    /// The division and those it lies in.
    pub(crate) within: Field,
    pub(crate) kind: Field,
    pub(crate) form: Field,
    pub(crate) state: Field,
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexed = |record| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_fieldnorms(false)
                .set_index_option(record),
        )
    };
    let placed = || indexed(IndexRecordOption::WithFreqsAndPositions);
    let plain = || indexed(IndexRecordOption::Basic);
    let whole = || plain().set_fast("raw");
    let fields = Fields {
        subject: builder.add_i64_field(column::SUBJECT, INDEXED | FAST),
        name: builder.add_u64_field(column::NAME, FAST),
        length: builder.add_u64_field(column::LENGTH, FAST),
        former: builder.add_bool_field(column::FORMER, FAST),
        registered: builder.add_i64_field(column::REGISTERED, FAST),
        provisional: builder.add_bool_field(column::PROVISIONAL, FAST),
        letters: builder.add_text_field("letters", placed()),
        sounds: builder.add_text_field("sounds", placed()),
        region: builder.add_text_field(column::REGION, TextOptions::default().set_fast("raw")),
        within: builder.add_text_field("within", plain()),
        kind: builder.add_text_field(column::KIND, whole()),
        form: builder.add_text_field(column::FORM, whole()),
        state: builder.add_text_field(column::STATE, whole()),
    };
    (builder.build(), fields)
}

impl Fields {
    /// The documents of a subject: one of each name of which something can be searched for.
    pub(crate) fn documents(&self, of: &NameDocument) -> Vec<TantivyDocument> {
        let names = of.names.iter().enumerate();
        names
            .filter_map(|(place, (name, is_current))| {
                let mut document = self.named(name)?;
                self.describe(&mut document, of.subject, &of.particulars);
                document.add_u64(self.name, place as u64);
                document.add_bool(self.former, !is_current);
                Some(document)
            })
            .collect()
    }

    fn named(&self, name: &str) -> Option<TantivyDocument> {
        let form: String = search_form(name).chars().take(NAME_CHARACTERS_LIMIT).collect();
        if form.is_empty() {
            return None;
        }
        let mut document = TantivyDocument::new();
        document.add_u64(self.length, form.chars().count() as u64);
        document.add_pre_tokenized_text(self.letters, tokens(letters(&form)));
        document.add_pre_tokenized_text(self.sounds, tokens(sounded(&sounds(&form))));
        Some(document)
    }

    fn describe(&self, document: &mut TantivyDocument, subject: SubjectNo, of: &Particulars) {
        document.add_i64(self.subject, subject.0);
        document.add_bool(self.provisional, of.provisional);
        if let Some(day) = of.registered_on {
            let (year, month, day) = day.parts();
            let number = i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
            document.add_i64(self.registered, number);
        }
        document.add_text(self.region, &of.region);
        for region in regions_of(&of.region) {
            document.add_text(self.within, region);
        }
        document.add_text(self.kind, &of.kind);
        document.add_text(self.form, &of.form);
        document.add_text(self.state, &of.state);
    }
}

/// A text between the signs of beginning and end.
pub(crate) fn framed(form: &str) -> String {
    format!("{OPENING}{form}{CLOSING}")
}

/// The term of two characters side by side.
pub(crate) fn pair(first: char, second: char) -> String {
    [first, second].iter().collect()
}

/// The term of the first letters of two syllables side by side; no syllable looks like it.
pub(crate) fn initials(first: char, second: char) -> String {
    ['-', first, second].iter().collect()
}

/// Every single character and every pair of a name, with its place.
fn letters(form: &str) -> Vec<(usize, String)> {
    let framed = framed(form);
    let mut terms = Vec::with_capacity(framed.len());
    let mut rest = framed.chars().enumerate().peekable();
    while let Some((place, letter)) = rest.next() {
        if letter != OPENING && letter != CLOSING {
            terms.push((place, letter.to_string()));
        }
        if let Some((_, next)) = rest.peek() {
            terms.push((place, pair(letter, *next)));
        }
    }
    terms
}

/// Every reading of every character, and every pair of first letters.
fn sounded(sounds: &[Vec<String>]) -> Vec<(usize, String)> {
    let mut terms = Vec::with_capacity(sounds.len() * 3);
    for (place, readings) in sounds.iter().enumerate() {
        terms.extend(readings.iter().map(|reading| (place, reading.clone())));
        let mut pairs: Vec<String> = readings
            .iter()
            .zip(std::iter::repeat(sounds.get(place + 1)))
            .filter_map(|(own, next)| Some((own, next?)))
            .flat_map(|(own, next)| next.iter().map(|next| initials(initial(own), initial(next))))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        terms.extend(pairs.into_iter().map(|pair| (place, pair)));
    }
    terms
}

/// Tokens at their places. The text itself is left out: nothing is stored.
fn tokens(terms: Vec<(usize, String)>) -> PreTokenizedString {
    let token = |(position, text)| Token {
        offset_from: 0,
        offset_to: 0,
        position,
        text,
        position_length: 1,
    };
    PreTokenizedString { text: String::new(), tokens: terms.into_iter().map(token).collect() }
}
