//! `gongxin serve`: the portal, the API, and the faces that follow the changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use gongxin_app::notices::{Carriers, Stage};
use gongxin_app::public::{OfficeDesk, OpenDataKeep, StatisticsKeep};
use gongxin_app::{Office, OfficeError, Spool};
use gongxin_model::names::NameIndex;
use gongxin_search::{SearchError, TantivyIndex};
use gongxin_web::Settings;

use super::inbox::Inbox;
use super::intake::{child_command, paper_command};
use super::{notices, open_or_found, site};
use crate::arguments::{Place, Serve};
use crate::door;
use crate::exit::Exit;
use crate::screen::{say, tell};

/// So often the faces look for changes.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// After so many looks at the changes the desk is asked to compute what is due of what it keeps.
const LOOKS_TO_KEEP: u32 = 10;

pub(crate) fn run(place: &Place, ask: &Serve) -> anyhow::Result<Exit> {
    let (carriers, told) = notices::channels(ask.channels.notices.as_deref())?;
    let settings =
        Settings { channels: told, paper_reader: paper_command(), ..site::settings(&ask.site)? };
    let office = open_or_found(place)?;
    // What is shown of a store that was left grows old.
    office.refuse_moved()?;
    let providers = match &ask.oidc {
        Some(file) => super::oidc::providers(file, &office)?,
        None => Vec::new(),
    };
    let faces = index_directory(place, ask.index.as_deref())?;
    // A place's index is of no use to the store of another platform that comes to the same place.
    let platform = office.store().founding().platform;
    let directory = faces.join(platform.to_string());
    let opened = TantivyIndex::open(&directory).map_err(named).context("opening the name index")?;
    if let Some(because) = opened.rebuilt_because {
        tell(&format!("the name index is made anew: {because}"));
    }
    let names: Arc<dyn NameIndex> = Arc::new(opened.index);
    let stop = Arc::new(AtomicBool::new(false));
    let statistics =
        Arc::new(StatisticsKeep::at(&faces.join(format!("{platform}.statistics.json"))));
    let open_data = Arc::new(OpenDataKeep::at(&faces.join(format!("{platform}.open"))));
    let follower = follow(Arc::clone(&office), Arc::clone(&names), Arc::clone(&stop));
    let counter = count(Arc::clone(&office), Arc::clone(&statistics), Arc::clone(&stop));
    let maker = make(Arc::clone(&office), Arc::clone(&open_data), Arc::clone(&stop));
    let couriers = tell_accounts(&office, &carriers, &stop);
    let desk = OfficeDesk::new(Arc::clone(&office), names).with_statistics(statistics);
    let desk = Arc::new(desk.with_open_data(open_data));
    let keeper = keep(Arc::clone(&desk), Arc::clone(&stop));
    let inbox = match &ask.inbox {
        Some(directory) => Some(Inbox::at(directory, place, child_command())?),
        None => None,
    };
    let taker = inbox.map(|inbox| inbox.watch(Arc::clone(&office), Arc::clone(&stop)));
    let spool = Arc::new(Spool::at(&faces.join(format!("{platform}.spool")), child_command())?);
    let router =
        gongxin_web::staffed_with(desk, (office, Arc::clone(&spool)), providers, settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((ask.host.as_str(), ask.port))
            .await
            .with_context(|| format!("listening at {}:{}", ask.host, ask.port))?;
        say(&format!("http://{}", listener.local_addr()?));
        gongxin_web::serve(listener, router, ended()).await?;
        anyhow::Ok(())
    });
    stop.store(true, Ordering::Relaxed);
    // What is being taken in stops after the transaction under way, and can be gone on with.
    spool.stop();
    let _ = follower.join();
    let _ = keeper.join();
    let _ = maker.join();
    if let Some(taker) = taker {
        let _ = taker.join();
    }
    let gathering = couriers.into_iter().next();
    let _ = gathering.map(std::thread::JoinHandle::join);
    // A count under way would hold up the end; what it did not keep is counted again. So would a
    // letter whose receiver does not answer: it goes again, under its own id, when its lease is over.
    drop(counter);
    served.map(|()| Exit::Done)
}

