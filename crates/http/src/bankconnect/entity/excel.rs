//! Reports as workbooks, behind signed links.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use qist_app::bankconnect::report::report_path;
use qist_domain::bank::{StatementState, progress};
use qist_domain::id::BankEntityId;
use qist_domain::refusal::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::bankconnect::report::{ProgressData, progress_of};
use crate::bankconnect::shape::EntityPath;
use crate::error::{Bank, Own, Problem};
use crate::extract::{BankServer, Params, SignedLink};
use crate::files::attachment;
use crate::router::Api;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Serialize, ToSchema)]
pub struct AccountReport {
    account_id: String,
    /// Opens for an hour, without a key.
    link: String,
}

#[derive(Serialize, ToSchema)]
pub struct AccountReports {
    entity_id: String,
    progress: Vec<ProgressData>,
    /// Empty until all statements are completed.
    reports: Vec<AccountReport>,
}

/// Raw Excel Report
///
/// A workbook for each account: what is known of it, its transactions, its months.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/raw_excel_report/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The links.", body = AccountReports),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_raw_excel_report(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<AccountReports>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    let links = api.app.account_report_links(&report).into_iter();
    Ok(Json(AccountReports {
        entity_id: report.entity.id.to_string(),
        progress: progress_of(&report),
        reports: links.map(|(account_id, link)| AccountReport { account_id, link }).collect(),
    }))
}

#[derive(Serialize, ToSchema)]
pub struct DetailedReport {
    entity_id: String,
    /// Of all statements together: `processing`, `completed` or `failed`.
    #[schema(example = "completed")]
    progress: &'static str,
    /// Opens for an hour, without a key. Empty until all statements are completed.
    report: String,
}

/// Excel Report
///
/// One detailed workbook over all accounts of the entity.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/get_excel_report/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The link.", body = DetailedReport),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_excel_report(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<DetailedReport>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    let listed = progress(&report.statements);
    let open = listed.iter().find(|statement| statement.state != StatementState::Completed);
    let state = match open {
        Some(statement) => statement.state,
        None if listed.is_empty() => StatementState::Processing,
        None => StatementState::Completed,
    };
    Ok(Json(DetailedReport {
        entity_id: report.entity.id.to_string(),
        progress: state.name(),
        report: api.app.report_link(&report).unwrap_or_default(),
    }))
}

/// Download Report
///
/// Opens a signed link to a workbook: that of an account, or the one over all of them.
#[utoipa::path(
    get,
    path = "/bank-reports/{entity_id}/{account}",
    tag = "Files",
    params(
        ("entity_id" = String, Path, description = "The entity."),
        ("account" = String, Path, description = "The account, or `all`."),
        SignedLink,
    ),
    responses(
        (status = 200, description = "The workbook.", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 403, description = "The link was changed or has expired.", body = Problem),
        (status = 404, description = "There is no such report.", body = Problem),
    )
)]
pub async fn download_bank_report(
    State(api): State<Api>,
    Path((entity, account)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Own> {
    let entity: BankEntityId = entity.parse().map_err(|_| Code::FileNotFound)?;
    let one = (account != "all").then_some(account.as_str());
    SignedLink::verify(&api, &report_path(entity, one), &params)?;
    let workbook = api.app.workbook_behind_link(entity, &account).await?;
    Ok(attachment(XLSX, &format!("statements-{account}.xlsx"), workbook))
}
