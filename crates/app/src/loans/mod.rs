//! Money out and money in.

pub mod charge;
pub mod disburse;
pub(crate) mod find;
pub mod repay;
pub mod verify;
