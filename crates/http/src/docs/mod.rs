//! What the API says about itself: its document, a page to try it, a Postman collection.

use axum::Router;
use utoipa::openapi::OpenApi;

use crate::router::Api;

/// What the macros cannot say: servers, security schemes.
pub fn finish(document: OpenApi) -> OpenApi {
    document
}

pub fn routes() -> Router<Api> {
    Router::new()
}

pub fn development_routes() -> Router<Api> {
    Router::new()
}
