use axum::Json;
use axum::extract::State;
use qist_app::offers::read::ReadStatements;
use qist_domain::id::ApplicationId;

use crate::error::Own;
use crate::extract::{LenderCaller, PathId};
use crate::kfs::data::{StatementsData, statements_data};
use crate::router::Api;

/// Application Key Facts Statements
///
/// What the borrower is told of each offer.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/kfs",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>),
    responses(
        (status = 200, description = "The statements.", body = StatementsData),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The application is not approved."),
    )
)]
pub async fn application_statements(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
) -> Result<Json<StatementsData>, Own> {
    let statements = api.app.ask(caller, ReadStatements { application: Some(application) }).await?;
    Ok(Json(statements_data(&api, statements)))
}
