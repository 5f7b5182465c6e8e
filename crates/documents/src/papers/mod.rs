//! A borrower's papers of a loan: statement of account, interest certificate, no-dues certificate; in one look.

mod account;
pub(crate) mod view;
