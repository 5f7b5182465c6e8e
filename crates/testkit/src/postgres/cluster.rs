//! A server for one test alone.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Server, TestDatabase, server};

/// Waits until its input is closed, by a drop or by the death of this process, and cleans up.
const WATCH: &str = r#"cat >/dev/null; stop "$1"; rm -rf "$1""#;

/// A PostgreSQL server that is stopped and deleted when dropped, or when this process dies.
#[derive(Debug)]
pub struct TestCluster {
    directory: PathBuf,
    port: u16,
    server: Server,
    watchdog: Child,
}

impl TestCluster {
    /// Starts a server with lines of `postgresql.conf`. It is durable unless they say otherwise,
    /// and listens on a socket only, unless `listen_addresses` is among them.
    pub fn start(settings: &[(&str, &str)]) -> io::Result<Self> {
        Self::start_with_files(settings, &[])
    }

    /// The same, with files (name, contents) put into the data directory before the start, such as
    /// a certificate and its key.
    pub fn start_with_files(settings: &[(&str, &str)], files: &[(&str, &str)]) -> io::Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("qist-postgres-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory)?;
        server::remove_remains(&directory)?;
        // The watchdog comes first: it also cleans up after a start that fails.
        let watchdog = server::watchdog(WATCH, &directory).stdin(Stdio::piped()).spawn()?;
        let port = free_port()?;
        let server = match server::start(&directory, port, settings, files) {
            Ok(server) => server,
            Err(error) => {
                end(watchdog);
                return Err(error);
            }
        };
        Ok(Self { directory, port, server, watchdog })
    }

    /// A fresh database.
    pub fn database(&self) -> io::Result<TestDatabase> {
        self.server.database()
    }

    pub(super) fn server(&self) -> Server {
        self.server.clone()
    }

    /// Everything the server has is in here; the data are in `server/data`.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The port it listens on, when `listen_addresses` is among its settings.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for TestCluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        // Nothing can be done about a watchdog that cannot be waited for.
        let _ = self.watchdog.wait();
    }
}

fn end(mut watchdog: Child) {
    drop(watchdog.stdin.take());
    let _ = watchdog.wait();
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
