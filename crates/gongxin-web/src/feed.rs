//! Atom feeds. Copies of a feed outlive what it announces, so an entry has nothing but the opaque
//! id of its record, the time of its receipt and neutral words; an end is never announced.

use gongxin_app::public::shown::ShownEntry;
use gongxin_model::Instant;
use serde::Serialize;

use crate::page::Chrome;

/// A feed.
#[derive(Serialize)]
pub(crate) struct Feed {
    /// The key of its title.
    title: &'static str,
    /// The page that it is of.
    page: String,
    updated: Option<Instant>,
    entries: Vec<Announced>,
}

#[derive(Serialize)]
struct Announced {
    id: String,
    received: Instant,
}

/// The context of a feed.
#[derive(Serialize)]
pub(crate) struct FeedPage<'a> {
    chrome: &'a Chrome,
    #[serde(flatten)]
    feed: Feed,
}

impl Feed {
    /// The feed of a page's records.
    pub(crate) fn new(title: &'static str, page: String, entries: Vec<ShownEntry>) -> Self {
        let announced = |entry: ShownEntry| Announced {
            id: entry.row.id.to_string(),
            received: entry.received,
        };
        let entries: Vec<Announced> = entries.into_iter().map(announced).collect();
        let updated = entries.iter().map(|entry| entry.received).max();
        Self { title, page, updated, entries }
    }

    /// The feed in the language of a visit.
    pub(crate) const fn in_page(self, chrome: &Chrome) -> FeedPage<'_> {
        FeedPage { chrome, feed: self }
    }
}
