//! The page where a customer pays a drawdown.

pub mod open;
