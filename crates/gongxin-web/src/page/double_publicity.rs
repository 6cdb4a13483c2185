//! `/double-publicity`: licences and penalties as they were handed in, and who hands in in time.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{ShownMeasured, View};
use serde::Serialize;

use super::Chrome;
use super::register::{self, Register};
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::export::{self, Rows};
use crate::feed::Feed;
use crate::limits;
use crate::visit::Visit;

#[derive(Serialize)]
struct DoublePublicityPage<'a> {
    #[serde(flatten)]
    register: Register<'a>,
    deadline: Option<u16>,
    measured: Option<ShownMeasured>,
    csv: String,
    feed: String,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let (ask, first) = register::ask(visit, limits::ROWS_ON_PAGE)?;
    let asked_ask = ask.clone();
    let asked = counter.ask(View::default(), move |desk| desk.double_publicity(&asked_ask)).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let shown = asked.answer;
    let (path, pairs) = (chrome.address.as_str(), register::pairs(&ask));
    let context = DoublePublicityPage {
        register: Register::new(&chrome, (&ask, first), (shown.page, shown.narrowing)),
        deadline: shown.deadline,
        measured: shown.measured,
        csv: register::address(&format!("{path}/csv"), &pairs),
        feed: register::address(&format!("{path}/feed"), &pairs),
    };
    counter.page("double-publicity.html", &context, &chrome)
}

/// The same set as a table, whole, piece by piece.
pub(crate) async fn csv(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = async {
        let (mut ask, _) = register::ask(&visit, limits::LARGEST_PAGE)?;
        ask.page.after = None;
        let cells = export::entry_cells(visit.language);
        let next = move |desk: &dyn gongxin_app::public::shown::PublicDesk, after| {
            ask.page.after = after;
            let page = desk.double_publicity(&ask)?.page;
            Ok(Rows { rows: cells.rows(&page.items), next: page.next })
        };
        export::stream(&counter, &visit, "double-publicity", &export::ENTRY_COLUMNS, next).await
    };
    let answer = answer.await;
    counter.settle(&visit, answer)
}

/// The latest of the same set, by ids and neutral words.
pub(crate) async fn feed(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = async {
        let (mut ask, _) = register::ask(&visit, limits::ROWS_ON_PAGE)?;
        ask.page.after = None;
        let pairs = register::pairs(&ask);
        let question = move |desk: &dyn gongxin_app::public::shown::PublicDesk| {
            desk.double_publicity(&ask).map(|shown| shown.page.items)
        };
        let asked = counter.ask(View::default(), question).await?;
        let chrome = Chrome::new(&counter, &visit, asked.platform, View::default(), Robots::Hidden);
        let page = chrome.address.trim_end_matches("/feed");
        let feed =
            Feed::new("feed.double_publicity", register::address(page, &pairs), asked.answer);
        counter.feed(&feed.in_page(&chrome), &chrome)
    };
    let answer = answer.await;
    counter.settle(&visit, answer)
}
