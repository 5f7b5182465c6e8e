//! What the API says about itself: its document, a page to try it, a Postman collection.

mod asset;
mod complete;
mod page;
mod postman;
mod request;
mod sample;

use axum::Router;

pub use complete::finish;

pub use crate::dev::routes as development_routes;

use crate::router::Api;

/// The document, the page and the collection: for everybody, without a key.
pub fn routes() -> Router<Api> {
    page::routes().merge(postman::routes())
}

#[cfg(test)]
mod tests;
