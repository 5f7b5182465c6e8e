use axum::extract::State;
use qist_domain::refusal::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityData {
    /// The loan eligibility amount; 0 where the user is not eligible.
    #[schema(example = 15000)]
    eligible_amount: Rupees,
    is_eligible: bool,
}

/// Get Eligibility
///
/// Checks a user's eligibility. The first successful call computes it; later calls answer the same until it expires or new
/// data about the user comes in.
#[utoipa::path(
    get,
    path = "/v1/user/eligibility",
    tag = "Users",
    security(("server_key" = [])),
    params(("customerID" = String, Query, description = "Your id of the customer.", example = "somecustomerid")),
    responses(
        (status = 200, description = "Whether the user is eligible, and for how much.", body = Envelope<EligibilityData>),
        (status = 400, description = "User not found.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 409, description = "The policy needs data about the user that is not there; the message names it.", body = EnvelopeError),
    )
)]
pub async fn get_eligibility(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<EligibilityData>, Contract> {
    let customer_id = params.required("customerID")?;
    let found = api.app.eligibility(caller, customer_id).await.map_err(Contract::on(&[(Code::UserNotFound, 400)]))?;
    Ok(Envelope::of(EligibilityData { eligible_amount: found.amount.into(), is_eligible: found.eligible }))
}
