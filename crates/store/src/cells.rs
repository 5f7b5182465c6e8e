//! Reading a row column by column into the domain's types. What cannot be read is named by table, column and row.

use std::fmt::Display;
use std::str::FromStr;

use qist_domain::day::{Day, Instant};
use qist_domain::money::Paise;
use serde::de::DeserializeOwned;

use crate::db::{DbError, FromColumn, Row};

/// The columns of one row, taken in the order of the select. The first one taken tells which row it is.
pub(crate) struct Cells<'r, 'a> {
    table: &'static str,
    row: &'r Row<'a>,
    key: usize,
    next: usize,
}

type Read<T> = Result<T, DbError>;

impl<'r, 'a> Cells<'r, 'a> {
    pub fn of(table: &'static str, row: &'r Row<'a>) -> Cells<'r, 'a> {
        Cells::after(0, table, row)
    }

    /// Without the first `skipped` columns.
    pub fn after(skipped: usize, table: &'static str, row: &'r Row<'a>) -> Cells<'r, 'a> {
        Cells { table, row, key: skipped, next: skipped }
    }

    pub fn get<T: FromColumn<'r>>(&mut self, column: &'static str) -> Read<T> {
        let index = self.next;
        self.next += 1;
        self.row.get(index).map_err(|error| match error {
            DbError::Corrupt { detail, .. } => self.corrupt(column, detail),
            other => other,
        })
    }

    pub fn text(&mut self, column: &'static str) -> Read<String> {
        self.get(column)
    }

    /// Anything that has a text form: ids, days.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, column: &'static str) -> Read<T> {
        let text: &str = self.get(column)?;
        text.parse().map_err(|why: T::Err| self.corrupt(column, why.to_string()))
    }

    pub fn parsed_opt<T: FromStr<Err: Display>>(&mut self, column: &'static str) -> Read<Option<T>> {
        let text: Option<&str> = self.get(column)?;
        text.map(|text| text.parse().map_err(|why: T::Err| self.corrupt(column, why.to_string()))).transpose()
    }

    /// A value of one of India's formats.
    pub fn formatted<T: TryFrom<String, Error: Display>>(&mut self, column: &'static str) -> Read<T> {
        let text = self.text(column)?;
        T::try_from(text).map_err(|why| self.corrupt(column, why.to_string()))
    }

    /// One of an enumeration's names.
    pub fn named<T>(&mut self, column: &'static str, from_name: impl Fn(&str) -> Option<T>) -> Read<T> {
        let text: &str = self.get(column)?;
        from_name(text).ok_or_else(|| self.corrupt(column, format!("the name {text:?} is not known")))
    }

    pub fn json<T: DeserializeOwned>(&mut self, column: &'static str) -> Read<T> {
        let text: &str = self.get(column)?;
        self.parse_json(column, text)
    }

    pub fn json_opt<T: DeserializeOwned>(&mut self, column: &'static str) -> Read<Option<T>> {
        let text: Option<&str> = self.get(column)?;
        text.map(|text| self.parse_json(column, text)).transpose()
    }

    pub fn instant(&mut self, column: &'static str) -> Read<Instant> {
        self.get(column).map(Instant::from_micros)
    }

    pub fn instant_opt(&mut self, column: &'static str) -> Read<Option<Instant>> {
        Ok(self.get::<Option<i64>>(column)?.map(Instant::from_micros))
    }

    pub fn day(&mut self, column: &'static str) -> Read<Day> {
        self.parsed(column)
    }

    pub fn paise(&mut self, column: &'static str) -> Read<Paise> {
        self.get(column).map(Paise::new)
    }

    pub fn u32(&mut self, column: &'static str) -> Read<u32> {
        let value: i64 = self.get(column)?;
        u32::try_from(value).map_err(|_| self.corrupt(column, "it is out of range".to_owned()))
    }

    /// Whatever else is wrong with a column.
    pub fn corrupt(&self, column: &'static str, detail: String) -> DbError {
        let key: String = self.row.get(self.key).unwrap_or_else(|_| "?".to_owned());
        DbError::corrupt(self.table, column, key, detail)
    }

    /// A column that was taken as text.
    pub fn parse_json<T: DeserializeOwned>(&self, column: &'static str, text: &str) -> Read<T> {
        serde_json::from_str(text).map_err(|why| self.corrupt(column, unquoted(&why)))
    }
}

/// Why JSON could not be read, without the value at fault, which may be personal.
pub(crate) fn unquoted(why: &serde_json::Error) -> String {
    format!("its JSON cannot be read: {:?} error at line {} column {}", why.classify(), why.line(), why.column())
}
