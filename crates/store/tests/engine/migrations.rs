//! Migrations run once, in order, whole or not at all, and are never changed afterwards.

use qist_store::migrate::{MigrateError, Migration, pending, run};
use qist_store::{Db, DbError, Options};

use crate::support::{PostgresFixture, body, execute, number, script};

on_both_engines! {
    a_fresh_database_gets_every_migration_and_the_next_start_none,
    a_migration_that_changed_after_it_ran_is_refused,
    line_ends_are_no_change,
    a_gap_is_refused_in_the_program_and_in_the_database,
    a_failing_migration_leaves_nothing_of_itself,
    a_database_of_a_newer_program_is_accepted,
    programs_that_start_together_run_each_migration_once,
    the_programs_own_migrations_run,
}

const LOANS: Migration = Migration {
    number: 1,
    name: "loans",
    sql: "CREATE TABLE loans (id BIGINT PRIMARY KEY, seal {bytes} NOT NULL);
-- only sqlite
CREATE TRIGGER loans_stay BEFORE DELETE ON loans BEGIN SELECT RAISE(ABORT, 'kept'); END;
-- end
-- only postgres
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'kept; even {so}'; END $$;
CREATE TRIGGER loans_stay BEFORE DELETE ON loans FOR EACH ROW EXECUTE FUNCTION keep();
-- end
",
};
const ROWS: Migration = Migration {
    number: 2,
    name: "rows",
    sql: "INSERT INTO loans (id, seal) VALUES (1, '');\nINSERT INTO loans (id, seal) VALUES (2, '');",
};
const BROKEN: Migration = Migration {
    number: 3,
    name: "broken",
    sql: "CREATE TABLE half (id BIGINT); INSERT INTO loans (id, seal) VALUES (1, '');",
};

async fn a_fresh_database_gets_every_migration_and_the_next_start_none(db: Db) {
    assert_eq!(pending(&db, &[LOANS, ROWS]).await.unwrap().len(), 2);
    assert_eq!(run(&db, &[LOANS], 7).await.unwrap(), [1]);
    assert_eq!(pending(&db, &[LOANS, ROWS]).await.unwrap()[0].name, "rows");
    assert_eq!(run(&db, &[LOANS, ROWS], 8).await.unwrap(), [2]);
    assert_eq!(run(&db, &[LOANS, ROWS], 9).await.unwrap(), [0_i64; 0]);
    assert!(pending(&db, &[LOANS, ROWS]).await.unwrap().is_empty());
    assert_eq!(number(&db, "SELECT count(*) FROM loans").await, 2);
    assert!(execute(&db, "DELETE FROM loans").await.is_err());
    let applied_at = "SELECT applied_at FROM schema_migrations WHERE name = 'rows'";
    assert_eq!(number(&db, applied_at).await, 8);
}

async fn a_migration_that_changed_after_it_ran_is_refused(db: Db) {
    run(&db, &[LOANS], 7).await.unwrap();
    let changed = Migration { sql: "CREATE TABLE loans (id BIGINT PRIMARY KEY)", ..LOANS };
    let refused = run(&db, &[changed, ROWS], 8).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Changed { number: 1, .. }), "{refused}");
    assert_eq!(number(&db, "SELECT count(*) FROM loans").await, 0);
}

async fn line_ends_are_no_change(db: Db) {
    run(&db, &[LOANS, ROWS], 7).await.unwrap();
    let checked_out = ROWS.sql.replace('\n', "\r\n");
    let elsewhere = Migration { sql: checked_out.leak(), ..ROWS };
    assert!(pending(&db, &[LOANS, elsewhere]).await.unwrap().is_empty());
}

async fn a_gap_is_refused_in_the_program_and_in_the_database(db: Db) {
    let refused = run(&db, &[LOANS, BROKEN], 7).await.unwrap_err();
    let gap = MigrateError::GapInProgram { expected: 2, found: 3 };
    assert_eq!(refused.to_string(), gap.to_string());
    assert!(run(&db, &[ROWS], 7).await.is_err());

    run(&db, &[LOANS, ROWS], 7).await.unwrap();
    execute(&db, "DELETE FROM schema_migrations WHERE number = 1").await.unwrap();
    let refused = run(&db, &[LOANS, ROWS], 8).await.unwrap_err();
    let gap = MigrateError::GapInDatabase { expected: 1, found: 2 };
    assert_eq!(refused.to_string(), gap.to_string());
}

async fn a_failing_migration_leaves_nothing_of_itself(db: Db) {
    let refused = run(&db, &[LOANS, ROWS, BROKEN], 7).await.unwrap_err();
    let MigrateError::Failed { number: 3, source: DbError::Unique { .. }, .. } = refused else {
        panic!("{refused}");
    };
    assert_eq!(number(&db, "SELECT count(*) FROM loans").await, 2);
    assert!(execute(&db, "DELETE FROM half").await.is_err());
    let mended = Migration { sql: "CREATE TABLE half (id BIGINT)", ..BROKEN };
    assert_eq!(run(&db, &[LOANS, ROWS, mended], 8).await.unwrap(), [3]);
}

async fn a_database_of_a_newer_program_is_accepted(db: Db) {
    run(&db, &[LOANS, ROWS], 7).await.unwrap();
    assert!(pending(&db, &[LOANS]).await.unwrap().is_empty());
    assert!(run(&db, &[LOANS], 8).await.unwrap().is_empty());
}

async fn programs_that_start_together_run_each_migration_once(db: Db) {
    let programs: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { run(&db, &[LOANS, ROWS], 7).await.unwrap() })
        })
        .collect();
    let mut applied = Vec::new();
    for program in programs {
        applied.extend(program.await.unwrap());
    }
    applied.sort_unstable();
    assert_eq!(applied, [1, 2]);
    assert_eq!(number(&db, "SELECT count(*) FROM loans").await, 2);
}

async fn the_programs_own_migrations_run(db: Db) {
    let all = db.pending().await.unwrap().len();
    assert_eq!(db.migrate(7).await.unwrap().len(), all);
    assert!(db.pending().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_may_run_longer_than_a_statement_and_others_wait_for_it() {
    let statement_max = std::time::Duration::from_millis(100);
    let lock_wait_max = std::time::Duration::from_millis(50);
    let options = Options { statement_max, lock_wait_max, ..Options::default() };
    let fixture = PostgresFixture::with(options).await;
    let slow = Migration { number: 1, name: "slow", sql: "SELECT pg_sleep(0.4)" };
    let programs = [0; 3].map(|_| {
        let db = fixture.db.clone();
        tokio::spawn(async move { run(&db, &[slow], 7).await.unwrap() })
    });
    let mut applied = Vec::new();
    for program in programs {
        applied.extend(program.await.unwrap());
    }
    assert_eq!(applied, [1]);
    script(&fixture.db, "SELECT 1").await;
    let settings = body(|conn: &mut qist_store::Conn<'_>| {
        Box::pin(conn.query_one("SHOW statement_timeout", &[], |row| row.get::<String>(0)))
    });
    assert_eq!(fixture.db.read(settings).await.unwrap(), "100ms");
}
