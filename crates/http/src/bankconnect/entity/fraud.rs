use axum::Json;
use axum::extract::State;
use qist_statement::analysis::{Finding, is_change};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bankconnect::report::{ProgressData, progress_of};
use crate::bankconnect::shape::EntityPath;
use crate::error::Bank;
use crate::extract::BankServer;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct FindingData {
    #[schema(example = "inconsistent_transaction")]
    fraud_type: &'static str,
    /// `file`, `account` or `transaction`.
    #[schema(example = "transaction")]
    level: &'static str,
    /// Whether it says that a file was changed or does not add up; otherwise it is a hint.
    is_fraud: bool,
    statement_id: String,
    account_id: Option<String>,
    /// The rows that it is about.
    transaction_hashes: Vec<String>,
    /// Why, in words.
    reason: String,
}

impl From<&Finding> for FindingData {
    fn from(finding: &Finding) -> FindingData {
        FindingData {
            fraud_type: finding.fraud.as_str(),
            level: finding.level.as_str(),
            is_fraud: is_change(finding.fraud),
            statement_id: finding.statement.clone(),
            account_id: finding.account.clone(),
            transaction_hashes: finding.hashes.clone(),
            reason: finding.reason.clone(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Findings {
    entity_id: String,
    progress: Vec<ProgressData>,
    findings: Vec<FindingData>,
}

/// Fraud Findings
///
/// Everything that is wrong or unusual with an entity's statements: which rows, and why.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/fraud/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The findings.", body = Findings),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_fraud(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<Findings>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    Ok(Json(Findings {
        entity_id: report.entity.id.to_string(),
        progress: progress_of(&report),
        findings: report.analysis.findings.iter().map(FindingData::from).collect(),
    }))
}
