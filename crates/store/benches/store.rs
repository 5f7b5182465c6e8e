//! What the store costs beside the bare engine: durable single-row inserts and point reads.
//!
//! `cargo bench -p qist-store`. The bare rusqlite figures come from the same run on the same disk:
//! one row per commit, and 32 rows per commit, which is what group commit competes with.

#![allow(clippy::expect_used, reason = "a measurement that cannot be taken has nobody to tell")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use qist_store::{Body, Conn, Db, DbError, Options, async_trait};
use qist_testkit::postgres::TestCluster;

const PER_CELL: Duration = Duration::from_secs(3);
const ROWS: i64 = 100_000;
const CREATE: &str = "
    CREATE TABLE users (id BIGINT PRIMARY KEY, tenant BIGINT NOT NULL, customer {text} NOT NULL,
                        name TEXT NOT NULL, created_at BIGINT NOT NULL);
    CREATE UNIQUE INDEX users_customer ON users (tenant, customer)";
const INSERT: &str = "INSERT INTO users (id, tenant, customer, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
const SELECT: &str = "SELECT id, name, created_at FROM users WHERE tenant = ?1 AND customer = ?2";

struct Insert {
    id: i64,
}

#[async_trait]
impl Body for Insert {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        let customer = customer(self.id);
        let row = [self.id.into(), 1.into(), (&customer).into(), "Asha Iyengar".into(), 7.into()];
        conn.execute_one(INSERT, &row).await
    }
}

struct Seed;

#[async_trait]
impl Body for Seed {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        conn.execute_batch(CREATE).await?;
        for id in 0..ROWS {
            Insert { id }.run(conn).await?;
        }
        Ok(())
    }
}

struct Find {
    id: i64,
}

#[async_trait]
impl Body for Find {
    type Out = (i64, String, i64);
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Self::Out, DbError> {
        let customer = customer(self.id);
        let key = [1.into(), (&customer).into()];
        conn.query_one(SELECT, &key, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await
    }
}

fn customer(id: i64) -> String {
    format!("CUST-{id:09}")
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let directory = tempfile::TempDir::new_in(".").expect("a directory on the disk");
    println!("{:<44}{:>12}{:>12}{:>12}", "", "per second", "p50 µs", "p99 µs");
    bare_sqlite(&directory.path().join("bare.db"));

    let url = format!("sqlite:{}", directory.path().join("store.db").display());
    let db = Db::open(&url.parse().expect("a URL"), Options::default()).await.expect("SQLite");
    store("SQLite", &db).await;
    db.close().await;

    // A server that flushes like one in production; the shared test server does not.
    let cluster = TestCluster::start(&[("shared_buffers", "512MB")]).expect("a PostgreSQL server");
    let database = cluster.database().expect("a database");
    let url = database.url().parse().expect("a URL");
    let db = Db::open(&url, Options::default()).await.expect("PostgreSQL");
    store("PostgreSQL", &db).await;
}

async fn store(engine: &str, db: &Db) {
    db.write(Arc::new(Seed)).await.expect("seeded");
    let next = Arc::new(AtomicI64::new(ROWS));
    for tasks in [1, 32, 64] {
        let (db, next) = (db.clone(), Arc::clone(&next));
        let label = format!("{engine}: durable insert, {tasks} tasks");
        measure(&label, tasks, move |_| {
            let (db, id) = (db.clone(), next.fetch_add(1, Ordering::Relaxed));
            async move { db.write(Arc::new(Insert { id })).await.expect("inserted") }
        })
        .await;
    }
    for tasks in [1, 32, 64] {
        let reader = db.clone();
        let label = format!("{engine}: point read, {tasks} tasks");
        measure(&label, tasks, move |turn| {
            let (db, id) = (reader.clone(), (turn * 7919) % ROWS);
            async move { drop(db.read(Arc::new(Find { id })).await.expect("found")) }
        })
        .await;
        let reader = db.clone();
        let label = format!("{engine}: point read on scan threads, {tasks} tasks");
        measure(&label, tasks, move |turn| {
            let (db, id) = (reader.clone(), (turn * 7919) % ROWS);
            async move { drop(db.read_scan(Arc::new(Find { id })).await.expect("found")) }
        })
        .await;
    }
}

/// Runs an operation from so many tasks at once until the time is up.
async fn measure<F, R>(label: &str, tasks: i64, operation: F)
where
    F: Fn(i64) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let started = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|task| {
            let operation = operation.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                let mut turn = task * 1_000_003;
                while started.elapsed() < PER_CELL {
                    let before = Instant::now();
                    operation(turn).await;
                    latencies.push(before.elapsed());
                    turn += 1;
                    // A read in place never yields by itself, and would keep the others waiting.
                    tokio::task::consume_budget().await;
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in running {
        latencies.extend(task.await.expect("a task"));
    }
    report(label, started.elapsed(), latencies);
}

fn report(label: &str, took: Duration, mut latencies: Vec<Duration>) {
    latencies.sort_unstable();
    let count = u32::try_from(latencies.len()).unwrap_or(u32::MAX);
    let at = |percent: usize| latencies[latencies.len() * percent / 100].as_micros();
    let rate = f64::from(count) / took.as_secs_f64();
    println!("{label:<44}{rate:>12.0}{:>12}{:>12}", at(50), at(99));
}

fn bare_sqlite(path: &std::path::Path) {
    let connection = rusqlite::Connection::open(path).expect("a file");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
             PRAGMA wal_autocheckpoint = 4096",
        )
        .expect("settings");
    connection.execute_batch(&CREATE.replace("{text}", "TEXT")).expect("tables");
    connection.execute_batch("BEGIN").expect("begun");
    (0..ROWS).for_each(|id| bare_insert(&connection, id));
    connection.execute_batch("COMMIT").expect("committed");

    let mut next = ROWS;
    for rows_per_commit in [1, 32] {
        let label = format!("bare SQLite: insert, {rows_per_commit} rows per commit");
        bare_measure(&label, rows_per_commit, || {
            connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
            for _ in 0..rows_per_commit {
                bare_insert(&connection, next);
                next += 1;
            }
            connection.execute_batch("COMMIT").expect("committed");
        });
    }
    let mut turn = 0;
    bare_measure("bare SQLite: point read, one thread", 1, || {
        turn += 7919;
        let mut statement = connection.prepare_cached(SELECT).expect("prepared");
        let row = statement.query_row((1, customer(turn % ROWS)), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        });
        drop(row.expect("found"));
    });
}

fn bare_insert(connection: &rusqlite::Connection, id: i64) {
    let mut statement = connection.prepare_cached(INSERT).expect("prepared");
    statement.execute((id, 1, customer(id), "Asha Iyengar", 7)).expect("inserted");
}

fn bare_measure(label: &str, rows: u32, mut operation: impl FnMut()) {
    let started = Instant::now();
    let mut latencies = Vec::new();
    while started.elapsed() < PER_CELL {
        let before = Instant::now();
        operation();
        latencies.extend(std::iter::repeat_n(before.elapsed(), rows as usize));
    }
    report(label, started.elapsed(), latencies);
}