/// Two processes over one database are meant to be: each has an index of its own.
fn named(error: SearchError) -> anyhow::Error {
    let busy = matches!(error, SearchError::Busy(_));
    let error = anyhow::Error::from(error);
    if busy {
        return error.context("each `serve` needs a directory of its own: name one with --index");
    }
    error
}

async fn ended() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupted => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

fn index_directory(place: &Place, named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    match place.store.strip_prefix("sqlite:") {
        Some(path) => Ok(PathBuf::from(format!("{path}.names"))),
        None => Ok(door::data_directory()?.join("names")),
    }
}

/// Lets the name index follow the changes until the server stops.
#[expect(clippy::disallowed_methods, reason = "the door waits between looks at the changes")]
fn follow(
    office: Arc<Office>,
    names: Arc<dyn NameIndex>,
    stop: Arc<AtomicBool>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            if let Err(error) = office.follow(names.as_ref()) {
                tracing::warn!("the name index does not follow: {error}");
            }
            std::thread::sleep(FOLLOW_EVERY);
        }
    })
}

/// Lets the desk compute at its rhythm what it keeps, until the server stops.
#[expect(clippy::disallowed_methods, reason = "the door waits between looks at what is due")]
fn keep(desk: Arc<OfficeDesk>, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut looks = 0;
        while !stop.load(Ordering::Relaxed) {
            if looks % LOOKS_TO_KEEP == 0
                && let Err(error) = desk.keep()
            {
                tracing::warn!("what the pages keep is not computed: {error}");
            }
            looks = looks.wrapping_add(1);
            std::thread::sleep(FOLLOW_EVERY);
        }
    })
}

/// Keeps the figures of the month, in a thread of its own: the name index does not wait for a count.
#[expect(clippy::disallowed_methods, reason = "the door waits between looks at the calendar")]
fn count(
    office: Arc<Office>,
    statistics: Arc<StatisticsKeep>,
    stop: Arc<AtomicBool>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            if let Err(error) = office.keep_statistics(&statistics) {
                tracing::warn!("the figures are not counted: {error}");
            }
            std::thread::sleep(FOLLOW_EVERY);
        }
    })
}

/// Makes the files of open data, in a thread of its own: they take the longest.
#[expect(clippy::disallowed_methods, reason = "the door waits between looks at what is due")]
fn make(
    office: Arc<Office>,
    open_data: Arc<OpenDataKeep>,
    stop: Arc<AtomicBool>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            let go_on = || !stop.load(Ordering::Relaxed);
            if let Err(error) = office.keep_open_data(&open_data, &go_on) {
                tracing::warn!("open data is not made: {error}");
            }
            std::thread::sleep(FOLLOW_EVERY);
        }
    })
}

/// Tells accounts what happened, each channel in a thread of its own: one that hangs holds up no other. The
/// first of them makes the notices.
fn tell_accounts(
    office: &Arc<Office>,
    carriers: &Carriers,
    stop: &Arc<AtomicBool>,
) -> Vec<std::thread::JoinHandle<()>> {
    let gathering = courier(Arc::clone(stop), {
        let office = Arc::clone(office);
        move |go_on: &dyn Fn(Stage) -> bool| office.gather_notices(go_on).map(drop)
    });
    let mut couriers = vec![gathering];
    let mut send = |channels: &'static [&'static str]| {
        let (office, carriers) = (Arc::clone(office), carriers.clone());
        couriers.push(courier(Arc::clone(stop), move |go_on: &dyn Fn(Stage) -> bool| {
            office.deliver_notices(&carriers, channels, go_on).map(drop)
        }));
    };
    if carriers.mail.is_some() {
        send(&["code", "mail"]);
    }
    if carriers.webhook.is_some() {
        send(&["webhook"]);
    }
    couriers
}

#[expect(clippy::disallowed_methods, reason = "the door waits between looks at what is due")]
fn courier(
    stop: Arc<AtomicBool>,
    work: impl Fn(&dyn Fn(Stage) -> bool) -> Result<(), OfficeError> + Send + 'static,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            match work(&|_| !stop.load(Ordering::Relaxed)) {
                Ok(()) | Err(OfficeError::Stopped) => {}
                Err(error) => tracing::warn!("notices are not told: {error}"),
            }
            std::thread::sleep(FOLLOW_EVERY);
        }
    })
}
