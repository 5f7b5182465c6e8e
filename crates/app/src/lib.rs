//! The order of things: use cases, transactions, and the ports through which the world is reached.

pub mod access;
pub mod applications;
pub mod bankconnect;
pub mod caller;
pub mod catalogue;
pub mod credit_lines;
pub mod error;
pub mod journey;
pub mod lender;
pub mod loans;
pub mod messages;
pub mod offers;
pub mod ports;
pub mod providers;
pub mod run;
pub mod servicing;
pub mod users;
pub mod webhooks;
