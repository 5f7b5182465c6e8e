//! Turns data into PDF bytes and pages, and knows nothing else: no tenant, no storage, no rule of lending.
//!
//! A document is a folder here: the data that a caller fills, the Typst template that lays it out, and
//! the view between them, in which every figure is already text. To add a document, add such a folder
//! and one method on [`Renderer`].

mod agreement;
mod papers;
mod pay;
mod renderer;
mod rupees;
mod statement;
mod text;
mod typesetter;
mod words;

pub use agreement::clauses::standard_clauses;
pub use agreement::data::{
    Agreement, BankAccount, Borrower, Clause, ESignRecord, EmiMethod, Fee, Lender, LoanSummary, Officer, Platform,
    ScheduleRow, StandardTerms,
};
pub use pay::page as pay_page;
pub use renderer::{DocumentError, Renderer};
pub use statement::page as statement_page;
