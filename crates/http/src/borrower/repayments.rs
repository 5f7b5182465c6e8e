use axum::Json;
use axum::extract::State;
use qist_app::applications::read::ReadMyRepayments;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::partner::loan::repayments::{RepaymentsData, repayments_data};
use crate::router::Api;

/// My Repayments
///
/// The instalments of the disbursed loan.
#[utoipa::path(
    get,
    path = "/v1/borrower/repayments",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses(
        (status = 200, description = "The instalments.", body = RepaymentsData),
        (status = 409, description = "There is no application yet, or the loan is not disbursed."),
    )
)]
pub async fn my_repayments(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
) -> Result<Json<RepaymentsData>, Own> {
    Ok(Json(repayments_data(api.app.ask(caller, ReadMyRepayments).await?)))
}
