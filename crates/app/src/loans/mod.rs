//! Money out and money in.

pub mod disburse;
pub mod repay;
pub mod verify;
