//! Too slow, too much: both engines turn callers away instead of hanging.

use std::time::Duration;

use qist_store::{Conn, DbError, Options};

use crate::support::{PostgresFixture, SqliteFixture, body, execute, number, script};

const ENDLESS: &str = "
    WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless WHERE n > 0)
    SELECT count(*) FROM endless";
const ENDLESS_WRITE: &str = "
    WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless WHERE n > 0)
    UPDATE notes SET n = (SELECT count(*) FROM endless)";

fn impatient() -> Options {
    Options { statement_max: Duration::from_millis(100), ..Options::default() }
}

async fn an_endless_statement_is_ended(db: qist_store::Db) {
    script(&db, "CREATE TABLE notes (n BIGINT); INSERT INTO notes (n) VALUES (7)").await;
    let endless = || body(|conn: &mut Conn<'_>| Box::pin(conn.query(ENDLESS, &[], |row| row.get::<i64>(0))));
    for ended in [db.read(endless()).await, db.read_scan(endless()).await] {
        assert!(matches!(ended, Err(DbError::Overloaded { .. })), "{ended:?}");
    }
    let ended = execute(&db, ENDLESS_WRITE).await;
    assert!(matches!(ended, Err(DbError::Overloaded { .. })), "{ended:?}");
    assert_eq!(execute(&db, "UPDATE notes SET n = n + 1").await, Ok(1));
    assert_eq!(number(&db, "SELECT n FROM notes").await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_statement_is_ended_on_sqlite() {
    let fixture = SqliteFixture::with(impatient()).await;
    an_endless_statement_is_ended(fixture.db).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_statement_is_ended_on_postgres() {
    let fixture = PostgresFixture::with(impatient()).await;
    an_endless_statement_is_ended(fixture.db.clone()).await;
}
