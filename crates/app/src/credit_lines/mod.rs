//! Credit lines: opened by a signed agreement, drawn on by the borrower, confirmed by the sourcing entity, paid out by the lender.
//!
//! Whoever changes a drawdown reads its line first, which makes others wait: limit and drawdowns always agree.

pub mod cancel;
pub mod confirm;
pub mod disburse;
pub mod draw;
pub(crate) mod expire;
pub(crate) mod find;
pub mod limit;
pub mod merge;
mod offer;
pub(crate) mod open;
pub mod pay_link;
pub mod quote;
pub mod split;
pub mod verify;
pub mod view;
