use axum::Json;
use axum::extract::State;
use qist_domain::id::ApplicationId;

use crate::error::Own;
use crate::explain::{DerivationData, question};
use crate::extract::{LenderCaller, Params, PathId};
use crate::router::Api;

/// Explain Application Figure
///
/// Why a figure of an offer or of the loan is what it is.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/explain",
    tag = "Lender",
    security(("lender_key" = [])),
    params(
        PathId<ApplicationId>,
        ("figure" = String, Query, description = "As of Explain Figure.", example = "emi"),
        ("offerID" = Option<String>, Query, description = "One of the offers; the accepted one, or the first, where absent."),
    ),
    responses(
        (status = 200, description = "The derivation.", body = DerivationData),
        (status = 400, description = "`figure` is missing, or there is no such figure."),
        (status = 404, description = "No such application is assigned to you, or it has no such offer or instalment."),
        (status = 409, description = "The application is not approved, or its figures were made by a version of the engine that this one does not repeat."),
    )
)]
pub async fn explain_application_figure(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    params: Params,
) -> Result<Json<DerivationData>, Own> {
    let question = question(params.only(&["figure", "offerID"])?, Some(application))?;
    Ok(Json(api.app.ask(caller, question).await?.into()))
}
