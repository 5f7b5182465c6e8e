//! The reference for writes: one row in one durable commit, through the same store, on the same disk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use qist_store::{Body, Conn, Db, DbError, Options, async_trait};
use qist_testkit::postgres::TestCluster;

struct Create;

#[async_trait]
impl Body for Create {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        conn.execute_batch("CREATE TABLE commits (id BIGINT PRIMARY KEY, text {text} NOT NULL)").await
    }
}

struct Insert(i64);

#[async_trait]
impl Body for Insert {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        let row = [self.0.into(), "one row that is to be durable".into()];
        conn.execute_one("INSERT INTO commits (id, text) VALUES (?1, ?2)", &row).await
    }
}

pub async fn per_second(directory: &Path, cluster: Option<&TestCluster>, writers: usize, seconds: u64) -> f64 {
    let database = cluster.map(|cluster| cluster.database().expect("a database"));
    let file = format!("sqlite:{}", directory.join("commits.db").display());
    let url = database.as_ref().map_or(file, qist_testkit::postgres::TestDatabase::url);
    let db = Db::open(&url.parse().expect("a URL"), Options::default()).await.expect("the reference database");
    db.write(Arc::new(Create)).await.expect("its table");
    let next = Arc::new(AtomicI64::new(0));
    let end = Instant::now() + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let (db, next) = (db.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                while Instant::now() < end {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    db.write(Arc::new(Insert(id))).await.expect("a commit");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a writer that ended well");
    }
    let written = next.load(Ordering::Relaxed);
    db.close().await;
    written as f64 / seconds as f64
}
