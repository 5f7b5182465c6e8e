use axum::Json;
use axum::extract::State;
use qist_app::offers::renew::RenewOffers;
use qist_domain::id::ApplicationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::offers::list::OffersData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, positive};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewRequest {
    /// At most what was applied for; that of the newest offer where absent.
    #[schema(example = 15000)]
    amount: Option<Rupees>,
}

/// Renew Offers
///
/// Makes offers from your active templates as they are now, each with a proposal and a Key Facts Statement of its own: after the
/// terms have changed, or the offers have expired. An offer that still stands, stands: you are bound by its statement.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/offers",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, Idempotency),
    request_body = RenewRequest,
    responses(
        (status = 200, description = "All offers of the application, old and new.", body = OffersData),
        (status = 400, description = "The amount is not valid or above what was applied for, or a template's terms do not make a loan."),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The application's status does not allow this, no active template fits the amount, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn renew_offers(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RenewRequest>,
) -> Result<Json<OffersData>, Own> {
    let key = idempotency.of(&api, &(application, &body))?;
    let amount = body.amount.map(|amount| positive("amount", amount)).transpose()?;
    Ok(Json(api.app.run_once(caller, RenewOffers { application, amount }, key).await?.out.into()))
}
