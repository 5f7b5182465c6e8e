use axum::Json;
use axum::extract::State;
use qist_app::journey::offer::AcceptOffer;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    #[serde(rename = "offerID")]
    #[schema(value_type = String, example = "98a24b8e-8f0b-4d9c-9f1c-550b9f1c5598")]
    offer_id: Option<String>,
}

/// Accept Offer
///
/// Takes one of the offers. Another one can be taken instead until the bank account is given.
#[utoipa::path(
    post,
    path = "/v1/borrower/offers/accept",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = AcceptRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "`offerID` is missing."),
        (status = 404, description = "The application has no such offer."),
        (status = 409, description = "The offer has expired or is accepted already, there is no application yet, its status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn accept_offer(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<AcceptRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let offer = required("offerID", body.offer_id)?.parse().map_err(|_| Code::OfferNotFound)?;
    Ok(Json(api.app.run_once(caller, AcceptOffer { offer }, key).await?.out.into()))
}
