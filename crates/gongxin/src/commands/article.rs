//! `gongxin article`: notices and guides.

use std::path::Path;

use anyhow::Context as _;
use gongxin_app::{ArticleItem, ArticleKind, ArticleText};

use super::account::Operator;
use super::open;
use crate::arguments::{Article, ArticleDraft, Kind, Place};
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json};

/// The largest file that is read; the office says how long a text may be.
const LARGEST: u64 = 1 << 20;

pub(crate) fn run(place: &Place, ask: &Article) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let operator = Operator::new(&office, place);
    match ask {
        Article::List(ask) => {
            let articles = office.articles(&operator.permit()?)?;
            if ask.json {
                say_json(&articles)?;
            } else {
                articles.iter().for_each(show);
            }
        }
        Article::Draft(ask) => {
            let article = gongxin_app::Article {
                zh: read(&ask.text, ask.issuer.as_deref())?,
                en: english(ask)?,
            };
            let kind = match ask.kind {
                Kind::Notice => ArticleKind::Notice,
                Kind::Guide => ArticleKind::Guide,
            };
            office.draft_article(&operator.permit()?, (&ask.slug, kind), &article)?;
            say(&format!("`{}` is kept as a draft: {}", ask.slug, article.zh.title));
        }
        Article::Publish(ask) => {
            office.publish_article(&operator.permit()?, &ask.slug, (ask.from, ask.through))?;
            say(&format!("`{}` is published", ask.slug));
        }
        Article::Withdraw(ask) => {
            office.withdraw_article(&operator.permit()?, &ask.slug, &ask.reason)?;
            say(&format!("`{}` is taken back and kept as a draft", ask.slug));
        }
    }
    Ok(Exit::Done)
}

fn show(item: &ArticleItem) {
    let title = item.published.as_ref().or(item.draft.as_ref()).map(|one| one.zh.title.as_str());
    let days = match (item.shown_from, item.shown_through) {
        (Some(from), Some(through)) => format!("from {from} through {through}"),
        (Some(from), None) => format!("from {from}"),
        (None, _) => String::new(),
    };
    let draft = if item.draft.is_some() { "draft" } else { "" };
    let kind = item.kind.word();
    say(&format!("{}  {kind}  {days}  {draft}  {}", item.slug, title.unwrap_or_default()));
}

fn english(ask: &ArticleDraft) -> anyhow::Result<Option<ArticleText>> {
    let issuer = ask.english_issuer.as_deref();
    ask.english.as_deref().map(|path| read(path, issuer)).transpose()
}

/// Reads a file whose first heading is its title.
fn read(path: &Path, issuer: Option<&str>) -> anyhow::Result<ArticleText> {
    let said = || format!("reading the text `{}`", path.display());
    let size = std::fs::metadata(path).with_context(said)?.len();
    if size > LARGEST {
        return Err(Usage(format!("`{}` has {size} bytes", path.display())).into());
    }
    let text = std::fs::read(path).with_context(said)?;
    let text =
        String::from_utf8(text).map_err(|_| Usage(format!("`{}` is not UTF-8", path.display())))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    let Some(title) = title.strip_prefix("# ") else {
        let path = path.display();
        return Err(Usage(format!("`{path}` does not begin with its title: `# …`")).into());
    };
    let issuer = issuer.map(str::to_owned);
    Ok(ArticleText { title: title.trim().to_owned(), issuer, text: rest.trim().to_owned() })
}
