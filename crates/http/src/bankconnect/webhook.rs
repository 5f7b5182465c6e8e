//! Where outcomes are told, and what was told.

use axum::Json;
use axum::extract::State;
use qist_app::bankconnect::tell::ListPayloads;
use qist_app::ports::store::{BankPayload, BankWebhookMode};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::Bank;
use crate::extract::{BankServer, JsonBody, Params, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
pub struct WebhookForm {
    #[schema(value_type = String, example = "https://you.example/bank-connect")]
    webhook_url: Option<String>,
    /// 0: statements that were fetched online. 1: uploads too. Without it, 0.
    #[schema(example = 1)]
    webhook_mode: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct BankWebhookData {
    webhook_url: String,
    webhook_mode: i64,
    /// What calls are signed with, as the Standard Webhooks specification says. It is shown once, with a new address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
}

/// Update Webhook
///
/// Sets where you hear how statements ended. The same call again changes nothing.
#[utoipa::path(
    post,
    path = "/bank-connect/v1/entity/update_webhook/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    request_body = WebhookForm,
    responses(
        (status = 200, description = "It is set.", body = BankWebhookData),
        (status = 400, description = "A field is missing or not valid, or the URL is not one that may be called."),
    )
)]
pub async fn update_bank_webhook(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    JsonBody(body): JsonBody<WebhookForm>,
) -> Result<Json<BankWebhookData>, Bank> {
    let webhook_url = required("webhook_url", body.webhook_url)?;
    let mode = match body.webhook_mode {
        None | Some(0) => BankWebhookMode::Online,
        Some(1) => BankWebhookMode::All,
        Some(_) => return Err(Refusal::invalid("webhook_mode", "must be 0 or 1").into()),
    };
    let secret = api.app.set_bank_webhook(caller, webhook_url.clone(), mode).await?;
    Ok(Json(BankWebhookData { webhook_url, webhook_mode: i64::from(mode == BankWebhookMode::All), secret }))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described: the values are read from the query, which may hold more")]
pub struct PayloadsParams {
    #[param(example = "some_link_id")]
    link_id: String,
}

#[derive(Serialize, ToSchema)]
pub struct PayloadData {
    entity_id: String,
    /// Empty where an attempt failed before there was a file.
    statement_id: String,
    link_id: Option<String>,
    /// `completed` or `failed`.
    #[schema(example = "completed")]
    progress: &'static str,
    /// Empty unless it failed.
    reason: String,
    /// UTC.
    #[schema(example = "2020-06-02 13:28:59")]
    date_time: String,
}

impl From<BankPayload> for PayloadData {
    fn from(payload: BankPayload) -> PayloadData {
        PayloadData {
            entity_id: payload.entity.to_string(),
            statement_id: payload.statement.map(|id| id.to_string()).unwrap_or_default(),
            link_id: payload.link_id,
            progress: payload.progress.name(),
            reason: payload.reason,
            date_time: payload.created_at.utc_text(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Payloads {
    payloads: Vec<PayloadData>,
}

/// Webhook Payloads
///
/// What you were told of a `link_id`, newest first, whether or not it arrived; the newest hundred.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/webhook_payloads/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(PayloadsParams),
    responses(
        (status = 200, description = "The payloads.", body = Payloads),
        (status = 400, description = "`link_id` is missing."),
        (status = 404, description = "You have no entity of this `link_id`."),
    )
)]
pub async fn bank_webhook_payloads(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    params: Params,
) -> Result<Json<Payloads>, Bank> {
    let link_id = params.required("link_id")?;
    let payloads = api.app.ask(caller, ListPayloads { link_id }).await?;
    Ok(Json(Payloads { payloads: payloads.into_iter().map(PayloadData::from).collect() }))
}
