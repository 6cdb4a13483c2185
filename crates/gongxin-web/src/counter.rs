//! The counter itself: asks the desk, renders the answer, and meets trouble calmly.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::file::ReadFault;
use gongxin_app::public::shown::{DeskError, Moment, PublicDesk, ShownPlatform, View};
use gongxin_app::{Office, OfficeError, Spool};
use gongxin_model::finding::Language;
use gongxin_model::openid::IdentityProvider;
use gongxin_model::{Day, Instant};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::answer::{self, Robots};
use crate::assets::Assets;
use crate::documentation::Documentation;
use crate::limits;
use crate::memory::Memory;
use crate::page::Chrome;
use crate::settings::Settings;
use crate::templates::Templates;
use crate::visit::{Format, Visit};
use crate::visits::Visitors;
use crate::writing::Writings;
use crate::{CounterError, api, page};

/// What works behind the counter.
pub(crate) struct Staff {
    pub(crate) office: Arc<Office>,
    pub(crate) spool: Arc<Spool>,
    /// Other platforms that may say who somebody is.
    pub(crate) providers: Vec<Arc<dyn IdentityProvider>>,
}

/// The shared state of all handlers.
#[derive(Clone)]
pub(crate) struct Counter(Arc<Inside>);

struct Inside {
    desk: Arc<dyn PublicDesk>,
    /// Behind the counter; none where only the public is served.
    staff: Option<Staff>,
    passwords: Arc<Semaphore>,
    journeys: Arc<Semaphore>,
    settings: Settings,
    templates: Templates,
    writings: Writings,
    chinese_documentation: Documentation,
    english_documentation: Documentation,
    assets: Assets,
    /// What the desk last said of the platform, for pages about a desk that does not answer.
    platform: RwLock<ShownPlatform>,
    faults: AtomicU64,
    questions: Arc<Semaphore>,
    waiting: AtomicUsize,
    memory: Memory,
    visitors: Visitors,
    tables: Arc<Semaphore>,
    files: Arc<Semaphore>,
}

