use axum::Json;
use axum::extract::State;
use qist_app::journey::apply::Apply;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, optional, positive, present};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyRequest {
    #[schema(value_type = Rupees, example = 15000)]
    amount: Option<Rupees>,
    /// One of the lenders that match; the first of them where absent.
    #[serde(rename = "lenderID")]
    #[schema(example = "8f0b0d9c-3d9f-4c55-9b0c-9f3e98a24b8e")]
    lender_id: Option<String>,
}

/// Apply
///
/// Applies for a loan. It needs the consent `sharing_with_lender`.
#[utoipa::path(
    post,
    path = "/v1/borrower/applications",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = ApplyRequest,
    responses(
        (status = 200, description = "The application exists, and what comes next.", body = JourneyData),
        (status = 400, description = "The amount is missing, not valid, or above what the borrower is eligible for."),
        (status = 403, description = "The borrower is not eligible for a loan."),
        (status = 404, description = "This lender is not among those that match."),
        (status = 409, description = "Another step or a consent comes first, an application is open, no lender matches, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn apply(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<ApplyRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    Ok(Json(api.app.run_once(caller, command(body)?, key).await?.out.into()))
}

fn command(body: ApplyRequest) -> Result<Apply, Refusal> {
    let amount = positive("amount", present("amount", body.amount)?)?;
    let lender = optional(body.lender_id).map(|id| id.parse().map_err(|_| Refusal::new(Code::LenderNotFound)));
    Ok(Apply { amount, lender: lender.transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (Code, Option<String>) {
        let refusal = command(serde_json::from_str(body).unwrap()).unwrap_err();
        (refusal.code, refusal.field)
    }

    #[test]
    fn an_application_is_for_an_amount_above_zero() {
        assert_eq!(refused("{}"), (Code::MissingField, Some("amount".into())));
        for body in ["{\"amount\":0}", "{\"amount\":-5}"] {
            assert_eq!(refused(body), (Code::InvalidField, Some("amount".into())));
        }
    }

    #[test]
    fn a_lender_that_cannot_exist_is_not_found() {
        assert_eq!(refused("{\"amount\":5,\"lenderID\":\"7\"}").0, Code::LenderNotFound);
        assert_eq!(command(serde_json::from_str("{\"amount\":5,\"lenderID\":\"\"}").unwrap()).unwrap().lender, None);
    }
}
