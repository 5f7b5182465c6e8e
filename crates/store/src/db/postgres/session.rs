//! One PostgreSQL connection on loan from the pool, inside a transaction or not.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::StatementCache;
use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row as PgRow, Statement};

use super::super::error::{Fault, Harm};
use super::super::row::{Row, Source};
use super::super::sql::Translator;
use super::super::{DbError, Param};
use super::fault::{fault, unanswered};
use super::pool::Limits;

/// A connection as a body sees it.
pub(in super::super) struct Session<'a> {
    client: &'a Client,
    statements: &'a StatementCache,
    translator: &'a Translator,
    limits: Limits,
    /// How long an answer is waited for; nothing when the time limit is lifted.
    patience: Option<Duration>,
    waiting: Arc<AtomicBool>,
}

impl<'a> Session<'a> {
    pub fn new(client: &'a Client, statements: &'a StatementCache, translator: &'a Translator, limits: Limits) -> Self {
        let patience = Some(limits.patience());
        Self { client, statements, translator, limits, patience, waiting: Arc::default() }
    }

    pub fn waiting(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.waiting)
    }

    pub async fn query<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, Fault> {
        let statement = self.prepared(sql, params).await?;
        let rows = self.answered(self.client.query(&statement, &untyped(params))).await;
        mapped(self.forgetting(rows)?, map)
    }

    pub async fn query_planned<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, Fault> {
        let text = self.translator.text(sql)?;
        let typed: Vec<(&(dyn ToSql + Sync), Type)> =
            params.iter().map(|param| (param as &(dyn ToSql + Sync), param.postgres_type())).collect();
        let rows = self.answered(self.client.query_typed(&text, &typed)).await?;
        mapped(rows, map)
    }

    pub async fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Fault> {
        let statement = self.prepared(sql, params).await?;
        let touched = self.answered(self.client.execute(&statement, &untyped(params))).await;
        self.forgetting(touched)
    }

    pub async fn execute_batch(&mut self, script: &str) -> Result<(), Fault> {
        let text = self.translator.script(script)?;
        self.answered(self.client.batch_execute(&text)).await
    }

    pub async fn take_migration_lock(&mut self, lock_sql: &str) -> Result<(), Fault> {
        self.patience = None;
        let lift = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";
        self.answered(self.client.batch_execute(lift)).await?;
        self.query(lock_sql, &[], |_| Ok(())).await?;
        let restore = format!("SET LOCAL lock_timeout = {}", self.limits.lock_wait_max.as_millis());
        self.answered(self.client.batch_execute(&restore)).await
    }

    async fn prepared(&self, sql: &str, params: &[Param<'_>]) -> Result<Statement, Fault> {
        let text = self.translator.text(sql)?;
        let statement = self.answered(self.statements.prepare(self.client, &text)).await?;
        let (expected, given) = (statement.params().len(), params.len());
        if expected != given {
            let detail = format!("{given} parameters for {expected} markers: {sql}");
            return Err(Fault { error: DbError::internal(detail), harm: Harm::Void });
        }
        Ok(statement)
    }

    /// The server's answer, waited for no longer than patience lasts. The server ends a statement
    /// by itself well before that; this is for a server that is gone without a word.
    async fn answered<T>(&self, request: impl Future<Output = Result<T, Error>>) -> Result<T, Fault> {
        self.waiting.store(true, Ordering::Relaxed);
        let answer = match self.patience {
            Some(patience) => timeout(patience, request).await,
            None => Ok(request.await),
        };
        self.waiting.store(false, Ordering::Relaxed);
        answer.map_err(|_| unanswered())?.map_err(|error| fault(&error))
    }

    /// Forgets the prepared statements after a failure that calls for another run, since one of
    /// them may be older than the tables.
    fn forgetting<T>(&self, answer: Result<T, Fault>) -> Result<T, Fault> {
        if let Err(Fault { harm: Harm::Retry, .. }) = &answer {
            self.statements.clear();
        }
        answer
    }
}

fn untyped<'p>(params: &'p [Param<'_>]) -> Vec<&'p (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

fn mapped<T>(rows: Vec<PgRow>, map: impl Fn(&Row<'_>) -> Result<T, DbError>) -> Result<Vec<T>, Fault> {
    let mapped: Result<Vec<T>, DbError> = rows.iter().map(|row| map(&Row(Source::Postgres(row)))).collect();
    Ok(mapped?)
}
