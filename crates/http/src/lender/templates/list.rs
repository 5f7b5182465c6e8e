use axum::Json;
use axum::extract::State;
use qist_app::lender::templates::ListTemplates;
use serde::Serialize;
use utoipa::ToSchema;

use super::shape::OfferTemplateData;
use crate::error::Own;
use crate::extract::LenderCaller;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct OfferTemplatesData {
    templates: Vec<OfferTemplateData>,
}

/// List Offer Templates
///
/// Your offer templates, each in its newest version.
#[utoipa::path(
    get,
    path = "/v1/lender/offer-templates",
    tag = "Lender",
    security(("lender_key" = [])),
    responses((status = 200, description = "The templates.", body = OfferTemplatesData))
)]
pub async fn list_templates(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
) -> Result<Json<OfferTemplatesData>, Own> {
    let templates = api.app.ask(caller, ListTemplates).await?;
    Ok(Json(OfferTemplatesData { templates: templates.into_iter().map(OfferTemplateData::from).collect() }))
}
