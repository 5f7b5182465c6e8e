pub mod accounts;
pub mod create;
pub mod fraud;
pub mod list;
pub mod monthly;
pub mod read;
pub mod recurring;
pub mod transactions;
