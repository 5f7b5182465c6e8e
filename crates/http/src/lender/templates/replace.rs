use axum::Json;
use axum::extract::State;
use qist_domain::id::OfferTemplateId;

use super::create::saved;
use super::shape::{OfferTemplateData, TemplateRequest};
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId};
use crate::router::Api;

/// Replace Offer Template
///
/// Makes the next version of a template from the whole of what is sent: what is left out gets its default, not its old value.
/// `programmeID` is left out, because a template stays in its programme. Offers that were made keep their terms.
#[utoipa::path(
    put,
    path = "/v1/lender/offer-templates/{id}",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<OfferTemplateId>, Idempotency),
    request_body = TemplateRequest,
    responses(
        (status = 200, description = "The next version is kept.", body = OfferTemplateData),
        (status = 400, description = "A field is missing, not valid or not known, or the terms do not make a loan at either end of the range."),
        (status = 404, description = "You have no such template."),
        (status = 409, description = "Somebody else replaced it at the same time, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn replace_template(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(id): PathId<OfferTemplateId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<TemplateRequest>,
) -> Result<Json<OfferTemplateData>, Own> {
    let key = idempotency.of(&api, &(id, &body))?;
    let id = api.app.run_once(caller, body.command(Some(id))?, key).await?.out;
    Ok(Json(saved(&api, caller, id).await?))
}
