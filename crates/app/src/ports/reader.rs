//! Reading and analysing bank statements: long computing over bytes of somebody else's making, away from whoever serves.

use async_trait::async_trait;
use qist_domain::bank::Account;
use qist_domain::calendar::Calendar;
use qist_domain::day::Day;
use qist_statement::{Analysis, Answer, Bank, Question, Reading};

use crate::error::Result;

/// One statement that was read, under the names by which it and its accounts are known.
#[derive(Debug, Clone)]
pub struct Filed {
    pub statement: String,
    /// One for each account of the reading.
    pub accounts: Vec<String>,
    pub reading: Reading,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Pdf,
    /// Data of an account aggregator.
    AccountAggregator,
}

impl Format {
    /// By its first character: XML and JSON begin with one that no PDF begins with.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Format {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'<' | b'{') => Format::AccountAggregator,
            _ => Format::Pdf,
        }
    }
}

/// What a report shows.
#[derive(Debug, Clone)]
pub struct Workbook {
    /// Bank and facts of each account of the analysis, in its order.
    pub accounts: Vec<(Bank, Account)>,
    pub analysis: Analysis,
    /// The place of the only account that is shown; otherwise all are.
    pub account: Option<usize>,
}

#[async_trait]
pub trait StatementReader: Send + Sync {
    /// Reads a file. It costs a bounded time and memory whatever is in it: what breaks the reader is an unreadable file.
    async fn read(&self, format: Format, bytes: Vec<u8>, question: Question) -> Result<Answer>;

    /// Analyses an entity's statements together.
    async fn analyse(&self, filed: Vec<Filed>, calendar: Calendar, today: Day) -> Result<Analysis>;

    /// A report as a workbook.
    async fn workbook(&self, workbook: Workbook, today: Day) -> Result<Vec<u8>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_its_first_character() {
        for online in ["<Account/>", "  \r\n{\"type\":1}", "\u{feff}<?xml version='1.0'?>"] {
            assert_eq!(Format::of(online.as_bytes()), Format::AccountAggregator, "{online}");
        }
        for pdf in ["%PDF-1.7", "", " ", "anything"] {
            assert_eq!(Format::of(pdf.as_bytes()), Format::Pdf, "{pdf}");
        }
    }
}
