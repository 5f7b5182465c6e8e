//! PostgreSQL: a pool of connections, one ordinary transaction per body.

mod fault;
mod pool;
mod session;
mod tls;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::{Client, Object, Pool};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_postgres::IsolationLevel;

use self::fault::{fault, unanswered, unconnected};
use self::pool::Limits;
pub(super) use self::session::Session;
use super::body::supervise;
use super::conn::Access;
use super::error::{Fault, Harm};
use super::sql::{Dialect, Translator};
use super::url::Tls;
use super::{Body, Conn, DbError, Options};

/// How often a body is run again after a deadlock or a serialization failure.
const RERUNS_MAX: u32 = 5;

pub(super) struct Database {
    pool: Pool,
    translator: Translator,
    limits: Limits,
    /// Of the pool's connections, those that scans may hold: the others are left to who wants a row.
    scans: Semaphore,
    wait_max: Duration,
    /// Counts reruns, only to spread them: two victims of each other do not meet again.
    reruns: AtomicU64,
}

/// What surrounds a body.
#[derive(Clone, Copy)]
enum Frame {
    /// Nothing: each statement sees the newest data and stands alone.
    Plain,
    /// A read-only transaction that sees one moment.
    Snapshot,
    /// A transaction that is kept when the body answers `Ok`.
    Write,
}

/// The end of one run of a body.
enum Ended<B: Body> {
    Finally(Result<B::Out, B::Err>),
    /// The server asks for another run.
    Again(DbError),
}

impl Database {
    pub async fn open(url: &str, tls: &Tls, options: &Options) -> Result<Self, DbError> {
        Ok(Self {
            pool: pool::open(url, tls, options).await?,
            translator: Translator::new(Dialect::Postgres),
            limits: Limits::of(options),
            scans: Semaphore::new((options.connections_max / 4).max(1)),
            wait_max: options.wait_max,
            reruns: AtomicU64::new(0),
        })
    }

    pub async fn write<B: Body>(&self, body: &B) -> Result<B::Out, B::Err> {
        self.run(body, Frame::Write).await
    }

    pub async fn read<B: Body>(&self, body: &B) -> Result<B::Out, B::Err> {
        self.run(body, Frame::Plain).await
    }

    pub async fn read_snapshot<B: Body>(&self, body: &B) -> Result<B::Out, B::Err> {
        self.run(body, Frame::Snapshot).await
    }

    /// As `read_snapshot`, for what takes long.
    pub async fn read_scan<B: Body>(&self, body: &B) -> Result<B::Out, B::Err> {
        let waited = timeout(self.wait_max, self.scans.acquire()).await;
        let _turn = waited.map_err(|_| DbError::overloaded("enough scans are running"))?;
        self.read_snapshot(body).await
    }

    /// Prepares a statement without running it.
    pub async fn check(&self, sql: &str) -> Result<(), DbError> {
        let text = self.translator.text(sql)?;
        let client = self.pool.get().await.map_err(unconnected)?;
        client.prepare(&text).await.map(drop).map_err(|error| fault(&error).error)
    }

    pub fn close(&self) {
        self.pool.close();
    }

    async fn run<B: Body>(&self, body: &B, frame: Frame) -> Result<B::Out, B::Err> {
        let mut runs = 0;
        loop {
            match self.run_once(body, frame).await {
                Ended::Finally(result) => return result,
                Ended::Again(error) if runs == RERUNS_MAX => return Err(error.into()),
                Ended::Again(error) => {
                    tracing::debug!(detail = %error.detail(), runs, "a transaction is run again");
                    let spread = self.reruns.fetch_add(7, Ordering::Relaxed) % 10;
                    sleep(Duration::from_millis((5 << runs) + spread)).await;
                    runs += 1;
                }
            }
        }
    }

