//! The repositories, exercised on both databases by the same functions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[macro_use]
mod support;

mod access;
mod applications;
mod bank;
mod bulk;
mod catalogue;
mod coverage;
mod credit_lines;
mod encryption;
mod lists;
mod loans;
mod races;
mod samples;
mod schema;
mod statements;
mod users;
mod work;
