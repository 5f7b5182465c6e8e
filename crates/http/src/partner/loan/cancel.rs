use axum::extract::State;
use qist_app::applications::cancel::CancelApplication;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, required, text};
use crate::router::Api;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelRequest {
    #[serde(rename = "loanApplicationID")]
    loan_application_id: Option<String>,
    #[schema(example = "the customer changed their mind")]
    reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CancelData {
    #[schema(example = "CANCELLED")]
    status: &'static str,
}

/// Cancel Loan
///
/// Cancels an application that has not been paid out.
#[utoipa::path(
    post,
    path = "/v1/loan/cancel",
    tag = "Loans",
    security(("server_key" = [])),
    request_body = CancelRequest,
    responses(
        (status = 200, description = "The application is cancelled.", body = Envelope<CancelData>),
        (status = 400, description = "Malformed JSON, or a value that is not valid.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "A field is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application not found.", body = EnvelopeError),
        (status = 409, description = "The application's status does not allow it.", body = EnvelopeError),
    )
)]
pub async fn cancel_loan(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<CancelRequest>,
) -> Result<Envelope<CancelData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let loan = required("loanApplicationID", body.loan_application_id)?;
    let reason = text("reason", body.reason, 200)?;
    let application = loan.parse().map_err(|_| Code::LoanNotFound)?;
    let status = api.app.run_once(caller, CancelApplication { application, reason }, key).await?.out;
    Ok(Envelope::of(CancelData { status: status.name() }))
}
