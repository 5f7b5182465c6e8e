//! The one thread that writes, and how it shares a commit between many callers.
//!
//! A commit costs one flush of the disk whatever its size. The thread takes every write that is
//! waiting into one transaction, each in a savepoint of its own, commits once, and only then
//! answers anybody. A body that fails takes back its own savepoint and nothing else.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::super::body::supervise;
use super::super::conn::Access;
use super::super::{Body, Conn, DbError};
use super::open::Ownership;
use super::session::Session;

/// Bodies that share one commit at most. More would make the first of them wait too long.
const BATCH_MAX: usize = 256;

/// From here on a commit is slow enough for it to pay to wait for more callers.
const SLOW_COMMIT: Duration = Duration::from_millis(1);

/// How long they are waited for, at most.
const PAUSE_MAX: Duration = Duration::from_millis(1);

/// The way to the writer thread.
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Write(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
}

/// A body on its way through the writer, with its types forgotten.
trait Job: Send {
    /// Whether the caller has gone away before the work began.
    fn is_abandoned(&self) -> bool;
    /// Runs the body; answers whether its changes are to be kept.
    fn run(&mut self, session: &mut Session) -> bool;
    /// Tells the caller, once it is known what became of the commit.
    fn answer(self: Box<Self>, fate: &Result<(), DbError>);
}

struct Errand<B: Body> {
    body: Arc<B>,
    result: Option<Result<B::Out, B::Err>>,
    reply: oneshot::Sender<Result<B::Out, B::Err>>,
}

impl Writer {
    /// Starts the thread. The session and the right to the file are its own until it ends.
    pub fn start(session: Session, ownership: Ownership, writes_waiting_max: usize) -> Result<Self, DbError> {
        let (queue, waiting) = mpsc::channel(writes_waiting_max);
        // A body that wrongly awaits a timer or a socket must find a runtime to register with, so
        // that it is caught pending instead of panicking.
        let runtime = Handle::current();
        let serve = move || {
            let _entered = runtime.enter();
            let stop = serve(session, waiting);
            // The connection is closed by now, so the next owner finds the file at rest.
            drop(ownership);
            if let Some(done) = stop {
                let _ = done.send(());
            }
        };
        let thread = thread::Builder::new().name("sqlite-writer".into()).spawn(serve);
        thread.map_err(|error| DbError::unavailable(format!("no writer thread: {error}")))?;
        Ok(Self { queue })
    }

