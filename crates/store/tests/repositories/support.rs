//! Stores to test on, and units of work written as closures.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use qist_app::error::{Error, Result};
use qist_app::ports::store::{Store as _, Tx, Unit};
use qist_domain::day::Instant;
use qist_domain::refusal::Code;
use qist_store::{Body, Conn, DatabaseUrl, DbError, DbStore, MasterKeys, Options, async_trait};
use qist_testkit::postgres::{self, TestDatabase};
use tempfile::TempDir;

/// Runs each function named, which takes a `Fixture`, once per engine.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                super::$name(crate::support::Fixture::sqlite().await).await;
            }
        )* }
        mod on_postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                super::$name(crate::support::Fixture::postgres().await).await;
            }
        )* }
    };
}

/// `in_write!(store, tx => tx.user(tenant, id))`: one write transaction. What is captured has to be `Copy`: see [`fixed`].
macro_rules! in_write {
    ($store:expr, $tx:ident => $run:expr) => {
        crate::support::write(&$store, move |$tx| Box::pin(async move { $run.await })).await
    };
}

/// The same for a reading transaction.
macro_rules! in_read {
    ($store:expr, $tx:ident => $run:expr) => {
        crate::support::read(&$store, move |$tx| Box::pin(async move { $run.await })).await
    };
}

/// A migrated database of its own.
pub struct Fixture {
    pub store: DbStore,
    pub url: DatabaseUrl,
    place: Place,
}

enum Place {
    Sqlite(TempDir),
    /// Kept because it is dropped with its value.
    Postgres {
        _database: TestDatabase,
    },
}

impl Fixture {
    pub async fn sqlite() -> Fixture {
        let directory = TempDir::new().unwrap();
        let url = format!("sqlite:{}", directory.path().join("test.db").display());
        Fixture::at(&url, Place::Sqlite(directory)).await
    }

    pub async fn postgres() -> Fixture {
        let database = postgres::database().unwrap();
        let url = database.url();
        Fixture::at(&url, Place::Postgres { _database: database }).await
    }

    async fn at(url: &str, place: Place) -> Fixture {
        let url: DatabaseUrl = url.parse().unwrap();
        let store = open(&url, masters()).await.unwrap();
        store.migrate(at(0)).await.unwrap();
        Fixture { store, url, place }
    }

    /// Everything that the database has on its disk, where that is one file; `None` on a server.
    pub fn bytes_on_disk(&self) -> Option<Vec<u8>> {
        let Place::Sqlite(directory) = &self.place else { return None };
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(directory.path()).unwrap() {
            bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        Some(bytes)
    }

    /// Closes the store and opens it with other master keys.
    pub async fn reopen(&mut self, masters: MasterKeys) {
        self.store.close().await;
        self.store = open(&self.url, masters).await.unwrap();
    }
}

async fn open(url: &DatabaseUrl, masters: MasterKeys) -> std::result::Result<DbStore, DbError> {
    let options = Options { accept_volatile_server: true, ..Options::default() };
    DbStore::open(url, options, masters).await
}

pub fn masters() -> MasterKeys {
    MasterKeys::new("first", &[1; 32])
}

/// `seconds` after the beginning of the tests' time, 2026-11-20 06:00 UTC.
pub fn at(seconds: i64) -> Instant {
    Instant::from_micros(1_795_154_400_000_000).plus_seconds(seconds)
}

/// A value that closures can capture by reference, for as long as the test runs.
pub fn fixed<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The future of a closure that is a unit of work.
pub type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

struct Closure<T, F> {
    run: F,
    out: Mutex<Option<T>>,
}

#[async_trait]
impl<T, F> Unit for Closure<T, F>
where
    T: Send + 'static,
    F: for<'a> Fn(&'a mut (dyn Tx + 'a)) -> Running<'a, T> + Send + Sync + 'static,
{
    async fn run(&self, tx: &mut dyn Tx) -> Result<()> {
        let out = (self.run)(tx).await?;
        *self.out.lock().unwrap() = Some(out);
        Ok(())
    }
}

pub async fn write<T, F>(store: &DbStore, run: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'a> Fn(&'a mut (dyn Tx + 'a)) -> Running<'a, T> + Send + Sync + 'static,
{
    let unit = Arc::new(Closure { run, out: Mutex::new(None) });
    store.write(Arc::clone(&unit) as Arc<dyn Unit>).await?;
    Ok(unit.out.lock().unwrap().take().unwrap())
}

pub async fn read<T, F>(store: &DbStore, run: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'a> Fn(&'a mut (dyn Tx + 'a)) -> Running<'a, T> + Send + Sync + 'static,
{
    let unit = Arc::new(Closure { run, out: Mutex::new(None) });
    store.read(Arc::clone(&unit) as Arc<dyn Unit>).await?;
    Ok(unit.out.lock().unwrap().take().unwrap())
}

pub async fn scan<T, F>(store: &DbStore, run: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'a> Fn(&'a mut (dyn Tx + 'a)) -> Running<'a, T> + Send + Sync + 'static,
{
    let unit = Arc::new(Closure { run, out: Mutex::new(None) });
    store.scan(Arc::clone(&unit) as Arc<dyn Unit>).await?;
    Ok(unit.out.lock().unwrap().take().unwrap())
}

/// The code of a refusal; anything else fails the test.
pub fn code_of<T: std::fmt::Debug>(answer: Result<T>) -> Code {
    match answer {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

/// The log text of an internal error; anything else fails the test.
pub fn internal_text<T: std::fmt::Debug>(answer: Result<T>) -> String {
    match answer {
        Err(Error::Internal(text)) => text,
        other => panic!("not an internal error: {other:?}"),
    }
}

struct Script(String);

#[async_trait]
impl Body for Script {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> std::result::Result<(), DbError> {
        conn.execute_batch(&self.0).await
    }
}

/// Runs SQL behind the repositories' back.
pub async fn script(store: &DbStore, sql: impl Into<String>) {
    store.db().write(Arc::new(Script(sql.into()))).await.unwrap();
}

struct Texts(String);

#[async_trait]
impl Body for Texts {
    type Out = Vec<String>;
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> std::result::Result<Vec<String>, DbError> {
        conn.query(&self.0, &[], |row| row.get(0)).await
    }
}

/// The first column, which is text, of every row that a query answers.
pub async fn texts(store: &DbStore, sql: impl Into<String>) -> Vec<String> {
    store.db().read_scan(Arc::new(Texts(sql.into()))).await.unwrap()
}

/// The one integer that a query answers.
pub async fn number(store: &DbStore, sql: &str) -> i64 {
    texts(store, format!("SELECT CAST(({sql}) AS TEXT)")).await[0].parse().unwrap()
}
