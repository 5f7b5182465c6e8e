//! PostgreSQL's error codes, sorted by what the caller can do about them.

use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError as Refusal, Severity, SqlState};

use super::super::DbError;
use super::super::error::{Fault, Harm};

/// A failed statement.
///
/// The server's own detail line is never passed on: it quotes the values of the row.
pub(super) fn fault(error: &Error) -> Fault {
    let Some(refusal) = error.as_db_error() else {
        let detail = with_cause(error);
        if error.is_closed() || is_io(error) {
            return Fault { error: DbError::unavailable(detail), harm: Harm::Gone };
        }
        // A value that does not fit its marker, found before anything was sent.
        return Fault { error: DbError::internal(detail), harm: Harm::Void };
    };
    let code = refusal.code();
    let detail = format!("{}: {}", code.code(), refusal.message());
    if is_worth_another_run(refusal) {
        return Fault { error: DbError::overloaded(detail), harm: Harm::Retry };
    }
    let error = match *code {
        SqlState::UNIQUE_VIOLATION => DbError::Unique { key: key_of(refusal) },
        SqlState::LOCK_NOT_AVAILABLE
        | SqlState::QUERY_CANCELED
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => DbError::overloaded(detail),
        // Resources, operator intervention, system and connection failures; and a primary that
        // has become a replica under our feet.
        _ if ["53", "57", "58", "08"].iter().any(|class| code.code().starts_with(class)) => {
            DbError::unavailable(detail)
        }
        SqlState::READ_ONLY_SQL_TRANSACTION => DbError::unavailable(detail),
        _ => DbError::internal(detail),
    };
    // After a fatal error the server closes the connection, though we may not have seen it yet.
    let fatal = matches!(refusal.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
    Fault { error, harm: if fatal { Harm::Gone } else { Harm::Void } }
}

/// A statement that the server did not answer in time. The connection may be dead without anybody
/// having said so.
pub(super) fn unanswered() -> Fault {
    Fault { error: DbError::unavailable("the server does not answer"), harm: Harm::Silent }
}

/// No connection could be had.
pub(super) fn unconnected(error: PoolError) -> DbError {
    match error {
        PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => DbError::overloaded("every connection is busy"),
        PoolError::Backend(error) => match fault(&error).error {
            busy @ DbError::Overloaded { .. } => busy,
            other => DbError::unavailable(format!("no connection: {}", other.detail())),
        },
        PoolError::PostCreateHook(error) => DbError::unavailable(format!("no connection: {error}")),
        other => DbError::unavailable(format!("no connection: {other}")),
    }
}

/// Deadlocks and serialization failures, of which the server has chosen one victim; and a
/// statement prepared before a migration, which has only to be prepared again.
fn is_worth_another_run(refusal: &Refusal) -> bool {
    let code = refusal.code();
    let stale_plan = *code == SqlState::FEATURE_NOT_SUPPORTED && refusal.routine() == Some("RevalidateCachedQuery");
    stale_plan || *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
}

/// `Key (tenant, id)=(…) already exists.` on table `loans` is the key `loans(tenant, id)`; the key
/// of an expression is called by the name of its index.
fn key_of(refusal: &Refusal) -> String {
    let columns = refusal
        .detail()
        .and_then(|detail| detail.split_once('(')?.1.split_once(")=(").map(|(columns, _)| columns))
        .filter(|columns| columns.chars().all(|c| c.is_alphanumeric() || "_, ".contains(c)));
    match (refusal.table(), columns) {
        (Some(table), Some(columns)) => format!("{table}({columns})"),
        _ => refusal.constraint().unwrap_or_default().to_owned(),
    }
}

fn is_io(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<std::io::Error>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

fn with_cause(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
