//! What a transaction promises.

use std::sync::Arc;
use std::time::Duration;

use qist_store::{Body, Conn, Db, DbError, async_trait, params};

use crate::support::{body, execute, number, script};

on_both_engines! {
    a_body_that_answers_ok_is_kept,
    a_body_that_answers_err_leaves_nothing_and_its_own_error_comes_back,
    a_duplicate_names_the_same_key_on_both_engines,
    one_failing_body_among_many_leaves_the_others,
    a_body_that_awaits_anything_else_is_refused_and_leaves_nothing,
    a_body_that_panics_is_an_error_and_leaves_nothing,
    after_a_failed_statement_the_transaction_is_void,
    a_reading_body_cannot_write,
    anything_but_one_row_is_an_error_where_one_is_expected,
    sixty_four_tasks_count_exactly,
    every_job_in_a_queue_is_claimed_once,
    all_statements_of_a_snapshot_see_the_same_moment,
    a_refused_commit_is_an_error_and_later_writes_succeed,
    a_body_has_errors_of_its_own_type,
    a_closed_database_says_so,
}

const NOTES: &str = "CREATE TABLE notes (id BIGINT PRIMARY KEY, body TEXT NOT NULL)";
const INSERT_NOTE: &str = "INSERT INTO notes (id, body) VALUES (?1, ?2)";
const COUNT_NOTES: &str = "SELECT count(*) FROM notes";

async fn insert(db: &Db, id: i64) -> Result<(), DbError> {
    db.write(body(move |conn| Box::pin(async move { conn.execute_one(INSERT_NOTE, params![id, "x"]).await }))).await
}

async fn a_body_that_answers_ok_is_kept(db: Db) {
    script(&db, NOTES).await;
    insert(&db, 1).await.unwrap();
    assert_eq!(number(&db, COUNT_NOTES).await, 1);
}

async fn a_body_that_answers_err_leaves_nothing_and_its_own_error_comes_back(db: Db) {
    script(&db, NOTES).await;
    let refused: Result<(), DbError> = db
        .write(body(|conn| {
            Box::pin(async {
                conn.execute_one(INSERT_NOTE, params![1, "x"]).await?;
                Err(DbError::corrupt("notes", "body", "1", "just so"))
            })
        }))
        .await;
    assert_eq!(refused, Err(DbError::corrupt("notes", "body", "1", "just so")));
    assert_eq!(number(&db, COUNT_NOTES).await, 0);
}

async fn a_duplicate_names_the_same_key_on_both_engines(db: Db) {
    script(
        &db,
        "CREATE TABLE loans (
             id BIGINT PRIMARY KEY, tenant TEXT NOT NULL, utr TEXT NOT NULL, name TEXT NOT NULL
         );
         CREATE UNIQUE INDEX loans_utr ON loans (tenant, utr);
         CREATE UNIQUE INDEX loans_folded ON loans (lower(name));
         INSERT INTO loans (id, tenant, utr, name) VALUES (1, 'a', 'u', 'n')",
    )
    .await;
    for (values, key) in [
        ("(1, 'b', 'v', 'm')", "loans(id)"),
        ("(2, 'a', 'u', 'm')", "loans(tenant, utr)"),
        ("(3, 'b', 'v', 'N')", "loans_folded"),
    ] {
        let insert = format!("INSERT INTO loans (id, tenant, utr, name) VALUES {values}");
        let insert = body(move |conn: &mut Conn<'_>| {
            let insert = insert.clone();
            Box::pin(async move { conn.execute(&insert, &[]).await })
        });
        let refused = db.write(insert).await.unwrap_err();
        assert_eq!(refused, DbError::Unique { key: key.into() });
    }
}

async fn one_failing_body_among_many_leaves_the_others(db: Db) {
    script(&db, NOTES).await;
    insert(&db, 50).await.unwrap();
    let writes: Vec<_> = (0..100)
        .map(|id| {
            tokio::spawn({
                let db = db.clone();
                async move { (id, insert(&db, id).await) }
            })
        })
        .collect();
    for write in writes {
        let (id, result) = write.await.unwrap();
        assert_eq!(result.is_err(), id == 50, "{id}: {result:?}");
    }
    assert_eq!(number(&db, COUNT_NOTES).await, 100);
}

