//! The engine: the only place that names a driver or a dialect.
//!
//! | file | what is in it |
//! |---|---|
//! | `conn.rs` | the handle a body speaks through |
//! | `body.rs` | what a transaction body is, and its supervision |
//! | `sql.rs` | one SQL text for both engines: markers, slots, blocks |
//! | `param.rs`, `row.rs` | values in and out |
//! | `sqlite/` | writer thread with group commit, readers, settings |
//! | `postgres/` | pool, transactions that can be run again, TLS |

mod body;
mod conn;
mod error;
mod options;
mod param;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod url;

use std::sync::Arc;

pub use self::body::Body;
pub use self::conn::Conn;
pub use self::error::DbError;
pub use self::options::Options;
pub use self::param::Param;
pub use self::row::{Cell, FromColumn, Row};
pub use self::sql::Dialect;
pub use self::url::{DatabaseUrl, Tls};

/// A database. Clones share it.
///
/// ```no_run
/// # use qist_store::{Body, Conn, Db, DbError, Options, async_trait};
/// # use std::sync::Arc;
/// struct CountLoans;
///
/// #[async_trait]
/// impl Body for CountLoans {
///     type Out = i64;
///     type Err = DbError;
///
///     async fn run(&self, conn: &mut Conn<'_>) -> Result<i64, DbError> {
///         conn.query_one("SELECT count(*) FROM loans", &[], |row| row.get(0)).await
///     }
/// }
///
/// # async fn example() -> Result<(), DbError> {
/// let db = Db::open(&"sqlite:data/qist.db".parse()?, Options::default()).await?;
/// let loans = db.read(Arc::new(CountLoans)).await?;
/// # let _ = loans; Ok(()) }
/// ```
#[derive(Clone)]
pub struct Db {
    engine: Arc<Engine>,
}

enum Engine {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl Db {
    /// Opens a database and looks whether it can be trusted with money: see [`DbError::Unusable`].
    ///
    /// A SQLite file is made when there is none, and belongs to this process until
    /// [`close`](Self::close). Must be called inside a tokio runtime.
    pub async fn open(url: &DatabaseUrl, options: Options) -> Result<Self, DbError> {
        let engine = match url {
            DatabaseUrl::Sqlite { path } => {
                let path = path.clone();
                // Opening reads the whole log of a database that was killed.
                let opening = move || sqlite::Database::open(&path, &options);
                let opened = tokio::task::spawn_blocking(opening).await;
                Engine::Sqlite(opened.map_err(|error| DbError::unavailable(error.to_string()))??)
            }
            DatabaseUrl::Postgres { url, tls } => Engine::Postgres(postgres::Database::open(url, tls, &options).await?),
        };
        Ok(Self { engine: Arc::new(engine) })
    }

    /// Runs a body in one transaction, which is on the disk when this answers `Ok`.
    ///
    /// Giving up waiting (dropping the future) leaves it open whether the write happens.
    pub async fn write<B: Body>(&self, body: Arc<B>) -> Result<B::Out, B::Err> {
        match &*self.engine {
            Engine::Sqlite(database) => database.write(body).await,
            Engine::Postgres(database) => database.write(&*body).await,
        }
    }

    /// Runs a body that reads a few rows through an index. Each statement sees the newest data; a body whose statements must agree with each other wants
    /// [`read_snapshot`](Self::read_snapshot).
    pub async fn read<B: Body>(&self, body: Arc<B>) -> Result<B::Out, B::Err> {
        match &*self.engine {
            Engine::Sqlite(database) => database.read(&*body).await,
            Engine::Postgres(database) => database.read(&*body).await,
        }
    }

    /// Runs a reading body whose statements all see the same moment.
    pub async fn read_snapshot<B: Body>(&self, body: Arc<B>) -> Result<B::Out, B::Err> {
        match &*self.engine {
            Engine::Sqlite(database) => database.read_snapshot(&*body).await,
            Engine::Postgres(database) => database.read_snapshot(&*body).await,
        }
    }

    /// Runs a reading body that takes milliseconds, such as a page of a list, away from the
    /// workers that answer requests; all its statements see the same moment.
    pub async fn read_scan<B: Body>(&self, body: Arc<B>) -> Result<B::Out, B::Err> {
        match &*self.engine {
            Engine::Sqlite(database) => database.read_scan(body).await,
            Engine::Postgres(database) => database.read_scan(&*body).await,
        }
    }

    /// Prepares a statement without running it: for the test that every statement of the program
    /// is understood by both engines.
    pub async fn check(&self, sql: &str) -> Result<(), DbError> {
        match &*self.engine {
            Engine::Sqlite(database) => database.check(sql).await,
            Engine::Postgres(database) => database.check(sql).await,
        }
    }

    /// Which engine this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match &*self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Finishes what is running and lets go of the database, for every clone. What is asked of it
    /// afterwards is [`DbError::Unavailable`].
    pub async fn close(&self) {
        match &*self.engine {
            Engine::Sqlite(database) => database.close().await,
            Engine::Postgres(database) => database.close(),
        }
    }
}
