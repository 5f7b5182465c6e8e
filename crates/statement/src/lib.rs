//! Bank statements: bytes in, transactions and what they tell out.
//!
//! The crate knows no loan, no tenant, no storage, no clock. Two doors lead in, one analysis stands behind both:
//!
//! ```text
//! PDF bytes ── read ───────────────────┐
//!                                      ├─► Reading ─► analyse ─► Analysis ─► workbook
//! DEPOSIT  ── read_account_aggregator ─┘
//! ```
//!
//! Nothing in here knows one bank's layout: columns come from header words and from where the numbers stand, rows from dates
//! and amounts, signs from the running balance. Of a bank only its name and its IFSC prefix are known ([`BANKS`]).
//!
//! [`read`] keeps its limits itself as far as the PDF engine lets it: bytes, pages, words, rows, and time between two pages.
//! What happens inside of one page of a hostile file belongs to the engine, so a server runs it in a process of its own with
//! limits of the operating system: [`Question`] and [`Answer`] are what goes in and comes out as JSON.

mod aggregator;
pub mod analysis;
mod bank;
mod pdf;
mod reading;
mod spelled;
mod table;
mod words;
mod workbook;

pub use analysis::{Analysis, Input, analyse};
pub use bank::{BANKS, Bank};
pub use reading::{
    AccountReading, Answer, Direction, FileFacts, FileFinding, Limit, Limits, Mark, NotParsable, Question, Reading,
    Row, Source, Totals, Unreadable,
};
pub use words::{Category, Channel, Description, Fraud, FraudLevel};
pub use workbook::{AccountFacts, WorkbookError, detailed_workbook, raw_workbook};

use pdf::{Engine as _, Watch};
use qist_domain::day::Day;

/// Reads a statement in PDF.
///
/// Checks in this order, the first that fails is the answer: limits of the file, the password, whether there is text at
/// all, the bank (a `hint` that is not the bank of the file is refused; without a hint the bank has to be found), and at
/// last whether there are transactions whose balances run on. A password for a file that needs none is ignored.
///
/// `today` tells two-digit years apart and which rows lie in the future.
pub fn read(
    bytes: &[u8],
    password: Option<&str>,
    hint: Option<Bank>,
    today: Day,
    limits: &Limits,
) -> Result<Reading, Unreadable> {
    if bytes.len() > limits.bytes_max {
        return Err(Unreadable::Limit(Limit::Bytes));
    }
    let watch = Watch::start(limits);
    let mut pages = pdf::Pdfboss.pages(bytes, password, limits, watch)?;
    if pages.sheets.iter().all(Vec::is_empty) {
        return Err(Unreadable::NotParsable(NotParsable::ImagesOnly));
    }
    let found = table::look(&mut pages);
    let bank = match (hint, found.bank) {
        (Some(hint), Some(detected)) if hint != detected => return Err(Unreadable::NotThisBank { detected }),
        (hint, detected) => detected.or(hint).ok_or(Unreadable::BankNotDetected)?,
    };
    let accounts = table::accounts(&found, &pages.fonts, today, limits, watch)?;
    Ok(Reading { bank, source: Source::Pdf, accounts, file: pages.facts })
}

/// Reads Account Aggregator data of the type DEPOSIT (ReBIT schema 1.1, 1.2 and 2.0) in XML or JSON, which is told by the
/// first character. One document may hold several accounts. The bank is that of the account's IFSC, else `hint`.
pub fn read_account_aggregator(bytes: &[u8], hint: Option<Bank>, limits: &Limits) -> Result<Reading, Unreadable> {
    aggregator::read(bytes, hint, limits)
}
