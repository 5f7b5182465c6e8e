//! The whole server, driven over HTTP on both databases.

mod bad_input;
mod borrower;
mod contract;
mod lender;
mod life;
mod listing;
mod races;
mod repay;
mod tenants;
mod world;
