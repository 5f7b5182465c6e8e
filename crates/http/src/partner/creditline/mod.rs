//! Credit lines of the sourcing entity's customers, and their transactions.

pub mod cancel;
pub mod confirm;
pub mod details;
pub mod merge;
pub mod overdue;
pub(crate) mod shape;
pub mod split;
pub mod status;
pub mod transactions;