async fn a_body_that_awaits_anything_else_is_refused_and_leaves_nothing(db: Db) {
    script(&db, NOTES).await;
    type Foreign = fn() -> crate::support::Running<'static, ()>;
    let foreign: [Foreign; 3] = [
        || Box::pin(std::future::pending()),
        || {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(9)).await;
                Ok(())
            })
        },
        || {
            Box::pin(async {
                tokio::task::yield_now().await;
                Ok(())
            })
        },
    ];
    for wait in foreign {
        let write = body(move |conn: &mut Conn<'_>| {
            Box::pin(async move {
                conn.execute_one(INSERT_NOTE, params![1, "x"]).await?;
                wait().await
            })
        });
        assert_eq!(db.write(write).await, Err(DbError::AwaitedOutside));
        let read = body(move |_: &mut Conn<'_>| Box::pin(wait()));
        assert_eq!(db.read(Arc::clone(&read)).await, Err(DbError::AwaitedOutside));
        assert_eq!(db.read_scan(read).await, Err(DbError::AwaitedOutside));
    }
    assert_eq!(number(&db, COUNT_NOTES).await, 0);
    insert(&db, 1).await.unwrap();
}

async fn a_body_that_panics_is_an_error_and_leaves_nothing(db: Db) {
    script(&db, NOTES).await;
    let write = || {
        body(|conn: &mut Conn<'_>| {
            Box::pin(async {
                conn.execute_one(INSERT_NOTE, params![1, "x"]).await?;
                if conn.query(COUNT_NOTES, &[], |row| row.get::<i64>(0)).await?.len() == 1 {
                    panic!("as the test wants");
                }
                Ok(())
            })
        })
    };
    for _ in 0..3 {
        let DbError::Internal { detail } = db.write(write()).await.unwrap_err() else {
            panic!("another error");
        };
        assert_eq!(detail, "a body panicked: as the test wants");
    }
    let read = body(|conn: &mut Conn<'_>| {
        Box::pin(conn.query_one(COUNT_NOTES, &[], |_| -> Result<(), DbError> { panic!("mapping") }))
    });
    assert!(db.read(Arc::clone(&read)).await.is_err());
    assert!(db.read_scan(read).await.is_err());
    insert(&db, 1).await.unwrap();
    assert_eq!(number(&db, COUNT_NOTES).await, 1);
}

async fn after_a_failed_statement_the_transaction_is_void(db: Db) {
    script(&db, NOTES).await;
    insert(&db, 1).await.unwrap();
    let swallowed = body(|conn: &mut Conn<'_>| {
        Box::pin(async {
            conn.execute_one(INSERT_NOTE, params![2, "kept?"]).await?;
            let duplicate = conn.execute(INSERT_NOTE, params![1, "x"]).await;
            assert!(matches!(duplicate, Err(DbError::Unique { .. })));
            let after = conn.query_one(COUNT_NOTES, &[], |row| row.get::<i64>(0)).await;
            assert!(matches!(after, Err(DbError::Internal { .. })), "{after:?}");
            Ok(())
        })
    });
    let refused = db.write(swallowed).await;
    assert!(matches!(refused, Err(DbError::Internal { .. })), "{refused:?}");
    assert_eq!(number(&db, COUNT_NOTES).await, 1);
    let portable = body(|conn: &mut Conn<'_>| {
        Box::pin(async {
            let sql = "INSERT INTO notes (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING";
            let first = conn.execute(sql, params![1, "again"]).await?;
            Ok((first, conn.execute(sql, params![2, "new"]).await?))
        })
    });
    assert_eq!(db.write(portable).await, Ok((0, 1)));
}

async fn a_reading_body_cannot_write(db: Db) {
    script(&db, NOTES).await;
    let insert = body(|conn: &mut Conn<'_>| Box::pin(async { conn.execute(INSERT_NOTE, params![1, "x"]).await }));
    for refused in
        [db.read(Arc::clone(&insert)).await, db.read_snapshot(Arc::clone(&insert)).await, db.read_scan(insert).await]
    {
        assert!(matches!(refused, Err(DbError::Internal { .. })), "{refused:?}");
    }
    let sneaky = body(|conn: &mut Conn<'_>| {
        let sql = "INSERT INTO notes (id, body) VALUES (1, 'x') RETURNING id";
        Box::pin(conn.query(sql, &[], |row| row.get::<i64>(0)))
    });
    assert!(db.read_snapshot(sneaky).await.is_err());
    assert_eq!(number(&db, COUNT_NOTES).await, 0);
}

