//! The binary's parts: configuration, wiring, loops. It holds no rules.

pub mod admin;
pub mod bank_health;
pub mod cli;
pub mod config;
pub mod demo;
pub mod dev;
mod documents;
pub mod lab;
pub mod reader;
pub mod seed;
pub mod serve;
pub mod setup;
pub mod webhooks;
pub mod wiring;

use qist_app::caller::{Caller, KeyOwner};
use qist_domain::id::ApiKeyId;

/// The caller that a key of this owner would be; `None` of a client key, which says nothing without a user's token.
#[must_use]
pub fn caller_of(owner: KeyOwner, key: ApiKeyId) -> Caller {
    match owner {
        KeyOwner::Server(tenant) | KeyOwner::Client(tenant) => Caller::Partner { tenant, key },
        KeyOwner::Lender(lender) => Caller::Lender { lender, key },
    }
}
