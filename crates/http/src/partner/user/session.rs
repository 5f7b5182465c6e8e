use axum::extract::State;
use qist_app::access::open_session::OpenSession;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, optional, positive, required};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionRequest {
    #[schema(example = "somecustomerid")]
    #[serde(rename = "customerID")]
    customer_id: Option<String>,
    /// Where the journey returns to.
    #[schema(example = "https://shop.example/loan")]
    #[serde(rename = "redirectURL")]
    redirect_url: Option<String>,
    source: Option<String>,
    /// Whether the journey shows no button to leave it.
    hide_close: Option<bool>,
    /// For a drawdown from a credit line: how much.
    withdraw_amount: Option<Rupees>,
    /// For a drawdown: your own id of it, never used before.
    #[serde(rename = "transactionID")]
    transaction_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SessionData {
    /// Opens the hosted journey, once, within ten minutes.
    url: String,
}

/// Open Session
///
/// A link to the hosted journey for an eligible user.
#[utoipa::path(
    post,
    path = "/v1/user/session",
    tag = "Users",
    security(("server_key" = [])),
    request_body = SessionRequest,
    responses(
        (status = 200, description = "The link.", body = Envelope<SessionData>),
        (status = 400, description = "Malformed JSON, a redirect that is not allowed, or the user's eligibility is not available.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` or `redirectURL` is missing, or the user is not eligible.", body = EnvelopeError),
        (status = 404, description = "The user does not exist.", body = EnvelopeError),
        (status = 409, description = "The `transactionID` was used before.", body = EnvelopeError),
    )
)]
pub async fn open_session(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<SessionRequest>,
) -> Result<Envelope<SessionData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let command = OpenSession {
        customer_id: required("customerID", body.customer_id)?,
        redirect_url: required("redirectURL", body.redirect_url)?,
        source: optional(body.source),
        hide_close: body.hide_close.unwrap_or(false),
        withdraw_amount: body.withdraw_amount.map(|amount| positive("withdrawAmount", amount)).transpose()?,
        transaction_id: optional(body.transaction_id),
    };
    let opened =
        api.app.run_once(caller, command, key).await.map_err(Contract::on(&[(Code::EligibilityMissing, 400)]))?;
    Ok(Envelope::of(SessionData { url: opened.out.url }))
}
