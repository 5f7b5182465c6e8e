//! Values that go into a statement.

use std::error::Error;
use std::fmt;

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type};

use super::DbError;

/// One value for a `?n` marker. Made by `From`, so that a call reads
/// `&[id.into(), name.as_str().into()]`, or with [`params!`](crate::params).
///
/// Its `Debug` text shows kinds and lengths, never contents: parameters are personal data.
#[derive(Clone, PartialEq)]
pub enum Param<'a> {
    /// An integer; booleans travel as 0 and 1.
    I64(Option<i64>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
    /// For the `{in_i64:?n}` slot.
    I64s(&'a [i64]),
    /// For the `{in_text:?n}` slot.
    Texts(Vec<&'a str>),
}

/// A slice of [`Param`]s out of anything that converts into one.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Param::from($value)),*] };
}

impl<'a> Param<'a> {
    /// The list of texts for an `{in_text:?n}` slot.
    pub fn texts<T: AsRef<str> + 'a>(list: impl IntoIterator<Item = &'a T>) -> Self {
        Self::Texts(list.into_iter().map(AsRef::as_ref).collect())
    }

    fn has_nul(&self) -> bool {
        match self {
            Self::Text(Some(text)) => text.contains('\0'),
            Self::Texts(list) => list.iter().any(|text| text.contains('\0')),
            _ => false,
        }
    }

    /// The type PostgreSQL is told when a statement is planned for its very values.
    pub(super) fn postgres_type(&self) -> Type {
        match self {
            Self::I64(_) => Type::INT8,
            Self::Text(_) => Type::TEXT,
            Self::Bytes(_) => Type::BYTEA,
            Self::I64s(_) => Type::INT8_ARRAY,
            Self::Texts(_) => Type::TEXT_ARRAY,
        }
    }
}

/// Refuses what PostgreSQL cannot store, on both engines alike.
pub(super) fn check(params: &[Param<'_>]) -> Result<(), DbError> {
    if params.iter().any(Param::has_nul) { Err(DbError::NulInText) } else { Ok(()) }
}

impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I64(None) | Self::Text(None) | Self::Bytes(None) => f.write_str("null"),
            Self::I64(Some(_)) => f.write_str("integer"),
            Self::Text(Some(text)) => write!(f, "text of {} bytes", text.len()),
            Self::Bytes(Some(bytes)) => write!(f, "{} bytes", bytes.len()),
            Self::I64s(list) => write!(f, "{} integers", list.len()),
            Self::Texts(list) => write!(f, "{} texts", list.len()),
        }
    }
}

macro_rules! param_from {
    ($($from:ty => |$value:ident| $param:expr;)*) => { $(
        impl<'a> From<$from> for Param<'a> {
            fn from($value: $from) -> Self { $param }
        }
    )* };
}

param_from! {
    i64 => |value| Self::I64(Some(value));
    Option<i64> => |value| Self::I64(value);
    bool => |value| Self::I64(Some(value.into()));
    Option<bool> => |value| Self::I64(value.map(i64::from));
    &'a str => |value| Self::Text(Some(value));
    Option<&'a str> => |value| Self::Text(value);
    &'a String => |value| Self::Text(Some(value));
    &'a Option<String> => |value| Self::Text(value.as_deref());
    &'a [u8] => |value| Self::Bytes(Some(value));
    Option<&'a [u8]> => |value| Self::Bytes(value);
    &'a Vec<u8> => |value| Self::Bytes(Some(value));
    &'a [i64] => |value| Self::I64s(value);
    &'a Vec<i64> => |value| Self::I64s(value);
    &'a [String] => |value| Self::texts(value);
    &'a Vec<String> => |value| Self::texts(value);
    &'a [&'a str] => |value| Self::Texts(value.to_vec());
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Bytes(Some(value))
    }
}

/// SQLite has no arrays: a list travels as JSON and is taken apart by `json_each`.
impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        fn json(list: &impl serde::Serialize) -> rusqlite::Result<ToSqlOutput<'static>> {
            let text =
                serde_json::to_string(list).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
            Ok(ToSqlOutput::Owned(Value::Text(text)))
        }
        let value = match self {
            Self::I64(value) => value.map_or(ValueRef::Null, ValueRef::Integer),
            Self::Text(value) => value.map_or(ValueRef::Null, |text| text.into()),
            Self::Bytes(value) => value.map_or(ValueRef::Null, ValueRef::Blob),
            Self::I64s(list) => return json(list),
            Self::Texts(list) => return json(list),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::I64(value) => value.to_sql_checked(ty, out),
            Self::Text(value) => value.to_sql_checked(ty, out),
            Self::Bytes(value) => value.to_sql_checked(ty, out),
            Self::I64s(list) => list.to_sql_checked(ty, out),
            Self::Texts(list) => list.to_sql_checked(ty, out),
        }
    }

    /// Each value checks the type by itself in `to_sql`.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(ty, out)
    }
}
