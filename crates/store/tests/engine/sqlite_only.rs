//! The writer thread and the file.

use std::sync::Arc;

use qist_store::{Conn, Db, DbError, Options, params};
use tokio::task::JoinHandle;

use crate::support::{SqliteFixture, body, execute, hold, number, open_file, script, write_later};

const NOTES: &str = "CREATE TABLE notes (id BIGINT PRIMARY KEY, body TEXT NOT NULL)";
const INSERT_NOTE: &str = "INSERT INTO notes (id, body) VALUES (?1, ?2)";

fn insert(db: &Db, id: i64) -> JoinHandle<Result<(), DbError>> {
    let insert =
        body(move |conn: &mut Conn<'_>| Box::pin(async move { conn.execute_one(INSERT_NOTE, params![id, "x"]).await }));
    write_later(db, insert)
}

/// Runs tasks that have been spawned until each has put its write into the queue.
async fn until_queued(tasks: &[JoinHandle<Result<(), DbError>>]) {
    // On one thread, a task that has been woken runs before the one that yields does again.
    for _ in 0..=tasks.len() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_bodies_of_one_batch_stand_or_fall_alone() {
    let fixture = SqliteFixture::new().await;
    let db = &fixture.db;
    script(db, NOTES).await;
    let held = hold(db, "").await;
    let tasks: Vec<_> = (0..100).map(|number| insert(db, number / 2)).collect();
    until_queued(&tasks).await;
    held.let_go().await;
    let mut duplicates = 0;
    for task in tasks {
        duplicates += i64::from(task.await.unwrap().is_err());
    }
    assert_eq!(duplicates, 50);
    assert_eq!(number(db, "SELECT count(*) FROM notes").await, 50);
}

#[tokio::test]
async fn nobody_in_a_batch_is_told_of_success_when_its_commit_fails() {
    let fixture = SqliteFixture::new().await;
    let db = &fixture.db;
    script(db, NOTES).await;
    script(
        db,
        "CREATE TABLE orphans (
             note BIGINT NOT NULL REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED
         )",
    )
    .await;
    let held = hold(db, "").await;
    let mut tasks: Vec<_> = (0..20).map(|id| insert(db, id)).collect();
    let orphan = "INSERT INTO orphans (note) VALUES (-1)";
    let orphan = body(move |conn: &mut Conn<'_>| Box::pin(conn.execute_one(orphan, &[])));
    tasks.push(write_later(db, orphan));
    tasks.extend((20..40).map(|id| insert(db, id)));
    tasks.push(insert(db, 5));
    until_queued(&tasks).await;
    held.let_go().await;
    for (place, task) in tasks.into_iter().enumerate() {
        match task.await.unwrap() {
            Err(DbError::Unavailable { .. }) => {}
            Err(DbError::Unique { .. }) if place == 41 => {}
            other => panic!("write {place}: {other:?}"),
        }
    }
    assert_eq!(number(db, "SELECT count(*) FROM notes").await, 0);
    insert(db, 5).await.unwrap().unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM notes").await, 1);
}

#[tokio::test]
async fn a_full_disk_is_an_error_for_the_writes_it_hits_and_reads_go_on() {
    let fixture = SqliteFixture::new().await;
    let db = &fixture.db;
    script(db, NOTES).await;
    insert(db, 1).await.unwrap().unwrap();
    pragma(db, "PRAGMA max_page_count = 64").await;
    let big = |id: i64| {
        body(move |conn: &mut Conn<'_>| {
            Box::pin(async move {
                let text = "x".repeat(100_000);
                conn.execute_one(INSERT_NOTE, params![id, &text]).await
            })
        })
    };
    db.write(big(2)).await.unwrap();
    for id in 3..6 {
        let full = db.write(big(id)).await;
        let small = insert(db, id * 10).await.unwrap();
        if id > 3 {
            assert!(matches!(full, Err(DbError::Unavailable { .. })), "{full:?}");
            small.unwrap();
        }
    }
    assert_eq!(number(db, "SELECT count(*) FROM notes WHERE id = 1").await, 1);
    pragma(db, "PRAGMA max_page_count = 100000").await;
    db.write(big(7)).await.unwrap();
    let check =
        body(|conn: &mut Conn<'_>| Box::pin(conn.query_one("PRAGMA integrity_check", &[], |row| row.get::<String>(0))));
    assert_eq!(db.read(check).await.unwrap(), "ok");
}

async fn pragma(db: &Db, sql: &'static str) {
    db.write(body(move |conn| Box::pin(conn.query(sql, &[], |row| row.get::<i64>(0))))).await.unwrap();
}

#[tokio::test]
async fn a_full_queue_turns_callers_away_at_once() {
    let fixture = SqliteFixture::with(Options { writes_waiting_max: 4, ..Options::default() }).await;
    let db = &fixture.db;
    script(db, NOTES).await;
    let held = hold(db, "").await;
    let tasks: Vec<_> = (0..4).map(|id| insert(db, id)).collect();
    until_queued(&tasks).await;
    let refused = insert(db, 9).await.unwrap();
    assert!(matches!(refused, Err(DbError::Overloaded { .. })), "{refused:?}");
    held.let_go().await;
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    insert(db, 9).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_write_whose_caller_went_away_before_its_turn_does_not_happen() {
    let fixture = SqliteFixture::new().await;
    let db = &fixture.db;
    script(db, NOTES).await;
    let held = hold(db, "").await;
    let tasks = [insert(db, 1), insert(db, 2)];
    until_queued(&tasks).await;
    let [gone, stays] = tasks;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    held.let_go().await;
    stays.await.unwrap().unwrap();
    assert_eq!(number(db, "SELECT sum(id) FROM notes").await, 2);
}

#[tokio::test]
async fn one_process_at_a_time_has_the_file() {
    let fixture = SqliteFixture::new().await;
    script(&fixture.db, NOTES).await;
    insert(&fixture.db, 1).await.unwrap().unwrap();
    let Err(refused) = open_file(&fixture.directory, Options::default()).await else {
        panic!("opened twice");
    };
    let text = refused.to_string();
    assert!(text.contains(&format!("in use by process {}", std::process::id())), "{text}");
    fixture.db.close().await;
    let again = open_file(&fixture.directory, Options::default()).await.unwrap();
    assert_eq!(number(&again, "SELECT count(*) FROM notes").await, 1);
}

#[tokio::test]
async fn writes_that_wait_when_the_database_is_closed_are_done_first() {
    let fixture = SqliteFixture::new().await;
    let db = fixture.db.clone();
    script(&db, NOTES).await;
    let held = hold(&db, "").await;
    let tasks: Vec<_> = (0..10).map(|id| insert(&db, id)).collect();
    until_queued(&tasks).await;
    let closing = tokio::spawn(async move { db.close().await });
    held.let_go().await;
    closing.await.unwrap();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let again = open_file(&fixture.directory, Options::default()).await.unwrap();
    assert_eq!(number(&again, "SELECT count(*) FROM notes").await, 10);
}

#[tokio::test]
async fn a_foreign_key_holds() {
    let fixture = SqliteFixture::new().await;
    script(&fixture.db, NOTES).await;
    script(&fixture.db, "CREATE TABLE tags (note BIGINT REFERENCES notes (id))").await;
    assert!(execute(&fixture.db, "INSERT INTO tags (note) VALUES (1)").await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = SqliteFixture::new().await;
    script(&fixture.db, NOTES).await;
    let mut files = 0;
    for entry in std::fs::read_dir(fixture.directory.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        files += 1;
    }
    assert_eq!(files, 4, "database, log, index of the log, lock");
}

#[tokio::test]
async fn what_is_not_a_database_is_refused() {
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("test.db"), "not a database, but long enough").unwrap();
    let Err(refused) = open_file(&directory, Options::default()).await else {
        panic!("opened");
    };
    assert!(refused.to_string().contains("cannot be opened"), "{refused}");
    let missing = "sqlite:/nowhere/at/all.db".parse().unwrap();
    assert!(Db::open(&missing, Options::default()).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_take_turns() {
    let options = Options { readers: 1, scanners: 1, ..Options::default() };
    let fixture = SqliteFixture::with(options).await;
    let count = body(|conn: &mut Conn<'_>| {
        Box::pin(conn.query_one("SELECT count(*) FROM sqlite_master", &[], |row| row.get::<i64>(0)))
    });
    let reads: Vec<_> = (0..200)
        .map(|place| {
            let (db, count) = (fixture.db.clone(), Arc::clone(&count));
            tokio::spawn(async move { if place % 2 == 0 { db.read(count).await } else { db.read_scan(count).await } })
        })
        .collect();
    for read in reads {
        assert_eq!(read.await.unwrap(), Ok(0));
    }
}
