use axum::Json;
use axum::extract::State;

use crate::error::Own;
use crate::explain::{DerivationData, question};
use crate::extract::{BorrowerCaller, Params};
use crate::router::Api;

/// Explain My Figure
///
/// Why a figure of an offer or of my loan is what it is.
#[utoipa::path(
    get,
    path = "/v1/borrower/explain",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(
        ("figure" = String, Query, description = "As of Explain Figure.", example = "installment/3/interest"),
        ("offerID" = Option<String>, Query, description = "One of the offers; the accepted one, or the first, where absent."),
    ),
    responses(
        (status = 200, description = "The derivation.", body = DerivationData),
        (status = 400, description = "`figure` is missing, or there is no such figure."),
        (status = 404, description = "The application has no such offer or instalment."),
        (status = 409, description = "There is no application yet, it is not approved, or its figures were made by a version of the engine that this one does not repeat."),
    )
)]
pub async fn explain_my_figure(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    params: Params,
) -> Result<Json<DerivationData>, Own> {
    let question = question(params.only(&["figure", "offerID"])?, None)?;
    Ok(Json(api.app.ask(caller, question).await?.into()))
}
