use axum::Json;
use axum::extract::State;
use qist_app::journey::details::SubmitBusinessAddress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Written;
use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessAddressRequest {
    #[schema(value_type = String, example = "14, Commercial St")]
    line1: Option<String>,
    /// May be absent.
    #[schema(example = "Tasker Town")]
    line2: Option<String>,
    #[schema(value_type = String, example = "Bengaluru")]
    city: Option<String>,
    /// Six digits.
    #[schema(value_type = String, example = "560001")]
    pincode: Option<String>,
    #[schema(value_type = String, example = "Karnataka")]
    state: Option<String>,
}

/// Business Address
///
/// Gives the address of the business, for programmes that lend to businesses.
#[utoipa::path(
    post,
    path = "/v1/borrower/business-address",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = BusinessAddressRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 409, description = "The programme does not ask about a business, there is no application yet, its status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn give_business_address(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<BusinessAddressRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let written = Written::complete(body.line1, body.line2, body.city, body.pincode, body.state)?;
    let command = SubmitBusinessAddress { address: written.address()? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}
