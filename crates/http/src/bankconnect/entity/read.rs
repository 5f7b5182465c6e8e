use axum::Json;
use axum::extract::State;
use qist_app::bankconnect::entities::ReadEntity;

use crate::bankconnect::shape::{EntityData, EntityPath};
use crate::error::Bank;
use crate::extract::BankServer;
use crate::router::Api;

/// Read Entity
///
/// The `link_id` of an entity.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The entity.", body = EntityData),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn read_bank_entity(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<EntityData>, Bank> {
    Ok(Json(api.app.ask(caller, ReadEntity { id }).await?.into()))
}
