//! A throw-away PostgreSQL server, and a database of its own for each test.
//!
//! [`database`] is what most tests want. It takes the server named by `QIST_TEST_POSTGRES_URL` (a
//! role that may create databases), or else one that all test processes of this machine share: it
//! is started by the first, and stopped and deleted a few seconds after the last has ended, even
//! when that was killed. A test that needs a server with settings of its own starts a
//! [`TestCluster`].

mod cluster;
mod server;
mod shared;

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

pub use self::cluster::TestCluster;

/// Names the server to use instead of starting one.
const SERVER_VARIABLE: &str = "QIST_TEST_POSTGRES_URL";

/// A fresh, empty database; it is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    server: Server,
}

/// Where a running server is, and the program that speaks to it.
#[derive(Debug, Clone)]
struct Server {
    url: String,
    psql: PathBuf,
}

/// A fresh database on the shared server.
pub fn database() -> io::Result<TestDatabase> {
    match std::env::var(SERVER_VARIABLE) {
        Ok(url) => Server { url, psql: server::program("psql")? }.database(),
        Err(_) => shared::server()?.database(),
    }
}

impl TestDatabase {
    /// The URL of the database, as `Db::open` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url_of(&self.name)
    }

    /// Runs SQL in this database through `psql`; answers what it prints, without decoration.
    pub fn psql(&self, sql: &str) -> io::Result<String> {
        self.server.psql(&self.name, &[sql])
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // The server may be gone already, and the database with it.
        let _ = self.server.psql("postgres", &[&drop_statement(&self.name)]);
    }
}

impl Server {
    fn database(&self) -> io::Result<TestDatabase> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("qist_test_{}_{number}", std::process::id());
        // One of that name can only be left from a dead process whose number has come round again.
        let create = format!("CREATE DATABASE {name}");
        self.psql("postgres", &[&drop_statement(&name), &create])?;
        Ok(TestDatabase { name, server: self.clone() })
    }

    /// The server's URL with another database in it.
    fn url_of(&self, database: &str) -> String {
        let (base, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
        let authority = rest.split('/').next().unwrap_or_default();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{scheme}://{authority}/{database}{mark}{query}")
    }

    fn psql(&self, database: &str, statements: &[&str]) -> io::Result<String> {
        let mut command = Command::new(&self.psql);
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
        command.args(statements.iter().flat_map(|statement| ["-c", statement]));
        server::output(command.arg("-d").arg(self.url_of(database)))
    }
}

fn drop_statement(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn every_database_is_empty_and_its_own() {
        let (one, two) = (database().unwrap(), database().unwrap());
        one.psql("CREATE TABLE t (a BIGINT)").unwrap();
        assert_eq!(one.psql("SELECT count(*) FROM t").unwrap().trim(), "0");
        let missing = two.psql("SELECT count(*) FROM t").unwrap_err();
        assert!(missing.to_string().contains("does not exist"), "{missing}");
    }

    #[test]
    fn a_database_is_dropped_with_its_value() {
        let kept = database().unwrap();
        let dropped = database().unwrap();
        let name = dropped.name.clone();
        drop(dropped);
        let query = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
        assert_eq!(kept.psql(&query).unwrap().trim(), "0");
    }

    #[test]
    fn a_cluster_of_ones_own_has_its_settings_and_is_gone_when_dropped() {
        let cluster = TestCluster::start(&[("work_mem", "5MB")]).unwrap();
        let database = cluster.database().unwrap();
        assert_eq!(database.psql("SHOW work_mem").unwrap().trim(), "5MB");
        let directory = cluster.directory().to_owned();
        assert!(directory.is_dir());
        drop(cluster);
        assert!(!directory.exists());
        assert!(database.psql("SELECT 1").is_err());
    }

    /// Tells this test that it is the process to be killed.
    const TO_BE_KILLED: &str = "QIST_TESTKIT_TO_BE_KILLED";

    #[test]
    fn a_cluster_is_gone_after_its_process_was_killed() {
        if std::env::var_os(TO_BE_KILLED).is_some() {
            let cluster = TestCluster::start(&[]).unwrap();
            println!("\nstarted {}", cluster.directory().display());
            loop {
                std::thread::park();
            }
        }
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["postgres::tests::a_cluster_is_gone_after_its_process_was_killed", "--exact", "--nocapture"])
            .env(TO_BE_KILLED, "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let started = lines.find_map(|line| line.strip_prefix("started ").map(PathBuf::from)).unwrap();
        assert!(started.join("server/data/postmaster.pid").is_file());
        child.kill().unwrap();
        child.wait().unwrap();
        let patience = Instant::now();
        while started.exists() {
            assert!(patience.elapsed() < Duration::from_secs(30), "{} is still there", started.display());
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_server_named_by_url_keeps_its_host_and_parameters() {
        let server = |url: &str| Server { url: url.into(), psql: PathBuf::new() };
        let named = server("postgres://u:p@h:5/postgres?sslmode=disable").url_of("x");
        assert_eq!(named, "postgres://u:p@h:5/x?sslmode=disable");
        assert_eq!(server("postgres://u@h").url_of("x"), "postgres://u@h/x");
    }
}
