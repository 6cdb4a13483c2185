//! Notices and guides: texts of the platform's stewards, worked on as drafts, published on a day.

use gongxin_model::{About, Body, Day, Field, Instant};
use gongxin_store::{ArticleRow, Reader, Writer};
use serde::{Deserialize, Serialize};

use crate::gate::{ArticleManage, Permit};
pub use crate::public::shown::ArticleKind;
use crate::{Office, OfficeError};

/// The longest title, in characters.
const TITLE_CHARACTERS: usize = 120;
/// The longest name of a body that issues, in characters.
const ISSUER_CHARACTERS: usize = 120;
/// The longest text of one language, in bytes.
const TEXT_BYTES: usize = 256 * 1024;
/// The longest reason for taking one back, in characters.
const REASON_CHARACTERS: usize = 200;
/// The longest word in addresses, in characters.
const SLUG_CHARACTERS: usize = 64;

/// Why a notice or guide is not kept or shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArticleFault {
    /// Its word cannot stand in an address.
    #[error(
        "`{0}` cannot stand in an address: small letters, digits, hyphens between them, at most \
         {SLUG_CHARACTERS}"
    )]
    Slug(String),
    /// The word is taken by one of another kind.
    #[error("`{0}` is a {1} already")]
    Taken(String, String),
    /// A title is missing or too long.
    #[error("a title is one line of 1 to {TITLE_CHARACTERS} characters")]
    Title(Part),
    /// The name of who issues it is too long.
    #[error("an issuer is one line of 1 to {ISSUER_CHARACTERS} characters")]
    Issuer(Part),
    /// There is no text.
    #[error("there is no text")]
    Empty(Part),
    /// A text is too long.
    #[error("the text has {1} bytes; at most {TEXT_BYTES}")]
    Long(Part, usize),
    /// A text holds what reads like a person's number.
    #[error("line {2} holds what reads like a {1}; numbers of persons are never kept")]
    Personal(Part, &'static str, usize),
    /// Its last day is before its first.
    #[error("its last day is before its first")]
    Backwards,
    /// Readers see nothing of it.
    #[error("`{0}` is not published")]
    Unpublished(String),
    /// A reason is missing or too long, or holds what reads like a person's number.
    #[error(
        "a reason is one line of 1 to {REASON_CHARACTERS} characters without numbers of persons"
    )]
    Reason,
}

/// In which language something does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 中文.
    Chinese,
    /// English.
    English,
}

/// A notice or guide in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleText {
    /// Its title, without markup.
    pub title: String,
    /// The body that issues it, as an office, never a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Its text in CommonMark with tables. Raw HTML and pictures are shown as the text they are.
    pub text: String,
}

/// A notice or guide: 中文, the language of record, and English where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// 中文.
    pub zh: ArticleText,
    /// English; absent where there is none, and then the Chinese is shown as Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<ArticleText>,
}

/// A notice or guide as it is listed for those who look after it.
#[derive(Debug, Clone, Serialize)]
pub struct ArticleItem {
    /// Its word in addresses.
    pub slug: String,
    /// What kind of text it is.
    pub kind: ArticleKind,
    /// When it was last altered.
    pub altered: Instant,
    /// What is worked on; absent where that is what readers see.
    pub draft: Option<Article>,
    /// What readers see; absent where they see nothing.
    pub published: Option<Article>,
    /// The first day that readers see it.
    pub shown_from: Option<Day>,
    /// The last day that readers see it; absent where it has no end.
    pub shown_through: Option<Day>,
}

impl ArticleItem {
    fn of(row: ArticleRow) -> Result<Self, OfficeError> {
        Ok(Self {
            kind: kind_of(&row)?,
            draft: row.draft.as_deref().map(read).transpose()?,
            published: row.body.as_deref().map(read).transpose()?,
            slug: row.slug,
            altered: row.at,
            shown_from: row.shown_from,
            shown_through: row.shown_until.map(|day| day.plus_days(-1)),
        })
    }
}

