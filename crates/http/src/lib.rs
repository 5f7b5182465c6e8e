//! HTTP: requests become commands, results become JSON. No SQL, no vendors, no rules.

mod bankconnect;
pub mod borrower;
pub mod dev;
pub mod docs;
mod error;
mod explain;
mod extract;
pub mod files;
pub mod inbound;
mod kfs;
pub mod lender;
pub mod papers;
mod partner;
mod pay;
mod problem;
mod router;
pub mod shape;
mod webhooks;

pub use router::{Api, RequestInfo, api_document, router};
