//! The order of things: use cases, transactions, and the ports through which the world is reached.

pub mod caller;
pub mod error;
pub mod ports;
