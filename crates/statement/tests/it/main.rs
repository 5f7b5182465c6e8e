//! Statements that the test kit draws, read and analysed: what was planted is found, and nothing else.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is wrong with a test stops it")]

mod aggregator;
mod analysis;
mod damage;
mod fraud;
mod locked;
mod reading;
mod support;
mod workbook;
