//! Credit lines that the lender gives, and the drawdowns that it pays out.

pub mod disburse;
pub mod hold;
pub mod kyc;
pub mod limit;
pub mod list;
pub mod read;
