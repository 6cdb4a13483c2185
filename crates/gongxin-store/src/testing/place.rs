//! Where a test's store lives: a temporary file, or a fresh database.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gongxin_model::PublicId;
use gongxin_seal::HashSuite;

use super::{TestServer, drop_database, every_value, fresh_database};
use crate::{Founding, Store, StoreUrl};

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A database of its own.
    Postgres,
}

/// A place for one store, gone after the test.
#[derive(Debug)]
pub struct Place {
    /// The engine.
    pub engine: Engine,
    /// The address of the store.
    pub url: StoreUrl,
    /// An empty directory for the test's files.
    pub directory: tempfile::TempDir,
    server: Option<String>,
    // Held so that the server outlives the test.
    _owned: Option<Arc<TestServer>>,
}

impl Place {
    /// A place on the engine. PostgreSQL is the server that `GONGXIN_TEST_POSTGRES` names, or one
    /// of this process's own.
    ///
    /// # Panics
    /// PostgreSQL cannot be reached; the message says what to install.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
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
    #[must_use]
    pub fn other(&self) -> Self {
        Self::new(self.engine)
    }

    /// A store founded here, of the platform of [`founding`].
    #[must_use]
    pub fn founded(&self) -> Store {
        Store::found(&self.url, &founding()).unwrap()
    }

    /// The file of a store on SQLite.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        match &self.url {
            StoreUrl::Sqlite(path) => Some(path.clone()),
            StoreUrl::Postgres(_) => None,
        }
    }

    /// Every value of the store, as [`every_value`] reads them.
    #[must_use]
    pub fn everything(&self) -> Vec<Vec<u8>> {
        every_value(&self.url).unwrap()
    }

    /// Alters every standing, and no checksum.
    pub fn spoil_standings(&self) {
        self.tamper("UPDATE standing SET disputed = 1 - disputed");
    }

    /// Runs statements beside the store, as damage or another program would. Byte strings are
    /// written as SQLite has them.
    pub fn tamper(&self, sql: &str) {
        match &self.url {
            StoreUrl::Sqlite(path) => {
                rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            StoreUrl::Postgres(url) => {
                let sql = sql.replace(" x'", " '\\x");
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.batch_execute(&sql).unwrap();
            }
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

/// A platform of tests.
#[must_use]
pub fn founding() -> Founding {
    Founding {
        platform: PublicId([1; 16]),
        suite: HashSuite::Sha256,
        key_fingerprint: "0123".to_owned(),
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

/// Each named function as a test on either engine: it is given a [`Place`].
#[macro_export]
macro_rules! engine_test {
    ($($name:ident)*) => {$(
        mod $name {
            use $crate::testing::{Engine, Place};

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
