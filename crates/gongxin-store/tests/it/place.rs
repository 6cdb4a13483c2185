//! Where a test's store lives: a temporary file, or a fresh database.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gongxin_store::testing::{TestServer, drop_database, fresh_database};
use gongxin_store::{Store, StoreUrl};

use crate::world::founding;

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

    pub(crate) fn founded(&self) -> Store {
        Store::found(&self.url, &founding()).unwrap()
    }

    /// A second place on the same engine.
    pub(crate) fn other(&self) -> Self {
        Self::new(self.engine)
    }

    /// Runs statements beside the store, as damage or another program would.
    pub(crate) fn tamper(&self, sql: &str) {
        match &self.url {
            StoreUrl::Sqlite(path) => {
                rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            StoreUrl::Postgres(url) => {
                let sql = sql.replace(" x'", " '\\x");
                postgres::Client::connect(url, postgres::NoTls)
                    .unwrap()
                    .batch_execute(&sql)
                    .unwrap();
            }
        }
    }

    /// The file of a store on SQLite.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match &self.url {
            StoreUrl::Sqlite(path) => Some(path.clone()),
            StoreUrl::Postgres(_) => None,
        }
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
macro_rules! store_test {
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
