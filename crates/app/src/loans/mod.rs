//! Money out and money in.

pub mod charge;
pub mod disburse;
pub mod repay;
pub mod verify;
