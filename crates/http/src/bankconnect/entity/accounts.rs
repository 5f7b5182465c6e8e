use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::bankconnect::report::{IdentityData, Shared, usable};
use crate::bankconnect::shape::EntityPath;
use crate::error::Bank;
use crate::extract::BankServer;
use crate::router::Api;

/// Accounts
///
/// The accounts that an entity's statements are of, how far each statement is, and what is wrong with the files.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/accounts/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The accounts.", body = Shared),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_accounts(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<Shared>, Bank> {
    Ok(Json(Shared::from(&api.app.bank_report(caller, id).await?)))
}

#[derive(Serialize, ToSchema)]
pub struct Identities {
    #[serde(flatten)]
    shared: Shared,
    identity: Vec<IdentityData>,
}

/// Identity
///
/// Who holds the accounts, as the statements print it. It is there as soon as a statement has been read.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/identity/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The holders, account by account.", body = Identities),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_identity(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<Identities>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    let mut seen = Vec::new();
    let mut identity = Vec::new();
    for (_, account) in usable(&report) {
        if !seen.contains(&&account.account_id) {
            seen.push(&account.account_id);
            identity.push(IdentityData::from(account));
        }
    }
    Ok(Json(Identities { shared: Shared::from(&report), identity }))
}
