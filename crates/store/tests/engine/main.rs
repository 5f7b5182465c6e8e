//! The engine, exercised on both databases by the same functions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[macro_use]
#[cfg(test)]
mod support;

#[cfg(test)]
mod kill;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod postgres_only;
#[cfg(test)]
mod sqlite_only;
#[cfg(test)]
mod transactions;
#[cfg(test)]
mod values;
