//! BankConnect: bank statements under `/bank-connect/v1`, with forms in and error shapes of its own.

mod entity;
mod health;
mod report;
mod session;
mod shape;
mod statement;
mod webhook;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::statement::upload::{BASE64_BODY_BYTES_MAX, FILE_BODY_BYTES_MAX};
use crate::problem;
use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    let routes = OpenApiRouter::new()
        .routes(routes!(entity::list::list_bank_entities, entity::create::create_bank_entity))
        .routes(routes!(entity::read::read_bank_entity))
        .routes(routes!(entity::accounts::bank_accounts))
        .routes(routes!(entity::accounts::bank_identity))
        .routes(routes!(entity::transactions::bank_transactions))
        .routes(routes!(entity::transactions::bank_salary))
        .routes(routes!(entity::transactions::bank_lender_transactions))
        .routes(routes!(entity::recurring::bank_recurring_transactions))
        .routes(routes!(entity::monthly::bank_monthly_analysis))
        .routes(routes!(entity::fraud::bank_fraud))
        .routes(routes!(entity::excel::bank_raw_excel_report))
        .routes(routes!(entity::excel::bank_excel_report))
        .routes(routes!(webhook::update_bank_webhook))
        .routes(routes!(webhook::bank_webhook_payloads))
        .routes(routes!(health::net_banking_health))
        .routes(routes!(session::open::open_bank_session))
        .merge(files())
        .merge(texts());
    problem::describe_bank(routes).merge(OpenApiRouter::new().routes(routes!(entity::excel::download_bank_report)))
}

/// The hosted page, which is no part of the API.
pub fn pages() -> axum::Router<Api> {
    session::page::routes()
}

fn files() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(statement::upload::upload_statement))
        .routes(routes!(statement::upload::upload_bankless_statement))
        .layer(DefaultBodyLimit::max(FILE_BODY_BYTES_MAX))
}

fn texts() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(statement::upload::upload_base64_statement))
        .routes(routes!(statement::upload::upload_bankless_base64_statement))
        .layer(DefaultBodyLimit::max(BASE64_BODY_BYTES_MAX))
}
