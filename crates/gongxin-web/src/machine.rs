//! What machines read: rules for robots and the map of subjects. Registration facts only.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use gongxin_app::public::shown::View;

use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

/// The map follows at a fixed rhythm; what is new is found through it a little later.
const KEPT: &str = "public, max-age=3600";
const XML: &str = "application/xml; charset=utf-8";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Where robots do not go: copies that they keep outlive an end. Pages that hold adverse facts say so
/// themselves too.
const REFUSED: [&str; 6] =
    ["search", "record/", "subject/*/records", "lists", "double-publicity", "open-data/files/"];
const REFUSED_QUERIES: [&str; 2] = ["as_of=", "known="];

/// Pages that never end, for the map.
const PAGES: [&str; 13] = [
    "",
    "open-data",
    "log",
    "help",
    "help/find",
    "help/read",
    "help/object",
    "help/repair",
    "help/hand-in",
    "help/verify",
    "help/api",
    "accessibility",
    "api-docs",
];

pub(crate) fn routes() -> Router<Counter> {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/sitemap.xml", get(index))
        .route("/sitemap/{shard}", get(shard))
}

async fn robots(visit: Visit) -> Response {
    let mut text = "User-agent: *\n".to_owned();
    for prefix in ["", "en/"] {
        for place in REFUSED {
            text.push_str(&format!("Disallow: /{prefix}{place}\n"));
        }
    }
    for query in REFUSED_QUERIES {
        text.push_str(&format!("Disallow: /*?*{query}\n"));
    }
    text.push_str(&format!("Disallow: /api/\n\nSitemap: {}/sitemap.xml\n", visit.origin));
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, KEPT)], text).into_response()
}

async fn index(State(counter): State<Counter>, visit: Visit) -> Response {
    let asked = counter.ask(View::default(), |desk| desk.shards()).await;
    let answer = asked.map(|asked| {
        let origin = &visit.origin;
        let shards = (0..asked.answer).map(|shard| format!("{shard}.xml"));
        let names = std::iter::once("pages.xml".to_owned()).chain(shards);
        let maps =
            names.map(|name| format!("<sitemap><loc>{origin}/sitemap/{name}</loc></sitemap>\n"));
        xml("sitemapindex", &maps.collect::<String>())
    });
    counter.settle(&visit, answer)
}

async fn shard(State(counter): State<Counter>, visit: Visit) -> Response {
    let name = visit.given.clone().unwrap_or_default();
    let answer = match name.strip_suffix(".xml") {
        Some("pages") => Ok(pages(&visit.origin)),
        Some(number) => subjects(&counter, &visit.origin, number).await,
        None => Err(Trouble::Never),
    };
    counter.settle(&visit, answer)
}

fn pages(origin: &str) -> Response {
    let places = PAGES.iter().flat_map(|page| [format!("/{page}"), format!("/en/{page}")]);
    xml("urlset", &places.map(|place| address(origin, &place)).collect::<String>())
}

async fn subjects(counter: &Counter, origin: &str, number: &str) -> Result<Response, Trouble> {
    let number: u32 = number.parse().map_err(|_| Trouble::Never)?;
    let asked = counter.ask(View::default(), move |desk| desk.shard(number)).await?;
    // A code has letters and digits only, or is left out.
    let codes = asked.answer.iter().filter(|code| code.bytes().all(|b| b.is_ascii_alphanumeric()));
    let places = codes.map(|code| address(origin, &format!("/subject/{code}")));
    Ok(xml("urlset", &places.collect::<String>()))
}

fn address(origin: &str, place: &str) -> String {
    format!("<url><loc>{origin}{place}</loc></url>\n")
}

fn xml(root: &str, inner: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{NAMESPACE}\">\n{inner}</{root}>\n"
    );
    ([(CONTENT_TYPE, XML), (CACHE_CONTROL, KEPT)], body).into_response()
}
