use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::bankconnect::shape::EntityData;
use crate::error::Bank;
use crate::extract::{BankClient, FormBody};
use crate::router::Api;

#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "only described: forms are read field by field")]
pub struct CreateEntityForm {
    /// Your own name for whoever the statements are of, of at most 255 characters.
    #[schema(example = "some_link_id")]
    link_id: String,
}

/// Create Entity
///
/// Answers the entity of a `link_id`, and makes it where there is none: the same call again answers the same.
#[utoipa::path(
    post,
    path = "/bank-connect/v1/entity/",
    tag = "BankConnect",
    security(("bank_key" = [])),
    request_body(content = CreateEntityForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "The entity.", body = EntityData),
        (status = 400, description = "`link_id` is missing or not valid: what is wrong stands under its name."),
    )
)]
pub async fn create_bank_entity(
    State(api): State<Api>,
    BankClient(caller): BankClient,
    FormBody(mut form): FormBody,
) -> Result<(StatusCode, Json<EntityData>), Bank> {
    let link_id = form.required("link_id")?;
    let entity = api.app.create_bank_entity(caller, Some(link_id)).await?;
    Ok((StatusCode::CREATED, Json(entity.into())))
}
