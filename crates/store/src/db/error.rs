//! What can go wrong with a database, sorted by what the caller can do about it.

use std::borrow::Cow;

/// A failure of the database or of what is stored in it.
///
/// The `Display` text is safe to show to anybody: it carries no stored value and no SQL. What an
/// operator needs besides is [`DbError::detail`], meant for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// A unique key is taken. `key` reads `table(column, column)`, or is the name of the index
    /// when the index is on an expression; it is the same on both engines.
    #[error("a row with the same key exists already")]
    Unique { key: String },
    /// A stored value is not what the program wrote: wrong type, or outside its rules.
    #[error("stored data cannot be read")]
    Corrupt { table: Option<&'static str>, column: String, row: Option<String>, detail: String },
    /// One row was expected, `touched` were found or changed.
    #[error("{touched} rows were found where one was expected")]
    NotOne { touched: u64 },
    /// A text to be stored or compared contains U+0000, which PostgreSQL cannot hold. It is refused
    /// on both engines, before the statement is sent.
    #[error("text contains the character U+0000, which cannot be stored")]
    NulInText,
    /// Too much work at once, or a lock or statement that took too long. Trying again can help.
    #[error("the database is busy, try again shortly")]
    Overloaded { detail: String },
    /// The database cannot be reached, cannot write, or is shutting down. When this is the answer
    /// to a write whose commit was under way, the write may have happened.
    #[error("the database is not available")]
    Unavailable { detail: String },
    /// A body awaited something other than its [`Conn`](super::Conn). Nothing was kept.
    #[error("a transaction awaited something other than the database")]
    AwaitedOutside,
    /// The database cannot be used as it is configured; the reason is for the operator.
    #[error("{reason}")]
    Unusable { reason: String },
    /// A defect of this program: a statement the engine refuses, a panic in a body.
    #[error("the database refused a statement")]
    Internal { detail: String },
}

impl DbError {
    /// What the log should say beside the `Display` text; empty when there is nothing to add.
    #[must_use]
    pub fn detail(&self) -> Cow<'_, str> {
        match self {
            Self::Unique { key } => Cow::Borrowed(key),
            Self::Corrupt { table, column, row, detail } => {
                let table = table.unwrap_or("?");
                let row = row.as_deref().unwrap_or("?");
                Cow::Owned(format!("table {table}, column {column}, row {row}: {detail}"))
            }
            Self::Overloaded { detail } | Self::Unavailable { detail } | Self::Internal { detail } => {
                Cow::Borrowed(detail)
            }
            Self::NotOne { .. } | Self::NulInText | Self::AwaitedOutside | Self::Unusable { .. } => Cow::Borrowed(""),
        }
    }

    /// A row whose contents break the rules of the program.
    #[must_use]
    pub fn corrupt(
        table: &'static str,
        column: impl Into<String>,
        row: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::Corrupt { table: Some(table), column: column.into(), row: Some(row.into()), detail: detail.into() }
    }

    pub(crate) fn overloaded(detail: impl Into<String>) -> Self {
        Self::Overloaded { detail: detail.into() }
    }

    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::Unavailable { detail: detail.into() }
    }

    pub(crate) fn unusable(reason: impl Into<String>) -> Self {
        Self::Unusable { reason: reason.into() }
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::Internal { detail: detail.into() }
    }
}

/// What a failed operation means for the transaction it happened in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// The engine never saw it, or it was a read that mapped badly: the transaction can go on.
    None,
    /// The transaction is void.
    Void,
    /// The transaction is void, and the same body may succeed when it is run again.
    Retry,
    /// The server has ended the connection, and with it the transaction.
    Gone,
    /// The server has not answered in time. What it was asked for may have happened.
    Silent,
}

/// An error together with its harm.
#[derive(Debug)]
pub(super) struct Fault {
    pub error: DbError,
    pub harm: Harm,
}

/// A plain error is one that the engine never saw.
impl From<DbError> for Fault {
    fn from(error: DbError) -> Self {
        Self { error, harm: Harm::None }
    }
}
