//! Callbacks of providers: raw bytes to the inbox, and nothing more.

mod receive;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem;
use crate::router::Api;

const CALLBACK_BYTES_MAX: usize = 1024 * 1024;

pub fn routes() -> OpenApiRouter<Api> {
    let routes = OpenApiRouter::new().routes(routes!(receive::receive_callback));
    problem::describe(routes.layer(DefaultBodyLimit::max(CALLBACK_BYTES_MAX)))
}
