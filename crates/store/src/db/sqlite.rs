//! SQLite: one file, one writer thread with group commit, readers beside it.

mod fault;
mod filesystem;
mod open;
mod readers;
mod session;
mod writer;

use std::path::Path;
use std::sync::Arc;

use self::readers::Readers;
pub(super) use self::session::Session;
use self::writer::Writer;
use super::sql::{Dialect, Translator};
use super::{Body, DbError, Options};

pub(super) struct Database {
    writer: Writer,
    /// For reads that take microseconds: run in place, on the caller's own thread.
    points: Readers,
    /// For reads that take milliseconds: run on blocking threads, and few at a time, so that a
    /// page of a long list never holds up a login.
    scans: Readers,
}

impl Database {
    /// Opens the file, making it if there is none, and starts the writer thread.
    pub fn open(path: &Path, options: &Options) -> Result<Self, DbError> {
        let ownership = open::take_ownership(path)?;
        let translator = Arc::new(Translator::new(Dialect::Sqlite));
        let session = open::writer(path, Arc::clone(&translator), options)?;
        let readers = |count: usize| {
            let sessions: Result<Vec<Session>, DbError> =
                (0..count.max(1)).map(|_| open::reader(path, Arc::clone(&translator), options)).collect();
            Ok::<_, DbError>(Readers::new(sessions?, options.wait_max))
        };
        Ok(Self {
            points: readers(options.readers)?,
            scans: readers(options.scanners)?,
            writer: Writer::start(session, ownership, options.writes_waiting_max.max(1))?,
        })
    }

    pub async fn write<B: Body>(&self, body: Arc<B>) -> Result<B::Out, B::Err> {
        self.writer.write(body).await
    }

    pub async fn read<B: Body>(&self, body: &B) -> Result<B::Out, B::Err> {
        self.points.turn().await?.run(body)
    }

    pub async fn read_snapshot<B: Body>(&self, body: &B) -> Result<B::Out, B::Err> {
        self.points.turn().await?.run_on_snapshot(body)
    }

    pub async fn read_scan<B: Body>(&self, body: Arc<B>) -> Result<B::Out, B::Err> {
        let turn = self.scans.turn().await?;
        let scan = tokio::task::spawn_blocking(move || turn.run_on_snapshot(&*body));
        scan.await.unwrap_or_else(|error| Err(DbError::unavailable(error.to_string()).into()))
    }

    pub async fn check(&self, sql: &str) -> Result<(), DbError> {
        self.points.turn().await?.check(sql)
    }

    /// Waits for what is running and closes the file, so that it can be opened again at once.
    pub async fn close(&self) {
        self.points.close().await;
        self.scans.close().await;
        self.writer.stop().await;
    }
}
