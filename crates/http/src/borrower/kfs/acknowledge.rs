use axum::Json;
use axum::extract::State;
use qist_app::journey::offer::AcknowledgeStatement;
use qist_domain::kfs::Language;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, ClientIp, Idempotency, JsonBody, choice, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcknowledgeRequest {
    #[serde(rename = "offerID")]
    #[schema(value_type = String, example = "98a24b8e-8f0b-4d9c-9f1c-550b9f1c5598")]
    offer_id: Option<String>,
    /// Of the statement that was read.
    #[schema(value_type = String, example = "FB1600196175625806-1")]
    proposal_number: Option<String>,
    /// In which it was read: `en` or `hi`.
    #[schema(value_type = String, example = "hi")]
    language: Option<String>,
}

/// Acknowledge Key Facts Statement
///
/// The borrower has read the statement of an offer. Without it the offer cannot be accepted. A second time changes nothing.
#[utoipa::path(
    post,
    path = "/v1/borrower/kfs/acknowledge",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = AcknowledgeRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, or the language is none of ours."),
        (status = 404, description = "The application has no such offer."),
        (status = 409, description = "The offer has expired or another statement, there is no application yet, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn acknowledge_statement(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    ClientIp(ip): ClientIp,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<AcknowledgeRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let offer = required("offerID", body.offer_id)?.parse().map_err(|_| Code::OfferNotFound)?;
    let proposal_number = required("proposalNumber", body.proposal_number)?;
    let language = choice("language", &required("language", body.language)?, &Language::ALL, Language::code)?;
    let command = AcknowledgeStatement { offer, proposal_number, language, ip: ip.to_string() };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}
