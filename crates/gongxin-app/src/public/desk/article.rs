//! Notices and guides: those published, on their days.

use gongxin_model::Day;
use gongxin_store::{ArticleRow, Reader};

use super::super::shown::{
    ArticleKind, DeskError, Found, Page, PageAsk, ShownArticle, ShownArticleLine, Total, Words,
};
use super::{Answer, Trouble};
use crate::OfficeError;
use crate::admin::article::{kind_of, read};

/// Those of a kind, the latest first.
pub(super) fn articles(
    today: Day,
    reader: &mut Reader<'_>,
    kind: ArticleKind,
    ask: &PageAsk,
) -> Answer<Page<ShownArticleLine>> {
    let mut rows = shown(today, reader, kind)?;
    rows.sort_by(|left, right| {
        right.shown_from.cmp(&left.shown_from).then_with(|| left.slug.cmp(&right.slug))
    });
    let total = Total::Exactly(rows.len() as u64);
    if let Some(after) = &ask.after {
        let (day, slug) = after.split_once('.').ok_or(Trouble::Desk(DeskError::Cursor))?;
        let day: Day = day.parse().map_err(|_| Trouble::Desk(DeskError::Cursor))?;
        rows.retain(|row| {
            let from = row.shown_from.unwrap_or(day);
            from < day || (from == day && row.slug.as_str() > slug)
        });
    }
    let more = rows.len() > usize::from(ask.size);
    rows.truncate(usize::from(ask.size));
    let cursor = |row: &ArticleRow| Some(format!("{}.{}", row.shown_from?, row.slug));
    let next = rows.last().filter(|_| more).and_then(cursor);
    let items = rows.into_iter().map(|row| Ok(article_of(row)?.line));
    Ok(Page { items: items.collect::<Result<_, OfficeError>>()?, next, total })
}

/// One of a kind by its word.
pub(super) fn article(
    today: Day,
    reader: &mut Reader<'_>,
    kind: ArticleKind,
    slug: &str,
) -> Answer<Found<ShownArticle>> {
    let Some(row) = reader.article(slug)? else {
        return Ok(Found::Never);
    };
    // What was published once has ended; what never was or is of another kind never was here.
    let was_public = row.seq.is_some() && row.shown_from.is_none_or(|from| from <= today);
    Ok(match (is_shown(&row, today), kind_of(&row)? == kind) {
        (true, true) => Found::Shown(Box::new(article_of(row)?)),
        (false, true) if was_public => Found::Ended,
        _ => Found::Never,
    })
}

fn shown(
    today: Day,
    reader: &mut Reader<'_>,
    kind: ArticleKind,
) -> Result<Vec<ArticleRow>, OfficeError> {
    let mut rows = reader.articles()?;
    rows.retain(|row| row.kind == kind.word() && is_shown(row, today));
    Ok(rows)
}

fn is_shown(row: &ArticleRow, today: Day) -> bool {
    row.body.is_some()
        && row.shown_from.is_some_and(|from| from <= today)
        && row.shown_until.is_none_or(|until| today < until)
}

fn article_of(row: ArticleRow) -> Result<ShownArticle, OfficeError> {
    let article = read(row.body.as_deref().unwrap_or_default())?;
    let en = article.en;
    let issuer = article.zh.issuer.map(|zh| {
        let en = en.as_ref().and_then(|en| en.issuer.clone());
        Words { zh, en }
    });
    let words = |zh: String, en: Option<String>| Words { zh, en };
    Ok(ShownArticle {
        line: ShownArticleLine {
            slug: row.slug,
            title: words(article.zh.title, en.as_ref().map(|en| en.title.clone())),
            issuer,
            published: row.shown_from,
        },
        text: words(article.zh.text, en.map(|en| en.text)),
        through: row.shown_until.map(|day| day.plus_days(-1)),
    })
}
