//! One server for all test processes of this machine.
//!
//! Three files carry locks. `starting` is held while the server is looked for, started or stopped.
//! `users` is held shared by every test process until it ends, however it ends. `watchdog` is held
//! by the shell that stops the server when nobody holds `users` any more.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::cluster::TestCluster;
use super::{Server, server};

/// Fast rather than durable, and quick to notice a deadlock.
const SETTINGS: [(&str, &str); 5] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("deadlock_timeout", "100ms"),
    ("max_connections", "400"),
];

/// The number in the socket's name; nothing listens on a network port.
const PORT: u16 = 5432;

const WATCH: &str = r#"
exec 7>>"$1/watchdog"
flock -n 7 || exit 0
while sleep 5; do
    exec 8>>"$1/starting"
    flock 8
    exec 9>>"$1/users"
    if flock -n 9; then
        stop "$1"
        exit 0
    fi
    exec 9>&- 8>&-
done
"#;

/// What this process holds for the rest of its life.
enum Share {
    OfMachine { server: Server, _users: File },
    OfProcess { cluster: TestCluster },
}

/// The shared server, started if need be.
pub(super) fn server() -> io::Result<Server> {
    static SHARE: OnceLock<Result<Share, String>> = OnceLock::new();
    match SHARE.get_or_init(|| share().map_err(|error| error.to_string())) {
        Ok(Share::OfMachine { server, .. }) => Ok(server.clone()),
        Ok(Share::OfProcess { cluster }) => Ok(cluster.server()),
        Err(error) => Err(io::Error::other(error.clone())),
    }
}

fn share() -> io::Result<Share> {
    // The watchdog needs flock(1); without it (macOS) each process has a server to itself, which
    // is slower and otherwise the same.
    if server::program("flock").is_err() {
        return Ok(Share::OfProcess { cluster: TestCluster::start(&SETTINGS)? });
    }
    let directory = directory()?;
    let starting = server::lock_file(&directory.join("starting"))?;
    starting.lock()?;
    let users = server::lock_file(&directory.join("users"))?;
    users.lock_shared()?;
    ensure_watchdog(&directory)?;
    let server = if server::is_running(&directory, PORT) {
        server::server_at(&directory, PORT)?
    } else {
        server::remove_remains(&directory)?;
        server::start(&directory, PORT, &SETTINGS, &[])?
    };
    Ok(Share::OfMachine { server, _users: users })
}

/// A watchdog that was killed is replaced by the next process that comes.
fn ensure_watchdog(directory: &Path) -> io::Result<()> {
    let watched = server::lock_file(&directory.join("watchdog"))?;
    if watched.try_lock().is_ok() {
        drop(watched);
        server::watchdog(WATCH, directory).spawn()?;
    }
    Ok(())
}

/// The same for every process of this user with the same PostgreSQL and the same settings.
fn directory() -> io::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    server::program("initdb")?.hash(&mut hasher);
    SETTINGS.hash(&mut hasher);
    std::env::var_os("USER").hash(&mut hasher);
    let name = format!("qist-postgres-shared-{:08x}", hasher.finish() >> 32);
    let directory = std::env::temp_dir().join(name);
    fs::create_dir_all(&directory)?;
    Ok(directory)
}
