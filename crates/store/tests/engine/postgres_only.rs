//! The pool, transactions that are run again, TLS, and servers that cannot be trusted.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use qist_store::{Conn, Db, DbError, Options, params};
use qist_testkit::postgres::{self, TestCluster};

use crate::support::{PostgresFixture, body, execute, hold, number, script};

const ACCOUNTS: &str = "
    CREATE TABLE accounts (id BIGINT PRIMARY KEY, paise BIGINT NOT NULL);
    INSERT INTO accounts (id, paise) VALUES (1, 0), (2, 0)";
const ADD_ONE: &str = "UPDATE accounts SET paise = paise + 1 WHERE id = ?1";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_victim_of_a_deadlock_is_run_again() {
    let fixture = PostgresFixture::new().await;
    script(&fixture.db, ACCOUNTS).await;
    let both_hold_one = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicU32::new(0));
    let transfers = [(1_i64, 2_i64), (2, 1)].map(|(first, second)| {
        let (db, both, runs) = (fixture.db.clone(), both_hold_one.clone(), runs.clone());
        let transfer = body(move |conn: &mut Conn<'_>| {
            let (both, runs) = (both.clone(), runs.clone());
            Box::pin(async move {
                conn.execute_one(ADD_ONE, params![first]).await?;
                if runs.fetch_add(1, Ordering::SeqCst) < 2 {
                    tokio::task::block_in_place(|| both.wait());
                }
                conn.execute_one(ADD_ONE, params![second]).await
            })
        });
        tokio::spawn(async move { db.write(transfer).await })
    });
    for transfer in transfers {
        transfer.await.unwrap().unwrap();
    }
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert_eq!(number(&fixture.db, "SELECT CAST(sum(paise) AS BIGINT) FROM accounts").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_deadlocks_for_ever_is_given_up() {
    let fixture = PostgresFixture::new().await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let hopeless = body(move |conn: &mut Conn<'_>| {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(
            conn.execute_batch("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$"),
        )
    });
    let given_up = fixture.db.write(hopeless).await;
    assert!(matches!(given_up, Err(DbError::Overloaded { .. })), "{given_up:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_prepared_before_a_migration_is_prepared_again() {
    let fixture = PostgresFixture::with(Options { connections_max: 1, ..Options::default() }).await;
    let db = &fixture.db;
    script(db, ACCOUNTS).await;
    let all = || {
        body(|conn: &mut Conn<'_>| {
            Box::pin(conn.query("SELECT * FROM accounts ORDER BY id", &[], |row| row.get::<i64>(0)))
        })
    };
    for alter in ["ALTER TABLE accounts ADD COLUMN a TEXT", "ALTER TABLE accounts DROP COLUMN a"] {
        assert_eq!(db.read(all()).await, Ok(vec![1, 2]));
        assert_eq!(db.write(all()).await, Ok(vec![1, 2]));
        execute(db, alter).await.unwrap();
        assert_eq!(db.write(all()).await, Ok(vec![1, 2]), "{alter}");
        execute(db, "ALTER TABLE accounts ADD COLUMN b TEXT").await.unwrap();
        assert_eq!(db.read_snapshot(all()).await, Ok(vec![1, 2]));
        execute(db, "ALTER TABLE accounts DROP COLUMN b").await.unwrap();
        assert_eq!(db.read(all()).await, Ok(vec![1, 2]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn waiting_for_a_lock_ends_as_overload() {
    let lock_wait_max = Duration::from_millis(50);
    let fixture = PostgresFixture::with(Options { lock_wait_max, ..Options::default() }).await;
    script(&fixture.db, ACCOUNTS).await;
    let held = hold(&fixture.db, "UPDATE accounts SET paise = 5 WHERE id = 1").await;
    let blocked = execute(&fixture.db, "UPDATE accounts SET paise = 6 WHERE id = 1").await;
    assert!(matches!(blocked, Err(DbError::Overloaded { .. })), "{blocked:?}");
    held.let_go().await;
    assert_eq!(number(&fixture.db, "SELECT paise FROM accounts WHERE id = 1").await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn waiting_for_a_connection_ends_as_overload() {
    let wait_max = Duration::from_millis(50);
    let options = Options { connections_max: 1, wait_max, ..Options::default() };
    let fixture = PostgresFixture::with(options).await;
    let held = hold(&fixture.db, "").await;
    let turned_away = execute(&fixture.db, "CREATE TABLE t (a BIGINT)").await;
    assert!(matches!(turned_away, Err(DbError::Overloaded { .. })), "{turned_away:?}");
    held.let_go().await;
    execute(&fixture.db, "CREATE TABLE t (a BIGINT)").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_is_given_up_and_another_connection_taken() {
    let statement_max = Duration::from_millis(200);
    let options = Options { connections_max: 1, statement_max, ..Options::default() };
    let fixture = PostgresFixture::with(options).await;
    let pid = number(&fixture.db, "SELECT pg_backend_pid()").await.to_string();
    signal("STOP", &pid);
    let silent = execute(&fixture.db, "CREATE TABLE t (a BIGINT)").await;
    signal("CONT", &pid);
    assert!(matches!(silent, Err(DbError::Unavailable { .. })), "{silent:?}");
    assert_ne!(number(&fixture.db, "SELECT pg_backend_pid()").await.to_string(), pid);
}

fn signal(name: &str, pid: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), pid]).status().unwrap();
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_server_ends_is_replaced() {
    let fixture = PostgresFixture::with(Options { connections_max: 1, ..Options::default() }).await;
    let db = &fixture.db;
    script(db, ACCOUNTS).await;
    let suicide = body(|conn: &mut Conn<'_>| {
        Box::pin(async {
            conn.execute_one(ADD_ONE, params![1]).await?;
            conn.execute_batch("SELECT pg_terminate_backend(pg_backend_pid())").await
        })
    });
    let ended = db.write(suicide).await;
    assert!(matches!(ended, Err(DbError::Unavailable { .. })), "{ended:?}");
    assert_eq!(number(db, "SELECT paise FROM accounts WHERE id = 1").await, 0);

    // One that dies while it lies in the pool costs nobody anything.
    for _ in 0..20 {
        let pid = number(db, "SELECT pg_backend_pid()").await;
        fixture.database.psql(&format!("SELECT pg_terminate_backend({pid})")).unwrap();
        execute(db, "UPDATE accounts SET paise = paise + 1 WHERE id = 1").await.unwrap();
    }
    assert_eq!(number(db, "SELECT paise FROM accounts WHERE id = 1").await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_can_lose_committed_data_is_refused() {
    let database = postgres::database().unwrap();
    let Err(refused) = Db::open(&database.url().parse().unwrap(), Options::default()).await else {
        panic!("opened");
    };
    assert!(matches!(refused, DbError::Unusable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("fsync = off"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_can_be_encrypted_and_the_server_has_to_prove_its_name() {
    let issued = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let (own, foreign) = (issued("localhost"), issued("db.example.in"));
    let directory = tempfile::TempDir::new().unwrap();
    let pem = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (key, certificate) = (own.signing_key.serialize_pem(), own.cert.pem());
    let cluster = TestCluster::start_with_files(
        &[
            ("listen_addresses", "localhost"),
            ("ssl", "on"),
            ("ssl_cert_file", "server.crt"),
            ("ssl_key_file", "server.key"),
        ],
        &[("server.crt", &certificate), ("server.key", &key)],
    )
    .unwrap();
    let database = cluster.database().unwrap();
    let name = database.url().rsplit('/').next().unwrap().to_owned();
    let open = async |query: &str| {
        let url = format!("postgres://postgres@localhost:{}/{name}?{query}", cluster.port());
        let db = Db::open(&url.parse().unwrap(), Options::default()).await?;
        let encrypted = "SELECT CAST(ssl AS INTEGER) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        Ok::<_, DbError>(number(&db, encrypted).await)
    };
    let trusted = pem("own.pem", &certificate);
    let stranger = pem("foreign.pem", &foreign.cert.pem());
    assert_eq!(open("sslmode=disable").await, Ok(0));
    assert_eq!(open(&format!("sslmode=require&sslrootcert={trusted}")).await, Ok(1));
    for refused in ["sslmode=require".to_owned(), format!("sslrootcert={stranger}")] {
        let error = open(&refused).await.unwrap_err();
        assert!(error.detail().contains("certificate"), "{refused}: {error:?}");
    }
    let missing = open("sslrootcert=/nowhere.pem").await.unwrap_err();
    assert!(matches!(missing, DbError::Unusable { .. }), "{missing:?}");
}
