//! One transaction, as use cases see it: the repositories hang off it, one file for each family of tables.

use qist_app::error::{Error, Result};
use qist_app::ports::store::Tx;
use qist_domain::refusal::{Code, Refusal};

use crate::cipher::{Keyring, Learned};
use crate::counters::Counts;
use crate::db::{Conn, DbError, Dialect, Param, Row};
use crate::listing::Totals;

/// An open transaction with what encrypts its columns.
pub struct StoreTx<'t, 'c> {
    conn: &'t mut Conn<'c>,
    purpose: Purpose,
    pub(crate) keyring: &'t Keyring,
    pub(crate) learned: Learned,
    pub(crate) counts: Counts,
    /// Whether something is to be delivered once this is committed.
    pub(crate) leaves_deliveries: bool,
    /// Absent where what is counted may still be rolled back.
    pub(crate) totals: Option<&'t Totals>,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Statements that need not agree with each other.
    LookUp,
    Read,
    Write,
}

impl Tx for StoreTx<'_, '_> {}

impl<'t, 'c> StoreTx<'t, 'c> {
    pub(crate) fn new(conn: &'t mut Conn<'c>, keyring: &'t Keyring, purpose: Purpose) -> StoreTx<'t, 'c> {
        let counts = Counts::new(conn.dialect());
        StoreTx { conn, purpose, keyring, learned: Learned::default(), counts, leaves_deliveries: false, totals: None }
    }

    /// Ends the work of a transaction that is to be kept.
    pub(crate) async fn finish(mut self) -> Result<Learned> {
        self.flush_counts().await?;
        Ok(self.learned)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }

    pub(crate) fn is_writing(&self) -> bool {
        self.purpose == Purpose::Write
    }

    /// All rows of a query.
    pub(crate) async fn rows<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<Vec<T>>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        note(sql);
        Ok(self.conn.query(sql, params, map).await?)
    }

    /// As `rows`, planned for these very values.
    pub(crate) async fn rows_planned<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<Vec<T>>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        note(sql);
        Ok(self.conn.query_planned(sql, params, map).await?)
    }

    /// The only row, or none.
    pub(crate) async fn row<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<Option<T>>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        note(sql);
        Ok(self.conn.query_opt(sql, params, map).await?)
    }

    /// Changes rows and tells how many.
    pub(crate) async fn change(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        note(sql);
        Ok(self.conn.execute(sql, params).await?)
    }

    /// Changes exactly one row.
    pub(crate) async fn change_one(&mut self, sql: &str, params: &[Param<'_>]) -> Result<()> {
        note(sql);
        Ok(self.conn.execute_one(sql, params).await?)
    }

    /// Changes rows and answers what its `RETURNING` says of them.
    pub(crate) async fn change_returning<T, F>(&mut self, sql: &str, params: &[Param<'_>], map: F) -> Result<Vec<T>>
    where
        T: Send,
        F: Fn(&Row<'_>) -> Result<T, DbError> + Send,
    {
        if !self.is_writing() {
            return Err(DbError::internal("a read tried to write").into());
        }
        note(sql);
        Ok(self.conn.query(sql, params, map).await?)
    }
}

/// Statements without their values, for whoever wonders what is sent to the database.
fn note(sql: &str) {
    tracing::trace!(target: "qist_store::sql", sql);
}

/// Somebody else changed the row since it was read.
pub(crate) fn conflict() -> Error {
    Code::VersionConflict.into()
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Error {
        match error {
            DbError::Overloaded { .. } => {
                tracing::debug!(detail = %error.detail(), "the database is busy");
                Error::Overloaded
            }
            DbError::Unavailable { detail } => Error::Unavailable(detail),
            DbError::NulInText => {
                Refusal::because(Code::InvalidField, "a text contains the character U+0000, which cannot be stored")
                    .into()
            }
            other => match other.detail() {
                detail if detail.is_empty() => Error::internal(&other),
                detail => Error::Internal(format!("{other}: {detail}")),
            },
        }
    }
}
