//! BankConnect: bank statements under `/bank-connect/v1`, with forms in and error shapes of its own.

mod entity;
mod health;
mod shape;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem;
use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    let routes = OpenApiRouter::new()
        .routes(routes!(entity::list::list_bank_entities, entity::create::create_bank_entity))
        .routes(routes!(entity::read::read_bank_entity))
        .routes(routes!(health::net_banking_health));
    problem::describe_bank(routes)
}
