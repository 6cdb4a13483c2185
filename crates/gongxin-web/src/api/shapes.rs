//! The shapes that several operations share. Keys in snake case, days `YYYY-MM-DD`, times RFC
//! 3339 in UTC; absent values are `null`, never left out.

use gongxin_app::public::shown::{
    Coded, ShownFact, ShownFormerName, ShownLink, ShownRow, Total, Words,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// The page of a list, for the document; visits are read by themselves.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "names and types of parameters, for the document alone")]
pub(crate) struct PageParameters {
    /// Items on a page; 50 unless told.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Words in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Text {
    /// Chinese, the language of record.
    zh: String,
    /// English, where there is any.
    en: Option<String>,
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Self { zh: words.zh, en: words.en }
    }
}

impl From<gongxin_app::Text> for Text {
    fn from(text: gongxin_app::Text) -> Self {
        Words::new(text.zh, text.en).into()
    }
}

/// A value of a code list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodedText {
    /// The code as on the wire.
    code: String,
    /// What it means.
    words: Text,
}

impl From<Coded> for CodedText {
    fn from(coded: Coded) -> Self {
        Self { code: coded.code, words: coded.words.into() }
    }
}

/// How many a whole list has.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct Count {
    /// The number.
    number: u64,
    /// False where there are more than that.
    exact: bool,
}

impl From<Total> for Count {
    fn from(total: Total) -> Self {
        match total {
            Total::Exactly(number) => Self { number, exact: true },
            Total::MoreThan(number) => Self { number, exact: false },
        }
    }
}

/// An organisation and its code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reference {
    /// The present code.
    code: String,
    /// The present name.
    name: String,
}

impl Reference {
    pub(crate) const fn new(code: String, name: String) -> Self {
        Self { code, name }
    }
}

impl From<ShownLink> for Reference {
    fn from(link: ShownLink) -> Self {
        Self::new(link.code, link.name)
    }
}

/// A name used earlier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormerName {
    /// The name.
    name: String,
    /// The first day it was used, where known.
    #[schema(format = Date)]
    from: Option<String>,
    /// The last day it was used, where known.
    #[schema(format = Date)]
    until: Option<String>,
}

impl From<ShownFormerName> for FormerName {
    fn from(former: ShownFormerName) -> Self {
        let day = |day: Option<gongxin_model::Day>| day.map(|day| day.to_string());
        Self { name: former.name, from: day(former.from), until: day(former.until) }
    }
}

/// One fact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fact {
    /// The field's code as on the wire.
    field: String,
    /// The field's label.
    label: Text,
    /// The values; none where the source left the field empty.
    values: Vec<Text>,
}

impl From<ShownFact> for Fact {
    fn from(fact: ShownFact) -> Self {
        Self {
            field: fact.field,
            label: fact.label.into(),
            values: fact.values.into_iter().map(Text::from).collect(),
        }
    }
}

/// One record in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Row {
    /// The record's id, for `/api/v1/records/{id}`.
    id: String,
    /// The catalogue's id.
    #[schema(example = "penalty")]
    catalogue: String,
    /// The document's number as written.
    document_number: Option<String>,
    /// What the record is called, where its class says by what, or it has no number.
    title: Option<String>,
    /// The deciding authority.
    authority: Option<String>,
    /// The day of the decision.
    #[schema(format = Date)]
    decided_on: Option<String>,
    /// Always `published`: what is not is not shown.
    #[schema(example = "published")]
    standing: &'static str,
    /// The last day it is shown; `null` where it has no end.
    #[schema(format = Date)]
    published_until: Option<String>,
    /// True while an objection against it is being checked.
    disputed: bool,
}

/// The one standing that strangers see.
pub(crate) const PUBLISHED: &str = "published";

impl From<ShownRow> for Row {
    fn from(row: ShownRow) -> Self {
        Self {
            id: row.id.to_string(),
            catalogue: row.catalogue.code,
            document_number: row.document_number,
            title: row.title,
            authority: row.authority,
            decided_on: row.decided_on.map(|day| day.to_string()),
            standing: PUBLISHED,
            published_until: row.published_until.map(|day| day.to_string()),
            disputed: row.disputed,
        }
    }
}
