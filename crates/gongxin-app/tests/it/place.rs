//! Where a test's store lives: a temporary file, or a fresh database.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use gongxin_store::StoreUrl;
use gongxin_store::testing::{TestServer, drop_database, every_value, fresh_database};

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A place for one store, gone after the test.
pub(crate) struct Place {
    pub(crate) engine: Engine,
    pub(crate) url: StoreUrl,
    pub(crate) directory: tempfile::TempDir,
    server: Option<String>,
    // Held so that the server outlives the test.
    _owned: Option<Arc<TestServer>>,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (server, owned) = match engine {
            Engine::Sqlite => (None, None),
            Engine::Postgres => {
                let (url, owned) = server();
                (Some(url), owned)
            }
        };
        let url = match &server {
            None => StoreUrl::Sqlite(directory.path().join("store.db")),
            Some(server) => fresh_database(server).unwrap(),
        };
        Self { engine, url, directory, server, _owned: owned }
    }

    /// A second place on the same engine.
    pub(crate) fn other(&self) -> Self {
        Self::new(self.engine)
    }

    /// Every value of every column of every table, as text or bytes.
    pub(crate) fn everything(&self) -> Vec<Vec<u8>> {
        every_value(&self.url).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            let _ = drop_database(server, &self.url);
        }
    }
}

/// The server that the environment names, or one of this process's own.
fn server() -> (String, Option<Arc<TestServer>>) {
    static OWN: Mutex<Weak<TestServer>> = Mutex::new(Weak::new());
    #[expect(clippy::disallowed_methods, reason = "the test command passes its server so")]
    if let Ok(url) = std::env::var("GONGXIN_TEST_POSTGRES") {
        return (url, None);
    }
    let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
    let server = own.upgrade().unwrap_or_else(|| {
        // A name of its own: the server before it may still be stopping.
        let parent = tempfile::Builder::new().prefix("gongxin-postgres-").tempdir().unwrap();
        let directory = parent.keep();
        std::fs::remove_dir(&directory).unwrap();
        Arc::new(TestServer::start(&directory).unwrap())
    });
    *own = Arc::downgrade(&server);
    (server.url(), Some(server))
}

/// Each named function as a test on either engine.
#[macro_export]
macro_rules! office_test {
    ($($name:ident)*) => {$(
        mod $name {
            use $crate::place::{Engine, Place};

            #[test]
            fn sqlite() {
                super::$name(&Place::new(Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                super::$name(&Place::new(Engine::Postgres));
            }
        }
    )*};
}
