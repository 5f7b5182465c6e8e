//! Databases to test on, and bodies written as closures.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex};

use qist_store::{Body, Conn, Db, DbError, Dialect, Options, async_trait};
use qist_testkit::postgres::{self, TestDatabase};
use tempfile::TempDir;
use tokio::task::{JoinHandle, block_in_place};

/// Runs each function named, which takes a `Db`, once per engine.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                let fixture = crate::support::SqliteFixture::new().await;
                super::$name(fixture.db.clone()).await;
            }
        )* }
        mod on_postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                let fixture = crate::support::PostgresFixture::new().await;
                super::$name(fixture.db.clone()).await;
            }
        )* }
    };
}

/// A SQLite file of its own.
pub struct SqliteFixture {
    pub db: Db,
    pub directory: TempDir,
}

/// A PostgreSQL database of its own.
pub struct PostgresFixture {
    pub db: Db,
    pub database: TestDatabase,
}

impl SqliteFixture {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let directory = TempDir::new().unwrap();
        let db = open_file(&directory, options).await.unwrap();
        Self { db, directory }
    }
}

/// The SQLite database in a directory.
pub async fn open_file(directory: &TempDir, options: Options) -> Result<Db, DbError> {
    let url = format!("sqlite:{}", directory.path().join("test.db").display());
    Db::open(&url.parse()?, options).await
}

impl PostgresFixture {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let database = postgres::database().unwrap();
        let options = Options { accept_volatile_server: true, ..options };
        let db = Db::open(&database.url().parse().unwrap(), options).await.unwrap();
        Self { db, database }
    }
}

/// The future of a closure that is a body.
pub type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbError>> + Send + 'a>>;

/// A closure as a body.
pub struct Closure<T, F> {
    run: F,
    out: PhantomData<fn() -> T>,
}

#[async_trait]
impl<T, F> Body for Closure<T, F>
where
    T: Send + 'static,
    F: for<'a> Fn(&'a mut Conn<'_>) -> Running<'a, T> + Send + Sync + 'static,
{
    type Out = T;
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<T, DbError> {
        (self.run)(conn).await
    }
}

/// A body from a closure that answers a boxed future.
pub fn body<T, F>(run: F) -> Arc<Closure<T, F>>
where
    F: for<'a> Fn(&'a mut Conn<'_>) -> Running<'a, T> + Send + Sync + 'static,
{
    Arc::new(Closure { run, out: PhantomData })
}

/// Runs a body in a task of its own.
pub fn write_later<B: Body>(db: &Db, body: Arc<B>) -> JoinHandle<Result<B::Out, B::Err>> {
    let db = db.clone();
    tokio::spawn(async move { db.write(body).await })
}

/// Runs a script in a transaction.
pub async fn script(db: &Db, sql: &'static str) {
    db.write(body(move |conn| Box::pin(conn.execute_batch(sql)))).await.unwrap();
}

/// The one integer a query answers.
pub async fn number(db: &Db, sql: &'static str) -> i64 {
    db.read(body(move |conn| Box::pin(conn.query_one(sql, &[], |row| row.get(0))))).await.unwrap()
}

/// Runs one statement without parameters in a transaction.
pub async fn execute(db: &Db, sql: &'static str) -> Result<u64, DbError> {
    db.write(body(move |conn| Box::pin(conn.execute(sql, &[])))).await
}

/// A transaction that is kept open, and its thread busy, until it is let go.
pub struct Held {
    release: Sender<()>,
    holding: JoinHandle<Result<(), DbError>>,
}

/// Runs a script in a transaction and stays in it. On SQLite this keeps the writer thread busy, so
/// that what is sent meanwhile makes up one batch.
pub async fn hold(db: &Db, sql: &'static str) -> Held {
    let (release, released) = std::sync::mpsc::channel();
    let (reached, at_work) = tokio::sync::oneshot::channel();
    let parts: Mutex<Option<(Receiver<()>, _)>> = Mutex::new(Some((released, reached)));
    let hold = body(move |conn: &mut Conn<'_>| {
        let (released, reached) = parts.lock().unwrap().take().unwrap();
        Box::pin(async move {
            conn.execute_batch(sql).await?;
            reached.send(()).unwrap();
            match conn.dialect() {
                Dialect::Sqlite => released.recv().unwrap(),
                // Here the body is on a worker of the runtime, which has other tasks to run.
                Dialect::Postgres => block_in_place(|| released.recv().unwrap()),
            }
            Ok(())
        })
    });
    let holding = write_later(db, hold);
    at_work.await.unwrap();
    Held { release, holding }
}

impl Held {
    pub async fn let_go(self) {
        self.release.send(()).unwrap();
        self.holding.await.unwrap().unwrap();
    }
}
