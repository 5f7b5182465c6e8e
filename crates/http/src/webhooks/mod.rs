//! Webhooks, for sourcing entities and lenders alike: whose they are is decided by the key.

mod deliveries;
mod endpoint;
mod endpoints;
mod events;
mod ping;
mod replay;
mod shape;
mod switch;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem;
use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    let routes = OpenApiRouter::new()
        .routes(routes!(endpoints::list_webhooks, endpoints::create_webhook))
        .routes(routes!(endpoint::read_webhook, endpoint::replace_webhook))
        .routes(routes!(endpoint::rotate_webhook_secret))
        .routes(routes!(switch::pause_webhook))
        .routes(routes!(switch::resume_webhook))
        .routes(routes!(switch::delete_webhook))
        .routes(routes!(ping::ping_webhook))
        .routes(routes!(deliveries::list_deliveries))
        .routes(routes!(deliveries::read_delivery))
        .routes(routes!(replay::replay_webhook))
        .routes(routes!(replay::skip_delivery))
        .routes(routes!(events::list_events))
        .routes(routes!(events::event_types));
    problem::describe(routes)
}
