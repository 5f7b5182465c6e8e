//! Renders agreements and reads them back, as their readers would.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod agreement;
mod hostile;
mod papers;
mod reading;
mod sample;
mod statement;
