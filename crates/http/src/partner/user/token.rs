use axum::extract::State;
use qist_app::access::issue_token::IssueToken;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, optional, required};
use crate::router::Api;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct TokenRequest {
    #[schema(example = "somecustomerid")]
    #[serde(rename = "customerID")]
    customer_id: Option<String>,
    /// Where the user comes from, if you use one key on several platforms.
    source: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TokenData {
    /// 64 letters and digits. Valid for 24 hours in production and 7 days in UAT.
    token: String,
}

/// Generate Token
///
/// Issues a token for an eligible user. Earlier tokens stay valid.
#[utoipa::path(
    post,
    path = "/v1/user/token",
    tag = "Users",
    security(("server_key" = [])),
    request_body = TokenRequest,
    responses(
        (status = 200, description = "A fresh token.", body = Envelope<TokenData>),
        (status = 400, description = "Malformed JSON, or the user's eligibility is not available: call Get Eligibility first.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing, or the user is not eligible.", body = EnvelopeError),
        (status = 404, description = "The user does not exist.", body = EnvelopeError),
    )
)]
pub async fn generate_token(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<TokenRequest>,
) -> Result<Envelope<TokenData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let command = IssueToken { customer_id: required("customerID", body.customer_id)?, source: optional(body.source) };
    let issued =
        api.app.run_once(caller, command, key).await.map_err(Contract::on(&[(Code::EligibilityMissing, 400)]))?;
    Ok(Envelope::of(TokenData { token: issued.out.token }))
}
