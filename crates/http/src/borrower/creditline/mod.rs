//! A borrower's credit line: what it gives, what drawing costs, drawing.

pub mod draw;
pub mod limit_request;
pub mod quote;
pub mod read;