async fn anything_but_one_row_is_an_error_where_one_is_expected(db: Db) {
    script(&db, NOTES).await;
    insert(&db, 1).await.unwrap();
    insert(&db, 2).await.unwrap();
    let write = |sql: &'static str| body(move |conn| Box::pin(conn.execute_one(sql, &[])));
    let none = db.write(write("UPDATE notes SET body = 'y' WHERE id = 9")).await;
    assert_eq!(none, Err(DbError::NotOne { touched: 0 }));
    let both = db.write(write("DELETE FROM notes")).await;
    assert_eq!(both, Err(DbError::NotOne { touched: 2 }));
    assert_eq!(number(&db, COUNT_NOTES).await, 2);

    let one = |sql: &'static str| body(move |conn| Box::pin(conn.query_one(sql, &[], |row| row.get::<i64>(0))));
    let opt = |sql: &'static str| body(move |conn| Box::pin(conn.query_opt(sql, &[], |row| row.get::<i64>(0))));
    let (all, missing) = ("SELECT id FROM notes", "SELECT id FROM notes WHERE id = 9");
    assert_eq!(db.read(one(all)).await, Err(DbError::NotOne { touched: 2 }));
    assert_eq!(db.read(one(missing)).await, Err(DbError::NotOne { touched: 0 }));
    assert_eq!(db.read(opt(all)).await, Err(DbError::NotOne { touched: 2 }));
    assert_eq!(db.read(opt(missing)).await, Ok(None));
    assert_eq!(db.read(opt("SELECT id FROM notes WHERE id = 2")).await, Ok(Some(2)));
}

async fn sixty_four_tasks_count_exactly(db: Db) {
    script(
        &db,
        "CREATE TABLE counters (id BIGINT PRIMARY KEY, n BIGINT NOT NULL);
         INSERT INTO counters (id, n) VALUES (1, 0)",
    )
    .await;
    let tasks: Vec<_> = (0..64).map(|_| tokio::spawn(count_up(db.clone(), 16))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(number(&db, "SELECT n FROM counters WHERE id = 1").await, 64 * 16);
}

async fn count_up(db: Db, times: u32) {
    for _ in 0..times {
        db.write(body(|conn| {
            Box::pin(async {
                let read = "SELECT n FROM counters WHERE id = ?1 {for_update}";
                let n: i64 = conn.query_one(read, params![1], |row| row.get(0)).await?;
                let write = "UPDATE counters SET n = ?1 WHERE id = ?2";
                conn.execute_one(write, params![n + 1, 1]).await
            })
        }))
        .await
        .unwrap();
    }
}

async fn every_job_in_a_queue_is_claimed_once(db: Db) {
    script(&db, "CREATE TABLE jobs (id BIGINT PRIMARY KEY, owner BIGINT)").await;
    db.write(body(|conn| {
        Box::pin(async {
            for id in 0..200_i64 {
                conn.execute_one("INSERT INTO jobs (id) VALUES (?1)", params![id]).await?;
            }
            Ok(())
        })
    }))
    .await
    .unwrap();
    let workers: Vec<_> = (0..8).map(|owner| tokio::spawn(claim_all(db.clone(), owner))).collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    claimed.sort_unstable();
    assert_eq!(claimed, (0..200).collect::<Vec<i64>>());
}

async fn claim_all(db: Db, owner: i64) -> Vec<i64> {
    let mut mine = Vec::new();
    loop {
        let some = db
            .write(body(move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE jobs SET owner = ?1 WHERE id IN (
                                   SELECT id FROM jobs WHERE owner IS NULL ORDER BY id LIMIT ?2
                                   {skip_locked}
                               ) RETURNING id";
                    conn.query(sql, params![owner, 7], |row| row.get::<i64>(0)).await
                })
            }))
            .await
            .unwrap();
        // What others hold locked is theirs, or free again once they have failed; none does here.
        if some.is_empty() {
            return mine;
        }
        mine.extend(some);
    }
}

