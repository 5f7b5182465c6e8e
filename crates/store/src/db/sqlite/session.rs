//! One SQLite connection with its statements, its clock and its way of reporting failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{CachedStatement, Connection};

use super::super::error::Fault;
use super::super::row::{Row, Source};
use super::super::sql::Translator;
use super::super::{DbError, Param};
use super::fault::{defect, fault};

/// How many virtual machine instructions pass between two looks at the clock: well under a
/// millisecond, and too rare to be seen in a profile.
const INSTRUCTIONS_PER_LOOK: i32 = 10_000;

/// Distinct statements kept prepared per connection.
const STATEMENTS_CACHED: usize = 512;

/// A connection. It belongs to one thread at a time and never waits for anything but the disk.
pub(in super::super) struct Session {
    connection: Connection,
    translator: Arc<Translator>,
    clock: Clock,
}

impl Session {
    pub fn new(
        mut connection: Connection,
        translator: Arc<Translator>,
        statement_max: Duration,
    ) -> rusqlite::Result<Self> {
        connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
        let clock = Clock::new(statement_max);
        connection.progress_handler(INSTRUCTIONS_PER_LOOK, Some(clock.alarm()))?;
        Ok(Self { connection, translator, clock })
    }

    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, Fault> {
        let mut statement = self.bound(sql, params)?;
        let mut rows = statement.raw_query();
        let mut answer = Vec::new();
        while let Some(row) = rows.next().map_err(fault)? {
            answer.push(map(&Row(Source::Sqlite(row)))?);
        }
        Ok(answer)
    }

    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Fault> {
        let touched = self.bound(sql, params)?.raw_execute().map_err(fault)?;
        u64::try_from(touched).map_err(|error| defect(error.to_string()))
    }

    pub fn execute_batch(&mut self, script: &str) -> Result<(), Fault> {
        let text = self.translator.script(script)?;
        self.clock.start();
        self.connection.execute_batch(&text).map_err(fault)
    }

    /// A statement of the engine itself: opening and closing transactions.
    pub fn control(&mut self, sql: &str) -> Result<(), DbError> {
        let ran = self.connection.prepare_cached(sql).and_then(|mut s| s.raw_execute());
        ran.map(drop).map_err(|error| fault(error).error)
    }

    /// Whether no transaction is open. SQLite closes one by itself after some failures.
    pub fn is_idle(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// Puts an end to whatever transaction is open.
    pub fn roll_back(&mut self) -> Result<(), DbError> {
        if self.is_idle() { Ok(()) } else { self.control("ROLLBACK") }
    }

    /// Lets go of the snapshot that was read. Committing is cheaper than rolling back, which empties caches.
    pub fn end_snapshot(&mut self) -> Result<(), DbError> {
        if self.is_idle() { Ok(()) } else { self.control("COMMIT") }
    }

    /// Starts a body's time afresh, in case the one before had lifted its limit.
    pub fn restore_time_limit(&mut self) {
        self.clock.limited = true;
    }

    /// Lets the statements of the running body take as long as they need.
    pub fn lift_time_limit(&mut self) {
        self.clock.limited = false;
    }

    /// Prepares a statement without running it.
    pub fn check(&mut self, sql: &str) -> Result<(), DbError> {
        let text = self.translator.text(sql)?;
        self.connection.prepare(&text).map(drop).map_err(|error| fault(error).error)
    }

    fn bound(&mut self, sql: &str, params: &[Param<'_>]) -> Result<CachedStatement<'_>, Fault> {
        let text = self.translator.text(sql)?;
        self.clock.start();
        let mut statement = self.connection.prepare_cached(&text).map_err(fault)?;
        let expected = statement.parameter_count();
        if expected != params.len() {
            let given = params.len();
            return Err(defect(format!("{given} parameters for {expected} markers: {sql}")));
        }
        for (index, param) in params.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, param).map_err(fault)?;
        }
        Ok(statement)
    }
}

/// Interrupts a statement that runs too long, as `statement_timeout` does on PostgreSQL.
struct Clock {
    born: Instant,
    statement_max: Duration,
    /// Microseconds after `born` at which the running statement is interrupted.
    deadline: Arc<AtomicU64>,
    limited: bool,
}

impl Clock {
    fn new(statement_max: Duration) -> Self {
        let deadline = Arc::new(AtomicU64::new(u64::MAX));
        Self { born: Instant::now(), statement_max, deadline, limited: true }
    }

    fn start(&self) {
        let deadline = if self.limited {
            let end = self.born.elapsed().saturating_add(self.statement_max);
            u64::try_from(end.as_micros()).unwrap_or(u64::MAX)
        } else {
            u64::MAX
        };
        self.deadline.store(deadline, Ordering::Relaxed);
    }

    /// Answers whether the time is up.
    fn alarm(&self) -> impl FnMut() -> bool + Send + 'static {
        let (born, deadline) = (self.born, Arc::clone(&self.deadline));
        move || born.elapsed().as_micros() > u128::from(deadline.load(Ordering::Relaxed))
    }
}
