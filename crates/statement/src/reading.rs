//! What is read out of a file, before anything is made of it.

use std::time::Duration;

use qist_domain::day::Day;
use qist_domain::money::Paise;
use serde::{Deserialize, Serialize};

use crate::bank::Bank;
use crate::words::Fraud;

/// One file, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub bank: Bank,
    pub source: Source,
    /// At least one, in the order of the file.
    pub accounts: Vec<AccountReading>,
    pub file: FileFacts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Pdf,
    AccountAggregator,
}

/// What one file says about one account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountReading {
    /// As printed, without blanks; may be masked.
    pub account_number: Option<String>,
    pub ifsc: Option<String>,
    pub micr: Option<String>,
    pub holder_name: Option<String>,
    pub address: Option<String>,
    /// The first and last day that the statement says it covers; those of its rows where it says nothing.
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Oldest first, in the order in which the balances run.
    pub rows: Vec<Row>,
    /// What the file prints as totals, for comparison.
    pub totals: Totals,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub day: Day,
    /// Seconds since midnight in India where the file tells the time.
    pub second: Option<u32>,
    pub direction: Direction,
    /// Above zero.
    pub amount: Paise,
    /// After this row, as printed; below zero where the account is overdrawn.
    pub balance: Paise,
    /// The narration as printed, its lines joined by blanks.
    pub note: String,
    /// Cheque or reference number where it has a column of its own.
    pub reference: Option<String>,
    /// From 1; 0 where the file has no pages.
    pub page: u32,
    /// Position of the row in the page, or in the file that has no pages, from 1.
    pub line: u32,
    /// What was seen on the page that should not be there.
    pub marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Credit,
    Debit,
}

impl Direction {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Credit => "credit",
            Direction::Debit => "debit",
        }
    }
}

/// Something about how a row is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mark")]
pub enum Mark {
    /// A text that another was drawn over; the row has the one that a reader sees.
    OverlappingText { hidden: String, seen: String },
    /// A number in another font or size than the rest of its column.
    FontMismatch { text: String, font: String, usual: String },
}

/// Figures that the file prints besides its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub opening: Option<Paise>,
    pub closing: Option<Paise>,
    pub credit: Option<Paise>,
    pub debit: Option<Paise>,
    pub credit_count: Option<u32>,
    pub debit_count: Option<u32>,
}

/// What is known of the file itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileFacts {
    pub pages: u32,
    pub encrypted: bool,
    pub creator: Option<String>,
    pub producer: Option<String>,
    pub findings: Vec<FileFinding>,
}

impl FileFacts {
    /// The finding that makes the upload's `is_fraud` true. Others are hints only.
    #[must_use]
    pub fn fraud(&self) -> Option<&FileFinding> {
        self.findings.iter().find(|finding| finding.fraud == Fraud::AuthorFraud)
    }
}

/// Something about the whole file, known as soon as it is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFinding {
    pub fraud: Fraud,
    /// In words, with what was found.
    pub reason: String,
}

/// How much one file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub bytes_max: usize,
    pub pages_max: usize,
    /// Over all pages.
    pub words_max: usize,
    pub rows_max: usize,
    /// Looked at between two pages and between two steps, by the machine's stopwatch.
    pub time_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes_max: 20 * 1024 * 1024,
            pages_max: 500,
            words_max: 1_000_000,
            rows_max: 50_000,
            time_max: Duration::from_secs(8),
        }
    }
}

/// Why a file gave no reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    #[error("the file is locked and the password does not open it")]
    PasswordIncorrect,
    #[error("the statement is of {detected}")]
    NotThisBank { detected: Bank },
    #[error("no known bank is named in the head of the file")]
    BankNotDetected,
    #[error("{0}")]
    NotParsable(NotParsable),
    #[error("{0}")]
    Limit(Limit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotParsable {
    #[error("the file is not a PDF, or is damaged beyond reading")]
    Corrupt,
    #[error("the pages are pictures: there is no text in them")]
    ImagesOnly,
    #[error("no table with dates, amounts and balances was found")]
    NoTable,
    #[error("the table has no transactions")]
    NoTransactions,
    #[error("the amounts and balances that were read do not agree with each other")]
    Doubtful,
    #[error("the data does not follow the schema of DEPOSIT")]
    Schema,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    #[error("the file has too many bytes")]
    Bytes,
    #[error("the file has too many pages")]
    Pages,
    #[error("the file has too much text")]
    Words,
    #[error("the file has too many transactions")]
    Rows,
    #[error("the file took too long to read")]
    Time,
}

/// What a process that reads one statement is asked. The bytes of the file go beside it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Question {
    pub password: Option<String>,
    pub hint: Option<Bank>,
    pub today: Day,
    pub limits: Limits,
}

/// What it answers.
pub type Answer = Result<Reading, Unreadable>;
