//! `/sources` and `/sources/CODE`: the bodies that supply records.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{Coded, ShownSupplier, ShownSupplierPage, View};
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::visit::Visit;

#[derive(Serialize)]
struct SourcesPage<'a> {
    chrome: &'a Chrome,
    divisions: Vec<Division>,
    count: usize,
    days: Days,
}

/// The bodies of a division.
#[derive(Serialize)]
struct Division {
    region: Option<Coded>,
    sources: Vec<ShownSupplier>,
}

#[derive(Serialize)]
struct SourcePage<'a> {
    chrome: &'a Chrome,
    source: ShownSupplierPage,
    days: Days,
}

/// The days that are called by a word.
#[derive(Serialize)]
pub(crate) struct Days {
    today: String,
    yesterday: String,
}

impl Days {
    /// As seen from the day of a page.
    pub(crate) fn of(chrome: &Chrome) -> Self {
        let today = chrome.platform.today();
        Self { today: today.to_string(), yesterday: today.plus_days(-1).to_string() }
    }
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = async {
        let asked = counter.ask(View::default(), |desk| desk.sources()).await?;
        let chrome = Chrome::new(&counter, &visit, asked.platform, View::default(), Robots::Open);
        let context = SourcesPage {
            count: asked.answer.len(),
            divisions: divisions(asked.answer),
            days: Days::of(&chrome),
            chrome: &chrome,
        };
        counter.page("sources.html", &context, &chrome)
    };
    let answer = answer.await;
    counter.settle(&visit, answer)
}

fn divisions(sources: Vec<ShownSupplier>) -> Vec<Division> {
    let mut divisions: Vec<Division> = Vec::new();
    for source in sources {
        match divisions.last_mut().filter(|last| last.region == source.region) {
            Some(last) => last.sources.push(source),
            None => {
                divisions.push(Division { region: source.region.clone(), sources: vec![source] });
            }
        }
    }
    divisions
}

pub(crate) async fn one(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = source(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn source(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let code = visit.given.clone().ok_or(Trouble::Never)?;
    let asked = counter.ask(View::default(), move |desk| desk.source(&code)).await?;
    let source = lead::by_id(asked.answer)?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let context = SourcePage { source, days: Days::of(&chrome), chrome: &chrome };
    counter.page("source.html", &context, &chrome)
}
