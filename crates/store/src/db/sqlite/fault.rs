//! SQLite's result codes, sorted by what the caller can do about them.

use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{Error, ErrorCode};

use super::super::DbError;
use super::super::error::{Fault, Harm};

/// A failed statement.
pub(super) fn fault(error: Error) -> Fault {
    Fault { error: sorted(&error), harm: Harm::Void }
}

/// A statement this program should not have sent.
pub(super) fn defect(detail: String) -> Fault {
    Fault { error: DbError::internal(detail), harm: Harm::Void }
}

fn sorted(error: &Error) -> DbError {
    let (Error::SqliteFailure(failure, message), detail) = (error, error.to_string()) else {
        return DbError::internal(error.to_string());
    };
    match failure.code {
        ErrorCode::ConstraintViolation => match failure.extended_code {
            SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID => {
                DbError::Unique { key: key_of(message.as_deref().unwrap_or_default()) }
            }
            _ => DbError::internal(detail),
        },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OperationInterrupted => {
            DbError::overloaded(detail)
        }
        ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed => DbError::unavailable(detail),
        _ => DbError::internal(detail),
    }
}

/// `UNIQUE constraint failed: loans.tenant, loans.id` is the key `loans(tenant, id)`;
/// `UNIQUE constraint failed: index 'loans_utr'` is the key `loans_utr`.
fn key_of(message: &str) -> String {
    let named = message.split_once(": ").map_or(message, |(_, named)| named);
    if let Some(index) = named.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let table = named.split('.').next().unwrap_or_default();
    let columns: Vec<&str> = named.split(", ").filter_map(|column| column.split('.').nth(1)).collect();
    format!("{table}({})", columns.join(", "))
}
