//! Values that come out of a statement.

use rusqlite::types::ValueRef;
use tokio_postgres::types::Type;

use super::DbError;

/// One row of an answer; columns are read by position, counted from 0.
pub struct Row<'a>(pub(super) Source<'a>);

pub(super) enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

/// What a column holds, whichever engine it came from.
pub enum Cell<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A type that can be read from a column, or borrowed from it.
pub trait FromColumn<'c>: Sized {
    /// What the column should hold, for the error.
    const EXPECTED: &'static str;

    /// `None` when the cell holds something else.
    fn from_cell(cell: &Cell<'c>) -> Option<Self>;
}

impl Row<'_> {
    /// The value of column `index`. A column of another type, or none there, is
    /// [`DbError::Corrupt`] naming the column.
    pub fn get<'c, T: FromColumn<'c>>(&'c self, index: usize) -> Result<T, DbError> {
        match self.cell(index) {
            Ok(cell) => T::from_cell(&cell).ok_or_else(|| self.mismatch(index, format!("it is not {}", T::EXPECTED))),
            Err(detail) => Err(self.mismatch(index, detail)),
        }
    }

    fn mismatch(&self, index: usize, detail: String) -> DbError {
        let name = match &self.0 {
            Source::Sqlite(row) => row.as_ref().column_name(index).ok(),
            Source::Postgres(row) => row.columns().get(index).map(tokio_postgres::Column::name),
        };
        let column = name.map_or_else(|| format!("number {index}"), str::to_owned);
        DbError::Corrupt { table: None, column, row: None, detail }
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>, String> {
        match &self.0 {
            Source::Sqlite(row) => sqlite_cell(row, index),
            Source::Postgres(row) => postgres_cell(row, index),
        }
    }
}

fn sqlite_cell<'a>(row: &'a rusqlite::Row<'_>, index: usize) -> Result<Cell<'a>, String> {
    match row.get_ref(index).map_err(|error| error.to_string())? {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(value) => Ok(Cell::Integer(value)),
        ValueRef::Text(text) => std::str::from_utf8(text).map(Cell::Text).map_err(|_| "it is not UTF-8".to_owned()),
        ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes)),
        ValueRef::Real(_) => Err("it is a floating-point number".to_owned()),
    }
}

fn postgres_cell(row: &tokio_postgres::Row, index: usize) -> Result<Cell<'_>, String> {
    let column = row.columns().get(index).ok_or("there is no such column")?;
    let cell = match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|v| v.map(Cell::Integer)),
        // Constants such as `SELECT 1`, and comparisons such as `SELECT EXISTS (…)`, which are
        // plain integers on SQLite.
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map(|v| v.map(|v| Cell::Integer(v.into()))),
        Type::INT2 => row.try_get::<_, Option<i16>>(index).map(|v| v.map(|v| Cell::Integer(v.into()))),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(|v| v.map(|v| Cell::Integer(v.into()))),
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(index).map(|v| v.map(Cell::Bytes)),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
            row.try_get::<_, Option<&str>>(index).map(|v| v.map(Cell::Text))
        }
        // `sum(bigint)` is one of these: write CAST(sum(…) AS BIGINT).
        ref other => return Err(format!("its type {other} is not used here")),
    };
    Ok(cell.map_err(|error| error.to_string())?.unwrap_or(Cell::Null))
}

impl FromColumn<'_> for i64 {
    const EXPECTED: &'static str = "an integer";

    fn from_cell(cell: &Cell<'_>) -> Option<Self> {
        if let Cell::Integer(value) = cell { Some(*value) } else { None }
    }
}

impl FromColumn<'_> for bool {
    const EXPECTED: &'static str = "0 or 1";

    fn from_cell(cell: &Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Integer(0) => Some(false),
            Cell::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl FromColumn<'_> for String {
    const EXPECTED: &'static str = "text";

    fn from_cell(cell: &Cell<'_>) -> Option<Self> {
        <&str>::from_cell(cell).map(str::to_owned)
    }
}

impl<'c> FromColumn<'c> for &'c str {
    const EXPECTED: &'static str = "text";

    fn from_cell(cell: &Cell<'c>) -> Option<Self> {
        if let Cell::Text(text) = cell { Some(text) } else { None }
    }
}

impl FromColumn<'_> for Vec<u8> {
    const EXPECTED: &'static str = "bytes";

    fn from_cell(cell: &Cell<'_>) -> Option<Self> {
        if let Cell::Bytes(bytes) = cell { Some(bytes.to_vec()) } else { None }
    }
}

impl<'c, T: FromColumn<'c>> FromColumn<'c> for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_cell(cell: &Cell<'c>) -> Option<Self> {
        if let Cell::Null = cell { Some(None) } else { T::from_cell(cell).map(Some) }
    }
}