async fn all_statements_of_a_snapshot_see_the_same_moment(db: Db) {
    script(
        &db,
        "CREATE TABLE sides (name TEXT PRIMARY KEY, paise BIGINT NOT NULL);
         INSERT INTO sides (name, paise) VALUES ('left', 1000), ('right', 0)",
    )
    .await;
    let mover = tokio::spawn({
        let db = db.clone();
        async move {
            for _ in 0..200 {
                db.write(body(|conn| {
                    Box::pin(async {
                        let sql = "UPDATE sides SET paise = paise + ?1 WHERE name = ?2";
                        conn.execute_one(sql, params![-1, "left"]).await?;
                        conn.execute_one(sql, params![1, "right"]).await
                    })
                }))
                .await
                .unwrap();
            }
        }
    });
    let sum = || {
        body(|conn: &mut Conn<'_>| {
            Box::pin(async {
                let sql = "SELECT paise FROM sides WHERE name = ?1";
                let left: i64 = conn.query_one(sql, params!["left"], |row| row.get(0)).await?;
                let right: i64 = conn.query_one(sql, params!["right"], |row| row.get(0)).await?;
                Ok(left + right)
            })
        })
    };
    while !mover.is_finished() {
        assert_eq!(db.read_snapshot(sum()).await, Ok(1000));
        assert_eq!(db.read_scan(sum()).await, Ok(1000));
    }
    mover.await.unwrap();
}

/// Deferred constraints are not for the product; here they are a way to make a commit fail.
async fn a_refused_commit_is_an_error_and_later_writes_succeed(db: Db) {
    script(
        &db,
        "CREATE TABLE parents (id BIGINT PRIMARY KEY);
         CREATE TABLE children (
             id BIGINT PRIMARY KEY,
             parent BIGINT NOT NULL REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED
         )",
    )
    .await;
    for _ in 0..3 {
        let refused = execute(&db, "INSERT INTO children (id, parent) VALUES (1, 1)").await;
        assert!(matches!(refused, Err(DbError::Unavailable { .. })), "{refused:?}");
    }
    assert_eq!(execute(&db, "INSERT INTO parents (id) VALUES (1)").await, Ok(1));
    assert_eq!(execute(&db, "INSERT INTO children (id, parent) VALUES (1, 1)").await, Ok(1));
    assert_eq!(number(&db, "SELECT count(*) FROM children").await, 1);
}

#[derive(Debug, PartialEq)]
enum Refusal {
    LimitReached,
    Database(DbError),
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

struct Draw {
    paise: i64,
}

#[async_trait]
impl Body for Draw {
    type Out = i64;
    type Err = Refusal;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<i64, Refusal> {
        let read = "SELECT paise FROM lines WHERE id = 1 {for_update}";
        let available: i64 = conn.query_one(read, &[], |row| row.get(0)).await?;
        let rest = available - self.paise;
        conn.execute_one("UPDATE lines SET paise = ?1 WHERE id = 1", &[rest.into()]).await?;
        if rest < 0 { Err(Refusal::LimitReached) } else { Ok(rest) }
    }
}

async fn a_body_has_errors_of_its_own_type(db: Db) {
    script(
        &db,
        "CREATE TABLE lines (id BIGINT PRIMARY KEY, paise BIGINT NOT NULL);
         INSERT INTO lines (id, paise) VALUES (1, 100)",
    )
    .await;
    assert_eq!(db.write(Arc::new(Draw { paise: 60 })).await, Ok(40));
    assert_eq!(db.write(Arc::new(Draw { paise: 60 })).await, Err(Refusal::LimitReached));
    assert_eq!(number(&db, "SELECT paise FROM lines WHERE id = 1").await, 40);
    execute(&db, "DELETE FROM lines").await.unwrap();
    let missing = Refusal::Database(DbError::NotOne { touched: 0 });
    assert_eq!(db.write(Arc::new(Draw { paise: 1 })).await, Err(missing));
}

async fn a_closed_database_says_so(db: Db) {
    script(&db, NOTES).await;
    db.close().await;
    db.close().await;
    assert!(matches!(insert(&db, 1).await, Err(DbError::Unavailable { .. })));
    let count = body(|conn| Box::pin(conn.query_one(COUNT_NOTES, &[], |row| row.get::<i64>(0))));
    let read = db.read(Arc::clone(&count)).await;
    assert!(matches!(read, Err(DbError::Unavailable { .. })), "{read:?}");
    assert!(matches!(db.read_scan(count).await, Err(DbError::Unavailable { .. })));
}
