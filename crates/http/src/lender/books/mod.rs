//! A lender's books.

pub mod ledger;
pub mod trial_balance;
