//! How a database is opened.

use std::thread::available_parallelism;
use std::time::Duration;

/// Limits of a [`Db`](super::Db). The defaults suit a server that owns its machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// SQLite: connections that answer point reads in place on the async workers.
    pub readers: usize,
    /// SQLite: connections that answer list scans on blocking threads.
    pub scanners: usize,
    /// SQLite: writes that may wait for the writer thread before callers are turned away.
    pub writes_waiting_max: usize,
    /// PostgreSQL: connections in the pool.
    pub connections_max: usize,
    /// How long a caller waits for a connection before it is turned away.
    pub wait_max: Duration,
    /// How long one statement may run.
    pub statement_max: Duration,
    /// PostgreSQL: how long a statement may wait for a row or table lock.
    pub lock_wait_max: Duration,
    /// PostgreSQL: how long a transaction may sit idle between two statements.
    pub idle_in_transaction_max: Duration,
    /// Accept a PostgreSQL server that can lose committed data in a crash (`fsync`,
    /// `full_page_writes` or `synchronous_commit` off). For throw-away test servers only.
    pub accept_volatile_server: bool,
}

impl Default for Options {
    fn default() -> Self {
        let cores = available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            readers: cores.max(4),
            scanners: 2,
            writes_waiting_max: 4096,
            connections_max: 32,
            wait_max: Duration::from_secs(1),
            statement_max: Duration::from_secs(15),
            lock_wait_max: Duration::from_secs(2),
            idle_in_transaction_max: Duration::from_secs(10),
            accept_volatile_server: false,
        }
    }
}