impl Office {
    /// All notices and guides, by their words in addresses.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn articles(&self, _: &Permit<ArticleManage>) -> Result<Vec<ArticleItem>, OfficeError> {
        self.store.read(|reader| reader.articles()?.into_iter().map(ArticleItem::of).collect())
    }

    /// One notice or guide.
    ///
    /// # Errors
    /// There is no such text, or the store cannot be read.
    pub fn article(
        &self,
        _: &Permit<ArticleManage>,
        slug: &str,
    ) -> Result<ArticleItem, OfficeError> {
        self.store
            .read(|reader| ArticleItem::of(reader.article(slug)?.ok_or_else(|| absent(slug))?))
    }

    /// Sees that a text could be kept and shown to everybody, without keeping it.
    ///
    /// # Errors
    /// As [`Office::draft_article`].
    pub fn check_article(
        &self,
        _: &Permit<ArticleManage>,
        slug: &str,
        article: &Article,
    ) -> Result<(), OfficeError> {
        check_slug(slug)?;
        self.store.read(|reader| self.check(reader, article))
    }

    /// Keeps a draft beside what readers see, which it does not touch.
    ///
    /// # Errors
    /// The word, a title or a text does not fit, a text holds a person's number, or the word is one
    /// of another kind.
    pub fn draft_article(
        &self,
        permit: &Permit<ArticleManage>,
        (slug, kind): (&str, ArticleKind),
        article: &Article,
    ) -> Result<(), OfficeError> {
        check_slug(slug)?;
        self.store.write(self.clock.now(), |writer| {
            self.check(writer, article)?;
            let now = writer.now();
            let row = match writer.article(slug)? {
                Some(row) if kind_of(&row)? != kind => {
                    return Err(ArticleFault::Taken(slug.to_owned(), row.kind).into());
                }
                Some(row) => ArticleRow { draft: Some(written(article)?), at: now, ..row },
                None => ArticleRow {
                    slug: slug.to_owned(),
                    kind: kind.word().to_owned(),
                    draft: Some(written(article)?),
                    body: None,
                    at: now,
                    seq: None,
                    shown_from: None,
                    shown_until: None,
                },
            };
            Ok::<_, OfficeError>(writer.put_article(&row)?)
        })?;
        self.acted(permit, slug, "draft")
    }

    /// Shows what was drafted, or again what was shown, on days from `from` (today when left out)
    /// through the last one. It is kept as an entry.
    ///
    /// # Errors
    /// There is no such text, or its last day is before its first.
    pub fn publish_article(
        &self,
        permit: &Permit<ArticleManage>,
        slug: &str,
        (from, through): (Option<Day>, Option<Day>),
    ) -> Result<(), OfficeError> {
        let actor = permit.actor();
        let days = self.store.write(self.clock.now(), |writer| {
            let row = writer.article(slug)?.ok_or_else(|| absent(slug))?;
            let from = from.unwrap_or_else(|| writer.now().day());
            if through.is_some_and(|through| through < from) {
                return Err(ArticleFault::Backwards.into());
            }
            let Some(body) = row.draft.clone().or_else(|| row.body.clone()) else {
                return Err(absent(slug));
            };
            let until = through.map(|day| day.plus_days(1));
            let fields = vec![
                Field::text("article", slug),
                Field::text("kind", row.kind.clone()),
                Field::text("text", body.clone()),
                Field::text("from", from.to_string()),
                Field::text("until", until.map(|day| day.to_string()).unwrap_or_default()),
            ];
            let seq = self.configure_as(writer, actor, fields)?;
            writer.put_article(&ArticleRow {
                draft: None,
                body: Some(body),
                at: writer.now(),
                seq: Some(seq),
                shown_from: Some(from),
                shown_until: until,
                ..row
            })?;
            let through = through.map(|day| format!(" through {day}")).unwrap_or_default();
            Ok::<_, OfficeError>(format!("publish from {from}{through}"))
        })?;
        self.acted(permit, slug, &days)
    }

    /// Takes back what readers see; it goes on as a draft. It is kept as an entry.
    ///
    /// # Errors
    /// There is no such text, or readers see nothing of it.
    pub fn withdraw_article(
        &self,
        permit: &Permit<ArticleManage>,
        slug: &str,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let actor = permit.actor();
        self.store.write(self.clock.now(), |writer| {
            self.check_reason(writer, reason)?;
            let row = writer.article(slug)?.ok_or_else(|| absent(slug))?;
            let Some(body) = row.body.clone() else {
                return Err(ArticleFault::Unpublished(slug.to_owned()).into());
            };
            let fields = vec![
                Field::text("article", slug),
                Field::text("kind", row.kind.clone()),
                Field::text("reason", reason),
            ];
            let seq = self.configure_as(writer, actor, fields)?;
            writer.put_article(&ArticleRow {
                draft: row.draft.clone().or(Some(body)),
                body: None,
                at: writer.now(),
                seq: Some(seq),
                shown_from: None,
                shown_until: None,
                ..row
            })?;
            Ok::<_, OfficeError>(())
        })?;
        self.acted(permit, slug, "withdraw")
    }

    fn configure_as(
        &self,
        writer: &mut Writer<'_>,
        actor: &str,
        fields: Vec<Field>,
    ) -> Result<gongxin_model::Seq, OfficeError> {
        let rules = self.rules_for(writer)?;
        let actor = Some(actor.to_owned());
        self.configure(writer, &rules, Body { actor, fields, ..Body::about(About::Platform) })
    }

    /// Sees that a text can be shown to everybody.
    fn check(&self, reader: &mut Reader<'_>, article: &Article) -> Result<(), OfficeError> {
        let rules = self.rules_for(reader)?;
        let scan = rules.shared.personal_scan(self.today());
        let texts = [(Part::Chinese, Some(&article.zh)), (Part::English, article.en.as_ref())];
        for (place, text) in texts {
            let Some(text) = text else { continue };
            check_text(place, text)?;
            for part in [&text.title, &text.text].into_iter().chain(&text.issuer) {
                if let Some(hit) = scan.find(part).first() {
                    let line = part.get(..hit.range.start).unwrap_or_default().lines().count();
                    return Err(ArticleFault::Personal(place, hit.kind.name(), line.max(1)).into());
                }
            }
        }
        Ok(())
    }

    fn check_reason(&self, reader: &mut Reader<'_>, reason: &str) -> Result<(), OfficeError> {
        let rules = self.rules_for(reader)?;
        let scan = rules.shared.personal_scan(self.today());
        let fits = is_line(reason, REASON_CHARACTERS) && scan.find(reason).is_empty();
        if fits { Ok(()) } else { Err(ArticleFault::Reason.into()) }
    }
}

