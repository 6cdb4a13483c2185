//! Notices and guides: texts of the platform's stewards, worked on as drafts, published on a day.

use gongxin_model::{About, Body, Day, Field, Instant};
use gongxin_store::{ArticleRow, Writer};
use serde::{Deserialize, Serialize};

pub use crate::public::shown::ArticleKind;
use crate::{Office, OfficeError};

/// The longest title, in characters.
const TITLE_CHARACTERS: usize = 120;
/// The longest name of a body that issues, in characters.
const ISSUER_CHARACTERS: usize = 120;
/// The longest text of one language, in bytes.
const TEXT_BYTES: usize = 256 * 1024;
/// The longest word in addresses, in characters.
const SLUG_CHARACTERS: usize = 64;

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
    pub fn articles(&self) -> Result<Vec<ArticleItem>, OfficeError> {
        self.store.read(|reader| reader.articles()?.into_iter().map(ArticleItem::of).collect())
    }

    /// Keeps a draft beside what readers see, which it does not touch.
    ///
    /// # Errors
    /// The word, a title or a text does not fit, a text holds a person's number, or the word is one
    /// of another kind.
    pub fn draft_article(
        &self,
        (slug, kind): (&str, ArticleKind),
        article: &Article,
    ) -> Result<(), OfficeError> {
        check_slug(slug)?;
        self.store.write(self.clock.now(), |writer| {
            self.check(writer, article)?;
            let now = writer.now();
            let row = match writer.article(slug)? {
                Some(row) if kind_of(&row)? != kind => {
                    let is = row.kind;
                    return Err(OfficeError::Usage(format!("`{slug}` is a {is} already")));
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
            Ok(writer.put_article(&row)?)
        })
    }

    /// Shows what was drafted, or again what was shown, on days from `from` (today when left out)
    /// through the last one. It is kept as an entry.
    ///
    /// # Errors
    /// There is no such text, or its last day is before its first.
    pub fn publish_article(
        &self,
        slug: &str,
        (from, through): (Option<Day>, Option<Day>),
        actor: &str,
    ) -> Result<(), OfficeError> {
        self.store.write(self.clock.now(), |writer| {
            let row = writer.article(slug)?.ok_or_else(|| absent(slug))?;
            let from = from.unwrap_or_else(|| writer.now().day());
            if through.is_some_and(|through| through < from) {
                return Err(OfficeError::Usage("its last day is before its first".into()));
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
            Ok(writer.put_article(&ArticleRow {
                draft: None,
                body: Some(body),
                at: writer.now(),
                seq: Some(seq),
                shown_from: Some(from),
                shown_until: until,
                ..row
            })?)
        })
    }

    /// Takes back what readers see; it goes on as a draft. It is kept as an entry.
    ///
    /// # Errors
    /// There is no such text, or readers see nothing of it.
    pub fn withdraw_article(
        &self,
        slug: &str,
        reason: &str,
        actor: &str,
    ) -> Result<(), OfficeError> {
        self.store.write(self.clock.now(), |writer| {
            let row = writer.article(slug)?.ok_or_else(|| absent(slug))?;
            let Some(body) = row.body.clone() else {
                return Err(OfficeError::Usage(format!("`{slug}` is not published")));
            };
            let fields = vec![
                Field::text("article", slug),
                Field::text("kind", row.kind.clone()),
                Field::text("reason", reason),
            ];
            let seq = self.configure_as(writer, actor, fields)?;
            Ok(writer.put_article(&ArticleRow {
                draft: row.draft.clone().or(Some(body)),
                body: None,
                at: writer.now(),
                seq: Some(seq),
                shown_from: None,
                shown_until: None,
                ..row
            })?)
        })
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
    fn check(&self, writer: &mut Writer<'_>, article: &Article) -> Result<(), OfficeError> {
        let rules = self.rules_for(writer)?;
        let scan = rules.shared.personal_scan(writer.now().day());
        for text in [Some(&article.zh), article.en.as_ref()].into_iter().flatten() {
            check_text(text)?;
            for part in [&text.title, &text.text].into_iter().chain(&text.issuer) {
                if let Some(hit) = scan.find(part).first() {
                    let line = part.get(..hit.range.start).unwrap_or_default().lines().count();
                    return Err(OfficeError::Usage(format!(
                        "line {} holds what reads like a {}; numbers of persons are never kept",
                        line.max(1),
                        hit.kind.name()
                    )));
                }
            }
        }
        Ok(())
    }
}

fn check_slug(slug: &str) -> Result<(), OfficeError> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_word = !slug.is_empty()
        && slug.len() <= SLUG_CHARACTERS
        && slug.chars().all(|letter| fits(letter) || letter == '-')
        && slug.starts_with(fits)
        && slug.ends_with(fits);
    if is_word {
        return Ok(());
    }
    Err(OfficeError::Usage(format!(
        "`{slug}` cannot stand in an address: small letters, digits, hyphens between them, at most \
         {SLUG_CHARACTERS}"
    )))
}

fn check_text(article: &ArticleText) -> Result<(), OfficeError> {
    let is_line = |text: &str, most: usize| {
        !text.trim().is_empty()
            && text.chars().count() <= most
            && !text.chars().any(char::is_control)
    };
    let usage = |what: String| Err(OfficeError::Usage(what));
    if !is_line(&article.title, TITLE_CHARACTERS) {
        return usage(format!("a title is one line of 1 to {TITLE_CHARACTERS} characters"));
    }
    if article.issuer.as_ref().is_some_and(|issuer| !is_line(issuer, ISSUER_CHARACTERS)) {
        return usage(format!("an issuer is one line of 1 to {ISSUER_CHARACTERS} characters"));
    }
    if article.text.trim().is_empty() {
        return usage("there is no text".into());
    }
    if article.text.len() > TEXT_BYTES {
        return usage(format!("the text has {} bytes; at most {TEXT_BYTES}", article.text.len()));
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
