use axum::Json;
use axum::extract::State;
use qist_app::lender::read::ReadAssignedOffers;
use qist_domain::id::ApplicationId;

use crate::borrower::offers::list::OffersData;
use crate::error::Own;
use crate::extract::{LenderCaller, PathId};
use crate::router::Api;

/// Application Offers
///
/// The offers that were made on an approved application.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/offers",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>),
    responses(
        (status = 200, description = "The offers.", body = OffersData),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The application is not approved."),
    )
)]
pub async fn application_offers(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
) -> Result<Json<OffersData>, Own> {
    Ok(Json(api.app.ask(caller, ReadAssignedOffers { application }).await?.into()))
}
