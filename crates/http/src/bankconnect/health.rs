use axum::Json;
use axum::extract::State;
use qist_app::bankconnect::health::ReadHealth;
use qist_domain::bank::health::Health;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Bank;
use crate::extract::BankClient;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct BankHealthData {
    /// The bank's identifier, in upper case.
    #[schema(example = "AXIS")]
    bank: String,
    /// When it was last looked at, in UTC.
    #[schema(example = "2020-06-02 13:28:59")]
    updated_at: String,
    health_up: bool,
    /// What is wrong; null while nothing is.
    issue_details: Option<String>,
}

impl From<Health> for BankHealthData {
    fn from(health: Health) -> BankHealthData {
        BankHealthData {
            health_up: health.is_up(),
            bank: health.bank.to_ascii_uppercase(),
            updated_at: health.checked_at.utc_text(),
            issue_details: health.issue,
        }
    }
}

/// Net Banking Health
///
/// How net banking stands at each bank that is watched. The key alone is asked for.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/net_banking_health/",
    tag = "BankConnect",
    security(("bank_key" = [])),
    responses((status = 200, description = "Bank by bank.", body = Vec<BankHealthData>))
)]
pub async fn net_banking_health(
    State(api): State<Api>,
    BankClient(caller): BankClient,
) -> Result<Json<Vec<BankHealthData>>, Bank> {
    let healths = api.app.ask(caller, ReadHealth).await?;
    Ok(Json(healths.into_iter().map(BankHealthData::from).collect()))
}
