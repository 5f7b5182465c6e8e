//! Opening the database file: who may, and with which settings.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::sql::Translator;
use super::super::{DbError, Options};
use super::fault::fault;
use super::session::Session;

/// 3.51.3 is the first release without the WAL-reset defect, which could corrupt a database while
/// one connection wrote and another checkpointed.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Settings of every connection. FULL makes a commit survive a power cut; no memory mapping, since
/// a failing disk would then end the process instead of a statement.
const EVERY_CONNECTION: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA foreign_keys = ON;
    PRAGMA mmap_size = 0;
    PRAGMA trusted_schema = OFF;
";

/// The log is copied back every 16 MiB and cut to 64 MiB after a burst. What a savepoint may have to put back stays in memory.
const WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 4096;
    PRAGMA journal_size_limit = 67108864;
";

const READER: &str = "
    PRAGMA query_only = ON;
    PRAGMA cache_size = -8192;
";

/// The right to open the file, held for as long as any connection is.
pub(super) struct Ownership {
    _lock: File,
}

/// Takes the file for this process alone.
///
/// One process has the only writer and the only checkpoints; a second one would wait for locks it
/// cannot see and would not share the counters kept in memory.
pub(super) fn take_ownership(path: &Path) -> Result<Ownership, DbError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        let reason = format!("SQLite {} is too old, 3.51.3 is needed", rusqlite::version());
        return Err(DbError::unusable(reason));
    }
    super::filesystem::refuse_network(path)?;
    let lock_path = lock_path(path);
    let cannot = |error| cannot_open(&lock_path, &error);
    let mut lock = private_file(&lock_path).map_err(cannot)?;
    match lock.try_lock() {
        Ok(()) => {
            lock.set_len(0).map_err(cannot)?;
            lock.rewind().map_err(cannot)?;
            write!(lock, "{}", std::process::id()).map_err(cannot)?;
            Ok(Ownership { _lock: lock })
        }
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut owner = String::new();
            // Only to make the message more helpful.
            let _ = lock.read_to_string(&mut owner);
            Err(DbError::unusable(format!(
                "{} is in use by process {}: only one process at a time can open a SQLite \
                 database; use PostgreSQL for several",
                path.display(),
                owner.trim(),
            )))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(cannot_open(&lock_path, &error)),
    }
}

/// The connection that writes.
pub(super) fn writer(path: &Path, translator: Arc<Translator>, options: &Options) -> Result<Session, DbError> {
    // Made before SQLite makes it, so that the personal data in it are for the owner alone; the
    // log and its index take over the mode.
    private_file(path).map_err(|error| cannot_open(path, &error))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connection(path, flags, WRITER)?;
    let failed = |error| fault(error).error;
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(failed)?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).map_err(failed)?;
    if journal != "wal" || synchronous != 2 {
        return Err(DbError::unusable(format!(
            "{} cannot be written durably: journal mode {journal}, synchronous {synchronous}",
            path.display(),
        )));
    }
    session(connection, translator, options)
}

/// A connection that only reads. The writer is open already and has made the files.
pub(super) fn reader(path: &Path, translator: Arc<Translator>, options: &Options) -> Result<Session, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    session(connection(path, flags, READER)?, translator, options)
}

fn connection(path: &Path, flags: OpenFlags, settings: &str) -> Result<Connection, DbError> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.execute_batch(EVERY_CONNECTION)?;
        // Otherwise a statement with a marker in LIMIT or LIKE is planned anew whenever it is run with another value, which
        // costs more than running it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(settings)?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| DbError::unusable(format!("{} cannot be opened: {error}", path.display())))
}

fn session(connection: Connection, translator: Arc<Translator>, options: &Options) -> Result<Session, DbError> {
    Session::new(connection, translator, options.statement_max).map_err(|error| fault(error).error)
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn cannot_open(path: &Path, error: &std::io::Error) -> DbError {
    DbError::unusable(format!("{} cannot be opened: {error}", path.display()))
}