fn check_slug(slug: &str) -> Result<(), ArticleFault> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_word = !slug.is_empty()
        && slug.len() <= SLUG_CHARACTERS
        && slug.chars().all(|letter| fits(letter) || letter == '-')
        && slug.starts_with(fits)
        && slug.ends_with(fits);
    if is_word { Ok(()) } else { Err(ArticleFault::Slug(slug.to_owned())) }
}

fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

fn check_text(place: Part, article: &ArticleText) -> Result<(), ArticleFault> {
    if !is_line(&article.title, TITLE_CHARACTERS) {
        return Err(ArticleFault::Title(place));
    }
    if article.issuer.as_ref().is_some_and(|issuer| !is_line(issuer, ISSUER_CHARACTERS)) {
        return Err(ArticleFault::Issuer(place));
    }
    if article.text.trim().is_empty() {
        return Err(ArticleFault::Empty(place));
    }
    if article.text.len() > TEXT_BYTES {
        return Err(ArticleFault::Long(place, article.text.len()));
    }
    Ok(())
}

fn absent(slug: &str) -> OfficeError {
    OfficeError::Absent(format!("no notice or guide `{slug}`"))
}

fn damaged(slug: &str) -> OfficeError {
    gongxin_store::StoreError::Corrupt(format!("the article `{slug}`")).into()
}

pub(crate) fn kind_of(row: &ArticleRow) -> Result<ArticleKind, OfficeError> {
    ArticleKind::from_word(&row.kind).ok_or_else(|| damaged(&row.slug))
}

pub(crate) fn read(json: &str) -> Result<Article, OfficeError> {
    serde_json::from_str(json).map_err(|_| damaged("unreadable"))
}

fn written(article: &Article) -> Result<String, OfficeError> {
    serde_json::to_string(article).map_err(|error| OfficeError::Usage(error.to_string()))
}
