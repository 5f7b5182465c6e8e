//! The store: SQL, written once, for SQLite and PostgreSQL.
//!
//! [`Db`] and [`Conn`] are the engine. They are the only place that names a driver or a dialect;
//! the repositories beside them speak SQL through [`Conn`] and decide nothing.

mod access;
mod applications;
mod bank;
mod bulk;
mod catalogue;
mod cells;
mod cipher;
mod consents;
mod counters;
mod credit_lines;
pub mod db;
mod decisions;
mod eligibility;
mod events;
mod files;
mod idempotency;
mod inbox;
mod installments;
mod jobs;
mod key_facts;
mod ledger;
mod listing;
mod loan_list;
mod loans;
mod messages;
pub mod migrate;
mod offer_templates;
mod offers;
mod otps;
mod payments;
mod programmes;
mod references;
mod rows;
mod servicing;
mod store;
mod transactions;
mod tx;
mod user_list;
mod users;
mod webhooks;
mod work;

pub use async_trait::async_trait;

pub use bulk::{ApplicationLife, Life};
pub use cipher::{MasterKeys, Reseal, ResealCursor};
pub use db::{Body, Conn, DatabaseUrl, Db, DbError, Dialect, FromColumn, Options, Param, Row};
pub use store::DbStore;
pub use tx::StoreTx;
