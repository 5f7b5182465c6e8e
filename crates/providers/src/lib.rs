//! Everything outside: providers of credit data, KYC, banking and messages, files at rest, randomness, time.
//!
//! Each kind of provider has a sandbox that simulates it, and a connector that speaks signed HTTP to whatever the
//! lender points it at; messages can go by SMTP. `registry` turns the operator's configuration into connectors.

pub mod blobs;
pub mod client;
pub mod config;
pub mod downloads;
mod random;
pub mod registry;
pub mod sandbox;
pub mod secrets;
pub mod signature;
pub mod signed_http;
pub mod smtp;
pub mod system;
pub mod trust;
pub mod webhook;
