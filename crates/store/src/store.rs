//! The database as use cases reach it.

use std::sync::Arc;

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::store::{Store, Unit};
use qist_domain::day::Instant;

use crate::cipher::{Keyring, Learned, MasterKeys};
use crate::db::{Body, Conn, DatabaseUrl, Db, DbError, Options};
use crate::listing::Totals;
use crate::migrate::{MigrateError, Migration};
use crate::tx::{Purpose, StoreTx};

/// A database with the keys to what is encrypted in it. Clones share both.
#[derive(Clone)]
pub struct DbStore {
    db: Db,
    pub(crate) keyring: Arc<Keyring>,
    totals: Arc<Totals>,
}

impl DbStore {
    /// Opens the database. It is of use after [`migrate`](Self::migrate).
    pub async fn open(
        url: &DatabaseUrl,
        options: Options,
        masters: MasterKeys,
    ) -> std::result::Result<DbStore, DbError> {
        Ok(DbStore {
            db: Db::open(url, options).await?,
            keyring: Arc::new(Keyring::new(masters)),
            totals: Arc::default(),
        })
    }

    /// Brings the tables to this program's version; answers the numbers of the migrations that ran.
    pub async fn migrate(&self, now: Instant) -> std::result::Result<Vec<i64>, MigrateError> {
        self.db.migrate(now.micros()).await
    }

    /// The migrations that this database has not seen.
    pub async fn pending(&self) -> std::result::Result<Vec<Migration>, MigrateError> {
        self.db.pending().await
    }

    /// The engine below, for statements that are nobody's repository: tests, and an operator's tools.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Finishes what is running and lets go of the database, for every clone.
    pub async fn close(&self) {
        self.db.close().await;
    }

    fn body(&self, unit: Arc<dyn Unit>, purpose: Purpose) -> Arc<Run> {
        Arc::new(Run { unit, keyring: Arc::clone(&self.keyring), totals: Arc::clone(&self.totals), purpose })
    }
}

#[async_trait]
impl Store for DbStore {
    async fn write(&self, unit: Arc<dyn Unit>) -> Result<()> {
        let learned = self.db.write(self.body(unit, Purpose::Write)).await?;
        self.keyring.learn(learned);
        Ok(())
    }

    async fn look_up(&self, unit: Arc<dyn Unit>) -> Result<()> {
        let learned = self.db.read(self.body(unit, Purpose::LookUp)).await?;
        self.keyring.learn(learned);
        Ok(())
    }

    /// On a snapshot, also where that costs PostgreSQL two more messages: a loan and its facts are two statements, and
    /// they have to fit together.
    async fn read(&self, unit: Arc<dyn Unit>) -> Result<()> {
        let learned = self.db.read_snapshot(self.body(unit, Purpose::Read)).await?;
        self.keyring.learn(learned);
        Ok(())
    }

    async fn scan(&self, unit: Arc<dyn Unit>) -> Result<()> {
        let learned = self.db.read_scan(self.body(unit, Purpose::Read)).await?;
        self.keyring.learn(learned);
        Ok(())
    }

    async fn ping(&self) -> Result<()> {
        Ok(self.db.read(Arc::new(Ping)).await?)
    }
}

/// A unit of work on its way to a transaction.
struct Run {
    unit: Arc<dyn Unit>,
    keyring: Arc<Keyring>,
    totals: Arc<Totals>,
    purpose: Purpose,
}

#[async_trait]
impl Body for Run {
    type Out = Learned;
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Learned> {
        let mut tx = StoreTx::new(conn, &self.keyring, self.purpose);
        tx.totals = (self.purpose == Purpose::Read).then_some(&*self.totals);
        self.unit.run(&mut tx).await?;
        tx.finish().await
    }
}

struct Ping;

#[async_trait]
impl Body for Ping {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> std::result::Result<(), DbError> {
        conn.query_one("SELECT 1", &[], |row| row.get::<i64>(0)).await.map(drop)
    }
}