    async fn run_once<B: Body>(&self, body: &B, frame: Frame) -> Ended<B> {
        let mut client = match self.pool.get().await {
            Ok(client) => client,
            Err(error) => return Ended::Finally(Err(unconnected(error).into())),
        };
        let (ended, harm) = match frame {
            Frame::Plain => {
                let session = self.session(&client, &client.statement_cache);
                let mut conn = Conn::postgres(session, Access::Read);
                let result = supervise(body, &mut conn).await;
                (judged(result, &conn, frame), conn.harm())
            }
            Frame::Snapshot | Frame::Write => self.transaction(&mut client, body, frame).await,
        };
        if matches!(harm, Harm::Gone | Harm::Silent) {
            // Taken out of the pool, so that nobody else waits for it.
            drop(Object::take(client));
        }
        ended
    }

    async fn transaction<B: Body>(&self, client: &mut Client, body: &B, frame: Frame) -> (Ended<B>, Harm) {
        let (isolation, access) = match frame {
            Frame::Write => (IsolationLevel::ReadCommitted, Access::Write),
            Frame::Plain | Frame::Snapshot => (IsolationLevel::RepeatableRead, Access::Read),
        };
        let read_only = access == Access::Read;
        let begin = client.build_transaction().isolation_level(isolation).read_only(read_only);
        let transaction = match self.answered(begin.start()).await {
            Ok(transaction) => transaction,
            // Nothing has been asked of the server yet; a connection that was dead in the pool is
            // no reason to turn anybody away.
            Err(Fault { error, harm: Harm::Gone }) => return (Ended::Again(error), Harm::Gone),
            Err(Fault { error, harm }) => return (Ended::Finally(Err(error.into())), harm),
        };
        let session = self.session(transaction.client(), &transaction.statement_cache);
        let mut conn = Conn::postgres(session, access);
        let result = supervise(body, &mut conn).await;
        let harm = conn.harm();
        match judged(result, &conn, frame) {
            Ended::Finally(Ok(out)) => match self.answered(transaction.commit()).await {
                Ok(()) => (Ended::Finally(Ok(out)), Harm::None),
                Err(Fault { error, harm: Harm::Retry }) => (Ended::Again(error), Harm::Retry),
                Err(Fault { error, harm }) => (Ended::Finally(Err(unkept(&error, harm).into())), harm),
            },
            // Dropping the transaction sends the rollback before anything else can be sent.
            ended => (ended, harm),
        }
    }

    fn session<'a>(
        &'a self,
        client: &'a tokio_postgres::Client,
        statements: &'a deadpool_postgres::StatementCache,
    ) -> Session<'a> {
        Session::new(client, statements, &self.translator, self.limits)
    }

    async fn answered<T>(&self, request: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Fault> {
        let answer = timeout(self.limits.patience(), request).await;
        answer.map_err(|_| unanswered())?.map_err(|error| fault(&error))
    }
}

/// A body whose connection asks for another run is run again, whatever it made of the error. One
/// that only reads can also be run again when the server has ended the connection.
fn judged<B: Body>(result: Result<B::Out, B::Err>, conn: &Conn<'_>, frame: Frame) -> Ended<B> {
    match (conn.harm(), frame, result) {
        (Harm::Retry, _, Err(_)) => {
            Ended::Again(DbError::overloaded("deadlocks or serialization failures did not end"))
        }
        (Harm::Gone, Frame::Plain | Frame::Snapshot, Err(_)) => {
            Ended::Again(DbError::unavailable("the server keeps ending connections"))
        }
        (_, _, result) => Ended::Finally(result),
    }
}

/// A commit that got no answer may have been kept; one that was refused was not.
fn unkept(error: &DbError, harm: Harm) -> DbError {
    let what = match harm {
        Harm::Gone | Harm::Silent => "the commit was not answered",
        Harm::None | Harm::Void | Harm::Retry => "the commit was refused",
    };
    DbError::unavailable(format!("{what}: {error}: {}", error.detail()))
}
