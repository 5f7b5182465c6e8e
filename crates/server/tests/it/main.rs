//! The whole server, driven over HTTP on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bad_input;
mod bankconnect;
mod borrower;
mod contract;
mod credit_line_races;
mod credit_lines;
mod explain;
mod kfs;
mod lender;
mod life;
mod listing;
mod manners;
mod papers;
mod parts;
mod production;
mod races;
mod repay;
mod seed;
mod servicing;
mod servicing_races;
mod tenants;
mod webhook_kills;
mod webhooks;
mod work;
mod world;
