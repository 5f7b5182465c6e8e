//! Loan applications as sourcing entity and system see them.

pub mod agreement;
pub mod cancel;
pub mod list;
mod papers;
pub mod read;
pub mod underwrite;
