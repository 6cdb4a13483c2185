//! The counter: portal pages and the HTTP API.
//!
//! A handler asks the public desk one question and renders the answer. Everything a page can
//! hold is a `Shown…` value of `gongxin_app::public::shown`; every word is in `locales/`; every
//! template takes one typed context. Pages need no script and refer to no third party.

mod answer;
pub mod api;
mod assets;
mod coding;
mod console;
mod counter;
mod documentation;
mod export;
mod feed;
mod forms;
mod lead;
mod limits;
mod linked;
mod machine;
mod map;
mod markdown;
mod memory;
mod origin;
mod page;
mod parameters;
mod phone;
mod qr;
mod settings;
mod templates;
mod texts;
mod visit;
mod visits;
mod writing;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use gongxin_app::public::shown::PublicDesk;
use gongxin_app::{Office, Spool};
use gongxin_model::openid::IdentityProvider;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

pub use assets::{AssetError, Assets};
#[doc(hidden)]
pub use console::endpoints;
pub use map::{ApprovedMap, MapError};
pub use settings::{Channels, Footer, Settings, SettingsError};
pub use templates::TemplateError;
pub use texts::{TextError, Texts};
pub use visits::Visits;
pub use writing::WritingError;

use counter::{Counter, Staff};

/// The media type of Parquet files.
const PARQUET: &str = "application/vnd.apache.parquet";

/// What is built into the counter does not fit together. Tests refuse it before it is shipped.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    /// The words of a language.
    #[error("could not read the words of the pages")]
    Texts(#[from] TextError),
    /// A template.
    #[error("could not read the templates of the pages")]
    Templates(#[from] TemplateError),
    /// A page of words.
    #[error("could not read the pages of words")]
    Writings(#[from] WritingError),
    /// The document of the API.
    #[error("could not read the document of the API")]
    Document(#[from] serde_json::Error),
    /// The Chinese words of the document of the API.
    #[error("could not read the Chinese words of the API")]
    DocumentWords(#[from] toml::de::Error),
    /// A style sheet.
    #[error("could not read the style sheets")]
    Assets(#[from] AssetError),
}

/// All pages and operations that are open to strangers, answered by `desk`.
///
/// # Errors
/// Where the words, templates or style sheets built in do not fit together.
pub fn router(desk: Arc<dyn PublicDesk>, settings: Settings) -> Result<Router, CounterError> {
    routed(Counter::new(desk, None, settings)?)
}

/// The same, and behind the counter what the office lets each account do. Files that are handed in rest in
/// the spool until they are taken in.
///
/// # Errors
/// As [`router`].
pub fn staffed(
    desk: Arc<dyn PublicDesk>,
    office: Arc<Office>,
    spool: Arc<Spool>,
    settings: Settings,
) -> Result<Router, CounterError> {
    staffed_with(desk, (office, spool), Vec::new(), settings)
}

/// The same, where other platforms may say who somebody is.
///
/// # Errors
/// As [`router`].
pub fn staffed_with(
    desk: Arc<dyn PublicDesk>,
    (office, spool): (Arc<Office>, Arc<Spool>),
    providers: Vec<Arc<dyn IdentityProvider>>,
    settings: Settings,
) -> Result<Router, CounterError> {
    routed(Counter::new(desk, Some(Staff { office, spool, providers }), settings)?)
}

fn routed(counter: Counter) -> Result<Router, CounterError> {
    let has_scripts = counter.assets().script.is_some();
    let policy = if has_scripts { answer::SCRIPTED } else { answer::PLAIN };
    let mut router = Router::new()
        .route("/healthz", get(api::health::handle))
        .route("/assets/{name}", get(assets::handle))
        .route("/en", get(page::to_english))
        .merge(api::routes())
        .merge(machine::routes())
        .merge(phone::routes())
        .merge(page::words::routes())
        .merge(page::api_docs::routes())
        .merge(page::mn::routes())
        .merge(page::log::files());
    for prefix in ["", "/en"] {
        router = router
            .route(&format!("{prefix}/"), get(page::home::handle))
            .route(&format!("{prefix}/search"), get(page::search::handle))
            .route(&format!("{prefix}/subject/{{code}}"), get(page::subject::handle))
            .route(&format!("{prefix}/subject/{{code}}/records"), get(page::records::handle))
            .route(&format!("{prefix}/subject/{{code}}/records/csv"), get(page::records::csv))
            .route(&format!("{prefix}/record/{{id}}"), get(page::record::handle))
            .route(&format!("{prefix}/notices"), get(page::articles::notices))
            .route(&format!("{prefix}/notices/{{slug}}"), get(page::article::notice))
            .route(&format!("{prefix}/guides"), get(page::articles::guides))
            .route(&format!("{prefix}/guides/{{slug}}"), get(page::article::guide))
            .merge(page::register::routes(prefix))
            .merge(page::rules::routes(prefix))
            .merge(page::statistics::routes(prefix))
            .merge(page::open_data::routes(prefix))
            .merge(page::log::routes(prefix));
        if counter.staff().is_some() {
            router = router.merge(console::routes(prefix));
        }
        #[cfg(debug_assertions)]
        {
            router = router.merge(page::design::routes(prefix));
        }
    }
    Ok(router
        .fallback(page::message::never)
        .method_not_allowed_fallback(page::message::method)
        .layer(axum::middleware::from_fn(move |request, next| answer::guard(request, next, policy)))
        .layer(
            // Compressed inside, and sometimes large.
            CompressionLayer::new()
                .quality(limits::COMPRESSION)
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new(PARQUET))),
        )
        .layer(axum::middleware::from_fn_with_state(counter.clone(), visits::admit))
        .layer(axum::middleware::from_fn_with_state(counter.clone(), memory::remember))
        .with_state(counter))
}

/// Serves until `shutdown` ends; answers under way are finished first.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}
