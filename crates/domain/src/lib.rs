//! The rules of lending, pure: no input or output, no clock, no randomness, no knowledge of any outside JSON.

pub mod application;
pub mod bank;
pub mod calendar;
pub mod change;
pub mod credit_line;
pub mod day;
pub mod event;
pub mod financial_year;
pub mod format;
pub mod id;
pub mod journey;
pub mod kfs;
pub mod ledger;
pub mod loan;
pub mod money;
pub mod policy;
pub mod product;
pub mod programme;
pub mod rate;
pub mod ratio;
pub mod refusal;
pub mod user;
pub mod webhook;
