//! Connections that only read, lent out one body at a time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio::time::timeout;

use super::super::body::supervise;
use super::super::conn::Access;
use super::super::{Body, Conn, DbError};
use super::session::Session;
use super::writer::run_in_place;

/// A fixed set of read-only connections.
#[derive(Clone)]
pub(super) struct Readers {
    free: Arc<Mutex<Vec<Session>>>,
    /// As many permits as there are sessions: who holds one finds a session in `free`.
    permits: Arc<Semaphore>,
    size: u32,
    wait_max: Duration,
}

/// The right to one session, given back when dropped.
pub(super) struct Turn {
    readers: Readers,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub fn new(sessions: Vec<Session>, wait_max: Duration) -> Self {
        let size = u32::try_from(sessions.len()).unwrap_or(u32::MAX);
        Self { permits: Arc::new(Semaphore::new(sessions.len())), free: Arc::new(Mutex::new(sessions)), size, wait_max }
    }

    /// Waits for a session, up to the limit.
    pub async fn turn(&self) -> Result<Turn, DbError> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(closed()),
            Err(TryAcquireError::NoPermits) => {
                let waiting = Arc::clone(&self.permits).acquire_owned();
                let waited = timeout(self.wait_max, waiting).await;
                let busy = |_| DbError::overloaded("every reading connection is busy");
                waited.map_err(busy)?.map_err(|_| closed())?
            }
        };
        Ok(Turn { readers: self.clone(), _permit: permit })
    }

    /// Waits for the bodies that are running, then closes every connection.
    pub async fn close(&self) {
        let all = self.permits.acquire_many(self.size).await;
        self.permits.close();
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
        drop(all);
    }

    fn take(&self) -> Result<Session, DbError> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).pop().ok_or_else(closed)
    }

    fn put_back(&self, session: Session) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }
}

impl Turn {
    /// Runs a body here and now; each of its statements sees the newest data.
    pub fn run<B: Body>(self, body: &B) -> Result<B::Out, B::Err> {
        self.with_session(|session| {
            session.roll_back()?;
            reading(session, body)
        })
    }

    /// Runs a body here and now, on one snapshot of the database.
    pub fn run_on_snapshot<B: Body>(self, body: &B) -> Result<B::Out, B::Err> {
        self.with_session(|session| on_snapshot(session, body))
    }

    /// Prepares a statement without running it.
    pub fn check(self, sql: &str) -> Result<(), DbError> {
        self.with_session(|session| session.check(sql))
    }

    fn with_session<T, E: From<DbError>>(self, work: impl FnOnce(&mut Session) -> Result<T, E>) -> Result<T, E> {
        let mut session = self.readers.take()?;
        let result = work(&mut session);
        self.readers.put_back(session);
        result
    }
}

fn on_snapshot<B: Body>(session: &mut Session, body: &B) -> Result<B::Out, B::Err> {
    session.roll_back()?;
    session.control("BEGIN DEFERRED")?;
    let result = reading(session, body);
    // There is nothing to keep; if the end fails, the next body begins by putting an end to it.
    if let Err(error) = session.end_snapshot() {
        tracing::warn!(detail = %error.detail(), "a read did not end cleanly");
    }
    result
}

fn reading<B: Body>(session: &mut Session, body: &B) -> Result<B::Out, B::Err> {
    session.restore_time_limit();
    let mut conn = Conn::sqlite(session, Access::Read);
    run_in_place(supervise(body, &mut conn)).unwrap_or_else(|| Err(DbError::AwaitedOutside.into()))
}

fn closed() -> DbError {
    DbError::unavailable("the database has been closed")
}