/// Why a visit is not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// There never was anything under this address.
    #[error("never")]
    Never,
    /// What was there is no longer published.
    #[error("ended")]
    Ended,
    /// A day or time cannot be read.
    #[error("a day or time cannot be read")]
    Day,
    /// A day or time that has not come yet.
    #[error("a day or time that has not come yet")]
    Future,
    /// The query is too long.
    #[error("the query is too long")]
    LongQuery,
    /// A page size outside the limits.
    #[error("a page size outside the limits")]
    Limit,
    /// A form that is not of this session, or holds what it has no field for.
    #[error("a form that is not of this session")]
    Form,
    /// The body of a request to the API that cannot be read.
    #[error("a body that cannot be read")]
    Body,
    /// What a procedure refuses.
    #[error("the procedure of a case refuses: {0}")]
    Case(&'static str),
    /// What somebody states who reads what is not public does not hold.
    #[error(transparent)]
    Read(ReadFault),
    /// The office could not.
    #[error(transparent)]
    Office(OfficeError),
    /// Another method than GET and HEAD.
    #[error("method")]
    Method,
    /// The desk does not answer.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A page cannot be rendered.
    #[error("could not render a page: {0}")]
    Template(#[from] minijinja::Error),
    /// An answer cannot be written as JSON.
    #[error("could not write an answer: {0}")]
    Json(#[from] serde_json::Error),
    /// The thread that asked the desk did not come back.
    #[error("a question to the desk did not come back")]
    Lost,
}

impl From<OfficeError> for Trouble {
    fn from(error: OfficeError) -> Self {
        match error {
            // What one may not see is answered like what there is not.
            OfficeError::Refused(_) | OfficeError::Absent(_) => Self::Never,
            OfficeError::Read(fault) => Self::Read(fault),
            error => Self::Office(error),
        }
    }
}

/// The desk's answer with what every page says of the platform.
pub(crate) struct Answered<T> {
    pub(crate) platform: ShownPlatform,
    pub(crate) answer: T,
}

/// One who waits for a turn, until it comes or the visitor goes.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        Self { count, before: count.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Counter {
    pub(crate) fn new(
        desk: Arc<dyn PublicDesk>,
        staff: Option<Staff>,
        settings: Settings,
    ) -> Result<Self, CounterError> {
        let assets = Assets::load()?;
        // A desk that does not answer yet is asked again by the first visit.
        let visitors = Visitors::new(settings.visits.clone());
        let platform = RwLock::new(desk.platform().unwrap_or_default());
        let document = serde_json::to_value(api::document())?;
        Ok(Self(Arc::new(Inside {
            desk,
            staff,
            passwords: Arc::new(Semaphore::new(limits::PASSWORDS_AT_ONCE)),
            journeys: Arc::new(Semaphore::new(limits::PROVIDERS_AT_ONCE)),
            settings,
            templates: Templates::load()?,
            writings: Writings::load()?,
            chinese_documentation: Documentation::of(&document, Language::Chinese)?,
            english_documentation: Documentation::of(&document, Language::English)?,
            assets,
            platform,
            faults: AtomicU64::new(1),
            questions: Arc::new(Semaphore::new(limits::QUESTIONS_AT_ONCE)),
            waiting: AtomicUsize::new(0),
            memory: Memory::default(),
            visitors,
            tables: Arc::new(Semaphore::new(limits::TABLES_AT_ONCE)),
            files: Arc::new(Semaphore::new(limits::FILES_AT_ONCE)),
        })))
    }

    /// The office behind the counter; none where only the public is served.
    pub(crate) fn staff(&self) -> Option<Arc<Office>> {
        self.0.staff.as_ref().map(|staff| Arc::clone(&staff.office))
    }

    /// Where files rest that come over the counter.
    pub(crate) fn spool(&self) -> Result<Arc<Spool>, Trouble> {
        self.0.staff.as_ref().map(|staff| Arc::clone(&staff.spool)).ok_or(Trouble::Never)
    }

    /// Asks the office away from the threads that serve, whatever may go wrong.
    pub(crate) async fn asked<T: Send + 'static, E: From<OfficeError> + Send + 'static>(
        &self,
        question: impl FnOnce(&Office) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let lost = || E::from(OfficeError::Stopped);
        let office = self.staff().ok_or_else(lost)?;
        tokio::task::spawn_blocking(move || question(&office)).await.map_err(|_| lost())?
    }

    /// A turn among the passwords that are checked at once: each takes its memory.
    pub(crate) async fn password_turn(&self) -> Result<OwnedSemaphorePermit, Trouble> {
        let busy = || Trouble::Desk(DeskError::Busy { seconds: limits::BUSY_SECONDS });
        let place = Waiting::begin(&self.0.waiting);
        if place.before >= limits::QUESTIONS_WAITING {
            return Err(busy());
        }
        Arc::clone(&self.0.passwords).acquire_owned().await.map_err(|_| busy())
    }

    /// The other platforms that may say who somebody is.
    pub(crate) fn providers(&self) -> &[Arc<dyn IdentityProvider>] {
        self.0.staff.as_ref().map_or(&[], |staff| &staff.providers)
    }

    /// Asks another platform. However long it takes, nobody else waits for it.
    pub(crate) async fn outside<T: Send + 'static>(
        &self,
        provider: &Arc<dyn IdentityProvider>,
        question: impl FnOnce(&dyn IdentityProvider) -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let busy = |_| DeskError::Busy { seconds: limits::BUSY_SECONDS };
        let turn = Arc::clone(&self.0.journeys).try_acquire_owned().map_err(busy)?;
        let provider = Arc::clone(provider);
        let asked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            question(provider.as_ref())
        });
        asked.await.map_err(|_| Trouble::Lost)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.0.assets
    }

    pub(crate) fn writings(&self) -> &Writings {
        &self.0.writings
    }

    pub(crate) fn documentation(&self, language: Language) -> &Documentation {
        match language {
            Language::Chinese => &self.0.chinese_documentation,
            Language::English => &self.0.english_documentation,
        }
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.0.memory
    }

    pub(crate) fn visitors(&self) -> &Visitors {
        &self.0.visitors
    }

    /// The desk's time.
    pub(crate) fn now(&self) -> Instant {
        self.0.desk.now()
    }

    /// What the desk's answers rest on now; none where it does not say.
    pub(crate) async fn moment(&self) -> Option<Moment> {
        let desk = Arc::clone(&self.0.desk);
        tokio::task::spawn_blocking(move || desk.moment().ok()).await.ok().flatten()
    }

    /// Waits for a turn at the desk; those for whom the queue is too long are asked to come again.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Trouble> {
        let busy = || Trouble::Desk(DeskError::Busy { seconds: limits::BUSY_SECONDS });
        let place = Waiting::begin(&self.0.waiting);
        if place.before >= limits::QUESTIONS_WAITING {
            return Err(busy());
        }
        Arc::clone(&self.0.questions).acquire_owned().await.map_err(|_| busy())
    }

    /// Asks the desk one question away from the threads that serve.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        view: View,
        question: impl FnOnce(&dyn PublicDesk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<Answered<T>, Trouble> {
        let turn = self.turn().await?;
        let desk = Arc::clone(&self.0.desk);
        let asked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let platform = desk.platform()?;
            // Today without an hour means its last second: what is known until then is known now.
            let is_to_come = |day: Day| day > platform.today();
            let future = view.as_of.is_some_and(is_to_come)
                || view.known.is_some_and(|time| is_to_come(time.day()));
            if future {
                return Err(Trouble::Future);
            }
            let answer = question(desk.as_ref())?;
            Ok(Answered { platform, answer })
        });
        let answered = asked.await.map_err(|_| Trouble::Lost)??;
        let mut last = self.0.platform.write().unwrap_or_else(PoisonError::into_inner);
        last.clone_from(&answered.platform);
        drop(last);
        Ok(answered)
    }

    /// The desk, for an answer that asks it many questions one after the other.
    pub(crate) fn desk(&self) -> Arc<dyn PublicDesk> {
        Arc::clone(&self.0.desk)
    }

    /// A turn among the tables that are made at once.
    pub(crate) fn table_turn(&self) -> Result<OwnedSemaphorePermit, Trouble> {
        let busy = |_| DeskError::Busy { seconds: limits::BUSY_SECONDS };
        Ok(Arc::clone(&self.0.tables).try_acquire_owned().map_err(busy)?)
    }

    /// A turn among the files that go out at once.
    pub(crate) fn file_turn(&self) -> Result<OwnedSemaphorePermit, Trouble> {
        let busy = |_| DeskError::Busy { seconds: limits::BUSY_SECONDS };
        Ok(Arc::clone(&self.0.files).try_acquire_owned().map_err(busy)?)
    }

    /// Renders a feed.
    pub(crate) fn feed<C: Serialize>(
        &self,
        context: &C,
        chrome: &Chrome,
    ) -> Result<Response, Trouble> {
        let body = self.0.templates.render(chrome.language, "feed.xml", context)?;
        Ok(answer::feed(body, chrome))
    }

    /// Renders a page that can be shown.
    pub(crate) fn page<C: Serialize>(
        &self,
        template: &str,
        context: &C,
        chrome: &Chrome,
    ) -> Result<Response, Trouble> {
        let body = self.0.templates.render(chrome.language, template, context)?;
        Ok(answer::page(body, chrome))
    }

    /// Renders a page for whom it is for alone.
    pub(crate) fn private<C: Serialize>(
        &self,
        template: &str,
        context: &C,
        chrome: &Chrome,
        status: StatusCode,
    ) -> Result<Response, Trouble> {
        let body = self.0.templates.render(chrome.language, template, context)?;
        Ok(answer::private(body, chrome, status))
    }

    /// The answer, or a calm page or problem about why there is none.
    pub(crate) fn settle(&self, visit: &Visit, answer: Result<Response, Trouble>) -> Response {
        answer.unwrap_or_else(|trouble| self.trouble(visit, &trouble))
    }

    fn trouble(&self, visit: &Visit, trouble: &Trouble) -> Response {
        let message = page::message::Message::of(trouble, || self.reference());
        if message.status.is_server_error() {
            let reference = message.reference.as_deref().unwrap_or_default();
            tracing::error!(reference, path = visit.path, "{trouble}");
        }
        if visit.format == Format::Json {
            return api::problem::response(self, visit, &message);
        }
        let platform = self.0.platform.read().unwrap_or_else(PoisonError::into_inner).clone();
        let chrome = Chrome::for_message(self, visit, platform, &message);
        let form = page::message::Form::of(trouble, visit, self.now());
        let context = page::message::MessagePage { chrome: &chrome, message: &message, form };
        match self.0.templates.render(visit.language, "message.html", &context) {
            Ok(body) => answer::message(body, &message, Robots::Hidden),
            Err(error) => {
                tracing::error!("could not render a message: {error}");
                answer::bare(message.status)
            }
        }
    }

    /// The words of a key, for answers that are no page.
    pub(crate) fn words(&self, visit: &Visit, key: &str) -> String {
        self.0.templates.words(visit.language, key)
    }

    fn reference(&self) -> String {
        let number = self.0.faults.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.0.settings.instance)
    }
}
