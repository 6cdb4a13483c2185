//! Where a test's store lives: a temporary file, or a fresh database.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use gongxin_store::StoreUrl;
use gongxin_store::testing::{TestServer, drop_database, fresh_database};

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
        match &self.url {
            StoreUrl::Sqlite(path) => all_of_sqlite(path),
            StoreUrl::Postgres(url) => all_of_postgres(url),
        }
    }
}

fn all_of_sqlite(path: &std::path::Path) -> Vec<Vec<u8>> {
    use rusqlite::types::ValueRef;
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut tables =
        connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables: Vec<String> =
        tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let mut values = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).unwrap()
                {
                    values.push(bytes.to_vec());
                }
            }
        }
    }
    values
}

fn all_of_postgres(url: &str) -> Vec<Vec<u8>> {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let columns = client
        .query(
            "SELECT table_name::text, column_name::text, data_type::text \
             FROM information_schema.columns \
             WHERE table_schema = 'public' AND data_type IN ('text', 'bytea')",
            &[],
        )
        .unwrap();
    let mut values = Vec::new();
    for found in columns {
        let (table, column): (String, String) = (found.get(0), found.get(1));
        let select = format!("SELECT \"{column}\" FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        for row in client.query(&select, &[]).unwrap() {
            values.push(match found.get::<_, String>(2).as_str() {
                "text" => row.get::<_, String>(0).into_bytes(),
                _ => row.get(0),
            });
        }
    }
    values
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
