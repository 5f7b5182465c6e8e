//! A killed process loses nothing it has acknowledged.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use qist_store::{Body, Conn, Db, DbError, Options, async_trait};

/// In the process that is to be killed: the database, and the first id to write.
const ROLE: &str = "QIST_STORE_TEST_TO_BE_KILLED";
const THIS_TEST: &str = "kill::every_acknowledged_write_survives_kill_9";
const ROUNDS: usize = 5;

struct Insert {
    id: i64,
}

#[async_trait]
impl Body for Insert {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        let sql = "INSERT INTO acknowledged (id, filler) VALUES (?1, ?2)";
        conn.execute_one(sql, &[self.id.into(), "some text to make pages of".into()]).await
    }
}

struct Stored;

#[async_trait]
impl Body for Stored {
    type Out = (Vec<i64>, String);
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Self::Out, DbError> {
        let ids = conn.query("SELECT id FROM acknowledged ORDER BY id", &[], |row| row.get(0));
        let ids = ids.await?;
        let check = conn.query_one("PRAGMA integrity_check", &[], |row| row.get(0)).await?;
        Ok((ids, check))
    }
}

async fn open(path: &Path) -> Db {
    let url = format!("sqlite:{}", path.display()).parse().unwrap();
    Db::open(&url, Options::default()).await.unwrap()
}

#[test]
fn every_acknowledged_write_survives_kill_9() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Ok(role) = std::env::var(ROLE) {
        let (first, path) = role.split_once(':').unwrap();
        runtime.block_on(write_until_killed(Path::new(path), first.parse().unwrap()));
    }
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("test.db");
    runtime.block_on(async {
        let db = open(&path).await;
        crate::support::script(&db, "CREATE TABLE acknowledged (id BIGINT PRIMARY KEY, filler TEXT NOT NULL)").await;
        db.close().await;
    });
    let mut acknowledged = Vec::new();
    for round in 1..=ROUNDS {
        let first = i64::try_from(round * 1_000_000_000).unwrap();
        acknowledged.extend(kill_a_writer(&path, first, round * 3000));
        let (stored, check) = runtime.block_on(async {
            let db = open(&path).await;
            let stored = db.read_scan(Arc::new(Stored)).await.unwrap();
            db.close().await;
            stored
        });
        assert_eq!(check, "ok");
        let lost = acknowledged.iter().filter(|id| stored.binary_search(id).is_err()).count();
        assert_eq!(lost, 0, "round {round}: of {} acknowledged writes", acknowledged.len());
    }
    assert!(acknowledged.len() > ROUNDS * 3000);
}

/// Starts a writer in a process of its own, kills it once it has acknowledged so many writes, and
/// answers every id that it acknowledged before it died.
fn kill_a_writer(path: &Path, first: i64, enough: usize) -> Vec<i64> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args([THIS_TEST, "--exact", "--nocapture"])
        .env(ROLE, format!("{first}:{}", path.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(writer.stdout.take().unwrap()).split(b'\n') {
        // The last line may be torn; a whole one ends with a full stop.
        let line = String::from_utf8(line.unwrap()).unwrap();
        let id = line.strip_prefix("kept ").and_then(|rest| rest.strip_suffix('.'));
        acknowledged.extend(id.map(|id| id.parse::<i64>().unwrap()));
        if acknowledged.len() == enough {
            writer.kill().unwrap();
        }
    }
    assert!(!writer.wait().unwrap().success(), "it ended by itself");
    assert!(acknowledged.len() >= enough, "it died after {} writes", acknowledged.len());
    acknowledged
}

async fn write_until_killed(path: &Path, first: i64) -> ! {
    let db = open(path).await;
    let next = Arc::new(AtomicI64::new(first));
    for _ in 0..32 {
        let (db, next) = (db.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let id = next.fetch_add(1, Ordering::Relaxed);
                db.write(Arc::new(Insert { id })).await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "kept {id}.").unwrap();
                out.flush().unwrap();
            }
        });
    }
    std::future::pending().await
}
