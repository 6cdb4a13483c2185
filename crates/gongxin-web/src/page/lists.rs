//! `/lists` and `/lists/ID`: each list's rule and its entries.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{
    Found, ListAsk, PageAsk, PublicDesk, ShownEntry, ShownList, ShownRegister, View,
};
use serde::Serialize;

use super::Chrome;
use super::register::{self, Stand};
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::export::{self, Rows};
use crate::feed::Feed;
use crate::lead;
use crate::limits;
use crate::visit::Visit;

#[derive(Serialize)]
struct ListsPage<'a> {
    chrome: &'a Chrome,
    lists: Vec<ShownList>,
}

#[derive(Serialize)]
struct ListPage<'a> {
    chrome: &'a Chrome,
    list: ShownList,
    entries: Vec<ShownEntry>,
    stand: Stand,
    csv: String,
    feed: String,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = async {
        let asked = counter.ask(View::default(), |desk| desk.lists()).await?;
        let chrome = Chrome::new(&counter, &visit, asked.platform, View::default(), Robots::Hidden);
        counter.page("lists.html", &ListsPage { chrome: &chrome, lists: asked.answer }, &chrome)
    };
    let answer = answer.await;
    counter.settle(&visit, answer)
}

/// The list of a visit's address and the page of it. What can be no id was never a list.
pub(crate) fn ask(visit: &Visit, size: u16, view: View) -> Result<(ListAsk, u64), Trouble> {
    let is_id = |id: &&str| {
        id.len() <= limits::CODE_CHARACTERS
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let id = visit.given.as_deref().filter(is_id).ok_or(Trouble::Never)?.to_owned();
    let (page, first) = visit.page(size)?;
    Ok((ListAsk { id, page, view }, first))
}

pub(crate) async fn one(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = list(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn list(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let (ask, first) = ask(visit, limits::ROWS_ON_PAGE, view)?;
    let asked = counter.ask(view, move |desk| desk.list(&ask)).await?;
    let shown = lead::by_id(asked.answer)?;
    let chrome = Chrome::new(counter, visit, asked.platform, view, Robots::Hidden);
    let path = chrome.address.as_str();
    let pairs = view_pairs(view);
    let context = ListPage {
        stand: Stand::new(&shown.page, first, path, &pairs),
        csv: register::address(&format!("{path}/csv"), &pairs),
        feed: format!("{path}/feed"),
        list: shown.list,
        entries: shown.page.items,
        chrome: &chrome,
    };
    counter.page("list.html", &context, &chrome)
}

fn view_pairs(view: View) -> Vec<(&'static str, String)> {
    let day = view.as_of.map(|day| ("as_of", day.to_string()));
    let known = view.known.map(|known| ("known", known.to_string()));
    day.into_iter().chain(known).collect()
}

/// The entries as a table, whole, piece by piece.
pub(crate) async fn csv(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = table(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn table(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let (ask, _) = ask(visit, limits::LARGEST_PAGE, view)?;
    let mut ask = ListAsk { page: PageAsk::first(limits::LARGEST_PAGE), ..ask };
    let first = ListAsk { page: PageAsk::first(1), ..ask.clone() };
    let name = format!("list-{}", ask.id);
    lead::by_id(counter.ask(view, move |desk| desk.list(&first)).await?.answer)?;
    let cells = export::entry_cells(visit.language);
    let next = move |desk: &dyn PublicDesk, after| {
        ask.page.after = after;
        let page = match desk.list(&ask)? {
            Found::Shown(shown) => shown.page,
            Found::MovedTo(_) | Found::Ended | Found::Never => ShownRegister::default(),
        };
        Ok(Rows { rows: cells.rows(&page.items), next: page.next })
    };
    export::stream(counter, visit, &name, &export::ENTRY_COLUMNS, next).await
}

/// The latest entries, by ids and neutral words.
pub(crate) async fn feed(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = async {
        let (ask, _) = ask(&visit, limits::ROWS_ON_PAGE, View::default())?;
        let ask = ListAsk { page: PageAsk::first(limits::ROWS_ON_PAGE), ..ask };
        let asked = counter.ask(View::default(), move |desk| desk.list(&ask)).await?;
        let shown = lead::by_id(asked.answer)?;
        let chrome = Chrome::new(&counter, &visit, asked.platform, View::default(), Robots::Hidden);
        let page = chrome.address.trim_end_matches("/feed").to_owned();
        let feed = Feed::new("feed.list", page, shown.page.items);
        counter.feed(&feed.in_page(&chrome), &chrome)
    };
    let answer = answer.await;
    counter.settle(&visit, answer)
}