    /// Runs a body and answers when its changes are on the disk.
    pub async fn write<B: Body>(&self, body: Arc<B>) -> Result<B::Out, B::Err> {
        let (reply, answer) = oneshot::channel();
        let errand = Errand { body, result: None, reply };
        self.queue.try_send(Message::Write(Box::new(errand))).map_err(|refused| match refused {
            TrySendError::Full(_) => DbError::overloaded("too many writes are waiting"),
            TrySendError::Closed(_) => stopped(),
        })?;
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Ends the thread after the writes that are waiting, and closes the file.
    pub async fn stop(&self) {
        let (done, ended) = oneshot::channel();
        // An error of either means that the thread has ended already.
        if self.queue.send(Message::Stop(done)).await.is_ok() {
            let _ = ended.await;
        }
    }
}

fn stopped() -> DbError {
    DbError::unavailable("the database has been closed")
}

/// Writes until it is told to stop, and answers whom to tell that it has; or until there is nobody
/// left who could send anything. Whoever waits in the queue then is told when it is dropped.
fn serve(mut session: Session, mut waiting: mpsc::Receiver<Message>) -> Option<oneshot::Sender<()>> {
    let mut pace = Pace::default();
    while let Some(first) = waiting.blocking_recv() {
        let (mut batch, stop) = gather(first, &mut waiting, &pace);
        let (size, began) = (batch.len(), Instant::now());
        while !batch.is_empty() {
            commit_together(&mut session, &mut batch);
        }
        pace = Pace { size, took: began.elapsed() };
        if stop.is_some() {
            return stop;
        }
    }
    None
}

/// What the batch before was like.
#[derive(Default)]
struct Pace {
    size: usize,
    took: Duration,
}

impl Pace {
    /// How long to wait for as many callers as there were before.
    ///
    /// Callers that were answered together tend to come back together, a few microseconds apart.
    /// On a slow disk, starting a commit with the first of them makes all the others wait for it
    /// and then for their own, so a small part of that time is spent on gathering them instead.
    fn pause(&self, gathered: usize) -> Option<Duration> {
        let worth_it = self.took >= SLOW_COMMIT && gathered < self.size;
        worth_it.then(|| (self.took / 8).min(PAUSE_MAX))
    }
}

/// Takes what is waiting, up to a full batch or a request to stop.
fn gather(
    first: Message,
    waiting: &mut mpsc::Receiver<Message>,
    before: &Pace,
) -> (VecDeque<Box<dyn Job>>, Option<oneshot::Sender<()>>) {
    let mut batch = VecDeque::with_capacity(before.size);
    let mut paused = false;
    let mut next = Some(first);
    while batch.len() < BATCH_MAX {
        match next {
            Some(Message::Write(job)) if job.is_abandoned() => {}
            Some(Message::Write(job)) => batch.push_back(job),
            Some(Message::Stop(done)) => return (batch, Some(done)),
            None => match before.pause(batch.len()) {
                Some(pause) if !paused => {
                    thread::sleep(pause);
                    paused = true;
                }
                _ => break,
            },
        }
        next = waiting.try_recv().ok();
    }
    (batch, None)
}

/// Runs jobs from the front of the queue in one transaction and answers each of them: all of the
/// jobs, or those up to one that made SQLite give up the transaction.
fn commit_together(session: &mut Session, jobs: &mut VecDeque<Box<dyn Job>>) {
    let mut ran = Vec::with_capacity(jobs.len());
    let fate = match begin(session) {
        Ok(()) => run_until_lost(session, jobs, &mut ran).and_then(|kept| end(session, kept)),
        Err(error) => {
            ran.extend(jobs.drain(..));
            Err(error)
        }
    };
    if let Err(error) = &fate {
        tracing::error!(detail = %error.detail(), writes = ran.len(), "a group commit failed");
        // If this fails too, the next transaction begins by trying it again.
        let _ = session.roll_back();
    }
    for job in ran {
        job.answer(&fate);
    }
}

fn begin(session: &mut Session) -> Result<(), DbError> {
    session.roll_back()?;
    session.control("BEGIN IMMEDIATE")
}

fn end(session: &mut Session, kept: usize) -> Result<(), DbError> {
    if kept == 0 { session.roll_back() } else { session.control("COMMIT").map_err(unkept) }
}

/// A commit that was refused says nothing about the caller's own statements, so whatever the
/// reason, it is the database that was not available.
fn unkept(error: DbError) -> DbError {
    match error {
        DbError::Overloaded { .. } | DbError::Unavailable { .. } => error,
        other => DbError::unavailable(format!("the commit was refused: {other}: {}", other.detail())),
    }
}

/// Answers how many jobs are to be kept, or the failure that lost them all.
fn run_until_lost(
    session: &mut Session,
    jobs: &mut VecDeque<Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
) -> Result<usize, DbError> {
    // One job alone needs no savepoint: what takes it back is the end of the transaction. That spares SQLite a second
    // copy of every page that a large body changes.
    let savepoints = jobs.len() > 1;
    let guard = |session: &mut Session, sql: &str| if savepoints { session.control(sql) } else { Ok(()) };
    let mut kept = 0;
    while let Some(mut job) = jobs.pop_front() {
        let saved = guard(session, "SAVEPOINT body");
        let keep = saved.is_ok() && job.run(session);
        ran.push(job);
        saved?;
        // A full disk or an interrupted write can end the whole transaction, and with it what the
        // jobs before this one had done.
        if session.is_idle() {
            return Err(DbError::unavailable("SQLite rolled the transaction back"));
        }
        if keep {
            kept += 1;
        } else {
            guard(session, "ROLLBACK TO body")?;
        }
        guard(session, "RELEASE body")?;
    }
    Ok(kept)
}

/// Polls a future that never waits. Bodies on SQLite are such futures: their database calls are
/// done when they return, and anything else they await ends them.
pub(super) fn run_in_place<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(out) => Some(out),
        Poll::Pending => None,
    }
}

impl<B: Body> Job for Errand<B> {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, session: &mut Session) -> bool {
        session.restore_time_limit();
        let mut conn = Conn::sqlite(session, Access::Write);
        let result =
            run_in_place(supervise(&*self.body, &mut conn)).unwrap_or_else(|| Err(DbError::AwaitedOutside.into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, fate: &Result<(), DbError>) {
        let result = match (self.result, fate) {
            (Some(Err(own)), _) => Err(own),
            (Some(Ok(out)), Ok(())) => Ok(out),
            (_, Err(error)) => Err(error.clone().into()),
            (None, Ok(())) => Err(DbError::internal("a write was answered but not run").into()),
        };
        // A caller that no longer listens has lost its answer, not its write.
        let _ = self.reply.send(result);
    }
}
