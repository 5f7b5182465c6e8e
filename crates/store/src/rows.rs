//! Many rows in few statements.

use std::borrow::Cow;
use std::sync::OnceLock;

use qist_app::error::Result;

use crate::db::Param;
use crate::tx::StoreTx;

/// Rows go in statements of these many, so that each kind of row has few distinct statements to prepare, and none has
/// more markers than PostgreSQL's 65,535 or SQLite's 32,766.
const STRIDES: [usize; 5] = [256, 64, 16, 4, 1];

/// The columns of a table that rows are inserted into.
pub(crate) struct Columns {
    table: &'static str,
    names: &'static [&'static str],
    statements: [OnceLock<String>; STRIDES.len()],
}

impl Columns {
    pub const fn new(table: &'static str, names: &'static [&'static str]) -> Columns {
        Columns { table, names, statements: [const { OnceLock::new() }; STRIDES.len()] }
    }

    /// The longest stride that `values` fill, and the statement for it.
    fn stride(&self, values: usize) -> (usize, &str) {
        let width = self.names.len();
        let fits = STRIDES.iter().position(|stride| stride * width <= values);
        let at = fits.unwrap_or(STRIDES.len() - 1);
        (STRIDES[at] * width, self.statements[at].get_or_init(|| self.statement(STRIDES[at])))
    }

    fn statement(&self, rows: usize) -> String {
        let width = self.names.len();
        let row = |row: usize| {
            let markers: Vec<String> = (1..=width).map(|column| format!("?{}", row * width + column)).collect();
            format!("({})", markers.join(", "))
        };
        let values: Vec<String> = (0..rows).map(row).collect();
        format!("INSERT INTO {} ({}) VALUES {}", self.table, self.names.join(", "), values.join(", "))
    }
}

/// Rows on their way into a table: their values, one after the other.
#[derive(Default)]
pub(crate) struct Rows<'a>(Vec<Value<'a>>);

enum Value<'a> {
    I64(Option<i64>),
    Text(Option<Cow<'a, str>>),
    Bytes(Option<Vec<u8>>),
}

impl<'a> Rows<'a> {
    pub fn text(&mut self, text: impl Into<Cow<'a, str>>) -> &mut Self {
        self.text_opt(Some(text))
    }

    pub fn text_opt(&mut self, text: Option<impl Into<Cow<'a, str>>>) -> &mut Self {
        self.0.push(Value::Text(text.map(Into::into)));
        self
    }

    /// Anything that has a text form: ids, days.
    pub fn shown(&mut self, value: impl ToString) -> &mut Self {
        self.text(value.to_string())
    }

    pub fn bytes(&mut self, bytes: Option<Vec<u8>>) -> &mut Self {
        self.0.push(Value::Bytes(bytes));
        self
    }

    pub fn i64(&mut self, value: i64) -> &mut Self {
        self.i64_opt(Some(value))
    }

    pub fn i64_opt(&mut self, value: Option<i64>) -> &mut Self {
        self.0.push(Value::I64(value));
        self
    }

    pub async fn insert(&self, tx: &mut StoreTx<'_, '_>, into: &Columns) -> Result<()> {
        let values: Vec<Param<'_>> = self.0.iter().map(Value::param).collect();
        let mut rest = values.as_slice();
        while !rest.is_empty() {
            let (taken, statement) = into.stride(rest.len());
            let (now, later) = rest.split_at(taken.min(rest.len()));
            tx.change(statement, now).await?;
            rest = later;
        }
        Ok(())
    }
}

impl Value<'_> {
    fn param(&self) -> Param<'_> {
        match self {
            Value::I64(value) => Param::from(*value),
            Value::Text(text) => Param::Text(text.as_deref()),
            Value::Bytes(bytes) => Param::Bytes(bytes.as_deref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_numbered_row_by_row() {
        let two = Columns::new("t", &["a", "b"]);
        assert_eq!(two.statement(2), "INSERT INTO t (a, b) VALUES (?1, ?2), (?3, ?4)");
    }

    #[test]
    fn rows_are_taken_in_the_longest_stride_that_they_fill() {
        let two = Columns::new("t", &["a", "b"]);
        for (values, taken) in [(2, 2), (6, 2), (8, 8), (126, 32), (600, 512)] {
            assert_eq!(two.stride(values).0, taken, "{values} values");
        }
    }
}
