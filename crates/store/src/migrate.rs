//! Bringing a database's tables to the version this program was built with.
//!
//! Migrations are the files `migrations/NNNN_what.sql` of the workspace, embedded when the program
//! is built. Each runs once, in one transaction together with the row that records it. A file that
//! has run must never change: its checksum is kept, and a difference stops the program. A database
//! that a newer program has migrated further is accepted, so that two releases can run side by
//! side.

use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use crate::db::{Body, Conn, Db, DbError};

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// One file of SQL, for both engines.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Counts from 1 without gaps.
    pub number: i64,
    /// What it does, from the file's name.
    pub name: &'static str,
    pub sql: &'static str,
}

/// Why a database could not be migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("migration {expected} is missing: the program goes on with {found}")]
    GapInProgram { expected: i64, found: i64 },
    #[error("migration {expected} has not run on this database, but {found} has")]
    GapInDatabase { expected: i64, found: i64 },
    #[error(
        "migration {number} ({name}) has changed since it ran on this database: restore the file \
         and write a new migration"
    )]
    Changed { number: i64, name: &'static str },
    #[error("migration {number} ({name}) failed: {source} {}", source.detail())]
    Failed { number: i64, name: &'static str, source: DbError },
    #[error("the record of migrations cannot be used: {0} {detail}", detail = .0.detail())]
    Record(#[from] DbError),
}

/// The row numbered 0 is not a migration. Programs that start together wait for each other on it.
const CREATE_RECORD: &str = "
    CREATE TABLE IF NOT EXISTS schema_migrations (
        number BIGINT PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        applied_at BIGINT NOT NULL
    )";
const INSERT_LOCK_ROW: &str = "
    INSERT INTO schema_migrations (number, name, checksum, applied_at)
    VALUES (0, 'lock', '', ?1) ON CONFLICT (number) DO NOTHING";
const TAKE_LOCK_ROW: &str = "SELECT number FROM schema_migrations WHERE number = 0 {for_update}";
const LIST_RECORD: &str = "SELECT number, checksum FROM schema_migrations WHERE number > 0 ORDER BY number";
const INSERT_RECORD: &str = "
    INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)";

impl Db {
    /// Runs the program's own migrations that this database has not seen; answers their numbers.
    pub async fn migrate(&self, now_micros: i64) -> Result<Vec<i64>, MigrateError> {
        run(self, EMBEDDED, now_micros).await
    }

    /// The program's own migrations that this database has not seen.
    pub async fn pending(&self) -> Result<Vec<Migration>, MigrateError> {
        pending(self, EMBEDDED).await
    }
}

/// Runs the migrations of a list that this database has not seen; answers their numbers.
/// `now_micros` is recorded beside each.
pub async fn run(db: &Db, migrations: &[Migration], now_micros: i64) -> Result<Vec<i64>, MigrateError> {
    let mut applied = Vec::new();
    if pending(db, migrations).await?.is_empty() {
        return Ok(applied);
    }
    // Two programs that make the table at once collide in PostgreSQL's catalogue even with
    // IF NOT EXISTS; the second then finds it made.
    if db.write(Arc::new(CreateRecord { now_micros })).await.is_err() {
        db.write(Arc::new(CreateRecord { now_micros })).await?;
    }
    for migration in pending(db, migrations).await? {
        if db.write(Arc::new(Apply { migration, now_micros })).await? {
            tracing::info!(number = migration.number, name = migration.name, "migration applied");
            applied.push(migration.number);
        }
    }
    Ok(applied)
}

/// The migrations of a list that this database has not seen. Fails when the list and the database
/// contradict each other.
pub async fn pending(db: &Db, migrations: &[Migration]) -> Result<Vec<Migration>, MigrateError> {
    for (expected, migration) in (1..).zip(migrations) {
        if migration.number != expected {
            return Err(MigrateError::GapInProgram { expected, found: migration.number });
        }
    }
    let record = db.read_snapshot(Arc::new(ReadRecord)).await?;
    let mut left = migrations.iter();
    for (expected, (found, checksum)) in (1..).zip(record) {
        if found != expected {
            return Err(MigrateError::GapInDatabase { expected, found });
        }
        if let Some(migration) = left.next()
            && checksum_of(migration.sql) != checksum
        {
            let Migration { number, name, .. } = *migration;
            return Err(MigrateError::Changed { number, name });
        }
    }
    Ok(left.copied().collect())
}

/// SHA-256 in hexadecimal, over the text with plain line ends, since a checkout may change those.
fn checksum_of(sql: &str) -> String {
    let digest = Sha256::digest(sql.replace("\r\n", "\n"));
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct CreateRecord {
    now_micros: i64,
}

#[async_trait]
impl Body for CreateRecord {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        conn.execute_batch(CREATE_RECORD).await?;
        conn.execute(INSERT_LOCK_ROW, &[self.now_micros.into()]).await.map(drop)
    }
}

struct ReadRecord;

#[async_trait]
impl Body for ReadRecord {
    type Out = Vec<(i64, String)>;
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Self::Out, DbError> {
        if conn.has_table("schema_migrations").await? {
            conn.query(LIST_RECORD, &[], |row| Ok((row.get(0)?, row.get(1)?))).await
        } else {
            Ok(Vec::new())
        }
    }
}

struct Apply {
    migration: Migration,
    now_micros: i64,
}

#[async_trait]
impl Body for Apply {
    /// Whether it ran now; false when another program was faster.
    type Out = bool;
    type Err = MigrateError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<bool, MigrateError> {
        let Migration { number, name, sql } = self.migration;
        conn.take_migration_lock(TAKE_LOCK_ROW).await?;
        let record = conn.query(LIST_RECORD, &[], |row| row.get::<i64>(0)).await?;
        if record.contains(&number) {
            return Ok(false);
        }
        let failed = |source| MigrateError::Failed { number, name, source };
        conn.execute_batch(sql).await.map_err(failed)?;
        let checksum = checksum_of(sql);
        let row = [number.into(), name.into(), (&checksum).into(), self.now_micros.into()];
        conn.execute_one(INSERT_RECORD, &row).await?;
        Ok(true)
    }
}
