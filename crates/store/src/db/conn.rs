//! The handle a body speaks through.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::error::{Fault, Harm};
use super::{DbError, Dialect, Param, Row, param, postgres, sqlite};

/// One open transaction, or on PostgreSQL a plain connection for reads.
///
/// Statements are written once for both engines; `sql.rs` in this folder lists the markers and
/// slots. Each distinct text is prepared once per connection.
pub struct Conn<'a> {
    engine: Engine<'a>,
    access: Access,
    harm: Harm,
}

enum Engine<'a> {
    Sqlite(&'a mut sqlite::Session),
    Postgres(postgres::Session<'a>),
}

/// Whether a body may change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

impl<'a> Conn<'a> {
    pub(super) fn sqlite(session: &'a mut sqlite::Session, access: Access) -> Self {
        Self { engine: Engine::Sqlite(session), access, harm: Harm::None }
    }

    pub(super) fn postgres(session: postgres::Session<'a>, access: Access) -> Self {
        Self { engine: Engine::Postgres(session), access, harm: Harm::None }
    }

    /// Which tongue the engine speaks: for the few queries in `db` that need two bodies.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// All rows of a query.
    pub async fn query<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<Vec<T>, DbError>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        self.usable(params)?;
        let answer = match &mut self.engine {
            Engine::Sqlite(session) => session.query(sql, params, map),
            Engine::Postgres(session) => session.query(sql, params, map).await,
        };
        self.noted(answer)
    }

    /// Like [`query`](Self::query), but planned for these very values: for pattern searches, whose
    /// best plan depends on the pattern. PostgreSQL keeps one plan for a prepared statement, and it
    /// can be many times slower than the right one.
    pub async fn query_planned<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<Vec<T>, DbError>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        self.usable(params)?;
        let answer = match &mut self.engine {
            Engine::Sqlite(session) => session.query(sql, params, map),
            Engine::Postgres(session) => session.query_planned(sql, params, map).await,
        };
        self.noted(answer)
    }

    /// The only row, or none. More than one is [`DbError::NotOne`].
    pub async fn query_opt<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<Option<T>, DbError>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        let mut rows = self.query(sql, params, map).await?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            many => Err(not_one(many)),
        }
    }

    /// The only row. None, or more than one, is [`DbError::NotOne`].
    pub async fn query_one<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<T, DbError>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        self.query_opt(sql, params, map).await?.ok_or_else(|| not_one(0))
    }

    /// Runs a statement that answers no rows; tells how many rows it touched.
    pub async fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, DbError> {
        self.writable()?;
        self.usable(params)?;
        let answer = match &mut self.engine {
            Engine::Sqlite(session) => session.execute(sql, params),
            Engine::Postgres(session) => session.execute(sql, params).await,
        };
        self.noted(answer)
    }

    /// Like [`execute`](Self::execute); anything but exactly one row is [`DbError::NotOne`].
    pub async fn execute_one(&mut self, sql: &str, params: &[Param<'_>]) -> Result<(), DbError> {
        match self.execute(sql, params).await? {
            1 => Ok(()),
            touched => Err(DbError::NotOne { touched }),
        }
    }

    /// Runs a script of many statements, such as a migration: slots and `-- only` blocks, no
    /// parameters.
    pub async fn execute_batch(&mut self, script: &str) -> Result<(), DbError> {
        self.writable()?;
        self.usable(&[])?;
        let answer = match &mut self.engine {
            Engine::Sqlite(session) => session.execute_batch(script),
            Engine::Postgres(session) => session.execute_batch(script).await,
        };
        self.noted(answer)
    }

    /// Lifts the limit on statement time for this transaction, then waits, however long it takes,
    /// for the row that `lock_sql` selects for update. The limit on other locks stays.
    pub(crate) async fn take_migration_lock(&mut self, lock_sql: &str) -> Result<(), DbError> {
        self.usable(&[])?;
        let answer = match &mut self.engine {
            Engine::Sqlite(session) => {
                session.lift_time_limit();
                Ok(())
            }
            Engine::Postgres(session) => session.take_migration_lock(lock_sql).await,
        };
        self.noted(answer)
    }

    /// Whether a table of this name can be seen.
    pub(crate) async fn has_table(&mut self, name: &str) -> Result<bool, DbError> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = ?1",
            Dialect::Postgres => "SELECT to_regclass(?1) IS NOT NULL",
        };
        self.query_one(sql, &[name.into()], |row| row.get(0)).await
    }

    /// A flag that is up while the connection waits for its server; none on SQLite, which never
    /// waits.
    pub(super) fn waiting(&self) -> Option<Arc<AtomicBool>> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(session) => Some(session.waiting()),
        }
    }

    pub(super) fn harm(&self) -> Harm {
        self.harm
    }

    pub(super) fn is_void(&self) -> bool {
        self.harm != Harm::None
    }

    fn writable(&self) -> Result<(), DbError> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(DbError::internal("a read body tried to write")),
        }
    }

    fn usable(&self, params: &[Param<'_>]) -> Result<(), DbError> {
        if self.is_void() {
            let detail = "a statement was sent after another had failed in the same transaction";
            return Err(DbError::internal(detail));
        }
        param::check(params)
    }

    fn noted<T>(&mut self, answer: Result<T, Fault>) -> Result<T, DbError> {
        answer.map_err(|fault| {
            self.harm = fault.harm;
            fault.error
        })
    }
}

fn not_one(rows: usize) -> DbError {
    DbError::NotOne { touched: u64::try_from(rows).unwrap_or(u64::MAX) }
}
