//! What several of BankConnect's routes take and show.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use qist_domain::bank::Entity;
use qist_domain::id::BankEntityId;
use qist_domain::refusal::Code;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::Bank;

/// The entity of a path. What cannot be an id answers like an id that we never gave.
pub struct EntityPath(pub BankEntityId);

impl<S: Send + Sync> FromRequestParts<S> for EntityPath {
    type Rejection = Bank;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Bank> {
        let absent = || Bank::from(Code::BankEntityNotFound);
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| absent())?;
        let found = params.iter().find(|(name, _)| *name == "entity_id").and_then(|(_, text)| text.parse().ok());
        Ok(EntityPath(found.ok_or_else(absent)?))
    }
}

#[derive(Serialize, ToSchema)]
pub struct EntityData {
    #[schema(example = "0c3a4f9e-5d4b-4a52-9df4-6cf0b1a9f6a3")]
    pub entity_id: String,
    /// Your own name for it.
    #[schema(example = "some_link_id")]
    pub link_id: Option<String>,
    /// Whatever is kept with it.
    pub meta_data: Option<Value>,
}

impl From<Entity> for EntityData {
    fn from(entity: Entity) -> EntityData {
        EntityData { entity_id: entity.id.to_string(), link_id: entity.link_id, meta_data: entity.meta_data }
    }
}
