//! What a borrower does, step by step. Each step answers with what comes next.

pub mod account;
pub mod apply;
pub mod consent;
pub mod details;
pub mod identity;
pub mod kyc;
pub mod mandate;
pub mod offer;
pub mod pay;
pub mod sign;
pub mod view;
