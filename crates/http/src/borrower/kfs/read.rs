use axum::Json;
use axum::extract::State;
use qist_app::offers::read::ReadStatements;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::kfs::data::{StatementsData, statements_data};
use crate::router::Api;

/// My Key Facts Statements
///
/// What each offer costs, all in all: to be shown before an offer is accepted.
#[utoipa::path(
    get,
    path = "/v1/borrower/kfs",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses(
        (status = 200, description = "The statements.", body = StatementsData),
        (status = 409, description = "There is no application yet, or it is not approved."),
    )
)]
pub async fn my_statements(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
) -> Result<Json<StatementsData>, Own> {
    let statements = api.app.ask(caller, ReadStatements { application: None }).await?;
    Ok(Json(statements_data(&api, statements)))
}
