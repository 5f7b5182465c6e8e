use axum::Json;
use axum::extract::State;
use qist_app::caller::Caller;
use qist_app::error::Error;
use qist_app::lender::templates::ListTemplates;
use qist_domain::id::OfferTemplateId;
use qist_domain::refusal::Code;

use super::shape::{OfferTemplateData, TemplateRequest};
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller};
use crate::router::Api;

/// Create Offer Template
///
/// Keeps the terms of an offer. While it is active, an application of its programme that is approved for an amount that fits
/// gets an offer from it.
#[utoipa::path(
    post,
    path = "/v1/lender/offer-templates",
    tag = "Lender",
    security(("lender_key" = [])),
    params(Idempotency),
    request_body = TemplateRequest,
    responses(
        (status = 200, description = "The template is kept.", body = OfferTemplateData),
        (status = 400, description = "A field is missing, not valid or not known, or the terms do not make a loan at either end of the range."),
    )
)]
pub async fn create_template(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<TemplateRequest>,
) -> Result<Json<OfferTemplateData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let id = api.app.run_once(caller, body.command(None)?, key).await?.out;
    Ok(Json(saved(&api, caller, id).await?))
}

/// A template as it is kept now.
pub(super) async fn saved(api: &Api, caller: Caller, id: OfferTemplateId) -> Result<OfferTemplateData, Error> {
    let templates = api.app.ask(caller, ListTemplates).await?;
    let saved = templates.into_iter().find(|template| template.id == id);
    saved.map(OfferTemplateData::from).ok_or_else(|| Code::OfferTemplateNotFound.into())
}
